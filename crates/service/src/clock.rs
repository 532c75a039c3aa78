//! The time, injected, and how much of it is sure. A wrong clock only ever hides more.
//!
//! The true time lies somewhere from *sure* to *latest*. What may end, ends with latest; what begins, and what cannot
//! be undone, waits for sure. Sure is where the node was founded, and moves on only by what confirms it:
//!
//! - the time that the machine has been up since, by a clock that nobody sets;
//! - the times of signing of two members' verified requests, of which one may be wrong;
//! - two people who answer for the machine's clock; or, in a demo, the hand that sets its clock.
//!
//! It never passes the machine's own clock and never goes back, stops and crashes included: the key folder's mark
//! remembers it. Latest is what the machine's clock says, unless more time than that has surely passed: a clock that
//! is set back, stands or crawls keeps nothing on display. Nothing remembers a clock that ran ahead, so full service
//! is back as soon as it is right again.

mod machine;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fairfile_domain::day::Instant;
use fairfile_domain::id::MemberCode;

pub use machine::{Machine, MachineClock, Uptime};

/// Microseconds in a second: a midnight lies on a whole one, in every zone.
const SECOND: i64 = 1_000_000;

/// Where the node's time comes from, and how much of it is sure.
pub struct Clock {
    wall: Wall,
    book: Mutex<Book>,
}

/// What the wall clock is.
enum Wall {
    /// The machine's.
    Machine(Machine),
    /// One that stands still until it is set: demo nodes and tests. In microseconds since 1970.
    Set(AtomicI64),
}

/// The time, as far as it is known; all three were read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The earliest that it can be: this much is confirmed.
    pub sure: Instant,
    /// The latest that it can be: the node's "now".
    pub latest: Instant,
    /// What the wall clock says, right or wrong.
    pub wall: Instant,
}

/// What is sure, and what may confirm more.
struct Book {
    /// Microseconds since 1970.
    sure: i64,
    /// How long the machine had been up when `sure` was the time.
    since: Option<Uptime>,
    /// The latest signing of each member, in microseconds since 1970.
    heard: BTreeMap<MemberCode, i64>,
}

impl Clock {
    /// A clock that is set by hand and stands at `at`.
    pub fn set_to(at: Instant) -> Self {
        Self::founded(Wall::Set(AtomicI64::new(at.unix_micros())))
    }

    /// The clock of a machine, which is taken to be right now: the founding of a node begins with it.
    pub fn machine(machine: Machine) -> Self {
        Self::founded(Wall::Machine(machine))
    }

    fn founded(wall: Wall) -> Self {
        let book = Book { sure: wall.now(), since: wall.uptime(), heard: BTreeMap::new() };
        Self { wall, book: Mutex::new(book) }
    }

    /// The latest that the time can be. Never before what was sure once.
    pub fn now(&self) -> Instant {
        self.read().latest
    }

    /// The earliest that the time can be.
    pub fn sure(&self) -> Instant {
        self.read().sure
    }

    /// The time, as far as it is known.
    pub fn read(&self) -> Reading {
        let mut book = self.book();
        let (wall, reached) = self.catch_up(&mut book);
        Reading { sure: instant(book.sure), latest: instant(wall.max(reached)), wall: instant(wall) }
    }

    /// Whether it is set by hand.
    pub fn is_set(&self) -> bool {
        matches!(self.wall, Wall::Set(_))
    }

    /// Sets a clock that can be set; false for the machine's. Set forward, it confirms itself.
    pub fn set(&self, at: Instant) -> bool {
        let Wall::Set(micros) = &self.wall else { return false };
        let mut book = self.book();
        micros.store(at.unix_micros(), Ordering::Release);
        self.catch_up(&mut book);
        true
    }

    /// Hears when `member` signed a request that was verified, in seconds since 1970 by its own clock.
    ///
    /// Of the members' latest times the second is sure: whoever is wrong, or lies, is alone with it.
    pub fn heard(&self, member: &MemberCode, created: i64) {
        let Some(created) = created.checked_mul(SECOND).filter(|_| !self.is_set()) else { return };
        let mut book = self.book();
        if book.heard.get(member).is_some_and(|latest| created <= *latest) {
            return;
        }
        book.heard.insert(member.clone(), created);
        let mut latest: Vec<i64> = book.heard.values().copied().collect();
        latest.sort_unstable_by(|a, b| b.cmp(a));
        if let Some(second) = latest.get(1) {
            let (wall, _) = self.catch_up(&mut book);
            book.confirm((*second).min(wall), self.wall.uptime());
        }
    }

    /// Takes `until` as sure: two people answer for it.
    pub(crate) fn confirm(&self, until: Instant) {
        let mut book = self.book();
        let (wall, _) = self.catch_up(&mut book);
        book.confirm(until.unix_micros().min(wall), self.wall.uptime());
    }

    /// Moves what is sure on to the present; the wall clock, and the time that has surely been reached.
    fn catch_up(&self, book: &mut Book) -> (i64, i64) {
        let wall = self.wall.now();
        let reached = match &self.wall {
            Wall::Set(_) => book.sure.max(wall),
            Wall::Machine(_) => book.reached(self.wall.uptime()),
        };
        book.move_on(reached, wall, self.wall.uptime());
        (wall, reached)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Each change to it is whole, whatever its holder met.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
