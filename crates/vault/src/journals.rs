//! The keys that sign the node's journal: one for each name that it has had, so that none ever signs two journals.

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::error::VaultError;
use crate::keyring::{Keyring, as_on_file};
use crate::masters::{self, JOURNAL_LABEL};
use crate::tables;

/// The label of the key that signs the journal with this number, from 1.
fn label(number: u32) -> String {
    if number == 1 { JOURNAL_LABEL.to_owned() } else { format!("{JOURNAL_LABEL} {number}") }
}

impl Keyring {
    /// The seed of the Ed25519 key that signs the node's journal with this number; the first is 1.
    ///
    /// # Errors
    /// [`VaultError::LacksKey`] if no journal of that number was begun with these keys: they are older than the data.
    pub fn journal_seed(&self, number: u32) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        as_on_file(|| self.journal_seed_now(number))
    }

    fn journal_seed_now(&self, number: u32) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        // In one statement, for both are renewed together.
        const SQL: &str = "SELECT m.wrapped, g.generation FROM master_key m CROSS JOIN generation g WHERE m.label = ?1";
        let label = label(number);
        let found = self.look_up(|lookup| {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?));
            lookup.query_row(SQL, params![label], row).optional()
        })?;
        let (wrapped, generation) = found.ok_or(VaultError::LacksKey(JOURNAL_LABEL))?;
        self.custodian.unwrap(generation.cast_unsigned(), &label, &wrapped).map(Zeroizing::new)
    }

    /// The number of the latest journal that was begun with these keys.
    ///
    /// # Errors
    /// What the key store says.
    pub fn latest_journal(&self) -> Result<u32, VaultError> {
        let labels = self.look_up(|lookup| {
            let mut list = lookup.prepare("SELECT label FROM master_key")?;
            list.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let number = |label: &String| label.strip_prefix(JOURNAL_LABEL)?.strip_prefix(' ')?.parse::<u32>().ok();
        Ok(labels.iter().filter_map(number).max().unwrap_or(1))
    }

    /// Makes the key of a journal whose number is higher than `above` and than that of any that was begun before;
    /// durable when it returns. A number whose journal never comes about harms nobody: it is not used again.
    ///
    /// # Errors
    /// What the key store says.
    pub fn begin_journal(&self, above: u32, chance: &Chance) -> Result<u32, VaultError> {
        let number = self.latest_journal()?.max(above).saturating_add(1);
        let mut store = self.store()?;
        let tx = store.transaction_with_behavior(TransactionBehavior::Immediate).map_err(VaultError::at("begin"))?;
        masters::make(&tx, self.custodian.as_ref(), tables::generation(&tx)?, &label(number), chance)?;
        tx.commit().map_err(VaultError::at("commit"))?;
        Ok(number)
    }
}
