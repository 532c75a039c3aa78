//! From any writing of a number to its canonical one.

use super::IdentifierFault;

/// The number in `text` in capitals and plain digits, `length` of them, without spaces and `marks`.
///
/// A mark falls away only between two characters of the number; a sign or a dash around it does not.
pub(super) fn canonical(text: &str, marks: &str, length: usize) -> Result<String, IdentifierFault> {
    let text = text.trim_matches(|c| is_space(c) || matches!(c, '\r' | '\n'));
    if text.is_empty() {
        return Err(IdentifierFault::Empty);
    }
    if is_scientific(text) {
        return Err(IdentifierFault::LostDigits);
    }
    let mut number = String::with_capacity(length);
    let mut found = 0;
    let mut mark_pending = false;
    let mut other = false;
    for c in text.chars() {
        match read(c, marks) {
            Sign::Space => {}
            Sign::Mark => {
                other |= mark_pending || found == 0;
                mark_pending = true;
            }
            Sign::Plain(c) => {
                mark_pending = false;
                found += 1;
                if found <= length {
                    number.push(c);
                }
            }
            // Said first wherever it stands: the reader cannot see what is wrong.
            Sign::LookAlike => return Err(IdentifierFault::LookAlike),
            Sign::Other => other = true,
        }
    }
    if other || mark_pending {
        return Err(IdentifierFault::Characters);
    }
    if found != length {
        return Err(IdentifierFault::Length { found, needs: length });
    }
    Ok(number)
}

/// What one written character is.
enum Sign {
    /// A digit or a capital letter, as the canonical form has it.
    Plain(char),
    Space,
    Mark,
    LookAlike,
    Other,
}

fn read(c: char, marks: &str) -> Sign {
    let c = narrow(c);
    match c {
        '0'..='9' | 'A'..='Z' => Sign::Plain(c),
        'a'..='z' => Sign::Plain(c.to_ascii_uppercase()),
        _ if is_space(c) => Sign::Space,
        _ if marks.contains(plain_mark(c)) => Sign::Mark,
        _ if looks_alike(c) => Sign::LookAlike,
        _ => Sign::Other,
    }
}

/// The plain form of a full-width character; nothing else is folded.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The hyphens and the dash that word processors put in a hyphen's place.
fn plain_mark(c: char) -> char {
    if matches!(c, '\u{2010}' | '\u{2011}' | '\u{2013}') { '-' } else { c }
}

/// Spaces of every width that has one; a space of no width is something else.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Digits and numerals of other scripts, letters of scripts that share shapes with Latin, and
/// characters that cannot be seen.
fn looks_alike(c: char) -> bool {
    let invisible = c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{E0000}'..='\u{E0FFF}');
    let shared = matches!(c,
        '\u{370}'..='\u{58F}' | '\u{10A0}'..='\u{10FF}' | '\u{13A0}'..='\u{13FF}' | '\u{1D00}'..='\u{1D7F}'
        | '\u{1E00}'..='\u{1FFF}' | '\u{2100}'..='\u{214F}' | '\u{A4D0}'..='\u{A4FF}' | '\u{AB30}'..='\u{ABBF}'
        | '\u{1D400}'..='\u{1D7FF}' | '\u{C0}'..='\u{24F}' | '\u{250}'..='\u{36F}');
    invisible || shared || (c.is_numeric() && !c.is_ascii())
}

/// Whether `text` is an amount in the scientific writing into which spreadsheet programs turn long numbers.
fn is_scientific(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return false };
    let is_amount = digits.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b','));
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    is_amount && !digits.is_empty() && !exponent.is_empty() && exponent.bytes().all(|c| c.is_ascii_digit())
}
