//! Records: terms in the open, content sealed.

use fairfile_domain::day::{Day, Today};
use fairfile_domain::id::{BatchId, ItemCode, MemberCode, PurposeCode, RecordId, SealKeyId, SubjectId};
use fairfile_domain::record::{OnFile, RecordState, Terms};

use crate::connection::{Read, Row, Value};
use crate::dialect::{self, Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static RECORD: Table = Table {
    name: "record",
    columns: &[
        ("record_id", Column::Bytes),
        ("version", Column::Whole),
        ("subject_id", Column::Bytes),
        ("source", Column::Text),
        ("item", Column::Text),
        ("item_version", Column::Whole),
        ("batch_id", Column::Bytes),
        ("row_number", Column::Whole),
        ("number_hash", Column::Bytes),
        ("content_hash", Column::Bytes),
        ("key_id", Column::Bytes),
        ("sealed", Column::Bytes),
        ("received_at", Column::Whole),
        ("shown_from", Column::Whole),
        ("display_until", Column::Whole),
        ("retained_until", Column::Whole),
        ("state", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};

/// A record to be added.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// Its place and terms.
    pub on_file: OnFile,
    /// Whom it is about.
    pub subject: SubjectId,
    /// The batch that brought it.
    pub batch: BatchId,
    /// Its row in that batch.
    pub row: u32,
    /// The keyed hash of source, item and the source's own number.
    pub number_hash: [u8; 32],
    /// The keyed hash of the whole content.
    pub content_hash: [u8; 32],
    /// The key it is sealed under.
    pub key: SealKeyId,
    /// The content, sealed.
    pub sealed: Vec<u8>,
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// Its journal index.
    pub leaf: u64,
}

/// A record as it lies on file: nobody can read it without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its place and terms.
    pub on_file: OnFile,
    /// Whom it is about.
    pub subject: SubjectId,
    /// The batch that brought it.
    pub batch: BatchId,
    /// The key it is sealed under.
    pub key: SealKeyId,
    /// The content, sealed; nothing once destroyed.
    pub sealed: Option<Vec<u8>>,
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// Its journal index.
    pub leaf: u64,
}

fn day(row: &Row<'_>, column: &'static str, position: usize) -> Result<Day, StoreError> {
    let whole = i32::try_from(row.whole("record", column, position)?).ok();
    let bad = StoreError::BadRow { table: "record", column, expected: "expected a day" };
    whole.and_then(|whole| Day::from_epoch_day(whole).ok()).ok_or(bad)
}

fn sealed(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let bad = |column| move |_| StoreError::BadRow { table: "record", column, expected: "expected a code" };
    let state = RecordState::find(&row.text("record", "state", 8)?);
    Ok(Sealed {
        on_file: OnFile {
            record: RecordId::from_bytes(row.exactly("record", "record_id", 0)?),
            version: row.count("record", "version", 1)?,
            item: row.text("record", "item", 2)?.parse::<ItemCode>().map_err(bad("item"))?,
            item_version: row.count("record", "item_version", 3)?,
            source: row.text("record", "source", 4)?.parse::<MemberCode>().map_err(bad("source"))?,
            terms: Terms {
                shown_from: day(row, "shown_from", 5)?,
                display_until: day(row, "display_until", 6)?,
                retained_until: day(row, "retained_until", 7)?,
            },
            state: state.ok_or(StoreError::BadRow {
                table: "record",
                column: "state",
                expected: "expected a state",
            })?,
        },
        key: SealKeyId::from_bytes(row.exactly("record", "key_id", 9)?),
        sealed: row.maybe_bytes("record", "sealed", 10)?,
        received_at: row.whole("record", "received_at", 11)?,
        subject: SubjectId::from_bytes(row.exactly("record", "subject_id", 12)?),
        batch: BatchId::from_bytes(row.exactly("record", "batch_id", 13)?),
        leaf: row.whole("record", "leaf_index", 14)? as u64,
    })
}

/// What the person's records of the purpose's items are and is certainly on display today, oldest first.
///
/// The bounds stand in the statement: what lies outside them never leaves the database. A record of a
/// batch that has not fully arrived is on display nowhere.
pub fn on_display(
    tx: &mut impl Read,
    subject: SubjectId,
    purpose: &PurposeCode,
    today: impl Into<Today>,
) -> Result<Vec<Sealed>, StoreError> {
    const SQL: &str = "
        SELECT r.record_id, r.version, r.item, r.item_version, r.source, r.shown_from, r.display_until,
               r.retained_until, r.state, r.key_id, r.sealed, r.received_at, r.subject_id, r.batch_id, r.leaf_index
          FROM record r
          JOIN batch b ON b.batch_id = r.batch_id
          JOIN item_purpose p ON p.item = r.item AND p.item_version = r.item_version
         WHERE r.subject_id = $1 AND p.purpose = $2
           AND r.shown_from <= $3 AND $4 <= r.display_until
           AND r.state = 'in-force' AND b.state = 'taken'
         ORDER BY r.received_at, r.record_id";
    let today = today.into();
    let (sure, latest) = (i64::from(today.sure().epoch_day()), i64::from(today.latest().epoch_day()));
    let bound = [subject.as_bytes().into(), purpose.as_str().into(), sure.into(), latest.into()];
    tx.all("record::on_display", SQL, &bound, sealed)
}

/// Everything on file about one person, oldest first: for the person's own look.
pub fn of_subject(tx: &mut impl Read, subject: SubjectId) -> Result<Vec<Sealed>, StoreError> {
    const SQL: &str = "
        SELECT r.record_id, r.version, r.item, r.item_version, r.source, r.shown_from, r.display_until,
               r.retained_until, r.state, r.key_id, r.sealed, r.received_at, r.subject_id, r.batch_id, r.leaf_index
          FROM record r JOIN batch b ON b.batch_id = r.batch_id
         WHERE r.subject_id = $1 AND b.state = 'taken'
         ORDER BY r.received_at, r.record_id";
    tx.all("record::of_subject", SQL, &[subject.as_bytes().into()], sealed)
}

/// One record of a batch that was taken in, and the keyed hash of its content.
pub fn find(tx: &mut impl Read, record: RecordId) -> Result<Option<(Sealed, [u8; 32])>, StoreError> {
    const SQL: &str = "
        SELECT r.record_id, r.version, r.item, r.item_version, r.source, r.shown_from, r.display_until,
               r.retained_until, r.state, r.key_id, r.sealed, r.received_at, r.subject_id, r.batch_id, r.leaf_index,
               r.content_hash
          FROM record r JOIN batch b ON b.batch_id = r.batch_id
         WHERE r.record_id = $1 AND b.state = 'taken'";
    tx.first("record::find", SQL, &[record.as_bytes().into()], |row| {
        Ok((sealed(row)?, row.exactly("record", "content_hash", 15)?))
    })
}

/// The key that a record lies under and its state, whatever became of the batch that brought it. No state stands for one
/// that cannot be read.
pub fn find_key(tx: &mut impl Read, record: RecordId) -> Result<Option<(SealKeyId, Option<RecordState>)>, StoreError> {
    const SQL: &str = "SELECT key_id, state FROM record WHERE record_id = $1";
    tx.first("record::find_key", SQL, &[record.as_bytes().into()], |row| {
        let state = RecordState::find(&row.text("record", "state", 1)?);
        Ok((SealKeyId::from_bytes(row.exactly("record", "key_id", 0)?), state))
    })
}

/// What takes the place of a version of a record: the next version, or nothing but the note that it was withdrawn.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// The record with its new version, terms and state.
    pub on_file: OnFile,
    /// The version that goes.
    pub version_before: u32,
    /// The key of what goes.
    pub key_before: SealKeyId,
    /// The keyed hash of the new content; that of the old one for a withdrawal.
    pub content_hash: [u8; 32],
    /// What stands in the place of the number's keyed hash from now on, so that the number is free; for a withdrawal only.
    pub freed_number: Option<[u8; 32]>,
    /// The key that the new content is sealed under; that of the old one for a withdrawal.
    pub key: SealKeyId,
    /// The new content, sealed; nothing for a withdrawal.
    pub sealed: Option<Vec<u8>>,
    /// The journal index of the correction.
    pub leaf: u64,
}

/// Puts another version in the place of one; false if that one is no longer there, and then nothing is changed.
pub fn replace(tx: &mut WriteTx<'_>, new: &Replacement) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE record SET version = $1, content_hash = $2, key_id = $3, sealed = $4, shown_from = $5,
               display_until = $6, retained_until = $7, state = $8, leaf_index = $9,
               number_hash = COALESCE($10, number_hash)
         WHERE record_id = $11 AND version = $12 AND key_id = $13 AND state IN ('in-force', 'ended')";
    let terms = &new.on_file.terms;
    let day = |day: Day| Value::Whole(i64::from(day.epoch_day()));
    let bound = [
        new.on_file.version.into(),
        (&new.content_hash).into(),
        new.key.as_bytes().into(),
        new.sealed.as_deref().into(),
        day(terms.shown_from),
        day(terms.display_until),
        day(terms.retained_until),
        new.on_file.state.word().into(),
        Value::Whole(new.leaf as i64),
        new.freed_number.as_ref().into(),
        new.on_file.record.as_bytes().into(),
        new.version_before.into(),
        new.key_before.as_bytes().into(),
    ];
    Ok(tx.run("record::replace", SQL, &bound)? == 1)
}

/// A record that has the number of a row: which batch and row brought it, and whether its content is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameNumber {
    /// The record.
    pub record: RecordId,
    /// The keyed hash of the number.
    pub number_hash: [u8; 32],
    /// The keyed hash of the content.
    pub content_hash: [u8; 32],
    /// Whom it is about.
    pub subject: SubjectId,
    /// The batch that brought it.
    pub batch: BatchId,
    /// Its row there.
    pub row: u32,
    /// Whether that batch was taken in to its end; of one that was cut off nothing is on file.
    pub batch_taken: bool,
}

/// Those of the rows of one batch whose number its source has used already.
pub fn find_numbers(tx: &mut impl Read, numbers: &[&[u8]]) -> Result<Vec<SameNumber>, StoreError> {
    const SQL: &str = "
        SELECT r.number_hash, r.content_hash, r.subject_id, r.batch_id, r.row_number, b.state, r.record_id
          FROM record r JOIN batch b ON b.batch_id = r.batch_id
         WHERE r.number_hash = $1";
    dialect::find_by_keys(tx.connection(), "record::find_numbers", SQL, numbers, |row| {
        Ok(SameNumber {
            number_hash: row.exactly("record", "number_hash", 0)?,
            content_hash: row.exactly("record", "content_hash", 1)?,
            subject: SubjectId::from_bytes(row.exactly("record", "subject_id", 2)?),
            batch: BatchId::from_bytes(row.exactly("record", "batch_id", 3)?),
            row: row.count("record", "row_number", 4)?,
            batch_taken: row.text("batch", "state", 5)? == "taken",
            record: RecordId::from_bytes(row.exactly("record", "record_id", 6)?),
        })
    })
}

/// Adds records.
pub fn add(tx: &mut WriteTx<'_>, records: &[NewRecord]) -> Result<(), StoreError> {
    let day = |day: Day| Value::Whole(i64::from(day.epoch_day()));
    let rows: Vec<Vec<Value<'_>>> = records
        .iter()
        .map(|new| {
            let (on_file, terms) = (&new.on_file, &new.on_file.terms);
            vec![
                on_file.record.as_bytes().into(),
                on_file.version.into(),
                new.subject.as_bytes().into(),
                on_file.source.as_str().into(),
                on_file.item.as_str().into(),
                on_file.item_version.into(),
                new.batch.as_bytes().into(),
                new.row.into(),
                (&new.number_hash).into(),
                (&new.content_hash).into(),
                new.key.as_bytes().into(),
                new.sealed.as_slice().into(),
                new.received_at.into(),
                day(terms.shown_from),
                day(terms.display_until),
                day(terms.retained_until),
                on_file.state.word().into(),
                Value::Whole(new.leaf as i64),
            ]
        })
        .collect();
    tx.insert(&RECORD, &rows)
}

/// A record whose day has come: its id, its key and its item, no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The record.
    pub record: RecordId,
    /// Its version.
    pub version: u32,
    /// The key it is sealed under.
    pub key: SealKeyId,
}

fn due(row: &Row<'_>) -> Result<Due, StoreError> {
    Ok(Due {
        record: RecordId::from_bytes(row.exactly("record", "record_id", 0)?),
        version: row.count("record", "version", 1)?,
        key: SealKeyId::from_bytes(row.exactly("record", "key_id", 2)?),
    })
}

/// Up to `most` records whose display ended before `day` and is not yet noted as ended.
pub fn list_to_end(tx: &mut impl Read, day: Day, most: u32) -> Result<Vec<Due>, StoreError> {
    const SQL: &str = "
        SELECT record_id, version, key_id FROM record
         WHERE state = 'in-force' AND display_until < $1
         ORDER BY display_until, record_id LIMIT $2";
    tx.all("record::list_to_end", SQL, &[i64::from(day.epoch_day()).into(), most.into()], due)
}

/// Up to `most` records whose retention ended before `day` and whose content still exists.
pub fn list_to_destroy(tx: &mut impl Read, day: Day, most: u32) -> Result<Vec<Due>, StoreError> {
    const SQL: &str = "
        SELECT record_id, version, key_id FROM record
         WHERE retained_until < $1 AND state <> 'destroyed'
         ORDER BY retained_until, record_id LIMIT $2";
    tx.all("record::list_to_destroy", SQL, &[i64::from(day.epoch_day()).into(), most.into()], due)
}

/// A record of a batch that was cut off: never shown, never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stranded {
    /// The record.
    pub record: RecordId,
    /// The key it is sealed under.
    pub key: SealKeyId,
    /// Whom it would have been about.
    pub subject: SubjectId,
}

/// Up to `most` records that a batch brought before it was cut off.
pub fn list_stranded(tx: &mut impl Read, batch: BatchId, most: u32) -> Result<Vec<Stranded>, StoreError> {
    const SQL: &str =
        "SELECT record_id, key_id, subject_id FROM record WHERE batch_id = $1 ORDER BY row_number LIMIT $2";
    tx.all("record::list_stranded", SQL, &[batch.as_bytes().into(), most.into()], |row| {
        Ok(Stranded {
            record: RecordId::from_bytes(row.exactly("record", "record_id", 0)?),
            key: SealKeyId::from_bytes(row.exactly("record", "key_id", 1)?),
            subject: SubjectId::from_bytes(row.exactly("record", "subject_id", 2)?),
        })
    })
}

/// Takes away a record of a batch that was cut off.
pub fn remove_stranded(tx: &mut WriteTx<'_>, record: RecordId) -> Result<(), StoreError> {
    const SQL: &str = "
        DELETE FROM record
         WHERE record_id = $1 AND batch_id IN (SELECT batch_id FROM batch WHERE state = 'arriving')";
    tx.run("record::remove_stranded", SQL, &[record.as_bytes().into()]).map(|_| ())
}

/// Notes that the display of a version of a record has ended; false if that version is no longer the one in force.
pub fn end(tx: &mut WriteTx<'_>, record: RecordId, version: u32) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE record SET state = 'ended' WHERE record_id = $1 AND version = $2 AND state = 'in-force'";
    Ok(tx.run("record::end", SQL, &[record.as_bytes().into(), version.into()])? == 1)
}

/// Notes that the content of a version of a record is destroyed, and takes the ciphertext away too; false if that
/// version is no longer the latest, or destroyed already.
pub fn destroy(tx: &mut WriteTx<'_>, record: RecordId, version: u32) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE record SET state = 'destroyed', sealed = NULL
         WHERE record_id = $1 AND version = $2 AND state <> 'destroyed'";
    Ok(tx.run("record::destroy", SQL, &[record.as_bytes().into(), version.into()])? == 1)
}

/// Which purposes reach one version of an item: the bound of [`on_display`].
pub fn add_item_purpose(
    tx: &mut WriteTx<'_>,
    item: &ItemCode,
    version: u32,
    purpose: &PurposeCode,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO item_purpose (item, item_version, purpose) VALUES ($1, $2, $3)";
    tx.run("record::add_item_purpose", SQL, &[item.as_str().into(), version.into(), purpose.as_str().into()])
        .map(|_| ())
}
