//! The numbers that sources give their records: each is used once, and is free again when its record is withdrawn.

use fairfile_store::Read;
use fairfile_store::record::{self, SameNumber};

use crate::registry::{Registry, RegistryError};

/// The records that had this number and were withdrawn, oldest first, and what the number's keyed hash gives way to when
/// the next one is withdrawn.
pub(super) fn withdrawn(
    tx: &mut impl Read,
    reg: &Registry,
    number: &[u8; 32],
) -> Result<([u8; 32], Vec<SameNumber>), RegistryError> {
    let hashes = reg.vault.keyring().hashes();
    let mut earlier = Vec::new();
    loop {
        let freed = hashes.freed_number_of(number, earlier.len() as u32 + 1);
        match record::find_numbers(tx, &[freed.as_slice()])?.pop() {
            Some(record) => earlier.push(record),
            None => return Ok((freed, earlier)),
        }
    }
}

/// The record on file with this number, or the latest that had it and was withdrawn.
pub(super) fn latest(
    tx: &mut impl Read,
    reg: &Registry,
    number: &[u8; 32],
) -> Result<Option<SameNumber>, RegistryError> {
    let same = record::find_numbers(tx, &[number.as_slice()])?.into_iter().find(|same| same.batch_taken);
    match same {
        None => Ok(withdrawn(tx, reg, number)?.1.pop()),
        on_file => Ok(on_file),
    }
}
