//! `crash`: the program is killed at random moments under mixed load, started again, and asked for all it acknowledged.
//!
//! A round: start, check what earlier rounds were told, begin the load, kill. The moment lies in the first 50 ms of
//! most rounds, later in others, and in some while the program is still starting. On PostgreSQL the server's own
//! processes are killed too. Between rounds days may pass, so that displays end and contents are destroyed. A node lives
//! on through [`ROUNDS_OF_A_LIFE`] rounds. What is chosen follows from the seed; what the scheduler makes of it does not.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::args::Ask;
use crate::door::Door;
use crate::life::load::Count;
use crate::life::{Life, check};
use crate::node::Serving;

/// Rounds that one node lives through.
const ROUNDS_OF_A_LIFE: u32 = 50;
/// After so many rounds the node is looked over with everything stopped.
const LOOKED_OVER_EACH: u32 = 10;

/// What the rounds came to.
#[derive(Debug, Default)]
struct Sum {
    acts: Count,
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
        let rounds = ROUNDS_OF_A_LIFE.min(ask.n - first);
        let mut life = Life::begin(ask, &format!("crash {first}"))?;
        for number in first..first + rounds {
            if let Err(error) = round(&mut life, number, &mut sum) {
                return Err(life.failed(error, &format!("crash {}: seed {}, round {number}", ask.engine(), ask.seed)));
            }
        }
        first += rounds;
        if let Err(error) = life.end() {
            return Err(life.failed(error, &format!("crash {}: seed {}, after round {first}", ask.engine(), ask.seed)));
        }
        sum.leaves += life.journal.size();
        sum.gone += life.memory.gone.len();
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

fn round(life: &mut Life, number: u32, sum: &mut Sum) -> Result<()> {
    if life.dice.below(8)? == 0 {
        life.node.serve_and_die(Duration::from_micros(u64::from(life.dice.below(60_000)?)))?;
        sum.killed_starting += 1;
    }
    let serving = life.node.serve()?;
    sum.slowest_start = sum.slowest_start.max(serving.ready_after);
    check::all_is_there(life, &Door::at(&serving.address)).context("after the round before")?;
    load(life, serving, sum)?;
    if (number + 1).is_multiple_of(LOOKED_OVER_EACH) {
        life.look_over()?;
    }
    life.days_pass()
}

/// Clients come, and the program dies while they are at it.
fn load(life: &mut Life, serving: Serving, sum: &mut Sum) -> Result<()> {
    let moment = moment(life)?;
    let mut killer = if life.dice.below(3)? == 0 { life.node.backend_killer()? } else { None };
    let count = life.attend(serving, killer.is_some(), |_| {
        thread::sleep(moment);
        if let Some(killer) = &mut killer {
            sum.killed_backends += u32::from(killer.strike()?);
            thread::sleep(moment / 2);
        }
        Ok(())
    })?;
    sum.acts += count;
    Ok(())
}

fn moment(life: &Life) -> Result<Duration> {
    let early = life.dice.below(5)? < 3;
    let micros = if early { life.dice.below(50_000)? } else { 50_000 + life.dice.below(350_000)? };
    Ok(Duration::from_micros(u64::from(micros)))
}
