//! Months of the calendar, in which counts are told.

use std::fmt;
use std::str::FromStr;

use crate::day::Day;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month of a day.
    ///
    /// ```
    /// use fairfile_domain::month::Month;
    ///
    /// let month = Month::of("2026-12-31".parse().expect("a day"));
    /// assert_eq!((month.to_string(), month.plus(1).to_string()), ("2026-12".to_owned(), "2027-01".to_owned()));
    /// ```
    pub fn of(day: Day) -> Self {
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// The month that is stored as `number`.
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Months since January of the year 0: what is stored.
    pub fn number(self) -> i32 {
        self.0
    }

    /// So many months later.
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its number in the year, from 1.
    pub fn of_year(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

/// A text that should be a month is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a month, such as 2026-11")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let (year, month): (i32, i32) = (year.parse().map_err(|_| NotAMonth)?, month.parse().map_err(|_| NotAMonth)?);
        if !(1..=12).contains(&month) {
            return Err(NotAMonth);
        }
        Ok(Self(year.saturating_mul(12).saturating_add(month - 1)))
    }
}
