//! Persons at their own files, long ones too: a page at a time, beside everybody else, and never too many at once.

use std::sync::mpsc;

use axum::body::Body;
use axum::http::Request;
use fairfile_domain::id::SubjectId;
use fairfile_http::limits::READINGS_OF_ONE;
use fairfile_proof::verify_file;
use fairfile_service::person::{LOOKS_OF_A_COPY, LOOKS_OF_A_PAGE, begin_reading};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::node::{As, Ask, ENDED, Engine, Node, SHOWN, on_both_engines, question};

fn subject(node: &Node, token: &str) -> SubjectId {
    let file = node.asks(&Ask::get("/api/my/looks", As::Token(token))).json();
    file["subject_id"].as_str().and_then(|id| id.parse().ok()).expect("the id of a person")
}

/// So many more looks of the person's own.
fn looks_often(node: &Node, subject: SubjectId, times: usize) {
    let mut looks = JoinSet::new();
    for _ in 0..times {
        let reg = node.reg.clone();
        looks.spawn_on(async move { begin_reading(&reg, subject).await.map(drop) }, node.runtime.handle());
    }
    let looks = node.runtime.block_on(looks.join_all());
    assert!(looks.into_iter().all(|look| look.is_ok()));
}

fn numbers(document: &Value) -> Vec<u64> {
    let looks = document["looks"].as_array().expect("looks");
    looks.iter().map(|look| look["seq"].as_u64().expect("a number")).collect()
}

fn a_long_file_is_read_a_page_at_a_time_and_nothing_is_missing(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-0331");
    let token = node.signs_in(SHOWN.0);
    let reads = |path: &str| node.asks(&Ask::get(path, As::Token(&token)));
    let file = reads("/api/my/file").json();
    assert_eq!((numbers(&file), &file["last_seq"]), (vec![1, 2], &Value::from(2)));
    assert_eq!(file["earlier_looks"], Value::Null);

    let page = u64::from(LOOKS_OF_A_PAGE);
    looks_often(&node, subject(&node, &token), LOOKS_OF_A_PAGE as usize);
    for path in ["/api/my/file", "/api/my/looks"] {
        let newest = reads(path).json();
        let last = newest["last_seq"].as_u64().expect("a number");
        assert_eq!(numbers(&newest), (last - page + 1..=last).collect::<Vec<_>>(), "the newest, oldest first");
        let earlier = &newest["earlier_looks"];
        assert_eq!(
            (earlier["count"].as_u64(), earlier["at"].as_str()),
            (Some(last - page), Some("/api/my/looks?after=0"))
        );
        assert!(
            ["en", "zh"]
                .iter()
                .all(|word| earlier[word].as_str().is_some_and(|text| text.contains(|c: char| c.is_ascii_digit())))
        );
    }
    let first = reads("/api/my/looks?after=0").json();
    assert_eq!(numbers(&first), (1..=page).collect::<Vec<_>>());
    assert_eq!(first["looks"][0]["officer"], "0417", "the first look is among them");
    let rest = reads(&format!("/api/my/looks?after={page}")).json();
    let last = rest["last_seq"].as_u64().expect("a number");
    assert_eq!(numbers(&rest), (page + 1..=last).collect::<Vec<_>>(), "up to this very look");
    assert_eq!(numbers(&reads(&format!("/api/my/looks?after={}", u32::MAX)).json()), Vec::<u64>::new());
    assert_eq!(reads("/api/my/looks?before=1").status, 400);

    let copy = reads("/api/my/copy");
    assert_eq!(copy.status, 200);
    assert_eq!(copy.json()["looks"]["count"].as_u64(), Some(last + 2), "the copy is whole");
    assert!(verify_file(&copy.body[..], None, None).expect("a copy").ok);
}

fn a_file_too_long_for_a_copy_is_refused_by_that_name(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let token = node.signs_in(SHOWN.0);
    node.raw().meddle(&format!("UPDATE subject SET look_count = {}", LOOKS_OF_A_COPY - 1));
    assert_ne!(node.asks(&Ask::get("/api/my/copy", As::Token(&token))).json()["code"], "Q031");
    node.asks(&Ask::get("/api/my/copy", As::Token(&token))).expect(422, "Q031");
}

/// Asks on `runtime`, without waiting.
fn asks_on(runtime: &Runtime, node: &Node, request: Request<Body>) -> JoinHandle<u16> {
    let router = node.router.clone();
    runtime.spawn(async move { router.oneshot(request).await.expect("the router always answers").status().as_u16() })
}

fn long_readings_hold_up_nobody_else_and_one_person_has_few(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (one, other) = (node.signs_in(SHOWN.0), node.signs_in(ENDED.0));
    // One worker, and one thread for what takes its time, which is held: whatever is opened waits there.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).max_blocking_threads(1).enable_all().build().expect("a runtime");
    let (go, gate) = mpsc::channel::<()>();
    let held = runtime.spawn_blocking(move || gate.recv().is_err());
    let reads = |token: &str, path: &str| asks_on(&runtime, &node, node.request(&Ask::get(path, As::Token(token))));
    let before = node.reg.store.head().snapshot().size();

    let readings = [reads(&one, "/api/my/file"), reads(&one, "/api/my/copy")];
    assert_eq!(readings.len(), READINGS_OF_ONE);
    let are_journaled = |_| {
        node.waits(1);
        node.reg.store.head().snapshot().size() == before + 2
    };
    assert!((0..10_000).any(are_journaled), "both looks are journaled, and nothing is opened");
    assert_eq!(node.runtime.block_on(reads(&one, "/api/my/looks")).expect("no panic"), 429, "a third one");
    let others = reads(&other, "/api/my/file");
    let public = asks_on(&runtime, &node, node.request(&Ask::get("/api/catalog", As::Nobody)));
    assert_eq!(node.runtime.block_on(public).expect("no panic"), 200);
    let look = Ask::post("/api/inquiries", As::Signed("0417"), question(SHOWN, "licence-renewal", "L-1"));
    assert_eq!(node.runtime.block_on(asks_on(&runtime, &node, node.request(&look))).expect("no panic"), 201);
    assert!(readings.iter().all(|reading| !reading.is_finished()), "what is opened is opened beside the others");

    drop(go);
    assert!(node.runtime.block_on(held).expect("no panic"));
    for reading in readings.into_iter().chain([others]) {
        assert_eq!(node.runtime.block_on(reading).expect("no panic"), 200);
    }
    assert_eq!(node.runtime.block_on(reads(&one, "/api/my/looks")).expect("no panic"), 200, "its turn was given back");
}

on_both_engines!(
    a_long_file_is_read_a_page_at_a_time_and_nothing_is_missing,
    a_file_too_long_for_a_copy_is_refused_by_that_name,
    long_readings_hold_up_nobody_else_and_one_person_has_few,
);
