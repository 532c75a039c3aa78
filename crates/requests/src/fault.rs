//! Everything that can be wrong with a signed request or a signing key, by code.
//!
//! A code never changes its meaning. No fault holds what the stranger sent: a component that the profile itself
//! names, or a figure, at most.

use thiserror::Error;

use crate::{MAX_COMPONENTS, MAX_HEADER, MAX_SIGNATURES, MAX_SIGNED_TEXT, profile};

/// Why a request is not accepted as signed, or cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureFault {
    /// One of the two signature headers is absent or empty.
    #[error("expected the headers `Signature-Input` and `Signature`")]
    Missing,
    /// A header, the address or the signed text is longer than its limit.
    #[error("expected headers and an address of at most {MAX_HEADER} bytes, and {MAX_SIGNED_TEXT} bytes to sign")]
    TooLarge,
    /// A signature header is no dictionary of structured fields, written in the one canonical way.
    #[error("expected `Signature-Input` and `Signature` as dictionaries of RFC 9421")]
    Malformed,
    /// No label stands in both headers.
    #[error("expected the same label in `Signature-Input` and `Signature`")]
    NoPair,
    /// The request carries more signatures than the limit.
    #[error("expected at most {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The signature covers more components than the limit.
    #[error("expected at most {MAX_COMPONENTS} covered components")]
    TooManyComponents,
    /// The signature names one component twice.
    #[error("expected every covered component once")]
    ComponentTwice,
    /// The signature covers what this profile does not read.
    #[error("expected plain components: lower case header names, or parts of the request such as `@method`")]
    ComponentUnknown,
    /// The signature covers a header that the request does not have.
    #[error("expected every covered header in the request")]
    ComponentAbsent,
    /// The profile wants a component covered that is not.
    #[error("expected the signature to cover `{component}`")]
    NotCovered {
        /// The component, as the profile names it.
        component: &'static str,
    },
    /// A request that may have a body has no digest of it.
    #[error("expected the header `Content-Digest`")]
    DigestMissing,
    /// The digest header cannot be read, or has no `sha-256`.
    #[error("expected `Content-Digest` with `sha-256` once, as RFC 9530 writes it")]
    DigestUnreadable,
    /// The body is not the one that the digest was made of.
    #[error("expected a body with the `sha-256` of its `Content-Digest`")]
    DigestMismatch,
    /// The parameter `created` is absent or no time.
    #[error("expected `created` in seconds since 1970")]
    CreatedMissing,
    /// The signature was made too long ago.
    #[error("expected a signature at most {max} s old, found one of {seconds} s", max = profile::MAX_AGE)]
    TooOld {
        /// Its age.
        seconds: i64,
    },
    /// The signature is dated later than the clocks of two honest sides differ.
    #[error("expected a signature at most {max} s ahead, found one of {seconds} s", max = profile::MAX_AHEAD)]
    AheadOfTime {
        /// How far it is ahead of the node's clock.
        seconds: i64,
    },
    /// The parameter `expires` has passed or is no time.
    #[error("expected `expires` in seconds since 1970, and not passed")]
    Expired,
    /// The parameter `alg` names something other than Ed25519.
    #[error("expected `alg` to be `ed25519` or absent")]
    OtherAlgorithm,
    /// The parameter `keyid` is absent or no code of a key.
    #[error("expected `keyid` to be the code of a registered key")]
    KeyIdMissing,
    /// The key is not known or the signature is not its own. Deliberately one fault: see [`crate::verify`].
    #[error("expected a signature that verifies under a registered key")]
    NotVerified,
    /// A covered value has signs that cannot be signed.
    #[error("expected covered headers in printable ASCII")]
    Unsignable,
    /// The address is not absolute, or not one of HTTP.
    #[error("expected an absolute address such as `https://node.example/api/inquiries`")]
    BadTarget,
    /// The method is not written as methods are.
    #[error("expected a method in upper case letters")]
    BadMethod,
    /// The nonce is no string.
    #[error("expected `nonce` to be a string or absent")]
    BadNonce,
}

/// Why a text cannot be used as a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// The text is no PEM block of a private key.
    #[error("expected a private key as PEM text, between `BEGIN PRIVATE KEY` and `END PRIVATE KEY`")]
    NotPem,
    /// The key is locked with a passphrase.
    #[error("expected a private key without a passphrase")]
    Locked,
    /// The block holds no Ed25519 key.
    #[error("expected an Ed25519 key")]
    NotEd25519,
}

/// Every fault: its code, its title, and what to do. What `explain CODE` prints.
pub static ALL: &[(&str, &str, &str)] = &[
    ("S001", "the request is not signed", "sign it with a registered key, as RFC 9421 describes"),
    ("S002", "the signed part is too large", "cover fewer headers, or shorten the address"),
    (
        "S003",
        "the signature headers cannot be read",
        "let a library for RFC 9421 write them, each label and parameter once; do not edit them afterwards",
    ),
    ("S004", "signature and input do not belong together", "use one label, such as sig1, in both headers"),
    ("S005", "there are too many signatures", "send only the one of your registered key"),
    ("S006", "too many components are covered", "cover only what the profile asks for"),
    ("S007", "a component is covered twice", "name each component once"),
    (
        "S008",
        "a covered component is not read here",
        "cover headers by their lower case names and without parameters, and of the request @method, @target-uri, \
         @authority, @scheme, @request-target, @path or @query",
    ),
    ("S009", "a covered header is absent", "send every header that you cover, and see that no proxy removes it"),
    (
        "S010",
        "something that must be signed is not covered",
        "cover @method, @target-uri, content-digest where there is a body, and idempotency-key where it is sent; \
         @authority, @path and @query together may stand for @target-uri",
    ),
    ("S011", "there is no digest of the body", "send Content-Digest with sha-256, of an empty body too, and cover it"),
    (
        "S012",
        "the digest of the body cannot be read",
        "write it as sha-256=:BASE64:, of 32 bytes and with its padding; others may stand beside it",
    ),
    (
        "S013",
        "the body is not the signed one",
        "make the digest of exactly the bytes that you send, and see that no proxy changes them",
    ),
    ("S014", "the signature is not dated", "give created as whole seconds since 1970"),
    ("S015", "the signature is too old", "set your clock, and sign each request at the moment of sending it"),
    ("S016", "the signature is dated ahead", "set your clock"),
    ("S017", "the signature has expired", "leave expires away, or sign again with a later one"),
    ("S018", "the algorithm is another", "sign with Ed25519, and leave alg away or write ed25519"),
    (
        "S019",
        "the signature names no key",
        "give keyid as the code under which the registrar registered your key, in lower case",
    ),
    (
        "S020",
        "the signature does not hold",
        "check that the key is registered under this keyid and has not ended, and that you sign the address by which \
         the node knows itself, the host in lower case and without the usual port",
    ),
    ("S021", "a covered header cannot be signed", "use printable ASCII, without line breaks, or do not cover it"),
    (
        "S022",
        "the address is not absolute",
        "use http:// or https://, a host, a path and a query, all encoded, without user or fragment",
    ),
    ("S023", "the method is not written as methods are", "write it in upper case, such as POST"),
    ("S024", "the nonce is no string", "write nonce in quotation marks, or leave it away"),
    ("S101", "the key is not PEM text", "make one with `openssl genpkey -algorithm ed25519`"),
    ("S102", "the key is locked", "store it without a passphrase, readable by its user alone"),
    ("S103", "the key is not Ed25519", "make one with `openssl genpkey -algorithm ed25519` and register it"),
];

/// What stands in [`ALL`] under `code`: title, and what to do. Nothing for a code of another crate.
///
/// ```
/// let (title, help) = fairfile_requests::explain("S015").expect("a known code");
/// assert!(title.contains("too old") && help.contains("clock"));
/// ```
pub fn explain(code: &str) -> Option<(&'static str, &'static str)> {
    ALL.iter().find(|(known, _, _)| *known == code).map(|(_, title, help)| (*title, *help))
}

impl SignatureFault {
    /// The stable code, `S001` and so on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "S001",
            Self::TooLarge => "S002",
            Self::Malformed => "S003",
            Self::NoPair => "S004",
            Self::TooManySignatures => "S005",
            Self::TooManyComponents => "S006",
            Self::ComponentTwice => "S007",
            Self::ComponentUnknown => "S008",
            Self::ComponentAbsent => "S009",
            Self::NotCovered { .. } => "S010",
            Self::DigestMissing => "S011",
            Self::DigestUnreadable => "S012",
            Self::DigestMismatch => "S013",
            Self::CreatedMissing => "S014",
            Self::TooOld { .. } => "S015",
            Self::AheadOfTime { .. } => "S016",
            Self::Expired => "S017",
            Self::OtherAlgorithm => "S018",
            Self::KeyIdMissing => "S019",
            Self::NotVerified => "S020",
            Self::Unsignable => "S021",
            Self::BadTarget => "S022",
            Self::BadMethod => "S023",
            Self::BadNonce => "S024",
        }
    }

    /// What to do about it, in one sentence.
    pub fn help(&self) -> &'static str {
        explain(self.code()).map_or("", |(_, help)| help)
    }
}

impl KeyFault {
    /// The stable code, `S101` and so on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPem => "S101",
            Self::Locked => "S102",
            Self::NotEd25519 => "S103",
        }
    }

    /// What to do about it, in one sentence.
    pub fn help(&self) -> &'static str {
        explain(self.code()).map_or("", |(_, help)| help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<(&'static str, String, &'static str)> {
        use KeyFault as K;
        use SignatureFault as S;
        let faults = [
            S::Missing,
            S::TooLarge,
            S::Malformed,
            S::NoPair,
            S::TooManySignatures,
            S::TooManyComponents,
            S::ComponentTwice,
            S::ComponentUnknown,
            S::ComponentAbsent,
            S::NotCovered { component: "@method" },
            S::DigestMissing,
            S::DigestUnreadable,
            S::DigestMismatch,
            S::CreatedMissing,
            S::TooOld { seconds: 301 },
            S::AheadOfTime { seconds: 61 },
            S::Expired,
            S::OtherAlgorithm,
            S::KeyIdMissing,
            S::NotVerified,
            S::Unsignable,
            S::BadTarget,
            S::BadMethod,
            S::BadNonce,
        ];
        let keys = [K::NotPem, K::Locked, K::NotEd25519];
        let faults = faults.iter().map(|fault| (fault.code(), fault.to_string(), fault.help()));
        faults.chain(keys.iter().map(|fault| (fault.code(), fault.to_string(), fault.help()))).collect()
    }

    #[test]
    fn every_fault_is_explained_once_and_in_order() {
        let codes: Vec<_> = one_of_each().iter().map(|(code, _, _)| *code).collect();
        let explained: Vec<_> = ALL.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(codes, explained);
        assert!(codes.is_sorted());
    }

    #[test]
    fn faults_speak_as_the_house_does() {
        for (code, says, help) in one_of_each() {
            assert!(says.starts_with("expected"), "{code}: {says}");
            for text in [says.as_str(), help] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{code}: {text}");
                assert!(!text.starts_with(char::is_uppercase), "{code}: {text}");
                assert!(!text.contains("  "), "{code}: {text}");
            }
        }
    }
}
