//! A person's visit to the own file: one look, under which as many pages are read as the person likes.
//!
//! A visit begins with a look of the person's own that is journaled and listed like any other. What is opened later in the
//! same visit is opened under that look: each time the stamp comes from the journal's own table, and the permit from the
//! rule, which decides anew over what is on file at that moment. So nothing is opened without a permit and a stamp of one
//! look, and what was corrected, withdrawn or destroyed meanwhile is shown as it is now.

use std::sync::Arc;

use fairfile_domain::access::{self, Permit};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{LookId, RecordId, SubjectId};
use fairfile_store::look::{self, LookOnFile, Outcome, Span};
use fairfile_store::record::{self, Sealed};
use fairfile_store::subject::{self, Known};
use fairfile_store::{ReadTx, Stamp, StoreError};
use fairfile_vault::Shown;

use super::read_file::{
    FileView, LOOKS_OF_A_COPY, LOOKS_OF_A_PAGE, LookView, ReadFileError, begin_reading, tell_of_unreadable,
};
use super::told;
use crate::registry::{Registry, RegistryError};

/// How long a visit lasts, in microseconds: 30 minutes. Whoever reads on after that begins another, which is listed.
pub const VISIT_MICROS: i64 = 30 * 60 * 1_000_000;

/// A visit of the person's own: the look that it is, and for how long it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    look: LookId,
    subject: SubjectId,
    begun_at: Instant,
    day: Day,
    /// For how long it holds, in microseconds.
    lasts: i64,
}

/// What one page of a visit opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Of which records the content is opened; that the others are there is told all the same.
    pub contents: Contents,
    /// Which looks.
    pub looks: Seen,
    /// Whether to tell who was told of the records.
    pub told: bool,
}

/// Of which records the content is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Of every one.
    All,
    /// Of this one, if it is the person's.
    One(RecordId),
    /// Of none.
    None,
}

/// Which looks a page opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// None.
    None,
    /// The latest that was not the person's own.
    LatestOfOthers,
    /// The one with this id, if it was at this person's file.
    One(LookId),
    /// The newest of these, at most so many.
    Before(Span, u32),
    /// The newest, at most [`LOOKS_OF_A_PAGE`].
    Newest,
    /// Every one, of at most [`LOOKS_OF_A_COPY`].
    All,
}

/// What a page of a visit shows.
pub struct VisitView {
    /// The file, as far as it was asked for.
    pub file: FileView,
    /// The look that this visit is: its number in the file.
    pub number: u64,
    /// Its number in the journal.
    pub leaf: u64,
    /// When the visit began.
    pub begun_at: Instant,
    /// Whether the person never read the file before this visit.
    pub is_first: bool,
    /// When the first look at the file was made, in microseconds.
    pub first_look_at: i64,
}

/// Begins a visit to the file of `subject`: journals the look that it is, and opens nothing.
///
/// # Errors
/// [`ReadFileError`] if the look could not be journaled; then there is no visit.
pub async fn begin_visit(reg: &Arc<Registry>, subject: SubjectId) -> Result<Visit, ReadFileError> {
    let (look, time) = begin_reading(reg, subject).await?.journaled();
    Ok(Visit::journaled(reg, look, subject, time.latest))
}

impl Visit {
    /// The visit that a look is which was journaled at `now`, for [`VISIT_MICROS`].
    pub(super) fn journaled(reg: &Registry, look: LookId, subject: SubjectId, now: Instant) -> Self {
        Self { look, subject, begun_at: now, day: reg.day_of(now), lasts: VISIT_MICROS }
    }

    /// The same for another time, in microseconds.
    pub(super) fn lasting(self, lasts: i64) -> Self {
        Self { lasts, ..self }
    }

    /// The look that it is.
    pub fn look(&self) -> LookId {
        self.look
    }

    /// Whether it still holds, whoever's file it is of.
    pub fn is_open(&self, reg: &Registry) -> bool {
        self.holds(reg, self.subject)
    }

    /// Whether it is a visit to the file of `subject` that still holds: on the day of its look, and for
    /// as long as it was begun for. A clock that was set back ends it too.
    pub fn holds(&self, reg: &Registry, subject: SubjectId) -> bool {
        let now = reg.clock.now();
        let lasted = now.unix_micros().saturating_sub(self.begun_at.unix_micros());
        self.subject == subject && reg.day_of(now) == self.day && (0..self.lasts).contains(&lasted)
    }

    /// Opens what `part` asks for.
    ///
    /// A long file takes its time, in which nothing is waited for: a server does this where it holds up nobody else.
    ///
    /// # Errors
    /// [`ReadFileError`]; [`ReadFileError::TooLongToCopy`] if every look is asked for and there are too many.
    pub fn open(&self, reg: &Registry, part: Part) -> Result<VisitView, ReadFileError> {
        let (subject, time) = (self.subject, reg.clock.read());
        let today = reg.today_at(&time);
        let mut tx = reg.store.read()?;
        let (own, stamp) = self.load_look(reg, &mut tx)?;
        let (known, sealed_identity) = subject::load(&mut tx, subject)?;
        let on_file = record::of_subject(&mut tx, subject)?;
        let looks_on_file = subject::load_chain(&mut tx, subject)?.count;
        let looks = list_looks(&mut tx, subject, part.looks, looks_on_file)?;
        let found = match part.told {
            true => told::find(&mut tx, subject, today.sure())?,
            false => told::find_corrections(&mut tx, subject)?,
        };
        let is_first = look::find_first_own(&mut tx, subject)? == Some(own.seq);
        let first_look_at = look::find_first_at(&mut tx, subject)?.unwrap_or_else(|| time.latest.unix_micros());
        drop(tx);
        let day = reg.day_of(time.latest);
        let files: Vec<_> = on_file.iter().map(|sealed| sealed.on_file.clone()).collect();
        let permit = access::own_look(self.look, subject, &reg.catalog(), &files, day);
        let records = open_records(reg, &permit, &stamp, &on_file, part.contents)?;
        let (corrections, told) = found.open(reg, &permit, &stamp, &known)?;
        let identity = reg.vault.open_identity(&permit, &stamp, &known, &sealed_identity)?;
        let looks = open_looks(reg, &permit, &stamp, &known, &looks)?;
        let read_at = time.latest;
        let file = FileView {
            subject,
            identity,
            records,
            corrections,
            told,
            looks,
            looks_on_file,
            read_at,
            today,
            copy: None,
        };
        Ok(VisitView { file, number: own.seq, leaf: own.leaf, begun_at: self.begun_at, is_first, first_look_at })
    }

    /// The look of this visit as it lies on file, and the stamp that it is journaled.
    fn load_look(&self, reg: &Registry, tx: &mut ReadTx<'_>) -> Result<(LookOnFile, Stamp), ReadFileError> {
        let own = look::find_of_subject(tx, self.subject, self.look)?;
        let own = own.filter(|look| look.outcome == Outcome::Own).ok_or(StoreError::Missing { table: "look" })?;
        Ok((own, look::load_stamp(tx, self.look, reg.store.head())?))
    }
}

/// The looks that are asked for, sealed, oldest first.
fn list_looks(
    tx: &mut ReadTx<'_>,
    subject: SubjectId,
    which: Seen,
    on_file: u64,
) -> Result<Vec<LookOnFile>, ReadFileError> {
    let one = |look: Option<LookOnFile>| look.into_iter().collect::<Vec<_>>();
    Ok(match which {
        Seen::None => Vec::new(),
        Seen::LatestOfOthers => one(look::find_latest_of_others(tx, subject)?),
        Seen::One(id) => one(look::find_of_subject(tx, subject, id)?),
        Seen::Before(span, most) => {
            let mut looks = look::list_before(tx, subject, &span, most)?;
            looks.reverse();
            looks
        }
        Seen::Newest => {
            let after = on_file.saturating_sub(LOOKS_OF_A_PAGE.into());
            look::list_of(tx, subject, after, LOOKS_OF_A_PAGE)?
        }
        Seen::All if on_file > LOOKS_OF_A_COPY => return Err(ReadFileError::TooLongToCopy),
        Seen::All => look::list_of(tx, subject, 0, u32::try_from(LOOKS_OF_A_COPY).unwrap_or(u32::MAX))?,
    })
}

/// Every record, with the content of those that are asked for.
fn open_records(
    reg: &Registry,
    permit: &Permit,
    stamp: &Stamp,
    on_file: &[Sealed],
    which: Contents,
) -> Result<Vec<Shown>, ReadFileError> {
    let closed = |sealed: &Sealed| Shown {
        on_file: sealed.on_file.clone(),
        received_at: sealed.received_at,
        inputs: Vec::new(),
        is_unreadable: false,
    };
    let only: &[Sealed] = match which {
        Contents::All => on_file,
        Contents::None => return Ok(on_file.iter().map(closed).collect()),
        Contents::One(record) => {
            let place = on_file.iter().position(|sealed| sealed.on_file.record == record);
            place.and_then(|place| on_file.get(place..=place)).unwrap_or_default()
        }
    };
    let opened = reg.vault.open_file(permit, stamp, only)?;
    tell_of_unreadable(&opened);
    // Of what is withdrawn or destroyed nothing opens; that it was there is not hidden from the person.
    let mut opened = opened.into_iter().peekable();
    let shown = |sealed: &Sealed| {
        let next = opened.next_if(|shown| shown.on_file.record == sealed.on_file.record);
        next.unwrap_or_else(|| closed(sealed))
    };
    Ok(on_file.iter().map(shown).collect())
}

fn open_looks(
    reg: &Registry,
    permit: &Permit,
    stamp: &Stamp,
    known: &Known,
    looks: &[LookOnFile],
) -> Result<Vec<LookView>, ReadFileError> {
    let events = reg.vault.open_looks(permit, stamp, known, looks)?;
    let view = |(look, event): (&LookOnFile, Vec<u8>)| {
        let event = serde_json::from_slice(&event).map_err(|_| RegistryError::Event)?;
        Ok(LookView { seq: look.seq, leaf: look.leaf, event })
    };
    looks.iter().zip(events).map(view).collect()
}
