//! Two registrars release an officer who was stopped for asking like somebody who searches.

use std::sync::Arc;

use fairfile_domain::id::OfficerCode;
use fairfile_store::{Leaves, Pending, StoreError, member};

use super::two::{NotAnsweredFor, Two};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The officer was not released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// One person is not two.
    #[error("two different registrars must release an officer; name both")]
    NotTwo,
    /// Without a reason there is no release.
    #[error("a release needs its reason in words")]
    NoReason,
    /// Nobody of that code.
    #[error("no officer of this code is registered")]
    UnknownOfficer,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for ReleaseError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

impl From<NotAnsweredFor> for ReleaseError {
    fn from(source: NotAnsweredFor) -> Self {
        match source {
            NotAnsweredFor::NotTwo => Self::NotTwo,
            NotAnsweredFor::NoReason => Self::NoReason,
        }
    }
}

/// Releases `officer`; `first` and `second` are the two who answer for it.
pub fn release_officer(
    reg: &Arc<Registry>,
    officer: &OfficerCode,
    first: &str,
    second: &str,
    reason: &str,
) -> Result<(), ReleaseError> {
    let two = Two::who_answer(first, second, reason)?;
    if !reg.directory().officers.contains_key(officer) {
        return Err(ReleaseError::UnknownOfficer);
    }
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "officer-released")
        .text("first", two.first)
        .text("officer", officer.as_str())
        .text("reason", two.reason)
        .text("second", two.second)
        .bytes();
    let id = reg.fresh_event().map_err(RegistryError::from)?;
    let entry = events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry();
    let code = officer.clone();
    let release = member::Release {
        first: two.first.to_owned(),
        second: two.second.to_owned(),
        because: two.reason.to_owned(),
        at: now.unix_micros(),
    };
    let node = reg.clone();
    let pending: Pending<(), ReleaseError> = reg.store.write(move |mut tx| {
        // In the one order of all writes: the stop goes, here and in the memory of paces, before the next look is decided.
        let mut book = node.pace(&mut tx)?;
        member::release_officer(&mut tx, &code, &release)?;
        book.release(&code);
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    reg.reload_directory()?;
    Ok(())
}
