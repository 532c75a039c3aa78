//! Opening either engine as Fairfile needs it, and bringing its tables to this program's version.

use std::collections::HashMap;

use postgres::error::SqlState;

use crate::Place;
use crate::connection::{Connection, Value, aside};
use crate::error::StoreError;

/// The migrations, in order: one text for both engines. `WHOLE`, `BYTES`, `STRICT_TABLE` and `NARROW_TABLE` (short
/// rows under a key of their own) are the words that the engines spell differently.
const MIGRATIONS: [(&str, &str); 2] = [
    ("0001_the_spine", include_str!("migrations/0001_the_spine.sql")),
    ("0002_the_life_of_a_record", include_str!("migrations/0002_the_life_of_a_record.sql")),
];

/// The oldest SQLite that is safe in WAL mode.
const SQLITE_AT_LEAST: i32 = 3_051_003;
/// The oldest PostgreSQL that the tests run on.
const POSTGRES_AT_LEAST: i64 = 150_000;
/// The advisory lock that the one writer of a PostgreSQL node holds ("fairfile" as a number).
const WRITER_LOCK: i64 = 0x6661_6972_6669_6c65;

pub(crate) fn begin(connection: &Connection) -> &'static str {
    match connection {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(..) => "BEGIN",
    }
}

/// Opens the one writing connection and migrates.
pub(crate) fn open_writer(place: &Place) -> Result<Connection, StoreError> {
    let mut connection = open(place, false)?;
    if let Connection::Postgres(..) = &connection {
        take_writer_lock(&mut connection)?;
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// Takes the lock of the one writer. A server lets go of a writer's lock only some moments after the writer has gone,
/// so a node that is started again at once waits for them; who still holds it after that is another process.
fn take_writer_lock(connection: &mut Connection) -> Result<(), StoreError> {
    connection.plain("migrate::patience", "SET lock_timeout = '3s'")?;
    let take = "SELECT CASE WHEN pg_advisory_lock($1) IS NULL THEN 0::bigint ELSE 1::bigint END";
    let taken = connection.all("migrate::lock", take, &[Value::Whole(WRITER_LOCK)], |_| Ok(()));
    taken.map_err(|error| match error {
        StoreError::Postgres { source, .. } if source.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            StoreError::InUse
        }
        other => other,
    })?;
    connection.plain("migrate::patience", "SET lock_timeout = '10s'")
}

/// Opens a connection that can only read.
pub(crate) fn open_reader(place: &Place) -> Result<Connection, StoreError> {
    open(place, true)
}

fn open(place: &Place, reads_only: bool) -> Result<Connection, StoreError> {
    match place {
        Place::Sqlite(path) => open_sqlite(path, reads_only),
        Place::Postgres(url) => open_postgres(url, reads_only),
    }
}

fn open_sqlite(path: &std::path::Path, reads_only: bool) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_AT_LEAST {
        return Err(StoreError::Unfit(format!(
            "this program carries SQLite {}, which can lose commits; 3.51.3 or newer is needed: build with the `bundled` feature",
            rusqlite::version()
        )));
    }
    let failed = || StoreError::sqlite("migrate::open");
    let connection = rusqlite::Connection::open(path).map_err(failed())?;
    connection.set_prepared_statement_cache_capacity(128);
    // A statement keeps its plan whatever is bound to it; otherwise some would be planned anew for every look.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed())?;
    let purpose = if reads_only {
        "PRAGMA query_only = ON;"
    } else {
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -65536;"
    };
    let all = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
               PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;";
    connection.execute_batch(&format!("{all}{purpose}")).map_err(failed())?;
    Ok(Connection::Sqlite(connection))
}

fn open_postgres(url: &str, reads_only: bool) -> Result<Connection, StoreError> {
    let failed = || StoreError::postgres("migrate::open");
    let mut client = aside(|| postgres::Client::connect(url, postgres::NoTls)).map_err(failed())?;
    let mode = if reads_only { "SET default_transaction_read_only = on;" } else { "SET synchronous_commit = on;" };
    let limits = "SET statement_timeout = '60s'; SET lock_timeout = '10s'; SET client_min_messages = warning;";
    aside(|| client.batch_execute(&format!("{limits}{mode}"))).map_err(failed())?;
    let mut connection = Connection::Postgres(Box::new(client), HashMap::new());
    let asked = "SELECT current_setting('server_version_num')::bigint";
    let version = connection.all("migrate::version", asked, &[], |row| row.whole("server", "version", 0))?;
    if version.first().is_none_or(|version| *version < POSTGRES_AT_LEAST) {
        return Err(StoreError::Unfit("this PostgreSQL server is older than 15; use 15 or newer".into()));
    }
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let history =
        "CREATE TABLE IF NOT EXISTS migration (number WHOLE NOT NULL PRIMARY KEY, title TEXT NOT NULL) STRICT_TABLE";
    connection.plain("migrate::history", &spelled(connection, history))?;
    let done = connection.all("migrate::done", "SELECT number FROM migration ORDER BY number", &[], |row| {
        row.whole("migration", "number", 0)
    })?;
    if done.len() > MIGRATIONS.len() {
        return Err(StoreError::Unfit(format!(
            "this database is of a newer Fairfile (migration {}, this program knows {}); use the newer program, nothing was changed",
            done.len(),
            MIGRATIONS.len()
        )));
    }
    for (position, (title, text)) in MIGRATIONS.iter().enumerate().skip(done.len()) {
        // Both engines change tables inside transactions: a kill half-way leaves the version before.
        let text = spelled(connection, text);
        connection.plain("migrate::begin", begin(connection))?;
        connection.plain("migrate::apply", &text)?;
        let number = position as i64 + 1;
        connection.run(
            "migrate::note",
            "INSERT INTO migration (number, title) VALUES ($1, $2)",
            &[Value::Whole(number), Value::Text(title)],
        )?;
        connection.plain("migrate::commit", "COMMIT")?;
    }
    Ok(())
}

fn spelled(connection: &Connection, text: &str) -> String {
    let (whole, bytes, strict, narrow) = match connection {
        Connection::Sqlite(_) => ("INTEGER", "BLOB", "STRICT", "STRICT, WITHOUT ROWID"),
        Connection::Postgres(..) => ("BIGINT", "BYTEA", "", ""),
    };
    text.replace("WHOLE", whole).replace("BYTES", bytes).replace("STRICT_TABLE", strict).replace("NARROW_TABLE", narrow)
}
