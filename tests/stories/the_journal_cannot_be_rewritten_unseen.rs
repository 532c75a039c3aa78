//! An append-only log covers every write, look and decision: even the operator cannot rewrite it or look off the record.

use fairfile_proof::verify_file;
use fairfile_testkit::{World, on_both_engines};

/// Whether the exported journal proves itself, and that it extends an earlier file.
fn verifies(world: &World, journal: &[u8], earlier: Option<&[u8]>) -> bool {
    let report = verify_file(journal, Some(&world.published_key()), earlier).expect("an exported journal");
    if !report.ok {
        assert!(report.proves.is_empty(), "a journal that does not hold proves nothing");
    }
    report.ok
}

fn live_a_little(world: &World) {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
    for officer in ["0417", "0418", "0101"] {
        world.officer(officer).asks(&lin, "licence-renewal");
    }
    world.file_of(&lin);
    world.days_pass(800);
    world.calendar_runs();
}

on_both_engines! {
    fn every_deed_is_a_leaf(world) {
        let size = || world.reg().store.head().snapshot().size();
        let lin = world.person("林晓禾");
        let before = size();
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        assert_eq!(size() - before, 4, "a batch arrives, its rows are told, its record is there, it is taken");
        for (deed, leaves) in [("0417", 1), ("0418", 1), ("1101", 1)] {
            let before = size();
            world.officer(deed).asks(&lin, "licence-renewal");
            assert_eq!(size() - before, leaves, "{deed}");
        }
        let before = size();
        world.file_of(&lin);
        assert_eq!(size() - before, 1, "the person's own look");
        world.days_pass(3_000);
        let before = size();
        world.calendar_runs();
        assert_eq!(size() - before, 2, "a display ended, a content destroyed");
    }

    fn a_journal_that_was_changed_cut_or_turned_round_does_not_verify(world) {
        live_a_little(world);
        let journal = world.journal();
        assert!(verifies(world, &journal, None));
        let text = String::from_utf8(journal.clone()).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
        for place in 1..lines.len() {
            let mut cut = lines.clone();
            cut.remove(place);
            assert!(!verifies(world, &joined(&cut), None), "leaf {place} was left out");
            if place + 1 < lines.len() {
                let mut turned = lines.clone();
                turned.swap(place, place + 1);
                assert!(!verifies(world, &joined(&turned), None), "leaf {place} changed places");
            }
        }
        let header = lines[0].len() + 1;
        for place in (header..journal.len()).step_by(41).filter(|place| journal[*place] != b'\n') {
            let mut changed = journal.clone();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(!verifies(world, &changed, None), "byte {place} was changed");
        }
    }

    fn whoever_kept_an_earlier_file_finds_out_about_a_new_past(world) {
        live_a_little(world);
        let (receipt, earlier) = {
            let told = world.officer("0417").asks(&world.person("林晓禾"), "licence-renewal");
            (told.0.receipt.to_json().expect("a receipt"), world.journal())
        };
        world.file_of(&world.person("林晓禾"));
        assert!(verifies(world, &world.journal(), Some(&earlier)));
        assert!(verifies(world, &world.journal(), Some(&receipt)));
        assert!(!verifies(world, &earlier, Some(&world.journal())), "entries are gone");

        // The operator writes a leaf anew and starts the node again: it does not sign another past than it has signed.
        let raw = world.raw();
        raw.meddle("CREATE TABLE aside AS SELECT * FROM leaf WHERE leaf_index = 2;");
        let rewrite = |from: &str| format!("UPDATE leaf SET leaf = (SELECT leaf FROM {from}) WHERE leaf_index = 2;");
        world.stops();
        raw.meddle(&rewrite("leaf WHERE leaf_index = 1"));
        let refused = world.starts().expect_err("another past than the signed one").to_string();
        assert!(refused.contains("another journal") || refused.contains("signed"), "{refused}");
        raw.meddle(&format!("{} DROP TABLE aside;", rewrite("aside")));
        world.starts().expect("the journal that was signed");
        assert!(verifies(world, &world.journal(), Some(&earlier)));
        assert!(verifies(world, &world.journal(), Some(&receipt)));
    }

    fn a_node_that_starts_again_goes_on_where_it_stopped(world) {
        live_a_little(world);
        let (root, journal) = (world.reg().store.head().snapshot().root(), world.journal());
        for _ in 0..2 {
            world.restarts(|_| ());
            assert_eq!(world.reg().store.head().snapshot().root(), root);
        }
        assert_eq!(world.journal(), journal, "Ed25519 signs one head in one way");
        world.file_of(&world.person("林晓禾"));
        assert!(verifies(world, &world.journal(), Some(&journal)));
    }

    fn the_tiles_rebuild_the_tree_for_whoever_mirrors_it(world) {
        // More than one full tile.
        let item = world.item("pharmacist-licence");
        let row = |place: u32| {
            let person = fairfile_testkit::Person::invented("王伟", 400 + place);
            let on = world.today().plus_days(-9).expect("a near day");
            fairfile_testkit::sheet::row_of(&item, &person, &format!("LH-T{place}"), on)
        };
        world.source("drug-administration").submits("pharmacist-licence", &(0..520).map(row).collect::<Vec<_>>());
        let reg = world.reg();
        let head = reg.store.head();
        let size = head.snapshot().size();
        assert!(size > 512);
        let tile = |path: &str| reg.publisher.tile(&reg.store, &head, path).expect("the journal is readable");
        let mut leaves = Vec::new();
        for number in 0..=size / 256 {
            let width = (size - number * 256).min(256);
            let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
            let path = format!("tile/entries/{number:03}{partial}");
            let bundle = tile(&path).unwrap_or_else(|| panic!("no {path}"));
            leaves.extend(fairfile_proof::parse_bundle(&bundle).expect("leaves"));
        }
        let mut tree = fairfile_proof::Tree::empty();
        leaves.iter().for_each(|leaf| tree.append(leaf.hash()));
        assert_eq!(tree.snapshot().root(), head.snapshot().root());
        assert_eq!(tile("tile/0/000").expect("a full tile").len(), 256 * 32);
        assert_eq!(tile("tile/0/009"), None, "beyond the head");
        assert_eq!(tile("tile/../node.toml"), None);
    }
}
