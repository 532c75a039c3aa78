//! What clients will do in a round: chosen before it begins, from the seed.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use fairfile_demo::dice::Dice;
use fairfile_demo::province::OFFICERS;
use fairfile_domain::day::Day;
use fairfile_testkit::Person;
use serde_json::json;

use super::memory::{Batch, Change, Look, Memory, Row};

/// A source, what it keeps, and who asks about that.
#[derive(Debug)]
pub struct Source {
    /// The member.
    pub member: &'static str,
    /// The item.
    pub item: &'static str,
    /// The input with the record's own number.
    pub number: &'static str,
    /// An input that is a choice.
    pub choice: &'static str,
    /// Two of its values: the one that files say, and the one that corrections say.
    pub values: [&'static str; 2],
    /// How many years a record is kept after the last day of its validity.
    retained_years: i16,
    /// Who asks, and for what.
    officers: &'static [(&'static str, &'static str)],
}

/// Neutral records, which are on display from the day on which they come.
pub static SOURCES: [Source; 2] = [
    Source {
        member: "drug-administration",
        item: "pharmacist-licence",
        number: "registration_no",
        choice: "class",
        values: ["pharmacy", "chinese-pharmacy"],
        retained_years: 2,
        officers: &[
            ("0417", "licence-renewal"),
            ("0201", "licence-renewal"),
            ("1001", "pharmacy-contract"),
            ("1101", "licence-renewal"),
        ],
    },
    Source {
        member: "tourism",
        item: "tour-guide-licence",
        number: "licence_no",
        choice: "language",
        values: ["french", "english"],
        retained_years: 1,
        officers: &[("0501", "guide-assignment")],
    },
];

/// An officer whose training has ended: every question is denied, and every denial is a look.
const DENIED: (&str, &str) = ("0418", "licence-renewal");
/// The most questions of one officer in a round.
const QUESTIONS: u32 = 40;

/// One thing that a client does.
#[derive(Debug, Clone)]
pub enum Act {
    /// A source hands a file in.
    HandIn(Batch),
    /// An officer asks.
    Ask(Look),
    /// A member confirms every notice that it finds open.
    Confirm(&'static str),
    /// A person reads the own file.
    Read(u32),
    /// Anybody takes the journal's head.
    Head,
}

/// A client, and what it does, one thing after another.
#[derive(Debug, Clone)]
pub struct Client(pub Vec<Act>);

/// The member for which an officer asks.
pub fn member_of(officer: &str) -> &'static str {
    let found = OFFICERS.iter().find(|row| row.0 == officer);
    found.map_or("", |row| row.1)
}

/// The members whose officers ask: those that can be told of corrections.
pub fn askers() -> BTreeSet<&'static str> {
    SOURCES.iter().flat_map(|source| source.officers).map(|row| member_of(row.0)).collect()
}

impl Source {
    /// The same day some years later; the last of February for a leap day.
    fn retained_until(&self, valid_until: Day) -> Result<Day> {
        let (year, month, day) =
            (valid_until.year() + self.retained_years, valid_until.month(), valid_until.day_of_month());
        Ok(Day::new(year, month, day).or_else(|_| Day::new(year, month, day - 1))?)
    }
}

/// The person of this number among the invented.
pub fn person(place: u32) -> Person {
    const FAMILY: [char; 8] = ['林', '赵', '周', '吴', '郑', '冯', '沈', '韩'];
    const GIVEN: [char; 8] = ['禾', '明', '远', '敏', '静', '芳', '涛', '雪'];
    let one = |list: &[char; 8], at: u32| list[(at % 8) as usize];
    let name: String = [one(&FAMILY, place), one(&GIVEN, place / 8), one(&GIVEN, place / 64)].iter().collect();
    Person::invented(&name, place)
}

/// Files that are on file before anything is killed.
pub fn first_files(memory: &mut Memory, today: Day, dice: &Dice) -> Result<Vec<Batch>> {
    SOURCES.iter().map(|source| file(memory, source, 8, today, dice)).collect()
}

/// The clients of a round.
pub fn clients(memory: &mut Memory, today: Day, dice: &Dice) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for source in &SOURCES {
        let mut acts = Vec::new();
        for _ in 0..dice.below(3)? {
            let rows = 1 + dice.below(6)?;
            acts.push(Act::HandIn(file(memory, source, rows, today, dice)?));
        }
        acts.extend(corrections(memory, source, today, dice)?.map(Act::HandIn));
        clients.push(Client(acts));
    }
    for _ in 0..1 + dice.below(3)? {
        let source = dice.pick(&SOURCES)?;
        let officer = if dice.below(8)? == 0 { &DENIED } else { dice.pick(source.officers)? };
        let count = 1 + dice.below(QUESTIONS)?;
        let looks = (0..count).map(|_| question(memory, source, *officer, today, dice)).collect::<Result<Vec<_>>>()?;
        clients.push(Client(looks.into_iter().flat_map(asked).collect()));
    }
    let readings = (0..dice.below(6)?).map(|_| Ok(Act::Read(anybody(memory, dice)?))).collect::<Result<Vec<_>>>()?;
    clients.push(Client(readings));
    let members: Vec<&'static str> = askers().into_iter().collect();
    clients.push(Client(vec![Act::Confirm(dice.pick(&members)?); 2]));
    clients.push(Client(vec![Act::Head; 1 + dice.below(30)? as usize]));
    Ok(clients)
}

/// Every tenth question is sent twice under one key, as by somebody whose connection broke.
fn asked(look: Look) -> Vec<Act> {
    let twice = look.once.ends_with('7');
    vec![Act::Ask(look); if twice { 2 } else { 1 }]
}

fn file(memory: &mut Memory, source: &'static Source, rows: u32, today: Day, dice: &Dice) -> Result<Batch> {
    let (choice, value) = (source.choice, source.values[0]);
    let mut text = format!("identifier,name,{},{choice},granted_on,valid_until\n", source.number);
    let granted_on = today.plus_days(-30)?;
    let mut listed = Vec::new();
    for _ in 0..rows {
        let next = memory.next();
        // A third are about people who are on file already, with another record.
        let place = if dice.below(3)? == 0 { anybody(memory, dice).unwrap_or(next) } else { next };
        let (who, number) = (person(place), format!("LH-{next:06}"));
        let valid_until = today.plus_days(5 + i64::from(dice.below(400)?))?;
        text += &format!("{},{},{number},{value},{granted_on},{valid_until}\n", who.number, who.name);
        let retained_until = source.retained_until(valid_until)?;
        listed.push(Row { person: place, number, valid_until, retained_until });
    }
    Ok(Batch { source, file: text, rows: listed, changes: Vec::new(), told: None, in_part: false })
}

/// A file that corrects or withdraws a few records on display; none that a file without an answer may have changed.
fn corrections(memory: &mut Memory, source: &'static Source, today: Day, dice: &Dice) -> Result<Option<Batch>> {
    let mut text = "act,number,identifier,input,new value,reason,reference\n".to_owned();
    let mut changes: Vec<Change> = Vec::new();
    for _ in 0..dice.below(4)? {
        let shown = on_display(memory, source, today);
        let free = shown.iter().filter(|row| changes.iter().all(|change| change.number != row.number));
        let free: Vec<&&Row> = free.filter(|row| !memory.is_in_limbo(&row.number)).collect();
        let Ok(row) = dice.pick(&free) else { break };
        let says = memory.expected(&row.number).values;
        let value = source
            .values
            .into_iter()
            .find(|value| !says.contains(value))
            .filter(|_| dice.below(4).is_ok_and(|n| n > 0));
        let act = if value.is_some() { "correct" } else { "withdraw" };
        let input = if value.is_some() { source.choice } else { "" };
        let (number, identifier) = (row.number.clone(), person(row.person).number);
        let value_text = value.unwrap_or_default();
        text += &format!("{act},{number},{identifier},{input},{value_text},entered-wrongly: trial,{}\n", changes.len());
        changes.push(Change { number, value });
    }
    // Two files that ask for the same are one; this one is another than all before.
    text = text.replace("trial", &format!("trial {}", memory.next()));
    let batch = Batch { source, file: text, rows: Vec::new(), changes, told: None, in_part: false };
    Ok(if batch.changes.is_empty() { None } else { Some(batch) })
}

/// A file that withdraws one record on display.
pub fn withdrawal(memory: &mut Memory, today: Day) -> Result<Batch> {
    let next = memory.next();
    let free = |source| on_display(memory, source, today).into_iter().find(|row| !memory.is_in_limbo(&row.number));
    let (source, row) =
        SOURCES.iter().find_map(|source| Some((source, free(source)?))).context("a record on display")?;
    let (number, identifier) = (row.number.clone(), person(row.person).number);
    let file = format!(
        "act,number,identifier,input,new value,reason,reference\nwithdraw,{number},{identifier},,,entered-wrongly: trial {next},0\n"
    );
    let changes = vec![Change { number, value: None }];
    Ok(Batch { source, file, rows: Vec::new(), changes, told: None, in_part: false })
}

/// The rows of this source that were acknowledged, can be seen by others today and were not withdrawn.
fn on_display<'m>(memory: &'m Memory, source: &Source, today: Day) -> Vec<&'m Row> {
    let told = memory.batches.iter().filter(|batch| batch.told.is_some() && batch.source.item == source.item);
    let valid = told.flat_map(|batch| &batch.rows).filter(|row| row.valid_until >= today);
    valid.filter(|row| !memory.expected(&row.number).may_be_gone).collect()
}

fn question(
    memory: &mut Memory,
    source: &Source,
    (officer, purpose): (&'static str, &'static str),
    today: Day,
    dice: &Dice,
) -> Result<Look> {
    let next = memory.next();
    // Mostly about whom there is something to show: an officer whose questions show nothing is stopped.
    let shown = on_display(memory, source, today);
    let place = if shown.is_empty() { anybody(memory, dice)? } else { dice.pick(&shown)?.person };
    let who = person(place);
    let name = if dice.below(20)? == 0 { person(place + 1).name } else { who.name };
    let case = format!("LH-{next:06}");
    let body = json!({
        "purpose": purpose,
        "case": case,
        "identifier": { "kind": "cn-resident", "number": who.number },
        "name": name,
    });
    let once = format!("trial-{next}");
    Ok(Look { officer, once, case, person: place, body: body.to_string(), seen: None, told: None })
}

/// Somebody who is on file.
fn anybody(memory: &Memory, dice: &Dice) -> Result<u32> {
    let people: Vec<u32> = memory.on_file().into_keys().collect();
    let place = dice.below(people.len() as u32)? as usize;
    people.get(place).copied().context("somebody is on file")
}
