//! Trials: the real program under what kills programs, and what became of all that it had acknowledged.
//!
//! [`crash`] knows a node as an outsider does: by its program, its doors and its formats. It remembers every answer that
//! it was given, ends the program at a moment nobody chose, and afterwards asks for each of them again. [`tamper`] is an
//! insider who may write everything, and asks whether the replay or a saved receipt tells. `cargo xtask` builds this
//! with the program that it tries; see `docs/reliability.md` for what was run. Read `crash.rs` first.
#![allow(clippy::disallowed_methods, reason = "a trial measures, waits, and reads its own arguments")]

mod args;
mod crash;
mod disk;
mod door;
mod files;
mod journal;
mod life;
mod node;
mod steps;
mod tamper;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: fairfile-trial TRIAL [--seed S] [--n N] [--postgres]

  crash   ends the serving program at random moments under mixed load
  disk    disks that are full, fail, lie or lose a bit
  steps   ends the program at each step towards something durable, and at each again while it recovers
  tamper  changes rows of a stopped node, with the journal made to fit in half of the cases";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trial: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((trial, rest)) = words.split_first() else { bail!("no trial given\n\n{USAGE}") };
    match trial.as_str() {
        "crash" => crash::run(&args::Ask::read(rest, 200)?),
        "disk" => disk::run(&args::Ask::read(rest, 500)?),
        "steps" => steps::run(&args::Ask::read(rest, steps::SINGLES)?),
        "tamper" => tamper::run(&args::Ask::read(rest, 1_000)?),
        "help" | "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("there is no trial `{trial}`\n\n{USAGE}"),
    }
}
