//! `disk`: a disk that is full, fails at the n-th call, forgets what it was told to keep, or loses a bit.
//!
//! Whatever the disk does, the node says so or goes on as if nothing had been; it acknowledges nothing that it cannot
//! keep, leaves nothing half done, and serves again by itself as soon as the disk does: the same process after a disk that
//! was full, the next one after a disk that could not say what it holds.
//! Faults of the disk under PostgreSQL are that server's own; here they are those under the node's own files.

mod fails;
mod flips;
mod forgets;
mod full;
mod small;

use anyhow::{Context, Result, ensure};

use crate::args::Ask;
use crate::life::Life;

/// Runs all five, and prints a line for each. `n` is the number of flipped bits; the others have as many as it takes.
///
/// # Errors
/// With what was lost, half done or not named; the node's folder is kept then.
pub fn run(ask: &Ask) -> Result<()> {
    ensure!(!ask.postgres, "the disk under PostgreSQL is not ours; run this without --postgres");
    live(ask, "a disk that fails", fails::run)?;
    live(ask, "a disk that is full", full::run)?;
    live(ask, "a small disk", small::run)?;
    live(ask, "a disk that forgets", forgets::run)?;
    live(ask, "a disk that loses a bit", flips::run)
}

fn live(ask: &Ask, what: &str, trial: fn(&mut Life, &Ask) -> Result<String>) -> Result<()> {
    let mut life = Life::begin(ask, what)?;
    let ended = trial(&mut life, ask).and_then(|line| life.end().context("at the end").map(|()| line));
    match ended {
        Ok(line) => {
            println!("disk {}: seed {}, {what}: {line}", ask.engine(), ask.seed);
            Ok(())
        }
        Err(error) => Err(life.failed(error, &format!("disk {}: seed {}, {what}", ask.engine(), ask.seed))),
    }
}
