//! A batch that was cut off gives way when another file arrives: it was never acknowledged, and none of it was shown.
//!
//! Left where they are, its rows would make those of a corrected file duplicates of records that nobody can see.

use fairfile_domain::id::BatchId;
use fairfile_store::record::{self, Stranded};
use fairfile_store::{Leaves, Pending, StoreError, batch, subject};

use super::submit_batch::SubmitError;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Records taken away by one commit.
const AT_ONCE: u32 = 500;

/// Takes away what every batch but `resumed` left behind when it was cut off. The caller holds the turn of intakes.
pub(super) fn give_way(reg: &Registry, resumed: Option<BatchId>) -> Result<(), SubmitError> {
    let cut_off = batch::list_arriving(&mut reg.store.read()?)?;
    for batch in cut_off.into_iter().map(|row| row.batch).filter(|batch| Some(*batch) != resumed) {
        loop {
            let stranded = record::list_stranded(&mut reg.store.read()?, batch, AT_ONCE)?;
            let is_last = stranded.len() < AT_ONCE as usize;
            take_away(reg, batch, stranded, is_last)?;
            if is_last {
                break;
            }
        }
    }
    Ok(())
}

/// Rows first, keys after: cut off in between, spare keys are left, which harm nobody.
fn take_away(reg: &Registry, batch: BatchId, stranded: Vec<Stranded>, is_last: bool) -> Result<(), SubmitError> {
    let now = reg.clock.now();
    let removed = stranded.iter().map(|row| Event::new().hex("record_id", row.record.as_bytes()));
    let event = Event::new()
        .whole("at", now.unix_micros())
        .hex("batch_id", batch.as_bytes())
        .text("event", "batch-gave-way")
        .list("removed", removed)
        .bytes();
    let id = reg.fresh_event().map_err(RegistryError::from)?;
    let leaf = events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.leaf;
    let pending: Pending<_, StoreError> = reg.store.write(move |mut tx| {
        let mut keys = Vec::with_capacity(stranded.len());
        for row in &stranded {
            record::remove_stranded(&mut tx, row.record)?;
            keys.push(row.key);
        }
        for row in &stranded {
            keys.extend(subject::remove_bare(&mut tx, row.subject)?);
        }
        if is_last {
            batch::give_way(&mut tx, batch)?;
        }
        Ok(tx.commit(Leaves::one(leaf), keys))
    });
    let (keys, _stamp) = pending.wait()?;
    reg.vault.keyring().destroy(&keys)?;
    Ok(())
}
