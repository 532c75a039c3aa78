//! One entry of the journal: 64 bytes which say that something happened, and nothing of what.
//!
//! | bytes | meaning |
//! |---|---|
//! | 0 | version, always 1 |
//! | 1..8 | minutes since 1970-01-01 UTC, big endian |
//! | 8..24 | event id, 16 random bytes |
//! | 24..32 | zero |
//! | 32..64 | commitment: SHA-256 of `fairfile/leaf/1\n`, a salt of 32 bytes, and the event's canonical JSON |
//!
//! The journal never forgets, so it never knows: once the salt is destroyed, nobody can tell which
//! event a leaf stood for, not even by trying every event they can think of.

use thiserror::Error;

use crate::encoding::{MAX_INTEGER, sha256};
use crate::merkle::{Hash, leaf_hash};

/// The length of a leaf in bytes.
pub const LEAF_BYTES: usize = 64;

/// The length of a salt in bytes. A salt is used for one leaf and never again.
pub const SALT_BYTES: usize = 32;

const VERSION: u8 = 1;
const COMMITMENT_LABEL: &[u8] = b"fairfile/leaf/1\n";

/// Why bytes are no leaf.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LeafError {
    /// Another length than [`LEAF_BYTES`].
    #[error("expected a leaf of 64 bytes, found {found}; check that the file is whole")]
    Length {
        /// How many bytes there were.
        found: usize,
    },
    /// A version that this program does not know.
    #[error("expected leaf version 1, found {found}; a newer `fairfile verify` may know it")]
    Version {
        /// The version byte.
        found: u8,
    },
    /// Bytes 24 to 31 are kept for later versions and must be zero.
    #[error("expected zero in bytes 24 to 31 of a leaf; the leaf was changed or is of another kind")]
    Reserved,
    /// A minute beyond 2^53 - 1, which JSON could not carry exactly.
    #[error("expected a minute of at most 9007199254740991; the leaf was changed or the clock is wrong")]
    Minute,
    /// A bundle of entries that ends in the middle, or holds more than one tile's worth.
    #[error("expected a bundle of at most 256 whole entries; fetch the bundle again")]
    Bundle,
}

/// An entry of the journal, see the module's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    event_id: [u8; 16],
    minute: u64,
    commitment: Hash,
}

impl Leaf {
    /// The leaf of the event `event_bytes` (canonical JSON), at `minute` since 1970-01-01 UTC.
    ///
    /// ```
    /// use fairfile_proof::Leaf;
    ///
    /// let salt = [7; 32];
    /// let leaf = Leaf::new([1; 16], 29_907_000, &salt, br#"{"event":"look"}"#)?;
    /// assert!(leaf.opens_with(&salt, br#"{"event":"look"}"#));
    /// assert!(!leaf.opens_with(&salt, br#"{"event":"denied"}"#));
    /// assert_eq!(Leaf::from_bytes(&leaf.to_bytes())?, leaf);
    /// # Ok::<(), fairfile_proof::leaf::LeafError>(())
    /// ```
    ///
    /// # Errors
    /// [`LeafError::Minute`] beyond 2^53 - 1, some seventeen thousand million years from now.
    pub fn new(
        event_id: [u8; 16],
        minute: u64,
        salt: &[u8; SALT_BYTES],
        event_bytes: &[u8],
    ) -> Result<Leaf, LeafError> {
        if minute > MAX_INTEGER {
            return Err(LeafError::Minute);
        }
        Ok(Leaf { event_id, minute, commitment: commit(salt, event_bytes) })
    }

    /// The event's random id: the same in the leaf, in the event's receipt and in the store.
    pub fn event_id(&self) -> [u8; 16] {
        self.event_id
    }

    /// When the event happened, in minutes since 1970-01-01 UTC.
    pub fn minute(&self) -> u64 {
        self.minute
    }

    /// What ties the leaf to its event, for whoever holds the salt.
    pub fn commitment(&self) -> Hash {
        self.commitment
    }

    /// The 64 bytes that the journal keeps.
    pub fn to_bytes(&self) -> [u8; LEAF_BYTES] {
        let mut bytes = [0; LEAF_BYTES];
        // The minute first, over bytes 0..8: its own first byte is zero and makes room for the version.
        bytes[..8].copy_from_slice(&self.minute.to_be_bytes());
        bytes[0] = VERSION;
        bytes[8..24].copy_from_slice(&self.event_id);
        bytes[32..].copy_from_slice(&self.commitment);
        bytes
    }

    /// Reads the 64 bytes of a leaf; accepts exactly what [`Leaf::to_bytes`] writes.
    ///
    /// # Errors
    /// [`LeafError`] for another length, version, a byte in the reserved part, or an impossible minute.
    pub fn from_bytes(bytes: &[u8]) -> Result<Leaf, LeafError> {
        let bytes: &[u8; LEAF_BYTES] = bytes.try_into().map_err(|_| LeafError::Length { found: bytes.len() })?;
        let mut minute = [0; 8];
        minute.copy_from_slice(&bytes[..8]);
        minute[0] = 0;
        let minute = u64::from_be_bytes(minute);
        if bytes[0] != VERSION {
            return Err(LeafError::Version { found: bytes[0] });
        }
        if bytes[24..32] != [0; 8] {
            return Err(LeafError::Reserved);
        }
        if minute > MAX_INTEGER {
            return Err(LeafError::Minute);
        }
        let mut leaf = Leaf { event_id: [0; 16], minute, commitment: [0; 32] };
        leaf.event_id.copy_from_slice(&bytes[8..24]);
        leaf.commitment.copy_from_slice(&bytes[32..]);
        Ok(leaf)
    }

    /// The RFC 9162 leaf hash: what the Merkle tree is built from.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }

    /// Whether this leaf was written for exactly these event bytes under this salt.
    pub fn opens_with(&self, salt: &[u8; SALT_BYTES], event_bytes: &[u8]) -> bool {
        self.commitment == commit(salt, event_bytes)
    }
}

fn commit(salt: &[u8; SALT_BYTES], event_bytes: &[u8]) -> Hash {
    sha256(&[COMMITMENT_LABEL, salt, event_bytes])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(edit: impl FnOnce(&mut Vec<u8>), expected: Result<(), LeafError>) {
        let leaf = Leaf::new([3; 16], 29_907_000, &[5; 32], b"{}").expect("a small minute");
        let mut bytes = leaf.to_bytes().to_vec();
        edit(&mut bytes);
        assert_eq!(Leaf::from_bytes(&bytes).map(|_| ()), expected);
    }

    #[test]
    fn only_the_exact_form_is_read() {
        check(|_| (), Ok(()));
        check(|bytes| bytes[0] = 2, Err(LeafError::Version { found: 2 }));
        check(|bytes| bytes[24] = 1, Err(LeafError::Reserved));
        check(|bytes| bytes[31] = 1, Err(LeafError::Reserved));
        check(|bytes| bytes[1] = 0x20, Err(LeafError::Minute));
        check(|bytes| bytes.push(0), Err(LeafError::Length { found: 65 }));
        check(Vec::clear, Err(LeafError::Length { found: 0 }));
    }

    #[test]
    fn the_layout_is_the_promised_one() {
        let leaf = Leaf::new([0xab; 16], 0x01_0203, &[0; 32], b"{}").expect("a small minute");
        let bytes = leaf.to_bytes();
        assert_eq!(bytes[..8], [1, 0, 0, 0, 0, 1, 2, 3]);
        assert_eq!(bytes[8..24], [0xab; 16]);
        assert_eq!(bytes[24..32], [0; 8]);
        assert_eq!(bytes[32..], sha256(&[b"fairfile/leaf/1\n", &[0; 32], b"{}"]));
        assert_eq!(leaf.hash(), sha256(&[&[0], &bytes]));
    }

    proptest! {
        #[test]
        fn a_leaf_comes_back_as_it_went(
            event_id: [u8; 16], minute in 0..=MAX_INTEGER, salt: [u8; 32], event: Vec<u8>, other: Vec<u8>,
        ) {
            let leaf = Leaf::new(event_id, minute, &salt, &event)?;
            prop_assert_eq!(Leaf::from_bytes(&leaf.to_bytes())?, leaf);
            prop_assert!(leaf.opens_with(&salt, &event));
            prop_assert_eq!(leaf.opens_with(&salt, &other), other == event);
        }
    }
}
