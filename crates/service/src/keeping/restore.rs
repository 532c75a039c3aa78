//! A node is restored: keys, journal, ledger of destruction, state, check, and only then is it a node.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_journal::{JournalError, check_mark, is_same_node, journal_number};
use fairfile_proof::NodeKey;
use fairfile_store::backup::{self, BackupError, Header, Inventory};
use fairfile_store::{Place, Store};
use fairfile_vault::{Chance, KeyBackup, KeyFile, Keyring, Mark, SureTime, VaultError};

use super::backup::open;
use super::error::KeepingError;
use super::ledger;
use super::site::{Part, Site};
use crate::clock::Machine;
use crate::folder::{Folder, FolderError};
use crate::registry::{Registry, RegistryError};
use crate::replay::{self, Beside};

/// What is restored, and from where. What is not named must be in the folder already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'s> {
    /// The backup of the data.
    pub data: Option<&'s Path>,
    /// The backup of the keys.
    pub keys: Option<&'s Path>,
    /// The root key, or its safe copy: it is in no backup.
    pub root_key: Option<&'s Path>,
    /// The server on which an empty database waits for the data of a new node; otherwise the data goes into the folder.
    pub postgres: Option<&'s str>,
}

/// What was restored, and how the node stands now.
#[derive(Debug)]
pub struct Restored {
    /// What the backup of the data holds, if one was restored.
    pub data: Option<Inventory>,
    /// What the backup of the keys says, if one was restored.
    pub keys: Option<KeyBackup>,
    /// Keys that the backup still held of what was destroyed since; they are destroyed now.
    pub keys_destroyed: u64,
    /// Keys of contents, people and signed requests on file that the key store lacks: what they seal cannot be opened.
    pub keys_missing: u64,
    /// How the node stands.
    pub standing: Standing,
}

/// How a restored node stands.
#[derive(Debug)]
pub enum Standing {
    /// It may be served.
    Whole {
        /// Contents that the data still had though their keys were destroyed; they are noted as destroyed now.
        contents_noted: u64,
        /// Findings of the replay; 0 if every row is as the journal tells.
        findings: u64,
    },
    /// It may not: its journal is not what was signed. The error says what to do.
    Recovering(FolderError),
}

/// Restores `sources` into the folder at `path`, which is new, empty, or lacks just them.
///
/// It ends well or leaves the folder as it was; killed half-way it leaves one that says so and can be restored again. A
/// node whose journal lacks what was signed is restored too, and stands as [`Standing::Recovering`].
///
/// # Errors
/// [`KeepingError`].
pub fn restore(path: &Path, sources: &Sources<'_>, chance: Chance, machine: Machine) -> Result<Restored, KeepingError> {
    let mut site = Site::take(path, sources)?;
    match fill(&mut site, sources, chance, machine) {
        Ok(restored) => {
            site.finish().map_err(FolderError::from)?;
            Ok(restored)
        }
        // If even that fails, the folder goes on saying that its restore was cut off.
        Err(error) => site.undo().map_err(FolderError::from).map_err(KeepingError::from).and(Err(error)),
    }
}

fn fill(site: &mut Site, sources: &Sources<'_>, chance: Chance, machine: Machine) -> Result<Restored, KeepingError> {
    site.folder.make_rooms().map_err(FolderError::from)?;
    if let Some(from) = sources.root_key {
        copy_root_key(from, &site.folder)?;
    }
    let keys = sources.keys.map(|from| restore_keys(from, &site.folder)).transpose()?;
    let keyring = site.folder.open_keyring()?;
    let header = match sources.data {
        Some(from) => Some(backup::header(open(from, "the backup of the data")?)?),
        None => None,
    };
    if let Some(header) = &header {
        belongs(header, &keyring, keys.as_ref())?;
    }
    if let Some(keys) = keys.as_ref().filter(|_| site.makes(Part::Mark)) {
        make_mark(&site.folder, &keyring, keys, header.as_ref())?;
    }
    let data = sources.data.map(|from| restore_data(from, site)).transpose()?;
    site.is_committed = data.is_some();
    let held = {
        // Opened for writing once: data of an older program is brought up to this one's version.
        let store = Store::open_existing(&site.place)?;
        ledger::carry_into_keys(&mut store.snapshot()?, &keyring, &chance)?
    };
    drop(keyring);
    if site.makes(Part::Settings) {
        site.folder.write_settings(site.postgres()).map_err(FolderError::from)?;
    }
    let standing = match site.folder.open_registry(chance, machine) {
        Ok(registry) => settle(registry)?,
        Err(error) if is_recovering(&error) => Standing::Recovering(error),
        Err(error) => return Err(error.into()),
    };
    Ok(Restored { data, keys, keys_destroyed: held.destroyed, keys_missing: held.missing, standing })
}

/// Copies first, then reads: nothing is ever written beside a safe copy.
fn copy_root_key(from: &Path, folder: &Folder) -> Result<(), KeepingError> {
    let failed = || KeepingError::file("the root key");
    let mut source = open(from, "the root key")?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.open(folder.root_key()).map_err(failed())?;
    std::io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(failed())?;
    KeyFile::read(&folder.root_key())?;
    Ok(())
}

fn restore_keys(from: &Path, folder: &Folder) -> Result<KeyBackup, KeepingError> {
    if !fs::exists(folder.root_key()).map_err(FolderError::from)? {
        return Err(KeepingError::RootKeyNeeded);
    }
    let root = KeyFile::read(&folder.root_key())?;
    Ok(Keyring::restore(open(from, "the backup of the keys")?, &folder.key_store(), &root)?)
}

/// Checks that the data was signed with these keys.
fn belongs(header: &Header, keyring: &Keyring, keys: Option<&KeyBackup>) -> Result<(), KeepingError> {
    let origin = &header.about.origin;
    if keys.is_some_and(|keys| !is_same_node(&keys.origin, origin)) {
        return Err(KeepingError::NotOneNode);
    }
    let seed = keyring.journal_seed(journal_number(origin)).map_err(|error| match error {
        VaultError::LacksKey(_) => KeepingError::NotOneNode,
        other => other.into(),
    })?;
    let key = NodeKey::from_seed(origin, &seed).map_err(|_| KeepingError::NotOneNode)?;
    match key.verifier().open_checkpoint(&header.about.checkpoint) {
        Ok(head) if head.size == header.size && head.root == header.root => Ok(()),
        Ok(_) | Err(_) => Err(KeepingError::NotOneNode),
    }
}

/// A mark as high as the backups know: how far the journal was signed, and which time was sure.
fn make_mark(
    folder: &Folder,
    keyring: &Keyring,
    keys: &KeyBackup,
    header: Option<&Header>,
) -> Result<(), KeepingError> {
    let mark = Mark::create(&folder.mark(), keyring)?;
    if let Some((size, root)) = keys.head {
        mark.raise_head(size, root)?;
    }
    let data_made_at = header.and_then(|header| header.about.made_at.parse::<Instant>().ok());
    let sure = data_made_at.map_or(keys.made_at, |made_at| made_at.max(keys.made_at));
    let micros = sure.unix_micros();
    mark.note_time(SureTime { micros, reached: micros, boot: [0; 16], uptime_micros: 0 })?;
    Ok(mark.sync()?)
}

fn restore_data(from: &Path, site: &Site) -> Result<Inventory, KeepingError> {
    let file = || open(from, "the backup of the data");
    match backup::restore(file()?, &site.place) {
        // A database on a server may have been filled, and committed, before the restore was cut off.
        Err(BackupError::Occupied) if site.resumed && has_been_restored(&site.place, &backup::header(file()?)?)? => {
            Ok(backup::check(file()?)?)
        }
        other => Ok(other?),
    }
}

fn has_been_restored(place: &Place, header: &Header) -> Result<bool, KeepingError> {
    let store = Store::open_existing(place)?;
    let checked = check_mark(Some((header.size, header.root)), &store.head(), &mut store.read()?);
    Ok(checked.is_ok())
}

/// What is left to do once the journal may go on: the ledger's other way, and the check of every row.
pub(super) fn settle(registry: Registry) -> Result<Standing, KeepingError> {
    let reg = Arc::new(registry);
    let contents_noted = ledger::carry_into_data(&reg)?;
    let beside = Beside { mark: reg.publisher.marked()?, sure_today: Some(reg.sure_today()) };
    let verdict = replay::verify(&mut reg.store.snapshot()?, &reg.vault, beside)?;
    Ok(Standing::Whole { contents_noted, findings: verdict.findings.count })
}

/// Whether a node could not be opened because its journal is not what was signed, or nobody knows what was.
pub(super) fn is_recovering(error: &FolderError) -> bool {
    matches!(
        error,
        FolderError::Registry(
            RegistryError::Journal(JournalError::Behind { .. } | JournalError::Forked { .. })
                | RegistryError::Vault(VaultError::NoMark | VaultError::DamagedMark)
        )
    )
}
