//! The report of a file that was taken in: made again from what is on file, the same whenever it is asked for.

use fairfile_domain::actor::Standing;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{BatchId, EventId, MemberCode};
use fairfile_proof::Receipt;
use fairfile_store::batch::{self, BatchOnFile};
use fairfile_store::{StoreError, notice};

use super::codes::{Fate, FileTrouble};
use super::report::{BatchReport, Before, RowReport};
use super::submit_batch::{SubmitError, taken_event};
use crate::events;
use crate::registry::{Registry, RegistryError};

/// The report of a batch that was taken in before, for its source; nothing if there is none.
pub fn batch_report(reg: &Registry, batch: BatchId, member: &MemberCode) -> Result<Option<BatchReport>, SubmitError> {
    let directory = reg.directory();
    let standing = directory.members.get(member).map(|member| member.standing);
    if standing != Some(Standing::Active) {
        return Err(FileTrouble::Suspended.into());
    }
    let found = batch::find(&mut reg.store.read()?, batch, member)?.filter(|batch| batch.taken);
    found.map(|batch| report_of(reg, &batch, Before::Again)).transpose()
}

/// The report of a taken batch, from what is on file: the same whenever it is asked for, its receipt to the byte.
pub(super) fn report_of(reg: &Registry, batch: &BatchOnFile, before: Before) -> Result<BatchReport, SubmitError> {
    const AT_ONCE: u32 = 10_000;
    let (at, index) = batch.taken_at.ok_or(StoreError::Missing { table: "batch" })?;
    let at = Instant::from_unix_micros(at).map_err(|_| RegistryError::Event)?;
    let event_id: EventId = batch.batch.retype();
    let written = events::written(reg.vault.keyring().hashes(), event_id, at, taken_event(batch, at), index)?;
    let receipt: Receipt = reg.publisher.lasting_receipt(&reg.store, written)?;
    let mut rows = Vec::new();
    let mut reader = reg.store.read()?;
    loop {
        let after = rows.last().map_or(0, |row: &RowReport| row.row);
        let page = batch::list_rows(&mut reader, batch.batch, after, AT_ONCE)?;
        let last = page.len() < AT_ONCE as usize;
        for row in page {
            let bad = StoreError::BadRow { table: "batch_row", column: "outcome", expected: "expected an outcome" };
            let outcome = Fate::find(&row.outcome).ok_or(bad)?;
            rows.push(RowReport { row: row.row, outcome, code: row.code, input: row.input, other_row: row.other_row });
        }
        if last {
            break;
        }
    }
    Ok(BatchReport {
        batch: Some(batch.batch),
        member: batch.member.clone(),
        item: batch.item.clone(),
        item_version: batch.item_version,
        kind: batch.kind,
        counts: batch.counts,
        rows,
        before,
        receipt: Some(receipt),
        told: notice::list_told_by_batch(&mut reader, batch.batch)?,
    })
}
