//! Opening either engine as Fairfile needs it: its version, its settings, its one writer, and its files on the disk.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use postgres::error::SqlState;
use rusqlite::OpenFlags;

use crate::Place;
use crate::connection::{Connection, Value, aside};
use crate::error::{Fault, StoreError};
use crate::migrate::{self, MIGRATIONS};

/// The oldest SQLite that is safe in WAL mode.
const SQLITE_AT_LEAST: i32 = 3_051_003;
/// The oldest PostgreSQL that the tests run on.
const POSTGRES_AT_LEAST: i64 = 150_000;
/// The advisory lock that the one writer of a PostgreSQL node holds ("fairfile" as a number).
const WRITER_LOCK: i64 = 0x6661_6972_6669_6c65;

/// How long a connection to a server may take to come about, and how long one may be idle until it is tried.
const SERVER_ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// How long what was sent to a server may stay unacknowledged.
const SERVER_IS_SILENT_FOR: Duration = Duration::from_secs(30);

/// What the caller knows about a place before it is opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A node was set up there: nothing is created, and an empty place is an error.
    Node,
    /// A node, or nothing yet.
    NodeOrNothing,
}

/// Opens the one writing connection and brings the tables to this program's version.
pub(crate) fn open_writer(place: &Place, expected: Expected) -> Result<Connection, StoreError> {
    let mut connection = connect_writer(place, expected)?;
    let done = migrate::done(&mut connection, MIGRATIONS)?;
    if done == 0 && expected == Expected::Node {
        return Err(holds_none(&mut connection));
    }
    migrate::bring_up(&mut connection, MIGRATIONS, done)?;
    settle(place)?;
    Ok(connection)
}

/// What is said of a place without a history where a node was set up: nothing is in it, or its history alone is gone.
fn holds_none(connection: &mut Connection) -> StoreError {
    let has_tables = migrate::tables(connection).map(|tables| tables.iter().any(|table| table == "leaf"));
    match has_tables {
        Ok(true) => StoreError::Unfit(
            "the table migration of this database is gone or empty, and its other tables are there; it was changed by hand: restore the last backup, nothing was changed".into(),
        ),
        Ok(false) => Fault::Empty.into(),
        Err(error) => error,
    }
}

/// The one writing connection, its tables untouched.
pub(crate) fn connect_writer(place: &Place, expected: Expected) -> Result<Connection, StoreError> {
    match place {
        Place::Sqlite(path) => {
            match path.try_exists() {
                Ok(true) => {}
                Ok(false) if expected == Expected::Node => return Err(Fault::Gone.into()),
                Ok(false) => create_file(path).map_err(StoreError::system)?,
                Err(error) => return Err(StoreError::system(error)),
            }
            open_sqlite(path, false)
        }
        Place::Postgres(url) => {
            let mut connection = open_postgres(url, false)?;
            take_writer_lock(&mut connection)?;
            Ok(connection)
        }
    }
}

/// Opens a connection that can only read.
pub(crate) fn open_reader(place: &Place) -> Result<Connection, StoreError> {
    match place {
        Place::Sqlite(path) => open_sqlite(path, true),
        Place::Postgres(url) => open_postgres(url, true),
    }
}

/// Makes the names of the database's files durable, its log's too, before the first commit relies on them.
///
/// SQLite asks the system for it as well, and passes over a refusal; a refusal here ends the opening.
pub(crate) fn settle(place: &Place) -> Result<(), StoreError> {
    match place {
        Place::Sqlite(path) => sync_folder(path).map_err(StoreError::system),
        Place::Postgres(_) => Ok(()),
    }
}

/// An empty file for SQLite to fill, which nobody but the node's user reads.
fn create_file(path: &Path) -> io::Result<()> {
    for_owner_alone().create_new(true).open(path)?.sync_all()?;
    sync_folder(path)
}

/// How a file is opened for writing that, once it is made, nobody but the node's user reads.
pub(crate) fn for_owner_alone() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes an embedded database away that a failed restore had begun; what cannot be taken away holds no node.
pub(crate) fn remove_file(place: &Place) {
    let Place::Sqlite(path) = place else { return };
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        if let Err(error) = fs::remove_file(name)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("a file of the failed restore stays behind; it holds no node");
        }
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere the system opens no folder as a file, and keeps names by its own journal.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn open_sqlite(path: &Path, reads_only: bool) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_AT_LEAST {
        return Err(StoreError::Unfit(format!(
            "this program carries SQLite {}, which can lose commits; 3.51.3 or newer is needed: build with the `bundled` feature",
            rusqlite::version()
        )));
    }
    let failed = || StoreError::sqlite("open::sqlite");
    // Without CREATE: a file that has vanished must not come back as an empty node.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(failed())?;
    connection.set_prepared_statement_cache_capacity(128);
    // A statement keeps its plan whatever is bound to it; otherwise some would be planned anew for every look.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed())?;
    // SQLite takes a file that it may not write for one to read; the node's one writer wants to be told.
    if !reads_only && connection.is_readonly("main").map_err(failed())? {
        return Err(Fault::NotWritable.into());
    }
    let purpose = if reads_only {
        "PRAGMA query_only = ON;"
    } else {
        "PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -65536;"
    };
    let all = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
               PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;";
    connection.execute_batch(&format!("{all}{purpose}")).map_err(failed())?;
    if !reads_only {
        keep_log(&connection)?;
    }
    Ok(Connection::Sqlite(connection))
}

/// Has SQLite write its log ahead. It says how it went by the mode that it gives, and only then commits the change: the
/// answer is read to its end, for a failure of the disk shows there alone.
fn keep_log(connection: &rusqlite::Connection) -> Result<(), StoreError> {
    let failed = || StoreError::sqlite("open::keep_log");
    let mut asked = connection.prepare("PRAGMA journal_mode = WAL").map_err(failed())?;
    let mut rows = asked.query([]).map_err(failed())?;
    let mut mode = String::new();
    while let Some(row) = rows.next().map_err(failed())? {
        mode = row.get(0).map_err(failed())?;
    }
    if mode != "wal" {
        let said =
            "the disk under the database takes no write-ahead log; put the node on a local disk, nothing was changed";
        return Err(StoreError::Unfit(said.into()));
    }
    Ok(())
}

fn open_postgres(url: &str, reads_only: bool) -> Result<Connection, StoreError> {
    let failed = || StoreError::postgres("open::postgres");
    let config = patient(url.parse().map_err(failed())?);
    let mut client = aside(|| config.connect(postgres::NoTls)).map_err(failed())?;
    let mode = if reads_only { "SET default_transaction_read_only = on;" } else { "SET synchronous_commit = on;" };
    let limits = "SET statement_timeout = '60s'; SET lock_timeout = '10s'; SET client_min_messages = warning;";
    aside(|| client.batch_execute(&format!("{limits}{mode}"))).map_err(failed())?;
    let mut connection = Connection::Postgres(Box::new(client), HashMap::new());
    let asked = "SELECT current_setting('server_version_num')::bigint";
    let version = connection.all("open::version", asked, &[], |row| row.whole("server", "version", 0))?;
    if version.first().is_none_or(|version| *version < POSTGRES_AT_LEAST) {
        return Err(StoreError::Unfit("this PostgreSQL server is older than 15; use 15 or newer".into()));
    }
    Ok(connection)
}

/// A server that does not answer is given up after some time, unless the address itself says otherwise: the writer would
/// wait for a silent network for ever.
fn patient(mut config: postgres::Config) -> postgres::Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(SERVER_ANSWERS_WITHIN);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SERVER_IS_SILENT_FOR);
    }
    config.keepalives_idle(SERVER_ANSWERS_WITHIN);
    config
}

/// Takes the lock of the one writer. A server lets go of a writer's lock only some moments after the writer has gone,
/// so a node that is started again at once waits for them; who still holds it after that is another process.
fn take_writer_lock(connection: &mut Connection) -> Result<(), StoreError> {
    connection.plain("open::patience", "SET lock_timeout = '3s'")?;
    let take = "SELECT CASE WHEN pg_advisory_lock($1) IS NULL THEN 0::bigint ELSE 1::bigint END";
    let taken = connection.all("open::lock", take, &[Value::Whole(WRITER_LOCK)], |_| Ok(()));
    taken.map_err(|error| match error {
        StoreError::Postgres { source, .. } if source.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            StoreError::InUse
        }
        other => other,
    })?;
    connection.plain("open::patience", "SET lock_timeout = '10s'")
}
