//! No listing and no search of people: an officer who enumerates identifiers is stopped within 20 looks.

use fairfile_service::registrar::{ReleaseError, release_officer};
use fairfile_testkit::{Officer, Person, World, on_both_engines};

/// How many looks the officer gets before the first denial, each question in a case of its own.
fn looks_before_the_stop(officer: &Officer<'_>, people: impl IntoIterator<Item = Person>) -> usize {
    let refused = |person: &Person| officer.asks(person, "licence-renewal").refusal() == Some("D010");
    people.into_iter().take_while(|person| !refused(person)).count()
}

/// The person with the number that lies `step` after that of `person` in the order of birth and registration.
fn neighbour(person: &Person, step: u32) -> Person {
    let order: u32 = person.number[14..17].parse().expect("three digits");
    let county = &person.number[..6];
    // The check digit is what an enumerator tries out as well: the one that fits is found among eleven.
    let body = format!("{county}{}{:03}", &person.number[6..14], order + step);
    let fits = |last: &char| {
        let number = format!("{body}{last}");
        fairfile_domain::identifier::Identifier::parse(fairfile_domain::identifier::IdentifierKind::CnResident, &number)
            .is_ok()
    };
    let last = "0123456789X".chars().find(fits).expect("one of them fits");
    Person { name: person.name.clone(), number: format!("{body}{last}") }
}

fn licences(world: &World, people: &[Person]) {
    let rows: Vec<_> = people.iter().map(|person| world.row("pharmacist-licence", person)).collect();
    let report = world.source("drug-administration").submits("pharmacist-licence", &rows);
    assert_eq!(report.counts.accepted, people.len() as u64);
}

on_both_engines! {
    fn whoever_tries_numbers_one_after_the_other_is_stopped(world) {
        let strangers = (0..30).map(|place| Person::invented("王伟", 5_000 + place));
        assert!(looks_before_the_stop(&world.officer("0417"), strangers) < 20);
    }

    fn whoever_tries_numbers_at_random_is_stopped(world) {
        let somewhere = |place: u32| Person::invented("王伟", place.wrapping_mul(2_654_435_761) % 13_000_000);
        let strangers = (0..30).map(somewhere);
        assert!(looks_before_the_stop(&world.officer("0417"), strangers) < 20);
    }

    fn whoever_tries_the_neighbours_of_a_number_is_stopped_though_some_exist(world) {
        let lin = world.person("林晓禾");
        let neighbours: Vec<Person> = (0..30).map(|step| neighbour(&lin, step)).collect();
        let known: Vec<Person> = neighbours.iter().step_by(4).cloned().collect();
        licences(world, &known);
        let looks = looks_before_the_stop(&world.officer("0417"), neighbours);
        assert!((10..20).contains(&looks), "{looks} looks");
    }

    fn whoever_knows_numbers_and_tries_names_is_stopped(world) {
        let lin = world.person("林晓禾");
        licences(world, std::slice::from_ref(&lin));
        let guesses = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨".chars().map(|surname| lin.called(&format!("{surname}晓禾")));
        assert!(looks_before_the_stop(&world.officer("0417"), guesses) < 20);
    }

    fn one_case_is_about_a_few_people_and_not_about_all(world) {
        let people: Vec<Person> = (0..20).map(|place| Person::invented("王伟", 200 + place)).collect();
        licences(world, &people);
        let officer = world.officer("0417");
        let may_ask = |person: &&Person| officer.asks_in(person, "licence-renewal", "case A").refusal().is_none();
        assert_eq!(people.iter().take_while(may_ask).count(), 12);
        // Another officer of the same office carries on with the same case: what counts is each one's own asking.
        assert_eq!(world.officer("0418").asks_in(&people[19], "licence-renewal", "case A").refusal(), Some("D007"));
    }

    fn the_count_of_a_case_tells_nobody_who_is_on_file(world) {
        let people: Vec<Person> = (0..12).map(|place| Person::invented("王伟", 200 + place)).collect();
        licences(world, &people);
        let stranger = Person::invented("李四", 900);
        for (officer, last) in [("0417", people[11].called("李四")), ("0101", stranger)] {
            let officer = world.officer(officer);
            people[..11].iter().for_each(|person| drop(officer.asks_in(person, "licence-renewal", "case A")));
            officer.asks_in(&last, "licence-renewal", "case A").shows_nothing();
            officer.asks_in(&last, "licence-renewal", "case A").shows_nothing();
            let next = Person::invented("赵六", 901);
            officer.asks_in(&next, "licence-renewal", "case A").is_denied("D010");
        }
    }

    fn an_honest_officer_with_a_few_slips_goes_on_working(world) {
        let people: Vec<Person> = (0..30).map(|place| Person::invented("王伟", 300 + place)).collect();
        licences(world, &people);
        let officer = world.officer("0417");
        for (place, person) in people.iter().enumerate() {
            let asked = if place % 5 == 4 { person.called("王炜") } else { person.clone() };
            assert_eq!(officer.asks(&asked, "licence-renewal").refusal(), None, "question {place}");
        }
    }

    fn only_two_registrars_release_whoever_was_stopped(world) {
        let lin = world.person("林晓禾");
        licences(world, std::slice::from_ref(&lin));
        let strangers = (0..30).map(|place| Person::invented("王伟", 5_000 + place));
        looks_before_the_stop(&world.officer("0417"), strangers);
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D010");
        world.officer("0101").asks(&lin, "licence-renewal").shows(&[
            ("registration_no", "LH-00001"),
            ("class", "pharmacy"),
            ("granted_on", "2026-11-13"),
            ("valid_until", "2028-10-13"),
            ("issuing_authority", "as decided"),
        ]);
        world.days_pass(40);
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D010");
        world.restarts(|_| ());
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D010");

        let code = "0417".parse().expect("a code");
        let release = |first: &str, second: &str, reason: &str| release_officer(&world.reg(), &code, first, second, reason);
        for (first, second) in [("Wei", "Wei"), ("Wei", " Wei "), ("", "Wei"), ("Wei", " ")] {
            assert!(matches!(release(first, second, "a training course"), Err(ReleaseError::NotTwo)), "{first}, {second}");
        }
        assert!(matches!(release("Wei", "Luo", " "), Err(ReleaseError::NoReason)));
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D010");
        release("Wei", "Luo", "the numbers came from a training course").expect("two registrars");
        assert_eq!(world.officer("0417").asks(&lin, "licence-renewal").records().len(), 1);
        world.restarts(|_| ());
        assert_eq!(world.officer("0417").asks(&lin, "licence-renewal").records().len(), 1);
    }

    fn a_release_and_a_look_that_stops_come_one_after_the_other(world) {
        let lin = world.person("林晓禾");
        licences(world, std::slice::from_ref(&lin));
        let (reg, officer) = (world.reg(), world.officer("0417"));
        let code = "0417".parse().expect("a code");
        let is_over = std::sync::atomic::AtomicBool::new(false);
        let mut denied = 0;
        std::thread::scope(|all| {
            let release = || {
                let mut times = 0;
                while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                    release_officer(&reg, &code, "Wei", "Luo", "a training course").expect("two registrars");
                    times += 1;
                }
                times
            };
            let releases = all.spawn(release);
            for place in 0..400 {
                let told = officer.asks(&Person::invented("王伟", 5_000 + place), "licence-renewal");
                denied += u32::from(told.refusal().is_some());
            }
            is_over.store(true, std::sync::atomic::Ordering::SeqCst);
            assert!(releases.join().expect("no panic") > 20, "the two hardly met");
        });
        let on_file = world.raw().count("SELECT COUNT(*) FROM officer WHERE stopped_at IS NOT NULL") > 0;
        let asked = officer.asks(&lin, "licence-renewal").refusal();
        assert_eq!(asked == Some("D010"), on_file, "{denied} denied: memory and file say something else");
        drop(reg);
        world.restarts(|_| ());
        assert_eq!(world.officer("0417").asks(&lin, "licence-renewal").refusal(), asked, "a start changes nothing");
    }

    fn a_stop_that_was_not_written_down_is_none(world) {
        let lin = world.person("林晓禾");
        licences(world, std::slice::from_ref(&lin));
        let officer = world.officer("0417");
        for place in 0..10 {
            officer.asks(&Person::invented("王伟", 5_000 + place), "licence-renewal").shows_nothing();
        }
        // Each of these would be the one that stops the officer, and none of them can be committed.
        let refuses = world.raw().refuses_leaves_from(world.reg().store.head().snapshot().size());
        for place in 10..13 {
            let question = officer.question(&Person::invented("王伟", 5_000 + place), "licence-renewal", "case 1");
            assert!(officer.sends(question).is_err(), "its leaf was refused");
        }
        drop(refuses);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM officer WHERE stopped_at IS NOT NULL"), 0);
        officer.asks(&Person::invented("王伟", 5_013), "licence-renewal").is_denied("D010");
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM officer WHERE stopped_at IS NOT NULL"), 1);
        world.restarts(|_| ());
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D010");
    }

    fn every_miss_and_every_denial_is_on_the_record(world) {
        let before = world.raw().count("SELECT COUNT(*) FROM look");
        let strangers = (0..14).map(|place| Person::invented("王伟", 5_000 + place));
        strangers.for_each(|person| drop(world.officer("0417").asks(&person, "licence-renewal")));
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look") - before, 14);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look WHERE outcome = 'denied'"), 4);
    }
}
