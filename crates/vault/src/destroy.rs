//! Destruction: keys that are gone, the ledger that says which, and marks on keys that are about to go.

use fairfile_domain::id::{RecordId, SealKeyId};
use fairfile_store::faults::{self, Step};
use rusqlite::{OptionalExtension, params};

use crate::error::VaultError;
use crate::keyring::Keyring;
use crate::tables;

impl Keyring {
    /// Destroys keys; when it returns, the bytes are overwritten and the write-ahead log holds none of them.
    ///
    /// The ledger has their ids from then on, so that none comes back, and their marks of doom are gone. A copy of the
    /// key store that was made before still has them, until [`Keyring::advance`] makes that copy worthless: call it once
    /// after all that is destroyed at one time.
    pub fn destroy(&self, keys: &[SealKeyId]) -> Result<(), VaultError> {
        const STATEMENTS: [&str; 4] = [
            "INSERT OR IGNORE INTO worn_month (month) SELECT month FROM content_key WHERE key_id = ?1",
            "DELETE FROM content_key WHERE key_id = ?1",
            "INSERT OR IGNORE INTO destroyed_key (key_id) VALUES (?1)",
            "DELETE FROM doomed_key WHERE key_id = ?1",
        ];
        let mut store = self.store()?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        for sql in STATEMENTS {
            let mut statement = tx.prepare_cached(sql).map_err(VaultError::at("destroy"))?;
            for key in keys {
                statement.execute(params![key.as_bytes()]).map_err(VaultError::at("destroy"))?;
            }
        }
        faults::step(Step::BeforeDestroyed);
        tx.commit().map_err(VaultError::at("commit"))?;
        faults::step(Step::Destroyed);
        tables::clear_log(&store)?;
        faults::step(Step::Wiped);
        Ok(())
    }

    /// Whether a key of this id was destroyed.
    pub fn is_destroyed(&self, key: SealKeyId) -> Result<bool, VaultError> {
        const SQL: &str = "SELECT 1 FROM destroyed_key WHERE key_id = ?1";
        let found = self
            .look_up(|lookup| lookup.prepare_cached(SQL)?.query_row(params![key.as_bytes()], |_| Ok(())).optional())?;
        Ok(found.is_some())
    }

    /// The ids of destroyed keys, in their order, after `after`, at most `most` of them.
    pub fn list_destroyed(&self, after: Option<SealKeyId>, most: u32) -> Result<Vec<SealKeyId>, VaultError> {
        const SQL: &str = "SELECT key_id FROM destroyed_key WHERE key_id > ?1 ORDER BY key_id LIMIT ?2";
        // Before every id lies the empty one.
        let after = after.as_ref().map_or(&[][..], |key| key.as_bytes().as_slice());
        self.look_up(|lookup| {
            let mut list = lookup.prepare_cached(SQL)?;
            list.query_map(params![after, most], |row| row.get(0).map(SealKeyId::from_bytes))?.collect()
        })
    }

    /// How many keys were destroyed.
    pub fn count_destroyed(&self) -> Result<u64, VaultError> {
        self.count_of("SELECT COUNT(*) FROM destroyed_key")
    }

    /// Marks the keys of versions that a commit is about to replace; durable when it returns.
    ///
    /// A crash after it leaves the marks: on its next start the service compares them with the data, destroys the keys
    /// whose version was replaced, and spares the others.
    pub fn doom(&self, keys: &[(SealKeyId, RecordId, u32)]) -> Result<(), VaultError> {
        const SQL: &str = "INSERT OR REPLACE INTO doomed_key (key_id, record_id, version) VALUES (?1, ?2, ?3)";
        let mut store = self.store()?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        {
            let mut insert = tx.prepare_cached(SQL).map_err(VaultError::at("doom"))?;
            for (key, record, version) in keys {
                let row = params![key.as_bytes(), record.as_bytes(), version];
                insert.execute(row).map_err(VaultError::at("doom"))?;
            }
        }
        tx.commit().map_err(VaultError::at("commit"))?;
        faults::step(Step::Doomed);
        Ok(())
    }

    /// Every key that is marked, with the version of the record that it seals.
    pub fn list_doomed(&self) -> Result<Vec<(SealKeyId, RecordId, u32)>, VaultError> {
        const SQL: &str = "SELECT key_id, record_id, version FROM doomed_key ORDER BY key_id";
        self.look_up(|lookup| {
            let row = |row: &rusqlite::Row<'_>| {
                let (key, record) = (SealKeyId::from_bytes(row.get(0)?), RecordId::from_bytes(row.get(1)?));
                Ok((key, record, row.get(2)?))
            };
            lookup.prepare_cached(SQL)?.query_map([], row)?.collect()
        })
    }

    /// Takes the marks off keys whose version was not replaced.
    pub fn spare(&self, keys: &[SealKeyId]) -> Result<(), VaultError> {
        let mut store = self.store()?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        {
            let delete = tx.prepare_cached("DELETE FROM doomed_key WHERE key_id = ?1");
            let mut delete = delete.map_err(VaultError::at("spare"))?;
            for key in keys {
                delete.execute(params![key.as_bytes()]).map_err(VaultError::at("spare"))?;
            }
        }
        tx.commit().map_err(VaultError::at("commit"))
    }
}
