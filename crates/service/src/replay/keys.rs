//! The key store against the rows: what can be read has its key, and what is gone has none.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use fairfile_domain::day::Day;
use fairfile_domain::id::SealKeyId;
use fairfile_store::Value;
use fairfile_vault::Keyring;

use super::ReplayError;
use super::cells::{Cell, RowKey};
use super::finding::{DAMAGED_KEY, LEFT_KEY, LOST_KEY};
use super::rows::Straight;
use super::state::State;
use super::tables::Table;

/// Keys that are read at once.
const AT_ONCE: u32 = 10_000;

/// A row whose key is not as it should be: table, key, the column that names the key, and the code.
pub(super) type Astray = (Table, RowKey, &'static str, &'static str);

/// How many records there are of which the journal says that their content is gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) destroyed: u64,
    pub(super) withdrawn: u64,
}

/// Compares the key store with what the journal says of records, people, batches and notices.
pub(super) fn compare(
    state: &State,
    keyring: &Keyring,
    sure_today: Option<Day>,
) -> Result<(Gone, Vec<Astray>), ReplayError> {
    let ring = Ring::read(state, keyring, sure_today)?;
    let mut astray = Vec::new();
    for (table, column) in
        [(Table::Subject, "key_id"), (Table::Batch, "evidence_key_id"), (Table::Notice, "evidence_key_id")]
    {
        let (position, nothing) = (table.position(column), state.rows.cells.cell(Value::Null));
        for (key, row) in state.rows.of(table).iter().filter(|(_, row)| row[position] != nothing) {
            if let Some(code) = ring.unusable(row[position]) {
                astray.push((table, *key, column, code));
            }
        }
    }
    let gone = ring.records(state, &mut astray);
    Ok((gone, astray))
}

/// Keys, as the cells that rows have of them.
type Keys = HashSet<Cell, BuildHasherDefault<Straight>>;

struct Ring {
    kept: Keys,
    /// Keys that are kept and do not open.
    damaged: Keys,
    /// Keys that are marked for death: a commit has replaced what they seal, or was about to.
    doomed: Keys,
    /// Keys of the ledger.
    destroyed: Keys,
    /// The last day that has surely come, if a destruction may have been cut off before it was noted: then the root key
    /// has not moved on since.
    cut_off_on: Option<i64>,
}

impl Ring {
    fn read(state: &State, keyring: &Keyring, sure_today: Option<Day>) -> Result<Self, ReplayError> {
        let cells = &state.rows.cells;
        let cell = |key: &SealKeyId| cells.cell(Value::Bytes(key.as_bytes()));
        let (mut kept, mut damaged) = (Keys::default(), Keys::default());
        let mut after = None;
        loop {
            let some = keyring.check_kept(after, AT_ONCE)?;
            kept.extend(some.iter().map(|key| cell(&key.id)));
            damaged.extend(some.iter().filter(|key| !key.opens).map(|key| cell(&key.id)));
            after = some.last().map(|key| key.id);
            if after.is_none() {
                break;
            }
        }
        let mut destroyed = Keys::default();
        let mut after = None;
        loop {
            let some = keyring.list_destroyed(after, AT_ONCE)?;
            destroyed.extend(some.iter().map(cell));
            after = some.last().copied();
            if after.is_none() {
                break;
            }
        }
        let is_advance_due = keyring.is_advance_due()?;
        let doomed = keyring.list_doomed()?.iter().map(|(key, _, _)| cell(key)).collect();
        let cut_off_on = sure_today.filter(|_| is_advance_due).map(|day| i64::from(day.epoch_day()));
        Ok(Self { kept, damaged, doomed, destroyed, cut_off_on })
    }

    fn records(&self, state: &State, astray: &mut Vec<Astray>) -> Gone {
        let word = |word: &'static str| state.rows.cells.cell(Value::Text(word));
        let (destroyed, withdrawn) = (word("destroyed"), word("withdrawn"));
        let position = |column| Table::Record.position(column);
        let (key_id, in_state, until) = (position("key_id"), position("state"), position("retained_until"));
        let mut gone = Gone::default();
        for (key, row) in state.rows.of(Table::Record).iter() {
            let (is_kept, is_destroyed) = (self.kept.contains(&row[key_id]), row[in_state] == destroyed);
            let is_withdrawn = row[in_state] == withdrawn;
            gone.destroyed += u64::from(is_destroyed);
            gone.withdrawn += u64::from(is_withdrawn);
            if is_destroyed || is_withdrawn {
                // Cut off between the commit and the destruction, the next start of the node ends it.
                if is_kept && !self.doomed.contains(&row[key_id]) {
                    astray.push((Table::Record, *key, "key_id", LEFT_KEY));
                }
            } else if let Some(code) = self.unusable(row[key_id])
                && !self.is_noted_next(row[key_id], row[until].cast_signed())
            {
                astray.push((Table::Record, *key, "key_id", code));
            }
        }
        gone
    }

    /// What keeps a key from opening what it has sealed.
    fn unusable(&self, key: Cell) -> Option<&'static str> {
        match (self.kept.contains(&key), self.damaged.contains(&key)) {
            (false, _) => Some(LOST_KEY),
            (true, true) => Some(DAMAGED_KEY),
            (true, false) => None,
        }
    }

    /// Whether a key was destroyed by a calendar run that was cut off before it was noted: the next run notes it. A run
    /// that came to its end has noted all, and moved the root key on.
    fn is_noted_next(&self, key: Cell, retained_until: i64) -> bool {
        self.destroyed.contains(&key) && self.cut_off_on.is_some_and(|today| retained_until < today)
    }
}
