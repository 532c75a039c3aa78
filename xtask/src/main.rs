//! The workshop's tasks, run by `cargo xtask TASK`: what CI runs is what anyone can run.
//!
//! [`test`] is the one to read first. Nothing here ships with the product.
#![allow(
    clippy::disallowed_methods,
    reason = "the workshop lives in the ambient world: it reads the environment and times its steps"
)]

mod bench;
mod cluster;
mod e2e;
mod lint;
mod machine;
mod node;
mod python;
mod tally;
mod test;
mod tidy;
mod tools;
mod trial;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask TASK

  test [--only sqlite|postgres] [-- ARGS]
          every test, on both databases; installs what it needs. ARGS go to the test runner and narrow the run:
          `cargo xtask test -- -p fairfile-domain`, `cargo xtask test -- a_name`
  lint    formatting, clippy, the proof crate alone, tidy
  tidy    the house rules that no compiler knows: each finding with its file, line and reason
  e2e [--whole] [-- ARGS]
          every page in a real browser, as much of it as CI runs or all; installs what it needs. ARGS go to Node's test
          runner: `cargo xtask e2e -- --test-name-pattern=story`. Screenshots go where FAIRFILE_E2E_SHOTS says
  ci      lint, test, the demo's self-check, the browser and the trials, with the time of each step
  crash [--seed S] [--n N] [--postgres]
          kills the serving program at random moments under mixed load, and asks for all that it acknowledged
  disk [--seed S] [--n N]
          disks that fail, are full, forget or lose one of N bits
  steps [--seed S] [--n N] [--postgres]
          ends the program at each step towards something durable, and at each again while it recovers
  tamper [--seed S] [--n N] [--postgres]
          changes rows of a stopped node, with the journal made to fit in half of the cases: replay or receipt must tell
  trials  every trial, as much of it as CI runs
  bench [--postgres] [ARGS]
          the load harness, in release; `cargo xtask bench --help` has its arguments";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((task, rest)) = args.split_first() else { bail!("no task given\n\n{USAGE}") };
    match (task.as_str(), rest) {
        ("test", rest) => test::run(&test::Ask::read(rest)?),
        ("lint", []) => lint::lint(),
        ("tidy", []) => tidy::run(),
        ("ci", []) => lint::ci(),
        ("e2e", rest) => e2e::run(&e2e::Ask::read(rest)?),
        ("trials", []) => trial::slices(),
        (name, rest) if trial::NAMES.contains(&name) => trial::run(name, rest),
        ("bench", rest) => bench::run(rest),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(())
        }
        ("lint" | "tidy" | "ci" | "trials", [extra, ..]) => {
            bail!("`{task}` takes no arguments, and got `{extra}`\n\n{USAGE}")
        }
        _ => bail!("there is no task `{task}`\n\n{USAGE}"),
    }
}
