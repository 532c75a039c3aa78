//! What the node was asked, and what it acknowledged: the whole receipt of each.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use fairfile_domain::day::Day;
use fairfile_proof::{Leaf, Receipt};
use serde_json::Value;

use super::plan::{Source, member_of};
use crate::journal::Journal;

/// What a client heard in answer to an act that is journaled.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The id of the batch, the look, the correction.
    pub id: String,
    /// The receipt as it came.
    pub receipt: Value,
    /// The number of its leaf.
    pub index: u64,
    leaf: Leaf,
}

impl Told {
    /// Reads what an answer tells about `id`.
    pub fn read(answer: &Value, id: &Value) -> Result<Self> {
        let receipt = answer["receipt"].clone();
        let read = Receipt::parse(receipt.to_string().as_bytes()).context("an answer with a receipt")?;
        let id = id.as_str().context("an answer with an id")?.to_owned();
        Ok(Self { id, receipt, index: read.opening().index(), leaf: *read.opening().leaf() })
    }

    /// The leaf is in the journal, at its place, with the same bytes.
    pub fn is_in(&self, journal: &Journal) -> Result<()> {
        let found = journal.leaf(self.index);
        ensure!(found == Some(&self.leaf), "{} was acknowledged, and leaf {} is not its own", self.id, self.index);
        Ok(())
    }

    /// Whether both tell of one event.
    pub fn is_the_same_as(&self, other: &Self) -> bool {
        self.id == other.id && self.index == other.index && self.leaf == other.leaf
    }
}

/// One row of a file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which of the invented people.
    pub person: u32,
    /// The source's number for the record.
    pub number: String,
    /// The last day on which others may see it.
    pub valid_until: Day,
    /// The earliest that the last day can be on which it exists.
    pub retained_until: Day,
}

/// One row of a file of corrections: another value of the record's choice, or nothing, for a record that is withdrawn.
#[derive(Debug, Clone)]
pub struct Change {
    /// The number of the record.
    pub number: String,
    /// The value that it shall have.
    pub value: Option<&'static str>,
}

/// A file that was handed in.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Who hands it in, and as what.
    pub source: &'static Source,
    /// The file.
    pub file: String,
    /// Its rows, if it is one of records.
    pub rows: Vec<Row>,
    /// Its rows, if it is one of corrections.
    pub changes: Vec<Change>,
    /// Its receipt; nothing if the answer never came.
    pub told: Option<Told>,
    /// Not all of it was accepted, for the day on which it could be had passed before its answer came.
    pub in_part: bool,
}

/// A question that was asked under an idempotency key.
#[derive(Debug, Clone)]
pub struct Look {
    /// The officer.
    pub officer: &'static str,
    /// The idempotency key.
    pub once: String,
    /// The case, which no other question has.
    pub case: String,
    /// About whom.
    pub person: u32,
    /// The question as it travels.
    pub body: String,
    /// The look that stands in the person's file for it, once it was seen there.
    pub seen: Option<String>,
    /// Its receipt; nothing if the answer never came.
    pub told: Option<Told>,
}

impl Look {
    /// The records that the answer says were shown: id and version.
    fn shown(&self) -> Vec<(&str, u64)> {
        let rows = self.told.as_ref().and_then(|told| told.receipt["event"]["shown"].as_array());
        rows.into_iter()
            .flatten()
            .filter_map(|row| Some((row["record_id"].as_str()?, row["version"].as_u64()?)))
            .collect()
    }
}

/// A notice that a member confirmed.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The member.
    pub member: &'static str,
    /// The notice.
    pub notice: String,
    /// Its receipt; nothing if the answer never came.
    pub told: Option<Told>,
}

/// What a record can be found to say, as far as anybody can know.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The values that its choice may have.
    pub values: BTreeSet<&'static str>,
    /// Whether it may have been withdrawn.
    pub may_be_gone: bool,
}

/// A record as its person was shown it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The last day on which it exists.
    pub retained_until: Day,
}

/// All of it, for one node.
#[derive(Default)]
pub struct Memory {
    /// Files, in the order in which they came to an end.
    pub batches: Vec<Batch>,
    /// Questions.
    pub looks: Vec<Look>,
    /// Confirmations.
    pub confirmations: Vec<Confirmation>,
    /// From where on files, questions and confirmations have not been checked since they were remembered.
    pub unchecked: [usize; 3],
    /// By number, each record as its person was shown it last.
    pub seen: BTreeMap<String, Seen>,
    /// Numbers of records whose content was seen to be gone.
    pub gone: BTreeSet<String>,
    /// The last number given to a person, a record, a question.
    pub last: u32,
}

impl Memory {
    /// Remembers what a client brought home from a round.
    pub fn take(&mut self, batches: Vec<Batch>, looks: Vec<Look>, confirmations: Vec<Confirmation>) {
        self.batches.extend(batches);
        self.looks.extend(looks);
        self.confirmations.extend(confirmations);
    }

    /// A number that no person, record or question has.
    pub fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// Everything that was acknowledged.
    pub fn told(&self) -> impl Iterator<Item = &Told> {
        let batches = self.batches.iter().filter_map(|batch| batch.told.as_ref());
        let looks = self.looks.iter().filter_map(|look| look.told.as_ref());
        batches.chain(looks).chain(self.confirmations.iter().filter_map(|one| one.told.as_ref()))
    }

    /// The rows that were acknowledged, by person.
    pub fn on_file(&self) -> BTreeMap<u32, Vec<&Row>> {
        self.rows(|batch| batch.told.is_some())
    }

    /// The rows of files that nobody knows the end of, by person.
    pub fn in_limbo(&self) -> BTreeMap<u32, Vec<&Row>> {
        self.rows(|batch| batch.told.is_none())
    }

    fn rows(&self, counts: impl Fn(&Batch) -> bool) -> BTreeMap<u32, Vec<&Row>> {
        let mut people: BTreeMap<u32, Vec<&Row>> = BTreeMap::new();
        for row in self.batches.iter().filter(|batch| counts(batch)).flat_map(|batch| &batch.rows) {
            people.entry(row.person).or_default().push(row);
        }
        people
    }

    /// What the record of this number can be found to say.
    pub fn expected(&self, number: &str) -> Expected {
        let mut expected = Expected::default();
        for batch in &self.batches {
            if batch.rows.iter().any(|row| row.number == number) {
                expected.values.insert(batch.source.values[0]);
            }
            let sure = batch.told.is_some() && !batch.in_part;
            for change in batch.changes.iter().filter(|change| change.number == number) {
                if sure {
                    expected.values.clear();
                }
                expected.values.extend(change.value);
                expected.may_be_gone |= change.value.is_none();
            }
        }
        expected
    }

    /// Whether nobody can know what the record of this number says.
    pub fn is_in_limbo(&self, number: &str) -> bool {
        let expected = self.expected(number);
        expected.values.len() + usize::from(expected.may_be_gone) != 1
    }

    /// What each member was shown that was corrected or withdrawn afterwards: member, record, version.
    pub fn owed_notices(&self) -> BTreeSet<(&'static str, &str, u64)> {
        let latest: BTreeMap<&str, u64> = self.seen.values().map(|seen| (bare(&seen.id), seen.version)).collect();
        let withdrawn = self.seen.iter().filter(|(number, _)| self.expected(number).values.is_empty());
        let withdrawn: BTreeSet<&str> = withdrawn.map(|(_, seen)| bare(&seen.id)).collect();
        let mut owed = BTreeSet::new();
        for look in &self.looks {
            for (record, version) in look.shown() {
                let is_corrected = latest.get(record).is_some_and(|latest| *latest > version);
                if is_corrected || withdrawn.contains(record) {
                    owed.insert((member_of(look.officer), record, version));
                }
            }
        }
        owed
    }
}

/// An id as events write it, without what it begins with elsewhere.
pub fn bare(id: &str) -> &str {
    id.split_once('_').map_or(id, |(_, bare)| bare)
}
