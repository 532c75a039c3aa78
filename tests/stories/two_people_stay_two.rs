//! Nothing is ever merged or matched fuzzily: a number under another name is attached to nobody.

use fairfile_testkit::on_both_engines;

on_both_engines! {
    fn a_known_number_under_another_name_waits_for_a_person_s_decision(world) {
        let lin = world.person("林晓禾");
        let source = world.source("drug-administration");
        source.records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let slip = lin.called("林晓和");
        let report = source.submits("pharmacist-licence", &[world.row("pharmacist-licence", &slip)]);
        assert_eq!((report.counts.quarantined, report.rows[0].code.as_str()), (1, "B014"));
        assert_eq!(world.file_of(&lin).records.len(), 1);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record"), 1, "it is stored nowhere but in the report");
        world.officer("0417").asks(&slip, "licence-renewal").shows_nothing();
    }

    fn both_rows_of_one_file_that_name_one_number_two_ways_are_not_joined(world) {
        let lin = world.person("林晓禾");
        let rows = [world.row("pharmacist-licence", &lin), world.row("pharmacist-licence", &lin.called("林小禾"))];
        let report = world.source("drug-administration").submits("pharmacist-licence", &rows);
        assert_eq!((report.counts.accepted, report.counts.quarantined), (1, 1));
        assert_eq!(report.rows[0].row, 3);
    }

    fn two_people_of_one_name_have_two_files(world) {
        let one = world.person("王伟");
        let other = fairfile_testkit::Person::invented("王伟", 77);
        let source = world.source("drug-administration");
        let rows = [world.row("pharmacist-licence", &one), world.row("pharmacist-licence", &other)];
        assert_eq!(source.submits("pharmacist-licence", &rows).counts.accepted, 2);
        assert_ne!(world.subject(&one), world.subject(&other));
        assert_eq!(world.file_of(&one).records.len(), 1);
        assert_eq!(world.file_of(&other).records.len(), 1);
    }

    fn writings_of_one_name_are_one_name(world) {
        let one = world.person("阿依古丽·买买提");
        let source = world.source("drug-administration");
        source.records("pharmacist-licence", world.row("pharmacist-licence", &one));
        source.records("pharmacist-licence", world.row("pharmacist-licence", &one.called(" 阿依古丽•买买提 ")));
        let told = world.officer("0417").asks(&one.called("阿依古丽・买买提"), "licence-renewal");
        assert_eq!(told.records().len(), 2);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM identifier"), 1);
    }
}
