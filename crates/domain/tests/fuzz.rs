//! Whatever bytes a stranger sends as an identifier, a name, a day or an instant: an answer, never a panic.
//!
//! Each runs as a short test here; `cargo bolero test -p fairfile-domain NAME` runs it for as long as wanted.

use fairfile_domain::{
    day::{Day, Instant},
    identifier::{Identifier, IdentifierKind},
    name::PersonName,
};

#[test]
fn identifiers() {
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        for kind in IdentifierKind::ALL {
            let Ok(identifier) = Identifier::parse(kind, &text) else { continue };
            let canonical = identifier.canonical();
            assert!(canonical.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()));
            assert_eq!(canonical.len(), kind.length());
            assert!(Identifier::parse(kind, canonical).as_ref() == Ok(&identifier));
            assert!(!format!("{identifier:?}{identifier}").contains(canonical));
        }
    });
}

/// Texts close to real numbers, so that the check digits are reached.
#[test]
fn near_identifiers() {
    const SIGNS: &[char] = &[
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'D', 'H', 'L', 'M', 'S', 'X', 'Z', 'x', ' ', '-',
        '.', '\u{3000}', '７', 'Ｘ', '\u{200B}', 'Х',
    ];
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let text: String = bytes.iter().take(40).map(|byte| SIGNS[usize::from(*byte) % SIGNS.len()]).collect();
        for kind in IdentifierKind::ALL {
            if let Ok(identifier) = Identifier::parse(kind, &text) {
                assert!(Identifier::parse(kind, identifier.canonical()).as_ref() == Ok(&identifier));
            }
        }
    });
}

#[test]
fn names() {
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let Ok(name) = PersonName::parse(&String::from_utf8_lossy(bytes)) else { return };
        assert!((1..=64).contains(&name.full().chars().count()));
        assert!(PersonName::parse(name.full()).is_ok_and(|again| again == name));
        assert_eq!(format!("{name:?}"), "PersonName(..)");
    });
}

#[test]
fn days_and_instants() {
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(day) = text.parse::<Day>() {
            assert_eq!(day.to_string(), text);
        }
        if let Ok(instant) = text.parse::<Instant>() {
            assert_eq!(instant.to_string().parse(), Ok(instant));
        }
    });
}
