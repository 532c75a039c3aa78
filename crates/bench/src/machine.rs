//! What the harness prints: rates, their floor part by part, processor time, memory and disk.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Ticks of the system's clock in a second, in which Linux counts what a process used.
const TICKS: f64 = 100.0;

/// One unavoidable part: its name, and what one of its kind costs.
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// The time for one row or one look.
    pub each: Duration,
}

impl Part {
    /// `count` of a kind took `whole`.
    pub fn new(name: &'static str, whole: Duration, count: usize) -> Self {
        Self { name, each: whole / u32::try_from(count.max(1)).unwrap_or(u32::MAX) }
    }
}

/// Times `work`, which does `count` of a kind.
pub fn part(name: &'static str, count: usize, work: impl FnOnce() -> Result<()>) -> Result<Part> {
    let start = Instant::now();
    work()?;
    Ok(Part::new(name, start.elapsed(), count))
}

/// Prints a rate beside the rate of its parts added up.
pub fn report(what: &str, rate: f64, floor: &[Part], unit: &str, goal: f64) {
    for part in floor {
        println!("  {:<62} {:>9.2} us", part.name, part.each.as_secs_f64() * 1e6);
    }
    let whole: f64 = floor.iter().map(|part| part.each.as_secs_f64()).sum();
    println!("  {:<62} {:>9.2} us  = {:.0} {unit}", "the parts added up", whole * 1e6, 1.0 / whole);
    println!("  {:<62} {:>9.2} us  = {rate:.0} {unit}", format!("{what} as it is"), 1e6 / rate);
    println!("  {what}: {:.2} of its floor (goal {goal:.2})", rate * whole);
}

/// Prints the bytes on disk for each record.
pub fn disk(folder: &Path, records: usize) -> Result<()> {
    for part in ["data", "keys"] {
        let bytes = size_of(&folder.join(part))?;
        println!(
            "  {part} on disk: {:.1} MiB, {} bytes for each record",
            bytes as f64 / 1_048_576.0,
            bytes / records.max(1) as u64
        );
    }
    Ok(())
}

fn size_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

/// What some work took.
#[derive(Debug, Clone)]
pub struct Cost {
    /// Time on the wall.
    pub wall: Duration,
    /// Seconds of processor time of this process, all cores added up; a PostgreSQL server's are not among them.
    pub processor: f64,
    /// The most memory that this process held meanwhile.
    pub memory: String,
}

impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wall = self.wall.as_secs_f64();
        write!(out, "{wall:.1} s, {:.1} s of processor time, at most {} of memory", self.processor, self.memory)
    }
}

/// Does `work` and says what it took.
pub fn cost<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
    forget_peak()?;
    let (start, before) = (Instant::now(), processor()?);
    let done = work()?;
    Ok((done, Cost { wall: start.elapsed(), processor: processor()? - before, memory: peak()? }))
}

/// Seconds of processor time that this process has used.
fn processor() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program stands in brackets and may hold blanks; what follows it is counted from there.
    let (_, after) = stat.rsplit_once(')').context("/proc/self/stat is not what proc(5) says")?;
    let ticks = |position: usize| after.split_whitespace().nth(position).and_then(|ticks| ticks.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("/proc/self/stat is not what proc(5) says")?;
    Ok((user + system) / TICKS)
}

/// Lets the system count the most memory anew, from what is held now.
pub fn forget_peak() -> Result<()> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

/// The most memory that this process, server and clients in one, has held so far, or since [`forget_peak`].
pub fn peak() -> Result<String> {
    status("VmHWM")
}

/// The memory that this process holds now.
pub fn memory() -> Result<String> {
    status("VmRSS")
}

fn status(name: &str) -> Result<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let kibibytes = kibibytes.context("/proc/self/status is not what proc(5) says")?;
    Ok(format!("{} MiB", kibibytes / 1024))
}

/// Prints the most memory since it was last counted anew.
pub fn peak_memory() -> Result<()> {
    println!("\npeak memory, clients included: {}", peak()?);
    Ok(())
}
