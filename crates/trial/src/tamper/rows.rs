//! The tables of a node in memory, as they lie in its database.

use std::collections::BTreeMap;

use fairfile_store::table::Shape;
use fairfile_testkit::Raw;
use fairfile_testkit::raw::Cell;

/// The cells of a row, in the order of its table's columns.
pub type Row = Vec<Cell>;
/// The cells of its primary key.
pub type Key = Vec<Cell>;

/// One table.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it looks like.
    pub shape: Shape,
    /// Its rows.
    pub rows: BTreeMap<Key, Row>,
}

/// All tables at one moment, by name.
#[derive(Debug, Clone)]
pub struct Tables(pub BTreeMap<String, Table>);

/// What becomes of a row: what was there, what is there.
#[derive(Debug, Clone)]
pub struct Change {
    table: String,
    before: Option<Row>,
    after: Option<Row>,
}

impl Table {
    /// The key of one of its rows.
    pub fn key(&self, row: &[Cell]) -> Key {
        self.shape.key.iter().map(|place| row[*place].clone()).collect()
    }

    /// Puts a row in the place of whatever has its key.
    pub fn put(&mut self, row: Row) {
        self.rows.insert(self.key(&row), row);
    }

    /// The cell of a row in the column of this name.
    pub fn cell<'r>(&self, row: &'r [Cell], column: &str) -> Option<&'r Cell> {
        row.get(self.shape.position(column)?)
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.shape.columns.iter().map(|column| column.0.as_str())
    }
}

impl Tables {
    /// Reads all tables.
    pub fn read(raw: &Raw, shapes: &[Shape]) -> Self {
        let read = |shape: &Shape| {
            let columns: Vec<&str> = shape.columns.iter().map(|column| column.0.as_str()).collect();
            let rows = raw.rows(&format!("SELECT {} FROM {}", columns.join(", "), shape.name));
            let mut table = Table { shape: shape.clone(), rows: BTreeMap::new() };
            rows.into_iter().for_each(|row| table.put(row));
            (shape.name.clone(), table)
        };
        Self(shapes.iter().map(read).collect())
    }

    /// What has to be done to this to become `after`.
    pub fn differences(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, before) in &self.0 {
            let Some(now) = after.0.get(name) else { continue };
            let mut note = |before: Option<&Row>, after: Option<&Row>| {
                changes.push(Change { table: name.clone(), before: before.cloned(), after: after.cloned() });
            };
            for (key, row) in &before.rows {
                match now.rows.get(key) {
                    Some(same) if same == row => {}
                    other => note(Some(row), other),
                }
            }
            for (_, row) in now.rows.iter().filter(|(key, _)| !before.rows.contains_key(*key)) {
                note(None, Some(row));
            }
        }
        changes
    }

    /// The statements that make these changes, in one transaction that no rule of the database hinders but uniqueness.
    pub fn statements(&self, raw: &Raw, changes: &[Change]) -> String {
        let (mut gone, mut come) = (String::new(), String::new());
        for change in changes {
            let Some(table) = self.0.get(&change.table) else { continue };
            if let Some(row) = &change.before {
                gone += &format!("DELETE FROM {} WHERE {};\n", change.table, condition(raw, table, row));
            }
            if let Some(row) = &change.after {
                let cells: Vec<String> = row.iter().map(|cell| raw.literal(cell)).collect();
                let columns: Vec<&str> = table.columns().collect();
                come +=
                    &format!("INSERT INTO {} ({}) VALUES ({});\n", change.table, columns.join(", "), cells.join(", "));
            }
        }
        let free = match raw {
            Raw::Sqlite(_) => "PRAGMA foreign_keys = OFF;",
            Raw::Postgres(_) => "SET session_replication_role = replica;",
        };
        format!("{free}\nBEGIN;\n{gone}{come}COMMIT;")
    }
}

fn condition(raw: &Raw, table: &Table, row: &[Cell]) -> String {
    let one = |place: &usize| format!("{} = {}", table.shape.columns[*place].0, raw.literal(&row[*place]));
    table.shape.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

/// Whether a finding that tells of `told` means the row with this key. Texts that are no codes are told as a hash.
pub fn is_told_as(key: &[Cell], told: &str) -> bool {
    let words: Vec<&str> = told.split(' ').collect();
    let is_cell = |(cell, word): (&Cell, &&str)| match cell {
        Cell::Null => *word == "-",
        Cell::Whole(whole) => *word == whole.to_string(),
        Cell::Text(text) => word == text || word.starts_with("hash:"),
        Cell::Bytes(bytes) => *word == hex(bytes) || word.starts_with("hash:"),
    };
    words.len() == key.len() && key.iter().zip(&words).all(is_cell)
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_recognised_in_words() {
        let key = [Cell::Text("court".into()), Cell::Whole(3), Cell::Bytes(vec![0, 255])];
        assert!(is_told_as(&key, "court 3 00ff"));
        assert!(is_told_as(&key, "hash:0011 3 00ff"));
        for other in ["court 3", "court 4 00ff", "court 3 00fe", "tourism 3 00ff"] {
            assert!(!is_told_as(&key, other), "{other}");
        }
    }
}
