//! A record is corrected or withdrawn, and every member that was shown it is told in the same commit.
//!
//! What goes is gone for everybody: its key is marked for death before the commit and destroyed after it, so
//! that no crash in between leaves an earlier content that anybody could read, nor a record without its key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairfile_domain::access::{self, Unchangeable};
use fairfile_domain::catalog::{Catalog, InputKind, Item};
use fairfile_domain::correction::Act;
use fairfile_domain::day::{Day, Instant, Today};
use fairfile_domain::id::{BatchId, CorrectionId, InputCode, NoticeId, RecordId, SealKeyId, SubjectId};
use fairfile_domain::notice as notices;
use fairfile_domain::record::{OnFile, RecordState, Terms, TermsError, corrected_terms};
use fairfile_intake::{Reader, Row};
use fairfile_proof::leaf_hash;
use fairfile_store::batch::RowOnFile;
use fairfile_store::correction::{self, Correction};
use fairfile_store::faults::{self, Step};
use fairfile_store::notice::{self, NewNotice};
use fairfile_store::record::{self, Replacement, Sealed};
use fairfile_store::{Entry, Leaves, Pending, WriteTx, batch, subject};
use fairfile_vault::{Month, NewKey, Place};

use super::codes::{FileTrouble, RowFault, fault};
use super::corrections::{self, Change};
use super::numbers;
use super::report::Tally;
use super::submit_batch::SubmitError;
use super::{Handed, Progress};
use crate::clock::Reading;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Rows that are prepared and committed together, at the most.
const STRETCH: usize = 200;

/// Corrects and withdraws, for one member.
pub(super) struct Corrector<'r> {
    reg: &'r Arc<Registry>,
    handed: &'r Handed,
    catalog: &'r Catalog,
    now: Instant,
    day: Today,
    /// The batch itself, if an earlier attempt at it was cut off.
    resumed: Option<BatchId>,
    /// The rows that the earlier attempt turned away.
    turned_away: BTreeSet<u32>,
}

/// What one row will do, worked out and sealed; nothing of it is kept yet.
struct Prepared {
    correction: Correction,
    replacement: Replacement,
    /// The key of the new content; nothing for a withdrawal.
    key: Option<NewKey>,
    due_on: Day,
}

/// What becomes of a row.
enum Outcome {
    /// It does this.
    Does(Box<Prepared>),
    /// It was counted by an earlier attempt at this file.
    Counted,
    /// Nothing.
    TurnedAway(RowFault),
}

impl<'r> Corrector<'r> {
    pub(super) fn new(
        reg: &'r Arc<Registry>,
        handed: &'r Handed,
        catalog: &'r Catalog,
        time: &Reading,
        resumed: Option<BatchId>,
    ) -> Result<Self, SubmitError> {
        let turned_away = match resumed {
            Some(batch) => turned_away(reg, batch)?,
            None => BTreeSet::new(),
        };
        Ok(Self { reg, handed, catalog, now: time.latest, day: reg.today_at(time), resumed, turned_away })
    }

    /// What would become of every row; nothing is changed.
    pub(super) fn check(&self, reader: Reader, tally: &mut Tally) -> Result<(), SubmitError> {
        let nowhere: BatchId = self.reg.fresh().map_err(RegistryError::from)?;
        let mut withdrawn = BTreeSet::new();
        for row in reader {
            let row = row.map_err(FileTrouble::from)?;
            let change = self.read(&row)?;
            let (record, act) = change.as_ref().map(|change| (change.record, change.act)).ok().unzip();
            let outcome = match act {
                // Rows of one file are done in their order: what an earlier one withdraws is gone for the later ones.
                Some(act) if record.is_some_and(|record| withdrawn.contains(&record)) => after_withdrawal(act),
                _ => self.outcome(nowhere, row.number, change)?,
            };
            match outcome {
                Outcome::Does(_) | Outcome::Counted => {
                    withdrawn.extend(record.filter(|_| act == Some(Act::Withdraw)));
                    tally.accept();
                }
                Outcome::TurnedAway(fault) => tally.turn_away(row.number, &fault),
            }
        }
        Ok(())
    }

    /// Does what the rows ask for, in their order; a row that an earlier attempt at this file did is left as it is.
    ///
    /// While the day is not sure, the days of a corrected record cannot be told, and corrections wait; a withdrawal hides
    /// and is done at once. The file is then finished by handing it in again.
    pub(super) fn apply(&self, batch: BatchId, mut reader: Reader, progress: Progress<'_>) -> Result<(), SubmitError> {
        let mut stretch = Stretch::default();
        let (mut read, mut some_wait) = (0, false);
        loop {
            let next = reader.next().transpose().map_err(FileTrouble::from)?;
            let Some(row) = next else { break };
            read += 1;
            if self.turned_away.contains(&row.number) {
                continue;
            }
            let change = self.read(&row)?;
            if !self.day.is_sure() && change.as_ref().is_ok_and(|change| change.act == Act::Correct) {
                some_wait = true;
                continue;
            }
            // A row is held against what the rows before it have made of its record.
            let again = change.as_ref().is_ok_and(|change| stretch.touches(change.record));
            if again || stretch.rows == STRETCH {
                self.commit(batch, std::mem::take(&mut stretch))?;
                progress(reader.bytes_read(), reader.bytes_total(), read);
            }
            let outcome = self.outcome(batch, row.number, change)?;
            stretch.add(row.number, outcome);
        }
        if stretch.rows > 0 {
            self.commit(batch, stretch)?;
        }
        progress(reader.bytes_read(), reader.bytes_total(), read);
        if some_wait { Err(SubmitError::DayNotSure) } else { Ok(()) }
    }

    fn read(&self, row: &Row) -> Result<Result<Change, RowFault>, RegistryError> {
        corrections::read(self.reg, self.handed, self.catalog, row, self.day.latest())
    }

    fn outcome(&self, batch: BatchId, row: u32, change: Result<Change, RowFault>) -> Result<Outcome, SubmitError> {
        match change {
            Err(fault) => Ok(Outcome::TurnedAway(fault)),
            Ok(change) if self.was_done(row, change.record)? => Ok(Outcome::Counted),
            Ok(change) => Ok(self.prepare(batch, row, &change)?),
        }
    }

    /// Whether the attempt that was cut off did this row.
    fn was_done(&self, row: u32, record: RecordId) -> Result<bool, SubmitError> {
        let Some(batch) = self.resumed else { return Ok(false) };
        Ok(correction::was_done(&mut self.reg.store.read()?, batch, row, record)?)
    }

    fn prepare(&self, batch: BatchId, row: u32, change: &Change) -> Result<Outcome, RegistryError> {
        let mut reader = self.reg.store.read()?;
        let Some((before, content_hash)) = record::find(&mut reader, change.record)? else {
            return Ok(Outcome::TurnedAway(fault("B021", None)));
        };
        let directory = self.reg.directory();
        let member = directory.members.get(&self.handed.member).ok_or(RegistryError::Event)?;
        let permit = match access::amend(&before.on_file, before.subject, member, self.day.latest()) {
            Ok(permit) => permit,
            Err(Unchangeable::Withdrawn) => return Ok(after_withdrawal(change.act)),
            Err(Unchangeable::Over) => return Ok(Outcome::TurnedAway(fault("B027", None))),
            Err(Unchangeable::NotItsSource) => return Ok(Outcome::TurnedAway(fault("B021", None))),
        };
        let sealed = self.words(&mut reader, change, before.subject)?;
        let version_before = before.on_file.version;
        let (replacement, key) = match &change.value {
            None => {
                let (freed, _) = numbers::withdrawn(&mut reader, self.reg, &change.number)?;
                (withdrawn(&before, content_hash, freed), None)
            }
            Some(value) => match self.corrected(&permit, &before, value)? {
                Err(broken) => return Ok(Outcome::TurnedAway(broken)),
                Ok((replacement, _)) if replacement.content_hash == content_hash => {
                    return Ok(Outcome::TurnedAway(fault("B029", None)));
                }
                Ok((replacement, key)) => (replacement, Some(key)),
            },
        };
        let correction = Correction {
            correction: sealed.0,
            record: change.record,
            act: change.act,
            version_before,
            reason: change.reason,
            batch,
            row,
            made_at: self.now.unix_micros(),
            sealed: sealed.1,
            leaf: 0,
        };
        // From the sure day, so that no clock that runs ahead puts the deadline off for good.
        let due_on = notices::due_on(self.day.sure());
        Ok(Outcome::Does(Box::new(Prepared { correction, replacement, key, due_on })))
    }

    /// The correction's id, and the words for the person, sealed under the person's key.
    fn words(
        &self,
        reader: &mut impl fairfile_store::Read,
        change: &Change,
        subject: SubjectId,
    ) -> Result<(CorrectionId, Option<Vec<u8>>), RegistryError> {
        let id: CorrectionId = self.reg.fresh()?;
        let Some(words) = &change.words else { return Ok((id, None)) };
        let known = subject::load(reader, subject)?.0;
        let key = self.reg.vault.keyring().lend(known.key)?;
        let sealed = key.seal(Place::Words(id, subject), words.as_bytes(), &self.reg.chance)?;
        Ok((id, Some(sealed)))
    }

    fn corrected(
        &self,
        permit: &access::Amendment,
        before: &Sealed,
        value: &(InputCode, String),
    ) -> Result<Result<(Replacement, NewKey), RowFault>, RegistryError> {
        let on_file = &before.on_file;
        let item = self.catalog.item(&on_file.item, on_file.item_version);
        let item = item.ok_or_else(|| RegistryError::Catalog(on_file.item.to_string()))?;
        let days: Vec<InputCode> = item
            .inputs
            .iter()
            .filter(|input| matches!(input.kind, InputKind::Day { .. }))
            .map(|input| input.code.clone())
            .collect();
        let mut terms = Err(fault("B003", None));
        let changes = BTreeMap::from([value.clone()]);
        let key_for = |days: &BTreeMap<InputCode, Day>| {
            terms = self.terms(item, before.received_at, days);
            // A key is made even if the days do not fit; it is not kept then.
            let month = terms.as_ref().map_or(Month::OF_PEOPLE, |terms| Month::of(terms.retained_until));
            self.reg.vault.keyring().make(month, &self.reg.chance)
        };
        let amended = self.reg.vault.amend(permit, before, &changes, &days, key_for, &self.reg.chance)?;
        let terms = match terms {
            Ok(terms) => terms,
            Err(broken) => return Ok(Err(broken)),
        };
        let replacement = Replacement {
            on_file: OnFile { version: amended.version, terms, state: RecordState::InForce, ..on_file.clone() },
            version_before: on_file.version,
            key_before: before.key,
            content_hash: amended.content_hash,
            freed_number: None,
            key: amended.key.id(),
            sealed: Some(amended.sealed),
            leaf: 0,
        };
        Ok(Ok((replacement, amended.key)))
    }

    /// The days of the new version, by the version of the item under which the record lives.
    fn terms(&self, item: &Item, received_at: i64, days: &BTreeMap<InputCode, Day>) -> Result<Terms, RowFault> {
        let day_of = |input: &InputCode| days.get(input).copied();
        for (first, second) in &item.order {
            if let (Some(before), Some(after)) = (day_of(first), day_of(second))
                && after < before
            {
                return Err(fault("B005", Some(second)));
            }
        }
        let received = Instant::from_unix_micros(received_at).map_err(|_| fault("B003", None))?;
        let received = self.reg.day_of(received);
        corrected_terms(item, received, self.day.latest(), day_of, self.reg.term_law()).map_err(|error| match error {
            TermsError::MissingDay(input) => fault("B001", Some(&input)),
            TermsError::Calendar(_) => fault("B016", None),
        })
    }

    /// Marks what goes, commits what comes with the notices that follow, and destroys what has gone.
    fn commit(&self, batch: BatchId, stretch: Stretch) -> Result<(), SubmitError> {
        let keyring = self.reg.vault.keyring();
        keyring.keep(stretch.prepared.iter().filter_map(|row| row.key.as_ref())).map_err(RegistryError::from)?;
        let going: Vec<(SealKeyId, RecordId, u32)> = stretch
            .prepared
            .iter()
            .map(|row| (row.replacement.key_before, row.correction.record, row.correction.version_before))
            .collect();
        keyring.doom(&going).map_err(RegistryError::from)?;
        let event_id = self.reg.fresh_event().map_err(RegistryError::from)?;
        let event = super::submit_batch::stretch_event(batch, &stretch.tally);
        let first = events::written(keyring.hashes(), event_id, self.now, event, 0)?.open_entry();
        let rows: Vec<RowOnFile> = stretch.tally.rows.iter().map(super::submit_batch::on_file).collect();
        let (reg, now, counts) = (self.reg.clone(), self.now, stretch.tally.counts);
        let mut prepared = stretch.prepared;
        let pending: Pending<(), SubmitError> = self.reg.store.write(move |mut tx| {
            let leaf = tx.next_leaf();
            batch::add_rows(&mut tx, batch, &rows, leaf)?;
            batch::add_counts(&mut tx, batch, counts)?;
            let mut entries = Vec::with_capacity(prepared.len());
            for (place, row) in prepared.iter_mut().enumerate() {
                entries.push(write(&reg, &mut tx, row, leaf + 1 + place as u64, now)?);
            }
            Ok(tx.commit(Leaves::new(first, entries), ()))
        });
        // If nobody can tell yet whether it was written, the marks stay, and the calendar's next run settles them.
        pending.wait()?;
        faults::step(Step::Replaced);
        let gone: Vec<SealKeyId> = going.iter().map(|row| row.0).collect();
        keyring.destroy(&gone).map_err(RegistryError::from)?;
        Ok(())
    }
}

/// Rows of a file that are committed together; no record twice.
#[derive(Default)]
struct Stretch {
    rows: usize,
    tally: Tally,
    prepared: Vec<Prepared>,
    records: BTreeSet<RecordId>,
}

impl Stretch {
    fn touches(&self, record: RecordId) -> bool {
        self.records.contains(&record)
    }

    fn add(&mut self, row: u32, outcome: Outcome) {
        self.rows += 1;
        match outcome {
            Outcome::Does(prepared) => {
                self.tally.accept();
                self.records.insert(prepared.correction.record);
                self.prepared.push(*prepared);
            }
            Outcome::Counted => {}
            Outcome::TurnedAway(fault) => self.tally.turn_away(row, &fault),
        }
    }
}

/// The rows of `batch` that were turned away before it was cut off.
fn turned_away(reg: &Registry, batch: BatchId) -> Result<BTreeSet<u32>, SubmitError> {
    let mut reader = reg.store.read()?;
    let mut rows = BTreeSet::new();
    loop {
        let after = rows.last().copied().unwrap_or_default();
        let more = batch::list_rows(&mut reader, batch, after, STRETCH as u32)?;
        if more.is_empty() {
            return Ok(rows);
        }
        rows.extend(more.into_iter().map(|row| row.row));
    }
}

/// What becomes of a row about a record that is withdrawn already.
fn after_withdrawal(act: Act) -> Outcome {
    Outcome::TurnedAway(match act {
        Act::Withdraw => fault("B029", None),
        Act::Correct => fault("B026", None),
    })
}

fn withdrawn(before: &Sealed, content_hash: [u8; 32], freed: [u8; 32]) -> Replacement {
    Replacement {
        on_file: OnFile { state: RecordState::Withdrawn, ..before.on_file.clone() },
        version_before: before.on_file.version,
        key_before: before.key,
        content_hash,
        freed_number: Some(freed),
        key: before.key,
        sealed: None,
        leaf: 0,
    }
}

/// Writes one row's correction with a notice to each member that was shown the record.
fn write(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    row: &mut Prepared,
    leaf: u64,
    now: Instant,
) -> Result<Entry, SubmitError> {
    (row.correction.leaf, row.replacement.leaf) = (leaf, leaf);
    if !record::replace(tx, &row.replacement)? {
        return Err(SubmitError::ChangedMeanwhile);
    }
    correction::add(tx, &row.correction)?;
    let mut told = Vec::new();
    for member in notice::list_told(tx, row.correction.record)? {
        let notice: NoticeId = reg.fresh().map_err(RegistryError::from)?;
        let new = NewNotice {
            notice,
            seq: notice::last_seq(tx, &member)? + 1,
            member,
            correction: row.correction.correction,
            record: row.correction.record,
            made_at: row.correction.made_at,
            due_on: row.due_on,
            leaf,
        };
        // One at a time, so that the next number to the same member is known.
        notice::add(tx, std::slice::from_ref(&new))?;
        told.push(new);
    }
    let event = correction_event(row, &told);
    let id = row.correction.correction.retype();
    Ok(events::written(reg.vault.keyring().hashes(), id, now, event, leaf)?.open_entry())
}

fn correction_event(row: &Prepared, told: &[NewNotice]) -> Vec<u8> {
    let (correction, new) = (&row.correction, &row.replacement);
    let terms = &new.on_file.terms;
    let event = Event::new()
        .text("act", correction.act.word())
        .whole("at", correction.made_at)
        .hex("batch_id", correction.batch.as_bytes())
        .hex("content_hash", &new.content_hash)
        .hex("correction_id", correction.correction.as_bytes())
        .day("display_until", terms.display_until)
        .text("event", "correction")
        .hex("key_id", new.key.as_bytes())
        .list("notices", told.iter().map(notice_event));
    let event = match &new.freed_number {
        Some(freed) => event.hex("number_hash", freed),
        None => event,
    };
    let event = event
        .text("reason", correction.reason.row().code)
        .hex("record_id", correction.record.as_bytes())
        .day("retained_until", terms.retained_until)
        .whole("row", i64::from(correction.row));
    let event = match &new.sealed {
        Some(sealed) => event.hex("sealed", &leaf_hash(sealed)),
        None => event,
    };
    let event = event
        .day("shown_from", terms.shown_from)
        .text("state", new.on_file.state.word())
        .whole("version", i64::from(new.on_file.version))
        .whole("version_before", i64::from(correction.version_before));
    match &correction.sealed {
        Some(words) => event.hex("words", &leaf_hash(words)),
        None => event,
    }
    .bytes()
}

fn notice_event(new: &NewNotice) -> Event {
    Event::new()
        .day("due_on", new.due_on)
        .text("member", new.member.as_str())
        .hex("notice_id", new.notice.as_bytes())
        .whole("seq", new.seq as i64)
}

/// After a crash, or a commit that was taken back: what was marked to go and has gone is destroyed, what stayed is spared.
///
/// # Errors
/// [`RegistryError`]; it can be tried again.
pub(crate) fn settle_doomed(reg: &Registry) -> Result<(), RegistryError> {
    let keyring = reg.vault.keyring();
    let (mut gone, mut stayed) = (Vec::new(), Vec::new());
    let mut reader = reg.store.read()?;
    for (key, record, _) in keyring.list_doomed()? {
        let is_in_use =
            record::find(&mut reader, record)?.is_some_and(|(sealed, _)| sealed.key == key && sealed.sealed.is_some());
        if is_in_use { stayed.push(key) } else { gone.push(key) }
    }
    if !gone.is_empty() {
        keyring.destroy(&gone)?;
    }
    if !stayed.is_empty() {
        keyring.spare(&stayed)?;
    }
    Ok(())
}
