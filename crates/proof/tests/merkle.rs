//! The tree against RFC 9162's own example, against its definitions written out naively, and against
//! another implementation.

use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use fairfile_proof::merkle::MAX_TREE_SIZE;
use fairfile_proof::{
    EMPTY_ROOT, Hash, MerkleError, Snapshot, TileName, Tree, leaf_hash, prove_consistency, prove_from_tiles,
    root_from_tiles, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// RFC 9162 section 2.1, word for word and without any thought of speed, but for a memory.
struct Naive {
    leaves: Vec<Vec<u8>>,
    known: HashMap<(usize, usize), Hash>,
}

impl Naive {
    fn new(leaves: impl IntoIterator<Item = Vec<u8>>) -> Naive {
        Naive { leaves: leaves.into_iter().collect(), known: HashMap::new() }
    }

    /// MTH(D[from:to]).
    fn root(&mut self, from: usize, to: usize) -> Hash {
        if let Some(hash) = self.known.get(&(from, to)) {
            return *hash;
        }
        let hash = match to - from {
            0 => Sha256::digest(b"").into(),
            1 => Sha256::new().chain_update([0]).chain_update(&self.leaves[from]).finalize().into(),
            n => {
                let k = largest_power_below(n);
                let (left, right) = (self.root(from, from + k), self.root(from + k, to));
                Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
            }
        };
        self.known.insert((from, to), hash);
        hash
    }

    /// PATH(m, D[from:to]).
    fn path(&mut self, m: usize, from: usize, to: usize) -> Vec<Hash> {
        if to - from <= 1 {
            return Vec::new();
        }
        let k = largest_power_below(to - from);
        if m < k {
            let mut path = self.path(m, from, from + k);
            path.push(self.root(from + k, to));
            path
        } else {
            let mut path = self.path(m - k, from + k, to);
            path.push(self.root(from, from + k));
            path
        }
    }

    /// SUBPROOF(m, D[from:to], b).
    fn subproof(&mut self, m: usize, from: usize, to: usize, known: bool) -> Vec<Hash> {
        let n = to - from;
        if m == n {
            return if known { Vec::new() } else { vec![self.root(from, to)] };
        }
        let k = largest_power_below(n);
        if m <= k {
            let mut proof = self.subproof(m, from, from + k, known);
            proof.push(self.root(from + k, to));
            proof
        } else {
            let mut proof = self.subproof(m - k, from + k, to, false);
            proof.push(self.root(from, from + k));
            proof
        }
    }
}

fn largest_power_below(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

fn word(number: usize) -> Vec<u8> {
    format!("leaf {number}").into_bytes()
}

fn tree_of(size: usize) -> Tree {
    let mut tree = Tree::empty();
    (0..size).for_each(|number| tree.append(leaf_hash(&word(number))));
    tree
}

/// Everything that can be asked of a tree that was grown leaf by leaf: stored tiles and its head.
struct Stored {
    full: HashMap<(u8, u64), Vec<u8>>,
    now: Snapshot,
}

impl Stored {
    fn of(mut tree: Tree) -> Stored {
        let taken = tree.take_full_tiles().into_iter();
        let full = taken.map(|tile| ((tile.level, tile.number), tile.hashes)).collect();
        // A second snapshot, so that nothing recent is left in memory: full tiles must be the stored ones.
        drop(tree.snapshot());
        Stored { full, now: tree.snapshot() }
    }

    fn tile(&self, name: TileName) -> Option<Vec<u8>> {
        let stored = self.full.get(&(name.level(), name.number())).cloned();
        stored.or_else(|| self.now.tile(name))
    }
}

#[test]
fn the_trees_of_no_and_one_leaf_are_the_rfc_s() {
    assert_eq!(Tree::empty().snapshot().root(), EMPTY_ROOT);
    assert_eq!(EMPTY_ROOT, <[u8; 32]>::from(Sha256::digest(b"")));
    let mut tree = Tree::empty();
    tree.append(leaf_hash(b""));
    // The hash of a leaf without content: SHA-256 of one zero byte.
    let known = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    assert_eq!(hex::encode(tree.snapshot().root()), known);
}

/// Section 2.1.5: seven leaves d0 to d6 with hashes a, b, c, d, e, f, j.
#[test]
fn the_proofs_of_rfc_9162_s_example_are_ours() {
    let leaf = |number: usize| leaf_hash(&word(number));
    let node = |left: Hash, right: Hash| -> Hash {
        Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
    };
    let [a, b, c, d, e, f, j] = [0, 1, 2, 3, 4, 5, 6].map(leaf);
    let (g, h, i) = (node(a, b), node(c, d), node(e, f));
    let (k, l) = (node(g, h), node(i, j));

    let now = tree_of(7).snapshot();
    assert_eq!(now.root(), node(k, l));
    assert_eq!(now.prove(0), Some(vec![b, h, l]));
    assert_eq!(now.prove(3), Some(vec![c, g, l]));
    assert_eq!(now.prove(4), Some(vec![f, j, k]));
    assert_eq!(now.prove(6), Some(vec![i, k]));
    // hash0 is the tree of 3 leaves, hash1 of 4, hash2 of 6.
    assert_eq!(now.prove_since(3), Some(vec![c, d, g, l]));
    assert_eq!(now.prove_since(4), Some(vec![l]));
    assert_eq!(now.prove_since(6), Some(vec![i, j, k]));
    for (old, root) in [(3, node(g, c)), (4, k), (6, node(k, i))] {
        let proof = now.prove_since(old).expect("an earlier size");
        assert_eq!(verify_consistency(old, &root, 7, &now.root(), &proof), Ok(()));
    }
}

#[test]
fn every_tree_to_300_leaves_is_the_naive_one() {
    let mut naive = Naive::new((0..300).map(word));
    for size in 0..=300usize {
        let now = tree_of(size).snapshot();
        let root = naive.root(0, size);
        assert_eq!(now.root(), root, "{size}");
        for index in 0..size {
            let proof = now.prove(index as u64).expect("no snapshot was taken before");
            assert_eq!(proof, naive.path(index, 0, size), "{index} in {size}");
            let leaf = leaf_hash(&word(index));
            assert_eq!(verify_inclusion(&leaf, index as u64, size as u64, &root, &proof), Ok(()));
        }
        assert_eq!(now.prove(size as u64), None);
        for old in 1..=size {
            let proof = now.prove_since(old as u64).expect("no snapshot was taken before");
            assert_eq!(proof, naive.subproof(old, 0, size, true), "{old} of {size}");
            let old_root = naive.root(0, old);
            let checked = verify_consistency(old as u64, &old_root, size as u64, &root, &proof);
            assert_eq!(checked, Ok(()));
        }
        assert_eq!(now.prove_since(0), Some(Vec::new()));
        assert_eq!(verify_consistency(0, &EMPTY_ROOT, size as u64, &root, &[]), Ok(()));
        assert_eq!(now.prove_since(size as u64 + 1), None);
    }
}

#[test]
fn proofs_from_stored_tiles_are_the_same() {
    let mut naive = Naive::new((0..1_100).map(word));
    for size in [1usize, 2, 255, 256, 257, 300, 511, 512, 513, 1_100] {
        let stored = Stored::of(tree_of(size));
        assert_eq!(root_from_tiles(size as u64, |name| stored.tile(name)), Ok(naive.root(0, size)));
        for index in (0..size).step_by(61).chain([size - 1]) {
            let proof = prove_from_tiles(size as u64, index as u64, |name| stored.tile(name));
            assert_eq!(proof, Ok(naive.path(index, 0, size)), "{index} in {size}");
        }
        // Earlier heads too: wider tiles than they had will do.
        for old in (1..=size).step_by(83) {
            assert_eq!(root_from_tiles(old as u64, |name| stored.tile(name)), Ok(naive.root(0, old)));
            let proof = prove_consistency(old as u64, size as u64, |name| stored.tile(name));
            assert_eq!(proof, Ok(naive.subproof(old, 0, size, true)), "{old} of {size}");
        }
    }
}

#[test]
fn a_snapshot_proves_what_was_appended_since_the_one_before() {
    let mut naive = Naive::new((0..70_000).map(word));
    let mut tree = Tree::empty();
    let mut next = 0;
    for step in [1, 254, 1, 1, 300, 65_000, 700, 3] {
        let first = next;
        for _ in 0..step {
            tree.append(leaf_hash(&word(next)));
            next += 1;
        }
        let now = tree.snapshot();
        assert_eq!(now.root(), naive.root(0, next));
        for index in (first..next).step_by(step / 40 + 1).chain([first, next - 1]) {
            assert_eq!(now.prove(index as u64), Some(naive.path(index, 0, next)), "{index} in {next}");
        }
        if first > 0 {
            assert_eq!(now.prove_since(first as u64), Some(naive.subproof(first, 0, next, true)));
        }
    }
}

#[test]
fn a_failed_transaction_leaves_no_trace() {
    let mut tree = tree_of(250);
    let kept = tree.clone();
    (250..600).for_each(|number| tree.append(leaf_hash(&word(number))));
    assert_eq!(tree.take_full_tiles().len(), 2);
    tree = kept;
    (250..260).for_each(|number| tree.append(leaf_hash(&word(number))));
    assert_eq!(tree.snapshot().root(), tree_of(260).snapshot().root());
    let taken = tree.take_full_tiles();
    assert_eq!(taken.iter().map(|tile| (tile.level, tile.number)).collect::<Vec<_>>(), [(0, 0)]);
    assert_eq!(taken[0].hashes.len(), 8192);
    assert!(tree.take_full_tiles().is_empty());
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let stored = Stored::of(tree_of(600));
    let hole = |name: TileName| stored.tile(name).filter(|_| (name.level(), name.number()) != (0, 1));
    let missing = MerkleError::MissingTile { level: 0, number: 1, width: 256 };
    assert_eq!(prove_from_tiles(600, 300, hole), Err(missing.clone()));
    assert_eq!(Tree::resume(600, hole).map(|tree| tree.size()), Err(missing));
    let cut = |name: TileName| stored.tile(name).map(|bytes| bytes[..bytes.len() - 1].to_vec());
    let missing = MerkleError::MissingTile { level: 0, number: 2, width: 88 };
    assert_eq!(Tree::resume(600, cut).map(|tree| tree.size()), Err(missing));

    let out = MerkleError::NotInTree { index: 600, size: 600 };
    assert_eq!(prove_from_tiles(600, 600, |name| stored.tile(name)), Err(out));
    assert_eq!(prove_from_tiles(u64::MAX, 5, |_| None), Err(MerkleError::Size));
    assert_eq!(Tree::resume(u64::MAX, |_| None).map(|tree| tree.size()), Err(MerkleError::Size));
    assert_eq!(verify_inclusion(&[0; 32], 0, u64::MAX, &[0; 32], &[]), Err(MerkleError::Size));
    let order = MerkleError::Order { old: 2, new: 1 };
    assert_eq!(verify_consistency(2, &[0; 32], 1, &[0; 32], &[]), Err(order));
    let (some, refused) = ([1; 32], Err(MerkleError::NotProved));
    assert_eq!(verify_consistency(0, &some, 5, &some, &[]), refused);
    assert_eq!(verify_consistency(0, &EMPTY_ROOT, 0, &some, &[]), refused);
    assert_eq!(verify_consistency(0, &EMPTY_ROOT, 5, &some, &[some]), refused);
    for length in [0, 52, 53, 64, 65, 100_000] {
        let proof = vec![[0; 32]; length];
        let largest = MAX_TREE_SIZE;
        let refused = Err(MerkleError::NotProved);
        assert_eq!(verify_inclusion(&[0; 32], largest - 1, largest, &[0; 32], &proof), refused);
        assert_eq!(verify_inclusion(&[0; 32], 0, largest, &[0; 32], &proof), refused);
        assert_eq!(verify_consistency(largest - 1, &[0; 32], largest, &[0; 32], &proof), refused);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn another_implementation_agrees(size in 1usize..900, index: usize, old: usize) {
        let (index, old) = (index % size, 1 + old % size);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|number| theirs.push(word(number)));
        let ours = tree_of(size).snapshot();
        let root = theirs.root();
        prop_assert_eq!(&ours.root()[..], &root.as_bytes()[..]);
        let proof = ours.prove(index as u64).expect("no snapshot before").concat();
        let path = theirs.prove_inclusion(index);
        prop_assert_eq!(&proof[..], path.as_bytes());
        if old < size {
            let proof = ours.prove_since(old as u64).expect("no snapshot before").concat();
            let consistency = theirs.prove_consistency(size - old);
            prop_assert_eq!(&proof[..], consistency.as_bytes());
        }
    }

    #[test]
    fn a_resumed_tree_is_the_one_that_never_stopped(
        size in prop_oneof![0usize..1_200, 65_000usize..67_000], more in 0usize..600,
    ) {
        let stored = Stored::of(tree_of(size));
        let mut resumed = Tree::resume(size as u64, |name| {
            // Only what a store holds: full tiles, and the leaves past the last of them.
            (name.is_full() || name.level() == 0).then(|| stored.tile(name)).flatten()
        })?;
        prop_assert_eq!(resumed.snapshot().root(), stored.now.root());
        let mut straight = tree_of(size + more);
        (size..size + more).for_each(|number| resumed.append(leaf_hash(&word(number))));
        let (resumed_tiles, tiles) = (resumed.take_full_tiles(), straight.take_full_tiles());
        prop_assert_eq!(&resumed_tiles[..], &tiles[tiles.len() - resumed_tiles.len()..]);
        prop_assert_eq!(resumed.snapshot().root(), straight.snapshot().root());
    }

    #[test]
    fn a_proof_proves_nothing_else(size in 2u64..600, index: u64, other: u64, hash in 0usize..10, bit in 0u8..8) {
        let (index, other) = (index % size, other % size);
        let now = tree_of(size as usize).snapshot();
        let leaf = leaf_hash(&word(index as usize));
        let mut proof = now.prove(index).expect("no snapshot before");
        if other != index {
            prop_assert!(verify_inclusion(&leaf, other, size, &now.root(), &proof).is_err());
        }
        let at = hash % proof.len();
        proof[at][hash] ^= 1 << bit;
        prop_assert!(verify_inclusion(&leaf, index, size, &now.root(), &proof).is_err());
    }
}
