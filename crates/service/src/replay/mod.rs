//! The state is the fold of the journal: every row of every table is told again from the leaves, and compared.
//!
//! One consistent moment of the database is read in this order: the leaves, their tree and their events; the looks,
//! whose events lie sealed with the person and are opened by the vault; then all rows of all tables, and beside them the keys.
//! Nothing is written to the database, and nothing that a row holds is ever told: a finding names table, key and column.
//!
//! The fold needs room: up to 1.2 KiB for a person with a record, and 0.3 KiB for a look. Keys are compared as they are
//! while the rows are: on a node that destroys keys at the same moment, a key may seem lost.
//!
//! Read `fold.rs` first, for what each event does.

mod against;
mod cells;
mod compare;
mod finding;
mod fold;
mod keys;
mod leaves;
mod looks;
mod messages;
mod node;
mod office;
mod ready;
mod relay;
mod rows;
mod sign_in;
mod state;
mod state_file;
mod tables;
mod taken_over;
mod told;

use std::collections::BTreeMap;
use std::path::Path;

use fairfile_domain::day::{Day, Zone};
use fairfile_proof::merkle::Hash;
use fairfile_store::table::{Shape, shapes};
use fairfile_store::{Snapshot, StoreError, Wrong, strays};
use fairfile_vault::{Vault, VaultError};

use crate::registry::RegistryError;

pub use against::Fits;
use cells::Cells;
use finding::MISSING;
pub use finding::{CODES, Finding, Findings};
use keys::Astray;
pub use node::NodeUnderCheck;
use state::State;
use tables::{LEAF, Table};
pub use taken_over::OLDER;
pub(crate) use taken_over::take_over;

/// The replay could not be carried to its end; what it is about may hold or not.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The node does not say what it is.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The table of the journal's leaves is not there.
    #[error("table {0} is missing: there is nothing to replay; restore the last backup of the data")]
    NoTable(&'static str),
    /// What was folded could not be kept.
    #[error(
        "what was replayed could not be kept in the node's folder; the verdict is lost, make room and run it again"
    )]
    Remember(#[source] std::io::Error),
    /// One half of the work ended before the other.
    #[error("the replay was interrupted; run it again")]
    Interrupted,
}

/// What is known of a node beside its database.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside {
    /// How large the largest journal was that was signed, and its root: the high-water mark.
    pub mark: Option<(u64, Hash)>,
    /// The last day that has certainly come.
    pub sure_today: Option<Day>,
}

/// What a replay says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether all of it holds.
    pub holds: bool,
    /// How many leaves the journal has.
    pub leaves: u64,
    /// The root over them.
    pub root: Hash,
    /// The first leaf that was folded anew; all before it had been, and are what they were.
    pub replayed_from: u64,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Records whose content was destroyed, as the journal says.
    pub destroyed: u64,
    /// Records that were withdrawn and are not destroyed.
    pub withdrawn: u64,
    /// Entries of an earlier program, which no event explains; what rows there were when this one took the node over is
    /// explained all the same.
    pub older: u64,
    /// What does not hold.
    pub findings: Findings,
}

/// Replays the whole journal.
///
/// # Errors
/// [`ReplayError`], if it could not be carried to its end.
pub fn verify(snapshot: &mut Snapshot<'_>, vault: &Vault, beside: Beside) -> Result<Verdict, ReplayError> {
    replay(snapshot, vault, beside, None).map(|replayed| replayed.0)
}

/// Replays the journal from where the file `remembered` has it; from its beginning if there is none that is sound, if
/// this is another journal, or if anything does not hold: then the whole fold is needed to name it.
fn replay(
    snapshot: &mut Snapshot<'_>,
    vault: &Vault,
    beside: Beside,
    remembered: Option<&Path>,
) -> Result<(Verdict, State), ReplayError> {
    let hashes = vault.keyring().hashes();
    let cells = Cells::of(hashes);
    // One that cannot be read is found when the settings are compared; until then no month can be told.
    let zone =
        fairfile_store::node::find_setting(snapshot, "zone").ok().flatten().and_then(|name| Zone::named(&name).ok());
    let replay = Replay { vault, zone, beside, shapes: shapes(snapshot)? };
    if let Some(state) = remembered.and_then(|path| state_file::read(path, cells.clone(), hashes)) {
        let (verdict, state) = replay.run(snapshot, state)?;
        if verdict.holds {
            return Ok((verdict, state));
        }
    }
    replay.run(snapshot, State::before_all(cells))
}

/// A replay about to be run.
struct Replay<'v> {
    vault: &'v Vault,
    zone: Option<Zone>,
    beside: Beside,
    shapes: Vec<Shape>,
}

impl Replay<'_> {
    fn shape(&self, name: &'static str) -> Result<&Shape, ReplayError> {
        self.shapes.iter().find(|shape| shape.name == name).ok_or(ReplayError::NoTable(name))
    }

    /// Folds what `state` has not folded yet, and compares everything.
    fn run(&self, snapshot: &mut Snapshot<'_>, mut state: State) -> Result<(Verdict, State), ReplayError> {
        let replayed_from = state.size;
        let mut findings = Findings::default();
        let journal = self.fold(snapshot, &mut state, &mut findings)?;
        let (compared, ring) = std::thread::scope(|scope| {
            let ring = scope.spawn(|| keys::compare(&state, self.vault.keyring(), self.beside.sure_today));
            let compared = compare::all(snapshot, &self.shapes, (&state, &journal), &mut findings);
            (compared, ring.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let (compared, (gone, astray)) = (compared?, ring?);
        for stray in strays(snapshot)? {
            let (name, code) = match stray.wrong {
                Wrong::NoneOfOurs => (compare::table_name(&stray.name), finding::STRANGER),
                Wrong::Lacking => (stray.name, finding::LACKING),
            };
            findings.add(&compare::table_name(&stray.table), name, None, code);
        }
        let missing = compared.missing.into_iter().map(|(table, key)| (table, key, None, MISSING));
        let astray = astray.into_iter().map(|(table, key, column, code): Astray| (table, key, Some(column), code));
        self.name(snapshot, missing.chain(astray).collect(), &mut findings)?;
        let verdict = Verdict {
            holds: findings.count == 0 && journal.extends,
            leaves: journal.size,
            root: journal.root,
            replayed_from,
            rows: compared.rows,
            destroyed: gone.destroyed,
            withdrawn: gone.withdrawn,
            older: journal.older,
            findings,
        };
        Ok((verdict, state))
    }

    fn fold(
        &self,
        snapshot: &mut Snapshot<'_>,
        state: &mut State,
        findings: &mut Findings,
    ) -> Result<leaves::Journal, ReplayError> {
        let (hashes, mark) = (self.vault.keyring().hashes(), self.beside.mark);
        let mut journal = leaves::read(snapshot, self.shape(LEAF)?, (state, findings), hashes, mark)?;
        let (look, subject) = (Table::Look.known().name, Table::Subject.known().name);
        let tables = (self.shape(look)?, self.shape(subject)?);
        looks::read(snapshot, tables, (state, &mut journal, findings), (self.vault, self.zone.as_ref()))?;
        Ok(journal)
    }

    /// Adds findings of rows that only the journal knows: it is folded once more to read their keys.
    fn name(
        &self,
        snapshot: &mut Snapshot<'_>,
        mut rows: Vec<(Table, cells::RowKey, Option<&'static str>, &'static str)>,
        findings: &mut Findings,
    ) -> Result<(), ReplayError> {
        if rows.is_empty() || !findings.has_room() {
            findings.more(rows.len() as u64);
            return Ok(());
        }
        rows.sort_unstable();
        let wanted = rows.iter().map(|row| ((row.0, row.1), None)).collect();
        let mut again = State::reading_names(Cells::of(self.vault.keyring().hashes()), wanted);
        self.fold(snapshot, &mut again, &mut Findings::default())?;
        for (table, key, column, code) in rows {
            let name = again.rows.names.get(&(table, key)).cloned().flatten();
            findings.add(table.known().name, name.unwrap_or_default(), column, code);
        }
        Ok(())
    }
}
