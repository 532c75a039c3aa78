//! The journal, from its first leaf on: its order, its tree, its events; each event folded into the state.

use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasherDefault;

use fairfile_domain::id::EventId;
use fairfile_proof::merkle::{EMPTY_ROOT, Hash};
use fairfile_proof::tile::{TILE_WIDTH, TileName};
use fairfile_proof::{Leaf, Tree};
use fairfile_store::table::{Scan, Shape};
use fairfile_store::{Read, Value, journal};
use fairfile_vault::Hashes;

use super::ReplayError;
use super::cells::Cells;
use super::finding::{FORKED, Findings, NO_EVENT, NO_LEAF, NOT_ITS_LEAF, SMALLER, UNEXPLAINED, UNFIT_EVENT};
use super::ready::Ready;
use super::relay::each_row;
use super::rows::{ByKey, Straight};
use super::state::State;
use super::tables::{LEAF, Table};
use super::taken_over::Older;

/// The widest gap that is filled up to go on behind it.
const WIDEST_GAP: u64 = 4_096;
/// Leaves after which the tree lets go of what it holds for proofs.
const BETWEEN_SNAPSHOTS: u64 = 4_096;

/// What the leaves leave to be done.
#[derive(Default)]
pub(super) struct Journal {
    /// How many leaves there are.
    pub(super) size: u64,
    /// The root over all of them.
    pub(super) root: Hash,
    /// Leaves without an event beside them, by event id: those of looks, if all is well.
    pub(super) sealed: ByKey<[u8; 16], SealedLeaf>,
    /// Tiles that cannot be what they were, because a leaf below them is not.
    pub(super) spoilt: BTreeSet<(i64, i64)>,
    /// Entries of an earlier program, beside which nothing stands.
    pub(super) older: u64,
    /// Whether the journal is still the one that was folded before.
    pub(super) extends: bool,
}

/// A leaf without an event beside it.
pub(super) struct SealedLeaf {
    pub(super) index: u64,
    pub(super) leaf: Leaf,
    /// Whether there is a look of its id.
    pub(super) claimed: bool,
}

/// A leaf as it is seen while it is read, on its own.
struct Seen {
    leaf: Leaf,
    hash: Hash,
    /// Whether it opens with the event beside it; nothing if there is none.
    opens: Option<bool>,
    /// What is left of the event to be put, if nothing that went before it matters.
    ready: Option<Ready>,
}

/// What the reading thread sees a leaf with.
struct Eyes<'r> {
    hashes: &'r Hashes,
    cells: Cells,
    /// The first leaf that was not folded before.
    from: u64,
    /// Whether keys are to be read as they are written, which takes the event.
    reads_names: bool,
}

impl Eyes<'_> {
    /// What `row` has; nothing if it is no leaf.
    fn see(&self, row: &[Value<'_>]) -> Option<Seen> {
        let [Value::Whole(index), Value::Bytes(leaf), event] = row else { return None };
        let leaf = Leaf::from_bytes(leaf).ok()?;
        let mut seen = Seen { leaf, hash: leaf.hash(), opens: None, ready: None };
        if let Value::Bytes(event) = event {
            let opens = leaf.opens_with(&self.hashes.salt_of(EventId::from_bytes(leaf.event_id())), event);
            let index = index.cast_unsigned();
            seen.opens = Some(opens);
            seen.ready = (opens && index >= self.from && !self.reads_names)
                .then(|| Ready::of(&self.cells, index, event))
                .flatten();
        }
        Some(seen)
    }
}

struct Reading<'r> {
    state: &'r mut State,
    findings: &'r mut Findings,
    journal: Journal,
    tree: Tree,
    /// What was folded before: its size and root.
    before: (u64, Hash),
    mark: Option<(u64, Hash)>,
    /// The root at the size of the mark, once the tree has been there.
    at_mark: Option<Hash>,
    /// The ids of all events: none stands twice.
    ids: HashSet<[u8; 16], BuildHasherDefault<Straight>>,
    /// Leaves that are not readable or not there.
    damaged: BTreeSet<u64>,
    /// Leaves that do not open with their event.
    unopened: Vec<u64>,
}

/// Reads all leaves and folds those that were not folded before.
pub(super) fn read(
    tx: &mut impl Read,
    shape: &Shape,
    (state, findings): (&mut State, &mut Findings),
    hashes: &Hashes,
    mark: Option<(u64, Hash)>,
) -> Result<Journal, ReplayError> {
    let scan = Scan::of(shape).columns(&["leaf_index", "leaf", "event"])?.in_key_order();
    let before = (state.size, state.root);
    let eyes =
        Eyes { hashes, cells: state.rows.cells.clone(), from: before.0, reads_names: !state.rows.names.is_empty() };
    let mut reading = Reading {
        state,
        findings,
        journal: Journal { root: EMPTY_ROOT, extends: before.0 == 0, ..Journal::default() },
        tree: Tree::empty(),
        before,
        mark,
        at_mark: None,
        ids: HashSet::default(),
        damaged: BTreeSet::new(),
        unopened: Vec::new(),
    };
    reading.reached();
    let work = |row: &[Value<'_>], seen: Option<Seen>| {
        if let [Value::Whole(index), _, event] = row {
            reading.row(*index, seen, *event);
        }
        Ok(())
    };
    each_row(tx, &scan, |row| eyes.see(row), work)?;
    reading.end(tx)
}

impl Reading<'_> {
    fn row(&mut self, index: i64, seen: Option<Seen>, event: Value<'_>) {
        let next = self.tree.size();
        let gap = u64::try_from(index).ok().and_then(|index| index.checked_sub(next));
        let Some(gap) = gap.filter(|gap| *gap <= WIDEST_GAP) else {
            self.findings.add(LEAF, index.to_string(), Some("leaf_index"), UNEXPLAINED);
            return;
        };
        for lacking in next..next + gap {
            self.findings.add(LEAF, lacking.to_string(), None, NO_LEAF);
            self.damaged.insert(lacking);
            self.append(EMPTY_ROOT);
        }
        let index = next + gap;
        match seen {
            Some(seen) => {
                self.append(seen.hash);
                self.event(index, seen, event);
            }
            None => {
                self.findings.add(LEAF, index.to_string(), Some("leaf"), NOT_ITS_LEAF);
                self.damaged.insert(index);
                self.append(EMPTY_ROOT);
            }
        }
    }

    fn append(&mut self, hash: Hash) {
        self.tree.append(hash);
        for tile in self.tree.take_full_tiles() {
            // The row has the hashes, and the comparison hashes them.
            let hashes = fairfile_proof::leaf_hash(&tile.hashes);
            let row =
                [Value::Whole(i64::from(tile.level)), Value::Whole(tile.number.cast_signed()), Value::Bytes(&hashes)];
            self.state.rows.put(Table::Tile, row);
        }
        self.reached();
    }

    /// Compares what is known of the tree at its present size.
    fn reached(&mut self) {
        let size = self.tree.size();
        let (is_before, is_mark) = (size == self.before.0, self.mark.is_some_and(|mark| mark.0 == size));
        if !is_before && !is_mark && !size.is_multiple_of(BETWEEN_SNAPSHOTS) {
            return;
        }
        let root = self.tree.snapshot().root();
        if is_before {
            self.journal.extends = root == self.before.1;
        }
        if is_mark {
            self.at_mark = Some(root);
        }
    }

    fn event(&mut self, index: u64, seen: Seen, event: Value<'_>) {
        let id = seen.leaf.event_id();
        if !self.ids.insert(id) {
            self.findings.add(LEAF, index.to_string(), None, UNEXPLAINED);
            return;
        }
        let (Value::Bytes(event), Some(opens)) = (event, seen.opens) else {
            self.journal.sealed.insert(id, SealedLeaf { index, leaf: seen.leaf, claimed: false });
            return;
        };
        if !opens {
            self.unopened.push(index);
            return;
        }
        if let Some(ready) = seen.ready {
            return self.state.put(ready);
        }
        if index >= self.before.0 && self.state.fold(index, event).is_err() {
            self.findings.add(LEAF, index.to_string(), Some("event"), UNFIT_EVENT);
        }
    }

    fn end(mut self, tx: &mut impl Read) -> Result<Journal, ReplayError> {
        let size = self.tree.size();
        let root = self.tree.snapshot().root();
        let signed = match (self.mark, self.at_mark) {
            (Some((signed, _)), None) => {
                self.findings.add(LEAF, (signed.saturating_sub(1)).to_string(), None, SMALLER);
                0
            }
            (Some((signed, expected)), Some(found)) if found != expected => {
                self.findings.add(LEAF, (signed.saturating_sub(1)).to_string(), None, FORKED);
                0
            }
            (Some((signed, _)), Some(_)) => signed,
            (None, _) => 0,
        };
        let forked = signed == 0 && self.at_mark.is_some();
        for index in std::mem::take(&mut self.unopened) {
            let column = match self.stored_hash(tx, index, size)? {
                _ if index < signed => Some("event"),
                Some(is_stored) => Some(if is_stored { "event" } else { "leaf" }),
                // The tile is not full yet, and what was signed is another journal: this is where it differs.
                None if forked => Some("leaf"),
                None => None,
            };
            if column != Some("event") {
                self.damaged.insert(index);
            }
            self.findings.add(LEAF, index.to_string(), column, NOT_ITS_LEAF);
        }
        self.journal.spoilt = spoilt(&self.damaged);
        if self.damaged.is_empty() {
            self.state.size = size;
            self.state.root = root;
        }
        (self.journal.size, self.journal.root) = (size, root);
        Ok(self.journal)
    }

    /// Whether the full tile over leaf `index` has the leaf's hash as it is now; nothing if there is no full tile.
    fn stored_hash(&self, tx: &mut impl Read, index: u64, size: u64) -> Result<Option<bool>, ReplayError> {
        let width = u64::from(TILE_WIDTH);
        let full = TileName::in_tree(0, index / width, size).filter(TileName::is_full);
        let Some(name) = full else { return Ok(None) };
        let leaf = journal::list_leaves(tx, index, 1)?;
        let hashes = journal::find_tile(tx, name)?.unwrap_or_default();
        let start = usize::from(u16::try_from(index % width).unwrap_or_default()) * 32;
        let stored = hashes.get(start..start + 32);
        Ok(leaf.first().zip(stored).map(|(leaf, stored)| leaf.hash() == stored))
    }
}

/// Every tile over a damaged leaf: level and number.
fn spoilt(damaged: &BTreeSet<u64>) -> BTreeSet<(i64, i64)> {
    let over = |leaf: &u64| {
        let leaf = *leaf;
        (0..=fairfile_proof::tile::MAX_TILE_LEVEL)
            .map(move |level| (i64::from(level), (leaf >> (8 * (u32::from(level) + 1))).cast_signed()))
    };
    damaged.iter().flat_map(over).collect()
}

impl Journal {
    /// Names the leaves that nothing stands beside, once the looks have been read.
    pub(super) fn name_unclaimed(&mut self, older: &Older, findings: &mut Findings) {
        let left = self.sealed.iter().filter(|row| !row.1.claimed);
        let (of_before, mut left): (Vec<_>, Vec<_>) = left.partition(|row| older.has(row.1.index));
        self.older = of_before.len() as u64;
        left.sort_unstable_by_key(|row| row.1.index);
        for (id, leaf) in left {
            // Which of the two was taken away, the leaf does not tell.
            findings.add(LEAF, leaf.index.to_string(), Some("event"), NO_EVENT);
            findings.add(Table::Look.known().name, hex::encode(id), None, NO_EVENT);
        }
    }
}
