//! After a crash: everything that was acknowledged is there, once.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use fairfile_domain::day::Day;
use serde_json::Value;

use super::Life;
use super::load::{self, hand_in};
use super::memory::{Confirmation, Memory, Row, Seen, bare};
use super::plan::{SOURCES, askers, person};
use crate::door::{Door, Holder};

/// People whose files are read after a round, of all whom it touched.
const FILES: u32 = 10;
/// Files and questions of earlier rounds that are tried again after each.
const OLDER: u32 = 3;
/// A file whose answer never came is handed in again but for one in so many: that one gives way to the next.
const LEFT_EACH: u32 = 4;

/// Asks for all that was acknowledged in the last round, and for some of what was before.
pub fn all_is_there(life: &mut Life, door: &Door) -> Result<()> {
    life.journal.follow(door)?;
    life.memory.told().try_for_each(|told| told.is_in(&life.journal))?;
    // First as they lie there, before anything is asked that could bring them.
    for place in touched(life)? {
        file(life, door, place)?;
    }
    let [batches, looks, confirmations] = life.memory.unchecked;
    for at in places(life, batches, life.memory.batches.len())? {
        batch(life, door, at).context("a file that was handed in")?;
    }
    for at in places(life, looks, life.memory.looks.len())? {
        look(life, door, at).context("a question that was asked")?;
    }
    for at in places(life, confirmations, life.memory.confirmations.len())? {
        confirmation(life, door, at).context("a notice that was confirmed")?;
    }
    let memory = &mut life.memory;
    memory.unchecked = [memory.batches.len(), memory.looks.len(), memory.confirmations.len()];
    life.journal.follow(door)
}

/// Reads the file of everybody who is known to be on file. The calendar has been run: what is past its retention is gone.
pub fn every_file(life: &mut Life, door: &Door) -> Result<()> {
    let people: Vec<u32> = life.memory.on_file().into_keys().collect();
    people.into_iter().try_for_each(|place| file(life, door, place))?;
    let (memory, today) = (&life.memory, life.today);
    let over = memory.seen.iter().filter(|(_, seen)| seen.retained_until < today);
    let kept = over.filter(|(number, _)| !memory.gone.contains(*number)).count();
    ensure!(kept == 0, "{kept} records can be read though their retention has ended");
    Ok(())
}

/// Every member was told of every correction of what it had been shown, and what it confirmed stands as confirmed.
pub fn every_notice(life: &Life, door: &Door) -> Result<()> {
    let owed = life.memory.owed_notices();
    for member in askers() {
        let holder = Holder::of(&life.node.folder(), member)?;
        let (mut told, mut confirmed) = (BTreeSet::new(), BTreeSet::new());
        let mut seq = 0;
        loop {
            let list = door.insist(|door| door.get_signed(&format!("/api/notices?after={seq}"), &holder))?;
            let list = list.with(&[200])?.document()?;
            let notices = list["notices"].as_array().context("a list of notices")?;
            for notice in notices {
                seq += 1;
                ensure!(notice["seq"].as_u64() == Some(seq), "the notices to {member} are not counted without a gap");
                let record = notice["record_id"].as_str().context("a notice about a record")?;
                let before = notice["version_before"].as_u64().context("a notice about a version")?;
                told.insert((bare(record).to_owned(), before));
                if notice["state"] == "confirmed" {
                    confirmed.insert(notice["notice_id"].as_str().unwrap_or_default().to_owned());
                }
            }
            if notices.is_empty() {
                break;
            }
        }
        for (_, record, version) in owed.iter().filter(|owed| owed.0 == member) {
            let is_told = told.iter().any(|(about, before)| about == record && before >= version);
            ensure!(is_told, "{member} was shown version {version} of {record}, and not that it was corrected");
        }
        let own = life.memory.confirmations.iter().filter(|one| one.member == member && one.told.is_some());
        let lost = own.filter(|one| !confirmed.contains(&one.notice)).count();
        ensure!(lost == 0, "{lost} confirmations of {member} were acknowledged and do not stand");
    }
    Ok(())
}

/// All from `first` on, and a few before.
fn places(life: &Life, first: usize, end: usize) -> Result<Vec<usize>> {
    let mut places: BTreeSet<usize> = (first..end).collect();
    for _ in 0..OLDER.min(first as u32) {
        places.insert(life.dice.below(first as u32)? as usize);
    }
    Ok(places.into_iter().collect())
}

/// People on file whom the last round was about.
fn touched(life: &Life) -> Result<BTreeSet<u32>> {
    let [batches, looks, _] = life.memory.unchecked;
    let known = life.memory.on_file();
    let of_files = life.memory.batches[batches..].iter().flat_map(|batch| &batch.rows).map(|row| row.person);
    let of_looks = life.memory.looks[looks..].iter().map(|look| look.person);
    let people: BTreeSet<u32> = of_files.chain(of_looks).filter(|place| known.contains_key(place)).collect();
    let people: Vec<u32> = people.into_iter().collect();
    let picked = (0..FILES.min(people.len() as u32)).map(|_| Ok(*life.dice.pick(&people)?));
    picked.collect()
}

/// The same file again changes nothing and gives the same receipt; one that was cut off is taken now.
fn batch(life: &mut Life, door: &Door, at: usize) -> Result<()> {
    let handed = life.memory.batches[at].clone();
    let leave = handed.told.is_none() && life.dice.below(LEFT_EACH)? == 0;
    if leave {
        return Ok(());
    }
    let (again, in_part) = hand_in(&life.node, door, &handed)?.context("the node has no room")?;
    match &handed.told {
        Some(first) => {
            ensure!(first.receipt == again.receipt, "{} has another receipt than it was given", first.id);
        }
        None => {
            let batch = &mut life.memory.batches[at];
            (batch.told, batch.in_part) = (Some(again), in_part);
        }
    }
    Ok(())
}

/// The same confirmation again changes nothing and gives the same receipt.
fn confirmation(life: &mut Life, door: &Door, at: usize) -> Result<()> {
    let Confirmation { member, notice, told } = life.memory.confirmations[at].clone();
    let folder = life.node.folder();
    let again = load::confirmed(&door.insist(|door| load::confirm(door, &folder, member, &notice))?)?;
    match told {
        Some(first) => ensure!(first.is_the_same_as(&again), "{notice} was confirmed, and again as another event"),
        None => life.memory.confirmations[at].told = Some(again),
    }
    Ok(())
}

/// The same key gives the same look.
fn look(life: &mut Life, door: &Door, at: usize) -> Result<()> {
    let asked = life.memory.looks[at].clone();
    let folder = life.node.folder();
    let answered = door.insist(|door| load::ask(door, &folder, &asked))?;
    match (asked.told, load::told(&answered)?) {
        (Some(first), Some(again)) => {
            ensure!(first.is_the_same_as(&again), "{} was acknowledged, and its key gives {}", first.id, again.id);
        }
        (None, Some(again)) => {
            let seen = asked.seen.unwrap_or_else(|| again.id.clone());
            ensure!(seen == again.id, "{seen} stood in the person's file, and its key gives {}", again.id);
            life.memory.looks[at].told = Some(again);
        }
        // What it showed has ended since: the node knows the look, and shows nothing again.
        (_, None) => {}
    }
    Ok(())
}

/// The person's file holds each record and each look that was acknowledged, once, and nothing that is over.
fn file(life: &mut Life, door: &Door, place: u32) -> Result<()> {
    let document = door.own_file(&person(place).number)?;
    let memory = &mut life.memory;
    let (seen, gone) = records(memory, &document, place, life.today)?;
    memory.seen.extend(seen);
    memory.gone.extend(gone);
    looks(memory, &document, place)
}

/// The records of a file by number, and the numbers of those that are gone.
type Records = (BTreeMap<String, Seen>, Vec<String>);

/// Checks the records of a file.
fn records(memory: &Memory, document: &Value, place: u32, today: Day) -> Result<Records> {
    let none = Vec::new();
    let (told, limbo) = (memory.on_file(), memory.in_limbo());
    let (told, limbo) = (told.get(&place).unwrap_or(&none), limbo.get(&place).unwrap_or(&none));
    let all = || told.iter().chain(limbo);
    let mut found = BTreeMap::new();
    for record in document["records"].as_array().context("a file with records")? {
        let seen = seen(record)?;
        let Some((number, value)) = content(record) else {
            let is_withdrawn =
                record["state"] == "withdrawn" && all().any(|row| memory.expected(&row.number).may_be_gone);
            let is_over = seen.retained_until < today;
            ensure!(is_withdrawn || is_over, "{} has lost its content before its retention ended", seen.id);
            continue;
        };
        ensure!(!memory.gone.contains(number), "{} was gone and can be read again", seen.id);
        ensure!(all().any(|row| row.number == number), "{} is on file, and nobody handed it in", seen.id);
        let is_expected = memory.expected(number).values.contains(value);
        ensure!(is_expected, "{} does not say what it was corrected to, or was withdrawn", seen.id);
        let before = found.insert(number.to_owned(), seen);
        ensure!(before.is_none(), "a record is on file a second time");
    }
    // What was seen once was taken in, whoever heard of it: it stays as what was acknowledged does.
    let taken = told.iter().chain(limbo.iter().filter(|row| memory.seen.contains_key(&row.number)));
    let gone: Vec<&&Row> = taken.filter(|row| !found.contains_key(&row.number)).collect();
    let end = |row: &Row| memory.seen.get(&row.number).map_or(row.retained_until, |seen| seen.retained_until);
    let lost = gone.iter().filter(|row| end(row) >= today && !memory.expected(&row.number).may_be_gone).count();
    ensure!(lost == 0, "{lost} acknowledged records are not on file");
    let gone = gone.into_iter().map(|row| row.number.clone()).collect();
    Ok((found, gone))
}

fn seen(record: &Value) -> Result<Seen> {
    let id = record["record_id"].as_str().context("a record with an id")?.to_owned();
    let version = record["version"].as_u64().context("a record with a version")?;
    let retained_until = record["retained_until"].as_str().context("a record with an end")?.parse()?;
    Ok(Seen { id, version, retained_until })
}

/// The source's number of a record that can be read, and the value of its choice.
fn content(record: &Value) -> Option<(&str, &str)> {
    let inputs = record["inputs"].as_array()?;
    let value = |input: &str| inputs.iter().find(|row| row["input"] == input)?["value"].as_str();
    SOURCES.iter().find_map(|source| Some((value(source.number)?, value(source.choice)?)))
}

fn looks(memory: &mut Memory, document: &Value, place: u32) -> Result<()> {
    let listed = document["looks"].as_array().context("a file with looks")?;
    let (mut by_case, mut ids) = (BTreeMap::new(), BTreeSet::new());
    for (seq, look) in (1..).zip(listed) {
        ensure!(look["seq"].as_u64() == Some(seq), "the looks of a file are not counted without a gap");
        let id = look["look_id"].as_str().context("a look with an id")?;
        ensure!(ids.insert(id), "{id} stands in a file twice");
        if let Some(case) = look["case"].as_str() {
            let before = by_case.insert(case, (id, look["leaf"].as_u64()));
            ensure!(before.is_none(), "{id} and another look are of one question");
        }
    }
    for asked in memory.looks.iter_mut().filter(|look| look.person == place) {
        match (&asked.told, by_case.get(asked.case.as_str())) {
            (Some(told), Some((id, leaf))) if told.id == *id && *leaf == Some(told.index) => {}
            (Some(told), _) => bail!("{} was acknowledged and does not stand in the person's file", told.id),
            (None, Some((id, _))) => asked.seen = Some((*id).to_owned()),
            (None, None) => {}
        }
    }
    Ok(())
}
