//! What an earlier program left: its rows, told as they were found, so that the journal explains them from then on.
//!
//! The first programs kept no events beside their leaves, and what they journaled did not hold all that a row holds. So
//! when a node of theirs is brought up, `taken-over` entries hold its rows as they are, and an `upgraded` entry says how
//! many entries are of before. Looks need none: what they were lies sealed in their own rows, then as now.
//!
//! Cut off, it is begun anew: a row that is told twice is one row. `upgraded` comes last, together with its setting.

use std::collections::BTreeMap;

use fairfile_proof::{chain_start, leaf_hash};
use fairfile_store::table::{Scan, Shape, shapes};
use fairfile_store::{Entry, Leaves, Pending, Snapshot, StoreError, Value, node};
use serde::Deserialize;

use super::fold::{Unfit, told};
use super::state::{Person, State};
use super::tables::{KNOWN, Known, LEAF, Table};
use super::told::Kind;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The setting that says how many entries an earlier program wrote.
pub const OLDER: &str = "older";
/// Rows in one entry.
const ROWS: usize = 200;
/// Entries in one commit.
const ENTRIES: usize = 50;

/// Entries of an earlier program, beside which no event stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Older {
    /// How many there are, the journal's first.
    pub(super) count: u64,
    /// Those of them that are looks: a bit for each, the first entry's is the highest of the first byte.
    pub(super) looks: Vec<u8>,
}

impl Older {
    /// Whether nothing can be expected beside the entry at `index`.
    pub(super) fn has(&self, index: u64) -> bool {
        index < self.count && !self.is_look(index)
    }

    fn is_look(&self, index: u64) -> bool {
        let byte = usize::try_from(index / 8).ok().and_then(|place| self.looks.get(place));
        byte.is_some_and(|byte| byte & bit(index) != 0)
    }

    fn add_look(&mut self, index: u64) {
        let byte = usize::try_from(index / 8).ok().and_then(|place| self.looks.get_mut(place));
        if let Some(byte) = byte {
            *byte |= bit(index);
        }
    }
}

fn bit(index: u64) -> u8 {
    0x80 >> (index % 8)
}

/// Whether events explain the rows of `table`: tiles are of the tree, looks and their counts of the looks' own rows,
/// migrations of the program.
fn is_told(table: Table) -> bool {
    !matches!(table, Table::Tile | Table::Look | Table::LookRecord | Table::LookTally | Table::Migration)
}

/// Journals the rows of a node that an earlier program made, unless that was done, or it is none: then an event stands
/// beside its first entry, or one of another kind behind those without.
///
/// # Errors
/// [`RegistryError`]; it can be repeated.
pub(crate) fn take_over(reg: &Registry) -> Result<(), RegistryError> {
    let mut snapshot = reg.store.snapshot()?;
    if node::find_setting(&mut snapshot, OLDER)?.is_some() {
        return Ok(());
    }
    let shapes = shapes(&mut snapshot)?;
    let Some(older) = older(&mut snapshot, &shapes)? else { return Ok(()) };
    let mut told = Telling { reg, entries: Vec::new() };
    for known in KNOWN.iter().filter(|known| is_told(known.table)) {
        let mut rows = Vec::with_capacity(ROWS);
        let scan = Scan::of(shape(&shapes, known.name)?).columns(known.columns)?.in_key_order();
        scan.run(&mut snapshot, |row| {
            rows.push(as_found(known, row));
            if rows.len() == ROWS { told.rows(known, std::mem::take(&mut rows)) } else { Ok(()) }
        })?;
        told.rows(known, rows)?;
    }
    told.end(&older)
}

fn shape<'s>(shapes: &'s [Shape], name: &'static str) -> Result<&'s Shape, StoreError> {
    shapes.iter().find(|shape| shape.name == name).ok_or(StoreError::Missing { table: name })
}

/// The entries before the first one that has an event beside it, and which of them are looks; nothing if an earlier
/// program wrote none.
fn older(snapshot: &mut Snapshot<'_>, shapes: &[Shape]) -> Result<Option<Older>, RegistryError> {
    let mut older = Older::default();
    let (mut is_over, mut is_ours) = (false, false);
    Scan::of(shape(shapes, LEAF)?).columns(&["event"])?.in_key_order().run(snapshot, |row| {
        match row {
            [Value::Bytes(event)] => {
                is_over = true;
                is_ours |= told::<Kind<'_>>(event).map_or(true, |kind| kind.event != "taken-over");
            }
            _ => older.count += u64::from(!is_over),
        }
        Ok::<(), RegistryError>(())
    })?;
    if is_ours || older.count == 0 {
        return Ok(None);
    }
    older.looks = vec![0; usize::try_from(older.count.div_ceil(8)).map_err(|_| RegistryError::Event)?];
    Scan::of(shape(shapes, "look")?).columns(&["leaf_index"])?.run(snapshot, |row| {
        if let [Value::Whole(index)] = row {
            older.add_look(index.cast_unsigned());
        }
        Ok::<(), RegistryError>(())
    })?;
    Ok(Some(older))
}

/// A row as it was found; of what is long, or sealed, only the hash that every event has of it. What is nothing is left
/// out; a text begins with `t`, bytes with `b`.
fn as_found(known: &Known, row: &[Value<'_>]) -> Event {
    let mut cells: Vec<(&'static str, Value<'_>)> = known.columns.iter().copied().zip(row.iter().copied()).collect();
    cells.sort_unstable_by_key(|cell| cell.0);
    let bytes = |event: Event, column, bytes: &[u8]| event.text(column, &format!("b{}", hex::encode(bytes)));
    cells.into_iter().fold(Event::new(), |event, (column, value)| match (value, known.hashed == Some(column)) {
        (Value::Null, _) => event,
        (Value::Whole(whole), _) => event.whole(column, whole),
        (Value::Text(text), true) => bytes(event, column, &leaf_hash(text.as_bytes())),
        (Value::Bytes(long), true) => bytes(event, column, &leaf_hash(long)),
        (Value::Text(text), false) => event.text(column, &format!("t{text}")),
        (Value::Bytes(short), false) => bytes(event, column, short),
    })
}

/// Entries on their way into the journal.
struct Telling<'r> {
    reg: &'r Registry,
    entries: Vec<Entry>,
}

impl Telling<'_> {
    fn rows(&mut self, known: &Known, rows: Vec<Event>) -> Result<(), RegistryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let entry =
            self.entry(|event| event.text("event", "taken-over").list("rows", rows).text("table", known.name))?;
        self.entries.push(entry);
        if self.entries.len() < ENTRIES {
            return Ok(());
        }
        let mut entries = std::mem::take(&mut self.entries).into_iter();
        let Some(first) = entries.next() else { return Ok(()) };
        let pending: Pending<(), StoreError> =
            self.reg.store.write(move |tx| Ok(tx.commit(Leaves::new(first, entries), ())));
        pending.wait()?;
        Ok(())
    }

    fn end(mut self, older: &Older) -> Result<(), RegistryError> {
        let count = i64::try_from(older.count).map_err(|_| RegistryError::Event)?;
        let last =
            self.entry(|event| event.text("event", "upgraded").hex("looks", &older.looks).whole("older", count))?;
        let (setting, before) = (older.count.to_string(), std::mem::take(&mut self.entries));
        let pending: Pending<(), StoreError> = self.reg.store.write(move |mut tx| {
            node::add_settings(&mut tx, &[(OLDER, &setting)])?;
            let mut entries = before.into_iter().chain([last]);
            let first = entries.next().ok_or(StoreError::Missing { table: LEAF })?;
            Ok(tx.commit(Leaves::new(first, entries), ()))
        });
        pending.wait()?;
        Ok(())
    }

    fn entry(&self, fields: impl FnOnce(Event) -> Event) -> Result<Entry, RegistryError> {
        let (now, id) = (self.reg.clock.now(), self.reg.fresh_event()?);
        let event = fields(Event::new().whole("at", now.unix_micros())).bytes();
        Ok(events::written(self.reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry())
    }
}

/// `taken-over`.
#[derive(Deserialize)]
struct TakenOver<'e> {
    #[serde(borrow)]
    rows: Vec<BTreeMap<&'e str, serde_json::Value>>,
    table: &'e str,
}

/// `upgraded`.
#[derive(Deserialize)]
struct Upgraded<'e> {
    looks: &'e str,
    older: u64,
}

/// A cell as it was found.
enum Found {
    Nothing,
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Found {
    fn read(value: Option<&serde_json::Value>) -> Option<Self> {
        let Some(value) = value else { return Some(Self::Nothing) };
        match value.as_str() {
            None => value.as_i64().map(Self::Whole),
            Some(text) => match text.split_at_checked(1)? {
                ("t", text) => Some(Self::Text(text.to_owned())),
                ("b", digits) => hex::decode(digits).ok().map(Self::Bytes),
                _ => None,
            },
        }
    }

    fn value(&self) -> Value<'_> {
        match self {
            Self::Nothing => Value::Null,
            Self::Whole(whole) => Value::Whole(*whole),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

impl State {
    /// Rows of an earlier program, as they were found.
    pub(super) fn taken_over(&mut self, event: &[u8]) -> Result<(), Unfit> {
        let TakenOver { rows, table } = told(event)?;
        let known = KNOWN.iter().find(|known| known.name == table && is_told(known.table)).ok_or(Unfit::Unreadable)?;
        for row in rows {
            let found: Vec<Found> = known
                .columns
                .iter()
                .map(|column| Found::read(row.get(column)))
                .collect::<Option<_>>()
                .ok_or(Unfit::Unreadable)?;
            let row: Vec<Value<'_>> = found.iter().map(Found::value).collect();
            self.rows.put_row(known.table, &row);
            match known.table {
                Table::Subject => self.take_person_over(&row)?,
                Table::Officer => self.take_officer_over(&row),
                _ => {}
            }
        }
        Ok(())
    }

    /// A person whose looks are still to be read.
    fn take_person_over(&mut self, row: &[Value<'_>]) -> Result<(), Unfit> {
        let [Value::Bytes(subject), Value::Bytes(key), ..] = row else { return Err(Unfit::Unreadable) };
        let id = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).map_err(|_| Unfit::Unreadable);
        let (subject, key) = (id(subject)?, id(key)?);
        self.people.insert(subject, Person { key, looks: 0, head: chain_start(&subject) });
        Ok(())
    }

    /// Whether an officer was stopped then: those looks are of before.
    fn take_officer_over(&mut self, row: &[Value<'_>]) {
        let cell = |column| row.get(Table::Officer.position(column));
        if let (Some(Value::Text(officer)), Some(Value::Whole(_))) = (cell("officer"), cell("stopped_at")) {
            self.stopped.insert((*officer).to_owned());
        }
    }

    /// The end of what was found. `node::add_settings`
    pub(super) fn upgraded(&mut self, leaf: u64, event: &[u8]) -> Result<(), Unfit> {
        let Upgraded { looks, older } = told(event)?;
        let looks = hex::decode(looks).map_err(|_| Unfit::Unreadable)?;
        if self.older.count != 0 || older == 0 || older >= leaf {
            return Err(Unfit::Groundless);
        }
        self.rows.put(Table::Node, [OLDER.into(), (&leaf_hash(older.to_string().as_bytes())).into()]);
        self.older = Older { count: older, looks };
        Ok(())
    }
}
