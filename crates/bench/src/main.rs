//! The load harness: what the node does in a second, beside what its unavoidable parts would do.
//!
//! Both are measured in one run on one machine, because only their ratio means anything on a machine
//! that others use too. `cargo xtask bench` builds this in release and runs it; `--help` tells the rest.
#![allow(clippy::disallowed_methods, reason = "a harness measures time and reads its own arguments")]

mod intake;
mod intake_floor;
mod look;
mod look_floor;
mod machine;
mod people;

use std::path::Path;

use anyhow::{Context, Result, bail};

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Size {
    /// Rows of the intake, and so people on file for the looks.
    pub rows: usize,
    /// Looks asked over HTTP.
    pub looks: usize,
    /// Clients that ask at once.
    pub clients: usize,
    /// PostgreSQL instead of the embedded database.
    pub postgres: Option<String>,
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut size = Size { rows: 50_000, looks: 40_000, clients: 64, postgres: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--help" {
            println!("cargo xtask bench [--rows N] [--looks N] [--clients N] [--postgres URL]");
            return Ok(());
        }
        let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--rows" => size.rows = value.parse()?,
            "--looks" => size.looks = value.parse()?,
            "--clients" => size.clients = value.parse()?,
            "--postgres" => size.postgres = Some(value),
            _ => bail!("unknown option {name}; see --help"),
        }
    }
    let scratch = tempfile::tempdir()?;
    run(&size, scratch.path())
}

fn run(size: &Size, scratch: &Path) -> Result<()> {
    println!("engine: {}", if size.postgres.is_some() { "PostgreSQL" } else { "SQLite" });
    println!("\nintake of {} rows, each about another person", size.rows);
    let bench = intake::prepare(size, scratch)?;
    let floor = intake_floor::measure(size, scratch)?;
    let rate = intake::measure(&bench)?;
    machine::report("intake", rate, &floor, "rows/s");
    machine::disk(&bench.folder, size.rows)?;
    println!("\n{} looks over HTTP, {} clients", size.looks, size.clients);
    look::measure_all(size, &bench)?;
    machine::peak_memory()
}
