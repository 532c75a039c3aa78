//! The files that Lanhe's offices export: a heading, then a row for each record, as their programs write them.

use std::sync::Arc;

use fairfile_domain::catalog::{Input, InputKind, Item};
use fairfile_domain::day::Day;
use fairfile_domain::identifier::Identifier;

use crate::counter::ActError;
use crate::dice::Dice;
use crate::people::Person;

/// What a clerk got wrong, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// Nothing.
    None,
    /// The last digit of the number.
    WrongDigit,
    /// The name is another person's.
    OtherName,
    /// The day of service is not filled in.
    NotServed,
    /// The row stands twice in the file.
    Twice,
}

/// One record to be written down.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// About whom, by the place in the cast.
    pub person: usize,
    /// What the clerk gets wrong.
    pub slip: Slip,
    /// Whether it runs out within weeks.
    pub ends_soon: bool,
}

/// The prefix of a source's own numbers, by item.
const PREFIXES: [(&str, &str); 10] = [
    ("pharmacist-licence", "LHYS"),
    ("food-safety-penalty", "兰市监食罚"),
    ("professional-ban", "兰市监禁"),
    ("court-ordered-obligation", "兰河执"),
    ("teacher-certificate", "LHJS"),
    ("tour-guide-licence", "LHDY"),
    ("physician-registration", "LHYI"),
    ("tax-agent-registration", "LHSW"),
    ("construction-engineer-certificate", "LHJZ"),
    ("commendation", "兰表"),
];
const FACTS: [&str; 4] =
    ["经营超过保质期的食品", "未按规定贮存冷藏食品", "未建立进货查验记录制度", "经营标签不符合规定的食品"];
const OBLIGATIONS: [&str; 4] = ["支付货款及逾期利息", "返还借款本金及利息", "支付装修工程余款", "腾退租赁的房屋"];
const CITATIONS: [(&str, &str); 3] = [
    ("food-safety-penalty", "《中华人民共和国食品安全法》第一百二十四条"),
    ("professional-ban", "《中华人民共和国食品安全法》第一百三十五条"),
    ("commendation", "《兰河省表彰奖励条例》第六条"),
];

/// The days of one record.
#[derive(Debug, Clone, Copy)]
struct Days {
    /// Granted, registered, decided or awarded.
    event: Day,
    /// Served on the person.
    served: Day,
    /// Valid, due or banned until.
    end: Day,
}

/// A file on its way: headings and rows of one item.
pub struct Sheet<'c> {
    item: &'c Item,
    received: Day,
    rows: Vec<Vec<String>>,
}

impl<'c> Sheet<'c> {
    /// An empty file about `item`, to be handed in on `received`.
    pub fn new(item: &'c Item, received: Day) -> Self {
        Self { item, received, rows: Vec::new() }
    }

    /// Adds the record of `entry`, about one of `cast`; `serial` makes its number its own.
    pub fn add(&mut self, entry: Entry, cast: &[Person], serial: u32, dice: &Dice) -> Result<(), ActError> {
        let nobody = ActError::Table("a place in the cast");
        let person = cast.get(entry.person).ok_or(nobody)?;
        let other = cast.get((entry.person + 5) % cast.len()).map_or(&person.name, |other| &other.name);
        let (slip, days) = (entry.slip, self.days(entry.ends_soon, dice)?);
        let name = if slip == Slip::OtherName { other } else { &person.name };
        let number = number_as_written(&person.identifier, slip);
        let mut row = Vec::with_capacity(self.item.inputs.len());
        for input in &self.item.inputs {
            row.push(match &input.kind {
                InputKind::Identifier(_) => number.clone(),
                InputKind::Name => name.full().to_owned(),
                InputKind::Day { .. } if slip == Slip::NotServed && input.code.as_str() == "served_on" => String::new(),
                InputKind::Day { .. } => self.written(days.of(input)?),
                InputKind::Number => self.number(days.event, serial)?,
                InputKind::Money(_) => format!("{}.00", 500 + 100 * dice.below(400)?),
                InputKind::Choice(choices) => dice.pick(choices)?.title.zh.clone(),
                InputKind::Citation => self.citation()?.to_owned(),
                InputKind::Text { .. } => text(input, dice)?.to_owned(),
            });
        }
        if slip == Slip::Twice {
            self.rows.push(row.clone());
        }
        self.rows.push(row);
        Ok(())
    }

    /// The source's own number for the record that was added last.
    pub fn last_number(&self) -> Option<&str> {
        let place = self.item.inputs.iter().position(|input| matches!(input.kind, InputKind::Number))?;
        self.rows.last()?.get(place).map(String::as_str)
    }

    /// The file's bytes: UTF-8, some with a byte order mark, all with the line ends of office programs.
    pub fn bytes(&self) -> Arc<[u8]> {
        let mark = if self.item.code.as_str().len().is_multiple_of(2) { "\u{feff}" } else { "" };
        let headings: Vec<String> = self.item.inputs.iter().map(|input| input.title.zh.clone()).collect();
        let line = |cells: &Vec<String>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n";
        let lines: String = std::iter::once(&headings).chain(&self.rows).map(line).collect();
        (mark.to_owned() + &lines).into_bytes().into()
    }

    /// The file's name, as offices name files.
    pub fn name(&self) -> String {
        format!("{}-{}.csv", self.item.code, self.received)
    }

    fn days(&self, ends_soon: bool, dice: &Dice) -> Result<Days, ActError> {
        let bad = |_| ActError::Table("a day");
        let ago = |days: u32| self.received.plus_days(-i64::from(days)).map_err(bad);
        let event = match self.item.code.as_str() {
            "food-safety-penalty" => ago(20 + dice.below(330)?)?,
            "professional-ban" => ago(20 + dice.below(60)?)?,
            "court-ordered-obligation" => ago(30 + dice.below(600)?)?,
            _ => ago(30 + dice.below(1_400)?)?,
        };
        let end = match self.item.code.as_str() {
            "court-ordered-obligation" => event.plus_days(60),
            "professional-ban" => event.plus_days(3 * 365),
            _ if ends_soon => self.received.plus_days(10 + i64::from(dice.below(100)?)),
            _ => event.plus_days(5 * 365),
        };
        Ok(Days { event, served: event.plus_days(7).map_err(bad)?, end: end.map_err(bad)? })
    }

    /// The source's own number for a record.
    fn number(&self, event: Day, serial: u32) -> Result<String, ActError> {
        let prefix = PREFIXES.iter().find(|row| row.0 == self.item.code.as_str());
        let prefix = prefix.ok_or(ActError::Table("an item without a prefix"))?.1;
        Ok(format!("{prefix}-{}-{serial:05}", event.year()))
    }

    fn citation(&self) -> Result<&'static str, ActError> {
        let found = CITATIONS.iter().find(|row| row.0 == self.item.code.as_str());
        found.map(|row| row.1).ok_or(ActError::Table("an item without a citation"))
    }

    /// A day as this office's program writes days.
    fn written(&self, day: Day) -> String {
        match self.item.code.as_str().len() % 3 {
            0 => day.to_string(),
            1 => format!("{}年{}月{}日", day.year(), day.month(), day.day_of_month()),
            _ => day.to_string().replace('-', "/"),
        }
    }
}

impl Days {
    fn of(&self, input: &Input) -> Result<Day, ActError> {
        match input.code.as_str() {
            "granted_on" | "registered_on" | "decided_on" | "awarded_on" => Ok(self.event),
            "served_on" => Ok(self.served),
            "valid_until" | "banned_until" | "due_on" => Ok(self.end),
            _ => Err(ActError::Table("an input of days that nobody fills")),
        }
    }
}

fn text<'t>(input: &Input, dice: &Dice) -> Result<&'t str, ActError> {
    match input.code.as_str() {
        "facts" => Ok(dice.pick(&FACTS)?),
        "obligation" => Ok(dice.pick(&OBLIGATIONS)?),
        "issuing_authority" => Ok("兰河省药品监督管理局"),
        _ => Err(ActError::Table("a text that nobody fills")),
    }
}

fn number_as_written(identifier: &Identifier, slip: Slip) -> String {
    let mut number = identifier.canonical().to_owned();
    if slip == Slip::WrongDigit {
        let last = number.pop();
        number.push(if last == Some('1') { '2' } else { '1' });
    }
    number
}

/// A cell as it stands in a CSV file (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
