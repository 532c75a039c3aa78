//! The person reads the whole file: every record, and every look at it, denied ones too.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairfile_domain::access::{self, Permit};
use fairfile_domain::day::{Instant, Today};
use fairfile_domain::id::{LookId, SubjectId};
use fairfile_domain::record::RecordState;
use fairfile_journal::{JournalError, Written};
use fairfile_proof::{CopyParts, FormatError, Look, PersonCopy, chain_next};
use fairfile_store::look::{self, LookOnFile, NewLook};
use fairfile_store::record::{self, Sealed};
use fairfile_store::subject::{self, Chain, Known};
use fairfile_store::{Done, Entry, Leaves, Stamp, StoreError, WriteTx};
use fairfile_vault::{Place, Shown, VaultError};
use serde_json::Value;

use super::told::{self, CorrectionView, ToldView};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The most looks that one reading gives; more than that no file is expected to hold.
const MOST_LOOKS: u32 = 100_000;

/// A person's file, opened for the person.
#[derive(Clone)]
pub struct FileView {
    /// Whose it is.
    pub subject: SubjectId,
    /// Name and identifier, as they stand on file.
    pub identity: BTreeMap<String, String>,
    /// Every record, oldest first, all inputs; of a withdrawn one nothing but that it was there.
    pub records: Vec<Shown>,
    /// Every correction and withdrawal of them, oldest first.
    pub corrections: Vec<CorrectionView>,
    /// Which members were shown which record, and what they were told since.
    pub told: Vec<ToldView>,
    /// Every look, oldest first, this one included.
    pub looks: Vec<LookView>,
    /// When it was read.
    pub read_at: Instant,
    /// The day of that, as far as it was known.
    pub today: Today,
    copy: CopyParts,
}

/// One look, with what shows it to be in the journal.
#[derive(Clone)]
pub struct LookView {
    /// Its number in the file, from 1 and without gaps.
    pub seq: u64,
    /// Its number in the journal.
    pub leaf: u64,
    /// What was journaled: who, why, when, and what came of it.
    pub event: Value,
}

/// The file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFileError {
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The signed copy could not be written.
    #[error("the signed copy could not be written")]
    Copy(#[from] FormatError),
}

macro_rules! through_registry {
    ($($source:ty),*) => {$(
        impl From<$source> for ReadFileError {
            fn from(source: $source) -> Self {
                Self::Registry(source.into())
            }
        }
    )*};
}
through_registry!(StoreError, VaultError, JournalError);

struct Committed {
    permit: Permit,
    records: Vec<Sealed>,
    seq: u64,
    head: Known,
    identity: Vec<u8>,
}

/// Reads the file of `subject` for the person. It is a look like any other: journaled first, and listed.
///
/// # Errors
/// [`ReadFileError`]; after a failed commit nothing has been opened.
pub async fn read_file(reg: &Arc<Registry>, subject: SubjectId) -> Result<FileView, ReadFileError> {
    let time = reg.clock.read();
    let (now, look): (_, LookId) = (time.latest, reg.fresh()?);
    let (committed, stamp) = {
        let reg = reg.clone();
        reg.clone().store.write(move |tx| journal_own_look(&reg, tx, subject, look, now)).answer().await?
    };
    let vault = &reg.vault;
    let opened = vault.open(&committed.permit, &stamp, &committed.records)?;
    let records = with_withdrawn(&committed.records, opened);
    let today = reg.today_at(&time);
    let found = told::find(&mut reg.store.read()?, subject, today.sure())?;
    let (corrections, told) = found.open(reg, &committed.permit, &stamp, &committed.head)?;
    let identity = vault.open_identity(&committed.permit, &stamp, &committed.head, &committed.identity)?;
    // Read beside the writer, up to this very look: a long list holds up nobody else's.
    let mut looks = look::list_of(&mut reg.store.read()?, subject, 0, MOST_LOOKS)?;
    looks.retain(|look| look.seq <= committed.seq);
    let events = vault.open_looks(&committed.permit, &stamp, &committed.head, &looks)?;
    let (looks, links) = open_events(reg, &stamp, &looks, events)?;
    let copy = CopyParts {
        made_at: now.to_string(),
        subject_id: *subject.as_bytes(),
        records: Vec::new(),
        looks: links,
        checkpoint: reg.publisher.checkpoint(stamp.head())?.to_string(),
    };
    Ok(FileView { subject, identity, records, corrections, told, looks, read_at: now, today, copy })
}

/// What was opened, and each withdrawn record in its place: its content is gone, that it was there is not.
fn with_withdrawn(on_file: &[Sealed], opened: Vec<Shown>) -> Vec<Shown> {
    let mut opened = opened.into_iter().peekable();
    let mut records = Vec::with_capacity(on_file.len());
    for sealed in on_file {
        let next = opened.next_if(|shown| shown.on_file.record == sealed.on_file.record);
        let withdrawn =
            || Shown { on_file: sealed.on_file.clone(), received_at: sealed.received_at, inputs: Vec::new() };
        match next {
            Some(shown) => records.push(shown),
            None if sealed.on_file.state == RecordState::Withdrawn => records.push(withdrawn()),
            None => {}
        }
    }
    records
}

impl FileView {
    /// The signed copy, with the records as `describe` words them; `fairfile verify` checks it offline.
    pub fn signed_copy(&self, reg: &Registry, records: Vec<Value>) -> Result<Vec<u8>, ReadFileError> {
        let parts = CopyParts { records, ..self.copy.clone() };
        Ok(PersonCopy::issue(reg.publisher.key(), &parts)?)
    }
}

fn journal_own_look(
    reg: &Registry,
    mut tx: WriteTx<'_>,
    subject: SubjectId,
    look: LookId,
    now: Instant,
) -> Result<Done<Committed>, ReadFileError> {
    let (head, identity) = subject::load(&mut tx, subject)?;
    let records = record::of_subject(&mut tx, subject)?;
    let on_file: Vec<_> = records.iter().map(|sealed| sealed.on_file.clone()).collect();
    let permit = access::own_look(look, subject, &reg.catalog(), &on_file, reg.day_of(now));
    let before = subject::load_chain(&mut tx, subject)?;
    let seq = before.count + 1;
    let chain = chain_next(&before.head, look.as_bytes(), seq);
    let event = Event::new()
        .whole("at", now.unix_micros())
        .hex("chain", &chain)
        .text("event", "look")
        .hex("look_id", look.as_bytes())
        .text("outcome", look::Outcome::Own.word())
        .bytes();
    let index = tx.next_leaf();
    let sealed = reg.vault.keyring().lend(head.key)?.seal(Place::Look(look, subject), &event, &reg.chance)?;
    let new = NewLook {
        look,
        subject,
        seq,
        looked_at: now.unix_micros(),
        officer: None,
        case_hash: None,
        outcome: look::Outcome::Own,
        sealed,
        shown: Vec::new(),
        leaf: index,
    };
    look::add(&mut tx, &new)?;
    subject::move_chain(&mut tx, subject, Chain { count: seq, head: chain })?;
    let written = events::written(reg.vault.keyring().hashes(), look.retype(), now, event, index)?;
    Ok(tx.commit(Leaves::one(Entry::sealed(written.leaf)), Committed { permit, records, seq, head, identity }))
}

fn open_events(
    reg: &Registry,
    stamp: &Stamp,
    looks: &[LookOnFile],
    events: Vec<Vec<u8>>,
) -> Result<(Vec<LookView>, Vec<Look>), ReadFileError> {
    let hashes = reg.vault.keyring().hashes();
    let mut views = Vec::with_capacity(looks.len());
    let mut links = Vec::with_capacity(looks.len());
    for (look, event) in looks.iter().zip(events) {
        let value: Value = serde_json::from_slice(&event).map_err(|_| RegistryError::Event)?;
        let at = value["at"].as_i64().and_then(|at| Instant::from_unix_micros(at).ok()).ok_or(RegistryError::Event)?;
        let written: Written = events::written(hashes, look.look.retype(), at, event, look.leaf)?;
        let opening = reg.publisher.opening(&reg.store, stamp.head(), written)?;
        views.push(LookView { seq: look.seq, leaf: look.leaf, event: value });
        links.push(Look { seq: look.seq, opening });
    }
    Ok((views, links))
}
