//! People who do not exist: identity numbers of counties that are not assigned, with a check digit that fits.

use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;

/// An invented person.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The full name.
    pub name: String,
    /// The identity number, of the kind `cn-resident`.
    pub number: String,
}

impl Person {
    /// The person called `name` whose number is the `place`th of a fixed row.
    pub fn invented(name: &str, place: u32) -> Self {
        Self { name: name.to_owned(), number: identity_number(place) }
    }

    /// The same number under another name: what a slip of a source's pen makes.
    pub fn called(&self, name: &str) -> Self {
        Self { name: name.to_owned(), number: self.number.clone() }
    }

    /// The identity number, read.
    pub fn identifier(&self) -> Identifier {
        Identifier::parse(IdentifierKind::CnResident, &self.number).expect("an invented number has its check digit")
    }

    /// The name, read.
    pub fn person_name(&self) -> PersonName {
        PersonName::parse(&self.name).expect("an invented name is a name")
    }
}

/// The `place`th of a row of GB 11643 numbers: county 53 99 50 to 99, which is not assigned, born in 1960 to 1999.
pub fn identity_number(place: u32) -> String {
    let (county, place) = (539_950 + place % 50, place / 50);
    let (year, place) = (1960 + place % 40, place / 40);
    let (month, place) = (1 + place % 12, place / 12);
    let (day, order) = (1 + place % 28, place / 28);
    assert!(order < 1000, "the row of invented numbers ends before that");
    let body = format!("{county}{year}{month:02}{day:02}{order:03}");
    let last = check_digit(&body);
    format!("{body}{last}")
}

/// The last character of GB 11643 (ISO 7064, MOD 11-2), written here anew: the domain is checked against it.
fn check_digit(body: &str) -> char {
    let sum = body.bytes().fold(0, |sum: u32, c| (sum + u32::from(c - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("one digit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invented_number_is_a_number_and_nobody_else_s() {
        let mut seen = std::collections::BTreeSet::new();
        for place in (0..3_000).chain([600_000, 13_000_000]) {
            let person = Person::invented("人", place);
            assert_eq!(person.identifier().canonical(), person.number);
            assert!(seen.insert(person.number), "{place}");
        }
    }
}
