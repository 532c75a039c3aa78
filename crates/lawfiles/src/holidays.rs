//! Holiday calendars: the days on which a place's offices do not work, year by year.

use std::collections::BTreeSet;

use fairfile_domain::day::{Day, HolidayCalendar, YearDays};

pub use crate::fault::{LawFileError as HolidayError, LawFileFault as HolidayFault};
use crate::{
    fault::{Flaw, LawFileFault as Fault},
    table::{self, Table},
};

/// The calendar of the invented province in the demo, 2024 to 2032.
pub const EMBEDDED_DEMO: &str = include_str!("../../../demo/holidays.toml");

const SCHEMA: &str = "fairfile.holidays/1";

/// The calendar that `text` describes.
///
/// Every year names its days off, be it none: a year that is left out is one that nobody knows, and
/// business days cannot be counted in it.
///
/// ```
/// use fairfile_lawfiles::holidays;
///
/// let calendar = holidays::load("[year.2026]\noff = [\"2026-01-01\"]\nmake_up = [\"2026-01-10\"]")?;
/// assert_eq!(calendar.is_business_day("2026-01-01".parse()?), Ok(false));
/// assert_eq!(calendar.is_business_day("2026-01-10".parse()?), Ok(true)); // a Saturday
/// assert!(calendar.is_business_day("2027-01-04".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load(text: &str) -> Result<HolidayCalendar, HolidayError> {
    read(text).map_err(|flaw| flaw.placed(text))
}

fn read(text: &str) -> Result<HolidayCalendar, Flaw> {
    let file = table::parse(text)?;
    let root = Table::root(&file);
    root.only(&["schema", "place", "year"])?;
    root.text("place")?;
    if root.text("schema")?.is_some_and(|schema| schema != SCHEMA) {
        return Err(root.flaw(Fault::OtherSchema, "schema", &format!("must be \"{SCHEMA}\"")));
    }
    let years = root.must("year", root.table("year")?)?;
    let mut calendar = HolidayCalendar::default();
    for (key, span, table) in years.tables_by_key()? {
        let digits = key.len() == 4 && key.bytes().all(|c| c.is_ascii_digit());
        let year = key.parse().ok().filter(|year| digits && *year > 0).ok_or_else(|| {
            Flaw::new(Fault::WrongValue, span, format!("`{}` must be a year of four digits", years.name(key)))
        })?;
        calendar.years.insert(year, read_year(year, &table)?);
    }
    Ok(calendar)
}

fn read_year(year: i16, table: &Table<'_, '_>) -> Result<YearDays, Flaw> {
    table.only(&["off", "make_up"])?;
    let off = table.must("off", read_days(year, table, "off", |_| None)?)?;
    let misplaced = |day: &Day| match day {
        day if !day.is_weekend() => Some("is neither a Saturday nor a Sunday, so it makes up for nothing"),
        day if off.contains(day) => Some("is a day off as well"),
        _ => None,
    };
    let make_up = read_days(year, table, "make_up", misplaced)?.unwrap_or_default();
    Ok(YearDays { off, make_up })
}

/// The days of one list, each in its year, each once, none `misplaced`.
fn read_days(
    year: i16,
    table: &Table<'_, '_>,
    key: &str,
    misplaced: impl Fn(&Day) -> Option<&'static str>,
) -> Result<Option<BTreeSet<Day>>, Flaw> {
    const WANTED: &str = "a list of real days in quotes, such as \"2026-10-01\"";
    let Some(texts) = table.texts(key, WANTED)? else { return Ok(None) };
    let mut days = BTreeSet::new();
    for (text, span) in texts {
        let flaw = |fault, what: String| Flaw::new(fault, span.clone(), what);
        let day: Day =
            text.parse().map_err(|_| flaw(Fault::WrongValue, format!("`{}` must be {WANTED}", table.name(key))))?;
        let wrong = |what: &str| flaw(Fault::WrongDay, format!("{day} in `{}` {what}", table.name(key)));
        if day.year() != year {
            return Err(wrong("lies in another year"));
        }
        if let Some(what) = misplaced(&day) {
            return Err(wrong(what));
        }
        if !days.insert(day) {
            return Err(wrong("is named twice"));
        }
    }
    Ok(Some(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_province_has_a_calendar() {
        let calendar = load(EMBEDDED_DEMO).unwrap();
        assert_eq!(calendar.years.keys().copied().collect::<Vec<_>>(), (2024..=2032).collect::<Vec<_>>());
        for (day, works) in [
            ("2026-10-01", false),
            ("2026-10-08", true),
            ("2026-10-10", true),
            ("2026-10-11", false),
            ("2026-11-23", true),
        ] {
            assert_eq!(calendar.is_business_day(day.parse().unwrap()), Ok(works), "{day}");
        }
        assert!(calendar.is_business_day("2033-01-04".parse().unwrap()).is_err());
        assert!(calendar.years.values().all(|year| year.off.len() == 22 && year.make_up.len() == 3));
    }

    /// `expected` is `code line:column what`.
    fn check(text: &str, expected: &str) {
        let error = load(text).unwrap_err();
        assert_eq!(format!("{} {}:{} {}", error.code(), error.line, error.column, error.what), expected, "{text}");
    }

    #[test]
    fn a_fault_names_its_place() {
        check("", "P006 1:1 `year` is missing");
        check("year = 2026", "P007 1:8 `year` must be a table");
        check("[year.2026]\noff = [", "P001 2:8 unclosed array, expected `]`");
        check("[year.2026]\n", "P006 1:1 `year.2026.off` is missing");
        check(
            "[year.2026]\noff = []\nmakeup = []",
            "P005 3:1 `year.2026.makeup` is unknown; known here are off, make_up",
        );
        check("years = 1\n[year.2026]\noff = []", "P005 1:1 `years` is unknown; known here are schema, place, year");
        check("[year.26]\noff = []", "P007 1:7 `year.26` must be a year of four digits");
        check("[year.0000]\noff = []", "P007 1:7 `year.0000` must be a year of four digits");
        check("schema = \"x\"\n[year.2026]\noff = []", "P002 1:10 `schema` must be \"fairfile.holidays/1\"");
        let days = "`year.2026.off` must be a list of real days in quotes, such as \"2026-10-01\"";
        check("[year.2026]\noff = \"2026-01-01\"", &format!("P007 2:7 {days}"));
        check("[year.2026]\noff = [2026-01-01]", &format!("P007 2:8 {days}"));
        check("[year.2026]\noff = [\"2026-02-30\"]", &format!("P007 2:8 {days}"));
        check("[year.2026]\noff = [\"2025-12-31\"]", "P011 2:8 2025-12-31 in `year.2026.off` lies in another year");
        check(
            "[year.2026]\noff = [\"2026-01-01\",\n  \"2026-01-01\"]",
            "P011 3:3 2026-01-01 in `year.2026.off` is named twice",
        );
        check(
            "[year.2026]\noff = []\nmake_up = [\"2026-01-05\"]",
            "P011 3:12 2026-01-05 in `year.2026.make_up` is neither a Saturday nor a Sunday, so it makes up for nothing",
        );
        check(
            "[year.2026]\noff = [\"2026-01-03\"]\nmake_up = [\"2026-01-03\"]",
            "P011 3:12 2026-01-03 in `year.2026.make_up` is a day off as well",
        );
    }
}
