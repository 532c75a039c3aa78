//! A sample that nobody chooses: which entries of the journal are drawn, for anybody to work out again.
//!
//! Whoever draws first journals a fingerprint of words that only he knows, and tells the words afterwards. Before, the
//! operator cannot know them; and whoever draws cannot know the root that the announcement itself makes, for its leaf is
//! salted by the node. The seed is made of both.

use crate::encoding::sha256;
use crate::merkle::Hash;

const LABEL: &str = "fairfile/draw/1\n";

/// The fingerprint of `words` that is announced: SHA-256 of their UTF-8 bytes.
pub fn fingerprint(words: &str) -> Hash {
    sha256(&[words.as_bytes()])
}

/// The seed of a draw: of its words, and of the root over the journal up to its announcement, that entry included.
///
/// It is SHA-256 of `fairfile/draw/1`, a line feed, the root in hexadecimal digits, a line feed, and the words.
pub fn seed(root: &Hash, words: &str) -> Hash {
    sha256(&[LABEL.as_bytes(), hex::encode(root).as_bytes(), b"\n", words.as_bytes()])
}

/// The entries that `seed` draws of the first `entries` of the journal, in order; one that comes again is left out.
///
/// The number `k`, from 1, is the first eight bytes, most significant first, of SHA-256 of the seed in hexadecimal
/// digits, a line feed, and `k` in decimal digits; divided by `entries`, the rest is the entry's number. Nothing is drawn
/// of nothing, and never more than `most` numbers are made.
///
/// ```
/// use fairfile_proof::draw::{drawn, seed};
///
/// let seed = seed(&[7; 32], "six dice: 4 1 6 6 2 3");
/// let first: Vec<u64> = drawn(&seed, 1_000, 5).collect();
/// assert_eq!(first, drawn(&seed, 1_000, 50).take(first.len()).collect::<Vec<_>>());
/// assert!(first.iter().all(|entry| *entry < 1_000));
/// ```
pub fn drawn(seed: &Hash, entries: u64, most: u32) -> impl Iterator<Item = u64> + use<> {
    let seed = hex::encode(seed);
    let mut seen = std::collections::BTreeSet::new();
    let number = move |k: u32| {
        let hash = sha256(&[seed.as_bytes(), b"\n", k.to_string().as_bytes()]);
        let first = hash.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        first.checked_rem(entries).filter(|entry| seen.insert(*entry))
    };
    (1..=most).filter_map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_can_be_worked_out_with_a_hash_program() {
        // printf 'fairfile/draw/1\n%s\nsix dice: 4 1 6 6 2 3' ROOT | sha256sum, and printf 'SEED\n1' | sha256sum.
        let root = [0x2a; 32];
        let text = format!("fairfile/draw/1\n{}\nsix dice: 4 1 6 6 2 3", "2a".repeat(32));
        let seed = seed(&root, "six dice: 4 1 6 6 2 3");
        assert_eq!(seed, sha256(&[text.as_bytes()]));
        let first = sha256(&[format!("{}\n1", hex::encode(seed)).as_bytes()]);
        let first = u64::from_be_bytes(*first.first_chunk().expect("32 bytes")) % 51_007;
        assert_eq!(drawn(&seed, 51_007, 1).collect::<Vec<_>>(), [first]);
    }

    #[test]
    fn every_entry_can_be_drawn_and_none_twice() {
        let all: std::collections::BTreeSet<u64> = drawn(&seed(&[0; 32], ""), 20, 1_000).collect();
        assert_eq!((all.len(), drawn(&seed(&[0; 32], ""), 20, 1_000).count()), (20, 20));
        assert_eq!(drawn(&seed(&[0; 32], ""), 0, 1_000).count(), 0);
    }
}
