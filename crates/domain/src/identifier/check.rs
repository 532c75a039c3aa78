//! The structure and the check digit of each kind.
//!
//! Every function gets capitals and plain digits of the right number, so each place exists.

use super::{IdentifierFault, IdentifierKind};
use crate::day::Day;

type Checked = Result<(), IdentifierFault>;

pub(super) fn check(kind: IdentifierKind, number: &str) -> Checked {
    let number = number.as_bytes();
    match kind {
        IdentifierKind::CnResident => cn_resident(number),
        IdentifierKind::CnCreditCode => cn_credit_code(number),
        IdentifierKind::EePersonalCode => ee_personal_code(number),
        IdentifierKind::ItCodiceFiscale => it_codice_fiscale(number),
        IdentifierKind::EsDni => es_letter(b'0', number),
        IdentifierKind::EsNie => es_nie(number),
        IdentifierKind::FrNir => fr_nir(number),
        IdentifierKind::InAadhaar => in_aadhaar(number),
        IdentifierKind::UsNpi => us_npi(number),
    }
}

/// The values of a run of digits, or the fault that one of them is none.
fn digits(run: &[u8]) -> Result<Vec<u32>, IdentifierFault> {
    run.iter().map(|c| char::from(*c).to_digit(10).ok_or(IdentifierFault::Characters)).collect()
}

/// The digits read as one number; at most nineteen of them.
fn value(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// The sum of each digit times its weight.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn fits(holds: bool) -> Checked {
    if holds { Ok(()) } else { Err(IdentifierFault::CheckDigit) }
}

fn real_day(year: u64, month: u64, day: u64) -> Checked {
    let (Ok(year), Ok(month), Ok(day)) = (year.try_into(), month.try_into(), day.try_into()) else {
        return Err(IdentifierFault::NotADay);
    };
    Day::new(year, month, day).map(drop).map_err(|_| IdentifierFault::NotADay)
}

/// GB 11643: 17 digits and ISO 7064 MOD 11-2. The region is not checked: counties come and go.
fn cn_resident(number: &[u8]) -> Checked {
    let (&last, body) = number.split_last().ok_or(IdentifierFault::Empty)?;
    let body = digits(body)?;
    if !last.is_ascii_digit() && last != b'X' {
        return Err(IdentifierFault::Characters);
    }
    let sum = body.iter().fold(0, |sum, digit| (sum + digit) * 2 % 11);
    fits(b"10X98765432"[sum as usize % 11] == last)?;
    let year = value(&body[6..10]);
    if year < 1800 {
        return Err(IdentifierFault::NotADay);
    }
    real_day(year, value(&body[10..12]), value(&body[12..14]))
}

/// GB 32100: 31 signs without I, O, S, V and Z, six digits of a region, weights 3^i modulo 31.
fn cn_credit_code(number: &[u8]) -> Checked {
    const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let rank = |c: &u8| SIGNS.iter().position(|sign| sign == c).ok_or(IdentifierFault::Characters);
    let ranks = number.iter().map(rank).collect::<Result<Vec<_>, _>>()?;
    digits(&number[2..8])?;
    let (last, body) = ranks.split_last().ok_or(IdentifierFault::Empty)?;
    let (sum, _) = body.iter().fold((0, 1), |(sum, weight), rank| ((sum + rank * weight) % 31, weight * 3 % 31));
    fits((sum + last) % 31 == 0)
}

/// EVS 585: century, day, serial number, and a check digit with two rows of weights.
fn ee_personal_code(number: &[u8]) -> Checked {
    const FIRST: [u32; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1];
    const SECOND: [u32; 10] = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3];
    let number = digits(number)?;
    if !(1..=8).contains(&number[0]) {
        return Err(IdentifierFault::Characters);
    }
    let check = match weighted(&number, &FIRST) % 11 {
        10 => weighted(&number, &SECOND) % 11 % 10,
        check => check,
    };
    fits(check == number[10])?;
    let century = 1800 + u64::from(number[0] - 1) / 2 * 100;
    real_day(century + value(&number[1..3]), value(&number[3..5]), value(&number[5..7]))
}

/// Codice fiscale: letters and digits in fixed places, a check letter by two tables.
///
/// Where two people would have the same code, letters stand for digits (omocodia); such a code is another
/// number and stays as it is. The two digits of the year name two centuries: the day must exist in one.
fn it_codice_fiscale(number: &[u8]) -> Checked {
    /// What a sign counts in an odd place; digits count as the letters A to J do.
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    /// Letters of the months January to December.
    const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
    let letter = |place: usize| number[place].is_ascii_uppercase();
    let month = MONTHS.iter().position(|month| *month == number[8]);
    let letters = (0..6).chain([11, 15]).all(letter);
    let (true, Some(month)) = (letters, month) else { return Err(IdentifierFault::Characters) };
    let year = omocodia(&number[6..8])?;
    let day = omocodia(&number[9..11])?;
    omocodia(&number[12..15])?;

    let rank = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' });
    let counts = number[..15].iter().enumerate().map(|(place, c)| match place % 2 {
        0 => ODD[rank(*c) as usize % 26],
        _ => rank(*c),
    });
    fits(counts.sum::<u32>() % 26 == rank(number[15]))?;

    let day = match day {
        41.. => day - 40,
        _ => day,
    };
    let month = month as u64 + 1;
    real_day(1900 + year, month, day).or_else(|_| real_day(2000 + year, month, day))
}

/// The number in places where a letter of LMNPQRSTUV can stand for a digit.
fn omocodia(run: &[u8]) -> Result<u64, IdentifierFault> {
    let digit = |c: &u8| match c {
        b'0'..=b'9' => Ok(u32::from(c - b'0')),
        _ => {
            (0..).zip(b"LMNPQRSTUV").find(|(_, letter)| *letter == c).map(|(n, _)| n).ok_or(IdentifierFault::Characters)
        }
    };
    Ok(value(&run.iter().map(digit).collect::<Result<Vec<_>, _>>()?))
}

/// NIE: X, Y or Z count as 0, 1 or 2, then as DNI.
fn es_nie(number: &[u8]) -> Checked {
    let first = match number[0] {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        _ => return Err(IdentifierFault::Characters),
    };
    es_letter(first, &number[1..])
}

/// DNI: `first` and the digits that follow, modulo 23, name the letter.
fn es_letter(first: u8, number: &[u8]) -> Checked {
    let (last, body) = number.split_last().ok_or(IdentifierFault::Empty)?;
    let number = value(&digits(&[first])?) * 10_u64.pow(7) + value(&digits(body)?);
    if !last.is_ascii_uppercase() {
        return Err(IdentifierFault::Characters);
    }
    fits(b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize] == *last)
}

/// NIR: 13 digits and a key modulo 97; Corsica's 2A counts as 19 and 2B as 18.
fn fr_nir(number: &[u8]) -> Checked {
    let mut counted = number.to_vec();
    match &number[5..7] {
        b"2A" => counted[5..7].copy_from_slice(b"19"),
        b"2B" => counted[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    let counted = digits(&counted)?;
    fits(97 - value(&counted[..13]) % 97 == value(&counted[13..]))
}

/// Aadhaar: Verhoeff's check digit; the first digit is not 0 or 1, and no number reads the same backwards.
fn in_aadhaar(number: &[u8]) -> Checked {
    let digits = digits(number)?;
    if digits[0] < 2 || digits.iter().eq(digits.iter().rev()) {
        return Err(IdentifierFault::Characters);
    }
    let check = digits.iter().rev().enumerate().fold(0, |sum, (place, digit)| turned(sum, moved(place, *digit)));
    fits(check == 0)
}

/// The product in the group of the pentagon's symmetries, 0 to 4 being turns and 5 to 9 reflections.
fn turned(left: u32, right: u32) -> u32 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right) % 5,
        (false, true) => 5 + (left + 5 - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

/// Verhoeff's permutation, applied as often as the place from the right says.
fn moved(place: usize, digit: u32) -> u32 {
    const ONCE: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..place % 8).fold(digit, |digit, _| ONCE[digit as usize % 10])
}

/// NPI: Luhn's check digit with 80840 before the number; the first digit is 1 or 2.
fn us_npi(number: &[u8]) -> Checked {
    let digits = digits(number)?;
    if !(1..=2).contains(&digits[0]) {
        return Err(IdentifierFault::Characters);
    }
    // What the prefix 80840 adds, its digits doubled as their places demand.
    const PREFIX: u32 = 24;
    let counts = digits.iter().rev().enumerate().map(|(place, digit)| match (place % 2, digit * 2) {
        (0, _) => *digit,
        (_, double) => double / 10 + double % 10,
    });
    fits((counts.sum::<u32>() + PREFIX).is_multiple_of(10))
}
