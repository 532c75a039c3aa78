//! Whatever the clock says, a notice's last day stays where it is, nobody is chased before it has passed, and what the days
//! demand is done once, however long nobody looked and however often it was cut off.

use std::collections::BTreeMap;

use fairfile_domain::day::Day;
use fairfile_domain::id::{MemberCode, OfficerCode};
use fairfile_domain::notice::{Standing, TIME_BETWEEN_CHASES, TIME_TO_CONFIRM};
use fairfile_service::calendar::{self, Passed};
use fairfile_service::inquirer::{Which, list_notices};
use fairfile_service::registrar::release_officer;
use fairfile_service::source::SubmitError;
use fairfile_store::notice::NoticeOnFile;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Engine, Hands, Person, World};

use crate::a_wrong_clock_only_ever_hides_more::{DAY, Turner, confirmed, name};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
const SOURCE: &str = "drug-administration";
const OFFICER: &str = "0417";
/// The officer's member: the one that is told.
const MEMBER: &str = "health-commission";

fn member() -> MemberCode {
    MEMBER.parse().expect("a member's code")
}

fn days_after(day: Day, days: u32) -> Day {
    day.plus_days(i64::from(days)).expect("a near day")
}

/// A node on a machine whose clocks are turned, and what was seen of its notices.
struct Life {
    world: World,
    turner: Turner,
    /// Records that the member was shown, by the source's numbers.
    shown: Vec<(Person, String)>,
    count: usize,
    seen: BTreeMap<u64, NoticeOnFile>,
    chased: u32,
}

impl Life {
    fn begins(engine: Engine, seed: u64, zone: &str) -> Self {
        let turner = Turner::new(seed, zone, "2026-11-23T01:00:00Z");
        let world = World::on_machine_in(engine, seed, &turner.hands, zone);
        Self { world, turner, shown: Vec::new(), count: 0, seen: BTreeMap::new(), chased: 0 }
    }

    fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.turner.turns();
            match self.turner.below(16) {
                0 | 1 => self.turner.members_ask(&self.world.reg().clock),
                2 | 3 => self.mends(),
                4..=6 => drop(self.world.calendar_runs()),
                7 => self.world.restarts(|_| ()),
                8 | 9 => self.withdraws(),
                10 => self.confirms(),
                _ => {}
            }
            self.looks();
        }
        let confirmed = self.seen.values().filter(|notice| notice.confirmed_at.is_some()).count();
        assert!(self.chased > 0 && confirmed > 0 && confirmed < self.seen.len(), "{} {confirmed}", self.chased);
    }

    fn true_day(&self) -> Day {
        self.turner.hands.truth().day_in(&self.turner.zone)
    }

    /// The clock is put right and confirmed, and the member is shown a record.
    fn mends(&mut self) {
        self.turner.hands.set_right();
        confirmed(&self.world);
        let (person, number) = (self.world.person(&name(self.count)), format!("LH-N{:04}", self.count));
        self.count += 1;
        let last = days_after(self.world.today(), 300).to_string();
        let row = self.world.row(ITEM, &person).with("registration_no", &number).with("valid_until", &last);
        self.world.source(SOURCE).records(ITEM, row);
        let mut told = self.world.officer(OFFICER).asks(&person, PURPOSE);
        if told.refusal().is_some() {
            let code: OfficerCode = OFFICER.parse().expect("an officer's code");
            release_officer(&self.world.reg(), &code, "registrar-1", "registrar-2", "asks for a test")
                .expect("released");
            told = self.world.officer(OFFICER).asks(&person, PURPOSE);
        }
        assert_eq!(told.records().len(), 1);
        self.shown.push((person, number));
    }

    /// A record is withdrawn, whatever the clock says; a correction and a new record wait until the day is sure.
    fn withdraws(&mut self) {
        let reg = self.world.reg();
        let (sure, source) = (reg.today_at(&reg.clock.read()).is_sure(), self.world.source(SOURCE));
        let limits = fairfile_intake::Limits::default();
        let row = self.world.row(ITEM, &self.world.person(&name(999)));
        let taken = source.hands_in(ITEM, csv(&[row]).as_bytes(), None, &limits);
        assert_eq!(matches!(taken, Err(SubmitError::DayNotSure)), !sure, "{:?}", taken.err());
        let Some((person, number)) = self.shown.pop() else { return };
        let before = list_notices(&reg, &member(), Which::After(0)).expect("notices").len();
        let report = source.withdraws(ITEM, &number, &person, "entered-wrongly");
        // What is over cannot be withdrawn any more; of all others the member is told.
        let told = list_notices(&reg, &member(), Which::After(0)).expect("notices").len() - before;
        assert_eq!(told as u64, report.counts.accepted);
    }

    fn confirms(&mut self) {
        let open = self.world.member(MEMBER).notices();
        if let Some(notice) = open.first() {
            self.world.member(MEMBER).confirms(notice.on_file.notice).expect("a confirmation is kept");
        }
    }

    /// Every notice is held against what it was, and against the truth.
    fn looks(&mut self) {
        let (reg, today) = (self.world.reg(), self.true_day());
        let views = list_notices(&reg, &member(), Which::After(0)).expect("notices");
        assert!(views.len() >= self.seen.len(), "a notice has gone");
        for view in views {
            let notice = view.on_file;
            let Some(before) = self.seen.get(&notice.seq) else {
                assert!(notice.due_on <= days_after(today, TIME_TO_CONFIRM.count), "a clock has put a deadline off");
                assert!(self.turner.hands.is_right() || notice.chases == 0);
                self.seen.insert(notice.seq, notice);
                continue;
            };
            assert_eq!(notice.due_on, before.due_on, "a deadline has moved");
            assert!(before.confirmed_at.is_none() || notice.confirmed_at == before.confirmed_at);
            if matches!(view.standing, Standing::Late(_)) {
                assert!(notice.due_on < today, "late before its last day has passed");
            }
            if notice.chases != before.chases {
                assert_eq!(notice.chases, before.chases + 1, "two steps at once");
                assert!(before.confirmed_at.is_none() && notice.due_on < today, "chased before the deadline");
                let on = notice.chased_on.expect("a day");
                let waited = before.chased_on.is_none_or(|last| days_after(last, TIME_BETWEEN_CHASES.count) < on);
                assert!(waited && on <= today, "chased on a day that has not come, or too soon after the step before");
                self.chased += 1;
            }
            self.seen.insert(notice.seq, notice);
        }
    }
}

#[test]
fn a_thousand_jumps_on_sqlite() {
    Life::begins(Engine::Sqlite, 21, "Asia/Shanghai").steps(600);
    Life::begins(Engine::Sqlite, 22, "America/Santiago").steps(400);
}

#[test]
fn a_thousand_jumps_on_postgres() {
    Life::begins(Engine::Postgres, 23, "Asia/Shanghai").steps(600);
    Life::begins(Engine::Postgres, 24, "Pacific/Apia").steps(400);
}

/// Three licences, shown to the member and over after three days; one of them withdrawn.
fn three_licences(world: &World) {
    let last = days_after(world.today(), 3).to_string();
    for number in 0..3 {
        let person = world.person(&name(number));
        let named = format!("LH-W{number}");
        let row = world.row(ITEM, &person).with("registration_no", &named).with("valid_until", &last);
        world.source(SOURCE).records(ITEM, row);
        assert_eq!(world.officer(OFFICER).asks(&person, PURPOSE).records().len(), 1);
    }
    let report = world.source(SOURCE).withdraws(ITEM, "LH-W0", &world.person(&name(0)), "entered-wrongly");
    assert_eq!(report.counts.accepted, 1);
}

fn on_a_machine(engine: Engine) -> (World, std::sync::Arc<Hands>) {
    let hands = Hands::at("2026-11-23T01:00:00Z".parse().expect("an instant"));
    (World::on_machine(engine, 31, &hands), hands)
}

fn leaves(world: &World) -> u64 {
    world.reg().store.head().snapshot().size()
}

macro_rules! on_each {
    ($($story:ident)*) => {$(
        mod $story {
            #[test]
            fn on_sqlite() {
                super::$story(super::Engine::Sqlite);
            }

            #[test]
            fn on_postgres() {
                super::$story(super::Engine::Postgres);
            }
        }
    )*};
}

on_each! {
    a_week_in_which_nothing_ran_is_caught_up_once
    a_run_that_is_cut_off_is_ended_by_the_next
}

fn a_week_in_which_nothing_ran_is_caught_up_once(engine: Engine) {
    let (world, hands) = on_a_machine(engine);
    three_licences(&world);
    world.restarts(|_| hands.pass(8 * DAY));
    let passed = world.calendar_runs();
    let chased = BTreeMap::from([(member(), 1)]);
    assert_eq!(passed, Passed { ended: 2, destroyed: 0, chased: chased.clone() }, "and by name");
    let before = leaves(&world);
    for _ in 0..3 {
        assert_eq!(world.calendar_runs(), Passed::default(), "what is done is done once");
    }
    assert_eq!(leaves(&world), before, "and written down once");
    // A month more: one step of chasing, not three at once.
    world.restarts(|_| hands.pass(30 * DAY));
    assert_eq!(world.calendar_runs(), Passed { ended: 0, destroyed: 0, chased });
    assert_eq!(world.calendar_runs(), Passed::default());
    world.restarts(|_| hands.pass(1_000 * DAY));
    let passed = world.calendar_runs();
    assert_eq!((passed.destroyed, passed.notices_chased()), (3, 1), "the withdrawn one, too");
    assert_eq!(world.calendar_runs(), Passed::default());
}

fn a_run_that_is_cut_off_is_ended_by_the_next(engine: Engine) {
    let (world, hands) = on_a_machine(engine);
    three_licences(&world);
    hands.pass(1_000 * DAY);
    // The ends cannot be written down; then keys cannot be destroyed; then what was destroyed cannot be noted.
    let refuses = world.raw().refuses_leaves_from(leaves(&world));
    assert!(calendar::run(&world.reg()).is_err());
    world.crashes(|_| drop(refuses));
    let refuses = world.raw_keys().refuses_that_keys_die();
    assert!(calendar::run(&world.reg()).is_err(), "two ends are written down, and no key dies");
    world.crashes(|_| drop(refuses));
    let refuses = world.raw().refuses_leaves_from(leaves(&world));
    assert!(calendar::run(&world.reg()).is_err(), "the keys are gone, and nothing notes it");
    let people: Vec<Person> = world.people();
    drop(refuses);
    for person in &people {
        world.officer("0101").asks(person, PURPOSE).shows_nothing();
    }
    let passed = world.calendar_runs();
    assert_eq!((passed.ended, passed.destroyed, passed.notices_chased()), (0, 3, 1));
    assert_eq!(world.calendar_runs(), Passed::default());
    assert!(people.iter().all(|person| world.file_of(person).records.iter().all(|shown| shown.inputs.is_empty())));
}
