//! The small parts that every look and every row go through, one by one.
//!
//! `cargo bench -p fairfile-bench`. Only ratios within one run mean anything on a machine that others use too.
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fairfile_domain::day::{HolidayCalendar, Period, Unit};
use fairfile_domain::forbidden;
use fairfile_domain::id::{Id, SubjectId};
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;
use fairfile_proof::{Leaf, NodeKey, Tree, canonical};

const NUMBER: &str = "11010519491231002X";

fn rules(c: &mut Criterion) {
    c.bench_function("identifier: read GB 11643", |b| {
        b.iter(|| Identifier::parse(IdentifierKind::CnResident, black_box(NUMBER)))
    });
    c.bench_function("name: fold", |b| b.iter(|| PersonName::parse(black_box("阿依古丽·买买提"))));
    c.bench_function("catalog: is a heading forbidden", |b| {
        b.iter(|| forbidden::find_in(black_box("Date of the decision")))
    });
    let holidays = HolidayCalendar::default();
    let start = "2026-01-31".parse().expect("a day");
    let month = Period { count: 1, unit: Unit::Month };
    c.bench_function("period: one month from 31 January", |b| b.iter(|| month.end_after(black_box(start), &holidays)));
}

fn proofs(c: &mut Criterion) {
    let event = serde_json::json!({ "at": 1, "case": "HC-2026-0331", "event": "look", "outcome": "answered" });
    c.bench_function("event: canonical JSON", |b| b.iter(|| canonical(black_box(&event))));
    let bytes = canonical(&event).expect("canonical");
    c.bench_function("leaf: commitment and hash", |b| {
        b.iter(|| Leaf::new([1; 16], 29_907_000, &[5; 32], black_box(&bytes)).map(|leaf| leaf.hash()))
    });
    c.bench_function("tree: append 512 and snapshot", |b| {
        b.iter(|| {
            let mut tree = Tree::empty();
            (0..512_u64).for_each(|n| tree.append([n as u8; 32]));
            black_box(tree.take_full_tiles());
            tree.snapshot().root()
        })
    });
    let key = NodeKey::from_seed("bench.example/journal", &[7; 32]).expect("a key");
    c.bench_function("checkpoint: sign", |b| b.iter(|| key.sign_checkpoint(512, black_box(&[1; 32]))));
}

fn keys(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let chance = fairfile_vault::Chance::system();
    let root = fairfile_vault::KeyFile::create(&folder.path().join("root.key"), &chance).expect("a key file");
    let keyring =
        fairfile_vault::Keyring::create(&folder.path().join("keys.db"), Box::new(root), &chance).expect("a key store");
    let key = keyring.make(fairfile_vault::Month::OF_PEOPLE, &chance).expect("a key");
    let subject: SubjectId = Id::from_bytes([3; 16]);
    let place = fairfile_vault::Place::Identity(subject);
    c.bench_function("vault: make and wrap a key", |b| {
        b.iter(|| keyring.make(fairfile_vault::Month::OF_PEOPLE, &chance))
    });
    c.bench_function("vault: seal 300 bytes", |b| b.iter(|| key.seal(place, black_box(&[7; 300]), &chance)));
    let identifier = Identifier::parse(IdentifierKind::CnResident, NUMBER).expect("a number");
    c.bench_function("vault: keyed hash of an identifier", |b| {
        b.iter(|| keyring.hashes().index_of(black_box(&identifier)))
    });
}

criterion_group!(parts, rules, proofs, keys);
criterion_main!(parts);
