//! The load harness: what the node does in a second, beside what its unavoidable parts would do.
//!
//! Both are measured in one run on one machine, because only their ratio means anything on a machine
//! that others use too. `cargo xtask bench` builds this in release and runs it; `--help` tells the rest.
#![allow(clippy::disallowed_methods, reason = "a harness measures time and reads its own arguments")]

mod alike;
mod destroy;
mod intake;
mod intake_floor;
mod look;
mod look_floor;
mod machine;
mod overload;
mod own_file;
mod people;
mod scale;
mod verify;

use std::path::Path;

use anyhow::{Context, Result, bail};
use fairfile_testkit::postgres::Database;
use mimalloc::MiMalloc;
use zeroizing_alloc::ZeroAlloc;

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

/// What is measured.
#[derive(Debug, Clone, Copy)]
enum What {
    /// Intake, looks, the replay and destruction, each beside its floor.
    Parts,
    /// The replay of a journal of so many rows, whole and after some more.
    Verify(usize),
    /// Ten times the capacity, for so many seconds.
    Overload(u64),
    /// A look among more and more people, up to so many.
    Scale(usize),
    /// Whether the time of an answer tells why nothing is shown, from so many answers for each reason.
    Alike(usize),
}

// As the program has it, which wipes what it gives back.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

const USAGE: &str = "\
cargo xtask bench [--rows N] [--looks N] [--clients N] [--postgres [URL]]
                  [--verify ROWS | --overload SECONDS | --scale PEOPLE | --alike ANSWERS]";

fn main() -> Result<()> {
    let mut size = Size { rows: 50_000, looks: 40_000, clients: 64, postgres: None };
    let mut what = What::Parts;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--help" {
            println!("{USAGE}");
            return Ok(());
        }
        let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--rows" => size.rows = value.parse()?,
            "--looks" => size.looks = value.parse()?,
            "--clients" => size.clients = value.parse()?,
            "--verify" => what = What::Verify(value.parse()?),
            "--overload" => what = What::Overload(value.parse()?),
            "--scale" => what = What::Scale(value.parse()?),
            "--alike" => what = What::Alike(value.parse()?),
            "--postgres" => size.postgres = Some(value),
            _ => bail!("unknown option {name}; see --help"),
        }
    }
    let scratch = tempfile::tempdir()?;
    run(size, what, scratch.path())
}

fn run(mut size: Size, what: What, scratch: &Path) -> Result<()> {
    println!("engine: {}", if size.postgres.is_some() { "PostgreSQL" } else { "SQLite" });
    // Each size of a scale has a database of its own; everything else has one.
    let server = if let What::Scale(_) = what { None } else { size.postgres.take() };
    let database = server.map(Database::on);
    size.postgres = database.as_ref().map(|database| database.url.clone()).or(size.postgres);
    match what {
        What::Parts => parts(&size, scratch),
        What::Verify(rows) => {
            size.rows = rows;
            println!("\nverify of a journal of {rows} records, each about another person");
            verify::alone(&size, scratch)
        }
        What::Overload(seconds) => {
            let bench = intake::prepare(&size, scratch)?;
            intake::measure(&bench)?;
            overload::measure(&size, &bench, seconds)
        }
        What::Alike(answers) => {
            size.rows = 1_000;
            let bench = intake::prepare(&size, scratch)?;
            intake::measure(&bench)?;
            alike::measure(&size, &bench, answers)
        }
        What::Scale(most) => {
            println!("\n{} looks over HTTP, {} clients, among more and more people", size.looks, size.clients);
            scale::measure(&size, most, scratch)
        }
    }
}

fn parts(size: &Size, scratch: &Path) -> Result<()> {
    let bench = intake::prepare(size, scratch)?;
    println!("\nintake of {} rows, each about another person", size.rows);
    let floor = intake_floor::measure(size, scratch)?;
    let rate = intake::measure(&bench)?;
    machine::report("intake", rate, &floor, "rows/s", 0.6);
    machine::disk(&bench.folder, size.rows)?;
    let rate = look::measure(size, &bench)?;
    verify::measure_all(&bench)?;
    println!("\n{} looks over HTTP, {} clients", size.looks, size.clients);
    look::report(size, &bench, rate)?;
    machine::peak_memory()?;
    destroy::measure(&bench)
}
