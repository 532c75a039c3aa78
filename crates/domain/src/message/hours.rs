//! The hours in which a person wants to be told something.

use crate::day::{Day, Instant, Zone};

/// A stretch of the day in whole hours of the node's zone, the first included and the last not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: u8,
    until: u8,
}

/// Two numbers are no hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an hour from 0 to 23 and a later one up to 24")]
pub struct NotHours;

impl Default for Hours {
    /// Eight in the morning to eight in the evening.
    fn default() -> Self {
        Self { from: 8, until: 20 }
    }
}

impl Hours {
    /// From the full hour `from` to the full hour `until`.
    ///
    /// # Errors
    /// [`NotHours`] unless `from` is before `until` and `until` is 24 at the most.
    pub fn new(from: u8, until: u8) -> Result<Self, NotHours> {
        if from < until && until <= 24 { Ok(Self { from, until }) } else { Err(NotHours) }
    }

    /// The first hour.
    pub fn from(self) -> u8 {
        self.from
    }

    /// The hour at which they end.
    pub fn until(self) -> u8 {
        self.until
    }

    /// `now` if it lies in the hours, otherwise their next beginning.
    ///
    /// ```
    /// use fairfile_domain::day::{Instant, Zone};
    /// use fairfile_domain::message::Hours;
    ///
    /// let (zone, night): (_, Instant) = (Zone::named("Asia/Shanghai")?, "2026-11-23T23:30:00+08:00".parse()?);
    /// assert_eq!(Hours::default().next_open(night, &zone), "2026-11-24T08:00:00+08:00".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_open(self, now: Instant, zone: &Zone) -> Instant {
        let hour = hour_of(now, zone);
        if (self.from..self.until).contains(&hour) {
            return now;
        }
        let today = now.day_in(zone);
        self.beginning(if hour < self.from { today } else { today.tomorrow() }, zone, now)
    }

    /// Their beginning on the day after `now`.
    pub fn next_morning(self, now: Instant, zone: &Zone) -> Instant {
        self.beginning(now.day_in(zone).tomorrow(), zone, now)
    }

    /// Their beginning on the first Monday after the day of `now`.
    pub fn next_monday(self, now: Instant, zone: &Zone) -> Instant {
        let mut day = now.day_in(zone).tomorrow();
        // 1970-01-01 was a Thursday.
        while day.epoch_day().rem_euclid(7) != 4 && day != day.tomorrow() {
            day = day.tomorrow();
        }
        self.beginning(day, zone, now)
    }

    /// Where the calendar ends, there is nothing to wait for.
    fn beginning(self, day: Day, zone: &Zone, now: Instant) -> Instant {
        zone.at_hour(day, self.from).unwrap_or(now)
    }
}

fn hour_of(now: Instant, zone: &Zone) -> u8 {
    now.time_in(zone).0.unsigned_abs()
}
