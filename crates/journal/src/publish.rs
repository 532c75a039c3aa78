//! Signed heads, openings and receipts, and the tiles that others rebuild the tree from.

use std::sync::{Arc, Mutex};

use fairfile_domain::id::{EventId, ReceiptId};
use fairfile_proof::{
    Hash, Leaf, NodeKey, Opening, Receipt, TileName, TilePath, entries_bundle, prove_from_tiles, root_from_tiles,
};
use fairfile_store::{Entry, Head, Stamp, Store, journal};
use fairfile_vault::{Mark, VaultError};

use crate::error::JournalError;
use crate::high_water::{Marked, check_mark, find_tile};

/// Signs what is committed, and nothing that takes back what was signed before.
pub struct Publisher {
    key: NodeKey,
    mark: Arc<Mark>,
    /// How many leaves the journal had when it was held against the mark: whatever it had from then on goes on from there.
    since: u64,
    latest: Mutex<Option<(u64, Arc<str>)>>,
}

/// An event as it was written down: its canonical bytes, its salt, its leaf and where that stands.
#[derive(Debug, Clone)]
pub struct Written {
    /// The event's canonical JSON.
    pub event: Vec<u8>,
    /// The salt that ties it to the leaf.
    pub salt: [u8; 32],
    /// The leaf.
    pub leaf: Leaf,
    /// The leaf's number in the journal, from 0.
    pub index: u64,
}

impl Written {
    /// The leaf with its event beside it, for the commit.
    pub fn open_entry(self) -> Entry {
        Entry::open(self.leaf, self.event)
    }
}

impl Publisher {
    /// A publisher that signs the journal in `store` with `key`, if that goes on from what `mark` knows to be signed.
    ///
    /// # Errors
    /// [`JournalError::Behind`] and [`JournalError::Forked`] if it does not: then nothing may be signed or written.
    pub fn resume(key: NodeKey, mark: Arc<Mark>, store: &Store) -> Result<Self, JournalError> {
        let head = store.head();
        check_mark(mark.head()?, &head, &mut store.read()?)?;
        Ok(Self { key, mark, since: head.snapshot().size(), latest: Mutex::new(None) })
    }

    /// How far the journal was signed.
    pub fn marked(&self) -> Result<Marked, JournalError> {
        Ok(self.mark.head()?)
    }

    /// Whether the last note of how far it was signed was cut off in the writing: the one before it counts.
    pub fn mark_was_torn(&self) -> bool {
        self.mark.was_torn()
    }

    /// Raises the mark to `head`, as a signature would: what is committed there cannot be taken back unseen, whether
    /// anybody was given a receipt for it or not.
    ///
    /// # Errors
    /// [`JournalError::Mark`] if it cannot be written.
    pub fn note(&self, head: &Head) -> Result<(), JournalError> {
        self.raise(head.snapshot().size(), &head.snapshot().root())
    }

    /// The same, durable when it returns. A crash loses nothing without that; a cut of the power might.
    ///
    /// # Errors
    /// [`JournalError::Mark`] if it cannot be written.
    pub fn settle(&self, head: &Head) -> Result<(), JournalError> {
        self.note(head)?;
        Ok(self.mark.sync()?)
    }

    /// Signs the head over `size` leaves under `root`; the mark is raised first, for a signature that has left cannot
    /// be taken back.
    fn sign(&self, size: u64, root: &Hash) -> Result<String, JournalError> {
        self.raise(size, root)?;
        Ok(self.key.sign_checkpoint(size, root)?)
    }

    fn raise(&self, size: u64, root: &Hash) -> Result<(), JournalError> {
        match self.mark.raise_head(size, *root) {
            Ok(()) => Ok(()),
            // Another thread raised it to a later head of the same journal meanwhile.
            Err(VaultError::SmallerJournal { .. }) if size >= self.since => Ok(()),
            Err(VaultError::SmallerJournal { signed, found }) => Err(JournalError::Behind { signed, found }),
            Err(VaultError::ForkedJournal { size }) => Err(JournalError::Forked { signed: size }),
            Err(error) => Err(error.into()),
        }
    }

    /// The node's key, and its journal's name.
    pub fn key(&self) -> &NodeKey {
        &self.key
    }

    /// The signed head of the journal as `head` has it; signed once for each size.
    pub fn checkpoint(&self, head: &Head) -> Result<Arc<str>, JournalError> {
        let snapshot = head.snapshot();
        let mut latest = match self.latest.lock() {
            Ok(latest) => latest,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some((size, text)) = latest.as_ref().filter(|(size, _)| *size == snapshot.size()) {
            debug_assert_eq!(*size, snapshot.size());
            return Ok(text.clone());
        }
        let text: Arc<str> = self.sign(snapshot.size(), &snapshot.root())?.into();
        *latest = Some((snapshot.size(), text.clone()));
        Ok(text)
    }

    /// Lays `written` open under `head`, with the proof that it is in that journal.
    pub fn opening(&self, store: &Store, head: &Head, written: Written) -> Result<Opening, JournalError> {
        let snapshot = head.snapshot();
        let proof = match snapshot.prove(written.index) {
            Some(proof) => proof,
            None => {
                let mut reader = store.read()?;
                prove_from_tiles(snapshot.size(), written.index, |name| {
                    snapshot.tile(name).or_else(|| find_tile(&mut reader, name))
                })?
            }
        };
        Ok(Opening::of_bytes(&written.event, written.salt, written.index, written.leaf, proof)?)
    }

    /// The signed receipt of the event that `stamp` stands for.
    pub fn receipt(&self, store: &Store, stamp: &Stamp, written: Written) -> Result<Receipt, JournalError> {
        let id: ReceiptId = EventId::from_bytes(written.leaf.event_id()).retype();
        let opening = self.opening(store, stamp.head(), written)?;
        let checkpoint = self.checkpoint(stamp.head())?;
        Ok(Receipt::issue(&self.key, &id.to_string(), opening, checkpoint.to_string())?)
    }

    /// The receipt of an event under the head that its own leaf made: the same bytes whenever it is asked for.
    pub fn lasting_receipt(&self, store: &Store, written: Written) -> Result<Receipt, JournalError> {
        let (head, size) = (store.head(), written.index + 1);
        let id: ReceiptId = EventId::from_bytes(written.leaf.event_id()).retype();
        let mut reader = store.read()?;
        let mut tile = |name: TileName| head.snapshot().tile(name).or_else(|| find_tile(&mut reader, name));
        let proof = prove_from_tiles(size, written.index, &mut tile)?;
        let root = root_from_tiles(size, &mut tile)?;
        let opening = Opening::of_bytes(&written.event, written.salt, written.index, written.leaf, proof)?;
        // A beginning of the journal as it is now, which the mark knows once its head was signed.
        self.checkpoint(&head)?;
        let checkpoint = self.key.sign_checkpoint(size, &root)?;
        Ok(Receipt::issue(&self.key, &id.to_string(), opening, checkpoint)?)
    }

    /// The root that the journal's first `size` entries have; nothing if it has not so many.
    pub fn root_of(&self, store: &Store, size: u64) -> Result<Option<Hash>, JournalError> {
        let head = store.head();
        if size > head.snapshot().size() {
            return Ok(None);
        }
        let mut reader = store.read()?;
        let tile = |name: TileName| head.snapshot().tile(name).or_else(|| find_tile(&mut reader, name));
        Ok(Some(root_from_tiles(size, tile)?))
    }

    /// What stands at `path` below `/journal/`: nothing if the path is none, or lies beyond `head`.
    pub fn tile(&self, store: &Store, head: &Head, path: &str) -> Result<Option<Vec<u8>>, JournalError> {
        let size = head.snapshot().size();
        let Some(path) = TilePath::parse(path).ok().filter(|path| path.fits(size)) else { return Ok(None) };
        let mut reader = store.read()?;
        match path {
            TilePath::Hashes(name) => match head.snapshot().tile(name) {
                Some(hashes) => Ok(Some(hashes)),
                None => Ok(journal::find_tile(&mut reader, name)?),
            },
            TilePath::Entries { number, width } => {
                let leaves = journal::list_leaves(&mut reader, number * 256, u32::from(width))?;
                Ok(Some(entries_bundle(&leaves)))
            }
        }
    }
}
