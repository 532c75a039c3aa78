//! A journal that lacks what was signed is not signed again; it goes on under another name, and says so.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use fairfile_journal::JournalError;
use fairfile_proof::verify_file;
use fairfile_service::RegistryError;
use fairfile_service::folder::FolderError;
use fairfile_service::keeping::{
    Continued, KeepingError, KnownBy, Standing, continue_journal, list_continuations, restore,
};
use fairfile_testkit::{Backups, Engine, World, on_both_engines, restorer};
use fairfile_vault::{Chance, VaultError};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
const REASON: &str = "the disk failed, and there is no later backup";

/// Two answer for it; each time by chances of its own, for no two entries share an id.
fn goes_on(path: &Path) -> Result<Continued, KeepingError> {
    static SEED: AtomicU64 = AtomicU64::new(600);
    let chance = Chance::seeded(SEED.fetch_add(1, Ordering::Relaxed));
    continue_journal(path, ("registrar-a", "registrar-b", REASON), KnownBy::TheNode, chance, restorer())
}

/// How far the journal is behind what was signed: entries signed, entries found.
fn behind(error: &FolderError) -> (u64, u64) {
    match error {
        FolderError::Registry(RegistryError::Journal(JournalError::Behind { signed, found })) => (*signed, *found),
        other => panic!("{other}"),
    }
}

/// A node of which the data is that of `backups`, while its keys and its mark are those of today. It is stopped.
fn is_set_back(world: &World, backups: &Backups) -> FolderError {
    world.stops();
    world.loses_its_data();
    match world.is_restored(&backups.data_alone()).expect("it is restored").standing {
        Standing::Recovering(error) => error,
        Standing::Whole { .. } => panic!("entries that were signed are missing"),
    }
}

fn a_look(world: &World) {
    world.officer("0417").asks(&world.person("林晓禾"), PURPOSE);
}

on_both_engines! {
    fn a_node_that_was_set_back_signs_nothing(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
        let early = world.backs_up();
        let before = world.reg().store.head().snapshot().size();
        (0..3).for_each(|_| a_look(world));
        let late = world.backs_up();
        let signed = world.reg().store.head().snapshot().size();

        let error = is_set_back(world, &early);
        assert_eq!(behind(&error), (signed, before));
        let words = error.to_string();
        for expected in [format!("{} entries", signed - before), "receipts".into(), "--continue".into(), "--data".into()] {
            assert!(words.contains(&expected), "{words}");
        }
        assert_eq!(behind(&world.starts().expect_err("it does not start")), (signed, before));

        // The first way out: a later backup.
        world.loses_its_data();
        let restored = world.is_restored(&late.data_alone()).expect("it is restored");
        assert!(matches!(restored.standing, Standing::Whole { findings: 0, .. }), "{restored:?}");
        world.starts().expect("it starts");
    }

    fn a_journal_goes_on_under_another_name(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
        let old_key = world.published_key();
        let kept = world.officer("0417").asks(&lin, PURPOSE).0.receipt.to_json().expect("a receipt");
        let early = world.backs_up();
        let from = world.reg().store.head().snapshot().size();
        let lost = world.officer("0417").asks(&lin, PURPOSE).0.receipt;
        let on_the_old_branch = world.backs_up();
        let signed = world.reg().store.head().snapshot().size();
        is_set_back(world, &early);

        for (first, second, reason) in [("a", "a", REASON), ("a", "", REASON)] {
            let refused = continue_journal(&world.folder(), (first, second, reason), KnownBy::TheNode, Chance::seeded(6), restorer());
            assert!(matches!(refused, Err(KeepingError::NotTwo)));
        }
        let refused = continue_journal(&world.folder(), ("a", "b", " "), KnownBy::TheNode, Chance::seeded(6), restorer());
        assert!(matches!(refused, Err(KeepingError::NoReason)));
        world.starts().expect_err("nothing was changed");

        let Continued { continuation, standing } = goes_on(&world.folder()).expect("two answer for it");
        assert!(matches!(standing, Standing::Whole { findings: 0, .. }), "{standing:?}");
        assert_eq!(continuation.old_origin, "lanhe.example/journal");
        assert_eq!(continuation.origin, "lanhe.example/journal/2");
        assert_eq!((continuation.lost_from, continuation.lost_until), (from, Some(signed - 1)));
        world.starts().expect("it starts");
        let new_key = world.published_key();
        assert!(new_key.starts_with("lanhe.example/journal/2+"));
        let told = list_continuations(&mut world.reg().store.read().expect("a reader")).expect("they are listed");
        assert_eq!(told, [continuation]);

        // What was there is still proved by the old key; what was lost was signed by it too, and is announced.
        assert!(verify_file(&kept[..], Some(&old_key), None).expect("a receipt").ok);
        let lost = lost.to_json().expect("a receipt");
        assert!(verify_file(&lost[..], Some(&old_key), None).expect("a receipt").ok);
        let new = world.officer("0417").asks(&lin, PURPOSE).0.receipt.to_json().expect("a receipt");
        assert!(verify_file(&new[..], Some(&new_key), None).expect("a receipt").ok);
        assert!(!verify_file(&new[..], Some(&old_key), None).expect("a receipt").ok, "the old key signs no more");

        // The branch that was given up is not gone back to, however long it is, and no number is used twice.
        world.stops();
        world.loses_its_data();
        let restored = world.is_restored(&on_the_old_branch.data_alone()).expect("it is restored");
        assert!(matches!(restored.standing, Standing::Recovering(_)), "{restored:?}");
        world.starts().expect_err("it does not start");
        let again = goes_on(&world.folder()).expect("two answer for it").continuation;
        assert_eq!((again.origin.as_str(), again.old_origin.as_str()), ("lanhe.example/journal/3", "lanhe.example/journal"));
        world.starts().expect("it starts");
    }

    fn a_mark_that_is_gone_is_asked_for(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
        a_look(world);
        for spoil in [remove, spoil] {
            world.stops();
            spoil(&world.folder().join("keys/mark"));
            let refused = world.starts().expect_err("nobody knows how far it was signed");
            let FolderError::Registry(RegistryError::Vault(VaultError::NoMark | VaultError::DamagedMark)) = &refused else {
                panic!("{refused}");
            };
            assert!(refused.to_string().contains("--continue"), "{refused}");
            let Continued { continuation, standing } = goes_on(&world.folder()).expect("two answer for it");
            assert!(matches!(standing, Standing::Whole { findings: 0, .. }), "{standing:?}");
            assert_eq!(continuation.lost_until, None, "nobody knows");
            world.starts().expect("it starts");
            a_look(world);
        }
        assert!(world.published_key().starts_with("lanhe.example/journal/3+"));
    }

    /// A key backup of before the journal had its present name cannot sign it, and the restore says so.
    fn keys_of_before_the_name_are_refused(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
        a_look(world);
        let before = world.backs_up();
        world.stops();
        // Nothing is missing here; that receipts are lost elsewhere, only the two can say.
        assert!(matches!(goes_on(&world.folder()), Err(KeepingError::NothingMissing)));
        world.starts().expect("it starts, as it was");
        assert!(world.published_key().starts_with("lanhe.example/journal+"), "its name has not changed");
        world.stops();
        let (two, chance) = (("registrar-a", "registrar-b", REASON), Chance::seeded(599));
        continue_journal(&world.folder(), two, KnownBy::TheTwo, chance, restorer()).expect("two answer for it");
        world.starts().expect("it starts");
        let after = world.backs_up();
        let dir = tempfile::tempdir().expect("a folder");
        let sources = fairfile_service::keeping::Sources { data: Some(&after.data), ..before.sources() };
        let refused = restore(&dir.path().join("node"), &sources, Chance::seeded(3), restorer());
        assert!(matches!(refused, Err(KeepingError::NotOneNode)), "{refused:?}");
    }
}

fn remove(path: &Path) {
    fs::remove_file(path).expect("the mark goes");
}

fn spoil(path: &Path) {
    fs::write(path, [7; 8192]).expect("the mark is spoilt");
}

/// A hundred points of a history: data of each, under the keys of its end.
#[test]
fn a_hundred_points_of_a_history_on_sqlite() {
    points(&World::new(Engine::Sqlite), 100);
}

#[test]
fn points_of_a_history_on_postgres() {
    points(&World::new(Engine::Postgres), 10);
}

fn points(world: &World, most: usize) {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", "LH-0"));
    let mut history = Vec::new();
    for point in 0..most {
        let size = world.reg().store.head().snapshot().size();
        history.push((size, world.backs_up()));
        match point % 4 {
            0 => drop(world.file_of(&lin)),
            1 => {
                let row = world.row(ITEM, &world.person("乌云娜")).with("registration_no", &format!("LH-{point}"));
                drop(world.source("drug-administration").submits(ITEM, &[row]));
            }
            _ => drop(world.officer("0418").asks(&lin, PURPOSE)),
        }
        // Whatever was last is signed, as its receipt is.
        let reg = world.reg();
        reg.publisher.checkpoint(&reg.store.head()).expect("the head is signed");
    }
    let head = world.reg().store.head();
    let (size, root) = (head.snapshot().size(), head.snapshot().root());
    let last = world.backs_up();
    for (found, backups) in &history {
        let error = is_set_back(world, backups);
        assert_eq!(behind(&error), (size, *found));
        assert_eq!(behind(&world.starts().expect_err("it does not start")), (size, *found));
        world.loses_its_data();
        world.is_restored(&last.data_alone()).expect("it is restored");
        world.starts().expect("the data that was signed");
        assert_eq!(world.reg().publisher.marked().expect("the mark"), Some((size, root)), "it was never taken back");
    }
}
