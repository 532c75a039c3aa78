//! Days in a workbook: numbers whose cell format is a date.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use quick_xml::events::Event;

use super::xml::{Xml, attribute};
use crate::recognise::Input;
use crate::{FileFault, Limits};

/// From which day a workbook counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Epoch {
    /// Day 1 is 1 January 1900, and day 60 is 29 February 1900, which never was.
    Y1900,
    /// Day 0 is 1 January 1904: workbooks that began on an old Macintosh.
    Y1904,
}

impl Epoch {
    /// The day of a serial number, its time of day dropped; nothing if the number names no day.
    pub(crate) fn day(self, serial: f64) -> Option<Date> {
        // The last day that a workbook knows is 31 December 9999; the bounds also keep out NaN.
        if !(0.0..2_958_466.0).contains(&serial) {
            return None;
        }
        let serial = serial.floor() as i64;
        let (zero, serial) = match (self, serial) {
            (Self::Y1904, _) => (date(1904, 1, 1), serial),
            (Self::Y1900, 0 | 60) => return None,
            (Self::Y1900, 1..60) => (date(1899, 12, 31), serial),
            (Self::Y1900, _) => (date(1899, 12, 30), serial),
        };
        zero.checked_add(serial.days()).ok()
    }
}

/// Which of a workbook's cell formats show a day.
#[derive(Default)]
pub(crate) struct CellFormats(Vec<bool>);

impl CellFormats {
    /// Reads the styles part.
    pub(crate) fn read<R: Input>(mut xml: Xml<R>, limits: &Limits) -> Result<Self, FileFault> {
        let limit = limits.cell_formats;
        let too_many = FileFault::TooMuchInside { what: "cell formats", limit };
        let mut buffer = Vec::new();
        let mut own: Vec<(String, bool)> = Vec::new();
        let mut formats = Self::default();
        let mut in_formats = false;
        loop {
            let event = xml.next(&mut buffer)?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    b"numFmt" => {
                        let code = attribute(tag, "formatCode")?.unwrap_or_default();
                        own.push((attribute(tag, "numFmtId")?.unwrap_or_default(), shows_a_day(&code)));
                    }
                    b"cellXfs" => in_formats = matches!(event, Event::Start(_)),
                    b"xf" if in_formats => {
                        let id = attribute(tag, "numFmtId")?.unwrap_or_default();
                        let is_own = own.iter().find(|(known, _)| *known == id).map(|(_, day)| *day);
                        formats.0.push(is_own.unwrap_or_else(|| is_built_in_day(&id)));
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == b"cellXfs" => in_formats = false,
                Event::Eof => return Ok(formats),
                _ => {}
            }
            if formats.0.len() > limit || own.len() > MAX_OWN_FORMATS {
                return Err(too_many);
            }
        }
    }

    pub(crate) fn is_day(&self, format: usize) -> bool {
        self.0.get(format).copied().unwrap_or(false)
    }
}

/// Number formats of a workbook's own; Excel keeps 250 at most. Every cell format is looked up in
/// them, so their number also bounds time.
const MAX_OWN_FORMATS: usize = 1_000;

/// The formats that every workbook has without naming them: 14 to 17 and 22 everywhere, the others
/// in Chinese, Japanese and Korean programs. 18 to 21 and 45 to 47 are times of day.
fn is_built_in_day(id: &str) -> bool {
    matches!(id.parse::<u32>(), Ok(14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58))
}

/// Whether a format shows a day: it has a year or a day, or a month that is no minute. Quoted text,
/// brackets (colour, language) and what a sign makes literal do not count.
fn shows_a_day(code: &str) -> bool {
    let (mut month, mut time) = (false, false);
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => skip_to(&mut signs, '"'),
            '[' => skip_to(&mut signs, ']'),
            '\\' | '_' | '*' => skip_one(&mut signs),
            ';' => break,
            'y' | 'Y' | 'd' | 'D' => return true,
            'm' | 'M' => month = true,
            'h' | 'H' | 's' | 'S' => time = true,
            _ => {}
        }
    }
    month && !time
}

fn skip_to(signs: &mut std::str::Chars<'_>, end: char) {
    for sign in signs {
        if sign == end {
            return;
        }
    }
}

fn skip_one(signs: &mut std::str::Chars<'_>) {
    signs.next();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(epoch: Epoch, serial: f64, expected: Option<Date>) {
        assert_eq!(epoch.day(serial), expected, "{epoch:?} {serial}");
    }

    #[test]
    fn serial_numbers_are_days_in_both_systems() {
        check(Epoch::Y1900, 1.0, Some(date(1900, 1, 1)));
        check(Epoch::Y1900, 59.0, Some(date(1900, 2, 28)));
        check(Epoch::Y1900, 60.0, None);
        check(Epoch::Y1900, 61.0, Some(date(1900, 3, 1)));
        check(Epoch::Y1900, 46073.0, Some(date(2026, 2, 20)));
        check(Epoch::Y1900, 46073.99, Some(date(2026, 2, 20)));
        check(Epoch::Y1900, 2_958_465.0, Some(date(9999, 12, 31)));
        check(Epoch::Y1904, 0.0, Some(date(1904, 1, 1)));
        check(Epoch::Y1904, 44611.0, Some(date(2026, 2, 20)));
        for nothing in [-1.0, 2_958_466.0, 1e300, f64::NAN, f64::INFINITY] {
            check(Epoch::Y1900, nothing, None);
        }
    }

    #[test]
    fn formats_show_a_day_or_not() {
        for code in ["yyyy-mm-dd", "m/d/yy h:mm", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]mmm", "D.M.YYYY", "mmmm"] {
            assert!(shows_a_day(code), "{code}");
        }
        for code in ["General", "0.00", "[Red]0", "0\" days\"", "h:mm:ss", "mm:ss.0", "0.00E+00", "0\\d", "#;[d]-d"] {
            assert!(!shows_a_day(code), "{code}");
        }
    }
}
