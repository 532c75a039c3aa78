//! One bit of one file is another one: of the data, its log, the key store, the mark, the root key, a backup.
//!
//! A bit that nothing is kept in (a free page, the room behind the last row) changes nothing, and nobody need say so.
//! Every other one must be named: by the start, by the check of the state, by the doctor, or by what a person is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::args::Ask;
use crate::door::Door;
use crate::files::copy_folder;
use crate::life::Life;
use crate::life::plan::person;
use crate::node::Began;

/// The files of a node in which a bit may go, as they lie in its folder.
const FILES: [&str; 6] =
    ["data/fairfile.db", "data/fairfile.db-wal", "keys/keys.db", "keys/keys.db-wal", "keys/mark", "keys/root.key"];
/// The backups beside the node, by how they are named.
const BACKUPS: [&str; 2] = ["data.backup", "keys.backup"];

/// What came of the bits of one file.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    named: u32,
    harmless: u32,
}

/// Flips bits, one at a time.
pub fn run(life: &mut Life, ask: &Ask) -> Result<String> {
    let serving = life.node.serve()?;
    life.attend_in_turn(&serving, false)?;
    // A log is left behind only by whoever is killed.
    serving.kill()?;
    let whole = life.node.beside("whole");
    copy_folder(&life.node.folder(), &whole)?;
    let files = files(life)?;
    let known = everybody(life)?.context("a node that nobody touched does not serve")?;
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for number in 0..ask.n {
        let (name, path) = &files[number as usize % files.len()];
        put_back(&whole, &life.node.folder())?;
        let named = flip(life, name, path, &known).with_context(|| format!("flip {number}, in {name}"))?;
        let sum = sums.entry(name).or_default();
        *(if named { &mut sum.named } else { &mut sum.harmless }) += 1;
    }
    put_back(&whole, &life.node.folder())?;
    let told = sums.iter().map(|(name, sum)| format!("{name} {} named, {} harmless", sum.named, sum.harmless));
    Ok(told.collect::<Vec<_>>().join("; "))
}

/// The files that there are, backups included.
fn files(life: &Life) -> Result<Vec<(&'static str, PathBuf)>> {
    let folder = life.node.folder();
    let mut files: Vec<(&str, PathBuf)> = FILES.iter().map(|name| (*name, folder.join(name))).collect();
    files.retain(|(_, path)| path.metadata().is_ok_and(|file| file.len() > 0));
    for name in BACKUPS {
        let to = life.node.beside(name).display().to_string();
        let args: &[&str] =
            if name.starts_with("keys") { &["backup", "keys", "--to", &to] } else { &["backup", "--to", &to] };
        life.node.tend(args)?;
        files.push((name, life.node.beside(name)));
    }
    ensure!(files.len() > BACKUPS.len() + 3, "files of the node are missing");
    Ok(files)
}

/// Flips one bit of a file, and asks who names it; false if it is harmless.
fn flip(life: &mut Life, name: &str, path: &Path, known: &Everybody) -> Result<bool> {
    let whole = fs::read(path)?;
    let mut spoilt = whole.clone();
    let at = place(life, &spoilt)?;
    spoilt[at] ^= 1 << life.dice.below(8)?;
    fs::write(path, &spoilt)?;
    if BACKUPS.contains(&name) {
        let option = if name.starts_with("keys") { "--keys" } else { "--data" };
        let (code, _) = life.node.tries(&["restore", "--check", option, &path.display().to_string()])?;
        fs::write(path, &whole)?;
        ensure!(code != Some(0), "byte {at} of a backup was spoilt, and the backup is called good");
        return Ok(true);
    }
    let folder = life.node.folder().display().to_string();
    for check in ["verify", "doctor"] {
        let (code, said) = life.node.tries(&[check, "--node", &folder])?;
        match code {
            Some(0) => {}
            Some(_) if !said.is_null() => return Ok(true),
            other => bail!("byte {at} was spoilt, and `{check}` left with {other:?} and said nothing"),
        }
    }
    match everybody(life)? {
        None => Ok(true),
        Some(now) if now == *known => Ok(false),
        Some(_) => bail!("byte {at} was spoilt, somebody's file says something else, and nobody names it"),
    }
}

/// A byte of a file: mostly one that is not nought, for large parts of a database are empty.
fn place(life: &Life, bytes: &[u8]) -> Result<usize> {
    let wants_full = life.dice.below(4)? > 0;
    let mut at = 0;
    for _ in 0..50 {
        at = life.dice.below(u32::try_from(bytes.len())?)? as usize;
        if !wants_full || bytes.get(at).is_some_and(|byte| *byte != 0) {
            break;
        }
    }
    Ok(at)
}

/// What everybody on file reads of the records there; the looks grow with each reading.
type Everybody = Vec<Value>;

/// Nothing if the node does not serve or says that it failed.
fn everybody(life: &Life) -> Result<Option<Everybody>> {
    let Began::Serves(serving) = life.node.serve_through(&["env".to_owned()])? else { return Ok(None) };
    let door = Door::at(&serving.address);
    let mut files = Vec::new();
    for place in life.memory.on_file().into_keys() {
        match door.own_file(&person(place).number) {
            Ok(mut document) => files.push(document["records"].take()),
            Err(_) => return Ok(None),
        }
    }
    serving.kill()?;
    Ok(Some(files))
}

fn put_back(whole: &Path, folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder)?;
    Ok(copy_folder(whole, folder)?)
}
