//! What one registrar proposes and another decides.

use fairfile_domain::id::{ProposalId, StaffCode};
use fairfile_domain::proposal::{Act, State};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static PROPOSAL: Table = Table {
    name: "proposal",
    columns: &[
        ("proposal_id", Column::Bytes),
        ("act", Column::Text),
        ("matter", Column::Text),
        ("text", Column::Text),
        ("because", Column::Text),
        ("proposed_by", Column::Text),
        ("proposed_at", Column::Whole),
        ("state", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};

/// A proposal as it lies on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// What is proposed.
    pub act: Act,
    /// For whom or what, by code.
    pub matter: String,
    /// The whole of it, word for word: an item file, or what is registered; empty where act and matter say it all.
    pub text: String,
    /// Why.
    pub because: String,
    /// Who proposed it.
    pub proposed_by: StaffCode,
    /// When, in microseconds.
    pub proposed_at: i64,
    /// How far it is.
    pub state: State,
    /// Who decided it, and why, if somebody has.
    pub decision: Option<Decision>,
    /// Its journal index.
    pub leaf: u64,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// By whom.
    pub by: StaffCode,
    /// When, in microseconds.
    pub at: i64,
    /// Why; empty where the proposal's own reason holds.
    pub because: String,
    /// Its journal index.
    pub leaf: u64,
}

fn on_file(row: &Row<'_>) -> Result<Proposal, StoreError> {
    let table = "proposal";
    let bad = |column, expected| StoreError::BadRow { table: "proposal", column, expected };
    let staff = |text: String, column| text.parse().map_err(|_| bad(column, "expected a code"));
    let decision = match (row.maybe_text(table, "decided_by", 8)?, row.maybe_whole(table, "decided_at", 9)?) {
        (Some(by), Some(at)) => Some(Decision {
            by: staff(by, "decided_by")?,
            at,
            because: row.text(table, "decided_because", 10)?,
            leaf: row.whole(table, "decided_leaf", 11)?.cast_unsigned(),
        }),
        _ => None,
    };
    Ok(Proposal {
        id: ProposalId::from_bytes(row.exactly(table, "proposal_id", 0)?),
        act: Act::find(&row.text(table, "act", 1)?).ok_or_else(|| bad("act", "expected an act"))?,
        matter: row.text(table, "matter", 2)?,
        text: row.text(table, "text", 3)?,
        because: row.text(table, "because", 4)?,
        proposed_by: staff(row.text(table, "proposed_by", 5)?, "proposed_by")?,
        proposed_at: row.whole(table, "proposed_at", 6)?,
        state: State::find(&row.text(table, "state", 7)?).ok_or_else(|| bad("state", "expected a state"))?,
        decision,
        leaf: row.whole(table, "leaf_index", 12)?.cast_unsigned(),
    })
}

/// Keeps a proposal that is open.
pub fn add(tx: &mut WriteTx<'_>, new: &Proposal) -> Result<(), StoreError> {
    let row = vec![
        new.id.as_bytes().into(),
        new.act.word().into(),
        new.matter.as_str().into(),
        new.text.as_str().into(),
        new.because.as_str().into(),
        new.proposed_by.as_str().into(),
        new.proposed_at.into(),
        new.state.word().into(),
        Value::Whole(new.leaf.cast_signed()),
    ];
    tx.insert(&PROPOSAL, &[row])
}

/// The proposal of this id.
pub fn find(tx: &mut impl Read, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
    const SQL: &str = "
        SELECT proposal_id, act, matter, text, because, proposed_by, proposed_at, state, decided_by, decided_at,
               decided_because, decided_leaf, leaf_index
          FROM proposal WHERE proposal_id = $1";
    tx.first("proposal::find", SQL, &[id.as_bytes().into()], on_file)
}

/// Up to `most` proposals before the journal index `before`, the latest first.
pub fn list_before(tx: &mut impl Read, before: u64, most: u32) -> Result<Vec<Proposal>, StoreError> {
    const SQL: &str = "
        SELECT proposal_id, act, matter, text, because, proposed_by, proposed_at, state, decided_by, decided_at,
               decided_because, decided_leaf, leaf_index
          FROM proposal WHERE leaf_index < $1 ORDER BY leaf_index DESC LIMIT $2";
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    tx.all("proposal::list_before", SQL, &[before.into(), most.into()], on_file)
}

/// Up to `most` proposals that wait for a second registrar, the oldest first.
pub fn list_open(tx: &mut impl Read, most: u32) -> Result<Vec<Proposal>, StoreError> {
    const SQL: &str = "
        SELECT proposal_id, act, matter, text, because, proposed_by, proposed_at, state, decided_by, decided_at,
               decided_because, decided_leaf, leaf_index
          FROM proposal WHERE state = 'open' ORDER BY leaf_index LIMIT $1";
    tx.all("proposal::list_open", SQL, &[most.into()], on_file)
}

/// Notes what became of an open proposal; false if it is not open any more, and then nothing is changed.
pub fn settle(tx: &mut WriteTx<'_>, id: ProposalId, state: State, decision: &Decision) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE proposal SET state = $1, decided_by = $2, decided_at = $3, decided_because = $4, decided_leaf = $5
         WHERE proposal_id = $6 AND state = 'open'";
    let bound = [
        state.word().into(),
        decision.by.as_str().into(),
        decision.at.into(),
        decision.because.as_str().into(),
        Value::Whole(decision.leaf.cast_signed()),
        id.as_bytes().into(),
    ];
    Ok(tx.run("proposal::settle", SQL, &bound)? == 1)
}
