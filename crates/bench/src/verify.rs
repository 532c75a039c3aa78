//! The replay of the whole journal, beside reading every row and hashing every byte of it.

use std::time::Instant;

use anyhow::{Result, ensure};
use fairfile_proof::{Leaf, Tree, leaf_hash};
use fairfile_service::replay::{self, Beside};
use fairfile_store::table::{scan, shapes};
use fairfile_store::{StoreError, Value};

use crate::intake::Bench;
use crate::machine::{self, Part};

/// Measures both and prints them, per leaf.
pub fn measure_all(bench: &Bench) -> Result<()> {
    let floor = [read_and_hash(bench)?];
    let start = Instant::now();
    let verdict = replay::verify(&mut bench.registry.store.snapshot()?, &bench.registry.vault, Beside::default())?;
    let whole = start.elapsed();
    ensure!(verdict.holds, "the bench's own node holds: {:?}", verdict.findings);
    println!("\nverify of {} leaves took {:.1} s", verdict.leaves, whole.as_secs_f64());
    machine::report("verify", verdict.leaves as f64 / whole.as_secs_f64(), &floor, "leaves/s", 0.7);
    Ok(())
}

/// Reads every row of every table once, hashes every text and every byte in it, and makes the tree over the leaves.
fn read_and_hash(bench: &Bench) -> Result<Part> {
    let mut snapshot = bench.registry.store.snapshot()?;
    let start = Instant::now();
    let (mut tree, mut leaves) = (Tree::empty(), 0);
    for shape in shapes(&mut snapshot)? {
        let is_leaf = shape.name == "leaf";
        scan(&mut snapshot, &shape, |cells| {
            for cell in cells {
                match cell {
                    Value::Bytes(bytes) => drop(std::hint::black_box(leaf_hash(bytes))),
                    Value::Text(text) => drop(std::hint::black_box(leaf_hash(text.as_bytes()))),
                    Value::Whole(_) | Value::Null => {}
                }
            }
            if is_leaf
                && let Some(Value::Bytes(leaf)) = cells.get(1)
                && let Ok(leaf) = Leaf::from_bytes(leaf)
            {
                tree.append(leaf.hash());
                leaves += 1;
            }
            Ok::<(), StoreError>(())
        })?;
        tree.take_full_tiles();
        tree.snapshot();
    }
    Ok(Part::new("reading every row, hashing every byte, the tree", start.elapsed(), leaves))
}
