//! What destruction costs: records whose retention has ended, destroyed by the calendar.

use anyhow::{Result, ensure};
use fairfile_service::calendar;

use crate::intake::Bench;
use crate::machine;

/// Lets every record outlive its retention and runs the calendar; prints the rate.
pub fn measure(bench: &Bench) -> Result<()> {
    bench.held.set_clock(&bench.registry, "2040-01-01T01:00:00Z".parse()?)?;
    let (passed, cost) = machine::cost(|| Ok(calendar::run(&bench.registry)?))?;
    ensure!(passed.destroyed > 0, "there was something to destroy");
    println!(
        "\ndestruction: {} displays ended and {} contents destroyed, {:.0} records/s: {cost}; the root key moved on",
        passed.ended,
        passed.destroyed,
        passed.destroyed as f64 / cost.wall.as_secs_f64()
    );
    Ok(())
}
