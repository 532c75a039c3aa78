//! Passkeys (WebAuthn): made and used with user verification, on one device that does not give the key away.
//!
//! A credential that can be copied to other devices is refused: who looks at a person's file must be one officer with one
//! device, and a synchronised key is as safe as somebody else's account.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use webauthn_rs::prelude::{
    Credential, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The longest answer of an authenticator that is read, in bytes. Without attestation it has some hundred.
pub const ANSWER_BYTES: usize = 16 * 1024;

/// Why a passkey was neither made nor used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyFault {
    /// The node is reached by an address at which browsers make no passkeys.
    #[error("a passkey needs a host name; open the node by its name, or as `localhost`, and not by a number")]
    NoName,
    /// The answer cannot be read, or is no answer to what was asked.
    #[error("the device's answer cannot be read; try again with the same device")]
    Unreadable,
    /// The answer does not show what it has to.
    #[error("the device did not show who is there; try again, and confirm with its PIN, finger or face")]
    NotShown,
    /// The key can leave its device.
    #[error("this passkey can be copied to other devices; use a security key, or a key that stays on this device")]
    Synchronised,
}

/// The node as browsers know it, at one of its addresses.
pub struct RelyingParty(Webauthn);

/// What a ceremony begins with.
pub struct Begun {
    /// What the browser is asked, as JSON.
    pub options: String,
    /// What must come back unchanged with the answer. It is not secret; whoever could change it could forge an answer.
    pub state: Vec<u8>,
}

/// A passkey that was just made on a device, as shown by that device. Only [`RelyingParty::finish_making`] gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    id: Vec<u8>,
    key: Vec<u8>,
    counter: u32,
}

impl Made {
    /// The credential's id, by which it is found.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The public key and what was fixed with it, as [`RelyingParty::finish_using`] takes it.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// How often the device says that the key was used; 0 if it does not count.
    pub fn counter(&self) -> u32 {
        self.counter
    }
}

/// A passkey that was just used, as shown by its device. Only [`RelyingParty::finish_using`] gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    id: Vec<u8>,
    counter: u32,
}

impl Used {
    /// The credential's id.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// How often the device says that the key was used; 0 if it does not count.
    pub fn counter(&self) -> u32 {
        self.counter
    }
}

/// A passkey on file, as [`Made`] gave it and its last use left it.
#[derive(Debug, Clone, Copy)]
pub struct OnFile<'k> {
    /// The handle that it was made for.
    pub handle: [u8; 16],
    /// [`Made::key`].
    pub key: &'k [u8],
    /// The last counter.
    pub counter: u32,
}

/// An answer of a browser, read but not believed.
#[derive(Debug)]
pub struct Answer(PublicKeyCredential);

impl Answer {
    /// Reads what the browser sent.
    ///
    /// # Errors
    /// [`PasskeyFault::Unreadable`].
    pub fn read(text: &str) -> Result<Self, PasskeyFault> {
        read(text).map(Self)
    }

    /// The credential that it names, and that has to be found for it to be checked.
    pub fn names(&self) -> &[u8] {
        self.0.get_credential_id()
    }
}

impl RelyingParty {
    /// The node at `origin`, such as `https://node.example`.
    ///
    /// # Errors
    /// [`PasskeyFault::NoName`] for an address that has no host name.
    pub fn at(origin: &str) -> Result<Self, PasskeyFault> {
        let origin = Url::parse(origin).map_err(|_| PasskeyFault::NoName)?;
        let name = origin.domain().ok_or(PasskeyFault::NoName)?;
        let built = WebauthnBuilder::new(name, &origin).and_then(|builder| builder.rp_name("Fairfile").build());
        built.map(Self).map_err(|_| PasskeyFault::NoName)
    }

    /// Begins to make a passkey for the holder with `handle`, called `name`; not on a device that has one of `present`.
    ///
    /// # Errors
    /// [`PasskeyFault::NotShown`] if no challenge can be made.
    pub fn begin_making(&self, handle: [u8; 16], name: &str, present: &[Vec<u8>]) -> Result<Begun, PasskeyFault> {
        let present = Some(present.to_vec());
        let begun = self.0.start_passkey_registration(Uuid::from_bytes(handle), name, name, present);
        let (options, state) = begun.map_err(fault)?;
        let mut options = serde_json::to_value(&options).map_err(|_| PasskeyFault::NotShown)?;
        // The device must find the key by itself: at the sign-in nobody is asked for a name, so no answer tells which exist.
        let chosen = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut);
        let chosen = chosen.ok_or(PasskeyFault::NotShown)?;
        chosen.insert("residentKey".into(), "required".into());
        chosen.insert("requireResidentKey".into(), true.into());
        begun_with(&options, &state)
    }

    /// Makes sure of a passkey that was made.
    ///
    /// # Errors
    /// [`PasskeyFault`]; then there is none.
    pub fn finish_making(&self, state: &[u8], answer: &str) -> Result<Made, PasskeyFault> {
        let state: PasskeyRegistration = serde_json::from_slice(state).map_err(|_| PasskeyFault::Unreadable)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state).map_err(fault)?;
        let key = serde_json::to_vec(&passkey).map_err(|_| PasskeyFault::Unreadable)?;
        let credential = Credential::from(passkey);
        if credential.backup_eligible || credential.backup_state {
            return Err(PasskeyFault::Synchronised);
        }
        Ok(Made { id: credential.cred_id.to_vec(), key, counter: credential.counter })
    }

    /// Begins a sign-in, by whichever passkey of this node the device has.
    ///
    /// # Errors
    /// [`PasskeyFault::NotShown`] if no challenge can be made.
    pub fn begin_using(&self) -> Result<Begun, PasskeyFault> {
        let (mut options, state) = self.0.start_discoverable_authentication().map_err(fault)?;
        // The browser asks at once, for the visitor has pressed the button; it does not wait inside a field.
        options.mediation = None;
        begun_with(&options, &state)
    }

    /// Makes sure of a passkey that was used: the one `on_file` whose id the answer names.
    ///
    /// # Errors
    /// [`PasskeyFault`]; a counter that did not go on, as that of a copied key, is one.
    pub fn finish_using(&self, state: &[u8], answer: &Answer, on_file: OnFile<'_>) -> Result<Used, PasskeyFault> {
        let state: DiscoverableAuthentication = serde_json::from_slice(state).map_err(|_| PasskeyFault::Unreadable)?;
        let passkey: Passkey = serde_json::from_slice(on_file.key).map_err(|_| PasskeyFault::Unreadable)?;
        let mut credential = Credential::from(passkey);
        credential.counter = on_file.counter;
        if answer.0.get_user_unique_id().is_none_or(|handle| handle != on_file.handle) {
            return Err(PasskeyFault::NotShown);
        }
        let passkey = Passkey::from(credential);
        let shown = self.0.finish_discoverable_authentication_v2(&answer.0, state, &passkey).map_err(fault)?;
        if shown.backup_eligible() || shown.backup_state() {
            return Err(PasskeyFault::Synchronised);
        }
        if !shown.user_verified() {
            return Err(PasskeyFault::NotShown);
        }
        Ok(Used { id: shown.cred_id().to_vec(), counter: shown.counter() })
    }
}

fn begun_with(options: &impl Serialize, state: &impl Serialize) -> Result<Begun, PasskeyFault> {
    let options = serde_json::to_string(options).map_err(|_| PasskeyFault::NotShown)?;
    let state = serde_json::to_vec(state).map_err(|_| PasskeyFault::NotShown)?;
    Ok(Begun { options, state })
}

fn read<A: for<'a> Deserialize<'a>>(text: &str) -> Result<A, PasskeyFault> {
    if text.len() > ANSWER_BYTES {
        return Err(PasskeyFault::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| PasskeyFault::Unreadable)
}

/// What the library found, without what it says about the device.
fn fault(error: WebauthnError) -> PasskeyFault {
    match error {
        WebauthnError::CredentialMayNotBeHardwareBound => PasskeyFault::Synchronised,
        WebauthnError::ParseBase64Failure(_) | WebauthnError::ParseJSONFailure(_) => PasskeyFault::Unreadable,
        _ => PasskeyFault::NotShown,
    }
}
