//! The load harness: what the node does in a second, beside what its unavoidable parts would do.
//!
//! Both are measured in one run on one machine, because only their ratio means anything on a machine
//! that others use too. `cargo xtask bench` builds this in release and runs it; `--help` tells the rest.
#![allow(clippy::disallowed_methods, reason = "a harness measures time and reads its own arguments")]

mod destroy;
mod intake;
mod intake_floor;
mod look;
mod look_floor;
mod machine;
mod overload;
mod people;
mod scale;
mod verify;

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
    /// For how many seconds ten times the capacity is offered; if it is, that is all that is measured.
    pub overload: Option<u64>,
    /// The most people on disk for which a look is measured; if given, that is all that is measured.
    pub scale: Option<usize>,
    /// PostgreSQL instead of the embedded database.
    pub postgres: Option<String>,
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut size = Size { rows: 50_000, looks: 40_000, clients: 64, overload: None, scale: None, postgres: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--help" {
            println!(
                "cargo xtask bench [--rows N] [--looks N] [--clients N] [--overload SECONDS | --scale PEOPLE] [--postgres URL]"
            );
            return Ok(());
        }
        let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--rows" => size.rows = value.parse()?,
            "--looks" => size.looks = value.parse()?,
            "--clients" => size.clients = value.parse()?,
            "--overload" => size.overload = Some(value.parse()?),
            "--scale" => size.scale = Some(value.parse()?),
            "--postgres" => size.postgres = Some(value),
            _ => bail!("unknown option {name}; see --help"),
        }
    }
    let scratch = tempfile::tempdir()?;
    run(&size, scratch.path())
}

fn run(size: &Size, scratch: &Path) -> Result<()> {
    println!("engine: {}", if size.postgres.is_some() { "PostgreSQL" } else { "SQLite" });
    if let Some(most) = size.scale {
        println!("\n{} looks over HTTP, {} clients, among more and more people", size.looks, size.clients);
        return scale::measure(size, most, scratch);
    }
    let bench = intake::prepare(size, scratch)?;
    if let Some(seconds) = size.overload {
        intake::measure(&bench)?;
        return overload::measure(size, &bench, seconds);
    }
    println!("\nintake of {} rows, each about another person", size.rows);
    let floor = intake_floor::measure(size, scratch)?;
    let rate = intake::measure(&bench)?;
    machine::report("intake", rate, &floor, "rows/s", 0.6);
    machine::disk(&bench.folder, size.rows)?;
    println!("\n{} looks over HTTP, {} clients", size.looks, size.clients);
    look::measure_all(size, &bench)?;
    verify::measure_all(&bench)?;
    destroy::measure(&bench)?;
    machine::peak_memory()
}
