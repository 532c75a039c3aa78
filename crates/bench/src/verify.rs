//! The replay of the whole journal, beside reading every row and every key and hashing every byte of it.

use std::ops::Range;
use std::path::Path;

use anyhow::{Result, ensure};
use fairfile_proof::{Leaf, Tree, leaf_hash};
use fairfile_service::clock::Machine;
use fairfile_service::folder::Folder;
use fairfile_service::registrar::confirm_clock;
use fairfile_service::replay::{self, Beside, Findings, NodeUnderCheck, Verdict};
use fairfile_store::table::{scan, shapes};
use fairfile_store::{StoreError, Value};
use fairfile_vault::Chance;

use crate::intake::{self, Bench};
use crate::machine::{self, Cost, Part};
use crate::{Size, look};

/// Keys that are read at once.
const KEYS_AT_ONCE: u32 = 10_000;
/// What a node has come by between two replays of it, as a part of what it has.
const SINCE: usize = 100;

/// Measures both and prints them, per leaf.
pub fn measure_all(bench: &Bench) -> Result<()> {
    let (floor, _) = floor(bench)?;
    let registry = &bench.registry;
    let (verdict, cost) =
        machine::cost(|| Ok(replay::verify(&mut registry.store.snapshot()?, &registry.vault, Beside::default())?))?;
    must_hold(&verdict)?;
    println!("\nverify of {} leaves: {cost}", verdict.leaves);
    machine::report("verify", verdict.leaves as f64 / cost.wall.as_secs_f64(), &[floor], "leaves/s", 0.7);
    Ok(())
}

/// Fills a node with people and looks and replays it, see [`whole`].
pub fn alone(size: &Size, scratch: &Path) -> Result<()> {
    let bench = intake::prepare(size, scratch)?;
    let (_, filled) = machine::cost(|| intake::measure(&bench))?;
    println!("  {} rows taken in: {filled}", size.rows);
    look::measure(size, &bench)?;
    whole(bench, size.rows)
}

/// Replays a node of so many rows as `fairfile verify --node` does: whole, then with nothing new, then with one row more for
/// every hundred. Prints what each took, and what the first of them would need at the least.
pub fn whole(bench: Bench, rows: usize) -> Result<()> {
    let (floor, cost) = floor(&bench)?;
    println!("  {}, on one core: {cost}", floor.name);
    let folder = bench.folder.clone();
    drop(bench);

    let (leaves, whole) = check(&folder, true, "the whole journal")?;
    machine::report("verify", leaves as f64 / whole.wall.as_secs_f64(), &[floor], "leaves/s", 0.7);
    println!("  verify, whole: {:.1} s for a million leaves (goal 60)", whole.wall.as_secs_f64() * 1e6 / leaves as f64);
    check(&folder, false, "nothing new")?;
    add(&folder, rows..rows + rows.div_ceil(SINCE))?;
    check(&folder, false, "one row more for every hundred")?;
    Ok(())
}

/// Replays the node in `folder`; the leaves it has, and what it took.
fn check(folder: &Path, full: bool, what: &str) -> Result<(u64, Cost)> {
    let (verdict, cost): (Verdict, Cost) = machine::cost(|| {
        let node = NodeUnderCheck::open(folder, None, Machine::of(look::machine_clock))?;
        Ok(node.replay(&mut node.snapshot()?, full)?)
    })?;
    must_hold(&verdict)?;
    let (from, leaves) = (verdict.replayed_from, verdict.leaves);
    println!("  verify, {what}: {leaves} leaves, folded from {from}: {cost}");
    Ok((leaves, cost))
}

fn must_hold(verdict: &Verdict) -> Result<()> {
    let Findings { count, kept } = &verdict.findings;
    ensure!(verdict.holds, "the harness's own node does not hold: {count} findings, the first: {:?}", kept.first());
    Ok(())
}

fn add(folder: &Path, people: Range<usize>) -> Result<()> {
    let (_held, registry) = Folder::open(folder, Chance::system(), Machine::of(look::machine_clock))?;
    // A node that was off waits with files until somebody has said which day it is.
    confirm_clock(&registry, "bench-1", "bench-2", "the harness opens the node again")?;
    intake::add(&registry.into(), people)
}

/// Reads every row of every table and every key once, hashes every text and every byte in the rows, and makes the tree
/// over the leaves; on one core, as nothing in it waits for anything else.
fn floor(bench: &Bench) -> Result<(Part, Cost)> {
    let (leaves, cost) = machine::cost(|| {
        read_keys(bench)?;
        read_and_hash(bench)
    })?;
    Ok((Part::new("reading every row and key, hashing every byte, the tree", cost.wall, leaves), cost))
}

fn read_and_hash(bench: &Bench) -> Result<usize> {
    let mut snapshot = bench.registry.store.snapshot()?;
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
    Ok(leaves)
}

fn read_keys(bench: &Bench) -> Result<()> {
    let keyring = bench.registry.vault.keyring();
    let mut after = None;
    loop {
        let keys = keyring.list_kept(after, KEYS_AT_ONCE)?;
        after = std::hint::black_box(keys).last().copied();
        if after.is_none() {
            return Ok(());
        }
    }
}
