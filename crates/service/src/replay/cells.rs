//! Cells and keys of rows as short keyed hashes: small enough to hold them all, and nobody can aim at one.
//!
//! A whole number is its own cell. A text, bytes or nothing is a cell of 64 bits (SipHash-2-4) under a key of the node:
//! whoever changes a cell and does not hold that key is missed once in 2^64 tries. SHA-256, cut to as many bits, was
//! slower: there are some fifty cells and keys for each leaf.

use std::fmt::Write as _;
use std::hash::Hasher as _;

use fairfile_proof::leaf_hash;
use fairfile_store::Value;
use fairfile_vault::Hashes;
use siphasher::{sip, sip128};

/// A value of a column.
pub(super) type Cell = u64;

/// The values of a primary key.
pub(super) type RowKey = [u8; 16];

/// Digits in a row in a readable key; more might be somebody's number.
const MOST_DIGITS: usize = 9;
/// The longest readable key.
const LONGEST_KEY: usize = 64;

/// Makes cells and keys, under keys of the node.
#[derive(Clone)]
pub(super) struct Cells {
    texts: sip::SipHasher24,
    bytes: sip::SipHasher24,
    keys: sip128::SipHasher24,
    nothing: Cell,
}

impl Cells {
    /// The cells of the node with these hashes: the same whenever they are made.
    pub(super) fn of(hashes: &Hashes) -> Self {
        let key = |what: &[u8]| first(&hashes.content_of("replay", what));
        Self {
            texts: sip::SipHasher24::new_with_key(&key(b"texts")),
            bytes: sip::SipHasher24::new_with_key(&key(b"bytes")),
            keys: sip128::SipHasher24::new_with_key(&key(b"keys")),
            nothing: Cell::from_be_bytes(first(&hashes.content_of("replay", b"nothing"))),
        }
    }

    /// The cell of `value`.
    pub(super) fn cell(&self, value: Value<'_>) -> Cell {
        match value {
            Value::Null => self.nothing,
            Value::Whole(whole) => whole.cast_unsigned(),
            Value::Text(text) => self.texts.hash(text.as_bytes()),
            Value::Bytes(bytes) => self.bytes.hash(bytes),
        }
    }

    /// The cell of a value of which the journal holds the RFC 9162 leaf hash.
    pub(super) fn hashed(&self, value: Value<'_>) -> Cell {
        match value {
            Value::Null | Value::Whole(_) => self.cell(value),
            Value::Text(text) => self.cell(Value::Bytes(&leaf_hash(text.as_bytes()))),
            Value::Bytes(bytes) => self.cell(Value::Bytes(&leaf_hash(bytes))),
        }
    }

    /// The key of a row.
    pub(super) fn key<'v>(&self, values: impl IntoIterator<Item = Value<'v>>) -> RowKey {
        let mut hasher = self.keys;
        for value in values {
            match value {
                Value::Null => hasher.write(b"-"),
                Value::Whole(whole) => {
                    hasher.write(b"n");
                    hasher.write(&whole.to_be_bytes());
                }
                Value::Text(text) => with_length(&mut hasher, b't', text.as_bytes()),
                Value::Bytes(value) => with_length(&mut hasher, b'b', value),
            }
        }
        sip128::Hasher128::finish128(&hasher).as_bytes()
    }
}

fn with_length(hasher: &mut sip128::SipHasher24, kind: u8, value: &[u8]) {
    hasher.write(&[kind]);
    hasher.write(&(value.len() as u64).to_be_bytes());
    hasher.write(value);
}

fn first<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    let mut start = [0; N];
    start.copy_from_slice(&hash[..N]);
    start
}

/// The values of a primary key as people read them: ids as hexadecimal digits, codes as they are. A text that is no
/// code might be anybody's, so of such a one only the hash is told.
pub(super) fn readable<'v>(values: impl IntoIterator<Item = Value<'v>>) -> String {
    let mut text = String::new();
    for value in values {
        if !text.is_empty() {
            text.push(' ');
        }
        match value {
            Value::Null => text.push('-'),
            Value::Whole(whole) => text.push_str(&whole.to_string()),
            Value::Text(code) if is_code(code) => text.push_str(code),
            Value::Text(other) => push_hash(&mut text, other.as_bytes()),
            Value::Bytes(id) if id.len() <= 32 => text.push_str(&hex::encode(id)),
            Value::Bytes(other) => push_hash(&mut text, other),
        }
    }
    text
}

fn is_code(text: &str) -> bool {
    let sign = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'/');
    let many_digits = text.as_bytes().split(|c| !c.is_ascii_digit()).any(|digits| digits.len() > MOST_DIGITS);
    (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(sign) && !many_digits
}

fn push_hash(text: &mut String, value: &[u8]) {
    text.push_str("hash:");
    for byte in &leaf_hash(value)[..8] {
        // Memory takes text.
        write!(text, "{byte:02x}").ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_only_if_it_is_a_code() {
        assert_eq!(readable([Value::Text("drug-administration"), Value::Whole(-3)]), "drug-administration -3");
        assert_eq!(readable([Value::Bytes(&[0, 255])]), "00ff");
        for text in ["林晓禾", "539950196001011234", "Some Body", "", &"a".repeat(65)] {
            assert!(readable([Value::Text(text)]).starts_with("hash:"), "{text}");
        }
    }
}
