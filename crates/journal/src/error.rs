//! What can go wrong between the leaves and their readers.

use fairfile_proof::{CheckpointError, FormatError, MerkleError};
use fairfile_store::StoreError;
use fairfile_vault::VaultError;

/// What there is to do about data that is older than what was signed.
const WAYS_OUT: &str = "move the data away and restore a later backup with `fairfile restore --node DIR --data FILE`, \
    or, if there is none, let two people continue the journal under a new name: \
    `fairfile restore --node DIR --continue --by A --and B --reason TEXT`";

/// The journal could not be read or signed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The high-water mark could not be read or raised; nothing was signed.
    #[error(transparent)]
    Mark(#[from] VaultError),
    /// The journal lacks entries that it once had: the data is older than the mark, and than receipts that were given.
    #[error(
        "the journal of this node has had {signed} entries and its data holds {found}: {} entries are missing, people may hold receipts for them, and nothing is signed, shown or written; {WAYS_OUT}",
        signed - found
    )]
    Behind {
        /// How many entries the largest journal had that was signed.
        signed: u64,
        /// How many this one has.
        found: u64,
    },
    /// The journal's beginning is another one than was signed.
    #[error(
        "the first {signed} entries of this data are not the ones that this node has signed: they are of another time or another node, and nothing is signed, shown or written; {WAYS_OUT}"
    )]
    Forked {
        /// How many entries the largest journal had that was signed.
        signed: u64,
    },
    /// The head could not be signed.
    #[error("the journal's head could not be signed")]
    Sign(#[from] CheckpointError),
    /// Tiles and leaves do not make the tree: the journal is in doubt, and the node must not go on.
    #[error("the journal's tiles do not fit its leaves; stop the node and run `fairfile doctor`")]
    Tree(#[from] MerkleError),
    /// A receipt or an opening could not be made.
    #[error("the trace of an event could not be written")]
    Format(#[from] FormatError),
    /// The export could not be written.
    #[error("the export could not be written")]
    Output(#[from] std::io::Error),
}
