//! The root key's file: whole or refused, and never gone in the middle of a move.

use std::path::{Path, PathBuf};

use fairfile_vault::{Chance, Custodian, KeyFile, VaultError};

struct Folder {
    _dir: tempfile::TempDir,
    path: PathBuf,
    next: PathBuf,
}

fn folder() -> (Folder, KeyFile) {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, next) = (dir.path().join("root.key"), dir.path().join("root.key.next"));
    let root = KeyFile::create(&path, &Chance::seeded(1)).expect("a root key");
    (Folder { _dir: dir, path, next }, root)
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::write(path, bytes).expect("a file");
}

fn generation(path: &Path) -> u64 {
    KeyFile::read(path).expect("a key file").generation().expect("a generation")
}

#[test]
fn a_root_key_is_its_owner_s_alone_and_never_replaced() {
    let (folder, root) = folder();
    let before = read(&folder.path);
    assert!(matches!(KeyFile::create(&folder.path, &Chance::seeded(2)), Err(VaultError::KeyFile { .. })));
    assert_eq!(read(&folder.path), before);
    root.advance(1).expect("it moves on");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&folder.path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let none = folder.path.with_file_name("none");
    assert!(matches!(KeyFile::read(&none), Err(VaultError::KeyFile { .. })));
}

#[test]
fn a_key_file_that_was_cut_or_changed_in_any_bit_is_refused() {
    let (folder, root) = folder();
    root.advance(3).expect("it moves on");
    let whole = read(&folder.path);
    let damaged = |bytes: &[u8], what: String| {
        write(&folder.path, bytes);
        assert!(matches!(KeyFile::read(&folder.path), Err(VaultError::DamagedKeyFile)), "{what}");
    };
    for place in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[place / 8] ^= 1 << (place % 8);
        damaged(&changed, format!("bit {place}"));
    }
    for length in (0..whole.len()).filter(|length| *length != 32) {
        damaged(&whole[..length], format!("{length} bytes"));
    }
    damaged(&[&whole[..], b"x"].concat(), "one byte more".into());
    // What a move leaves of an early file that it had overwritten.
    damaged(&[0; 32], "zeros".into());
    write(&folder.path, &whole);
    assert_eq!(generation(&folder.path), 3);
}

#[test]
fn the_file_of_a_first_node_is_of_generation_0_and_moves_on_like_any_other() {
    let (folder, root) = folder();
    let wrapped = root.wrap(2, "a key", &[9; 32], [1; 12]).expect("it is wrapped");
    write(&folder.path, &read(&folder.path)[28..60]);
    let first = KeyFile::read(&folder.path).expect("32 bytes are a key file");
    assert_eq!(first.generation().expect("a generation"), 0);
    first.advance(2).expect("it moves on");
    assert_eq!(generation(&folder.path), 2);
    assert_eq!(first.unwrap(2, "a key", &wrapped).expect("the same chain"), [9; 32]);
}

#[test]
fn the_root_key_goes_forward_and_never_back() {
    let (folder, root) = folder();
    let wrap = |generation| root.wrap(generation, "a key", &[9; 32], [1; 12]);
    let (today, later) = (wrap(0).expect("it is wrapped"), wrap(5).expect("a later one follows from it"));
    root.advance(5).expect("it moves on");
    root.advance(5).expect("to move where it is, is nothing");
    for root in [root, KeyFile::read(&folder.path).expect("a key file")] {
        assert_eq!(root.unwrap(5, "a key", &later).expect("it opens"), [9; 32]);
        assert!(matches!(root.unwrap(5, "another", &later), Err(VaultError::WrongCustodian(_))));
        assert!(matches!(root.unwrap(5, "a key", &today), Err(VaultError::WrongCustodian(_))));
        assert!(matches!(root.unwrap(0, "a key", &today), Err(VaultError::OlderKeys)));
        assert!(matches!(root.wrap(4, "a key", &[9; 32], [1; 12]), Err(VaultError::OlderKeys)));
        assert!(matches!(root.advance(4), Err(VaultError::OlderKeys)));
        assert!(matches!(root.advance(u64::MAX), Err(VaultError::WrongCustodian(_))));
    }
}

#[test]
fn the_bytes_of_the_root_key_before_are_overwritten() {
    let (folder, root) = folder();
    let other_name = folder.path.with_file_name("other-name");
    std::fs::hard_link(&folder.path, &other_name).expect("another name of the same bytes");
    let length = read(&other_name).len();
    root.advance(1).expect("it moves on");
    assert_eq!(read(&other_name), vec![0; length]);
    assert!(!folder.next.exists());
}

#[test]
fn a_move_that_was_cut_off_anywhere_leaves_one_root_key_or_the_next() {
    let (folder, root) = folder();
    let before = read(&folder.path);
    root.advance(1).expect("it moves on");
    let after = read(&folder.path);
    let read_as = |expected: u64, what: &str| {
        assert_eq!(generation(&folder.path), expected, "{what}");
        assert!(expected == 0 || !folder.next.exists(), "{what}: the move is ended");
        assert!(expected == 0 || read(&folder.path) == after, "{what}");
    };
    for length in 0..after.len() {
        write(&folder.path, &before);
        write(&folder.next, &after[..length]);
        read_as(0, &format!("{length} bytes of the next were written"));
    }
    for overwritten in 0..=before.len() {
        write(&folder.path, [&vec![0; overwritten], &before[overwritten..]].concat());
        write(&folder.next, &after);
        read_as(1, &format!("{overwritten} bytes of the one before were overwritten"));
    }
    // Half a next one from a cut before is no hindrance.
    write(&folder.path, &before);
    write(&folder.next, &after[..9]);
    KeyFile::read(&folder.path).expect("a key file").advance(1).expect("it moves on");
    read_as(1, "after half a move");
}
