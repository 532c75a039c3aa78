//! Two items of the catalog, one benign and one adverse, and the versions that a history publishes of them.

use std::collections::BTreeMap;

use fairfile_lawfiles::catalog::EMBEDDED_DEMO;

use super::time::written;

/// An item of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A licence, displayed at once until the day that it names.
    Licence,
    /// A penalty, displayed after the waiting time, from its decision on for so many days.
    Penalty,
}

/// How long an adverse record waits before others see it, in days.
const WAITING: i32 = 5;

impl Item {
    /// Both.
    pub const ALL: [Item; 2] = [Item::Licence, Item::Penalty];

    /// Its code.
    pub fn code(self) -> &'static str {
        ["pharmacist-licence", "food-safety-penalty"][self as usize]
    }

    /// Its only source.
    pub fn source(self) -> &'static str {
        ["drug-administration", "market-regulation"][self as usize]
    }

    /// The input that holds the number.
    pub fn number_input(self) -> &'static str {
        ["registration_no", "decision_no"][self as usize]
    }

    /// The input that the last day of display hangs on.
    pub fn day_input(self) -> &'static str {
        ["valid_until", "decided_on"][self as usize]
    }

    /// The input that is a choice, and two of its values.
    pub fn choice(self) -> (&'static str, [&'static str; 2]) {
        [("class", ["pharmacy", "chinese-pharmacy"]), ("penalty", ["fine", "warning"])][self as usize]
    }

    fn text(self) -> &'static str {
        let found = EMBEDDED_DEMO.iter().find(|(_, text)| text.contains(&format!("code = \"{}\"\n", self.code())));
        found.expect("an item of the demo").1
    }
}

/// What a version of an item says, as far as it differs from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub number: u32,
    /// Its first day.
    pub from: i32,
    /// How long a penalty is displayed, in days.
    display: i32,
    /// How long a record is kept after its display, in days.
    retention: i32,
    /// What each purpose sees.
    pub reach: BTreeMap<&'static str, Vec<&'static str>>,
}

/// The days of a record, each last day included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The first on which others may see it.
    pub shown_from: i32,
    /// The last on which others may see it.
    pub display_until: i32,
    /// The last on which it exists.
    pub retained_until: i32,
}

impl Version {
    /// The version `number` of `item` in one of four shapes.
    pub fn of(item: Item, number: u32, from: i32, shape: u8) -> Self {
        let reach = match (item, shape % 2) {
            (Item::Licence, 0) => BTreeMap::from([
                ("licence-renewal", vec!["registration_no", "class", "granted_on", "valid_until", "issuing_authority"]),
                ("pharmacy-contract", vec!["registration_no", "class", "valid_until"]),
            ]),
            (Item::Licence, _) => BTreeMap::from([(
                "licence-renewal",
                vec!["registration_no", "class", "valid_until", "issuing_authority"],
            )]),
            (Item::Penalty, 0) => BTreeMap::from([
                ("licence-renewal", vec!["decision_no", "legal_basis", "penalty", "decided_on"]),
                ("food-permit", vec!["decision_no", "facts", "legal_basis", "penalty", "amount", "decided_on"]),
            ]),
            (Item::Penalty, _) => BTreeMap::from([
                ("licence-renewal", vec!["decision_no", "penalty"]),
                ("food-permit", vec!["decision_no", "facts", "penalty"]),
            ]),
        };
        let (display, retention) = [(20, 8), (14, 3), (25, 12), (17, 6)][usize::from(shape % 4)];
        Self { number, from, display, retention, reach }
    }

    /// The item file of this version.
    pub fn text(&self, item: Item) -> String {
        let demo = item.text();
        let (head, _) = demo.split_once("[[purpose]]").expect("an item has purposes");
        let repairs = demo.find("[[repair]]").map_or("", |at| &demo[at..]);
        let head = head
            .replacen("version = 1", &format!("version = {}", self.number), 1)
            .replacen("\"2024-01-01\"", &format!("\"{}\"", written(self.from)), 1)
            .replacen("lasts = { value = 1, unit = \"year\" }", &format!("lasts = {}", days(self.display)), 1);
        let (before, retention) = head.split_once("[retention]\n").expect("an item has a retention");
        let rest = retention.find("from =").map(|at| &retention[at..]).expect("a retention has a beginning");
        let mut text = format!("{before}[retention]\nvalue = {}\nunit = \"day\"\n{rest}", self.retention);
        for (purpose, inputs) in &self.reach {
            let block = demo.split("[[purpose]]").find(|block| block.contains(&format!("code = \"{purpose}\"")));
            let block = block.expect("a purpose of the item");
            let (block, _) = block.split_once("inputs = ").expect("a purpose sees inputs");
            text.push_str(&format!("[[purpose]]{block}inputs = {inputs:?}\n\n"));
        }
        text + repairs
    }

    /// The days of a record with this `day`, received on `received` and corrected on `corrected`.
    pub fn terms(&self, item: Item, day: i32, received: i32, corrected: Option<i32>) -> Terms {
        let (shown_from, display_until) = match item {
            Item::Licence => (received, day),
            Item::Penalty => (corrected.unwrap_or(received) + WAITING + 1, day + self.display),
        };
        Terms { shown_from, display_until, retained_until: display_until.max(received) + self.retention }
    }
}

fn days(count: i32) -> String {
    format!("{{ value = {count}, unit = \"day\" }}")
}
