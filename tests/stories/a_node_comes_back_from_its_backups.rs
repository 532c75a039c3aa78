//! A lost node is restored from its backups: whole, checked, on either engine, or not at all.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fairfile_intake::Limits;
use fairfile_proof::verify_file;
use fairfile_service::folder::{Folder, FolderError};
use fairfile_service::keeping::{
    KeepingError, Restored, Sources, Standing, back_up_data, back_up_keys, check_backups, restore,
};
use fairfile_service::source::{Handed, submit_batch};
use fairfile_service::{Registry, RegistryError};
use fairfile_store::backup::BackupError;
use fairfile_testkit::backups::names;
use fairfile_testkit::postgres::Database;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Engine, Person, Row, World, on_both_engines, restorer};
use fairfile_vault::{Chance, VaultError};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// Requires a node that may be served, every row of which is as its journal tells.
#[track_caller]
fn is_whole(restored: &Restored) {
    assert!(matches!(restored.standing, Standing::Whole { findings: 0, .. }), "{restored:?}");
    assert_eq!(restored.keys_missing, 0);
}

fn opened(path: &Path) -> (Folder, Registry) {
    Folder::open(path, Chance::seeded(5), restorer()).expect("a node")
}

on_both_engines! {
    fn a_node_that_lost_everything_comes_back(world) {
        world.lives_through_everything(&mut |_| ());
        let lin = world.person("林晓禾");
        let looks = world.file_of(&lin).looks.len();
        let copy = world.copy_of(&lin);
        let (size, key) = (world.reg().store.head().snapshot().size(), world.published_key());
        let backups = world.backs_up();

        world.loses_everything();
        let restored = world.is_restored(&backups.sources()).expect("it is restored");
        is_whole(&restored);
        assert_eq!(restored.data.expect("the data").header.size, size);
        world.starts().expect("it starts");
        assert_eq!(world.published_key(), key, "the journal goes on under its name");
        let file = world.file_of(&lin);
        assert_eq!(file.looks.len(), looks + 2, "the copy's own look, and this one");
        let later = world.signed_copy(&file);
        assert!(verify_file(&later[..], Some(&key), Some(&copy)).expect("copies").ok, "and what was is still there");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &world.person("阿依努尔")));
    }

    fn the_backup_of_one_engine_is_restored_onto_the_other(world) {
        world.lives_through_everything(&mut |_| ());
        let backups = world.backs_up();
        let head = world.reg().store.head();
        let dir = tempfile::tempdir().expect("a folder");
        let database = (world.engine() == Engine::Sqlite).then(Database::new);
        let postgres = database.as_ref().map(|database| database.url.as_str());
        let sources = Sources { postgres, ..backups.sources() };
        let path = dir.path().join("node");
        is_whole(&restore(&path, &sources, Chance::seeded(3), restorer()).expect("it is restored"));
        let (_folder, reg) = opened(&path);
        let reg = Arc::new(reg);
        assert_eq!(reg.store.head().snapshot().root(), head.snapshot().root());
        let before = world.file_of(&world.person("林晓禾")).records.len();
        let subject = world.subject(&world.person("林晓禾")).expect("Lin is on file");
        let after = world.wait(fairfile_service::person::read_file(&reg, subject)).expect("the file").records.len();
        assert_eq!(after, before, "what could be read can be read");
    }

    fn only_what_was_lost_is_restored(world) {
        let lin = a_licence(world);
        let backups = world.backs_up();
        world.stops();
        for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
            fs::remove_file(world.folder().join("keys").join(name)).ok();
        }
        let refused = world.starts().expect_err("its keys are gone");
        assert!(matches!(refused, FolderError::Registry(RegistryError::Vault(VaultError::NoKeyStore))), "{refused}");
        is_whole(&world.is_restored(&backups.keys_alone()).expect("the keys are restored"));
        world.starts().expect("it starts");
        assert_eq!(world.file_of(&lin).records.len(), 1);

        let backups = world.backs_up();
        world.stops();
        world.loses_its_data();
        let refused = world.starts().expect_err("its data is gone").to_string();
        assert!(refused.contains("fairfile restore"), "{refused}");
        is_whole(&world.is_restored(&backups.data_alone()).expect("the data is restored"));
        world.starts().expect("it starts");
        assert_eq!(world.file_of(&lin).records.len(), 1);

        world.stops();
        fs::remove_file(world.folder().join("keys/root.key")).expect("the root key goes");
        let refused = world.starts().expect_err("its root key is gone");
        assert!(matches!(refused, FolderError::NoRootKey), "{refused}");
        let root_key = Sources { root_key: Some(&backups.root_key), ..Sources::default() };
        is_whole(&world.is_restored(&root_key).expect("the root key is restored"));
        world.starts().expect("it starts");
    }

    fn what_is_there_is_never_put_over(world) {
        a_licence(world);
        let backups = world.backs_up();
        let refuse = |sources: &Sources<'_>| {
            restore(&world.folder(), sources, Chance::seeded(3), restorer()).expect_err("it is refused")
        };
        let before = names(&world.folder());
        assert!(matches!(refuse(&backups.sources()), KeepingError::Folder(FolderError::InUse)));
        world.stops();
        let Sources { root_key, .. } = backups.sources();
        assert!(matches!(refuse(&Sources { root_key, ..Sources::default() }), KeepingError::Has("a root key")));
        assert!(matches!(refuse(&backups.keys_alone()), KeepingError::Has(_)));
        let data = refuse(&backups.data_alone());
        match world.engine() {
            Engine::Sqlite => assert!(matches!(data, KeepingError::Has(_)), "{data}"),
            Engine::Postgres => assert!(matches!(data, KeepingError::Backup(BackupError::Occupied)), "{data}"),
        }
        assert!(matches!(refuse(&Sources::default()), KeepingError::Nothing));
        assert_eq!(names(&world.folder()), before);
        world.starts().expect("nothing happened to it");

        let other = tempfile::tempdir().expect("a folder");
        fs::write(other.path().join("letter.txt"), "somebody's").expect("a file");
        let refused = restore(other.path(), &backups.sources(), Chance::seeded(3), restorer()).expect_err("not empty");
        assert!(matches!(refused, KeepingError::Folder(FolderError::NotEmpty)), "{refused}");
        assert_eq!(names(other.path()), ["letter.txt"]);
    }

    fn a_restore_that_was_cut_off_is_done_again(world) {
        let lin = a_licence(world);
        let backups = world.backs_up();
        let parts = ["root-key", "keys", "mark", "data", "settings"];
        // Cut off before anything, between any two parts, and after all of them: the mark in the folder is still there.
        for done in 0..=parts.len() {
            world.loses_everything();
            world.is_restored(&backups.sources()).expect("it is restored");
            let folder = world.folder();
            let files = ["keys/root.key", "keys/keys.db", "keys/mark", "data/fairfile.db", "node.toml"];
            for file in &files[done..] {
                fs::remove_file(folder.join(file)).ok();
            }
            for left in ["clock", "demo-keys"] {
                fs::remove_file(folder.join(left)).or_else(|_| fs::remove_dir_all(folder.join(left))).expect("gone");
            }
            fs::write(folder.join("restoring"), parts.join("\n")).expect("the mark of a restore");
            let refused = world.starts().expect_err("it is no node yet");
            assert!(matches!(refused, FolderError::HalfRestored), "{refused}");
            is_whole(&world.is_restored(&backups.sources()).unwrap_or_else(|error| panic!("{done}: {error}")));
            assert!(!folder.join("restoring").exists());
            world.starts().expect("it starts");
            assert_eq!(world.file_of(&lin).records.len(), 1);
        }
    }

    fn a_flipped_byte_is_named_and_leaves_nothing(world) {
        a_licence(world);
        let backups = world.backs_up();
        let dir = tempfile::tempdir().expect("a folder");
        let spoilt = dir.path().join("spoilt");
        for (file, which) in [(&backups.data, 0), (&backups.keys, 1)] {
            let right = fs::read(file).expect("a backup");
            for at in (0..right.len()).step_by(right.len() / 60 + 1) {
                let mut bytes = right.clone();
                bytes[at] ^= 1 << (at % 8);
                fs::write(&spoilt, bytes).expect("a spoilt backup");
                let mut sources = backups.sources();
                *[&mut sources.data, &mut sources.keys][which] = Some(&spoilt);
                let path = dir.path().join("node");
                let named = restore(&path, &sources, Chance::seeded(3), restorer()).expect_err("it was spoilt");
                let named = named.to_string();
                assert!(named.contains("backup") || named.contains("different nodes"), "byte {at}: {named}");
                assert_eq!(names(&path), ["(no folder)"], "byte {at} left something behind");
                let Sources { data, keys, .. } = sources;
                assert!(check_backups(data, keys).is_err(), "byte {at} of a backup was spoilt, and nothing was said");
            }
        }
        assert!(check_backups(Some(&backups.data), Some(&backups.keys)).is_ok());
    }

    fn backups_are_made_while_files_arrive(world) {
        let reg = world.reg();
        let rows: Vec<Row> = (0..2_500).map(|place| world.row(ITEM, &Person::invented("王伟", 2_000 + place))).collect();
        let bytes = csv(&rows).into_bytes();
        let source = world.source("drug-administration");
        let (evidence, handed) = (source.signs(ITEM, &bytes), Handed {
            member: "drug-administration".parse().expect("a member"),
            item: ITEM.parse().expect("an item"),
        });
        let dir = tempfile::tempdir().expect("a folder");
        let (data, keys) = (dir.path().join("data"), dir.path().join("keys"));
        let pair = ["data of a moment", "keys of that moment"].map(|name| dir.path().join(name));
        let is_done = AtomicBool::new(false);
        let mut sizes = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let again = || Ok(Cursor::new(bytes.clone()));
                let report =
                    submit_batch(&reg, &handed, again, None, &evidence, &Limits::default(), &mut |_, _, _| ());
                is_done.store(true, Ordering::SeqCst);
                assert_eq!(report.expect("the file is taken").counts.accepted, 2_500);
            });
            while !is_done.load(Ordering::SeqCst) {
                let file = fs::File::create(&data).expect("a file");
                sizes.push(back_up_data(&reg, file).expect("the data is backed up").header.size);
                back_up_keys(&reg, fs::File::create(&keys).expect("a file")).expect("the keys are backed up");
                let checked = check_backups(Some(&data), Some(&keys)).expect("both are whole");
                let signed = checked.keys.and_then(|keys| keys.head).map_or(0, |head| head.0);
                // What is signed between the two is more than the data has: such a pair is named, not restored.
                if sizes.last().is_some_and(|size| signed <= *size) {
                    for (file, kept) in [(&data, &pair[0]), (&keys, &pair[1])] {
                        fs::copy(file, kept).expect("a copy");
                    }
                }
            }
        });
        sizes.dedup();
        assert!(sizes.len() > 1, "no backup was made half-way: {sizes:?}");
        drop(reg);
        // Whether the file was on file by then or not: it is a moment of the node.
        let sources = Sources { data: Some(&pair[0]), keys: Some(&pair[1]), ..Sources::default() };
        let root_key = world.folder().join("keys/root.key");
        let database = (world.engine() == Engine::Postgres).then(Database::new);
        let postgres = database.as_ref().map(|database| database.url.as_str());
        let sources = Sources { root_key: Some(&root_key), postgres, ..sources };
        is_whole(&restore(&dir.path().join("node"), &sources, Chance::seeded(3), restorer()).expect("restored"));
    }

    fn what_does_not_belong_together_is_not_put_together(world) {
        a_licence(world);
        let (here, other) = (world.backs_up(), World::seeded(Engine::Sqlite, 77));
        let there = other.backs_up();
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("node");
        let refuse = |sources: &Sources<'_>| {
            let error = restore(&path, sources, Chance::seeded(3), restorer()).expect_err("it is refused");
            assert_eq!(names(&path), ["(no folder)"], "{error}");
            error
        };
        let mixed = Sources { data: Some(&there.data), ..here.sources() };
        assert!(matches!(refuse(&mixed), KeepingError::NotOneNode));
        let mixed = Sources { root_key: Some(&there.root_key), ..here.sources() };
        let error = refuse(&mixed).to_string();
        assert!(error.contains("does not open under this node's key file"), "{error}");
        let mixed = Sources { data: Some(&here.keys), keys: Some(&here.data), ..here.sources() };
        assert!(refuse(&mixed).to_string().contains("fairfile backup keys"));
        for (lacking, expected) in [
            (Sources { root_key: None, ..here.sources() }, "keys/root.key"),
            (Sources { keys: None, ..here.sources() }, "--keys FILE"),
            (Sources { data: None, ..here.sources() }, "--data FILE"),
        ] {
            let error = refuse(&lacking).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}

/// Lin's licence.
fn a_licence(world: &World) -> Person {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", "LH-1"));
    world.officer("0417").asks(&lin, PURPOSE);
    lin
}

/// Keys older than the data: what they lack is counted, and named by the replay.
#[test]
fn keys_that_are_older_than_the_data_are_told_of_on_sqlite() {
    let world = World::new(Engine::Sqlite);
    a_licence(&world);
    let before = world.backs_up();
    let wu = world.person("乌云娜");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &wu).with("registration_no", "LH-2"));
    let after = world.backs_up();
    let dir = tempfile::tempdir().expect("a folder");
    let sources = Sources { data: Some(&after.data), ..before.sources() };
    let restored = restore(&dir.path().join("node"), &sources, Chance::seeded(3), restorer()).expect("restored");
    assert_eq!(restored.keys_missing, 3, "Wu's own key, that of the licence, and that of the source's request");
    let Standing::Whole { findings, .. } = restored.standing else { panic!("{restored:?}") };
    assert_eq!(findings, 3, "the licence, the person, and the batch that brought it");
}

/// A hardware module that lost its key, or a copy of the root key of after a destruction: the error is in words.
#[test]
fn a_missing_root_key_is_asked_for_by_its_place() {
    let world = World::new(Engine::Sqlite);
    let backups = world.backs_up();
    let dir = tempfile::tempdir().expect("a folder");
    let nowhere = dir.path().join("nowhere");
    let sources = Sources { root_key: Some(&nowhere), ..backups.sources() };
    let error = restore(&dir.path().join("node"), &sources, Chance::seeded(3), restorer()).expect_err("no such file");
    assert!(matches!(error, KeepingError::File { what: "the root key", .. }), "{error}");
    let VaultError::DamagedKeyFile = damaged(&backups.keys, &dir.path().join("node"), &backups.sources()) else {
        panic!("a key backup is no root key");
    };
}

fn damaged(file: &Path, path: &Path, sources: &Sources<'_>) -> VaultError {
    let sources = Sources { root_key: Some(file), ..*sources };
    match restore(path, &sources, Chance::seeded(3), restorer()).expect_err("it is refused") {
        KeepingError::Registry(RegistryError::Vault(error)) => error,
        other => panic!("{other}"),
    }
}
