//! A source hands in a file: signed, once for ever, every row accounted for.

use std::io::{self, Read, Seek};
use std::sync::Arc;

use fairfile_domain::catalog::Item;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{BatchId, RecordId};
use fairfile_domain::record::{OnFile, RecordState};
use fairfile_domain::refusal::Refusal;
use fairfile_intake::Limits;
use fairfile_journal::{JournalError, Written};
use fairfile_proof::chain_start;
use fairfile_store::batch::{self, BatchOnFile, NewBatch, RowOnFile};
use fairfile_store::faults::{self, Step};
use fairfile_store::record::NewRecord;
use fairfile_store::subject::NewSubject;
use fairfile_store::{Entry, Leaves, Pending, StoreError, record, subject};
use fairfile_vault::{Month, NewKey, Place, VaultError};

use super::assess::Assessor;
use super::check_batch::{for_each_stretch, item_today, open};
use super::codes::FileTrouble;
use super::correct::{Corrector, settle_doomed};
use super::digest::Digests;
use super::give_way::give_way;
use super::place::{Hashed, Keeps, Person, Placed, Placer};
use super::report::{BatchReport, Before, FileKind, RowReport, Tally};
use super::taken::report_of;
use super::{Handed, Progress};
use crate::events::{self, Event};
use crate::evidence::{Evidence, with_key, with_officer};
use crate::registry::{Registry, RegistryError, Severity};

/// The file could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The file as a whole cannot be taken; nothing of it was kept.
    #[error(transparent)]
    File(#[from] FileTrouble),
    /// The file cannot be read a second time.
    #[error("the file cannot be read")]
    Input(#[from] io::Error),
    /// The officer in whose session it came may not act for the member.
    #[error("{}", .0.row().en)]
    Refused(Refusal),
    /// The node does not know for sure which day it is.
    #[error(
        "the node does not know for sure which day it is, so it cannot tell from when and until when others see a record; submit the same file again when members have spoken to it, or when two people have confirmed its clock"
    )]
    DayNotSure,
    /// A record that is being corrected was changed by something else at the same moment.
    #[error("a record changed while it was being corrected; submit the same file again and the rest is done")]
    ChangedMeanwhile,
    /// The node failed; what was committed is resumed when the same file is submitted again.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

macro_rules! through_registry {
    ($($source:ty),*) => {$(
        impl From<$source> for SubmitError {
            fn from(source: $source) -> Self {
                Self::Registry(source.into())
            }
        }
    )*};
}
through_registry!(StoreError, VaultError, JournalError);

/// Takes in a file. The same rows again (renamed, in another order, from a restored machine) change
/// nothing and give the report and the receipt of the first time.
///
/// The file is read twice: once for its digest, once for its rows. Stretches of rows are committed as
/// they come, and none of them is on display before the last: a batch that was cut off is finished by
/// submitting it again.
///
/// A record's days are counted from that of its receipt, so a file waits until the day is sure: counted from the latest
/// that it can be, a record could be shown and kept too long, from the earliest shown and destroyed too soon.
///
/// # Errors
/// [`SubmitError`].
pub fn submit_batch<R: Read + Seek + Send + 'static>(
    reg: &Arc<Registry>,
    handed: &Handed,
    again: impl Fn() -> io::Result<R>,
    name: Option<&str>,
    evidence: &Evidence,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<BatchReport, SubmitError> {
    // One file at a time: the next one finds on file what this one brought.
    let _turn = reg.intake()?;
    let taken = take_in(reg, handed, again, name, evidence, limits, progress);
    if matches!(&taken, Err(SubmitError::Registry(error)) if error.severity() == Severity::Full) {
        // The keys lie on the same disk and have nobody else to ask.
        reg.store.free_reserve();
    }
    taken
}

fn take_in<R: Read + Seek + Send + 'static>(
    reg: &Arc<Registry>,
    handed: &Handed,
    again: impl Fn() -> io::Result<R>,
    name: Option<&str>,
    evidence: &Evidence,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<BatchReport, SubmitError> {
    evidence.holds_for(reg, &handed.member).map_err(SubmitError::Refused)?;
    settle_doomed(reg)?;
    let time = reg.clock.read();
    let (now, day, catalog) = (time.latest, reg.today_at(&time), reg.catalog());
    let item = item_today(reg, &catalog, handed, day.latest())?;
    let first = open(again()?, name, item, limits)?;
    let digests = Digests::of(reg, handed, first.reader)?;
    let known = batch::find_by_digest(&mut reg.store.read()?, &digests.of_rows)?;
    if let Some(taken) = known.as_ref().filter(|batch| batch.taken) {
        return report_of(reg, taken, Before::Again);
    }
    if first.kind == FileKind::Records {
        reg.store.has_room()?;
        if !day.is_sure() {
            return Err(SubmitError::DayNotSure);
        }
    }
    let resumed = known.as_ref().map(|batch| batch.batch);
    give_way(reg, resumed)?;
    let id = begin(reg, handed, item, (first.kind, &digests), evidence, now, known.as_ref())?;
    let opened = open(again()?, name, item, limits)?;
    if opened.kind == FileKind::Corrections {
        Corrector::new(reg, handed, &catalog, &time, resumed)?.apply(id, opened.reader, progress)?;
        return finish(reg, id, &handed.member);
    }
    let assessor = Assessor::new(item, opened.columns, day.latest(), reg.term_law());
    let mut intake = Intake {
        placer: Placer::new(reg, handed, Keeps::OnItsWay(resumed)),
        reg,
        handed,
        item,
        batch: id,
        now,
        pending: None,
    };
    for_each_stretch(opened.reader, progress, |rows| {
        let assessed = rows.iter().map(|row| (row.number, assessor.assess(row))).collect();
        intake.stretch(assessed)
    })?;
    intake.settle()?;
    finish(reg, id, &handed.member)
}

/// Notes that the batch is arriving, or that an interrupted one goes on. One of corrections goes on where it was cut off,
/// so of that there is nothing to note.
fn begin(
    reg: &Registry,
    handed: &Handed,
    item: &Item,
    (kind, digests): (FileKind, &Digests),
    evidence: &Evidence,
    now: Instant,
    known: Option<&BatchOnFile>,
) -> Result<BatchId, SubmitError> {
    let corrections = digests.corrections_id(reg);
    let resumed = known.map(|batch| batch.batch);
    let id = match (resumed, kind) {
        (Some(id), FileKind::Corrections) if id == corrections => return Ok(id),
        (Some(_), FileKind::Corrections) => return Err(FileTrouble::OtherOrder.into()),
        (None, FileKind::Corrections) => corrections,
        (Some(id), FileKind::Records) => id,
        (None, FileKind::Records) => reg.fresh()?,
    };
    let keyring = reg.vault.keyring();
    let evidence_hash = evidence.hash(keyring.hashes());
    let key = keyring.make(Month::OF_PEOPLE, &reg.chance)?;
    keyring.keep([&key])?;
    let new = NewBatch {
        batch: id,
        member: handed.member.clone(),
        item: handed.item.clone(),
        item_version: item.version,
        digest: digests.of_rows,
        received_at: now.unix_micros(),
        hand: evidence.hand(),
        evidence_key: key.id(),
        sealed: key.seal(Place::Evidence(id), &evidence.plain(), &reg.chance)?,
        evidence_hash,
        kind,
    };
    let event_id = reg.fresh_event()?;
    let event = match resumed {
        Some(batch) => Event::new().hex("batch_id", batch.as_bytes()).text("event", "batch-resumed"),
        None => arriving_event(&new),
    }
    .bytes();
    let entry = events::written(reg.vault.keyring().hashes(), event_id, now, event, 0)?.open_entry();
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        let at = tx.next_leaf();
        match resumed {
            Some(batch) => batch::restart(&mut tx, batch)?,
            None => batch::begin(&mut tx, &new, at)?,
        }
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    faults::step(Step::BatchBegun);
    Ok(id)
}

fn arriving_event(new: &NewBatch) -> Event {
    let event = Event::new()
        .hex("batch_id", new.batch.as_bytes())
        .hex("digest", &new.digest)
        .text("event", "batch-arriving")
        .hex("evidence", &new.evidence_hash)
        .hex("evidence_key_id", new.evidence_key.as_bytes())
        .text("item", new.item.as_str())
        .whole("item_version", i64::from(new.item_version));
    let event = with_key(event, &new.hand).text("kind", new.kind.word()).text("member", new.member.as_str());
    with_officer(event, &new.hand)
        .whole("received_at", new.received_at)
        .hex("sealed", &fairfile_proof::leaf_hash(&new.sealed))
}

/// A file on its way in: one stretch is prepared while the one before is being committed.
struct Intake<'r> {
    reg: &'r Registry,
    handed: &'r Handed,
    item: &'r Item,
    placer: Placer<'r>,
    batch: BatchId,
    now: Instant,
    pending: Option<Pending<(), StoreError>>,
}

/// What one stretch writes.
#[derive(Default)]
struct Stretch {
    people: Vec<NewSubject>,
    /// For each of the people, the place of the record that brings the person along.
    brought_by: Vec<usize>,
    records: Vec<NewRecord>,
    keys: Vec<NewKey>,
    entries: Vec<Entry>,
}

impl Intake<'_> {
    fn stretch(
        &mut self,
        rows: Vec<(u32, Result<super::assess::FitRow, super::codes::RowFault>)>,
    ) -> Result<(), SubmitError> {
        let mut tally = Tally::default();
        let mut stretch = Stretch::default();
        for (row, placed) in self.placer.place(rows)? {
            match placed {
                Placed::New(hashed, person) => {
                    self.seal(&mut stretch, row, &hashed, person)?;
                    tally.accept();
                }
                Placed::Settled => tally.accept(),
                Placed::TurnedAway(fault) => tally.turn_away(row, &fault),
            }
        }
        // Keys first: a crash between the two stores leaves keys without content, never content without keys.
        self.reg.vault.keyring().keep(&stretch.keys)?;
        self.settle()?;
        self.pending = Some(self.write(stretch, tally)?);
        self.placer.turn();
        Ok(())
    }

    fn settle(&mut self) -> Result<(), SubmitError> {
        if let Some(pending) = self.pending.take() {
            pending.wait()?;
            faults::step(Step::StretchSettled);
        }
        Ok(())
    }

    fn seal(&self, stretch: &mut Stretch, row: u32, hashed: &Hashed, person: Person) -> Result<(), SubmitError> {
        let reg = self.reg;
        let keyring = reg.vault.keyring();
        let (subject, brought) = match person {
            Person::OnFile(subject) => (subject, None),
            Person::Brought(subject) => {
                let (new, key) = self.person(subject, hashed)?;
                stretch.keys.push(key);
                (subject, Some(new))
            }
        };
        let key = keyring.make(Month::of(hashed.fit.terms.retained_until), &reg.chance)?;
        let record: RecordId = reg.fresh()?;
        let sealed = key.seal(Place::Record(record, 1, subject), &hashed.plain, &reg.chance)?;
        let new = NewRecord {
            on_file: OnFile {
                record,
                version: 1,
                item: self.handed.item.clone(),
                item_version: self.item.version,
                source: self.handed.member.clone(),
                terms: hashed.fit.terms,
                state: RecordState::InForce,
            },
            subject,
            batch: self.batch,
            row,
            number_hash: hashed.number,
            content_hash: hashed.content,
            key: key.id(),
            sealed,
            received_at: self.now.unix_micros(),
            leaf: 0,
        };
        let event = record_event(&new, brought.as_ref());
        let written: Written = events::written(keyring.hashes(), record.retype(), self.now, event, 0)?;
        stretch.entries.push(written.open_entry());
        if let Some(brought) = brought {
            stretch.people.push(brought);
            stretch.brought_by.push(stretch.records.len());
        }
        stretch.records.push(new);
        stretch.keys.push(key);
        Ok(())
    }

    fn person(
        &self,
        subject: fairfile_domain::id::SubjectId,
        hashed: &Hashed,
    ) -> Result<(NewSubject, NewKey), SubmitError> {
        let keyring = self.reg.vault.keyring();
        let key = keyring.make(Month::OF_PEOPLE, &self.reg.chance)?;
        let identity = serde_json::json!({
            "kind": hashed.fit.identifier.kind().code(),
            "identifier": hashed.fit.identifier.canonical(),
            "name": hashed.fit.name.full(),
        });
        let new = NewSubject {
            subject,
            key: key.id(),
            sealed: key.seal(Place::Identity(subject), identity.to_string().as_bytes(), &self.reg.chance)?,
            name_hash: keyring.hashes().name_of(subject, &hashed.fit.name),
            index_hash: Some(hashed.index),
            look_head: chain_start(subject.as_bytes()),
            leaf: 0,
        };
        Ok((new, key))
    }

    /// Hands the stretch to the sequencer; the first of its leaves tells what was turned away.
    fn write(&mut self, mut stretch: Stretch, tally: Tally) -> Result<Pending<(), StoreError>, SubmitError> {
        let batch = self.batch;
        let rows: Vec<RowOnFile> = tally.rows.iter().map(on_file).collect();
        let event_id = self.reg.fresh_event()?;
        let event = stretch_event(batch, &tally);
        let entry = events::written(self.reg.vault.keyring().hashes(), event_id, self.now, event, 0)?.open_entry();
        let counts = tally.counts;
        Ok(self.reg.store.write(move |mut tx| {
            let first = tx.next_leaf();
            for (place, new) in stretch.records.iter_mut().enumerate() {
                new.leaf = first + 1 + place as u64;
            }
            for (new, place) in stretch.people.iter_mut().zip(&stretch.brought_by) {
                new.leaf = first + 1 + *place as u64;
            }
            subject::add(&mut tx, &stretch.people)?;
            record::add(&mut tx, &stretch.records)?;
            batch::add_rows(&mut tx, batch, &rows, first)?;
            batch::add_counts(&mut tx, batch, counts)?;
            Ok(tx.commit(Leaves::new(entry, stretch.entries), ()))
        }))
    }
}

/// What became of a stretch of rows, but for the records or corrections that have leaves of their own.
pub(super) fn stretch_event(batch: BatchId, tally: &Tally) -> Vec<u8> {
    let event = Event::new().hex("batch_id", batch.as_bytes());
    events::with_counts(event, tally.counts)
        .text("event", "batch-stretch")
        .list("turned_away", tally.rows.iter().map(row_event))
        .bytes()
}

pub(super) fn on_file(row: &RowReport) -> RowOnFile {
    RowOnFile {
        row: row.row,
        outcome: row.outcome.word().to_owned(),
        code: row.code.clone(),
        input: row.input.clone(),
        other_row: row.other_row,
    }
}

fn row_event(row: &RowReport) -> Event {
    let event = Event::new().text("code", &row.code);
    let event = match &row.input {
        Some(input) => event.text("input", input),
        None => event,
    };
    let event = match row.other_row {
        Some(other) => event.whole("other_row", i64::from(other)),
        None => event,
    };
    event.text("outcome", row.outcome.word()).whole("row", i64::from(row.row))
}

/// Everything that the rows of a new record hold, so that the leaf explains them, content as its ciphertext alone.
fn record_event(new: &NewRecord, brought: Option<&NewSubject>) -> Vec<u8> {
    let (on_file, terms) = (&new.on_file, &new.on_file.terms);
    let event = Event::new().hex("batch_id", new.batch.as_bytes()).hex("content_hash", &new.content_hash);
    let event = event.day("display_until", terms.display_until).text("event", "record");
    let event = event.text("item", on_file.item.as_str()).whole("item_version", i64::from(on_file.item_version));
    let event = event.hex("key_id", new.key.as_bytes()).hex("number_hash", &new.number_hash);
    let event = match brought {
        None => event,
        Some(person) => event
            .hex("person_index", &person.index_hash.unwrap_or_default())
            .hex("person_key_id", person.key.as_bytes())
            .hex("person_name", &person.name_hash)
            .hex("person_sealed", &fairfile_proof::leaf_hash(&person.sealed)),
    };
    event
        .whole("received_at", new.received_at)
        .hex("record_id", on_file.record.as_bytes())
        .day("retained_until", terms.retained_until)
        .whole("row", i64::from(new.row))
        .hex("sealed", &fairfile_proof::leaf_hash(&new.sealed))
        .day("shown_from", terms.shown_from)
        .text("source", on_file.source.as_str())
        .hex("subject_id", new.subject.as_bytes())
        .whole("version", i64::from(on_file.version))
        .bytes()
}

/// The last commit of a batch: from here on its records are on file.
fn finish(reg: &Registry, id: BatchId, member: &fairfile_domain::id::MemberCode) -> Result<BatchReport, SubmitError> {
    let arriving = batch::find(&mut reg.store.read()?, id, member)?.ok_or(StoreError::Missing { table: "batch" })?;
    let now = reg.clock.now();
    let event = taken_event(&arriving, now);
    let entry = events::written(reg.vault.keyring().hashes(), id.retype(), now, event, 0)?.open_entry();
    faults::step(Step::BatchComplete);
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        let at = tx.next_leaf();
        batch::take(&mut tx, id, now.unix_micros(), at)?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    faults::step(Step::BatchTaken);
    let taken = batch::find(&mut reg.store.read()?, id, member)?.ok_or(StoreError::Missing { table: "batch" })?;
    report_of(reg, &taken, Before::First)
}

pub(super) fn taken_event(batch: &BatchOnFile, at: Instant) -> Vec<u8> {
    let event = Event::new().whole("at", at.unix_micros()).hex("batch_id", batch.batch.as_bytes());
    let event = events::with_counts(event, batch.counts)
        .hex("digest", &batch.digest)
        .text("event", "batch")
        .hex("evidence", &batch.evidence_hash)
        .text("item", batch.item.as_str())
        .whole("item_version", i64::from(batch.item_version));
    let event = with_key(event, &batch.hand).text("member", batch.member.as_str());
    with_officer(event, &batch.hand).bytes()
}
