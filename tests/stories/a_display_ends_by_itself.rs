//! Time works for the person: display periods end by themselves.

use fairfile_domain::record::RecordState;
use fairfile_testkit::on_both_engines;

on_both_engines! {
    fn a_display_ends_with_its_last_day_whether_anybody_acts_or_not(world) {
        let lin = world.person("林晓禾");
        let last = world.today().plus_days(3).expect("a near day");
        let row = world.row("pharmacist-licence", &lin).with("valid_until", &last.to_string());
        world.source("drug-administration").records("pharmacist-licence", row);
        let officer = world.officer("0417");

        world.set_clock(&format!("{last}T23:59:59.999999+08:00"));
        assert_eq!(officer.asks(&lin, "licence-renewal").records().len(), 1, "its last day is included");
        world.set_clock(&format!("{}T00:00:00+08:00", last.tomorrow()));
        officer.asks(&lin, "licence-renewal").shows_nothing();

        let file = world.file_of(&lin);
        assert_eq!(file.records[0].on_file.state, RecordState::InForce, "nobody has run the calendar");
        assert_eq!(world.calendar_runs().ended, 1);
        assert_eq!(world.calendar_runs().ended, 0, "what is done is done once");
        let file = world.file_of(&lin);
        assert_eq!(file.records.len(), 1, "the person still sees it");
        assert_eq!(file.records[0].on_file.state, RecordState::Ended);
    }

    fn what_is_over_when_it_arrives_is_displayed_to_nobody_but_the_person(world) {
        let lin = world.person("林晓禾");
        let row = world.row("pharmacist-licence", &lin).with("granted_on", "2020-01-16").with("valid_until", "2025-01-14");
        world.source("drug-administration").records("pharmacist-licence", row);
        world.officer("0417").asks(&lin, "licence-renewal").shows_nothing();
        let file = world.file_of(&lin);
        assert_eq!(file.records[0].on_file.terms.retained_until.to_string(), "2028-11-23", "two years from its arrival");
    }

    fn the_days_are_those_of_the_node_s_own_zone(world) {
        let lin = world.person("林晓禾");
        let row = world.row("pharmacist-licence", &lin).with("valid_until", "2026-11-23");
        world.source("drug-administration").records("pharmacist-licence", row);
        world.set_clock("2026-11-23T15:59:59Z");
        assert_eq!(world.officer("0417").asks(&lin, "licence-renewal").records().len(), 1);
        world.set_clock("2026-11-23T16:00:00Z");
        world.officer("0417").asks(&lin, "licence-renewal").shows_nothing();
    }
}
