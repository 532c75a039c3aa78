use std::path::Path;

use fairfile_testkit::Engine;

use super::*;
use crate::open::{self, Expected};
use crate::testing::{self, Ground, on_both};
use crate::{Fault, Place, Store};

on_both! {
    a_migration_that_fails_half_way_leaves_the_version_before
    a_migration_that_is_cut_off_leaves_the_version_before
    a_database_of_the_first_version_keeps_every_row
    an_older_program_leaves_a_newer_database_alone
    a_gap_and_another_title_are_refused_by_name
    a_second_opening_changes_nothing
}

/// What an engine can do in its own transactions, and then a statement that it cannot.
const BREAKS: Migration = (
    "9999_breaks",
    "ALTER TABLE record ADD COLUMN weight WHOLE;
     CREATE TABLE scale (scale WHOLE NOT NULL PRIMARY KEY) STRICT_TABLE;
     INSERT INTO scale (scale) VALUES (7);
     UPDATE record SET weight = 3;
     DELETE FROM look_record;
     INSERT INTO nowhere (scale) VALUES (7);
     CREATE TABLE never (never WHOLE NOT NULL PRIMARY KEY) STRICT_TABLE",
);
/// The same without the statement that fails.
const WORKS: Migration = (
    "9999_works",
    "ALTER TABLE record ADD COLUMN weight WHOLE;
     CREATE TABLE scale (scale WHOLE NOT NULL PRIMARY KEY) STRICT_TABLE;
     INSERT INTO scale (scale) VALUES (7);
     UPDATE record SET weight = 3",
);

fn with(last: Migration) -> Vec<Migration> {
    MIGRATIONS.iter().copied().chain([last]).collect()
}

fn a_migration_that_fails_half_way_leaves_the_version_before(engine: Engine) {
    let ground = Ground::new(engine);
    drop(ground.filled(60));
    let before = ground.content();
    let mut connection = ground.connect();
    let error = bring_up(&mut connection, &with(BREAKS), MIGRATIONS.len()).expect_err("it fails");
    assert!(matches!(error, StoreError::Sqlite { .. } | StoreError::Postgres { .. }), "{error}");
    assert_eq!(testing::content(&mut connection), before, "the connection itself sees the version before");
    drop(connection);
    assert_eq!(ground.content(), before);
    drop(Store::open_existing(&ground.place).expect("the program of before opens it"));
    let mut connection = ground.connect();
    let list = with(WORKS);
    let number = done(&mut connection, &list).expect("it is known");
    bring_up(&mut connection, &list, number).expect("the good one works");
    let after = testing::content(&mut connection);
    assert_eq!(after["scale"].1.len(), 1);
    assert_eq!(after["record"].0.last().map(String::as_str), Some("weight"));
    assert_eq!(latest(&mut connection).expect("a number") as usize, list.len());
}

fn a_migration_that_is_cut_off_leaves_the_version_before(engine: Engine) {
    let ground = Ground::new(engine);
    drop(ground.filled(200));
    let before = ground.content();
    let mut connection = ground.connect();
    connection.plain("test", begin_long(&connection)).expect("it begins");
    if matches!(connection, Connection::Sqlite(_)) {
        // A cache of a few pages: the half-done work goes to the disk as it comes.
        connection.plain("test", "PRAGMA cache_size = 4").expect("a small cache");
    }
    apply(&mut connection, &with(WORKS), MIGRATIONS.len() + 1).expect("all but the commit");
    if let Place::Sqlite(path) = &ground.place {
        let lost = ground.path("cut.db");
        copy_as_it_lies(path, &lost);
        let mut cut = open::connect_writer(&Place::Sqlite(lost), Expected::Node).expect("it opens after the cut");
        assert_eq!(testing::content(&mut cut), before, "what a power cut leaves");
    }
    drop(connection);
    assert_eq!(ground.content(), before, "what a kill leaves");
}

/// Copies a database as a power cut leaves it: while it is open, with whatever lies in its log.
fn copy_as_it_lies(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(name(from), name(to)).expect("a copy");
    }
}

fn a_database_of_the_first_version_keeps_every_row(engine: Engine) {
    let ground = Ground::new(engine);
    let mut connection = testing::open_at(&ground, 1);
    connection.plain("test", begin(&connection)).expect("it begins");
    testing::insert(&mut connection, &(0..200), |table| table != "migration");
    connection.plain("test", "COMMIT").expect("it is committed");
    let before = testing::content(&mut connection);
    drop(connection);
    let store = Store::open_existing(&ground.place).expect("this program opens it");
    assert_eq!(store.head().snapshot().size(), 200);
    drop(store);
    let mut after = ground.content();
    for (table, (columns, mut rows)) in before {
        let (new_columns, new_rows) = after.remove(&table).expect("no table is lost");
        if table == "migration" {
            assert_eq!(new_rows.len(), MIGRATIONS.len());
            continue;
        }
        if table == "officer" {
            // Each of them was released in the very moment of the stop, or was never stopped.
            let stopped_at = columns.iter().position(|column| column == "stopped_at").expect("a column");
            rows.iter_mut().for_each(|row| row[stopped_at] = testing::Cell::Null);
            rows.sort();
        }
        let position =
            |column: &String| new_columns.iter().position(|other| other == column).expect("no column is lost");
        let kept: Vec<usize> = columns.iter().map(position).collect();
        let mut new_rows: Vec<Vec<testing::Cell>> =
            new_rows.iter().map(|row| kept.iter().map(|position| row[*position].clone()).collect()).collect();
        new_rows.sort();
        assert_eq!(new_rows, rows, "{table}");
        assert_eq!(rows.len(), 200, "{table}");
    }
}

fn an_older_program_leaves_a_newer_database_alone(engine: Engine) {
    let ground = Ground::new(engine);
    drop(ground.filled(5));
    let before = ground.content();
    let mut connection = ground.connect();
    let refused = done(&mut connection, &MIGRATIONS[..1]).expect_err("the older program");
    let said = refused.to_string();
    for words in ["of a newer Fairfile", "this program knows 1", "use the newer program", "nothing was changed"] {
        assert!(said.contains(words), "{said}");
    }
    drop(connection);
    assert_eq!(ground.content(), before);
}

fn a_gap_and_another_title_are_refused_by_name(engine: Engine) {
    let check = |meddle: &str, words: &str| {
        let ground = Ground::new(engine);
        drop(ground.filled(5));
        ground.connect().plain("test", meddle).expect("a change by hand");
        let before = ground.content();
        for open in [Store::open, Store::open_existing] {
            let error = open(&ground.place).err().expect("it is refused");
            assert!(matches!(error, StoreError::Unfit(_)), "{error}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(error.to_string().contains("nothing was changed"), "{error}");
        }
        assert_eq!(ground.content(), before);
    };
    check("DELETE FROM migration WHERE number = 1", "lacks migration 1 and has a later one");
    check("UPDATE migration SET number = 77 WHERE number = 2", "lacks migration 2 and has a later one");
    check("UPDATE migration SET number = 0 WHERE number = 1", "lacks migration 1");
    check("UPDATE migration SET title = 'of_another' WHERE number = 2", "migration 2 of this database is not 0002_");
}

fn a_second_opening_changes_nothing(engine: Engine) {
    let ground = Ground::new(engine);
    drop(ground.filled(5));
    let before = ground.content();
    drop(Store::open(&ground.place).expect("it opens again"));
    drop(Store::open_existing(&ground.place).expect("and so it does"));
    assert_eq!(ground.content(), before);
}

#[test]
fn an_empty_postgres_database_is_no_node() {
    let ground = Ground::new(Engine::Postgres);
    let error = Store::open_existing(&ground.place).err().expect("nothing is there");
    assert!(matches!(error, StoreError::Fault { fault: Fault::Empty, .. }), "{error}");
    assert!(ground.content().is_empty(), "nothing was created");
}

/// Every way in which the file of a node that was set up is not what it was.
#[test]
fn a_file_that_is_not_what_it_was_is_named_on_sqlite() {
    let check = |damage: fn(&Path), expected: Fault, left: bool| {
        let ground = Ground::new(Engine::Sqlite);
        drop(ground.filled(300));
        let Place::Sqlite(path) = &ground.place else { panic!("a file") };
        damage(path);
        let error = Store::open_existing(&ground.place).err().expect("it is refused");
        assert!(matches!(error, StoreError::Fault { fault, .. } if fault == expected), "{expected:?}: {error:?}");
        assert_eq!(path.exists(), left, "{expected:?}: nothing is created");
    };
    let vanish: fn(&Path) = |path| std::fs::remove_file(path).expect("it is removed");
    let empty: fn(&Path) = |path| std::fs::write(path, b"").expect("it is emptied");
    let other: fn(&Path) = |path| std::fs::write(path, vec![b'x'; 100_000]).expect("it is overwritten");
    let cut: fn(&Path) = |path| {
        let file = std::fs::OpenOptions::new().write(true).open(path).expect("it opens");
        file.set_len(file.metadata().expect("its length").len() / 2 / 4096 * 4096).expect("it is cut");
    };
    let folder: fn(&Path) = |path| {
        std::fs::remove_file(path).expect("it is removed");
        std::fs::create_dir(path).expect("a folder in its place");
    };
    check(vanish, Fault::Gone, false);
    check(empty, Fault::Empty, true);
    check(other, Fault::NotADatabase, true);
    check(cut, Fault::Damaged, true);
    check(folder, Fault::NotWritable, true);
}

/// A file that may not be written is opened for reading by SQLite; asked by its own name, for no file mode stops the
/// system's first user.
#[test]
fn a_store_in_no_folder_is_named_on_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    let nowhere = Place::Sqlite(ground.path("no/such/folder/fairfile.db"));
    let error = Store::open(&nowhere).err().expect("there is no folder");
    assert!(matches!(error, StoreError::Fault { fault: Fault::NotWritable, .. }), "{error:?}");
    let error = Store::open_existing(&nowhere).err().expect("there is no folder");
    assert!(matches!(error, StoreError::Fault { fault: Fault::Gone, .. }), "{error:?}");
}

/// A reader must not bring back a file that has vanished under a node that is running.
#[test]
fn a_reader_creates_no_file_on_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    let error = open::open_reader(&ground.place).err().expect("there is no file");
    assert!(matches!(error, StoreError::Fault { fault: Fault::NotWritable, .. }), "{error:?}");
    let Place::Sqlite(path) = &ground.place else { panic!("a file") };
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_alone_on_sqlite() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new(Engine::Sqlite);
    let _store = ground.filled(3);
    for name in ["fairfile.db", "fairfile.db-wal", "fairfile.db-shm"] {
        let mode = std::fs::metadata(ground.path(name)).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
