//! The high-water mark held against the data: whether the journal is still one that this node may sign.

use fairfile_proof::{Hash, MerkleError, TileName, Tree, root_from_tiles};
use fairfile_store::{Head, Read, journal};

use crate::error::JournalError;

/// Leaves that are read at a time.
const AT_ONCE: u32 = 4_096;

/// How many entries the largest journal had that was signed, and its root; nothing before the first signature.
pub type Marked = Option<(u64, Hash)>;

/// Checks that the journal under `head` goes on from the one that was signed last.
///
/// # Errors
/// [`JournalError::Behind`] if it is smaller, [`JournalError::Forked`] if it begins otherwise, [`JournalError::Tree`] if
/// its leaves are the right ones and its tiles are not.
pub fn check_mark(marked: Marked, head: &Head, reader: &mut impl Read) -> Result<(), JournalError> {
    let Some((signed, root)) = marked else { return Ok(()) };
    let found = head.snapshot().size();
    if found < signed {
        return Err(JournalError::Behind { signed, found });
    }
    let tiles = root_at(signed, head, reader);
    if tiles.as_ref() == Ok(&root) {
        return Ok(());
    }
    if root_of_leaves(signed, reader)? != root {
        return Err(JournalError::Forked { signed });
    }
    Err(JournalError::Tree(tiles.err().unwrap_or(MerkleError::NotProved)))
}

/// The root that the first `size` leaves had, out of the tiles.
fn root_at(size: u64, head: &Head, reader: &mut impl Read) -> Result<Hash, MerkleError> {
    if size == head.snapshot().size() {
        return Ok(head.snapshot().root());
    }
    root_from_tiles(size, |name| head.snapshot().tile(name).or_else(|| find_tile(reader, name)))
}

/// The root that the first `size` leaves have, out of the leaves themselves.
///
/// # Errors
/// What the store says.
pub fn root_of_leaves(size: u64, reader: &mut impl Read) -> Result<Hash, JournalError> {
    let mut tree = Tree::empty();
    while tree.size() < size {
        let most = u32::try_from(size - tree.size()).unwrap_or(AT_ONCE).min(AT_ONCE);
        let leaves = journal::list_leaves(reader, tree.size(), most)?;
        if leaves.is_empty() {
            break;
        }
        leaves.iter().for_each(|leaf| tree.append(leaf.hash()));
        drop((tree.snapshot(), tree.take_full_tiles()));
    }
    Ok(tree.snapshot().root())
}

/// The tile as it is on file. One that cannot be read is one that is missing: the proof fails and names it.
pub(crate) fn find_tile(reader: &mut impl Read, name: TileName) -> Option<Vec<u8>> {
    journal::find_tile(reader, name).ok().flatten()
}
