//! `fairfile journal`: the whole log as one file, its signed head, and the key that signs it.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use fairfile_journal::JournalError;
use fairfile_proof::export::leaf_line;
use fairfile_proof::{JournalHeader, TilePath, VerifierKey, parse_bundle};
use serde_json::json;

use super::Place;
use crate::args::{JournalCommand, Where};
use crate::files;
use crate::remote::Server;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// Leaves of one bundle.
const BUNDLE: u64 = 256;

/// `fairfile journal`.
pub fn run(voice: &Voice, command: &JournalCommand) -> Result<Exit, Trouble> {
    match command {
        JournalCommand::Export { at, to } => export(voice, at, to.as_deref()),
        JournalCommand::Checkpoint { at } => checkpoint(voice, at),
        JournalCommand::Key { at } => key(voice, at),
    }
}

/// The signed head, and the key that signed it.
fn head(place: &Place) -> Result<(String, VerifierKey), Trouble> {
    match place {
        Place::Here(node, _) => {
            let registry = &node.registry;
            let text = registry.publisher.checkpoint(&registry.store.head())?;
            Ok((text.to_string(), place.key()?))
        }
        Place::There(server) => {
            let key = server.key()?;
            Ok((server.get("/journal/checkpoint")?.text()?, key))
        }
    }
}

fn strange(text: &str) -> Trouble {
    Trouble::new(Exit::Failed, "U011", text)
}

fn key(voice: &Voice, at: &Where) -> Result<Exit, Trouble> {
    let key = Place::find(voice, at)?.key()?;
    voice.tell(&json!({ "schema": "fairfile.key/1", "origin": key.origin(), "key": key.to_string() }), || {
        format!("{key}\n")
    })?;
    Ok(Exit::Done)
}

fn checkpoint(voice: &Voice, at: &Where) -> Result<Exit, Trouble> {
    let (text, key) = head(&Place::find(voice, at)?)?;
    let head = key.open_checkpoint(&text).map_err(|_| strange("the checkpoint is not signed by the node's key"))?;
    let document = json!({
        "schema": "fairfile.checkpoint/1",
        "origin": head.origin,
        "size": head.size,
        "root": hex::encode(head.root),
        "checkpoint": text,
        "key": key.to_string(),
    });
    voice.tell(&document, || text.clone())?;
    Ok(Exit::Done)
}

fn export(voice: &Voice, at: &Where, to: Option<&Path>) -> Result<Exit, Trouble> {
    let place = Place::find(voice, at)?;
    let Some(path) = to else {
        let written = write(&place, BufWriter::new(io::stdout().lock()));
        return match written {
            Err(Export::Io(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Done),
            other => other.map_err(Into::into).map(|_| Exit::Done),
        };
    };
    let mut stopped = None;
    let leaves = files::write_with(path, |file| match write(&place, BufWriter::new(file)) {
        Ok(leaves) => Ok(leaves),
        Err(Export::Io(error)) => Err(error),
        Err(Export::Other(trouble)) => {
            stopped = Some(trouble);
            Err(io::Error::other("stopped"))
        }
    });
    let leaves = match (leaves, stopped) {
        (_, Some(trouble)) => return Err(trouble),
        (leaves, None) => leaves?,
    };
    voice.tell(&json!({ "schema": "fairfile.export/1", "leaves": leaves }), || match voice.pick("en", "zh") {
        "zh" => format!("已导出日志 {} 条。用 fairfile verify 核验。\n", counted(leaves)),
        _ => format!("Wrote {} entries of the journal. Check them with `fairfile verify`.\n", counted(leaves)),
    })?;
    Ok(Exit::Done)
}

/// An export stopped: its target failed, or its source.
enum Export {
    Io(io::Error),
    Other(Trouble),
}

impl From<io::Error> for Export {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
impl From<Trouble> for Export {
    fn from(trouble: Trouble) -> Self {
        Self::Other(trouble)
    }
}
impl From<Export> for Trouble {
    fn from(export: Export) -> Self {
        match export {
            Export::Io(error) => {
                Self::new(Exit::Failed, "U013", format!("the export cannot be written: {}", error.kind()))
            }
            Export::Other(trouble) => trouble,
        }
    }
}

fn write(place: &Place, mut out: impl Write) -> Result<u64, Export> {
    let leaves = match place {
        Place::Here(node, _) => {
            let registry = &node.registry;
            match registry.publisher.export(&registry.store, &mut out) {
                Err(JournalError::Output(error)) => return Err(error.into()),
                other => other.map_err(Trouble::from)?,
            }
        }
        Place::There(server) => write_from(server, &mut out)?,
    };
    out.flush()?;
    Ok(leaves)
}

/// Puts the export together from the bundles that the node publishes.
fn write_from(server: &Server, out: &mut impl Write) -> Result<u64, Export> {
    let key = server.key()?;
    let checkpoint = server.get("/journal/checkpoint")?.text()?;
    let head =
        key.open_checkpoint(&checkpoint).map_err(|_| strange("the checkpoint is not signed by the node's key"))?;
    let header = JournalHeader { key, checkpoint }.to_line().map_err(|_| strange("the checkpoint is too long"))?;
    out.write_all(header.as_bytes())?;
    for number in 0..head.size.div_ceil(BUNDLE) {
        let width = (head.size - number * BUNDLE).min(BUNDLE);
        let path = TilePath::Entries { number, width: u16::try_from(width).unwrap_or_default() };
        let answered = server.get(&format!("/journal/{path}"))?;
        if answered.status != 200 {
            return Err(answered.problem().into());
        }
        let leaves = parse_bundle(&answered.body).map_err(|_| strange("a bundle of the journal cannot be read"))?;
        if leaves.len() as u64 != width {
            return Err(strange("a bundle of the journal has not as many entries as it should").into());
        }
        for leaf in &leaves {
            out.write_all(leaf_line(leaf).as_bytes())?;
        }
    }
    Ok(head.size)
}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Store(error) => error.into(),
            JournalError::Mark(error) => error.into(),
            JournalError::Behind { .. } | JournalError::Forked { .. } => Self::said(Exit::Found, "U031", &error),
            JournalError::Output(_) => Self::said(Exit::Failed, "U013", &error),
            JournalError::Sign(_) | JournalError::Tree(_) | JournalError::Format(_) => {
                Self::said(Exit::Failed, "U018", &error)
            }
        }
    }
}
