//! How far the ledger of destroyed keys has followed the journal, and keys that came back from the dead.
//!
//! A key store that is put back by hand from an earlier time has an earlier number here than the journal has entries:
//! whoever opens the node reads the entries since, and destroys again what they tell the end of.

use fairfile_domain::id::SealKeyId;
use rusqlite::{OptionalExtension, params};

use crate::error::VaultError;
use crate::keyring::Keyring;

/// What the key store has of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The key.
    Kept,
    /// The key, and the note that it was destroyed: somebody put it back.
    Returned,
    /// The note that it was destroyed.
    Destroyed,
    /// Nothing: this key store never had it, or somebody took it away.
    Unknown,
}

impl Keyring {
    /// How many entries of the journal the ledger has certainly followed; nothing if that was never noted.
    ///
    /// # Errors
    /// What the key store says.
    pub fn followed(&self) -> Result<Option<u64>, VaultError> {
        const SQL: &str = "SELECT entries FROM followed";
        let found = self.look_up(|lookup| lookup.query_row(SQL, [], |row| row.get::<_, i64>(0)).optional())?;
        Ok(found.map(i64::cast_unsigned))
    }

    /// Notes that of the first `entries` entries of the journal every end of a content is carried out here; durable when
    /// it returns.
    ///
    /// # Errors
    /// What the key store says.
    pub fn note_followed(&self, entries: u64) -> Result<(), VaultError> {
        const SQL: &str = "INSERT OR REPLACE INTO followed (one, entries) VALUES (1, ?1)";
        self.store()?.execute(SQL, params![entries.cast_signed()]).map_err(VaultError::at("follow"))?;
        Ok(())
    }

    /// What the key store has of `key`.
    ///
    /// # Errors
    /// What the key store says.
    pub fn find_held(&self, key: SealKeyId) -> Result<Held, VaultError> {
        const SQL: &str = "
            SELECT EXISTS (SELECT 1 FROM content_key WHERE key_id = ?1),
                   EXISTS (SELECT 1 FROM destroyed_key WHERE key_id = ?1)";
        let (is_kept, is_destroyed) = self.look_up(|lookup| {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, bool>(0)?, row.get::<_, bool>(1)?));
            lookup.prepare_cached(SQL)?.query_row(params![key.as_bytes()], row)
        })?;
        Ok(match (is_kept, is_destroyed) {
            (true, false) => Held::Kept,
            (true, true) => Held::Returned,
            (false, true) => Held::Destroyed,
            (false, false) => Held::Unknown,
        })
    }

    /// Keys that are kept although the ledger has them as destroyed: rows that somebody put back.
    ///
    /// # Errors
    /// What the key store says.
    pub fn list_returned(&self) -> Result<Vec<SealKeyId>, VaultError> {
        const SQL: &str = "
            SELECT key_id FROM destroyed_key WHERE key_id IN (SELECT key_id FROM content_key) ORDER BY key_id";
        self.look_up(|lookup| {
            let mut list = lookup.prepare_cached(SQL)?;
            list.query_map([], |row| row.get(0).map(SealKeyId::from_bytes))?.collect()
        })
    }
}
