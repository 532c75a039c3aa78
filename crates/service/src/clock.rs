//! The time, injected. A real node has the machine's; a demo node may have one that is set by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use fairfile_domain::day::Instant;

/// Where the node's time comes from.
pub enum Clock {
    /// The machine's clock, by the function that reads it.
    Machine(fn() -> Instant),
    /// A clock that stands still until it is set: demo nodes and tests.
    Set(AtomicI64),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn set_to(at: Instant) -> Self {
        Self::Set(AtomicI64::new(at.unix_micros()))
    }

    /// The time.
    pub fn now(&self) -> Instant {
        match self {
            Self::Machine(read) => read(),
            // Only what `Instant` gave ever goes in.
            Self::Set(micros) => {
                Instant::from_unix_micros(micros.load(Ordering::Acquire)).unwrap_or_else(|_| unreachable!())
            }
        }
    }

    /// Sets a clock that can be set; false for the machine's.
    pub fn set(&self, at: Instant) -> bool {
        match self {
            Self::Machine(_) => false,
            Self::Set(micros) => {
                micros.store(at.unix_micros(), Ordering::Release);
                true
            }
        }
    }
}
