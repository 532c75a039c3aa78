//! Looks for every mark in any bytes: in every writing, and inside whatever is packed in them.

use std::collections::BTreeMap;
use std::io::Read;

use aho_corasick::AhoCorasick;
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::marks::Mark;

/// How much of one packed stream is unpacked.
const UNPACKED: u64 = 4 * 1024 * 1024;
/// How deep packed streams are followed into packed streams.
const DEPTH: usize = 3;
/// How packed streams begin: gzip, an entry of a zip archive, zlib with each of its four levels.
const SIGNS: [&[u8]; 6] = [b"\x1f\x8b\x08", b"PK\x03\x04", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"];

/// A mark's number, with the writings in which it was found.
pub type Found = BTreeMap<usize, String>;

/// Finds marks, by their numbers.
pub struct Scanner {
    patterns: AhoCorasick,
    /// Of each pattern: the mark, the writing.
    means: Vec<(usize, &'static str)>,
    signs: AhoCorasick,
}

impl Scanner {
    /// Looks for these.
    pub fn new(marks: &[Mark]) -> Self {
        let (mut patterns, mut means) = (Vec::new(), Vec::new());
        for (number, mark) in marks.iter().enumerate() {
            for (writing, bytes) in mark.writings() {
                patterns.push(bytes);
                means.push((number, writing));
            }
        }
        let automaton = |patterns: &[Vec<u8>]| AhoCorasick::new(patterns).expect("patterns");
        Self { patterns: automaton(&patterns), means, signs: automaton(&SIGNS.map(<[u8]>::to_vec)) }
    }

    /// Every mark in `bytes`, packed or not.
    pub fn find(&self, bytes: &[u8]) -> Found {
        let mut found = Found::new();
        self.search(bytes, "", 0, &mut found);
        found
    }

    fn search(&self, bytes: &[u8], way: &str, depth: usize, found: &mut Found) {
        for hit in self.patterns.find_iter(bytes) {
            let (mark, writing) = self.means[hit.pattern().as_usize()];
            found.entry(mark).or_insert_with(|| format!("{way}{writing} at {}", hit.start()));
        }
        if depth == DEPTH {
            return;
        }
        for sign in self.signs.find_iter(bytes) {
            let (place, rest) = (sign.start(), &bytes[sign.start()..]);
            let (name, inside) = match sign.pattern().as_usize() {
                0 => ("gzip", unpacked(GzDecoder::new(rest))),
                1 => ("zip", zip_entry(rest)),
                _ => ("zlib", unpacked(ZlibDecoder::new(rest))),
            };
            if !inside.is_empty() {
                self.search(&inside, &format!("{way}{name} at {place}, "), depth + 1, found);
            }
        }
    }
}

/// What can be unpacked of a stream before it ends or breaks.
fn unpacked(stream: impl Read) -> Vec<u8> {
    let (mut stream, mut inside, mut piece) = (stream.take(UNPACKED), Vec::new(), [0; 4096]);
    // What comes before a fault is looked through all the same.
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        inside.extend_from_slice(&piece[..read]);
    }
    inside
}

/// The content of the entry of a zip archive whose local header begins here, if it is deflated.
fn zip_entry(bytes: &[u8]) -> Vec<u8> {
    let half = |place: usize| Some(usize::from(u16::from_le_bytes([*bytes.get(place)?, *bytes.get(place + 1)?])));
    let content = || {
        let begins = 30 + half(26)? + half(28)?;
        if half(8)? == 8 { bytes.get(begins..) } else { None }
    };
    content().map(|content| unpacked(DeflateDecoder::new(content))).unwrap_or_default()
}

/// The scanner finds what is planted, in every writing and container: otherwise its silence would mean nothing.
#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::marks::{Mint, writings};
    use crate::table::Fate;

    fn mint() -> Mint {
        let mut mint = Mint::new(1);
        for _ in 0..20 {
            mint.letters(Fate::Lives, "planted");
        }
        mint.amount(Fate::Lives, "planted");
        mint.keep(&[0, 255, 7, 62, 63, 200, 91, 17, 3, 250, 251, 252], Fate::IsADeadKey, "planted");
        mint
    }

    /// Each mark alone among other bytes: found, and no other.
    fn check(what: &str, write: impl Fn(&[u8]) -> Vec<u8>) {
        let mint = mint();
        let scanner = Scanner::new(&mint.made);
        for (number, mark) in mint.made.iter().enumerate() {
            for before in 0..4 {
                let around = [&b"\x01ab,"[..before], &mark.bytes, b", and more"].concat();
                let found = scanner.find(&[b"\xfe\x78".as_slice(), &write(&around), b"\x00\x78\x9c"].concat());
                assert_eq!(found.keys().collect::<Vec<_>>(), [&number], "{what} with {before} bytes before it");
            }
        }
    }

    fn packed<W: Write>(mut stream: W, bytes: &[u8], finish: impl Fn(W) -> Vec<u8>) -> Vec<u8> {
        stream.write_all(bytes).expect("memory takes it");
        finish(stream)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        packed(GzEncoder::new(Vec::new(), Compression::best()), bytes, |stream| stream.finish().expect("packed"))
    }

    fn zip(bytes: &[u8]) -> Vec<u8> {
        let deflated = packed(DeflateEncoder::new(Vec::new(), Compression::fast()), bytes, |stream| {
            stream.finish().expect("packed")
        });
        let mut head = [0; 31];
        head[..4].copy_from_slice(b"PK\x03\x04");
        (head[8], head[26]) = (8, 1);
        [head.as_slice(), &deflated].concat()
    }

    #[test]
    fn every_writing_is_found() {
        check("plain", <[u8]>::to_vec);
        check("base64", |plain| STANDARD.encode(plain).into_bytes());
        check("base64url", |plain| URL_SAFE_NO_PAD.encode(plain).into_bytes());
        for (name, _) in writings(b"any").into_iter().filter(|writing| !writing.0.starts_with("base64")) {
            // Digits have no capitals: what a writing leaves as it is goes as it is.
            let written = |plain: &[u8]| writings(plain).into_iter().find(|writing| writing.0 == name);
            check(name, |plain| written(plain).map_or_else(|| plain.to_vec(), |writing| writing.1));
        }
    }

    #[test]
    fn what_is_packed_is_found() {
        check("gzip", gzip);
        check("zlib", |plain| {
            let stream = ZlibEncoder::new(Vec::new(), Compression::default());
            packed(stream, plain, |stream| stream.finish().expect("packed"))
        });
        check("a zip archive", zip);
        check("a zip archive in gzip", |plain| gzip(&zip(plain)));
        check("gzip that was cut off", |plain| {
            let mut long = plain.to_vec();
            long.extend((0..60_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()));
            let mut packed = gzip(&long);
            packed.truncate(packed.len() / 2);
            packed
        });
    }

    #[test]
    fn half_a_mark_is_found() {
        let mint = mint();
        let scanner = Scanner::new(&mint.made);
        for (number, mark) in mint.made.iter().enumerate().filter(|(_, mark)| mark.bytes.len() == 32) {
            for half in [&mark.bytes[..20], &mark.bytes[12..]] {
                assert!(scanner.find(half).contains_key(&number));
            }
        }
    }
}
