//! The client in Python asks a real server: what stock libraries sign, the node answers.

#![allow(
    clippy::disallowed_methods,
    reason = "the client has the machine's own clock, and where the test's Python is only the environment can tell"
)]

#[path = "doors/node.rs"]
mod node;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use fairfile_domain::day::Instant;
use serde_json::Value;

use node::{Engine, Node, SHOWN};

fn machine() -> Instant {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_micros();
    Instant::from_unix_micros(i64::try_from(micros).expect("a clock before 9999")).expect("an instant")
}

#[test]
fn a_client_in_python_asks_and_gets_a_receipt() {
    let Ok(python) = std::env::var("FAIRFILE_TEST_PYTHON") else {
        panic!("run the tests by `cargo xtask test`: it makes the Python that FAIRFILE_TEST_PYTHON has to name");
    };
    let node = Node::with_pharmacists(Engine::Sqlite);
    let serving = node.serves_by(machine, |_| ());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/python/ask.py");
    let mut child = Command::new(python)
        .arg("-B")
        .arg(script)
        .args(["--node", &serving.origin(), "--key-id", "0417.2026", "--purpose", "licence-renewal", "--case", "PY-1"])
        .arg("--key")
        .arg(node.key_file("0417"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("FAIRFILE_TEST_PYTHON names a Python that runs");
    let question = format!("{}\n{}\n", SHOWN.0, SHOWN.1);
    child.stdin.take().expect("a pipe").write_all(question.as_bytes()).expect("ask.py reads its question");
    let output = child.wait_with_output().expect("ask.py ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (status, body) = text.split_once('\n').expect("a status and a body");
    assert!(output.status.success() && status.trim() == "201", "{text}");
    let answer: Value = serde_json::from_str(body).expect("an answer of JSON");
    let report = fairfile_proof::verify_file(
        answer["receipt"].to_string().as_bytes(),
        Some(&node.reg.publisher.key().vkey()),
        None,
    );
    assert!(report.expect("a receipt").ok);
}
