//! A node as one of the first programs kept it, put together out of its rows on either engine: where an upgrade begins.
//!
//! It has no events beside its leaves, no high-water mark, fewer keys of its own and no versions of them. How it was made,
//! and by which program, is in `fixtures/first-node/make.sh`.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::engine::Engine;
use crate::postgres::Database;
use crate::raw::Raw;

/// Its tables, before they were spelled for an engine.
const TABLES: &str = include_str!("../../store/src/migrations/0001_the_spine.sql");
const HISTORY: &str = "CREATE TABLE migration (number WHOLE NOT NULL PRIMARY KEY, title TEXT NOT NULL) STRICT_TABLE;";
const DATA: &str = include_str!("../fixtures/first-node/data.sql");
const KEYS: &str = include_str!("../fixtures/first-node/keys.sql");
const ROOT_KEY: &[u8] = include_bytes!("../fixtures/first-node/root.key");
const CLOCK: &str = include_str!("../fixtures/first-node/clock");
const RECEIPT: &str = include_str!("../fixtures/first-node/receipt.json");
/// The keys of an officer and of a source, by the names of their files.
const DEMO_KEYS: [(&str, &str); 2] = [
    ("0417.2026.pem", include_str!("../fixtures/first-node/0417.2026.pem")),
    ("drug-administration.2026.pem", include_str!("../fixtures/first-node/drug-administration.2026.pem")),
];

/// How many entries its journal has.
pub const LEAVES: u64 = 100;
/// How many of them are looks.
pub const LOOKS: u64 = 44;

/// A node of the first program, stopped. It goes away with the value.
#[derive(Debug)]
pub struct FirstNode {
    dir: TempDir,
    database: Option<Database>,
}

impl FirstNode {
    /// Puts it together.
    ///
    /// # Panics
    /// If the machine does not let it.
    pub fn new(engine: Engine) -> Self {
        let (dir, database) =
            (tempfile::tempdir().expect("a folder"), (engine == Engine::Postgres).then(Database::new));
        let node = Self { dir, database };
        let path = node.path();
        for room in ["data", "keys", "demo-keys"] {
            fs::create_dir_all(path.join(room)).expect("a room");
            only_for_owner(&path.join(room), 0o700);
        }
        let settings = match &node.database {
            None => "engine = \"sqlite\"\n".to_owned(),
            Some(database) => format!("engine = \"postgres\"\npostgres = \"{}\"\n", database.url),
        };
        let files = [("node.toml", settings.as_bytes()), ("clock", CLOCK.as_bytes()), ("keys/root.key", ROOT_KEY)];
        for (name, bytes) in files {
            fs::write(path.join(name), bytes).expect("a file");
            only_for_owner(&path.join(name), 0o600);
        }
        for (name, pem) in DEMO_KEYS {
            fs::write(path.join("demo-keys").join(name), pem).expect("a key");
        }
        node.keys().meddle(&format!("BEGIN; {KEYS} COMMIT;"));
        node.data().meddle(&format!("BEGIN; {} COMMIT;", node.statements()));
        node
    }

    fn statements(&self) -> String {
        let tables = format!("{TABLES}{HISTORY}");
        let words = match self.database {
            None => [("WHOLE", "INTEGER"), ("BYTES", "BLOB"), ("STRICT_TABLE", "STRICT"), ("NARROW_TABLE", "STRICT")],
            Some(_) => [("WHOLE", "BIGINT"), ("BYTES", "BYTEA"), ("STRICT_TABLE", ""), ("NARROW_TABLE", "")],
        };
        let tables = words.iter().fold(tables, |text, (word, spelled)| text.replace(word, spelled));
        let rows = if self.database.is_some() { DATA.replace("X'", "'\\x") } else { DATA.to_owned() };
        format!("{tables}\n{rows}")
    }

    /// The engine that holds its data.
    pub fn engine(&self) -> Engine {
        if self.database.is_some() { Engine::Postgres } else { Engine::Sqlite }
    }

    /// Its folder.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("node")
    }

    /// A place for another file of the test.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A receipt that it gave for a look, in a file.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn receipt(&self) -> PathBuf {
        let path = self.beside("receipt.json");
        fs::write(&path, RECEIPT).expect("a file");
        path
    }

    /// Its data.
    pub fn data(&self) -> Raw {
        match &self.database {
            None => Raw::Sqlite(self.path().join("data/fairfile.db")),
            Some(database) => Raw::Postgres(database.url.clone()),
        }
    }

    /// Its key store.
    pub fn keys(&self) -> Raw {
        Raw::Sqlite(self.path().join("keys/keys.db"))
    }

    /// The key store as the first program left it, in the place of the one that is there.
    ///
    /// # Panics
    /// If it cannot be put there.
    pub fn puts_first_keys_back(&self) {
        for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
            fs::remove_file(self.path().join("keys").join(name)).ok();
        }
        self.keys().meddle(&format!("BEGIN; {KEYS} COMMIT;"));
        fs::write(self.path().join("keys/root.key"), ROOT_KEY).expect("the root key");
    }
}

#[cfg(unix)]
fn only_for_owner(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path, _mode: u32) {}
