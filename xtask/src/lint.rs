//! `cargo xtask lint` and `cargo xtask ci`: all checks one after another, each with the time it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{e2e, test, tidy, tools, trial};

type Step = (&'static str, fn() -> Result<()>);

/// The cheap ones first. `proof` is checked by itself because outsiders build it by itself, with no other crate of ours
/// to switch on a feature it forgot to ask for.
const LINT: [Step; 4] = [
    ("tidy", tidy::run),
    ("cargo fmt", || cargo(&["fmt", "--all", "--check"])),
    ("cargo clippy", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    ("proof alone", || cargo(&["check", "-p", "fairfile-proof"])),
];

const SHOW: [Step; 4] = [
    ("tests", || test::run(&test::Ask::default())),
    ("demo", || cargo(&["run", "--", "demo", "--check"])),
    ("browser", e2e::slice),
    ("trials", trial::slices),
];

/// Formatting, clippy, the proof crate alone, tidy.
///
/// # Errors
/// If any of them found something; the others have been run all the same.
pub fn lint() -> Result<()> {
    walk(&LINT)
}

/// What CI runs: [`lint`], every test, the demo's check of itself, and a slice of the browser tests and of every trial.
///
/// # Errors
/// As [`lint`].
pub fn ci() -> Result<()> {
    walk(&[&LINT[..], &SHOW[..]].concat())
}

fn cargo(args: &[&str]) -> Result<()> {
    tools::run(tools::cargo().args(args))
}

fn walk(steps: &[Step]) -> Result<()> {
    let mut table = Vec::new();
    for (name, step) in steps {
        println!("== {name}");
        let began = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            eprintln!("xtask: {error:#}");
        }
        let row = row(name, began.elapsed(), outcome.is_ok());
        println!("{row}");
        table.push((*name, row, outcome.is_ok()));
    }
    println!("== all steps");
    for (_, row, _) in &table {
        println!("{row}");
    }
    let failed: Vec<&str> = table.iter().filter(|(.., well)| !well).map(|(name, ..)| *name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn row(name: &str, took: Duration, well: bool) -> String {
    format!("{name:<14} {:>8.1} s  {}", took.as_secs_f64(), if well { "ok" } else { "FAILED" })
}
