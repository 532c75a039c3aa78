//! A machine whose clocks a test turns by hand: the true time passes, the wall clock is set wrongly, it reboots.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use fairfile_domain::day::Instant;
use fairfile_service::clock::{Machine, Uptime};

/// Two clocks and the truth, in microseconds.
#[derive(Debug)]
pub struct Hands {
    truth: AtomicI64,
    /// How far the wall clock is ahead of the truth; behind it, if negative.
    error: AtomicI64,
    uptime: AtomicI64,
    boot: AtomicU64,
}

impl Hands {
    /// A machine that was just started, whose wall clock is right.
    pub fn at(truth: Instant) -> Arc<Self> {
        Arc::new(Self {
            truth: AtomicI64::new(truth.unix_micros()),
            error: AtomicI64::new(0),
            uptime: AtomicI64::new(0),
            boot: AtomicU64::new(1),
        })
    }

    /// The machine as a node sees it.
    pub fn machine(self: &Arc<Self>) -> Machine {
        let (wall, uptime) = (self.clone(), self.clone());
        Machine::of(move || wall.wall()).with_uptime(move || Some(uptime.uptime()))
    }

    /// The true time.
    pub fn truth(&self) -> Instant {
        instant(self.truth.load(Ordering::SeqCst))
    }

    /// What the wall clock says: never before 1970 nor after the year 9999.
    pub fn wall(&self) -> Instant {
        instant(self.truth.load(Ordering::SeqCst) + self.error.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        let boot = u128::from(self.boot.load(Ordering::SeqCst)).to_be_bytes();
        Uptime { boot, micros: self.uptime.load(Ordering::SeqCst) }
    }

    /// Time passes, on every clock.
    pub fn pass(&self, micros: i64) {
        assert!(micros >= 0, "true time does not run backwards");
        self.truth.fetch_add(micros, Ordering::SeqCst);
        self.uptime.fetch_add(micros, Ordering::SeqCst);
    }

    /// Somebody sets the wall clock, rightly or wrongly.
    pub fn set_wall(&self, at: Instant) {
        self.error.store(at.unix_micros() - self.truth.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// The wall clock is set right.
    pub fn set_right(&self) {
        self.error.store(0, Ordering::SeqCst);
    }

    /// Whether the wall clock is right.
    pub fn is_right(&self) -> bool {
        self.error.load(Ordering::SeqCst) == 0
    }

    /// The machine is off for as long as that, and starts again.
    pub fn reboot(&self, off: i64) {
        self.truth.fetch_add(off, Ordering::SeqCst);
        self.uptime.store(0, Ordering::SeqCst);
        self.boot.fetch_add(1, Ordering::SeqCst);
    }
}

fn instant(micros: i64) -> Instant {
    Instant::from_unix_micros(micros.max(0)).unwrap_or(Instant::LAST)
}
