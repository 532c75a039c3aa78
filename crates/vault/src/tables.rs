//! The tables of the key store, and how its file is held.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::error::VaultError;
use crate::files::{for_owner_alone, for_owner_alone_again};
use crate::masters::JOURNAL_LABEL;

/// The version of these tables, in the header of the file. The first nodes wrote 0.
pub(crate) const VERSION: i64 = 1;

/// Each table with what it holds:
/// - `generation`: of the root key under which the master and month keys are wrapped; one row;
/// - `master_key`, `month_key`: the node's own keys, and those of months, wrapped by the custodian;
/// - `content_key`: the keys of contents, wrapped under their months';
/// - `destroyed_key`: the ledger: no key of that id is ever kept again;
/// - `doomed_key`: keys of versions that are being replaced, until the data says whether they were;
/// - `worn_month`: months of which a key was destroyed since the root key last moved on;
/// - `followed`: how many entries of the journal the ledger has certainly followed; one row, or none yet.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS generation (
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS master_key (label TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS month_key (month INTEGER NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS content_key (
        key_id BLOB NOT NULL PRIMARY KEY, month INTEGER NOT NULL, wrapped BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS destroyed_key (key_id BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS doomed_key (
        key_id BLOB NOT NULL PRIMARY KEY, record_id BLOB NOT NULL, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS worn_month (month INTEGER NOT NULL PRIMARY KEY) STRICT;
    CREATE TABLE IF NOT EXISTS followed (
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL
    ) STRICT;";

const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
    PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 10000;";

/// A new, empty key store at `path`.
pub(crate) fn create(path: &Path) -> Result<Connection, VaultError> {
    // For its owner alone from its first byte on; its log and the index of that follow it.
    let made = for_owner_alone().write(true).create_new(true).open(path);
    made.map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => VaultError::PlaceTaken,
        _ => VaultError::KeyStoreFile { source },
    })?;
    let store = connect(path)?;
    store.execute_batch(SETTINGS).map_err(VaultError::at("settings"))?;
    make(&store)?;
    Ok(store)
}

/// The key store at `path`, for its one writer. What is none, or another version's, is left as it is.
pub(crate) fn open(path: &Path) -> Result<Connection, VaultError> {
    let store = connect(path)?;
    let found = version(&store)?;
    if found > VERSION {
        return Err(VaultError::NewerKeyStore { found, known: VERSION });
    }
    if is_earlier(&store)? {
        return Err(VaultError::EarlierKeyStore);
    }
    if found < VERSION {
        return Err(VaultError::LacksKey(JOURNAL_LABEL));
    }
    store.execute_batch(SETTINGS).map_err(VaultError::at("settings"))?;
    // The first programs let the system choose who may read it.
    for_owner_alone_again(path).map_err(|source| VaultError::KeyStoreFile { source })?;
    // `followed` came later than the others; a program that does not know it leaves it as it is, which is sound.
    make(&store)?;
    Ok(store)
}

/// The key store that one of the first programs made at `path`, with the tables that it lacks.
pub(crate) fn open_earlier(path: &Path) -> Result<Connection, VaultError> {
    let store = connect(path)?;
    store.execute_batch(SETTINGS).map_err(VaultError::at("settings"))?;
    make(&store)?;
    Ok(store)
}

/// Whether it is the key store of one of the first programs: their version is that of any new file, but they had keys.
pub(crate) fn is_earlier(store: &Connection) -> Result<bool, VaultError> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'master_key')";
    let has_keys = store.query_row(SQL, [], |row| row.get::<_, bool>(0)).map_err(VaultError::at("master"))?;
    Ok(has_keys && version(store)? == 0)
}

/// A connection to the key store at `path`. One that has vanished does not come back as an empty one.
pub(crate) fn connect(path: &Path) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|source| match path.try_exists() {
        Ok(false) => VaultError::NoKeyStore,
        Ok(true) | Err(_) => VaultError::at("open")(source),
    })
}

/// Makes the tables where they are not.
pub(crate) fn make(store: &Connection) -> Result<(), VaultError> {
    store.execute_batch(TABLES).map_err(VaultError::at("tables"))
}

/// The version of the file's tables.
pub(crate) fn version(store: &Connection) -> Result<i64, VaultError> {
    store.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(VaultError::at("version"))
}

/// Notes that the tables are complete; part of the transaction that completes them.
pub(crate) fn note_version(store: &Connection) -> Result<(), VaultError> {
    store.pragma_update(None, "user_version", VERSION).map_err(VaultError::at("version"))
}

/// The generation of the root key under which the keys of this store are wrapped; nothing in a store without it.
pub(crate) fn find_generation(store: &Connection) -> Result<Option<u64>, VaultError> {
    store
        .query_row("SELECT generation FROM generation", [], |row| row.get::<_, i64>(0))
        .optional()
        .map(|found| found.map(i64::cast_unsigned))
        .map_err(VaultError::at("generation"))
}

/// The generation, where there must be one.
pub(crate) fn generation(store: &Connection) -> Result<u64, VaultError> {
    find_generation(store)?.ok_or(VaultError::LacksKey("generation of the root key"))
}

/// Sets the generation.
pub(crate) fn set_generation(store: &Connection, generation: u64) -> Result<(), VaultError> {
    const SQL: &str = "INSERT OR REPLACE INTO generation (one, generation) VALUES (1, ?1)";
    store.execute(SQL, params![generation.cast_signed()]).map_err(VaultError::at("generation"))?;
    Ok(())
}

/// Writes the log back into the file and cuts it: `secure_delete` wrote zeros over rows that went, but the log still
/// has the pages as they were before.
pub(crate) fn clear_log(store: &Connection) -> Result<(), VaultError> {
    let busy: i64 = store
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(VaultError::at("checkpoint"))?;
    if busy != 0 {
        return Err(VaultError::KeyStore { step: "checkpoint", source: rusqlite::Error::InvalidQuery });
    }
    Ok(())
}
