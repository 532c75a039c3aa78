//! Proofs over the journal's Merkle tree (RFC 9162, section 2.1): making them from tiles, checking them.
//!
//! The mathematics is `tlog_tiles`'; this file bounds what strangers may hand it and finds the hashes
//! in tiles. The one writer's tree is in [`crate::tree`].

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use thiserror::Error;
use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{self, HashReader};

use crate::encoding::MAX_INTEGER;
use crate::tile::{TILE_HEIGHT, TileName};

/// A SHA-256 hash: of a leaf, of a node, or the root of a whole tree.
pub type Hash = [u8; 32];

/// The largest tree: 2^53 - 1 leaves, so that JSON carries every index exactly.
pub const MAX_TREE_SIZE: u64 = MAX_INTEGER;

/// The most hashes a proof can have in a tree of that size, of either kind.
pub const MAX_PROOF_HASHES: usize = 64;

/// The root of a tree without leaves: the hash of nothing.
pub const EMPTY_ROOT: Hash = tlog::EMPTY_HASH.0;

/// Why a proof could not be made, or does not hold.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MerkleError {
    /// The leaf is not in a tree of that size.
    #[error("expected a leaf number below the tree's size {size}, found {index}; take a newer checkpoint")]
    NotInTree {
        /// The leaf's number, from 0.
        index: u64,
        /// The tree's size in leaves.
        size: u64,
    },
    /// The earlier tree is larger than the later one.
    #[error("expected the earlier size {old} to be at most the later size {new}; swap the two")]
    Order {
        /// The earlier size in leaves.
        old: u64,
        /// The later size in leaves.
        new: u64,
    },
    /// A size beyond [`MAX_TREE_SIZE`].
    #[error("expected a tree of at most 9007199254740991 leaves; the file was changed")]
    Size,
    /// A tile that the tree must have was not there, or shorter than it must be.
    #[error("tile {level}/{number} with {width} hashes is missing or cut; rebuild the tiles from the journal")]
    MissingTile {
        /// The tile's level.
        level: u8,
        /// The tile's number on its level.
        number: u64,
        /// How many hashes it must have.
        width: u16,
    },
    /// The proof does not lead from what is claimed to the root.
    #[error("the proof does not lead to the checkpoint; keep it and send it to the supervisor")]
    NotProved,
}

impl MerkleError {
    pub(crate) fn missing(name: TileName) -> MerkleError {
        MerkleError::MissingTile { level: name.level(), number: name.number(), width: name.width() }
    }
}

/// The hash of a leaf with these bytes.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    tlog::record_hash(bytes).0
}

/// Checks that the leaf with hash `leaf` is number `index` in the tree of `size` leaves under `root`.
///
/// ```
/// use fairfile_proof::{Tree, leaf_hash, verify_inclusion};
///
/// let mut tree = Tree::empty();
/// for word in ["one", "two", "three"] {
///     tree.append(leaf_hash(word.as_bytes()));
/// }
/// let now = tree.snapshot();
/// let proof = now.prove(1).expect("the leaf is new");
/// verify_inclusion(&leaf_hash(b"two"), 1, now.size(), &now.root(), &proof)?;
/// assert!(verify_inclusion(&leaf_hash(b"2"), 1, now.size(), &now.root(), &proof).is_err());
/// # Ok::<(), fairfile_proof::merkle::MerkleError>(())
/// ```
///
/// # Errors
/// [`MerkleError::NotProved`], or what makes the question itself impossible.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), MerkleError> {
    check_size(size)?;
    if index >= size {
        return Err(MerkleError::NotInTree { index, size });
    }
    let proof = bounded(proof)?;
    tlog::check_record(&proof, size, tlog::Hash(*root), index, tlog::Hash(*leaf)).map_err(|_| MerkleError::NotProved)
}

/// Checks that the tree of `old` leaves under `old_root` is the beginning of the tree of `new` leaves
/// under `new_root`: that nothing written down before was changed, taken out or put in between.
///
/// # Errors
/// [`MerkleError::NotProved`], or what makes the question itself impossible.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), MerkleError> {
    check_size(new)?;
    if old > new {
        return Err(MerkleError::Order { old, new });
    }
    let proof = bounded(proof)?;
    if old == 0 {
        // Every tree begins with the empty one; `tlog_tiles` leaves this case to its callers.
        let holds = proof.is_empty() && *old_root == EMPTY_ROOT && (new > 0 || *new_root == EMPTY_ROOT);
        return if holds { Ok(()) } else { Err(MerkleError::NotProved) };
    }
    tlog::check_tree(&proof, new, tlog::Hash(*new_root), old, tlog::Hash(*old_root)).map_err(|_| MerkleError::NotProved)
}

/// The proof that leaf `index` is in the tree of `size` leaves, from tiles.
///
/// `tile` is asked for tiles as they stand in a tree of that size and may give more hashes than asked
/// for, never fewer: a tile that has grown since will do.
///
/// # Errors
/// [`MerkleError::NotInTree`] or [`MerkleError::MissingTile`].
pub fn prove_from_tiles(
    size: u64,
    index: u64,
    tile: impl FnMut(TileName) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, MerkleError> {
    let tiles = TileHashes::new(size, tile)?;
    let proof = inclusion(size, index, &tiles);
    tiles.explain(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves, from tiles of
/// the later one; see [`prove_from_tiles`] for `tile`.
///
/// # Errors
/// [`MerkleError::Order`] or [`MerkleError::MissingTile`].
pub fn prove_consistency(
    old: u64,
    new: u64,
    tile: impl FnMut(TileName) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, MerkleError> {
    let tiles = TileHashes::new(new, tile)?;
    let proof = consistency(old, new, &tiles);
    tiles.explain(proof)
}

/// The root of the tree of `size` leaves, from tiles; see [`prove_from_tiles`] for `tile`.
///
/// # Errors
/// [`MerkleError::MissingTile`].
pub fn root_from_tiles(size: u64, tile: impl FnMut(TileName) -> Option<Vec<u8>>) -> Result<Hash, MerkleError> {
    let tiles = TileHashes::new(size, tile)?;
    let root = tlog::tree_hash(size, &tiles).map(|root| root.0).map_err(|_| MerkleError::NotProved);
    tiles.explain(root)
}

pub(crate) fn inclusion(size: u64, index: u64, hashes: &impl HashReader) -> Result<Vec<Hash>, MerkleError> {
    if index >= size {
        return Err(MerkleError::NotInTree { index, size });
    }
    let proof = tlog::prove_record(size, index, hashes).map_err(|_| MerkleError::NotProved)?;
    Ok(proof.into_iter().map(|hash| hash.0).collect())
}

pub(crate) fn consistency(old: u64, new: u64, hashes: &impl HashReader) -> Result<Vec<Hash>, MerkleError> {
    if old > new {
        return Err(MerkleError::Order { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let proof = tlog::prove_tree(new, old, hashes).map_err(|_| MerkleError::NotProved)?;
    Ok(proof.into_iter().map(|hash| hash.0).collect())
}

pub(crate) fn check_size(size: u64) -> Result<(), MerkleError> {
    if size > MAX_TREE_SIZE { Err(MerkleError::Size) } else { Ok(()) }
}

/// `tlog_tiles` copies the rest of a proof at each of its steps, so a long one would cost its square.
fn bounded(proof: &[Hash]) -> Result<Vec<tlog::Hash>, MerkleError> {
    if proof.len() > MAX_PROOF_HASHES {
        return Err(MerkleError::NotProved);
    }
    Ok(proof.iter().map(|hash| tlog::Hash(*hash)).collect())
}

/// Finds the hashes of a tree of `size` leaves in its tiles, asking for each tile once.
struct TileHashes<R> {
    size: u64,
    tile: RefCell<R>,
    seen: RefCell<HashMap<TileName, Vec<u8>>>,
    missing: Cell<Option<TileName>>,
}

impl<R: FnMut(TileName) -> Option<Vec<u8>>> TileHashes<R> {
    fn new(size: u64, tile: R) -> Result<Self, MerkleError> {
        check_size(size)?;
        Ok(TileHashes { size, tile: RefCell::new(tile), seen: RefCell::default(), missing: Cell::new(None) })
    }

    /// Puts the tile that was not there in place of the vaguer error it led to.
    fn explain<T>(&self, made: Result<T, MerkleError>) -> Result<T, MerkleError> {
        made.map_err(|error| self.missing.take().map_or(error, MerkleError::missing))
    }

    fn hash(&self, index: u64) -> Result<tlog::Hash, tlog::Error> {
        let wanted = Tile::from_index(TILE_HEIGHT, index);
        let name = TileName::in_tree(wanted.level(), wanted.level_index(), self.size)
            .filter(|name| u32::from(name.width()) >= wanted.width())
            .ok_or(tlog::Error::IndexesNotInTree)?;
        let mut seen = self.seen.borrow_mut();
        if let Some(bytes) = seen.get(&name) {
            return wanted.hash_at_index(bytes, index);
        }
        let read = (*self.tile.borrow_mut())(name).filter(|bytes| bytes.len() >= name.bytes());
        let Some(bytes) = read else {
            self.missing.set(Some(name));
            return Err(tlog::Error::InvalidTile);
        };
        let hash = wanted.hash_at_index(&bytes, index);
        seen.insert(name, bytes);
        hash
    }
}

impl<R: FnMut(TileName) -> Option<Vec<u8>>> HashReader for TileHashes<R> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        indexes.iter().map(|&index| self.hash(index)).collect()
    }
}
