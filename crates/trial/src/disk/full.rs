//! No more room: the node's files may not grow beyond a size. What does not fit is refused as a whole, and the same
//! process goes on as soon as there is room again.

use std::fs;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result, ensure};
use fairfile_store::RESERVE_FILE;

use crate::args::Ask;
use crate::door::Door;
use crate::life::{Life, check};
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
                refused += u32::from(!serving.is_well());
                goes_on(life, serving)?;
            }
            Began::Sick(serving) => {
                refused += 1;
                goes_on(life, serving)?;
            }
            Began::Ended(code) => {
                ensure!(code.is_some(), "the node did not start and named no reason");
                starts += 1;
            }
        }
        life.all_is_there().context("started anew after there was room again")?;
        life.days_pass()?;
    }
    ensure!(refused > 0, "the files never filled up");
    Ok(format!(
        "files that may not grow in {ROUNDS} rounds; {refused} times the node said that it takes no more, and the same \
         process went on when there was room, {starts} times it could not start; nothing was half done"
    ))
}

/// Work comes until none is acknowledged any more.
pub fn fills_up(life: &mut Life, serving: &Serving) -> Result<()> {
    for _ in 0..20 {
        life.attend_in_turn(serving, true)?;
        if !serving.is_well() {
            break;
        }
    }
    Ok(())
}

/// There is room again: the same process must be well by itself, have all that it acknowledged, and take more.
fn goes_on(life: &mut Life, serving: Serving) -> Result<()> {
    serving.may_grow()?;
    serving.gets_well().context("the files may grow again")?;
    check::all_is_there(life, &Door::at(&serving.address)).context("in the same process")?;
    life.attend_in_turn(&serving, false).context("in the same process")?;
    serving.kill()
}

/// The size of the largest file of the node that grows, in bytes.
fn largest(life: &Life) -> Result<u64> {
    let mut largest = 0;
    for folder in ["data", "keys"] {
        for entry in fs::read_dir(life.node.folder().join(folder))? {
            let entry = entry?;
            if entry.file_name() != RESERVE_FILE {
                largest = largest.max(entry.metadata()?.size());
            }
        }
    }
    Ok(largest)
}

/// The program with a limit on the size of its files, which may be lifted. Whoever runs into it is told, and not killed.
fn no_larger_than(most: u64) -> Vec<String> {
    let limit = format!("--fsize={most}:unlimited");
    ["env", "--ignore-signal=XFSZ", "prlimit", &limit].map(str::to_owned).to_vec()
}
