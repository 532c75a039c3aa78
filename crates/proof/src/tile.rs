//! Names of tiles and bundles of entries, as C2SP tlog-tiles has them: how the journal is served.
//!
//! A tile of level `L` holds up to 256 hashes, each the root of a full subtree of `256^L` leaves.

use std::fmt;

use thiserror::Error;
use tlog_tiles::tile::Tile;

use crate::leaf::{LEAF_BYTES, Leaf, LeafError};

/// The height of a tile: 2^8 = 256 hashes when full.
pub(crate) const TILE_HEIGHT: u8 = 8;

/// How many hashes or entries a full tile holds.
pub const TILE_WIDTH: u16 = 256;

/// The highest level a tile can have in a journal of at most 2^53 - 1 leaves.
pub const MAX_TILE_LEVEL: u8 = 6;

/// The highest number a tile can have on any level, for the same reason.
const MAX_TILE_NUMBER: u64 = crate::encoding::MAX_INTEGER / 256;

/// A path that names no tile.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("expected a path such as `tile/0/x001/234` or `tile/entries/000.p/12`; see C2SP tlog-tiles")]
pub struct TilePathError;

/// One tile of hashes: its level, its number on that level from 0, and how many hashes it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileName {
    level: u8,
    number: u64,
    width: u16,
}

impl TileName {
    /// A tile of 1 to 256 hashes; nothing for a tile that no journal can have.
    pub fn new(level: u8, number: u64, width: u16) -> Option<TileName> {
        let possible = level <= MAX_TILE_LEVEL && number <= MAX_TILE_NUMBER && (1..=TILE_WIDTH).contains(&width);
        possible.then_some(TileName { level, number, width })
    }

    /// The tile as it stands in a journal of `size` leaves; nothing if it has not begun.
    pub fn in_tree(level: u8, number: u64, size: u64) -> Option<TileName> {
        let entries = entries_on(level, size)?;
        let left = entries.checked_sub(number.checked_mul(u64::from(TILE_WIDTH))?)?;
        let width = u16::try_from(left).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        TileName::new(level, number, width)
    }

    /// The level, 0 for the hashes of the leaves.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The number on its level, from 0.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many hashes it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds 256 hashes and will never change again.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// How many bytes it has: 32 for each hash.
    pub fn bytes(&self) -> usize {
        usize::from(self.width) * 32
    }

    /// Whether a journal of `size` leaves has this tile, at least this wide.
    pub fn fits(&self, size: u64) -> bool {
        TileName::in_tree(self.level, self.number, size).is_some_and(|there| there.width >= self.width)
    }
}

/// How many hashes all tiles of `level` hold together in a journal of `size` leaves.
pub(crate) fn entries_on(level: u8, size: u64) -> Option<u64> {
    (level <= MAX_TILE_LEVEL).then(|| size >> (TILE_HEIGHT * level))
}

impl fmt::Display for TileName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        TilePath::Hashes(*self).fmt(out)
    }
}

/// What a path below the journal's address asks for.
///
/// ```
/// use fairfile_proof::TilePath;
///
/// let path = TilePath::parse("tile/entries/x001/234.p/12")?;
/// assert_eq!(path, TilePath::Entries { number: 1234, width: 12 });
/// assert_eq!(path.to_string(), "tile/entries/x001/234.p/12");
/// assert!(TilePath::parse("tile/0/000.p/256").is_err());
/// # Ok::<(), fairfile_proof::tile::TilePathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TilePath {
    /// A tile of hashes.
    Hashes(TileName),
    /// The leaves beneath a tile of level 0, as a bundle.
    Entries {
        /// The tile's number on level 0, from 0.
        number: u64,
        /// How many leaves, 1 to 256.
        width: u16,
    },
}

impl TilePath {
    /// Reads `tile/<level>/<number>[.p/<width>]` or `tile/entries/<number>[.p/<width>]`, the number in
    /// groups of three digits. One tile has one path: any other spelling is refused.
    ///
    /// # Errors
    /// [`TilePathError`], which does not repeat the path.
    pub fn parse(path: &str) -> Result<TilePath, TilePathError> {
        let rest = path.strip_prefix("tile/").ok_or(TilePathError)?;
        let (level, rest) = rest.split_once('/').ok_or(TilePathError)?;
        let level = match level {
            "entries" => None,
            digits => Some(small_number(digits).filter(|&n| n <= u16::from(MAX_TILE_LEVEL)).ok_or(TilePathError)?),
        };
        // tlog_tiles would panic on a width of 0 and read `+5` as 5, so the width is checked here first.
        if let Some((_, width)) = rest.rsplit_once(".p/") {
            small_number(width).filter(|n| (1..TILE_WIDTH).contains(n)).ok_or(TilePathError)?;
        }
        let theirs = match level {
            None => format!("tile/{TILE_HEIGHT}/data/{rest}"),
            Some(level) => format!("tile/{TILE_HEIGHT}/{level}/{rest}"),
        };
        let tile = Tile::from_path(&theirs).map_err(|_| TilePathError)?;
        let width = u16::try_from(tile.width()).map_err(|_| TilePathError)?;
        let name = TileName::new(tile.level(), tile.level_index(), width).ok_or(TilePathError)?;
        Ok(match level {
            None => TilePath::Entries { number: name.number, width: name.width },
            Some(_) => TilePath::Hashes(name),
        })
    }

    /// Whether a journal of `size` leaves has what this path asks for.
    pub fn fits(&self, size: u64) -> bool {
        match *self {
            TilePath::Hashes(name) => name.fits(size),
            TilePath::Entries { number, width } => TileName::new(0, number, width).is_some_and(|name| name.fits(size)),
        }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (folder, number, width) = match *self {
            TilePath::Hashes(name) => (name.level.to_string(), name.number, name.width),
            TilePath::Entries { number, width } => ("entries".to_owned(), number, width),
        };
        write!(out, "tile/{folder}/")?;
        let mut groups = vec![number % 1000];
        let mut above = number / 1000;
        while above > 0 {
            groups.push(above % 1000);
            above /= 1000;
        }
        for (at, group) in groups.iter().enumerate().rev() {
            if at > 0 {
                write!(out, "x{group:03}/")?;
            } else {
                write!(out, "{group:03}")?;
            }
        }
        if width < TILE_WIDTH { write!(out, ".p/{width}") } else { Ok(()) }
    }
}

/// Up to three decimal digits without a leading zero.
fn small_number(digits: &str) -> Option<u16> {
    let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| plain)?;
    (digits.len() == 1 || !digits.starts_with('0')).then_some(number)
}

/// The bytes of an entry bundle: each leaf after its length as two big-endian bytes.
pub fn entries_bundle(leaves: &[Leaf]) -> Vec<u8> {
    let mut bundle = Vec::with_capacity(leaves.len() * (2 + LEAF_BYTES));
    for leaf in leaves {
        bundle.extend_from_slice(&LEAF_LENGTH);
        bundle.extend_from_slice(&leaf.to_bytes());
    }
    bundle
}

const LEAF_LENGTH: [u8; 2] = [0, LEAF_BYTES as u8];

/// Reads an entry bundle back.
///
/// ```
/// use fairfile_proof::{Leaf, entries_bundle, parse_bundle};
///
/// let leaf = Leaf::new([1; 16], 5, &[2; 32], b"{}")?;
/// assert_eq!(parse_bundle(&entries_bundle(&[leaf, leaf]))?, [leaf, leaf]);
/// # Ok::<(), fairfile_proof::leaf::LeafError>(())
/// ```
///
/// # Errors
/// [`LeafError`] for a bundle that is cut, holds more than 256 entries, or an entry that is no leaf.
pub fn parse_bundle(bundle: &[u8]) -> Result<Vec<Leaf>, LeafError> {
    let entry_bytes = LEAF_LENGTH.len() + LEAF_BYTES;
    if !bundle.len().is_multiple_of(entry_bytes) || bundle.len() > entry_bytes * usize::from(TILE_WIDTH) {
        return Err(LeafError::Bundle);
    }
    bundle
        .chunks_exact(entry_bytes)
        .map(|entry| match entry.strip_prefix(&LEAF_LENGTH) {
            Some(leaf) => Leaf::from_bytes(leaf),
            None => Err(LeafError::Bundle),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(path: &str, expected: Option<TilePath>) {
        assert_eq!(TilePath::parse(path).ok(), expected, "{path}");
        if let Some(tile) = expected {
            assert_eq!(tile.to_string(), path);
        }
    }

    fn hashes(level: u8, number: u64, width: u16) -> Option<TilePath> {
        TileName::new(level, number, width).map(TilePath::Hashes)
    }

    #[test]
    fn a_tile_has_one_path() {
        check("tile/0/000", hashes(0, 0, 256));
        check("tile/1/x001/x234/067.p/1", hashes(1, 1_234_067, 1));
        check("tile/6/000.p/255", hashes(6, 0, 255));
        check("tile/entries/x001/000", Some(TilePath::Entries { number: 1000, width: 256 }));
        for wrong in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/00/000",
            "tile/7/000",
            "tile/64/000",
            "tile/255/000",
            "tile/+0/000",
            "tile/8/0/000",
            "tile/data/000",
            "tile/0/000.p/0",
            "tile/0/000.p/+0",
            "tile/0/000.p/00",
            "tile/0/000.p/256",
            "tile/0/000.p/",
            "tile/0/000.p/+5",
            "tile/0/000.p/05",
            "tile/0/000.p/5/",
            "tile/0/000.p/5.p/0",
            "/tile/0/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/entries/-01",
            "tile/0/é",
            "tile/0/00\u{661}",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_tile_is_as_wide_as_the_journal_lets_it_be() {
        let width = |level, number, size| TileName::in_tree(level, number, size).map(|name| name.width());
        assert_eq!(width(0, 0, 0), None);
        assert_eq!(width(0, 0, 1), Some(1));
        assert_eq!(width(0, 0, 256), Some(256));
        assert_eq!(width(0, 1, 256), None);
        assert_eq!(width(1, 0, 256), Some(1));
        assert_eq!(width(1, 0, 255), None);
        assert_eq!(width(1, 0, 65_536 + 300), Some(256));
        assert_eq!(width(1, 1, 65_536 + 300), Some(1));
        assert_eq!(width(7, 0, u64::MAX), None);
        assert_eq!(width(0, u64::MAX, u64::MAX), None);
    }

    #[test]
    fn a_cut_bundle_is_refused() {
        let leaf = Leaf::new([1; 16], 5, &[2; 32], b"{}").expect("a small minute");
        let bundle = entries_bundle(&[leaf; 3]);
        assert_eq!(bundle.len(), 3 * 66);
        assert_eq!(parse_bundle(&bundle[..100]), Err(LeafError::Bundle));
        assert_eq!(parse_bundle(&entries_bundle(&[leaf; 257])), Err(LeafError::Bundle));
        let mut other_length = bundle;
        other_length[1] = 63;
        assert_eq!(parse_bundle(&other_length), Err(LeafError::Bundle));
    }

    proptest! {
        #[test]
        fn every_name_comes_back_from_its_path(
            level in 0..=MAX_TILE_LEVEL, number in 0..=MAX_TILE_NUMBER, width in 1..=TILE_WIDTH,
        ) {
            let name = TileName::new(level, number, width).expect("in range");
            prop_assert_eq!(TilePath::parse(&name.to_string()), Ok(TilePath::Hashes(name)));
            let theirs = Tile::new(TILE_HEIGHT, level, number, u32::from(width), false).path();
            prop_assert_eq!(theirs.replacen("tile/8/", "tile/", 1), name.to_string());
        }
    }
}
