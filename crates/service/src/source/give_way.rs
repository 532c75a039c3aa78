//! A batch that was cut off gives way when another file arrives: it was never acknowledged, and none of it was shown.
//!
//! Left where they are, its rows would make those of a corrected file duplicates of records that nobody can see. What a
//! file of corrections did before it was cut off is done: it waits for being handed in again, and the doctor tells of it.

use std::sync::Arc;

use fairfile_domain::id::BatchId;
use fairfile_store::batch::FileKind;
use fairfile_store::record::{self, Stranded};
use fairfile_store::{Leaves, Pending, batch, subject};

use super::submit_batch::SubmitError;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Records taken away by one commit.
const AT_ONCE: u32 = 500;

/// Takes away what every batch but `resumed` left behind when it was cut off. The caller holds the turn of intakes.
pub(crate) fn give_way(reg: &Arc<Registry>, resumed: Option<BatchId>) -> Result<(), SubmitError> {
    let cut_off = batch::list_arriving(&mut reg.store.read()?)?;
    let records = cut_off.into_iter().filter(|row| row.kind == FileKind::Records);
    for batch in records.map(|row| row.batch).filter(|batch| Some(*batch) != resumed) {
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
fn take_away(reg: &Arc<Registry>, batch: BatchId, stranded: Vec<Stranded>, is_last: bool) -> Result<(), SubmitError> {
    let now = reg.clock.now();
    let id = reg.fresh_event().map_err(RegistryError::from)?;
    let home = reg.clone();
    let pending: Pending<_, RegistryError> = reg.store.write(move |mut tx| {
        let (mut keys, mut people) = (Vec::with_capacity(stranded.len()), Vec::new());
        for row in &stranded {
            record::remove_stranded(&mut tx, row.record)?;
            keys.push(row.key);
        }
        for row in &stranded {
            if let Some(key) = subject::remove_bare(&mut tx, row.subject)? {
                keys.push(key);
                people.push(Event::new().hex("subject_id", row.subject.as_bytes()));
            }
        }
        if is_last {
            batch::give_way(&mut tx, batch)?;
        }
        let removed = stranded.iter().map(|row| Event::new().hex("record_id", row.record.as_bytes()));
        let event = Event::new()
            .whole("at", now.unix_micros())
            .hex("batch_id", batch.as_bytes())
            .text("event", "batch-gave-way")
            .list("people", people)
            .list("removed", removed)
            .text("state", if is_last { "given-way" } else { "arriving" })
            .bytes();
        let entry = events::written(home.vault.keyring().hashes(), id, now, event, 0)?.open_entry();
        Ok(tx.commit(Leaves::one(entry), keys))
    });
    let (keys, _stamp) = pending.wait()?;
    reg.vault.keyring().destroy(&keys)?;
    Ok(())
}
