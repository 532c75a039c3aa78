//! Half a year in Lanhe: 26 weeks of files, questions and readings, day by day, up to the demo's now.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fairfile_domain::catalog::Item;
use fairfile_domain::day::Instant;
use fairfile_domain::id::ItemCode;
use fairfile_service::calendar::Passed;
use fairfile_service::folder::Folder;
use fairfile_service::inquirer::{Answer, Outcome};
use fairfile_service::source::{BatchReport, Handed};
use fairfile_service::{Clock, Registry};
use fairfile_store::batch::Counts;
use fairfile_vault::Chance;

use crate::counter::{ActError, Counter};
use crate::dice::Dice;
use crate::people::{LIN, Person, cast};
use crate::plan::{Act, DAYS, plan};
use crate::province::{MEMBERS, ProvinceError, found};
use crate::rows::{Entry, Sheet};

/// The demo's now, unless another is given: nine in the morning of 23 November 2026 in Lanhe.
pub const NOW: &str = "2026-11-23T09:00:00+08:00";
/// The seed of the demo, unless another is given.
pub const SEED: u64 = 20_261_123;

/// The item of the record that stands in Lin Xiaohe's file by mistake.
const MISTAKEN: &str = "professional-ban";

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The half year could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The node could not be founded.
    #[error(transparent)]
    Province(#[from] ProvinceError),
    /// Something at the counter failed.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The node is younger than the half year.
    #[error(
        "the node's clock stands later than 26 weeks before the demo's now; found the node with its clock at the beginning"
    )]
    Clock,
}

/// What the half year left behind.
#[derive(Clone)]
pub struct Filled {
    /// The people, Lin Xiaohe first.
    pub people: Vec<Person>,
    /// The demo's now, at which the clock stands.
    pub now: Instant,
    /// Files handed in.
    pub batches: u64,
    /// Their rows.
    pub rows: Counts,
    /// Questions that were answered.
    pub answered: u64,
    /// Questions that found nothing.
    pub nothing: u64,
    /// Questions that were denied, by the code of the refusal.
    pub denied: BTreeMap<&'static str, u64>,
    /// Readings of an own file.
    pub own: u64,
    /// What the calendar did.
    pub passed: Passed,
    /// Under which number Market Regulation keeps the ban that stands in Lin Xiaohe's file by mistake.
    pub ban: String,
}

impl Filled {
    /// Lin Xiaohe, the main character.
    ///
    /// # Errors
    /// [`ActError::Table`] if the cast is empty, which it never is.
    pub fn lin(&self) -> Result<&Person, ActError> {
        self.people.get(LIN).ok_or(ActError::Table("the cast is empty"))
    }

    pub(crate) fn count_rows(&mut self, report: &BatchReport) {
        self.batches += 1;
        let (sum, more) = (&mut self.rows, report.counts);
        sum.received += more.received;
        sum.accepted += more.accepted;
        sum.rejected += more.rejected;
        sum.duplicate += more.duplicate;
        sum.quarantined += more.quarantined;
    }

    fn count_look(&mut self, answer: &Answer) {
        match &answer.outcome {
            Outcome::Shown(_) => self.answered += 1,
            Outcome::Nothing => self.nothing += 1,
            Outcome::Denied(refusal) => *self.denied.entry(refusal.code()).or_default() += 1,
        }
    }
}

/// [`NOW`], read.
///
/// # Errors
/// Never in practice: a test reads it.
pub fn now() -> Result<Instant, ActError> {
    NOW.parse().map_err(|_| ActError::Table("the demo's now"))
}

/// The instant at which a demo node must be founded so that its half year ends at `now`.
///
/// # Errors
/// [`ActError::Table`] for a `now` in the first half of 1970.
pub fn begins(now: Instant) -> Result<Instant, ActError> {
    at(now, -i64::from(DAYS) * DAY)
}

fn at(from: Instant, micros: i64) -> Result<Instant, ActError> {
    Instant::from_unix_micros(from.unix_micros() + micros).map_err(|_| ActError::Table("an instant before 1970"))
}

/// Founds a demo node in `path`, which must be new or empty, and lives its half year up to `now`.
///
/// It blocks, and must not be called inside an async task.
///
/// # Errors
/// [`FillError`].
pub fn live(
    path: &Path,
    postgres: Option<&str>,
    seed: u64,
    now: Instant,
) -> Result<(Folder, Arc<Registry>, Filled), FillError> {
    let clock = Clock::set_to(begins(now)?);
    let (folder, registry) = found(path, postgres, Chance::seeded(seed), clock)?;
    let registry = Arc::new(registry);
    let filled = fill(&registry, &folder, seed, now)?;
    Ok((folder, registry, filled))
}

/// Lives 26 weeks on a demo node that was founded at [`begins`] of `now`; its clock then stands at `now`.
///
/// The same seed on a node founded from the same chance gives the same journal, leaf by leaf, on either
/// engine. It blocks, and must not be called inside an async task.
///
/// # Errors
/// [`FillError::Clock`] if the node is younger than that; otherwise whatever fails at the counter.
pub fn fill(reg: &Arc<Registry>, folder: &Folder, seed: u64, now: Instant) -> Result<Filled, FillError> {
    let start = begins(now)?;
    if reg.clock.now() > start {
        return Err(FillError::Clock);
    }
    let people = cast(seed)?;
    let counter = Counter::open(reg, folder)?;
    let filled = Filled {
        people,
        now,
        batches: 0,
        rows: Counts::default(),
        answered: 0,
        nothing: 0,
        denied: BTreeMap::new(),
        own: 0,
        passed: Passed::default(),
        ban: String::new(),
    };
    let mut days =
        HalfYear { reg, counter, dice: Dice::new(seed, "half year"), filled, serial: 0, numbers: BTreeMap::new() };
    let acts = plan(&days.filled.people, &days.dice)?;
    for day in 0..=DAYS {
        let opening = at(start, i64::from(day) * DAY)?;
        days.open_office(opening)?;
        for (turn, act) in (1..).zip(acts.get(&day).into_iter().flatten()) {
            days.counter.set_clock(at(opening, turn * 10 * MINUTE)?)?;
            days.act(act)?;
        }
    }
    Ok(days.filled)
}

/// The half year under way.
struct HalfYear<'n> {
    reg: &'n Arc<Registry>,
    counter: Counter<'n>,
    dice: Dice,
    filled: Filled,
    /// The last number given to a record or a case.
    serial: u32,
    /// The source's own number of the latest record about each person, by place in the cast and item.
    numbers: BTreeMap<(usize, ItemCode), String>,
}

impl HalfYear<'_> {
    /// The day begins: what the days passed demand comes first.
    fn open_office(&mut self, opening: Instant) -> Result<(), ActError> {
        self.counter.set_clock(opening)?;
        let passed = self.counter.run_calendar()?;
        self.filled.passed.ended += passed.ended;
        self.filled.passed.destroyed += passed.destroyed;
        Ok(())
    }

    fn act(&mut self, act: &Act) -> Result<(), ActError> {
        match act {
            Act::HandIn { item, entries } => {
                let report = self.hand_in(item, entries)?;
                self.filled.count_rows(&report);
            }
            Act::Ask { officer, purpose, identifier, name } => {
                self.serial += 1;
                let case = format!("LH-{officer}-{:05}", self.serial);
                let answer = self.counter.ask(officer, purpose, &case, identifier, name)?;
                self.filled.count_look(&answer);
            }
            Act::Correct { item, input, person, days } => {
                let report = self.correct(item, input, *person, *days)?;
                self.filled.count_rows(&report);
            }
            Act::Confirm { all_but } => self.confirm(*all_but)?,
            Act::Read { identifier } => {
                self.counter.read_own(identifier)?;
                self.filled.own += 1;
            }
        }
        Ok(())
    }

    /// The first source of the item writes the file and hands it in.
    fn hand_in(&mut self, item: &str, entries: &[Entry]) -> Result<BatchReport, ActError> {
        let (catalog, today) = (self.reg.catalog(), self.reg.today());
        let item = catalog.item_on(&item.parse()?, today).ok_or(ActError::Table("an item of the plan"))?;
        let mut sheet = Sheet::new(item, today);
        for entry in entries {
            self.serial += 1;
            sheet.add(*entry, &self.filled.people, self.serial, &self.dice)?;
            self.numbers.insert((entry.person, item.code.clone()), sheet.last_number().unwrap_or_default().to_owned());
            if entry.person == LIN && item.code.as_str() == MISTAKEN {
                self.filled.ban = sheet.last_number().unwrap_or_default().to_owned();
            }
        }
        self.counter.hand_in(&handed(item)?, &sheet.name(), &sheet.bytes())
    }

    /// The same source corrects a day of the latest record about somebody.
    fn correct(&mut self, item: &str, input: &str, person: usize, days: u32) -> Result<BatchReport, ActError> {
        let (catalog, today) = (self.reg.catalog(), self.reg.today());
        let item = catalog.item_on(&item.parse()?, today).ok_or(ActError::Table("an item of the plan"))?;
        let number = self.numbers.get(&(person, item.code.clone()));
        let number = number.ok_or(ActError::Table("a correction of what was never handed in"))?;
        let about = self.filled.people.get(person).ok_or(ActError::Table("a place in the cast"))?;
        let right = today.plus_days(i64::from(days)).map_err(|_| ActError::Table("a day"))?;
        let (identifier, reason) = (about.identifier.canonical(), "录入错误");
        let lines = [
            "act,number,identifier,input,new value,reason".to_owned(),
            format!("correct,{number},{identifier},{input},{right},{reason}"),
        ];
        let file = lines.map(|line| line + "\r\n").concat();
        self.counter.hand_in(
            &handed(item)?,
            &format!("{}-corrections-{today}.csv", item.code),
            &file.into_bytes().into(),
        )
    }

    fn confirm(&self, all_but: Option<&str>) -> Result<(), ActError> {
        for (member, ..) in MEMBERS.iter().filter(|row| Some(row.0) != all_but) {
            let member = member.parse()?;
            for notice in self.counter.notices(&member)? {
                self.counter.confirm(&member, notice.on_file.notice)?;
            }
        }
        Ok(())
    }
}

/// The first source of an item, and the item.
fn handed(item: &Item) -> Result<Handed, ActError> {
    let member = item.sources.first().cloned().ok_or(ActError::Table("an item without a source"))?;
    Ok(Handed { member, item: item.code.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_year_ends_at_the_demos_now() {
        let now = now().expect("an instant");
        assert_eq!(begins(now).map(|at| at.to_string()).ok().as_deref(), Some("2026-05-25T01:00:00Z"));
    }
}
