//! What a source does: hands in, corrects, withdraws.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::{CorrectionRow, Fate, File, RecordRow, Reply, Rows, State};
use super::{Correction, Expected, FileOnFile, Model, Notice, PersonOnFile, Record};

/// How long a member has to confirm a notice, in days.
const TO_CONFIRM: i32 = 7;
/// Why a file waits.
const NOT_SURE: &str = "day-not-sure";

impl Model {
    pub(super) fn takes_in(&mut self, file: &File) -> Expected {
        if file.member != file.item.source() {
            return Expected::exactly(Reply::Refused("file"), 0);
        }
        let key = file.key();
        if let Some(known) = self.files.iter().position(|known| known.key == key) {
            return Expected::exactly(self.taken(known, true), 0);
        }
        let fates = match &file.rows {
            Rows::Records(_) if !self.time.is_day_sure() => return Expected::exactly(Reply::Refused(NOT_SURE), 0),
            Rows::Records(rows) => self.records_of(file, rows),
            Rows::Corrections(rows) => match self.corrections_of(file, &key, rows) {
                Some(fates) => fates,
                None => return Expected { reply: Reply::Refused(NOT_SURE), leaves: None },
            },
        };
        self.files.push(FileOnFile { key, fates });
        Expected { reply: self.taken(self.files.len() - 1, false), leaves: None }
    }

    fn taken(&self, file: usize, again: bool) -> Reply {
        let key = &self.files[file].key;
        let mut told: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for notice in self.notices.iter().filter(|notice| self.corrections[notice.correction].file == *key) {
            let counts = told.entry(notice.member.to_owned()).or_default();
            counts.0 += 1;
            counts.1 += u64::from(notice.confirmed);
        }
        Reply::Taken { again, fates: self.files[file].fates.clone(), told }
    }

    fn records_of(&mut self, file: &File, rows: &[RecordRow]) -> Vec<Fate> {
        let before = self.records.len();
        rows.iter().map(|row| self.record_of(file, row, before)).collect()
    }

    /// What becomes of a row; those from place `before` on came with this very file.
    fn record_of(&mut self, file: &File, row: &RecordRow, before: usize) -> Fate {
        let content = content_of(row);
        let has_number = |record: &&Record| record.item == file.item && record.number == row.number;
        if let Some(same) = self.records.iter().filter(has_number).find(|record| !record.freed) {
            let same = same.content == content;
            return Some(if same { "B012" } else { "B013" });
        }
        // A withdrawn record's number is free, and its content does not come back under it.
        if self.records.iter().filter(has_number).any(|record| record.content == content) {
            return Some("B028");
        }
        let name = name_of(&row.number, self.records.iter().filter(has_number).count());
        debug_assert!(before <= self.records.len());
        if self.people.get(&row.person).is_some_and(|person| person.misnamed != row.misnamed) {
            return Some("B014");
        }
        let today = self.time.today();
        let version = self.version_on(file.item, today);
        let (item_version, terms) = (version.number, version.terms(file.item, row.day, today, None));
        self.people
            .entry(row.person)
            .or_insert_with(|| PersonOnFile { misnamed: row.misnamed, ..PersonOnFile::default() });
        self.records.push(Record {
            item: file.item,
            number: row.number.clone(),
            name,
            freed: false,
            person: row.person,
            version: 1,
            item_version,
            received: today,
            terms,
            state: State::InForce,
            content,
        });
        None
    }

    /// What becomes of each row. Withdrawals are done at once; if the day is not sure, corrections wait and there is no
    /// answer, and the same file finishes them later.
    fn corrections_of(&mut self, file: &File, key: &str, rows: &[CorrectionRow]) -> Option<Vec<Fate>> {
        let mut some_wait = false;
        let mut fates = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            if let Some(fate) = self.begun.get(key).and_then(|rows| rows.get(&place)) {
                fates.push(*fate);
                continue;
            }
            let fate = match self.found(file, row) {
                Err(code) => Some(code),
                Ok(_) if row.to.is_some() && !self.time.is_day_sure() => {
                    some_wait = true;
                    continue;
                }
                Ok(at) => self.puts_right(at, row, key),
            };
            self.begun.entry(key.to_owned()).or_default().insert(place, fate);
            fates.push(fate);
        }
        (!some_wait).then_some(fates)
    }

    /// The record that a row of corrections is about, or what is wrong with the row.
    fn found(&self, file: &File, row: &CorrectionRow) -> Result<usize, &'static str> {
        let has_number = |known: &Record| known.item == file.item && known.number == row.number;
        let found = self.records.iter().position(|known| has_number(known) && !known.freed);
        let at = found.or_else(|| self.records.iter().rposition(has_number)).ok_or("B021")?;
        if self.records[at].person == row.person { Ok(at) } else { Err("B023") }
    }

    fn puts_right(&mut self, at: usize, row: &CorrectionRow, key: &str) -> Fate {
        let today = self.time.today();
        let record = &self.records[at];
        if record.state == State::Withdrawn {
            return Some(if row.to.is_some() { "B026" } else { "B029" });
        }
        if record.state == State::Destroyed || record.terms.retained_until < today {
            return Some("B027");
        }
        let version_before = record.version;
        match &row.to {
            None => (self.records[at].state, self.records[at].freed) = (State::Withdrawn, true),
            Some((input, value)) if record.content.get(input) == Some(value) => return Some("B029"),
            Some((input, value)) => {
                let version = self.version(record.item, record.item_version);
                let day = row.day.unwrap_or_else(|| day_of_content(record));
                let terms = version.terms(record.item, day, record.received, Some(today));
                let record = &mut self.records[at];
                record.content.insert(input, value.clone());
                (record.version, record.terms, record.state) = (version_before + 1, terms, State::InForce);
            }
        }
        let correction = self.corrections.len();
        self.corrections.push(Correction {
            record: at,
            withdrawn: row.to.is_none(),
            version_before,
            words: row.words.clone(),
            file: key.to_owned(),
        });
        self.notifies(at, correction);
        None
    }

    /// Every member that was ever shown the record is told.
    fn notifies(&mut self, record: usize, correction: usize) {
        let told: BTreeSet<&'static str> =
            self.tellings.iter().filter(|telling| telling.record == record).map(|telling| telling.member).collect();
        for member in told {
            let seq = 1 + self.notices.iter().filter(|notice| notice.member == member).count() as u64;
            let due_on = self.time.sure_day() + TO_CONFIRM;
            let (chased_on, chases, confirmed) = (None, 0, false);
            self.notices.push(Notice { member, seq, correction, due_on, chased_on, chases, confirmed });
        }
    }
}

impl File {
    /// What makes two files the same: their rows, in whatever order.
    fn key(&self) -> String {
        let mut rows: Vec<String> = match &self.rows {
            Rows::Records(rows) => rows.iter().map(|row| format!("{row:?}")).collect(),
            Rows::Corrections(rows) => rows.iter().map(|row| format!("{row:?}")).collect(),
        };
        rows.sort();
        format!("{} {:?} {rows:?}", self.member, self.item)
    }
}

impl Record {
    /// The row that would bring it as it stood last.
    pub(super) fn as_handed_in(&self) -> RecordRow {
        let mut inputs = self.content.clone();
        inputs.remove("identifier");
        let misnamed = inputs.remove("name").is_some_and(|name| name == true.to_string());
        RecordRow { person: self.person, misnamed, number: self.number.clone(), day: day_of_content(self), inputs }
    }
}

fn content_of(row: &RecordRow) -> BTreeMap<&'static str, String> {
    let mut content = row.inputs.clone();
    content.insert("name", row.misnamed.to_string());
    content.insert("identifier", row.person.to_string());
    content
}

/// What a record of this number is called when so many before it were withdrawn.
pub fn name_of(number: &str, withdrawn: usize) -> String {
    match withdrawn {
        0 => number.to_owned(),
        before => format!("{number}, the one after {before} withdrawn"),
    }
}

/// The day that the display hangs on, as the content has it.
fn day_of_content(record: &Record) -> i32 {
    let written = record.content.get(record.item.day_input()).expect("the item has this input");
    written.parse::<fairfile_domain::day::Day>().expect("a day").epoch_day()
}
