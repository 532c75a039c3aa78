//! One cell against one input: the canonical value, or what is wrong.

use fairfile_domain::catalog::{Input, InputKind};
use fairfile_domain::day::Day;
use fairfile_domain::identifier::{Identifier, IdentifierFault};
use fairfile_domain::name::PersonName;
use fairfile_intake::Cell;

use super::codes::{RowFault, fault};

/// The most characters of a source's own number, and of a citation.
const NUMBER_CHARS: usize = 64;
const CITATION_CHARS: usize = 200;
/// Whole numbers up to here are kept exactly by spreadsheet programs.
const EXACT: f64 = 1e15;

/// A cell that fits its input.
pub enum Value {
    /// The subject's identifier.
    Identifier(Identifier),
    /// The subject's name.
    Name(PersonName),
    /// A day.
    Day(Day),
    /// Anything else, in its canonical writing.
    Text(String),
}

impl Value {
    /// The value as it is sealed and shown.
    pub fn canonical(&self) -> String {
        match self {
            Self::Identifier(identifier) => identifier.canonical().to_owned(),
            Self::Name(name) => name.full().to_owned(),
            Self::Day(day) => day.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Reads `cell` as `input`; nothing if it is blank.
pub fn read(cell: &Cell, input: &Input, today: Day) -> Result<Option<Value>, RowFault> {
    if is_blank(cell) {
        return Ok(None);
    }
    if let Cell::Other(_) = cell {
        return Err(fault("B015", Some(&input.code)));
    }
    let wrong = |code| fault(code, Some(&input.code));
    let value = match &input.kind {
        InputKind::Identifier(kinds) => {
            let text = identifier_text(cell).map_err(|lost| RowFault::identifier(lost, &input.code))?;
            let mut first = None;
            let parsed = kinds.iter().find_map(|kind| match Identifier::parse(*kind, &text) {
                Ok(identifier) => Some(identifier),
                Err(found) => {
                    first.get_or_insert(found);
                    None
                }
            });
            let refused = || RowFault::identifier(first.unwrap_or(IdentifierFault::Empty), &input.code);
            let identifier = parsed.ok_or_else(refused)?;
            if identifier.kind().off_by_default() {
                return Err(RowFault::identifier(IdentifierFault::OffHere, &input.code));
            }
            Value::Identifier(identifier)
        }
        InputKind::Name => {
            let name = PersonName::parse(&text_of(cell)).map_err(|fault| RowFault::name(fault, &input.code))?;
            Value::Name(name)
        }
        InputKind::Number => Value::Text(plain_text(cell, NUMBER_CHARS, false).map_err(|_| wrong("B017"))?),
        InputKind::Citation => Value::Text(plain_text(cell, CITATION_CHARS, false).map_err(wrong)?),
        InputKind::Text { most_chars, .. } => Value::Text(plain_text(cell, *most_chars as usize, true).map_err(wrong)?),
        InputKind::Day { past_only } => {
            let day = day_of(cell).ok_or_else(|| wrong("B003"))?;
            if *past_only && today < day {
                return Err(wrong("B004"));
            }
            Value::Day(day)
        }
        InputKind::Money(_) => Value::Text(amount_of(cell).ok_or_else(|| wrong("B007"))?),
        InputKind::Choice(choices) => {
            let written = super::columns::folded(&text_of(cell));
            let fits = |choice: &&fairfile_domain::catalog::Choice| {
                let names = [choice.code.as_str(), &choice.title.en, &choice.title.zh];
                names
                    .into_iter()
                    .chain(choice.writings.iter().map(String::as_str))
                    .any(|name| super::columns::folded(name) == written)
            };
            Value::Text(choices.iter().find(fits).map(|choice| choice.code.clone()).ok_or_else(|| wrong("B006"))?)
        }
    };
    Ok(Some(value))
}

/// Whether there is nothing in the cell, blanks aside.
pub fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.trim().is_empty(),
        Cell::Number(_) | Cell::Day(_) | Cell::Bool(_) | Cell::Other(_) => false,
    }
}

/// The cell as a person would read it.
pub fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Other(_) => String::new(),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => format!("{number:.0}"),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Bool(yes) => yes.to_string(),
    }
}

/// The digits of an identifier; a spreadsheet that took it for an amount has lost the end of a long one.
fn identifier_text(cell: &Cell) -> Result<String, IdentifierFault> {
    match cell {
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => Ok(format!("{number:.0}")),
        Cell::Number(_) => Err(IdentifierFault::LostDigits),
        Cell::Text(text) if is_scientific(text) => Err(IdentifierFault::LostDigits),
        other => Ok(text_of(other)),
    }
}

/// `5.3990E+17`: what a spreadsheet program writes for a long number.
fn is_scientific(text: &str) -> bool {
    let upper = text.trim().to_ascii_uppercase();
    let Some((digits, power)) = upper.split_once("E+") else { return false };
    digits.contains('.')
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && power.chars().all(|c| c.is_ascii_digit())
}

/// The cell as text of at most `most` characters; the code of what is wrong otherwise.
pub fn plain_text(cell: &Cell, most: usize, lines: bool) -> Result<String, &'static str> {
    let text = text_of(cell).replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| is_unseen(c) && !(lines && matches!(c, '\n' | '\t'))) {
        return Err("B009");
    }
    if text.chars().count() > most { Err("B008") } else { Ok(text) }
}

/// Whether a character is not to be seen, or makes others be seen in another order than they stand.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A day in any of the writings that offices use, full-width digits included.
pub fn day_of(cell: &Cell) -> Option<Day> {
    if let Cell::Day(date) = cell {
        return Day::new(date.year(), date.month(), date.day()).ok();
    }
    let plain = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff0f}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        '年' | '月' | '/' | '.' => '-',
        _ => c,
    };
    let text: String = text_of(cell).chars().filter(|c| !c.is_whitespace() && *c != '日').map(plain).collect();
    let all_digits = text.bytes().all(|c| c.is_ascii_digit());
    let parts: Vec<&str> = match text.len() {
        8 if all_digits => vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?],
        _ => text.split('-').collect(),
    };
    let [year, month, day] = parts[..] else { return None };
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// An amount with two decimals, at most 15 digits before them.
fn amount_of(cell: &Cell) -> Option<String> {
    let written = match cell {
        Cell::Number(number) if *number >= 0.0 && *number < EXACT / 100.0 => {
            format!("{number:.4}").trim_end_matches('0').to_owned()
        }
        Cell::Number(_) => return None,
        other => text_of(other),
    };
    let plain = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0e}' | '\u{ff0c}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let text: String = written.chars().map(plain).filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let digits: String = groups.concat();
    let sound = grouped && (1..=15).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    if !sound || groups[0].is_empty() || cents.len() > 2 || !cents.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let whole = digits.trim_start_matches('0');
    Some(format!("{}.{cents:0<2}", if whole.is_empty() { "0" } else { whole }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(written: &str) -> Cell {
        Cell::Text(written.into())
    }

    #[test]
    fn a_day_is_read_in_every_writing_that_offices_use() {
        let expected = Day::new(2026, 3, 7).ok();
        for written in
            ["2026-03-07", "2026/3/7", "20260307", "2026年3月7日", "2026.3.7", " ２０２６年３月７日 ", "2026-3-7"]
        {
            assert_eq!(day_of(&text(written)), expected, "{written}");
        }
        for written in
            ["2026-02-30", "2026", "26-3-7", "7.3.2026", "2026-003-07", "2026-3-7-1", "2026年", "+2026-03-07", ""]
        {
            assert_eq!(day_of(&text(written)), None, "{written}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_text() {
        assert_eq!(plain_text(&text("两行\n\t字"), 10, true).as_deref(), Ok("两行\n\t字"));
        assert_eq!(plain_text(&text("两行\n字"), 10, false), Err("B009"));
        for unseen in ['\u{202e}', '\u{2067}', '\u{200b}', '\u{feff}', '\u{1b}', '\u{0}'] {
            assert_eq!(plain_text(&text(&format!("a{unseen}b")), 10, true), Err("B009"), "{unseen:?}");
        }
    }

    #[test]
    fn an_amount_keeps_every_cent() {
        for (written, expected) in [
            ("345,176.00", "345176.00"),
            ("1000", "1000.00"),
            ("5000.5", "5000.50"),
            ("¥1,000", "1000.00"),
            ("1000元", "1000.00"),
            ("0.05", "0.05"),
            ("００１２", "12.00"),
        ] {
            assert_eq!(amount_of(&text(written)).as_deref(), Some(expected), "{written}");
        }
        for written in ["1,00", "1.234", "-5", "abc", "", ".5", "1,000,00", "1e5", "9999999999999999"] {
            assert_eq!(amount_of(&text(written)), None, "{written}");
        }
        assert_eq!(amount_of(&Cell::Number(5000.5)).as_deref(), Some("5000.50"));
        assert_eq!(amount_of(&Cell::Number(1.005)), None);
    }

    #[test]
    fn a_number_that_lost_its_end_is_told_from_one_that_did_not() {
        assert_eq!(identifier_text(&Cell::Number(1_234_567_893.0)), Ok("1234567893".into()));
        assert_eq!(identifier_text(&Cell::Number(5.39904197509296e17)), Err(IdentifierFault::LostDigits));
        assert_eq!(identifier_text(&text("5.39904E+17")), Err(IdentifierFault::LostDigits));
    }
}
