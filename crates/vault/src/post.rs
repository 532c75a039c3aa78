//! The post room: what a person has chosen about messages, and what was sent. It opens nothing else: each of both is
//! sealed at a place of its own, and no record, look or identity opens there.
//!
//! No look is journaled for it, because nothing of the file is read: a message is written for the person it goes to, and
//! the person's own pages show the person what was chosen and what was sent.

use fairfile_domain::id::{MessageId, SealKeyId, SubjectId};
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::open::Vault;
use crate::seal::{Place, open_bytes};

impl Vault {
    /// What the person has chosen, as it was sealed at this version under the person's `key`.
    ///
    /// # Errors
    /// [`VaultError::Destroyed`] if the person's key is gone, [`VaultError::NotOfThisPlace`] if it is another's or was
    /// changed.
    pub fn open_settings(
        &self,
        key: SealKeyId,
        (subject, version): (SubjectId, u32),
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open_at(key, Place::Settings(subject, version), sealed)
    }

    /// A message to the person, as it was sealed under the person's `key`.
    ///
    /// # Errors
    /// As [`Vault::open_settings`].
    pub fn open_message(
        &self,
        key: SealKeyId,
        (message, subject): (MessageId, SubjectId),
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open_at(key, Place::Message(message, subject), sealed)
    }

    fn open_at(&self, key: SealKeyId, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.keyring().load(key)?;
        open_bytes(&key.0, &place.bytes(), sealed).map(Zeroizing::new)
    }
}
