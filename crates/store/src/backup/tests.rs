use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};

use fairfile_testkit::Engine;

use super::restore::restore_with;
use super::*;
use crate::migrate::MIGRATIONS;
use crate::reader::Readers;
use crate::testing::{self, Ground, on_both};
use crate::{Fault, Place, Snapshot, Store, migrate};

on_both! {
    a_backup_restores_onto_either_engine
    a_restored_node_goes_on
    a_backup_of_the_first_version_restores_to_this_one
    a_backup_is_taken_while_the_node_goes_on
    a_place_that_holds_data_is_left_alone
    a_restore_that_fails_leaves_nothing
    a_restore_that_is_killed_says_so_and_can_be_done_again
    a_node_whose_leaves_were_changed_gives_no_backup
    a_forged_backup_is_refused
}

fn about() -> About {
    About {
        origin: "lanhe.example/journal".into(),
        made_at: "2026-11-23T01:02:00Z".into(),
        checkpoint: "lanhe.example/journal\n3\nroot\n\n— signature\n".into(),
    }
}

fn backup(store: &Store) -> (Vec<u8>, Inventory) {
    let mut file = Vec::new();
    let inventory = write(&mut store.snapshot().expect("a snapshot"), &mut file, about()).expect("a backup");
    (file, inventory)
}

/// A small backup, the same for every test that only reads it.
fn small() -> Vec<u8> {
    backup(&Ground::new(Engine::Sqlite).filled(2)).0
}

fn a_backup_restores_onto_either_engine(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(300);
    let (file, written) = backup(&store);
    assert_eq!(written.bytes, file.len() as u64);
    assert_eq!((written.header.size, written.header.root), (300, store.head().snapshot().root()));
    assert_eq!(written.header.migration as usize, MIGRATIONS.len());
    let tables = ground.content();
    assert_eq!(written.header.tables as usize, tables.len() - 1, "all but the list of migrations");
    let rows: usize = tables.iter().filter(|table| table.0 != MIGRATION).map(|table| table.1.1.len()).sum();
    assert_eq!(written.rows as usize, rows);
    assert_eq!(header(file.as_slice()).expect("a header"), written.header);
    assert_eq!(check(file.as_slice()).expect("it is sound"), written);
    for other in [Engine::Sqlite, Engine::Postgres] {
        let new = Ground::new(other);
        assert_eq!(restore(file.as_slice(), &new.place).expect("it is restored"), written);
        assert_eq!(new.content(), tables, "{engine:?} to {other:?}");
        let restored = Store::open_existing(&new.place).expect("it opens");
        assert_eq!(restored.head().snapshot().root(), store.head().snapshot().root());
        // And back again, from a database that was never the first one.
        assert_eq!(backup(&restored).1.rows, written.rows);
    }
}

fn a_restored_node_goes_on(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(270);
    let (file, _) = backup(&store);
    let new = Ground::new(engine);
    restore(file.as_slice(), &new.place).expect("it is restored");
    let restored = Store::open_existing(&new.place).expect("it opens");
    for store in [&store, &restored] {
        testing::fill(store, 270..800);
    }
    assert_eq!(restored.head().snapshot().root(), store.head().snapshot().root());
    assert_eq!(new.content(), ground.content());
}

fn a_backup_of_the_first_version_restores_to_this_one(engine: Engine) {
    let ground = Ground::new(engine);
    let mut connection = testing::open_at(&ground, 1);
    connection.plain("test", migrate::begin(&connection)).expect("it begins");
    testing::insert(&mut connection, &(0..50), |table| table != MIGRATION);
    connection.plain("test", "COMMIT").expect("it is committed");
    let readers = Readers::new(ground.place.clone());
    let mut snapshot = Snapshot::begin(readers.lend().expect("a reader")).expect("a snapshot");
    let mut file = Vec::new();
    let written = write(&mut snapshot, &mut file, about()).expect("a backup");
    assert_eq!(written.header.migration, 1);
    drop(snapshot);
    let new = Ground::new(engine);
    restore(file.as_slice(), &new.place).expect("it is restored");
    drop(connection);
    drop(Store::open_existing(&ground.place).expect("the old node is brought up to date"));
    assert_eq!(new.content(), ground.content(), "both ways lead to the same");
    assert_eq!(new.content()[MIGRATION].1.len(), MIGRATIONS.len());
}

fn a_backup_is_taken_while_the_node_goes_on(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(400);
    let done = AtomicBool::new(false);
    std::thread::scope(|all| {
        all.spawn(|| {
            let mut number = 400;
            while !done.load(Ordering::Acquire) {
                testing::fill(&store, number..number + 7);
                number += 7;
            }
        });
        for _ in 0..5 {
            let mut snapshot = store.snapshot().expect("a snapshot");
            let mut file = Vec::new();
            let written = write(&mut snapshot, &mut file, about()).expect("a backup");
            let expected = testing::content_of(&mut snapshot);
            let new = Ground::new(Engine::Sqlite);
            restore(file.as_slice(), &new.place).expect("it is restored");
            assert_eq!(new.content(), expected);
            assert_eq!(expected["leaf"].1.len() as u64, written.header.size);
        }
        done.store(true, Ordering::Release);
    });
}

fn a_place_that_holds_data_is_left_alone(engine: Engine) {
    let file = small();
    let refused = |ground: &Ground| {
        let before = ground.content();
        let error = restore(file.as_slice(), &ground.place).expect_err("it is refused");
        assert!(matches!(error, BackupError::Occupied), "{error}");
        assert!(error.to_string().contains("this place holds data; nothing was changed"), "{error}");
        assert_eq!(ground.content(), before);
    };
    let ground = Ground::new(engine);
    drop(ground.filled(1));
    refused(&ground);
    let ground = Ground::new(engine);
    drop(Store::open(&ground.place).expect("a node without a row"));
    refused(&ground);
    let ground = Ground::new(engine);
    ground.connect().plain("test", "CREATE TABLE of_somebody_else (name TEXT)").expect("a table");
    let error = restore(file.as_slice(), &ground.place).expect_err("it is refused");
    assert!(matches!(error, BackupError::Occupied), "{error}");
}

/// A file that fails, or kills, when so many bytes of it were read.
struct Breaks<'f> {
    file: &'f [u8],
    left: usize,
    then: &'f dyn Fn() -> io::Error,
}

impl Read for Breaks<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err((self.then)());
        }
        let most = room.len().min(self.left).min(4_096);
        let read = self.file.read(&mut room[..most])?;
        self.left -= read;
        Ok(read)
    }
}

fn holds_no_node(place: &Place) {
    let error = Store::open_existing(place).err().expect("no node is there");
    assert!(matches!(error, StoreError::Fault { fault: Fault::Empty | Fault::Gone, .. }), "{error}");
    assert!(error.to_string().contains("fairfile restore"), "{error}");
}

fn a_restore_that_fails_leaves_nothing(engine: Engine) {
    let (file, _) = backup(&Ground::new(engine).filled(300));
    let ground = Ground::new(engine);
    for tenth in [1, 3, 6, 9] {
        let left = file.len() / 10 * tenth;
        let broken = Breaks { file: &file, left, then: &|| io::ErrorKind::TimedOut.into() };
        let error = restore(broken, &ground.place).expect_err("the file cannot be read to its end");
        assert!(matches!(error, BackupError::Read(_)), "{error}");
        let error = restore(&file[..left], &ground.place).expect_err("the file is cut off");
        assert!(matches!(error, BackupError::CutOff(_)), "{error}");
        let mut damaged = file.clone();
        damaged[left] ^= 4;
        let error = restore(damaged.as_slice(), &ground.place).expect_err("the file is damaged");
        assert!(!error.to_string().is_empty());
        holds_no_node(&ground.place);
        if let Place::Sqlite(path) = &ground.place {
            assert!(!path.exists(), "the file that was begun is taken away");
        }
    }
    restore(file.as_slice(), &ground.place).expect("the same place takes the whole one");
}

fn a_restore_that_is_killed_says_so_and_can_be_done_again(engine: Engine) {
    let origin = Ground::new(engine);
    let (file, _) = backup(&origin.filled(300));
    let ground = Ground::new(engine);
    for tenth in [1, 5, 9] {
        let left = file.len() / 10 * tenth;
        // The power goes: what lies on the disk at that moment is all that there is.
        let lost = Place::Sqlite(ground.path(&format!("cut-{tenth}.db")));
        let die = || -> io::Error {
            if let (Place::Sqlite(path), Place::Sqlite(lost)) = (&ground.place, &lost) {
                for suffix in ["", "-wal"] {
                    let name = |path: &std::path::Path| format!("{}{suffix}", path.display());
                    std::fs::copy(name(path), name(lost)).expect("a copy");
                }
            }
            // And the process with it: nothing is tidied up on the way out.
            std::panic::resume_unwind(Box::new("killed"));
        };
        let broken = Breaks { file: &file, left, then: &die };
        let killed = std::panic::catch_unwind(AssertUnwindSafe(|| restore(broken, &ground.place)));
        assert!(killed.is_err());
        holds_no_node(&ground.place);
        if matches!(ground.place, Place::Sqlite(_)) {
            holds_no_node(&lost);
            restore(file.as_slice(), &lost).expect("it is restored after the power cut");
            drop(Store::open_existing(&lost).expect("and it opens"));
        }
    }
    restore(file.as_slice(), &ground.place).expect("it is restored after the kills");
    assert_eq!(ground.content(), origin.content());
}

fn a_node_whose_leaves_were_changed_gives_no_backup(engine: Engine) {
    let check = |meddle: &str| {
        let ground = Ground::new(engine);
        drop(ground.filled(600));
        ground.connect().plain("test", meddle).expect("an intruder");
        let readers = Readers::new(ground.place.clone());
        let mut snapshot = Snapshot::begin(readers.lend().expect("a reader")).expect("a snapshot");
        let error = write(&mut snapshot, Vec::new(), about()).expect_err("it is refused");
        assert!(matches!(error, BackupError::Unsound), "{meddle}: {error}");
    };
    check("DELETE FROM leaf WHERE leaf_index = 77");
    check("UPDATE leaf SET leaf = (SELECT leaf FROM leaf WHERE leaf_index = 3) WHERE leaf_index = 77");
    check("UPDATE leaf SET leaf = event WHERE leaf_index = 5");
    check("UPDATE tile SET hashes = (SELECT hashes FROM tile WHERE level = 0 AND number = 0) WHERE level = 0");
}

/// Makes all digests of a backup fit what stands in it, as a forger can; gives each table's name with its bytes.
struct Forged {
    header: serde_json::Value,
    tables: Vec<(String, Vec<u8>)>,
}

impl Forged {
    fn from(file: &[u8]) -> Self {
        let end_of_line = |from: usize| from + file[from..].iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        let first = end_of_line(0);
        let second = end_of_line(first);
        let header: serde_json::Value = serde_json::from_slice(&file[first..second]).expect("a header");
        let mut at = second + 32;
        let mut tables = Vec::new();
        while at + 32 < file.len() {
            let start = at;
            at = end_of_line(at);
            let described: serde_json::Value = serde_json::from_slice(&file[start..at]).expect("a description");
            loop {
                let length = u32::from_be_bytes(file[at..at + 4].try_into().expect("4 bytes")) as usize;
                at += 4 + length;
                if length == 0 {
                    break;
                }
            }
            at += 8;
            tables.push((described["table"].as_str().expect("a name").to_owned(), file[start..at].to_vec()));
            at += 32;
        }
        Self { header, tables }
    }

    fn table(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.tables.iter_mut().find(|table| table.0 == name).expect("the table").1
    }

    fn sealed(&self) -> Vec<u8> {
        let mut file = format!("{MAGIC}{FORMAT}\n").into_bytes();
        file.extend(fairfile_proof::canonical(&self.header).expect("a header"));
        file.push(b'\n');
        let digest = |bytes: &[u8]| aws_lc_rs::digest::digest(&SHA256, bytes).as_ref().to_vec();
        file.extend(digest(&file));
        for (_, bytes) in &self.tables {
            file.extend(bytes);
            file.extend(digest(bytes));
        }
        file.extend(digest(&file));
        file
    }
}

fn a_forged_backup_is_refused(engine: Engine) {
    let (file, _) = backup(&Ground::new(engine).filled(20));
    assert_eq!(Forged::from(&file).sealed(), file, "a forger who changes nothing");
    let check = |forge: &dyn Fn(&mut Forged), expected: &dyn Fn(&BackupError) -> bool| {
        let mut forged = Forged::from(&file);
        forge(&mut forged);
        let ground = Ground::new(engine);
        let error = restore(forged.sealed().as_slice(), &ground.place).expect_err("it is refused");
        assert!(expected(&error), "{error}");
        holds_no_node(&ground.place);
    };
    let journal = |error: &BackupError| matches!(error, BackupError::Journal);
    let damaged = |error: &BackupError| matches!(error, BackupError::Damaged(_));
    check(&|forged| forged.header["root"] = "5a".repeat(32).into(), &journal);
    check(&|forged| forged.header["size"] = 19.into(), &journal);
    check(
        &|forged| {
            let leaves = forged.table("leaf");
            let at = leaves.windows(64).position(|bytes| *bytes == testing::leaf(7).to_bytes()).expect("leaf 7");
            leaves[at..at + 64].copy_from_slice(&testing::leaf(8).to_bytes());
        },
        &journal,
    );
    check(&|forged| forged.header["engine"] = "other".into(), &damaged);
    check(&|forged| forged.header["more"] = "other".into(), &damaged);
    check(
        &|forged| {
            forged.tables.pop();
            forged.header["tables"] = forged.tables.len().into();
        },
        &damaged,
    );
    check(
        &|forged| {
            let again = forged.tables[0].clone();
            forged.tables.push(again);
            forged.header["tables"] = forged.tables.len().into();
        },
        &damaged,
    );
    let renamed = |from: &'static str, to: &'static str| {
        move |forged: &mut Forged| {
            let bytes = forged.table("look_record");
            let text = String::from_utf8_lossy(&bytes[..200]).into_owned();
            let at = text.find(from).expect("the word");
            bytes.splice(at..at + from.len(), to.bytes());
        }
    };
    check(&renamed("look_record", "lookrecord"), &damaged);
    check(&renamed("look_record", "a\\u0007b; DROP TABLE x"), &damaged);
    check(&renamed("\"whole\"", "\"bytes\""), &damaged);
    let number =
        |error: &BackupError| matches!(error, BackupError::Store(StoreError::Unfit(said)) if said.contains("newer"));
    check(&|forged| forged.header["migration"] = 999.into(), &number);
}

#[test]
fn a_backup_of_a_newer_program_is_refused() {
    let file = small();
    let ground = Ground::new(Engine::Sqlite);
    let older = restore_with(file.as_slice(), &ground.place, &MIGRATIONS[..1]).expect_err("the older program");
    assert!(older.to_string().contains("use the newer program, nothing was changed"), "{older}");
    let newer = [b"fairfile backup 2\n", &file[18..]].concat();
    let error = check(newer.as_slice()).expect_err("another format");
    assert!(matches!(error, BackupError::NewerFormat { has: 2 }), "{error}");
    let Place::Sqlite(path) = &ground.place else { panic!("a file") };
    assert!(!path.exists());
}

#[test]
fn every_flipped_bit_is_found() {
    let file = small();
    for at in 0..file.len() {
        let mut flipped = file.clone();
        // Another bit from one byte to the next.
        flipped[at] ^= 1 << (at % 8);
        match check(flipped.as_slice()).expect_err("a bit was flipped") {
            BackupError::NotABackup | BackupError::NewerFormat { .. } if at < 18 => {}
            BackupError::CutOff(_) | BackupError::Damaged(_) => {}
            error => panic!("byte {at}: {error}"),
        }
    }
}

#[test]
fn every_cut_is_found() {
    let file = small();
    for length in 0..file.len() {
        let error = check(&file[..length]).expect_err("it was cut");
        assert!(matches!(error, BackupError::CutOff(_)), "{length}: {error}");
    }
    let longer = [file.as_slice(), b"\n"].concat();
    let error = check(longer.as_slice()).expect_err("something follows");
    assert!(matches!(error, BackupError::Damaged(Part::End)), "{error}");
}

#[test]
fn another_file_is_no_backup() {
    for bytes in ["SQLite format 3\0", "fairfile backups 1\n", "fairfile backup one\n", "fairfile backup 0\n{}\n", "\n"]
    {
        let error = check(bytes.as_bytes()).expect_err("another file");
        assert!(matches!(error, BackupError::NotABackup), "{bytes:?}: {error}");
    }
    assert!(matches!(check(&[b'x'; 100_000][..]), Err(BackupError::NotABackup)));
    let long = [MAGIC.as_bytes(), b"1\n", &[b'x'; 100_000]].concat();
    assert!(matches!(check(long.as_slice()), Err(BackupError::Damaged(Part::Header))));
}

/// A disk that takes so many bytes and no more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_backup() {
    let ground = Ground::new(Engine::Sqlite);
    let store = ground.filled(800);
    let whole = backup(&store).1.bytes as usize;
    for room in [0, 100, whole / 2, whole - 1] {
        let mut snapshot = store.snapshot().expect("a snapshot");
        let error = write(&mut snapshot, Full(room), about()).expect_err("the disk is full");
        assert!(matches!(error, BackupError::Write(_)), "{room}: {error}");
    }
}

#[test]
fn a_row_that_no_reader_takes_is_not_written() {
    let (sealed, mut room) = (vec![0; MAX_ROW_BYTES], Vec::new());
    assert!(write::encode(&[Value::Bytes(&sealed)], &mut room).is_none());
    assert!(write::encode(&[Value::Bytes(&sealed[5..]), Value::Null], &mut room).is_none());
    assert!(write::encode(&[Value::Bytes(&sealed[6..]), Value::Null], &mut room).is_some());
}
