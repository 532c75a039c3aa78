//! One connection, of either engine, under one interface.

use std::collections::HashMap;

use postgres::types::{IsNull, ToSql as PgToSql, Type, private::BytesMut};
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::error::StoreError;

/// A bound value. Statements know three kinds and nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number: a count, a day since 1970-01-01, microseconds since then.
    Whole(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}
impl From<u32> for Value<'_> {
    fn from(whole: u32) -> Self {
        Self::Whole(i64::from(whole))
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Whole(whole) => ValueRef::Integer(*whole),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl PgToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Whole(whole) => whole.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    postgres::types::to_sql_checked!();
}

/// One row of an answer.
pub enum Row<'r> {
    /// From SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    Postgres(&'r postgres::Row),
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident -> $type:ty = $expected:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self, table: &'static str, column: &'static str, position: usize) -> Result<$type, StoreError> {
            let bad = || StoreError::BadRow { table, column, expected: $expected };
            match self {
                Self::Sqlite(row) => row.get(position).map_err(|_| bad()),
                Self::Postgres(row) => row.try_get(position).map_err(|_| bad()),
            }
        }
    )*};
}

impl Row<'_> {
    columns! {
        /// The whole number at `position`.
        whole -> i64 = "expected a whole number";
        /// The text at `position`.
        text -> String = "expected a text";
        /// The bytes at `position`.
        bytes -> Vec<u8> = "expected bytes";
        /// The whole number at `position`, or nothing.
        maybe_whole -> Option<i64> = "expected a whole number or nothing";
        /// The text at `position`, or nothing.
        maybe_text -> Option<String> = "expected a text or nothing";
        /// The bytes at `position`, or nothing.
        maybe_bytes -> Option<Vec<u8>> = "expected bytes or nothing";
    }

    /// Exactly `N` bytes at `position`.
    pub fn exactly<const N: usize>(
        &self,
        table: &'static str,
        column: &'static str,
        position: usize,
    ) -> Result<[u8; N], StoreError> {
        let bad = |_| StoreError::BadRow { table, column, expected: "expected bytes of another length" };
        self.bytes(table, column, position)?.try_into().map_err(bad)
    }

    /// A count at `position` that fits 32 bits.
    pub fn count(&self, table: &'static str, column: &'static str, position: usize) -> Result<u32, StoreError> {
        let bad = |_| StoreError::BadRow { table, column, expected: "expected a count" };
        self.whole(table, column, position)?.try_into().map_err(bad)
    }
}

/// An open connection.
pub enum Connection {
    /// To the embedded database.
    Sqlite(rusqlite::Connection),
    /// To a server, with the statements prepared on it so far.
    Postgres(Box<postgres::Client>, HashMap<String, postgres::Statement>),
}

/// Whatever can answer a statement: inside a write or beside it.
pub trait Read {
    /// The connection that answers.
    #[doc(hidden)]
    fn connection(&mut self) -> &mut Connection;

    /// Every row of the answer, through `map`. `statement` names it in errors.
    fn all<T>(
        &mut self,
        statement: &'static str,
        sql: &'static str,
        bound: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.connection().all(statement, sql, bound, map)
    }

    /// The first row of the answer, if any.
    fn first<T>(
        &mut self,
        statement: &'static str,
        sql: &'static str,
        bound: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(statement, sql, bound, map)?.into_iter().next())
    }
}

impl Connection {
    /// Every row of the answer, through `map`.
    pub fn all<T>(
        &mut self,
        statement: &'static str,
        sql: &str,
        bound: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let failed = || StoreError::sqlite(statement);
                let mut prepared = connection.prepare_cached(sql).map_err(failed())?;
                let mut rows = prepared.query(rusqlite::params_from_iter(bound)).map_err(failed())?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(failed())? {
                    found.push(map(&Row::Sqlite(row))?);
                }
                Ok(found)
            }
            Self::Postgres(client, prepared) => {
                let ready = prepare(client, prepared, statement, sql)?;
                let bound: Vec<&(dyn PgToSql + Sync)> = bound.iter().map(|value| value as _).collect();
                let rows = aside(|| client.query(&ready, &bound)).map_err(StoreError::postgres(statement))?;
                rows.iter().map(|row| map(&Row::Postgres(row))).collect()
            }
        }
    }

    /// Runs a statement that gives no rows; the number of rows it touched.
    pub fn run(&mut self, statement: &'static str, sql: &str, bound: &[Value<'_>]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut prepared = connection.prepare_cached(sql).map_err(StoreError::sqlite(statement))?;
                let touched = prepared.execute(rusqlite::params_from_iter(bound));
                touched.map(|count| count as u64).map_err(StoreError::sqlite(statement))
            }
            Self::Postgres(client, prepared) => {
                let ready = prepare(client, prepared, statement, sql)?;
                let bound: Vec<&(dyn PgToSql + Sync)> = bound.iter().map(|value| value as _).collect();
                aside(|| client.execute(&ready, &bound)).map_err(StoreError::postgres(statement))
            }
        }
    }

    /// Runs statements without values, such as `BEGIN`.
    pub fn plain(&mut self, statement: &'static str, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).map_err(StoreError::sqlite(statement)),
            Self::Postgres(client, _) => aside(|| client.batch_execute(sql)).map_err(StoreError::postgres(statement)),
        }
    }

    /// Prepares `sql` without running it: the test that tries every statement on both engines.
    pub fn prepare_only(&mut self, statement: &'static str, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => {
                connection.prepare_cached(sql).map(|_| ()).map_err(StoreError::sqlite(statement))
            }
            Self::Postgres(client, prepared) => prepare(client, prepared, statement, sql).map(|_| ()),
        }
    }
}

/// Runs `work`, which waits for the server, where waiting is allowed.
///
/// The client waits on a small runtime of its own. On a thread that serves another runtime's tasks (a request's, say)
/// that must not happen, so such a thread first hands its tasks over to another one. Elsewhere this costs nothing.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

pub(crate) fn prepare(
    client: &mut postgres::Client,
    prepared: &mut HashMap<String, postgres::Statement>,
    statement: &'static str,
    sql: &str,
) -> Result<postgres::Statement, StoreError> {
    if let Some(ready) = prepared.get(sql) {
        return Ok(ready.clone());
    }
    let ready = aside(|| client.prepare(sql)).map_err(StoreError::postgres(statement))?;
    prepared.insert(sql.to_owned(), ready.clone());
    Ok(ready)
}
