//! No number of a person among the arguments: they stand in the shell's history and in every list of processes.

use std::ffi::OsString;

use fairfile_domain::identifier::{Identifier, IdentifierKind};

use crate::trouble::{Exit, Trouble};

/// Refuses arguments that look like a resident's number, without repeating any of them.
///
/// # Errors
/// A [`Trouble`] with the code U002.
pub fn no_person_among<'a>(args: impl IntoIterator<Item = &'a OsString>) -> Result<(), Trouble> {
    let found = args.into_iter().any(|arg| looks_like_a_number(&arg.to_string_lossy()));
    if !found {
        return Ok(());
    }
    let text = "an argument looks like a person's number; it is not read, and stands in your shell's history now";
    Err(Trouble::new(Exit::Usage, "U002", text))
}

/// Whether somewhere in `text` stands what is written like a resident's number: 17 digits and a digit or an X.
fn looks_like_a_number(text: &str) -> bool {
    let plain: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    let is_long = |run: &&str| run.len() == 18;
    let is_one = |run: &str| {
        let (digits, last) = run.split_at(17);
        digits.bytes().all(|c| c.is_ascii_digit())
            && last.bytes().all(|c| c.is_ascii_digit() || c.eq_ignore_ascii_case(&b'x'))
    };
    let runs = plain.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(is_long).any(is_one) || Identifier::parse(IdentifierKind::CnResident, text).is_ok()
}

fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(looks_like_a_number(text), expected, "{text}");
        assert_eq!(no_person_among([&OsString::from(text)]).is_err(), expected);
    }

    #[test]
    fn a_number_is_seen_in_any_writing() {
        check("539981198906270337", true);
        check("53998119890627033x", true);
        check("--case=539981198906270337", true);
        check("5399 8119 8906 2703 37", true);
        check("539981-19890627-0337", true);
        check("５３９９８１１９８９０６２７０３３７", true);
        check("people/539981198906270337.csv", true);
    }

    #[test]
    fn other_arguments_pass() {
        check("HC-2027-0331", false);
        check("2026-11-23T09:00:00+08:00", false);
        check("bat_0123456789abcdef0123456789abcdef", false);
        check("pharmacist-licences-2026-10.csv", false);
        check("18446744073709551615", false);
        check("", false);
    }
}
