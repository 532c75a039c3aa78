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
use crate::clock::Reading;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The most looks that one page of a file gives.
pub const LOOKS_OF_A_PAGE: u32 = 1_000;
/// The most looks of a signed copy: of the shortest there are, more would not fit the 64 MiB of one.
pub const LOOKS_OF_A_COPY: u64 = 50_000;

/// Which looks of a file a reading opens; whatever it leaves out, [`FileView::looks_on_file`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// The newest, at most [`LOOKS_OF_A_PAGE`].
    Newest,
    /// Those that follow this number, at most [`LOOKS_OF_A_PAGE`].
    After(u64),
    /// Every one, in as much memory as they take.
    All,
    /// Every one, with the proofs that the signed copy holds; of at most [`LOOKS_OF_A_COPY`].
    Copied,
}

/// A person's file, opened for the person.
#[derive(Clone)]
pub struct FileView {
    /// Whose it is.
    pub subject: SubjectId,
    /// Name and identifier, as they stand on file.
    pub identity: BTreeMap<String, String>,
    /// Every record, oldest first, all inputs; of a withdrawn one, and of one that does not open, nothing but that it is
    /// there.
    pub records: Vec<Shown>,
    /// Every correction and withdrawal of them, oldest first.
    pub corrections: Vec<CorrectionView>,
    /// Which members were shown which record, and what they were told since.
    pub told: Vec<ToldView>,
    /// The looks that were asked for, oldest first; this one is the newest of all.
    pub looks: Vec<LookView>,
    /// How many looks there are, this one included: their numbers run from 1 to it.
    pub looks_on_file: u64,
    /// When it was read.
    pub read_at: Instant,
    /// The day of that, as far as it was known.
    pub today: Today,
    /// What the signed copy is made of; there if the reading was to be copied.
    pub(super) copy: Option<CopyParts>,
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
    /// There are more looks than a signed copy holds.
    #[error("the file holds more looks than a signed copy does; read them a page at a time")]
    TooLongToCopy,
    /// The reading was of a part of the file, and a copy is of the whole.
    #[error("a part of the file was read; read it as one that is to be copied")]
    NotToBeCopied,
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

/// A look of the person's own that is journaled; what it may see is sealed still.
pub struct OwnLook {
    committed: Committed,
    stamp: Stamp,
    time: Reading,
}

/// Reads the whole file of `subject` for the person, to be copied: [`begin_copying`], and then [`OwnLook::open`].
///
/// # Errors
/// [`ReadFileError`]; after a failed commit nothing has been opened.
pub async fn read_file(reg: &Arc<Registry>, subject: SubjectId) -> Result<FileView, ReadFileError> {
    begin_copying(reg, subject).await?.open(reg, Looks::Copied)
}

/// Begins to read the file of `subject` for the person. It is a look like any other: journaled first, and listed.
///
/// # Errors
/// [`ReadFileError`] if the look could not be journaled; then there is nothing to open with.
pub async fn begin_reading(reg: &Arc<Registry>, subject: SubjectId) -> Result<OwnLook, ReadFileError> {
    begin(reg, subject, ToTakeAway::No).await
}

/// The same, to take a copy away: the look says so, and the person is told.
///
/// # Errors
/// As [`begin_reading`].
pub async fn begin_copying(reg: &Arc<Registry>, subject: SubjectId) -> Result<OwnLook, ReadFileError> {
    begin(reg, subject, ToTakeAway::Yes).await
}

/// Whether a reading makes a copy to take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ToTakeAway {
    No,
    Yes,
}

async fn begin(reg: &Arc<Registry>, subject: SubjectId, copy: ToTakeAway) -> Result<OwnLook, ReadFileError> {
    let time = reg.clock.read();
    let (now, look): (_, LookId) = (time.latest, reg.fresh()?);
    let (committed, stamp) = {
        let reg = reg.clone();
        reg.clone().store.write(move |tx| journal_own_look(&reg, tx, subject, (look, copy), now)).answer().await?
    };
    Ok(OwnLook { committed, stamp, time })
}

impl OwnLook {
    /// Which look it is, and when it was made.
    pub(super) fn journaled(&self) -> (LookId, Reading) {
        (self.committed.permit.look(), self.time)
    }

    /// Opens the records and the looks that are asked for.
    ///
    /// A long file takes its time, in which nothing is waited for: a server does this where it holds up nobody else.
    ///
    /// # Errors
    /// [`ReadFileError`]; [`ReadFileError::TooLongToCopy`] before a single look has been opened.
    pub fn open(&self, reg: &Registry, which: Looks) -> Result<FileView, ReadFileError> {
        let Self { committed, stamp, time } = self;
        let (subject, vault) = (committed.head.subject, &reg.vault);
        if which == Looks::Copied && committed.seq > LOOKS_OF_A_COPY {
            return Err(ReadFileError::TooLongToCopy);
        }
        let opened = vault.open_file(&committed.permit, stamp, &committed.records)?;
        tell_of_unreadable(&opened);
        let records = with_withdrawn(&committed.records, opened);
        let today = reg.today_at(time);
        let found = told::find(&mut reg.store.read()?, subject, today.sure())?;
        let (corrections, told) = found.open(reg, &committed.permit, stamp, &committed.head)?;
        let identity = vault.open_identity(&committed.permit, stamp, &committed.head, &committed.identity)?;
        let mut looks = Vec::new();
        let mut links = (which == Looks::Copied).then(Vec::new);
        open_looks(reg, committed, stamp, which, &mut looks, links.as_mut())?;
        let copy = match links {
            Some(looks) => Some(CopyParts {
                made_at: time.latest.to_string(),
                subject_id: *subject.as_bytes(),
                records: Vec::new(),
                looks,
                checkpoint: reg.publisher.checkpoint(stamp.head())?.to_string(),
            }),
            None => None,
        };
        let (looks_on_file, read_at) = (committed.seq, time.latest);
        Ok(FileView { subject, identity, records, corrections, told, looks, looks_on_file, read_at, today, copy })
    }
}

/// Tells the operator of records that do not open, by their number alone.
pub(super) fn tell_of_unreadable(opened: &[Shown]) {
    let unreadable = opened.iter().filter(|shown| shown.is_unreadable).count();
    if unreadable > 0 {
        tracing::error!(unreadable, "records of a person's file do not open; `fairfile doctor` says what to do");
    }
}

/// What was opened, and each withdrawn record in its place: its content is gone, that it was there is not.
fn with_withdrawn(on_file: &[Sealed], opened: Vec<Shown>) -> Vec<Shown> {
    let mut opened = opened.into_iter().peekable();
    let mut records = Vec::with_capacity(on_file.len());
    for sealed in on_file {
        let next = opened.next_if(|shown| shown.on_file.record == sealed.on_file.record);
        let withdrawn = || Shown {
            on_file: sealed.on_file.clone(),
            received_at: sealed.received_at,
            inputs: Vec::new(),
            is_unreadable: false,
        };
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
    ///
    /// # Errors
    /// [`ReadFileError::NotToBeCopied`] of a reading that was not [`Looks::Copied`], [`ReadFileError::TooLongToCopy`]
    /// beyond the 64 MiB of a copy, [`ReadFileError::Copy`] if a look is missing.
    pub fn signed_copy(&self, reg: &Registry, records: Vec<Value>) -> Result<Vec<u8>, ReadFileError> {
        let parts = self.copy.clone().ok_or(ReadFileError::NotToBeCopied)?;
        match PersonCopy::issue(reg.publisher.key(), &CopyParts { records, ..parts }) {
            Err(FormatError::Limit { .. }) => Err(ReadFileError::TooLongToCopy),
            issued => Ok(issued?),
        }
    }
}

fn journal_own_look(
    reg: &Registry,
    mut tx: WriteTx<'_>,
    subject: SubjectId,
    (look, copy): (LookId, ToTakeAway),
    now: Instant,
) -> Result<Done<Committed>, ReadFileError> {
    let (head, identity) = subject::load(&mut tx, subject)?;
    let records = record::of_subject(&mut tx, subject)?;
    let on_file: Vec<_> = records.iter().map(|sealed| sealed.on_file.clone()).collect();
    let permit = access::own_look(look, subject, &reg.catalog(), &on_file, reg.day_of(now));
    let before = subject::load_chain(&mut tx, subject)?;
    let seq = before.count + 1;
    let chain = chain_next(&before.head, look.as_bytes(), seq);
    let event = Event::new().whole("at", now.unix_micros()).hex("chain", &chain);
    let event = match copy {
        ToTakeAway::No => event,
        ToTakeAway::Yes => event.text("copy", "signed"),
    };
    let event =
        event.text("event", "look").hex("look_id", look.as_bytes()).text("outcome", look::Outcome::Own.word()).bytes();
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

/// Opens the looks that are asked for into `views`, and with their proofs into `links` if there are to be any.
///
/// They are read beside the writer, up to this very look and a page at a time: a long list holds up nobody else's.
fn open_looks(
    reg: &Registry,
    committed: &Committed,
    stamp: &Stamp,
    which: Looks,
    views: &mut Vec<LookView>,
    mut links: Option<&mut Vec<Look>>,
) -> Result<(), ReadFileError> {
    let last = committed.seq;
    let mut after = match which {
        Looks::Newest => last.saturating_sub(LOOKS_OF_A_PAGE.into()),
        Looks::After(after) => after,
        Looks::All | Looks::Copied => 0,
    };
    loop {
        let mut page = look::list_of(&mut reg.store.read()?, committed.head.subject, after, LOOKS_OF_A_PAGE)?;
        let is_full = page.len() == LOOKS_OF_A_PAGE as usize;
        page.retain(|look| look.seq <= last);
        let events = reg.vault.open_looks(&committed.permit, stamp, &committed.head, &page)?;
        for (look, event) in page.iter().zip(events) {
            after = look.seq;
            let value: Value = serde_json::from_slice(&event).map_err(|_| RegistryError::Event)?;
            if let Some(links) = links.as_deref_mut() {
                links.push(link(reg, stamp, look, &value, event)?);
            }
            views.push(LookView { seq: look.seq, leaf: look.leaf, event: value });
        }
        let goes_on = matches!(which, Looks::All | Looks::Copied) && is_full && after < last;
        if !goes_on {
            return Ok(());
        }
    }
}

/// A look with the proof that it is in the journal.
fn link(
    reg: &Registry,
    stamp: &Stamp,
    look: &LookOnFile,
    value: &Value,
    event: Vec<u8>,
) -> Result<Look, ReadFileError> {
    let at = value["at"].as_i64().and_then(|at| Instant::from_unix_micros(at).ok()).ok_or(RegistryError::Event)?;
    let hashes = reg.vault.keyring().hashes();
    let written: Written = events::written(hashes, look.look.retype(), at, event, look.leaf)?;
    Ok(Look { seq: look.seq, opening: reg.publisher.opening(&reg.store, stamp.head(), written)? })
}
