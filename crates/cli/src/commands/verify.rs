//! `fairfile verify`: what a file proves, checked offline, in words; and a node itself (`verify_node.rs`).

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use fairfile_proof::copy::MAX_COPY_BYTES;
use fairfile_proof::receipt::MAX_RECEIPT_BYTES;
use fairfile_proof::{Kind, Report, VerifyError, verify_file};
use serde_json::{Value, json};

use super::{verify_node, verify_standing};
use crate::files;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, padded};

/// What is to be checked.
pub struct Asked {
    /// A file that a node gave.
    pub file: Option<PathBuf>,
    /// The folder of a node.
    pub node: Option<PathBuf>,
    /// The address of a running node.
    pub server: Option<String>,
    /// The server that has the node's data, instead of the one that the node names.
    pub postgres: Option<String>,
    /// Replay from the first entry on.
    pub full: bool,
    /// The key that is trusted.
    pub key: Option<String>,
    /// A file that the node gave earlier.
    pub earlier: Option<PathBuf>,
}

/// Leaves with 0 if all holds, 8 if something does not, 1 if it cannot be checked.
pub fn run(voice: &Voice, asked: &Asked) -> Result<Exit, Trouble> {
    let postgres = asked.postgres.as_deref();
    match (&asked.file, &asked.node) {
        (Some(file), None) => match &asked.server {
            Some(server) => verify_standing::ask(voice, asked, file, server),
            None => file_alone(voice, asked, file),
        },
        (Some(file), Some(node)) => verify_node::file_against(voice, asked, file, node),
        (None, Some(node)) => verify_node::replay(voice, node, postgres, asked.full),
        (None, None) => Err(Trouble::new(Exit::Usage, "U003", "neither a file nor a node is named")),
    }
}

fn file_alone(voice: &Voice, asked: &Asked, file: &Path) -> Result<Exit, Trouble> {
    let before = asked.earlier.as_deref().map(read_beginning).transpose()?;
    let input = BufReader::with_capacity(128 * 1024, files::open(file)?);
    let report = check(input, asked.key.as_deref(), before.as_deref())?;
    voice.tell(&document(&report)?, || text(voice, &report))?;
    Ok(if report.ok { Exit::Done } else { Exit::NoProof })
}

/// What `file` proves by itself.
pub(super) fn check(file: impl BufRead, key: Option<&str>, earlier: Option<&[u8]>) -> Result<Report, Trouble> {
    verify_file(file, key.map(str::trim), earlier).map_err(|error| not_checked(&error))
}

/// The receipts in a file that was found to hold one or several, one after the other.
pub(super) fn receipts(kind: Kind, file: impl Read) -> impl Iterator<Item = Result<Vec<u8>, Trouble>> {
    let mut file = BufReader::with_capacity(128 * 1024, file);
    std::iter::from_fn(move || {
        loop {
            let mut bytes = Vec::new();
            let mut part = file.by_ref().take(MAX_RECEIPT_BYTES as u64 + 1);
            let read = match kind {
                // One alone may be laid out in many lines.
                Kind::Receipts => part.read_until(b'\n', &mut bytes),
                Kind::Receipt | Kind::Copy | Kind::Journal | Kind::Message => part.read_to_end(&mut bytes),
            };
            match read {
                Err(error) => return Some(Err(files::unreadable(&error))),
                Ok(0) => return None,
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok(bytes)),
            }
        }
    })
}

/// As much of a file as is read at once: all of a receipt or a copy, of a journal at least the first line.
pub(super) fn read_beginning(path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let most = MAX_COPY_BYTES as u64 + 1;
    files::open(path)?.take(most).read_to_end(&mut bytes).map_err(|error| files::unreadable(&error))?;
    Ok(bytes)
}

fn not_checked(error: &VerifyError) -> Trouble {
    match error {
        VerifyError::TrustedKey => Trouble::said(Exit::Usage, "U015", error),
        VerifyError::EarlierKind => Trouble::said(Exit::Usage, "U021", error),
        VerifyError::Read(_) => Trouble::said(Exit::Failed, "U013", error),
        VerifyError::NotOurs | VerifyError::Format(_) | VerifyError::Earlier(_) => {
            Trouble::said(Exit::Failed, "U021", error)
        }
    }
}

/// The report as `--json` prints it.
pub(super) fn document(report: &Report) -> Result<Value, Trouble> {
    let unwritten = |error: serde_json::Error| Trouble::said(Exit::Failed, "U018", &error);
    let mut document = serde_json::to_value(report).map_err(unwritten)?;
    document["schema"] = json!("fairfile.verify/1");
    // No witness cosigns yet; a reader of this document must not have to guess that.
    document["witnesses"] = json!(0);
    Ok(document)
}

/// One claim, on a line of its own.
pub(super) fn claim(voice: &Voice, name: &str, holds: bool, says: &str) -> String {
    let word = if holds { voice.pick("yes", "是") } else { voice.pick("NO", "否") };
    format!(" {} {}  {says}\n", padded(name, 11), padded(word, 3))
}

/// The verdict, in words.
pub(super) fn verdict(voice: &Voice, holds: bool) -> &'static str {
    if holds { voice.pick("Verified", "核验通过") } else { voice.pick("Does not hold", "核验不通过") }
}

/// The report as a person reads it.
pub(super) fn text(voice: &Voice, report: &Report) -> String {
    let mut text: String =
        report.checks.iter().map(|check| claim(voice, check.name, check.holds, &check.says)).collect();
    text += &format!("{}\n", verdict(voice, report.ok));
    for line in &report.proves {
        text += &format!("  + {line}\n");
    }
    for line in &report.does_not_prove {
        text += &format!("  - {line}\n");
    }
    text
}
