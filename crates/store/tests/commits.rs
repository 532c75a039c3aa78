//! The one write path: many pieces in one commit, each answered for itself, and nothing that is not journaled.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;

use fairfile_proof::Leaf;
use fairfile_store::{Entry, Leaves, Pending, Place, Stamp, Store, StoreError, journal, node};
use fairfile_testkit::postgres::Database;
use fairfile_testkit::{Engine, Raw};

/// An empty place for a store, gone with the test.
struct Ground {
    place: Place,
    raw: Raw,
    // After the store that stands on it.
    _database: Option<Database>,
    _dir: tempfile::TempDir,
}

fn ground(engine: Engine) -> Ground {
    let dir = tempfile::tempdir().expect("a folder");
    let (place, raw, database) = match engine {
        Engine::Sqlite => {
            let path = dir.path().join("fairfile.db");
            (Place::Sqlite(path.clone()), Raw::Sqlite(path), None)
        }
        Engine::Postgres => {
            let database = Database::new();
            (Place::Postgres(database.url.clone()), Raw::Postgres(database.url.clone()), Some(database))
        }
    };
    Ground { place, raw, _database: database, _dir: dir }
}

fn leaf(number: u32) -> Leaf {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Leaf::new(id, 29_907_000, &[5; 32], b"{}").expect("a leaf")
}

/// Writes a setting; gives the index that the piece was promised for its leaf.
fn write(store: &Store, number: u32) -> Pending<u64, StoreError> {
    store.write(move |mut tx| {
        let name = format!("setting {number}");
        node::add_settings(&mut tx, &[(&name, "value")])?;
        let next = tx.next_leaf();
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf(number))), next))
    })
}

/// Holds the sequencer until the sender is dropped, so that what is sent meanwhile waits for one commit.
fn hold(store: &Store) -> (mpsc::Sender<()>, Pending<(), StoreError>) {
    let (release, held) = mpsc::channel::<()>();
    let pending = store.write(move |tx| {
        held.recv().ok();
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf(u32::MAX))), ()))
    });
    (release, pending)
}

macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(super::Engine::Sqlite);
            }

            #[test]
            fn on_postgres() {
                super::$name(super::Engine::Postgres);
            }
        }
    )*};
}

on_both! {
    many_writes_share_commits_and_each_gets_its_own_answer
    writers_on_many_threads_are_all_answered_in_one_order
    a_piece_that_fails_takes_nothing_of_the_others_along
    what_was_answered_is_there_after_a_restart
    an_older_program_leaves_a_newer_database_alone
    a_long_piece_has_its_leaves_in_a_row
}

fn many_writes_share_commits_and_each_gets_its_own_answer(engine: Engine) {
    let ground = ground(engine);
    let store = Store::open(&ground.place).expect("it opens");
    let (release, held) = hold(&store);
    let pending: Vec<_> = (0..200).map(|number| write(&store, number)).collect();
    drop(release);
    held.wait().expect("answered");
    let answers: Vec<(u64, Stamp)> = pending.into_iter().map(|one| one.wait().expect("answered")).collect();
    let commits: BTreeSet<u64> = answers.iter().map(|(_, stamp)| stamp.head().snapshot().size()).collect();
    assert!(commits.len() < 20, "{} commits for 200 writes", commits.len());
    for (place, (promised, stamp)) in answers.iter().enumerate() {
        assert_eq!((stamp.leaf(), *promised), (place as u64 + 1, place as u64 + 1), "leaves are given out in order");
        assert_eq!(stamp.event().as_bytes(), &leaf(place as u32).event_id());
        assert!(stamp.head().snapshot().size() > stamp.leaf(), "the head holds the leaf");
    }
    assert_eq!(ground.raw.count("SELECT COUNT(*) FROM node"), 200);
}

fn writers_on_many_threads_are_all_answered_in_one_order(engine: Engine) {
    let ground = ground(engine);
    let store = Store::open(&ground.place).expect("it opens");
    let leaves: BTreeSet<u64> = std::thread::scope(|all| {
        let some = |first: u32| {
            let store = &store;
            move || {
                (first..first + 10)
                    .map(|number| write(store, number).wait().expect("answered").1.leaf())
                    .collect::<Vec<_>>()
            }
        };
        let threads: Vec<_> = (0..20).map(|thread| all.spawn(some(thread * 10))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a writer")).collect()
    });
    assert_eq!(leaves, (0..200).collect());
    let mut reader = store.read().expect("a reader");
    let stored = journal::list_leaves(&mut reader, 0, 1_000).expect("leaves");
    assert_eq!(stored.len(), 200);
}

fn a_piece_that_fails_takes_nothing_of_the_others_along(engine: Engine) {
    let ground = ground(engine);
    let store = Store::open(&ground.place).expect("it opens");
    let (release, held) = hold(&store);
    let fails_itself = |number: u32| -> Pending<u64, StoreError> {
        store.write(move |mut tx| {
            node::add_settings(&mut tx, &[(&format!("setting {number}"), "value")])?;
            Err(StoreError::Missing { table: "of the test" })
        })
    };
    let fails_in_the_database = |number: u32| -> Pending<u64, StoreError> {
        store.write(move |mut tx| {
            let name = format!("setting {number}");
            node::add_settings(&mut tx, &[(&name, "value"), (&name, "again")])?;
            Ok(tx.commit(Leaves::one(Entry::sealed(leaf(number))), 0))
        })
    };
    let gives_up: Pending<u64, StoreError> = store.write(|_tx| Err(StoreError::Missing { table: "of the test" }));
    let pending: Vec<_> = (0..60)
        .map(|number| match number % 3 {
            0 => (number, write(&store, number)),
            1 => (number, fails_itself(number)),
            _ => (number, fails_in_the_database(number)),
        })
        .collect();
    drop(release);
    held.wait().expect("answered");
    assert!(matches!(gives_up.wait(), Err(StoreError::Missing { table: "of the test" })));
    for (number, one) in pending {
        match (number % 3, one.wait()) {
            (0, Ok((promised, stamp))) => {
                assert_eq!(promised, u64::from(number / 3) + 1, "a failed piece uses up no leaf");
                assert_eq!(stamp.leaf(), promised);
            }
            (1, Err(StoreError::Missing { table: "of the test" })) => {}
            (2, Err(StoreError::Sqlite { .. } | StoreError::Postgres { .. })) => {}
            (_, other) => panic!("piece {number}: {:?}", other.map(|answer| answer.0)),
        }
    }
    assert_eq!(ground.raw.count("SELECT COUNT(*) FROM node"), 20);
    assert_eq!(ground.raw.count("SELECT COUNT(*) FROM leaf"), 21);
    write(&store, 1_000).wait().expect("the store goes on");
}

/// Copies a database as a power cut leaves it: while it is open, with whatever lies in its log.
fn copy_as_it_lies(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        if Path::new(&name(from)).exists() {
            std::fs::copy(name(from), name(to)).expect("a copy");
        }
    }
}

fn what_was_answered_is_there_after_a_restart(engine: Engine) {
    let ground = ground(engine);
    let mut root = None;
    for round in 0..3 {
        let store = Store::open(&ground.place).expect("it opens");
        assert_eq!(root, (round > 0).then(|| store.head().snapshot().root()), "the tree is the one that was left");
        let pending: Vec<_> = (round * 300..(round + 1) * 300).map(|number| write(&store, number)).collect();
        pending.into_iter().for_each(|one| drop(one.wait().expect("answered")));
        assert_eq!(store.head().snapshot().size(), u64::from(round + 1) * 300);
        root = Some(store.head().snapshot().root());
        if let Place::Sqlite(path) = &ground.place {
            let lost = path.with_file_name(format!("cut-{round}.db"));
            copy_as_it_lies(path, &lost);
            let restored = Store::open(&Place::Sqlite(lost)).expect("it opens after the power cut");
            assert_eq!(Some(restored.head().snapshot().root()), root, "what was answered was on disk");
        }
    }
    assert_eq!(ground.raw.count("SELECT COUNT(*) FROM tile WHERE level = 0"), 3);
}

fn an_older_program_leaves_a_newer_database_alone(engine: Engine) {
    let ground = ground(engine);
    drop(Store::open(&ground.place).expect("it opens"));
    let known = ground.raw.count("SELECT COUNT(*) FROM migration");
    ground.raw.meddle(&format!("INSERT INTO migration (number, title) VALUES ({}, '9999_of_tomorrow')", known + 1));
    let error = Store::open(&ground.place).err().expect("it does not open");
    assert!(matches!(error, StoreError::Unfit(_)));
    let said = error.to_string();
    for words in ["of a newer Fairfile", "use the newer program", "nothing was changed"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(ground.raw.count("SELECT COUNT(*) FROM migration"), known + 1);
}

fn a_long_piece_has_its_leaves_in_a_row(engine: Engine) {
    let ground = ground(engine);
    let store = Store::open(&ground.place).expect("it opens");
    let long = |first: u32| -> Pending<u64, StoreError> {
        store.write(move |tx| {
            let next = tx.next_leaf();
            Ok(tx.commit(
                Leaves::new(Entry::sealed(leaf(first)), (first + 1..first + 3_000).map(leaf).map(Entry::sealed)),
                next,
            ))
        })
    };
    let pending: Vec<_> = (0..4).map(|piece| long(piece * 3_000)).collect();
    for (piece, one) in (0..4).zip(pending) {
        let (promised, stamp) = one.wait().expect("answered");
        assert_eq!((promised, stamp.leaf()), (piece * 3_000, piece * 3_000));
    }
    let mut reader = store.read().expect("a reader");
    let leaves = journal::list_leaves(&mut reader, 5_999, 2).expect("leaves");
    assert_eq!(leaves, [leaf(5_999), leaf(6_000)]);
}

#[test]
fn one_postgres_database_has_one_writer() {
    let ground = ground(Engine::Postgres);
    let store = Store::open(&ground.place).expect("it opens");
    let second = Store::open(&ground.place).err().expect("it is in use");
    assert!(matches!(second, StoreError::InUse), "{second}");
    assert!(second.to_string().contains("--server"));
    drop(store);
    drop(Store::open(&ground.place).expect("it is free again"));
}

#[test]
fn readers_change_nothing_on_either_engine_sqlite_and_postgres() {
    use fairfile_store::Read;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let ground = ground(engine);
        let store = Store::open(&ground.place).expect("it opens");
        let mut reader = store.read().expect("a reader");
        for sql in ["INSERT INTO node (setting, value) VALUES ('a', 'b')", "DELETE FROM node", "DROP TABLE node"] {
            assert!(reader.connection().run("test", sql, &[]).is_err(), "{engine:?}: {sql}");
        }
    }
}
