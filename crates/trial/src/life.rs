//! One node and what was heard from it: clients who remember what they were told, and the check that all of it is there.

pub mod check;
pub mod load;
pub mod memory;
pub mod plan;

use std::sync::{Arc, Barrier};
use std::thread;

use anyhow::{Context, Result};
use fairfile_demo::dice::Dice;
use fairfile_domain::day::Day;

use crate::args::Ask;
use crate::door::Door;
use crate::journal::Journal;
use crate::node::{Node, Serving};
use load::{Count, Ended};
use memory::{Batch, Memory};
use plan::Client;

/// The day on which every node is founded.
const FOUNDED_ON: &str = "2026-11-23";

/// One node, and what was heard from it.
pub struct Life {
    /// The node.
    pub node: Node,
    /// What is chosen.
    pub dice: Dice,
    /// The day on which its clock stands.
    pub today: Day,
    /// What it acknowledged.
    pub memory: Memory,
    /// What was seen of its journal.
    pub journal: Journal,
}

impl Life {
    /// A new node with somebody on file; nothing is running. `what` tells one life of a seed from another.
    pub fn begin(ask: &Ask, what: &str) -> Result<Self> {
        let today: Day = FOUNDED_ON.parse()?;
        let node = Node::found(ask.postgres, &morning(today))?;
        let dice = Dice::new(ask.seed, &format!("{} {what}", ask.engine()));
        let serving = node.serve()?;
        let door = Door::at(&serving.address);
        let mut life = Self { journal: Journal::of(&door)?, memory: Memory::default(), node, dice, today };
        for batch in plan::first_files(&mut life.memory, today, &life.dice)? {
            let (told, in_part) = load::hand_in(&life.node, &door, &batch)?.context("the first files are taken")?;
            life.memory.batches.push(Batch { told: Some(told), in_part, ..batch });
        }
        serving.kill()?;
        Ok(life)
    }

    /// Clients come all at once; `meanwhile` happens to the program, which is dead when they have gone.
    ///
    /// # Errors
    /// What a client found wrong; and the node's own failures, unless they are due.
    pub fn attend(
        &mut self,
        serving: Serving,
        failures_are_due: bool,
        meanwhile: impl FnOnce(&Serving) -> Result<()>,
    ) -> Result<Count> {
        let clients = plan::clients(&mut self.memory, self.today, &self.dice)?;
        let start = Arc::new(Barrier::new(clients.len() + 1));
        let (node, address) = (&self.node, serving.address.clone());
        let ended = thread::scope(|scope| -> Result<Vec<Ended>> {
            let begin = |client: Client| {
                let (start, door) = (start.clone(), Door::at(&address));
                scope.spawn(move || load::attend(node, &door, client, &start))
            };
            let clients: Vec<_> = clients.into_iter().map(begin).collect();
            start.wait();
            meanwhile(&serving)?;
            serving.kill()?;
            let joined = clients.into_iter().map(|client| client.join());
            joined.map(|ended| ended.map_err(|_| anyhow::anyhow!("a client panicked"))?).collect()
        })?;
        self.remember(ended, failures_are_due)
    }

    /// Clients come one after the other, each until it has done all or is told nothing more. The program lives on.
    ///
    /// # Errors
    /// As [`Life::attend`].
    pub fn attend_in_turn(&mut self, serving: &Serving, failures_are_due: bool) -> Result<Count> {
        let clients = plan::clients(&mut self.memory, self.today, &self.dice)?;
        let attend = |client| load::attend(&self.node, &Door::at(&serving.address), client, &Barrier::new(1));
        let ended: Vec<Ended> = clients.into_iter().map(attend).collect::<Result<_>>()?;
        self.remember(ended, failures_are_due)
    }

    fn remember(&mut self, ended: Vec<Ended>, failures_are_due: bool) -> Result<Count> {
        let mut count = Count::default();
        for one in ended {
            count += one.count;
            one.refuse_failures(failures_are_due)?;
            for head in &one.heads {
                let head = self.journal.open(head)?;
                self.journal.remember(&head);
            }
            self.memory.take(one.batches, one.looks, one.confirmations);
        }
        Ok(count)
    }

    /// Starts the node as it should be started, and checks what it was told before.
    pub fn all_is_there(&mut self) -> Result<()> {
        let serving = self.node.serve()?;
        check::all_is_there(self, &Door::at(&serving.address))?;
        serving.kill()
    }

    /// The node as an operator looks at it: stopped, from its bytes.
    pub fn look_over(&self) -> Result<()> {
        self.node.settle()?;
        self.node.tend(&["verify"]).context("the state is not the fold of the journal")?;
        self.node.tend(&["doctor"]).context("the node is not sound")?;
        Ok(())
    }

    /// Half of the time it stays the same day; otherwise days pass, or months.
    pub fn days_pass(&mut self) -> Result<()> {
        let days = match self.dice.below(4)? {
            0 => 1 + self.dice.below(20)?,
            1 => 60 + self.dice.below(140)?,
            _ => return Ok(()),
        };
        self.pass(i64::from(days))
    }

    /// So many days pass.
    pub fn pass(&mut self, days: i64) -> Result<()> {
        self.today = self.today.plus_days(days)?;
        self.node.settle()?;
        self.node.tend(&["clock", "--at", &morning(self.today)])?;
        Ok(())
    }

    /// At the end everybody's file is read, not a few, and what the days passed demand is done.
    pub fn end(&mut self) -> Result<()> {
        self.node.settle()?;
        self.node.tend(&["calendar", "run"])?;
        let serving = self.node.serve()?;
        let door = Door::at(&serving.address);
        check::all_is_there(self, &door)?;
        check::every_file(self, &door)?;
        check::every_notice(self, &door)?;
        serving.kill()?;
        self.look_over()
    }

    /// What failed, where to look, and the program's last words; the folder is kept.
    pub fn failed(&mut self, error: anyhow::Error, what: &str) -> anyhow::Error {
        let log = self.node.last_words();
        let place = self.node.keep().display().to_string();
        error.context(format!("{what}; the folder is kept: {place}\n{log}\n"))
    }
}

fn morning(day: Day) -> String {
    format!("{day}T09:00:00+08:00")
}
