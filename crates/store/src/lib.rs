//! SQL and nothing else: one statement text for SQLite and PostgreSQL.
//!
//! Nothing here decides. There is one write path: [`Store::write`] runs the work of many callers in
//! one transaction, in one order, and answers each only after the commit. The only way out of a
//! [`WriteTx`] is [`WriteTx::commit`] with at least one leaf, so a change, a look or a denial that
//! is not in the journal cannot exist; what the commit gives is the [`Stamp`].
//!
//! Deliberately absent: any function that returns the records of two people, storage traits, mocks.
//! Read `tx.rs` first.

mod connection;
mod dialect;
mod error;
mod migrate;
mod open;
mod read_only;
mod reader;
mod reserve;
mod sequencer;
mod snapshot;
mod strays;
#[cfg(test)]
mod testing;
mod tx;
mod writer;

pub mod backup;
pub mod batch;
pub mod catalog;
pub mod correction;
pub mod deadline;
pub mod deed;
pub mod draw;
pub mod faults;
pub mod journal;
pub mod look;
pub mod member;
pub mod message;
pub mod node;
pub mod notice;
pub mod passkey;
pub mod proposal;
pub mod record;
pub mod settings;
pub mod staff;
pub mod statistics;
pub mod subject;
pub mod table;
pub mod telling;

pub use connection::{Read, Row, Value};
pub use error::{Fault, StoreError};
pub use read_only::{ReadOnly, migrations};
pub use reader::ReadTx;
pub use reserve::{RESERVE_BYTES, RESERVE_FILE};
pub use snapshot::Snapshot;
pub use strays::{Stray, Wrong, strays};
pub use tx::{Done, Entry, Head, Leaves, Stamp, WriteTx};
pub use writer::{Condition, Pending, Store};

/// Where a node's data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An embedded SQLite file.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL server, 15 or newer, by connection string.
    Postgres(String),
}
