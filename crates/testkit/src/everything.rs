//! A life in which everything happens to a node that can: for whoever wants to see no table and no column left out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fairfile_intake::{Limits, StopCheck};
use fairfile_service::registrar::release_officer;

use crate::people::Person;
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
        let chapters = [Self::files_come, Self::officers_ask, Self::sources_put_right, Self::years_pass];
        for chapter in chapters {
            chapter(self);
            between(self);
        }
    }

    fn licence(&self, person: &Person, number: &str) -> Row {
        self.row(ITEM, person).with("registration_no", number)
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
    }

    /// Corrections and withdrawals; of two notices one is confirmed.
    fn sources_put_right(&self) {
        let (lin, wu) = (self.person("林晓禾"), self.person("乌云娜"));
        let source = self.source("drug-administration");
        source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误：最后一天写错了");
        source.withdraws(ITEM, "LH-2", &wu, "登记错人");
        let notices = self.member("health-commission").notices();
        assert_eq!(notices.len(), 2, "both records had been shown");
        self.member("health-commission").confirms(notices[0].on_file.notice).expect("it is confirmed");
    }

    /// The other notice is chased, displays end, content is destroyed.
    fn years_pass(&self) {
        let lin = self.person("林晓禾");
        self.days_pass(100);
        self.calendar_runs();
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
