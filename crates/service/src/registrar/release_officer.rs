//! Two registrars release an officer who was stopped for asking like somebody who searches.

use std::sync::Arc;

use fairfile_domain::id::OfficerCode;
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx, member};

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
    let _turn = reg.office()?;
    let (entry, release) = entry(reg, officer, &two)?;
    let (node, code) = (reg.clone(), officer.clone());
    let pending: Pending<(), ReleaseError> = reg.store.write(move |mut tx| {
        put(&node, &mut tx, &code, &release)?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    reg.reload_directory()?;
    Ok(())
}

/// The entry that tells of a release, and what is kept of it.
pub(super) fn entry(
    reg: &Registry,
    officer: &OfficerCode,
    two: &Two<'_>,
) -> Result<(Entry, member::Release), RegistryError> {
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "officer-released")
        .text("first", two.first)
        .text("officer", officer.as_str())
        .text("reason", two.reason)
        .text("second", two.second)
        .bytes();
    let entry = events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.open_entry();
    let release = member::Release {
        first: two.first.to_owned(),
        second: two.second.to_owned(),
        because: two.reason.to_owned(),
        at: now.unix_micros(),
    };
    Ok((entry, release))
}

/// Takes the stop away in the one order of all writes, on file and in the memory of paces: before the next look is
/// decided.
pub(super) fn put(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    officer: &OfficerCode,
    release: &member::Release,
) -> Result<(), RegistryError> {
    let mut book = reg.pace(tx)?;
    member::release_officer(tx, officer, release)?;
    book.release(officer);
    Ok(())
}
