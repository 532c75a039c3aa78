//! One row against its item: a record to be, or the first thing that is wrong.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use fairfile_domain::catalog::{Input, InputKind, Item, Missing};
use fairfile_domain::day::Day;
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::{Identifier, IdentifierFault};
use fairfile_domain::name::{NameFault, PersonName};
use fairfile_domain::record::{TermLaw, Terms, TermsError, terms};
use fairfile_intake::{Cell, Row};

use super::codes::{RowFault, fault};
use super::columns::{Column, column};
use super::values::{self, Value};

/// A row that its item allows.
pub struct FitRow {
    /// Whom it is about.
    pub identifier: Identifier,
    /// The name that must agree.
    pub name: PersonName,
    /// The source's own number.
    pub number: String,
    /// Every input in its canonical writing.
    pub values: BTreeMap<InputCode, String>,
    /// From when and until when.
    pub terms: Terms,
}

/// Assesses rows of one file.
pub struct Assessor<'a> {
    item: &'a Item,
    /// The columns of a file with headings; JSON Lines names its inputs in each row.
    columns: Option<Vec<Column>>,
    /// What the keys of JSON Lines were found to stand for.
    keys: RefCell<HashMap<Arc<str>, Column>>,
    received: Day,
    law: TermLaw<'a>,
}

/// More different keys than this in one file are not remembered.
const MOST_KEYS: usize = 1_000;

impl<'a> Assessor<'a> {
    /// An assessor of rows received on `received`.
    pub fn new(item: &'a Item, columns: Option<Vec<Column>>, received: Day, law: TermLaw<'a>) -> Self {
        Self { item, columns, keys: RefCell::default(), received, law }
    }

    /// The record that `row` makes, or why it makes none.
    ///
    /// A row that must be rejected is rejected even if it also lacks something that others could wait for.
    pub fn assess(&self, row: &Row) -> Result<FitRow, RowFault> {
        let cells = row.cells.as_ref().map_err(|broken| fault(broken.code(), None))?;
        let cells = self.by_input(cells)?;
        let mut read: BTreeMap<InputCode, Value> = BTreeMap::new();
        let mut waits = None;
        for (input, cell) in self.item.inputs.iter().zip(cells) {
            match values::read(cell.unwrap_or(&Cell::Empty), input, self.received)? {
                Some(value) => {
                    read.insert(input.code.clone(), value);
                }
                None => match missing(input) {
                    Some(lack) if input.missing == Missing::Quarantined => waits = waits.or(Some(lack)),
                    Some(lack) => return Err(lack),
                    None => {}
                },
            }
        }
        self.in_order(&read)?;
        if let Some(lack) = waits {
            return Err(lack);
        }
        self.fit(read)
    }

    /// For each input of the item the cell that holds it.
    fn by_input<'r>(&self, cells: &'r [(Arc<str>, Cell)]) -> Result<Vec<Option<&'r Cell>>, RowFault> {
        let mut found: Vec<Option<&Cell>> = vec![None; self.item.inputs.len()];
        for (place, (heading, cell)) in cells.iter().enumerate() {
            let stands_for = match &self.columns {
                Some(columns) => columns.get(place).cloned().unwrap_or(Column::Unknown),
                None => self.key(heading),
            };
            match stands_for {
                Column::Input(input) if found[input].is_none() => found[input] = Some(cell),
                // The category's own code is named, not the heading: that is a stranger's text.
                Column::Forbidden(category) if !values::is_blank(cell) => {
                    return Err(fault("B010", category.code().parse().ok().as_ref()));
                }
                Column::Forbidden(_) => {}
                Column::Input(_) | Column::Unknown => return Err(fault("B011", None)),
            }
        }
        Ok(found)
    }

    fn key(&self, heading: &Arc<str>) -> Column {
        let mut keys = self.keys.borrow_mut();
        if let Some(known) = keys.get(heading) {
            return known.clone();
        }
        let found = column(self.item, heading);
        if keys.len() < MOST_KEYS {
            keys.insert(heading.clone(), found.clone());
        }
        found
    }

    fn in_order(&self, read: &BTreeMap<InputCode, Value>) -> Result<(), RowFault> {
        for (first, second) in &self.item.order {
            if let (Some(Value::Day(before)), Some(Value::Day(after))) = (read.get(first), read.get(second))
                && after < before
            {
                return Err(fault("B005", Some(second)));
            }
        }
        Ok(())
    }

    fn fit(&self, read: BTreeMap<InputCode, Value>) -> Result<FitRow, RowFault> {
        let day_of = |input: &InputCode| match read.get(input) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        };
        let terms = terms(self.item, self.received, day_of, self.law).map_err(|error| match error {
            TermsError::MissingDay(input) => fault("B001", Some(&input)),
            TermsError::Calendar(_) => fault("B016", None),
        })?;
        let (mut identifier, mut name, mut number) = (None, None, None);
        for input in &self.item.inputs {
            match (read.get(&input.code), &input.kind) {
                (Some(Value::Identifier(found)), _) => identifier = Some(found.clone()),
                (Some(Value::Name(found)), _) => name = Some(found.clone()),
                (Some(Value::Text(found)), InputKind::Number) => number = Some(found.clone()),
                _ => {}
            }
        }
        let values = read.iter().map(|(code, value)| (code.clone(), value.canonical())).collect();
        // The lint lets no item through without these three, each required.
        Ok(FitRow {
            identifier: identifier.ok_or_else(|| fault(IdentifierFault::Empty.code(), None))?,
            name: name.ok_or_else(|| fault(NameFault::Missing.code(), None))?,
            number: number.ok_or_else(|| fault("B001", None))?,
            values,
            terms,
        })
    }
}

/// Everything that is wrong with the inputs of one record, each by itself: for a form that marks all of them at once. What
/// holds between inputs, and against what is on file, is told by a check.
pub fn field_faults(item: &Item, values: &BTreeMap<InputCode, String>, received: Day) -> Vec<RowFault> {
    let fault_of = |input: &Input| {
        let cell = values.get(&input.code).map_or(Cell::Empty, |text| Cell::Text(text.as_str().into()));
        match values::read(&cell, input, received) {
            Ok(Some(_)) => None,
            Ok(None) => missing(input),
            Err(fault) => Some(fault),
        }
    };
    item.inputs.iter().filter_map(fault_of).collect()
}

/// What it means that `input` is blank.
fn missing(input: &Input) -> Option<RowFault> {
    match (input.missing, &input.kind) {
        (Missing::Allowed, _) => None,
        (Missing::Quarantined, _) => Some(fault("B002", Some(&input.code))),
        (Missing::Rejected, InputKind::Identifier(_)) => {
            Some(RowFault::identifier(IdentifierFault::Empty, &input.code))
        }
        (Missing::Rejected, InputKind::Name) => Some(RowFault::name(NameFault::Missing, &input.code)),
        (Missing::Rejected, InputKind::Citation) => Some(fault("B018", Some(&input.code))),
        (Missing::Rejected, _) => Some(fault("B001", Some(&input.code))),
    }
}
