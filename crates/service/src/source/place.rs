//! Rows that their item allows, against what is on file: new, there already, or somebody else's number.
//!
//! Exact agreement only. An identifier that is known under another name is attached to nobody.

use std::collections::{BTreeMap, HashMap};

use fairfile_domain::id::{BatchId, SubjectId};
use fairfile_store::Read;
use fairfile_store::record::{self, SameNumber};
use fairfile_store::subject::{self, Known};
use zeroize::Zeroize;

use super::Handed;
use super::assess::FitRow;
use super::codes::{RowFault, fault};
use super::numbers;
use crate::registry::{Registry, RegistryError};

/// A row with the keyed hashes by which it is recognised.
pub struct Hashed {
    /// The row.
    pub fit: FitRow,
    /// Of the identifier.
    pub index: [u8; 32],
    /// Of source, item and number.
    pub number: [u8; 32],
    /// What the number's became when a record that had it was withdrawn.
    freed_number: [u8; 32],
    /// Of the whole content.
    pub content: [u8; 32],
    /// The content as it is sealed.
    pub plain: Vec<u8>,
}

impl Drop for Hashed {
    fn drop(&mut self) {
        self.plain.zeroize();
    }
}

/// What becomes of a row.
pub enum Placed {
    /// A new record about a person, who may be new too.
    New(Box<Hashed>, Person),
    /// Taken in already, by an earlier attempt at this very batch.
    Settled,
    /// No record.
    TurnedAway(RowFault),
}

/// Whom a new record is about.
#[derive(Clone, Copy)]
pub enum Person {
    /// Somebody on file, or brought by an earlier row.
    OnFile(SubjectId),
    /// Nobody yet: this row brings the person along.
    Brought(SubjectId),
}

/// How much of the file is remembered while it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// All of it, for nothing is stored: a check.
    WholeFile,
    /// What is on its way to the store, and all numbers if an earlier attempt was cut off.
    OnItsWay(Option<BatchId>),
}

/// Places the rows of one file, in order.
pub struct Placer<'r> {
    reg: &'r Registry,
    handed: &'r Handed,
    keeps: Keeps,
    /// Of the rows since the last turn.
    newer: Memory,
    /// Of the rows before it.
    older: Memory,
}

/// What rows of this file made known, by the first half of a keyed hash.
#[derive(Default)]
struct Memory {
    /// Numbers, with the row and the beginning of its content's hash.
    numbers: HashMap<[u8; 16], (u32, [u8; 8])>,
    /// People who were not on file, with the beginning of their name's hash.
    people: HashMap<[u8; 16], (SubjectId, [u8; 8])>,
}

impl<'r> Placer<'r> {
    /// A placer for a file handed in as `handed`.
    pub fn new(reg: &'r Registry, handed: &'r Handed, keeps: Keeps) -> Self {
        Self { reg, handed, keeps, newer: Memory::default(), older: Memory::default() }
    }

    /// Forgets what reached the store before the rows since the last turn did.
    pub fn turn(&mut self) {
        match self.keeps {
            Keeps::WholeFile => {}
            Keeps::OnItsWay(None) => self.older = std::mem::take(&mut self.newer),
            Keeps::OnItsWay(Some(_)) => self.older.people = std::mem::take(&mut self.newer.people),
        }
    }

    /// The rows of one stretch of the file with what becomes of each.
    pub fn place(&mut self, rows: Vec<(u32, Result<FitRow, RowFault>)>) -> Result<Vec<(u32, Placed)>, RegistryError> {
        let hashed: Vec<(u32, Result<Hashed, RowFault>)> =
            rows.into_iter().map(|(row, fit)| (row, fit.map(|fit| self.hash(fit)))).collect();
        let fitting = || hashed.iter().filter_map(|(_, row)| row.as_ref().ok());
        let indexes: Vec<&[u8]> = fitting().map(|row| row.index.as_slice()).collect();
        let numbers: Vec<&[u8]> = fitting().flat_map(|row| [row.number.as_slice(), &row.freed_number]).collect();
        let mut reader = self.reg.store.read()?;
        let known: BTreeMap<[u8; 32], Known> = subject::find_for_rows(&mut reader, &indexes)?.into_iter().collect();
        let same = record::find_numbers(&mut reader, &numbers)?;
        let same: BTreeMap<[u8; 32], SameNumber> = same.into_iter().map(|row| (row.number_hash, row)).collect();
        let place_one = |(row, fit): (u32, Result<Hashed, RowFault>)| match fit {
            Err(fault) => Ok((row, Placed::TurnedAway(fault))),
            Ok(hashed) => {
                let (known, same_number) = (known.get(&hashed.index).copied(), same.get(&hashed.number));
                let comes_back = same.contains_key(&hashed.freed_number) && self.was_withdrawn(&mut reader, &hashed)?;
                Ok((row, self.place_one(row, hashed, known, same_number, comes_back)?))
            }
        };
        hashed.into_iter().map(place_one).collect()
    }

    fn hash(&self, fit: FitRow) -> Hashed {
        let hashes = self.reg.vault.keyring().hashes();
        // A map of texts always has a JSON writing.
        let plain = serde_json::to_vec(&by_name(&fit)).unwrap_or_default();
        let number = hashes.number_of(&self.handed.member, &self.handed.item, &fit.number);
        Hashed {
            index: hashes.index_of(&fit.identifier),
            freed_number: hashes.freed_number_of(&number, 1),
            number,
            content: hashes.content_of("record", &plain),
            plain,
            fit,
        }
    }

    /// Whether a record with this number and this content was withdrawn: it does not come back by an old file.
    fn was_withdrawn(&self, reader: &mut impl Read, hashed: &Hashed) -> Result<bool, RegistryError> {
        let (_, earlier) = numbers::withdrawn(reader, self.reg, &hashed.number)?;
        Ok(earlier.iter().any(|record| record.content_hash == hashed.content))
    }

    /// The person of this identifier whom a row brought that may not have reached the store yet.
    fn brought(&self, hashed: &Hashed) -> Option<(SubjectId, [u8; 8])> {
        let index = head(&hashed.index);
        self.newer.people.get(&index).or_else(|| self.older.people.get(&index)).copied()
    }

    /// Whether the identifier is known under another name.
    fn is_misnamed(&self, hashed: &Hashed, known: Option<&Known>) -> bool {
        let name_of = |subject| self.reg.vault.keyring().hashes().name_of(subject, &hashed.fit.name);
        match (known, self.brought(hashed)) {
            (Some(known), _) => name_of(known.subject) != known.name_hash,
            (None, Some((subject, name))) => head::<8>(&name_of(subject)) != name,
            (None, None) => false,
        }
    }

    fn place_one(
        &mut self,
        row: u32,
        hashed: Hashed,
        known: Option<Known>,
        same: Option<&SameNumber>,
        comes_back: bool,
    ) -> Result<Placed, RegistryError> {
        let (number, content) = (head(&hashed.number), head(&hashed.content));
        if let Some((first, first_content)) =
            self.newer.numbers.get(&number).or_else(|| self.older.numbers.get(&number))
        {
            let repeats = *first_content == content;
            let mut fault = fault(if repeats { "B012" } else { "B013" }, None);
            fault.other_row = repeats.then_some(*first);
            return Ok(Placed::TurnedAway(fault));
        }
        let is_misnamed = self.is_misnamed(&hashed, known.as_ref());
        // What a batch left behind that was cut off gives way when a file is submitted, so a check does not see it.
        if let Some(same) = same.filter(|same| same.batch_taken || self.keeps != Keeps::WholeFile) {
            let is_ours = self.keeps == Keeps::OnItsWay(Some(same.batch));
            if is_ours && row < same.row && is_misnamed {
                // The attempt that was cut off turned this row away before a later one brought the number.
                return Ok(Placed::TurnedAway(fault("B014", None)));
            }
            if same.content_hash != hashed.content {
                return Ok(Placed::TurnedAway(fault("B013", None)));
            }
            if !is_ours {
                return Ok(Placed::TurnedAway(fault("B012", None)));
            }
            self.newer.numbers.insert(number, (row, content));
            return Ok(Placed::Settled);
        }
        if comes_back {
            return Ok(Placed::TurnedAway(fault("B028", None)));
        }
        if is_misnamed {
            return Ok(Placed::TurnedAway(fault("B014", None)));
        }
        let person = match (known, self.brought(&hashed)) {
            (Some(known), _) => Person::OnFile(known.subject),
            (None, Some((subject, _))) => Person::OnFile(subject),
            (None, None) => {
                let subject: SubjectId = self.reg.fresh()?;
                let name = self.reg.vault.keyring().hashes().name_of(subject, &hashed.fit.name);
                self.newer.people.insert(head(&hashed.index), (subject, head(&name)));
                Person::Brought(subject)
            }
        };
        self.newer.numbers.insert(number, (row, content));
        Ok(Placed::New(Box::new(hashed), person))
    }
}

fn by_name(fit: &FitRow) -> BTreeMap<&str, &str> {
    fit.values.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect()
}

fn head<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    let mut head = [0; N];
    head.copy_from_slice(&hash[..N]);
    head
}
