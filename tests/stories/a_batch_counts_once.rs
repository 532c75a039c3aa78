//! The same batch again (renamed, in another order, from a restored machine) has one effect and the same receipt.

use fairfile_intake::Limits;
use fairfile_proof::verify_file;
use fairfile_service::source::Before;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Row, World, on_both_engines};

fn rows(world: &World, names: &[&str]) -> Vec<Row> {
    names.iter().map(|name| world.row("pharmacist-licence", &world.person(name))).collect()
}

on_both_engines! {
    fn a_batch_sent_again_in_any_shape_is_the_same_batch(world) {
        let source = world.source("drug-administration");
        let mut rows = rows(world, &["林晓禾", "王伟", "李娜", "张伟"]);
        rows.push(rows[0].clone());
        let text = csv(&rows);
        let first = source.submits("pharmacist-licence", &rows);
        assert_eq!((first.before, first.counts.accepted, first.counts.duplicate), (Before::First, 4, 1));
        let receipt = first.receipt.as_ref().expect("a receipt").to_json().expect("JSON");
        assert!(verify_file(&receipt[..], Some(&world.published_key()), None).expect("a receipt").ok);
        let size = world.reg().store.head().snapshot().size();

        let mut reordered = rows.clone();
        reordered.reverse();
        let turned: Vec<Row> = rows.iter().map(|row| Row(row.0.iter().rev().cloned().collect())).collect();
        let again = [
            ("the same", text.clone()),
            ("other line ends", text.replace('\n', "\r\n")),
            ("a byte order mark", format!("\u{feff}{text}")),
            ("semicolons", text.replace(',', ";")),
            ("tabs", text.replace(',', "\t")),
            ("blanks around cells", text.replace(',', " , ")),
            ("other order of rows", csv(&reordered)),
            ("other order of columns", csv(&turned)),
        ];
        world.days_pass(2);
        for (what, text) in again {
            let later = source.hands_in("pharmacist-licence", text.as_bytes(), Some("other.csv"), &Limits::default());
            let later = later.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(later.before, Before::Again, "{what}");
            assert_eq!((later.batch, later.counts, &later.rows), (first.batch, first.counts, &first.rows), "{what}");
            assert_eq!(later.receipt.expect("a receipt").to_json().expect("JSON"), receipt, "{what}");
            assert_eq!(world.reg().store.head().snapshot().size(), size, "{what} left a trace");
        }
        world.restarts(|_| ());
        let later = world.source("drug-administration").submits("pharmacist-licence", &rows);
        assert_eq!(later.receipt.expect("a receipt").to_json().expect("JSON"), receipt, "after a restart");
    }

    fn of_two_batches_that_overlap_the_second_brings_only_what_is_new(world) {
        let rows = rows(world, &["林晓禾", "王伟", "李娜", "张伟"]);
        let source = world.source("drug-administration");
        assert_eq!(source.submits("pharmacist-licence", &rows[..3]).counts.accepted, 3);
        let second = source.submits("pharmacist-licence", &rows[1..]);
        assert_eq!((second.counts.accepted, second.counts.duplicate), (1, 2));
        assert!(second.rows.iter().all(|row| row.code == "B012" && row.other_row.is_none()));
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record"), 4);
    }

    fn another_member_s_report_is_nobody_else_s(world) {
        let report = world.source("drug-administration").submits("pharmacist-licence", &rows(world, &["林晓禾"]));
        let batch = report.batch.expect("a batch");
        let of = |member: &str| {
            let member = member.parse().expect("a code");
            fairfile_service::source::batch_report(&world.reg(), batch, &member).expect("it can be asked for")
        };
        assert_eq!(of("drug-administration").expect("its own").counts, report.counts);
        assert!(of("court").is_none());
    }
}
