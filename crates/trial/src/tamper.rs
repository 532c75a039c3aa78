//! `tamper`: whoever may write everything changes something, and either the replay or one saved receipt tells.
//!
//! A node to which everything has happened is stopped. Then, again and again, a copy of it gets one [`mutation`]; in
//! half of the cases the journal is then made to fit it by an insider who holds all keys ([`rebuild`]). The copy is
//! replayed in full, and a receipt that was given before is held against it. Without a rebuilt journal the replay has to
//! name table and key of what was changed. With one, the replay may be deceived; the receipt may not.

mod mutation;
mod rebuild;
mod rows;
mod subject;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use fairfile_demo::dice::Dice;

use crate::args::Ask;
use mutation::{KINDS, Mutation};
use subject::{Found, Subject};

/// How often something else is tried where nothing came of a choice: a row that says the same, a rule of the database.
const TRIES: u32 = 200;

/// How often what was found, of one kind in one table.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    all: u32,
    rebuilt: u32,
    deceived: u32,
}

/// Runs the mutations and prints what was found of each kind in each table.
///
/// # Errors
/// With seed and number of the first mutation that nothing told of, or that the replay named wrongly.
pub fn run(ask: &Ask) -> Result<()> {
    let subject = Subject::make(ask)?;
    let dice = Dice::new(ask.seed, &format!("tamper {}", ask.engine()));
    let untouched = subject.examine(&[])?;
    ensure!(
        untouched.replay.holds && untouched.receipt_holds,
        "a node that nobody touched does not hold: {untouched:?}"
    );
    let mut table: BTreeMap<String, [Cell; KINDS.len()]> = BTreeMap::new();
    for number in 0..ask.n {
        let rebuilds = number % 2 == 1;
        let (mutation, found, rebuilt) = next(&subject, &dice, rebuilds)
            .with_context(|| format!("tamper {}: seed {}, mutation {number}", ask.engine(), ask.seed))?;
        judge(&subject, &mutation, &found, rebuilt)
            .with_context(|| format!("tamper {}: seed {}, mutation {number}, {mutation}", ask.engine(), ask.seed))?;
        let cell = &mut table.entry(mutation.table.clone()).or_default()[mutation.kind as usize];
        cell.all += 1;
        cell.rebuilt += u32::from(rebuilt);
        cell.deceived += u32::from(found.replay.holds);
    }
    print(ask, &table);
    Ok(())
}

/// The next mutation that changes something and that the database takes, with what is found of it.
fn next(subject: &Subject, dice: &Dice, rebuilds: bool) -> Result<(Mutation, Found, bool)> {
    for _ in 0..TRIES {
        let Some(mutation) = Mutation::choose(&subject.states, dice)? else { continue };
        let mut after = subject.now().clone();
        mutation.apply(&mut after);
        let rebuilt = if rebuilds { rebuild::fit(subject, &mutation, &mut after)? } else { None };
        if rebuilds && rebuilt.is_none() {
            continue;
        }
        let changes = subject.now().differences(&after);
        if changes.is_empty() {
            continue;
        }
        if let Some(found) = subject.tampered(&changes, rebuilt.as_ref())? {
            return Ok((mutation, found, rebuilt.is_some()));
        }
    }
    bail!("no mutation was found in {TRIES} tries that changes something")
}

/// Everything must be found; what was not rebuilt, by the replay, at its place.
fn judge(subject: &Subject, mutation: &Mutation, found: &Found, rebuilt: bool) -> Result<()> {
    if rebuilt {
        ensure!(!found.replay.holds || !found.receipt_holds, "neither the replay nor the receipt tells");
        return Ok(());
    }
    ensure!(!found.replay.holds, "the replay holds");
    // A leaf that is sound in itself, of another minute or in another's place, is told of the journal as a whole, and of
    // the tiles and rows that point at it.
    let is_sound = mutation.table == "leaf" && rebuild::is_sound(subject, mutation)?;
    for keys in &mutation.keys {
        let is_named = found.replay.findings.kept.iter().any(|finding| {
            let is_row = is_sound || keys.iter().any(|key| rows::is_told_as(key, &finding.key));
            finding.table == mutation.table && is_row
        });
        let (first, count) = (found.replay.findings.kept.iter().take(5), found.replay.findings.count);
        ensure!(is_named, "of {count} findings none names the row: {:?}", first.collect::<Vec<_>>());
    }
    Ok(())
}

fn print(ask: &Ask, table: &BTreeMap<String, [Cell; KINDS.len()]>) {
    print!("{:<16}", "table");
    for kind in KINDS {
        print!("{:>18}", kind.word());
    }
    println!("   (found, of them with a rebuilt journal)");
    for (name, cells) in table {
        print!("{name:<16}");
        for cell in cells {
            print!("{:>18}", format!("{} ({})", cell.all, cell.rebuilt));
        }
        println!();
    }
    let sum = |of: fn(&Cell) -> u32| table.values().flatten().map(of).sum::<u32>();
    println!(
        "tamper {}: seed {}, {} mutations of {} tables, {} of them with a rebuilt journal; all were found: {} by the \
         replay, {} by the saved receipt alone",
        ask.engine(),
        ask.seed,
        sum(|cell| cell.all),
        table.len(),
        sum(|cell| cell.rebuilt),
        sum(|cell| cell.all - cell.deceived),
        sum(|cell| cell.deceived)
    );
}
