//! The node's own keys: one for each use, made once, wrapped by the custodian.

use aws_lc_rs::hmac;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::custody::Custodian;
use crate::error::VaultError;
use crate::hashes::Hashes;
use crate::tables;

/// Whose codes are on key backups; a restore opens it before there is a key store.
pub(crate) const BACKUP_LABEL: &str = "backups of keys";
/// Whose signature is on the node's first journal; `journals.rs` has those of later ones.
pub(crate) const JOURNAL_LABEL: &str = "journal signing";

/// The keys, open.
pub(crate) struct Masters {
    pub(crate) hashes: Hashes,
    pub(crate) node_seed: Zeroizing<[u8; 32]>,
    pub(crate) mark: hmac::Key,
    pub(crate) backup: hmac::Key,
}

impl Masters {
    /// Opens the node's own keys in `store`, in the transaction that completes a store which is new or of a first node.
    pub(crate) fn open(store: &Connection, custodian: &dyn Custodian, chance: &Chance) -> Result<Self, VaultError> {
        let complete = tables::version(store)? == tables::VERSION;
        if !complete && tables::find_generation(store)?.is_none() {
            // The first nodes had no generations: whatever they wrapped is of the first.
            let is_new = !store
                .query_row("SELECT EXISTS (SELECT 1 FROM master_key)", [], |row| row.get::<_, bool>(0))
                .map_err(VaultError::at("master"))?;
            tables::set_generation(store, if is_new { custodian.generation()? } else { 0 })?;
        }
        let generation = tables::generation(store)?;
        if custodian.generation()? > generation {
            return Err(VaultError::OlderKeys);
        }
        let master = |label| match find(store, label)? {
            Some(wrapped) => custodian.unwrap(generation, label, &wrapped).map(Zeroizing::new),
            // Never made anew in a complete store: with another key of identifiers nobody would be found.
            None if complete => Err(VaultError::LacksKey(label)),
            None => make(store, custodian, generation, label, chance),
        };
        let keyed = |label| master(label).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        let masters = Self {
            hashes: Hashes {
                index: keyed("index of identifiers")?,
                name: keyed("agreement of names")?,
                number: keyed("numbers of sources")?,
                content: keyed("sameness of content")?,
                case: keyed("cases of members")?,
                salt: keyed("salts of leaves")?,
            },
            node_seed: master(JOURNAL_LABEL)?,
            mark: keyed("high-water mark")?,
            backup: keyed(BACKUP_LABEL)?,
        };
        if !complete {
            tables::note_version(store)?;
        }
        Ok(masters)
    }
}

fn find(store: &Connection, label: &str) -> Result<Option<Vec<u8>>, VaultError> {
    let sql = "SELECT wrapped FROM master_key WHERE label = ?1";
    store.query_row(sql, params![label], |row| row.get(0)).optional().map_err(VaultError::at("master"))
}

/// Makes the key `label`, which must be new.
pub(crate) fn make(
    store: &Connection,
    custodian: &dyn Custodian,
    generation: u64,
    label: &str,
    chance: &Chance,
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let key = Zeroizing::new(chance.bytes()?);
    let wrapped = custodian.wrap(generation, label, &key, chance.bytes()?)?;
    store
        .execute("INSERT INTO master_key (label, wrapped) VALUES (?1, ?2)", params![label, wrapped])
        .map_err(VaultError::at("master"))?;
    Ok(key)
}
