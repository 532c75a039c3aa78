//! What became of a file, row by row: numbers, codes and what to do; never a person.

use fairfile_domain::id::{BatchId, ItemCode, MemberCode};
use fairfile_proof::Receipt;
use fairfile_store::batch::Counts;
pub use fairfile_store::batch::FileKind;
pub use fairfile_store::notice::ToldByBatch;

use super::codes::{Fate, RowFault, explain_row};

/// What became of one row that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Its number, the heading being row 1.
    pub row: u32,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The stable code of the reason.
    pub code: String,
    /// The input that is wrong.
    pub input: Option<String>,
    /// The row of the same file that it repeats.
    pub other_row: Option<u32>,
}

/// What becomes of a row that is not accepted.
pub type RowOutcome = Fate;

impl Fate {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
        }
    }

    /// The fate that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Rejected, Self::Duplicate, Self::Quarantined].into_iter().find(|fate| fate.word() == word)
    }
}

impl RowReport {
    /// The report of one row.
    pub fn new(row: u32, fault: &RowFault) -> Self {
        Self {
            row,
            outcome: fault.fate(),
            code: fault.code.to_owned(),
            input: fault.input.as_ref().map(ToString::to_string),
            other_row: fault.other_row,
        }
    }

    /// What is wrong, in words.
    pub fn what(&self) -> String {
        let what = explain_row(&self.code).map_or("", |row| row.0);
        match (&self.input, self.other_row) {
            (_, Some(other)) => format!("the same record as row {other}"),
            (Some(input), None) => format!("{input}: {what}"),
            (None, None) => what.to_owned(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        explain_row(&self.code).map_or("", |row| row.1)
    }
}

/// What became of a file. `received = accepted + rejected + duplicate + quarantined`, always.
#[derive(Debug, Clone)]
pub struct BatchReport {
    /// The batch; nothing if it was only checked.
    pub batch: Option<BatchId>,
    /// The source.
    pub member: MemberCode,
    /// The item.
    pub item: ItemCode,
    /// The version of the item that applied.
    pub item_version: u32,
    /// Whether it is a file of corrections and withdrawals.
    pub kind: FileKind,
    /// The counts.
    pub counts: Counts,
    /// Every row that was not accepted, in order.
    pub rows: Vec<RowReport>,
    /// Whether the same rows had been handed in before: then this is the report of that time.
    pub before: Before,
    /// The signed receipt; nothing if it was only checked.
    pub receipt: Option<Receipt>,
    /// Which members were told of its corrections, and how far they have confirmed.
    pub told: Vec<ToldByBatch>,
}

/// Rows of a report that have the same thing wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowGroup {
    /// What becomes of them.
    pub outcome: RowOutcome,
    /// The stable code of the reason.
    pub code: String,
    /// The input that is wrong.
    pub input: Option<String>,
    /// How many they are.
    pub rows: u64,
}

/// Which rows of a report are wanted: those after a row, of one group if one is named, so many at the most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhichRows {
    /// The row after which they stand; 0 for the first.
    pub after: u32,
    /// Code and input of their group.
    pub group: Option<(String, Option<String>)>,
    /// How many at the most.
    pub most: u32,
}

/// Whether a batch was handed in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// For the first time.
    First,
    /// The same rows were taken in before, whatever their order or the file's name.
    Again,
}

/// Counts rows as they are settled.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    pub(super) rows: Vec<RowReport>,
}

impl Tally {
    pub(super) fn accept(&mut self) {
        self.counts.received += 1;
        self.counts.accepted += 1;
    }

    pub(super) fn turn_away(&mut self, row: u32, fault: &RowFault) {
        self.counts.received += 1;
        match fault.fate() {
            Fate::Rejected => self.counts.rejected += 1,
            Fate::Duplicate => self.counts.duplicate += 1,
            Fate::Quarantined => self.counts.quarantined += 1,
        }
        self.rows.push(RowReport::new(row, fault));
    }
}
