//! What destruction costs: records whose retention has ended, destroyed by the calendar.

use std::time::Instant;

use anyhow::{Result, ensure};
use fairfile_service::calendar;

use crate::intake::Bench;

/// Lets every record outlive its retention and runs the calendar; prints the rate.
pub fn measure(bench: &Bench) -> Result<()> {
    bench.held.set_clock(&bench.registry, "2040-01-01T01:00:00Z".parse()?)?;
    let start = Instant::now();
    let passed = calendar::run(&bench.registry)?;
    let whole = start.elapsed();
    ensure!(passed.destroyed > 0, "there was something to destroy");
    println!(
        "\ndestruction: {} displays ended and {} contents destroyed in {:.1} s, {:.0} records/s; the root key moved on",
        passed.ended,
        passed.destroyed,
        whole.as_secs_f64(),
        passed.destroyed as f64 / whole.as_secs_f64()
    );
    Ok(())
}
