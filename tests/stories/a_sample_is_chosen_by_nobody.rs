//! A sample of looks is chosen by nobody, shows nobody, and every look is counted once.

use fairfile_proof::draw::{drawn, fingerprint, seed};
use fairfile_service::statistics::{By, Statistic, Statistics};
use fairfile_service::supervisor::{Announcement, DrawError, Entry, announce_draw, find_draw, list_draws, make_draw};
use fairfile_testkit::on_both_engines;

fn announced(words: &str, looks: u32, once: &str) -> Announcement {
    Announcement {
        by: "supervisor-1".parse().expect("a code"),
        fingerprint: fingerprint(words),
        looks,
        once: once.to_owned(),
    }
}

on_both_engines! {
    fn whoever_draws_cannot_choose_and_whoever_runs_the_node_cannot_either(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        for case in 1..=4 {
            world.officer("0417").asks_in(&lin, "licence-renewal", &format!("A-{case}"));
            world.officer("0418").asks_in(&lin, "licence-renewal", &format!("B-{case}"));
        }
        world.file_of(&lin);
        let reg = world.reg();
        let before = reg.store.head().snapshot().size();
        let draw = announce_draw(&reg, &announced("six dice: 4 1 6 6 2 3", 8, "one")).expect("it is announced");
        assert_eq!(announce_draw(&reg, &announced("six dice: 4 1 6 6 2 3", 8, "one")).expect("it was"), draw);
        let reused = announce_draw(&reg, &announced("six dice: 4 1 6 6 2 3", 2, "two"));
        assert!(matches!(reused, Err(DrawError::Reused)));
        assert!(matches!(announce_draw(&reg, &announced("x", 0, "three")), Err(DrawError::Looks)));
        assert!(find_draw(&reg, draw).expect("it is there").sample.is_none(), "nothing is drawn before the words are told");

        let by = "supervisor-2".parse().expect("a code");
        assert!(matches!(make_draw(&reg, &by, draw, "six dice: 4 1 6 6 2 4"), Err(DrawError::OtherWords)));
        // What is looked at after the announcement is not drawn from.
        world.officer("0417").asks_in(&lin, "licence-renewal", "A-9");
        make_draw(&reg, &by, draw, "six dice: 4 1 6 6 2 3").expect("it is drawn");
        make_draw(&reg, &by, draw, "six dice: 4 1 6 6 2 3").expect("told twice it is drawn once");
        let found = find_draw(&reg, draw).expect("it is there");
        let (seeded, entries) = found.sample.expect("it was drawn");
        assert_eq!(found.on_file.leaf, before);
        assert_eq!(seeded, seed(&found.root, "six dice: 4 1 6 6 2 3"));
        let numbers: Vec<u64> = drawn(&seeded, before, 2_000).take(entries.len()).collect();
        assert_eq!(numbers, entries.iter().map(|entry| entry.0).collect::<Vec<_>>());
        let looks = entries.iter().filter_map(|(_, entry)| match entry {
            Entry::Look(look) => look.asked.as_ref(),
            Entry::Own | Entry::Other | Entry::Closed => None,
        });
        let mut cases: Vec<&str> = looks.map(|asked| asked.case.as_str()).collect();
        cases.sort_unstable();
        assert_eq!(cases, ["A-1", "A-2", "A-3", "A-4", "B-1", "B-2", "B-3", "B-4"], "all eight were wanted, and no more");
        assert!(entries.iter().all(|(_, entry)| *entry != Entry::Closed));
        assert!(!format!("{entries:?}").contains(&lin.number), "nobody is shown");
        assert_eq!(list_draws(&reg).expect("a list").len(), 1);
    }

    fn every_look_is_counted_in_the_commit_that_holds_it(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        (0..11).for_each(|_| drop(world.officer("0418").asks(&lin, "licence-renewal")));
        world.restarts(|_| ());
        (0..12).for_each(|_| drop(world.officer("0418").asks(&lin, "licence-renewal")));
        world.file_of(&lin);
        // What happens today is counted tomorrow.
        world.days_pass(1);
        let counted = Statistics::of(&world.reg()).expect("the counts");
        let refusals = &counted.sections(Statistic::Refusals)[0];
        let ended = refusals.rows.iter().find(|row| row.of == "D007").expect("a row for each refusal");
        assert_eq!((refusals.by, ended.counts[0].count()), (By::Refusal, Some(23)));
        // What a program that did not count left behind is counted when the node is opened, and the audit holds it all.
        world.raw().meddle("DELETE FROM look_tally");
        world.restarts(|_| ());
        let again = Statistics::of(&world.reg()).expect("the counts");
        assert_eq!(again.sections(Statistic::Looks), counted.sections(Statistic::Looks));
        assert_eq!(again.sections(Statistic::Refusals), counted.sections(Statistic::Refusals));
    }
}
