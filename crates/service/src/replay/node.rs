//! A node opened to be checked: its data for reading alone, its keys, and what lies beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_domain::day::Zone;
use fairfile_journal::numbered_origin;
use fairfile_proof::{Checkpoint, NodeKey};
use fairfile_store::{ReadOnly, Snapshot, node};
use fairfile_vault::{Mark, Vault, VaultError};

use super::finding::UNSOUND_FILE;
use super::{Beside, ReplayError, Verdict, state_file};
use crate::clock::{Clock, Machine};
use crate::folder::{Folder, FolderError, engine};
use crate::registry::RegistryError;

/// The file in the node's folder that remembers what was replayed.
const REMEMBERED: &str = "verified";

/// A node whose data nobody can change through this: damaged or not, it opens.
pub struct NodeUnderCheck {
    folder: Folder,
    data: ReadOnly,
    vault: Vault,
    mark: Arc<Mark>,
    clock: Clock,
}

impl NodeUnderCheck {
    /// Opens the node in `path`. With `postgres`, its keys are held against the data on that server instead of those
    /// that the node names.
    ///
    /// # Errors
    /// [`FolderError`] for a folder without a node, one that is in use, keys that do not open, and data of a newer program.
    pub fn open(path: &Path, postgres: Option<&str>, machine: Machine) -> Result<Self, FolderError> {
        let folder = Folder::at(path)?;
        let named = engine(path)?;
        let keyring = folder.open_keyring()?;
        let mark = folder.open_mark(&keyring)?;
        let clock = folder.open_clock(machine)?.remembered_by(mark.clone()).map_err(RegistryError::from)?;
        let place = folder.place(postgres.or(named.as_deref()));
        let data = ReadOnly::open(&place).map_err(RegistryError::from)?;
        Ok(Self { folder, data, vault: Vault::new(keyring), mark, clock })
    }

    /// Holds the data as it is now.
    ///
    /// # Errors
    /// [`ReplayError::Store`] if it cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, ReplayError> {
        Ok(self.data.snapshot()?)
    }

    /// Replays the journal: only what came since the last time that all held, unless `full`, and compares every row. In
    /// full, the engine looks over its file as well.
    ///
    /// # Errors
    /// [`ReplayError`], if it could not be carried to its end.
    pub fn replay(&self, snapshot: &mut Snapshot<'_>, full: bool) -> Result<Verdict, ReplayError> {
        let beside = self.beside(snapshot)?;
        let remembered = (!full).then(|| self.remembered());
        let (mut verdict, state) = super::replay(snapshot, &self.vault, beside, remembered.as_deref())?;
        // Every page is read for it, which is for a check from the beginning alone.
        if full && !node::examine(snapshot)?.1 {
            verdict.findings.add("sqlite_schema", "", None, UNSOUND_FILE);
            verdict.holds = false;
        }
        // What has come to nothing new is remembered as it is.
        if verdict.holds && verdict.leaves > verdict.replayed_from {
            state_file::write(&self.remembered(), &state, self.vault.keyring().hashes())?;
        }
        Ok(verdict)
    }

    /// What `checkpoint` says, if a key of this node signed it: that of its journal, or of one before it that had to go on
    /// under another name.
    ///
    /// # Errors
    /// [`RegistryError::Setting`] if the node does not say its journal's name.
    pub(super) fn open_checkpoint(
        &self,
        snapshot: &mut Snapshot<'_>,
        checkpoint: &str,
    ) -> Result<Option<Checkpoint>, RegistryError> {
        let origin = node::find_setting(snapshot, "origin")?.ok_or(RegistryError::Setting("origin"))?;
        for number in (1..=self.vault.keyring().latest_journal()?).rev() {
            let seed = match self.vault.keyring().journal_seed(number) {
                // A number whose journal never came about.
                Err(VaultError::LacksKey(_)) => continue,
                other => other?,
            };
            let key = NodeKey::from_seed(&numbered_origin(&origin, number), &seed)?;
            if let Ok(opened) = key.verifier().open_checkpoint(checkpoint) {
                return Ok(Some(opened));
            }
        }
        Ok(None)
    }

    fn remembered(&self) -> PathBuf {
        self.folder.path().join(REMEMBERED)
    }

    fn beside(&self, snapshot: &mut Snapshot<'_>) -> Result<Beside, ReplayError> {
        // A zone that cannot be read is a finding of the replay; without it no key counts as gone in time.
        let zone = node::find_setting(snapshot, "zone")?.and_then(|name| Zone::named(&name).ok());
        let sure_today = zone.map(|zone| self.clock.sure().day_in(&zone));
        Ok(Beside { mark: self.mark.head()?, sure_today })
    }
}
