//! A clock that is set wrongly, stands, or jumps shows nothing again, destroys nothing early, and does no lasting harm.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairfile_domain::day::{Day, Instant, Today, Zone};
use fairfile_domain::id::{RecordId, SubjectId};
use fairfile_domain::record::{RecordState, Terms};
use fairfile_service::Clock;
use fairfile_service::clock::Reading;
use fairfile_service::registrar::{ConfirmClockError, confirm_clock, release_officer};
use fairfile_store::record;
use fairfile_testkit::{Engine, Hands, Person, World};
use fairfile_vault::Chance;

pub const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
pub const DAY: i64 = 24 * HOUR;
/// How far a signature's time may be from the clock that it is held against.
const SIGNED_WITHIN: i64 = 60 * SECOND;

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

fn instant(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn later(at: Instant, micros: i64) -> Instant {
    Instant::from_unix_micros((at.unix_micros() + micros).max(0)).unwrap_or(Instant::LAST)
}

/// The first instant of the day after the one that `at` falls on.
fn midnight_after(at: Instant, zone: &Zone) -> Instant {
    let today = at.day_in(zone);
    let (mut before, mut after) = (0, 50 * HOUR);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if later(at, middle).day_in(zone) == today { before = middle } else { after = middle }
    }
    later(at, after)
}

/// Turns a machine's clocks from a seed: true time passes, and the wall clock is set wrongly in every way.
pub struct Turner {
    pub hands: Arc<Hands>,
    pub zone: Zone,
    chance: Chance,
    /// Whether the time was wholly sure once since the machine was started.
    is_known: bool,
}

impl Turner {
    pub fn new(seed: u64, zone: &str, start: &str) -> Self {
        let zone = Zone::named(zone).expect("a zone");
        Self { hands: Hands::at(instant(start)), zone, chance: Chance::seeded(seed), is_known: true }
    }

    /// A number below `most`.
    pub fn below(&self, most: i64) -> i64 {
        let drawn = u64::from_be_bytes(self.chance.bytes().expect("chance"));
        (drawn % most.unsigned_abs()) as i64
    }

    /// From `-most` to `most`.
    fn around(&self, most: i64) -> i64 {
        self.below(2 * most + 1) - most
    }

    pub fn turns(&mut self) {
        let (hands, truth) = (&self.hands, self.hands.truth());
        let midnight = midnight_after(truth, &self.zone);
        match self.below(12) {
            0 => hands.pass(self.below(3 * SECOND)),
            1 => hands.pass(self.below(2 * DAY)),
            2 => hands.pass(self.below(40 * DAY)),
            // To within a second of midnight, on either side of it.
            3 => hands.pass((midnight.unix_micros() - truth.unix_micros() + self.around(SECOND)).max(0)),
            4 => hands.set_wall(later(midnight, self.around(3))),
            5 => hands.set_wall(later(truth, self.around(90 * 60 * SECOND))),
            6 => hands.set_wall(later(truth, self.around(40 * DAY))),
            7 => hands.set_wall(later(truth, self.around(3_653 * DAY))),
            8 => hands.set_wall(self.near_a_leap_day()),
            9 | 10 => hands.set_right(),
            _ => {
                hands.reboot(self.below(3 * DAY));
                self.is_known = false;
            }
        }
    }

    /// Somewhere between 28 February and 1 March of a year that is near, to the second.
    fn near_a_leap_day(&self) -> Instant {
        let year = i64::from(self.hands.truth().day_in(&self.zone).year()) + self.around(4);
        let morning = instant(&format!("{year}-02-28T00:00:00Z"));
        later(morning, self.below(3 * 24 * 3_600) * SECOND)
    }

    /// Members ask, each dating the request by a clock of its own; one of them lies. A request that is dated too far
    /// from the wall clock is turned away before anybody hears of it.
    pub fn members_ask(&self, clock: &Clock) {
        let (truth, wall) = (self.hands.truth().unix_micros(), self.hands.wall().unix_micros());
        for (member, created) in [("tax-bureau", truth), ("court", wall + SIGNED_WITHIN / 2), ("education", truth)] {
            if (created - wall).abs() <= SIGNED_WITHIN {
                clock.heard(&member.parse().expect("a member's code"), created / SECOND);
            }
        }
    }

    /// Reads the clock and holds it against the truth, which it cannot know.
    fn reads(&mut self, clock: &Clock, before: Option<Instant>) -> (Instant, Today) {
        let (time, truth) = (clock.read(), self.hands.truth());
        assert!(time.sure <= truth, "{} is taken as sure, and it is {truth}", time.sure);
        assert!(before.is_none_or(|before| before <= time.sure), "what was sure is not sure any more");
        assert!(time.sure <= time.latest && self.hands.wall() <= time.latest);
        if self.hands.is_right() {
            assert_eq!(time.latest, truth, "the clock is right, and something of the wrong one stayed");
        }
        self.is_known |= time.sure == truth;
        assert!(!self.is_known || truth <= time.latest, "a clock that is behind keeps up what is over");
        (time.sure, Today::between(time.sure.day_in(&self.zone), time.latest.day_in(&self.zone)))
    }
}

/// Holds one moment of a record's display against the truth, and against what was sure to be over before.
#[track_caller]
fn hold(terms: &Terms, shown: bool, is_over: &mut bool, today: Today, turner: &Turner) {
    let truth = turner.hands.truth().day_in(&turner.zone);
    assert!(!shown || terms.shown_from <= truth, "shown before its first day");
    assert!(!shown || !*is_over, "it was surely over, and is shown again");
    assert!(!shown || !turner.is_known || truth <= terms.display_until, "shown past its last day");
    if turner.hands.is_right() && today.is_sure() {
        assert_eq!(shown, terms.shown_from <= truth && truth <= terms.display_until, "the clock is right");
    }
    *is_over |= terms.display_until < today.sure();
}

/// A thousand jumps in each zone: with and without summer time, with a midnight that is not there, far from noon.
#[test]
fn nothing_is_shown_again_in_any_zone() {
    for (seed, zone) in (1..).zip(ZONES) {
        let mut turner = Turner::new(seed, zone, "2026-11-23T01:00:00Z");
        let clock = Clock::machine(turner.hands.machine());
        let (mut sure, mut is_over, mut seen) = (None, BTreeMap::new(), [false; 2]);
        for _ in 0..1_000 {
            turner.turns();
            if turner.below(3) == 0 {
                turner.members_ask(&clock);
            }
            let (now_sure, today) = turner.reads(&clock, sure);
            sure = Some(now_sure);
            let true_day = turner.hands.truth().day_in(&turner.zone);
            for offset in -30..30 {
                // Every tenth day from the epoch a record begins; what is near the truth is held against it.
                let from = Day::from_epoch_day((true_day.epoch_day() / 10 + offset) * 10).expect("a day");
                let until = from.plus_days(i64::from(offset.rem_euclid(7) * 5)).expect("a day");
                let terms = Terms { shown_from: from, display_until: until, retained_until: until };
                let shown = terms.on_display(today);
                seen[usize::from(shown)] = true;
                hold(&terms, shown, is_over.entry((from, until)).or_default(), today, &turner);
            }
        }
        assert_eq!(seen, [true; 2], "{zone}: the test looked at nothing");
    }
}

/// Two people confirm the clock, which is right.
#[track_caller]
pub fn confirmed(world: &World) -> Reading {
    let time = confirm_clock(&world.reg(), "registrar-1", "registrar-2", "held against the time service");
    time.expect("a clock that is right is confirmed")
}

/// A record that is followed through its life.
struct Followed {
    person: Person,
    subject: SubjectId,
    record: RecordId,
    terms: Terms,
    is_over: bool,
    is_destroyed: bool,
}

/// An invented name for the person of this number, below a thousand.
pub fn name(number: usize) -> String {
    const GIVEN: [char; 10] = ['和', '安', '平', '宁', '明', '康', '乐', '清', '文', '成'];
    ["林", "白", "江", "石", "田", "方", "叶", "海", "山", "川"][number / 100].to_owned()
        + &String::from_iter([GIVEN[number / 10 % 10], GIVEN[number % 10]])
}

/// A node on a machine whose clocks are turned.
struct Life {
    world: World,
    turner: Turner,
    followed: Vec<Followed>,
    sure: Option<Instant>,
    /// How often something was shown, hidden, destroyed: a test that saw none of it has tested nothing.
    seen: [u32; 3],
}

impl Life {
    fn begins(engine: Engine, seed: u64, zone: &str) -> Self {
        let turner = Turner::new(seed, zone, "2026-11-23T01:00:00Z");
        let world = World::on_machine_in(engine, seed, &turner.hands, zone);
        Self { world, turner, followed: Vec::new(), sure: None, seen: [0; 3] }
    }

    fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.turner.turns();
            match self.turner.below(20) {
                0..=2 => self.turner.members_ask(&self.world.reg().clock),
                3..=5 => self.mends(),
                6..=8 => {
                    self.world.calendar_runs();
                }
                9 => self.world.restarts(|_| ()),
                10..=12 => self.asks(),
                _ => {}
            }
            self.looks();
        }
        // However it went: with a clock that is right, everything that is over is gone.
        self.turner.hands.pass(4 * 365 * DAY);
        self.turner.hands.set_right();
        confirmed(&self.world);
        self.world.calendar_runs();
        self.looks();
        assert!(self.followed.iter().all(|followed| followed.is_destroyed), "something outlived its retention");
        assert!(self.seen.iter().all(|seen| *seen > 0), "shown, hidden, destroyed: {:?}", self.seen);
    }

    /// Somebody sets the clock right and two people confirm it; from then on there is full service.
    fn mends(&mut self) {
        self.turner.hands.set_right();
        let time = confirmed(&self.world);
        assert_eq!((time.sure, time.latest), (self.turner.hands.truth(), self.turner.hands.truth()));
        if self.followed.iter().filter(|followed| !followed.is_destroyed).count() < 6 {
            self.hands_in();
        }
    }

    fn hands_in(&mut self) {
        let person = self.world.person(&name(self.followed.len()));
        let last = self.world.today().plus_days(self.turner.below(120)).expect("a day");
        let row = self.world.row(ITEM, &person).with("valid_until", &last.to_string());
        self.world.source("drug-administration").records(ITEM, row);
        let subject = self.world.subject(&person).expect("somebody on file");
        let on_file = self.on_file(subject);
        assert_eq!(on_file.1.display_until, last);
        let (record, terms, _) = on_file;
        self.followed.push(Followed { person, subject, record, terms, is_over: false, is_destroyed: false });
    }

    fn on_file(&self, subject: SubjectId) -> (RecordId, Terms, RecordState) {
        let reg = self.world.reg();
        let records = record::of_subject(&mut reg.store.read().expect("a reader"), subject).expect("records");
        let [only] = &records[..] else { panic!("one record each") };
        (only.on_file.record, only.on_file.terms, only.on_file.state)
    }

    /// Every record is held against the truth, by the statement that every look reads.
    fn looks(&mut self) {
        let reg = self.world.reg();
        let (sure, today) = self.turner.reads(&reg.clock, self.sure);
        self.sure = Some(sure);
        let truth = self.turner.hands.truth().day_in(&self.turner.zone);
        let purpose = PURPOSE.parse().expect("a purpose");
        for place in 0..self.followed.len() {
            let state = self.on_file(self.followed[place].subject).2;
            let followed = &mut self.followed[place];
            let mut reader = reg.store.read().expect("a reader");
            let found = record::on_display(&mut reader, followed.subject, &purpose, today).expect("the statement runs");
            let shown = found.iter().any(|sealed| sealed.on_file.record == followed.record);
            hold(&followed.terms, shown, &mut followed.is_over, today, &self.turner);
            match state {
                RecordState::Destroyed => {
                    assert!(followed.terms.retained_until < truth, "destroyed before its time");
                    self.seen[2] += u32::from(!followed.is_destroyed);
                    followed.is_destroyed = true;
                }
                RecordState::Ended => assert!(followed.terms.display_until < truth, "ended before its time"),
                RecordState::InForce | RecordState::Withdrawn => {}
            }
            assert!(!followed.is_destroyed || state == RecordState::Destroyed, "it came back");
            self.seen[usize::from(!shown)] += 1;
        }
    }

    /// The same through the front door, receipt and all.
    fn asks(&mut self) {
        let Some(followed) = self.followed.last() else { return };
        let (reg, officer) = (self.world.reg(), self.world.officer("0417"));
        let today = reg.today_at(&reg.clock.read());
        let mut told = officer.asks(&followed.person, PURPOSE);
        if told.refusal().is_some() {
            let code = "0417".parse().expect("an officer's code");
            release_officer(&reg, &code, "registrar-1", "registrar-2", "asks for a test").expect("released");
            told = officer.asks(&followed.person, PURPOSE);
        }
        assert_eq!(told.refusal(), None);
        assert_eq!(told.records().len(), usize::from(followed.terms.on_display(today)));
    }
}

/// With and without summer time, with a midnight that is not there, with half hours, across the line of dates.
pub const ZONES: [&str; 5] =
    ["Asia/Shanghai", "Europe/Tallinn", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia"];

#[test]
fn a_thousand_jumps_on_sqlite() {
    Life::begins(Engine::Sqlite, 1, "Asia/Shanghai").steps(1_000);
}

#[test]
fn a_thousand_jumps_on_postgres() {
    Life::begins(Engine::Postgres, 2, "Asia/Shanghai").steps(1_000);
}

#[test]
fn three_hundred_jumps_in_each_zone_on_sqlite() {
    (3..).zip(ZONES).for_each(|(seed, zone)| Life::begins(Engine::Sqlite, seed, zone).steps(300));
}

#[test]
fn three_hundred_jumps_in_each_zone_on_postgres() {
    (8..).zip(ZONES).for_each(|(seed, zone)| Life::begins(Engine::Postgres, seed, zone).steps(300));
}

/// One node for each engine whose machine the test turns.
fn on_a_machine(engine: Engine, story: fn(&World, &Hands)) {
    let hands = Hands::at(instant("2026-11-23T01:00:00Z"));
    story(&World::on_machine(engine, 7, &hands), &hands);
}

macro_rules! on_a_machine {
    ($($(#[$meta:meta])* fn $name:ident($world:ident, $hands:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn story($world: &World, $hands: &Hands) $body

            #[test]
            fn on_sqlite() {
                on_a_machine(Engine::Sqlite, story);
            }

            #[test]
            fn on_postgres() {
                on_a_machine(Engine::Postgres, story);
            }
        }
    )*};
}

/// Hands in a licence that is shown for three days from today, and kept for two years after.
fn a_licence(world: &World) -> Person {
    let lin = world.person("林晓禾");
    let last = world.today().plus_days(3).expect("a near day");
    let row = world.row(ITEM, &lin).with("valid_until", &last.to_string());
    world.source("drug-administration").records(ITEM, row);
    lin
}

on_a_machine! {
    fn a_clock_that_runs_ahead_hides_and_destroys_nothing(world, hands) {
        let lin = a_licence(world);
        hands.set_wall(later(hands.truth(), 4_000 * DAY));
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        let passed = world.calendar_runs();
        assert_eq!((passed.ended, passed.destroyed), (0, 0));
        assert_eq!(world.file_of(&lin).records.len(), 1, "the person still sees it");
        hands.set_right();
        assert_eq!(world.officer("0417").asks(&lin, PURPOSE).records().len(), 1, "full service is back");
    }

    fn what_two_people_confirm_has_passed(world, hands) {
        let lin = a_licence(world);
        // Over a long standstill: nobody knows of the time between.
        hands.reboot(4_000 * DAY);
        world.restarts(|_| ());
        assert_eq!(world.calendar_runs().destroyed, 0);
        let reg = world.reg();
        let confirm = |first: &str, second: &str, reason: &str| confirm_clock(&reg, first, second, reason);
        for (first, second) in [("registrar-1", " registrar-1 "), ("registrar-1", " "), ("", "registrar-2")] {
            assert!(matches!(confirm(first, second, "it is right"), Err(ConfirmClockError::NotTwo)));
        }
        assert!(matches!(confirm("registrar-1", "registrar-2", " "), Err(ConfirmClockError::NoReason)));
        assert_eq!(world.calendar_runs().destroyed, 0, "nobody has confirmed anything");
        let before = reg.store.head().snapshot().size();
        confirmed(world);
        assert_eq!(reg.store.head().snapshot().size(), before + 1, "it is in the journal");
        drop(reg);
        let passed = world.calendar_runs();
        assert_eq!((passed.ended, passed.destroyed), (1, 1));
        assert_eq!(world.calendar_runs().destroyed, 0, "what is done is done once");
        assert!(world.file_of(&lin).records.is_empty());
    }

    fn a_clock_that_is_set_back_shows_nothing_again_after_a_crash_either(world, hands) {
        let lin = a_licence(world);
        let midnight = midnight_after(later(hands.truth(), 3 * DAY), &world.reg().zone);
        hands.pass(midnight.unix_micros() - hands.truth().unix_micros());
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        // What a crash at this moment would leave behind: nobody closes anything.
        let mark = std::fs::read(world.folder().join("keys/mark")).expect("the mark");
        hands.reboot(0);
        hands.set_wall(later(midnight, -2 * DAY));
        world.restarts(|folder| std::fs::write(folder.join("keys/mark"), &mark).expect("the mark is put back"));
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        let refused = confirm_clock(&world.reg(), "registrar-1", "registrar-2", "it is right");
        assert!(matches!(refused, Err(ConfirmClockError::Behind { .. })), "what is sure is never lowered");
        world.calendar_runs();
        hands.set_right();
    }

    fn what_was_over_behind_a_clock_that_was_set_back_stays_over_after_a_boot(world, hands) {
        let lin = a_licence(world);
        hands.set_wall(later(hands.truth(), -30 * DAY));
        hands.pass(5 * DAY);
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        // The machine's count of its own running begins anew, and its clock still stands where the licence was shown.
        hands.reboot(0);
        world.crashes(|_| ());
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        assert_eq!(world.calendar_runs().ended, 0, "it is not written down until the clock says so too");
        hands.set_right();
        assert_eq!(confirmed(world).latest, hands.truth(), "nothing of the wrong clock stays");
        assert_eq!(world.calendar_runs().ended, 1);
    }

    fn a_clock_that_stands_ends_what_is_over(world, hands) {
        let lin = a_licence(world);
        let standing = hands.truth();
        hands.pass(5 * DAY);
        hands.set_wall(standing);
        world.officer("0417").asks(&lin, PURPOSE).shows_nothing();
        assert_eq!(world.calendar_runs().ended, 0, "it is not written down until the clock says so too");
        hands.set_right();
        assert_eq!(world.calendar_runs().ended, 1);
    }
}
