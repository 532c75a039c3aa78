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

/// Whose codes are on the high-water mark.
const MARK_LABEL: &str = "high-water mark";
/// The keys that every node was made with.
const FIRST_LABELS: [&str; 7] = [
    "index of identifiers",
    "agreement of names",
    "numbers of sources",
    "sameness of content",
    "cases of members",
    "salts of leaves",
    JOURNAL_LABEL,
];

/// The keys, open.
pub(crate) struct Masters {
    pub(crate) hashes: Hashes,
    pub(crate) node_seed: Zeroizing<[u8; 32]>,
    pub(crate) mark: hmac::Key,
    pub(crate) backup: hmac::Key,
}

impl Masters {
    /// Opens the node's own keys in `store`. None is ever made anew: with another key of identifiers nobody would be
    /// found.
    pub(crate) fn open(store: &Connection, custodian: &dyn Custodian) -> Result<Self, VaultError> {
        let generation = tables::generation(store)?;
        if custodian.generation()? > generation {
            return Err(VaultError::OlderKeys);
        }
        let master = |label| {
            let wrapped = find(store, label)?.ok_or(VaultError::LacksKey(label))?;
            custodian.unwrap(generation, label, &wrapped).map(Zeroizing::new)
        };
        let keyed = |label| master(label).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        let [index, name, number, content, case, salt, journal] = FIRST_LABELS;
        Ok(Self {
            hashes: Hashes {
                index: keyed(index)?,
                name: keyed(name)?,
                number: keyed(number)?,
                content: keyed(content)?,
                case: keyed(case)?,
                salt: keyed(salt)?,
            },
            node_seed: master(journal)?,
            mark: keyed(MARK_LABEL)?,
            backup: keyed(BACKUP_LABEL)?,
        })
    }

    /// Makes the keys of a new node in `store`.
    pub(crate) fn make(store: &Connection, custodian: &dyn Custodian, chance: &Chance) -> Result<(), VaultError> {
        let generation = custodian.generation()?;
        tables::set_generation(store, generation)?;
        for label in FIRST_LABELS.into_iter().chain([MARK_LABEL, BACKUP_LABEL]) {
            make(store, custodian, generation, label, chance)?;
        }
        Ok(())
    }

    /// Makes, in the key store of one of the first nodes, the keys that those did not have.
    pub(crate) fn complete(store: &Connection, custodian: &dyn Custodian, chance: &Chance) -> Result<(), VaultError> {
        if tables::find_generation(store)?.is_none() {
            // They had no generations: whatever they wrapped is of the first.
            tables::set_generation(store, 0)?;
        }
        let generation = tables::generation(store)?;
        for label in [MARK_LABEL, BACKUP_LABEL] {
            if find(store, label)?.is_none() {
                make(store, custodian, generation, label, chance)?;
            }
        }
        Ok(())
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
