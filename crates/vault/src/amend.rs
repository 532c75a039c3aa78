//! A correction: content is opened here, changed, and sealed again; nothing of it is shown to anybody.

use std::collections::BTreeMap;

use fairfile_domain::access::Amendment;
use fairfile_domain::day::Day;
use fairfile_domain::id::InputCode;
use fairfile_store::record::Sealed;
use zeroize::{Zeroize, Zeroizing};

use crate::chance::Chance;
use crate::error::VaultError;
use crate::keyring::NewKey;
use crate::open::{Opened, Vault};
use crate::seal::Place;

/// The next version of a record, as nobody can read it.
pub struct Amended {
    /// Which version it is.
    pub version: u32,
    /// The content, sealed at the place of that version.
    pub sealed: Vec<u8>,
    /// The keyed hash of the whole content.
    pub content_hash: [u8; 32],
    /// The key that it is sealed under, not kept yet.
    pub key: NewKey,
}

impl Vault {
    /// Changes the content in `found` as `permit` allows: the next version, sealed under the key that `key_for` makes.
    ///
    /// `changes` are new values in their canonical writing; an empty one takes the input out. Of the content nothing
    /// comes out but the days in the inputs `days`, from which the record's terms and so its key's month are told: an
    /// input that is not there, or holds no day, is left out.
    ///
    /// # Errors
    /// [`VaultError::NotThisAmendment`] if the permit is of another record, version or person: then nothing is opened.
    /// [`VaultError::Destroyed`] if there is no content any more.
    pub fn amend(
        &self,
        permit: &Amendment,
        found: &Sealed,
        changes: &BTreeMap<InputCode, String>,
        days: &[InputCode],
        key_for: impl FnOnce(&BTreeMap<InputCode, Day>) -> Result<NewKey, VaultError>,
        chance: &Chance,
    ) -> Result<Amended, VaultError> {
        let (record, version) = (permit.record(), permit.version());
        if (found.on_file.record, found.on_file.version, found.subject) != (record, version, permit.subject()) {
            return Err(VaultError::NotThisAmendment);
        }
        let after = version.checked_add(1).ok_or(VaultError::NotThisAmendment)?;
        let sealed = found.sealed.as_deref().ok_or(VaultError::Destroyed)?;
        let mut content = self.content(found.key, Place::Record(record, version, permit.subject()), sealed)?;
        content.change(changes);
        let plain = content.canonical()?;
        let day_in = |code: &InputCode| Some((code.clone(), content.0.get(code.as_str())?.parse().ok()?));
        let key = key_for(&days.iter().filter_map(day_in).collect())?;
        Ok(Amended {
            version: after,
            sealed: key.seal(Place::Record(record, after, permit.subject()), &plain, chance)?,
            content_hash: self.keyring().hashes().content_of("record", &plain),
            key,
        })
    }
}

impl Opened {
    fn change(&mut self, changes: &BTreeMap<InputCode, String>) {
        for (code, value) in changes {
            let before = match value.as_str() {
                "" => self.0.remove(code.as_str()),
                value => self.0.insert(code.as_str().to_owned(), value.to_owned()),
            };
            if let Some(mut before) = before {
                before.zeroize();
            }
        }
    }

    /// The canonical JSON that a record's content is sealed and recognised by.
    fn canonical(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        // Large enough for any writing from the first, for a vector that grows leaves copies behind: one byte is
        // written as six at most.
        let most = self.0.iter().map(|(code, value)| 6 * (code.len() + value.len()) + 6).sum::<usize>() + 2;
        let mut plain = Zeroizing::new(Vec::with_capacity(most));
        serde_json::to_writer(&mut *plain, &self.0).map_err(|_| VaultError::NotOfThisPlace)?;
        Ok(plain)
    }
}
