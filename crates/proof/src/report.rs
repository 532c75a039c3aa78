//! What a check found, in words for whoever holds the file.

use serde::Serialize;

/// What a failing check tells people to do: a changed file is evidence, and mending it destroys that.
pub(crate) const KEEP: &str = "keep the file as it is and send it to the supervisor";

/// Which kind of file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One event's receipt.
    Receipt,
    /// Several receipts, one in each line.
    Receipts,
    /// A person's copy of their file.
    Copy,
    /// An exported journal.
    Journal,
    /// A message to a member.
    Message,
}

/// One claim, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The claim's stable name: `key`, `signature`, `checkpoint`, `journal`, `receipt`, `looks`, `leaves`, `earlier`.
    pub name: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// The finding in words; if it does not hold, also what to do.
    pub says: String,
}

impl Check {
    pub(crate) fn holds(name: &'static str, says: impl Into<String>) -> Check {
        Check { name, holds: true, says: says.into() }
    }

    /// A failed claim: what was found, and what to do.
    pub(crate) fn fails(name: &'static str, found: impl std::fmt::Display) -> Check {
        Check { name, holds: false, says: format!("{found}; {KEEP}") }
    }
}

/// Everything that [`crate::verify_file`] found out about one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the file is.
    pub kind: Kind,
    /// Whether every check holds.
    pub ok: bool,
    /// The checks, in the order in which a reader should hear of them.
    pub checks: Vec<Check>,
    /// What the file proves: nothing, unless every check holds.
    pub proves: Vec<String>,
    /// What nobody should read into it.
    pub does_not_prove: Vec<String>,
    /// A receipt's number in the journal, from 0.
    pub leaf: Option<u64>,
    /// How many entries the journal had when the file was made, if the node signed that.
    pub tree_size: Option<u64>,
}

impl Report {
    /// Sums up: proofs count only together.
    pub(crate) fn new(kind: Kind, checks: Vec<Check>, proves: Vec<String>, does_not_prove: Vec<String>) -> Report {
        let ok = checks.iter().all(|check| check.holds);
        let (proves, does_not_prove) = if ok {
            (proves, does_not_prove)
        } else {
            (Vec::new(), vec![format!("as it stands, the file proves nothing; {KEEP}")])
        };
        Report { kind, ok, checks, proves, does_not_prove, leaf: None, tree_size: None }
    }
}

/// `51007` as people read it: `51,007`.
pub(crate) fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: u64, expected: &str) {
        assert_eq!(counted(number), expected);
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(51_007, "51,007");
        check(9_007_199_254_740_991, "9,007,199,254,740,991");
    }
}
