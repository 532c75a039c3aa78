//! A small disk of its own under the data, filled to the last byte: persons, and what ends, go on from the reserve.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use fairfile_store::RESERVE_BYTES;
use serde_json::Value;

use super::full::fills_up;
use crate::args::Ask;
use crate::door::{Door, Holder};
use crate::files::copy_folder;
use crate::life::memory::Look;
use crate::life::plan::person;
use crate::life::{Life, check, load};
use crate::node::{Began, Serving};

/// What the disk has beyond the reserve, in bytes.
const BEYOND: u64 = 24 * 1024 * 1024;

/// Fills the disk, asks who is still served, and makes room again.
pub fn run(life: &mut Life, _ask: &Ask) -> Result<String> {
    life.all_is_there()?;
    let data = life.node.folder().join("data");
    let Some(disk) = Disk::under(&data)? else {
        return Ok("not tried: no disk can be mounted here, which takes root".to_owned());
    };
    let serving = life.node.serve()?;
    life.attend_in_turn(&serving, false)?;
    let ballast = disk.fill()?;
    fills_up(life, &serving)?;
    ensure!(!serving.is_well(), "the disk is full, and the node says that it is well");
    let refused = whoever_only_adds(life, &serving)?;
    ensure!(refused == (507, "Q026".to_owned()), "a question on a full disk is answered {refused:?}");
    everybody_reads(life, &serving)?;
    // Ended and started again on the full disk, as by a supervisor.
    serving.kill()?;
    let Began::Sick(serving) = life.node.serve_through(&["env".to_owned()])? else {
        bail!("the disk is full, and the node does not start, or says that it is well");
    };
    let readers = everybody_reads(life, &serving)?;
    withdraws(life, &serving).context("a withdrawal on a full disk")?;
    fs::remove_file(ballast)?;
    serving.gets_well().context("there is room again")?;
    check::all_is_there(life, &Door::at(&serving.address)).context("in the same process")?;
    life.attend_in_turn(&serving, false).context("in the same process")?;
    serving.kill()?;
    disk.give_back()?;
    life.all_is_there().context("from the disk that it came from")?;
    Ok(format!(
        "a question was refused, {readers} people read their own files, a record was withdrawn; the same process \
                took everything again when there was room"
    ))
}

/// What an officer is told: the status, and the code.
fn whoever_only_adds(life: &mut Life, serving: &Serving) -> Result<(u16, String)> {
    let asked: &Look = life.memory.looks.last().context("somebody has asked before")?;
    let mut body: Value = serde_json::from_str(&asked.body)?;
    body["case"] = "LH-FULL".into();
    let holder = Holder::of(&life.node.folder(), asked.officer)?;
    let answered = Door::at(&serving.address).post("/api/inquiries", &holder, "full", body.to_string().as_bytes())?;
    let code = answered.document()?["code"].as_str().unwrap_or_default().to_owned();
    Ok((answered.status, code))
}

/// How many people read their own files.
fn everybody_reads(life: &Life, serving: &Serving) -> Result<usize> {
    let (door, people) = (Door::at(&serving.address), life.memory.on_file());
    people.keys().try_for_each(|place| door.own_file(&person(*place).number).map(drop))?;
    Ok(people.len())
}

/// A source takes a record back, and hears that it was done.
fn withdraws(life: &mut Life, serving: &Serving) -> Result<()> {
    let batch = crate::life::plan::withdrawal(&mut life.memory, life.today)?;
    let (told, in_part) =
        load::hand_in(&life.node, &Door::at(&serving.address), &batch)?.context("there was no room")?;
    ensure!(!in_part, "it was not accepted");
    life.memory.batches.push(crate::life::memory::Batch { told: Some(told), in_part, ..batch });
    Ok(())
}

/// A disk in memory, mounted on a folder. Dropped, it is taken away with all that is on it.
struct Disk {
    folder: PathBuf,
    below: PathBuf,
}

impl Disk {
    /// Puts a disk under `folder`, with what is in it; nothing where that is not allowed.
    fn under(folder: &Path) -> Result<Option<Self>> {
        let below = folder.with_file_name("data-below");
        fs::rename(folder, &below)?;
        fs::create_dir(folder)?;
        let size = format!("size={},mode=700", RESERVE_BYTES + BEYOND);
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            fs::remove_dir(folder)?;
            fs::rename(&below, folder)?;
            return Ok(None);
        }
        let disk = Self { folder: folder.to_owned(), below };
        copy_into(&disk.below, &disk.folder)?;
        Ok(Some(disk))
    }

    /// Fills it to the last byte with a file, and gives that file's path.
    fn fill(&self) -> Result<PathBuf> {
        let path = self.folder.join("ballast");
        let mut file = File::create(&path)?;
        let full = io::copy(&mut io::repeat(0), &mut file).err().context("the disk has no end")?;
        ensure!(full.kind() == ErrorKind::StorageFull, "the disk says {}", full.kind());
        Ok(path)
    }

    /// Puts what is on it where it came from, and takes it away.
    fn give_back(self) -> Result<()> {
        let (folder, kept) = (self.folder.clone(), self.folder.with_file_name("data-kept"));
        copy_folder(&folder, &kept)?;
        drop(self);
        fs::remove_dir_all(&folder)?;
        Ok(fs::rename(kept, folder)?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg("--lazy").arg(&self.folder).status().is_ok_and(|status| status.success());
        if !gone {
            eprintln!("the small disk stays mounted on {}", self.folder.display());
        }
        // What lay below is older than what was on the disk; if it stays, the trial's own folder has it.
        fs::remove_dir_all(&self.below).ok();
    }
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != fairfile_store::RESERVE_FILE {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
