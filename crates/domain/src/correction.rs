//! A record is put right by its source: corrected or withdrawn, for a reason that the law knows.
//!
//! Who may do it stands in `access.rs`; what follows for whoever was told, in `notice.rs`.

use crate::catalog::Bilingual;

/// What a source does to a record that it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Another content takes the place of the one before.
    Correct,
    /// The record is taken back.
    Withdraw,
}

impl Act {
    /// Every act with its stored word and the words that files use.
    const ALL: [(Self, &'static str, &'static [&'static str]); 2] = [
        (Self::Correct, "correct", &["correct", "correction", "更正"]),
        (Self::Withdraw, "withdraw", &["withdraw", "withdrawal", "撤回"]),
    ];

    /// The stored word.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The act that a word means, in either language, in lower case.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.2.contains(&word)).map(|row| row.0)
    }

    /// What has happened to the record, for a sentence.
    pub fn done(self) -> Bilingual {
        let (en, zh) = match self {
            Self::Correct => ("corrected", "已更正"),
            Self::Withdraw => ("withdrawn", "已撤回"),
        };
        Bilingual { en: en.to_owned(), zh: zh.to_owned() }
    }
}

/// Why a record is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// What was entered is not what was decided.
    EnteredWrongly,
    /// It is about somebody else.
    WrongPerson,
    /// The decision behind it was quashed.
    DecisionQuashed,
    /// The decision behind it was changed.
    DecisionChanged,
    /// Something is missing without which it misleads.
    Incomplete,
    /// The matter has changed since it was recorded.
    OutOfDate,
    /// There was no lawful ground to record it.
    NoLegalGround,
    /// The person's objection was right.
    ObjectionUpheld,
}

/// One reason of the list: its code, the words for it, the law behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// The stable code.
    pub code: &'static str,
    /// What the person reads, in English.
    pub en: &'static str,
    /// What the person reads, in Chinese.
    pub zh: &'static str,
    /// The labels that offices use in files, in lower case.
    pub labels: &'static [&'static str],
    /// The rule behind it.
    pub law: &'static str,
}

/// The list, in the order of [`Reason`]'s variants.
pub const REASONS: [ReasonRow; 8] = [
    ReasonRow {
        reason: Reason::EnteredWrongly,
        code: "entered-wrongly",
        en: "it was entered wrongly",
        zh: "录入错误",
        labels: &["录入错误", "登记错误", "entry error", "entered wrongly"],
        law: "PIPL Art. 46; GDPR Art. 16",
    },
    ReasonRow {
        reason: Reason::WrongPerson,
        code: "wrong-person",
        en: "it is about somebody else",
        zh: "登记错人",
        labels: &["登记错人", "对象错误", "wrong person"],
        law: "PIPL Art. 46, 47; GDPR Art. 16, 17",
    },
    ReasonRow {
        reason: Reason::DecisionQuashed,
        code: "decision-quashed",
        en: "the decision behind it was quashed",
        zh: "决定被撤销",
        labels: &["决定被撤销", "原决定撤销", "decision quashed"],
        law: "Administrative Penalties Law of China Art. 48(2)",
    },
    ReasonRow {
        reason: Reason::DecisionChanged,
        code: "decision-changed",
        en: "the decision behind it was changed",
        zh: "决定已变更",
        labels: &["决定已变更", "决定被变更", "decision changed"],
        law: "Administrative Penalties Law of China Art. 48(2)",
    },
    ReasonRow {
        reason: Reason::Incomplete,
        code: "incomplete",
        en: "something was missing without which it misleads",
        zh: "信息不完整",
        labels: &["信息不完整", "内容遗漏", "incomplete"],
        law: "PIPL Art. 46; GDPR Art. 16",
    },
    ReasonRow {
        reason: Reason::OutOfDate,
        code: "out-of-date",
        en: "the matter has changed since it was recorded",
        zh: "信息已变化",
        labels: &["信息已变化", "信息已过时", "out of date"],
        law: "PIPL Art. 8; GDPR Art. 5(1)(d)",
    },
    ReasonRow {
        reason: Reason::NoLegalGround,
        code: "no-legal-ground",
        en: "there was no lawful ground to record it",
        zh: "缺乏法律依据",
        labels: &["缺乏法律依据", "无法律依据", "no legal ground"],
        law: "PIPL Art. 47(1)(4); GDPR Art. 17(1)(d)",
    },
    ReasonRow {
        reason: Reason::ObjectionUpheld,
        code: "objection-upheld",
        en: "an objection to it was right",
        zh: "异议成立",
        labels: &["异议成立", "objection upheld"],
        law: "Regulation on the Credit Investigation Industry of China Art. 25",
    },
];

impl Reason {
    /// Its row in the list.
    pub fn row(self) -> &'static ReasonRow {
        &REASONS[self as usize]
    }

    /// The reason of a code or of a label, both in lower case.
    pub fn find(word: &str) -> Option<Self> {
        REASONS.iter().find(|row| row.code == word || row.labels.contains(&word)).map(|row| row.reason)
    }

    /// Reads a cell such as `录入错误：有效期`: a label of the list and, after a colon, words for the person.
    ///
    /// ```
    /// use fairfile_domain::correction::Reason;
    ///
    /// assert_eq!(Reason::read("登记错人"), Some((Reason::WrongPerson, "")));
    /// assert_eq!(Reason::read("Entered wrongly: the last day"), Some((Reason::EnteredWrongly, "the last day")));
    /// assert_eq!(Reason::read("because"), None);
    /// ```
    pub fn read(cell: &str) -> Option<(Self, &str)> {
        let (label, words) = cell.split_once(['：', ':']).unwrap_or((cell, ""));
        let reason = Self::find(&label.trim().to_lowercase())?;
        Some((reason, words.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_code_and_its_labels() {
        for (place, row) in REASONS.iter().enumerate() {
            assert_eq!(row.reason as usize, place, "{} stands in its place", row.code);
            assert_eq!(Reason::find(row.code), Some(row.reason));
            for label in row.labels {
                assert_eq!(Reason::read(label), Some((row.reason, "")), "{label}");
                assert_eq!(label.to_lowercase(), **label);
            }
        }
    }

    #[test]
    fn every_act_is_found_by_its_word() {
        for act in [Act::Correct, Act::Withdraw] {
            assert_eq!(Act::find(act.word()), Some(act));
        }
        assert_eq!(Act::find("remove"), None);
    }
}
