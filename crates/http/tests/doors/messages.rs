//! Messages and settings on pages, and a demo's box of what would have been sent.

use std::time::Duration;

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::message::{Channel, Often};
use fairfile_messages::{Carried, Outbox, Sender};
use fairfile_service::calendar;
use fairfile_service::messages::{self, Courier, Delivered, StaffAddresses, StaffBook};
use fairfile_service::person::find_person;
use fairfile_service::sign_in::ask_recovery;
use fairfile_store::record;

use super::browser::{Browser, Page, all, attributes};
use super::node::{As, Ask, Engine, NOW, Node, SHOWN, question};

const SETTINGS: &str = "/en/my/settings";

/// A node by which e-mails and SMS can be chosen, with its box.
fn node() -> (Node, Outbox) {
    let outbox = Outbox::default();
    let caught = outbox.clone();
    let node = Node::with(Engine::Sqlite, |config| {
        (config.post.by_mail, config.post.by_sms, config.post.outbox) = (true, true, caught);
    });
    assert_eq!(node.hands_in("pharmacist-licences-2026-10.csv").status, 201);
    (node, outbox)
}

/// What the form sends: everything as it stands by default, but for `changed`.
fn with(changed: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![
        ("channel", "page"),
        ("mail", ""),
        ("phone", ""),
        ("phrase", ""),
        ("language", "en"),
        ("from", "8"),
        ("until", "20"),
        ("looks", "daily"),
    ];
    for (name, value) in changed {
        fields.retain(|field| field.0 != *name);
        fields.push((name, value));
    }
    fields
}

fn saves(person: &Browser<'_>, changed: &[(&'static str, &'static str)]) -> Page {
    let page = person.get(SETTINGS);
    person.follow(&page, SETTINGS, &with(changed))
}

fn post_goes_out(node: &Node, outbox: &Outbox) {
    let courier = Courier::new(Sender::at("fairfile.lanhe.example"));
    while courier.hold_round(&node.reg, Duration::ZERO).expect("a round") {}
    let carry = |letter: &_| {
        outbox.catch(letter, node.reg.clock.now().unix_micros());
        Carried::Taken
    };
    courier.deliver(&node.reg, Duration::ZERO, || true, carry).expect("sent");
    while courier.hold_round(&node.reg, Duration::from_secs(60)).expect("a round") {}
}

/// The e-mail goes where the operator says, once, and again if it could not leave.
#[test]
fn a_recovery_is_told_by_e_mail_to_the_address_of_whoever_it_is_about() {
    let (node, outbox) = node();
    let [officer, other] = ["officer/0417", "officer/0418"].map(|holder| holder.parse().expect("a holder"));
    super::sign_in::enrolled(&node, "officer/0417");
    let staff =
        StaffAddresses::read("officer/0417 zh a@office.example\nofficer/0418 en b@office.example").expect("read");
    let courier = Courier::new(Sender::at("fairfile.lanhe.example")).with_staff(staff, StaffBook::default());
    let goes_out = |elapsed: u64, carried: Carried| {
        let carry = |letter: &_| {
            if carried == Carried::Taken {
                outbox.catch(letter, node.reg.clock.now().unix_micros());
            }
            carried
        };
        courier.deliver(&node.reg, Duration::from_secs(elapsed), || true, carry).expect("sent")
    };
    assert_eq!(goes_out(0, Carried::Taken), Delivered::default(), "nothing is asked for");
    for holder in [&officer, &other] {
        ask_recovery(&node.reg, holder).expect("asked for");
    }
    assert_eq!(goes_out(1, Carried::Later), Delivered { later: 1, ..Delivered::default() }, "0418 has had no passkey");
    assert_eq!(goes_out(2, Carried::Taken), Delivered::default(), "not so soon again");
    assert_eq!(goes_out(200, Carried::Taken), Delivered { sent: 1, ..Delivered::default() });
    assert_eq!(goes_out(400, Carried::Taken), Delivered::default(), "once");
    let page = Browser::of_nobody(&node).get("/en/demo/outbox");
    page.says(&["a@office.example", "有人说您丢失了全部通行密钥", "2026年11月26日09:00"]);
    assert!(!page.text().contains("b@office.example"));
}

#[test]
fn a_person_chooses_how_to_be_told_and_finds_it_again() {
    let (node, _) = node();
    let person = Browser::of_person(&node, SHOWN.0);
    let page = person.get(SETTINGS);
    page.says(&["Choose how you are told", "green umbrella"]);
    assert_eq!(attributes(&page.html, "input[name=channel][checked]", "value"), ["page"]);
    let kept =
        saves(&person, &[("channel", "sms"), ("phone", "138 0013 8000"), ("phrase", "绿伞"), ("looks", "at-once")]);
    assert_eq!((kept.status, kept.path.as_str()), (200, "/en/my/settings?kept"));
    let page = kept;
    page.says(&["Saved. It counts from the next message on."]);
    assert_eq!(attributes(&page.html, "#phone", "value"), ["+8613800138000"]);
    assert_eq!(attributes(&page.html, "#phrase", "value"), ["绿伞"]);
    assert_eq!(attributes(&page.html, "input[name=looks][checked]", "value"), ["at-once"]);
    let identifier = fairfile_domain::identifier::Identifier::parse(
        fairfile_domain::identifier::IdentifierKind::CnResident,
        SHOWN.0,
    );
    let subject = find_person(&node.reg, &identifier.expect("a number")).expect("it is asked").expect("on file");
    let chosen = messages::chosen(&node.reg, subject).expect("it opens");
    assert_eq!((chosen.version, chosen.settings.looks), (1, Often::AtOnce));
    assert!(matches!(chosen.settings.channel, Channel::Sms(_)));
    let size = node.reg.store.head().snapshot().size();
    let again = [("channel", "sms"), ("phone", "+86 13800138000"), ("phrase", "绿伞"), ("looks", "at-once")];
    assert_eq!(saves(&person, &again).status, 200);
    assert_eq!(node.reg.store.head().snapshot().size(), size, "the same once more leaves nothing");
}

#[test]
fn what_cannot_be_kept_is_named_beside_its_field_and_stays_typed() {
    let (node, _) = node();
    let person = Browser::of_person(&node, SHOWN.0);
    let size = node.reg.store.head().snapshot().size();
    type Typed = &'static [(&'static str, &'static str)];
    let cases: [(Typed, &str, &str); 7] = [
        (&[("channel", "sms"), ("phone", "110")], "phone", "Write a mobile number"),
        (&[("channel", "mail"), ("mail", "a@b.example, c@d.example")], "mail", "Write one e-mail address"),
        (&[("channel", "mail"), ("mail", "a@b.example\r\nBcc: c@d.example")], "mail", "Write one e-mail address"),
        (&[("phrase", "https://bank.example")], "phrase", "Use letters, digits"),
        (&[("phrase", "123456")], "phrase", "must have letters"),
        (&[("phrase", "green\r\nBcc: a@b.example")], "phrase", "Use letters, digits"),
        (&[("from", "20"), ("until", "8")], "from", "The end must be later"),
    ];
    for (changed, field, says) in cases {
        let page = saves(&person, changed);
        assert_eq!(page.status, 422, "{changed:?}");
        page.says(&["Nothing was saved", says]);
        assert!(all(&page.html, "title")[0].starts_with("Error"), "{changed:?}");
        let to = attributes(&page.html, ".errors a", "href");
        assert_eq!(to, [format!("#{field}")], "{changed:?}");
        assert_eq!(attributes(&page.html, "[aria-invalid=true]", "id")[0], field, "{changed:?}");
        let (name, typed) = changed[changed.len() - 1];
        if name == "phone" || name == "phrase" {
            assert_eq!(
                attributes(&page.html, &format!("#{name}"), "value"),
                [typed.replace("\r\n", "\n")],
                "{changed:?}"
            );
        }
    }
    for wrong in [("channel", "pigeon"), ("language", "fr"), ("looks", "hourly"), ("until", "25")] {
        assert_eq!(saves(&person, &[wrong]).status, 422, "{wrong:?}");
    }
    assert_eq!(node.reg.store.head().snapshot().size(), size, "nothing was kept of any of them");
}

#[test]
fn a_way_that_the_node_does_not_have_is_not_offered_and_not_taken() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let person = Browser::of_person(&node, SHOWN.0);
    let page = person.get(SETTINGS);
    page.says(&["This node sends no e-mail and no SMS yet."]);
    assert_eq!(attributes(&page.html, "input[name=channel]", "value"), ["page"]);
    assert_eq!(saves(&person, &[("channel", "sms"), ("phone", "13800138000")]).status, 422);
}

#[test]
fn what_was_sent_is_kept_word_for_word_and_a_demo_shows_what_left() {
    let (node, outbox) = node();
    let person = Browser::of_person(&node, SHOWN.0);
    for (path, says) in [
        (
            "/en/my/messages",
            ["Your messages stand here.", "Nothing was sent to you.", "received. Others can see it from"],
        ),
        ("/zh/my/messages", ["您的消息只在这里", "还没有向您发送过消息", "已收到"]),
    ] {
        person.get(path).says(&says);
    }
    Browser::of_nobody(&node).get("/en/demo/outbox").says(&["Nothing would have been sent yet."]);
    saves(&person, &[("channel", "sms"), ("phone", "13800138000"), ("phrase", "green umbrella"), ("looks", "at-once")]);
    node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), question(SHOWN, "licence-renewal", "HC-2026-1")));
    post_goes_out(&node, &outbox);
    let text = "Fairfile, green umbrella: there was one look at your file up to 23 November. See 'Who looked'.";
    let page = person.get("/en/my/messages");
    page.says(&["Message no. 1", "Sent", "by SMS to *******8000", text, "of the journal shows when it was written"]);
    page.says(&["One look at your file."]);
    assert!(!page.text().contains("13800138000"), "the address is shown masked");
    let page = Browser::of_nobody(&node).get("/en/demo/outbox");
    page.says(&["SMS to +8613800138000", text]);
    Browser::of_nobody(&node).get("/zh/demo/outbox").says(&["短信，发往 +8613800138000", text]);
    person.get("/zh/my/messages").says(&["消息第 1 号", "已发送"]);
}

/// A day as an SMS in English writes it.
fn day_en(day: Day) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    format!("{} {}", day.day_of_month(), MONTHS[usize::from(day.month() as u8) - 1])
}

/// What the record's terms say, not the day on which the calendar came to it.
#[test]
fn an_end_is_told_by_the_record_s_own_days_and_only_while_the_person_can_read_it() {
    let goes_to = |node: &Node, day: &str| {
        node.reg.clock.set(format!("{day}T09:00:00+08:00").parse().expect("an instant"));
        calendar::run(&node.reg).expect("the days are done");
    };
    let (node, outbox) = node();
    let person = Browser::of_person(&node, SHOWN.0);
    let phone = [("channel", "sms"), ("phone", "13800138000")];
    saves(&person, &phone);
    let terms = {
        let identifier = Identifier::parse(IdentifierKind::CnResident, SHOWN.0).expect("a number");
        let subject = find_person(&node.reg, &identifier).expect("the node answers").expect("a person");
        let on_file = record::of_subject(&mut node.reg.store.read().expect("a reader"), subject).expect("records");
        on_file[0].on_file.terms
    };
    let late = |day: Day| day.plus_days(40).expect("a day").to_string();
    goes_to(&node, &late(terms.display_until));
    post_goes_out(&node, &outbox);
    let page = Browser::of_person(&node, SHOWN.0).get("/en/my/messages");
    let ended = format!("could see something in your file until {}", day_en(terms.display_until));
    page.says(&[&ended, "You still do."]);

    // On another node the clock passes both ends at once.
    let (node, outbox) = self::node();
    saves(&Browser::of_person(&node, SHOWN.0), &phone);
    goes_to(&node, &late(terms.retained_until));
    post_goes_out(&node, &outbox);
    let page = Browser::of_person(&node, SHOWN.0).get("/en/my/messages");
    page.says(&[&format!("was kept until {} and is destroyed now", day_en(terms.retained_until))]);
    page.says(&["its time is over", "the time of keeping it is over, and its content is destroyed."]);
    assert!(!page.text().contains("You still do."), "{}", page.text());
}

#[test]
fn what_happened_is_read_page_by_page_back_to_the_first_day() {
    let (node, _) = node();
    for day in 1..=60 {
        let at = NOW.parse::<Instant>().expect("an instant").unix_micros() + day * 24 * 3_600_000_000;
        node.reg.clock.set(Instant::from_unix_micros(at).expect("an instant"));
        node.inquires("0417", SHOWN, "licence-renewal", "HC-1");
    }
    let person = Browser::of_person(&node, SHOWN.0);
    let (mut path, mut seen) = ("/en/my/messages".to_owned(), Vec::new());
    loop {
        let page = person.get(&path);
        assert_eq!(page.status, 200);
        assert_eq!(
            page.text().contains("What was sent to you"),
            seen.is_empty(),
            "what was sent stands on the first page"
        );
        seen.extend(attributes(&page.html, "ol.happened time", "datetime"));
        match attributes(&page.html, "a[rel=next]", "href").pop() {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 61, "sixty days with a look, and the day of the licence");
    assert!(seen.is_sorted_by(|one, next| one > next), "{seen:?}");
    person.get("/en/my/messages?before=2000-01-01").says(&["Nothing happened in your file before."]);
    for wrong in ["before=17", "after=2026-11-23"] {
        assert_eq!(person.get(&format!("/en/my/messages?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn markup_in_what_was_chosen_comes_out_as_text_or_not_at_all() {
    let (node, _) = node();
    let person = Browser::of_person(&node, SHOWN.0);
    for payload in ["<script>alert(1)</script>", "\"><img src=x>", "' onfocus=alert(1) x='"] {
        let page = person.get(SETTINGS);
        let kept = person.follow(&page, SETTINGS, &[("channel", "mail"), ("mail", payload), ("phrase", payload)]);
        assert_eq!(kept.status, 422);
        assert!(all(&kept.html, "script, img, [onfocus]").is_empty(), "{payload}");
        assert_eq!(attributes(&kept.html, "#mail", "value"), [payload]);
    }
}
