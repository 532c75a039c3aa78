//! Which keys there are: for a replay, which compares them with the records that the journal tells of.

use fairfile_domain::id::SealKeyId;
use rusqlite::params;
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::keyring::{Keyring, Month, as_on_file};
use crate::seal::open_bytes;

/// A key that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptKey {
    /// Its id.
    pub id: SealKeyId,
    /// Whether it opens under the key of its month; what one seals that does not, nobody reads.
    pub opens: bool,
}

/// A row of the key store: id, month, the wrapped key, the wrapped key of the month, if there is one.
type Row = ([u8; 16], i64, Vec<u8>, Option<Vec<u8>>);

impl Keyring {
    /// The keys of contents that are kept, in the order of their ids, after `after`, at most `most` of them; each is opened
    /// and forgotten.
    ///
    /// # Errors
    /// What the key store says.
    pub fn check_kept(&self, after: Option<SealKeyId>, most: u32) -> Result<Vec<KeptKey>, VaultError> {
        as_on_file(|| self.check_kept_now(after, most))
    }

    fn check_kept_now(&self, after: Option<SealKeyId>, most: u32) -> Result<Vec<KeptKey>, VaultError> {
        // In one statement, for a month's key and those under it are renewed together.
        const SQL: &str = "
            SELECT c.key_id, c.month, c.wrapped, m.wrapped, g.generation
              FROM content_key c LEFT JOIN month_key m ON m.month = c.month CROSS JOIN generation g
             WHERE c.key_id > ?1 ORDER BY c.key_id LIMIT ?2";
        let after = after.as_ref().map_or(&[][..], |key| key.as_bytes().as_slice());
        let rows: Vec<(Row, i64)> = self.look_up(|lookup| {
            let mut list = lookup.prepare_cached(SQL)?;
            let row = |row: &rusqlite::Row<'_>| Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), row.get(4)?));
            list.query_map(params![after, most], row)?.collect()
        })?;
        rows.iter().map(|(row, generation)| self.check(row, generation.cast_unsigned())).collect()
    }

    fn check(&self, (id, month, wrapped, month_key): &Row, generation: u64) -> Result<KeptKey, VaultError> {
        let opened = match month_key {
            None => Err(VaultError::Lost),
            Some(month_key) => self.open_month(Month(*month), month_key, generation),
        };
        let opens = match opened {
            // A month's key that does not open takes all under it along.
            Err(VaultError::WrongCustodian(_) | VaultError::Lost) => false,
            Err(other) => return Err(other),
            Ok(key) => open_bytes(&key.0, id, wrapped).map(Zeroizing::new).is_ok_and(|key| key.len() == 32),
        };
        Ok(KeptKey { id: SealKeyId::from_bytes(*id), opens })
    }

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
