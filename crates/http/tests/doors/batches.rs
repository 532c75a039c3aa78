//! Files of sources by API: exactly what the samples promise, once for ever.

use serde_json::Value;

use crate::node::{As, Ask, Engine, Node, Reply, expected, on_both_engines, sample_bytes, upload};

/// The four files of records, the pharmacists first, as the samples ask for.
const RECORDS: [&str; 4] = [
    "pharmacist-licences-2026-10.csv",
    "food-penalties-2026-10.xlsx",
    "court-orders-2026-10.csv",
    "teacher-certificates-2026-10.jsonl",
];
const CORRECTIONS: &str = "pharmacist-corrections-2026-11.csv";

/// Counts and the outcome of every row that was not accepted.
#[track_caller]
fn is_as_expected(sample: &str, report: &Value) {
    let expected = expected(sample);
    for (count, key) in [
        ("received", "rows"),
        ("accepted", "accepted"),
        ("rejected", "rejected"),
        ("duplicate", "duplicate"),
        ("quarantined", "quarantined"),
    ] {
        assert_eq!(report[count], expected[key], "{sample}: {count}");
    }
    let pairs = |rows: &Value| -> Vec<(u64, String)> {
        let rows = rows.as_array().expect("rows");
        rows.iter()
            .map(|row| (row["row"].as_u64().expect("a row"), row["outcome"].as_str().expect("an outcome").to_owned()))
            .collect()
    };
    assert_eq!(pairs(&report["rows"]), pairs(&expected["not_accepted"]), "{sample}");
    for row in report["rows"].as_array().expect("rows") {
        for key in ["code", "what", "help"] {
            assert!(row[key].as_str().is_some_and(|text| !text.is_empty()), "{sample}: {row}");
        }
    }
}

fn checked(node: &Node, sample: &str) -> Reply {
    node.asks(&upload("/api/batches/check", sample, sample_bytes(sample)))
}

fn the_samples_give_what_they_promise(engine: Engine) {
    let node = Node::new(engine);
    for sample in RECORDS {
        let before = node.reg.store.head().snapshot().size();
        let check = checked(&node, sample);
        assert_eq!(check.status, 200, "{sample}: {}", check.json());
        is_as_expected(sample, &check.json());
        assert_eq!(node.reg.store.head().snapshot().size(), before, "{sample}: a check is no event");

        let taken = node.hands_in(sample);
        assert_eq!(taken.status, 201, "{sample}: {}", taken.json());
        let report = taken.json();
        is_as_expected(sample, &report);
        let location = taken.headers["location"].to_str().expect("an address").to_owned();
        assert_eq!(location, format!("/api/batches/{}", report["batch_id"].as_str().expect("an id")));

        let (member, _) = crate::node::source_of(sample);
        let read = node.asks(&Ask::get(&location, As::Signed(member)));
        assert_eq!(read.status, 200);
        assert_eq!((&read.json()["rows"], &read.json()["receipt"]), (&report["rows"], &report["receipt"]));
        node.asks(&Ask::get(&location, As::Signed("tourism"))).expect(404, "Q009");
    }
    let check = checked(&node, CORRECTIONS);
    assert_eq!(check.status, 200);
    is_as_expected(CORRECTIONS, &check.json());
    let corrected = node.hands_in(CORRECTIONS);
    assert_eq!(corrected.status, 201);
    is_as_expected(CORRECTIONS, &corrected.json());
    assert_eq!(corrected.json()["kind"], "corrections");
    node.asks(&Ask::get("/api/batches/bat_00000000000000000000000000000000", As::Signed("court"))).expect(404, "Q009");
    node.asks(&Ask::get("/api/batches/not-an-id", As::Signed("court"))).expect(404, "Q009");
}

fn the_same_rows_again_change_nothing(engine: Engine) {
    let node = Node::new(engine);
    let sample = RECORDS[0];
    let first = node.hands_in(sample);
    let size = node.reg.store.head().snapshot().size();
    let again = node.hands_in(sample);
    assert_eq!((first.status, again.status), (201, 200));

    let text = String::from_utf8(sample_bytes(sample)).expect("UTF-8");
    let (heading, rows) = text.split_once('\n').expect("a heading");
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let reordered = format!("{heading}\n{}\n", rows.join("\r\n")).into_bytes();
    let renamed = node.asks(&upload("/api/batches", sample, reordered).with("content-disposition", None));
    assert_eq!(renamed.status, 200, "{}", renamed.json());

    for reply in [&again, &renamed] {
        let (one, other) = (first.json(), reply.json());
        assert_eq!(
            (&one["receipt"], &one["rows"], &one["batch_id"]),
            (&other["receipt"], &other["rows"], &other["batch_id"])
        );
        assert_eq!(other["before"], true);
        assert!(!reply.headers.contains_key("location"));
    }
    assert_eq!(node.reg.store.head().snapshot().size(), size, "the second time is no event");
}

fn a_file_is_taken_only_from_its_source_and_whole(engine: Engine) {
    let node = Node::with(engine, |config| config.file_bytes = 200_000);
    let sample = RECORDS[0];
    let bytes = sample_bytes(sample);
    let as_signed_by = |member| {
        let mut ask = upload("/api/batches", sample, bytes.clone());
        ask.who = As::Signed(member);
        node.asks(&ask)
    };
    as_signed_by("tourism").expect(403, "B034");
    as_signed_by("0101").expect(403, "Q015");

    let mut other_item = upload("/api/batches", sample, bytes.clone());
    other_item.path = "/api/batches?item=star-sign".into();
    node.asks(&other_item).expect(422, "B033");
    other_item.path = "/api/batches".into();
    node.asks(&other_item).expect(400, "Q023");
    node.asks(&upload("/api/batches", sample, bytes.clone()).with("idempotency-key", None)).expect(400, "Q001");
    node.asks(&upload("/api/batches", sample, Vec::new())).expect(422, "F002");
    node.asks(&upload("/api/batches", sample, vec![b'x'; 200_001])).expect(413, "Q010");

    let mut cut = node.request(&upload("/api/batches", sample, bytes.clone()));
    *cut.body_mut() = bytes[..bytes.len() - 1].to_vec().into();
    node.sends(cut).expect(401, "S013");
    let mut endless = node.request(&upload("/api/batches", sample, bytes.clone()));
    endless.headers_mut().remove("content-length");
    *endless.body_mut() = vec![b'x'; 300_000].into();
    node.sends(endless).expect(413, "Q010");
    assert_eq!(as_signed_by("drug-administration").status, 201, "nothing of all this was kept");
}

on_both_engines!(
    the_samples_give_what_they_promise,
    the_same_rows_again_change_nothing,
    a_file_is_taken_only_from_its_source_and_whole,
);
