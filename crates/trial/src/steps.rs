//! `steps`: the program ends at each step towards something durable, and at each again while it recovers from each.
//!
//! The program that is tried is built with the feature `faults`, and ends where `fairfile_store::faults` says. A flow
//! comes to a step for the first, the second or the fifth time, dies there, and is started again: in the first flows as
//! it should be, later with another step to die at. Then all that was acknowledged must be there, and the state must be
//! the fold of the journal.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use fairfile_store::faults::Step;

use crate::args::Ask;
use crate::life::Life;
use crate::node::Began;

/// How often the program comes to a step before it ends there, in turn.
const TIMES: [u32; 3] = [1, 2, 5];
/// As many flows as bring it to every step, each of these times, with nothing in its way when it recovers.
pub const SINGLES: u32 = (Step::ALL.len() * TIMES.len()) as u32;
/// In how many flows it may come to a step for the first time.
const TRIES: u32 = 8;
/// Days between two flows: contents are destroyed in most of them.
const DAYS: i64 = 45;
/// Flows that nothing ends, so that something can be destroyed from the first one that counts on.
const YOUTH: u32 = 12;
/// After so many flows the state is held against the journal.
const LOOKED_OVER_EACH: u32 = 10;

/// Runs the flows: each step alone first, then each with every other one in the recovery after it.
///
/// # Errors
/// With the steps, and what was lost; the node's folder is kept then.
pub fn run(ask: &Ask) -> Result<()> {
    let mut life = Life::begin(ask, "steps")?;
    let (mut met, mut again) = (BTreeSet::new(), 0);
    for _ in 0..YOUTH {
        flow(&mut life, None)?;
        life.pass(DAYS)?;
    }
    for number in 0..ask.n {
        let (first, second) = steps(number);
        let what = || format!("steps {}: seed {}, flow {number}, {first:?} then {second:?}", ask.engine(), ask.seed);
        let outcome = (|| {
            if ends_at(&mut life, first)? {
                met.insert(format!("{:?}", first.0));
            }
            if let Some(second) = second {
                again += u32::from(flow(&mut life, Some(second))?);
            }
            life.all_is_there()?;
            if (number + 1).is_multiple_of(LOOKED_OVER_EACH) {
                life.look_over()?;
            }
            life.pass(DAYS)
        })();
        outcome.map_err(|error| life.failed(error, &what()))?;
    }
    life.end().map_err(|error| life.failed(error, "steps: at the end"))?;
    let never: Vec<String> =
        Step::ALL.iter().map(|step| format!("{step:?}")).filter(|step| !met.contains(step)).collect();
    ensure!(ask.n < SINGLES || never.is_empty(), "no flow ended at {}", never.join(", "));
    println!(
        "steps {}: seed {}, {} flows; the program ended at {} of {} steps, and {again} times again in the recovery; {} \
         leaves, {} contents gone; nothing acknowledged was lost, nothing doubled",
        ask.engine(),
        ask.seed,
        ask.n,
        met.len(),
        Step::ALL.len(),
        life.journal.size(),
        life.memory.gone.len()
    );
    Ok(())
}

/// A step, and which time the program comes to it.
type At = (Step, u32);

/// Where the flow of this number ends: singles first, then pairs.
fn steps(number: u32) -> (At, Option<At>) {
    let all = Step::ALL.len() as u32;
    let at = |step: u32, time: u32| (Step::ALL[(step % all) as usize], TIMES[time as usize % TIMES.len()]);
    if number < SINGLES {
        return (at(number, number / all), None);
    }
    let pair = number - SINGLES;
    (at(pair, pair / all), Some((at(pair / all, 0).0, 1)))
}

/// Whether the program ended at a step. One that is looked for the first time is looked for in some more flows, for not
/// every flow has a correction or a destruction in it.
fn ends_at(life: &mut Life, at: At) -> Result<bool> {
    let tries = if at.1 == 1 { TRIES } else { 1 };
    for _ in 0..tries {
        if flow(life, Some(at))? {
            return Ok(true);
        }
        life.pass(DAYS)?;
    }
    Ok(false)
}

/// Starts the program so that it ends at a step, lets clients come to it, and says whether it ended there.
fn flow(life: &mut Life, end: Option<At>) -> Result<bool> {
    let fault = end.map_or_else(String::new, |(step, time)| format!("FAIRFILE_FAULT={step:?} {time}"));
    let through: Vec<String> = std::iter::once("env".to_owned()).chain((!fault.is_empty()).then_some(fault)).collect();
    let began = life.node.serve_through(&through)?;
    match began {
        Began::Serves(mut serving) | Began::Sick(mut serving) => {
            life.attend_in_turn(&serving, end.is_some())?;
            let died = serving.has_died()?;
            serving.kill()?;
            ensure!(end.is_some() || !died, "the program ended where nobody asked it to");
            Ok(died)
        }
        Began::Ended(code) => {
            ensure!(end.is_some() && code.is_none(), "the program did not start: {}", code.unwrap_or_default());
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_comes_alone_and_after_every_other() {
        let singles: BTreeSet<String> = (0..SINGLES).map(|number| format!("{:?}", steps(number))).collect();
        assert_eq!(singles.len(), SINGLES as usize);
        let all = Step::ALL.len() as u32;
        let pair = |number| {
            let (first, second) = steps(number);
            format!("{:?} {:?}", first.0, second.map(|second| second.0))
        };
        let pairs: BTreeSet<String> = (SINGLES..SINGLES + all * all).map(pair).collect();
        assert_eq!(pairs.len(), (all * all) as usize);
    }
}
