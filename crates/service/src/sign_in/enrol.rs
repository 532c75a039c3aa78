//! A passkey is made: with an invitation, or by somebody who is signed in with another one.

use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_domain::id::{InvitationId, PasskeyId};
use fairfile_domain::sign_in::{Invitation, KeyHolder, PASSKEYS_OF_ONE};
use fairfile_signin::passkey::{Begun, Made, PasskeyFault, RelyingParty};
use fairfile_store::passkey::{self, Passkey};
use fairfile_store::{Leaves, Pending, Read, StoreError, WriteTx};

use super::invite::hash_of;
use super::{Holding, entry, handle_of, holding};
use crate::events::Event;
use crate::registry::{Registry, RegistryError};

/// No passkey was made.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// There is no such invitation, or none that can still be used. Which of the two is not told.
    #[error("this invitation cannot be used: it is not known, was used or has ended; ask a registrar for a new one")]
    NotInvited,
    /// The holder has as many as one can have.
    #[error("you have as many passkeys as one can have; stop one that you no longer use")]
    TooMany,
    /// The device has shown something else than it should.
    #[error(transparent)]
    Passkey(#[from] PasskeyFault),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for EnrolError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// The invitation with this code, if somebody can still use it who may act.
///
/// # Errors
/// What the node says.
pub fn find_invited(reg: &Registry, code: &str) -> Result<Option<Invitation>, RegistryError> {
    let found = passkey::find_invitation(&mut reg.store.read()?, &hash_of(reg, code))?;
    let (directory, now) = (reg.directory(), reg.clock.now());
    Ok(found.filter(|found| found.is_open(now) && holding(&directory, &found.holder) == Holding::Active))
}

/// Begins to make a passkey for `holder` on a device that has none of the holder's yet.
///
/// # Errors
/// [`EnrolError::TooMany`], [`EnrolError::Passkey`] and what the node says.
pub fn begin_enrolment(reg: &Registry, party: &RelyingParty, holder: &KeyHolder) -> Result<Begun, EnrolError> {
    let present = living(&mut reg.store.read()?, holder)?;
    if present.len() >= PASSKEYS_OF_ONE {
        return Err(EnrolError::TooMany);
    }
    let present: Vec<Vec<u8>> = present.into_iter().map(|passkey| passkey.credential_id).collect();
    Ok(party.begin_making(handle_of(reg, holder), holder.code(), &present)?)
}

fn living(tx: &mut impl Read, holder: &KeyHolder) -> Result<Vec<Passkey>, StoreError> {
    let mut all = passkey::list_of(tx, holder)?;
    all.retain(|passkey| passkey.stopped_at.is_none());
    Ok(all)
}

/// Keeps a passkey that was made with `invitation`, which is used by it.
///
/// # Errors
/// [`EnrolError`]; then the invitation is as it was.
pub fn enrol(reg: &Arc<Registry>, invitation: InvitationId, code: &str, made: Made) -> Result<KeyHolder, EnrolError> {
    let (now, node, hash) = (reg.clock.now(), reg.clone(), hash_of(reg, code));
    let pending: Pending<KeyHolder, EnrolError> = reg.store.write(move |mut tx| {
        let found = passkey::find_invitation(&mut tx, &hash)?;
        let found = found.filter(|found| found.id == invitation && found.is_open(now));
        let found = found.filter(|found| holding(&node.directory(), &found.holder) == Holding::Active);
        let found = found.ok_or(EnrolError::NotInvited)?;
        passkey::use_invitation(&mut tx, found.id, now)?;
        let told = keep(&node, &mut tx, &found.holder, &made, now)?;
        let leaf = entry(&node, now, told.event(Some(found.id)))?;
        Ok(tx.commit(Leaves::one(leaf), found.holder))
    });
    Ok(pending.wait()?.0)
}

/// Keeps one more passkey of `holder`, who is signed in.
///
/// # Errors
/// [`EnrolError`].
pub fn add_passkey(reg: &Arc<Registry>, holder: &KeyHolder, made: Made) -> Result<(), EnrolError> {
    let (now, node, holder) = (reg.clock.now(), reg.clone(), holder.clone());
    let pending: Pending<(), EnrolError> = reg.store.write(move |mut tx| {
        if holding(&node.directory(), &holder) != Holding::Active {
            return Err(EnrolError::NotInvited);
        }
        let told = keep(&node, &mut tx, &holder, &made, now)?;
        let leaf = entry(&node, now, told.event(None))?;
        Ok(tx.commit(Leaves::one(leaf), ()))
    });
    pending.wait()?;
    Ok(())
}

/// The new row, as its event tells it.
struct Kept(Passkey);

impl Kept {
    fn event(&self, invitation: Option<InvitationId>) -> Event {
        let Self(new) = self;
        let event = Event::new()
            .whole("at", new.made_at.unix_micros())
            .whole("counter", i64::from(new.counter))
            .hex("credential_id", &new.credential_id)
            .text("event", "passkey-made")
            .text("holder", &new.holder.to_string());
        let event = match invitation {
            Some(id) => event.hex("invitation_id", id.as_bytes()),
            None => event,
        };
        event.hex("passkey_id", new.id.as_bytes()).hex("public_key", &fairfile_proof::leaf_hash(&new.public_key))
    }
}

fn keep(
    node: &Registry,
    tx: &mut WriteTx<'_>,
    holder: &KeyHolder,
    made: &Made,
    now: Instant,
) -> Result<Kept, EnrolError> {
    if living(tx, holder)?.len() >= PASSKEYS_OF_ONE {
        return Err(EnrolError::TooMany);
    }
    // A device never makes the same credential twice; whoever sends one that is known did not make it.
    if passkey::find(tx, made.id())?.is_some() {
        return Err(EnrolError::Passkey(PasskeyFault::NotShown));
    }
    let id: PasskeyId = node.fresh().map_err(RegistryError::from)?;
    let new = Passkey {
        id,
        holder: holder.clone(),
        credential_id: made.id().to_vec(),
        public_key: made.key().to_vec(),
        counter: made.counter(),
        made_at: now,
        used_at: None,
        stopped_at: None,
    };
    let leaf = tx.next_leaf();
    passkey::add(tx, &new, leaf)?;
    Ok(Kept(new))
}
