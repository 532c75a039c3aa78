//! The tree as its one writer holds it: only the right edge, however long the journal is.
//!
//! On each level of tiles the last, unfinished tile is kept; a tile that becomes full is handed out
//! once, to be stored in the same transaction as the leaves that filled it. A clone costs a few
//! pointers: keep one before a transaction, and put it back if the transaction fails.

use std::collections::HashMap;
use std::sync::Arc;

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{self, HashReader};

use crate::merkle::{self, Hash, MerkleError};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, TileName, entries_on};

/// A tile of 256 hashes, never to change again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullTile {
    /// The level, 0 for the hashes of the leaves.
    pub level: u8,
    /// The number on its level, from 0.
    pub number: u64,
    /// 256 hashes of 32 bytes, one after the other.
    pub hashes: Vec<u8>,
}

/// The hashes of one tile with those of the nodes above them, in `tlog_tiles`' order of storing, so that
/// a proof reads a node instead of hashing the leaves beneath it again.
#[derive(Clone, Debug, Default)]
struct Nodes {
    width: u16,
    hashes: Arc<Vec<tlog::Hash>>,
}

impl Nodes {
    /// Adds a hash; gives the root of the tile if that was its 256th.
    fn push(&mut self, hash: tlog::Hash) -> Option<tlog::Hash> {
        let hashes = Arc::make_mut(&mut self.hashes);
        let mut at = u64::from(self.width);
        let (mut level, mut node) = (0, hash);
        hashes.push(node);
        // An odd place completes a pair, and the pair may complete another.
        while at % 2 == 1 {
            let left = tlog::stored_hash_index(level, at - 1) as usize;
            node = tlog::node_hash(hashes[left], node);
            hashes.push(node);
            (level, at) = (level + 1, at / 2);
        }
        self.width += 1;
        (self.width == TILE_WIDTH).then_some(node)
    }

    fn get(&self, level: u8, at: u64) -> Option<tlog::Hash> {
        let stored = usize::try_from(tlog::stored_hash_index(level, at)).ok()?;
        self.hashes.get(stored).copied()
    }

    /// The first `width` hashes as a tile's bytes.
    fn bytes(&self, width: u16) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::from(width) * 32);
        for at in 0..u64::from(width) {
            bytes.extend_from_slice(&self.get(0, at)?.0);
        }
        Some(bytes)
    }
}

/// The growing tree.
///
/// ```
/// use fairfile_proof::{Tree, leaf_hash};
///
/// let mut tree = Tree::empty();
/// let before = tree.clone();
/// tree.append(leaf_hash(b"an event"));
/// assert_eq!(tree.snapshot().size(), 1);
///
/// tree = before; // the transaction failed
/// assert_eq!(tree.snapshot().size(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    /// The unfinished tile of each level, possibly empty.
    edge: Vec<Nodes>,
    /// Finished since the last snapshot: the next one needs them for its proofs.
    recent: Vec<(u8, u64, Nodes)>,
    /// Finished and not yet taken for storing.
    untaken: Vec<(u8, u64, Nodes)>,
}

impl Tree {
    /// A tree without leaves.
    pub fn empty() -> Tree {
        Tree::default()
    }

    /// The tree of `size` leaves, from what was stored of it.
    ///
    /// `tile` is asked for full tiles of any level, and once for the unfinished tile of level 0, whose
    /// hashes are those of the last leaves. At most 255 tiles are read for each level. The hashes are
    /// taken as they are: compare the root with the last signed checkpoint before appending.
    ///
    /// # Errors
    /// [`MerkleError::MissingTile`] for a tile that is not there or too short, [`MerkleError::Size`].
    pub fn resume(size: u64, mut tile: impl FnMut(TileName) -> Option<Vec<u8>>) -> Result<Tree, MerkleError> {
        merkle::check_size(size)?;
        let mut read = |name: TileName| match tile(name) {
            Some(bytes) if bytes.len() >= name.bytes() => Ok(bytes),
            _ => Err(MerkleError::missing(name)),
        };
        let mut tree = Tree { size, ..Tree::default() };
        let mut level = 0;
        while let Some(entries @ 1..) = entries_on(level, size) {
            let mut nodes = Nodes::default();
            let first = entries - entries % u64::from(TILE_WIDTH);
            if level == 0 {
                if let Some(name) =
                    TileName::in_tree(0, first / u64::from(TILE_WIDTH), size).filter(|name| !name.is_full())
                {
                    let bytes = read(name)?;
                    for hash in bytes[..name.bytes()].chunks_exact(32) {
                        nodes.push(Tile::subtree_hash(hash));
                    }
                }
            } else {
                for number in first..entries {
                    let name = TileName::in_tree(level - 1, number, size).ok_or(MerkleError::Size)?;
                    let bytes = read(name)?;
                    nodes.push(Tile::subtree_hash(&bytes[..name.bytes()]));
                }
            }
            tree.edge.push(nodes);
            level += 1;
        }
        Ok(tree)
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the leaf with this hash; it becomes number [`Tree::size`] as it was before.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = tlog::Hash(leaf);
        for level in 0.. {
            if self.edge.len() == usize::from(level) {
                self.edge.push(Nodes::default());
            }
            let nodes = &mut self.edge[usize::from(level)];
            let Some(root) = nodes.push(hash) else { break };
            let full = std::mem::take(nodes);
            let number = self.size >> (TILE_HEIGHT * (level + 1));
            self.recent.push((level, number, full.clone()));
            self.untaken.push((level, number, full));
            hash = root;
        }
        self.size += 1;
    }

    /// The tiles that became full and were not taken before, lower levels first among those that one
    /// leaf filled. Store them in the transaction that stores the leaves.
    pub fn take_full_tiles(&mut self) -> Vec<FullTile> {
        let untaken = std::mem::take(&mut self.untaken).into_iter();
        let full = untaken.filter_map(|(level, number, nodes)| {
            nodes.bytes(TILE_WIDTH).map(|hashes| FullTile { level, number, hashes })
        });
        full.collect()
    }

    /// The tree as it is now, for readers: it proves every leaf appended since the snapshot before.
    ///
    /// Call it after the commit. A tree that grows for long without snapshots keeps every tile that it
    /// finished, 16 KiB for each 256 leaves.
    ///
    /// # Panics
    /// Never: `append` and `resume` fill the right edge for every size. Were it otherwise, a node must
    /// stop here rather than sign a root that is not its journal's.
    pub fn snapshot(&mut self) -> Snapshot {
        let recent = std::mem::take(&mut self.recent).into_iter();
        let mut snapshot = Snapshot {
            size: self.size,
            root: merkle::EMPTY_ROOT,
            edge: self.edge.clone(),
            recent: recent.map(|(level, number, nodes)| ((level, number), nodes)).collect(),
        };
        let root = tlog::tree_hash(snapshot.size, &snapshot);
        snapshot.root = root.expect("the right edge holds every hash that makes the root").0;
        snapshot
    }

    /// Forgets finished tiles: for whoever only wants the root of a long journal.
    pub(crate) fn forget_full_tiles(&mut self) {
        self.recent.clear();
        self.untaken.clear();
    }
}

/// The tree at one moment, for any number of readers at once.
#[derive(Clone, Debug)]
pub struct Snapshot {
    size: u64,
    root: Hash,
    edge: Vec<Nodes>,
    recent: HashMap<(u8, u64), Nodes>,
}

impl Snapshot {
    /// How many leaves the tree had.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The proof that leaf `index` is in this tree; nothing if it is not, or if the leaf is older than
    /// the previous snapshot and its tile was full by then: [`crate::prove_from_tiles`] knows those.
    pub fn prove(&self, index: u64) -> Option<Vec<Hash>> {
        merkle::inclusion(self.size, index, self).ok()
    }

    /// The proof that the tree of `old` leaves is the beginning of this one; nothing if `old` is larger,
    /// or so much older that it takes stored tiles: [`crate::prove_consistency`] reads those.
    pub fn prove_since(&self, old: u64) -> Option<Vec<Hash>> {
        merkle::consistency(old, self.size, self).ok()
    }

    /// A tile that is not stored because it was not full at this moment, or has just become full;
    /// the first `width` hashes of it.
    pub fn tile(&self, name: TileName) -> Option<Vec<u8>> {
        self.nodes(name.level(), name.number())?.bytes(name.width())
    }

    fn nodes(&self, level: u8, number: u64) -> Option<&Nodes> {
        let unfinished = entries_on(level, self.size)? / u64::from(TILE_WIDTH);
        if number == unfinished {
            return self.edge.get(usize::from(level));
        }
        self.recent.get(&(level, number))
    }

    fn hash(&self, index: u64) -> Option<tlog::Hash> {
        let (level, at) = tlog::split_stored_hash_index(index);
        let within = level % TILE_HEIGHT;
        let number = at >> (TILE_HEIGHT - within);
        let first = number << (TILE_HEIGHT - within);
        self.nodes(level / TILE_HEIGHT, number)?.get(within, at - first)
    }
}

impl HashReader for Snapshot {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let found = indexes.iter().map(|&index| self.hash(index).ok_or(tlog::Error::IndexesNotInTree));
        found.collect()
    }
}
