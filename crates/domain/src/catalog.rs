//! What may be kept: items, their inputs, sectors of life, purposes and legal bases.
//!
//! These are checked values. Reading them from files, with place and remedy for each fault, is
//! `fairfile-lawfiles`' work.

use std::collections::BTreeMap;

use crate::access::COUNTER_VISIT;
use crate::day::{Day, Period};
use crate::id::{InputCode, ItemCode, MemberCode, PurposeCode};
use crate::identifier::IdentifierKind;

/// One text in both languages of the node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// A sector of life. A record is visible only for purposes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    /// Food and drugs.
    FoodAndDrugs,
    /// Health care.
    Health,
    /// Education.
    Education,
    /// Tourism.
    Tourism,
    /// Taxation.
    Taxation,
    /// Construction.
    Construction,
    /// Courts.
    Courts,
    /// Transport.
    Transport,
    /// Protection of the environment.
    Environment,
    /// Safety at work.
    WorkSafety,
    /// Legal services.
    LegalServices,
    /// Finance.
    Finance,
    /// Civil affairs, commendations among them.
    CivilAffairs,
}

impl Sector {
    /// Every sector, with the code by which files name it and its title.
    pub const ALL: [(Sector, &'static str, &'static str, &'static str); 13] = [
        (Sector::FoodAndDrugs, "food-and-drugs", "food and drugs", "食品药品"),
        (Sector::Health, "health", "health care", "医疗卫生"),
        (Sector::Education, "education", "education", "教育"),
        (Sector::Tourism, "tourism", "tourism", "旅游"),
        (Sector::Taxation, "taxation", "taxation", "税务"),
        (Sector::Construction, "construction", "construction", "工程建设"),
        (Sector::Courts, "courts", "courts", "司法裁判"),
        (Sector::Transport, "transport", "transport", "交通运输"),
        (Sector::Environment, "environment", "protection of the environment", "环境保护"),
        (Sector::WorkSafety, "work-safety", "safety at work", "安全生产"),
        (Sector::LegalServices, "legal-services", "legal services", "法律服务"),
        (Sector::Finance, "finance", "finance", "金融"),
        (Sector::CivilAffairs, "civil-affairs", "civil affairs", "民政"),
    ];

    /// The sector that files call `code`.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    fn row(self) -> &'static (Sector, &'static str, &'static str, &'static str) {
        // The table is ordered as the enum is; a test holds it so.
        &Self::ALL[self as usize]
    }

    /// The code by which files name it.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// Its name for people.
    pub fn title(self) -> Bilingual {
        Bilingual { en: self.row().2.into(), zh: self.row().3.into() }
    }
}

/// The provision that entitles: title, article, and the version that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// The law's title.
    pub title: Bilingual,
    /// Article or section.
    pub article: String,
    /// The day of the version that is meant.
    pub version_of: Option<Day>,
}

/// Whether a record can weigh on the person; it decides about the waiting time, never about looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// A decision against the person: told first, waiting time, longest display bounded by law.
    Adverse,
    /// A licence, a certificate, a commendation.
    Neutral,
}

/// One kind of record that may be kept, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its code.
    pub code: ItemCode,
    /// Its version, from 1.
    pub version: u32,
    /// First day on which this version applies to records that arrive; never to earlier ones.
    pub in_force_from: Day,
    /// Its name.
    pub title: Bilingual,
    /// What it is, in plain words.
    pub plain_words: Bilingual,
    /// The law that allows the record.
    pub law: Law,
    /// Its sector of life.
    pub sector: Sector,
    /// Whether it can weigh on the person.
    pub bearing: Bearing,
    /// The members that may be its source.
    pub sources: Vec<MemberCode>,
    /// What a row consists of, in the order of display.
    pub inputs: Vec<Input>,
    /// Pairs of day inputs of which the second must not lie before the first.
    pub order: Vec<(InputCode, InputCode)>,
    /// How long others may see it.
    pub display: DisplayRule,
    /// How long it exists after display has ended.
    pub retention: Period,
    /// For which purposes it may be seen, and which inputs each may see.
    pub purposes: BTreeMap<PurposeCode, Vec<InputCode>>,
    /// What ends its display early.
    pub repair: Vec<RepairCondition>,
    /// The body that reconsiders a decision about it; never its source.
    pub reconsideration: MemberCode,
}

impl Item {
    /// The input called `code`.
    pub fn input(&self, code: &InputCode) -> Option<&Input> {
        self.inputs.iter().find(|input| &input.code == code)
    }

    /// The one input of a kind that each item has exactly once (identifier, name, number).
    pub fn only(&self, wanted: fn(&InputKind) -> bool) -> Option<&Input> {
        self.inputs.iter().find(|input| wanted(&input.kind))
    }
}

/// One typed input of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its code; it is also a heading.
    pub code: InputCode,
    /// Its name.
    pub title: Bilingual,
    /// Headings that offices really use for it, in either language.
    pub headings: Vec<String>,
    /// What it may hold.
    pub kind: InputKind,
    /// What becomes of a row without it.
    pub missing: Missing,
}

/// What an input may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputKind {
    /// The subject's identifier, of one of these kinds.
    Identifier(Vec<IdentifierKind>),
    /// The subject's full name.
    Name,
    /// The source's own number for the record, unique with that source and item; at most 64 characters.
    Number,
    /// A civil day.
    Day {
        /// Whether a day after the day of receipt is an error.
        past_only: bool,
    },
    /// An amount of money with at most two decimals, in the named currency.
    Money(String),
    /// One of a list.
    Choice(Vec<Choice>),
    /// A citation of the provision that the decision rests on; at most 200 characters.
    Citation,
    /// Free text, for a reason that the item states; at most `most_chars` characters (1 to 4,000).
    Text {
        /// Upper bound in characters.
        most_chars: u32,
        /// Why the record cannot do without it.
        needed_because: String,
    },
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Bilingual,
    /// Further writings that sources use.
    pub writings: Vec<String>,
}

/// What becomes of a row that lacks an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The row is rejected.
    Rejected,
    /// The row waits for a person's decision.
    Quarantined,
    /// Nothing: the input is optional.
    Allowed,
}

/// How long others may see a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayRule {
    /// The event that starts it.
    pub from: StartEvent,
    /// Its last day.
    pub until: LastDay,
}

/// The event that starts a period, as the law states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartEvent {
    /// The day in this input.
    Input(InputCode),
    /// The day on which the node received the record.
    Received,
}

/// The last day of a display period, that day included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastDay {
    /// The day in this input.
    Input(InputCode),
    /// This long after the starting event.
    After(Period),
}

/// What puts a matter right, by the item's own law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairCondition {
    /// Its code.
    pub code: String,
    /// In plain words.
    pub title: Bilingual,
    /// The provision.
    pub law: String,
}

/// Why someone may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// Its code.
    pub code: PurposeCode,
    /// Its name, as the person reads it beside a look.
    pub title: Bilingual,
    /// The sector in which the question is asked.
    pub sector: Sector,
    /// The law that gives the duty or the right to ask.
    pub law: Law,
    /// What entitles.
    pub basis: Basis,
}

/// What entitles an inquirer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A duty that the law gives.
    StatutoryDuty,
    /// The person's own yes.
    Consent,
}

/// All items and purposes of a node, every version of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    items: BTreeMap<ItemCode, Vec<Item>>,
    purposes: BTreeMap<PurposeCode, Purpose>,
}

/// Two parts of a catalog contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogConflict {
    /// One version of one item was given twice.
    #[error("item `{item}` has version {version} twice; give the new one the next number")]
    SameVersion {
        /// The item.
        item: ItemCode,
        /// The version.
        version: u32,
    },
    /// A later version would apply no later than an earlier one.
    #[error(
        "item `{item}` version {version} is in force no later than the version before it; a new version never applies backwards"
    )]
    Backwards {
        /// The item.
        item: ItemCode,
        /// The version.
        version: u32,
    },
    /// Two items describe one purpose differently.
    #[error("purpose `{0}` is described in two ways; make title, sector, law and basis the same in every item")]
    Purpose(PurposeCode),
    /// An item names the purpose of those who serve people at a counter.
    #[error(
        "purpose `{COUNTER_VISIT}` is held by those who serve people at a counter, and reaches no item; name another"
    )]
    OfTheCounter,
}

impl Catalog {
    /// Adds one version of an item with the purposes that its file describes.
    pub fn add(&mut self, item: Item, purposes: Vec<Purpose>) -> Result<(), CatalogConflict> {
        let versions = self.items.entry(item.code.clone()).or_default();
        let conflict = (item.code.clone(), item.version);
        if versions.iter().any(|known| known.version == item.version) {
            return Err(CatalogConflict::SameVersion { item: conflict.0, version: conflict.1 });
        }
        let misplaced = |known: &Item| (known.version < item.version) != (known.in_force_from < item.in_force_from);
        if versions.iter().any(misplaced) {
            return Err(CatalogConflict::Backwards { item: conflict.0, version: conflict.1 });
        }
        for purpose in purposes {
            if purpose.code.as_str() == COUNTER_VISIT {
                return Err(CatalogConflict::OfTheCounter);
            }
            match self.purposes.get(&purpose.code) {
                Some(known) if known != &purpose => return Err(CatalogConflict::Purpose(purpose.code)),
                Some(_) => {}
                None => {
                    self.purposes.insert(purpose.code.clone(), purpose);
                }
            }
        }
        versions.push(item);
        versions.sort_by_key(|known| known.version);
        Ok(())
    }

    /// The version of `code` that applies to a record received on `day`.
    pub fn item_on(&self, code: &ItemCode, day: Day) -> Option<&Item> {
        self.items.get(code)?.iter().rev().find(|item| item.in_force_from <= day)
    }

    /// One version of an item, whatever the day.
    pub fn item(&self, code: &ItemCode, version: u32) -> Option<&Item> {
        self.items.get(code)?.iter().find(|item| item.version == version)
    }

    /// Every version of every item, by code and version.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().flatten()
    }

    /// The purpose called `code`.
    pub fn purpose(&self, code: &PurposeCode) -> Option<&Purpose> {
        self.purposes.get(code)
    }

    /// Every purpose, by code.
    pub fn purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sector_stands_in_its_own_row() {
        for (position, (sector, code, _, _)) in Sector::ALL.iter().enumerate() {
            assert_eq!(*sector as usize, position);
            assert_eq!(Sector::find(code), Some(*sector));
        }
    }
}
