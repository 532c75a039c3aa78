//! Keyed hashes: how a person is found, a number recognised, a leaf salted. No unkeyed hash of an identifier exists anywhere.

use aws_lc_rs::hmac;
use fairfile_domain::id::{EventId, ItemCode, MemberCode, SubjectId};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::name::PersonName;
use zeroize::Zeroizing;

/// The node's keyed hashes, one key for each use.
pub struct Hashes {
    pub(crate) index: hmac::Key,
    pub(crate) name: hmac::Key,
    pub(crate) number: hmac::Key,
    pub(crate) content: hmac::Key,
    pub(crate) case: hmac::Key,
    pub(crate) salt: hmac::Key,
}

impl Hashes {
    /// What finds the person with this identifier.
    pub fn index_of(&self, identifier: &Identifier) -> [u8; 32] {
        keyed(&self.index, &[identifier.kind().code().as_bytes(), identifier.canonical().as_bytes()])
    }

    /// What a name must agree with; bound to the person, so that two people of one name differ.
    pub fn name_of(&self, subject: SubjectId, name: &PersonName) -> [u8; 32] {
        keyed(&self.name, &[subject.as_bytes(), name.folded().as_bytes()])
    }

    /// What a source's own number for a record is recognised by.
    pub fn number_of(&self, source: &MemberCode, item: &ItemCode, number: &str) -> [u8; 32] {
        keyed(&self.number, &[source.as_str().as_bytes(), item.as_str().as_bytes(), number.as_bytes()])
    }

    /// What takes the place of `number`, as [`Hashes::number_of`] gave it, when its record is withdrawn for the `times`th
    /// time, so that the source may use the number again.
    pub fn freed_number_of(&self, number: &[u8; 32], times: u32) -> [u8; 32] {
        keyed(&self.number, &[b"freed", number, &times.to_be_bytes()])
    }

    /// What a content, a row or a batch is recognised by.
    pub fn content_of(&self, what: &str, content: &[u8]) -> [u8; 32] {
        keyed(&self.content, &[what.as_bytes(), content])
    }

    /// What a case of a member is recognised by.
    pub fn case_of(&self, member: &MemberCode, case: &str) -> [u8; 32] {
        keyed(&self.case, &[member.as_str().as_bytes(), case.as_bytes()])
    }

    /// The salt of an event's leaf.
    pub fn salt_of(&self, event: EventId) -> [u8; 32] {
        keyed(&self.salt, &[event.as_bytes()])
    }
}

/// HMAC-SHA-256 over parts, each led by its length, so that no two lists of parts read alike.
fn keyed(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    // In one piece: a context that is fed part by part is moved when it ends, and leaves on the stack what it was fed last.
    let length = parts.iter().map(|part| 8 + part.len()).sum();
    let mut whole = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        whole.extend_from_slice(&(part.len() as u64).to_be_bytes());
        whole.extend_from_slice(part);
    }
    let mut hash = [0; 32];
    // It fails for a buffer that is not as long as the hash, and for nothing else; both lengths stand here.
    hmac::sign_to_buffer(key, &whole, &mut hash).expect("the buffer has the length of the hash");
    hash
}
