//! The intake as it is: a file in, every row sealed, journaled and on file.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use fairfile_demo::province;
use fairfile_intake::Limits;
use fairfile_service::folder::Folder;
use fairfile_service::source::{Evidence, Handed, submit_batch};
use fairfile_service::{Clock, Registry};
use fairfile_vault::Chance;

use crate::{Size, people};

/// A node that is ready to take the file in.
pub struct Bench {
    /// Its folder.
    pub folder: PathBuf,
    /// Held while the node is open.
    pub held: Folder,
    /// The node.
    pub registry: Arc<Registry>,
    file: PathBuf,
    rows: usize,
}

/// The time at which the file is received.
pub fn clock() -> Result<Clock> {
    Ok(Clock::set_to("2026-11-23T01:00:00Z".parse()?))
}

/// Founds the node and writes the file.
pub fn prepare(size: &Size, scratch: &Path) -> Result<Bench> {
    let folder = scratch.join("node");
    let (held, registry) = province::found(&folder, size.postgres.as_deref(), Chance::system(), clock()?)?;
    let file = scratch.join("licences.csv");
    std::fs::write(&file, people::licences(0..size.rows))?;
    Ok(Bench { folder, held, registry: Arc::new(registry), file, rows: size.rows })
}

/// Takes the file in; rows a second.
pub fn measure(bench: &Bench) -> Result<f64> {
    let start = Instant::now();
    submit(&bench.registry, &bench.file, bench.rows)?;
    Ok(bench.rows as f64 / start.elapsed().as_secs_f64())
}

/// Takes in a licence for each person of these numbers.
pub fn add(registry: &Arc<Registry>, numbers: Range<usize>) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), people::licences(numbers.clone()))?;
    submit(registry, file.path(), numbers.len())
}

fn submit(registry: &Arc<Registry>, file: &Path, rows: usize) -> Result<()> {
    let handed = Handed { member: "drug-administration".parse()?, item: "pharmacist-licence".parse()? };
    let evidence = Evidence::Signed {
        key: "drug-administration.2026".parse()?,
        signed_text: String::new(),
        signature: vec![0; 64],
    };
    let again = || File::open(file);
    let report = submit_batch(registry, &handed, again, None, &evidence, &Limits::default(), &mut |_, _, _| {})?;
    ensure!(report.counts.accepted == rows as u64, "every row is accepted");
    Ok(())
}
