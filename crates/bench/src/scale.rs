//! What a look costs with ten thousand, a hundred thousand and a million people on disk.

use std::path::Path;

use anyhow::Result;
use fairfile_testkit::postgres::Database;
use tokio::runtime::{Builder, Runtime};

use crate::intake::Bench;
use crate::{Size, intake, look, machine, verify};

/// How many people there are on disk.
const PEOPLE: [usize; 3] = [10_000, 100_000, 1_000_000];
/// How often the nodes take turns: what else a machine has to do changes from one second to the next.
const TURNS: usize = 4;
/// By how much the dearest look may cost more than the cheapest.
const FLAT: f64 = 1.2;

/// A node with so many people, and what looks at it have cost so far.
struct Filled {
    size: Size,
    bench: Bench,
    database: Option<Database>,
    /// Microseconds for a look, added up over the turns.
    micros: f64,
}

/// Fills a node of each size, asks in turns about people all over each, and prints what one look costs; then replays the
/// largest.
pub fn measure(size: &Size, most: usize, scratch: &Path) -> Result<()> {
    let sizes = PEOPLE.into_iter().filter(|people| *people <= most);
    let mut nodes = sizes.map(|people| fill(size, people, scratch)).collect::<Result<Vec<_>>>()?;
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    for turn in 0..=TURNS {
        for node in &mut nodes {
            let micros = turn_of(node, turn, &runtime)?;
            // The first turn fills what caches there are.
            node.micros += if turn == 0 { 0.0 } else { micros };
        }
    }
    drop(runtime);
    let costs: Vec<f64> = nodes.iter().map(|node| node.micros / TURNS as f64).collect();
    for (node, cost) in nodes.iter().zip(&costs) {
        println!("  {:>9} people on disk: {cost:.1} us a look", node.size.rows);
    }
    let dearest = costs.iter().copied().fold(f64::MIN, f64::max);
    let cheapest = costs.iter().copied().fold(f64::MAX, f64::min);
    println!("  the dearest costs {:.2} of the cheapest (goal {FLAT})", dearest / cheapest);
    let Some(Filled { size, bench, database, .. }) = nodes.pop() else { return Ok(()) };
    drop(nodes);
    println!("\nverify of the largest");
    verify::whole(bench, size.rows)?;
    drop(database);
    Ok(())
}

fn fill(size: &Size, people: usize, scratch: &Path) -> Result<Filled> {
    let folder = scratch.join(people.to_string());
    std::fs::create_dir(&folder)?;
    let database = size.postgres.clone().map(Database::on);
    let postgres = database.as_ref().map(|database| database.url.clone());
    let size = Size { rows: people, postgres, ..size.clone() };
    let bench = intake::prepare(&size, &folder)?;
    let (_, filled) = machine::cost(|| intake::measure(&bench))?;
    println!("  {people:>9} people taken in: {filled}");
    Ok(Filled { size, bench, database, micros: 0.0 })
}

/// Asks what one node is asked in one turn; what a look cost.
fn turn_of(node: &Filled, turn: usize, runtime: &Runtime) -> Result<f64> {
    let looks = node.size.looks / TURNS;
    let size = Size { looks, ..node.size.clone() };
    Ok(1e6 / look::looks(&size, &node.bench, runtime, turn * looks)?)
}
