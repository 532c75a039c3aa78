//! An officer or somebody of the staff signs in.

use std::sync::Arc;

use fairfile_domain::id::PasskeyId;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_signin::passkey::{Answer, OnFile, PasskeyFault, RelyingParty, Used};
use fairfile_store::{Leaves, Pending, StoreError, passkey};

use super::{Holding, entry, handle_of, holding};
use crate::events::Event;
use crate::registry::{Registry, RegistryError};

/// Nobody is signed in. An unknown key, a stopped one, a wrong answer and a holder who is suspended are told alike.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Not shown.
    #[error("this passkey signs nobody in here; use another one, or ask for a recovery")]
    NotShown,
    /// The key can be copied, which its device says only now.
    #[error(transparent)]
    Passkey(PasskeyFault),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for SignInError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

impl From<PasskeyFault> for SignInError {
    fn from(fault: PasskeyFault) -> Self {
        match fault {
            PasskeyFault::NotShown | PasskeyFault::Unreadable => Self::NotShown,
            PasskeyFault::NoName | PasskeyFault::Synchronised => Self::Passkey(fault),
        }
    }
}

/// Who has just signed in, and with which passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub holder: KeyHolder,
    /// With what.
    pub passkey: PasskeyId,
}

/// Checks the `answer` of a device to the ceremony `state`, and journals that its passkey was used.
///
/// The counter is compared twice: with what was read before the mathematics, and once more inside the one order of all
/// writes, so that of two answers made from one copied key at the same moment only one signs in.
///
/// # Errors
/// [`SignInError`]; then nobody is signed in.
pub fn sign_in(reg: &Arc<Registry>, party: &RelyingParty, state: &[u8], answer: &str) -> Result<SignedIn, SignInError> {
    let answer = Answer::read(answer)?;
    let found = passkey::find(&mut reg.store.read()?, answer.names())?.ok_or(SignInError::NotShown)?;
    let on_file = OnFile { handle: handle_of(reg, &found.holder), key: &found.public_key, counter: found.counter };
    let used = party.finish_using(state, &answer, on_file)?;
    note(reg, used)
}

fn note(reg: &Arc<Registry>, used: Used) -> Result<SignedIn, SignInError> {
    let (now, node) = (reg.clock.now(), reg.clone());
    let pending: Pending<SignedIn, SignInError> = reg.store.write(move |mut tx| {
        let found = passkey::find(&mut tx, used.id())?.ok_or(SignInError::NotShown)?;
        let counts = found.counter > 0 || used.counter() > 0;
        let went_on = !counts || used.counter() > found.counter;
        if found.stopped_at.is_some() || !went_on || holding(&node.directory(), &found.holder) != Holding::Active {
            return Err(SignInError::NotShown);
        }
        passkey::note_use(&mut tx, found.id, used.counter(), now)?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .whole("counter", i64::from(used.counter()))
            .text("event", "passkey-used")
            .hex("passkey_id", found.id.as_bytes());
        let leaf = entry(&node, now, event)?;
        Ok(tx.commit(Leaves::one(leaf), SignedIn { holder: found.holder, passkey: found.id }))
    });
    Ok(pending.wait()?.0)
}
