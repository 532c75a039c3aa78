//! Which keys there are: for a replay, which compares them with the records that the journal tells of.

use fairfile_domain::id::SealKeyId;
use rusqlite::params;

use crate::error::VaultError;
use crate::keyring::Keyring;

impl Keyring {
    /// The ids of the keys of contents that are kept, in their order, after `after`, at most `most` of them.
    ///
    /// # Errors
    /// What the key store says.
    pub fn list_kept(&self, after: Option<SealKeyId>, most: u32) -> Result<Vec<SealKeyId>, VaultError> {
        const SQL: &str = "SELECT key_id FROM content_key WHERE key_id > ?1 ORDER BY key_id LIMIT ?2";
        // Before every id lies the empty one.
        let after = after.as_ref().map_or(&[][..], |key| key.as_bytes().as_slice());
        self.look_up(|lookup| {
            let mut list = lookup.prepare_cached(SQL)?;
            list.query_map(params![after, most], |row| row.get(0).map(SealKeyId::from_bytes))?.collect()
        })
    }
}
