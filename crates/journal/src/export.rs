//! The whole journal as one file, for whoever wants to check it without the node.

use std::io::Write;

use fairfile_proof::JournalHeader;
use fairfile_proof::export::leaf_line;
use fairfile_store::{Store, journal};

use crate::error::JournalError;
use crate::publish::Publisher;

const AT_ONCE: u32 = 4_096;

impl Publisher {
    /// Writes the journal up to the latest commit as JSON Lines; gives the number of leaves written.
    pub fn export(&self, store: &Store, mut out: impl Write) -> Result<u64, JournalError> {
        let head = store.head();
        let header =
            JournalHeader { key: self.key().verifier().clone(), checkpoint: self.checkpoint(&head)?.to_string() };
        write!(out, "{}", header.to_line()?)?;
        let size = head.snapshot().size();
        let mut reader = store.read()?;
        let mut next = 0;
        while next < size {
            let most = AT_ONCE.min(u32::try_from(size - next).unwrap_or(AT_ONCE));
            let leaves = journal::list_leaves(&mut reader, next, most)?;
            for leaf in &leaves {
                write!(out, "{}", leaf_line(leaf))?;
            }
            next += leaves.len() as u64;
            if leaves.is_empty() {
                return Err(fairfile_store::StoreError::Missing { table: "leaf" }.into());
            }
        }
        Ok(size)
    }
}
