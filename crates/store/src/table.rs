//! Every table as the engine itself describes it, read from end to end: what a replay and a backup go through.
//!
//! Both engines give the same list of [`shapes`] for the same migrations, and [`Scan`] gives the same rows. Nothing
//! here knows what a row means; whoever asks has a [`Snapshot`](crate::Snapshot), so that all tables are of one moment.

use std::collections::{BTreeMap, BTreeSet};

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql as PgToSql, Type};
use rusqlite::types::ValueRef;

use crate::connection::{Connection, Read, Value, aside};
pub use crate::dialect::Column;
use crate::error::StoreError;

/// A table as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Its columns with what they hold, in the order in which rows give their values.
    pub columns: Vec<(String, Column)>,
    /// The positions of the primary key's columns in `columns`, in the order of the key.
    pub key: Vec<usize>,
}

impl Shape {
    /// Where the column `name` stands among [`Shape::columns`], if the table has it.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.0 == name)
    }

    fn column_list(&self, positions: impl IntoIterator<Item = usize>) -> String {
        let names = positions.into_iter().filter_map(|position| self.columns.get(position));
        names.map(|column| quoted(&column.0)).collect::<Vec<_>>().join(", ")
    }
}

/// All tables, a table after those that its rows refer to, otherwise by name; the same list on both engines.
///
/// # Errors
/// [`StoreError::Unfit`] for a column of a type that no migration gives, and what the engine says.
pub fn shapes(tx: &mut impl Read) -> Result<Vec<Shape>, StoreError> {
    shapes_of(tx.connection())
}

pub(crate) fn shapes_of(connection: &mut Connection) -> Result<Vec<Shape>, StoreError> {
    const OF_SQLITE: &str = "
        SELECT t.name, c.name, c.type, c.pk
          FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'
         ORDER BY t.name, c.cid";
    const OF_POSTGRES: &str = "
        SELECT t.relname::text, c.attname::text, format_type(c.atttypid, c.atttypmod),
               COALESCE(array_position(k.conkey, c.attnum), 0)::bigint
          FROM pg_catalog.pg_class t
          JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
          LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
         WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
         ORDER BY t.relname, c.attnum";
    let asked = if matches!(connection, Connection::Sqlite(_)) { OF_SQLITE } else { OF_POSTGRES };
    let described = connection.all("table::shapes", asked, &[], |row| {
        let text = |position| row.text("schema", "column", position);
        Ok((text(0)?, text(1)?, text(2)?, row.whole("schema", "key", 3)?))
    })?;
    let mut tables: BTreeMap<String, (Shape, Vec<(i64, usize)>)> = BTreeMap::new();
    for (table, column, kind, in_key) in described {
        let kind = column_kind(&kind).ok_or_else(|| unknown_type(&table, &column))?;
        let empty = || (Shape { name: table.clone(), columns: Vec::new(), key: Vec::new() }, Vec::new());
        let (shape, key) = tables.entry(table.clone()).or_insert_with(empty);
        if in_key > 0 {
            key.push((in_key, shape.columns.len()));
        }
        shape.columns.push((column, kind));
    }
    let shapes = tables.into_values().map(|(mut shape, mut key)| {
        key.sort_unstable();
        shape.key = key.into_iter().map(|(_, position)| position).collect();
        shape
    });
    let shapes = shapes.collect();
    Ok(referred_first(shapes, &references(connection)?))
}

fn column_kind(engine_type: &str) -> Option<Column> {
    match engine_type {
        "INTEGER" | "bigint" => Some(Column::Whole),
        "TEXT" | "text" => Some(Column::Text),
        "BLOB" | "bytea" => Some(Column::Bytes),
        _ => None,
    }
}

fn unknown_type(table: &str, column: &str) -> StoreError {
    StoreError::Unfit(format!(
        "table {table}, column {column}: expected whole numbers, text or bytes; no Fairfile made it so, run `fairfile doctor`"
    ))
}

/// Which table refers to which.
pub(crate) fn references(connection: &mut Connection) -> Result<BTreeSet<(String, String)>, StoreError> {
    const OF_SQLITE: &str = "
        SELECT t.name, r.\"table\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) r WHERE t.type = 'table'";
    const OF_POSTGRES: &str = "
        SELECT t.relname::text, o.relname::text
          FROM pg_catalog.pg_constraint r
          JOIN pg_catalog.pg_class t ON t.oid = r.conrelid
          JOIN pg_catalog.pg_class o ON o.oid = r.confrelid
         WHERE r.contype = 'f' AND r.connamespace = current_schema()::regnamespace";
    let asked = if matches!(connection, Connection::Sqlite(_)) { OF_SQLITE } else { OF_POSTGRES };
    let found = connection.all("table::references", asked, &[], |row| {
        Ok((row.text("schema", "table", 0)?, row.text("schema", "refers_to", 1)?))
    })?;
    Ok(found.into_iter().collect())
}

/// Puts a table after those that it refers to. Tables that refer to each other in a ring keep their order by name.
fn referred_first(mut waiting: Vec<Shape>, references: &BTreeSet<(String, String)>) -> Vec<Shape> {
    let mut placed: Vec<Shape> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let waits = |shape: &Shape| {
            let mut others = waiting.iter().filter(|other| other.name != shape.name);
            others.any(|other| references.contains(&(shape.name.clone(), other.name.clone())))
        };
        let next = waiting.iter().position(|shape| !waits(shape)).unwrap_or(0);
        placed.push(waiting.remove(next));
    }
    placed
}

/// All rows of `shape`, each as its cells in the order of [`Shape::columns`], in whatever order the engine has them.
///
/// # Errors
/// What the engine says, and what `each` says, which ends the reading.
pub fn scan<E: From<StoreError>>(
    tx: &mut impl Read,
    shape: &Shape,
    each: impl FnMut(&[Value<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    Scan::of(shape).run(tx, each)
}

/// A reading of one table from end to end: which columns, in which order, from where on.
///
/// Rows are never collected: memory stays the same for any number of them.
#[derive(Debug, Clone)]
pub struct Scan<'s> {
    shape: &'s Shape,
    columns: Vec<usize>,
    in_key_order: bool,
    from: Option<i64>,
}

impl<'s> Scan<'s> {
    /// All columns of all rows, in whatever order the engine has them.
    pub fn of(shape: &'s Shape) -> Self {
        Self { shape, columns: (0..shape.columns.len()).collect(), in_key_order: false, from: None }
    }

    /// Only these columns, in this order.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a column that the table does not have.
    pub fn columns(mut self, names: &[&str]) -> Result<Self, StoreError> {
        let position = |name: &&str| self.shape.position(name).ok_or_else(|| self.lacks(name));
        self.columns = names.iter().map(position).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// In the order of the primary key, which is the same on both engines: numbers by size, text and bytes by their
    /// bytes.
    pub fn in_key_order(mut self) -> Self {
        self.in_key_order = true;
        self
    }

    /// Only rows whose key begins with a whole number that is `least` or more, in the order of the key.
    pub fn from(mut self, least: i64) -> Self {
        self.from = Some(least);
        self.in_key_order()
    }

    /// Reads: gives each row's cells to `each`.
    ///
    /// # Errors
    /// [`StoreError::BadCell`] for a cell that does not hold what its column holds, what the engine says, and what
    /// `each` says, which ends the reading.
    pub fn run<E: From<StoreError>>(
        &self,
        tx: &mut impl Read,
        each: impl FnMut(&[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        match tx.connection() {
            Connection::Sqlite(sqlite) => self.run_sqlite(sqlite, each),
            // The whole reading stands aside, not each row of it.
            Connection::Postgres(client, _) => aside(|| self.run_postgres(client, each)),
        }
    }

    fn run_sqlite<E: From<StoreError>>(
        &self,
        sqlite: &rusqlite::Connection,
        mut each: impl FnMut(&[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = || StoreError::sqlite("table::scan");
        let mut prepared = sqlite.prepare(&self.text(false)).map_err(failed())?;
        let mut rows = match self.from {
            None => prepared.query([]),
            Some(least) => prepared.query([least]),
        }
        .map_err(failed())?;
        let mut spare = Vec::with_capacity(self.columns.len());
        while let Some(row) = rows.next().map_err(failed())? {
            let mut cells = reused(spare);
            for (place, column) in self.columns.iter().enumerate() {
                cells.push(self.sqlite_cell(row, place, *column)?);
            }
            each(&cells)?;
            spare = reused(cells);
        }
        Ok(())
    }

    fn sqlite_cell<'r>(
        &self,
        row: &'r rusqlite::Row<'_>,
        place: usize,
        column: usize,
    ) -> Result<Value<'r>, StoreError> {
        let kind = self.shape.columns.get(column).map(|column| column.1);
        match (row.get_ref(place), kind) {
            (Ok(ValueRef::Null), _) => Ok(Value::Null),
            (Ok(ValueRef::Integer(whole)), Some(Column::Whole)) => Ok(Value::Whole(whole)),
            (Ok(ValueRef::Blob(bytes)), Some(Column::Bytes)) => Ok(Value::Bytes(bytes)),
            (Ok(ValueRef::Text(text)), Some(Column::Text)) => {
                std::str::from_utf8(text).map(Value::Text).map_err(|_| self.bad_cell(column))
            }
            _ => Err(self.bad_cell(column)),
        }
    }

    fn run_postgres<E: From<StoreError>>(
        &self,
        client: &mut postgres::Client,
        mut each: impl FnMut(&[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = || StoreError::postgres("table::scan");
        let bound = self.from.as_slice();
        let mut rows = client.query_raw(self.text(true).as_str(), bound.iter()).map_err(failed())?;
        let mut spare = Vec::with_capacity(self.columns.len());
        while let Some(row) = rows.next().map_err(failed())? {
            let mut cells = reused(spare);
            for (place, column) in self.columns.iter().enumerate() {
                cells.push(self.postgres_cell(&row, place, *column)?);
            }
            each(&cells)?;
            spare = reused(cells);
        }
        Ok(())
    }

    fn postgres_cell<'r>(&self, row: &'r postgres::Row, place: usize, column: usize) -> Result<Value<'r>, StoreError> {
        let cell = match self.shape.columns.get(column).map(|column| column.1) {
            Some(Column::Whole) => row.try_get::<_, Option<i64>>(place).map(Value::from),
            Some(Column::Text) => row.try_get::<_, Option<&str>>(place).map(Value::from),
            Some(Column::Bytes) => row.try_get::<_, Option<&[u8]>>(place).map(Value::from),
            None => return Err(self.bad_cell(column)),
        };
        cell.map_err(|_| self.bad_cell(column))
    }

    fn text(&self, postgres: bool) -> String {
        let columns = self.shape.column_list(self.columns.iter().copied());
        let mut text = format!("SELECT {columns} FROM {}", quoted(&self.shape.name));
        let key = self.shape.key.iter().filter_map(|position| self.shape.columns.get(*position));
        let mut key = key.map(|(name, kind)| match kind {
            // A server compares text by its language; SQLite compares bytes.
            Column::Text if postgres => quoted(name) + " COLLATE \"C\"",
            _ => quoted(name),
        });
        if !self.in_key_order {
            return text;
        }
        let first = key.next();
        if let (Some(first), Some(_)) = (&first, self.from) {
            text += &format!(" WHERE {first} >= $1");
        }
        let order: Vec<String> = first.into_iter().chain(key).collect();
        if !order.is_empty() {
            text += &format!(" ORDER BY {}", order.join(", "));
        }
        text
    }

    fn lacks(&self, column: &str) -> StoreError {
        StoreError::Unfit(format!("table {} has no column {column}; run `fairfile doctor`", self.shape.name))
    }

    fn bad_cell(&self, column: usize) -> StoreError {
        let (name, kind) = match self.shape.columns.get(column) {
            Some((name, kind)) => (name.clone(), *kind),
            None => (format!("number {column}"), Column::Bytes),
        };
        let expected = match kind {
            Column::Whole => "expected a whole number or nothing",
            Column::Text => "expected a text or nothing",
            Column::Bytes => "expected bytes or nothing",
        };
        StoreError::BadCell { table: self.shape.name.clone(), column: name, expected }
    }
}

/// Puts rows into the table `shape`: `rows` is handed the way in for one row, as its cells in the order of
/// [`Shape::columns`]. Neither checks nor commits anything; on PostgreSQL the rows are there when it returns.
pub(crate) fn load<E: From<StoreError>>(
    connection: &mut Connection,
    shape: &Shape,
    rows: impl FnOnce(&mut dyn FnMut(&[Value<'_>]) -> Result<(), StoreError>) -> Result<(), E>,
) -> Result<(), E> {
    let (name, columns) = (quoted(&shape.name), shape.column_list(0..shape.columns.len()));
    match connection {
        Connection::Sqlite(sqlite) => {
            let places: Vec<String> = (1..=shape.columns.len()).map(|place| format!("${place}")).collect();
            let text = format!("INSERT INTO {name} ({columns}) VALUES ({})", places.join(", "));
            let mut prepared = sqlite.prepare(&text).map_err(StoreError::sqlite("table::load"))?;
            rows(&mut |cells| {
                let touched = prepared.execute(rusqlite::params_from_iter(cells));
                touched.map(|_| ()).map_err(StoreError::sqlite("table::load"))
            })
        }
        Connection::Postgres(client, _) => aside(|| {
            let failed = || StoreError::postgres("table::load");
            let kind = |column: &(String, Column)| match column.1 {
                Column::Whole => Type::INT8,
                Column::Text => Type::TEXT,
                Column::Bytes => Type::BYTEA,
            };
            let kinds: Vec<Type> = shape.columns.iter().map(kind).collect();
            let text = format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)");
            let mut copy = BinaryCopyInWriter::new(client.copy_in(text.as_str()).map_err(failed())?, &kinds);
            rows(&mut |cells| {
                copy.write_raw(cells.iter().map(|cell| cell as &(dyn PgToSql + Sync))).map_err(failed())
            })?;
            copy.finish().map(|_| ()).map_err(failed()).map_err(E::from)
        }),
    }
}

/// `name` as SQL takes it, whatever an intruder called a table.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The room of `cells`, emptied, for cells that live elsewhere: a row costs no allocation.
pub(crate) fn reused<'b>(mut cells: Vec<Value<'_>>) -> Vec<Value<'b>> {
    cells.clear();
    // Nothing is left to convert: collecting in place hands the same room on.
    cells.into_iter().map(|_| Value::Null).collect()
}

#[cfg(test)]
mod tests;
