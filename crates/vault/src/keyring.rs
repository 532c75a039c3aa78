//! The key store: its own file, its own backups. A key that is destroyed here is gone for good.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use aws_lc_rs::hmac;
use fairfile_domain::day::Day;
use fairfile_domain::id::SealKeyId;
use fairfile_store::faults::{self, Step};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::Chance;
use crate::custody::Custodian;
use crate::error::VaultError;
use crate::hashes::Hashes;
use crate::masters::Masters;
use crate::seal::{Place, open_bytes, seal_bytes};
use crate::tables;

/// Keys die together with the month in which the last of what they seal must be gone, if not sooner by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(pub(crate) i64);

impl Month {
    /// The month of people's identities and looks, which end with the person's file.
    pub const OF_PEOPLE: Self = Self(0);

    /// The month of `day`.
    pub fn of(day: Day) -> Self {
        Self(i64::from(day.year()) * 12 + i64::from(day.month()))
    }

    pub(crate) fn label(self) -> String {
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
    /// For its wrapping, once it is kept: the month's key may be another one by then.
    nonce: [u8; 12],
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
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct OpenKey(pub(crate) [u8; 32]);

/// A node's keys, open.
pub struct Keyring {
    store: Mutex<Connection>,
    lookups: Mutex<VecDeque<Connection>>,
    path: PathBuf,
    pub(crate) custodian: Box<dyn Custodian>,
    /// The keys of months that were used, each beside the wrapping that it was opened from.
    months: Mutex<HashMap<Month, (Vec<u8>, OpenKey)>>,
    masters: Masters,
}

impl Keyring {
    /// Makes the key store of a new node at `path`, with the node's own keys.
    ///
    /// # Errors
    /// [`VaultError::PlaceTaken`] if there is a file.
    pub fn create(path: &Path, custodian: Box<dyn Custodian>, chance: &Chance) -> Result<Self, VaultError> {
        if !matches!(path.try_exists(), Ok(false)) {
            return Err(VaultError::PlaceTaken);
        }
        Self::after(tables::create(path)?, path, custodian, |tx, custodian| {
            Masters::make(tx, custodian, chance)?;
            tables::note_version(tx)
        })
    }

    /// Opens the key store at `path`; nothing is ever made in the place of one that is gone.
    ///
    /// Where the store is ahead of the root key, because a move was cut off or an earlier copy of the root key was put
    /// in place, the root key moves on to it.
    ///
    /// # Errors
    /// [`VaultError::NoKeyStore`] if there is none, [`VaultError::EarlierKeyStore`] if one of the first programs made it,
    /// [`VaultError::WrongCustodian`] if it belongs to another root key, [`VaultError::OlderKeys`] if it is of before
    /// the root key moved on.
    pub fn open(path: &Path, custodian: Box<dyn Custodian>) -> Result<Self, VaultError> {
        Self::after(tables::open(path)?, path, custodian, |_, _| Ok(()))
    }

    /// Whether the key store at `path` is one of the first nodes'.
    ///
    /// # Errors
    /// As [`Keyring::open`], as far as the file alone tells.
    pub fn is_earlier(path: &Path) -> Result<bool, VaultError> {
        tables::is_earlier(&tables::connect(path)?)
    }

    /// Opens the key store of one of the first nodes and gives it what those did not have. It stays one of theirs until
    /// [`Keyring::note_brought_up`]: whatever else must be brought up, a cut in between is made good by doing it again.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn bring_up(path: &Path, custodian: Box<dyn Custodian>, chance: &Chance) -> Result<Self, VaultError> {
        Self::after(tables::open_earlier(path)?, path, custodian, |tx, custodian| {
            Masters::complete(tx, custodian, chance)
        })
    }

    /// Notes that the key store, and all that goes with it, is what this program makes.
    ///
    /// # Errors
    /// What the key store says.
    pub fn note_brought_up(&self) -> Result<(), VaultError> {
        tables::note_version(&*self.store()?)
    }

    /// Opens the node's own keys after `first`, both in one transaction.
    fn after(
        mut store: Connection,
        path: &Path,
        custodian: Box<dyn Custodian>,
        first: impl FnOnce(&Connection, &dyn Custodian) -> Result<(), VaultError>,
    ) -> Result<Self, VaultError> {
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        first(&tx, custodian.as_ref())?;
        let masters = Masters::open(&tx, custodian.as_ref())?;
        let generation = tables::generation(&tx)?;
        tx.commit().map_err(VaultError::at("commit"))?;
        // Only now: the keys opened, so it is the right root key that moves.
        custodian.advance(generation)?;
        Ok(Self {
            store: Mutex::new(store),
            lookups: Mutex::new(VecDeque::new()),
            path: path.to_owned(),
            custodian,
            months: Mutex::new(HashMap::new()),
            masters,
        })
    }

    /// The node's keyed hashes.
    pub fn hashes(&self) -> &Hashes {
        &self.masters.hashes
    }

    /// The seed of the node's Ed25519 key.
    pub fn node_seed(&self) -> &[u8; 32] {
        &self.masters.node_seed
    }

    /// What proves that a high-water mark was written by this node.
    pub(crate) fn mark_key(&self) -> &hmac::Key {
        &self.masters.mark
    }

    /// What proves that a key backup was written by this node.
    pub(crate) fn backup_key(&self) -> &hmac::Key {
        &self.masters.backup
    }

    /// A new key for what must be gone after `month`; not kept yet.
    pub fn make(&self, month: Month, chance: &Chance) -> Result<NewKey, VaultError> {
        let known = self.months.lock().map_err(|_| VaultError::Closed)?.contains_key(&month);
        if !known {
            self.begin_month(month, chance)?;
        }
        let (id, key, nonce) = (chance.bytes::<16>()?, chance.bytes::<32>()?, chance.bytes()?);
        Ok(NewKey { id: SealKeyId::from_bytes(id), month, key, nonce })
    }

    /// Keeps new keys; durable when it returns. A crash before the data that uses them leaves spare keys, which harm nobody.
    ///
    /// # Errors
    /// [`VaultError::Destroyed`] if a key of that id was destroyed before; then none is kept.
    pub fn keep<'k>(&self, keys: impl IntoIterator<Item = &'k NewKey>) -> Result<(), VaultError> {
        const SQL: &str = "
            INSERT INTO content_key (key_id, month, wrapped)
            SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM destroyed_key WHERE key_id = ?1)";
        let mut store = self.store()?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        let mut months: HashMap<Month, OpenKey> = HashMap::new();
        {
            let mut insert = tx.prepare_cached(SQL).map_err(VaultError::at("keep"))?;
            for key in keys {
                let month_key = match months.get(&key.month) {
                    Some(month_key) => month_key,
                    None => months.entry(key.month).or_insert(self.load_month(&tx, key.month)?),
                };
                let wrapped = seal_bytes(&month_key.0, key.id.as_bytes(), &key.key, key.nonce)?;
                let row = params![key.id.as_bytes(), key.month.0, wrapped];
                if insert.execute(row).map_err(VaultError::at("keep"))? == 0 {
                    return Err(VaultError::Destroyed);
                }
            }
        }
        faults::step(Step::BeforeKept);
        tx.commit().map_err(VaultError::at("commit"))?;
        faults::step(Step::Kept);
        Ok(())
    }

    /// The key of a person, for sealing a look at the file.
    pub fn lend(&self, key: SealKeyId) -> Result<SealOnly, VaultError> {
        let open = self.load(key)?;
        Ok(SealOnly { key: open.0 })
    }

    /// How many content keys there are.
    pub fn count(&self) -> Result<u64, VaultError> {
        self.count_of("SELECT COUNT(*) FROM content_key")
    }

    pub(crate) fn count_of(&self, sql: &'static str) -> Result<u64, VaultError> {
        let count = self.store()?.query_row(sql, [], |row| row.get::<_, i64>(0));
        count.map(i64::cast_unsigned).map_err(VaultError::at("count"))
    }

    /// The one connection that writes.
    pub(crate) fn store(&self) -> Result<MutexGuard<'_, Connection>, VaultError> {
        self.store.lock().map_err(|_| VaultError::Closed)
    }

    /// One key, unwrapped.
    pub(crate) fn load(&self, key: SealKeyId) -> Result<OpenKey, VaultError> {
        as_on_file(|| self.load_now(key))
    }

    fn load_now(&self, key: SealKeyId) -> Result<OpenKey, VaultError> {
        // In one statement, for a month's key and those under it are renewed together.
        const SQL: &str = "
            SELECT c.month, c.wrapped, m.wrapped, g.generation
              FROM content_key c JOIN month_key m ON m.month = c.month CROSS JOIN generation g WHERE c.key_id = ?1";
        let found = self.look_up(|lookup| {
            let mut find = lookup.prepare_cached(SQL)?;
            let row = |row: &rusqlite::Row<'_>| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, i64>(3)?))
            };
            find.query_row(params![key.as_bytes()], row).optional()
        })?;
        let Some((month, wrapped, wrapped_month, generation)) = found else {
            return Err(if self.is_destroyed(key)? { VaultError::Destroyed } else { VaultError::Lost });
        };
        let month_key = self.open_month(Month(month), &wrapped_month, generation.cast_unsigned())?;
        let bytes = Zeroizing::new(open_bytes(&month_key.0, key.as_bytes(), &wrapped)?);
        <[u8; 32]>::try_from(bytes.as_slice()).map(OpenKey).map_err(|_| VaultError::NotOfThisPlace)
    }

    /// Reads beside the connection that writes.
    pub(crate) fn look_up<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, VaultError> {
        let lookup = self.lookup()?;
        let found = read(&lookup).map_err(VaultError::at("load"));
        if let Ok(mut idle) = self.lookups.lock() {
            idle.push_back(lookup);
        }
        found
    }

    fn lookup(&self) -> Result<Connection, VaultError> {
        // The one that rested longest: a connection that rests has pages in memory from before keys were destroyed.
        if let Some(idle) = self.lookups.lock().map_err(|_| VaultError::Closed)?.pop_front() {
            return Ok(idle);
        }
        let lookup = tables::connect(&self.path)?;
        lookup
            .execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 10000;")
            .map_err(VaultError::at("settings"))?;
        Ok(lookup)
    }

    /// The key of `month`, as `store` has it now.
    pub(crate) fn load_month(&self, store: &Connection, month: Month) -> Result<OpenKey, VaultError> {
        let wrapped = find_month(store, month)?.ok_or(VaultError::Lost)?;
        self.open_month(month, &wrapped, tables::generation(store)?)
    }

    pub(crate) fn open_month(&self, month: Month, wrapped: &[u8], generation: u64) -> Result<OpenKey, VaultError> {
        let mut months = self.months.lock().map_err(|_| VaultError::Closed)?;
        if let Some((_, key)) = months.get(&month).filter(|(opened_from, _)| opened_from == wrapped) {
            return Ok(key.clone());
        }
        let key = OpenKey(self.custodian.unwrap(generation, &month.label(), wrapped)?);
        months.insert(month, (wrapped.to_vec(), key.clone()));
        Ok(key)
    }

    /// Wipes what was opened of months: keys that were renewed are in nobody's memory any more.
    pub(crate) fn forget_months(&self) -> Result<(), VaultError> {
        self.months.lock().map_err(|_| VaultError::Closed)?.clear();
        Ok(())
    }

    /// Makes the key of `month` unless there is one.
    fn begin_month(&self, month: Month, chance: &Chance) -> Result<(), VaultError> {
        let store = self.store()?;
        if find_month(&store, month)?.is_none() {
            let (generation, key) = (tables::generation(&store)?, OpenKey(chance.bytes()?));
            let wrapped = self.custodian.wrap(generation, &month.label(), &key.0, chance.bytes()?)?;
            store
                .execute("INSERT INTO month_key (month, wrapped) VALUES (?1, ?2)", params![month.0, wrapped])
                .map_err(VaultError::at("month"))?;
        }
        self.load_month(&store, month)?;
        Ok(())
    }
}

/// Reads a wrapped key and unwraps it. The root key may move on in between: what is on file then counts.
pub(crate) fn as_on_file<T>(load: impl Fn() -> Result<T, VaultError>) -> Result<T, VaultError> {
    match load() {
        Err(VaultError::OlderKeys) => load(),
        other => other,
    }
}

fn find_month(store: &Connection, month: Month) -> Result<Option<Vec<u8>>, VaultError> {
    store
        .prepare_cached("SELECT wrapped FROM month_key WHERE month = ?1")
        .and_then(|mut find| find.query_row(params![month.0], |row| row.get(0)).optional())
        .map_err(VaultError::at("month"))
}
