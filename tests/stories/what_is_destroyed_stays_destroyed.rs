//! What was destroyed cannot be read again out of any pair of backups, whichever of the two is the older.

use fairfile_domain::day::Day;
use fairfile_service::RegistryError;
use fairfile_service::keeping::{KeepingError, KnownBy, Restored, Sources, Standing, continue_journal, restore};
use fairfile_testkit::{Backups, Person, World, on_both_engines, restorer};
use fairfile_vault::{Chance, VaultError};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
/// What the record says that is destroyed, in its own words.
const CANARY: &str = "LH-CANARY-0000001";

/// One of the ways in which a content comes to its end.
type End = fn(&World, &Person);

/// Retention is over, a source took the record back, or put another in its place.
const ENDS: [(&str, End); 3] = [("retention", outlives), ("withdrawal", is_withdrawn), ("correction", is_corrected)];

fn outlives(world: &World, _: &Person) {
    let last = world.raw().count("SELECT MAX(retained_until) FROM record") as i32;
    world.until(Day::from_epoch_day(last).expect("a day").tomorrow());
    assert_eq!(world.calendar_runs().destroyed, 1);
}

fn is_withdrawn(world: &World, lin: &Person) {
    world.source("drug-administration").withdraws(ITEM, CANARY, lin, "登记错人");
    world.calendar_runs();
}

fn is_corrected(world: &World, lin: &Person) {
    let input = ("valid_until", "2031-12-31");
    world.source("drug-administration").corrects(ITEM, CANARY, lin, input, "录入错误");
    world.calendar_runs();
}

/// A record, backups while it lives, its end, and backups after it. Of either time the last thing is a signature.
fn before_and_after(world: &World, end: End) -> (Person, Backups, Backups) {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", CANARY));
    world.officer("0417").asks(&lin, PURPOSE);
    let before = world.backs_up();
    end(world, &lin);
    world.officer("0417").asks(&lin, PURPOSE);
    (lin, before, world.backs_up())
}

/// How often the person's file says what was destroyed; a corrected record says its number again in its next version.
fn told(world: &World, lin: &Person) -> usize {
    let file = world.file_of(lin);
    let inputs = file.records.iter().flat_map(|record| &record.inputs);
    inputs.filter(|(_, value)| value.as_str() == CANARY).count()
}

/// How many contents the key store could open for whoever put the ciphertext back.
fn living_keys(world: &World) -> i64 {
    world.raw_keys().count("SELECT COUNT(*) FROM content_key")
}

fn key_of_first_version(world: &World) -> [u8; 16] {
    world.raw().rows("SELECT key_id FROM record")[0][0].id()
}

fn is_kept(world: &World, key: [u8; 16]) -> bool {
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    world.raw_keys().count(&format!("SELECT COUNT(*) FROM content_key WHERE key_id = x'{hex}'")) > 0
}

/// Every end, in a world of its own.
fn each_end(world: &World, check: impl Fn(&World, End, &str)) {
    for (name, end) in ENDS {
        check(&World::new(world.engine()), end, name);
    }
}

on_both_engines! {
    /// The keys of before, with the safe copy of the root key of before: the journal of the data destroys them again.
    fn old_keys_and_new_data(world) {
        each_end(world, |world, end, name| {
            let (lin, before, after) = before_and_after(world, end);
            let told_after = told(world, &lin);
            world.loses_everything();
            let sources = Sources { data: Some(&after.data), ..before.sources() };
            let restored = world.is_restored(&sources).expect("it is restored");
            assert_eq!(restored.keys_destroyed, 1, "{name}");
            // The keys of what came after it are in no backup of before: of the source's request, of the next version.
            let missing = match name {
                "withdrawal" => 1,
                "correction" => 2,
                _ => 0,
            };
            assert_eq!(restored.keys_missing, missing, "{name}");
            world.starts().expect("it starts");
            if missing > 0 {
                world.is_spoilt();
            }
            if name != "correction" {
                assert_eq!(told(world, &lin), told_after, "{name}");
            }
        });
    }

    /// The data of before with the keys of after: the node has signed more than the data, and what the ledger of the keys
    /// has is noted in the data before anything is shown.
    fn new_keys_and_old_data(world) {
        each_end(world, |world, end, name| {
            let (lin, before, after) = before_and_after(world, end);
            world.loses_everything();
            let sources = Sources { data: Some(&before.data), ..after.sources() };
            let restored = world.is_restored(&sources).expect("it is restored");
            assert!(matches!(restored.standing, Standing::Recovering(_)), "{name}: {restored:?}");
            world.starts().expect_err("nothing of it is shown yet");
            let continued = continue_journal(
                &world.folder(),
                ("registrar-a", "registrar-b", "the disk and its latest backup are lost"),
                KnownBy::TheNode,
                Chance::seeded(6),
                restorer(),
            );
            let standing = continued.expect("two answer for it").standing;
            let Standing::Whole { contents_noted: 1, findings: 0 } = standing else { panic!("{name}: {standing:?}") };
            world.starts().expect("it starts");
            assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 0, "{name}");
            assert_eq!(told(world, &lin), 0, "{name}");
            world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        });
    }

    /// The keys of before under the root key of today: they open no more, data of whatever time beside them.
    fn old_keys_under_the_root_key_of_today(world) {
        each_end(world, |world, end, name| {
            let (lin, before, after) = before_and_after(world, end);
            let told_after = told(world, &lin);
            let dir = tempfile::tempdir().expect("a folder");
            let path = dir.path().join("node");
            for data in [&before.data, &after.data] {
                let sources = Sources { data: Some(data), root_key: Some(&after.root_key), ..before.sources() };
                let error = restore(&path, &sources, Chance::seeded(3), restorer()).expect_err("by design");
                assert!(
                    matches!(error, KeepingError::Registry(RegistryError::Vault(VaultError::OlderKeys))),
                    "{name}: {error}"
                );
                assert!(error.to_string().contains("before content was destroyed"));
                assert!(!path.exists(), "{name}: something was left behind");
            }
            // Both of after: what lives is there, and the end has stayed one.
            world.loses_everything();
            let restored: Restored = world.is_restored(&after.sources()).expect("it is restored");
            assert_eq!((restored.keys_destroyed, restored.keys_missing), (0, 0), "{name}");
            world.starts().expect("it starts");
            assert_eq!(told(world, &lin), told_after, "{name}");
        });
    }

    /// The data is put back under the keys that the node has: the ciphertext is there again, and its key is not.
    fn old_data_under_the_keys_of_today(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", CANARY));
        let key = key_of_first_version(world);
        let before = world.backs_up();
        outlives(world, &lin);
        let living = living_keys(world);
        world.stops();
        world.loses_its_data();
        let restored = world.is_restored(&before.data_alone()).expect("it is restored");
        // Nobody was given a receipt for the destruction; the mark holds it all the same.
        assert!(matches!(restored.standing, Standing::Recovering(_)), "{restored:?}");
        let two = ("registrar-a", "registrar-b", "the disk and its latest backup are lost");
        let continued = continue_journal(&world.folder(), two, KnownBy::TheNode, Chance::seeded(6), restorer());
        let standing = continued.expect("two answer for it").standing;
        let Standing::Whole { contents_noted: 1, findings: 0 } = standing else { panic!("{standing:?}") };
        world.starts().expect("it starts");
        assert!(!is_kept(world, key), "a destroyed key is back");
        assert_eq!(living_keys(world), living);
        assert_eq!(told(world, &lin), 0);
    }

    /// The key store was restored with keys that the journal has destroyed since: none of their bytes stays in its files.
    fn a_key_that_came_back_leaves_no_bytes(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", CANARY));
        let key = key_of_first_version(world);
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let wrapped = world.raw_keys().rows(&format!("SELECT wrapped FROM content_key WHERE key_id = x'{hex}'"));
        let fairfile_testkit::raw::Cell::Bytes(wrapped) = &wrapped[0][0] else { panic!("a wrapped key") };
        let before = world.backs_up();
        is_withdrawn(world, &lin);
        let after = world.backs_up();
        world.loses_everything();
        let sources = Sources { data: Some(&after.data), ..before.sources() };
        assert_eq!(world.is_restored(&sources).expect("it is restored").keys_destroyed, 1);
        for name in ["keys.db", "keys.db-wal"] {
            let bytes = std::fs::read(world.folder().join("keys").join(name)).unwrap_or_default();
            let found = bytes.windows(wrapped.len()).any(|piece| piece == &wrapped[..]);
            assert!(!found, "{name} still holds the key");
        }
        world.starts().expect("it starts");
        assert!(!is_kept(world, key));
        // The key to the source's request for the withdrawal is younger than the keys that were restored.
        world.is_spoilt();
    }
}
