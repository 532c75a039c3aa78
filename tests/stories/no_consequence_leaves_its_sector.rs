//! No consequence travels from one sector of life into another, and no look is without a lawful standing.

use fairfile_testkit::on_both_engines;

on_both_engines! {
    fn a_court_s_order_weighs_on_no_licence(world) {
        let lin = world.person("林晓禾");
        world.source("court").records("court-ordered-obligation", world.row("court-ordered-obligation", &lin));
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        world.days_pass(6);
        for (officer, purpose) in [("0417", "licence-renewal"), ("1001", "pharmacy-contract"), ("0101", "licence-renewal")] {
            let told = world.officer(officer).asks(&lin, purpose);
            let items: Vec<_> = told.records().iter().map(|shown| shown.on_file.item.to_string()).collect();
            assert_eq!(items, ["pharmacist-licence"], "{officer}");
        }
        let told = world.officer("0301").asks(&lin, "enforcement-review");
        assert_eq!(told.records()[0].on_file.item.as_str(), "court-ordered-obligation");
        assert_eq!(told.records().len(), 1);
    }

    fn an_officer_without_a_lawful_standing_is_denied_and_told_why(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        world.officer("0417").asks(&lin, "pharmacy-contract").is_denied("D005");
        world.officer("0417").asks(&lin, "enforcement-review").is_denied("D005");
        world.officer("0417").asks(&lin, "curiosity").is_denied("D004");
        world.officer("0418").asks(&lin, "licence-renewal").is_denied("D007");
        world.officer("0418").asks(&lin, "physician-hiring").is_denied("D006");
        world.officer("1101").asks(&lin, "licence-renewal").is_denied("D008");
        world.officer("1301").asks(&lin, "loan-by-consent").is_denied("D009");
        let duty = world.reg().directory().officers[&"0417".parse().expect("a code")].officer.on_duty_until;
        world.until(duty);
        world.officer("0417").asks(&lin, "licence-renewal").shows_nothing();
        world.until(duty.tomorrow());
        world.officer("0417").asks(&lin, "licence-renewal").is_denied("D003");
    }
}
