//! Batches: what was handed in, what became of each row, and the receipt that never changes.

use fairfile_domain::actor::Hand;
use fairfile_domain::id::{BatchId, EventId, ItemCode, MemberCode, SealKeyId};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static BATCH: Table = Table {
    name: "batch",
    columns: &[
        ("batch_id", Column::Bytes),
        ("member", Column::Text),
        ("item", Column::Text),
        ("item_version", Column::Whole),
        ("digest", Column::Bytes),
        ("state", Column::Text),
        ("received", Column::Whole),
        ("accepted", Column::Whole),
        ("rejected", Column::Whole),
        ("duplicate", Column::Whole),
        ("quarantined", Column::Whole),
        ("received_at", Column::Whole),
        ("key_code", Column::Text),
        ("evidence_key_id", Column::Bytes),
        ("sealed", Column::Bytes),
        ("evidence_hash", Column::Bytes),
        ("leaf_index", Column::Whole),
        ("kind", Column::Text),
        ("officer", Column::Text),
    ],
};
static BATCH_ROW: Table = Table {
    name: "batch_row",
    columns: &[
        ("batch_id", Column::Bytes),
        ("row_number", Column::Whole),
        ("outcome", Column::Text),
        ("code", Column::Text),
        ("input", Column::Text),
        ("other_row", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// New records.
    Records,
    /// Corrections and withdrawals of records on file.
    Corrections,
}

impl FileKind {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Corrections => "corrections",
        }
    }

    /// The kind that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Records, Self::Corrections].into_iter().find(|kind| kind.word() == word)
    }
}

/// What became of the rows of a batch; the four add up to what was received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows received.
    pub received: u64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Rows that were on file already.
    pub duplicate: u64,
    /// Rows that wait for a person's decision.
    pub quarantined: u64,
}

/// A batch as it arrives.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// The batch.
    pub batch: BatchId,
    /// Its source.
    pub member: MemberCode,
    /// Its item.
    pub item: ItemCode,
    /// The version of the item that applies to it.
    pub item_version: u32,
    /// The keyed digest of its rows, whatever their order.
    pub digest: [u8; 32],
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// By whose hand the source handed it in.
    pub hand: Hand,
    /// The key that the evidence is sealed under.
    pub evidence_key: SealKeyId,
    /// What shows that the source did it, sealed: a signed text and its signature are oracles for guesses of the file.
    pub sealed: Vec<u8>,
    /// The keyed hash of the evidence.
    pub evidence_hash: [u8; 32],
    /// What the file holds.
    pub kind: FileKind,
}

/// A batch on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOnFile {
    /// The batch.
    pub batch: BatchId,
    /// Its source.
    pub member: MemberCode,
    /// Its item.
    pub item: ItemCode,
    /// The version of the item that applies to it.
    pub item_version: u32,
    /// Whether all of it has been taken in.
    pub taken: bool,
    /// What became of its rows.
    pub counts: Counts,
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// When all of it had been taken in, in microseconds, and the journal index that says so.
    pub taken_at: Option<(i64, u64)>,
    /// The keyed digest of its rows.
    pub digest: [u8; 32],
    /// The keyed hash of what shows that the source did it.
    pub evidence_hash: [u8; 32],
    /// By whose hand the source handed it in.
    pub hand: Hand,
    /// What the file held.
    pub kind: FileKind,
}

/// A row that was not accepted: where, what and why, no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOnFile {
    /// Its number, the heading being row 1.
    pub row: u32,
    /// `rejected`, `duplicate` or `quarantined`.
    pub outcome: String,
    /// The code of the reason.
    pub code: String,
    /// The input that is wrong.
    pub input: Option<String>,
    /// The row that a duplicate repeats, where it is of the same batch.
    pub other_row: Option<u32>,
}

fn on_file(row: &Row<'_>) -> Result<BatchOnFile, StoreError> {
    let table = "batch";
    let bad = |column| move |_| StoreError::BadRow { table: "batch", column, expected: "expected a code" };
    let count = |column, position| row.whole(table, column, position).map(|whole| whole as u64);
    Ok(BatchOnFile {
        batch: BatchId::from_bytes(row.exactly(table, "batch_id", 0)?),
        member: row.text(table, "member", 1)?.parse().map_err(bad("member"))?,
        item: row.text(table, "item", 2)?.parse().map_err(bad("item"))?,
        item_version: row.count(table, "item_version", 3)?,
        taken: row.text(table, "state", 4)? == "taken",
        counts: Counts {
            received: count("received", 5)?,
            accepted: count("accepted", 6)?,
            rejected: count("rejected", 7)?,
            duplicate: count("duplicate", 8)?,
            quarantined: count("quarantined", 9)?,
        },
        received_at: row.whole(table, "received_at", 10)?,
        taken_at: match (row.maybe_whole(table, "taken_at", 11)?, row.maybe_whole(table, "taken_leaf", 12)?) {
            (Some(at), Some(leaf)) => Some((at, leaf as u64)),
            _ => None,
        },
        digest: row.exactly(table, "digest", 13)?,
        evidence_hash: row.exactly(table, "evidence_hash", 14)?,
        hand: match row.maybe_text(table, "officer", 17)? {
            Some(officer) => Hand::Officer(officer.parse().map_err(bad("officer"))?),
            None => Hand::Key(row.text(table, "key_code", 15)?.parse().map_err(bad("key_code"))?),
        },
        kind: FileKind::find(&row.text(table, "kind", 16)?).ok_or(StoreError::BadRow {
            table,
            column: "kind",
            expected: "expected `records` or `corrections`",
        })?,
    })
}

/// The batch with these rows, in whatever order and under whatever name they came.
pub fn find_by_digest(tx: &mut impl Read, digest: &[u8; 32]) -> Result<Option<BatchOnFile>, StoreError> {
    const SQL: &str = "
        SELECT batch_id, member, item, item_version, state, received, accepted, rejected, duplicate,
               quarantined, received_at, taken_at, taken_leaf, digest, evidence_hash, key_code,
               kind, officer
          FROM batch WHERE digest = $1";
    tx.first("batch::find_by_digest", SQL, &[digest.into()], on_file)
}

/// The batch, if it is one of this member's.
pub fn find(tx: &mut impl Read, batch: BatchId, member: &MemberCode) -> Result<Option<BatchOnFile>, StoreError> {
    const SQL: &str = "
        SELECT batch_id, member, item, item_version, state, received, accepted, rejected, duplicate,
               quarantined, received_at, taken_at, taken_leaf, digest, evidence_hash, key_code,
               kind, officer
          FROM batch WHERE batch_id = $1 AND member = $2";
    tx.first("batch::find", SQL, &[batch.as_bytes().into(), member.as_str().into()], on_file)
}

/// Batches that were begun and not taken in to their end, oldest first: `doctor` tells of them.
pub fn list_arriving(tx: &mut impl Read) -> Result<Vec<BatchOnFile>, StoreError> {
    const SQL: &str = "
        SELECT batch_id, member, item, item_version, state, received, accepted, rejected, duplicate,
               quarantined, received_at, taken_at, taken_leaf, digest, evidence_hash, key_code,
               kind, officer
          FROM batch WHERE state = 'arriving' ORDER BY received_at, batch_id";
    tx.all("batch::list_arriving", SQL, &[], on_file)
}

/// Notes that a batch is arriving; none of it is on display yet.
pub fn begin(tx: &mut WriteTx<'_>, new: &NewBatch, leaf: u64) -> Result<(), StoreError> {
    let none = Value::Whole(0);
    let (key, officer) = match &new.hand {
        Hand::Key(key) => (key.as_str(), None),
        Hand::Officer(officer) => ("", Some(officer.as_str())),
    };
    let row: Vec<Value<'_>> = vec![
        new.batch.as_bytes().into(),
        new.member.as_str().into(),
        new.item.as_str().into(),
        new.item_version.into(),
        (&new.digest).into(),
        "arriving".into(),
        none,
        none,
        none,
        none,
        none,
        new.received_at.into(),
        key.into(),
        new.evidence_key.as_bytes().into(),
        new.sealed.as_slice().into(),
        (&new.evidence_hash).into(),
        Value::Whole(leaf as i64),
        new.kind.word().into(),
        officer.into(),
    ];
    tx.insert(&BATCH, &[row])
}

/// Notes rows of a batch that were not accepted.
pub fn add_rows(tx: &mut WriteTx<'_>, batch: BatchId, rows: &[RowOnFile], leaf: u64) -> Result<(), StoreError> {
    let values: Vec<Vec<Value<'_>>> = rows
        .iter()
        .map(|row| {
            vec![
                batch.as_bytes().into(),
                row.row.into(),
                row.outcome.as_str().into(),
                row.code.as_str().into(),
                row.input.as_deref().into(),
                row.other_row.into(),
                Value::Whole(leaf as i64),
            ]
        })
        .collect();
    tx.insert(&BATCH_ROW, &values)
}

/// The rows of a batch that were not accepted, after row `after`, at most `most` of them.
pub fn list_rows(tx: &mut impl Read, batch: BatchId, after: u32, most: u32) -> Result<Vec<RowOnFile>, StoreError> {
    const SQL: &str = "
        SELECT row_number, outcome, code, input, other_row FROM batch_row
         WHERE batch_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3";
    tx.all("batch::list_rows", SQL, &[batch.as_bytes().into(), after.into(), most.into()], row_on_file)
}

fn row_on_file(row: &Row<'_>) -> Result<RowOnFile, StoreError> {
    let table = "batch_row";
    let other = row.maybe_whole(table, "other_row", 4)?;
    Ok(RowOnFile {
        row: row.count(table, "row_number", 0)?,
        outcome: row.text(table, "outcome", 1)?,
        code: row.text(table, "code", 2)?,
        input: row.maybe_text(table, "input", 3)?,
        other_row: other.and_then(|other| u32::try_from(other).ok()),
    })
}

/// Rows of a batch that have the same thing wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowGroup {
    /// `rejected`, `duplicate` or `quarantined`.
    pub outcome: String,
    /// The code of the reason.
    pub code: String,
    /// The input that is wrong.
    pub input: Option<String>,
    /// How many rows.
    pub rows: u64,
}

/// The rows of a batch that were not accepted, counted by what is wrong with them: the most first.
pub fn list_row_groups(tx: &mut impl Read, batch: BatchId) -> Result<Vec<RowGroup>, StoreError> {
    const SQL: &str = "
        SELECT outcome, code, input, COUNT(*) FROM batch_row WHERE batch_id = $1
         GROUP BY outcome, code, input ORDER BY COUNT(*) DESC, code, input";
    let table = "batch_row";
    tx.all("batch::list_row_groups", SQL, &[batch.as_bytes().into()], |row| {
        Ok(RowGroup {
            outcome: row.text(table, "outcome", 0)?,
            code: row.text(table, "code", 1)?,
            input: row.maybe_text(table, "input", 2)?,
            rows: row.whole(table, "count", 3)? as u64,
        })
    })
}

/// The rows of a batch with this thing wrong with them, after row `after`, at most `most` of them.
pub fn list_rows_of_group(
    tx: &mut impl Read,
    batch: BatchId,
    (code, input): (&str, Option<&str>),
    after: u32,
    most: u32,
) -> Result<Vec<RowOnFile>, StoreError> {
    const SQL: &str = "
        SELECT row_number, outcome, code, input, other_row FROM batch_row
         WHERE batch_id = $1 AND code = $2 AND COALESCE(input, '') = $3 AND row_number > $4
         ORDER BY row_number LIMIT $5";
    let bound = [batch.as_bytes().into(), code.into(), input.unwrap_or_default().into(), after.into(), most.into()];
    tx.all("batch::list_rows_of_group", SQL, &bound, row_on_file)
}

/// The batches of one member that were taken in or are arriving, newest first, at most `most` of them: those before
/// `before`, which is named by when it was received and by its id.
pub fn list_of_member(
    tx: &mut impl Read,
    member: &MemberCode,
    before: Option<(i64, BatchId)>,
    most: u32,
) -> Result<Vec<BatchOnFile>, StoreError> {
    const SQL: &str = "
        SELECT batch_id, member, item, item_version, state, received, accepted, rejected, duplicate,
               quarantined, received_at, taken_at, taken_leaf, digest, evidence_hash, key_code,
               kind, officer
          FROM batch
         WHERE member = $1 AND state <> 'given-way'
           AND (received_at < $2 OR (received_at = $2 AND batch_id < $3))
         ORDER BY received_at DESC, batch_id DESC LIMIT $4";
    let (at, id) = before.unwrap_or((i64::MAX, BatchId::from_bytes([0xff; 16])));
    tx.all(
        "batch::list_of_member",
        SQL,
        &[member.as_str().into(), at.into(), id.as_bytes().into(), most.into()],
        on_file,
    )
}

/// Begins an interrupted batch again: its rows that were not accepted and its counts are taken anew.
pub fn restart(tx: &mut WriteTx<'_>, batch: BatchId) -> Result<(), StoreError> {
    const ROWS: &str = "DELETE FROM batch_row WHERE batch_id = $1";
    const COUNTS: &str = "
        UPDATE batch SET state = 'arriving', received = 0, accepted = 0, rejected = 0, duplicate = 0, quarantined = 0
         WHERE batch_id = $1";
    tx.run("batch::restart_rows", ROWS, &[batch.as_bytes().into()])?;
    tx.run("batch::restart_counts", COUNTS, &[batch.as_bytes().into()]).map(|_| ())
}

/// Notes that a batch that was cut off has given way: nothing of it is left but that it came.
pub fn give_way(tx: &mut WriteTx<'_>, batch: BatchId) -> Result<(), StoreError> {
    const ROWS: &str = "DELETE FROM batch_row WHERE batch_id = $1";
    const STATE: &str = "
        UPDATE batch SET state = 'given-way', received = 0, accepted = 0, rejected = 0, duplicate = 0, quarantined = 0
         WHERE batch_id = $1";
    tx.run("batch::give_way_rows", ROWS, &[batch.as_bytes().into()])?;
    tx.run("batch::give_way_state", STATE, &[batch.as_bytes().into()]).map(|_| ())
}

/// Adds to the counts of an arriving batch.
pub fn add_counts(tx: &mut WriteTx<'_>, batch: BatchId, more: Counts) -> Result<(), StoreError> {
    const SQL: &str = "
        UPDATE batch SET received = received + $1, accepted = accepted + $2, rejected = rejected + $3,
               duplicate = duplicate + $4, quarantined = quarantined + $5
         WHERE batch_id = $6";
    let whole = |count: u64| Value::Whole(count as i64);
    let bound = [
        whole(more.received),
        whole(more.accepted),
        whole(more.rejected),
        whole(more.duplicate),
        whole(more.quarantined),
        batch.as_bytes().into(),
    ];
    tx.run("batch::add_counts", SQL, &bound).map(|_| ())
}

/// Notes that all of a batch has been taken in: from this commit on its records are on file.
pub fn take(tx: &mut WriteTx<'_>, batch: BatchId, at: i64, leaf: u64) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE batch SET state = 'taken', taken_at = $1, taken_leaf = $2 WHERE batch_id = $3";
    tx.run("batch::take", SQL, &[at.into(), Value::Whole(leaf as i64), batch.as_bytes().into()]).map(|_| ())
}

/// What a caller did under an idempotency key: the hash of the body, and the event that it became.
pub fn find_idempotent(
    tx: &mut impl Read,
    caller: &str,
    key: &[u8; 32],
) -> Result<Option<([u8; 32], EventId)>, StoreError> {
    const SQL: &str = "SELECT body_hash, event_id FROM idempotency WHERE caller = $1 AND key_hash = $2";
    tx.first("batch::find_idempotent", SQL, &[caller.into(), key.into()], |row| {
        let event = EventId::from_bytes(row.exactly("idempotency", "event_id", 1)?);
        Ok((row.exactly("idempotency", "body_hash", 0)?, event))
    })
}
