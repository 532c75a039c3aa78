//! Two people confirm that the machine's clock is right, where nothing else does.

use fairfile_domain::day::Instant;
use fairfile_store::{Leaves, Pending, StoreError};

use super::two::{NotAnsweredFor, Two};
use crate::clock::Reading;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The clock was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmClockError {
    /// One person is not two.
    #[error("two different people must confirm the machine's clock; name both")]
    NotTwo,
    /// Without a reason there is no confirmation.
    #[error("a confirmation needs its reason in words; say how you know that the clock is right")]
    NoReason,
    /// A clock that is set by hand was confirmed by the hand that set it.
    #[error("this node's clock is set by hand and confirms itself; set it with `fairfile clock --at`")]
    SetByHand,
    /// The clock stands behind what was confirmed before.
    #[error(
        "the machine's clock stands at {wall}, behind {sure}, which was confirmed before; set the machine's clock right"
    )]
    Behind {
        /// Where the machine's clock stands.
        wall: Instant,
        /// What was confirmed.
        sure: Instant,
    },
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<NotAnsweredFor> for ConfirmClockError {
    fn from(source: NotAnsweredFor) -> Self {
        match source {
            NotAnsweredFor::NotTwo => Self::NotTwo,
            NotAnsweredFor::NoReason => Self::NoReason,
        }
    }
}

/// Confirms the machine's clock as it stands; `first` and `second` are the two who answer for it.
///
/// Journaled first: cut off before the clock is taken as sure, nothing is sure that nobody answers for, and
/// confirming again does it.
///
/// # Errors
/// [`ConfirmClockError`]; then nothing more is sure than before.
pub fn confirm_clock(reg: &Registry, first: &str, second: &str, reason: &str) -> Result<Reading, ConfirmClockError> {
    let two = Two::who_answer(first, second, reason)?;
    if reg.clock.is_set() {
        return Err(ConfirmClockError::SetByHand);
    }
    let time = reg.clock.read();
    if time.is_behind() {
        return Err(ConfirmClockError::Behind { wall: time.wall, sure: time.sure });
    }
    journal(reg, two, &time)?;
    reg.clock.confirm(time.wall).map_err(RegistryError::from)?;
    Ok(reg.clock.read())
}

fn journal(reg: &Registry, two: Two<'_>, time: &Reading) -> Result<(), RegistryError> {
    let event = Event::new()
        .whole("at", time.latest.unix_micros())
        .text("event", "clock-confirmed")
        .text("first", two.first)
        .text("reason", two.reason)
        .text("second", two.second)
        .whole("sure_before", time.sure.unix_micros())
        .whole("sure_now", time.wall.unix_micros())
        .bytes();
    let id = reg.fresh_event()?;
    let entry = events::written(reg.vault.keyring().hashes(), id, time.latest, event, 0)?.open_entry();
    let pending: Pending<(), StoreError> = reg.store.write(move |tx| Ok(tx.commit(Leaves::one(entry), ())));
    pending.wait()?;
    Ok(())
}
