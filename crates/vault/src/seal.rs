//! AES-256-GCM-SIV over a content, bound to the place where it belongs.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use fairfile_domain::id::{BatchId, CorrectionId, LookId, MessageId, NoticeId, RecordId, SubjectId};

use crate::error::VaultError;

/// Where a sealed content belongs; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One version of a record of one person.
    Record(RecordId, u32, SubjectId),
    /// A person's identity.
    Identity(SubjectId),
    /// A look at one person's file.
    Look(LookId, SubjectId),
    /// What the source of a batch signed.
    Evidence(BatchId),
    /// A source's words to one person about a correction.
    Words(CorrectionId, SubjectId),
    /// What a member signed to confirm a notice.
    Confirmation(NoticeId),
    /// What one person has chosen about messages, one version of it.
    Settings(SubjectId, u32),
    /// The text of a message to one person, and whereto it goes.
    Message(MessageId, SubjectId),
}

impl Place {
    pub(crate) fn bytes(self) -> [u8; 37] {
        let (kind, one, version, other) = match self {
            Self::Record(record, version, subject) => (1, *record.as_bytes(), version, *subject.as_bytes()),
            Self::Identity(subject) => (2, *subject.as_bytes(), 0, [0; 16]),
            Self::Look(look, subject) => (3, *look.as_bytes(), 0, *subject.as_bytes()),
            Self::Evidence(batch) => (4, *batch.as_bytes(), 0, [0; 16]),
            Self::Words(correction, subject) => (5, *correction.as_bytes(), 0, *subject.as_bytes()),
            Self::Confirmation(notice) => (6, *notice.as_bytes(), 0, [0; 16]),
            Self::Settings(subject, version) => (7, *subject.as_bytes(), version, [0; 16]),
            Self::Message(message, subject) => (8, *message.as_bytes(), 0, *subject.as_bytes()),
        };
        let mut place = [0; 37];
        place[0] = kind;
        place[1..17].copy_from_slice(&one);
        place[17..21].copy_from_slice(&version.to_be_bytes());
        place[21..].copy_from_slice(&other);
        place
    }
}

/// `nonce || ciphertext || tag`.
pub(crate) fn seal_bytes(key: &[u8; 32], place: &[u8], content: &[u8], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
    // A fresh nonce for each sealing; should chance ever repeat one, this mode only shows that two contents are equal.
    let cipher = cipher(key)?;
    let mut sealed = Vec::with_capacity(12 + content.len() + 16);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(content);
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut sealed[12..])
        .map_err(|_| VaultError::NotOfThisPlace)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

pub(crate) fn open_bytes(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut content = Vec::new();
    open_into(&mut content, key, place, sealed)?;
    Ok(content)
}

/// Opens into `content`, in the place of what it held; whoever lends it wipes it.
pub(crate) fn open_into(content: &mut Vec<u8>, key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<(), VaultError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<12>().ok_or(VaultError::NotOfThisPlace)?;
    content.clear();
    content.extend_from_slice(ciphertext);
    let length = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place), content)
        .map_err(|_| VaultError::NotOfThisPlace)?
        .len();
    content.truncate(length);
    Ok(())
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM_SIV, key).map(LessSafeKey::new).map_err(|_| VaultError::NotOfThisPlace)
}
