//! Opening: only for a permit and a stamp of the same look, and only what the permit names.

use std::collections::BTreeMap;

use fairfile_domain::access::{Permit, Reach};
use fairfile_domain::id::{CorrectionId, InputCode, SealKeyId, SubjectId};
use fairfile_domain::record::OnFile;
use fairfile_store::Stamp;
use fairfile_store::look::LookOnFile;
use fairfile_store::record::Sealed;
use fairfile_store::subject::Known;
use zeroize::{Zeroize, Zeroizing};

use crate::error::VaultError;
use crate::keyring::Keyring;
use crate::seal::{Place, open_bytes};

/// A record as one look may see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its place and terms.
    pub on_file: OnFile,
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// Its inputs, as far as the permit reaches, in the item's order.
    pub inputs: Vec<(InputCode, String)>,
    /// Whether its content is there and does not open: its key is missing or damaged, or the content is.
    pub is_unreadable: bool,
}

/// The room where content is opened.
pub struct Vault {
    keyring: Keyring,
}

impl Vault {
    /// A vault over these keys.
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring }
    }

    /// The keys: for sealing, keeping and destroying.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Opens of `found` what `permit` reaches, once `stamp` proves that the look is journaled: all of it or nothing.
    ///
    /// # Errors
    /// [`VaultError::NotOneLook`] if permit, stamp and content do not belong together: then nothing is opened.
    pub fn open(&self, permit: &Permit, stamp: &Stamp, found: &[Sealed]) -> Result<Vec<Shown>, VaultError> {
        self.open_each(permit, stamp, found, |_, error| Err(error))
    }

    /// The same for the person's own look: a content that does not open stands as [`Shown::is_unreadable`], and does not
    /// take the others along. An inquirer would be told less than there is, and is told nothing.
    ///
    /// # Errors
    /// [`VaultError::NotOneLook`] if permit, stamp and content do not belong together, or the permit does not reach the whole
    /// file: then nothing is opened.
    pub fn open_file(&self, permit: &Permit, stamp: &Stamp, found: &[Sealed]) -> Result<Vec<Shown>, VaultError> {
        reaches_whole_file(permit, permit.subject())?;
        self.open_each(permit, stamp, found, |sealed, error| match error {
            VaultError::Lost | VaultError::NotOfThisPlace | VaultError::WrongCustodian(_) => {
                let (on_file, received_at) = (sealed.on_file.clone(), sealed.received_at);
                Ok(Shown { on_file, received_at, inputs: Vec::new(), is_unreadable: true })
            }
            other => Err(other),
        })
    }

    fn open_each(
        &self,
        permit: &Permit,
        stamp: &Stamp,
        found: &[Sealed],
        closed: impl Fn(&Sealed, VaultError) -> Result<Shown, VaultError>,
    ) -> Result<Vec<Shown>, VaultError> {
        is_one_look(permit, stamp)?;
        let mut shown = Vec::with_capacity(found.len());
        for sealed in found {
            let on_file = &sealed.on_file;
            let Some(inputs) = permit.reaches(on_file.record, on_file.version) else { continue };
            if sealed.subject != permit.subject() {
                return Err(VaultError::NotOneLook);
            }
            let place = Place::Record(on_file.record, on_file.version, sealed.subject);
            let Some(content) = sealed.sealed.as_deref() else { continue };
            let mut values = match self.content(sealed.key, place, content) {
                // Its key died a moment ago: it is shown to nobody, and the calendar notes it on its next run.
                Err(VaultError::Destroyed) => continue,
                Err(error) => {
                    shown.push(closed(sealed, error)?);
                    continue;
                }
                Ok(values) => values,
            };
            // What this look may not see is wiped where it is.
            let inputs =
                inputs.iter().filter_map(|code| Some((code.clone(), values.0.remove(code.as_str())?))).collect();
            let (on_file, received_at) = (on_file.clone(), sealed.received_at);
            shown.push(Shown { on_file, received_at, inputs, is_unreadable: false });
        }
        Ok(shown)
    }

    /// Opens the person's name and identifier, for the person's own look.
    pub fn open_identity(
        &self,
        permit: &Permit,
        stamp: &Stamp,
        known: &Known,
        sealed: &[u8],
    ) -> Result<BTreeMap<String, String>, VaultError> {
        is_one_look(permit, stamp)?;
        reaches_whole_file(permit, known.subject)?;
        Ok(std::mem::take(&mut self.content(known.key, Place::Identity(known.subject), sealed)?.0))
    }

    /// Opens the events of looks: every one for the person, and for an inquirer that of the very look.
    pub fn open_looks(
        &self,
        permit: &Permit,
        stamp: &Stamp,
        known: &Known,
        looks: &[LookOnFile],
    ) -> Result<Vec<Vec<u8>>, VaultError> {
        is_one_look(permit, stamp)?;
        if known.subject != permit.subject() {
            return Err(VaultError::NotOneLook);
        }
        let key = self.keyring.load(known.key)?;
        let open = |look: &LookOnFile| {
            if permit.look() != look.look {
                reaches_whole_file(permit, look.subject)?;
            }
            open_bytes(&key.0, &Place::Look(look.look, look.subject).bytes(), &look.sealed)
        };
        looks.iter().map(open).collect()
    }

    /// Opens the words that sources wrote to the person about their corrections, for the person's own look.
    ///
    /// # Errors
    /// [`VaultError::NotOneLook`] for any other look: then nothing is opened.
    pub fn open_words(
        &self,
        permit: &Permit,
        stamp: &Stamp,
        known: &Known,
        words: &[(CorrectionId, Vec<u8>)],
    ) -> Result<Vec<String>, VaultError> {
        is_one_look(permit, stamp)?;
        reaches_whole_file(permit, known.subject)?;
        let key = self.keyring.load(known.key)?;
        let open = |(correction, sealed): &(CorrectionId, Vec<u8>)| {
            let bytes = open_bytes(&key.0, &Place::Words(*correction, known.subject).bytes(), sealed)?;
            String::from_utf8(bytes).map_err(|_| VaultError::NotOfThisPlace)
        };
        words.iter().map(open).collect()
    }

    /// The inputs that are sealed at `place`, as long as somebody in this room needs them.
    pub(crate) fn content(&self, key: SealKeyId, place: Place, sealed: &[u8]) -> Result<Opened, VaultError> {
        let key = self.keyring.load(key)?;
        let content = Zeroizing::new(open_bytes(&key.0, &place.bytes(), sealed)?);
        serde_json::from_slice(&content).map(Opened).map_err(|_| VaultError::NotOfThisPlace)
    }
}

/// Inputs by their names, wiped when they go.
pub(crate) struct Opened(pub(crate) BTreeMap<String, String>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

fn is_one_look(permit: &Permit, stamp: &Stamp) -> Result<(), VaultError> {
    if permit.look().retype() == stamp.event() { Ok(()) } else { Err(VaultError::NotOneLook) }
}

fn reaches_whole_file(permit: &Permit, subject: SubjectId) -> Result<(), VaultError> {
    match permit.reach() {
        Reach::WholeFile if permit.subject() == subject => Ok(()),
        Reach::WholeFile | Reach::Trace | Reach::Purpose => Err(VaultError::NotOneLook),
    }
}
