//! Keys that are put back by hand, from a copy of before, bring nothing back: they are found when the node opens.

use std::fs;
use std::path::{Path, PathBuf};

use fairfile_domain::day::Day;
use fairfile_service::RegistryError;
use fairfile_service::folder::FolderError;
use fairfile_testkit::raw::Cell;
use fairfile_testkit::{World, on_both_engines};
use tempfile::TempDir;

const ITEM: &str = "pharmacist-licence";
const NUMBER: &str = "LH-1";

/// The folder `keys` as it is now, mark and root key with it.
fn copy_of_keys(world: &World) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    world.restarts(|folder| each_file(&folder.join("keys"), copy.path()));
    copy
}

fn each_file(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
    }
}

/// Stops the node and puts the keys of `copy` in the place of its own.
fn puts_back(world: &World, copy: &TempDir) {
    world.stops();
    let keys = world.folder().join("keys");
    fs::remove_dir_all(&keys).and_then(|()| fs::create_dir(&keys)).expect("the keys go");
    each_file(copy.path(), &keys);
}

fn a_record(world: &World) {
    let row = world.row(ITEM, &world.person("林晓禾")).with("registration_no", NUMBER);
    world.source("drug-administration").records(ITEM, row);
}

fn its_retention_ends(world: &World) {
    let last = world.raw().count("SELECT MAX(retained_until) FROM record") as i32;
    world.until(Day::from_epoch_day(last).expect("a day").tomorrow());
    assert_eq!(world.calendar_runs().destroyed, 1);
}

/// The row of the record's key, as it lies in the key store.
fn row_of_key(world: &World) -> Vec<Cell> {
    let key = world.raw_keys().literal(&world.raw().rows("SELECT key_id FROM record")[0][0]);
    let row = world.raw_keys().rows(&format!("SELECT key_id, month, wrapped FROM content_key WHERE key_id = {key}"));
    row.into_iter().next().unwrap_or_default()
}

fn are_missing(world: &World) -> u64 {
    match world.starts() {
        Err(FolderError::Registry(RegistryError::KeysBehind { missing })) => missing,
        Err(other) => panic!("{other}"),
        Ok(()) => panic!("it starts with keys of before"),
    }
}

on_both_engines! {
    fn what_was_destroyed_is_destroyed_again(world) {
        a_record(world);
        let copy = copy_of_keys(world);
        its_retention_ends(world);
        puts_back(world, &copy);
        assert!(!row_of_key(world).is_empty(), "the key is back");
        world.starts().expect("it starts, and sees to it");
        assert!(row_of_key(world).is_empty(), "the key is destroyed again before anything is shown");
        assert_eq!(world.reg().keys_returned, 1);
        world.restarts(|_| ());
        assert_eq!(world.reg().keys_returned, 0);
    }

    fn a_row_that_is_put_back_is_destroyed_again(world) {
        a_record(world);
        let row = row_of_key(world);
        its_retention_ends(world);
        world.stops();
        let cells: Vec<String> = row.iter().map(|cell| world.raw_keys().literal(cell)).collect();
        world.raw_keys().meddle(&format!("INSERT INTO content_key VALUES ({})", cells.join(", ")));
        world.starts().expect("it starts, and sees to it");
        assert!(row_of_key(world).is_empty(), "the key is destroyed again before anything is shown");
        assert_eq!(world.reg().keys_returned, 1);
    }

    /// What came after the copy was sealed under keys that are nowhere in it; a copy of the whole folder that has written
    /// to the same database leaves the same behind.
    fn keys_that_lack_what_came_after_are_refused(world) {
        a_record(world);
        let copy = copy_of_keys(world);
        let wu = world.person("乌云娜");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &wu).with("registration_no", "LH-2"));
        let after = copy_of_keys(world);
        puts_back(world, &copy);
        let kept = world.raw_keys().count("SELECT COUNT(*) FROM content_key");
        let journal = world.raw().count("SELECT COUNT(*) FROM leaf");
        // Of the record, of the person it brought, and of the source's request.
        assert_eq!(are_missing(world), 3);
        assert_eq!(are_missing(world), 3, "it says the same again");
        assert_eq!(world.raw_keys().count("SELECT COUNT(*) FROM content_key"), kept, "nothing was changed");
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM leaf"), journal, "nothing was written");
        let keys = world.folder().join("keys");
        fs::remove_dir_all(&keys).and_then(|()| fs::create_dir(&keys)).expect("the keys go");
        each_file(after.path(), &keys);
        world.starts().expect("with the keys that belong to it, it starts");
    }

    /// A file that was only begun by the other folder is enough.
    fn keys_that_lack_a_file_s_beginning_are_refused(world) {
        a_record(world);
        let copy = copy_of_keys(world);
        world.source("drug-administration").withdraws(ITEM, NUMBER, &world.person("林晓禾"), "登记错人");
        puts_back(world, &copy);
        assert_eq!(are_missing(world), 1, "the key of the source's request");
        world.is_spoilt();
    }
}
