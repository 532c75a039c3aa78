//! Display ends, content is destroyed: what the days passed demand, however many they were.
//!
//! Every step can be repeated and resumed. Display has ended for every reader in the first second after
//! its last day, whether this has run or not; running it writes the end down. Keys are destroyed before
//! the destruction is noted: cut off in between, the content is gone, and the next run notes it.

use fairfile_domain::id::EventId;
use fairfile_store::record::{self, Due};
use fairfile_store::{Leaves, Pending, StoreError};
use fairfile_vault::VaultError;

use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Records settled by one commit.
const AT_ONCE: u32 = 500;

/// What a run has written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Records whose display has ended.
    pub ended: u64,
    /// Records whose content was destroyed.
    pub destroyed: u64,
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

/// Does what is due today and was due before.
///
/// # Errors
/// [`CalendarError`]; what was committed stays, and the next run goes on from there.
pub fn run(reg: &Registry) -> Result<Passed, CalendarError> {
    let today = reg.today();
    let mut passed = Passed::default();
    loop {
        let due = record::list_to_end(&mut reg.store.read()?, today, AT_ONCE)?;
        if due.is_empty() {
            break;
        }
        passed.ended += due.len() as u64;
        note(reg, due, Fate::Ended)?;
    }
    loop {
        let due = record::list_to_destroy(&mut reg.store.read()?, today, AT_ONCE)?;
        if due.is_empty() {
            break;
        }
        passed.destroyed += due.len() as u64;
        let keys: Vec<_> = due.iter().map(|due| due.key).collect();
        reg.vault.keyring().destroy(&keys)?;
        note(reg, due, Fate::Destroyed)?;
    }
    Ok(passed)
}

fn note(reg: &Registry, due: Vec<Due>, fate: Fate) -> Result<(), CalendarError> {
    let now = reg.clock.now();
    let word = match fate {
        Fate::Ended => "display-ended",
        Fate::Destroyed => "destroyed",
    };
    let mut leaves = Vec::with_capacity(due.len());
    for due in &due {
        let id: EventId = reg.fresh_event()?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .text("event", word)
            .hex("record_id", due.record.as_bytes())
            .whole("version", i64::from(due.version))
            .bytes();
        leaves.push(events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry());
    }
    let mut leaves = leaves.into_iter();
    let Some(first) = leaves.next() else { return Ok(()) };
    let leaves = Leaves::new(first, leaves);
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        for due in &due {
            match fate {
                Fate::Ended => record::end(&mut tx, due.record)?,
                Fate::Destroyed => record::destroy(&mut tx, due.record)?,
            }
        }
        Ok(tx.commit(leaves, ()))
    });
    pending.wait()?;
    Ok(())
}
