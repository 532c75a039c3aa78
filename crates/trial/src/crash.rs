//! `crash`: the program is killed at random moments under mixed load, started again, and asked for all it acknowledged.
//!
//! A round: start, [check] what earlier rounds were told, begin the [load], kill. The moment lies in the first 50 ms of
//! most rounds, later in others, and in some while the program is still starting. On PostgreSQL the server's own
//! processes are killed too. Between rounds days may pass, so that displays end and contents are destroyed. A node lives
//! on through [`LIFE`] rounds. What is chosen follows from the seed; what the scheduler makes of it does not.

mod check;
mod load;
mod memory;
mod plan;

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use fairfile_demo::dice::Dice;
use fairfile_domain::day::Day;

use crate::args::Ask;
use crate::door::Door;
use crate::journal::Journal;
use crate::node::{Node, Serving};
use memory::Memory;

/// Rounds that one node lives through.
const LIFE: u32 = 50;
/// After so many rounds the node is looked over with everything stopped.
const LOOKED_OVER_EACH: u32 = 10;
/// The day on which every node is founded.
const FOUNDED_ON: &str = "2026-11-23";

/// What the rounds came to.
#[derive(Debug, Default)]
struct Sum {
    acts: load::Count,
    killed_starting: u32,
    killed_backends: u32,
    slowest_start: Duration,
    leaves: u64,
    gone: usize,
}

/// Runs the rounds and prints one line.
///
/// # Errors
/// With seed, round and what was lost; the node's folder is kept then.
pub fn run(ask: &Ask) -> Result<()> {
    let mut sum = Sum::default();
    let mut first = 0;
    while first < ask.n {
        let rounds = LIFE.min(ask.n - first);
        let mut life = Life::begin(ask, first)?;
        for round in first..first + rounds {
            if let Err(error) = life.round(round, &mut sum) {
                return Err(life.failed(error, ask, round));
            }
        }
        if let Err(error) = life.end(&mut sum) {
            return Err(life.failed(error, ask, first + rounds));
        }
        first += rounds;
        println!("crash {}: {first} of {} rounds", ask.engine(), ask.n);
    }
    println!("{}", sum.line(ask));
    Ok(())
}

impl Sum {
    fn line(&self, ask: &Ask) -> String {
        format!(
            "crash {}: seed {}, {} rounds, {} more killed while starting, {} with a killed backend; {}; {} leaves, {} \
             contents gone; nothing acknowledged was lost, nothing doubled; slowest start {:.2} s",
            ask.engine(),
            ask.seed,
            ask.n,
            self.killed_starting,
            self.killed_backends,
            self.acts,
            self.leaves,
            self.gone,
            self.slowest_start.as_secs_f64()
        )
    }
}

/// One node, and what was heard from it.
struct Life {
    node: Node,
    dice: Dice,
    today: Day,
    memory: Memory,
    journal: Journal,
}

impl Life {
    fn begin(ask: &Ask, first: u32) -> Result<Self> {
        let today: Day = FOUNDED_ON.parse()?;
        let node = Node::found(ask.postgres, &morning(today))?;
        let dice = Dice::new(ask.seed, &format!("crash {} {first}", ask.engine()));
        let serving = node.serve()?;
        let door = Door::at(&serving.address);
        let mut life = Self { journal: Journal::of(&door)?, memory: Memory::default(), node, dice, today };
        // Somebody is on file before anything is killed.
        for batch in plan::first_files(&mut life.memory, today, &life.dice)? {
            let (told, in_part) = load::hand_in(&life.node, &door, &batch)?.context("the first files are taken")?;
            life.memory.batches.push(memory::Batch { told: Some(told), in_part, ..batch });
        }
        serving.kill()?;
        Ok(life)
    }

    fn round(&mut self, round: u32, sum: &mut Sum) -> Result<()> {
        if self.dice.below(8)? == 0 {
            self.node.serve_and_die(Duration::from_micros(u64::from(self.dice.below(60_000)?)))?;
            sum.killed_starting += 1;
        }
        let serving = self.node.serve()?;
        sum.slowest_start = sum.slowest_start.max(serving.ready_after);
        check::all_is_there(self, &Door::at(&serving.address)).context("after the round before")?;
        self.load(serving, sum)?;
        if (round + 1).is_multiple_of(LOOKED_OVER_EACH) {
            self.look_over()?;
        }
        self.days_pass()
    }

    /// Clients come, and the program dies while they are at it.
    fn load(&mut self, serving: Serving, sum: &mut Sum) -> Result<()> {
        let clients = plan::clients(&mut self.memory, self.today, &self.dice)?;
        let moment = self.moment()?;
        let mut killer = if self.dice.below(3)? == 0 { self.node.backend_killer()? } else { None };
        let address = serving.address.clone();
        let start = Arc::new(Barrier::new(clients.len() + 1));
        let node = &self.node;
        let ended = thread::scope(|scope| -> Result<Vec<load::Ended>> {
            let begin = |client: plan::Client| {
                let (start, door) = (start.clone(), Door::at(&address));
                scope.spawn(move || load::attend(node, &door, client, &start))
            };
            let clients: Vec<_> = clients.into_iter().map(begin).collect();
            start.wait();
            thread::sleep(moment);
            if let Some(killer) = &mut killer {
                sum.killed_backends += u32::from(killer.strike()?);
                thread::sleep(moment / 2);
            }
            serving.kill()?;
            let joined = clients.into_iter().map(|client| client.join());
            joined.map(|ended| ended.map_err(|_| anyhow::anyhow!("a client panicked"))?).collect()
        })?;
        for one in ended {
            sum.acts += one.count;
            one.refuse_failures(killer.is_some())?;
            for head in &one.heads {
                let head = self.journal.open(head)?;
                self.journal.remember(&head);
            }
            self.memory.take(one.batches, one.looks, one.confirmations);
        }
        Ok(())
    }

    fn moment(&self) -> Result<Duration> {
        let early = self.dice.below(5)? < 3;
        let micros = if early { self.dice.below(50_000)? } else { 50_000 + self.dice.below(350_000)? };
        Ok(Duration::from_micros(u64::from(micros)))
    }

    /// The node as an operator looks at it: stopped, from its bytes.
    fn look_over(&mut self) -> Result<()> {
        self.node.settle()?;
        self.node.tend(&["doctor"]).context("the node is not sound")?;
        Ok(())
    }

    /// Half of the time it stays the same day; otherwise days pass, or months.
    fn days_pass(&mut self) -> Result<()> {
        let days = match self.dice.below(4)? {
            0 => 1 + self.dice.below(20)?,
            1 => 60 + self.dice.below(140)?,
            _ => return Ok(()),
        };
        self.today = self.today.plus_days(i64::from(days))?;
        self.node.settle()?;
        self.node.tend(&["clock", "--at", &morning(self.today)])?;
        Ok(())
    }

    /// At the end everybody's file is read, not a few, and what the days passed demand is done.
    fn end(&mut self, sum: &mut Sum) -> Result<()> {
        self.node.settle()?;
        self.node.tend(&["calendar", "run"])?;
        let serving = self.node.serve()?;
        let door = Door::at(&serving.address);
        check::all_is_there(self, &door)?;
        check::every_file(self, &door)?;
        check::every_notice(self, &door)?;
        serving.kill()?;
        self.look_over()?;
        sum.leaves += self.journal.size();
        sum.gone += self.memory.gone.len();
        Ok(())
    }

    fn failed(&mut self, error: anyhow::Error, ask: &Ask, round: u32) -> anyhow::Error {
        let log = self.node.last_words();
        let place = self.node.keep().display().to_string();
        error.context(format!(
            "crash {}: seed {}, round {round}; the folder is kept: {place}\n{log}\n",
            ask.engine(),
            ask.seed
        ))
    }
}

fn morning(day: Day) -> String {
    format!("{day}T09:00:00+08:00")
}
