//! A record that was withdrawn stays withdrawn, whatever old files are handed in; its number is free for the right person.

use fairfile_domain::record::RecordState;
use fairfile_intake::Limits;
use fairfile_testkit::{Person, World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// The licence LH-1, as it is handed in about `person`.
fn licence_of(world: &World, person: &Person) -> fairfile_testkit::Row {
    world.row(ITEM, person).with("registration_no", "LH-1")
}

fn is_shown(world: &World, person: &Person) -> bool {
    !world.officer("0417").asks(person, PURPOSE).records().is_empty()
}

on_both_engines! {
    fn a_licence_filed_under_the_wrong_person_is_filed_under_the_right_one(world) {
        let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
        let source = world.source("drug-administration");
        source.records(ITEM, licence_of(world, &lin));
        source.withdraws(ITEM, "LH-1", &lin, "登记错人");
        source.records(ITEM, licence_of(world, &wu));
        assert!(is_shown(world, &wu) && !is_shown(world, &lin));
        assert_eq!(world.file_of(&lin).records[0].on_file.state, RecordState::Withdrawn);
        // What is put right under the number from now on is the record that has it now.
        let report = source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误");
        assert_eq!(report.rows[0].code, "B023");
        let report = source.corrects(ITEM, "LH-1", &wu, ("valid_until", "2031-12-31"), "录入错误");
        assert_eq!(report.counts.accepted, 1, "{:?}", report.rows);
        source.withdraws(ITEM, "LH-1", &wu, "决定被撤销");
        source.records(ITEM, licence_of(world, &wu).with("valid_until", "2032-01-31"));
        assert_eq!(world.file_of(&wu).records.len(), 2);
        assert!(is_shown(world, &wu));
    }

    fn an_old_file_does_not_bring_it_back(world) {
        let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
        let source = world.source("drug-administration");
        let first = [licence_of(world, &lin)];
        source.submits(ITEM, &first);
        source.withdraws(ITEM, "LH-1", &lin, "登记错人");
        assert_eq!(source.submits(ITEM, &first).counts.accepted, 1, "the report of then, and nothing is done");
        let other = world.row(ITEM, &wu).with("registration_no", "LH-2");
        let rows = [licence_of(world, &lin), other];
        let checked = source.checks(ITEM, fairfile_testkit::sheet::csv(&rows).as_bytes(), None).expect("it is checked");
        let report = source.submits(ITEM, &rows);
        let codes = |rows: &[fairfile_service::source::RowReport]| -> Vec<String> {
            rows.iter().map(|row| row.code.clone()).collect()
        };
        assert_eq!((codes(&checked.rows), codes(&report.rows)), (vec!["B028".to_owned()], vec!["B028".to_owned()]));
        assert!(!is_shown(world, &lin) && is_shown(world, &wu));
        assert_eq!(world.file_of(&lin).records.len(), 1);
    }

    fn what_changes_nothing_is_said_to(world) {
        let lin = world.person("林晓禾");
        let source = world.source("drug-administration");
        source.records(ITEM, licence_of(world, &lin).with("valid_until", "2031-12-31"));
        let leaves = world.reg().store.head().snapshot().size();
        let report = source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误");
        assert_eq!((report.counts.accepted, report.counts.duplicate, report.rows[0].code.as_str()), (0, 1, "B029"));
        assert_eq!(world.file_of(&lin).records[0].on_file.version, 1);
        assert!(world.reg().store.head().snapshot().size() > leaves, "the batch itself is on record");
        source.withdraws(ITEM, "LH-1", &lin, "登记错人");
        assert_eq!(source.withdraws(ITEM, "LH-1", &lin, "登记错人").rows[0].code, "B029");
    }

    fn a_check_tells_what_earlier_rows_of_the_file_leave_for_later_ones(world) {
        let lin = world.person("林晓禾");
        let source = world.source("drug-administration");
        source.records(ITEM, licence_of(world, &lin));
        let id = &lin.number;
        let file = format!(
            "act,number,identifier,input,new value,reason\nwithdraw,LH-1,{id},,,登记错人\ncorrect,LH-1,{id},valid_until,2031-12-31,录入错误\nwithdraw,LH-1,{id},,,登记错人\n"
        );
        let rows = |report: &fairfile_service::source::BatchReport| -> Vec<(u32, String)> {
            report.rows.iter().map(|row| (row.row, row.code.clone())).collect()
        };
        let checked = source.checks(ITEM, file.as_bytes(), None).expect("it is checked");
        let report = source.hands_in(ITEM, file.as_bytes(), None, &Limits::default()).expect("it is taken");
        assert_eq!(rows(&checked), [(3, "B026".to_owned()), (4, "B029".to_owned())]);
        assert_eq!(rows(&checked), rows(&report));
    }

    fn corrections_come_as_json_lines_too(world) {
        let lin = world.person("林晓禾");
        let source = world.source("drug-administration");
        source.records(ITEM, licence_of(world, &lin));
        let id = &lin.number;
        let file = format!(
            "{{\"act\":\"correct\",\"number\":\"LH-1\",\"identifier\":\"{id}\",\"input\":\"valid_until\",\"new_value\":\"2031-12-31\",\"reason\":\"录入错误：x\"}}\n{{\"操作\":\"撤回\",\"编号\":\"LH-9\",\"身份证号码\":\"{id}\",\"理由\":\"登记错人\"}}\n"
        );
        let report = source.hands_in(ITEM, file.as_bytes(), Some("c.jsonl"), &Limits::default()).expect("it is taken");
        assert_eq!((report.counts.accepted, report.rows.len(), report.rows[0].code.as_str()), (1, 1, "B021"));
        assert_eq!(world.file_of(&lin).records[0].on_file.version, 2);
        let lacking = "act,number,identifier,new value\n";
        let trouble = source.hands_in(ITEM, lacking.as_bytes(), None, &Limits::default()).expect_err("it lacks the reason");
        assert!(trouble.to_string().contains("`reason`"), "{trouble}");
    }
}
