//! Backups of a world: taken, kept apart, and put back after a loss.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fairfile_service::clock::Machine;
use fairfile_service::keeping::{KeepingError, Restored, Sources, back_up_both, restore};
use fairfile_vault::Chance;
use tempfile::TempDir;

use crate::raw::Raw;
use crate::world::{BEGINNING, World, instant};

/// A backup of the data, one of the keys, and a copy of the root key, all of one moment.
pub struct Backups {
    /// The backup of the data.
    pub data: PathBuf,
    /// The backup of the keys.
    pub keys: PathBuf,
    /// The copy of the root key.
    pub root_key: PathBuf,
    _dir: TempDir,
}

impl Backups {
    /// All three, for a folder that has nothing.
    pub fn sources(&self) -> Sources<'_> {
        Sources { data: Some(&self.data), keys: Some(&self.keys), root_key: Some(&self.root_key), postgres: None }
    }

    /// The data alone.
    pub fn data_alone(&self) -> Sources<'_> {
        Sources { data: Some(&self.data), ..Sources::default() }
    }

    /// The keys alone.
    pub fn keys_alone(&self) -> Sources<'_> {
        Sources { keys: Some(&self.keys), ..Sources::default() }
    }
}

/// The machine of whoever restores a world: its clock stands where every world begins.
pub fn restorer() -> Machine {
    Machine::of(|| instant(BEGINNING))
}

/// What is in a folder, by name, but for the lock.
///
/// # Panics
/// If the folder is there and cannot be read.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return vec!["(no folder)".into()] };
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "lock");
    names.sort();
    names
}

impl World {
    /// Backs up data and keys, and copies the root key to a safe place.
    ///
    /// # Panics
    /// If a backup cannot be made.
    pub fn backs_up(&self) -> Backups {
        let dir = tempfile::tempdir().expect("a folder");
        let path = |name: &str| dir.path().join(name);
        let backups =
            Backups { data: path("data.backup"), keys: path("keys.backup"), root_key: path("root.key"), _dir: dir };
        let reg = self.reg();
        let new = |path: &Path| File::create_new(path).expect("a new file");
        back_up_both(&reg, new(&backups.data), new(&backups.keys)).expect("both are backed up");
        fs::copy(self.folder().join("keys/root.key"), &backups.root_key).expect("the root key is copied");
        backups
    }

    /// The node stops, and all that it had is gone: its folder, and its database on the server.
    ///
    /// # Panics
    /// If something stays.
    pub fn loses_everything(&self) {
        self.stops();
        let lost = self.lost();
        if lost.exists() {
            fs::remove_dir_all(&lost).expect("what was lost before");
        }
        fs::rename(self.folder(), lost).expect("the folder goes");
        self.loses_its_database();
    }

    /// The data of a node that is stopped is gone, and its keys are not.
    ///
    /// # Panics
    /// If something stays.
    pub fn loses_its_data(&self) {
        fs::remove_dir_all(self.folder().join("data")).expect("the data goes");
        self.loses_its_database();
    }

    fn loses_its_database(&self) {
        if let raw @ Raw::Postgres(_) = self.raw() {
            raw.meddle("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    /// Restores a node that is stopped, in its own place; what is in no backup, the demo's keys and its clock, comes
    /// along if the restore succeeds.
    ///
    /// # Errors
    /// Why it was not restored.
    pub fn is_restored(&self, sources: &Sources<'_>) -> Result<Restored, KeepingError> {
        let there = |name: &str| self.folder().join(name).exists();
        let has_settings = there("node.toml") && !there("restoring");
        let postgres = self.database().map(|database| database.url.as_str()).filter(|_| !has_settings);
        let sources = Sources { postgres, ..*sources };
        let restored = restore(&self.folder(), &sources, Chance::seeded(4), restorer())?;
        if !has_settings {
            let (lost, folder) = (self.lost(), self.folder());
            if lost.join("clock").exists() {
                fs::copy(lost.join("clock"), folder.join("clock")).expect("the clock");
            }
            fs::create_dir(folder.join("demo-keys")).expect("a folder");
            for entry in fs::read_dir(lost.join("demo-keys")).expect("the demo's keys") {
                let entry = entry.expect("a key");
                fs::copy(entry.path(), folder.join("demo-keys").join(entry.file_name())).expect("a copy");
            }
        }
        Ok(restored)
    }

    fn lost(&self) -> PathBuf {
        self.folder().with_extension("lost")
    }
}
