//! Who has this identifier: for the person's own sign-in, and for nothing else.

use fairfile_domain::id::SubjectId;
use fairfile_domain::identifier::Identifier;
use fairfile_store::subject;

use crate::registry::{Registry, RegistryError};

/// The person with this identifier, if there is a file.
///
/// A demo signs people in by identifier alone; a real node asks the province's identity provider first.
pub fn find_person(reg: &Registry, identifier: &Identifier) -> Result<Option<SubjectId>, RegistryError> {
    let index = reg.vault.keyring().hashes().index_of(identifier);
    Ok(subject::find(&mut reg.store.read()?, &index)?.map(|known| known.subject))
}
