//! What a member does before sending a request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fairfile_domain::id::KeyCode;

use crate::{
    MAX_COMPONENTS, MAX_HEADER,
    base::{self, Component},
    fault::SignatureFault,
    key::SigningKey,
    message::{Message, Target},
    profile,
};

/// The most seconds since 1970 that a structured field can hold (RFC 9651, 3.3.1).
const LAST_SECOND: i64 = 999_999_999_999_999;

/// The two headers that make a request a signed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The value of `Signature-Input`.
    pub signature_input: String,
    /// The value of `Signature`.
    pub signature: String,
}

/// Signs a request with the key that is registered as `keyid`, at `created` seconds since 1970.
///
/// Covered is what the profile asks for, and the headers named in `extra`, such as `content-type`; each must be in
/// the message. A message that no node would accept is not signed: the fault is the one that the node would name.
pub fn sign(
    message: &Message<'_>,
    key: &SigningKey,
    keyid: &KeyCode,
    created: i64,
    extra: &[&str],
) -> Result<Signed, SignatureFault> {
    if !(0..=LAST_SECOND).contains(&created) {
        return Err(SignatureFault::CreatedMissing);
    }
    let target = Target::read(message.target_uri)?;
    let mut components = vec![Component::Method, Component::TargetUri];
    let always = ["content-digest", "idempotency-key"].into_iter().filter(|name| message.header(name).is_some());
    for name in always.chain(extra.iter().copied()) {
        let component = Component::read(name)?;
        if !components.contains(&component) {
            components.push(component);
        }
    }
    if components.len() > MAX_COMPONENTS {
        return Err(SignatureFault::TooManyComponents);
    }
    profile::require_coverage(message, &target, &components)?;

    let names: Vec<_> = components.iter().map(|component| format!("\"{}\"", component.name())).collect();
    // In the order of RFC 9421, 2.3, which some libraries take for granted when they verify.
    let parameters = format!("({});created={created};alg=\"ed25519\";keyid=\"{keyid}\"", names.join(" "));
    let text = base::signed_text(message, &target, &components, &parameters)?;
    let signed = Signed {
        signature_input: format!("sig1={parameters}"),
        signature: format!("sig1=:{}:", STANDARD.encode(key.sign(&text))),
    };
    if signed.signature_input.len() > MAX_HEADER { Err(SignatureFault::TooLarge) } else { Ok(signed) }
}
