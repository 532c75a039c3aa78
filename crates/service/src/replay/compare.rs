//! Every row of every table, held against what the journal demands.

use std::collections::BTreeMap;

use fairfile_store::table::{Scan, Shape};
use fairfile_store::{Read, StoreError, Value};

use super::ReplayError;
use super::cells::{Cells, RowKey, readable};
use super::finding::{
    Findings, LACKS_COLUMN, LACKS_TABLE, OTHER_VALUE, UNEXPLAINED, UNKNOWN_COLUMN, UNKNOWN_TABLE, UNREADABLE_CELL,
};
use super::leaves::Journal;
use super::relay::each_row;
use super::rows::Rows;
use super::state::State;
use super::tables::{KNOWN, Known, LEAF, Table};

/// What the comparison has come to.
#[derive(Default)]
pub(super) struct Compared {
    /// How many rows each table has.
    pub(super) rows: BTreeMap<String, u64>,
    /// Rows that are demanded and not there.
    pub(super) missing: Vec<(Table, RowKey)>,
}

/// Compares all tables.
pub(super) fn all(
    tx: &mut impl Read,
    shapes: &[Shape],
    (state, journal): (&State, &Journal),
    findings: &mut Findings,
) -> Result<Compared, ReplayError> {
    let mut compared = Compared::default();
    compared.rows.insert(LEAF.to_owned(), journal.size);
    for shape in shapes {
        match KNOWN.iter().find(|known| known.name == shape.name) {
            Some(known) => one(tx, shape, known, (state, journal), findings, &mut compared)?,
            None if shape.name == LEAF => columns(shape, &["leaf_index", "leaf", "event"], findings),
            None => findings.add(&table_name(&shape.name), "", None, UNKNOWN_TABLE),
        }
    }
    for known in &KNOWN {
        if !shapes.iter().any(|shape| shape.name == known.name) {
            findings.add(known.name, "", None, LACKS_TABLE);
        }
    }
    Ok(compared)
}

/// A name that somebody else gave is repeated only if it reads like one.
pub(super) fn table_name(name: &str) -> String {
    readable([Value::Text(name)])
}

fn columns(shape: &Shape, known: &[&str], findings: &mut Findings) {
    for (column, _) in &shape.columns {
        if !known.contains(&column.as_str()) {
            findings.add(&shape.name, "", Some(&table_name(column)), UNKNOWN_COLUMN);
        }
    }
    for column in known {
        if shape.position(column).is_none() {
            findings.add(&shape.name, "", Some(column), LACKS_COLUMN);
        }
    }
}

/// One table being compared.
struct Comparison<'c> {
    known: &'static Known,
    hashed: Option<usize>,
    cells: &'c Cells,
    rows: &'c Rows,
    journal: &'c Journal,
    findings: &'c mut Findings,
    seen: Vec<bool>,
    count: u64,
}

fn one(
    tx: &mut impl Read,
    shape: &Shape,
    known: &'static Known,
    (state, journal): (&State, &Journal),
    findings: &mut Findings,
    compared: &mut Compared,
) -> Result<(), ReplayError> {
    columns(shape, known.columns, findings);
    if known.columns.iter().any(|column| shape.position(column).is_none()) {
        return Ok(());
    }
    let scan = Scan::of(shape).columns(known.columns)?;
    let rows = state.rows.of(known.table);
    let mut table = Comparison {
        known,
        hashed: known.hashed.map(|column| known.table.position(column)),
        cells: &state.rows.cells,
        rows,
        journal,
        findings,
        seen: vec![false; rows.room()],
        count: 0,
    };
    let work = |row: &[Value<'_>], ()| {
        table.row(row);
        Ok(())
    };
    let read = each_row(tx, &scan, |_| (), work);
    let (seen, count) = (table.seen, table.count);
    compared.rows.insert(known.name.to_owned(), count);
    match read {
        Err(ReplayError::Store(StoreError::BadCell { column, .. })) => {
            findings.add(known.name, "", Some(&column), UNREADABLE_CELL);
            return Ok(());
        }
        other => other?,
    }
    let unseen = rows.places.iter().filter(|(_, place)| !seen.get(**place as usize).copied().unwrap_or_default());
    compared.missing.extend(unseen.map(|(key, _)| (known.table, *key)));
    Ok(())
}

impl Comparison<'_> {
    fn row(&mut self, row: &[Value<'_>]) {
        self.count += 1;
        let key = || row.iter().take(self.known.key).copied();
        if self.is_spoilt(row) {
            return;
        }
        let Some(place) = self.rows.places.get(&self.cells.key(key())) else {
            self.findings.add(self.known.name, readable(key()), None, UNEXPLAINED);
            return;
        };
        self.seen[*place as usize] = true;
        for (position, (value, expected)) in row.iter().zip(self.rows.at(*place)).enumerate() {
            let found = if self.hashed == Some(position) { self.cells.hashed(*value) } else { self.cells.cell(*value) };
            if found != *expected {
                let column = self.known.columns.get(position).copied();
                self.findings.add(self.known.name, readable(key()), column, OTHER_VALUE);
            }
        }
    }

    /// A tile over a damaged leaf proves nothing, right or wrong: the leaf is named.
    fn is_spoilt(&mut self, row: &[Value<'_>]) -> bool {
        let (Table::Tile, [Value::Whole(level), Value::Whole(number), ..]) = (self.known.table, row) else {
            return false;
        };
        let spoilt = self.journal.spoilt.contains(&(*level, *number));
        if let Some(place) = self.rows.places.get(&self.cells.key(row.iter().take(2).copied()))
            && spoilt
        {
            self.seen[*place as usize] = true;
        }
        spoilt
    }
}
