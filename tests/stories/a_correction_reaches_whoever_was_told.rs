//! A record is put right by its source: whoever was told the error is told again, and the error is gone.

use fairfile_domain::correction::Act;
use fairfile_domain::notice::{Chase, Standing};
use fairfile_domain::record::RecordState;
use fairfile_proof::{Receipt, verify_file};
use fairfile_service::inquirer::{NoticeError, what_followed};
use fairfile_store::record;
use fairfile_testkit::{Person, Told, World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// Lin's licence, number LH-1, as the drug administration wrote it.
fn a_licence(world: &World) -> Person {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", "LH-1"));
    lin
}

fn value<'t>(told: &'t Told, input: &str) -> Option<&'t str> {
    let [shown] = told.records() else { return None };
    shown.inputs.iter().find(|row| row.0.as_str() == input).map(|row| row.1.as_str())
}

fn receipt_of(told: &Told) -> Receipt {
    told.0.receipt.clone()
}

on_both_engines! {
    fn a_corrected_record_reaches_whoever_was_told_the_error(world) {
        let lin = a_licence(world);
        let before = world.officer("0417").asks(&lin, PURPOSE);
        let wrong = value(&before, "valid_until").expect("a day").to_owned();
        let report = world.source("drug-administration").corrects(
            ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误：最后一天写错了",
        );
        assert_eq!((report.counts.accepted, report.told.len()), (1, 1), "{:?}", report.rows);
        let after = world.officer("0417").asks(&lin, PURPOSE);
        assert_eq!(value(&after, "valid_until"), Some("2031-12-31"));
        assert_ne!(wrong, "2031-12-31");

        let notices = world.member("health-commission").notices();
        let [notice] = &notices[..] else { panic!("one member was told, once: {}", notices.len()) };
        assert_eq!((notice.on_file.act, notice.on_file.seq, notice.standing), (Act::Correct, 1, Standing::ToConfirm));
        assert_eq!(notice.looks.len(), 1, "the look at the second version is none that the notice is about");
        assert_eq!(notice.looks[0].look, before.0.look);
        assert!(world.member("court").notices().is_empty(), "whoever was told nothing is told nothing");

        let file = world.file_of(&lin);
        assert_eq!(file.corrections.len(), 1);
        assert_eq!(file.corrections[0].words.as_deref(), Some("最后一天写错了"));
        let [told] = &file.told[..] else { panic!("one member was shown it") };
        assert_eq!((told.member.as_str(), told.looks, told.notices.len()), ("health-commission", 2, 1));
        assert_eq!(told.notices[0].standing, Standing::ToConfirm);

        let confirmed = world.member("health-commission").confirms(notice.on_file.notice).expect("it is confirmed");
        assert_eq!(world.file_of(&lin).told[0].notices[0].standing, Standing::Confirmed);
        assert!(world.member("health-commission").notices().is_empty());
        let again = world.member("health-commission").confirms(notice.on_file.notice).expect("it was confirmed");
        assert_eq!(again.receipt.to_json().expect("JSON"), confirmed.receipt.to_json().expect("JSON"));
    }

    fn a_notice_is_confirmed_by_its_member_and_by_no_other(world) {
        let lin = a_licence(world);
        world.officer("0417").asks(&lin, PURPOSE);
        world.source("drug-administration").withdraws(ITEM, "LH-1", &lin, "登记错人");
        let notice = world.member("health-commission").notices()[0].on_file.notice;
        let other = world.member("court").confirms(notice);
        assert!(matches!(other, Err(NoticeError::NoSuchNotice)));
        assert_eq!(world.member("health-commission").notices().len(), 1);
    }

    fn what_was_withdrawn_is_shown_to_nobody_and_the_receipt_says_so(world) {
        let lin = a_licence(world);
        let receipt = receipt_of(&world.officer("0417").asks(&lin, PURPOSE));
        let bytes = receipt.to_json().expect("JSON");
        assert!(what_followed(&world.reg(), &receipt).expect("our receipt").is_empty());
        world.source("drug-administration").withdraws(ITEM, "LH-1", &lin, "登记错人");

        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        let file = world.file_of(&lin);
        assert_eq!(file.records.len(), 1, "that it was there is not hidden from the person");
        assert_eq!(file.records[0].on_file.state, RecordState::Withdrawn);
        assert!(file.records[0].inputs.is_empty(), "what it said is gone for everybody");

        let report = verify_file(&bytes[..], Some(&world.published_key()), None).expect("a receipt");
        assert!(report.ok, "what was shown was shown");
        let followed = what_followed(&world.reg(), &receipt).expect("our receipt");
        assert_eq!(followed.len(), 1);
        assert_eq!((followed[0].act, followed[0].version_before), (Act::Withdraw, 1));
        let later = receipt_of(&world.officer("0417").asks(&lin, PURPOSE));
        assert!(what_followed(&world.reg(), &later).expect("our receipt").is_empty(), "it had shown nothing");
    }

    fn the_key_of_what_was_put_right_is_dead(world) {
        let lin = a_licence(world);
        let subject = world.subject(&lin).expect("on file");
        let key = |world: &World| {
            let reg = world.reg();
            let records = record::of_subject(&mut reg.store.read().expect("a reader"), subject).expect("records");
            records[0].key
        };
        let source = world.source("drug-administration");
        let first = key(world);
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误");
        let second = key(world);
        assert_ne!(first, second);
        assert!(world.reg().vault.keyring().is_destroyed(first).expect("the ledger"));
        assert!(!world.reg().vault.keyring().is_destroyed(second).expect("the ledger"));
        source.withdraws(ITEM, "LH-1", &lin, "登记错人");
        assert!(world.reg().vault.keyring().is_destroyed(second).expect("the ledger"));
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM record WHERE sealed IS NOT NULL"), 0);
    }

    fn the_same_correction_twice_is_one(world) {
        let lin = a_licence(world);
        world.officer("0417").asks(&lin, PURPOSE);
        let source = world.source("drug-administration");
        for accepted in [1, 0] {
            let report = source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误");
            assert_eq!((report.counts.accepted, report.counts.duplicate), (accepted, 1 - accepted));
        }
        assert_eq!(world.file_of(&lin).corrections.len(), 1);
        assert_eq!(world.member("health-commission").notices().len(), 1);
        // There and back again: each step is one of its own.
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2032-12-31"), "录入错误");
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误");
        assert_eq!(world.file_of(&lin).records[0].on_file.version, 4);
        for accepted in [1, 0] {
            assert_eq!(source.withdraws(ITEM, "LH-1", &lin, "登记错人").counts.accepted, accepted);
        }
        assert_eq!(world.file_of(&lin).corrections.len(), 4);
    }

    fn a_correction_that_cannot_be_is_turned_away_and_changes_nothing(world) {
        let (lin, wu) = (a_licence(world), world.person("乌云娜"));
        let source = world.source("drug-administration");
        let right = ["correct", "LH-1", &lin.number, "valid_until", "2031-12-31", "录入错误"];
        for (place, cell, code) in [
            (0, "delete", "B020"),
            (1, "LH-2", "B021"),
            (2, wu.number.as_str(), "B023"),
            (3, "registration_no", "B024"),
            (3, "colour", "B024"),
            (4, "2031-02-30", "B003"),
            (4, "2019-12-31", "B005"),
            (5, "", "B022"),
            (5, "因为", "B025"),
        ] {
            let mut cells = right;
            cells[place] = cell;
            let report = source.puts_right(ITEM, cells);
            let codes: Vec<&str> = report.rows.iter().map(|row| row.code.as_str()).collect();
            assert_eq!(codes, [code], "{cells:?}");
        }
        let other = world.source("market-regulation").puts_right("food-safety-penalty", right);
        assert_eq!(other.rows[0].code, "B021", "only its source puts a record right");
        assert_eq!(world.file_of(&lin).records[0].on_file.version, 1);
        source.withdraws(ITEM, "LH-1", &lin, "登记错人");
        assert_eq!(source.puts_right(ITEM, right).rows[0].code, "B026");
    }

    fn what_an_adverse_record_says_anew_waits_anew(world) {
        let wu = world.person("乌云娜");
        let source = world.source("market-regulation");
        let item = "food-safety-penalty";
        let row = world.row(item, &wu);
        let number_input = world.item(item).only(|kind| matches!(kind, fairfile_domain::catalog::InputKind::Number)).expect("a number").code.clone();
        let money = world.item(item).only(|kind| matches!(kind, fairfile_domain::catalog::InputKind::Money(_))).expect("an amount").code.clone();
        source.records(item, row.with(number_input.as_str(), "P-1"));
        let shown_from = world.file_of(&wu).records[0].on_file.terms.shown_from;
        world.until(shown_from);
        let purpose = world.item(item).purposes.keys().next().expect("a purpose").to_string();
        assert!(world.file_of(&wu).records[0].on_file.terms.on_display(world.reg().today_at(&world.reg().clock.read())));
        let report = source.corrects(item, "P-1", &wu, (money.as_str(), "99.00"), "录入错误");
        assert_eq!(report.counts.accepted, 1, "{:?} {purpose}", report.rows);
        let again = world.file_of(&wu).records[0].on_file.terms;
        assert!(shown_from < again.shown_from, "{again:?}");
        assert_eq!(again.display_until, world.file_of(&wu).records[0].on_file.terms.display_until);
    }

    fn a_silent_member_is_chased_step_by_step_and_only_its_signature_ends_it(world) {
        let lin = a_licence(world);
        world.officer("0417").asks(&lin, PURPOSE);
        world.source("drug-administration").withdraws(ITEM, "LH-1", &lin, "登记错人");
        let member = world.member("health-commission");
        world.days_pass(7);
        assert_eq!((world.calendar_runs().notices_chased(), member.notices()[0].standing), (0, Standing::ToConfirm));
        for step in Chase::ALL {
            world.days_pass(if step == Chase::Reminder { 1 } else { 8 });
            assert_eq!((world.calendar_runs().notices_chased(), world.calendar_runs().notices_chased()), (1, 0), "{step:?}");
            assert_eq!(member.notices()[0].standing, Standing::Late(Some(step)));
        }
        world.days_pass(400);
        assert_eq!(world.calendar_runs().notices_chased(), 0);
        assert_eq!(member.notices()[0].standing, Standing::Late(Some(Chase::Supervisor)));
        assert_eq!(world.file_of(&lin).told[0].notices[0].standing, Standing::Late(Some(Chase::Supervisor)));
        member.confirms(member.notices()[0].on_file.notice).expect("late is not never");
        assert!(member.notices().is_empty());
    }

    fn after_months_of_standing_still_nobody_is_chased_three_times_at_once(world) {
        let lin = a_licence(world);
        world.officer("0417").asks(&lin, PURPOSE);
        world.source("drug-administration").withdraws(ITEM, "LH-1", &lin, "登记错人");
        world.days_pass(120);
        assert_eq!((world.calendar_runs().notices_chased(), world.calendar_runs().notices_chased()), (1, 0));
        assert_eq!(world.member("health-commission").notices()[0].standing, Standing::Late(Some(Chase::Reminder)));
    }
}
