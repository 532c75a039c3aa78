//! A node's folder: where its data, its keys and, in a demo, its clock lie.
//!
//! ```text
//! node.toml        which engine, and where
//! data/            the embedded database; nothing here if the engine is PostgreSQL
//! keys/            the root key, the key store, and the mark: how far the node has come. Back them up apart from the data
//! clock            a demo's clock, if it was set
//! demo-keys/       the private keys of a demo's members and officers
//! lock             held while a process has the node open
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_store::Place;
use fairfile_vault::{Chance, KeyFile, Keyring, Mark};

use crate::clock::{Clock, Machine};
use crate::opening_day::{self, Foundation};
use crate::registry::{Mode, Parts, Registry, RegistryError};

/// A node's folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no node in it.
    #[error("there is no node in this folder; make one with `fairfile init DIR --demo`")]
    NoNode,
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

impl Folder {
    /// Makes a new node in `path`, which must be new or empty, and opens it.
    pub fn found(
        path: &Path,
        postgres: Option<&str>,
        foundation: &Foundation,
        chance: Chance,
        clock: Clock,
    ) -> Result<(Self, Registry), FolderError> {
        fs::create_dir_all(path)?;
        if fs::read_dir(path)?.next().is_some() {
            return Err(FolderError::NotEmpty);
        }
        let folder = Self::hold(path)?;
        fs::create_dir(path.join("data"))?;
        fs::create_dir(path.join("keys"))?;
        only_for_owner(&path.join("keys"))?;
        only_for_owner(&path.join("data"))?;
        let settings = match postgres {
            None => "engine = \"sqlite\"\n".to_owned(),
            // A TOML string is written like a JSON one.
            Some(url) => format!("engine = \"postgres\"\npostgres = {}\n", serde_json::Value::from(url)),
        };
        let root = KeyFile::create(&path.join("keys/root.key"), &chance).map_err(RegistryError::from)?;
        let keyring =
            Keyring::open(&path.join("keys/keys.db"), Box::new(root), &chance).map_err(RegistryError::from)?;
        let mark = Mark::create(&folder.mark(), &keyring).map_err(RegistryError::from)?;
        let clock = clock.remembered_by(Arc::new(mark)).map_err(RegistryError::from)?;
        let place = folder.place(postgres);
        let registry = opening_day::found(Parts { place, keyring, chance, clock }, foundation)?;
        // Last: a folder without it is no node, and `init` can be told so.
        fs::write(path.join("node.toml"), settings)?;
        only_for_owner(&path.join("node.toml"))?;
        Ok((folder, registry))
    }

    /// Opens the node in `path`.
    pub fn open(path: &Path, chance: Chance, machine: Machine) -> Result<(Self, Registry), FolderError> {
        let postgres = engine(path)?;
        let folder = Self::hold(path)?;
        let root = KeyFile::read(&path.join("keys/root.key")).map_err(RegistryError::from)?;
        let keyring =
            Keyring::open(&path.join("keys/keys.db"), Box::new(root), &chance).map_err(RegistryError::from)?;
        let clock = match folder.clock_file()? {
            Some(at) => Clock::set_to(at),
            None => Clock::machine(machine),
        };
        let mark = Mark::open(&folder.mark(), &keyring).map_err(RegistryError::from)?;
        let clock = clock.remembered_by(Arc::new(mark)).map_err(RegistryError::from)?;
        let place = folder.place(postgres.as_deref());
        let registry = Registry::open(Parts { place, keyring, chance, clock })?;
        if registry.mode == Mode::Real && registry.clock.is_set() {
            return Err(FolderError::NotADemo);
        }
        Ok((folder, registry))
    }

    /// Sets the clock of a demo node; it stands still there until it is set again.
    ///
    /// Set forward, it confirms itself: nobody else will. Set back, it shows nothing again and ends nothing later: the
    /// node goes on counting from where it has been, until the clock passes that.
    ///
    /// # Errors
    /// [`FolderError::NotADemo`]; [`FolderError::Io`] if the folder cannot be written.
    pub fn set_clock(&self, registry: &Registry, at: Instant) -> Result<(), FolderError> {
        if registry.mode != Mode::Demo {
            return Err(FolderError::NotADemo);
        }
        fs::write(self.path.join("clock"), format!("{at}\n"))?;
        registry.clock.set(at);
        Ok(registry.clock.note().map_err(RegistryError::from)?)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a demo keeps the private keys of its members and officers.
    pub fn demo_keys(&self) -> PathBuf {
        self.path.join("demo-keys")
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

    pub(crate) fn place(&self, postgres: Option<&str>) -> Place {
        match postgres {
            None => Place::Sqlite(self.path.join("data/fairfile.db")),
            Some(url) => Place::Postgres(url.to_owned()),
        }
    }

    pub(crate) fn clock_file(&self) -> Result<Option<Instant>, FolderError> {
        match fs::read_to_string(self.path.join("clock")) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| FolderError::Settings),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
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
fn only_for_owner(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path) -> io::Result<()> {
    Ok(())
}
