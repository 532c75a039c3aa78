//! A life in which everything happens to a node that can: for whoever wants to see no table and no column left out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fairfile_domain::actor::{Officer, Standing};
use fairfile_domain::id::StaffCode;
use fairfile_domain::message::{Often, Settings};
use fairfile_domain::proposal::Verdict;
use fairfile_intake::{Limits, StopCheck};
use fairfile_messages::Carried;
use fairfile_proof::draw::fingerprint;
use fairfile_service::registrar::{
    Change, MemberKey, decide_proposal, end_key, propose, release_officer, stop_sign_in, train_officer,
};
use fairfile_service::sign_in;
use fairfile_service::supervisor::{Announcement, announce_draw, make_draw};
use fairfile_signin::provider::Login;

use crate::people::Person;
use crate::post::by_sms;
use crate::sheet::{Row, csv};
use crate::world::World;

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

impl World {
    /// Everything that can happen to a node happens; `between` is called after each chapter.
    ///
    /// # Panics
    /// If something goes another way than it must.
    pub fn lives_through_everything(&self, between: &mut dyn FnMut(&Self)) {
        let chapters = [
            Self::counters_open,
            Self::files_come,
            Self::people_choose,
            Self::officers_ask,
            Self::sources_put_right,
            Self::registrars_decide,
            Self::supervisors_draw,
            Self::years_pass,
        ];
        for chapter in chapters {
            chapter(self);
            between(self);
        }
    }

    /// The supervisor announces two draws of looks and makes one of them.
    pub fn supervisors_draw(&self) {
        let reg = self.reg();
        let by: StaffCode = "supervisor-1".parse().expect("a code");
        let announced = |words: &str, once: &str| {
            let announcement =
                Announcement { by: by.clone(), fingerprint: fingerprint(words), looks: 3, once: once.to_owned() };
            announce_draw(&reg, &announcement).expect("it is announced")
        };
        let made = announced("six dice: 4 1 6 6 2 3", "one");
        announced("six dice: 2 2 5 1 3 6", "two");
        make_draw(&reg, &by, made, "six dice: 4 1 6 6 2 3").expect("it is drawn");
    }

    fn licence(&self, person: &Person, number: &str) -> Row {
        self.row(ITEM, person).with("registration_no", number)
    }

    /// Whoever works at a counter makes passkeys, loses them and comes back; persons sign in by a provider.
    pub fn counters_open(&self) {
        let reg = self.reg();
        let mut devices = self.enrols("officer/0417");
        let lost = self.enrols("staff/supervisor-1");
        self.signs_in(&mut devices).expect("the officer is who the key says");
        let (stopped, first) = (self.enrols("officer/0501"), "registrar-1".parse().expect("a code"));
        stop_sign_in(&reg, &first, &stopped.holder, 2).expect("it is stopped");
        let supervisor = lost.holder.clone();
        let keys = sign_in::list_passkeys(&reg, &supervisor).expect("passkeys");
        sign_in::stop_passkey(&reg, keys[0].id, "staff/registrar-1").expect("it is stopped");
        sign_in::ask_recovery(&reg, &supervisor).expect("asked");
        let asked = sign_in::find_recovery(&reg, &supervisor).expect("read").expect("a recovery");
        self.days_pass(3);
        for registrar in ["registrar-1", "registrar-2"] {
            let code = registrar.parse().expect("a code");
            sign_in::approve_recovery(&self.reg(), asked.id, &code).expect("agreed");
        }
        sign_in::ask_recovery(&reg, &devices.holder).expect("asked");
        let asked = sign_in::find_recovery(&reg, &devices.holder).expect("read").expect("a recovery");
        sign_in::refuse_recovery(&reg, asked.id, &devices.holder).expect("refused");
        sign_in::invite(&reg, &"officer/0418".parse().expect("a holder"), "operator").expect("invited");
        sign_in::invite(&reg, &"officer/0418".parse().expect("a holder"), "operator").expect("invited anew");
        let (code, because) =
            ("supervisor-1".parse().expect("a code"), ("registrar-1", "registrar-2", "away for a year"));
        sign_in::change_staff_standing(&reg, &code, Standing::Suspended, because).expect("suspended");
        let login = |subject, number| Login::stand_in("https://id.example", subject, number);
        let (lin, wu) = (self.person("林晓禾").identifier(), self.person("乌云娜").identifier());
        sign_in::bind_person(&reg, &login("1", lin.clone())).expect("bound");
        assert!(sign_in::bind_person(&reg, &login("2", lin)).is_err(), "another login of the same person");
        assert!(sign_in::bind_person(&reg, &login("1", wu)).is_err(), "another person by the same login");
    }

    /// Files are taken in, cut off, resumed and given up.
    fn files_come(&self) {
        let (lin, wu) = (self.person("林晓禾"), self.person("乌云娜"));
        let source = self.source("drug-administration");
        let short = self.licence(&wu, "LH-9").with("granted_on", "2020-01-01").with("valid_until", "2020-01-02");
        source.submits(ITEM, &[self.licence(&lin, "LH-1"), self.licence(&wu, "LH-2"), short]);
        let somebody = |place: u32| Person::invented("王伟", 1_000 + place);
        let crowd: Vec<Row> =
            (0..300).map(|place| self.licence(&somebody(place), &format!("LH-{:04}", 100 + place))).collect();
        let with_faults = [crowd[0].clone().with("identifier", "1"), crowd[1].clone(), crowd[1].clone()];
        source.submits(ITEM, &[&crowd[..280], &with_faults[..]].concat());
        let by_an_officer = [self.licence(&somebody(9_000), "LH-9000")];
        source.hands_in_by("0101", ITEM, &by_an_officer).expect("an officer on duty may hand a file in");
        // One file is cut off and comes again; another is cut off and never comes again.
        for (rows, comes_again) in [(&crowd[280..290], true), (&crowd[290..], false)] {
            assert!(source.hands_in(ITEM, csv(rows).as_bytes(), None, &cut_off()).is_err(), "it was cut off");
            self.restarts(|_| ());
            if comes_again {
                source.submits(ITEM, rows);
            }
        }
        self.source("market-regulation").records("food-safety-penalty", self.row("food-safety-penalty", &lin));
    }

    /// People choose how to be told, and one of them otherwise later.
    fn people_choose(&self) {
        let (lin, wu) = (self.person("林晓禾"), self.person("乌云娜"));
        self.chooses(&lin, by_sms("13800138000"));
        self.chooses(&wu, Settings { looks: Often::AtOnce, ..by_sms("13800138001") });
        self.source("drug-administration").records(ITEM, self.licence(&lin, "LH-7"));
        self.post_is_taken();
        self.chooses(&wu, Settings { looks: Often::AtOnce, ..by_sms("13800138002") });
    }

    /// Looks of every outcome; an officer is stopped and released.
    fn officers_ask(&self) {
        let (lin, wu, officer) = (self.person("林晓禾"), self.person("乌云娜"), self.officer("0417"));
        officer.asks(&lin, PURPOSE);
        officer.asks(&wu, PURPOSE);
        officer.asks(&lin.called("林小禾"), PURPOSE);
        officer.asks_once(&lin, PURPOSE, "HC-1", 7).expect("it is answered");
        self.officer("0418").asks(&lin, PURPOSE);
        let stranger = |place: u32| Person::invented("王伟", 5_000 + place);
        let stopped = (0..30).any(|place| officer.asks(&stranger(place), PURPOSE).refusal() == Some("D010"));
        assert!(stopped, "an officer who tries numbers is stopped");
        self.days_pass(1);
        let code = "0417".parse().expect("an officer's code");
        release_officer(&self.reg(), &code, "registrar-a", "registrar-b", "a slip of the office").expect("released");
        self.file_of(&lin);
        self.post_goes_out(|_| Carried::Refused);
    }

    /// Corrections and withdrawals; of two notices one is confirmed.
    fn sources_put_right(&self) {
        let (lin, wu) = (self.person("林晓禾"), self.person("乌云娜"));
        let source = self.source("drug-administration");
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-30"), "录入错误：最后一天写错了");
        let first = self.member("health-commission").notices().remove(0).on_file.notice;
        self.member("health-commission").confirms_by("0417", first).expect("it is confirmed by an officer");
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误：最后一天写错了");
        source.withdraws(ITEM, "LH-2", &wu, "登记错人");
        let notices = self.member("health-commission").notices();
        assert_eq!(notices.len(), 2, "both records had been shown");
        self.member("health-commission").confirms(notices[0].on_file.notice).expect("it is confirmed");
    }

    /// What takes two registrars is proposed, agreed to, rejected and taken back; what takes one is done.
    ///
    /// # Panics
    /// If something goes another way than it must.
    pub fn registrars_decide(&self) {
        let (first, second) = ("registrar-1".parse().expect("a code"), "registrar-2".parse().expect("a code"));
        let (reg, code) = (self.reg(), |text: &str| text.parse().expect("a code"));
        let proposes = |change: &Change, once: &str| {
            propose(&reg, &first, change, "as the law asks", once).expect("it is proposed")
        };
        let standing = |standing| Change::MemberStanding(code("tourism"), standing);
        let agrees = |change: &Change, once: &str| {
            let id = proposes(change, once);
            decide_proposal(&reg, id, &second, Verdict::Agree, "").expect("it is done");
        };
        agrees(&standing(Standing::Suspended), "1");
        agrees(&standing(Standing::Active), "2");
        agrees(&Change::OfficerStanding("0501".parse().expect("a code"), Standing::Suspended), "3");
        let rejected = proposes(&standing(Standing::Suspended), "4");
        decide_proposal(&reg, rejected, &second, Verdict::Reject, "no finding").expect("it is rejected");
        let taken_back = proposes(&standing(Standing::Suspended), "5");
        decide_proposal(&reg, taken_back, &first, Verdict::TakeBack, "").expect("it is taken back");
        proposes(&standing(Standing::Suspended), "6");
        let today = self.today();
        let officer = "0601".parse().expect("a code");
        let new = Officer {
            code: officer,
            member: code("court"),
            standing: Standing::Active,
            on_duty_from: today,
            on_duty_until: today,
            purposes: std::collections::BTreeMap::new(),
        };
        agrees(&Change::RegisterOfficer(new.clone()), "7");
        let purpose = "enforcement-review".parse().expect("a code");
        agrees(&Change::GivePurpose(new.code.clone(), purpose), "11");
        let purpose = "enforcement-review".parse().expect("a code");
        train_officer(&reg, &first, (&new.code, &purpose), today).expect("it is recorded");
        train_officer(&reg, &second, (&new.code, &purpose), today.tomorrow()).expect("it is renewed");
        let key = |text: &str, officer, byte| MemberKey {
            code: text.parse().expect("a code"),
            member: code("court"),
            officer,
            public_key: [byte; 32],
            valid_from: today,
            valid_until: today.tomorrow(),
        };
        agrees(&Change::RegisterKey(key("court.next", None, 7)), "8");
        agrees(&Change::RegisterKey(key("0601.next", Some(new.code), 8)), "9");
        agrees(&Change::Invite("officer/0201".parse().expect("a holder")), "10");
        end_key(&reg, &first, &"0601.next".parse().expect("a code"), today).expect("it ends");
    }

    /// The other notice is chased, displays end, content is destroyed.
    fn years_pass(&self) {
        let lin = self.person("林晓禾");
        self.days_pass(100);
        self.calendar_runs();
        self.post_goes_out(|_| Carried::Later);
        self.days_pass(700);
        let passed = self.calendar_runs();
        assert!(passed.destroyed > 0, "a retention has ended");
        self.source("drug-administration").records(ITEM, self.licence(&lin, "LH-3"));
        self.officer("0418").asks(&lin, PURPOSE);
        self.file_of(&lin);
    }
}

/// Limits under which a file is cut off while its rows are read.
fn cut_off() -> Limits {
    let asked = Arc::new(AtomicU32::new(0));
    Limits { stop: StopCheck::new(move || asked.fetch_add(1, Ordering::SeqCst) >= 1), ..Limits::default() }
}
