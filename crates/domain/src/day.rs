//! Civil days, instants, zones and periods: law counts in days, journals in instants.
//!
//! A month is not 30 days, a year is not 365, and a business day needs the place's holidays. A period
//! is therefore kept in the unit in which the law states it, and becomes a day only when the day of its
//! starting event is known.

mod hour;
mod zone;

pub use zone::{UnknownZone, Zone};

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday},
};

/// The last year that a day can lie in.
const LAST_YEAR: i16 = 9999;
/// Microseconds in a minute.
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// One civil day, from 0001-01-01 to 9999-12-31, with no time and no zone.
///
/// ```
/// use fairfile_domain::day::Day;
///
/// let day: Day = "2026-11-23".parse()?;
/// assert_eq!(day.tomorrow().to_string(), "2026-11-24");
/// assert_eq!(Day::from_epoch_day(day.epoch_day()), Ok(day));
/// # Ok::<(), fairfile_domain::day::NotADay>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A value that should be a day is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a real day from 0001-01-01 to 9999-12-31, written as 2026-11-23")]
pub struct NotADay;

impl Day {
    /// The first day that can be named.
    pub const FIRST: Day = Day(Date::constant(1, 1, 1));
    /// The last day that can be named.
    pub const LAST: Day = Day(Date::constant(LAST_YEAR, 12, 31));
    /// 1970-01-01, from which stored days count.
    const EPOCH: Date = Date::constant(1970, 1, 1);

    /// The day with this year, month and day of the month; the calendar is the civil one, without gaps.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, NotADay> {
        Date::new(year, month, day).map_err(|_| NotADay)?.try_into()
    }

    /// The day that lies `days` after 1970-01-01 (before it, if negative).
    pub fn from_epoch_day(days: i32) -> Result<Self, NotADay> {
        Self(Self::EPOCH).plus_days(days.into())
    }

    /// Days since 1970-01-01, as stored.
    pub fn epoch_day(self) -> i32 {
        // From the first day to the last there are fewer than four million days: jiff always has an answer.
        Self::EPOCH.until(self.0).map_or(0, |span| span.get_days())
    }

    /// The next day; the last day that can be named is its own tomorrow.
    pub fn tomorrow(self) -> Self {
        self.0.tomorrow().map_or(self, Self)
    }

    /// The day that lies `days` later (earlier, if negative).
    pub fn plus_days(self, days: i64) -> Result<Self, NotADay> {
        let span = jiff::Span::new().try_days(days).map_err(|_| NotADay)?;
        self.0.checked_add(span).map_err(|_| NotADay)?.try_into()
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1 to 31.
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }

    /// Whether the day is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The instant with which the day begins in `zone`; the first that can be named for every day before 1970.
    ///
    /// ```
    /// use fairfile_domain::day::{Day, Zone};
    ///
    /// let (day, shanghai): (Day, _) = ("2026-11-23".parse()?, Zone::named("Asia/Shanghai")?);
    /// assert_eq!(day.begins_in(&shanghai).to_string(), "2026-11-22T16:00:00Z");
    /// assert_eq!(Day::FIRST.begins_in(&shanghai).unix_micros(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begins_in(self, zone: &Zone) -> Instant {
        let begins = self.0.to_zoned(zone.0.clone()).map(|zoned| zoned.timestamp().as_microsecond());
        begins.ok().and_then(|micros| Instant::from_unix_micros(micros).ok()).unwrap_or(Instant(Timestamp::UNIX_EPOCH))
    }

    /// The same day for whoever works with `jiff`.
    pub fn date(self) -> Date {
        self.0
    }
}

impl TryFrom<Date> for Day {
    type Error = NotADay;

    fn try_from(date: Date) -> Result<Self, NotADay> {
        if date < Self::FIRST.0 { Err(NotADay) } else { Ok(Self(date)) }
    }
}

impl FromStr for Day {
    type Err = NotADay;

    /// Reads `2026-11-23` and no other writing.
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let shape = |(place, c): (usize, u8)| if place == 4 || place == 7 { c == b'-' } else { c.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(shape) {
            return Err(NotADay);
        }
        text.parse::<Date>().map_err(|_| NotADay)?.try_into()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One moment, to the microsecond, from 1970-01-01T00:00:00Z on.
///
/// ```
/// use fairfile_domain::day::{Instant, Zone};
///
/// let at: Instant = "2026-11-23T01:00:00+08:00".parse()?;
/// assert_eq!(at.to_string(), "2026-11-22T17:00:00Z");
/// assert_eq!(at.day_in(&Zone::named("Asia/Shanghai")?).to_string(), "2026-11-23");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

/// A value that should be an instant is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an instant from 1970 to 9999 with its offset, written as 2026-11-23T09:00:00+08:00")]
pub struct NotAnInstant;

impl Instant {
    /// The last instant that can be named.
    pub const LAST: Instant = Instant(Timestamp::MAX);

    /// The instant that lies `micros` microseconds after 1970-01-01T00:00:00Z.
    pub fn from_unix_micros(micros: i64) -> Result<Self, NotAnInstant> {
        if micros < 0 {
            return Err(NotAnInstant);
        }
        Timestamp::from_microsecond(micros).map(Self).map_err(|_| NotAnInstant)
    }

    /// Microseconds since 1970-01-01T00:00:00Z; never negative.
    pub fn unix_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// Whole minutes since 1970-01-01T00:00:00Z, as the journal writes time.
    pub fn minute(self) -> u64 {
        self.unix_micros().div_euclid(MICROS_PER_MINUTE).unsigned_abs()
    }

    /// The civil day which this instant falls on in `zone`.
    pub fn day_in(self, zone: &Zone) -> Day {
        Day(zone.0.to_datetime(self.0).date())
    }

    /// The time of day in `zone`: hour and minute.
    pub fn time_in(self, zone: &Zone) -> (i8, i8) {
        let time = zone.0.to_datetime(self.0);
        (time.hour(), time.minute())
    }
}

impl FromStr for Instant {
    type Err = NotAnInstant;

    /// Reads RFC 3339 with any offset; what is finer than a microsecond is cut off.
    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let timestamp: Timestamp = text.parse().map_err(|_| NotAnInstant)?;
        Self::from_unix_micros(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Today, as far as it is known: the true day is one from `sure` to `latest`, both included.
///
/// What a last day ends has ended with `latest`, and what a first day begins begins with `sure`, so not knowing
/// the day only ever hides more. What cannot be undone waits for `sure`.
///
/// ```
/// use fairfile_domain::day::{Day, Today};
///
/// let (sunday, monday): (Day, Day) = ("2026-11-22".parse()?, "2026-11-23".parse()?);
/// let today = Today::between(sunday, monday);
/// assert!(today.lies_within(sunday, monday));
/// assert!(!today.lies_within(monday, monday), "it may not have begun");
/// assert!(!today.lies_within(sunday, sunday), "it may be over");
/// # Ok::<(), fairfile_domain::day::NotADay>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    sure: Day,
    latest: Day,
}

impl Today {
    /// A day from `sure` to `latest`. Nothing later than `latest` is ever sure.
    pub fn between(sure: Day, latest: Day) -> Self {
        Self { sure: sure.min(latest), latest }
    }

    /// The last day that has certainly come.
    pub fn sure(self) -> Day {
        self.sure
    }

    /// The last day that it can be.
    pub fn latest(self) -> Day {
        self.latest
    }

    /// Whether there is only one day that it can be.
    pub fn is_sure(self) -> bool {
        self.sure == self.latest
    }

    /// Whether it certainly lies from the first day `from` to the last day `until`.
    pub fn lies_within(self, from: Day, until: Day) -> bool {
        from <= self.sure && self.latest <= until
    }
}

/// A day that is known.
impl From<Day> for Today {
    fn from(day: Day) -> Self {
        Self { sure: day, latest: day }
    }
}

/// What a law counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Calendar days.
    Day,
    /// Days on which offices work: no weekend unless made up for, no holiday.
    BusinessDay,
    /// Months of the civil calendar.
    Month,
    /// Years of the civil calendar.
    Year,
}

impl Unit {
    /// Every unit, with the code by which files name it.
    pub const ALL: [(Unit, &'static str); 4] =
        [(Unit::Day, "day"), (Unit::BusinessDay, "business_day"), (Unit::Month, "month"), (Unit::Year, "year")];

    /// The unit that files call `code`.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// The code by which files name it.
    pub fn code(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::BusinessDay => "business_day",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }
}

/// A length of time as a law states it: a number and its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Period {
    /// The last day of the period, that day included, when its starting event falls on `start`.
    ///
    /// The day of the event does not count. Months and years end on the day of the same number, or on
    /// the month's last day where it has no such number: one month from 31 January ends on 28 or 29
    /// February. Business days are counted one by one in `holidays`; a year that the calendar does not
    /// know is an error and never a year without holidays. A period of no length ends on `start`.
    ///
    /// Whether a last day that is a holiday moves to the next business day is for each law to say and is
    /// not done here: a display period never grows longer than stated.
    ///
    /// Law: this is how, for instance, the Civil Code of China counts (articles 201 and 202).
    ///
    /// ```
    /// use fairfile_domain::day::{HolidayCalendar, Period, Unit};
    ///
    /// let month = Period { count: 1, unit: Unit::Month };
    /// let end = month.end_after("2027-01-31".parse()?, &HolidayCalendar::default())?;
    /// assert_eq!(end.to_string(), "2027-02-28");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn end_after(self, start: Day, holidays: &HolidayCalendar) -> Result<Day, CalendarGap> {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Day => jiff::Span::new().try_days(count),
            Unit::Month => jiff::Span::new().try_months(count),
            Unit::Year => jiff::Span::new().try_years(count),
            Unit::BusinessDay => return self.last_business_day(start, holidays),
        };
        let end = span.and_then(|span| start.0.checked_add(span)).map_err(|_| CalendarGap::AFTER_THE_LAST_YEAR)?;
        Ok(Day(end))
    }

    fn last_business_day(self, start: Day, holidays: &HolidayCalendar) -> Result<Day, CalendarGap> {
        let (mut day, mut left) = (start.0, self.count);
        while left > 0 {
            day = day.checked_add(1.day()).map_err(|_| CalendarGap::AFTER_THE_LAST_YEAR)?;
            left -= u32::from(holidays.is_business_day(Day(day))?);
        }
        Ok(Day(day))
    }

    /// The fewest calendar days that the period can last: a month 28, a year 365, a business day 1.
    pub fn shortest_days(self) -> u64 {
        let each = match self.unit {
            Unit::Day | Unit::BusinessDay => 1,
            Unit::Month => 28,
            Unit::Year => 365,
        };
        u64::from(self.count) * each
    }

    /// The most calendar days that the period can last: a month 31, a year 366; `None` for business days,
    /// for holidays have no bound.
    pub fn longest_days(self) -> Option<u64> {
        let each = match self.unit {
            Unit::Day => 1,
            Unit::Month => 31,
            Unit::Year => 366,
            Unit::BusinessDay if self.count == 0 => 0,
            Unit::BusinessDay => return None,
        };
        Some(u64::from(self.count) * each)
    }

    /// Whether the period is certainly no longer than `bound`, whatever day it starts on.
    ///
    /// Periods of one unit compare exactly, and so do months and years (12 months are a year). Across
    /// other units the answer is yes only if the longest form of the one fits the shortest of the other.
    ///
    /// ```
    /// use fairfile_domain::day::{Period, Unit};
    ///
    /// let five_years = Period { count: 5, unit: Unit::Year };
    /// assert!(Period { count: 60, unit: Unit::Month }.at_most(&five_years));
    /// assert!(Period { count: 1825, unit: Unit::Day }.at_most(&five_years));
    /// assert!(!Period { count: 1826, unit: Unit::Day }.at_most(&five_years));
    /// ```
    pub fn at_most(&self, bound: &Period) -> bool {
        if self.unit == bound.unit {
            return self.count <= bound.count;
        }
        if let (Some(ours), Some(theirs)) = (self.months(), bound.months()) {
            return ours <= theirs;
        }
        self.longest_days().is_some_and(|longest| longest <= bound.shortest_days())
    }

    /// The period in months, where it is one of months or years.
    fn months(self) -> Option<u64> {
        match self.unit {
            Unit::Month => Some(self.count.into()),
            Unit::Year => Some(u64::from(self.count) * 12),
            Unit::Day | Unit::BusinessDay => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::BusinessDay => "business day",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// A year that was met while counting has no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarGap {
    /// The year; 10000 if the period ends after the last day that can be named.
    pub year: i16,
}

impl CalendarGap {
    const AFTER_THE_LAST_YEAR: CalendarGap = CalendarGap { year: LAST_YEAR + 1 };
}

impl fmt::Display for CalendarGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.year > LAST_YEAR {
            return write!(f, "the period ends after the year {LAST_YEAR}; state a shorter one");
        }
        write!(f, "no holidays are known for the year {}; add the year to the node's holiday calendar", self.year)
    }
}

impl std::error::Error for CalendarGap {}

/// Which days offices do not work, year by year, as the place publishes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HolidayCalendar {
    /// The years that are known; a day is looked up in its own year only.
    pub years: BTreeMap<i16, YearDays>,
}

/// The days of one year that differ from the rule "Monday to Friday".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearDays {
    /// Days on which offices do not work; they prevail over `make_up`.
    pub off: BTreeSet<Day>,
    /// Saturdays and Sundays on which offices work, to make up for a holiday.
    pub make_up: BTreeSet<Day>,
}

impl HolidayCalendar {
    /// Whether offices work on `day`.
    pub fn is_business_day(&self, day: Day) -> Result<bool, CalendarGap> {
        let year = self.years.get(&day.year()).ok_or(CalendarGap { year: day.year() })?;
        Ok(!year.off.contains(&day) && (!day.is_weekend() || year.make_up.contains(&day)))
    }
}

#[cfg(test)]
mod tests;
