use super::*;

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn zone() -> Zone {
    Zone::named("Asia/Shanghai").expect("a zone")
}

#[test]
fn a_phrase_can_neither_be_a_code_nor_a_link_nor_a_second_line() {
    let cases = [
        ("绿伞", Ok("绿伞")),
        ("O Connor-Smith", Ok("O Connor-Smith")),
        ("cafe\u{301}", Ok("café")),
        ("x", Err(NotAPhrase::Length)),
        ("", Err(NotAPhrase::Length)),
        ("123456", Err(NotAPhrase::Digits)),
        ("１２３", Err(NotAPhrase::Digits)),
        ("www.bank.example", Err(NotAPhrase::Signs)),
        ("https://x", Err(NotAPhrase::Signs)),
        ("green\numbrella", Err(NotAPhrase::Signs)),
        ("green\u{202e}umbrella", Err(NotAPhrase::Signs)),
        ("green\u{2028}umbrella", Err(NotAPhrase::Signs)),
        ("a\0b", Err(NotAPhrase::Signs)),
    ];
    for (text, expected) in cases {
        let read = Phrase::parse(text);
        assert_eq!(read.as_ref().map(Phrase::as_str).map_err(|fault| *fault), expected, "{text:?}");
    }
    assert_eq!(Phrase::parse(&"字".repeat(40)).map(|phrase| phrase.as_str().chars().count()), Ok(40));
    assert_eq!(Phrase::parse(&"字".repeat(41)), Err(NotAPhrase::Length));
}

#[test]
fn an_address_is_one_address_and_nothing_else() {
    for fine in ["a@b.cn", "lin.xiaohe+fairfile@mail.example", "x_y@sub.host-1.example"] {
        assert!(MailAddress::parse(fine).is_ok(), "{fine}");
    }
    let wrong = [
        "",
        "a",
        "a@",
        "@b.cn",
        "a@b",
        "a@b..cn",
        "a@-b.cn",
        "a@b.1",
        "a..b@c.cn",
        ".a@b.cn",
        "a b@c.cn",
        "a@b.cn,c@d.cn",
        "\"a b\"@c.cn",
        "<a@b.cn>",
        "a@b.cn\n",
        "a@b.cn\r\nBcc: x@y.cn",
        "a@b@c.cn",
        "林@邮箱.中国",
        "a@[127.0.0.1]",
        "a@b.cn\0",
    ];
    for wrong in wrong {
        assert_eq!(MailAddress::parse(wrong), Err(NotAMailAddress), "{wrong:?}");
    }
    assert_eq!(MailAddress::parse(&format!("a@{}.cn", "b".repeat(63))).map(|_| ()), Ok(()));
    assert_eq!(MailAddress::parse(&format!("a@{}.cn", "b".repeat(64))), Err(NotAMailAddress));
}

#[test]
fn a_phone_is_digits_whatever_its_writing() {
    for (text, expected) in [
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0034 600 000 000", "+34600000000"),
        ("(+34) 600000000", "+34600000000"),
    ] {
        assert_eq!(Phone::parse(text).expect("a phone").as_str(), expected, "{text}");
    }
    for wrong in ["", "110", "+", "138001380001234567", "138 0013 800a", "+0123456789", "1380013800", "13800138000\n1"]
    {
        assert_eq!(Phone::parse(wrong), Err(NotAPhone), "{wrong:?}");
    }
}

#[test]
fn what_is_shown_of_an_address_is_enough_for_its_owner_alone() {
    let phone = Channel::Sms(Phone::parse("13800138000").expect("a phone"));
    let mail = Channel::Mail(MailAddress::parse("lin@mail.example").expect("an address"));
    assert_eq!(phone.masked().as_deref(), Some("*******8000"));
    assert_eq!(mail.masked().as_deref(), Some("l***@mail.example"));
    assert_eq!(format!("{phone:?} {mail:?} {:?}", Phrase::parse("green umbrella")), "sms mail Ok(Phrase(..))");
}

#[test]
fn nobody_is_woken_but_for_what_a_stranger_may_have_done() {
    let settings = |looks| Settings { looks, ..Settings::default() };
    let (night, noon) = (at("2026-11-23T23:30:00+08:00"), at("2026-11-23T12:00:00+08:00"));
    let (morning, monday) = (at("2026-11-24T08:00:00+08:00"), at("2026-11-30T08:00:00+08:00"));
    let cases = [
        (Fact::Written, Often::Daily, noon, noon),
        (Fact::Written, Often::Daily, night, morning),
        (Fact::Looked, Often::AtOnce, night, morning),
        (Fact::Looked, Often::AtOnce, noon, noon),
        (Fact::Looked, Often::Daily, noon, morning),
        (Fact::Looked, Often::Weekly, noon, monday),
        (Fact::SignedIn, Often::Off, night, night),
        (Fact::Copied, Often::Off, night, night),
    ];
    for (fact, looks, now, expected) in cases {
        assert_eq!(settings(looks).due(fact, now, &zone()), expected, "{fact:?} {looks:?} {now}");
    }
    let early = at("2026-11-23T03:00:00+08:00");
    assert_eq!(Settings::default().due(Fact::Ended, early, &zone()), at("2026-11-23T08:00:00+08:00"));
}

#[test]
fn the_end_of_the_hours_is_outside_them_and_midnight_is_not_missed() {
    let hours = Hours::new(22, 24).expect("hours");
    assert_eq!(hours.next_open(at("2026-11-23T23:59:59+08:00"), &zone()), at("2026-11-23T23:59:59+08:00"));
    assert_eq!(hours.next_open(at("2026-11-24T00:00:00+08:00"), &zone()), at("2026-11-24T22:00:00+08:00"));
    assert_eq!(Hours::default().next_open(at("2026-11-23T20:00:00+08:00"), &zone()), at("2026-11-24T08:00:00+08:00"));
    for (from, until) in [(8, 8), (20, 8), (0, 25), (24, 24)] {
        assert_eq!(Hours::new(from, until), Err(NotHours), "{from} {until}");
    }
}

#[test]
fn looks_are_told_only_by_a_way_and_if_the_person_wants_it() {
    let mail = Channel::Mail(MailAddress::parse("a@b.cn").expect("an address"));
    assert!(!Settings::default().tells(Fact::Written));
    let settings = Settings { channel: mail, looks: Often::Off, ..Settings::default() };
    assert!(settings.tells(Fact::Written) && settings.tells(Fact::SignedIn) && !settings.tells(Fact::Looked));
}

#[test]
fn words_are_read_back_as_what_wrote_them() {
    Fact::ALL.into_iter().for_each(|fact| assert_eq!(Fact::find(fact.word()), Some(fact)));
    Often::ALL.into_iter().for_each(|often| assert_eq!(Often::find(often.word()), Some(often)));
    assert_eq!(Language::find("zh"), Some(Language::Zh));
}
