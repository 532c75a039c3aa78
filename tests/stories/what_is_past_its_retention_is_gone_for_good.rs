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

        world.until(gone_from(world));
        assert_eq!(world.calendar_runs().destroyed, 1);
        assert_eq!(world.raw_keys().count(&of_key), 0);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 0);
        for file in ["keys/keys.db", "keys/keys.db-wal"] {
            let bytes = fs::read(world.folder().join(file)).unwrap_or_default();
            assert!(!bytes.windows(16).any(|piece| piece == key), "{file} still holds the key's row");
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

/// A backup of the data, restored after the keys are gone, opens nothing. (On a server the backup is the server's.)
#[test]
fn a_restored_backup_opens_nothing_on_sqlite() {
    let world = World::new(Engine::Sqlite);
    let backup = tempfile::tempdir().expect("a folder");
    let lin = world.person("林晓禾");
    world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
    world.restarts(|folder| copy_folder(&folder.join("data"), backup.path()));
    assert_eq!(world.file_of(&lin).records.len(), 1);
    world.until(gone_from(&world));
    assert_eq!(world.calendar_runs().destroyed, 1);

    world.restarts(|folder| {
        fs::remove_dir_all(folder.join("data")).expect("the data is lost");
        copy_folder(backup.path(), &folder.join("data"));
    });
    assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 1, "the ciphertext is back");
    assert!(world.file_of(&lin).records.is_empty(), "and nobody can open it");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
