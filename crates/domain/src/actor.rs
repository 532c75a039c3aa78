//! Who can come to the counter: members, their officers, and the training an officer holds; and who works behind it.

use std::collections::BTreeMap;

use crate::catalog::{Bilingual, Sector};
use crate::day::Day;
use crate::id::{KeyCode, MemberCode, OfficerCode, PurposeCode, StaffCode};

/// A body that writes records, asks about people, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its code.
    pub code: MemberCode,
    /// Its name.
    pub title: Bilingual,
    /// The sectors of life in which the law gives it duties.
    pub sectors: Vec<Sector>,
    /// Whether it may act at present.
    pub standing: Standing,
}

/// Whether a member or an officer may act at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// May act.
    Active,
    /// Suspended after due process; nothing is shown to it and nothing is taken from it.
    Suspended,
}

impl Standing {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// The standing that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Active, Self::Suspended].into_iter().find(|standing| standing.word() == word)
    }
}

/// By whose hand a member did what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    /// A key of the member's own signed it.
    Key(KeyCode),
    /// An officer of the member did it, in a session at the node.
    Officer(OfficerCode),
}

/// A person who acts for a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The officer's code; people see it beside a look.
    pub code: OfficerCode,
    /// The member acted for.
    pub member: MemberCode,
    /// Whether the officer may act at present.
    pub standing: Standing,
    /// First day of duty.
    pub on_duty_from: Day,
    /// Last day of duty, that day included.
    pub on_duty_until: Day,
    /// The purposes held, each with the last day on which its training is valid; `None` if never trained.
    pub purposes: BTreeMap<PurposeCode, Option<Day>>,
}

/// What somebody who works at the node itself is there for. Neither office can open a person's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Office {
    /// Registrars keep catalog, members, officers and deadlines.
    Registry,
    /// Supervisors check that nothing is altered, late or looked at off the record.
    Supervision,
}

impl Office {
    const ALL: [Self; 2] = [Self::Registry, Self::Supervision];

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Supervision => "supervision",
        }
    }

    /// The office that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|office| office.word() == word)
    }
}

/// Somebody who works at the node itself: a registrar or a supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The code; it stands in the journal beside what was done.
    pub code: StaffCode,
    /// What for.
    pub office: Office,
    /// Whether at present.
    pub standing: Standing,
}
