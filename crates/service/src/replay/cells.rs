//! Cells and keys of rows as short keyed hashes: small enough to hold them all, and nobody can aim at one.
//!
//! A whole number is its own cell. A text, bytes or nothing is a cell of 64 bits under a key of the node: whoever
//! changes a cell and does not hold that key is missed once in 2^64 tries.

use std::fmt::Write as _;

use fairfile_proof::leaf_hash;
use fairfile_store::Value;
use fairfile_vault::Hashes;

/// A value of a column.
pub(super) type Cell = u64;

/// The values of a primary key.
pub(super) type RowKey = [u8; 16];

/// Digits in a row in a readable key; more might be somebody's number.
const MOST_DIGITS: usize = 9;
/// The longest readable key.
const LONGEST_KEY: usize = 64;

/// Makes cells and keys, under a key of the node.
#[derive(Clone)]
pub(super) struct Cells {
    secret: [u8; 32],
    nothing: Cell,
}

impl Cells {
    /// The cells of the node with these hashes: the same whenever they are made.
    pub(super) fn of(hashes: &Hashes) -> Self {
        let mut cells = Self { secret: hashes.content_of("replay", b"cells"), nothing: 0 };
        cells.nothing = cells.short(b'-', &[]);
        cells
    }

    /// The cell of `value`.
    pub(super) fn cell(&self, value: Value<'_>) -> Cell {
        match value {
            Value::Null => self.nothing,
            Value::Whole(whole) => whole.cast_unsigned(),
            Value::Text(text) => self.short(b't', text.as_bytes()),
            Value::Bytes(bytes) => self.short(b'b', bytes),
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
        let mut bytes = Vec::with_capacity(160);
        bytes.extend_from_slice(&self.secret);
        bytes.push(b'k');
        for value in values {
            match value {
                Value::Null => bytes.push(b'-'),
                Value::Whole(whole) => {
                    bytes.push(b'n');
                    bytes.extend_from_slice(&whole.to_be_bytes());
                }
                Value::Text(text) => with_length(&mut bytes, b't', text.as_bytes()),
                Value::Bytes(value) => with_length(&mut bytes, b'b', value),
            }
        }
        first(&leaf_hash(&bytes))
    }

    fn short(&self, kind: u8, value: &[u8]) -> Cell {
        const ROOM: usize = 160;
        let length = 33 + value.len();
        let mut room = [0; ROOM];
        let hash = match room.get_mut(..length) {
            Some(bytes) => {
                bytes[..32].copy_from_slice(&self.secret);
                bytes[32] = kind;
                bytes[33..].copy_from_slice(value);
                leaf_hash(bytes)
            }
            None => leaf_hash(&[&self.secret, &[kind][..], value].concat()),
        };
        Cell::from_be_bytes(first(&hash))
    }
}

fn with_length(bytes: &mut Vec<u8>, kind: u8, value: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
    bytes.extend_from_slice(value);
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
