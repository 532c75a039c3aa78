//! A write transaction, its only way out, and the proof that it is journaled.

use std::sync::Arc;

use fairfile_domain::id::EventId;
use fairfile_proof::leaf::Leaf;
use fairfile_proof::tree::Snapshot;

use crate::connection::{Connection, Read, Value};
use crate::dialect::{self, Table};
use crate::error::StoreError;

/// One piece of work inside the sequencer's transaction.
///
/// Dropped without [`WriteTx::commit`], it leaves nothing behind.
pub struct WriteTx<'w> {
    pub(crate) connection: &'w mut Connection,
    pub(crate) next_leaf: u64,
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
        self.next_leaf
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
        self.connection.run(statement, sql, bound)
    }

    pub(crate) fn insert(&mut self, table: &'static Table, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        dialect::insert(self.connection, table, rows)
    }
}

impl Read for WriteTx<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection
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
