//! The story holds on both engines, and one seed gives one half year.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use fairfile_demo::counter::Counter;
use fairfile_demo::half_year::{self, Filled, SEED, live};
use fairfile_demo::people::{LIN_NUMBER, cast};
use fairfile_demo::province::found;
use fairfile_demo::story::{Language, STEPS, check};
use fairfile_service::Clock;
use fairfile_service::clock::Machine;
use fairfile_service::folder::Folder;
use fairfile_service::registrar::what_waits;
use fairfile_service::statistics::{By, Measure, Statistic, Statistics};
use fairfile_service::supervisor::{list_draws, list_late};
use fairfile_testkit::postgres::Database;
use fairfile_vault::Chance;

/// Walks the story in one language; gives what it told.
#[track_caller]
fn story(path: &Path, postgres: Option<&str>, language: Language) -> String {
    let mut told = Vec::new();
    if let Err(error) = check(path, postgres, SEED, language, &mut told) {
        panic!("{error}\n{}", String::from_utf8_lossy(&told));
    }
    let told = String::from_utf8(told).unwrap();
    println!("{told}");
    assert_eq!(told.lines().count(), STEPS);
    told
}

#[test]
fn the_story_holds_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node");
    let told = story(&path, None, Language::En);
    assert!(told.lines().all(|line| line.ends_with('.') && line.is_ascii()), "each step is one English sentence");

    // Whoever carries the whole database away, without the keys, has carried away no name and no number.
    let people = cast(SEED).unwrap();
    for file in fs::read_dir(path.join("data")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        for person in &people {
            for needle in [person.name.full(), person.identifier.canonical()] {
                assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_bytes()));
            }
        }
    }
}

#[test]
fn the_story_holds_on_postgres() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new());
    let told = story(&folder.path().join("node"), Some(&database.url), Language::Zh);
    assert!(told.lines().all(|line| line.ends_with('。')), "each step is one Chinese sentence");
}

#[test]
fn what_is_told_is_the_same_on_sqlite_and_postgres() {
    let (one, other, database) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), Database::new());
    let told = |path: &Path, postgres| story(&path.join("node"), postgres, Language::En);
    assert_eq!(told(one.path(), None), told(other.path(), Some(&database.url)));
}

/// The half year of a seed: the root of its journal with the number of leaves, and what was counted.
fn lived(postgres: Option<&str>, seed: u64) -> (u64, [u8; 32], Filled) {
    let folder = tempfile::tempdir().unwrap();
    let (_folder, reg, filled) = live(&folder.path().join("node"), postgres, seed, half_year::now().unwrap()).unwrap();
    assert_eq!(reg.clock.now(), filled.now);
    let head = reg.store.head();
    (head.snapshot().size(), head.snapshot().root(), filled)
}

#[test]
fn one_seed_gives_one_journal_on_sqlite() {
    let ((size, root, filled), again, other) = (lived(None, 7), lived(None, 7), lived(None, 8));
    assert_eq!((size, root), (again.0, again.1));
    assert_ne!(root, other.1);
    let rows = filled.rows;
    assert_eq!(rows.received, rows.accepted + rows.rejected + rows.duplicate + rows.quarantined);
    assert!(rows.rejected >= 2 && rows.duplicate >= 1 && rows.quarantined >= 2, "{rows:?}");
    assert!(
        filled.answered > 80 && filled.nothing > 10 && filled.own > 10 && filled.passed.ended > 0,
        "{}",
        filled.answered
    );
    let reasons: BTreeSet<&str> = filled.denied.keys().copied().collect();
    assert_eq!(reasons, BTreeSet::from(["D005", "D006", "D007", "D008", "D009"]));
    assert_eq!(filled.lin().unwrap().identifier.canonical(), LIN_NUMBER);
}

#[test]
fn one_seed_gives_the_same_journal_on_postgres() {
    let database = Database::new();
    let (sqlite, postgres) = (lived(None, 7), lived(Some(&database.url), 7));
    assert_eq!((sqlite.0, sqlite.1), (postgres.0, postgres.1));
}

/// The demo node that was closed is the same when it is opened again: its journal, its clock, its people.
fn opens_again(postgres: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node");
    let (held, reg, filled) = live(&path, postgres, SEED, half_year::now().unwrap()).unwrap();
    let root = reg.store.head().snapshot().root();
    drop((held, reg));
    let (held, reg) =
        Folder::open(&path, Chance::system(), Machine::of(|| panic!("the clock of a demo stands"))).unwrap();
    assert_eq!((reg.store.head().snapshot().root(), reg.clock.now()), (root, filled.now));
    let reg = Arc::new(reg);
    let counter = Counter::open(&reg, &held).unwrap();
    let lin = filled.lin().unwrap();
    let view = counter.read_own(&lin.identifier).unwrap();
    assert_eq!(view.identity.get("name").map(String::as_str), Some(lin.name.full()));
    assert_eq!((view.records.len(), view.looks.len()), (2, 6), "a licence, a ban; four looks and two readings");
}

#[test]
fn a_closed_node_opens_again_on_sqlite() {
    opens_again(None);
}

#[test]
fn a_closed_node_opens_again_on_postgres() {
    opens_again(Some(&Database::new().url));
}

#[test]
fn a_node_younger_than_the_half_year_is_refused_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let now = half_year::now().unwrap();
    let (folder, reg) = found(&folder.path().join("node"), None, Chance::seeded(1), Clock::set_to(now)).unwrap();
    let refused = half_year::fill(&Arc::new(reg), &folder, 1, now);
    assert!(matches!(refused, Err(half_year::FillError::Clock)));
}

#[test]
fn a_record_of_the_morning_ends_and_is_destroyed_within_six_months() {
    let folder = tempfile::tempdir().unwrap();
    let now = half_year::now().unwrap();
    let (folder, reg, mut filled) = live(&folder.path().join("node"), None, SEED, now).unwrap();
    let (size, accepted) = (reg.store.head().snapshot().size(), filled.rows.accepted);
    let eve = fairfile_demo::eve::live(&reg, &folder, &mut filled).unwrap();
    assert_eq!((reg.clock.now(), filled.rows.accepted), (now, accepted + 1));
    assert!(reg.store.head().snapshot().size() > size, "it stands behind the half year");
    assert!(!filled.ban.is_empty(), "the number that the story has typed");
    let counter = Counter::open(&reg, &folder).unwrap();
    let lin = filled.lin().unwrap().identifier.clone();
    let found = |counter: &Counter<'_>| {
        let view = counter.read_own(&lin).unwrap();
        view.records.into_iter().find(|shown| shown.on_file.record == eve.ends)
    };
    let before = found(&counter).unwrap();
    assert!(
        before.on_file.terms.shown_from > reg.today() && !before.inputs.is_empty(),
        "she reads it before others do"
    );
    counter.go_to("2027-05-23".parse().unwrap()).unwrap();
    let passed = counter.run_calendar().unwrap();
    assert!(passed.ended > 0 && passed.destroyed > 0 && before.on_file.terms.retained_until < reg.today());
    assert!(found(&counter).is_none(), "nobody can read it any more, not even she");
}

#[test]
fn those_who_run_the_node_and_watch_over_it_find_something_to_do_and_to_see() {
    let folder = tempfile::tempdir().unwrap();
    let now = half_year::now().unwrap();
    let (folder, reg, mut filled) = live(&folder.path().join("node"), None, SEED, now).unwrap();
    fairfile_demo::eve::live(&reg, &folder, &mut filled).unwrap();
    let waits = what_waits(&reg).unwrap();
    assert_eq!((waits.proposals.len(), waits.trainings.len(), waits.keys.len()), (1, 1, 1));
    assert!(waits.stopped.is_empty(), "the story's officers may ask");
    let late = list_late(&reg, 10).unwrap();
    assert_eq!(late.iter().map(|notice| notice.member.as_str()).collect::<Vec<_>>(), ["insurance-bureau"]);
    let draws = list_draws(&reg).unwrap();
    assert!(draws.len() == 1 && draws[0].made.is_some());

    let counted = Statistics::of(&reg).unwrap();
    let said = |statistic, by, measure| {
        let section = counted.sections(statistic).iter().find(|section| section.by == by).unwrap();
        let place = section.measures.iter().position(|known| *known == measure).unwrap();
        section.rows.iter().filter(|row| row.counts[place].count().is_some_and(|count| count >= 10)).count()
    };
    for statistic in Statistic::ALL {
        for section in counted.sections(statistic) {
            println!("{} {}", statistic.code(), section.by.word());
            section.rows.iter().for_each(|row| println!("  {} {:?}", row.of, row.counts));
        }
    }
    assert!(said(Statistic::Intake, By::Month, Measure::Accepted) >= 5, "months that show what was taken in");
    assert!(said(Statistic::Refusals, By::Refusal, Measure::Denied) >= 1, "a reason that shows");
    assert!(said(Statistic::Notices, By::Member, Measure::InTime) >= 1, "a member that confirms in time");
}
