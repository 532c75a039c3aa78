//! What a message says in every case: short enough, in both languages, and nothing that it must not say.

use fairfile_domain::day::{Instant, Zone};
use fairfile_domain::message::{Channel, Fact, Language, MailAddress, Phone, Phrase};
use fairfile_messages::{
    Duty, HelpLines, Sender, StaffTold, Text, Told, compose, compose_recovery, compose_staff, segments,
};

fn sender() -> Sender {
    Sender {
        name_en: "Fairfile Lanhe".into(),
        name_zh: "兰河公平档案".into(),
        home: "fairfile.lanhe.example".into(),
        help: HelpLines::default(),
    }
}

fn told(fact: Fact) -> Told {
    let at: Instant = "2027-03-02T09:14:00+08:00".parse().expect("an instant");
    let on = if fact == Fact::Written { "2027-03-07" } else { "2027-03-02" };
    Told { fact, about_on: on.parse().expect("a day"), happened_at: at, looks: 1, number: 18 }
}

fn says(told: Told, language: Language, phrase: &str, channel: &Channel) -> Text {
    let zone = Zone::named("Asia/Shanghai").expect("a zone");
    let phrase = (!phrase.is_empty()).then(|| Phrase::parse(phrase).expect("a phrase"));
    compose(&told, (&sender(), &zone), language, phrase.as_ref(), channel)
}

fn sms() -> Channel {
    Channel::Sms(Phone::parse("13800138000").expect("a phone"))
}

fn mail() -> Channel {
    Channel::Mail(MailAddress::parse("lin@mail.example").expect("an address"))
}

#[test]
fn the_texts_are_those_of_the_design() {
    let english = says(told(Fact::Written), Language::En, "green umbrella", &sms()).body;
    assert_eq!(
        english,
        "Fairfile Lanhe, green umbrella: something new is in your file. You can read it before others see it on 7 March. \
         Open Fairfile yourself; we send no links."
    );
    let chinese = says(told(Fact::Written), Language::Zh, "绿伞", &sms()).body;
    assert_eq!(
        chinese,
        "【兰河公平档案】绿伞：您的档案有新内容，他人自3月7日起才能看到，您现在就可以查看。请自行打开网站，我们不发链接。"
    );
    assert_eq!((segments(&english), segments(&chinese)), (1, 1));
    let looks = says(Told { looks: 3, ..told(Fact::Looked) }, Language::En, "", &sms()).body;
    assert!(
        looks.starts_with("Fairfile Lanhe: there were 3 looks at your file up to 2 March. See 'Who looked'."),
        "{looks}"
    );
}

#[test]
fn an_e_mail_has_one_fact_the_typed_address_and_its_number() {
    let text = says(told(Fact::SignedIn), Language::En, "green umbrella", &mail());
    assert_eq!(text.subject, "Fairfile Lanhe: your file was read");
    assert_eq!(
        text.body,
        "Your words: green umbrella.\n\n\
         Somebody signed in as you and read your file on 2 March 2027 at 09:14. If it was not you, go to a service counter now.\n\n\
         To read it, open Fairfile yourself (fairfile.lanhe.example) and sign in.\n\n\
         There is help at any service counter.\n\n\
         This message is kept under Messages, no. 18. Fairfile never asks for your ID number, a code or money.\n"
    );
    let chinese = says(told(Fact::Written), Language::Zh, "绿伞", &mail());
    assert_eq!(chinese.subject, "兰河公平档案：您的档案有新内容");
    assert!(chinese.body.contains("自2027年3月7日起才能看到"), "{}", chinese.body);
}

#[test]
fn whoever_works_at_a_counter_is_told_of_a_recovery_with_its_hour_and_no_link() {
    let (sender, zone) = (sender(), Zone::named("Asia/Shanghai").expect("a zone"));
    let ripe_at: Instant = "2026-11-25T09:00:00+08:00".parse().expect("an instant");
    for (language, says) in [
        (Language::En, ["somebody says that you lost every passkey", "25 November 2026 at 09:00", "refuse it"]),
        (Language::Zh, ["有人说您丢失了全部通行密钥", "2026年11月25日09:00", "登录后拒绝"]),
    ] {
        let text = compose_recovery(ripe_at, (&sender, &zone), language);
        let whole = [text.subject.as_str(), &text.body].concat();
        for said in says.iter().chain([&sender.home.as_str()]) {
            assert!(whole.contains(said), "{whole}");
        }
        assert!(!whole.contains("://"), "a link");
    }
}

fn staff(duty: Duty, count: u64, ids: &[&str], language: Language) -> Text {
    let (sender, zone) = (sender(), Zone::named("Asia/Shanghai").expect("a zone"));
    let told = StaffTold { duty, count, ids: ids.iter().map(ToString::to_string).collect() };
    compose_staff(&told, (&sender, &zone), language)
}

#[test]
fn whoever_works_at_a_counter_is_told_ids_days_and_counts() {
    let (due_on, ids) = ("2027-03-09".parse().expect("a day"), ["ntc_1", "ntc_2"]);
    let text = staff(Duty::Confirm { due_on, left: 5 }, 2, &ids, Language::En);
    assert_eq!(text.subject, "Fairfile Lanhe: your office has 2 notices to confirm");
    assert_eq!(
        text.body,
        "Your office has 2 notices to confirm. 5 days are left; the last day is 9 March 2027.\n\n\
         Which: ntc_1, ntc_2.\n\n\
         To confirm, open Fairfile yourself (fairfile.lanhe.example), sign in and go to Notices.\n\n\
         Fairfile never asks for a passkey, a code or money by e-mail.\n"
    );
    let text = staff(Duty::Late { due_on }, 3, &ids, Language::Zh);
    assert_eq!(text.subject, "兰河公平档案：贵单位有3条通知逾期");
    assert_eq!(
        text.body,
        "贵单位已逾期：3条通知最迟应于2027年3月9日确认。\n\n编号：ntc_1、ntc_2，另有1个。\n\n\
         如需确认，请自行打开网站（fairfile.lanhe.example），登录后进入“通知”。\n\n\
         本网站从不通过邮件索要通行密钥、代码或钱款。\n"
    );
    for (left, says) in [(0, "Today, 9 March 2027, is the last day."), (1, "One day is left")] {
        assert!(staff(Duty::Confirm { due_on, left }, 1, &ids[..1], Language::En).body.contains(says), "{left}");
    }
}

#[test]
fn no_e_mail_to_a_counter_has_a_link_or_more_than_twenty_ids() {
    let (on, at) = ("2027-03-09".parse().expect("a day"), "2027-03-09T09:14:00+08:00".parse().expect("an instant"));
    let ids = vec!["ntc_7"; 30];
    let duties = [
        Duty::Confirm { due_on: on, left: 7 },
        Duty::Late { due_on: on },
        Duty::LateList { on },
        Duty::TrainingEnds { on },
        Duty::KeyEnds { on },
        Duty::CheckFailed { at },
        Duty::BatchChecked { on, received: 10, accepted: 4, rejected: 3, duplicate: 2, waiting: 1 },
        Duty::Stopped,
    ];
    for duty in duties {
        for (language, day, more) in
            [(Language::En, "9 March 2027", "and 20 more"), (Language::Zh, "2027年3月9日", "另有20个")]
        {
            let text = staff(duty, 40, &ids, language);
            assert!(
                !text.body.contains("://") && !text.body.contains("{") && !text.body.contains('\r'),
                "{}",
                text.body
            );
            assert_eq!(text.body.matches("ntc_7").count(), 20, "{}", text.body);
            assert!(text.body.contains(more), "{}", text.body);
            assert!(duty == Duty::Stopped || text.body.contains(day), "{}", text.body);
        }
    }
}

#[test]
fn every_sms_fits_two_parts_and_has_no_link_whatever_the_phrase() {
    let phrases = ["", "绿伞", &"字".repeat(40), &"w".repeat(40), "green umbrella"];
    for fact in Fact::ALL {
        for language in [Language::En, Language::Zh] {
            for phrase in phrases {
                let told = Told { looks: 1_000_000, ..told(fact) };
                let text = says(told, language, phrase, &sms()).body;
                assert!(segments(&text) <= 2, "{fact:?} {language:?}: {text}");
                assert!(!text.contains("://") && !text.contains(".example") && !text.contains('\n'), "{text}");
                assert!(text.contains(phrase), "{text}");
            }
        }
    }
}

#[test]
fn with_a_phrase_of_the_own_language_most_messages_are_whole() {
    for fact in Fact::ALL {
        let english = says(told(fact), Language::En, "green umbrella", &sms()).body;
        let chinese = says(told(fact), Language::Zh, "绿伞", &sms()).body;
        assert!(english.ends_with("we send no links.") && segments(&english) <= 2, "{english}");
        assert!(chinese.ends_with("我们不发链接。") && segments(&chinese) <= 2, "{chinese}");
    }
}

#[test]
fn a_record_that_others_see_at_once_is_told_so() {
    let at_once = Told { about_on: "2027-03-02".parse().expect("a day"), ..told(Fact::Written) };
    assert!(says(at_once, Language::En, "", &sms()).body.contains("Others can see it since 2 March."));
}

#[test]
fn both_languages_have_the_same_words_and_use_all_of_them() {
    let keys = |text: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
            .filter(|key| !key.starts_with([' ', '#']))
            .collect()
    };
    let english = include_str!("../locales/en/fairfile-messages.ftl");
    let chinese = include_str!("../locales/zh-Hans/fairfile-messages.ftl");
    assert_eq!(keys(english), keys(chinese));
    let code = [include_str!("../src/compose.rs"), include_str!("../src/staff.rs")].concat();
    for key in keys(english) {
        assert!(code.contains(&format!("\"{key}\"")), "no code says {key}");
    }
    for banned in ["trust", "honest", "rating", "score", "offender", "失信", "守信", "信用分", "黑名单"] {
        assert!(!english.contains(banned) && !chinese.contains(banned), "{banned}");
    }
}
