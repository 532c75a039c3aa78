//! `Content-Digest` (RFC 9530): the body of a request, represented in what is signed.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sfv::{BareItem, ListEntry};

use crate::{fault::SignatureFault, fields};

/// The length of a SHA-256 digest in bytes.
const LENGTH: usize = 32;

/// Makes the digest of a body while the body passes by, so that no body need be in memory as a whole.
pub struct ContentDigest {
    context: Context,
}

impl ContentDigest {
    /// The digest of nothing yet.
    pub fn new() -> Self {
        Self { context: Context::new(&SHA256) }
    }

    /// Takes in the next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    /// The digest of all that was taken in.
    pub fn finish(self) -> BodyDigest {
        let digest = self.context.finish();
        let mut sha256 = [0; LENGTH];
        sha256.copy_from_slice(digest.as_ref());
        BodyDigest { sha256 }
    }
}

impl Default for ContentDigest {
    fn default() -> Self {
        Self::new()
    }
}

/// The SHA-256 of a body.
///
/// Without the body it still tells of it: whoever can guess the body can check the guess. The body of an inquiry
/// holds an identifier and little else, so this digest is content and belongs in no log, leaf or URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BodyDigest {
    sha256: [u8; LENGTH],
}

impl BodyDigest {
    /// The digest of a body that is in memory.
    ///
    /// ```
    /// let digest = fairfile_requests::BodyDigest::of(br#"{"hello": "world"}"#);
    /// assert_eq!(digest.header_value(), "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
    /// ```
    pub fn of(body: &[u8]) -> Self {
        let mut digest = ContentDigest::new();
        digest.update(body);
        digest.finish()
    }

    /// The digest that a `Content-Digest` header names under `sha-256`.
    ///
    /// Other algorithms beside it are not looked at: this one decides.
    pub fn read(header: &str) -> Result<Self, SignatureFault> {
        // The one writing that nearly every request has; any other is taken apart as a dictionary.
        if let Some(sha256) = alone(header) {
            return Ok(Self { sha256 });
        }
        let digests = fields::read_dictionary(header).ok_or(SignatureFault::DigestUnreadable)?;
        for (algorithm, digest) in digests {
            if algorithm.as_str() != "sha-256" {
                continue;
            }
            let ListEntry::Item(digest) = digest else { break };
            let BareItem::ByteSequence(bytes) = digest.bare_item else { break };
            let Ok(sha256) = bytes.try_into() else { break };
            return Ok(Self { sha256 });
        }
        Err(SignatureFault::DigestUnreadable)
    }

    /// The value of the header `Content-Digest` that belongs to the body.
    pub fn header_value(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.sha256))
    }

    /// Checks that the body is the one that `header` speaks of: the last step after [`crate::verify`], when the
    /// whole body has passed by.
    ///
    /// ```
    /// use fairfile_requests::{BodyDigest, SignatureFault};
    ///
    /// let header = BodyDigest::of(b"what was sent").header_value();
    /// assert_eq!(BodyDigest::of(b"what was sent").check(&header), Ok(()));
    /// assert_eq!(BodyDigest::of(b"what came").check(&header), Err(SignatureFault::DigestMismatch));
    /// ```
    pub fn check(&self, header: &str) -> Result<(), SignatureFault> {
        if Self::read(header)? == *self { Ok(()) } else { Err(SignatureFault::DigestMismatch) }
    }
}

/// The digest of a header that is exactly as [`BodyDigest::header_value`] writes it.
fn alone(header: &str) -> Option<[u8; LENGTH]> {
    let text = header.strip_prefix("sha-256=:")?.strip_suffix(':')?;
    if text.len() != LENGTH.div_ceil(3) * 4 {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

impl fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &[u8] = br#"{"hello": "world"}"#;
    const SHA256_HELLO: &str = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

    #[track_caller]
    fn check(header: &str, expected: Result<(), SignatureFault>) {
        assert_eq!(BodyDigest::of(HELLO).check(header), expected, "{header}");
    }

    #[test]
    fn sha_256_decides() {
        let others = format!("sha-512=:{}:", STANDARD.encode([0; 64]));
        check(SHA256_HELLO, Ok(()));
        check(&format!("{SHA256_HELLO}, {others}"), Ok(()));
        check(&format!("{others}, md5=:AAAA:, {SHA256_HELLO}"), Ok(()));
        check(&BodyDigest::of(b"").header_value(), Err(SignatureFault::DigestMismatch));
        for header in [
            "",
            others.as_str(),
            "sha-256=:AAAA:",
            "sha-256=1",
            "sha-256=(:AAAA:)",
            "SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE:",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPF=:",
            &format!("{SHA256_HELLO}, {SHA256_HELLO}"),
            &format!("{SHA256_HELLO}{}", " ".repeat(5000)),
        ] {
            check(header, Err(SignatureFault::DigestUnreadable));
        }
    }

    #[test]
    fn a_body_may_come_in_pieces() {
        let mut digest = ContentDigest::default();
        HELLO.chunks(5).for_each(|piece| digest.update(piece));
        assert_eq!(digest.finish().header_value(), SHA256_HELLO);
    }
}
