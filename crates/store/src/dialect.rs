//! The few statements which must differ, side by side: many rows at once, and finding by many keys.

use postgres::types::ToSql as PgToSql;

use crate::connection::{Connection, Row, Value, aside, prepare};
use crate::error::StoreError;

/// A table as inserts see it.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order in which rows give their values.
    pub columns: &'static [(&'static str, Column)],
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A whole number, `BIGINT` on PostgreSQL.
    Whole,
    /// A text.
    Text,
    /// Bytes, `BYTEA` on PostgreSQL.
    Bytes,
}

impl Table {
    fn column_list(&self) -> String {
        self.columns.iter().map(|column| column.0).collect::<Vec<_>>().join(", ")
    }

    /// One row at a time: SQLite runs the prepared statement again, in process.
    pub fn insert_one(&self) -> String {
        let places: Vec<_> = (1..=self.columns.len()).map(|place| format!("${place}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.column_list(), places.join(", "))
    }

    /// All rows in one round trip: PostgreSQL takes a column as an array.
    pub fn insert_all(&self) -> String {
        let array = |(place, column): (usize, &(&str, Column))| {
            let kind = match column.1 {
                Column::Whole => "bigint",
                Column::Text => "text",
                Column::Bytes => "bytea",
            };
            format!("${}::{kind}[]", place + 1)
        };
        let arrays: Vec<_> = self.columns.iter().enumerate().map(array).collect();
        format!("INSERT INTO {} ({}) SELECT * FROM unnest({})", self.name, self.column_list(), arrays.join(", "))
    }
}

/// Inserts `rows` into `table`.
pub fn insert(connection: &mut Connection, table: &'static Table, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    match connection {
        Connection::Sqlite(sqlite) => {
            let failed = || StoreError::sqlite(table.name);
            let mut prepared = sqlite.prepare_cached(&table.insert_one()).map_err(failed())?;
            for row in rows {
                prepared.execute(rusqlite::params_from_iter(row)).map_err(failed())?;
            }
            Ok(())
        }
        Connection::Postgres(client, statements) => {
            let ready = prepare(client, statements, table.name, &table.insert_all())?;
            let arrays: Vec<Vec<Value<'_>>> =
                (0..table.columns.len()).map(|place| rows.iter().map(|row| row[place]).collect()).collect();
            let bound: Vec<&(dyn PgToSql + Sync)> = arrays.iter().map(|array| array as _).collect();
            aside(|| client.execute(&ready, &bound)).map(|_| ()).map_err(StoreError::postgres(table.name))
        }
    }
}

/// Every row that any of `keys` finds. The text compares a column with `= $1` and gives that column too.
pub fn find_by_keys<T>(
    connection: &mut Connection,
    statement: &'static str,
    sql: &'static str,
    keys: &[&[u8]],
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    match connection {
        Connection::Sqlite(_) => {
            let mut found = Vec::new();
            for key in keys {
                found.extend(connection.all(statement, sql, &[Value::Bytes(key)], &mut map)?);
            }
            Ok(found)
        }
        Connection::Postgres(client, statements) => {
            let ready = prepare(client, statements, statement, &sql.replace("= $1", "= ANY($1)"))?;
            let rows = aside(|| client.query(&ready, &[&keys])).map_err(StoreError::postgres(statement))?;
            rows.iter().map(|row| map(&Row::Postgres(row))).collect()
        }
    }
}
