//! What will happen in Lanhe on each day of the half year, drawn up before anything is done.

use std::collections::BTreeMap;

use fairfile_domain::identifier::Identifier;
use fairfile_domain::name::PersonName;

use crate::counter::ActError;
use crate::dice::Dice;
use crate::offices;
use crate::people::{LIN, NAMESAKE, Person, Trade, unassigned};
use crate::rows::{Entry, Slip};

/// Days from the founding to the demo's now: 26 weeks.
pub const DAYS: u32 = 182;

/// The items, in the order of their reporting days.
const ITEMS: [&str; 10] = [
    "pharmacist-licence",
    "food-safety-penalty",
    "teacher-certificate",
    "physician-registration",
    "court-ordered-obligation",
    "tour-guide-licence",
    "construction-engineer-certificate",
    "tax-agent-registration",
    "commendation",
    "professional-ban",
];

/// Who may ask about whom: officer, purpose, and the trade about whose people the officer asks.
const DUTIES: [(&str, &str, Trade); 11] = [
    ("0101", "licence-renewal", Trade::Pharmacist),
    ("0417", "licence-renewal", Trade::Pharmacist),
    ("1001", "pharmacy-contract", Trade::Pharmacist),
    ("0201", "food-permit", Trade::FoodTrader),
    ("0201", "licence-renewal", Trade::FoodTrader),
    ("0401", "teacher-appointment", Trade::Teacher),
    ("1201", "physician-hiring", Trade::Physician),
    ("0501", "guide-assignment", Trade::Guide),
    ("0801", "site-permit", Trade::Engineer),
    ("0701", "tax-agent-filing", Trade::TaxAgent),
    ("0901", "honours-check", Trade::Teacher),
];

/// Questions that the law answers with no, each for another reason.
const OUT_OF_BOUNDS: [(&str, &str, Trade); 6] = [
    ("0418", "licence-renewal", Trade::Pharmacist),
    ("0418", "physician-hiring", Trade::Physician),
    ("0501", "teacher-appointment", Trade::Teacher),
    ("1101", "licence-renewal", Trade::FoodTrader),
    ("1301", "loan-by-consent", Trade::Engineer),
    ("0401", "guide-assignment", Trade::Guide),
];

/// The looks at Lin Xiaohe's file: day, officer, purpose. 0417 and 0101 are told the mistaken ban, 0418 is denied.
const LOOKS_AT_LIN: [(u32, &str, &str); 4] = [
    (128, "1001", "pharmacy-contract"),
    (169, "0417", "licence-renewal"),
    (170, "0418", "licence-renewal"),
    (176, "0101", "licence-renewal"),
];
/// The day on which the ban meant for her namesake is handed in with her number.
const MISTAKE: u32 = 154;
/// The day on which she opens her file for the first time.
const FIRST_READING: u32 = 60;

/// Something that happens.
#[derive(Clone)]
pub enum Act {
    /// A source hands in a file about one item.
    HandIn {
        /// The item.
        item: &'static str,
        /// Its records.
        entries: Vec<Entry>,
    },
    /// An officer asks.
    Ask {
        /// Who.
        officer: &'static str,
        /// Why.
        purpose: &'static str,
        /// About whom.
        identifier: Identifier,
        /// The name given with it.
        name: PersonName,
    },
    /// The source of an item corrects the latest record of it about somebody.
    Correct {
        /// The item.
        item: &'static str,
        /// What is corrected: an input of a day.
        input: &'static str,
        /// About whom, by the place in the cast.
        person: usize,
        /// How many days ahead the right day lies.
        days: u32,
    },
    /// Every member confirms what it was told, but for one.
    Confirm {
        /// Which one keeps silent, if one does.
        all_but: Option<&'static str>,
    },
    /// A person opens the own file.
    Read {
        /// Whose.
        identifier: Identifier,
    },
}

/// Acts by day, in the order in which they happen.
pub type Plan = BTreeMap<u32, Vec<Act>>;

/// Draws up the half year of `cast`.
///
/// # Errors
/// [`ActError::Table`] if a table of this file is wrong.
pub fn plan(cast: &[Person], dice: &Dice) -> Result<Plan, ActError> {
    let mut drawer = Drawer { cast, dice, entries: BTreeMap::new(), known_from: BTreeMap::new() };
    drawer.registers()?;
    drawer.later_records()?;
    drawer.mistake();
    let mut plan = Plan::new();
    for ((day, item), entries) in &drawer.entries {
        let item = ITEMS.get(*item).ok_or(ActError::Table("an item without a reporting day"))?;
        plan.entry(*day).or_default().push(Act::HandIn { item, entries: entries.clone() });
    }
    drawer.looks(&mut plan)?;
    offices::add(cast, dice, &mut plan)?;
    Ok(plan)
}

struct Drawer<'p> {
    cast: &'p [Person],
    dice: &'p Dice,
    /// By day and place of the item.
    entries: BTreeMap<(u32, usize), Vec<Entry>>,
    /// The day on which each person came on file.
    known_from: BTreeMap<usize, u32>,
}

/// The weekday on which an item's source reports.
fn reporting_day(item: usize, week: u32) -> u32 {
    7 * week + item as u32 % 5
}

fn place_of(item: &str) -> Result<usize, ActError> {
    ITEMS.iter().position(|known| *known == item).ok_or(ActError::Table("an item without a reporting day"))
}

impl Drawer<'_> {
    fn person(&self, place: usize) -> Result<&Person, ActError> {
        self.cast.get(place).ok_or(ActError::Table("a place in the cast"))
    }

    fn put(&mut self, item: &str, week: u32, person: usize, slip: Slip) -> Result<(), ActError> {
        let place = place_of(item)?;
        // Lin's own licence stays; of the others' licences one in four runs out soon.
        let ends_soon = self.dice.below(4)? == 0 && person != LIN;
        let entry = Entry { person, slip, ends_soon };
        self.entries.entry((reporting_day(place, week), place)).or_default().push(entry);
        Ok(())
    }

    /// The registers that stood before: each source sends its own in three parts, during the first eight weeks.
    fn registers(&mut self) -> Result<(), ActError> {
        let mut seen: BTreeMap<Trade, u32> = BTreeMap::new();
        for person in 0..self.cast.len() {
            let trade = self.person(person)?.trade;
            let turn = seen.entry(trade).or_default();
            let place = place_of(trade.item())?;
            let week = place as u32 / 5 + 3 * (*turn % 3);
            *turn += 1;
            self.known_from.insert(person, reporting_day(place, week));
            self.put(trade.item(), week, person, Slip::None)?;
        }
        Ok(())
    }

    /// What the offices decided later, and what their clerks got wrong.
    fn later_records(&mut self) -> Result<(), ActError> {
        let of = |trade: Trade| {
            let people =
                self.cast.iter().enumerate().skip(NAMESAKE + 1).filter(move |(_, person)| person.trade == trade);
            people.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let (pharmacists, traders, teachers) = (of(Trade::Pharmacist), of(Trade::FoodTrader), of(Trade::Teacher));
        let everybody: Vec<usize> = (NAMESAKE + 1..self.cast.len()).collect();
        for week in [9, 13, 17, 21, 24] {
            let person = *self.dice.pick(&traders)?;
            self.put("food-safety-penalty", week, person, Slip::None)?;
            for _ in 0..2 {
                let person = *self.dice.pick(&everybody)?;
                self.put("court-ordered-obligation", week, person, Slip::None)?;
            }
            let person = *self.dice.pick(&teachers)?;
            self.put("commendation", week, person, Slip::None)?;
        }
        for (item, week, people, slip) in [
            ("pharmacist-licence", 9, &pharmacists, Slip::Twice),
            ("pharmacist-licence", 17, &pharmacists, Slip::None),
            ("professional-ban", 13, &traders, Slip::None),
            ("professional-ban", 21, &traders, Slip::None),
            ("food-safety-penalty", 13, &traders, Slip::WrongDigit),
            ("food-safety-penalty", 17, &traders, Slip::NotServed),
            ("court-ordered-obligation", 13, &everybody, Slip::OtherName),
            ("court-ordered-obligation", 21, &everybody, Slip::WrongDigit),
        ] {
            let person = *self.dice.pick(people)?;
            self.put(item, week, person, slip)?;
        }
        Ok(())
    }

    /// A ban against a food trader, written down with the number of a pharmacist of the same name.
    fn mistake(&mut self) {
        let entry = Entry { person: LIN, slip: Slip::None, ends_soon: false };
        // The last of the items; a day that is no reporting day of its own, so the file has this one row.
        self.entries.entry((MISTAKE, ITEMS.len() - 1)).or_default().push(entry);
    }

    fn looks(&self, plan: &mut Plan) -> Result<(), ActError> {
        for day in (20..DAYS).filter(|day| day % 7 < 5) {
            let mut acts = Vec::new();
            for _ in 0..1 + self.dice.below(3)? / 2 {
                acts.extend(self.ask(day, &DUTIES)?);
            }
            if day % 7 == 2 {
                acts.extend(self.ask(day, &OUT_OF_BOUNDS)?);
            }
            if day % 14 == 3 {
                acts.push(self.miss(day)?);
            }
            if day % 9 == 4 {
                let reader = self.dice.pick(&self.known(day, |_| true))?.identifier.clone();
                acts.push(Act::Read { identifier: reader });
            }
            acts.extend(self.around_lin(day)?);
            plan.entry(day).or_default().extend(acts);
        }
        Ok(())
    }

    /// Everybody on file before `day` whom the random looks are about; Lin's looks are her own list.
    fn known(&self, day: u32, wanted: impl Fn(&Person) -> bool) -> Vec<&Person> {
        let people = self.cast.iter().enumerate().skip(LIN + 1);
        let on_file = people.filter(|(place, _)| self.known_from.get(place).is_some_and(|from| *from < day));
        on_file.map(|(_, person)| person).filter(|person| wanted(person)).collect()
    }

    fn ask(&self, day: u32, table: &[(&'static str, &'static str, Trade)]) -> Result<Option<Act>, ActError> {
        let (officer, purpose, trade) = *self.dice.pick(table)?;
        let known = self.known(day, |person| person.trade == trade);
        if known.is_empty() {
            return Ok(None);
        }
        let person = self.dice.pick(&known)?;
        let (identifier, name) = (person.identifier.clone(), person.name.clone());
        Ok(Some(Act::Ask { officer, purpose, identifier, name }))
    }

    /// A question that finds nothing: a number that is not on file, or another person's name.
    fn miss(&self, day: u32) -> Result<Act, ActError> {
        let (officer, purpose, _) = *self.dice.pick(&DUTIES)?;
        let name = self.dice.pick(self.cast)?.name.clone();
        let identifier = match self.dice.below(2)? {
            0 => unassigned(self.dice)?,
            _ => {
                let others = self.known(day, |person| !person.name.matches(&name));
                self.dice.pick(&others)?.identifier.clone()
            }
        };
        Ok(Act::Ask { officer, purpose, identifier, name })
    }

    fn around_lin(&self, day: u32) -> Result<Vec<Act>, ActError> {
        let lin = self.person(LIN)?;
        let mut acts = Vec::new();
        if day == FIRST_READING {
            acts.push(Act::Read { identifier: lin.identifier.clone() });
        }
        for (_, officer, purpose) in LOOKS_AT_LIN.into_iter().filter(|row| row.0 == day) {
            acts.push(Act::Ask { officer, purpose, identifier: lin.identifier.clone(), name: lin.name.clone() });
        }
        Ok(acts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::cast;

    #[test]
    fn every_item_is_reported_and_every_duty_is_exercised() {
        let cast = cast(1).expect("a cast");
        let plan = plan(&cast, &Dice::new(1, "plan")).expect("a plan");
        let acts = || plan.values().flatten();
        for item in ITEMS {
            assert!(acts().any(|act| matches!(act, Act::HandIn { item: found, .. } if *found == item)), "{item}");
        }
        for (wanted, _, _) in DUTIES.iter().chain(&OUT_OF_BOUNDS) {
            assert!(acts().any(|act| matches!(act, Act::Ask { officer, .. } if officer == wanted)), "{wanted}");
        }
        assert!(plan.keys().all(|day| *day < DAYS && day % 7 < 5), "offices are closed at weekends");
    }

    #[test]
    fn nobody_but_the_listed_looks_at_lin() {
        for seed in 0..20 {
            let cast = cast(seed).expect("a cast");
            let plan = plan(&cast, &Dice::new(seed, "plan")).expect("a plan");
            let lin = &cast[LIN].identifier;
            let looks: Vec<_> = plan
                .iter()
                .flat_map(|(day, acts)| acts.iter().map(move |act| (*day, act)))
                .filter_map(|(day, act)| match act {
                    Act::Ask { officer, purpose, identifier, .. } if identifier == lin => {
                        Some((day, *officer, *purpose))
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(looks, LOOKS_AT_LIN, "seed {seed}");
        }
    }
}
