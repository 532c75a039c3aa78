//! The life of records, said once more: a small model without SQL, keys, ciphers or a clock, the oracle of every answer.
//!
//! It is written from the manual and shares no code with the node but the writing of a day. `acts.rs` has what is done
//! and what is answered, `files.rs` what sources do, `looks.rs` what officers and persons do, `time.rs` the clock.

pub mod acts;
pub mod files;
pub mod items;
mod looks;
mod notices;
mod pace;
mod resolve;
pub mod time;

use std::collections::{BTreeMap, BTreeSet};

use acts::{Act, Fate, LookSaid, Question, Reply, State};
use items::{Item, Terms, Version};
use pace::Pace;
use time::Time;

/// A record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its item.
    pub item: Item,
    /// The source's own number.
    pub number: String,
    /// What it is called here: its number, and which record of that number it is if an earlier one was withdrawn.
    name: String,
    /// Whether it was withdrawn, so that its number is free.
    freed: bool,
    /// Whom it is about.
    pub person: u32,
    version: u32,
    item_version: u32,
    received: i32,
    terms: Terms,
    state: State,
    /// Every input; what was withdrawn or destroyed is still known to whoever hands it in again.
    content: BTreeMap<&'static str, String>,
}

/// A person on file.
#[derive(Debug, Clone, Default)]
struct PersonOnFile {
    misnamed: bool,
    looks: Vec<LookSaid>,
}

/// A look that showed a record to a member.
#[derive(Debug, Clone, Copy)]
struct Telling {
    record: usize,
    version: u32,
    member: &'static str,
}

/// A correction or a withdrawal.
#[derive(Debug, Clone)]
struct Correction {
    record: usize,
    withdrawn: bool,
    version_before: u32,
    words: String,
    /// The key of its file.
    file: String,
}

/// A notice to a member.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The member.
    pub member: &'static str,
    /// Its number among the notices to this member.
    pub seq: u64,
    correction: usize,
    due_on: i32,
    chased_on: Option<i32>,
    chases: u32,
    confirmed: bool,
}

/// A question that was put on record.
#[derive(Debug, Clone)]
struct Asked {
    question: Question,
    outcome: Outcome,
}

/// What came of it: the records that were shown, with the version of each.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Shown(Vec<(usize, u32)>),
    Nothing,
    Denied(&'static str),
}

/// A file that was taken in.
#[derive(Debug, Clone)]
struct FileOnFile {
    key: String,
    fates: Vec<Fate>,
}

/// One node, over all its histories.
#[derive(Debug, Clone)]
pub struct Model {
    /// The clock.
    pub time: Time,
    pace: Pace,
    versions: BTreeMap<Item, Vec<Version>>,
    people: BTreeMap<u32, PersonOnFile>,
    records: Vec<Record>,
    corrections: Vec<Correction>,
    tellings: Vec<Telling>,
    notices: Vec<Notice>,
    asked: Vec<Asked>,
    files: Vec<FileOnFile>,
    /// What became of the rows of each file of corrections, by its key; while the day is not sure, some of them wait.
    begun: BTreeMap<String, BTreeMap<usize, Fate>>,
    history: History,
}

/// Where the history that is running began.
#[derive(Debug, Clone, Default)]
struct History {
    place: u32,
    began_on: i32,
    asked_from: usize,
    handed: Vec<acts::File>,
    notices_from: usize,
    cases: u32,
}

/// What is expected of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The answer.
    pub reply: Reply,
    /// By how many leaves the journal grows, where the manual says so.
    pub leaves: Option<u64>,
}

impl Expected {
    fn exactly(reply: Reply, leaves: u64) -> Self {
        Self { reply, leaves: Some(leaves) }
    }
}

impl Model {
    /// A node that was just founded, with nobody on file.
    pub fn founded(at: i64) -> Self {
        Self {
            time: Time::at(at),
            pace: Pace::default(),
            versions: BTreeMap::new(),
            people: BTreeMap::new(),
            records: Vec::new(),
            corrections: Vec::new(),
            tellings: Vec::new(),
            notices: Vec::new(),
            asked: Vec::new(),
            files: Vec::new(),
            begun: BTreeMap::new(),
            history: History::default(),
        }
    }

    /// Another history begins: with people and numbers of its own, on the node that others have lived through.
    pub fn begins(&mut self, place: u32) {
        self.history = History {
            place,
            began_on: self.time.today(),
            asked_from: self.asked.len(),
            notices_from: self.notices.len(),
            ..History::default()
        };
    }

    /// Does an act and says what is to be answered.
    pub fn does(&mut self, act: &Act) -> Expected {
        self.time.passes(1);
        match act {
            Act::HandIn(file) => self.takes_in(file),
            Act::Ask(question) => self.is_asked(question),
            Act::ReadFile(person) => self.is_read_by(*person),
            Act::ListNotices(member) => Expected::exactly(self.lists_notices(member), 0),
            Act::Confirm { member, seq, by } => self.is_confirmed(member, *seq, by),
            Act::Follow(asked) => Expected::exactly(self.followed(*asked), 0),
            Act::Calendar => self.runs_the_calendar(),
            Act::Publish { item, from, shape } => self.publishes(*item, *from, *shape),
            Act::Release(officer) => {
                self.pace.release(officer, self.time.latest());
                Expected::exactly(Reply::Done, 1)
            }
            Act::Pass(seconds) => {
                self.time.passes(*seconds);
                Expected::exactly(Reply::Done, 0)
            }
            Act::SetWall(error) => {
                self.time.is_set(*error);
                Expected::exactly(Reply::Done, 0)
            }
            Act::ConfirmClock if self.time.is_confirmed() => Expected::exactly(Reply::Done, 1),
            Act::ConfirmClock => Expected::exactly(Reply::Refused("behind"), 0),
            Act::Reboot(off) => {
                self.time.is_rebooted(*off);
                self.starts_again();
                Expected::exactly(Reply::Done, 0)
            }
            Act::Crash => {
                self.starts_again();
                Expected::exactly(Reply::Done, 0)
            }
            Act::Restore => {
                self.starts_again();
                // A file that waits gives way to the restoring, and comes anew when it is handed in again.
                Expected { reply: Reply::Done, leaves: None }
            }
            Act::Nothing | Act::Cut { .. } => Expected::exactly(Reply::Done, 0),
        }
    }

    /// The node has started again: it remembers what is on record.
    pub fn starts_again(&mut self) {
        self.time.is_read();
        self.pace.starts_again(self.time.latest());
    }

    /// Officers who cannot ask any more.
    pub fn stopped(&self) -> Vec<&'static str> {
        self.pace.stopped()
    }

    /// Notices of the history that nobody has confirmed.
    pub fn unconfirmed(&self) -> Vec<(&'static str, u64)> {
        let own = self.notices.get(self.history.notices_from..).unwrap_or_default();
        own.iter().filter(|notice| !notice.confirmed).map(|notice| (notice.member, notice.seq)).collect()
    }

    /// Records whose display is past by the time that has gone by, by number and version, and those that are destroyed,
    /// by number: neither may ever be seen again.
    pub fn over(&self) -> (BTreeSet<(String, u32)>, BTreeSet<String>) {
        let day = self.time.farthest_day();
        let past = self.records.iter().filter(|record| record.terms.display_until < day);
        let gone = self.records.iter().filter(|record| record.state == State::Destroyed);
        let past = past.map(|record| (record.name.clone(), record.version)).collect();
        (past, gone.map(|record| record.name.clone()).collect())
    }

    fn publishes(&mut self, item: Item, from: i32, shape: u8) -> Expected {
        let versions = self.versions.entry(item).or_default();
        // The demo's own version came first.
        let number = 2 + versions.len() as u32;
        if from <= self.time.today() {
            return Expected::exactly(Reply::Refused("backwards"), 0);
        }
        if versions.last().is_some_and(|last| from <= last.from) {
            return Expected::exactly(Reply::Refused("conflict"), 0);
        }
        versions.push(Version::of(item, number, from, shape));
        Expected::exactly(Reply::Done, 1)
    }

    /// The version of an item that another one published now would be.
    pub fn next_version(&self, item: Item, from: i32, shape: u8) -> Version {
        let known = self.versions.get(&item).map_or(0, Vec::len) as u32;
        Version::of(item, 2 + known, from, shape)
    }

    fn version_on(&self, item: Item, day: i32) -> &Version {
        let versions = self.versions.get(&item).expect("the item has a version");
        versions.iter().rev().find(|version| version.from <= day).expect("a version is in force")
    }

    fn version(&self, item: Item, number: u32) -> &Version {
        let versions = self.versions.get(&item).expect("the item has a version");
        versions.iter().find(|version| version.number == number).expect("the version is known")
    }

    /// What the days that have surely passed demand.
    fn runs_the_calendar(&mut self) -> Expected {
        let today = self.time.sure_day();
        let (mut ended, mut destroyed) = (0, 0);
        for record in &mut self.records {
            if record.state == State::InForce && record.terms.display_until < today {
                record.state = State::Ended;
                ended += 1;
            }
            if record.state != State::Destroyed && record.terms.retained_until < today {
                record.state = State::Destroyed;
                destroyed += 1;
            }
        }
        let chased = self.chases(today);
        Expected::exactly(Reply::Passed { ended, destroyed, chased }, ended + destroyed + chased)
    }
}
