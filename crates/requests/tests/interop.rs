//! A client in another language with a stock library for RFC 9421: it signs and we verify, we sign and it verifies.
//!
//! `clients/python/ask.py` is the client, `interop.py` lets it sign without sending. `FAIRFILE_TEST_PYTHON` names a
//! Python that has `clients/python/requirements.txt` installed; `cargo xtask test` makes one and sets it.

#![allow(clippy::disallowed_methods, reason = "where the test's Python is, only the environment can tell")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use fairfile_requests::{BodyDigest, Message, Signed, SigningKey, Verified, sign, verify};
use serde_json::{Value, json};

const CREATED: i64 = 1_790_000_000;
const URL: &str = "https://node.example:8443/api/inquiries";

fn interpreter() -> String {
    let Ok(python) = std::env::var("FAIRFILE_TEST_PYTHON") else {
        panic!("run the tests by `cargo xtask test`: it makes the Python that FAIRFILE_TEST_PYTHON has to name");
    };
    python
}

fn python(order: Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop.py");
    let mut child = Command::new(interpreter())
        .args(["-B", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("FAIRFILE_TEST_PYTHON names a Python that runs");
    child.stdin.take().expect("a pipe").write_all(order.to_string().as_bytes()).expect("interop.py reads its order");
    let output = child.wait_with_output().expect("interop.py ends");
    assert!(output.status.success(), "interop.py failed: its complaint is above");
    serde_json::from_slice(&output.stdout).expect("interop.py answers in JSON")
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32]).expect("a key")
}

/// What a node makes of a request that Python has signed.
fn received(request: &Value, now: i64) -> Result<Verified, fairfile_requests::SignatureFault> {
    let find = |name: &str| request["headers"][name].as_str().map(str::to_owned);
    let digest = find("content-digest");
    let message = Message {
        method: request["method"].as_str().expect("a method"),
        target_uri: request["url"].as_str().expect("an address"),
        content_digest: digest.as_deref(),
        headers: &find,
    };
    let (input, signature) = (find("signature-input").expect("an input"), find("signature").expect("a signature"));
    let public = key().public_key();
    let verified =
        verify(&message, &input, &signature, |code| (code.as_str() == "county.2026").then_some(public), now)?;
    if let Some(digest) = digest {
        BodyDigest::of(request["body"].as_str().expect("a body").as_bytes()).check(&digest)?;
    }
    Ok(verified)
}

fn order(deed: &str, url: &str) -> Value {
    json!({
        "deed": deed, "url": url, "pem": key().to_pem().as_str(), "key_id": "county.2026", "created": CREATED,
        "idempotency_key": "5f0c", "number": "an invented number", "name": "\u{738b}\u{5c0f}\u{660e}",
    })
}

#[test]
fn python_asks_and_the_node_understands() {
    for url in [URL, "http://127.0.0.1:8080/api/inquiries", "https://Node.Example/api/inquiries"] {
        let request = python(order("sign", url));
        let verified = received(&request, CREATED + 1).expect("a signed request");
        assert_eq!((verified.key.as_str(), verified.created), ("county.2026", CREATED));

        for (part, other) in [
            ("/method", "PUT"),
            ("/url", "https://node.example:8443/api/batches"),
            ("/body", "{}"),
            ("/headers/idempotency-key", "5f0d"),
            ("/headers/content-type", "text/plain"),
        ] {
            let mut changed = request.clone();
            *changed.pointer_mut(part).expect("a part of the request") = other.into();
            assert!(received(&changed, CREATED + 1).is_err(), "{part}");
        }
        assert!(received(&request, CREATED + 301).is_err());
    }
}

/// `@method`, `@authority` and `@target-uri` are what the library covers unasked.
#[test]
fn python_as_it_comes_does_for_reading() {
    let request = python(order("sign_as_is", "https://node.example/api/looks?after=x"));
    let verified = received(&request, CREATED + 90).expect("a signed request");
    assert_eq!(verified.nonce.as_deref(), Some("n-1"));
    assert!(received(&request, CREATED + 91).is_err());
}

#[test]
fn the_node_signs_and_python_understands() {
    let body = BodyDigest::of(b"{}").header_value();
    let headers = |name: &str| match name {
        "idempotency-key" => Some("5f0c".to_string()),
        "content-type" => Some("application/json".to_string()),
        _ => None,
    };
    let message = Message { method: "POST", target_uri: URL, content_digest: Some(&body), headers: &headers };
    let code = "county.2026".parse().expect("a code");
    // In the past: this library looks at the clock of the machine, and takes nothing that is ahead of it.
    let signed = sign(&message, &key(), &code, 1_700_000_000, &["content-type", "@authority"]).expect("a signature");
    let Signed { signature_input, signature } = signed;
    let order = json!({
        "deed": "verify", "method": "POST", "url": URL, "public": hex::encode(key().public_key()),
        "headers": {
            "Content-Digest": body, "Content-Type": "application/json", "Idempotency-Key": "5f0c",
            "Signature-Input": signature_input, "Signature": signature,
        },
    });
    let answer = python(order.clone());
    assert_eq!(answer["holds"], true);
    assert_eq!(answer["covered"].as_array().map(Vec::len), Some(7), "{answer}");
    for part in ["Content-Digest", "Content-Type", "Idempotency-Key"] {
        let mut changed = order.clone();
        changed["headers"][part] = BodyDigest::of(b"other").header_value().into();
        assert_eq!(python(changed)["holds"], false, "{part}");
    }
}

#[test]
fn keys_of_both_are_keys_for_both() {
    let pem = python(json!({ "deed": "make_key", "seed": hex::encode([7; 32]) }))["pem"].clone();
    assert_eq!(pem.as_str(), Some(key().to_pem().as_str()));
    assert_eq!(SigningKey::from_pem(&key().to_pem()).expect("a key").public_key(), key().public_key());
}

/// `ask.py` itself, from its command line over a socket to the answer that it prints.
#[test]
fn the_client_asks_over_http() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let node = format!("http://{}", listener.local_addr().expect("an address"));
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(key().to_pem().as_bytes()).expect("a written key");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients/python/ask.py");
    let mut child = Command::new(interpreter())
        .args(["-B", script, "--node", &node, "--key-id", "county.2026", "--purpose", "licence-renewal"])
        .args(["--case", "2026-0417", "--idempotency-key", "5f0c", "--key"])
        .arg(file.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("FAIRFILE_TEST_PYTHON names a Python that runs");
    let lines = "an invented number\n\u{738b}\u{5c0f}\u{660e}\n";
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("ask.py reads the question");

    // In a thread of its own: if the client gives up before it calls, the test says why instead of waiting.
    let server = thread::spawn(move || answer_one(&listener, &node));
    let output = child.wait_with_output().expect("ask.py ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "201\n{\"facts\":[]}\n");

    let request = server.join().expect("a request");
    let created = request["headers"]["signature-input"].as_str().and_then(|input| input.split_once(";created="));
    let created = created.and_then(|(_, rest)| rest.split(';').next()?.parse().ok()).expect("a date");
    assert_eq!(received(&request, created).map(|verified| verified.key.to_string()), Ok("county.2026".into()));
    let asked: Value = serde_json::from_str(request["body"].as_str().expect("a body")).expect("JSON");
    let identifier = json!({ "kind": "cn-resident", "number": "an invented number" });
    let name = "\u{738b}\u{5c0f}\u{660e}";
    let expected = json!({ "purpose": "licence-renewal", "case": "2026-0417", "identifier": identifier, "name": name });
    assert_eq!(asked, expected);
}

/// Takes one request off the socket as it came, and answers it.
fn answer_one(listener: &TcpListener, node: &str) -> Value {
    let (stream, _) = listener.accept().expect("a caller");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    let mut reader = BufReader::new(&stream);
    let mut lines = reader.by_ref().lines().map(|line| line.expect("a line"));
    let first = lines.next().expect("a request");
    let (method, path) = first.strip_suffix(" HTTP/1.1").and_then(|rest| rest.split_once(' ')).expect("a request line");
    let headers: serde_json::Map<_, _> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.into())))
        .collect();
    let length = headers["content-length"].as_str().and_then(|length| length.parse().ok()).expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let answer = "{\"facts\":[]}";
    write!(&stream, "HTTP/1.1 201 Created\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}", answer.len())
        .expect("an answer");
    let body = String::from_utf8(body).expect("text");
    json!({ "method": method, "url": format!("{node}{path}"), "headers": headers, "body": body })
}

/// What versions 1.0.1 and 2.0.1 of the library send, to the letter: the key before the algorithm.
#[test]
fn older_pythons_are_understood() {
    let request = json!({
        "method": "POST", "url": URL, "body": "{\"hello\": \"world\"}",
        "headers": {
            "content-digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            "idempotency-key": "5f0c",
            "signature-input": "sig1=(\"@method\" \"@authority\" \"@target-uri\" \"content-digest\" \"idempotency-key\")\
                ;created=1790000000;keyid=\"county.2026\";alg=\"ed25519\"",
            "signature": "sig1=:xldhcn8VujAl6YgkjT4jixfJh/EJ5vi9iZNZF/HZa1/B0lOMOiVegtn1DLCWhl50QrFkyNlXyAZK5XJFZQsGBg==:",
        },
    });
    assert!(received(&request, CREATED).is_ok());
}
