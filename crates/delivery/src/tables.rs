//! The tables of an inbox, and how its file is held.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::error::InboxError;

/// The version of these tables.
const VERSION: i64 = 1;

/// What stands in the header of an inbox and of no other SQLite file: `FfIn`.
const APPLICATION: i64 = 0x4666_496e;

/// Each table with what it holds:
/// - `link`: whose inbox it is, the key of the node that sends, and the number that takes effect next; one row;
/// - `inbox`: every message that was taken, as canonical JSON. It `waits` for one before it, it has been `taken`, or
///   it is `parked`, and then `why`; `read` once whoever it is for has been shown it;
/// - `refused`: what was not taken, how often, and the first of each kind.
const TABLES: &str = "
    CREATE TABLE link (
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
        member TEXT NOT NULL, key TEXT NOT NULL, next_seq INTEGER NOT NULL CHECK (next_seq > 0)
    ) STRICT;
    CREATE TABLE inbox (
        seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
        message_id TEXT NOT NULL UNIQUE, about TEXT NOT NULL, message BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waits', 'taken', 'parked')),
        why TEXT CHECK ((why IS NULL) = (state <> 'parked')),
        read INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1))
    ) STRICT;
    CREATE INDEX inbox_parked ON inbox (about, seq) WHERE state = 'parked';
    CREATE INDEX inbox_unread ON inbox (seq) WHERE state = 'taken' AND read = 0;
    CREATE TABLE refused (why TEXT NOT NULL PRIMARY KEY, times INTEGER NOT NULL, first BLOB NOT NULL) STRICT;";

const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// The inbox at `path` that belongs to `member` and hears the node with `key`, and what holds it; made where there is none.
pub(crate) fn open(path: &Path, member: &str, key: &str) -> Result<(Connection, File), InboxError> {
    make_private(path)?;
    let mut db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Whatever else there is in the file is found out before anything is changed in it.
    db.execute_batch("PRAGMA busy_timeout = 10000;")?;
    let objects: i64 =
        db.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(|error| match error {
            rusqlite::Error::SqliteFailure(fault, _) if fault.code == ErrorCode::NotADatabase => InboxError::NotAnInbox,
            other => other.into(),
        })?;
    if objects > 0 {
        check_kind(&db)?;
    }
    db.execute_batch(SETTINGS)?;
    make(&mut db, member, key)?;
    check_link(&db, member, key)?;
    let held = hold(path)?;
    Ok((db, held))
}

/// Holds the inbox until the file that is given back is closed: two programs that show what is new would show it twice.
///
/// It is a file beside the inbox, `-lock`, and stays there, empty; the system lets go of it for a program that was killed.
/// SQLite's own lock would keep out those who read the member's tables; and a second handle on the inbox itself would, when
/// closed, take SQLite's locks from the first.
fn hold(path: &Path) -> Result<File, InboxError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let held = options.open(name).map_err(InboxError::Place)?;
    match held.try_lock() {
        Ok(()) => Ok(held),
        Err(TryLockError::WouldBlock) => Err(InboxError::InUse),
        Err(TryLockError::Error(error)) => Err(InboxError::Place(error)),
    }
}

/// A new file is readable by its owner alone, and so are those that SQLite lays beside it.
fn make_private(path: &Path) -> Result<(), InboxError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(InboxError::Place(error)),
        _made_or_there => Ok(()),
    }
}

fn check_kind(db: &Connection) -> Result<(), InboxError> {
    let pragma = |name| db.query_row(name, [], |row| row.get::<_, i64>(0));
    if pragma("PRAGMA application_id")? != APPLICATION {
        return Err(InboxError::NotAnInbox);
    }
    let found = pragma("PRAGMA user_version")?;
    if found == VERSION { Ok(()) } else { Err(InboxError::Newer { found, known: VERSION }) }
}

/// Makes the tables and the link in one transaction: an inbox without its link is none.
fn make(db: &mut Connection, member: &str, key: &str) -> Result<(), InboxError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: two programs may make the same inbox at once.
    let objects: i64 = tx.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if objects > 0 {
        return Ok(());
    }
    tx.execute_batch(TABLES)?;
    tx.execute("INSERT INTO link (one, member, key, next_seq) VALUES (1, ?1, ?2, 1)", params![member, key])?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    Ok(tx.commit()?)
}

fn check_link(db: &Connection, member: &str, key: &str) -> Result<(), InboxError> {
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let link = db.query_row("SELECT member, key FROM link", [], row).optional()?;
    let (owner, pinned) = link.ok_or(InboxError::NotAnInbox)?;
    if owner != member {
        return Err(InboxError::OtherMember(owner));
    }
    if pinned != key {
        return Err(InboxError::OtherKey { pinned });
    }
    Ok(())
}
