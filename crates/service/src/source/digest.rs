//! What two files are the same batch by.

use fairfile_domain::id::BatchId;
use fairfile_intake::Reader;

use super::Handed;
use super::codes::FileTrouble;
use super::submit_batch::SubmitError;
use super::values::{is_blank, text_of};
use crate::registry::Registry;

/// The keyed digests of a file's rows, whatever the order of their columns.
pub(super) struct Digests {
    /// Whatever the order of the rows: what makes it the same batch.
    pub(super) of_rows: [u8; 32],
    /// In their order: what makes it the same file to go on with, where a later row goes by what an earlier one did.
    pub(super) in_order: [u8; 32],
}

impl Digests {
    /// Reads the whole file.
    pub(super) fn of(reg: &Registry, handed: &Handed, reader: Reader) -> Result<Self, SubmitError> {
        let hashes = reg.vault.keyring().hashes();
        let mut rows: Vec<[u8; 32]> = Vec::new();
        let mut text = String::new();
        for row in reader {
            let row = row.map_err(FileTrouble::from)?;
            text.clear();
            match &row.cells {
                Ok(cells) => {
                    let mut filled: Vec<(&str, String)> = cells
                        .iter()
                        .filter(|cell| !is_blank(&cell.1))
                        .map(|(heading, cell)| (&**heading, text_of(cell)))
                        .collect();
                    filled.sort_unstable();
                    for (heading, cell) in filled {
                        text.push_str(heading);
                        text.push('\u{1f}');
                        text.push_str(&cell);
                        text.push('\u{1e}');
                    }
                }
                Err(broken) => text.push_str(broken.code()),
            }
            rows.push(hashes.content_of("row", text.as_bytes()));
        }
        let whole = format!("batch {} {}", handed.member, handed.item);
        let in_order = hashes.content_of(&whole, rows.as_flattened());
        rows.sort_unstable();
        Ok(Self { of_rows: hashes.content_of(&whole, rows.as_flattened()), in_order })
    }

    /// The id of a batch of corrections: another one for the same rows in another order.
    pub(super) fn corrections_id(&self, reg: &Registry) -> BatchId {
        let hash = reg.vault.keyring().hashes().content_of("corrections", &self.in_order);
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        BatchId::from_bytes(id)
    }
}
