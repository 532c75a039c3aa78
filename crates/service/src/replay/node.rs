//! A node opened to be checked: its data for reading alone, its keys, and what lies beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_domain::day::Zone;
use fairfile_proof::NodeKey;
use fairfile_store::{ReadOnly, Snapshot, node};
use fairfile_vault::{Chance, KeyFile, Keyring, Mark, Vault};

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
    /// [`FolderError`] for a folder without a node, one that is in use, and keys that do not open.
    pub fn open(path: &Path, postgres: Option<&str>, chance: &Chance, machine: Machine) -> Result<Self, FolderError> {
        let named = engine(path)?;
        let folder = Folder::hold(path)?;
        let root = KeyFile::read(&path.join("keys/root.key")).map_err(RegistryError::from)?;
        let keyring =
            Keyring::open(&path.join("keys/keys.db"), Box::new(root), chance).map_err(RegistryError::from)?;
        let mark = Arc::new(Mark::open(&folder.mark(), &keyring).map_err(RegistryError::from)?);
        let clock = match folder.clock_file()? {
            Some(at) => Clock::set_to(at),
            None => Clock::machine(machine),
        };
        let clock = clock.remembered_by(mark.clone()).map_err(RegistryError::from)?;
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

    /// Replays the journal: only what came since the last time that all held, unless `full`, and compares every row.
    ///
    /// # Errors
    /// [`ReplayError`], if it could not be carried to its end.
    pub fn replay(&self, snapshot: &mut Snapshot<'_>, full: bool) -> Result<Verdict, ReplayError> {
        let beside = self.beside(snapshot)?;
        let remembered = (!full).then(|| self.remembered());
        let (verdict, state) = super::replay(snapshot, &self.vault, beside, remembered.as_deref())?;
        if verdict.holds {
            state_file::write(&self.remembered(), &state, self.vault.keyring().hashes())?;
        }
        Ok(verdict)
    }

    /// The key that signs this node's journal.
    ///
    /// # Errors
    /// [`RegistryError::Setting`] if the node does not say its journal's name.
    pub fn key(&self, snapshot: &mut Snapshot<'_>) -> Result<NodeKey, RegistryError> {
        let origin = node::find_setting(snapshot, "origin")?.ok_or(RegistryError::Setting("origin"))?;
        Ok(NodeKey::from_seed(&origin, self.vault.keyring().node_seed())?)
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
