//! Requests as members, officers, people and strangers send them, and every byte of what comes back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use fairfile_demo::province::key_code;
use fairfile_requests::{BodyDigest, Message, SigningKey, sign};
use serde_json::{Value, json};

/// A whole answer, head and body.
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// Head and body.
    pub bytes: Vec<u8>,
}

impl Answered {
    /// The document in its body.
    pub fn document(&self) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        let body = text.split_once("\r\n\r\n").map_or("", |parts| parts.1);
        serde_json::from_str(body).unwrap_or_else(|_| panic!("status {} without a document", self.status))
    }
}

/// Where requests go, and the keys that sign them. Every request has a connection of its own, which ends with it.
pub struct Desk {
    /// Such as `http://127.0.0.1:40123`.
    pub address: String,
    /// A folder with the demo's keys.
    pub keys: PathBuf,
}

impl Desk {
    /// Asks as nobody.
    pub fn get(&self, path: &str) -> Answered {
        self.sends("GET", path, &[], b"")
    }

    /// Asks with a signature.
    pub fn get_signed(&self, path: &str, holder: &str) -> Answered {
        self.sends("GET", path, &self.signed("GET", path, holder, None), b"")
    }

    /// Hands something in with a signature, once for ever under `once`.
    pub fn post(&self, path: &str, holder: &str, once: &str, body: &[u8]) -> Answered {
        self.sends("POST", path, &self.signed("POST", path, holder, Some((body, once))), body)
    }

    /// Signs in as the person of this number.
    pub fn signs_in(&self, number: &str) -> Answered {
        let body = json!({ "identifier": { "kind": "cn-resident", "number": number } }).to_string();
        self.sends("POST", "/api/demo/sign-in", &[("content-type", "application/json".into())], body.as_bytes())
    }

    /// Asks as the person whose session this is.
    pub fn get_as_person(&self, path: &str, token: &str) -> Answered {
        self.sends("GET", path, &[("authorization", format!("Bearer {token}"))], b"")
    }

    /// The headers that sign a request.
    pub fn signed(
        &self,
        method: &str,
        path: &str,
        holder: &str,
        body: Option<(&[u8], &str)>,
    ) -> Vec<(&'static str, String)> {
        let code = key_code(holder);
        let pem = std::fs::read_to_string(self.keys.join(format!("{code}.pem"))).expect("a demo key");
        let key = SigningKey::from_pem(&pem).expect("a key");
        let digest = body.map(|(body, _)| BodyDigest::of(body).header_value());
        let once = body.map(|(_, once)| once.to_owned());
        let headers = |name: &str| once.clone().filter(|_| name == "idempotency-key");
        let uri = format!("{}{path}", self.address);
        let message = Message { method, target_uri: &uri, content_digest: digest.as_deref(), headers: &headers };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() as i64;
        let signed = sign(&message, &key, &code.parse().expect("a code"), now, &[]).expect("it is signed");
        let all = [("content-digest", digest), ("idempotency-key", once)];
        let both = [("signature-input", signed.signature_input), ("signature", signed.signature)];
        let written = all.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(both);
        written.chain([("content-type", "application/json".to_owned())]).collect()
    }

    /// Sends a request of whatever shape.
    pub fn sends(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Answered {
        self.sends_raw(&self.request(method, path, headers, body))
    }

    /// The request as it is sent.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.host());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    /// Sends bytes that may be no request at all.
    pub fn sends_raw(&self, bytes: &[u8]) -> Answered {
        let mut stream = self.connects();
        let mut answer = Vec::new();
        // A stranger may be cut off while it still sends; what was answered is there all the same.
        stream.write_all(bytes).ok();
        stream.read_to_end(&mut answer).ok();
        let status = String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|word| word.parse().ok());
        Answered { status: status.unwrap_or_default(), bytes: answer }
    }

    /// A connection on which nothing was said yet.
    pub fn connects(&self) -> TcpStream {
        TcpStream::connect(self.host()).expect("it listens")
    }

    fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }
}
