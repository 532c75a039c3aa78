//! What must hold of a node after whatever happened to it, read from the bytes and not from what the node says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aho_corasick::AhoCorasick;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{PurposeCode, RecordId, SubjectId};
use fairfile_domain::record::RecordState;
use fairfile_proof::export::{Line, next_line};
use fairfile_proof::{Leaf, Report, verify_file};
use fairfile_service::person::FileView;
use fairfile_service::replay::{self, Beside};
use fairfile_store::record;

use crate::engine::Engine;
use crate::raw::Cell;
use crate::world::World;

/// A record as its row has it.
struct RecordRow {
    id: [u8; 16],
    version: i64,
    subject: [u8; 16],
    state: RecordState,
    shown_from: i64,
    display_until: i64,
    retained_until: i64,
    key: [u8; 16],
    has_content: bool,
}

/// The looks at one file, in the order of their numbers: look and leaf.
type Looks = Vec<([u8; 16], i64)>;

impl World {
    /// Audits the node, as every story does when it ends.
    ///
    /// The journal verifies from its exported bytes; every record, look and batch has its leaf; every look stands
    /// exactly once in its subject's file, in an unbroken chain; nothing was shown outside its days; what is past its
    /// day is gone with its key; every batch adds up; nobody's name or number lies anywhere in plain.
    ///
    /// # Panics
    /// At the first thing that does not hold.
    pub fn audit(&self) {
        // What the days passed demand is done first: the audit asks for its outcome, not for the hour it was done.
        self.calendar_runs();
        let leaves = self.audit_journal();
        self.audit_leaves(&leaves);
        let records = self.record_rows();
        self.audit_days(&records);
        self.audit_replaced_keys();
        self.audit_batches();
        self.audit_looks(&records);
        self.audit_plain_words();
        self.audit_journal();
        self.audit_replay();
    }

    /// Every row of every table is what the journal makes of it, and nothing else is there.
    fn audit_replay(&self) {
        let reg = self.reg();
        let head = reg.store.head();
        let mark = Some((head.snapshot().size(), head.snapshot().root()));
        let beside = Beside { mark, sure_today: Some(reg.sure_today()) };
        let mut snapshot = reg.store.snapshot().expect("a moment of the data");
        let verdict = replay::verify(&mut snapshot, &reg.vault, beside).expect("the journal is replayed");
        assert!(verdict.holds, "the replay finds {:#?}", verdict.findings);
    }

    /// The journal verifies from its bytes alone.
    fn audit_journal(&self) -> Vec<Leaf> {
        let journal = self.journal();
        holds(&verify_file(&journal[..], Some(&self.published_key()), None).expect("an exported journal"));
        let mut lines = &journal[journal.iter().position(|c| *c == b'\n').expect("a header line") + 1..];
        let mut leaves = Vec::new();
        loop {
            match next_line(&mut lines).expect("memory can be read") {
                Line::Leaf(leaf) => leaves.push(leaf),
                Line::End => return leaves,
                Line::Damaged => panic!("leaf {} is damaged", leaves.len()),
            }
        }
    }

    /// Whatever the database holds was journaled under its own id.
    fn audit_leaves(&self, leaves: &[Leaf]) {
        let raw = self.raw();
        for sql in [
            "SELECT record_id, leaf_index FROM record
              WHERE NOT EXISTS (SELECT 1 FROM correction c WHERE c.record_id = record.record_id)",
            "SELECT correction_id, leaf_index FROM correction",
            "SELECT look_id, leaf_index FROM look",
            "SELECT batch_id, taken_leaf FROM batch WHERE state = 'taken'",
        ] {
            for row in raw.rows(sql) {
                let index = usize::try_from(row[1].whole()).expect("an index");
                assert_eq!(leaves[index].event_id(), row[0].id(), "leaf {index} is of something else: {sql}");
            }
        }
        assert_eq!(raw.count("SELECT COUNT(*) FROM leaf"), leaves.len() as i64);
        let ids: BTreeSet<_> = leaves.iter().map(Leaf::event_id).collect();
        assert_eq!(ids.len(), leaves.len(), "two leaves share an event");
    }

    fn record_rows(&self) -> Vec<RecordRow> {
        let sql = "SELECT record_id, subject_id, state, shown_from, display_until, retained_until, key_id, sealed,
                          version FROM record";
        let row = |row: Vec<Cell>| RecordRow {
            id: row[0].id(),
            subject: row[1].id(),
            state: RecordState::find(row[2].text()).expect("a state"),
            shown_from: row[3].whole(),
            display_until: row[4].whole(),
            retained_until: row[5].whole(),
            key: row[6].id(),
            has_content: row[7] != Cell::Null,
            version: row[8].whole(),
        };
        self.raw().rows(sql).into_iter().map(row).collect()
    }

    /// Nothing is on display outside its days, and what is past its last day cannot be read by anyone.
    fn audit_days(&self, records: &[RecordRow]) {
        let today = i64::from(self.today().epoch_day());
        let kept = self.raw_keys().rows("SELECT key_id FROM content_key");
        let kept: BTreeSet<_> = kept.iter().map(|row| row[0].id()).collect();
        for row in records {
            let id = RecordId::from_bytes(row.id);
            if row.retained_until < today {
                assert_eq!(row.state, RecordState::Destroyed, "{id} outlived its retention");
            }
            let gone = matches!(row.state, RecordState::Destroyed | RecordState::Withdrawn);
            assert_eq!(row.has_content, !gone, "{id} is {}", row.state.word());
            assert_eq!(kept.contains(&row.key), !gone, "the key of {id}, which is {}", row.state.word());
            assert!(row.state != RecordState::InForce || today <= row.display_until, "{id} is past its display");
        }
        let hidden = |row: &&RecordRow| row.state != RecordState::InForce || today < row.shown_from;
        let reg = self.reg();
        let purposes: Vec<PurposeCode> = reg.catalog().purposes().map(|purpose| purpose.code.clone()).collect();
        let mut reader = reg.store.read().expect("a reader");
        for row in records.iter().filter(hidden).take(100) {
            for purpose in &purposes {
                let subject = SubjectId::from_bytes(row.subject);
                let found =
                    record::on_display(&mut reader, subject, purpose, self.today()).expect("the statement runs");
                let shown = found.iter().any(|sealed| sealed.on_file.record.as_bytes() == &row.id);
                assert!(!shown, "{} is displayed for {purpose}", RecordId::from_bytes(row.id));
            }
        }
    }

    /// The content of a version that was corrected can be read by nobody: its key is in the store no more.
    fn audit_replaced_keys(&self) {
        let kept = self.raw_keys().rows("SELECT key_id FROM content_key");
        let kept: BTreeSet<String> = kept.iter().map(|row| hex_of(&row[0].id())).collect();
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        for row in self.raw().rows("SELECT event FROM leaf WHERE event IS NOT NULL ORDER BY leaf_index") {
            let Cell::Bytes(event) = &row[0] else { panic!("an event is bytes") };
            let event: serde_json::Value = serde_json::from_slice(event).expect("an event");
            let (Some(record), Some(key)) = (event["record_id"].as_str(), event["key_id"].as_str()) else { continue };
            if let Some(before) = keys.insert(record.to_owned(), key.to_owned()) {
                assert!(before == key || !kept.contains(&before), "the key of an earlier version of {record} is kept");
            }
        }
    }

    /// received = accepted + rejected + duplicate + quarantined, and each is where it should be.
    fn audit_batches(&self) {
        let per_batch = |sql: &str| -> BTreeMap<[u8; 16], i64> {
            self.raw().rows(sql).iter().map(|row| (row[0].id(), row[1].whole())).collect()
        };
        let records = per_batch("SELECT batch_id, COUNT(*) FROM record GROUP BY batch_id");
        let is_of_records = per_batch("SELECT batch_id, COUNT(*) FROM batch WHERE kind = 'records' GROUP BY batch_id");
        let turned_away = per_batch("SELECT batch_id, COUNT(*) FROM batch_row GROUP BY batch_id");
        let of = |map: &BTreeMap<_, i64>, batch| map.get(&batch).copied().unwrap_or_default();
        let sql =
            "SELECT batch_id, received, accepted, rejected, duplicate, quarantined FROM batch WHERE state = 'taken'";
        for row in self.raw().rows(sql) {
            let [batch, received, accepted, others @ ..] = &row[..] else { panic!("six columns") };
            let others: i64 = others.iter().map(Cell::whole).sum();
            assert_eq!(received.whole(), accepted.whole() + others, "a batch does not add up");
            if is_of_records.contains_key(&batch.id()) {
                assert_eq!(of(&records, batch.id()), accepted.whole(), "accepted rows are records");
            }
            assert_eq!(of(&turned_away, batch.id()), others, "every other row is in the report");
        }
    }

    /// Every look stands once in its subject's file, in order, under a chain that a copy proves.
    fn audit_looks(&self, records: &[RecordRow]) {
        let raw = self.raw();
        let mut files: BTreeMap<[u8; 16], Looks> = BTreeMap::new();
        for row in raw.rows("SELECT subject_id, seq, look_id, leaf_index FROM look ORDER BY subject_id, seq") {
            let looks = files.entry(row[0].id()).or_default();
            looks.push((row[2].id(), row[3].whole()));
            assert_eq!(row[1].whole(), looks.len() as i64, "the looks of a file are counted without a gap");
        }
        let counted = raw.rows("SELECT subject_id, look_count FROM subject WHERE look_count > 0");
        let counted: BTreeMap<_, _> = counted.iter().map(|row| (row[0].id(), row[1].whole() as usize)).collect();
        let found: BTreeMap<_, _> = files.iter().map(|(subject, looks)| (*subject, looks.len())).collect();
        assert_eq!(counted, found, "the chain of a file counts the looks that there are");
        for (subject, looks) in &files {
            let view = self.file_of_subject(SubjectId::from_bytes(*subject));
            let shown: Looks = view.looks.iter().map(|look| (look_id(&look.event), look.leaf as i64)).collect();
            assert_eq!(&shown[..shown.len() - 1], &looks[..], "the person is not shown every look, in order");
            let copy = self.signed_copy(&view);
            holds(&verify_file(&copy[..], Some(&self.published_key()), None).expect("a copy"));
            self.audit_shown(&view, records);
        }
    }

    /// Whatever a look showed was on display on the day of the look.
    fn audit_shown(&self, view: &FileView, records: &[RecordRow]) {
        for look in &view.looks {
            let at = Instant::from_unix_micros(look.event["at"].as_i64().expect("a time")).expect("an instant");
            let day = i64::from(at.day_in(&self.reg().zone).epoch_day());
            for shown in look.event["shown"].as_array().into_iter().flatten() {
                let id = shown["record_id"].as_str().expect("an id");
                let row =
                    records.iter().find(|row| RecordId::from_bytes(row.id).hex() == id).expect("a record on file");
                assert_eq!(&row.subject, view.subject.as_bytes(), "a look showed a record of another person");
                // A corrected record has other days now; the days of the version that was shown are gone with it.
                let is_same = shown["version"].as_i64() == Some(row.version);
                let was_on_display = row.shown_from <= day && day <= row.display_until;
                assert!(!is_same || was_on_display, "rec_{id} was shown outside its days");
            }
        }
    }

    /// Nobody's name or number lies in the node's data, keys or journal as it is spelled.
    fn audit_plain_words(&self) {
        let people = self.people();
        let words = people.iter().flat_map(|person| [person.name.as_str(), &person.number]);
        let spellings = words.flat_map(|word| [word.to_owned(), hex_of(word.as_bytes())]);
        // All at once: a node that has lived has thousands of rows and hundreds of people.
        let words = AhoCorasick::new(spellings).expect("words to search for");
        search_files(&self.folder(), &words);
        if self.engine() == Engine::Postgres {
            let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
            for table in self.raw().rows(tables) {
                let table = table[0].text();
                for row in self.raw().rows(&format!("SELECT t::text FROM {table} t")) {
                    assert!(!words.is_match(row[0].text()), "table {table} names a person");
                }
            }
        }
    }
}

fn search_files(folder: &Path, words: &AhoCorasick) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            search_files(&path, words);
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        assert!(!words.is_match(&bytes), "{} names a person", path.display());
    }
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn look_id(event: &serde_json::Value) -> [u8; 16] {
    let id = format!("look_{}", event["look_id"].as_str().expect("an id"));
    *id.parse::<fairfile_domain::id::LookId>().expect("the id of a look").as_bytes()
}

/// Asserts that a file of the node proves what it should.
///
/// # Panics
/// With every finding, if it does not.
#[track_caller]
pub fn holds(report: &Report) {
    assert!(report.ok, "{:#?}", report.checks);
}
