//! What one registrar does alone, each deed journaled under the registrar's code: trainings, the early end of a key, and an end
//! to somebody's passkeys and sessions. A key is registered by two, for whoever holds it acts in another's name.

use std::sync::Arc;

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{KeyCode, OfficerCode, PurposeCode, StaffCode};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_store::deed::Deed;
use fairfile_store::member::MemberKey;
use fairfile_store::{Entry, Leaves, Pending, StoreError, deed, member, passkey};

use super::change::{Unfit, check_purpose, must_be_registrar};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};
use crate::sign_in::{Holding, holding};

/// The longest time for which a training is valid: two years.
pub const LONGEST_TRAINING_DAYS: i64 = 731;

/// Nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// It cannot be done today.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// There is no key of that code.
    #[error("no key of this code is on file")]
    UnknownKey,
    /// A training that has ended, or lasts too long.
    #[error("the last day of a training is today or later, and at most two years ahead")]
    TrainingDays,
    /// Nobody of that code is signed in or could sign in.
    #[error("this holder has no passkey and no open session; there is nothing to stop")]
    NothingToStop,
    /// A key ends early, not late.
    #[error("a key can end on its own last day at the latest, and yesterday at the earliest")]
    KeyEnd,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for OfficeError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// Whether a training can be recorded today: for a purpose that the officer holds, for a training gives nobody one.
///
/// # Errors
/// [`OfficeError`].
pub fn check_training(
    reg: &Registry,
    officer: &OfficerCode,
    purpose: &PurposeCode,
    until: Day,
) -> Result<(), OfficeError> {
    let directory = reg.directory();
    let officer = &directory.officers.get(officer).ok_or(Unfit::UnknownOfficer)?.officer;
    let member = directory.members.get(&officer.member).ok_or(Unfit::UnknownMember)?;
    check_purpose(&reg.catalog(), member, purpose)?;
    if !officer.purposes.contains_key(purpose) {
        return Err(Unfit::NotHeld.into());
    }
    let longest = reg.today().plus_days(LONGEST_TRAINING_DAYS).map_err(|_| OfficeError::TrainingDays)?;
    if until < reg.today() || until > longest { Err(OfficeError::TrainingDays) } else { Ok(()) }
}

/// Records that `officer`, who holds `purpose`, is trained for it until `until`, that day included; the officer may ask for
/// it from now on. Gives the journal index.
///
/// # Errors
/// [`OfficeError`]; then nothing was recorded.
pub fn train_officer(
    reg: &Registry,
    staff: &StaffCode,
    (officer, purpose): (&OfficerCode, &PurposeCode),
    until: Day,
) -> Result<u64, OfficeError> {
    let _turn = reg.office()?;
    must_be_registrar(reg, staff)?;
    let matter = format!("{officer}/{purpose}");
    let held = reg.directory().officers.get(officer).and_then(|on_file| on_file.officer.purposes.get(purpose).copied());
    if let (Some(Some(known)), Some(leaf)) = (held, repeated(reg, staff, ("trained", &matter))?)
        && known == until
    {
        return Ok(leaf);
    }
    check_training(reg, officer, purpose, until)?;
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "officer-trained")
        .text("officer", officer.as_str())
        .text("purpose", purpose.as_str())
        .text("staff", staff.as_str())
        .day("trained_until", until)
        .bytes();
    let (officer, purpose) = (officer.clone(), purpose.clone());
    let new = deed("trained", &matter, staff, now);
    done(reg, (now, event), new, move |tx, leaf| {
        if member::train(tx, &officer, &purpose, until, leaf)? { Ok(()) } else { Err(Unfit::NotHeld.into()) }
    })
}

/// Whether a key can end on `until`.
///
/// # Errors
/// [`OfficeError`].
pub fn check_key_end(reg: &Registry, key: &KeyCode, until: Day) -> Result<MemberKey, OfficeError> {
    let directory = reg.directory();
    let known = directory.keys.get(key).ok_or(OfficeError::UnknownKey)?;
    // A key that was lost must not sign today any more, so its last day may be yesterday.
    let yesterday = reg.today().plus_days(-1).map_err(|_| OfficeError::KeyEnd)?;
    if until < yesterday || until >= known.valid_until { Err(OfficeError::KeyEnd) } else { Ok(known.clone()) }
}

/// Ends a key early: `until` is its last day from now on. Gives the journal index.
///
/// # Errors
/// [`OfficeError`]; then nothing has ended.
pub fn end_key(reg: &Registry, staff: &StaffCode, key: &KeyCode, until: Day) -> Result<u64, OfficeError> {
    let _turn = reg.office()?;
    must_be_registrar(reg, staff)?;
    if reg.directory().keys.get(key).is_some_and(|known| known.valid_until == until)
        && let Some(leaf) = repeated(reg, staff, ("key-ended", key.as_str()))?
    {
        return Ok(leaf);
    }
    check_key_end(reg, key, until)?;
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "key-ended")
        .text("key", key.as_str())
        .text("staff", staff.as_str())
        .day("valid_until", until)
        .bytes();
    let new = deed("key-ended", key.as_str(), staff, now);
    let key = key.clone();
    done(reg, (now, event), new, move |tx, _| Ok(member::end_key(tx, &key, until).map(|_| ())?))
}

/// Stops every passkey of `holder` for good, and tells with it that `sessions` open sessions end, which are the server's to
/// end once this is journaled. Gives the journal index. It gives nobody anything, so it takes one registrar.
///
/// # Errors
/// [`OfficeError`], [`OfficeError::NothingToStop`] among them; then nothing was stopped.
pub fn stop_sign_in(
    reg: &Arc<Registry>,
    staff: &StaffCode,
    holder: &KeyHolder,
    sessions: u32,
) -> Result<u64, OfficeError> {
    let _turn = reg.office()?;
    must_be_registrar(reg, staff)?;
    if holding(&reg.directory(), holder) == Holding::Unknown {
        return Err(Unfit::UnknownHolder.into());
    }
    let (now, node, staff, holder) = (reg.clock.now(), reg.clone(), staff.clone(), holder.clone());
    let pending: Pending<u64, OfficeError> = reg.store.write(move |mut tx| {
        let mut living = passkey::list_of(&mut tx, &holder)?;
        living.retain(|passkey| passkey.stopped_at.is_none());
        if living.is_empty() && sessions == 0 {
            return Err(OfficeError::NothingToStop);
        }
        living.iter().try_for_each(|known| passkey::stop(&mut tx, known.id, now).map(|_| ()))?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .text("event", "sign-in-stopped")
            .text("holder", &holder.to_string())
            .whole("sessions", i64::from(sessions))
            .text("staff", staff.as_str())
            .list("stopped", living.iter().map(|known| Event::new().hex("passkey_id", known.id.as_bytes())))
            .bytes();
        let leaf = tx.next_leaf();
        let matter = format!("{holder} {} {sessions}", living.len());
        deed::add(&mut tx, &Deed { leaf, ..deed("sign-in-stopped", &matter, &staff, now) })?;
        let id = node.fresh_event().map_err(RegistryError::from)?;
        let entry = events::written(node.vault.keyring().hashes(), id, now, event, 0)?.open_entry();
        Ok(tx.commit(Leaves::one(entry), leaf))
    });
    Ok(pending.wait()?.0)
}

/// The journal index of what this registrar did last of this kind about the same matter: whoever sends a form twice gets
/// the first answer again, where what was asked for is so already.
fn repeated(reg: &Registry, staff: &StaffCode, (deed, matter): (&str, &str)) -> Result<Option<u64>, OfficeError> {
    let latest = deed::find_latest(&mut reg.store.read()?, deed, matter)?;
    Ok(latest.filter(|latest| latest.staff == *staff).map(|latest| latest.leaf))
}

fn deed(deed: &str, matter: &str, staff: &StaffCode, now: Instant) -> Deed {
    let (deed, matter) = (deed.to_owned(), matter.to_owned());
    Deed { leaf: 0, deed, act: None, matter, staff: staff.clone(), made_at: now.unix_micros() }
}

/// Journals a deed and does it, in one commit.
fn done(
    reg: &Registry,
    (now, event): (Instant, Vec<u8>),
    mut new: Deed,
    effect: impl FnOnce(&mut fairfile_store::WriteTx<'_>, u64) -> Result<(), OfficeError> + Send + 'static,
) -> Result<u64, OfficeError> {
    let id = reg.fresh_event().map_err(RegistryError::from)?;
    let entry: Entry = events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry();
    let pending: Pending<u64, OfficeError> = reg.store.write(move |mut tx| {
        new.leaf = tx.next_leaf();
        effect(&mut tx, new.leaf)?;
        deed::add(&mut tx, &new)?;
        let leaf = new.leaf;
        Ok(tx.commit(Leaves::one(entry), leaf))
    });
    let leaf = pending.wait()?.0;
    reg.reload_directory()?;
    Ok(leaf)
}
