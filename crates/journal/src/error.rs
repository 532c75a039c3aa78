//! What can go wrong between the leaves and their readers.

use fairfile_proof::{CheckpointError, FormatError, MerkleError};
use fairfile_store::StoreError;

/// The journal could not be read or signed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
