//! The rows that the journal demands: for each table a list of cells, found by key.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use fairfile_store::Value;

use super::cells::{Cell, Cells, RowKey};
use super::tables::{KNOWN, Table};

/// A key is a hash already: its first bytes find its place.
#[derive(Default)]
pub(super) struct Straight(u64);

impl Hasher for Straight {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    // The length of an array is the same for all.
    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map whose keys are hashes or random ids.
pub(super) type ByKey<K, V> = HashMap<K, V, BuildHasherDefault<Straight>>;

/// The rows of one table.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) width: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) places: ByKey<RowKey, u32>,
    free: Vec<u32>,
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Makes room for so many more, at once.
    pub(super) fn expect(&mut self, more: usize) {
        self.places.reserve(more);
        self.cells.reserve(more * self.width);
    }

    /// How many rows there are room for; places of rows are below it.
    pub(super) fn room(&self) -> usize {
        self.cells.len() / self.width
    }

    pub(super) fn at(&self, place: u32) -> &[Cell] {
        let start = place as usize * self.width;
        &self.cells[start..start + self.width]
    }

    pub(super) fn at_mut(&mut self, place: u32) -> &mut [Cell] {
        let start = place as usize * self.width;
        &mut self.cells[start..start + self.width]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&RowKey, &[Cell])> {
        self.places.iter().map(|(key, place)| (key, self.at(*place)))
    }

    /// Puts a row; one of the same key that was there is replaced.
    pub(super) fn put(&mut self, key: RowKey, row: impl Iterator<Item = Cell>) {
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                let place = self.free.pop().unwrap_or_else(|| {
                    self.cells.resize(self.cells.len() + self.width, 0);
                    self.room() as u32 - 1
                });
                self.places.insert(key, place);
                place
            }
        };
        self.at_mut(place).iter_mut().zip(row).for_each(|(cell, value)| *cell = value);
    }

    pub(super) fn remove(&mut self, key: &RowKey) -> bool {
        let place = self.places.remove(key);
        self.free.extend(place);
        place.is_some()
    }

    /// Removes every row whose cell at `column` is `cell`.
    fn remove_where(&mut self, column: usize, cell: Cell) {
        let (cells, width, free) = (&self.cells, self.width, &mut self.free);
        self.places.retain(|_, place| {
            let stays = cells[*place as usize * width + column] != cell;
            if !stays {
                free.push(*place);
            }
            stays
        });
    }
}

/// A row that is being changed.
pub(super) struct RowMut<'s> {
    table: Table,
    cells: &'s Cells,
    row: &'s mut [Cell],
}

impl RowMut<'_> {
    pub(super) fn set<'v>(&mut self, column: &str, value: impl Into<Value<'v>>) -> &mut Self {
        self.row[self.table.position(column)] = self.cells.cell(value.into());
        self
    }

    /// Adds to a whole number.
    pub(super) fn add(&mut self, column: &str, more: i64) -> &mut Self {
        let cell = &mut self.row[self.table.position(column)];
        *cell = cell.wrapping_add(more.cast_unsigned());
        self
    }

    pub(super) fn is<'v>(&self, column: &str, value: impl Into<Value<'v>>) -> bool {
        self.row[self.table.position(column)] == self.cells.cell(value.into())
    }
}

/// Every row that the journal demands, of all tables.
pub(super) struct AllRows {
    pub(super) cells: Cells,
    pub(super) tables: Vec<Rows>,
    /// Keys that somebody wants to read, filled in when their rows are put.
    pub(super) names: HashMap<(Table, RowKey), Option<String>>,
}

impl AllRows {
    pub(super) fn none(cells: Cells, names: HashMap<(Table, RowKey), Option<String>>) -> Self {
        let tables = KNOWN.iter().map(|known| Rows::new(known.columns.len())).collect();
        Self { cells, tables, names }
    }

    pub(super) fn of(&self, table: Table) -> &Rows {
        &self.tables[table as usize]
    }

    /// Puts a row, its values in the order of the table's columns, the columns of the key first.
    pub(super) fn put<const N: usize>(&mut self, table: Table, row: [Value<'_>; N]) {
        self.put_row(table, &row);
    }

    /// The same, of a row whose width only its table says.
    pub(super) fn put_row(&mut self, table: Table, row: &[Value<'_>]) {
        let known = table.known();
        debug_assert_eq!(row.len(), known.columns.len(), "a row of {} has all its columns", known.name);
        let key = self.cells.key(row.iter().take(known.key).copied());
        if !self.names.is_empty()
            && let Some(name) = self.names.get_mut(&(table, key))
        {
            *name = Some(super::cells::readable(row.iter().take(known.key).copied()));
        }
        let cells = &self.cells;
        self.tables[table as usize].put(key, row.iter().map(|value| cells.cell(*value)));
    }

    /// The row with this key.
    pub(super) fn row<'v>(&mut self, table: Table, key: impl IntoIterator<Item = Value<'v>>) -> Option<RowMut<'_>> {
        let key = self.cells.key(key);
        let rows = &mut self.tables[table as usize];
        let place = *rows.places.get(&key)?;
        Some(RowMut { table, cells: &self.cells, row: rows.at_mut(place) })
    }

    /// Removes the row with this key; false if there is none.
    pub(super) fn remove<'v>(&mut self, table: Table, key: impl IntoIterator<Item = Value<'v>>) -> bool {
        let key = self.cells.key(key);
        self.tables[table as usize].remove(&key)
    }

    /// Removes every row whose `column` holds `value`.
    pub(super) fn remove_where<'v>(&mut self, table: Table, column: &str, value: impl Into<Value<'v>>) {
        let cell = self.cells.cell(value.into());
        self.tables[table as usize].remove_where(table.position(column), cell);
    }
}
