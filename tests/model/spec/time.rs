//! The time, as the model has it: whole seconds since 1970, and days of a place eight hours ahead of Greenwich.

use fairfile_domain::day::Day;

const DAY: i64 = 86_400;
const AHEAD: i64 = 8 * 3_600;

/// The day on which a second falls.
pub fn day_of(seconds: i64) -> i32 {
    i32::try_from((seconds + AHEAD).div_euclid(DAY)).expect("a day of this age")
}

/// A day as files have it.
pub fn written(day: i32) -> String {
    Day::from_epoch_day(day).expect("a day of this age").to_string()
}

/// A wall clock that anybody may set, what is sure of the time, and what has surely passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// What the time is. No node knows it.
    pub truth: i64,
    /// How far the wall clock is beside it.
    error: i64,
    /// The earliest that it can be.
    sure: i64,
    /// Where the machine's count of its own running has come; the wall clock may be behind it.
    reached: i64,
    /// Where it had come at the latest, over all boots.
    farthest: i64,
}

impl Time {
    /// A machine that was just started with a clock that is right.
    pub fn at(truth: i64) -> Self {
        Self { truth, error: 0, sure: truth, reached: truth, farthest: truth }
    }

    /// What the wall clock says.
    pub fn wall(&self) -> i64 {
        self.truth + self.error
    }

    /// The latest that it can be: the node's "now".
    pub fn latest(&self) -> i64 {
        self.wall().max(self.farthest)
    }

    /// The latest day that it can be.
    pub fn today(&self) -> i32 {
        day_of(self.latest())
    }

    /// The latest day that has surely come.
    pub fn sure_day(&self) -> i32 {
        day_of(self.sure)
    }

    /// How the wall clock stands to the time that has passed, if not on the same day.
    pub fn beside(&self) -> Option<&'static str> {
        match day_of(self.wall()) - day_of(self.farthest) {
            0 => None,
            ahead if ahead > 0 => Some("ahead and unconfirmed"),
            _behind => Some("behind"),
        }
    }

    /// Whether there is only one day that it can be.
    pub fn is_day_sure(&self) -> bool {
        self.sure_day() == self.today()
    }

    /// How far a wall clock that agrees with the time that has gone by is beside the truth, in seconds.
    pub fn settled(&self) -> i64 {
        self.farthest - self.truth
    }

    /// Whether all the time that has gone by is sure.
    pub fn is_wholly_sure(&self) -> bool {
        self.sure == self.farthest
    }

    /// The latest day that has come by the count of the machine's running: what was over by then stays over.
    pub fn farthest_day(&self) -> i32 {
        day_of(self.farthest)
    }

    /// Somebody reads the clock: what is sure follows what has passed, as far as the wall clock goes.
    pub fn is_read(&mut self) {
        self.sure = self.sure.max(self.reached.min(self.wall()));
        self.farthest = self.farthest.max(self.reached);
    }

    /// Time passes on every clock.
    pub fn passes(&mut self, seconds: i64) {
        self.truth += seconds;
        self.reached += seconds;
        self.is_read();
    }

    /// The wall clock is set so many seconds beside the truth.
    pub fn is_set(&mut self, error: i64) {
        self.error = error;
        self.is_read();
    }

    /// Two people confirm the wall clock; false if it stands behind what is sure.
    pub fn is_confirmed(&mut self) -> bool {
        if self.wall() < self.sure {
            return false;
        }
        self.sure = self.wall();
        self.reached = self.reached.max(self.sure);
        self.farthest = self.farthest.max(self.reached);
        true
    }

    /// The machine was off for so many seconds: of those nothing counts them.
    pub fn is_rebooted(&mut self, off: i64) {
        self.truth += off;
        self.reached = self.sure;
        self.is_read();
    }
}
