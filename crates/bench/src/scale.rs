//! What a look costs with ten thousand, a hundred thousand and a million people on disk.

use std::path::Path;

use anyhow::Result;
use fairfile_testkit::postgres::Database;

use crate::machine::peak_memory;
use crate::{Size, intake, look};

/// How many people there are on disk, in turn.
const PEOPLE: [usize; 3] = [10_000, 100_000, 1_000_000];
/// By how much the dearest look may cost more than the cheapest.
const FLAT: f64 = 1.2;

/// Fills a node of each size, asks about people all over it, and prints what one look costs in each.
pub fn measure(size: &Size, most: usize, scratch: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut costs = Vec::new();
    for rows in PEOPLE.into_iter().filter(|rows| *rows <= most) {
        let folder = scratch.join(rows.to_string());
        std::fs::create_dir(&folder)?;
        let database = size.postgres.clone().map(Database::on);
        let postgres = database.as_ref().map(|database| database.url.clone());
        let size = Size { rows, postgres, ..size.clone() };
        let bench = intake::prepare(&size, &folder)?;
        intake::measure(&bench)?;
        // Once to fill what caches there are, once for the record.
        look::looks(&size, &bench, &runtime, 0)?;
        let cost = 1e6 / look::looks(&size, &bench, &runtime, size.looks)?;
        println!("  {rows:>9} people on disk: {cost:.1} us a look");
        costs.push(cost);
    }
    let dearest = costs.iter().copied().fold(f64::MIN, f64::max);
    let cheapest = costs.iter().copied().fold(f64::MAX, f64::min);
    println!("  the dearest costs {:.2} of the cheapest (goal {FLAT})", dearest / cheapest);
    peak_memory()
}
