//! One moment of the whole database, held while the writer goes on.

use crate::connection::{Connection, Read};
use crate::error::StoreError;
use crate::reader::ReadTx;
use crate::tx::Head;
use crate::writer::Store;
use crate::{journal, migrate};

/// All tables as one commit left them, however many statements ask; ended when it is dropped.
///
/// Nothing waits for it. On SQLite the write-ahead log grows while it is held, on PostgreSQL dead rows stay: hold it
/// for a backup or a replay, not for a day.
pub struct Snapshot<'s> {
    tx: ReadTx<'s>,
}

impl Store {
    /// Holds the database as the latest commit left it, for reading.
    ///
    /// # Errors
    /// What the engine says, if it cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Snapshot::begin(self.read()?)
    }
}

impl<'s> Snapshot<'s> {
    pub(crate) fn begin(tx: ReadTx<'s>) -> Result<Self, StoreError> {
        let mut snapshot = Self { tx };
        let begin = match snapshot.connection() {
            Connection::Sqlite(_) => "BEGIN",
            // A backup of millions of rows takes longer than any question of the day.
            Connection::Postgres(..) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0"
            }
        };
        snapshot.connection().plain("snapshot::begin", begin)?;
        // Both engines fix the moment when the first statement asks; what the tables hold is not asked yet.
        migrate::tables(snapshot.connection())?;
        Ok(snapshot)
    }

    /// The number of the newest migration that made the tables.
    ///
    /// # Errors
    /// What the engine says; a store that is open has at least one.
    pub fn migration(&mut self) -> Result<u32, StoreError> {
        migrate::latest(self.connection())
    }

    /// The journal as it stood at this moment: to be signed, or compared with what was.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for a tile that is not there, and what the engine says.
    pub fn head(&mut self) -> Result<Head, StoreError> {
        Ok(Head { snapshot: journal::resume(self.connection())?.snapshot() })
    }
}

impl Read for Snapshot<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.tx.connection()
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // A connection that does not let go of its moment must not serve the next reader.
        if self.connection().plain("snapshot::end", "ROLLBACK").is_err() {
            self.tx.give_up();
        }
    }
}
