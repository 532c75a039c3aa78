//! Whoever wants to be reached is told what happens in the file: once, in the own hours, without its content, and what was
//! sent is kept.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use fairfile_domain::message::{Channel, Language, MailAddress, Often, Settings};
use fairfile_messages::{Carried, segments};
use fairfile_service::messages::{self, Courier, State};
use fairfile_testkit::post::{by_sms, sender};
use fairfile_testkit::raw::Cell as RawCell;
use fairfile_testkit::{World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
const PHONE: &str = "13800138000";

/// Lin has a licence on file; what was before is over.
fn lin(world: &World, settings: Settings) -> fairfile_testkit::Person {
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin).with("registration_no", "LH-1"));
    world.chooses(&lin, settings);
    lin
}

fn at_once() -> Settings {
    Settings { looks: Often::AtOnce, ..by_sms(PHONE) }
}

fn bodies(world: &World) -> Vec<String> {
    world.post_is_taken().iter().map(|letter| letter.text.body.clone()).collect()
}

on_both_engines! {
    fn a_new_record_is_told_before_others_see_it_and_nothing_of_it_is_said(world) {
        let lin = lin(world, at_once());
        assert!(bodies(world).is_empty(), "what was before is no news");
        world.source("market-regulation").records("food-safety-penalty", world.row("food-safety-penalty", &lin));
        let told = bodies(world);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("Fairfile Lanhe, green umbrella: something new is in your file. You can read it before others see it on "),
            "{told:?}"
        );
        assert!(segments(&told[0]) <= 2 && !told[0].contains("penalty") && !told[0].contains("Market"), "{told:?}");
        assert!(bodies(world).is_empty(), "once is enough");
        let kept = world.messages_of(&lin);
        assert_eq!((kept.len(), kept[0].number, kept[0].state), (1, 1, State::Sent));
        assert_eq!(kept[0].letter.text.body, told[0], "the very text is kept");
    }

    fn looks_are_told_as_often_as_the_person_wants(world) {
        let lin = lin(world, Settings { looks: Often::Daily, ..by_sms(PHONE) });
        let officer = world.officer("0417");
        officer.asks(&lin, PURPOSE);
        officer.asks(&lin, PURPOSE);
        assert!(bodies(world).is_empty(), "not today");
        world.days_pass(1);
        let told = bodies(world);
        assert!(told.len() == 1 && told[0].contains("there were 2 looks at your file up to 24 November"), "{told:?}");
        world.chooses(&lin, at_once());
        officer.asks(&lin, PURPOSE);
        let told = bodies(world);
        assert!(told.len() == 1 && told[0].contains("there was one look"), "{told:?}");
        world.chooses(&lin, Settings { looks: Often::Off, ..by_sms(PHONE) });
        officer.asks(&lin, PURPOSE);
        world.days_pass(10);
        assert!(bodies(world).is_empty(), "looks are told no more, and stand in the file all the same");
        assert_eq!(world.file_of(&lin).looks_on_file, 5);
    }

    fn nobody_is_woken_and_a_sign_in_is_told_at_once(world) {
        let lin = lin(world, at_once());
        world.set_clock("2026-11-23T23:30:00+08:00");
        world.officer("0417").asks(&lin, PURPOSE);
        assert!(bodies(world).is_empty(), "it is night");
        let subject = world.subject(&lin).expect("on file");
        let reg = world.reg();
        world.wait(fairfile_service::person::begin_reading(&reg, subject)).expect("she reads");
        world.wait(fairfile_service::person::begin_reading(&reg, subject)).expect("she reads on");
        let told = bodies(world);
        assert!(told.len() == 1 && told[0].contains("signed in as you and read your file on 23 November at 23:30"), "{told:?}");
        world.file_of(&lin);
        let told = bodies(world);
        assert!(told.len() == 1 && told[0].contains("took a copy of your file"), "{told:?}");
        world.set_clock("2026-11-24T08:00:00+08:00");
        let told = bodies(world);
        assert!(told.len() == 1 && told[0].contains("there was one look"), "{told:?}");
    }

    fn corrections_withdrawals_and_ends_are_told(world) {
        let lin = lin(world, by_sms(PHONE));
        let source = world.source("drug-administration");
        source.records(ITEM, world.row(ITEM, &lin).with("registration_no", "LH-2"));
        world.post_is_taken();
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2026-12-31"), "录入错误：最后一天写错了");
        source.withdraws(ITEM, "LH-2", &lin, "登记错人");
        let told = bodies(world);
        assert!(told.len() == 2 && told[0].contains("was corrected on 23 November"), "{told:?}");
        assert!(told[1].contains("was taken back on 23 November"), "{told:?}");
        world.days_pass(60);
        world.calendar_runs();
        let told = bodies(world);
        let ended = "something in your file until 31 December";
        assert!(told.iter().any(|text| text.contains(ended)), "the end of a display is told: {told:?}");
        world.days_pass(4_000);
        world.calendar_runs();
        assert!(bodies(world).iter().any(|text| text.contains("Nobody can read it any more")), "and a destruction");
    }

    fn cut_off_between_sending_and_noting_the_same_goes_out_once_more(world) {
        let lin = lin(world, at_once());
        world.officer("0417").asks(&lin, PURPOSE);
        let (reg, cut_off) = (world.reg(), Courier::new(sender()));
        cut_off.hold_round(&reg, Duration::ZERO).expect("a round");
        let first = RefCell::new(Vec::new());
        let carry = |letter: &fairfile_messages::Letter| {
            first.borrow_mut().push(letter.clone());
            Carried::Taken
        };
        let delivered = cut_off.deliver(&reg, Duration::ZERO, || true, carry).expect("sent");
        assert_eq!(delivered.sent, 1);
        drop((reg, cut_off));
        world.restarts(|_| ());
        assert_eq!(world.messages_of(&lin)[0].state, State::Sending, "nobody has noted it");
        let again = world.post_is_taken();
        assert_eq!(again, first.into_inner(), "the same text under the same id");
        assert_eq!(world.messages_of(&lin)[0].state, State::Sent);
    }

    fn what_is_not_taken_is_tried_again_for_three_days_and_its_failure_is_seen(world) {
        let lin = lin(world, at_once());
        world.officer("0417").asks(&lin, PURPOSE);
        let (reg, courier, tries) = (world.reg(), Courier::new(sender()), Cell::new(0));
        courier.hold_round(&reg, Duration::ZERO).expect("a round");
        let later = |_: &fairfile_messages::Letter| {
            tries.set(tries.get() + 1);
            Carried::Later
        };
        let turn = |seconds| courier.deliver(&reg, Duration::from_secs(seconds), || true, later).expect("a turn");
        assert_eq!(turn(0).later, 1);
        assert_eq!(turn(1).later, 0, "it waits first");
        assert_eq!(turn(100).later, 1);
        world.days_pass(3);
        assert_eq!(turn(1_000).failed, 1);
        assert_eq!((turn(100_000).later, tries.get()), (0, 3), "it is tried no more");
        while courier.hold_round(&reg, Duration::from_secs(100_000)).expect("a round") {}
        assert_eq!(world.messages_of(&lin)[0].state, State::Failed);
        assert_eq!(messages::overview(&reg, reg.sure_today()).expect("numbers").counts.failed, 1);
    }

    fn a_refusal_for_good_is_not_tried_again(world) {
        let lin = lin(world, at_once());
        world.officer("0417").asks(&lin, PURPOSE);
        world.post_goes_out(|_| Carried::Refused);
        assert_eq!(world.messages_of(&lin)[0].state, State::Failed);
        assert!(world.post_is_taken().is_empty());
    }

    fn whoever_leads_messages_elsewhere_is_told_where_they_went_before(world) {
        let lin = lin(world, at_once());
        let elsewhere = Settings { channel: Channel::Mail(MailAddress::parse("x@y.example").expect("an address")), ..at_once() };
        assert_eq!(world.chooses(&lin, elsewhere), 2);
        let told = world.post_is_taken();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].to, at_once().channel, "to the phone, which it went to before");
        assert!(told[0].text.body.contains("your messages go elsewhere from now on"));
        world.officer("0417").asks(&lin, PURPOSE);
        let told = world.post_is_taken();
        assert!(told.len() == 1 && told[0].to.word() == "mail" && told[0].text.body.contains("kept under Messages, no. 2"));
    }

    fn the_settings_are_the_person_s_own_and_come_back_as_they_were_chosen(world) {
        let chinese = Settings { language: Language::Zh, looks: Often::Weekly, ..by_sms(PHONE) };
        let lin = lin(world, chinese.clone());
        let subject = world.subject(&lin).expect("on file");
        world.restarts(|_| ());
        let chosen = messages::chosen(&world.reg(), subject).expect("it opens");
        assert_eq!((chosen.settings, chosen.version), (chinese, 1));
        let clear = world.raw().count("SELECT COUNT(*) FROM settings WHERE channel = 'sms'");
        assert_eq!(clear, 1, "the way alone stands in the open");
    }

    fn a_round_leaves_one_entry_whoever_was_asked_about(world) {
        let lin = lin(world, at_once());
        let (reg, courier) = (world.reg(), Courier::new(sender()));
        let size = || reg.store.head().snapshot().size();
        let mut elapsed = 0;
        let mut rounds = |asks: &dyn Fn()| {
            let before = size();
            asks();
            let asked = size() - before;
            while courier.hold_round(&reg, Duration::from_secs(elapsed)).expect("a round") {}
            courier.deliver(&reg, Duration::from_secs(elapsed), || true, |_| Carried::Taken).expect("sent");
            elapsed += 60;
            while courier.hold_round(&reg, Duration::from_secs(elapsed)).expect("a round") {}
            elapsed += 60;
            assert!(!courier.hold_round(&reg, Duration::from_secs(elapsed)).expect("a round"));
            (asked, size() - before)
        };
        rounds(&|| ());
        let stranger = fairfile_testkit::Person::invented("王伟", 7_000);
        let officer = world.officer("0417");
        let known = rounds(&|| drop(officer.asks(&lin, PURPOSE)));
        let unknown = rounds(&|| drop(officer.asks(&stranger, PURPOSE)));
        assert_eq!((known, unknown), ((1, 3), (1, 3)), "the look, the round, and the round after it");
        assert_eq!(rounds(&|| ()), (0, 0), "a journal that stands still is left alone");
    }

    fn a_large_file_is_told_in_several_rounds_and_nobody_twice(world) {
        let people: Vec<_> = (0..450).map(|place| fairfile_testkit::Person::invented("王伟", 2_000 + place)).collect();
        let row = |place: usize, batch: &str| {
            world.row(ITEM, &people[place]).with("registration_no", &format!("LH-{batch}{place:04}"))
        };
        let source = world.source("drug-administration");
        let rows = |batch: &str| (0..people.len()).map(|place| row(place, batch)).collect::<Vec<_>>();
        source.submits(ITEM, &rows("A"));
        for person in &people {
            world.chooses(person, by_sms(PHONE));
        }
        source.submits(ITEM, &rows("B"));
        let told = world.post_is_taken();
        let ids: BTreeSet<_> = told.iter().map(|letter| letter.id).collect();
        assert_eq!((told.len(), ids.len()), (people.len(), people.len()));
        assert_eq!(world.raw().count("SELECT COUNT(DISTINCT subject_id) FROM message"), people.len() as i64);
        assert_eq!(messages::overview(&world.reg(), world.today()).expect("numbers").counts.sent, people.len() as u64);
    }

    fn whom_only_a_letter_reaches_is_counted_and_not_named(world) {
        let lin = lin(world, Settings::default());
        world.source("market-regulation").records("food-safety-penalty", world.row("food-safety-penalty", &lin));
        assert!(bodies(world).is_empty());
        let letters = || messages::overview(&world.reg(), world.today()).expect("numbers").letters;
        assert_eq!(letters(), 1);
        world.chooses(&lin, by_sms(PHONE));
        assert_eq!(letters(), 0);
    }

    fn addresses_own_words_and_texts_stand_nowhere_in_clear(world) {
        let lin = lin(world, at_once());
        world.officer("0417").asks(&lin, PURPOSE);
        world.chooses(&lin, Settings {
            channel: Channel::Mail(MailAddress::parse("canary.of.lin@mail.example").expect("an address")),
            ..at_once()
        });
        world.post_is_taken();
        assert_eq!(world.messages_of(&lin).len(), 2, "the look, and that messages go elsewhere");
        let secrets = ["13800138000", "green umbrella", "canary.of.lin", "one look at your file", "go elsewhere from now on"];
        let holds = |bytes: &[u8], what: &str| {
            for secret in secrets {
                let wide: Vec<u8> = secret.bytes().flat_map(|byte| [byte, 0]).collect();
                for writing in [secret.as_bytes(), &wide] {
                    let is_there = bytes.windows(writing.len()).any(|window| window == writing);
                    assert!(!is_there, "{secret} stands in {what}");
                }
            }
        };
        let folder = world.folder();
        world.restarts(|_| sweep(&folder, &holds));
        for table in ["settings", "message", "leaf"] {
            for row in world.raw().rows(&format!("SELECT * FROM {table}")) {
                for cell in row {
                    match cell {
                        RawCell::Text(text) => holds(text.as_bytes(), table),
                        RawCell::Bytes(bytes) => holds(&bytes, table),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Holds every file below a folder.
fn sweep(folder: &Path, holds: &impl Fn(&[u8], &str)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sweep(&path, holds);
        } else {
            holds(&fs::read(&path).expect("a file"), &path.display().to_string());
        }
    }
}
