//! More than the node can do: each share for itself, each caller for himself, and every refusal says when to come again.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, Request};
use fairfile_http::limits::{FILES_AT_ONCE, Limits, Rate, ShareSize, Shares, TURNED_AWAY};
use fairfile_http::router::{ROUTES, Route};
use fairfile_http::share::Share;
use fairfile_http::{Config, Doors, router};
use serde_json::{Value, json};

use crate::limits::{dial, one_answer, to_the_end, wire};
use crate::node::{
    As, Ask, ENDED, Engine, Node, ORIGIN, Reply, SHOWN, on_both_engines, question, sample_bytes, standing, upload,
};

const SHARES: [Share; 7] =
    [Share::Persons, Share::Deadlines, Share::Members, Share::Files, Share::SignIn, Share::Public, Share::Health];
/// No place and no queue: whoever comes is one too many.
const NONE: ShareSize = ShareSize::new(0, 0, 0);
/// So seldom that no test waits for it.
const SELDOM: Rate = Rate { each_minute: 1, at_once: 2 };

/// The sizes with `share` closed.
fn without(share: Share) -> Shares {
    let mut sizes = Shares::default();
    match share {
        Share::Persons => sizes.persons = NONE,
        Share::Deadlines => sizes.deadlines = NONE,
        Share::Members => sizes.members = NONE,
        Share::Files => sizes.files = NONE,
        Share::SignIn => sizes.sign_in = NONE,
        Share::Public => sizes.public = NONE,
        Share::Health => sizes.health = NONE,
    }
    sizes
}

/// Other doors of the same node.
fn with_limits(node: &mut Node, change: impl FnOnce(&mut Limits)) {
    let mut config = Config::new(standing);
    config.origins = vec![ORIGIN.to_owned()];
    change(&mut config.limits);
    node.router = router::router(Doors::new(node.reg.clone(), config).expect("an origin"));
}

/// An answer of the wire: its status, the seconds of its `Retry-After`, and its document.
pub fn parts(answer: &str) -> (u16, Option<u64>, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let later = head.lines().find_map(|line| line.strip_prefix("retry-after: ")?.parse().ok());
    (status, later, serde_json::from_str(body).unwrap_or_default())
}

/// Refused in the words of `code`, and told when to come again.
#[track_caller]
pub fn is_refused(status: u16, later: Option<u64>, told: &Value, expected: u16, code: &str) {
    assert_eq!((status, told["code"].as_str()), (expected, Some(code)), "{told}");
    assert!(later.is_some_and(|seconds| (1..=60).contains(&seconds)), "{later:?}");
    for key in ["schema", "type", "title", "detail", "hint"] {
        assert!(told[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {told}");
    }
    assert_eq!(told["status"], expected);
}

#[track_caller]
fn reply_is_refused(reply: &Reply, expected: u16, code: &str) {
    let later = reply.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    is_refused(reply.status, later, &reply.json(), expected, code);
}

/// A body that must not be touched.
struct Untouched;

impl HttpBody for Untouched {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        panic!("the body of a refused request is read")
    }
}

fn address(route: &Route) -> String {
    let path = route.path.replace("{item}", "pharmacist-licence").replace("{code}", "D007");
    path.replace("{*path}", "0/000").replace("{language}", "en").replace(['{', '}'], "")
}

#[test]
fn a_closed_share_refuses_before_it_reads_and_leaves_the_others_open() {
    let mut node = Node::new(Engine::Sqlite);
    let before = node.reg.store.head().snapshot().size();
    for closed in SHARES {
        with_limits(&mut node, |limits| limits.shares = without(closed));
        for route in ROUTES {
            let refused = Share::of(route) == closed;
            let body = if refused { Body::new(Untouched) } else { Body::empty() };
            let request = Request::builder().method(&route.method).uri(address(route)).header("host", "lanhe.example");
            let request = request.header("accept", "application/json");
            let reply = node.sends(request.body(body).expect("a request"));
            if refused {
                reply_is_refused(&reply, 503, "Q019");
            } else {
                assert!(![429, 503].contains(&reply.status), "{} while {closed:?} is full", route.path);
            }
        }
    }
    assert_eq!(node.reg.store.head().snapshot().size(), before);
}

#[test]
fn one_key_takes_no_more_than_its_own_and_nobody_can_use_it_up() {
    let mut node = Node::with_pharmacists(Engine::Sqlite);
    with_limits(&mut node, |limits| limits.rates.key = SELDOM);
    let asks = |holder: &'static str, case: &str| {
        Ask::post("/api/inquiries", As::Signed(holder), question(SHOWN, "licence-renewal", case))
    };
    for number in 0..5 {
        let mut forged = node.request(&asks("0417", &format!("P-{number}")));
        let other = node.request(&asks("0417", "P-X")).headers()["signature"].clone();
        forged.headers_mut().insert("signature", other);
        node.sends(forged).expect(401, "S020");
    }
    for case in ["P-6", "P-7"] {
        assert_eq!(node.asks(&asks("0417", case)).status, 201);
    }
    let before = node.reg.store.head().snapshot().size();
    reply_is_refused(&node.asks(&asks("0417", "P-8")), 429, "Q025");
    let mut forged = node.request(&asks("0417", "P-9"));
    forged.headers_mut().insert("signature", node.request(&asks("0418", "P-9")).headers()["signature"].clone());
    node.sends(forged).expect(401, "S020");
    assert_eq!(node.reg.store.head().snapshot().size(), before, "what is refused is no look");
    assert!([201, 403].contains(&node.asks(&asks("0418", "P-10")).status), "another key has its own");
}

#[test]
fn one_person_takes_no_more_than_the_own_in_however_many_sessions() {
    let mut node = Node::with_pharmacists(Engine::Sqlite);
    with_limits(&mut node, |limits| limits.rates.person = Rate { at_once: 4, ..SELDOM });
    // Signing in counts as well.
    let (one, again, other) = (node.signs_in(SHOWN.0), node.signs_in(SHOWN.0), node.signs_in(ENDED.0));
    for token in [&one, &again] {
        assert_eq!(node.asks(&Ask::get("/api/my/file", As::Token(token))).status, 200);
    }
    let before = node.reg.store.head().snapshot().size();
    for token in [&one, &again] {
        reply_is_refused(&node.asks(&Ask::get("/api/my/looks", As::Token(token))), 429, "Q025");
    }
    let identifier = json!({ "identifier": { "kind": "cn-resident", "number": SHOWN.0 } }).to_string();
    reply_is_refused(&node.asks(&Ask::post("/api/demo/sign-in", As::Nobody, identifier)), 429, "Q025");
    assert_eq!(node.reg.store.head().snapshot().size(), before);
    assert_eq!(node.asks(&Ask::get("/api/my/file", As::Token(&other))).status, 200);
}

/// Asks once over a connection of its own; nothing if it was cut before an answer.
fn asks_health(addr: std::net::SocketAddr) -> Option<String> {
    let mut stream = dial(addr);
    let request = format!("GET /health HTTP/1.1\r\nHost: {addr}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let told = to_the_end(stream);
    told.contains("\r\n\r\n").then_some(told)
}

#[test]
fn clients_beyond_those_that_are_being_told_are_told_as_well() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| config.limits.connections = 0);
    // None of them leaves, so all that can be listened to are.
    let all: Vec<TcpStream> = (0..2 * TURNED_AWAY).map(|_| dial(serving.addr)).collect();
    for stream in all {
        let (status, later, told) = parts(&to_the_end(stream));
        is_refused(status, later, &told, 503, "Q019");
    }
    let told = asks_health(serving.addr).expect("an answer");
    for header in ["x-content-type-options: nosniff", "referrer-policy: no-referrer", "connection: close"] {
        assert!(told.contains(&format!("\r\n{header}\r\n")), "{told}");
    }
}

#[test]
fn so_many_files_arrive_at_once_and_the_next_is_told() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let serving = node.serves(|_| ());
    let sample = "pharmacist-licences-2026-10.csv";
    let file = wire(&node, &serving, &upload("/api/batches/check", sample, sample_bytes(sample)));
    let hands_in = || {
        let mut stream = dial(serving.addr);
        stream.write_all(&file).expect("sent");
        parts(&one_answer(&mut stream))
    };
    let head = file.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = [&file[..head], b"\r\nexpect: 100-continue\r\n\r\n"].concat();
    let arrives = || {
        let mut stream = dial(serving.addr);
        stream.write_all(&head).expect("sent");
        // hyper says this when the body is waited for: there is room for the file.
        stream.read_exact(&mut [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()]).expect("the word to go on");
        stream
    };
    let mut arriving: Vec<TcpStream> = (1..FILES_AT_ONCE).map(|_| arrives()).collect();
    assert_eq!(hands_in().0, 200, "there is room for one more");
    arriving.push(arrives());
    let (status, later, told) = hands_in();
    is_refused(status, later, &told, 503, "Q019");
    drop(arriving);
    assert!((0..600).any(|_| hands_in().0 == 200), "those that leave make room");
}

#[test]
fn a_server_that_stops_waits_for_so_long_and_no_longer() {
    let node = Node::new(Engine::Sqlite);
    let long = Duration::from_secs(3_600);
    let mut serving = node.serves(|config| {
        let patience = &mut config.limits.patience;
        (patience.body_idle, patience.json, patience.drain) = (long, long, Duration::from_millis(50));
    });
    let mut stuck = dial(serving.addr);
    let head = format!("POST /api/demo/sign-in HTTP/1.1\r\nHost: {}\r\nContent-Length: 99\r\n", serving.addr);
    stuck.write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes()).expect("sent");
    // hyper says this when the body is waited for: the request is being attended to.
    let mut goes_on = [0; 12];
    stuck.read_exact(&mut goes_on).expect("the word to go on");
    assert_eq!(&goes_on, b"HTTP/1.1 100");
    serving.stop();
    node.runtime.block_on(serving.done.take().expect("a server")).expect("no panic");
    to_the_end(stuck);
}

/// Asks until there is a place; every refusal before says when to come again.
pub fn asks_until_there_is_a_place(node: &Node, addr: std::net::SocketAddr, code: (u16, &str)) -> usize {
    for refused in 0..600 {
        let told = asks_health(addr).expect("whoever gets no place is told");
        let (status, later, document) = parts(&told);
        if status == 200 {
            return refused;
        }
        is_refused(status, later, &document, code.0, code.1);
        node.waits(50);
    }
    panic!("there is never a place again");
}

#[test]
fn one_address_has_so_many_connections_and_so_many_requests() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| {
        config.limits.spares_loopback = false;
        config.limits.connections_of_one = 2;
    });
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", serving.addr);
    let mut held: Vec<TcpStream> = (0..2).map(|_| dial(serving.addr)).collect();
    for stream in &mut held {
        stream.write_all(request.as_bytes()).expect("sent");
        one_answer(stream);
    }
    let (status, later, told) = parts(&asks_health(serving.addr).expect("an answer"));
    is_refused(status, later, &told, 429, "Q025");
    drop(held);
    asks_until_there_is_a_place(&node, serving.addr, (429, "Q025"));

    let serving = node.serves(|config| {
        config.limits.spares_loopback = false;
        config.limits.rates.peer = SELDOM;
    });
    let statuses: Vec<_> = (0..3).map(|_| parts(&asks_health(serving.addr).expect("an answer"))).collect();
    assert_eq!((statuses[0].0, statuses[1].0), (200, 200));
    is_refused(statuses[2].0, statuses[2].1, &statuses[2].2, 429, "Q025");
}

#[test]
fn a_flood_at_the_public_door_keeps_nobody_from_the_own_file() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    // The flood has taken every public place there is.
    let serving = node.serves(|config| config.limits.shares.public = NONE);
    let mut stream = dial(serving.addr);
    let identifier = json!({ "identifier": { "kind": "cn-resident", "number": SHOWN.0 } }).to_string();
    stream.write_all(&wire(&node, &serving, &Ask::post("/api/demo/sign-in", As::Nobody, identifier))).expect("sent");
    let (_, _, session) = parts(&one_answer(&mut stream));
    let token = session["token"].as_str().expect("a token");

    let (enough, (refused, told)) = (AtomicBool::new(false), mpsc::channel());
    thread::scope(|scope| {
        for _ in 0..12 {
            let (refused, enough, serving) = (refused.clone(), &enough, &serving);
            scope.spawn(move || {
                let request = format!("GET /api/catalog HTTP/1.1\r\nHost: {}\r\n\r\n", serving.addr);
                let mut stream = dial(serving.addr);
                while !enough.load(Ordering::Relaxed) {
                    stream.write_all(request.as_bytes()).expect("sent");
                    let (status, later, told) = parts(&one_answer(&mut stream));
                    is_refused(status, later, &told, 503, "Q019");
                    if refused.send(()).is_err() {
                        break;
                    }
                }
            });
        }
        for asked in 0..10 {
            // Twelve more of the flood have been told no.
            told.iter().take(12).for_each(drop);
            for path in ["/api/my/file", "/api/my/looks"] {
                stream.write_all(&wire(&node, &serving, &Ask::get(path, As::Token(token)))).expect("sent");
                assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"), "{path}");
            }
            let ask = question(SHOWN, "licence-renewal", &format!("F-{asked}"));
            let ask = Ask::post("/api/inquiries", As::Signed("0417"), ask);
            stream.write_all(&wire(&node, &serving, &ask)).expect("sent");
            let (status, ..) = parts(&one_answer(&mut stream));
            assert!([201, 403].contains(&status), "an officer is answered: {status}");
            assert!(asks_health(serving.addr).expect("an answer").starts_with("HTTP/1.1 200"), "the node lives");
        }
        enough.store(true, Ordering::Relaxed);
        drop(told);
    });
}

/// Many officers' questions at once at a door that takes few: what is answered is in the journal, what is refused is not.
fn a_flood_of_looks_leaves_none_unlogged(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let serving = node.serves(|config| config.limits.shares.members = ShareSize::new(2, 2, 20));
    let before = node.reg.store.head().snapshot().size();
    let (answered, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for client in 0..12 {
            let (node, serving, answered, refused) = (&node, &serving, &answered, &refused);
            scope.spawn(move || {
                let mut stream = dial(serving.addr);
                for turn in 0..8 {
                    let ask = question(SHOWN, "licence-renewal", &format!("W-{client}-{turn}"));
                    let ask = Ask::post("/api/inquiries", As::Signed("0417"), ask);
                    stream.write_all(&wire(node, serving, &ask)).expect("sent");
                    let (status, later, told) = parts(&one_answer(&mut stream));
                    if [201, 403].contains(&status) {
                        answered.fetch_add(1, Ordering::Relaxed);
                    } else {
                        is_refused(status, later, &told, 503, "Q019");
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let (answered, refused) = (answered.into_inner(), refused.into_inner());
    assert_eq!(answered + refused, 96);
    let leaves = node.reg.store.head().snapshot().size() - before;
    assert_eq!(leaves, answered as u64, "a leaf for each answer, and none for what was refused");
    assert!(answered > 0 && refused > 0, "{answered} answered, {refused} refused");
}

#[test]
fn clients_that_come_and_go_leave_no_place_taken() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| {
        config.limits.connections = 8;
        config.limits.shares.public = ShareSize::new(1, 8, 60_000);
    });
    let request = format!("GET /api/catalog HTTP/1.1\r\nHost: {}\r\n\r\n", serving.addr);
    for round in 0..60 {
        let mut stream = dial(serving.addr);
        // Cut after the request, within it, or before it.
        let sent = match round % 3 {
            0 => request.len(),
            1 => request.len() / 2,
            _ => 0,
        };
        stream.write_all(&request.as_bytes()[..sent]).expect("sent");
    }
    asks_until_there_is_a_place(&node, serving.addr, (503, "Q019"));
    let mut held: Vec<TcpStream> = (0..8).map(|_| dial(serving.addr)).collect();
    for stream in &mut held {
        stream.write_all(request.as_bytes()).expect("sent");
    }
    let answers: Vec<String> = held.iter_mut().map(one_answer).collect();
    assert!(answers.iter().any(|answer| answer.starts_with("HTTP/1.1 200")), "the public place is free");
}

#[test]
fn methods_that_bring_no_body_have_none_read() {
    let node = Node::new(Engine::Sqlite);
    let request = Request::builder().method(Method::GET).uri("/health").header("host", "lanhe.example");
    assert_eq!(node.sends(request.body(Body::new(Untouched)).expect("a request")).status, 200);
}

on_both_engines!(a_flood_of_looks_leaves_none_unlogged);

#[test]
fn a_full_disk_refuses_what_only_adds_and_serves_persons() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let asks = || Ask::post("/api/inquiries", As::Signed("0417"), question(SHOWN, "licence-renewal", "P-1"));
    assert!(node.reg.store.keep_reserve(4_096).expect("room"));
    node.reg.store.free_reserve();
    let before = node.reg.store.head().snapshot().size();
    reply_is_refused(&node.asks(&asks()), 507, "Q026");
    reply_is_refused(&node.asks(&Ask::get("/health", As::Nobody)), 507, "Q026");
    assert_eq!(node.reg.store.head().snapshot().size(), before, "what is refused is no look");
    let token = node.signs_in(SHOWN.0);
    assert_eq!(node.asks(&Ask::get("/api/my/file", As::Token(&token))).status, 200);
    assert!(node.reg.store.keep_reserve(4_096).expect("room again"));
    assert_eq!(node.asks(&Ask::get("/health", As::Nobody)).status, 200);
    assert_eq!(node.asks(&asks()).status, 201);
}
