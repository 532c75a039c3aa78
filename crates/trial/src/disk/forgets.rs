//! A disk that said it had kept what it had not: after the power comes back, the data is as it was some time ago.
//!
//! The keys and the high-water mark lie on another disk, which kept all. What the data lacks cannot be brought back; it
//! must be named, and nothing may be signed or shown in its place.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::args::Ask;
use crate::door::Door;
use crate::files::copy_folder;
use crate::life::Life;
use crate::node::Began;

/// Rounds in which the disk forgets.
const ROUNDS: u32 = 5;

/// Forgets, asks, and gives back what was forgotten.
pub fn run(life: &mut Life, _ask: &Ask) -> Result<String> {
    let mut lost = 0;
    for _ in 0..ROUNDS {
        life.all_is_there()?;
        let (data, before, kept) =
            (life.node.folder().join("data"), life.node.beside("before"), life.node.beside("kept"));
        copy_folder(&data, &before)?;
        let size = life.journal.size();
        let serving = life.node.serve()?;
        while life.journal.head(&Door::at(&serving.address))?.size == size {
            life.attend_in_turn(&serving, false)?;
        }
        serving.kill()?;
        fs::rename(&data, &kept)?;
        copy_folder(&before, &data)?;
        let named = named(life)?;
        lost += u32::from(named);
        ensure!(named, "data that lacks what was acknowledged is served, and nothing says so");
        fs::remove_dir_all(&data)?;
        fs::rename(&kept, &data)?;
        fs::remove_dir_all(&before)?;
        life.all_is_there().context("with the data that was kept")?;
    }
    Ok(format!("{lost} of {ROUNDS} times the node did not serve older data and named what it lacks"))
}

/// Whether the node refuses to serve, and both the check of the state and the doctor say what is wrong.
fn named(life: &Life) -> Result<bool> {
    let served = matches!(life.node.serve_through(&["env".to_owned()])?, Began::Serves(_));
    let folder = life.node.folder().display().to_string();
    let (verify, _) = life.node.tries(&["verify", "--node", &folder])?;
    let (doctor, said) = life.node.tries(&["doctor", "--node", &folder])?;
    let tells = said.to_string().contains("entries");
    Ok(!served && verify == Some(8) && doctor == Some(1) && tells)
}
