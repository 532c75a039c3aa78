//! `cargo xtask bench`: the load harness in release, with a PostgreSQL of its own if it is to measure one.

use anyhow::Result;

use crate::cluster::Cluster;
use crate::{machine, tools};

/// Builds the harness in release and runs it. `--postgres` without an address stands for a throw-away server which writes
/// to the disk as a real one does.
///
/// # Errors
/// If something is missing and cannot be installed, if the harness does not compile, if it fails.
pub fn run(args: &[String]) -> Result<()> {
    let mut args = args.to_vec();
    let nameless = args.iter().position(|word| word == "--postgres");
    let nameless = nameless.filter(|place| args.get(place + 1).is_none_or(|next| next.starts_with("--")));
    let cluster = match nameless {
        Some(place) => {
            machine::ensure(&[machine::POSTGRES])?;
            let cluster = Cluster::durable()?;
            args.insert(place + 1, cluster.url.clone());
            Some(cluster)
        }
        None => None,
    };
    let ran = tools::run(tools::cargo().args(["run", "--release", "-p", "fairfile-bench", "--"]).args(args));
    drop(cluster);
    ran
}
