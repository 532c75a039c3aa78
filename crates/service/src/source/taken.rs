//! The report of a file that was taken in: made again from what is on file, the same whenever it is asked for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use fairfile_domain::actor::{Hand, Standing};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{BatchId, EventId, MemberCode};
use fairfile_proof::Receipt;
use fairfile_store::batch::{self, BatchOnFile, FileKind, RowOnFile};
use fairfile_store::{Read, StoreError, correction, notice};

use super::codes::{Fate, FileTrouble};
use super::report::{BatchReport, Before, RowGroup, RowReport, WhichRows};
use super::submit_batch::{SubmitError, taken_event};
use crate::events;
use crate::registry::{Registry, RegistryError};

/// Rows that are read at once for a whole report.
const AT_ONCE: u32 = 10_000;
/// Of how many batches the groups are remembered.
const KNOWN_BATCHES: usize = 64;

/// A part of the report of a batch that was taken in.
#[derive(Debug)]
pub struct BatchPage {
    /// The report; of its rows only those that were asked for.
    pub report: BatchReport,
    /// All its rows that were not accepted, counted by what is wrong with them: the most first.
    pub groups: Arc<[RowGroup]>,
    /// When it was taken in.
    pub taken_at: Instant,
    /// By whose hand.
    pub hand: Hand,
    /// How many of the changes that it made are withdrawals; the others are corrections.
    pub withdrawals: u64,
}

/// What the rows of the latest batches that were asked for come to: counted once, for a batch that was taken in is never
/// changed again. They say codes and numbers, nothing of anybody.
#[derive(Debug, Default)]
pub(crate) struct Groups(Mutex<VecDeque<(BatchId, Arc<[RowGroup]>)>>);

impl Groups {
    /// The groups of `batch`, counted if they are not known.
    fn of(
        &self,
        batch: BatchId,
        count: impl FnOnce() -> Result<Arc<[RowGroup]>, StoreError>,
    ) -> Result<Arc<[RowGroup]>, RegistryError> {
        let mut known = self.0.lock().map_err(|_| RegistryError::Closed)?;
        if let Some((_, groups)) = known.iter().find(|row| row.0 == batch) {
            return Ok(groups.clone());
        }
        // Counted outside the lock: a long report holds up nobody else's.
        drop(known);
        let groups = count()?;
        known = self.0.lock().map_err(|_| RegistryError::Closed)?;
        known.truncate(KNOWN_BATCHES - 1);
        known.push_front((batch, groups.clone()));
        Ok(groups)
    }
}

fn count_groups(reader: &mut impl Read, batch: BatchId) -> Result<Arc<[RowGroup]>, StoreError> {
    let group = |group: batch::RowGroup| {
        let outcome = fate(&group.outcome)?;
        Ok(RowGroup { outcome, code: group.code, input: group.input, rows: group.rows })
    };
    batch::list_row_groups(reader, batch)?.into_iter().map(group).collect()
}

/// The report of a batch that was taken in before, for its source; nothing if there is none.
pub fn batch_report(reg: &Registry, batch: BatchId, member: &MemberCode) -> Result<Option<BatchReport>, SubmitError> {
    let found = find_taken(reg, batch, member)?;
    found.map(|batch| report_of(reg, &batch, Before::Again)).transpose()
}

/// Some rows of the same report: a page of a long one costs no more than one of a short one.
pub fn batch_page(
    reg: &Registry,
    batch: BatchId,
    member: &MemberCode,
    which: &WhichRows,
) -> Result<Option<BatchPage>, SubmitError> {
    let Some(on_file) = find_taken(reg, batch, member)? else { return Ok(None) };
    let mut report = without_rows(reg, &on_file, Before::Again)?;
    let mut reader = reg.store.read()?;
    let rows = match &which.group {
        None => batch::list_rows(&mut reader, batch, which.after, which.most)?,
        Some((code, input)) => {
            batch::list_rows_of_group(&mut reader, batch, (code, input.as_deref()), which.after, which.most)?
        }
    };
    report.rows = rows.into_iter().map(row_report).collect::<Result<_, _>>()?;
    let groups = reg.groups.of(batch, || count_groups(&mut reader, batch))?;
    let withdrawals = match on_file.kind {
        FileKind::Records => 0,
        FileKind::Corrections => correction::count_withdrawals(&mut reader, batch)?,
    };
    Ok(Some(BatchPage { report, groups, taken_at: taken_at(&on_file)?.0, hand: on_file.hand, withdrawals }))
}

fn find_taken(reg: &Registry, batch: BatchId, member: &MemberCode) -> Result<Option<BatchOnFile>, SubmitError> {
    let directory = reg.directory();
    let standing = directory.members.get(member).map(|member| member.standing);
    if standing != Some(Standing::Active) {
        return Err(FileTrouble::Suspended.into());
    }
    Ok(batch::find(&mut reg.store.read()?, batch, member)?.filter(|batch| batch.taken))
}

fn taken_at(batch: &BatchOnFile) -> Result<(Instant, u64), RegistryError> {
    let (at, index) = batch.taken_at.ok_or(StoreError::Missing { table: "batch" })?;
    Ok((Instant::from_unix_micros(at).map_err(|_| RegistryError::Event)?, index))
}

/// The report of a taken batch, from what is on file: the same whenever it is asked for, its receipt to the byte.
pub(super) fn report_of(reg: &Registry, batch: &BatchOnFile, before: Before) -> Result<BatchReport, SubmitError> {
    let mut report = without_rows(reg, batch, before)?;
    let mut reader = reg.store.read()?;
    loop {
        let after = report.rows.last().map_or(0, |row: &RowReport| row.row);
        let page = batch::list_rows(&mut reader, batch.batch, after, AT_ONCE)?;
        let last = page.len() < AT_ONCE as usize;
        for row in page {
            report.rows.push(row_report(row)?);
        }
        if last {
            return Ok(report);
        }
    }
}

fn without_rows(reg: &Registry, batch: &BatchOnFile, before: Before) -> Result<BatchReport, SubmitError> {
    let (at, index) = taken_at(batch)?;
    let event_id: EventId = batch.batch.retype();
    let written = events::written(reg.vault.keyring().hashes(), event_id, at, taken_event(batch, at), index)?;
    let receipt: Receipt = reg.publisher.lasting_receipt(&reg.store, written)?;
    Ok(BatchReport {
        batch: Some(batch.batch),
        member: batch.member.clone(),
        item: batch.item.clone(),
        item_version: batch.item_version,
        kind: batch.kind,
        counts: batch.counts,
        rows: Vec::new(),
        before,
        receipt: Some(receipt),
        told: notice::list_told_by_batch(&mut reg.store.read()?, batch.batch)?,
    })
}

fn fate(word: &str) -> Result<Fate, StoreError> {
    let bad = StoreError::BadRow { table: "batch_row", column: "outcome", expected: "expected an outcome" };
    Fate::find(word).ok_or(bad)
}

fn row_report(row: RowOnFile) -> Result<RowReport, StoreError> {
    let outcome = fate(&row.outcome)?;
    Ok(RowReport { row: row.row, outcome, code: row.code, input: row.input, other_row: row.other_row })
}
