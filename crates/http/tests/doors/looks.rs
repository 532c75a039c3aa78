//! Questions and what the person sees of them.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::node::{As, Ask, ENDED, Engine, Node, Reply, SHOWN, UNKNOWN, on_both_engines, question};

const PURPOSE: &str = "licence-renewal";

fn a_lawful_question_is_answered_with_a_receipt(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let reply = node.inquires("0417", SHOWN, PURPOSE, "HC-2026-0331");
    assert_eq!(reply.status, 201, "{}", reply.json());
    assert_eq!(reply.headers["content-type"], "application/json");
    let answer = reply.json();
    assert_eq!(answer["outcome"], "answered");
    assert_eq!(answer["records"].as_array().expect("records").len(), 1);

    let receipt = answer["receipt"].to_string();
    let vkey = node.asks(&Ask::get("/journal/key", As::Nobody));
    let vkey = String::from_utf8(vkey.body).expect("a key");
    let report = fairfile_proof::verify_file(receipt.as_bytes(), Some(vkey.trim()), None).expect("a receipt");
    assert!(report.ok, "{report:?}");

    let looks = node.looks(SHOWN.0);
    assert_eq!(looks.len(), 1);
    let look = &looks[0];
    assert_eq!(
        (&look["officer"], &look["case"], &look["look_id"]),
        (&json!("0417"), &json!("HC-2026-0331"), &answer["look_id"])
    );
}

fn a_question_sent_twice_is_one_look(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let ask = Ask::post("/api/inquiries", As::Signed("0417"), question(SHOWN, PURPOSE, "A-1"));
    let (first, again) = (node.asks(&ask), node.asks(&ask));
    assert_eq!((first.status, again.status), (201, 201));
    let (first, again) = (first.json(), again.json());
    for key in ["look_id", "leaf", "valid_as_of", "outcome", "records"] {
        assert_eq!(first[key], again[key], "{key}");
    }
    assert_eq!(first["receipt"]["event"], again["receipt"]["event"]);
    assert_eq!(node.looks(SHOWN.0).len(), 1);

    let key = ask.headers.iter().find(|row| row.0 == "idempotency-key").map(|row| row.1.clone());
    let other = Ask::post("/api/inquiries", As::Signed("0417"), question(SHOWN, PURPOSE, "A-2"));
    node.asks(&other.with("idempotency-key", key.as_deref())).expect(422, "Q016");
    assert_eq!(node.looks(SHOWN.0).len(), 1);
    let denied = Ask::post("/api/inquiries", As::Signed("0418"), question(SHOWN, PURPOSE, "A-1"));
    let denied = denied.with("idempotency-key", key.as_deref());
    assert_eq!(
        (node.asks(&denied).status, node.asks(&denied).status),
        (403, 403),
        "another officer's key is another key"
    );
    assert_eq!(node.looks(SHOWN.0).len(), 2);
}

fn a_denied_look_has_a_receipt_and_the_person_sees_it(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let reply = node.inquires("0418", SHOWN, PURPOSE, "B-7");
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    let denied = reply.expect(403, "D007");
    assert!(denied["receipt"]["receipt_id"].is_string() && denied["leaf"].is_u64(), "{denied:#}");
    assert_eq!(denied["records"], json!([]));
    node.inquires("1101", SHOWN, PURPOSE, "B-8").expect(403, "D008");
    node.inquires("0417", SHOWN, "star-signs", "B-9").expect(403, "D004");

    let looks = node.looks(SHOWN.0);
    let told: Vec<_> =
        looks.iter().map(|look| (look["officer"].as_str(), look["denied_because"]["code"].as_str())).collect();
    assert_eq!(told, [(Some("0418"), Some("D007")), (Some("1101"), Some("D008")), (Some("0417"), Some("D004"))]);
    let chinese = Ask::post("/api/inquiries", As::Signed("0418"), question(SHOWN, PURPOSE, "B-10"));
    let chinese = node.asks(&chinese.with("accept-language", Some("zh-CN,zh;q=0.9"))).expect(403, "D007");
    assert!(chinese["title"].as_str().is_some_and(|title| title.starts_with("已拒绝")));
}

/// The names of the headers with their values, the date aside.
fn shape(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).filter(|(name, _)| name != "date").collect()
}

/// The document with every value masked that tells one look from the next: ids, times, places, signatures, proofs.
/// Texts keep their length.
fn masked(document: &Value) -> Value {
    const EACH_ITS_OWN: [&str; 18] = [
        "look_id",
        "receipt_id",
        "checkpoint",
        "signature",
        "salt",
        "chain",
        "leaf",
        "leaf_index",
        "index",
        "tree_size",
        "event_id",
        "at",
        "minute",
        "proof",
        "valid_as_of",
        "case",
        "once_key",
        "once_body",
    ];
    match document {
        Value::Object(map) => {
            let mask = |(name, value): (&String, &Value)| {
                let value = match value {
                    Value::String(text) if EACH_ITS_OWN.contains(&name.as_str()) && name != "checkpoint" => {
                        json!("*".repeat(text.len()))
                    }
                    Value::String(_) | Value::Number(_) | Value::Array(_) if EACH_ITS_OWN.contains(&name.as_str()) => {
                        json!("*")
                    }
                    other => masked(other),
                };
                (name.clone(), value)
            };
            Value::Object(map.iter().map(mask).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(masked).collect()),
        other => other.clone(),
    }
}

fn nothing_looks_alike_whatever_the_reason(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let same_class = |purpose: &str, people: &[(&str, &str)]| {
        let replies: Vec<Reply> = people
            .iter()
            .enumerate()
            .map(|(place, person)| node.inquires("0417", *person, purpose, &format!("N-{purpose}-{place}")))
            .collect();
        let first = &replies[0];
        for reply in &replies {
            assert_eq!(reply.status, 404);
            assert_eq!(shape(&reply.headers), shape(&first.headers));
            assert_eq!(reply.body.len(), first.body.len(), "length in bytes");
            assert_eq!(masked(&reply.json()), masked(&first.json()));
            assert_eq!((&reply.json()["code"], &reply.json()["records"]), (&json!("N100"), &json!([])));
        }
    };
    // Unknown number, known number with another name, display ended.
    same_class(PURPOSE, &[UNKNOWN, (SHOWN.0, "梁敏"), (SHOWN.0, "王无名"), ENDED, (ENDED.0, "王无名")]);
    // On display, and not for this purpose.
    same_class("physician-hiring", &[UNKNOWN, SHOWN, (SHOWN.0, "王无名")]);
    let seen = node.looks(SHOWN.0);
    assert_eq!(seen.len(), 4, "whoever asks with a wrong name is seen as well");
    assert!(seen.iter().all(|look| look["outcome"] == "nothing" && look["seen"] == json!([])));
}

fn who_searches_is_stopped_within_twenty_looks(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let numbers: Vec<String> = (0..40).map(invented).collect();
    let stopped = numbers.iter().position(|number| {
        let case = format!("S-{number}").replace(&number[..10], "");
        node.inquires("0101", (number, "王无名"), PURPOSE, &case).status == 403
    });
    assert!(stopped.is_some_and(|looks| looks < 20), "{stopped:?}");
    node.inquires("0101", SHOWN, PURPOSE, "S-last").expect(403, "D010");
    assert_eq!(node.inquires("0417", SHOWN, PURPOSE, "S-other").status, 201, "another officer goes on");
    // One case about everybody.
    let people = node.reg.store.head().snapshot().size();
    assert!(people > 0);
    let looks: BTreeSet<u16> = numbers
        .iter()
        .take(20)
        .map(|number| node.inquires("0201", (number, "王无名"), PURPOSE, "one").status)
        .collect();
    assert!(looks.contains(&403));
}

/// The `place`th of a row of GB 11643 numbers in a county that is not assigned.
fn invented(place: u32) -> String {
    let body = format!("539902198{}0101{:03}", place % 10, 100 + place);
    let sum = body.bytes().fold(0, |sum: u32, c| (sum + u32::from(c - b'0')) * 2 % 11);
    let last = match (12 - sum) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("one digit"),
    };
    format!("{body}{last}")
}

fn a_person_reads_and_takes_away_the_whole_file(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    assert_eq!(node.inquires("0417", SHOWN, PURPOSE, "C-1").status, 201);
    let token = node.signs_in(SHOWN.0);
    let file = node.asks(&Ask::get("/api/my/file", As::Token(&token))).json();
    assert_eq!(file["records"].as_array().expect("records").len(), 1);
    assert!(file["records"][0]["law"].is_object() && file["records"][0]["display_until"].is_string(), "{file:#}");
    assert_eq!(file["looks"].as_array().expect("looks").len(), 2, "the officer's and this one");

    let copy = node.asks(&Ask::get("/api/my/copy", As::Token(&token)));
    let vkey = node.reg.publisher.key().vkey();
    let report = fairfile_proof::verify_file(&copy.body[..], Some(&vkey), None).expect("a copy");
    assert!(report.ok, "{report:?}");
    let looks = node.asks(&Ask::get("/api/my/looks", As::Token(&token))).json();
    assert_eq!(looks["looks"].as_array().expect("looks").len(), 4, "each reading is a look of the person's own");

    node.asks(&Ask::get("/api/my/file", As::Token("ffs_AAAA"))).expect(401, "Q013");
    let stranger = json!({ "identifier": { "kind": "cn-resident", "number": UNKNOWN.0 } }).to_string();
    node.asks(&Ask::post("/api/demo/sign-in", As::Nobody, stranger)).expect(404, "N100");
}

on_both_engines!(
    a_lawful_question_is_answered_with_a_receipt,
    a_question_sent_twice_is_one_look,
    a_denied_look_has_a_receipt_and_the_person_sees_it,
    nothing_looks_alike_whatever_the_reason,
    who_searches_is_stopped_within_twenty_looks,
    a_person_reads_and_takes_away_the_whole_file,
);
