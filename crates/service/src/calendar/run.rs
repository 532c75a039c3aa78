//! Display ends, content is destroyed: what the days passed demand, however many they were.
//!
//! Only days that have surely passed count: a clock that runs ahead hides, and destroys nothing until it is confirmed.
//! Every step can be repeated and resumed. Display has ended for every reader in the first second after
//! its last day, whether this has run or not; running it writes the end down. Keys are destroyed before
//! the destruction is noted: cut off in between, the content is gone, and the next run notes it.

use std::collections::BTreeMap;

use fairfile_domain::id::{EventId, MemberCode};
use fairfile_store::record::{self, Due};
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx};
use fairfile_vault::VaultError;

use super::chase::chase;
use crate::events::{self, Event};
use crate::keeping::note_followed;
use crate::registry::{Registry, RegistryError, Severity};
use crate::source::settle_doomed;

/// Records settled by one commit.
const AT_ONCE: u32 = 500;

/// What a run has written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    /// Records whose display has ended.
    pub ended: u64,
    /// Records whose content was destroyed.
    pub destroyed: u64,
    /// The silent members that were chased, each with for how many notices.
    pub chased: BTreeMap<MemberCode, u64>,
}

impl Passed {
    /// How many notices were chased, to whomever.
    pub fn notices_chased(&self) -> u64 {
        self.chased.values().sum()
    }
}

/// The calendar could not be run to its end; run it again.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for CalendarError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}
impl From<VaultError> for CalendarError {
    fn from(source: VaultError) -> Self {
        Self::Registry(source.into())
    }
}

/// What became of a record because its day has passed.
#[derive(Clone, Copy)]
enum Fate {
    Ended,
    Destroyed,
}

/// Does what the days demand that have surely passed, and notes how far the time is sure.
///
/// # Errors
/// [`CalendarError`]; what was committed stays, and the next run goes on from there.
pub fn run(reg: &Registry) -> Result<Passed, CalendarError> {
    let passed = do_what_is_due(reg);
    if matches!(&passed, Err(CalendarError::Registry(error)) if error.severity() == Severity::Full) {
        // What ends makes room; the next run has the reserve.
        reg.store.free_reserve();
    }
    // Nobody gets a receipt for what a day has ended; whatever came of the run, the mark holds it.
    reg.publisher.note(&reg.store.head()).map_err(RegistryError::from)?;
    passed
}

fn do_what_is_due(reg: &Registry) -> Result<Passed, CalendarError> {
    reg.clock.note()?;
    if let Some(_turn) = reg.intake_if_idle() {
        settle_doomed(reg)?;
    }
    let today = reg.sure_today();
    let mut passed = Passed::default();
    loop {
        let due = record::list_to_end(&mut reg.store.read()?, today, AT_ONCE)?;
        if due.is_empty() {
            break;
        }
        passed.ended += note(reg, due, Fate::Ended)?;
    }
    loop {
        let due = record::list_to_destroy(&mut reg.store.read()?, today, AT_ONCE)?;
        if due.is_empty() {
            break;
        }
        let keys: Vec<_> = due.iter().map(|due| due.key).collect();
        reg.vault.keyring().destroy(&keys)?;
        passed.destroyed += note(reg, due, Fate::Destroyed)?;
    }
    passed.chased = chase(reg, today)?;
    // Once for the whole run, and for one that was cut off: copies of the old root key open no copy of old keys.
    let keyring = reg.vault.keyring();
    if keyring.is_advance_due()? {
        keyring.advance(&reg.chance)?;
    }
    note_followed(reg)?;
    Ok(passed)
}

/// Notes as destroyed what has lost its key already, each with its leaf. Gives how many were noted.
pub(crate) fn note_destroyed(reg: &Registry, due: Vec<Due>) -> Result<u64, CalendarError> {
    if due.is_empty() { Ok(0) } else { note(reg, due, Fate::Destroyed) }
}

fn note(reg: &Registry, due: Vec<Due>, fate: Fate) -> Result<u64, CalendarError> {
    let now = reg.clock.now();
    let word = match fate {
        Fate::Ended => "display-ended",
        Fate::Destroyed => "destroyed",
    };
    let mut rows = Vec::with_capacity(due.len());
    for due in due {
        let id: EventId = reg.fresh_event()?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .text("event", word)
            .hex("record_id", due.record.as_bytes())
            .whole("version", i64::from(due.version))
            .bytes();
        rows.push((due, events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry()));
    }
    let settled = settle(reg, rows, move |tx, due| match fate {
        Fate::Ended => record::end(tx, due.record, due.version),
        Fate::Destroyed => record::destroy(tx, due.record, due.version),
    })?;
    Ok(settled.len() as u64)
}

/// Writes what still holds of `rows`, each with its leaf: a record may have been corrected, a notice confirmed,
/// since they were listed. Gives those that were written.
pub(super) fn settle<T: Send + 'static>(
    reg: &Registry,
    rows: Vec<(T, Entry)>,
    write: impl Fn(&mut WriteTx<'_>, &T) -> Result<bool, StoreError> + Send + 'static,
) -> Result<Vec<T>, CalendarError> {
    let pending: Pending<Vec<T>, Unsettled> = reg.store.write(move |mut tx| {
        let (mut written, mut entries) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (row, entry) in rows {
            if write(&mut tx, &row)? {
                written.push(row);
                entries.push(entry);
            }
        }
        let mut entries = entries.into_iter();
        let first = entries.next().ok_or(Unsettled::NothingLeft)?;
        Ok(tx.commit(Leaves::new(first, entries), written))
    });
    match pending.wait() {
        Ok((written, _)) => Ok(written),
        Err(Unsettled::NothingLeft) => Ok(Vec::new()),
        Err(Unsettled::Store(error)) => Err(error.into()),
    }
}

/// Nothing was written.
enum Unsettled {
    NothingLeft,
    Store(StoreError),
}

impl From<StoreError> for Unsettled {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
