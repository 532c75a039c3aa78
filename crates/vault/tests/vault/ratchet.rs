//! After a destruction the root key moves on: what was copied before is dead, what lives goes on living.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use fairfile_domain::id::SealKeyId;
use fairfile_store::record::Sealed;
use fairfile_vault::{Chance, Custodian, KeyFile, Keyring, Mark, Month, Vault, VaultError};

use crate::room::*;

/// Copies the key store as it lies on disk.
fn copy_store(room: &Room, to: &Path) {
    let store = rusqlite::Connection::open(room.path("keys.db")).expect("the key store");
    store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("all of it is in the file");
    drop(store);
    std::fs::copy(room.path("keys.db"), to).expect("a copy");
}

fn open(room: &Room, store: &str, root: &str) -> Result<Vault, VaultError> {
    let root = KeyFile::read(&room.path(root))?;
    Ok(Vault::new(Keyring::open(&room.path(store), Box::new(root))?))
}

/// A room with a record that is destroyed, a living one of the same month, and what was copied before.
fn after_a_destruction() -> (Room, Sealed, Sealed) {
    let room = room();
    let (gone, living) = (room.licence(), room.licence());
    std::fs::copy(room.path("root.key"), room.path("safe.key")).expect("the copy in the safe");
    copy_store(&room, &room.path("old.db"));
    assert!(!room.ring().is_advance_due().expect("it is known"));
    room.ring().destroy(&[gone.key]).expect("it is destroyed");
    assert!(room.ring().is_advance_due().expect("it is known"));
    assert_eq!(room.ring().advance(&room.chance).expect("it moves on"), 1);
    assert!(!room.ring().is_advance_due().expect("it is known"));
    (room, gone, living)
}

#[test]
fn what_lives_goes_on_living_before_and_after_a_restart() {
    let (room, gone, living) = after_a_destruction();
    assert!(room.shows(&living).expect("it opens"));
    assert!(!room.shows(&gone).expect("it is gone"));
    let hash = room.ring().hashes().content_of("a", b"b");
    let again = open(&room, "keys.db", "root.key").expect("it opens again");
    assert!(shows(&again, &room, &living).expect("it opens"));
    assert!(!shows(&again, &room, &gone).expect("it is gone"));
    assert_eq!(again.keyring().hashes().content_of("a", b"b"), hash);
    assert_eq!(again.keyring().node_seed(), room.ring().node_seed());
}

#[test]
fn a_key_store_copied_before_is_dead_under_the_root_key_of_after() {
    let (room, ..) = after_a_destruction();
    let error = open(&room, "old.db", "root.key").err().expect("it is dead");
    assert!(matches!(error, VaultError::OlderKeys), "{error}");
    assert!(error.to_string().contains("by design"), "{error}");
    // To claim the later generation does not help it.
    let old = rusqlite::Connection::open(room.path("old.db")).expect("the old store");
    old.execute("UPDATE generation SET generation = 1", []).expect("it lies");
    drop(old);
    assert!(matches!(open(&room, "old.db", "root.key"), Err(VaultError::WrongCustodian(_))));
}

#[test]
fn a_row_of_an_old_copy_is_dead_in_the_store_of_today() {
    let (room, gone, living) = after_a_destruction();
    let today = rusqlite::Connection::open(room.path("keys.db")).expect("the key store");
    let path = room.path("old.db").to_string_lossy().into_owned();
    today.execute("ATTACH ?1 AS old", [path]).expect("the old copy");
    let sql = "INSERT INTO content_key SELECT * FROM old.content_key WHERE key_id = ?1";
    assert_eq!(today.execute(sql, [gone.key.as_bytes()]).expect("it is put back"), 1);
    today.execute("DELETE FROM destroyed_key", []).expect("the ledger is robbed");
    assert!(matches!(room.shows(&gone), Err(VaultError::NotOfThisPlace)));
    assert!(room.shows(&living).expect("the others are untouched"));
    // Nor with the month's key of the old copy: it does not unwrap any more.
    today
        .execute(
            "UPDATE month_key AS m SET wrapped = (SELECT wrapped FROM old.month_key o WHERE o.month = m.month)",
            [],
        )
        .expect("it is put back");
    assert!(matches!(room.shows(&gone), Err(VaultError::WrongCustodian(_))));
}

#[test]
fn a_crash_between_the_two_steps_is_mended_by_the_next_opening() {
    let (room, gone, living) = after_a_destruction();
    let moved = std::fs::read(room.path("root.key")).expect("the root key after");
    // The store had moved on, the file had not.
    std::fs::copy(room.path("safe.key"), room.path("root.key")).expect("the file of before");
    let again = open(&room, "keys.db", "root.key").expect("it opens");
    assert_eq!(std::fs::read(room.path("root.key")).expect("the root key"), moved);
    assert!(shows(&again, &room, &living).expect("it opens"));
    assert!(!shows(&again, &room, &gone).expect("it is gone"));
}

#[test]
fn a_safe_copy_of_the_first_root_key_opens_every_later_store() {
    let (room, _, living) = after_a_destruction();
    for generation in 2..5 {
        assert_eq!(room.ring().advance(&room.chance).expect("it moves on"), generation);
    }
    let again = open(&room, "keys.db", "safe.key").expect("it opens");
    assert!(shows(&again, &room, &living).expect("it opens"));
    assert_eq!(KeyFile::read(&room.path("safe.key")).expect("a key file").generation().expect("a number"), 4);
}

#[test]
fn another_node_s_root_key_opens_nothing_and_is_left_as_it_was() {
    let (room, ..) = after_a_destruction();
    KeyFile::create(&room.path("other.key"), &Chance::seeded(50)).expect("another root key");
    let before = std::fs::read(room.path("other.key")).expect("a file");
    assert!(matches!(open(&room, "keys.db", "other.key"), Err(VaultError::WrongCustodian(_))));
    assert_eq!(std::fs::read(room.path("other.key")).expect("a file"), before);
}

#[test]
fn a_key_made_before_and_kept_after_opens() {
    let room = room();
    let (one, other) = (room.licence(), room.licence());
    let month = Month::of(today());
    let late = room.ring().make(month, &room.chance).expect("a key");
    room.ring().destroy(&[one.key]).expect("it is destroyed");
    room.ring().advance(&room.chance).expect("it moves on");
    room.ring().keep([&late]).expect("it is kept");
    room.ring().lend(late.id()).expect("it opens");
    let again = keyring(room.dir.path()).expect("it opens again");
    again.lend(late.id()).expect("it opens");
    again.lend(other.key).expect("it opens");
}

#[test]
fn a_month_of_many_keys_is_renewed_to_the_last() {
    let room = room();
    let months = [Month::of(today()), Month::OF_PEOPLE];
    let keys: Vec<_> = (0..2_503).map(|n| room.ring().make(months[n % 2], &room.chance).expect("a key")).collect();
    room.ring().keep(&keys).expect("they are kept");
    let gone: Vec<SealKeyId> = keys.iter().step_by(7).map(fairfile_vault::NewKey::id).collect();
    room.ring().destroy(&gone).expect("they are destroyed");
    room.ring().advance(&room.chance).expect("it moves on");
    let again = keyring(room.dir.path()).expect("it opens again");
    for ring in [room.ring(), &again] {
        for (place, key) in keys.iter().enumerate() {
            match ring.lend(key.id()) {
                Ok(_) => assert_ne!(place % 7, 0),
                Err(error) => assert!(matches!(error, VaultError::Destroyed) && place % 7 == 0, "{place}: {error}"),
            }
        }
    }
}

#[test]
fn looks_go_on_while_the_root_key_moves() {
    let room = room();
    let living: Vec<Sealed> = (0..8).map(|_| room.licence()).collect();
    let ended = AtomicBool::new(false);
    let lent = std::thread::scope(|scope| {
        let look = || {
            let mut lent = 0u32;
            while !ended.load(Ordering::Relaxed) {
                for sealed in &living {
                    room.ring().lend(sealed.key).expect("it opens at any moment");
                    lent += 1;
                }
            }
            lent
        };
        let looks = [scope.spawn(look), scope.spawn(look)];
        for _ in 0..20 {
            let gone = room.licence();
            room.ring().destroy(&[gone.key]).expect("it is destroyed");
            room.ring().advance(&room.chance).expect("it moves on");
        }
        ended.store(true, Ordering::Relaxed);
        looks.map(|look| look.join().expect("no look failed"))
    });
    assert!(lent.iter().all(|lent| *lent > 0));
}

/// A custodian that does not manage to move on, as long as it is told so.
struct Stuck {
    file: KeyFile,
    stuck: std::sync::Arc<AtomicBool>,
}

impl Custodian for Stuck {
    fn generation(&self) -> Result<u64, VaultError> {
        self.file.generation()
    }

    fn wrap(&self, generation: u64, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
        self.file.wrap(generation, label, key, nonce)
    }

    fn unwrap(&self, generation: u64, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError> {
        self.file.unwrap(generation, label, wrapped)
    }

    fn advance(&self, generation: u64) -> Result<(), VaultError> {
        match self.stuck.load(Ordering::Relaxed) {
            true => Err(VaultError::KeyFile { doing: "written", source: std::io::Error::other("no space") }),
            false => self.file.advance(generation),
        }
    }
}

#[test]
fn a_custodian_that_cannot_move_says_so_and_catches_up_later() {
    let room = room();
    let (gone, living) = (room.licence(), room.licence());
    let stuck = std::sync::Arc::new(AtomicBool::new(false));
    let custodian = Stuck { file: KeyFile::read(&room.path("root.key")).expect("a key file"), stuck: stuck.clone() };
    let vault = Vault::new(Keyring::open(&room.path("keys.db"), Box::new(custodian)).expect("a ring"));
    vault.keyring().destroy(&[gone.key]).expect("it is destroyed");
    stuck.store(true, Ordering::Relaxed);
    for _ in 0..2 {
        assert!(matches!(vault.keyring().advance(&room.chance), Err(VaultError::KeyFile { .. })));
        assert!(vault.keyring().is_advance_due().expect("it is known"), "the root key has yet to move");
        assert!(shows(&vault, &room, &living).expect("it opens all the while"));
    }
    stuck.store(false, Ordering::Relaxed);
    assert_eq!(vault.keyring().advance(&room.chance).expect("it moves on"), 3);
    assert!(!vault.keyring().is_advance_due().expect("it is known"));
    let again = open(&room, "keys.db", "root.key").expect("it opens again");
    assert!(shows(&again, &room, &living).expect("it opens"));
}

#[test]
fn the_store_and_the_root_key_of_a_first_node_are_brought_up_and_go_on() {
    let room = room();
    let living = room.licence();
    let hash = room.ring().hashes().content_of("a", b"b");
    let root = std::fs::read(room.path("root.key")).expect("a key file");
    let Room { vault, store, chance, catalog, dir } = room;
    drop(vault);
    let keys = rusqlite::Connection::open(dir.path().join("keys.db")).expect("the key store");
    keys.execute_batch(
        "DROP TABLE generation; DROP TABLE destroyed_key; DROP TABLE doomed_key; DROP TABLE worn_month;
         DELETE FROM master_key WHERE label IN ('high-water mark', 'backups of keys'); PRAGMA user_version = 0;",
    )
    .expect("as a first node left it");
    drop(keys);
    std::fs::write(dir.path().join("root.key"), &root[28..60]).expect("as a first node wrote it");
    let path = dir.path().join("keys.db");
    // Cut off before it was noted, it is done again, and nothing is made twice.
    let seeds: Vec<_> = (0..2).map(|_| first_node_brought_up(&path, &chance)).collect();
    assert_eq!(seeds[0], seeds[1]);
    let root = KeyFile::read(&dir.path().join("root.key")).expect("the root key");
    let ring = Keyring::bring_up(&path, Box::new(root), &chance).expect("it is brought up");
    ring.note_brought_up().expect("it is noted");
    drop(ring);
    assert!(!Keyring::is_earlier(&path).expect("it is known"));
    let vault = Vault::new(keyring(dir.path()).expect("it opens"));
    let room = Room { vault, store, chance, catalog, dir };
    assert_eq!(room.ring().hashes().content_of("a", b"b"), hash);
    assert!(room.shows(&living).expect("it opens"));
    assert_eq!(room.ring().advance(&room.chance).expect("it moves on"), 1);
    assert!(room.shows(&living).expect("it opens"));
}

/// A key store of a first node that was being brought up, which was cut off; what its mark would be proved by.
fn first_node_brought_up(path: &Path, chance: &Chance) -> Vec<u8> {
    let folder = path.parent().expect("a folder");
    assert!(Keyring::is_earlier(path).expect("it is known"));
    assert!(matches!(keyring(folder), Err(VaultError::EarlierKeyStore)), "nothing is made in passing");
    let root = KeyFile::read(&folder.join("root.key")).expect("the root key");
    let ring = Keyring::bring_up(path, Box::new(root), chance).expect("it is brought up");
    let mark = folder.join("mark");
    drop(Mark::renew(&mark, &ring, (1, [1; 32]), None).expect("a mark"));
    std::fs::read(mark).expect("the mark")
}

/// A custodian that lets the root key move on between the reading of a wrapped key and its unwrapping.
struct Overtaken {
    file: KeyFile,
    race: std::sync::Arc<Race>,
}

#[derive(Default)]
struct Race {
    ring: std::sync::OnceLock<std::sync::Weak<Keyring>>,
    is_on: AtomicBool,
}

impl Custodian for Overtaken {
    fn generation(&self) -> Result<u64, VaultError> {
        self.file.generation()
    }

    fn wrap(&self, generation: u64, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
        self.file.wrap(generation, label, key, nonce)
    }

    fn unwrap(&self, generation: u64, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError> {
        if self.race.is_on.swap(false, Ordering::Relaxed) {
            let ring = self.race.ring.get().and_then(std::sync::Weak::upgrade).expect("the ring");
            ring.advance(&Chance::seeded(60))?;
        }
        self.file.unwrap(generation, label, wrapped)
    }

    fn advance(&self, generation: u64) -> Result<(), VaultError> {
        self.file.advance(generation)
    }
}

#[test]
fn a_key_that_is_read_while_the_root_key_moves_on_is_read_again() {
    let room = room();
    let race = std::sync::Arc::new(Race::default());
    let file = KeyFile::read(&room.path("root.key")).expect("a key file");
    let custodian = Overtaken { file, race: race.clone() };
    let ring = Keyring::open(&room.path("keys.db"), Box::new(custodian)).expect("a ring");
    let ring = std::sync::Arc::new(ring);
    race.ring.set(std::sync::Arc::downgrade(&ring)).expect("once");
    let seed = ring.journal_seed(1).expect("a seed");
    race.is_on.store(true, Ordering::Relaxed);
    assert_eq!(ring.journal_seed(1).expect("what is on file now counts"), seed);
    let key = ring.make(Month::of(today()), &room.chance).expect("a key");
    ring.keep([&key]).expect("it is kept");
    race.is_on.store(true, Ordering::Relaxed);
    ring.lend(key.id()).expect("what is on file now counts");
}

#[test]
fn a_complete_store_never_gets_another_key_of_its_own() {
    let room = room();
    let keys = rusqlite::Connection::open(room.path("keys.db")).expect("the key store");
    keys.execute("DELETE FROM master_key WHERE label = 'index of identifiers'", []).expect("it is deleted");
    let error = keyring(room.dir.path()).err().expect("it is missing");
    assert!(matches!(error, VaultError::LacksKey("index of identifiers")), "{error}");
    keys.execute("DELETE FROM generation", []).expect("it is deleted");
    assert!(matches!(keyring(room.dir.path()), Err(VaultError::LacksKey(_))));
    keys.pragma_update(None, "user_version", 2).expect("as a later version leaves it");
    let error = keyring(room.dir.path()).err().expect("it is newer");
    assert!(matches!(error, VaultError::NewerKeyStore { found: 2, known: 1 }), "{error}");
}

#[test]
fn a_changed_byte_of_the_key_store_is_named_or_harmless_and_never_opens_another_content() {
    let room = room();
    let licence = room.licence();
    copy_store(&room, &room.path("whole.db"));
    let whole = std::fs::read(room.path("whole.db")).expect("the store");
    // Where something is written: most of the pages of so small a store are empty.
    let written: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] != 0).collect();
    let mut named = 0;
    for &place in written.iter().step_by(written.len() / 400 + 1) {
        let mut changed = whole.clone();
        changed[place] ^= 0x20;
        for ending in ["-wal", "-shm"] {
            drop(std::fs::remove_file(room.path(&format!("changed.db{ending}"))));
        }
        std::fs::write(room.path("changed.db"), changed).expect("a file");
        // `shows` compares the content with what was sealed.
        named += u32::from(!matches!(
            open(&room, "changed.db", "root.key").and_then(|vault| shows(&vault, &room, &licence)),
            Ok(true)
        ));
    }
    assert!(named > 100, "{named} of some 400");
}
