//! An adverse record is not displayed to others before the person was told and the waiting time has passed.

use fairfile_testkit::on_both_engines;

on_both_engines! {
    fn others_see_a_penalty_only_after_the_waiting_time(world) {
        let lin = world.person("林晓禾");
        let row = world.row("food-safety-penalty", &lin).with("decision_no", "LH-42").with("decided_on", "2026-11-01");
        world.source("market-regulation").records("food-safety-penalty", row);
        let officer = world.officer("0417");
        officer.asks(&lin, "licence-renewal").shows_nothing();
        assert_eq!(world.file_of(&lin).records.len(), 1, "the person sees it at once");
        let waiting = world.reg().profile.period("adverse_waiting_days").expect("the law profile has one").count;
        assert_eq!(waiting, 5);
        world.days_pass(waiting);
        officer.asks(&lin, "licence-renewal").shows_nothing();
        world.days_pass(1);
        officer.asks(&lin, "licence-renewal").shows(&[
            ("decision_no", "LH-42"),
            ("legal_basis", "Article 1"),
            ("penalty", "fine"),
            ("decided_on", "2026-11-01"),
        ]);
        world.set_clock("2027-11-02T00:00:00+08:00");
        officer.asks(&lin, "licence-renewal").shows_nothing();
    }

    fn a_penalty_that_was_never_served_is_attached_to_nobody(world) {
        let lin = world.person("林晓禾");
        let row = world.row("food-safety-penalty", &lin).without("served_on");
        let report = world.source("market-regulation").submits("food-safety-penalty", &[row]);
        assert_eq!((report.counts.quarantined, report.rows[0].code.as_str()), (1, "B002"));
        assert_eq!(world.subject(&lin), None);
        world.days_pass(30);
        world.officer("0417").asks(&lin, "licence-renewal").shows_nothing();
    }

    fn a_licence_does_not_wait(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        assert_eq!(world.officer("0417").asks(&lin, "licence-renewal").records().len(), 1);
    }
}
