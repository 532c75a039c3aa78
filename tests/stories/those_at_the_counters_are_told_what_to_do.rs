//! Officers and supervisors are told by e-mail what waits for them: once, in office hours unless it is urgent, with ids, days
//! and counts alone; and what was not delivered is seen.

use std::cell::RefCell;
use std::time::Duration;

use fairfile_domain::message::Channel;
use fairfile_messages::{Carried, Letter};
use fairfile_service::messages::{Courier, Delivered, StaffAddresses, StaffBook, StaffCounts};
use fairfile_service::registrar::{end_key, train_officer};
use fairfile_service::supervisor::check_journal;
use fairfile_testkit::post::sender;
use fairfile_testkit::{Person, World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
const ADDRESSES: &str = "
officer/0417 en a@office.example
officer/0418 zh b@office.example
officer/0101 en c@office.example
staff/registrar-1 en r@node.example
staff/supervisor-1 en s@node.example
";

/// Whoever sends for a node that was just begun, with the book as it lies in the folder.
fn courier(world: &World) -> Courier {
    let book = StaffBook::open(&world.folder().join("told-staff"), world.reg().clock.now()).expect("a book");
    Courier::new(sender()).with_staff(StaffAddresses::read(ADDRESSES).expect("addresses"), book)
}

/// What goes out now: to whom, and what it says.
fn told(world: &World) -> Vec<(String, String)> {
    let letters = RefCell::new(Vec::new());
    let carry = |letter: &Letter| {
        let Channel::Mail(address) = &letter.to else { panic!("by e-mail alone") };
        let text = [letter.text.subject.as_str(), "\n", &letter.text.body].concat();
        letters.borrow_mut().push((address.as_str().to_owned(), text));
        Carried::Taken
    };
    courier(world).deliver(&world.reg(), Duration::ZERO, || true, carry).expect("sent");
    let mut letters = letters.into_inner();
    letters.sort();
    letters
}

/// Who is told something now, in which every one of the texts is said.
#[track_caller]
fn is_told(world: &World, expected: &[(&str, &[&str])]) {
    let told = told(world);
    let to: Vec<&str> = told.iter().map(|letter| letter.0.as_str()).collect();
    assert_eq!(to, expected.iter().map(|letter| letter.0).collect::<Vec<_>>(), "{told:#?}");
    for ((_, text), (_, says)) in told.iter().zip(expected) {
        for said in *says {
            assert!(text.contains(said), "{said:?} is not in {text}");
        }
    }
    assert!(self::told(world).is_empty(), "once, also by a node that was begun again");
}

fn counts(world: &World) -> StaffCounts {
    StaffBook::count(&world.folder().join("told-staff")).expect("read").expect("there")
}

/// The health commission was shown Lin's licence, and it was corrected; gives the notice's id.
fn a_notice(world: &World, number: &str) -> (Person, String) {
    let lin = world.person("林晓禾");
    let source = world.source("drug-administration");
    source.records(ITEM, world.row(ITEM, &lin).with("registration_no", number));
    world.officer("0417").asks(&lin, PURPOSE);
    source.corrects(ITEM, number, &lin, ("valid_until", "2031-12-31"), "录入错误：最后一天写错了");
    let notices = world.member("health-commission").notices();
    (lin, notices.last().expect("a notice").on_file.notice.to_string())
}

on_both_engines! {
    fn a_notice_is_told_to_its_officers_when_it_comes_five_days_and_a_day_before_its_end_and_when_it_is_late(world) {
        assert!(told(world).is_empty(), "nothing has happened");
        let (lin, notice) = a_notice(world, "LH-1");
        let id = notice.as_str();
        let letters = told(world);
        assert_eq!(letters.len(), 2, "the two officers of the health commission: {letters:#?}");
        for ((_, text), says) in letters.iter().zip([
            ["your office has a notice to confirm\n", "7 days are left; the last day is 30 November 2026.", id],
            ["贵单位有1条通知待确认", "还有7天，最后一天是2026年11月30日。", id],
        ]) {
            for said in says {
                assert!(text.contains(said), "{said:?} is not in {text}");
            }
            for secret in [lin.number.as_str(), &lin.name, "LH-1", ITEM, "pharmac", "health-commission", "://"] {
                assert!(!text.contains(secret), "{secret} stands in {text}");
            }
        }
        is_told(world, &[]);
        world.days_pass(2);
        is_told(world, &[
            ("a@office.example", &["5 days are left; the last day is 30 November 2026.", id]),
            ("b@office.example", &["还有5天", id]),
        ]);
        world.days_pass(4);
        is_told(world, &[("a@office.example", &["One day is left", id]), ("b@office.example", &["还有1天", id])]);
        world.days_pass(1);
        is_told(world, &[]);
        world.days_pass(1);
        is_told(world, &[
            ("a@office.example", &["your office is late with a notice", "to be confirmed by 30 November 2026", id]),
            ("b@office.example", &["贵单位已逾期：1条通知最迟应于2026年11月30日确认。", id]),
            ("s@node.example", &["one notice is late\n", "One notice is late on 1 December 2026.", id]),
        ]);
        world.days_pass(1);
        is_told(world, &[("s@node.example", &["One notice is late on 2 December 2026.", id])]);
        world.member("health-commission").confirms(id.parse().expect("an id")).expect("confirmed");
        world.days_pass(1);
        is_told(world, &[]);
        assert_eq!(counts(world), StaffCounts { sending: 0, sent: 10, failed: 0 });
    }

    fn notices_of_one_day_are_told_together_and_nobody_is_woken(world) {
        world.set_clock("2026-11-23T23:30:00+08:00");
        let first = a_notice(world, "LH-1").1;
        let second = a_notice(world, "LH-2").1;
        is_told(world, &[]);
        world.set_clock("2026-11-24T07:59:00+08:00");
        is_told(world, &[]);
        world.set_clock("2026-11-24T08:00:00+08:00");
        is_told(world, &[
            ("a@office.example", &["your office has 2 notices to confirm", &first, &second]),
            ("b@office.example", &["贵单位有2条通知待确认", &first, &second]),
        ]);
    }

    fn what_is_not_delivered_is_tried_again_left_out_when_it_is_over_and_counted(world) {
        let notice = a_notice(world, "LH-1").1;
        let turn = |courier: &Courier, seconds, carried| {
            courier.deliver(&world.reg(), Duration::from_secs(seconds), || true, |_| carried).expect("a turn")
        };
        let away = courier(world);
        assert_eq!(turn(&away, 0, Carried::Later), Delivered { later: 2, ..Delivered::default() });
        assert_eq!(turn(&away, 1, Carried::Later), Delivered::default(), "not so soon again");
        assert_eq!(counts(world).sending, 2, "written down before it is sent");
        world.member("health-commission").confirms(notice.parse().expect("an id")).expect("confirmed");
        is_told(world, &[]);
        assert_eq!(counts(world), StaffCounts::default(), "what is over is told no more");
        a_notice(world, "LH-2");
        world.days_pass(8);
        assert_eq!(turn(&courier(world), 0, Carried::Later).later, 3, "the officers and the supervisor");
        world.days_pass(3);
        assert_eq!(turn(&courier(world), 0, Carried::Later), Delivered { sent: 0, later: 1, failed: 2 });
        assert_eq!(turn(&courier(world), 0, Carried::Refused), Delivered { failed: 1, ..Delivered::default() });
        is_told(world, &[]);
        assert_eq!(counts(world), StaffCounts { sending: 0, sent: 0, failed: 3 });
    }

    fn the_end_of_a_training_and_of_a_key_is_told_thirty_and_seven_days_before(world) {
        let (reg, registrar) = (world.reg(), "registrar-1".parse().expect("a code"));
        let until = world.today().plus_days(30).expect("a day");
        let (officer, purpose) = ("0417".parse().expect("a code"), PURPOSE.parse().expect("a code"));
        train_officer(&reg, &registrar, (&officer, &purpose), until).expect("trained");
        for key in ["0417.2026", "health-commission.2026"] {
            end_key(&reg, &registrar, &key.parse().expect("a code"), until).expect("it ends");
        }
        for days in [0, 23] {
            world.days_pass(days);
            is_told(world, &[
                ("a@office.example", &["2 keys with which requests are signed are valid until 23 December 2026.", "0417.2026"]),
                ("a@office.example", &["A training of yours is valid until 23 December 2026."]),
                ("b@office.example", &["1把用于签署请求的密钥有效期至2026年12月23日", "health-commission.2026"]),
            ]);
        }
        world.days_pass(8);
        is_told(world, &[]);
    }

    fn a_failed_check_of_the_journal_and_a_stop_are_told_at_once(world) {
        world.is_spoilt();
        world.set_clock("2026-11-23T23:30:00+08:00");
        let officer = world.officer("0417");
        let strangers = (0..30).map(|place| Person::invented("王伟", 5_000 + place));
        strangers.take_while(|person| officer.asks(person, PURPOSE).refusal() != Some("D010")).for_each(drop);
        check_journal(&world.reg()).expect("checked");
        is_told(world, &[("a@office.example", &["you were stopped", "until two registrars agree"])]);
        world.raw().meddle("UPDATE member SET title_en = 'Another' WHERE member = 'court'");
        assert!(!check_journal(&world.reg()).expect("checked").holds);
        is_told(world, &[("s@node.example", &["the check of the journal failed", "23 November 2026 at 23:30", "Differences found: 1."])]);
    }

    fn a_file_that_was_checked_is_told_to_whoever_handed_it_in(world) {
        let people: Vec<_> = (0..4).map(|place| Person::invented("王伟", 2_000 + place)).collect();
        let row = |place: usize| world.row(ITEM, &people[place]);
        let source = world.source("drug-administration");
        source.hands_in_by("0101", ITEM, &[row(0), row(1), row(1).with("registration_no", "")]).expect("taken");
        is_told(world, &[("c@office.example", &["a file of your office was checked", "Rows: 3. Taken: 2. Turned away: 1.", "bat_"])]);
        source.submits(ITEM, &[row(2)]);
        is_told(world, &[]);
        source.submits(ITEM, &[row(2), row(3)]);
        let size = world.reg().store.head().snapshot().size();
        is_told(world, &[("c@office.example", &["Rows: 2."])]);
        assert_eq!(world.reg().store.head().snapshot().size(), size, "none of it is the journal's");
    }
}
