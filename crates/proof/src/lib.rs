//! What outsiders need to check a Fairfile node: formats and mathematics, and nothing of the server.
//!
//! A node writes every look, change, denial and decision into a journal as a leaf of 64 bytes, and signs
//! the head of that journal. With this crate and a file (a receipt, a person's copy, an exported journal)
//! anybody can tell whether the file is the node's, unchanged, and in the journal; [`verify_file`] says
//! so in words. The node itself makes those files with the same code, so there is one set of formats.
//!
//! What it deliberately does not do:
//! - It does no I/O, has no clock and draws no chance: bytes, salts, ids and minutes are handed in.
//! - It depends on no other crate of Fairfile, and none of them can make it accept a file.
//! - It does not know what an event means. That a record is right, no signature can prove.
//! - It holds no identifier and no name; its errors and reports never repeat what a file says.
//!
//! Read `verify.rs` first: the whole check, one function per claim. Then `leaf.rs` for what the journal
//! keeps, `tree.rs` for how it grows, and `copy.rs` for how a person sees that no look was left out.

pub mod chain;
pub mod checkpoint;
pub mod copy;
pub mod draw;
pub mod encoding;
pub mod export;
pub mod leaf;
pub mod merkle;
pub mod message;
pub mod opening;
pub mod receipt;
mod receipts;
pub mod report;
pub mod tile;
pub mod tree;
pub mod verify;
mod wire;

pub use chain::{chain_next, chain_start};
pub use checkpoint::{Checkpoint, CheckpointError, NodeKey, VerifierKey};
pub use copy::{CopyParts, Gap, Look, PersonCopy};
pub use encoding::{EncodingError, canonical};
pub use export::JournalHeader;
pub use leaf::{Leaf, LeafError};
pub use merkle::{
    EMPTY_ROOT, Hash, MerkleError, leaf_hash, prove_consistency, prove_from_tiles, root_from_tiles, verify_consistency,
    verify_inclusion,
};
pub use message::{Message, MessageParts};
pub use opening::Opening;
pub use receipt::Receipt;
pub use report::{Check, Kind, Report};
pub use tile::{TileName, TilePath, entries_bundle, parse_bundle};
pub use tree::{FullTile, Snapshot, Tree};
pub use verify::{VerifyError, verify_file};
pub use wire::FormatError;
