//! The database server ends every connection, again and again, in the middle of commits: a question that was answered is
//! one look, one that was not is asked again under its key, and nobody starts anything.

use std::sync::atomic::{AtomicBool, Ordering};

use fairfile_service::inquirer::InquireError;
use fairfile_service::registry::Severity;
use fairfile_testkit::{Engine, Person, Raw, World};

const ITEM: &str = "pharmacist-licence";
/// How often all connections are ended.
const TIMES: u32 = 50;
/// How often one question is asked until the test gives up.
const TRIES: u32 = 200;

/// Ends every connection to the node's database but the one that asks for it.
fn end_all(raw: &Raw) -> i64 {
    raw.count(
        "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()) AS ended",
    )
}

#[test]
fn fifty_times_under_looks_postgres() {
    let world = World::new(Engine::Postgres);
    let lin: Person = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
    let (raw, officer, is_over) = (world.raw(), world.officer("0417"), AtomicBool::new(false));
    let mut looks = Vec::new();
    std::thread::scope(|all| {
        let (raw, is_over) = (&raw, &is_over);
        let ends = all.spawn(move || {
            let mut struck = 0;
            while struck < TIMES && !is_over.load(Ordering::SeqCst) {
                struck += u32::from(end_all(raw) > 0);
            }
            struck
        });
        let mut number = 0_u8;
        while !ends.is_finished() && number < u8::MAX {
            number += 1;
            looks.push(asks_until_answered(&officer, &lin, number));
        }
        is_over.store(true, Ordering::SeqCst);
        assert_eq!(ends.join().expect("no panic"), TIMES, "{number} questions were too few");
    });
    let file = world.file_of(&lin);
    assert_eq!(file.looks.len(), looks.len() + 1, "each question is one look, and this reading another");
    for (number, first) in (1..).zip(&looks) {
        let again = asks_until_answered(&officer, &lin, number);
        assert_eq!(again, *first, "the key of question {number} gives another look");
    }
    assert_eq!(world.file_of(&lin).looks.len(), looks.len() + 2);
}

/// The id of the look that a question is, asked under its key until it is answered.
fn asks_until_answered(officer: &fairfile_testkit::Officer<'_>, person: &Person, key: u8) -> String {
    for _ in 0..TRIES {
        match officer.asks_once(person, "licence-renewal", &format!("case {key}"), key) {
            Ok(told) => return told.0.look.to_string(),
            Err(InquireError::Registry(error)) => {
                let told = error.severity();
                assert!(matches!(told, Severity::Away | Severity::InDoubt | Severity::Broken), "{error}");
                assert!(told != Severity::Broken || error.to_string().contains("try again"), "{error}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("question {key} was never answered");
}
