//! The login of the identity provider is bound to the person whose identifier it brings, once and for good.

use std::sync::Arc;

use fairfile_domain::id::SubjectId;
use fairfile_signin::provider::Login;
use fairfile_store::passkey::{self, Binding};
use fairfile_store::{Leaves, Pending, StoreError, subject};

use super::entry;
use crate::events::Event;
use crate::registry::{Registry, RegistryError};

/// The login opens nothing. Both are journaled: somebody has to look into it, and it is not the visitor.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The person has signed in with another login before.
    #[error("this identifier belongs to another login of the provider; nothing was opened, tell the registrar")]
    OtherLogin,
    /// The login has belonged to another person before.
    #[error("this login belonged to another identifier before; nothing was opened, tell the registrar")]
    OtherIdentifier,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for BindError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// What is held against a new login.
enum Held {
    New,
    Known,
    Refused(&'static str),
}

fn held(known: &[Binding], asked: &Binding) -> Held {
    match known {
        [] => Held::New,
        [only] if only == asked => Held::Known,
        // Whichever of the two differs; where both are known and with others, the login has moved.
        found if found.iter().any(|binding| binding.login == asked.login) => Held::Refused("other-identifier"),
        _ => Held::Refused("other-login"),
    }
}

/// Whose login it is: the person, if there is a file. The first sign-in binds login and identifier to each other, whether
/// or not there is one; from then on neither goes with another.
///
/// # Errors
/// [`BindError`]; then nothing is opened.
pub fn bind_person(reg: &Arc<Registry>, login: &Login) -> Result<Option<SubjectId>, BindError> {
    let hashes = reg.vault.keyring().hashes();
    // An issuer is an address and has no line break, so the two parts can be told apart.
    let whole = [login.issuer(), "\n", login.subject()].concat();
    let asked =
        Binding { login: hashes.content_of("login", whole.as_bytes()), index: hashes.index_of(login.identifier()) };
    let known = passkey::list_bindings(&mut reg.store.read()?, &asked)?;
    if !matches!(held(&known, &asked), Held::Known) {
        settle(reg, asked)?;
    }
    Ok(subject::find(&mut reg.store.read()?, &asked.index)?.map(|known| known.subject))
}

/// Binds or refuses, in the one order of all writes.
fn settle(reg: &Arc<Registry>, asked: Binding) -> Result<(), BindError> {
    let (now, node) = (reg.clock.now(), reg.clone());
    let pending: Pending<Option<&'static str>, BindError> = reg.store.write(move |mut tx| {
        let known = passkey::list_bindings(&mut tx, &asked)?;
        let event = Event::new().whole("at", now.unix_micros());
        let (event, refused) = match held(&known, &asked) {
            Held::New => {
                let leaf = tx.next_leaf();
                passkey::bind(&mut tx, &asked, now, leaf)?;
                let event = event.text("event", "sign-in-bound").hex("index_hash", &asked.index);
                (event.hex("login_hash", &asked.login), None)
            }
            // Somebody was quicker, with the same: that it was bound stands in the journal already.
            Held::Known => (event.text("event", "sign-in-repeated").hex("login_hash", &asked.login), None),
            Held::Refused(reason) => {
                let event = event.text("event", "sign-in-refused").hex("index_hash", &asked.index);
                (event.hex("login_hash", &asked.login).text("reason", reason), Some(reason))
            }
        };
        Ok(tx.commit(Leaves::one(entry(&node, now, event)?), refused))
    });
    match pending.wait()?.0 {
        None => Ok(()),
        Some("other-identifier") => Err(BindError::OtherIdentifier),
        Some(_) => Err(BindError::OtherLogin),
    }
}
