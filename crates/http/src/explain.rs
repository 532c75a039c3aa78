//! Every code that Fairfile can answer with, in one place: what it means and what to do.
//!
//! The tables stand with what they belong to (refusals in the domain, rows in the service, and so on);
//! here they are only brought together, for `fairfile explain CODE` and for `/problems/CODE`.

mod chinese;
mod files;

use std::iter;

use fairfile_domain::identifier::IdentifierFault;
use fairfile_domain::name::NameFault;
use fairfile_domain::refusal::REFUSALS;
use fairfile_lawfiles::lint::FINDINGS;
use fairfile_lawfiles::profiles::ProfileFault;
use fairfile_service::source::codes;

use crate::problem;
use crate::wire::Language;
use crate::wire::answer::{NOTHING, NOTHING_HINT};

pub(crate) use files::in_chinese as file_in_chinese;

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The stable code, such as `D007`.
    pub code: &'static str,
    /// What happened.
    pub title: &'static str,
    /// What to do next.
    pub help: &'static str,
    /// Both in Chinese; the command line's own codes have none.
    pub in_chinese: Option<(&'static str, &'static str)>,
    /// The rule behind it, where it is a refusal.
    pub law: Option<&'static str>,
    /// The same in Chinese.
    pub law_zh: Option<&'static str>,
}

impl Explanation {
    /// Title and help in `language`; in English where there is no Chinese.
    pub fn in_language(&self, language: Language) -> (&'static str, &'static str) {
        match (language, self.in_chinese) {
            (Language::Zh, Some(chinese)) => chinese,
            (Language::Zh, None) | (Language::En, _) => (self.title, self.help),
        }
    }
}

/// What `code` means; capital or small letters, and nothing for a code that there is not.
///
/// ```
/// let denied = fairfile_http::explain::explain("d007").expect("a known code");
/// assert!(denied.title.contains("training") && denied.help.contains("renew"));
/// assert_eq!(fairfile_http::explain::explain("X999"), None);
/// ```
pub fn explain(code: &str) -> Option<Explanation> {
    all().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// Every code, family by family.
pub fn all() -> impl Iterator<Item = Explanation> {
    let plain = |&(code, title, help): &(&'static str, &'static str, &'static str)| Explanation {
        code,
        title,
        help,
        in_chinese: chinese::ROWS.iter().find(|row| row.0 == code).map(|row| (row.1, row.2)),
        law: None,
        law_zh: None,
    };
    let refusals = REFUSALS.iter().map(|row| Explanation {
        code: row.code,
        title: row.en,
        help: row.next_en,
        in_chinese: Some((row.zh, row.next_zh)),
        law: Some(row.law),
        law_zh: Some(row.law_zh),
    });
    let nothing = Explanation {
        code: "N100",
        title: NOTHING.0,
        help: NOTHING_HINT.0,
        in_chinese: Some((NOTHING.1, NOTHING_HINT.1)),
        law: None,
        law_zh: None,
    };
    let rows = codes::ROWS.iter().map(move |&(code, _, title, help)| plain(&(code, title, help)));
    let findings = FINDINGS.iter().map(move |row| plain(&(row.code, row.title, row.remedy)));
    refusals
        .chain(rows)
        .chain(codes::FILES.iter().map(plain))
        .chain(findings)
        .chain(fairfile_intake::faults::ALL.iter().map(plain))
        .chain(IdentifierFault::ALL.iter().map(plain))
        .chain(NameFault::ALL.iter().map(plain))
        .chain(iter::once(nothing))
        .chain(ProfileFault::ALL.iter().map(plain))
        .chain(problem::ALL.iter().map(plain))
        .chain(fairfile_requests::ALL.iter().map(plain))
        .chain(fairfile_service::replay::CODES.iter().map(plain))
}

/// The known code that `code` was probably meant to be; nothing if it is like none.
pub fn nearest(code: &str) -> Option<&'static str> {
    let asked: Vec<char> = code.trim().to_uppercase().chars().take(8).collect();
    let distance = |known: &str| {
        let known: Vec<char> = known.chars().collect();
        edits(&asked, &known)
    };
    all().map(|known| (distance(known.code), known.code)).filter(|(edits, _)| *edits <= 2).min().map(|(_, code)| code)
}

/// How many signs must be changed, added or taken out to make one text of the other.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (place, sign) in one.iter().enumerate() {
        let mut row = vec![place + 1];
        for (other_place, other_sign) in other.iter().enumerate() {
            let changed = before.get(other_place).map_or(0, |cost| cost + usize::from(sign != other_sign));
            let added = row.last().map_or(0, |cost| cost + 1);
            let taken = before.get(other_place + 1).map_or(0, |cost| cost + 1);
            row.push(changed.min(added).min(taken));
        }
        before = row;
    }
    before.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_stands_for_one_thing_and_says_what_to_do() {
        let mut codes = BTreeSet::new();
        for row in all() {
            assert!(codes.insert(row.code), "{} stands for two things", row.code);
            assert!(!row.title.is_empty() && !row.help.is_empty(), "{} is not explained", row.code);
            assert!(!row.title.ends_with('.') && !row.help.ends_with('.'), "{} ends in a full stop", row.code);
            let (title, help) = row.in_chinese.unwrap_or_else(|| panic!("{} has no Chinese", row.code));
            assert!(!title.is_empty() && !help.is_empty() && !help.ends_with('。'), "{}", row.code);
            assert_eq!(row.law.is_some(), row.law_zh.is_some(), "{} has its rule in one language", row.code);
            assert_eq!(explain(row.code), Some(row));
        }
        for family in ["B0", "C0", "D0", "F0", "F1", "I0", "N0", "N1", "P0", "Q0", "S0", "S1"] {
            assert!(codes.iter().any(|code| code.starts_with(family)), "no code of family {family}");
        }
    }

    #[test]
    fn no_chinese_row_is_left_over() {
        let known: BTreeSet<&str> = all().map(|row| row.code).collect();
        assert!(chinese::ROWS.iter().all(|row| known.contains(row.0)));
    }

    #[test]
    fn a_slip_finds_the_code_that_was_meant() {
        let check = |asked: &str, expected| assert_eq!(nearest(asked), expected, "{asked}");
        check("D00", Some("D001"));
        check("d 007", Some("D007"));
        check("N1000", Some("N100"));
        check("somethingelse", None);
        check("", None);
    }
}
