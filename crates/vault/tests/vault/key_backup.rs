//! A backup of the keys comes back whole or not at all, and is dead once the root key has moved on.

use std::io::Write;
use std::path::PathBuf;

use aws_lc_rs::digest;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{RecordId, SealKeyId};
use fairfile_store::record::Sealed;
use fairfile_vault::{Chance, KeyBackup, KeyFile, Keyring, Vault, VaultError};

use crate::room::*;

const HEAD: Option<(u64, [u8; 32])> = Some((51_007, [8; 32]));

fn made_at() -> Instant {
    Instant::from_unix_micros(1_795_000_000_000_000).expect("an instant")
}

fn backup(room: &Room) -> Vec<u8> {
    let mut bytes = Vec::new();
    room.ring().backup(&mut bytes, "lanhe.example/journal", made_at(), HEAD).expect("a backup");
    bytes
}

/// Restores beside the room, under the root key in the file `root`.
fn restore(room: &Room, bytes: &[u8], root: &str) -> Result<KeyBackup, VaultError> {
    Keyring::restore(bytes, &room.path("restored.db"), &KeyFile::read(&room.path(root))?)
}

fn left_behind(room: &Room) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(room.dir.path()).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.to_string_lossy().contains("restored")).collect()
}

/// A room with a living record, a destroyed one and a doomed one.
fn lived_in() -> (Room, Sealed, SealKeyId, SealKeyId) {
    let room = room();
    let (living, gone, doomed) = (room.licence(), room.licence(), room.licence());
    room.ring().destroy(&[gone.key]).expect("it is destroyed");
    room.ring().doom(&[(doomed.key, LICENCE, 4)]).expect("it is marked");
    (room, living, gone.key, doomed.key)
}

#[test]
fn all_of_it_comes_back() {
    let (room, living, gone, doomed) = lived_in();
    let bytes = backup(&room);
    let said = restore(&room, &bytes, "root.key").expect("it is restored");
    let expected = KeyBackup {
        origin: "lanhe.example/journal".into(),
        made_at: made_at(),
        generation: 0,
        head: HEAD,
        content_keys: 2,
        destroyed_keys: 1,
    };
    assert_eq!(said, expected);
    let root = KeyFile::read(&room.path("root.key")).expect("the root key");
    let ring = Keyring::open(&room.path("restored.db"), Box::new(root)).expect("it opens");
    assert!(ring.is_destroyed(gone).expect("it is known"));
    assert_eq!(ring.list_doomed().expect("a list"), [(doomed, LICENCE, 4)]);
    assert!(ring.is_advance_due().expect("it is known"), "the destruction is not sealed off yet");
    assert_eq!(ring.node_seed(), room.ring().node_seed());
    let again = {
        let mut again = Vec::new();
        ring.backup(&mut again, "lanhe.example/journal", made_at(), HEAD).expect("a backup");
        again
    };
    assert_eq!(again, bytes, "a backup of what was restored is the same backup");
    let vault = Vault::new(ring);
    assert!(shows(&vault, &room, &living).expect("it opens"));
    vault.keyring().destroy(&[living.key]).expect("the data's ledger is applied");
    assert!(!shows(&vault, &room, &living).expect("it is gone"));
}

#[test]
fn it_holds_neither_the_root_key_nor_an_open_one() {
    let (room, ..) = lived_in();
    let bytes = backup(&room);
    let root = std::fs::read(room.path("root.key")).expect("the root key");
    assert!(!holds(&bytes, &root[28..60]));
    assert!(!holds(&bytes, room.ring().node_seed()));
}

#[test]
fn a_changed_bit_anywhere_is_named_and_nothing_is_restored() {
    let (room, ..) = lived_in();
    let bytes = backup(&room);
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        let error = restore(&room, &changed, "root.key").expect_err("a bit was changed");
        let named = match error {
            VaultError::DamagedKeyBackup(_) => true,
            VaultError::NotAKeyBackup | VaultError::OtherKeyBackup => !(22..26).contains(&place),
            _ => false,
        };
        assert!(named, "byte {place}: {error}");
        assert!(left_behind(&room).is_empty(), "byte {place}");
        assert!(KeyBackup::check(&changed[..]).is_err(), "byte {place} was changed, and the file alone tells it");
    }
}

#[test]
fn a_backup_that_was_cut_or_goes_on_is_named() {
    let (room, ..) = lived_in();
    let bytes = backup(&room);
    for length in 0..bytes.len() {
        let error = restore(&room, &bytes[..length], "root.key").expect_err("it was cut");
        let begun = length >= 22;
        assert!(matches!(error, VaultError::DamagedKeyBackup(_)) == begun, "{length} bytes: {error}");
        assert!(matches!(error, VaultError::NotAKeyBackup) != begun, "{length} bytes: {error}");
    }
    let error = restore(&room, &[&bytes[..], b"x"].concat(), "root.key").expect_err("it goes on");
    assert!(error.to_string().contains("after its end"), "{error}");
    assert!(left_behind(&room).is_empty());
}

#[test]
fn another_format_and_another_file_are_told_apart() {
    let (room, ..) = lived_in();
    let mut bytes = backup(&room);
    bytes[20] = b'2';
    assert!(matches!(restore(&room, &bytes, "root.key"), Err(VaultError::OtherKeyBackup)));
    let other = b"SQLite format 3\0 and many more bytes of it";
    assert!(matches!(restore(&room, other, "root.key"), Err(VaultError::NotAKeyBackup)));
    let header = |tables: i64| {
        let bytes = backup(&room);
        let text = String::from_utf8_lossy(&bytes[26..]).into_owned();
        let header = text.split_inclusive('}').take(2).collect::<String>();
        assert!(header.contains("\"tables\":1"), "{header}");
        let header = header.replace("\"tables\":1", &format!("\"tables\":{tables}"));
        [&bytes[..22], &(header.len() as u32).to_be_bytes(), header.as_bytes()].concat()
    };
    assert!(matches!(restore(&room, &header(2), "root.key"), Err(VaultError::OtherKeyBackup)));
    assert!(matches!(restore(&room, &header(1), "root.key"), Err(VaultError::DamagedKeyBackup(_))));
}

#[test]
fn a_forged_backup_is_found_though_its_sum_is_right() {
    let (room, _, gone, _) = lived_in();
    let mut bytes = backup(&room);
    // The ledger forgets: another id in its row, and the sum made anew.
    let place = bytes.windows(16).position(|piece| piece == gone.as_bytes()).expect("the row of the ledger");
    bytes[place] ^= 1;
    let end = bytes.len() - 32;
    let sum = digest::digest(&digest::SHA256, &bytes[..end]);
    bytes[end..].copy_from_slice(sum.as_ref());
    let error = restore(&room, &bytes, "root.key").expect_err("it is forged");
    assert!(error.to_string().contains("not written by this node"), "{error}");
    assert!(left_behind(&room).is_empty());
}

#[test]
fn a_place_that_is_taken_is_left_as_it_is() {
    let (room, ..) = lived_in();
    let bytes = backup(&room);
    for taken in ["restored.db", "restored.db-wal"] {
        std::fs::write(room.path(taken), b"something else").expect("a file");
        assert!(matches!(restore(&room, &bytes, "root.key"), Err(VaultError::PlaceTaken)));
        assert_eq!(std::fs::read(room.path(taken)).expect("a file"), b"something else");
        std::fs::remove_file(room.path(taken)).expect("it is removed");
    }
    // What a restore left behind that was cut off is no hindrance.
    std::fs::write(room.path("restored.db.restoring"), b"half a store").expect("a file");
    restore(&room, &bytes, "root.key").expect("it is restored");
    assert_eq!(left_behind(&room), [room.path("restored.db")]);
    assert!(matches!(restore(&room, &bytes, "root.key"), Err(VaultError::PlaceTaken)));
}

#[test]
fn a_backup_of_before_a_destruction_is_dead_and_one_of_after_lives_under_any_earlier_copy() {
    let (room, living, ..) = lived_in();
    std::fs::copy(room.path("root.key"), room.path("safe.key")).expect("the copy in the safe");
    let before = backup(&room);
    room.ring().advance(&room.chance).expect("it moves on");
    let after = backup(&room);
    let error = restore(&room, &before, "root.key").expect_err("it is dead");
    assert!(matches!(error, VaultError::OlderKeys), "{error}");
    assert!(left_behind(&room).is_empty());
    KeyFile::create(&room.path("other.key"), &Chance::seeded(50)).expect("another root key");
    assert!(matches!(restore(&room, &after, "other.key"), Err(VaultError::WrongCustodian(_))));
    restore(&room, &after, "safe.key").expect("it is restored");
    let root = KeyFile::read(&room.path("safe.key")).expect("the root key");
    let ring = Keyring::open(&room.path("restored.db"), Box::new(root)).expect("it opens");
    assert!(shows(&Vault::new(ring), &room, &living).expect("it opens"));
}

/// Takes so many bytes and no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_a_backup_and_harms_no_key() {
    let (room, living, ..) = lived_in();
    let whole = backup(&room);
    for room_left in (0..whole.len()).step_by(9) {
        let outcome = room.ring().backup(Full(room_left), "lanhe.example/journal", made_at(), HEAD);
        assert!(matches!(outcome, Err(VaultError::KeyBackup { .. })), "{room_left} bytes");
    }
    room.ring().backup(Full(whole.len()), "lanhe.example/journal", made_at(), HEAD).expect("room enough");
    assert!(room.shows(&living).expect("it opens"));
    room.ring().doom(&[(living.key, RecordId::from_bytes([1; 16]), 1)]).expect("the store still takes writes");
}
