//! A backup: every table as one commit left it, in one file from which a node on either engine can be restored.
//!
//! [`write()`] takes it from a [`Snapshot`](crate::Snapshot) while the node goes on. [`restore`] fills an empty place, and
//! commits only what bears every digest and makes the journal's root; killed half-way it leaves a place that holds no
//! node, says so, and takes the restore again. No keys are in it: what is sealed stays sealed.
//!
//! ```text
//! fairfile backup 1                             the format's version
//! {"checkpoint": ..., "tables": 19}             the header: canonical JSON
//! SHA-256 of the two lines, 32 bytes
//!   {"columns": [["setting", "text"], ...], "table": "node"}    a table: canonical JSON
//!   length, cells                               a row: 4 bytes, then as many bytes as they say
//!   0, count, SHA-256                           the table's end: 4, 8 and 32 bytes, the hash being over all of it before
//! SHA-256 of everything before, 32 bytes
//! ```
//!
//! Numbers have their highest byte first. A cell is a 0 byte for nothing, or a 1 byte and the value: eight bytes for a
//! whole number, for a text (UTF-8) and for bytes a length of four bytes and as many bytes. Read `restore.rs` first.

use std::fmt;
use std::io;

use aws_lc_rs::digest::{Context, SHA256};
use fairfile_proof::leaf::Leaf;
use fairfile_proof::merkle::Hash;
use fairfile_proof::tree::Tree;

use crate::connection::Value;
use crate::error::StoreError;
use crate::table::Shape;

mod header;
mod read;
mod restore;
mod write;

pub use header::{About, Header};
pub use read::{check, header};
pub use restore::restore;
pub use write::write;

/// What the first line of every backup begins with; the format's version follows.
const MAGIC: &str = "fairfile backup ";
/// The version of the format that is written, and the newest that is read.
const FORMAT: u32 = 1;
/// The most bytes of a line, its end included.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// The most bytes of a row: what a restore keeps in memory at a time.
const MAX_ROW_BYTES: usize = 64 * 1024 * 1024;
/// The table that is not carried along: restoring makes it.
const MIGRATION: &str = "migration";

/// What a backup holds, told after all of it was written, checked or restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Its header.
    pub header: Header,
    /// How many rows it has, all tables together.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// The SHA-256 that it ends with: of everything before.
    pub digest: Hash,
}

/// Where in a backup something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// In its first two lines.
    Header,
    /// In the description of the table with this number, from 1.
    Description(u32),
    /// In this table.
    Table(String),
    /// Behind the last table.
    End,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("its header"),
            Self::Description(number) => write!(f, "the description of its table number {number}"),
            Self::Table(name) => write!(f, "its table {name}"),
            Self::End => f.write_str("its end"),
        }
    }
}

/// A backup could not be made, or is not one that can be restored here.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database failed, or the backup is of a newer program.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error("the backup could not be written; check the disk that it goes to, and do not keep what is there of it")]
    Write(#[source] io::Error),
    /// The file could not be read.
    #[error("the backup could not be read; check the disk that it lies on, nothing was changed")]
    Read(#[source] io::Error),
    /// It is another kind of file.
    #[error("this file is no backup of a node's data; name one that `fairfile backup` wrote, nothing was changed")]
    NotABackup,
    /// Its format is newer than this program.
    #[error(
        "this backup has format {has}, this program reads up to {FORMAT}; use the newer Fairfile, nothing was changed"
    )]
    NewerFormat {
        /// The format's version.
        has: u32,
    },
    /// It ends too early.
    #[error("the backup is cut off in {0}; copy it again from where it was made, nothing was changed")]
    CutOff(Part),
    /// Its bytes are not those that were written.
    #[error("the backup was changed or damaged in {0}; take another copy or an earlier backup, nothing was changed")]
    Damaged(Part),
    /// Its leaves do not make the root that its header names, or its tiles another one.
    #[error(
        "the leaves of this backup do not make the root of its journal; take an earlier backup and tell the supervisor, nothing was changed"
    )]
    Journal,
    /// The node's own leaves do not make the root of its tiles: what was written is no backup.
    #[error(
        "the leaves of this node do not make the root of its journal; run `fairfile doctor`, and do not keep the file that was begun"
    )]
    Unsound,
    /// A row is longer than any reader takes.
    #[error("a row of table {table} is longer than {MAX_ROW_BYTES} bytes; run `fairfile doctor`")]
    RowTooLong {
        /// The table.
        table: String,
    },
    /// The place to restore into is not empty.
    #[error("this place holds data; nothing was changed: name a new folder, or an empty database")]
    Occupied,
}

/// SHA-256 of the whole file so far, and of the part that is under way.
struct Digests {
    whole: Context,
    part: Context,
    bytes: u64,
}

impl Digests {
    fn new() -> Self {
        Self { whole: Context::new(&SHA256), part: Context::new(&SHA256), bytes: 0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.whole.update(bytes);
        self.part.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The digest of the part that ends here; the next part begins.
    fn end_part(&mut self) -> Hash {
        hash(std::mem::replace(&mut self.part, Context::new(&SHA256)))
    }

    /// The digest of everything so far.
    fn of_all(&self) -> Hash {
        hash(self.whole.clone())
    }
}

fn hash(context: Context) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The journal made anew from the leaves as they pass by.
struct Journal {
    tree: Tree,
}

impl Journal {
    fn new() -> Self {
        Self { tree: Tree::empty() }
    }

    /// Takes a row of any table in; false for a leaf that is none, or out of its order.
    fn take(&mut self, shape: &Shape, cells: &[Value<'_>]) -> bool {
        if shape.name != "leaf" {
            return true;
        }
        let cell = |name| shape.position(name).and_then(|position| cells.get(position));
        let (Some(Value::Whole(index)), Some(Value::Bytes(leaf))) = (cell("leaf_index"), cell("leaf")) else {
            return false;
        };
        let Ok(leaf) = Leaf::from_bytes(leaf) else { return false };
        if u64::try_from(*index) != Ok(self.tree.size()) {
            return false;
        }
        self.tree.append(leaf.hash());
        if self.tree.size().is_multiple_of(65_536) {
            self.forget();
        }
        true
    }

    /// Whether the leaves so far are `size` in number and make `root`.
    fn makes(&mut self, size: u64, root: &Hash) -> bool {
        let made = self.tree.snapshot();
        made.size() == size && made.root() == *root
    }

    /// Lets go of finished tiles, of which a long journal has many.
    fn forget(&mut self) {
        drop((self.tree.snapshot(), self.tree.take_full_tiles()));
    }
}

#[cfg(test)]
mod tests;
