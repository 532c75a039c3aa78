//! What the harness prints: rates, their floor part by part, memory and disk.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

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

/// The most memory that this process, server and clients in one, has held so far.
pub fn peak() -> Result<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: unknown");
    Ok(peak.trim_start_matches("VmHWM:").trim().to_owned())
}

/// Prints it.
pub fn peak_memory() -> Result<()> {
    println!("\npeak memory of the whole run, clients included: {}", peak()?);
    Ok(())
}
