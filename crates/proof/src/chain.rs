//! The chain of looks at one person's file: each look carries a hash over all before it.
//!
//! Whoever holds the list can tell whether a look was dropped, reordered or put in later, because the
//! `chain` value stands inside the journaled event itself. Nothing in a leaf shows whose chain it is.

use crate::encoding::sha256;
use crate::merkle::Hash;

const LABEL: &[u8] = b"fairfile/look-chain/1\n";

/// The head of a chain without any look yet, for the person known by `subject_id`.
pub fn chain_start(subject_id: &[u8; 16]) -> Hash {
    sha256(&[LABEL, subject_id])
}

/// The head after the look `look_id`, which is number `seq` (from 1), follows the head `previous`.
///
/// ```
/// use fairfile_proof::{chain_next, chain_start};
///
/// let start = chain_start(&[1; 16]);
/// let first = chain_next(&start, &[2; 16], 1);
/// assert_ne!(chain_next(&first, &[3; 16], 2), chain_next(&start, &[3; 16], 2));
/// ```
pub fn chain_next(previous: &Hash, look_id: &[u8; 16], seq: u64) -> Hash {
    sha256(&[LABEL, previous, look_id, &seq.to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_is_the_promised_hash() {
        let start =
            sha256(&[b"fairfile/look-chain/1\n\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07"]);
        assert_eq!(chain_start(&[7; 16]), start);
        let next = sha256(&[LABEL, &start, &[9; 16], &[0, 0, 0, 0, 0, 0, 0, 1]]);
        assert_eq!(chain_next(&start, &[9; 16], 1), next);
    }
}
