//! The time, injected, and how much of it is sure. A wrong clock only ever hides more.
//!
//! The true time lies somewhere from *sure* to *latest*. What may end, ends with latest; what begins, and what cannot
//! be undone, waits for sure. Sure is where the node was founded, and moves on only by what confirms it:
//!
//! - the time that the machine has been up since, by a clock that nobody sets;
//! - the times of signing of two members' verified requests, of which one may be wrong;
//! - two people who answer for the machine's clock; or, in a demo, the hand that sets its clock.
//!
//! It never passes the machine's own clock and never goes back, stops and crashes included: the mark beside the keys
//! remembers it. Latest is what the machine's clock says, unless more time than that has surely passed: a clock that
//! is set back, stands or crawls keeps nothing on display, and the mark remembers how far that has come, too. Nothing
//! remembers a clock that ran ahead, so full service is back as soon as it is right again.

mod book;
mod machine;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fairfile_domain::day::Instant;
use fairfile_domain::id::MemberCode;
use fairfile_vault::{Mark, SureTime, VaultError};

use book::{Beat, Book};
pub use machine::{Machine, MachineClock, Uptime};

/// Microseconds in a second. In every zone a midnight lies on a whole one.
const SECOND: i64 = 1_000_000;
/// What stands in the mark for a boot that nobody told of.
const NO_BOOT: [u8; 16] = [0; 16];

/// Where the node's time comes from, and how much of it is sure.
pub struct Clock {
    wall: Wall,
    state: Mutex<State>,
}

/// What the wall clock is.
enum Wall {
    /// The machine's.
    Machine(Machine),
    /// One that stands still until it is set: demo nodes and tests. In microseconds since 1970.
    Set(AtomicI64),
}

struct State {
    book: Book,
    /// What remembers the book when the node stops; nothing in a test that needs no folder.
    mark: Option<Arc<Mark>>,
    /// The seconds of `sure` and of `reached` that the mark holds.
    noted: Option<[i64; 2]>,
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

impl Reading {
    /// Whether the wall clock stands behind what is confirmed.
    pub fn is_behind(&self) -> bool {
        self.wall < self.sure
    }
}

impl Clock {
    /// A clock that is set by hand and stands at `at`.
    pub fn set_to(at: Instant) -> Self {
        Self::founded(Wall::Set(AtomicI64::new(at.unix_micros())))
    }

    /// The clock of a machine, taken to be right at this moment: a node is founded by it.
    pub fn machine(machine: Machine) -> Self {
        Self::founded(Wall::Machine(machine))
    }

    fn founded(wall: Wall) -> Self {
        let beat = wall.beat();
        Self { state: Mutex::new(State { book: Book::new(beat.wall, beat.uptime), mark: None, noted: None }), wall }
    }

    /// The same clock, with what `mark` remembers as the only thing that is sure; a mark that remembers nothing is
    /// that of a new node, and notes when it was founded.
    ///
    /// # Errors
    /// What the mark says if it cannot be written.
    pub fn remembered_by(self, mark: Arc<Mark>) -> Result<Self, VaultError> {
        let mut state = self.state();
        if let Some(time) = mark.time()? {
            state.book = Book::new(time.micros, uptime_of(time));
            state.book.reached = time.reached;
        }
        state.mark = Some(mark);
        drop(state);
        self.note()?;
        Ok(self)
    }

    /// The latest that the time can be: the node's "now". Never before what was sure once.
    pub fn now(&self) -> Instant {
        self.read().latest
    }

    /// The earliest that the time can be.
    pub fn sure(&self) -> Instant {
        self.read().sure
    }

    /// The time, as far as it is known.
    ///
    /// Each new second of what is sure or reached is noted in the mark before anybody acts by it, so that a crash cannot bring
    /// back what ended in it. If that fails it is tried again with the next reading, and [`Clock::note`] tells.
    pub fn read(&self) -> Reading {
        let (mut state, beat) = (self.state(), self.wall.beat());
        let latest = state.book.catch_up(beat);
        let sure = state.book.sure;
        if state.noted != Some(state.seconds()) {
            state.note().ok();
        }
        Reading { sure: instant(sure), latest: instant(latest), wall: instant(beat.wall) }
    }

    /// Whether it is set by hand.
    pub fn is_set(&self) -> bool {
        matches!(self.wall, Wall::Set(_))
    }

    /// Sets a clock that can be set, which confirms itself forwards; false for the machine's.
    pub fn set(&self, at: Instant) -> bool {
        let Wall::Set(micros) = &self.wall else { return false };
        micros.store(at.unix_micros(), Ordering::Release);
        self.read();
        true
    }

    /// Hears that `member` signed a request, which was verified, at `created`: seconds since 1970 by its own clock.
    ///
    /// Of the members' latest times the second counts: whoever is wrong, or lies, is alone with it.
    pub fn heard(&self, member: &MemberCode, created: i64) {
        let Some(created) = created.checked_mul(SECOND).filter(|_| !self.is_set()) else { return };
        let (mut state, beat) = (self.state(), self.wall.beat());
        if let Some(second) = state.book.hear(member, created) {
            state.book.confirm(second, beat);
        }
    }

    /// Takes it as sure that it is not earlier than `until`: two people answer for it.
    ///
    /// # Errors
    /// What the mark says if it cannot be written; what is sure stays so until the node stops.
    pub(crate) fn confirm(&self, until: Instant) -> Result<(), VaultError> {
        self.state().book.confirm(until.unix_micros(), self.wall.beat());
        self.note()
    }

    /// Notes what is sure in the mark, and makes sure that it lasts.
    ///
    /// # Errors
    /// What the mark says.
    pub fn note(&self) -> Result<(), VaultError> {
        let mut state = self.state();
        state.book.catch_up(self.wall.beat());
        state.note()?;
        match &state.mark {
            Some(mark) => mark.sync(),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change to it is whole, whatever its holder met.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self) -> Result<(), VaultError> {
        let Some(mark) = &self.mark else { return Ok(()) };
        // Where the machine does not tell how long it is up, the boot is no boot.
        let since = self.book.since.unwrap_or(Uptime { boot: NO_BOOT, micros: 0 });
        let uptime_micros = u64::try_from(since.micros).unwrap_or(0);
        let (micros, reached) = (self.book.sure, self.book.reached);
        mark.note_time(SureTime { micros, reached, boot: since.boot, uptime_micros })?;
        self.noted = Some(self.seconds());
        Ok(())
    }

    fn seconds(&self) -> [i64; 2] {
        [self.book.sure, self.book.reached].map(|micros| micros.div_euclid(SECOND))
    }
}

impl Wall {
    fn beat(&self) -> Beat {
        match self {
            Self::Machine(machine) => {
                Beat { wall: machine.wall().unix_micros(), uptime: machine.uptime(), is_set: false }
            }
            Self::Set(micros) => Beat { wall: micros.load(Ordering::Acquire), uptime: None, is_set: true },
        }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // A mark that cannot be written now holds an earlier time, which hides more and shows nothing.
        self.note().ok();
    }
}

/// How long the machine had been up when `time` was noted, if it told.
fn uptime_of(time: SureTime) -> Option<Uptime> {
    let micros = i64::try_from(time.uptime_micros).ok()?;
    (time.boot != NO_BOOT).then_some(Uptime { boot: time.boot, micros })
}

/// Only what lies between two instants ever goes in, and at the end of time there is nothing later.
fn instant(micros: i64) -> Instant {
    Instant::from_unix_micros(micros).unwrap_or(Instant::LAST)
}
