//! After retention the data cannot be read by anyone, restored backups included; that it was there can still be proved.

use std::fs;
use std::path::Path;

use fairfile_proof::verify_file;
use fairfile_testkit::{Engine, World, on_both_engines};

/// The day after the last day on which the only record of the world exists.
fn gone_from(world: &World) -> fairfile_domain::day::Day {
    let last = world.raw().count("SELECT retained_until FROM record");
    fairfile_domain::day::Day::from_epoch_day(last as i32).expect("a day").tomorrow()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
    }
}

on_both_engines! {
    fn content_and_key_die_and_the_proof_stays(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let told = world.officer("0417").asks(&lin, "licence-renewal");
        let key = world.raw().rows("SELECT key_id FROM record")[0][0].id();
        let of_key = format!("SELECT COUNT(*) FROM content_key WHERE key_id = x'{}'", hex(&key));
        assert_eq!(world.raw_keys().count(&of_key), 1);
        let wrapped = format!("SELECT wrapped FROM content_key WHERE key_id = x'{}'", hex(&key));
        let fairfile_testkit::raw::Cell::Bytes(wrapped) = world.raw_keys().rows(&wrapped)[0][0].clone() else { panic!("a wrapped key is bytes") };

        world.until(gone_from(world));
        assert_eq!(world.calendar_runs().destroyed, 1);
        assert_eq!(world.raw_keys().count(&of_key), 0);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 0);
        for file in ["keys/keys.db", "keys/keys.db-wal"] {
            let bytes = fs::read(world.folder().join(file)).unwrap_or_default();
            assert!(!bytes.windows(32).any(|piece| piece == &wrapped[..32]), "{file} still holds the key");
        }

        let file = world.file_of(&lin);
        assert!(file.records.is_empty());
        assert_eq!(file.looks.len(), 2, "the look at what is gone, and this one");
        let receipt = told.0.receipt.to_json().expect("a receipt");
        assert!(verify_file(&receipt[..], Some(&world.published_key()), None).expect("a receipt").ok);
        assert_eq!(world.calendar_runs().destroyed, 0);
    }

    fn a_calendar_cut_off_between_key_and_note_goes_on_from_there(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        world.until(gone_from(world));
        let key = world.raw().rows("SELECT key_id FROM record")[0][0].id();
        // The key store has done its part and the data has not heard of it: the power was cut in between.
        world.reg().vault.keyring().destroy(&[fairfile_domain::id::Id::from_bytes(key)]).expect("destroyed");
        assert!(world.file_of(&lin).records.is_empty(), "nobody can read it from that moment on");
        world.restarts(|_| ());
        assert_eq!(world.calendar_runs().destroyed, 1);
    }
}

/// Data put back by hand after the keys are gone is not even started on: the node has signed more than that. (On a
/// server the data is the server's.)
#[test]
fn data_put_back_by_hand_is_not_gone_on_with_on_sqlite() {
    let world = World::new(Engine::Sqlite);
    let backup = tempfile::tempdir().expect("a folder");
    let lin = world.person("林晓禾");
    world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
    world.restarts(|folder| copy_folder(&folder.join("data"), backup.path()));
    assert_eq!(world.file_of(&lin).records.len(), 1);
    world.until(gone_from(&world));
    assert_eq!(world.calendar_runs().destroyed, 1);

    world.stops();
    let (data, later) = (world.folder().join("data"), tempfile::tempdir().expect("a folder"));
    copy_folder(&data, later.path());
    fs::remove_dir_all(&data).expect("the data is lost");
    copy_folder(backup.path(), &data);
    assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 1, "the ciphertext is back");
    let refused = world.starts().expect_err("what was signed is not there").to_string();
    assert!(refused.contains("restore"), "{refused}");
    fs::remove_dir_all(&data).expect("the old data goes");
    copy_folder(later.path(), &data);
    world.starts().expect("the data that was signed");
    assert!(world.file_of(&lin).records.is_empty(), "and nobody can read what was destroyed");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
