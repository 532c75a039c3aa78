//! How a machine tells the time, as far as this room is told.

use std::sync::Arc;

use fairfile_domain::day::Instant;

/// How the machine's own wall clock is read; only the outermost room knows.
pub type MachineClock = fn() -> Instant;

/// How long a machine has been up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uptime {
    /// Which boot it counts from: two boots have nothing in common.
    pub boot: [u8; 16],
    /// Microseconds since then, sleep included, by a clock that nobody sets.
    pub micros: i64,
}

/// A machine's two clocks: the one on the wall, which anybody may set wrongly, and the one that only counts.
#[derive(Clone)]
pub struct Machine {
    wall: Arc<dyn Fn() -> Instant + Send + Sync>,
    uptime: Arc<dyn Fn() -> Option<Uptime> + Send + Sync>,
}

impl Machine {
    /// A machine that has a wall clock and does not tell how long it has been up.
    pub fn of(wall: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self { wall: Arc::new(wall), uptime: Arc::new(|| None) }
    }

    /// The same, and it tells how long it has been up; nothing where the system does not say.
    pub fn with_uptime(self, uptime: impl Fn() -> Option<Uptime> + Send + Sync + 'static) -> Self {
        Self { uptime: Arc::new(uptime), ..self }
    }

    /// What the wall clock says.
    pub fn wall(&self) -> Instant {
        (self.wall)()
    }

    /// How long the machine has been up.
    pub fn uptime(&self) -> Option<Uptime> {
        (self.uptime)()
    }
}
