//! Nothing about a person stands in any log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::node::{As, Ask, ENDED, Engine, Node, SHOWN, UNKNOWN, question};

#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<u8>>>);

impl Write for Book {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a book").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Book {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn a_request_leaves_one_line_without_content() {
    let book = Book::default();
    let log =
        tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(book.clone());
    log.try_init().expect("the only log of these tests");

    let node = Node::with_pharmacists(Engine::Sqlite);
    for person in [SHOWN, ENDED, UNKNOWN, (SHOWN.0, "王无名"), ("539958198204170134", SHOWN.1)] {
        node.inquires("0417", person, "licence-renewal", "CANARY-CASE");
        node.inquires("0418", person, "licence-renewal", "CANARY-CASE");
    }
    let token = node.signs_in(SHOWN.0);
    assert_eq!(node.asks(&Ask::get("/api/my/file", As::Token(&token))).status, 200);
    node.asks(&Ask::get(format!("/api/people/{}?name=CANARY-NAME", SHOWN.0), As::Nobody)).expect(404, "Q007");
    node.asks(&Ask::get(format!("/problems/{}", SHOWN.0), As::Nobody)).expect(404, "Q009");
    node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), b"{\"CANARY-KEY\":1}".to_vec())).expect(400, "Q002");
    let mut made_up = Ask::post("/api/inquiries", As::Nobody, question(SHOWN, "licence-renewal", "CANARY-CASE"));
    made_up.method = "CANARY-METHOD".parse().expect("a method");
    node.asks(&made_up).expect(405, "Q008");

    let log = String::from_utf8(book.0.lock().expect("a book").clone()).expect("UTF-8");
    assert!(
        log.contains("route=\"/api/inquiries\"") && log.contains("status=201") && log.contains("incident=\"inc_"),
        "{log}"
    );
    let names = [SHOWN.1, ENDED.1, UNKNOWN.1];
    let numbers = [SHOWN.0, ENDED.0, UNKNOWN.0, "539958198204170134"];
    for secret in names.iter().chain(&numbers).chain(&["CANARY", &token]) {
        assert!(!log.contains(secret), "the log tells of a person");
    }
}
