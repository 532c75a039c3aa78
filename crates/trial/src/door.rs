//! The node's doors, as its members, officers and people come to them: signed requests over HTTP.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use fairfile_demo::province::key_code;
use fairfile_domain::id::KeyCode;
use fairfile_requests::{BodyDigest, Message, SigningKey, sign};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;
use ureq::http::request::Builder;

/// The most bytes of an answer.
const ANSWER: u64 = 64 * 1024 * 1024;
/// How long one answer may take. A node that lives answers in less; one that was killed closes the connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// For how long a request that was refused for want of room is sent again.
const INSISTENCE: Duration = Duration::from_secs(15);

/// Somebody with a registered key.
pub struct Holder {
    key: SigningKey,
    code: KeyCode,
}

impl Holder {
    /// The member or officer of this code, by the demo's own key.
    pub fn of(node: &Path, holder: &str) -> Result<Self> {
        let code = key_code(holder);
        let pem = std::fs::read_to_string(node.join("demo-keys").join(format!("{code}.pem")))?;
        let key = SigningKey::from_pem(&pem).context("a demo key cannot be read")?;
        Ok(Self { key, code: code.parse().context("a key's code")? })
    }
}

/// A whole answer. One that was cut off is none, and whoever asked does not know what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answered {
    /// The document.
    pub fn document(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("status {} without a document", self.status))
    }

    /// Refuses any other status.
    pub fn with(self, expected: &[u16]) -> Result<Self> {
        if expected.contains(&self.status) {
            return Ok(self);
        }
        let code = self.document().ok().and_then(|document| document["code"].as_str().map(str::to_owned));
        bail!("status {} {}, expected one of {expected:?}", self.status, code.unwrap_or_default())
    }

    /// Whether the node or its disk had no room, or it takes no writes: nothing was done.
    pub fn is_refused_for_now(&self) -> bool {
        matches!(self.status, 429 | 503 | 507)
    }
}

/// One client of a node: a connection that is kept.
pub struct Door {
    agent: Agent,
    base: String,
}

impl Door {
    /// The node that says it is served at `base`, such as `http://127.0.0.1:8080`.
    pub fn at(base: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: agent.into(), base: base.to_owned() }
    }

    /// Reads what anybody may read.
    pub fn get(&self, path: &str) -> Result<Answered> {
        self.send(Request::builder().method("GET").uri(format!("{}{path}", self.base)), b"")
    }

    /// Reads with a signed request.
    pub fn get_signed(&self, path: &str, holder: &Holder) -> Result<Answered> {
        let signed = self.signed("GET", path, holder, None, None)?;
        self.send(signed, b"")
    }

    /// Sends a signed body, once for ever under `once`.
    pub fn post(&self, path: &str, holder: &Holder, once: &str, body: &[u8]) -> Result<Answered> {
        let digest = BodyDigest::of(body).header_value();
        let request = self.signed("POST", path, holder, Some(&digest), Some(once))?;
        self.send(request.header("content-type", "application/json"), body)
    }

    /// Does `ask` again while the node has no room for it.
    pub fn insist(&self, ask: impl Fn(&Self) -> Result<Answered>) -> Result<Answered> {
        let began = Instant::now();
        loop {
            let answered = ask(self)?;
            if !answered.is_refused_for_now() || began.elapsed() > INSISTENCE {
                return Ok(answered);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The person's own file, read as the person does, and again while the node has no room.
    pub fn own_file(&self, number: &str) -> Result<Value> {
        self.insist(|door| door.tries_own_file(number))?
            .with(&[200])
            .context("a person cannot read the own file")?
            .document()
    }

    /// The same, at once or not at all.
    pub fn tries_own_file(&self, number: &str) -> Result<Answered> {
        let body = json!({ "identifier": { "kind": "cn-resident", "number": number } }).to_string();
        let request = Request::builder().method("POST").uri(format!("{}/api/demo/sign-in", self.base));
        let session = self.send(request.header("content-type", "application/json"), body.as_bytes())?;
        if session.status != 201 {
            return Ok(session);
        }
        let session = session.document()?;
        let token = session["token"].as_str().context("a session has a token")?;
        let request = Request::builder().method("GET").uri(format!("{}/api/my/file", self.base));
        self.send(request.header("authorization", format!("Bearer {token}")), b"")
    }

    fn signed(
        &self,
        method: &str,
        path: &str,
        holder: &Holder,
        digest: Option<&str>,
        once: Option<&str>,
    ) -> Result<Builder> {
        let address = format!("{}{path}", self.base);
        let headers = |name: &str| once.filter(|_| name == "idempotency-key").map(str::to_owned);
        let message = Message { method, target_uri: &address, content_digest: digest, headers: &headers };
        let signed = sign(&message, &holder.key, &holder.code, unix_seconds()?, &[])?;
        let mut request = Request::builder().method(method).uri(&address);
        for (name, value) in [("content-digest", digest), ("idempotency-key", once)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        Ok(request.header("signature-input", signed.signature_input).header("signature", signed.signature))
    }

    fn send(&self, request: Builder, body: &[u8]) -> Result<Answered> {
        let mut response =
            if body.is_empty() { self.agent.run(request.body(())?)? } else { self.agent.run(request.body(body)?)? };
        let status = response.status().as_u16();
        let length: Option<usize> =
            response.headers().get("content-length").map(|it| it.to_str()?.parse().context("a length")).transpose()?;
        let body = response.body_mut().with_config().limit(ANSWER).read_to_vec()?;
        ensure!(length.is_none_or(|length| length == body.len()), "an answer was cut off");
        Ok(Answered { status, body })
    }
}

fn unix_seconds() -> Result<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the machine's clock stands before 1970")?;
    Ok(i64::try_from(since.as_secs())?)
}
