//! The key store: its own file, its own backups. A key that is destroyed here is gone for good.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use aws_lc_rs::hmac;
use fairfile_domain::day::Day;
use fairfile_domain::id::SealKeyId;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::chance::Chance;
use crate::custody::Custodian;
use crate::error::VaultError;
use crate::hashes::Hashes;
use crate::seal::{Place, open_bytes, seal_bytes};

/// Keys die together with the month in which the last of what they seal must be gone, if not sooner by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(i64);

impl Month {
    /// The month of people's identities and looks, which end with the person's file.
    pub const OF_PEOPLE: Self = Self(0);

    /// The month of `day`.
    pub fn of(day: Day) -> Self {
        Self(i64::from(day.year()) * 12 + i64::from(day.month()))
    }

    fn label(self) -> String {
        format!("month {}", self.0)
    }
}

/// A new key that is not kept yet: keep it durably before anything sealed under it is committed.
#[derive(ZeroizeOnDrop)]
pub struct NewKey {
    #[zeroize(skip)]
    id: SealKeyId,
    #[zeroize(skip)]
    month: Month,
    key: [u8; 32],
    #[zeroize(skip)]
    wrapped: Vec<u8>,
}

impl NewKey {
    /// Its id.
    pub fn id(&self) -> SealKeyId {
        self.id
    }

    /// Seals `content` at `place`.
    pub fn seal(&self, place: Place, content: &[u8], chance: &Chance) -> Result<Vec<u8>, VaultError> {
        seal_bytes(&self.key, &place.bytes(), content, chance.bytes()?)
    }
}

/// A key that is kept, lent for sealing; it cannot open.
#[derive(ZeroizeOnDrop)]
pub struct SealOnly {
    key: [u8; 32],
}

impl SealOnly {
    /// Seals `content` at `place`.
    pub fn seal(&self, place: Place, content: &[u8], chance: &Chance) -> Result<Vec<u8>, VaultError> {
        seal_bytes(&self.key, &place.bytes(), content, chance.bytes()?)
    }
}

/// A key in use, wiped when it goes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct OpenKey(pub(crate) [u8; 32]);

/// A node's keys, open.
pub struct Keyring {
    store: Mutex<Connection>,
    lookups: Mutex<Vec<Connection>>,
    path: std::path::PathBuf,
    custodian: Box<dyn Custodian>,
    months: Mutex<HashMap<Month, [u8; 32]>>,
    hashes: Hashes,
    node_seed: [u8; 32],
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS master_key (label TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS month_key (month INTEGER NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS content_key (
        key_id BLOB NOT NULL PRIMARY KEY, month INTEGER NOT NULL, wrapped BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;";

const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
    PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 10000;";

impl Keyring {
    /// Opens the key store at `path`, making it and the node's own keys if it is new.
    ///
    /// # Errors
    /// [`VaultError::WrongCustodian`] if the store belongs to another root key.
    pub fn open(path: &Path, custodian: Box<dyn Custodian>, chance: &Chance) -> Result<Self, VaultError> {
        let store = Connection::open(path).map_err(VaultError::at("open"))?;
        store.execute_batch(PRAGMAS).map_err(VaultError::at("settings"))?;
        store.execute_batch(TABLES).map_err(VaultError::at("tables"))?;
        let master = |label| master_key(&store, custodian.as_ref(), label, chance);
        let hmac_key = |key: [u8; 32]| hmac::Key::new(hmac::HMAC_SHA256, &key);
        let hashes = Hashes {
            index: hmac_key(master("index of identifiers")?),
            name: hmac_key(master("agreement of names")?),
            number: hmac_key(master("numbers of sources")?),
            content: hmac_key(master("sameness of content")?),
            case: hmac_key(master("cases of members")?),
            salt: hmac_key(master("salts of leaves")?),
        };
        let node_seed = master("journal signing")?;
        Ok(Self {
            store: Mutex::new(store),
            lookups: Mutex::new(Vec::new()),
            path: path.to_owned(),
            custodian,
            months: Mutex::new(HashMap::new()),
            hashes,
            node_seed,
        })
    }

    /// The node's keyed hashes.
    pub fn hashes(&self) -> &Hashes {
        &self.hashes
    }

    /// The seed of the node's Ed25519 key.
    pub fn node_seed(&self) -> &[u8; 32] {
        &self.node_seed
    }

    /// A new key for what must be gone after `month`; not kept yet.
    pub fn make(&self, month: Month, chance: &Chance) -> Result<NewKey, VaultError> {
        let (id, key) = (chance.bytes::<16>()?, chance.bytes::<32>()?);
        let month_key = OpenKey(self.month_key(month, chance)?);
        let wrapped = seal_bytes(&month_key.0, &id, &key, chance.bytes()?)?;
        Ok(NewKey { id: SealKeyId::from_bytes(id), month, key, wrapped })
    }

    /// Keeps new keys; durable when it returns. A crash before the data that uses them leaves spare keys, which harm nobody.
    pub fn keep<'k>(&self, keys: impl IntoIterator<Item = &'k NewKey>) -> Result<(), VaultError> {
        let mut store = self.store.lock().map_err(|_| VaultError::Closed)?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        {
            let mut insert = tx
                .prepare_cached("INSERT INTO content_key (key_id, month, wrapped) VALUES (?1, ?2, ?3)")
                .map_err(VaultError::at("keep"))?;
            for key in keys {
                let row = params![key.id.as_bytes(), key.month.0, key.wrapped];
                insert.execute(row).map_err(VaultError::at("keep"))?;
            }
        }
        tx.commit().map_err(VaultError::at("commit"))
    }

    /// Destroys keys; when it returns, the bytes are overwritten and the write-ahead log holds none of them.
    pub fn destroy(&self, keys: &[SealKeyId]) -> Result<(), VaultError> {
        let mut store = self.store.lock().map_err(|_| VaultError::Closed)?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        for key in keys {
            tx.execute("DELETE FROM content_key WHERE key_id = ?1", params![key.as_bytes()])
                .map_err(VaultError::at("destroy"))?;
        }
        tx.commit().map_err(VaultError::at("commit"))?;
        // `secure_delete` wrote zeros over the rows; the log still has the pages as they were before.
        let busy: i64 = store
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(VaultError::at("checkpoint"))?;
        if busy != 0 {
            return Err(VaultError::KeyStore { step: "checkpoint", source: rusqlite::Error::InvalidQuery });
        }
        Ok(())
    }

    /// The key of a person, for sealing a look at the file.
    pub fn lend(&self, key: SealKeyId) -> Result<SealOnly, VaultError> {
        let open = self.load(key)?;
        Ok(SealOnly { key: open.0 })
    }

    /// How many content keys there are.
    pub fn count(&self) -> Result<u64, VaultError> {
        let store = self.store.lock().map_err(|_| VaultError::Closed)?;
        let count = store.query_row("SELECT COUNT(*) FROM content_key", [], |row| row.get::<_, i64>(0));
        count.map(|count| count as u64).map_err(VaultError::at("count"))
    }

    /// One key, unwrapped.
    pub(crate) fn load(&self, key: SealKeyId) -> Result<OpenKey, VaultError> {
        let lookup = self.lookup()?;
        let found = lookup
            .prepare_cached("SELECT month, wrapped FROM content_key WHERE key_id = ?1")
            .and_then(|mut find| {
                find.query_row(params![key.as_bytes()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
                    .optional()
            })
            .map_err(VaultError::at("load"));
        if let Ok(mut idle) = self.lookups.lock() {
            idle.push(lookup);
        }
        let (month, wrapped) = found?.ok_or(VaultError::Destroyed)?;
        let month_key = OpenKey(self.kept_month_key(Month(month))?.ok_or(VaultError::Destroyed)?);
        let mut bytes = open_bytes(&month_key.0, key.as_bytes(), &wrapped)?;
        let whole = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| VaultError::NotOfThisPlace);
        bytes.zeroize();
        whole.map(OpenKey)
    }

    fn lookup(&self) -> Result<Connection, VaultError> {
        if let Some(idle) = self.lookups.lock().map_err(|_| VaultError::Closed)?.pop() {
            return Ok(idle);
        }
        let lookup = Connection::open(&self.path).map_err(VaultError::at("open"))?;
        lookup
            .execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 10000;")
            .map_err(VaultError::at("settings"))?;
        Ok(lookup)
    }

    fn kept_month_key(&self, month: Month) -> Result<Option<[u8; 32]>, VaultError> {
        if let Some(key) = self.months.lock().map_err(|_| VaultError::Closed)?.get(&month) {
            return Ok(Some(*key));
        }
        let wrapped = {
            let store = self.store.lock().map_err(|_| VaultError::Closed)?;
            store
                .query_row("SELECT wrapped FROM month_key WHERE month = ?1", params![month.0], |row| {
                    row.get::<_, Vec<u8>>(0)
                })
                .optional()
                .map_err(VaultError::at("month"))?
        };
        let Some(wrapped) = wrapped else { return Ok(None) };
        let key = self.custodian.unwrap(&month.label(), &wrapped)?;
        self.months.lock().map_err(|_| VaultError::Closed)?.insert(month, key);
        Ok(Some(key))
    }

    fn month_key(&self, month: Month, chance: &Chance) -> Result<[u8; 32], VaultError> {
        if let Some(key) = self.kept_month_key(month)? {
            return Ok(key);
        }
        let key: [u8; 32] = chance.bytes()?;
        let wrapped = self.custodian.wrap(&month.label(), &key, chance.bytes()?)?;
        {
            let store = self.store.lock().map_err(|_| VaultError::Closed)?;
            store
                .execute("INSERT OR IGNORE INTO month_key (month, wrapped) VALUES (?1, ?2)", params![month.0, wrapped])
                .map_err(VaultError::at("month"))?;
        }
        // Another thread may have been first: what is kept holds.
        self.kept_month_key(month)?.ok_or(VaultError::Destroyed)
    }
}

fn master_key(
    store: &Connection,
    custodian: &dyn Custodian,
    label: &'static str,
    chance: &Chance,
) -> Result<[u8; 32], VaultError> {
    let find = "SELECT wrapped FROM master_key WHERE label = ?1";
    let kept = store.query_row(find, params![label], |row| row.get::<_, Vec<u8>>(0)).optional();
    if let Some(wrapped) = kept.map_err(VaultError::at("master"))? {
        return custodian.unwrap(label, &wrapped);
    }
    let key: [u8; 32] = chance.bytes()?;
    let wrapped = custodian.wrap(label, &key, chance.bytes()?)?;
    store
        .execute("INSERT INTO master_key (label, wrapped) VALUES (?1, ?2)", params![label, wrapped])
        .map_err(VaultError::at("master"))?;
    Ok(key)
}
