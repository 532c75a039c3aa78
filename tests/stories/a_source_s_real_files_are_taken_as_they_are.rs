//! What sources really send is taken as it is, and the outcome of every row is the one that was foreseen.

use std::fs;
use std::path::PathBuf;

use fairfile_intake::Limits;
use fairfile_service::source::{BatchReport, Before, FileKind};
use fairfile_testkit::{World, on_both_engines};
use serde_json::Value;

/// File, member and item, in the order in which they must come.
const SAMPLES: [(&str, &str, &str); 4] = [
    ("pharmacist-licences-2026-10.csv", "drug-administration", "pharmacist-licence"),
    ("food-penalties-2026-10.xlsx", "market-regulation", "food-safety-penalty"),
    ("court-orders-2026-10.csv", "court", "court-ordered-obligation"),
    ("teacher-certificates-2026-10.jsonl", "education", "teacher-certificate"),
];
const CORRECTIONS: &str = "pharmacist-corrections-2026-11.csv";

fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../demo/samples").join(name);
    fs::read(path).expect("the sample is there")
}

#[track_caller]
fn agrees(name: &str, report: &BatchReport) {
    let expected: Value = serde_json::from_slice(&sample(&format!("{name}.expected.json"))).expect("JSON");
    let counts = report.counts;
    let named = [
        ("rows", counts.received),
        ("accepted", counts.accepted),
        ("rejected", counts.rejected),
        ("duplicate", counts.duplicate),
        ("quarantined", counts.quarantined),
    ];
    for (word, count) in named {
        assert_eq!(Some(count), expected[word].as_u64(), "{name}: {word}");
    }
    let row =
        |row: &Value| (row["row"].as_u64().expect("a number"), row["outcome"].as_str().expect("a word").to_owned());
    let expected: Vec<_> = expected["not_accepted"].as_array().expect("rows").iter().map(row).collect();
    let found: Vec<_> = report.rows.iter().map(|row| (u64::from(row.row), row.outcome.word().to_owned())).collect();
    assert_eq!(found, expected, "{name}");
}

fn submit(world: &World, (name, member, item): (&str, &str, &str), bytes: &[u8], as_name: Option<&str>) -> BatchReport {
    let taken = world.source(member).hands_in(item, bytes, as_name, &Limits::default());
    taken.unwrap_or_else(|error| panic!("{name}: {error}"))
}

on_both_engines! {
    fn the_sample_files_give_exactly_what_was_foreseen(world) {
        for (name, member, item) in SAMPLES {
            let bytes = sample(name);
            let checked = world.source(member).checks(item, &bytes, Some(name)).expect("it is checked");
            agrees(name, &checked);
            let taken = submit(world, (name, member, item), &bytes, Some(name));
            agrees(name, &taken);
            assert_eq!(taken.rows, checked.rows, "{name}");
        }
        let bytes = sample(CORRECTIONS);
        let source = world.source("drug-administration");
        let checked = source.checks("pharmacist-licence", &bytes, Some(CORRECTIONS)).expect("it is checked");
        assert_eq!(checked.kind, FileKind::Corrections);
        agrees(CORRECTIONS, &checked);
        let corrected = submit(world, (CORRECTIONS, "drug-administration", "pharmacist-licence"), &bytes, Some(CORRECTIONS));
        agrees(CORRECTIONS, &corrected);
        assert_eq!(corrected.rows, checked.rows);
        let again = submit(world, (CORRECTIONS, "drug-administration", "pharmacist-licence"), &bytes, Some("again.csv"));
        assert_eq!((again.before, again.counts), (Before::Again, corrected.counts));
    }

    fn a_real_file_sent_again_in_any_shape_is_the_same_batch(world) {
        let (name, member, item) = SAMPLES[0];
        let first = submit(world, SAMPLES[0], &sample(name), Some(name));
        let receipt = |report: &BatchReport| report.receipt.as_ref().expect("a receipt").to_json().expect("JSON");
        let size = world.reg().store.head().snapshot().size();
        let text = String::from_utf8(sample(name)).expect("UTF-8");
        let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (heading, rows) = plain.split_once('\n').expect("a heading");
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        let reordered = format!("{heading}\n{}\n", rows.join("\n"));
        let quoted = text.replace("药学", "\"药学\"").replace("中\"药学\"", "\"中药学\"");
        for (what, again) in [("renamed", &text), ("other line ends", &plain), ("reordered", &reordered), ("quoted", &quoted)] {
            let report = world.source(member).hands_in(item, again.as_bytes(), Some("copy of it.csv"), &Limits::default());
            let report = report.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(report.before, Before::Again, "{what}");
            assert_eq!((report.counts, &report.rows), (first.counts, &first.rows), "{what}");
            assert_eq!(receipt(&report), receipt(&first), "{what}");
        }
        assert_eq!(world.reg().store.head().snapshot().size(), size);
    }
}
