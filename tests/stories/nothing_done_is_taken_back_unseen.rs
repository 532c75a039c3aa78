//! What was done stays seen, receipt or not: data of before any act is known to be of before.

use fairfile_domain::day::Instant;
use fairfile_journal::JournalError;
use fairfile_lawfiles::catalog::EMBEDDED_DEMO;
use fairfile_service::RegistryError;
use fairfile_service::folder::FolderError;
use fairfile_service::keeping::Standing;
use fairfile_service::registrar::{confirm_clock, publish_catalog, release_officer};
use fairfile_testkit::world::BEGINNING;
use fairfile_testkit::{Engine, Hands, Person, World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// An act that is journaled.
type Act = fn(&World);

/// Every act after which nobody is handed a receipt at once, and some after which somebody is.
const ACTS: [(&str, Act); 7] = [
    ("a display ends", |world| {
        world.days_pass(800);
        assert!(world.calendar_runs().ended > 0);
    }),
    ("content is destroyed", |world| {
        world.set_clock("2045-03-01T09:00:00+08:00");
        assert!(world.calendar_runs().destroyed > 0);
    }),
    ("an officer is released", |world| {
        let code = "0417".parse().expect("an officer's code");
        release_officer(&world.reg(), &code, "registrar-a", "registrar-b", "a slip of the office").expect("released");
    }),
    ("an item is published", |world| {
        let (name, text) = EMBEDDED_DEMO.iter().find(|row| row.1.contains("\"commendation\"")).expect("an item");
        let (first, rest) = text.split_once("\nversion = 1\n").expect("its version");
        let (from, rest) = rest.split_once("\n").expect("its first day");
        assert!(from.starts_with("in_force_from"), "{from}");
        let next = format!("{first}\nversion = 2\nin_force_from = \"2030-04-01\"\n{rest}");
        publish_catalog(&world.reg(), &[((*name).to_owned(), next)]).expect("it is published");
    }),
    ("a record is withdrawn", |world| {
        world.source("drug-administration").withdraws(ITEM, "LH-1", &world.person("林晓禾"), "登记错人");
    }),
    ("a question", |world| {
        world.officer("0418").asks(&world.person("林晓禾"), PURPOSE);
    }),
    ("a person reads", |world| {
        world.file_of(&world.person("林晓禾"));
    }),
];

/// Takes a backup, lets `act` happen, and puts the data of before back beside the keys of today.
#[track_caller]
fn is_known_to_be_of_before(world: &World, name: &str, act: impl FnOnce(&World)) {
    let before = world.backs_up();
    let had = world.reg().store.head().snapshot().size();
    act(world);
    let has = world.reg().store.head().snapshot().size();
    assert!(has > had, "{name} is journaled");
    world.stops();
    world.loses_its_data();
    let restored = world.is_restored(&before.data_alone()).expect("it is restored");
    let Standing::Recovering(error) = restored.standing else { panic!("{name}: nobody sees that it was taken back") };
    let FolderError::Registry(RegistryError::Journal(JournalError::Behind { signed, found })) = &error else {
        panic!("{name}: {error}");
    };
    assert_eq!((*signed, *found), (has, had), "{name}");
    world.starts().expect_err("it does not start");
    world.is_spoilt();
}

fn lived_in(engine: Engine) -> World {
    let world = World::new(engine);
    let row = world.row(ITEM, &world.person("林晓禾")).with("registration_no", "LH-1");
    world.source("drug-administration").records(ITEM, row);
    world
}

on_both_engines! {
    fn each_act_is_seen(world) {
        for (name, act) in ACTS {
            is_known_to_be_of_before(&lived_in(world.engine()), name, act);
        }
    }

    /// The process ends between its last commit and whatever it does on its way out; the next opening sees to it.
    fn an_act_is_seen_after_a_crash(world) {
        let name = "an officer is stopped";
        is_known_to_be_of_before(&lived_in(world.engine()), name, |world| {
            let mut stranger = 0;
            while world.officer("0417").asks(&Person::invented("王伟", 5_000 + stranger), PURPOSE).refusal() != Some("D010") {
                stranger += 1;
            }
            ACTS[2].1(world);
            world.crashes(|_| ());
        });
    }
}

fn the_clock_is_confirmed(engine: Engine) {
    let hands = Hands::at(BEGINNING.parse::<Instant>().expect("an instant"));
    let world = World::on_machine(engine, 7, &hands);
    let later = Instant::from_unix_micros(hands.truth().unix_micros() + 400 * 86_400_000_000).expect("an instant");
    is_known_to_be_of_before(&world, "the clock is confirmed", |world| {
        hands.set_wall(later);
        let reason = "held against the time service";
        confirm_clock(&world.reg(), "registrar-a", "registrar-b", reason).expect("it is confirmed");
    });
}

#[test]
fn a_confirmed_clock_is_seen_on_sqlite() {
    the_clock_is_confirmed(Engine::Sqlite);
}

#[test]
fn a_confirmed_clock_is_seen_on_postgres() {
    the_clock_is_confirmed(Engine::Postgres);
}
