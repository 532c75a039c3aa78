//! A write transaction, its only way out, and the proof that it is journaled.

use std::sync::Arc;

use fairfile_domain::id::EventId;
use fairfile_proof::leaf::Leaf;
use fairfile_proof::tree::Snapshot;

use crate::connection::{Connection, Read, Row, Value};
use crate::dialect::{self, Table};
use crate::error::{Aftermath, Fault, StoreError};

/// One piece of work inside the sequencer's transaction.
///
/// Dropped without [`WriteTx::commit`], it leaves nothing behind.
pub struct WriteTx<'w> {
    pub(crate) connection: &'w mut Connection,
    pub(crate) inside: &'w mut Inside,
}

/// What a piece of work has to know of the transaction that it is in, and what the transaction learns of it.
pub(crate) struct Inside {
    /// The journal index of its first leaf.
    pub(crate) next_leaf: u64,
    /// How many groups were taken back since the store was opened.
    pub(crate) undone: u64,
    /// What was wrong with the disk or the server when a statement failed, the last of them.
    pub(crate) fault: Option<Fault>,
    /// Whether a disk could not make something durable: then nobody knows what it holds, whatever the work makes of it.
    pub(crate) in_doubt: bool,
}

/// A leaf with what it commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// The event, kept in the open beside its leaf; nothing for a look, which lies sealed in the person's file.
    pub event: Option<Vec<u8>>,
}

/// At least one leaf: what a transaction must bring to end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves(Vec<Entry>);

impl Entry {
    /// A leaf whose event is kept beside it.
    pub fn open(leaf: Leaf, event: Vec<u8>) -> Self {
        Self { leaf, event: Some(event) }
    }

    /// The leaf of a look, whose event lies sealed in its own row.
    pub fn sealed(leaf: Leaf) -> Self {
        Self { leaf, event: None }
    }
}

impl Leaves {
    /// A single leaf.
    pub fn one(entry: Entry) -> Self {
        Self(vec![entry])
    }

    /// A first leaf and more after it.
    pub fn new(first: Entry, more: impl IntoIterator<Item = Entry>) -> Self {
        Self(std::iter::once(first).chain(more).collect())
    }

    pub(crate) fn into_vec(self) -> Vec<Entry> {
        self.0
    }
}

/// The outcome of a piece of work, ready to be committed together with all that waited.
pub struct Done<T> {
    pub(crate) value: T,
    pub(crate) leaves: Vec<Entry>,
}

impl WriteTx<'_> {
    /// The journal index that the first leaf of this transaction gets.
    pub fn next_leaf(&self) -> u64 {
        self.inside.next_leaf
    }

    /// How many commits were taken back since the store was opened. Whoever keeps a memory beside the tables, and changes
    /// it inside transactions, makes it anew from them when this number has moved: some of it never came about.
    pub fn undone(&self) -> u64 {
        self.inside.undone
    }

    /// The only way out: `value` for the caller, `leaves` for the journal.
    pub fn commit<T>(self, leaves: Leaves, value: T) -> Done<T> {
        Done { value, leaves: leaves.into_vec() }
    }

    pub(crate) fn run(
        &mut self,
        statement: &'static str,
        sql: &'static str,
        bound: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let ran = self.connection.run(statement, sql, bound);
        self.heed(ran)
    }

    pub(crate) fn insert(&mut self, table: &'static Table, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        let inserted = dialect::insert(self.connection, table, rows);
        self.heed(inserted)
    }

    /// Notes what a failure says of the disk or the server: the work itself may tell its caller something else.
    fn heed<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.inside.in_doubt |= error.aftermath() == Aftermath::NobodyKnows;
            if let StoreError::Fault { fault, .. } = error {
                self.inside.fault = Some(*fault);
            }
        }
        outcome
    }
}

impl Read for WriteTx<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    fn all<T>(
        &mut self,
        statement: &'static str,
        sql: &'static str,
        bound: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let found = self.connection.all(statement, sql, bound, map);
        self.heed(found)
    }
}

/// The journal's state after a commit.
#[derive(Debug)]
pub struct Head {
    pub(crate) snapshot: Snapshot,
}

impl Head {
    /// The journal as it stood: its size, its root, and proofs for its latest leaves.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// The proof that a transaction is durable and journaled. Nothing outside this crate can make one.
#[derive(Debug, Clone)]
pub struct Stamp {
    pub(crate) leaf: u64,
    pub(crate) event: EventId,
    pub(crate) head: Arc<Head>,
}

impl Stamp {
    /// The journal index of the transaction's first leaf.
    pub fn leaf(&self) -> u64 {
        self.leaf
    }

    /// The event of that leaf; a look and its event share their id.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The journal as this commit left it.
    pub fn head(&self) -> &Arc<Head> {
        &self.head
    }
}
