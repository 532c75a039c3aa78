//! The n-th call of a kind that writes ends in an input/output error, for every n until a whole flow meets none.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::args::Ask;
use crate::life::Life;
use crate::node::Began;

/// The calls by which the program's files get to the disk.
const CALLS: [&str; 3] = ["fdatasync", "fsync", "pwrite64"];
/// How many of the first calls are tried one by one; after them every further step is half as large again.
const ONE_BY_ONE: u64 = 8;
/// A flow makes fewer calls than this.
const MOST: u64 = 1_000_000;

/// Sweeps each call.
pub fn run(life: &mut Life, _ask: &Ask) -> Result<String> {
    let (mut told, mut doubts) = (Vec::new(), 0);
    for call in CALLS {
        let (mut at, mut faults, mut starts, mut ends) = (1, 0, 0, 0);
        while at < MOST {
            let came = flow(life, call, at).with_context(|| format!("the {at}th {call} of a thread failed"))?;
            if !came.met {
                break;
            }
            faults += 1;
            starts += u32::from(!came.served);
            ends += u32::from(came.ended);
            at += if at < ONE_BY_ONE { 1 } else { at / 2 };
        }
        doubts += ends;
        told.push(format!(
            "{call} failed in {faults} flows up to no. {at}: {starts} times it could not start, {ends} times it ended \
             itself, else it went on"
        ));
    }
    ensure!(doubts > 0, "no commit in doubt has ended the program");
    Ok(told.join("; ") + "; nothing was half done, and each start after it was a good one")
}

struct Came {
    /// Whether the fault was met.
    met: bool,
    /// Whether the node began to serve with it.
    served: bool,
    /// Whether it ended by itself then, for another process to find out what is on the disk.
    ended: bool,
}

/// A flow on a disk whose `at`th `call` fails, for each thread; then the disk is good again.
fn flow(life: &mut Life, call: &str, at: u64) -> Result<Came> {
    let trace = life.node.beside("trace");
    let began = life.node.serve_through(&through(call, at, &trace))?;
    let (served, ended) = match began {
        Began::Serves(mut serving) | Began::Sick(mut serving) => {
            life.attend_in_turn(&serving, true)?;
            let ended = serving.recovers()?;
            ensure!(ended != Some(0), "the program ended as if all were well");
            serving.kill()?;
            (true, ended.is_some())
        }
        Began::Ended(code) => {
            ensure!(code.is_some(), "the node did not start and named no reason");
            (false, false)
        }
    };
    let met = fs::read_to_string(&trace).context("strace wrote nothing")?.contains("INJECTED");
    ensure!(met || served, "the node did not start on a disk that did not fail");
    life.all_is_there().context("after the disk was good again")?;
    life.days_pass()?;
    Ok(Came { met, served, ended })
}

/// The program under strace, as a grandchild of its own so that the program stays ours to end.
fn through(call: &str, at: u64, trace: &Path) -> Vec<String> {
    let (trace, inject) = (trace.display().to_string(), format!("inject={call}:error=EIO:when={at}"));
    let only = format!("trace={call}");
    ["strace", "-D", "-f", "-qq", "-o", &trace, "-e", &only, "-e", &inject].map(str::to_owned).to_vec()
}
