//! What the node wants of every signature.

use fairfile_domain::id::KeyCode;
use sfv::{BareItem, Parameters};

use crate::{
    base::Component,
    digest::BodyDigest,
    fault::SignatureFault,
    message::{Message, Target},
};

/// How old a signature may be, in seconds.
pub const MAX_AGE: i64 = 300;
/// How far a signature may be ahead of the node's clock, in seconds.
pub const MAX_AHEAD: i64 = 60;

/// Checks that a signature over `components` leaves nothing of the request to be changed.
///
/// `@path` and `@authority` together may stand for `@target-uri`, but then a query must be covered as well, an empty
/// one too. Whatever may have a body has a digest, of an empty body too: else the body could be put in later.
pub(crate) fn require_coverage(
    message: &Message<'_>,
    target: &Target<'_>,
    components: &[Component],
) -> Result<(), SignatureFault> {
    let covers = |name: &str| components.iter().any(|component| component.name() == name);
    let require = |component| if covers(component) { Ok(()) } else { Err(SignatureFault::NotCovered { component }) };

    require("@method")?;
    if !(covers("@authority") && covers("@path")) {
        require("@target-uri")?;
    } else if target.query.is_some() && !covers("@target-uri") {
        require("@query")?;
    }
    match message.content_digest {
        Some(digest) => {
            require("content-digest")?;
            BodyDigest::read(digest)?;
        }
        None if message.may_have_body() => return Err(SignatureFault::DigestMissing),
        None => {}
    }
    if message.header("idempotency-key").is_some() {
        require("idempotency-key")?;
    }
    Ok(())
}

/// The parameters of a signature that the profile reads; any others are signed and not looked at.
pub(crate) struct Terms {
    pub(crate) key: KeyCode,
    pub(crate) created: i64,
    pub(crate) expires: Option<i64>,
    pub(crate) nonce: Option<String>,
}

impl Terms {
    /// Reads the parameters: algorithm and key first, for without them no time matters.
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, SignatureFault> {
        let find = |name: &str| parameters.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value);
        if find("alg").is_some_and(|alg| text(alg) != Some("ed25519")) {
            return Err(SignatureFault::OtherAlgorithm);
        }
        let key =
            find("keyid").and_then(text).and_then(|code| code.parse().ok()).ok_or(SignatureFault::KeyIdMissing)?;
        let created = find("created").and_then(seconds).ok_or(SignatureFault::CreatedMissing)?;
        let expires = match find("expires") {
            Some(value) => Some(seconds(value).ok_or(SignatureFault::Expired)?),
            None => None,
        };
        let nonce = match find("nonce") {
            Some(value) => Some(text(value).ok_or(SignatureFault::BadNonce)?.to_owned()),
            None => None,
        };
        Ok(Self { key, created, expires, nonce })
    }

    /// Checks the dates of the signature against the node's clock, `now`, in seconds since 1970.
    pub(crate) fn require_in_time(&self, now: i64) -> Result<(), SignatureFault> {
        let age = now.saturating_sub(self.created);
        if age > MAX_AGE {
            return Err(SignatureFault::TooOld { seconds: age });
        }
        if age < -MAX_AHEAD {
            return Err(SignatureFault::AheadOfTime { seconds: age.saturating_neg() });
        }
        if self.expires.is_some_and(|expires| expires < now) {
            return Err(SignatureFault::Expired);
        }
        Ok(())
    }
}

fn text(value: &BareItem) -> Option<&str> {
    match value {
        BareItem::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn seconds(value: &BareItem) -> Option<i64> {
    match value {
        BareItem::Integer(seconds) => Some((*seconds).into()),
        _ => None,
    }
}
