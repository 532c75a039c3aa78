//! What the node does with a request that says who sent it.

use std::fmt;

use fairfile_domain::id::KeyCode;

use crate::{
    base,
    fault::SignatureFault,
    fields::{self, Sent},
    key,
    message::{Message, Target},
    profile::{self, Terms},
};

/// The key in place of one that is not known: the base point of the curve, so that verifying takes its full time. What
/// verifies under it does not count.
pub(crate) const NOBODYS_KEY: [u8; 32] = {
    let mut point = [0x66; 32];
    point[0] = 0x58;
    point
};

/// A request that the holder of a registered key has signed, and the evidence of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// The key, as it is registered.
    pub key: KeyCode,
    /// When it signed, in seconds since 1970, by its own clock.
    pub created: i64,
    /// Exactly what was signed ("signature base"): with the signature and the public key it proves for ever, by
    /// [`check_evidence`], who sent what.
    ///
    /// It holds the digest of the body, against which a guess of the body can be checked: keep it sealed, like the
    /// content that it speaks of.
    pub signed_text: String,
    /// The signature, 64 bytes.
    pub signature: Vec<u8>,
    /// The nonce, if the signer gave one.
    pub nonce: Option<String>,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("key", &self.key).field("created", &self.created).finish_non_exhaustive()
    }
}

/// What a request says about who signed it. It fits the profile, and nothing of it is proved.
///
/// For whoever has to wait for the keys between reading and verifying; [`verify`] does both at once.
pub struct Claim {
    /// Never empty.
    candidates: Vec<Verified>,
}

impl Claim {
    /// Reads the values of `Signature-Input` and `Signature` beside the request, at `now` seconds since 1970.
    ///
    /// Every signature is held against the profile before any key is looked for, so that no answer depends on which
    /// keys there are. If none fits, the fault is that of the first.
    pub fn read(
        message: &Message<'_>,
        signature_input: &str,
        signature: &str,
        now: i64,
    ) -> Result<Self, SignatureFault> {
        let target = Target::read(message.target_uri)?;
        let (mut candidates, mut first_fault) = (Vec::new(), None);
        for sent in fields::read_signatures(signature_input, signature)? {
            match candidate(message, &target, sent, now) {
                Ok(candidate) => candidates.push(candidate),
                Err(fault) => first_fault = first_fault.or(Some(fault)),
            }
        }
        match first_fault {
            Some(fault) if candidates.is_empty() => Err(fault),
            _ => Ok(Self { candidates }),
        }
    }

    /// The keys that the request names, at most [`crate::MAX_SIGNATURES`].
    pub fn keys(&self) -> impl Iterator<Item = &KeyCode> {
        self.candidates.iter().map(|candidate| &candidate.key)
    }

    /// Verifies the first signature whose key `find_key` finds.
    ///
    /// Every key is asked for and exactly one signature is verified, under a key of nobody where none is known: a
    /// stranger learns neither from the answer nor from its time whether a key is registered.
    pub fn verify(self, find_key: impl Fn(&KeyCode) -> Option<[u8; 32]>) -> Result<Verified, SignatureFault> {
        let keys: Vec<_> = self.keys().map(find_key).collect();
        let position = keys.iter().position(Option::is_some).unwrap_or_default();
        let known = keys.get(position).copied().flatten();
        let candidate = self.candidates.into_iter().nth(position).ok_or(SignatureFault::Missing)?;
        let holds = key::holds(&candidate.signed_text, &candidate.signature, &known.unwrap_or(NOBODYS_KEY));
        if holds && known.is_some() { Ok(candidate) } else { Err(SignatureFault::NotVerified) }
    }
}

/// One signature that fits the profile, with the text that it should be a signature of.
fn candidate(message: &Message<'_>, target: &Target<'_>, sent: Sent, now: i64) -> Result<Verified, SignatureFault> {
    let components = base::read_components(&sent.components)?;
    let terms = Terms::read(&sent.parameters)?;
    profile::require_coverage(message, target, &components)?;
    terms.require_in_time(now)?;
    let signed_text = base::signed_text(message, target, &components, &sent.parameters_text)?;
    let Terms { key, created, nonce, .. } = terms;
    Ok(Verified { key, created, signed_text, signature: sent.signature, nonce })
}

/// Checks who signed a request: the values of its headers `Signature-Input` and `Signature`, the registered keys by
/// their codes, and the node's clock in seconds since 1970.
///
/// A key that is not known and a signature that is wrong take the same path, the same time and the same fault, see
/// [`Claim::verify`]. The body is not looked at here: hold it against [`Message::content_digest`] by
/// [`BodyDigest::check`](crate::BodyDigest::check) before acting on it.
pub fn verify(
    message: &Message<'_>,
    signature_input: &str,
    signature: &str,
    find_key: impl Fn(&KeyCode) -> Option<[u8; 32]>,
    now: i64,
) -> Result<Verified, SignatureFault> {
    Claim::read(message, signature_input, signature, now)?.verify(find_key)
}

/// Whether the evidence of a signed request still holds, years later: [`Verified::signed_text`] and
/// [`Verified::signature`] under the public key that was registered then.
pub fn check_evidence(signed_text: &str, signature: &[u8], public_key: &[u8; 32]) -> bool {
    key::holds(signed_text, signature, public_key)
}
