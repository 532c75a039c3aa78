//! `cargo xtask crash`, `disk`, `steps`, `tamper` and `trials`: the real program under what ends programs and spoils disks.
//!
//! The trials themselves are in `crates/trial`; here they get what they need: the program, the harness, a throw-away
//! PostgreSQL, and the Debian packages that inject faults.

use anyhow::Result;

use crate::cluster::{self, Cluster};
use crate::machine::{self, Need};
use crate::tools;

/// What CI runs of each trial: the name, its arguments. The larger runs behind `docs/reliability.md` are the same ones
/// with another seed and a larger `--n`.
const SLICES: [(&str, &[&str]); 7] = [
    ("crash", &["--seed", "1", "--n", "200"]),
    ("crash", &["--seed", "2", "--n", "200", "--postgres"]),
    ("disk", &["--seed", "3", "--n", "500"]),
    ("tamper", &["--seed", "4", "--n", "700"]),
    ("tamper", &["--seed", "5", "--n", "300", "--postgres"]),
    // Last, for their program is another build.
    ("steps", &["--seed", "6", "--n", "57"]),
    ("steps", &["--seed", "7", "--n", "57", "--postgres"]),
];

/// The names of the trials.
pub const NAMES: [&str; 4] = ["crash", "disk", "steps", "tamper"];

/// Every trial, as much of it as CI runs.
///
/// # Errors
/// As [`run`], for the first that fails.
pub fn slices() -> Result<()> {
    for (name, args) in SLICES {
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        run(name, &args)?;
    }
    Ok(())
}

/// Builds the program and the harness as the tests have them, and runs the trial called `name`.
///
/// # Errors
/// If something is missing and cannot be installed, if anything does not compile, if the trial finds something.
pub fn run(name: &str, args: &[String]) -> Result<()> {
    let on_postgres = args.iter().any(|word| word == "--postgres");
    let start_server = on_postgres && std::env::var_os(cluster::VARIABLE).is_none();
    let mut needs: Vec<Need> = start_server.then_some(machine::POSTGRES).into_iter().collect();
    if name == "disk" {
        needs.extend([machine::STRACE, machine::PRLIMIT]);
    }
    machine::ensure(&needs)?;
    // The program that ends at a step is another build, which takes the place of the usual one for this run.
    let features: &[&str] = if name == "steps" { &["--features", "faults"] } else { &[] };
    tools::run(tools::cargo().args(["build", "--quiet", "-p", "fairfile"]).args(features))?;
    let cluster = if start_server { Some(Cluster::start()?) } else { None };
    let mut command = tools::cargo();
    command.envs(cluster.as_ref().map(|cluster| (cluster::VARIABLE, &cluster.url)));
    command.args(["run", "--quiet", "-p", "fairfile-trial", "--", name]).args(args);
    tools::run(&mut command)
}
