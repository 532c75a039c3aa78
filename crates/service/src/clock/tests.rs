use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering::SeqCst};

use super::*;

/// A wall clock, a count of time, and the boot that it counts from, all set by the test; in seconds.
struct Dials {
    wall: AtomicI64,
    uptime: AtomicI64,
    boot: AtomicU8,
}

/// The second at which every test begins.
const BEGAN: i64 = 1_800_000_000;

fn dials() -> (Arc<Dials>, Clock) {
    let dials = Arc::new(Dials { wall: BEGAN.into(), uptime: 50.into(), boot: 1.into() });
    let clock = Clock::machine(machine(&dials));
    (dials, clock)
}

fn machine(dials: &Arc<Dials>) -> Machine {
    let (wall, up) = (dials.clone(), dials.clone());
    Machine::of(move || at(wall.wall.load(SeqCst) - BEGAN))
        .with_uptime(move || Some(Uptime { boot: [up.boot.load(SeqCst); 16], micros: up.uptime.load(SeqCst) * SECOND }))
}

impl Dials {
    fn passes(&self, seconds: i64) {
        self.wall.fetch_add(seconds, SeqCst);
        self.uptime.fetch_add(seconds, SeqCst);
    }

    fn jumps(&self, seconds: i64) {
        self.wall.fetch_add(seconds, SeqCst);
    }
}

/// So many seconds after the beginning.
fn at(seconds: i64) -> Instant {
    Instant::from_unix_micros((BEGAN + seconds) * SECOND).expect("an instant")
}

fn member(code: &str) -> MemberCode {
    code.parse().expect("a member's code")
}

#[track_caller]
fn reads(clock: &Clock, sure: i64, latest: i64) {
    let reading = clock.read();
    assert_eq!((reading.sure, reading.latest), (at(sure), at(latest)));
}

#[test]
fn what_has_elapsed_since_the_founding_is_sure() {
    let (dials, clock) = dials();
    reads(&clock, 0, 0);
    dials.passes(10);
    reads(&clock, 10, 10);
}

#[test]
fn a_jump_forward_is_not_sure_and_does_not_stay() {
    let (dials, clock) = dials();
    dials.jumps(1_000);
    reads(&clock, 0, 1_000);
    dials.passes(10);
    reads(&clock, 10, 1_010);
    dials.jumps(-1_000);
    reads(&clock, 10, 10);
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_back_and_keeps_nothing_up() {
    let (dials, clock) = dials();
    dials.passes(100);
    reads(&clock, 100, 100);
    dials.jumps(-5_000);
    reads(&clock, 100, 100);
    assert!(clock.read().is_behind());
    dials.passes(7);
    reads(&clock, 100, 107);
    dials.jumps(5_000);
    // What passed meanwhile is not lost.
    reads(&clock, 107, 107);
}

#[test]
fn a_clock_that_stands_still_ends_what_must_end() {
    let (dials, clock) = dials();
    dials.uptime.fetch_add(60, SeqCst);
    reads(&clock, 0, 60);
}

#[test]
fn of_the_time_between_two_boots_nothing_is_known() {
    let (dials, clock) = dials();
    dials.passes(100);
    reads(&clock, 100, 100);
    dials.boot.store(2, SeqCst);
    dials.uptime.store(1, SeqCst);
    dials.jumps(3_600);
    reads(&clock, 100, 3_700);
    dials.passes(5);
    reads(&clock, 105, 3_705);
}

#[test]
fn a_count_that_runs_backwards_counts_nothing() {
    let (dials, clock) = dials();
    dials.passes(20);
    reads(&clock, 20, 20);
    dials.uptime.store(3, SeqCst);
    reads(&clock, 20, 20);
    dials.passes(1);
    reads(&clock, 21, 21);
}

#[test]
fn without_a_count_only_others_confirm() {
    let wall = Arc::new(AtomicI64::new(0));
    let read = wall.clone();
    let clock = Clock::machine(Machine::of(move || at(read.load(SeqCst))));
    wall.store(500, SeqCst);
    reads(&clock, 0, 500);
    wall.store(-500, SeqCst);
    reads(&clock, 0, 0);
}

#[test]
fn two_members_confirm_and_one_does_not() {
    let (dials, clock) = dials();
    dials.jumps(1_000);
    let (court, tax) = (member("court"), member("tax-bureau"));
    for created in [990, 999] {
        clock.heard(&court, BEGAN + created);
        reads(&clock, 0, 1_000);
    }
    clock.heard(&tax, BEGAN + 400);
    reads(&clock, 400, 1_000);
    // An old request sent again is no news.
    clock.heard(&court, BEGAN + 300);
    reads(&clock, 400, 1_000);
    clock.heard(&tax, BEGAN + 2_000);
    reads(&clock, 999, 1_000);
    clock.heard(&court, BEGAN + 3_000);
    reads(&clock, 1_000, 1_000);
    clock.heard(&court, i64::MAX);
    reads(&clock, 1_000, 1_000);
    dials.passes(4);
    reads(&clock, 1_004, 1_004);
}

#[test]
fn what_two_people_confirm_is_sure_up_to_the_machine_s_clock() {
    let (dials, clock) = dials();
    dials.jumps(800);
    clock.confirm(at(5_000)).expect("there is no mark");
    reads(&clock, 800, 800);
    dials.jumps(-800);
    reads(&clock, 800, 800);
    assert!(!clock.set(at(0)) && !clock.is_set());
}

#[test]
fn a_clock_set_by_hand_confirms_itself_and_only_forwards() {
    let clock = Clock::set_to(at(0));
    assert!(clock.set(at(100)) && clock.is_set());
    reads(&clock, 100, 100);
    assert!(clock.set(at(-100)));
    reads(&clock, 100, 100);
    assert!(clock.read().is_behind());
    clock.heard(&member("court"), BEGAN + 500);
    clock.heard(&member("tax-bureau"), BEGAN + 500);
    reads(&clock, 100, 100);
}

#[test]
fn at_the_end_of_time_there_is_nothing_later() {
    let wall = Clock::machine(Machine::of(|| Instant::LAST).with_uptime(|| Some(Uptime { boot: [1; 16], micros: 0 })));
    assert_eq!(wall.read(), Reading { sure: Instant::LAST, latest: Instant::LAST, wall: Instant::LAST });
}
