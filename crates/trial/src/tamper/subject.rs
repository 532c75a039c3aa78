//! The node that is tampered with, and what is known of it outside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fairfile_service::replay::{NodeUnderCheck, ReplayError, Verdict};
use fairfile_store::table::{Shape, shapes};
use fairfile_testkit::postgres::Database;
use fairfile_testkit::{Engine, Raw, World, hand_set};
use fairfile_vault::{KeyFile, Keyring, Mark};
use serde_json::Value;
use tempfile::TempDir;

use super::rebuild::Rebuilt;
use super::rows::{Change, Tables};
use crate::args::Ask;
use crate::files::copy_folder;

/// Where the data of an embedded node lies in its folder.
const DATA: &str = "data/fairfile.db";
/// Where the high-water mark lies.
const MARK: &str = "keys/mark";

/// A node to which everything has happened, stopped.
pub struct Subject {
    home: TempDir,
    /// Its data, if it lies on a server.
    database: Option<Database>,
    /// The tables at some moments of its life, the last one as they are.
    pub states: Vec<Tables>,
    /// The events of looks, as the people whose files they are were shown them, by the number of the leaf.
    pub looks: Vec<(u64, Value)>,
    /// The receipt that was given last.
    receipt: Vec<u8>,
    /// How many leaves the journal had then.
    pub receipt_size: u64,
}

/// What is found out about a copy.
#[derive(Debug)]
pub struct Found {
    /// What the replay says.
    pub replay: Verdict,
    /// Whether the saved receipt holds against it.
    pub receipt_holds: bool,
}

impl Subject {
    /// Lives its life, and stops it.
    pub fn make(ask: &Ask) -> Result<Self> {
        let engine = if ask.postgres { Engine::Postgres } else { Engine::Sqlite };
        let world = World::seeded(engine, ask.seed);
        world.is_spoilt();
        let shapes: Vec<Shape> = shapes(&mut world.reg().store.read()?)?;
        let mut states = Vec::new();
        world.lives_through_everything(&mut |world| states.push(Tables::read(&world.raw(), &shapes)));
        let mut looks = Vec::new();
        for person in world.people() {
            looks.extend(world.file_of(&person).looks.into_iter().map(|look| (look.leaf, look.event)));
        }
        let told = world.officer("0418").asks(&world.person("林晓禾"), "licence-renewal");
        let (receipt, receipt_size) = (told.0.receipt.to_json()?, told.0.receipt.opening().index() + 1);
        states.push(Tables::read(&world.raw(), &shapes));
        let home = tempfile::Builder::new().prefix("fairfile-tamper-").tempdir()?;
        let mut copied = Ok(());
        let mut database = None;
        world.restarts(|folder| {
            copied = copy_folder(folder, &home.path().join("node"));
            database = world.database().map(Database::copy);
        });
        copied.context("the node's folder cannot be copied")?;
        Ok(Self { home, database, states, looks, receipt, receipt_size })
    }

    /// The tables as they are.
    pub fn now(&self) -> &Tables {
        // There is one state after each chapter, and one at the end.
        &self.states[self.states.len() - 1]
    }

    /// The node's keys, as an insider holds them.
    pub fn keyring(&self) -> Result<Keyring> {
        let keys = self.folder().join("keys");
        let root = KeyFile::read(&keys.join("root.key"))?;
        Ok(Keyring::open(&keys.join("keys.db"), Box::new(root))?)
    }

    /// Examines a copy with these changes.
    pub fn examine(&self, changes: &[Change]) -> Result<Found> {
        self.tampered(changes, None)?.context("the database refuses a change")
    }

    /// Examines a copy with these changes, under the mark of a rebuilt journal; nothing if the database refuses one.
    pub fn tampered(&self, changes: &[Change], rebuilt: Option<&Rebuilt>) -> Result<Option<Found>> {
        let copy = Copy::of(self)?;
        let sql = self.now().statements(&copy.raw, changes);
        if copy.raw.tries_to_meddle(&sql).is_err() {
            return Ok(None);
        }
        if let Some(rebuilt) = rebuilt {
            self.mark(&copy.folder, rebuilt)?;
        }
        let url = copy.database.as_ref().map(|database| database.url.as_str());
        let node = NodeUnderCheck::open(&copy.folder, url, hand_set())?;
        let mut snapshot = node.snapshot()?;
        let replay = node.replay(&mut snapshot, true)?;
        // A node that no longer knows its journal's name cannot say that a receipt holds.
        let receipt_holds = match node.hold_against(&mut snapshot, &self.receipt) {
            Ok(fits) => fits.context("a receipt is a file of ours")?.holds(),
            Err(ReplayError::Registry(_) | ReplayError::Store(_)) => false,
            Err(other) => return Err(other.into()),
        };
        Ok(Some(Found { replay, receipt_holds }))
    }

    /// Forges the high-water mark: the insider has the key that it is written under.
    fn mark(&self, folder: &Path, rebuilt: &Rebuilt) -> Result<()> {
        let (keyring, path) = (self.keyring()?, folder.join(MARK));
        let time = Mark::open(&path, &keyring)?.time()?;
        fs::remove_file(&path)?;
        let mark = Mark::create(&path, &keyring)?;
        mark.raise_head(rebuilt.size, rebuilt.root)?;
        if let Some(time) = time {
            mark.note_time(time)?;
        }
        Ok(())
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("node")
    }
}

/// A copy that may be spoilt.
struct Copy {
    _home: TempDir,
    folder: PathBuf,
    database: Option<Database>,
    raw: Raw,
}

impl Copy {
    fn of(subject: &Subject) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("fairfile-tampered-").tempdir()?;
        let folder = home.path().join("node");
        copy_folder(&subject.folder(), &folder)?;
        let database = subject.database.as_ref().map(Database::copy);
        let raw = match &database {
            Some(database) => Raw::Postgres(database.url.clone()),
            None => Raw::Sqlite(folder.join(DATA)),
        };
        Ok(Self { _home: home, folder, database, raw })
    }
}
