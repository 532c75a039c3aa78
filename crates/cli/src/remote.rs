//! A node elsewhere, spoken to over HTTP with signed requests.

use std::fs::File;
use std::time::Duration;

use fairfile_http::wire::Language;
use fairfile_proof::VerifierKey;
use fairfile_requests::BodyDigest;
use fairfile_vault::Chance;
use serde_json::Value;
use ureq::http::{Request, Response, Uri};
use ureq::{Agent, AsSendBody, Body, SendBody};

use crate::signing::{Asked, Signer};
use crate::trouble::{Exit, Trouble};

/// The most bytes of an answer: a person's copy can be that long.
const ANSWER: u64 = 64 * 1024 * 1024;
/// How long a node may take to answer; a large file takes a while to be read.
const ANSWER_TIME: Duration = Duration::from_secs(600);
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// A node elsewhere.
pub struct Server {
    agent: Agent,
    base: String,
    language: &'static str,
}

/// What a node answered.
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Server {
    /// The node at `url`.
    ///
    /// # Errors
    /// U010 for an address over which people's numbers would travel open.
    pub fn at(url: &str, language: Language) -> Result<Self, Trouble> {
        let refused = |text: &str| Trouble::new(Exit::Usage, "U010", text);
        let uri: Uri = url.parse().map_err(|_| refused("expected an address such as http://127.0.0.1:8080"))?;
        let host = uri.host().unwrap_or_default();
        match uri.scheme_str() {
            Some("http") if is_this_machine(host) => {}
            Some("http") => return Err(refused("numbers and answers would travel unencrypted")),
            Some("https") => return Err(no_tls()),
            _ => return Err(refused("expected an address such as http://127.0.0.1:8080")),
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(refused("expected the node's address without a path"));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("fairfile/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_TIME))
            .timeout_recv_response(Some(ANSWER_TIME))
            .timeout_recv_body(Some(ANSWER_TIME))
            .build();
        let language = language.pick("en", "zh");
        Ok(Self { agent: agent.into(), base: url.trim_end_matches('/').to_owned(), language })
    }

    /// Reads what anybody may read.
    pub fn get(&self, path: &str) -> Result<Answered, Trouble> {
        self.send(self.request("GET", path), ())
    }

    /// The key that the node signs with, as it says itself.
    pub fn key(&self) -> Result<VerifierKey, Trouble> {
        let text = self.get("/journal/key")?.text()?;
        VerifierKey::parse(text.trim()).map_err(|_| Trouble::new(Exit::Failed, "U011", "the server's key is none"))
    }

    /// Reads what only the holder of `token` may read.
    pub fn get_as_person(&self, path: &str, token: &str) -> Result<Answered, Trouble> {
        self.send(self.request("GET", path).header("authorization", format!("Bearer {token}")), ())
    }

    /// Reads with a signed request.
    pub fn get_signed(&self, path: &str, signer: &Signer) -> Result<Answered, Trouble> {
        let address = format!("{}{path}", self.base);
        let signed = signer.sign(&Asked { method: "GET", address: &address, digest: None, once: None })?;
        let request = self.request("GET", path);
        self.send(request.header("signature-input", signed.signature_input).header("signature", signed.signature), ())
    }

    /// Sends a JSON document without a signature.
    pub fn post(&self, path: &str, body: &[u8]) -> Result<Answered, Trouble> {
        self.send(self.request("POST", path).header("content-type", "application/json"), body)
    }

    /// Sends a signed JSON document, once for ever: a second sending under the same key is the same question.
    pub fn post_signed(&self, path: &str, signer: &Signer, body: &[u8]) -> Result<Answered, Trouble> {
        let once = fresh_key()?;
        let try_it = || {
            let request = self.signed_post(path, signer, &BodyDigest::of(body), &once)?;
            self.send(request.header("content-type", "application/json"), body)
        };
        match try_it() {
            // The answer may have been lost on its way; asked again under the same key it comes again.
            Err(trouble) if trouble.exit == Exit::Unreachable => try_it(),
            other => other,
        }
    }

    /// Sends a signed file, once. If the answer does not come, the file may have been taken in part or whole.
    pub fn post_file(
        &self,
        path: &str,
        signer: &Signer,
        digest: &BodyDigest,
        name: Option<&str>,
        file: &File,
    ) -> Result<Answered, Trouble> {
        let mut request = self.signed_post(path, signer, digest, &fresh_key()?)?;
        request = request.header("content-type", "application/octet-stream");
        // A name hints at a format; one that a header cannot carry is left away.
        let plain = |name: &&str| name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_. ".contains(&c));
        if let Some(name) = name.filter(plain) {
            request = request.header("content-disposition", format!("attachment; filename=\"{name}\""));
        }
        self.send(request, file).map_err(|trouble| match trouble.exit {
            Exit::Unreachable => trouble.hint(
                "a part of it may be done already: send the very same again, which finishes it and does nothing twice",
            ),
            _ => trouble,
        })
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request.header("accept", "application/json").header("accept-language", self.language)
    }

    fn signed_post(
        &self,
        path: &str,
        signer: &Signer,
        digest: &BodyDigest,
        once: &str,
    ) -> Result<ureq::http::request::Builder, Trouble> {
        let address = format!("{}{path}", self.base);
        let signed =
            signer.sign(&Asked { method: "POST", address: &address, digest: Some(digest), once: Some(once) })?;
        let request = self.request("POST", path);
        let request = request.header("content-digest", digest.header_value()).header("idempotency-key", once);
        Ok(request.header("signature-input", signed.signature_input).header("signature", signed.signature))
    }

    fn send(&self, request: ureq::http::request::Builder, mut body: impl AsSendBody) -> Result<Answered, Trouble> {
        let request: Request<SendBody<'_>> = request.body(body.as_body()).map_err(|_| unreadable())?;
        let mut response: Response<Body> = self.agent.run(request).map_err(|error| unreachable_because(&error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER).read_to_vec();
        Ok(Answered { status, body: body.map_err(|error| unreachable_because(&error))? })
    }
}

impl Answered {
    /// The document.
    pub fn document(&self) -> Result<Value, Trouble> {
        serde_json::from_slice(&self.body).map_err(|_| unreadable())
    }

    /// The document of a request that was done; the problem of one that was not.
    pub fn done(&self) -> Result<Value, Trouble> {
        if (200..300).contains(&self.status) { self.document() } else { Err(self.problem()) }
    }

    /// The text of a request that was done.
    pub fn text(&self) -> Result<String, Trouble> {
        if !(200..300).contains(&self.status) {
            return Err(self.problem());
        }
        String::from_utf8(self.body.clone()).map_err(|_| unreadable())
    }

    /// What the node says went wrong.
    pub fn problem(&self) -> Trouble {
        let exit = match self.status {
            403 => Exit::Denied,
            404 => Exit::Nothing,
            409 | 412 => Exit::Changed,
            413 | 422 => Exit::Found,
            429 | 502 | 503 | 504 | 507 => Exit::Unreachable,
            _ => Exit::Failed,
        };
        match self.document() {
            Ok(document) if document["code"].is_string() => Trouble::from_document(exit, &document),
            _ => Trouble::new(
                exit,
                "U011",
                format!("the server answered with status {} and no problem of ours", self.status),
            ),
        }
    }
}

/// The part of an address that names this machine and no other.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn no_tls() -> Trouble {
    Trouble::new(Exit::Usage, "U010", "this program is built without TLS and cannot speak https")
        .hint("let a proxy on this machine speak https for it, and name that with `--server http://127.0.0.1:PORT`")
}

fn fresh_key() -> Result<String, Trouble> {
    let bytes = Chance::system().bytes::<16>();
    bytes.map(hex::encode).map_err(|error| Trouble::said(Exit::Failed, "U018", &error))
}

fn unreadable() -> Trouble {
    Trouble::new(Exit::Failed, "U011", "the server's answer cannot be read")
}

/// The transport failed: what was sent may have arrived or not, and can be sent again.
fn unreachable_because(error: &ureq::Error) -> Trouble {
    let what = match error {
        ureq::Error::Io(error) => format!("the server cannot be reached: {}", error.kind()),
        ureq::Error::Timeout(_) => "the server did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "the server's name is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the server cannot be reached".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => return unreadable(),
        _ => "the server cannot be spoken to".to_owned(),
    };
    Trouble::new(Exit::Unreachable, "U009", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<(), &str>) {
        let found = Server::at(url, Language::En).map(|_| ()).map_err(|trouble| trouble.code().to_owned());
        assert_eq!(found, expected.map_err(str::to_owned), "{url}");
    }

    #[test]
    fn numbers_travel_on_this_machine_alone_or_encrypted() {
        check("http://127.0.0.1:8080", Ok(()));
        check("http://localhost:8080/", Ok(()));
        check("http://[::1]:8080", Ok(()));
        for url in
            ["http://node.example", "https://node.example", "ftp://localhost", "localhost", "http://127.0.0.1/api"]
        {
            check(url, Err("U010"));
        }
    }

    #[test]
    fn statuses_become_exits() {
        let answered = |status, body: &str| Answered { status, body: body.as_bytes().to_vec() };
        let problem = answered(403, r#"{"code":"D007","title":"denied","detail":"denied: ended"}"#).problem();
        assert_eq!((problem.exit, problem.code()), (Exit::Denied, "D007"));
        assert_eq!(answered(503, "").problem().exit, Exit::Unreachable);
        assert_eq!(answered(500, "<html>").problem().code(), "U011");
        assert!(answered(200, "{}").done().is_ok());
    }
}
