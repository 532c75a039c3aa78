//! No more room: the node's files may not grow beyond a size, as on a disk that is full.

use std::fs;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result, ensure};

use crate::args::Ask;
use crate::door::Door;
use crate::life::Life;
use crate::node::{Began, Serving};

/// Rounds in which there is no room at first.
const ROUNDS: u32 = 6;
/// How much more than they have the files may grow, in bytes, in the first round; in each further one twice as much.
const ROOM: u64 = 16 * 1024;

/// Lets the files fill up, and makes room again.
pub fn run(life: &mut Life, _ask: &Ask) -> Result<String> {
    let (mut refused, mut starts) = (0, 0);
    for round in 0..ROUNDS {
        let most = largest(life)? + (ROOM << round);
        match life.node.serve_through(&no_larger_than(most))? {
            Began::Serves(serving) => {
                fills_up(life, &serving)?;
                refused += u32::from(is_sick(&serving));
                serving.kill()?;
            }
            Began::Sick(serving) => {
                refused += 1;
                serving.kill()?;
            }
            Began::Ended(code) => {
                ensure!(code.is_some(), "the node did not start and named no reason");
                starts += 1;
            }
        }
        life.all_is_there().context("after there was room again")?;
        life.days_pass()?;
    }
    ensure!(refused + starts > 0, "the files never filled up");
    Ok(format!(
        "files that may not grow in {ROUNDS} rounds; {refused} times the node said that it takes no more, {starts} times \
         that it cannot start; nothing was half done, and each start after it was a good one"
    ))
}

/// Work comes until none is acknowledged any more.
fn fills_up(life: &mut Life, serving: &Serving) -> Result<()> {
    for _ in 0..20 {
        life.attend_in_turn(serving, true)?;
        if is_sick(serving) {
            break;
        }
    }
    Ok(())
}

/// Whether the node itself says that something is wrong.
fn is_sick(serving: &Serving) -> bool {
    Door::at(&serving.address).get("/health").is_ok_and(|answered| answered.status >= 500)
}

/// The size of the largest file of the node, in bytes.
fn largest(life: &Life) -> Result<u64> {
    let mut largest = 0;
    for folder in ["data", "keys"] {
        for entry in fs::read_dir(life.node.folder().join(folder))? {
            largest = largest.max(entry?.metadata()?.size());
        }
    }
    Ok(largest)
}

/// The program with a limit on the size of its files. Whoever runs into it is told, and not killed.
fn no_larger_than(most: u64) -> Vec<String> {
    let limit = format!("--fsize={most}");
    ["env", "--ignore-signal=XFSZ", "prlimit", &limit].map(str::to_owned).to_vec()
}
