//! Marks: what every input says in the sweep, unique to it, and every writing in which it could come out again.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};
use fairfile_vault::Chance;

use crate::table::Fate;

/// Half of a mark is found as well: what a buffer cut in two still tells.
const PIECE: usize = 16;

/// What one input says, and of whose record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The very bytes.
    pub bytes: Vec<u8>,
    /// What becomes of what it stands in.
    pub fate: Fate,
    /// Where it stands, for whoever reads a finding.
    pub place: String,
    /// The parts by which it is found.
    pieces: Vec<Vec<u8>>,
}

/// Makes marks, each of them once.
pub struct Mint {
    chance: Chance,
    /// All that were made.
    pub made: Vec<Mark>,
}

impl Mint {
    /// From a seed, so that a finding can be had again.
    pub fn new(seed: u64) -> Self {
        Self { chance: Chance::seeded(seed), made: Vec::new() }
    }

    /// A mark of 128 bits in 32 letters, for any input that takes words; a name can hold it too.
    pub fn letters(&mut self, fate: Fate, place: &str) -> String {
        let text = self.chance.bytes::<16>().expect("chance");
        let text: String = text.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|n| char::from(b'a' + n)).collect();
        self.keep(text.as_bytes(), fate, place);
        text
    }

    /// An amount that nobody else owes: 15 digits and two decimals.
    pub fn amount(&mut self, fate: Fate, place: &str) -> String {
        let number = u64::from_be_bytes(self.chance.bytes().expect("chance"));
        let whole = 100_000_000_000_000 + number % 900_000_000_000_000;
        self.keep(whole.to_string().as_bytes(), fate, place);
        format!("{whole}.25")
    }

    /// Makes a mark of what is one already: an identity number, a key.
    pub fn keep(&mut self, bytes: &[u8], fate: Fate, place: &str) {
        let pieces = if bytes.len() < 2 * PIECE { vec![bytes.to_vec()] } else { halves(bytes) };
        self.made.push(Mark { bytes: bytes.to_vec(), fate, place: place.to_owned(), pieces });
    }
}

fn halves(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![bytes[..PIECE].to_vec(), bytes[bytes.len() - PIECE..].to_vec()]
}

impl Mark {
    /// Every writing of every piece, with the name of the writing.
    pub fn writings(&self) -> impl Iterator<Item = (&'static str, Vec<u8>)> + '_ {
        self.pieces.iter().flat_map(|piece| writings(piece))
    }
}

/// Every writing of `plain` that the sweep looks for, none of them twice.
pub fn writings(plain: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let each = |write: &dyn Fn(u8) -> String| plain.iter().map(|c| write(*c)).collect::<String>().into_bytes();
    let mut all = vec![
        ("plain", plain.to_vec()),
        ("capitals", plain.to_ascii_uppercase()),
        ("UTF-16LE", plain.iter().flat_map(|c| [*c, 0]).collect()),
        ("UTF-16BE", plain.iter().flat_map(|c| [0, *c]).collect()),
        ("hex", each(&|c| format!("{c:02x}"))),
        ("HEX", each(&|c| format!("{c:02X}"))),
        ("percent", each(&|c| format!("%{c:02x}"))),
        ("PERCENT", each(&|c| format!("%{c:02X}"))),
        ("JSON escapes", each(&|c| format!("\\u{c:04x}"))),
        ("JSON ESCAPES", each(&|c| format!("\\u{c:04X}"))),
        ("bytes as a list", plain.iter().map(u8::to_string).collect::<Vec<_>>().join(",").into_bytes()),
        ("bytes as Rust prints them", inside(format!("{plain:?}"))),
        ("hex as Rust prints it", inside(format!("{plain:02x?}"))),
        ("HEX as Rust prints it", inside(format!("{plain:02X?}"))),
        ("XML numbers", each(&|c| format!("&#{c};"))),
        ("XML hex", each(&|c| format!("&#x{c:x};"))),
    ];
    for offset in 0..3 {
        all.push(("base64", base64_at(offset, plain, &STANDARD)));
        all.push(("base64url", base64_at(offset, plain, &URL_SAFE)));
    }
    let mut seen = BTreeSet::new();
    all.retain(|(_, bytes)| seen.insert(bytes.clone()));
    all
}

/// What stands between the brackets of a list.
fn inside(list: String) -> Vec<u8> {
    list.trim_matches(['[', ']']).as_bytes().to_vec()
}

/// The signs that `plain` becomes in base64 for sure, where `offset` bytes stand before it and any after it.
fn base64_at(offset: usize, plain: &[u8], alphabet: &Alphabet) -> Vec<u8> {
    let before = [vec![0; offset], plain.to_vec()].concat();
    let signs = GeneralPurpose::new(alphabet, NO_PAD).encode(&before).into_bytes();
    let whole = before.len() * 8 / 6;
    signs[(offset * 8).div_ceil(6)..whole].to_vec()
}
