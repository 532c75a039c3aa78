//! Corrections and withdrawals: which version of a record went, why, and by which row of which file.

use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::id::{BatchId, CorrectionId, LookId, RecordId, SubjectId};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static CORRECTION: Table = Table {
    name: "correction",
    columns: &[
        ("correction_id", Column::Bytes),
        ("record_id", Column::Bytes),
        ("act", Column::Text),
        ("version_before", Column::Whole),
        ("reason", Column::Text),
        ("batch_id", Column::Bytes),
        ("row_number", Column::Whole),
        ("made_at", Column::Whole),
        ("sealed", Column::Bytes),
        ("leaf_index", Column::Whole),
    ],
};

/// A correction or a withdrawal, as it lies on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The correction.
    pub correction: CorrectionId,
    /// The record.
    pub record: RecordId,
    /// What was done to it.
    pub act: Act,
    /// The version that went.
    pub version_before: u32,
    /// Why.
    pub reason: Reason,
    /// The file that brought it.
    pub batch: BatchId,
    /// Its row there.
    pub row: u32,
    /// When it was made, in microseconds.
    pub made_at: i64,
    /// The source's words for the person, sealed under the person's key, if there are any.
    pub sealed: Option<Vec<u8>>,
    /// Its journal index.
    pub leaf: u64,
}

fn on_file(row: &Row<'_>) -> Result<Correction, StoreError> {
    let table = "correction";
    let bad = |column, expected| StoreError::BadRow { table: "correction", column, expected };
    Ok(Correction {
        correction: CorrectionId::from_bytes(row.exactly(table, "correction_id", 0)?),
        record: RecordId::from_bytes(row.exactly(table, "record_id", 1)?),
        act: Act::find(&row.text(table, "act", 2)?).ok_or_else(|| bad("act", "expected an act"))?,
        version_before: row.count(table, "version_before", 3)?,
        reason: Reason::find(&row.text(table, "reason", 4)?).ok_or_else(|| bad("reason", "expected a reason"))?,
        batch: BatchId::from_bytes(row.exactly(table, "batch_id", 5)?),
        row: row.count(table, "row_number", 6)?,
        made_at: row.whole(table, "made_at", 7)?,
        sealed: row.maybe_bytes(table, "sealed", 8)?,
        leaf: row.whole(table, "leaf_index", 9)? as u64,
    })
}

/// Adds a correction.
pub fn add(tx: &mut WriteTx<'_>, new: &Correction) -> Result<(), StoreError> {
    let row: Vec<Value<'_>> = vec![
        new.correction.as_bytes().into(),
        new.record.as_bytes().into(),
        new.act.word().into(),
        new.version_before.into(),
        new.reason.row().code.into(),
        new.batch.as_bytes().into(),
        new.row.into(),
        new.made_at.into(),
        new.sealed.as_deref().into(),
        Value::Whole(new.leaf as i64),
    ];
    tx.insert(&CORRECTION, &[row])
}

/// Whether a row of a file has corrected or withdrawn `record`.
pub fn was_done(tx: &mut impl Read, batch: BatchId, row: u32, record: RecordId) -> Result<bool, StoreError> {
    const SQL: &str = "
        SELECT row_number FROM correction WHERE record_id = $1 AND batch_id = $2 AND row_number = $3";
    let bound = [record.as_bytes().into(), batch.as_bytes().into(), row.into()];
    let found = tx.first("correction::was_done", SQL, &bound, |row| row.count("correction", "row_number", 0))?;
    Ok(found.is_some())
}

/// Every correction of one record, oldest first.
pub fn list_of_record(tx: &mut impl Read, record: RecordId) -> Result<Vec<Correction>, StoreError> {
    const SQL: &str = "
        SELECT correction_id, record_id, act, version_before, reason, batch_id, row_number, made_at, sealed, leaf_index
          FROM correction WHERE record_id = $1 ORDER BY leaf_index";
    tx.all("correction::list_of_record", SQL, &[record.as_bytes().into()], on_file)
}

/// How many of the corrections that a batch made are withdrawals.
pub fn count_withdrawals(tx: &mut impl Read, batch: BatchId) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM correction WHERE batch_id = $1 AND act = $2";
    let bound = [batch.as_bytes().into(), Act::Withdraw.word().into()];
    let count = tx.first("correction::count_withdrawals", SQL, &bound, |row| row.whole("correction", "count", 0))?;
    Ok(count.map_or(0, |count| count as u64))
}

/// Every correction of one person's records, oldest first.
pub fn list_of_subject(tx: &mut impl Read, subject: SubjectId) -> Result<Vec<Correction>, StoreError> {
    const SQL: &str = "
        SELECT c.correction_id, c.record_id, c.act, c.version_before, c.reason, c.batch_id, c.row_number, c.made_at,
               c.sealed, c.leaf_index
          FROM record r JOIN correction c ON c.record_id = r.record_id
         WHERE r.subject_id = $1 ORDER BY c.leaf_index";
    tx.all("correction::list_of_subject", SQL, &[subject.as_bytes().into()], on_file)
}

/// The corrections that followed what a look showed, oldest first: of the versions shown, or of later ones.
pub fn list_since_look(tx: &mut impl Read, look: LookId) -> Result<Vec<Correction>, StoreError> {
    const SQL: &str = "
        SELECT c.correction_id, c.record_id, c.act, c.version_before, c.reason, c.batch_id, c.row_number, c.made_at,
               c.sealed, c.leaf_index
          FROM look_record l JOIN correction c ON c.record_id = l.record_id
         WHERE l.look_id = $1 AND l.version <= c.version_before ORDER BY c.leaf_index";
    tx.all("correction::list_since_look", SQL, &[look.as_bytes().into()], on_file)
}
