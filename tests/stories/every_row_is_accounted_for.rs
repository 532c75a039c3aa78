//! Every row of a file is accounted for: received = accepted + rejected + duplicate + quarantined.

use fairfile_service::source::BatchReport;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Row, World, on_both_engines};

/// A file with every fate in it.
fn mixed(world: &World) -> Vec<Row> {
    let row = |name: &str| world.row("pharmacist-licence", &world.person(name));
    let first = row("林晓禾");
    let number = first.0.iter().find(|cell| cell.0 == "registration_no").expect("a number").1.clone();
    vec![
        first.clone(),
        row("张伟").without("name"),
        row("李娜").with("class", "barber"),
        first,
        row("岩温·罗").with("registration_no", &number),
        row("赵静").with("granted_on", "2026-02-30"),
        row("钱多").with("granted_on", "2026-11-24"),
        row("孙立").with("identifier", "539950196001010001"),
        world.row("pharmacist-licence", &world.person("林晓禾").called("林大禾")),
        row("乌云").without("issuing_authority"),
    ]
}

/// Row, outcome and code of whatever was not accepted.
fn told(report: &BatchReport) -> Vec<(u32, &'static str, &str)> {
    report.rows.iter().map(|row| (row.row, row.outcome.word(), row.code.as_str())).collect()
}

const EXPECTED: [(u32, &str, &str); 8] = [
    (3, "rejected", "N001"),
    (4, "rejected", "B006"),
    (5, "duplicate", "B012"),
    (6, "rejected", "B013"),
    (7, "rejected", "B003"),
    (8, "rejected", "B004"),
    (9, "rejected", "I004"),
    (10, "quarantined", "B014"),
];

on_both_engines! {
    fn a_check_tells_what_submitting_would_and_changes_nothing(world) {
        let source = world.source("drug-administration");
        let text = csv(&mixed(world));
        let (size, keys) = (world.reg().store.head().snapshot().size(), "SELECT COUNT(*) FROM content_key");
        let kept = world.raw_keys().count(keys);
        let checked = source.checks("pharmacist-licence", text.as_bytes(), None).expect("it is checked");
        assert_eq!(told(&checked), EXPECTED);
        assert_eq!(checked.receipt, None);
        assert_eq!(world.reg().store.head().snapshot().size(), size);
        assert_eq!(world.raw_keys().count(keys), kept);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record"), 0);

        let limits = fairfile_intake::Limits::default();
        let taken = source.hands_in("pharmacist-licence", text.as_bytes(), Some("十月.csv"), &limits).expect("it is taken");
        assert_eq!((taken.counts, told(&taken)), (checked.counts, EXPECTED.to_vec()));
        let counts = taken.counts;
        assert_eq!((counts.received, counts.accepted, counts.rejected, counts.duplicate, counts.quarantined), (10, 2, 6, 1, 1));
    }

    fn a_message_names_row_input_and_remedy_and_never_the_person(world) {
        let rows = mixed(world);
        let report = world.source("drug-administration").submits("pharmacist-licence", &rows);
        for row in &report.rows {
            let said = format!("{} {} {:?}", row.what(), row.help(), row.input);
            assert!(!row.what().is_empty() && !row.help().is_empty(), "{}", row.code);
            for person in world.people() {
                assert!(!said.contains(&person.name) && !said.contains(&person.number), "row {} names a person", row.row);
            }
        }
        assert_eq!(report.rows[2].other_row, Some(2));
        assert!(report.rows[2].what().contains("row 2"));
    }
}
