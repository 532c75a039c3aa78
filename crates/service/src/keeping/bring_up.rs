//! A node that an earlier program made becomes one of this program's.
//!
//! The first programs had fewer keys of the node's own, kept no high-water mark, and no events beside the leaves. The
//! key store stays one of theirs until all of it is made good: cut off anywhere, it is done again from the beginning.

use fairfile_domain::day::Instant;
use fairfile_journal::{JournalError, root_of_leaves};
use fairfile_proof::MerkleError;
use fairfile_store::{Place, Store, journal};
use fairfile_vault::{Chance, Keyring, Mark, SureTime, VaultError};

use crate::clock::Machine;
use crate::folder::{Folder, FolderError};
use crate::registry::{Registry, RegistryError};
use crate::replay;

/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;

/// Brings the node in `folder` up and opens it.
///
/// # Errors
/// [`FolderError`], with [`JournalError::Tree`] if its leaves do not give the head that it would sign next: then nobody
/// knows what was signed, and nothing is.
pub(crate) fn bring_up(folder: &Folder, chance: Chance, machine: Machine) -> Result<Registry, FolderError> {
    let root = Box::new(folder.read_root_key()?);
    let keyring = Keyring::bring_up(&folder.key_store(), root, &chance).map_err(RegistryError::from)?;
    make_mark(folder, &folder.own_place()?, &keyring)?;
    let registry = folder.open_with(keyring, chance, machine)?;
    replay::take_over(&registry)?;
    registry.vault.keyring().note_brought_up().map_err(RegistryError::from)?;
    Ok(registry)
}

/// Makes the mark out of the head that the data has, once its leaves have been added up to it.
fn make_mark(folder: &Folder, place: &Place, keyring: &Keyring) -> Result<(), RegistryError> {
    match Mark::open(&folder.mark(), keyring) {
        Err(VaultError::NoMark) => {}
        // Made before this was cut off; whether the journal goes on from it is asked when the node opens. A mark that is
        // not this node's stays where it is: the key store beside it was put back from an earlier time.
        other => return Ok(other.map(drop)?),
    }
    let store = Store::open_existing(place)?;
    let (head, mut reader) = (store.head(), store.read()?);
    let (size, root) = (head.snapshot().size(), head.snapshot().root());
    if root_of_leaves(size, &mut reader)? != root {
        return Err(JournalError::Tree(MerkleError::NotProved).into());
    }
    // Nothing says how late it was but the last entry.
    let last = journal::list_leaves(&mut reader, size.saturating_sub(1), 1)?;
    let micros = last.first().map_or(0, |leaf| leaf.minute().cast_signed().saturating_mul(MINUTE));
    let micros = Instant::from_unix_micros(micros).map_err(|_| RegistryError::Event)?.unix_micros();
    let time = SureTime { micros, reached: micros, boot: [0; 16], uptime_micros: 0 };
    drop(Mark::renew(&folder.mark(), keyring, (size, root), Some(time))?);
    Ok(())
}
