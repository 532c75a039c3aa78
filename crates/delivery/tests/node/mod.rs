//! A node in miniature that tells one member things, a wire that means harm, and a member who counts the effects.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use fairfile_delivery::{Failure, Inbox, Wire};
use fairfile_proof::{Message, MessageParts, NodeKey};
use rusqlite::{Connection, params};
use serde_json::json;
use tempfile::TempDir;

pub const ORIGIN: &str = "lanhe.example/journal";
pub const MEMBER: &str = "health-commission";

/// Chance from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// What has messages for the member: as many as `sent`, made anew each time that they are asked for.
pub struct Node {
    pub key: NodeKey,
    pub sent: u64,
}

impl Node {
    pub fn new(sent: u64) -> Self {
        Self::with_seed(7, sent)
    }

    pub fn with_seed(seed: u8, sent: u64) -> Self {
        Self { key: NodeKey::from_seed(ORIGIN, &[seed; 32]).expect("a valid origin"), sent }
    }

    /// No. `seq`, about one of a hundred records.
    pub fn message(&self, seq: u64) -> Vec<u8> {
        self.told(MEMBER, seq, &format!("not_{seq:032x}"))
    }

    pub fn told(&self, to: &str, seq: u64, id: &str) -> Vec<u8> {
        let parts = MessageParts {
            to: to.to_owned(),
            seq,
            message_id: id.to_owned(),
            about: format!("rec_{:032x}", seq % 100),
            made_at: "2026-11-23T01:02:00Z".to_owned(),
            body: json!({ "kind": "notice", "act": "correct", "version_before": seq }),
        };
        Message::issue(&self.key, parts).and_then(|message| message.to_json()).expect("a short message")
    }

    /// What the outbox gives after a number.
    pub fn outbox(&self, after: u64, most: u64) -> RangeInclusive<u64> {
        after + 1..=self.sent.min(after + most)
    }
}

/// A carrier that loses 30 of 100, repeats 50, reorders all, cuts, alters and forges.
pub struct HostileWire {
    pub node: Node,
    pub forger: Node,
    pub dice: Dice,
    /// The numbers that the latest fetch brought whole.
    pub whole: Vec<u64>,
    /// How many the latest fetch brought otherwise.
    pub harmed: u64,
}

/// How many the wire carries at a time.
const PAGE: u64 = 256;

impl HostileWire {
    pub fn new(sent: u64, seed: u64) -> Self {
        let (node, forger) = (Node::new(sent), Node::with_seed(8, sent));
        Self { node, forger, dice: Dice(seed), whole: Vec::new(), harmed: 0 }
    }

    pub fn page(&mut self, after: u64) -> Vec<Vec<u8>> {
        self.whole.clear();
        self.harmed = 0;
        let mut page = Vec::new();
        for seq in self.node.outbox(after, PAGE) {
            if self.dice.percent(30) {
                continue;
            }
            self.carry(seq, &mut page);
            if self.dice.percent(50) {
                let older = 1 + self.dice.below(usize::try_from(seq).expect("a small number")) as u64;
                self.carry(older, &mut page);
            }
        }
        self.dice.shuffle(&mut page);
        page
    }

    fn carry(&mut self, seq: u64, page: &mut Vec<Vec<u8>>) {
        let mut bytes = self.node.message(seq);
        let harm = self.dice.below(100);
        self.harmed += u64::from(harm < 12);
        match harm {
            0..3 => bytes.truncate(self.dice.below(bytes.len())),
            3..6 => {
                let at = self.dice.below(bytes.len());
                bytes[at] ^= 1 << self.dice.below(8);
            }
            6..9 => bytes = self.forger.message(seq),
            9..12 => bytes = self.node.told("court", seq, "not_of_the_court"),
            _ => self.whole.push(seq),
        }
        page.push(bytes);
    }
}

impl Wire for HostileWire {
    type Error = std::convert::Infallible;

    fn fetch(&mut self, after: u64) -> Result<Vec<Vec<u8>>, Self::Error> {
        Ok(self.page(after))
    }
}

/// A member with an inbox on disk, and a table of its own in it in which every effect leaves a row.
pub struct Member {
    folder: TempDir,
    key: NodeKey,
}

impl Member {
    pub fn new() -> Self {
        let member = Self { folder: tempfile::tempdir().expect("a folder"), key: Node::new(0).key };
        drop(member.opens());
        let table = "CREATE TABLE effect (n INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL) STRICT;";
        member.raw().execute_batch(table).expect("a table of the member's own");
        member
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("inbox.db")
    }

    pub fn opens(&self) -> Inbox {
        Inbox::open(&self.path(), MEMBER, self.key.verifier()).expect("the inbox opens")
    }

    pub fn raw(&self) -> Connection {
        Connection::open(self.path()).expect("the file opens")
    }

    /// What there was of the inbox on the disk at this moment, as a fall would leave it.
    pub fn snapshot(&self, to: &Path) {
        for end in ["", "-wal"] {
            let from = self.folder.path().join(format!("inbox.db{end}"));
            if from.exists() {
                fs::copy(&from, to.join(format!("inbox.db{end}"))).expect("copied");
            }
        }
    }

    /// Goes back to a snapshot.
    pub fn restores(&self, from: &Path) {
        for end in ["", "-wal", "-shm"] {
            let name = format!("inbox.db{end}");
            let (old, saved) = (self.folder.path().join(&name), from.join(&name));
            if old.exists() {
                fs::remove_file(&old).expect("removed");
            }
            if saved.exists() {
                fs::copy(&saved, &old).expect("copied back");
            }
        }
    }

    /// The numbers in the order in which they took effect.
    pub fn effects(&self) -> Vec<u64> {
        let raw = self.raw();
        let mut statement = raw.prepare("SELECT seq FROM effect ORDER BY n").expect("a statement");
        let rows = statement.query_map([], |row| row.get::<_, i64>(0)).expect("rows");
        rows.map(|seq| seq.expect("a number").cast_unsigned()).collect()
    }
}

/// The effect of a message: a row, in the transaction of its number.
pub fn counted(message: &Message, tables: &Connection) -> Result<(), Failure> {
    let seq = message.parts().seq.cast_signed();
    let written =
        tables.prepare_cached("INSERT INTO effect (seq) VALUES (?1)").and_then(|mut s| s.execute(params![seq]));
    written.map(|_| ()).map_err(|_| Failure::Later("the member's table cannot be written"))
}
