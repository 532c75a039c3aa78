//! Everything here that reads a stranger's bytes, fed with what no node would write: it must answer, in
//! bounded time and without a panic, and never say that a changed file holds.
//!
//! Short by default; `cargo bolero test` runs the same targets for as long as one likes.

mod node;

use bolero::check;
use fairfile_proof::encoding::{canonical, parse};
use fairfile_proof::export::{JournalHeader, Line, next_line};
use fairfile_proof::{
    Leaf, Message, PersonCopy, Receipt, TilePath, VerifierKey, entries_bundle, parse_bundle, verify_consistency,
    verify_file, verify_inclusion,
};
use node::Node;

/// A change to a file: at which place (wrapped around), what to put there, how much to drop.
type Edit = (u16, u8, u8);

/// Bytes that mean something in the formats come up more often than chance would have it.
const TELLING: &[u8] = b"\"{}[]:,\\n0-+.e\n \x00\xff=/u";

fn edited(file: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for &(at, with, dropped) in edits.iter().take(8) {
        if bytes.is_empty() {
            break;
        }
        let at = usize::from(at) % bytes.len();
        let with = if with % 2 == 0 { TELLING[usize::from(with) % TELLING.len()] } else { with };
        match dropped % 4 {
            0 => bytes[at] = with,
            1 => bytes.insert(at, with),
            2 => drop(bytes.drain(at..(at + usize::from(dropped)).min(bytes.len()))),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// A changed file never holds, unless the change was only to spaces or was undone.
fn never_holds(file: &[u8], edits: &[Edit]) {
    let changed = edited(file, edits);
    let same = match (parse(file), parse(&changed)) {
        (Ok(before), Ok(after)) => before == after,
        _ => changed == file || [&changed[..], b"\n"].concat() == file,
    };
    let trusted = Node::new().key.vkey();
    if let Ok(report) = verify_file(&changed[..], Some(&trusted), None) {
        assert!(!report.ok || same, "a changed file holds: {}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn receipts() {
    let (node, looks) = Node::with_looks(3, 2);
    let receipt = node.receipt(looks[0]);
    check!().with_iterations(400).with_type::<Vec<Edit>>().for_each(|edits| {
        if let Ok(read) = Receipt::parse(&edited(&receipt, edits)) {
            assert_eq!(Receipt::parse(&read.to_json().expect("read from JSON")), Ok(read));
        }
        never_holds(&receipt, edits);
    });
}

#[test]
fn messages() {
    let message = Node::new().message();
    check!().with_iterations(600).with_type::<Vec<Edit>>().for_each(|edits| {
        if let Ok(read) = Message::parse(&edited(&message, edits)) {
            assert_eq!(Message::parse(&read.to_json().expect("read from JSON")), Ok(read));
        }
        never_holds(&message, edits);
    });
}

#[test]
fn copies() {
    let (node, looks) = Node::with_looks(3, 3);
    let copy = node.copy(&looks);
    check!().with_iterations(300).with_type::<Vec<Edit>>().for_each(|edits| {
        let earlier = edited(&copy, edits);
        if let Ok(read) = PersonCopy::parse(&earlier) {
            assert_eq!(PersonCopy::parse(&earlier), Ok(read));
        }
        drop(verify_file(&copy[..], None, Some(&earlier)));
        never_holds(&copy, edits);
    });
}

#[test]
fn journals() {
    let (node, _) = Node::with_looks(5, 1);
    let journal = node.journal();
    check!().with_iterations(300).with_type::<Vec<Edit>>().for_each(|edits| {
        let changed = edited(&journal, edits);
        drop(JournalHeader::parse(&changed));
        drop(verify_file(&journal[..], None, Some(&changed)));
        never_holds(&journal, edits);
    });
}

#[test]
fn journal_lines() {
    check!().with_iterations(1000).for_each(|bytes: &[u8]| {
        let mut rest = bytes;
        let mut lines = 0;
        while next_line(&mut rest).expect("memory can be read") != Line::End {
            lines += 1;
        }
        assert!(lines <= bytes.len());
    });
}

#[test]
fn checkpoints_and_keys() {
    let (node, _) = Node::with_looks(5, 1);
    let (checkpoint, key) = (node.checkpoint(), node.key.verifier());
    check!().with_iterations(1000).with_type::<Vec<Edit>>().for_each(|edits| {
        let changed = edited(checkpoint.as_bytes(), edits);
        let opened = std::str::from_utf8(&changed).is_ok_and(|text| key.open_checkpoint(text).is_ok());
        assert!(!opened || changed.starts_with(checkpoint.as_bytes()) || changed == checkpoint.as_bytes());
        let changed = edited(key.to_string().as_bytes(), edits);
        let text = String::from_utf8_lossy(&changed);
        assert!(VerifierKey::parse(&text).is_err() || text == key.to_string());
    });
}

#[test]
fn whole_files_of_chance() {
    check!().with_iterations(1000).for_each(|bytes: &[u8]| {
        assert!(verify_file(bytes, None, Some(bytes)).is_err());
        drop(std::str::from_utf8(bytes).map(VerifierKey::parse));
    });
}

#[test]
fn tile_paths() {
    check!().with_iterations(1000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        for path in [text.to_string(), format!("tile/{text}"), format!("tile/0/000.p/{text}")] {
            if let Ok(tile) = TilePath::parse(&path) {
                assert_eq!(tile.to_string(), path);
            }
        }
    });
    check!().with_iterations(1000).with_type::<Vec<Edit>>().for_each(|edits| {
        let changed = edited(b"tile/3/x001/x234/067.p/12", edits);
        let path = String::from_utf8_lossy(&changed);
        if let Ok(tile) = TilePath::parse(&path) {
            assert_eq!(tile.to_string(), path);
        }
    });
}

#[test]
fn leaves_and_bundles() {
    check!().with_iterations(1000).for_each(|bytes: &[u8]| {
        if let Ok(leaf) = Leaf::from_bytes(bytes) {
            assert_eq!(leaf.to_bytes(), bytes);
        }
        if let Ok(leaves) = parse_bundle(bytes) {
            assert_eq!(entries_bundle(&leaves), bytes);
        }
    });
    let (node, _) = Node::with_looks(3, 0);
    let leaves: Vec<Leaf> = node.events.iter().map(|(_, _, leaf)| *leaf).collect();
    let bundle = entries_bundle(&leaves);
    check!().with_iterations(1000).with_type::<Vec<Edit>>().for_each(|edits| {
        let changed = edited(&bundle, edits);
        if let Ok(leaves) = parse_bundle(&changed) {
            assert_eq!(entries_bundle(&leaves), changed);
        }
    });
}

#[test]
fn canonical_json() {
    let file = br#"{"a":[1,-2,true,"x\u00e9\n"],"b":{"c":{},"d":[]},"\ud83d\ude00":9007199254740991}"#;
    check!().with_iterations(2000).with_type::<Vec<Edit>>().for_each(|edits| {
        if let Ok(value) = parse(&edited(file, edits)) {
            let bytes = canonical(&value).expect("what was read can be written");
            assert_eq!(parse(&bytes).as_ref(), Ok(&value));
            assert_eq!(parse(&bytes).and_then(|again| canonical(&again)), Ok(bytes));
        }
    });
}

#[test]
fn proofs() {
    check!().with_iterations(1000).with_type::<(u64, u64, [u8; 32], [u8; 32], Vec<[u8; 32]>)>().for_each(
        |(one, other, leaf, root, proof)| {
            assert!(leaf == root || verify_inclusion(leaf, *one, *other, root, proof).is_err());
            assert!(leaf == root || verify_consistency(*one, leaf, *other, root, proof).is_err());
        },
    );
}
