//! The ratchet: after a destruction the root key moves on, and every earlier copy of the key store is dead.
//!
//! A copy of the key store, made while a key lived, has it wrapped under its month's key, and that one wrapped under
//! the root key of the time. So two things must go: the root key of the time, for whoever puts the copy in place; and
//! the month's key, for whoever takes one row out of the copy and unwraps it with what is on file today.

use fairfile_domain::id::SealKeyId;
use fairfile_store::faults::{self, Step};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::error::VaultError;
use crate::keyring::{Keyring, Month, OpenKey};
use crate::seal::{open_bytes, seal_bytes};
use crate::tables;

/// Keys wrapped anew before the next are read.
const AT_ONCE: u32 = 1_000;

impl Keyring {
    /// Whether keys were destroyed since the root key last moved on, or it could not move: [`Keyring::advance`] is due.
    pub fn is_advance_due(&self) -> Result<bool, VaultError> {
        let wrapped_under = tables::generation(&*self.store()?)?;
        Ok(self.custodian.generation()? != wrapped_under || self.count_of("SELECT COUNT(*) FROM worn_month")? > 0)
    }

    /// Moves on to the next root key, and gives its generation.
    ///
    /// Months of which a key was destroyed get a new key, and what lives under it is wrapped anew; then all that the
    /// custodian wraps is wrapped under the next root key: one transaction. Only after it the custodian moves. Cut off
    /// in between, the next opening of the key store moves it; the custodian is never ahead.
    ///
    /// Looks go on meanwhile; keeping and destroying wait.
    pub fn advance(&self, chance: &Chance) -> Result<u64, VaultError> {
        let mut store = self.store()?;
        let tx = store.transaction_with_behavior(TransactionBehavior::Immediate).map_err(VaultError::at("begin"))?;
        let turn = Turn { keyring: self, store: &tx, from: tables::generation(&tx)?, chance };
        turn.rewrap_masters()?;
        turn.rewrap_months()?;
        let to = turn.to();
        tables::set_generation(&tx, to)?;
        tx.commit().map_err(VaultError::at("commit"))?;
        faults::step(Step::Rewrapped);
        self.forget_months()?;
        // Before the log is cleared: what it still holds is dead without the root key that is given up here.
        self.custodian.advance(to)?;
        faults::step(Step::Advanced);
        tables::clear_log(&store)?;
        Ok(to)
    }
}

/// One turn of the ratchet, inside its transaction.
struct Turn<'t> {
    keyring: &'t Keyring,
    store: &'t Connection,
    from: u64,
    chance: &'t Chance,
}

impl Turn<'_> {
    fn to(&self) -> u64 {
        self.from + 1
    }

    fn rewrap_masters(&self) -> Result<(), VaultError> {
        for (label, wrapped) in self.rows::<String>("SELECT label, wrapped FROM master_key")? {
            let key = Zeroizing::new(self.keyring.custodian.unwrap(self.from, &label, &wrapped)?);
            let wrapped = self.keyring.custodian.wrap(self.to(), &label, &key, self.chance.bytes()?)?;
            self.run("UPDATE master_key SET wrapped = ?2 WHERE label = ?1", params![label, wrapped])?;
        }
        Ok(())
    }

    fn rewrap_months(&self) -> Result<(), VaultError> {
        let mut worn = Vec::new();
        for (month, wrapped) in self.rows::<i64>("SELECT month, wrapped FROM month_key")? {
            let month = Month(month);
            let mut key = OpenKey(self.keyring.custodian.unwrap(self.from, &month.label(), &wrapped)?);
            if self.is_worn(month)? {
                let new = OpenKey(self.chance.bytes()?);
                worn.push((month, std::mem::replace(&mut key, new.clone()), new));
            }
            let wrapped = self.keyring.custodian.wrap(self.to(), &month.label(), &key.0, self.chance.bytes()?)?;
            self.run("UPDATE month_key SET wrapped = ?2 WHERE month = ?1", params![month.0, wrapped])?;
        }
        if !worn.is_empty() {
            self.rewrap_contents(&worn)?;
            self.run("DELETE FROM worn_month", params![])?;
        }
        Ok(())
    }

    fn is_worn(&self, month: Month) -> Result<bool, VaultError> {
        let find = "SELECT 1 FROM worn_month WHERE month = ?1";
        let found = self.store.query_row(find, params![month.0], |_| Ok(())).optional();
        found.map(|found| found.is_some()).map_err(VaultError::at("month"))
    }

    /// Wraps every living key of the worn months under its month's new key, a stretch at a time.
    fn rewrap_contents(&self, worn: &[(Month, OpenKey, OpenKey)]) -> Result<(), VaultError> {
        const LIST: &str = "
            SELECT key_id, month, wrapped FROM content_key
             WHERE key_id > ?1 AND month IN (SELECT month FROM worn_month) ORDER BY key_id LIMIT ?2";
        let mut after: Vec<u8> = Vec::new();
        loop {
            let stretch: Vec<([u8; 16], i64, Vec<u8>)> = self
                .store
                .prepare_cached(LIST)
                .and_then(|mut list| {
                    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
                    list.query_map(params![after, AT_ONCE], row)?.collect()
                })
                .map_err(VaultError::at("advance"))?;
            let Some((last, ..)) = stretch.last() else { return Ok(()) };
            after = last.to_vec();
            for (id, month, wrapped) in stretch {
                let (_, old, new) = worn.iter().find(|worn| worn.0 == Month(month)).ok_or(VaultError::Lost)?;
                let wrapped = self.rewrapped(SealKeyId::from_bytes(id), old, new, &wrapped)?;
                self.run("UPDATE content_key SET wrapped = ?2 WHERE key_id = ?1", params![id, wrapped])?;
            }
        }
    }

    fn rewrapped(&self, id: SealKeyId, old: &OpenKey, new: &OpenKey, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = Zeroizing::new(open_bytes(&old.0, id.as_bytes(), wrapped)?);
        seal_bytes(&new.0, id.as_bytes(), &key, self.chance.bytes()?)
    }

    /// The few rows of a table that the custodian wraps.
    fn rows<K: rusqlite::types::FromSql>(&self, sql: &str) -> Result<Vec<(K, Vec<u8>)>, VaultError> {
        let rows = self
            .store
            .prepare(sql)
            .and_then(|mut list| list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect());
        rows.map_err(VaultError::at("advance"))
    }

    fn run(&self, sql: &str, bound: impl rusqlite::Params) -> Result<(), VaultError> {
        let mut statement = self.store.prepare_cached(sql).map_err(VaultError::at("advance"))?;
        statement.execute(bound).map_err(VaultError::at("advance"))?;
        Ok(())
    }
}
