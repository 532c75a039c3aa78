//! Somebody lost every passkey: it is asked for, waits, is told to every old channel, and two registrars grant it.

use std::sync::Arc;

use fairfile_domain::actor::{Office, Standing};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{PasskeyId, RecoveryId, StaffCode};
use fairfile_domain::sign_in::{
    Approval, Ending, INVITATION_HOURS, KeyHolder, NotApproved, RECOVERY_DELAY_HOURS, Recovery, hours_after,
};
use fairfile_store::{Entry, Leaves, Pending, Read, StoreError, WriteTx, deed, passkey};

use super::invite::{FreshCode, Half, HalfCode, New, find_half, write};
use super::{Holding, deed_of, entry, holding};
use crate::events::Event;
use crate::registry::{Registry, RegistryError};

/// For so many hours after one was asked for and refused, nobody asks again for the same holder.
const QUIET_HOURS: u32 = 24;

/// A recovery was neither granted nor refused.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// There is none of that id.
    #[error("there is no recovery of this id; compare it with the list")]
    Unknown,
    /// Only registrars grant one, and only holders and registrars refuse one.
    #[error("only an active registrar decides this")]
    NotARegistrar,
    /// Nobody grants the own recovery.
    #[error("nobody grants the own recovery; two other registrars must")]
    Own,
    /// It was decided before, or nobody granted it in time.
    #[error("this recovery is over; it has to be asked for again")]
    Over,
    /// It still waits.
    #[error("this recovery waits until {0}, so that the holder can still say no; grant it then")]
    TooEarly(Instant),
    /// One registrar is not two.
    #[error("you have agreed already; a second registrar has to")]
    Twice,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for RecoverError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

impl From<NotApproved> for RecoverError {
    fn from(reason: NotApproved) -> Self {
        match reason {
            NotApproved::NotARegistrar => Self::NotARegistrar,
            NotApproved::Own => Self::Own,
            NotApproved::Over => Self::Over,
            NotApproved::TooEarly(until) => Self::TooEarly(until),
            NotApproved::Twice => Self::Twice,
        }
    }
}

/// What came of a registrar's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// One more has to agree. The first word stands at this place of the journal.
    OneMore(u64),
    /// It is granted: every old passkey of the holder is stopped, and each of the two registrars has a half of the code of a
    /// new invitation. It stands at this place of the journal.
    Granted(KeyHolder, u64),
}

/// The recovery of `holder` that waits for somebody now, if there is one: for the pages of the holder's other passkeys.
///
/// # Errors
/// What the node says.
pub fn find_recovery(reg: &Registry, holder: &KeyHolder) -> Result<Option<Recovery>, RegistryError> {
    let now = reg.clock.now();
    let last = passkey::find_last_recovery(&mut reg.store.read()?, holder)?;
    Ok(last.filter(|recovery| recovery.is_open(now)))
}

/// Every recovery that waits for somebody now, oldest first.
///
/// # Errors
/// What the node says.
pub fn list_recoveries(reg: &Registry) -> Result<Vec<Recovery>, RegistryError> {
    let now = reg.clock.now();
    let mut all = passkey::list_recoveries(&mut reg.store.read()?)?;
    all.retain(|recovery| recovery.is_open(now));
    Ok(all)
}

/// Asks for a recovery, if `holder` may act, has had a passkey, and nobody has asked of late. Whoever asks learns none of
/// it: anybody can ask, in anybody's name.
///
/// # Errors
/// What the node says.
pub fn ask_recovery(reg: &Arc<Registry>, holder: &KeyHolder) -> Result<(), RegistryError> {
    let (now, holder, node) = (reg.clock.now(), holder.clone(), reg.clone());
    if holding(&reg.directory(), &holder) != Holding::Active || !may_ask(&mut reg.store.read()?, &holder, now)? {
        return Ok(());
    }
    let pending: Pending<(), AskError> = reg.store.write(move |mut tx| {
        // Once more, in the one order of all writes: of two who ask at once, one is heard.
        if !may_ask(&mut tx, &holder, now)? {
            return Err(AskError::Asked);
        }
        let ripe_at = hours_after(now, RECOVERY_DELAY_HOURS);
        let id = node.fresh().map_err(RegistryError::from)?;
        let recovery = Recovery { id, holder, asked_at: now, ripe_at, approved_by: None, ending: None };
        let leaf = tx.next_leaf();
        passkey::ask_recovery(&mut tx, &recovery, leaf)?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .text("event", "recovery-asked")
            .text("holder", &recovery.holder.to_string())
            .hex("recovery_id", recovery.id.as_bytes())
            .whole("ripe_at", ripe_at.unix_micros());
        Ok(tx.commit(Leaves::one(entry(&node, now, event)?), ()))
    });
    match pending.wait() {
        Ok(_) | Err(AskError::Asked) => Ok(()),
        Err(AskError::Registry(error)) => Err(error),
    }
}

/// Nothing was asked for.
#[derive(Debug, thiserror::Error)]
enum AskError {
    /// Somebody has asked of late.
    #[error("a recovery was asked for already")]
    Asked,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for AskError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

fn may_ask(tx: &mut impl Read, holder: &KeyHolder, now: Instant) -> Result<bool, StoreError> {
    if passkey::list_of(tx, holder)?.is_empty() {
        return Ok(false);
    }
    let last = passkey::find_last_recovery(tx, holder)?;
    Ok(last.is_none_or(|last| !last.is_open(now) && now >= hours_after(last.asked_at, QUIET_HOURS)))
}

/// The recovery `id`, if somebody can still say a word on it.
///
/// # Errors
/// [`RecoverError::Unknown`] and [`RecoverError::Over`].
pub fn check_recovery(reg: &Registry, id: RecoveryId) -> Result<Recovery, RecoverError> {
    let found = passkey::find_recovery(&mut reg.store.read()?, id)?.ok_or(RecoverError::Unknown)?;
    if found.is_open(reg.clock.now()) { Ok(found) } else { Err(RecoverError::Over) }
}

/// What the word of the registrar `by` would do to `recovery` now. Nothing is done.
///
/// # Errors
/// [`RecoverError`], as [`approve_recovery`] would give it.
pub fn check_approval(reg: &Registry, recovery: &Recovery, by: &StaffCode) -> Result<Approval, RecoverError> {
    let time = reg.clock.read();
    let registrar = reg.directory().staff.get(by).cloned().ok_or(RecoverError::NotARegistrar)?;
    Ok(recovery.approve(&registrar, time.sure, time.latest)?)
}

/// The recovery `id` of `holder`, if it was refused.
///
/// # Errors
/// What the node says.
pub fn find_refused(reg: &Registry, holder: &KeyHolder, id: RecoveryId) -> Result<Option<Recovery>, RegistryError> {
    let found = passkey::find_recovery(&mut reg.store.read()?, id)?;
    Ok(found.filter(|found| found.holder == *holder && found.ending == Some(Ending::Refused)))
}

/// A registrar would grant the recovery `id`; with the second one it is granted.
///
/// # Errors
/// [`RecoverError`]; then it is as it was.
pub fn approve_recovery(reg: &Arc<Registry>, id: RecoveryId, by: &StaffCode) -> Result<Decided, RecoverError> {
    let time = reg.clock.read();
    let now = time.latest;
    let registrar = reg.directory().staff.get(by).cloned().ok_or(RecoverError::NotARegistrar)?;
    let (node, by) = (reg.clone(), by.clone());
    let pending: Pending<Decided, RecoverError> = reg.store.write(move |mut tx| {
        let recovery = passkey::find_recovery(&mut tx, id)?.ok_or(RecoverError::Unknown)?;
        match recovery.approve(&registrar, time.sure, now)? {
            Approval::First => {
                passkey::approve_recovery(&mut tx, id, &by, now)?;
                let by = KeyHolder::Staff(by);
                let leaf = tx.next_leaf();
                deed::add_some(&mut tx, deed_of("recovery-approved", &by.to_string(), &recovery.holder, (leaf, now)))?;
                let event = Event::new()
                    .whole("at", now.unix_micros())
                    .text("by", &by.to_string())
                    .text("event", "recovery-approved")
                    .text("holder", &recovery.holder.to_string())
                    .hex("recovery_id", id.as_bytes());
                Ok(tx.commit(Leaves::one(entry(&node, now, event)?), Decided::OneMore(leaf)))
            }
            Approval::Grants => {
                let leaf = tx.next_leaf();
                let entry = grant(&node, &mut tx, &recovery, &by, now)?;
                Ok(tx.commit(Leaves::one(entry), Decided::Granted(recovery.holder, leaf)))
            }
        }
    });
    Ok(pending.wait()?.0)
}

/// The halves of codes that `registrar` has to hand over, of recoveries that were granted and not used yet.
///
/// # Errors
/// What the node says.
pub fn list_halves(reg: &Registry, registrar: &StaffCode) -> Result<Vec<HalfCode>, RegistryError> {
    let since = reg.clock.now().unix_micros().saturating_sub(i64::from(INVITATION_HOURS) * 3_600_000_000);
    let granted = passkey::list_granted(&mut reg.store.read()?, since)?;
    let by = KeyHolder::Staff(registrar.clone());
    let mine = granted.into_iter().filter_map(|granted| match &granted {
        granted if granted.second == by => Some((granted.id, Half::Second)),
        granted if granted.first == *registrar => Some((granted.id, Half::First)),
        _ => None,
    });
    mine.filter_map(|(id, half)| find_half(reg, id.as_bytes(), half).transpose()).collect()
}

/// Stops what the holder had, and invites anew.
fn grant(
    node: &Registry,
    tx: &mut WriteTx<'_>,
    recovery: &Recovery,
    by: &StaffCode,
    now: Instant,
) -> Result<Entry, RegistryError> {
    let (holder, code) = (&recovery.holder, FreshCode::of_two(node, recovery.id.as_bytes()));
    let old = passkey::list_of(tx, holder)?.into_iter().filter(|passkey| passkey.stopped_at.is_none());
    let old: Vec<PasskeyId> = old.map(|passkey| passkey.id).collect();
    for id in &old {
        passkey::stop(tx, *id, now)?;
    }
    let (by, leaf) = (KeyHolder::Staff(by.clone()), tx.next_leaf());
    let told = write(node, tx, &New { holder, code: &code.hash(), recovery: Some(recovery.id), now }, leaf)?;
    deed::add_some(tx, deed_of("recovery-granted", &by.to_string(), holder, (leaf, now)))?;
    passkey::end_recovery(tx, recovery.id, Ending::Granted, &by, now)?;
    entry(node, now, told.event(&by.to_string(), "recovery-granted", Some(recovery.id), &old))
}

/// Says no to a recovery: the holder, who is signed in with a passkey that is not lost, or a registrar. Gives the journal
/// index.
///
/// # Errors
/// [`RecoverError`]; then it is as it was.
pub fn refuse_recovery(reg: &Arc<Registry>, id: RecoveryId, by: &KeyHolder) -> Result<u64, RecoverError> {
    let (now, node, by) = (reg.clock.now(), reg.clone(), by.clone());
    let is_registrar = match &by {
        KeyHolder::Officer(_) => false,
        KeyHolder::Staff(code) => reg
            .directory()
            .staff
            .get(code)
            .is_some_and(|staff| staff.office == Office::Registry && staff.standing == Standing::Active),
    };
    let pending: Pending<u64, RecoverError> = reg.store.write(move |mut tx| {
        let recovery = passkey::find_recovery(&mut tx, id)?.ok_or(RecoverError::Unknown)?;
        if recovery.holder != by && !is_registrar {
            return Err(RecoverError::Unknown);
        }
        if !recovery.is_open(now) {
            return Err(RecoverError::Over);
        }
        passkey::end_recovery(&mut tx, id, Ending::Refused, &by, now)?;
        let leaf = tx.next_leaf();
        deed::add_some(&mut tx, deed_of("recovery-refused", &by.to_string(), &recovery.holder, (leaf, now)))?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .text("by", &by.to_string())
            .text("event", "recovery-refused")
            .text("holder", &recovery.holder.to_string())
            .hex("recovery_id", id.as_bytes());
        Ok(tx.commit(Leaves::one(entry(&node, now, event)?), leaf))
    });
    Ok(pending.wait()?.0)
}
