//! What a stranger can do to a door: too much, too deep, too slow, not signed, signed for something else.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use fairfile_requests::BodyDigest;
use serde_json::json;

use crate::node::{As, Ask, Engine, Node, SHOWN, Serving, on_both_engines, question};

const WHOLE: &str = "/api/inquiries";

fn asked() -> Ask<'static> {
    Ask::post(WHOLE, As::Signed("0417"), question(SHOWN, "licence-renewal", "L-1"))
}

fn a_question_is_bounded_in_every_direction(engine: Engine) {
    let node = Node::new(engine);
    let check = |body: Vec<u8>, status, code| {
        let told = node.asks(&Ask::post(WHOLE, As::Signed("0417"), body)).expect(status, code);
        assert!(told["incident"].as_str().is_some_and(|incident| incident.starts_with("inc_")));
    };
    check(vec![b' '; 16 * 1024 + 1], 413, "Q010");
    check("[".repeat(8_000).into_bytes(), 400, "Q002");
    check(format!("{{\"purpose\":{}", "[".repeat(8_000)).into_bytes(), 400, "Q002");
    check(format!("{{\"identifier\":{{\"kind\":{}", "{\"a\":".repeat(2_000)).into_bytes(), 400, "Q002");
    check(Vec::new(), 400, "Q002");
    check(vec![0xff; 100], 400, "Q002");
    let mut with_more: serde_json::Value =
        serde_json::from_slice(&question(SHOWN, "licence-renewal", "L-2")).expect("JSON");
    with_more["officer"] = json!("0101");
    check(with_more.to_string().into_bytes(), 400, "Q002");
    let twice = String::from_utf8(question(SHOWN, "licence-renewal", "L-3")).expect("UTF-8");
    check(twice.replacen('{', "{\"name\":\"x\",", 1).into_bytes(), 400, "Q002");

    let body = question(("12345", ""), "No Such Purpose", "");
    let told = node.asks(&Ask::post(WHOLE, As::Signed("0417"), body)).expect(422, "Q006");
    let pointers: Vec<_> =
        told["errors"].as_array().expect("errors").iter().filter_map(|row| row["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/purpose", "/case", "/identifier/number", "/name"]);
    assert!(!told.to_string().contains("12345"));
}

fn only_what_is_signed_is_heard(engine: Engine) {
    let node = Node::new(engine);
    node.asks(&asked().with("idempotency-key", None)).expect(400, "Q001");
    node.asks(&asked().with("content-type", Some("text/plain"))).expect(415, "Q011");

    let mut wrong_digest = asked();
    wrong_digest.headers.push(("content-digest", BodyDigest::of(b"another body").header_value()));
    node.asks(&wrong_digest).expect(401, "S013");
    let mut no_digest = node.request(&asked());
    no_digest.headers_mut().remove("content-digest");
    node.sends(no_digest).expect(401, "S011");
    let mut old = asked();
    old.created -= 301;
    node.asks(&old).expect(401, "S015");
    let mut ahead = asked();
    ahead.created += 61;
    node.asks(&ahead).expect(401, "S016");

    let mut other_path = node.request(&Ask::post("/api/batches/check?item=x", As::Signed("0417"), Vec::new()));
    *other_path.uri_mut() = "/api/batches/check?item=pharmacist-licence".parse().expect("an address");
    let wrong = node.sends(other_path).expect(401, "S020");
    let mut unknown = node.request(&asked());
    let input = unknown.headers()["signature-input"].to_str().expect("ASCII").replace("0417.2026", "9999.2026");
    unknown.headers_mut().insert("signature-input", input.parse().expect("a header"));
    let unknown = node.sends(unknown).expect(401, "S020");
    let same = |told: &serde_json::Value| {
        let mut told = told.clone();
        told["incident"] = json!("");
        told
    };
    assert_eq!(same(&wrong), same(&unknown), "whether a key is registered is nobody's business");

    let mut other_host = node.request(&asked());
    other_host.headers_mut().insert("host", "evil.example".parse().expect("a header"));
    node.sends(other_host).expect(421, "Q012");
    assert_eq!(node.reg.store.head().snapshot().size(), Node::new(Engine::Sqlite).reg.store.head().snapshot().size());
}

pub fn dial(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time limit");
    stream
}

/// Everything until the server closes; a reset is an end as well.
pub fn to_the_end(mut stream: TcpStream) -> String {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server keeps the connection: {error}"),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// One whole answer; the connection stays open.
pub fn one_answer(stream: &mut TcpStream) -> String {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if length.is_some_and(|length| body.len() >= length) {
                return text;
            }
        }
        let read = stream.read(&mut piece).expect("an answer");
        assert!(read > 0, "the server closed: {text}");
        all.extend_from_slice(&piece[..read]);
    }
}

#[test]
fn slow_and_greedy_clients_are_kept_off() {
    let node = Node::new(Engine::Sqlite);
    let mut serving = node.serves(|config| {
        config.limits.patience.header = Duration::from_millis(200);
        config.limits.patience.body_idle = Duration::from_millis(200);
        config.limits.patience.idle = Duration::from_millis(1_500);
    });
    let host = serving.addr;

    // Headers that never end.
    let mut slow = dial(host);
    slow.write_all(b"GET /health HTTP/1.1\r\nHos").expect("sent");
    assert_eq!(to_the_end(slow), "");

    // Headers that are too large.
    let mut large = dial(host);
    let header = format!("GET /health HTTP/1.1\r\nHost: {host}\r\nx: {}\r\n\r\n", "a".repeat(20_000));
    large.write_all(header.as_bytes()).expect("sent");
    assert!(to_the_end(large).starts_with("HTTP/1.1 431"));

    // A connection is kept between requests for longer than a header may take, and then let go.
    let mut kept = dial(host);
    for _ in 0..2 {
        kept.write_all(format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).expect("sent");
        assert!(one_answer(&mut kept).ends_with("ok\n"));
        node.waits(500);
    }
    assert_eq!(to_the_end(kept), "");

    // A body that stops coming.
    let mut stuck = dial(host);
    let request = "POST /api/demo/sign-in HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n";
    stuck.write_all(format!("{request}Host: {host}\r\n\r\n{{").as_bytes()).expect("sent");
    assert!(to_the_end(stuck).starts_with("HTTP/1.1 408"));

    // A body that is refused while it is still coming: the client reads why.
    let mut refused = dial(host);
    refused
        .write_all(
            format!("POST /api/batches?item=a HTTP/1.1\r\nContent-Length: 900000\r\nHost: {host}\r\n\r\n").as_bytes(),
        )
        .expect("sent");
    let sent = refused.write_all(&vec![b'x'; 900_000]);
    let told = to_the_end(refused);
    assert!(told.starts_with("HTTP/1.1 401"), "{sent:?} {told}");

    let mut idle = dial(host);
    idle.write_all(format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).expect("sent");
    one_answer(&mut idle);
    serving.stop();
    assert_eq!(to_the_end(idle), "", "an idle connection ends with the server");
    node.runtime.block_on(serving.done.take().expect("a server")).expect("no panic");
}

#[test]
fn there_is_room_for_so_many_connections_and_the_next_is_told() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| config.limits.connections = 4);
    let host = serving.addr;
    let mut held = Vec::new();
    let turned_away = (0..6).find_map(|_| {
        let mut stream = dial(host);
        stream.set_read_timeout(Some(Duration::from_millis(150))).expect("a time limit");
        let mut first = [0; 12];
        if stream.read_exact(&mut first).is_err() {
            held.push(stream);
            return None;
        }
        Some(format!("{}{}", String::from_utf8_lossy(&first), to_the_end(stream)))
    });
    assert!(held.len() <= 4, "{}", held.len());
    let told = turned_away.expect("the fifth is turned away");
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("retry-after: 1"), "{told}");
}

/// A request as bytes, signed for the address that `serving` listens at.
pub fn wire(node: &Node, serving: &Serving, ask: &Ask<'_>) -> Vec<u8> {
    let (parts, _) = node.request_to(&serving.origin(), ask).into_parts();
    let mut text = format!("{} {} HTTP/1.1\r\ncontent-length: {}\r\n", parts.method, parts.uri, ask.body.len());
    for (name, value) in &parts.headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().expect("ASCII")));
    }
    [text.as_bytes(), b"\r\n", &ask.body].concat()
}

#[test]
fn a_signed_question_is_answered_over_a_real_connection() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let serving = node.serves(|_| ());
    let mut stream = dial(serving.addr);
    stream.write_all(&wire(&node, &serving, &asked())).expect("sent");
    let answer = one_answer(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

on_both_engines!(a_question_is_bounded_in_every_direction, only_what_is_signed_is_heard);
