//! Whoever is quiet, sends slowly or takes nothing in: each gives way for whoever comes, and nothing waits for it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use fairfile_http::limits::ShareSize;
use serde_json::json;

use crate::limits::{dial, one_answer, to_the_end, wire};
use crate::node::{As, Ask, Engine, Node, SHOWN, sample_bytes, upload};
use crate::overload::{asks_until_there_is_a_place, parts};

#[test]
fn whoever_is_quiet_gives_way_when_the_room_is_full() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| {
        config.limits.connections = 2;
        config.limits.patience.idle = Duration::from_secs(3_600);
    });
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", serving.addr);
    let mut held: Vec<TcpStream> = (0..2).map(|_| dial(serving.addr)).collect();
    for stream in &mut held {
        stream.write_all(request.as_bytes()).expect("sent");
        one_answer(stream);
    }
    let refused = asks_until_there_is_a_place(&node, serving.addr, (503, "Q019"));
    assert!(refused > 0, "there was a place too many");
    let closed = held.iter_mut().any(|stream| matches!(stream.read(&mut [0; 1]), Ok(0)));
    assert!(closed, "somebody gave way");
}

#[test]
fn slow_headers_and_slow_bodies_give_way_when_few_places_are_left() {
    let node = Node::new(Engine::Sqlite);
    let long = Duration::from_secs(3_600);
    let serving = node.serves(|config| {
        config.limits.connections = 32;
        let patience = &mut config.limits.patience;
        (patience.header, patience.body_idle, patience.json) = (long, long, long);
    });
    let head = format!("POST /api/demo/sign-in HTTP/1.1\r\nHost: {}\r\nContent-Length: 99\r\n", serving.addr);
    // Twice as many as there are places, who come and stay; each second one sends half a body.
    let mut slow: Vec<TcpStream> = Vec::new();
    for number in 0..64 {
        let mut stream = dial(serving.addr);
        let begun = if number % 2 == 0 { format!("{head}\r\n{{") } else { head.clone() };
        stream.write_all(begun.as_bytes()).ok();
        slow.push(stream);
    }
    // None of them would leave within the hour: each newcomer has one of them closed.
    for _ in 0..8 {
        asks_until_there_is_a_place(&node, serving.addr, (503, "Q019"));
    }
}

#[test]
fn a_reader_that_takes_nothing_in_loses_its_place() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| {
        config.limits.connections = 1;
        config.limits.patience.answer = Duration::from_millis(300);
    });
    let request = format!("GET /api/catalog HTTP/1.1\r\nHost: {}\r\n\r\n", serving.addr);
    let greedy = dial(serving.addr);
    // More answers than all buffers between the two can hold, asked for at once and never read.
    let mut asking = greedy.try_clone().expect("the same connection");
    let asker = thread::spawn(move || asking.write_all(request.repeat(20_000).as_bytes()));
    asks_until_there_is_a_place(&node, serving.addr, (503, "Q019"));
    drop(greedy);
    drop(asker.join().expect("no panic"));
}

/// Sends one byte of `rest` at a time until the server has had enough; what it says.
fn trickles(mut stream: TcpStream, rest: &[u8]) -> String {
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a time limit");
    let mut told = Vec::new();
    for byte in rest {
        let sent = stream.write_all(&[*byte]);
        match stream.read_to_end(&mut told) {
            Err(error) if sent.is_ok() && error.kind() == std::io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&told).into_owned()
}

#[test]
fn a_body_that_trickles_is_not_waited_for_and_holds_no_place() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let serving = node.serves(|config| {
        config.limits.patience.json = Duration::from_millis(300);
        config.limits.patience.file = Duration::from_secs(60);
        config.limits.shares.sign_in = ShareSize::new(1, 1, 0);
    });
    let identifier = json!({ "identifier": { "kind": "cn-resident", "number": SHOWN.0 } }).to_string();
    let sign_in = wire(&node, &serving, &Ask::post("/api/demo/sign-in", As::Nobody, identifier));
    let head = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;

    let mut slow = dial(serving.addr);
    let cut = head(&sign_in) + 1;
    slow.write_all(&sign_in[..cut]).expect("sent");
    // The only place is free while another's body is coming.
    let mut quick = dial(serving.addr);
    quick.write_all(&sign_in).expect("sent");
    assert!(one_answer(&mut quick).starts_with("HTTP/1.1 201"));
    let told = trickles(slow, &[b' '; 5_000]);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("Q022"), "{told}");

    let serving = node.serves(|config| config.limits.patience.body_idle = Duration::from_millis(300));
    let sample = "pharmacist-licences-2026-10.csv";
    let file = wire(&node, &serving, &upload("/api/batches/check", sample, sample_bytes(sample)));
    let mut slow = dial(serving.addr);
    let cut = head(&file);
    slow.write_all(&file[..cut]).expect("sent");
    let told = trickles(slow, &file[cut..]);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("Q022"), "{told}");
}

#[test]
fn a_body_that_is_not_read_to_its_end_ends_the_connection_and_says_so() {
    let node = Node::new(Engine::Sqlite);
    let serving = node.serves(|config| config.limits.patience.body_idle = Duration::from_millis(50));
    let check = |body: &str, status: u16, code: &str| {
        let mut stream = dial(serving.addr);
        let head = format!("POST /api/demo/sign-in HTTP/1.1\r\nHost: {}\r\n", serving.addr);
        stream.write_all(format!("{head}{body}").as_bytes()).expect("sent");
        let answer = to_the_end(stream);
        let (told, _, document) = parts(&answer);
        assert_eq!((told, document["code"].as_str()), (status, Some(code)), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    };
    check("content-length: 20000\r\n\r\n{", 413, "Q010");
    check("content-length: 20\r\n\r\n{", 408, "Q022");
    check("transfer-encoding: chunked\r\n\r\n1\r\n{\r\nno number\r\n", 400, "Q030");
    check("transfer-encoding: chunked\r\n\r\n1\r\n{and more\r\n0\r\n\r\n", 400, "Q030");
}
