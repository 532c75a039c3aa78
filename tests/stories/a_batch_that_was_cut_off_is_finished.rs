//! A batch that was cut off half-way is finished by sending it again, and shows nobody anything until then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fairfile_intake::{FileFault, Limits, StopCheck};
use fairfile_service::source::{BatchReport, FileTrouble, SubmitError};
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Person, Row, World, on_both_engines};

const ROWS: u32 = 3_300;

fn somebody(place: u32) -> Person {
    Person::invented("王伟", 1_000 + place)
}

/// More rows than three stretches, with repeats of rows that another stretch brought.
fn long_file(world: &World) -> Vec<Row> {
    let item = world.item("pharmacist-licence");
    let on = world.today().plus_days(-10).expect("a near day");
    let row = |place: u32| fairfile_testkit::sheet::row_of(&item, &somebody(place), &format!("LH-{place:06}"), on);
    let mut rows: Vec<Row> = (0..ROWS).map(row).collect();
    rows[700] = rows[20].clone();
    rows[1_500] = rows[30].clone();
    rows[2_900] = rows[1_400].clone();
    rows[3_000] = row(3_000).with("registration_no", "LH-000040");
    rows[3_100] = row(3_100).with("identifier", &somebody(50).number).with("name", "李伟");
    rows[3_200] = row(3_200).with("identifier", "1");
    rows
}

/// Limits under which reading asks a counter whether to stop, and does at the `at`th time.
fn cut_at(at: u32) -> (Limits, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = asked.clone();
    let stop = StopCheck::new(move || counter.fetch_add(1, Ordering::SeqCst) + 1 >= at);
    (Limits { stop, ..Limits::default() }, asked)
}

/// Hands the file in, to its end; also how often reading asked whether to stop.
fn whole(world: &World, text: &str) -> (BatchReport, u32) {
    let (limits, asked) = cut_at(u32::MAX);
    let source = world.source("drug-administration");
    let report = source.hands_in("pharmacist-licence", text.as_bytes(), None, &limits).expect("it is taken");
    (report, asked.load(Ordering::SeqCst))
}

on_both_engines! {
    fn corrections_that_were_cut_off_go_on_in_their_order(world) {
        let lin = world.person("林晓禾");
        let source = world.source("drug-administration");
        source.records("pharmacist-licence", world.row("pharmacist-licence", &lin).with("registration_no", "LH-1"));
        let heading = "act,number,identifier,input,new value,reason\n";
        let row = |day: &str| format!("correct,LH-1,{},valid_until,{day},录入错误\n", lin.number);
        let (first, second) = (row("2031-12-30"), row("2031-12-31"));
        let limits = Limits::default();
        let hands_in = |file: &str| world.source("drug-administration").hands_in("pharmacist-licence", file.as_bytes(), None, &limits);
        let leaves = world.reg().store.head().snapshot().size();
        // The batch's own leaf, a stretch and its correction; the next correction is not written any more.
        let obstacle = world.raw().refuses_leaves_from(leaves + 4);
        hands_in(&format!("{heading}{first}{second}")).expect_err("it is cut off");
        world.crashes(|_| drop(obstacle));
        assert_eq!(world.file_of(&lin).records[0].on_file.version, 2, "the first row is done");
        let error = hands_in(&format!("{heading}{second}{first}")).expect_err("in this order it is another file");
        assert!(error.to_string().contains("another order"), "{error}");
        let report = hands_in(&format!("{heading}{first}{second}")).expect("it is finished");
        assert_eq!((report.counts.accepted, report.counts.received), (2, 2), "{:?}", report.rows);
        let again = hands_in(&format!("{heading}{second}{first}")).expect("the same rows");
        assert_eq!(again.batch, report.batch);
        let shown = world.officer("0417").asks(&lin, "licence-renewal");
        assert!(shown.records()[0].inputs.iter().any(|row| row.1.as_str() == "2031-12-31"));
    }

    fn a_batch_cut_off_and_sent_again_ends_as_if_it_had_not_been(world) {
        let text = csv(&long_file(world));
        let (source, officer) = (world.source("drug-administration"), world.officer("0417"));
        let records = || world.raw().count("SELECT COUNT(*) FROM record");
        let undisturbed = World::new(world.engine());
        let (reference, asked) = whole(&undisturbed, &text);
        // A file is read twice: once for its digest, before anything is written, and once for its rows.
        for (at, some) in [(asked / 4, false), (asked - 3, true), (asked - 1, true)] {
            let cut = source.hands_in("pharmacist-licence", text.as_bytes(), None, &cut_at(at).0);
            assert!(matches!(cut, Err(SubmitError::File(FileTrouble::File(FileFault::TookTooLong)))), "stop {at}");
            // What was on its way to the sequencer still arrives.
            world.restarts(|_| ());
            assert_eq!(records() > 0, some, "stop {at}");
            officer.asks(&somebody(3), "licence-renewal").shows_nothing();
        }
        assert!(records() < i64::from(ROWS) - 6, "it was cut off before its end");
        assert!(world.file_of(&somebody(3)).records.is_empty(), "an unfinished batch is on nobody's file");

        let (finished, _) = whole(world, &text);
        assert_eq!((finished.counts, &finished.rows), (reference.counts, &reference.rows));
        assert_eq!(finished.counts.received, u64::from(ROWS));
        assert_eq!((finished.counts.rejected, finished.counts.duplicate, finished.counts.quarantined), (2, 3, 1));
        assert_eq!(records(), i64::from(ROWS) - 6);
        assert_eq!(officer.asks(&somebody(3), "licence-renewal").records().len(), 1);
        let (again, _) = whole(world, &text);
        assert_eq!(again.receipt, finished.receipt);
    }
}

on_both_engines! {
    fn a_batch_cut_off_gives_way_to_a_corrected_file(world) {
        let rows = long_file(world);
        let source = world.source("drug-administration");
        let (_, asked) = whole(&World::new(world.engine()), &csv(&rows));
        let cut = source.hands_in("pharmacist-licence", csv(&rows).as_bytes(), None, &cut_at(asked - 3).0);
        assert!(cut.is_err(), "it was cut off");
        world.restarts(|_| ());
        let left_behind = world.raw().count("SELECT COUNT(*) FROM record");
        assert!(left_behind > 0, "some of it had arrived");

        // The source mends one row and sends another file: nothing of it repeats what nobody was told of.
        let corrected: Vec<Row> = rows.into_iter().take(600).collect();
        let checked = source.checks("pharmacist-licence", csv(&corrected).as_bytes(), None).expect("it is checked");
        let (taken, _) = whole(world, &csv(&corrected));
        assert_eq!((taken.counts.accepted, taken.counts.duplicate), (600, 0));
        assert_eq!(checked.counts, taken.counts);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record"), 600);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM identifier"), 600);
        assert_eq!(world.officer("0417").asks(&somebody(3), "licence-renewal").records().len(), 1);
    }
}
