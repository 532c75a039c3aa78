//! An exported journal: a header line, then one leaf a line, so that a file of any length can be read
//! with the memory of one line.

use std::io::{self, BufRead, Read};

use serde_json::json;

use crate::checkpoint::VerifierKey;
use crate::encoding::{canonical, from_base64, to_base64};
use crate::leaf::Leaf;
use crate::wire::{Fields, FormatError};

/// The `schema` of an exported journal.
pub const JOURNAL_SCHEMA: &str = "fairfile.journal/1";

/// The most bytes of an exported journal's first line; more than any checkpoint needs.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Base64 of 64 bytes, and the line's end.
const LEAF_LINE_BYTES: u64 = 89;

/// The first line of an exported journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalHeader {
    /// The key that the file itself carries.
    pub key: VerifierKey,
    /// The signed head of the leaves that follow, as text.
    pub checkpoint: String,
}

impl JournalHeader {
    /// The header line, with its line end.
    ///
    /// ```
    /// use fairfile_proof::export::{JournalHeader, leaf_line};
    /// use fairfile_proof::{Leaf, NodeKey, Tree, verify_file};
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// let leaf = Leaf::new([1; 16], 29_907_000, &[5; 32], b"{}")?;
    /// let mut tree = Tree::empty();
    /// tree.append(leaf.hash());
    /// let checkpoint = key.sign_checkpoint(1, &tree.snapshot().root())?;
    ///
    /// let mut file = JournalHeader { key: key.verifier().clone(), checkpoint }.to_line()?;
    /// file += &leaf_line(&leaf);
    /// assert!(verify_file(file.as_bytes(), Some(&key.vkey()), None)?.ok);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Limit`] for a checkpoint that does not fit.
    pub fn to_line(&self) -> Result<String, FormatError> {
        let header = canonical(&json!({
            "schema": JOURNAL_SCHEMA,
            "origin": self.key.origin(),
            "key": self.key.to_string(),
            "checkpoint": self.checkpoint,
        }))?;
        if header.len() >= MAX_HEADER_BYTES {
            return Err(FormatError::Limit { limit: MAX_HEADER_BYTES });
        }
        Ok(String::from_utf8_lossy(&header).into_owned() + "\n")
    }

    /// Reads the header line, with or without its line end.
    ///
    /// # Errors
    /// [`FormatError`] for anything else than an exported journal's header.
    pub fn parse(line: &[u8]) -> Result<JournalHeader, FormatError> {
        let mut fields = Fields::document(line, MAX_HEADER_BYTES, JOURNAL_SCHEMA)?;
        let header = JournalHeader { key: fields.key()?, checkpoint: fields.text("checkpoint")? };
        fields.end()?;
        Ok(header)
    }
}

/// The line of one leaf, with its line end.
pub fn leaf_line(leaf: &Leaf) -> String {
    to_base64(&leaf.to_bytes()) + "\n"
}

/// What the next line of an exported journal holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A leaf.
    Leaf(Leaf),
    /// Something else, which no node wrote.
    Damaged,
    /// Nothing: the file has ended.
    End,
}

/// Reads the next line after the header, never more than a leaf's length of it.
///
/// # Errors
/// What `file` itself fails with.
pub fn next_line(file: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::with_capacity(LEAF_LINE_BYTES as usize);
    file.take(LEAF_LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(Line::End);
    }
    let text = line.strip_suffix(b"\n").unwrap_or(&line);
    let leaf = from_base64::<64>(text).and_then(|bytes| Leaf::from_bytes(&bytes).ok());
    Ok(leaf.map_or(Line::Damaged, Line::Leaf))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut file: &[u8], expected: &[Line]) {
        for line in expected {
            assert_eq!(next_line(&mut file).expect("memory can be read"), *line);
        }
    }

    #[test]
    fn a_line_is_a_leaf_or_damaged() {
        let leaf = Leaf::new([1; 16], 5, &[2; 32], b"{}").expect("a small minute");
        let line = leaf_line(&leaf);
        check(b"", &[Line::End]);
        check(line.repeat(2).as_bytes(), &[Line::Leaf(leaf), Line::Leaf(leaf), Line::End]);
        check(line.trim_end().as_bytes(), &[Line::Leaf(leaf), Line::End]);
        check(line.replace('\n', "\r\n").as_bytes(), &[Line::Damaged]);
        check(&line.as_bytes()[..40], &[Line::Damaged]);
        check(b"\n", &[Line::Damaged]);
        check(&[b'A'; 1000], &[Line::Damaged]);
    }
}
