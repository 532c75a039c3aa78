//! Signed requests: HTTP Message Signatures (RFC 9421) with Ed25519, in one profile.
//!
//! What a member signs, and what the node accepts. Whoever speaks to a node signs each request with a
//! registered key; the text that was signed stays with the node as evidence of who asked what.
//!
//! # The profile
//! - One signature of a registered key counts. Others beside it (of a proxy, say) do not matter.
//! - It covers `@method`; `@target-uri`, or else `@authority`, `@path` and, where there is one, `@query`;
//!   `content-digest` in every request but GET and HEAD, whose body must not be read; and
//!   `idempotency-key` where the request has one, so that nobody sends the same body under another key.
//! - `created` is at most [`MAX_AGE`] seconds old and at most [`MAX_AHEAD`] seconds ahead; `expires` has not
//!   passed; `alg`, if given, is `ed25519`; `keyid` names the registered key.
//! - `Content-Digest` (RFC 9530) has `sha-256`. Other algorithms may stand beside it and are not looked at.
//! - Components have no parameters (`;sf`, `;bs`, `;key`, `;req`, `;tr`, `@query-param`), and no name stands twice.
//!
//! # What is deliberately absent
//! No I/O, no clock, no chance and no store of keys: time and keys are handed in. No replay memory either: a
//! request is repeated harmlessly by its idempotency key, and whoever needs more looks at the nonce.
//!
//! # Why not the crate `httpsig`
//! It writes the parameters anew in an order of its own. The text that was signed holds them in the *signer's*
//! order (RFC 9421, 2.3), so what stock Python clients send would not verify. It also reads the system clock and
//! brings ciphers of its own. Structured fields are read by the parser that it uses itself, `sfv`; the signed
//! text, a page of code, is built in `base.rs`; keys and signatures are aws-lc's, as everywhere in Fairfile.
//!
//! # Example
//! ```
//! use fairfile_requests::{BodyDigest, Message, SigningKey, sign, verify};
//!
//! let digest = BodyDigest::of(b"{}").header_value();
//! let headers = |name: &str| (name == "idempotency-key").then(|| "b7d1".to_string());
//! let message = Message {
//!     method: "POST",
//!     target_uri: "https://node.example/api/inquiries",
//!     content_digest: Some(&digest),
//!     headers: &headers,
//! };
//! let (key, name) = (SigningKey::from_seed(&[7; 32])?, "county.2026".parse()?);
//! let signed = sign(&message, &key, &name, 1_790_000_000, &[])?;
//!
//! let registered = key.public_key();
//! let find_key = |asked: &_| (asked == &name).then_some(registered);
//! let verified = verify(&message, &signed.signature_input, &signed.signature, find_key, 1_790_000_004)?;
//! assert_eq!(verified.key, name);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Read `profile.rs` first: it is the list above as code. Then `verify.rs`.

mod base;
mod digest;
mod fault;
mod fields;
mod key;
mod message;
mod profile;
mod sign;
mod verify;

pub use digest::{BodyDigest, ContentDigest};
pub use fault::{ALL, KeyFault, SignatureFault, explain};
pub use key::SigningKey;
pub use message::Message;
pub use profile::{MAX_AGE, MAX_AHEAD};
pub use sign::{Signed, sign};
pub use verify::{Claim, Verified, check_evidence, verify};

/// The longest `Signature-Input`, `Signature` or `Content-Digest` that is read, in bytes; addresses as well.
pub const MAX_HEADER: usize = 4096;
/// The most components that one signature may cover.
pub const MAX_COMPONENTS: usize = 16;
/// The most signatures that one request may carry.
pub const MAX_SIGNATURES: usize = 3;
/// The longest signed text, in bytes: it is kept as evidence.
pub const MAX_SIGNED_TEXT: usize = 16 * 1024;

#[cfg(test)]
mod tests;
