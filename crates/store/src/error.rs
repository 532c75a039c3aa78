//! What can go wrong in the store, told without content.

use std::io;

use postgres::error::SqlState;
use rusqlite::ErrorCode;

/// A statement, a row or the whole store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused a statement.
    #[error("statement {statement} failed on the embedded database")]
    Sqlite {
        /// The statement's name.
        statement: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// PostgreSQL refused a statement, or the connection broke.
    #[error("statement {statement} failed on the PostgreSQL server")]
    Postgres {
        /// The statement's name.
        statement: &'static str,
        /// What the server said.
        #[source]
        source: postgres::Error,
    },
    /// A row makes no sense.
    #[error("table {table}, column {column}: {expected}; run `fairfile doctor`")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// A cell of a table that is read as the engine describes it makes no sense.
    #[error("table {table}, column {column}: {expected}; run `fairfile doctor`")]
    BadCell {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What was expected.
        expected: &'static str,
    },
    /// What must be there is not.
    #[error("table {table} lacks a row that must be there; run `fairfile doctor`")]
    Missing {
        /// The table.
        table: &'static str,
    },
    /// The database's files, its disk or its place are at fault.
    #[error("{fault}")]
    Fault {
        /// What is wrong with them.
        fault: Fault,
        /// What the engine or the system said, if it was asked.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The database is not one that this program can use.
    #[error("{0}")]
    Unfit(String),
    /// Another process has the node open.
    #[error("another process has this node open; stop it, or talk to it with --server")]
    InUse,
    /// The writer has stopped, because a commit failed: nothing is taken until the node is started again.
    #[error(
        "the node has stopped taking writes after a failed commit; start it again and it recovers from its journal"
    )]
    Stopped,
    /// More work is waiting than the node takes on.
    #[error("too much work is waiting; try again in a second")]
    Busy,
    /// Another piece of work failed the database so that the whole commit was taken back, this piece with it.
    #[error("the commit that this was part of was taken back, nothing of it was written; try again")]
    Undone,
    /// The connection to the server broke during a commit, and the server has not been back since to tell.
    #[error(
        "the connection to the database broke during the commit, and nobody can tell yet whether this was written; send the same again, with the same key, in some seconds"
    )]
    InDoubt,
}

/// What is wrong with the files of a database, with its disk or with its place; each names what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file of a node that was set up before is not there.
    #[error(
        "the node's database is gone from its place; put it back, or restore a backup with `fairfile restore`: `fairfile doctor --node DIR` names the whole command, nothing was created"
    )]
    Gone,
    /// The database is there, and no node is in it: its making or its restore was cut off, or it was emptied.
    #[error(
        "this database holds no node: it was emptied, or its making or its restore was cut off; run `fairfile restore` (again), `fairfile doctor --node DIR` names the whole command, nothing was changed"
    )]
    Empty,
    /// The file is something else.
    #[error(
        "the file in the database's place is no database; put the right one back, or restore a backup with `fairfile restore`: `fairfile doctor --node DIR` names the whole command"
    )]
    NotADatabase,
    /// Bytes of it are missing or changed.
    #[error(
        "the database is damaged: bytes of it are missing or changed; stop the node, keep the file as it is, and restore the last backup with `fairfile restore`: `fairfile doctor --node DIR` names the whole command"
    )]
    Damaged,
    /// The file or its folder cannot be opened or written.
    #[error(
        "the database cannot be opened for writing; check that its folder exists, belongs to the node's user, and is not on a read-only disk"
    )]
    NotWritable,
    /// The server does not answer, or has ended the connection.
    #[error(
        "the database server does not answer or has ended the connection; the node goes on by itself when it is back"
    )]
    Away,
    /// The disk is full.
    #[error("the disk under the database is full; free some space and try again, nothing was changed")]
    Full,
    /// The disk failed.
    #[error(
        "the disk under the database failed to read or write; check it, then start the node again: it recovers by itself"
    )]
    Disk,
}

impl Fault {
    fn of_sqlite(error: &rusqlite::Error) -> Option<Self> {
        match error.sqlite_error_code()? {
            ErrorCode::NotADatabase => Some(Self::NotADatabase),
            ErrorCode::DatabaseCorrupt => Some(Self::Damaged),
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Some(Self::NotWritable),
            ErrorCode::DiskFull => Some(Self::Full),
            ErrorCode::SystemIoFailure => Some(Self::Disk),
            _ => None,
        }
    }

    fn of_postgres(error: &postgres::Error) -> Option<Self> {
        if is_away(error) {
            return Some(Self::Away);
        }
        let code = error.code()?;
        let known = [
            (SqlState::DATA_CORRUPTED, Self::Damaged),
            (SqlState::INDEX_CORRUPTED, Self::Damaged),
            (SqlState::DISK_FULL, Self::Full),
            (SqlState::IO_ERROR, Self::Disk),
        ];
        known.iter().find(|(state, _)| state == code).map(|(_, fault)| *fault)
    }

    fn of_system(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem => Self::NotWritable,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Disk,
        }
    }
}

/// Whether the server is gone, going or not there yet: classes 08 and 57P, and whatever the network says.
fn is_away(error: &postgres::Error) -> bool {
    match error.code() {
        Some(state) => state.code().starts_with("08") || state.code().starts_with("57P"),
        None => error.is_closed() || std::error::Error::source(error).is_some_and(|cause| cause.is::<io::Error>()),
    }
}

/// What a failed statement leaves of the transaction that it was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// Nothing of it: it was never committed, or the engine says that it took it back.
    Undone,
    /// The server knows, and can be asked when it is back.
    ServerKnows,
    /// Nobody knows: what was handed to the disk may be on it or not, and is not to be read back in this process.
    NobodyKnows,
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::Fault { fault, source: None }
    }
}

impl StoreError {
    pub(crate) fn sqlite(statement: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| match Fault::of_sqlite(&source) {
            Some(fault) => Self::Fault { fault, source: Some(source.into()) },
            None => Self::Sqlite { statement, source },
        }
    }

    pub(crate) fn postgres(statement: &'static str) -> impl FnOnce(postgres::Error) -> Self {
        move |source| match Fault::of_postgres(&source) {
            Some(fault) => Self::Fault { fault, source: Some(source.into()) },
            None => Self::Postgres { statement, source },
        }
    }

    /// Whether the engine refused rows for what they say: they break a rule of their table, or are no values of it.
    pub(crate) fn is_about_rows(&self) -> bool {
        match self {
            Self::Sqlite { source, .. } => source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation),
            // Classes 22 and 23: data exceptions, and integrity constraints that are violated.
            Self::Postgres { source, .. } => {
                source.code().is_some_and(|code| code.code().starts_with("22") || code.code().starts_with("23"))
            }
            _ => false,
        }
    }

    /// Whether the disk took no more of what was written: it is full, or refused it.
    pub fn is_want_of_room(&self) -> bool {
        matches!(self, Self::Fault { fault: Fault::Full, .. }) || self.is_failed_write()
    }

    /// Whether SQLite could not write a page. It has not asked for it to be made durable then, so nothing hangs on it: a
    /// limit on the size of files shows in this way too.
    fn is_failed_write(&self) -> bool {
        self.sqlite_code() == Some(rusqlite::ffi::SQLITE_IOERR_WRITE)
    }

    fn sqlite_code(&self) -> Option<i32> {
        let source = match self {
            Self::Sqlite { source, .. } => Some(source),
            Self::Fault { source: Some(source), .. } => source.downcast_ref::<rusqlite::Error>(),
            _ => None,
        };
        Some(source?.sqlite_error()?.extended_code)
    }

    /// Whether the connection to the server is gone.
    pub(crate) fn is_away(&self) -> bool {
        matches!(self, Self::Fault { fault: Fault::Away, .. })
    }

    /// What this error of a COMMIT leaves of the transaction.
    pub(crate) fn aftermath_of_commit(&self) -> Aftermath {
        match self {
            _ if self.is_away() => Aftermath::ServerKnows,
            _ if self.is_want_of_room() || self.is_the_servers_word() => Aftermath::Undone,
            Self::Postgres { .. } => Aftermath::ServerKnows,
            _ => Aftermath::NobodyKnows,
        }
    }

    /// What this error of any earlier statement leaves of it. What a disk could not make durable is in doubt wherever it
    /// shows.
    pub(crate) fn aftermath(&self) -> Aftermath {
        use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
        match self.sqlite_code() {
            Some(SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC) => Aftermath::NobodyKnows,
            Some(_) | None => Aftermath::Undone,
        }
    }

    /// Whether the server itself has answered with an error.
    fn is_the_servers_word(&self) -> bool {
        match self {
            Self::Postgres { source, .. } => source.code().is_some(),
            Self::Fault { source: Some(source), .. } => {
                source.downcast_ref::<postgres::Error>().is_some_and(|source| source.code().is_some())
            }
            _ => false,
        }
    }

    /// What is told to all others whose work was in the transaction that this error ended.
    pub(crate) fn to_the_others(&self) -> Self {
        match self {
            Self::Fault { fault, .. } => (*fault).into(),
            _ => Self::Undone,
        }
    }

    /// A file or a folder of the embedded database failed outside of SQLite.
    pub(crate) fn system(source: io::Error) -> Self {
        Self::Fault { fault: Fault::of_system(&source), source: Some(source.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_named() {
        let check = |kind: io::ErrorKind, expected: Fault| {
            let error = StoreError::system(io::Error::from(kind));
            assert!(matches!(error, StoreError::Fault { fault, .. } if fault == expected), "{kind:?}: {error}");
        };
        check(io::ErrorKind::PermissionDenied, Fault::NotWritable);
        check(io::ErrorKind::ReadOnlyFilesystem, Fault::NotWritable);
        check(io::ErrorKind::NotFound, Fault::NotWritable);
        check(io::ErrorKind::StorageFull, Fault::Full);
        check(io::ErrorKind::FileTooLarge, Fault::Full);
        check(io::ErrorKind::Interrupted, Fault::Disk);
    }

    #[test]
    fn a_full_sqlite_says_so() {
        let full = rusqlite::Connection::open_in_memory().expect("a database");
        full.execute_batch("CREATE TABLE t (b BLOB); PRAGMA max_page_count = 4;").expect("a small one");
        let refused = full.execute("INSERT INTO t VALUES (zeroblob(1000000))", []).map_err(StoreError::sqlite("test"));
        let error = refused.expect_err("it does not fit");
        assert!(matches!(error, StoreError::Fault { fault: Fault::Full, source: Some(_) }), "{error:?}");
        assert!(error.to_string().contains("free some space"), "{error}");
    }
}
