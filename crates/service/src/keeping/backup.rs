//! Backups: the data in one file, the keys in another. Neither is of use without the other and the root key.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use fairfile_journal::{Marked, is_same_node};
use fairfile_store::backup::{self, About, Inventory};
use fairfile_vault::KeyBackup;

use super::error::KeepingError;
use crate::registry::Registry;

/// Writes all data as the latest commit left it; whatever is written to the node meanwhile is in the next backup.
///
/// # Errors
/// [`KeepingError::Backup`]: what was written so far is no backup.
pub fn back_up_data(reg: &Registry, out: impl Write) -> Result<Inventory, KeepingError> {
    write_data(reg, out).map(|written| written.0)
}

/// Writes all keys but the root key, with the high-water mark. Looks go on meanwhile; new keys wait.
///
/// # Errors
/// What the vault says: what was written so far is no backup.
pub fn back_up_keys(reg: &Registry, out: impl Write) -> Result<KeyBackup, KeepingError> {
    write_keys(reg, out, reg.publisher.marked()?)
}

/// Writes both, so that they fit each other whatever the node does meanwhile: the keys come after the data, so that no
/// content in it lacks its key, and with the mark at the journal that the data has.
///
/// # Errors
/// As [`back_up_data`] and [`back_up_keys`].
pub fn back_up_both(
    reg: &Registry,
    data: impl Write,
    keys: impl Write,
) -> Result<(Inventory, KeyBackup), KeepingError> {
    let (inventory, marked) = write_data(reg, data)?;
    Ok((inventory, write_keys(reg, keys, marked)?))
}

/// It is dated with the time that is sure, so that whoever restores it may take that much as sure again.
fn write_data(reg: &Registry, out: impl Write) -> Result<(Inventory, Marked), KeepingError> {
    let mut snapshot = reg.store.snapshot()?;
    let head = snapshot.head()?;
    let about = About {
        origin: reg.publisher.key().origin().to_owned(),
        made_at: reg.clock.sure().to_string(),
        checkpoint: reg.publisher.checkpoint(&head)?.to_string(),
    };
    let marked = Some((head.snapshot().size(), head.snapshot().root()));
    Ok((backup::write(&mut snapshot, out, about)?, marked))
}

fn write_keys(reg: &Registry, out: impl Write, marked: Marked) -> Result<KeyBackup, KeepingError> {
    Ok(reg.vault.keyring().backup(out, reg.publisher.key().origin(), reg.clock.sure(), marked)?)
}

/// What backups hold, told after all of them was read and every digest was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The backup of the data, if one was named.
    pub data: Option<Inventory>,
    /// The backup of the keys, if one was named.
    pub keys: Option<KeyBackup>,
}

/// Reads backups to their ends and checks every digest; nothing is written.
///
/// # Errors
/// [`KeepingError::Backup`] and what the vault says, which name what is wrong; [`KeepingError::NotOneNode`] if the two are
/// of different nodes.
pub fn check_backups(data: Option<&Path>, keys: Option<&Path>) -> Result<Checked, KeepingError> {
    if data.is_none() && keys.is_none() {
        return Err(KeepingError::Nothing);
    }
    let data = match data {
        Some(path) => Some(backup::check(open(path, "the backup of the data")?)?),
        None => None,
    };
    let keys = match keys {
        Some(path) => Some(KeyBackup::check(open(path, "the backup of the keys")?)?),
        None => None,
    };
    match (&data, &keys) {
        (Some(data), Some(keys)) if !is_same_node(&data.header.about.origin, &keys.origin) => {
            Err(KeepingError::NotOneNode)
        }
        _ => Ok(Checked { data, keys }),
    }
}

pub(super) fn open(path: &Path, what: &'static str) -> Result<File, KeepingError> {
    File::open(path).map_err(KeepingError::file(what))
}
