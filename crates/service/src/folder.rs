//! A node's folder: where its data, its keys and, in a demo, its clock lie.
//!
//! ```text
//! node.toml        which engine, and where
//! data/            the embedded database; nothing here if the engine is PostgreSQL
//! keys/            the root key, the key store, and the mark: how far the node has come. Back them up apart from the data
//! clock            a demo's clock, if it was set
//! demo-keys/       the private keys of a demo's members and officers
//! told-staff       what those who work at a counter were told by e-mail, if they are
//! restoring        there while a restore is under way or was cut off: the folder is no node yet
//! lock             held while a process has the node open
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_store::{Place, ReadOnly, StoreError, node};
use fairfile_vault::{Chance, KeyFile, Keyring, Mark, VaultError};

use crate::clock::{Clock, Machine};
use crate::keeping::{RESTORING, bring_up};
use crate::opening_day::{self, Foundation};
use crate::registry::{Mode, Parts, Registry, RegistryError};
use crate::statistics::count_earlier_looks;

/// Where the key store lies in the folder.
const KEY_STORE: &str = "keys/keys.db";
/// Where it is kept in the folder what those who work at a counter were told.
pub const TOLD_STAFF: &str = "told-staff";
/// Where the embedded database lies in the folder.
const DATABASE: &str = "data/fairfile.db";

/// A node's folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no node in it.
    #[error("there is no node in this folder; make one with `fairfile init DIR --demo`")]
    NoNode,
    /// A node was being made in it, and that was cut off before there was anything in it.
    #[error(
        "the making of a node in this folder was cut off, and nothing is in it yet; remove the folder and run `fairfile init` again"
    )]
    HalfMade,
    /// What a node has is there, and nothing says which engine has its data.
    #[error(
        "the settings `node.toml` are missing, and the keys or the data of a node are there; write them again, with the data in this folder as `echo 'engine = \"sqlite\"' > DIR/node.toml`, with the data on a server as two lines, `engine = \"postgres\"` and `postgres = \"postgres://USER:PASSWORD@HOST/DATABASE\"`; remove nothing"
    )]
    NoSettings,
    /// A node was being restored in it, and that was cut off.
    #[error(
        "a restore into this folder was cut off, and it is no node yet; run the same `fairfile restore` again, it begins anew"
    )]
    HalfRestored,
    /// The root key is gone.
    #[error(
        "the root key `keys/root.key` is missing, and no backup holds it; put its safe copy back with `fairfile restore --node DIR --root-key FILE`"
    )]
    NoRootKey,
    /// There is something in it already.
    #[error("this folder is not empty; name a new or an empty one, nothing was changed")]
    NotEmpty,
    /// Another process has the node open.
    #[error("another process has this node open; stop it, or talk to it with --server URL")]
    InUse,
    /// Its settings cannot be read.
    #[error(
        "node.toml cannot be read; expected `engine = \"sqlite\"` or `engine = \"postgres\"` with `postgres = \"...\"`"
    )]
    Settings,
    /// A demo's clock cannot be read.
    #[error(
        "the file `clock` of this demo holds no time; set it anew with `echo 2026-11-23T09:00:00+08:00 > DIR/clock`"
    )]
    ClockFile,
    /// Only a demo node has a clock that can be set.
    #[error("only a demo node has a clock that can be set; nothing was changed")]
    NotADemo,
    /// The folder could not be read or written.
    #[error("the node's folder could not be read or written")]
    Io(#[from] io::Error),
    /// The node itself.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// A node's folder, held open against other processes.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// The hand that sets a demo's clock.
#[derive(Debug, Clone)]
pub struct ClockHand {
    file: PathBuf,
}

impl ClockHand {
    /// As [`Folder::set_clock`].
    ///
    /// # Errors
    /// As [`Folder::set_clock`].
    pub fn set(&self, registry: &Registry, at: Instant) -> Result<(), FolderError> {
        if registry.mode != Mode::Demo {
            return Err(FolderError::NotADemo);
        }
        fs::write(&self.file, format!("{at}\n"))?;
        registry.clock.set(at);
        Ok(registry.clock.note().map_err(RegistryError::from)?)
    }
}

impl Folder {
    /// Makes a new node in `path`, which must be new or empty, and opens it.
    pub fn found(
        path: &Path,
        postgres: Option<&str>,
        foundation: &Foundation,
        chance: Chance,
        clock: Clock,
    ) -> Result<(Self, Registry), FolderError> {
        let was_there = path.try_exists()?;
        fs::create_dir_all(path)?;
        if fs::read_dir(path)?.next().is_some() {
            return Err(FolderError::NotEmpty);
        }
        let folder = Self::hold(path)?;
        match folder.fill(postgres, foundation, chance, clock) {
            Ok(registry) => Ok((folder, registry)),
            Err(error) => {
                // What cannot be removed is named by the next `init`, and why this one failed comes first.
                folder.clear(was_there).ok();
                Err(error)
            }
        }
    }

    /// Puts a new node into an empty folder.
    fn fill(
        &self,
        postgres: Option<&str>,
        foundation: &Foundation,
        chance: Chance,
        clock: Clock,
    ) -> Result<Registry, FolderError> {
        self.make_rooms()?;
        let root = KeyFile::create(&self.root_key(), &chance).map_err(RegistryError::from)?;
        let keyring = Keyring::create(&self.key_store(), Box::new(root), &chance).map_err(RegistryError::from)?;
        let mark = Arc::new(Mark::create(&self.mark(), &keyring).map_err(RegistryError::from)?);
        let clock = clock.remembered_by(mark.clone()).map_err(RegistryError::from)?;
        let place = self.place(postgres);
        let registry = opening_day::found(Parts { place, keyring, chance, clock, mark }, foundation)?;
        // Last: a folder without it is no node, and `init` can be told so.
        self.write_settings(postgres)?;
        Ok(registry)
    }

    /// Leaves the folder as it was before a founding that failed: empty, or not there.
    fn clear(self, was_there: bool) -> std::io::Result<()> {
        if !was_there {
            return fs::remove_dir_all(&self.path);
        }
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Opens the node in `path`.
    ///
    /// # Errors
    /// [`FolderError`]; with [`JournalError::Behind`](fairfile_journal::JournalError::Behind) for data that is older than
    /// what this node has signed: then nothing may be signed, shown or written.
    pub fn open(path: &Path, chance: Chance, machine: Machine) -> Result<(Self, Registry), FolderError> {
        let folder = Self::at(path)?;
        let registry = folder.open_registry(chance, machine)?;
        Ok((folder, registry))
    }

    /// The folder of a node that was set up before, held; nothing of it is opened.
    ///
    /// # Errors
    /// [`FolderError::NoNode`], [`FolderError::HalfMade`] and [`FolderError::HalfRestored`] if it is none,
    /// [`FolderError::NoSettings`] if it is one that lost its `node.toml`, [`FolderError::InUse`] if another process has it
    /// open.
    pub(crate) fn at(path: &Path) -> Result<Self, FolderError> {
        if path.join(RESTORING).try_exists()? {
            return Err(FolderError::HalfRestored);
        }
        if !path.join("node.toml").try_exists()? {
            let begun = path.join("keys").try_exists()? || path.join("data").try_exists()?;
            return Err(if begun { Self::hold(path)?.without_settings() } else { FolderError::NoNode });
        }
        Self::hold(path)
    }

    /// What is said of a folder without `node.toml`. Only where there is certainly nothing to lose may it be removed: no
    /// data that anything was founded in, and keys that have signed nothing.
    fn without_settings(&self) -> FolderError {
        let is_founded = || -> Result<bool, RegistryError> {
            let data = ReadOnly::open(&self.place(None))?;
            Ok(node::find_setting(&mut data.snapshot()?, "origin")?.is_some())
        };
        let has_data = match (self.path.join(DATABASE).try_exists(), is_founded()) {
            (Ok(false), _) => false,
            // Made, and no table in it yet.
            (Ok(true), Err(RegistryError::Store(StoreError::Missing { .. }))) => false,
            (_, Ok(is_founded)) => is_founded,
            (_, Err(_)) => true,
        };
        let has_signed = || match self.open_keyring().and_then(|keyring| self.open_mark(&keyring)) {
            Ok(mark) => !matches!(mark.head(), Ok(None)),
            Err(FolderError::Registry(RegistryError::Vault(VaultError::NoMark)))
            // The root key is made before it, and the key store after it.
            | Err(FolderError::Registry(RegistryError::Vault(VaultError::NoKeyStore))) => false,
            Err(FolderError::NoRootKey) => self.key_store().try_exists().unwrap_or(true),
            Err(_) => true,
        };
        if has_data || has_signed() { FolderError::NoSettings } else { FolderError::HalfMade }
    }

    /// Opens what is in the folder. A node that an earlier program made is brought up to this one first.
    pub(crate) fn open_registry(&self, chance: Chance, machine: Machine) -> Result<Registry, FolderError> {
        let registry = match self.open_keyring() {
            Err(FolderError::Registry(RegistryError::Vault(VaultError::EarlierKeyStore))) => {
                bring_up(self, chance, machine)?
            }
            keyring => self.open_with(keyring?, chance, machine)?,
        };
        count_earlier_looks(&registry)?;
        Ok(registry)
    }

    /// Opens what is in the folder beside its keys.
    pub(crate) fn open_with(
        &self,
        keyring: Keyring,
        chance: Chance,
        machine: Machine,
    ) -> Result<Registry, FolderError> {
        let place = self.own_place()?;
        let mark = self.open_mark(&keyring)?;
        let clock = self.open_clock(machine)?.remembered_by(mark.clone()).map_err(RegistryError::from)?;
        let registry = Registry::open(Parts { place, keyring, chance, clock, mark })?;
        if registry.mode == Mode::Real && registry.clock.is_set() {
            return Err(FolderError::NotADemo);
        }
        Ok(registry)
    }

    /// Opens the key store under its root key; nothing is created.
    pub(crate) fn open_keyring(&self) -> Result<Keyring, FolderError> {
        let root = self.read_root_key()?;
        Ok(Keyring::open(&self.key_store(), Box::new(root)).map_err(RegistryError::from)?)
    }

    /// The root key.
    pub(crate) fn read_root_key(&self) -> Result<KeyFile, FolderError> {
        // The move to the next root key may have been cut off between the two.
        if !self.root_key().try_exists()? && !self.path.join("keys/root.key.next").try_exists()? {
            return Err(FolderError::NoRootKey);
        }
        Ok(KeyFile::read(&self.root_key()).map_err(RegistryError::from)?)
    }

    /// Opens the high-water mark beside the keys.
    pub(crate) fn open_mark(&self, keyring: &Keyring) -> Result<Arc<Mark>, FolderError> {
        Ok(Arc::new(Mark::open(&self.mark(), keyring).map_err(RegistryError::from)?))
    }

    /// The node's clock: the one that was set, or the machine's. What is sure of the time, only its mark remembers.
    pub(crate) fn open_clock(&self, machine: Machine) -> Result<Clock, FolderError> {
        Ok(match self.clock_file()? {
            Some(at) => Clock::set_to(at),
            None => Clock::machine(machine),
        })
    }

    /// Sets the clock of a demo node; it stands still there until it is set again.
    ///
    /// Set forward, it confirms itself: nobody else will. Set back, it shows nothing again and ends nothing later: the
    /// node goes on counting from where it has been, until the clock passes that.
    ///
    /// # Errors
    /// [`FolderError::NotADemo`]; [`FolderError::Io`] if the folder cannot be written.
    pub fn set_clock(&self, registry: &Registry, at: Instant) -> Result<(), FolderError> {
        self.clock_hand().set(registry, at)
    }

    /// What sets the clock of a demo in this folder where the folder itself is held elsewhere.
    pub fn clock_hand(&self) -> ClockHand {
        ClockHand { file: self.path.join("clock") }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a demo keeps the private keys of its members and officers.
    pub fn demo_keys(&self) -> PathBuf {
        self.path.join("demo-keys")
    }

    /// What those who work at a counter were told.
    pub fn told_staff(&self) -> PathBuf {
        self.path.join(TOLD_STAFF)
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path.join("node.toml")
    }

    pub(crate) fn root_key(&self) -> PathBuf {
        self.path.join("keys/root.key")
    }

    pub(crate) fn key_store(&self) -> PathBuf {
        self.path.join(KEY_STORE)
    }

    /// The rooms for data and keys, if they are not there.
    pub(crate) fn make_rooms(&self) -> io::Result<()> {
        for room in ["data", "keys"] {
            let room = self.path.join(room);
            fs::create_dir_all(&room)?;
            only_for_owner(&room)?;
        }
        Ok(())
    }

    /// Writes which engine has the data: the server at `postgres`, or the embedded one.
    pub(crate) fn write_settings(&self, postgres: Option<&str>) -> io::Result<()> {
        let settings = match postgres {
            None => "engine = \"sqlite\"\n".to_owned(),
            // A TOML string is written like a JSON one.
            Some(url) => format!("engine = \"postgres\"\npostgres = {}\n", serde_json::Value::from(url)),
        };
        fs::write(self.settings(), settings)?;
        only_for_owner(&self.settings())
    }

    pub(crate) fn mark(&self) -> PathBuf {
        self.path.join("keys/mark")
    }

    pub(crate) fn hold(path: &Path) -> Result<Self, FolderError> {
        let lock = File::create(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Where the node's settings say that its data is.
    pub(crate) fn own_place(&self) -> Result<Place, FolderError> {
        Ok(self.place(engine(&self.path)?.as_deref()))
    }

    pub(crate) fn place(&self, postgres: Option<&str>) -> Place {
        match postgres {
            None => Place::Sqlite(self.path.join(DATABASE)),
            Some(url) => Place::Postgres(url.to_owned()),
        }
    }

    pub(crate) fn clock_file(&self) -> Result<Option<Instant>, FolderError> {
        match fs::read_to_string(self.path.join("clock")) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| FolderError::ClockFile),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether the node in `path` was made by an earlier program: whatever opens it next brings it up to this one, its keys or
/// its tables.
pub fn is_earlier(path: &Path) -> bool {
    // What keeps keys or data from being read, whoever opens the node says.
    let place = |postgres: Option<String>| match postgres {
        Some(url) => Place::Postgres(url),
        None => Place::Sqlite(path.join(DATABASE)),
    };
    let has_earlier_tables = || ReadOnly::open(&place(engine(path).ok()?)).ok()?.is_earlier().ok();
    Keyring::is_earlier(&path.join(KEY_STORE)).unwrap_or(false) || has_earlier_tables().unwrap_or(false)
}

/// Where the node in `path` keeps its data: at a server's address, or in its folder.
pub(crate) fn engine(path: &Path) -> Result<Option<String>, FolderError> {
    let settings = match fs::read_to_string(path.join("node.toml")) {
        Ok(text) => text.parse::<toml::Table>().map_err(|_| FolderError::Settings)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(FolderError::NoNode),
        Err(error) => return Err(error.into()),
    };
    let word = |key: &str| settings.get(key).and_then(toml::Value::as_str);
    match word("engine") {
        Some("sqlite") => Ok(None),
        Some("postgres") => Ok(Some(word("postgres").ok_or(FolderError::Settings)?.to_owned())),
        _ => Err(FolderError::Settings),
    }
}

#[cfg(unix)]
pub(crate) fn only_for_owner(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn only_for_owner(_path: &Path) -> io::Result<()> {
    Ok(())
}
