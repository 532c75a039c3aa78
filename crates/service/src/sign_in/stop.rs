//! A passkey is stopped at once, and somebody of the staff is suspended or may act again.

use std::sync::Arc;

use fairfile_domain::actor::{Office, Staff, Standing};
use fairfile_domain::id::{PasskeyId, StaffCode};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_store::passkey::{self, Passkey};
use fairfile_store::{Leaves, Pending, StoreError, deed, staff};

use super::{deed_of, entry};
use crate::events::Event;
use crate::registrar::{NotAnsweredFor, Two};
use crate::registry::{Registry, RegistryError};

/// How many registrars must always be able to act, for what takes two.
const REGISTRARS: usize = 2;

/// Nothing was stopped.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// Nothing of that id or code.
    #[error("there is nothing of this id or code; compare it with what the list shows")]
    Unknown,
    /// One person is not two.
    #[error("two different people must answer for it; name both")]
    NotTwo,
    /// Without a reason it is not done.
    #[error("it needs its reason in words")]
    NoReason,
    /// Whoever answers for it must be able to.
    #[error(
        "both who answer for it must be registrars or supervisors who may act, and not the one whom it is about; nothing was changed"
    )]
    NotTheirs,
    /// Two registrars must be left, for what takes two.
    #[error("fewer than two registrars would be left who may act; add another first, nothing was changed")]
    TooFew,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for StopError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

impl From<NotAnsweredFor> for StopError {
    fn from(source: NotAnsweredFor) -> Self {
        match source {
            NotAnsweredFor::NotTwo => Self::NotTwo,
            NotAnsweredFor::NoReason => Self::NoReason,
        }
    }
}

/// All passkeys of `holder`, those that were stopped too.
///
/// # Errors
/// What the node says.
pub fn list_passkeys(reg: &Registry, holder: &KeyHolder) -> Result<Vec<Passkey>, RegistryError> {
    Ok(passkey::list_of(&mut reg.store.read()?, holder)?)
}

/// Stops a passkey for good; `by` says who does. One that is stopped already stays so. Gives its holder.
///
/// To stop takes one, and gives nobody anything: what follows is a recovery, which takes two and waits.
///
/// # Errors
/// [`StopError::Unknown`], and what the node says.
pub fn stop_passkey(reg: &Arc<Registry>, id: PasskeyId, by: &str) -> Result<KeyHolder, StopError> {
    let found = passkey::find_by_id(&mut reg.store.read().map_err(RegistryError::from)?, id)?;
    let found = found.ok_or(StopError::Unknown)?;
    if found.stopped_at.is_some() {
        return Ok(found.holder);
    }
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("by", by)
        .text("event", "passkey-stopped")
        .text("holder", &found.holder.to_string())
        .hex("passkey_id", id.as_bytes());
    let (entry, by, holder) = (entry(reg, now, event)?, by.to_owned(), found.holder.clone());
    let pending: Pending<(), StopError> = reg.store.write(move |mut tx| {
        passkey::stop(&mut tx, id, now)?;
        let leaf = tx.next_leaf();
        deed::add_some(&mut tx, deed_of("passkey-stopped", &by, &holder, (leaf, now)))?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    Ok(found.holder)
}

/// Suspends somebody of the staff, or ends the suspension; `first` and `second`, of the staff themselves, answer for it.
///
/// # Errors
/// [`StopError`]; then the standing is as it was.
pub fn change_staff_standing(
    reg: &Registry,
    code: &StaffCode,
    standing: Standing,
    (first, second, reason): (&str, &str, &str),
) -> Result<(), StopError> {
    let two = Two::who_answer(first, second, reason)?;
    let directory = reg.directory();
    let acts = |staff: &&Staff| staff.standing == Standing::Active && staff.code != *code;
    let is_theirs = |name: &str| directory.staff.values().filter(acts).any(|staff| staff.code.as_str() == name);
    if !is_theirs(two.first) || !is_theirs(two.second) {
        return Err(StopError::NotTheirs);
    }
    let is_registrar = directory.staff.get(code).is_some_and(|staff| staff.office == Office::Registry);
    let others = directory.staff.values().filter(acts).filter(|staff| staff.office == Office::Registry).count();
    if standing == Standing::Suspended && is_registrar && others < REGISTRARS {
        return Err(StopError::TooFew);
    }
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "staff-standing")
        .text("first", two.first)
        .text("reason", two.reason)
        .text("second", two.second)
        .text("staff", code.as_str())
        .text("standing", standing.word());
    let (leaf, code) = (entry(reg, now, event)?, code.clone());
    let pending: Pending<(), StopError> = reg.store.write(move |mut tx| {
        if !staff::change_standing(&mut tx, &code, standing)? {
            return Err(StopError::Unknown);
        }
        Ok(tx.commit(Leaves::one(leaf), ()))
    });
    pending.wait()?;
    Ok(reg.reload_directory()?)
}
