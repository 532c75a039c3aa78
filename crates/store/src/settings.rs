//! What people have chosen about messages, sealed under their own keys, and who of them wants to be reached.

use fairfile_domain::day::Day;
use fairfile_domain::id::{BatchId, LookId, RecordId, SealKeyId, SubjectId};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static SETTINGS: Table = Table {
    name: "settings",
    columns: &[
        ("subject_id", Column::Bytes),
        ("version", Column::Whole),
        ("channel", Column::Text),
        ("sealed", Column::Bytes),
        ("since", Column::Whole),
        ("looks_from", Column::Whole),
        ("changed_at", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};

/// What one person has chosen, as it lies on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsOnFile {
    /// Whose choice.
    pub subject: SubjectId,
    /// How often it was changed, the first time included.
    pub version: u32,
    /// The word for the way by which messages leave the node.
    pub channel: String,
    /// All of it, sealed under the person's key.
    pub sealed: Vec<u8>,
    /// The journal index from which on the person wants to be reached by some way.
    pub since: u64,
    /// How many looks there were then: they are not told any more.
    pub looks_from: u64,
    /// When it was changed, in microseconds.
    pub changed_at: i64,
    /// The journal index of the change.
    pub leaf: u64,
}

/// Somebody who wants to be reached, with the key that opens how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// What was chosen.
    pub settings: SettingsOnFile,
    /// The person's key.
    pub key: SealKeyId,
}

fn on_file(row: &Row<'_>) -> Result<SettingsOnFile, StoreError> {
    let table = "settings";
    Ok(SettingsOnFile {
        subject: SubjectId::from_bytes(row.exactly(table, "subject_id", 0)?),
        version: row.count(table, "version", 1)?,
        channel: row.text(table, "channel", 2)?,
        sealed: row.bytes(table, "sealed", 3)?,
        since: row.whole(table, "since", 4)?.cast_unsigned(),
        looks_from: row.whole(table, "looks_from", 5)?.cast_unsigned(),
        changed_at: row.whole(table, "changed_at", 6)?,
        leaf: row.whole(table, "leaf_index", 7)?.cast_unsigned(),
    })
}

fn reached(row: &Row<'_>) -> Result<Reached, StoreError> {
    Ok(Reached { settings: on_file(row)?, key: SealKeyId::from_bytes(row.exactly("subject", "key_id", 8)?) })
}

/// What a person has chosen, if anything was.
pub fn find(tx: &mut impl Read, subject: SubjectId) -> Result<Option<SettingsOnFile>, StoreError> {
    const SQL: &str = "
        SELECT subject_id, version, channel, sealed, since, looks_from, changed_at, leaf_index
          FROM settings WHERE subject_id = $1";
    tx.first("settings::find", SQL, &[subject.as_bytes().into()], on_file)
}

/// Keeps what a person has chosen, in the place of what was chosen before.
pub fn keep(tx: &mut WriteTx<'_>, new: &SettingsOnFile) -> Result<(), StoreError> {
    const SQL: &str = "
        UPDATE settings SET version = $1, channel = $2, sealed = $3, since = $4, looks_from = $5, changed_at = $6,
               leaf_index = $7
         WHERE subject_id = $8";
    let bound: [Value<'_>; 8] = [
        new.version.into(),
        new.channel.as_str().into(),
        new.sealed.as_slice().into(),
        Value::Whole(new.since.cast_signed()),
        Value::Whole(new.looks_from.cast_signed()),
        new.changed_at.into(),
        Value::Whole(new.leaf.cast_signed()),
        new.subject.as_bytes().into(),
    ];
    if tx.run("settings::keep", SQL, &bound)? == 1 {
        return Ok(());
    }
    let [version, channel, sealed, since, looks_from, changed_at, leaf, subject] = bound;
    tx.insert(&SETTINGS, &[vec![subject, version, channel, sealed, since, looks_from, changed_at, leaf]])
}

/// The journal index from which on the first of those who are reached at present wants to be; nothing if nobody does.
pub fn find_first_reached(tx: &mut impl Read) -> Result<Option<u64>, StoreError> {
    const SQL: &str = "SELECT since FROM settings WHERE channel <> 'page' ORDER BY since LIMIT 1";
    let first = tx.first("settings::find_first_reached", SQL, &[], |row| row.whole("settings", "since", 0))?;
    Ok(first.map(i64::cast_unsigned))
}

/// The person, if the person wants to be reached.
pub fn find_reached(tx: &mut impl Read, subject: SubjectId) -> Result<Option<Reached>, StoreError> {
    const SQL: &str = "
        SELECT s.subject_id, s.version, s.channel, s.sealed, s.since, s.looks_from, s.changed_at, s.leaf_index, p.key_id
          FROM settings s JOIN subject p ON p.subject_id = s.subject_id
         WHERE s.subject_id = $1 AND s.channel <> 'page'";
    tx.first("settings::find_reached", SQL, &[subject.as_bytes().into()], reached)
}

/// Who of the people of a batch wants to be reached, each with the first day on which others can see something of it; in
/// the order of their ids, after `after`, at most `most` of them. Nothing of any record is told.
pub fn list_reached_by_batch(
    tx: &mut impl Read,
    batch: BatchId,
    after: Option<SubjectId>,
    most: u32,
) -> Result<Vec<(Reached, Day)>, StoreError> {
    const SQL: &str = "
        SELECT s.subject_id, s.version, s.channel, s.sealed, s.since, s.looks_from, s.changed_at, s.leaf_index, p.key_id,
               d.shown_from
          FROM (SELECT r.subject_id, MIN(r.shown_from) AS shown_from FROM record r
                 WHERE r.batch_id = $1 AND r.subject_id > $2 GROUP BY r.subject_id) d
          JOIN settings s ON s.subject_id = d.subject_id
          JOIN subject p ON p.subject_id = d.subject_id
         WHERE s.channel <> 'page' ORDER BY s.subject_id LIMIT $3";
    // Before every id lies the empty one.
    let after = after.as_ref().map_or(&[][..], |subject| subject.as_bytes().as_slice());
    let bound = [batch.as_bytes().into(), after.into(), most.into()];
    tx.all("settings::list_reached_by_batch", SQL, &bound, |row| {
        let bad = StoreError::BadRow { table: "record", column: "shown_from", expected: "expected a day" };
        let day = i32::try_from(row.whole("record", "shown_from", 9)?).ok();
        Ok((reached(row)?, day.and_then(|day| Day::from_epoch_day(day).ok()).ok_or(bad)?))
    })
}

/// Whom a record is about, if the person wants to be reached.
pub fn find_reached_by_record(tx: &mut impl Read, record: RecordId) -> Result<Option<Reached>, StoreError> {
    const SQL: &str = "
        SELECT s.subject_id, s.version, s.channel, s.sealed, s.since, s.looks_from, s.changed_at, s.leaf_index, p.key_id
          FROM record r
          JOIN settings s ON s.subject_id = r.subject_id
          JOIN subject p ON p.subject_id = r.subject_id
         WHERE r.record_id = $1 AND s.channel <> 'page'";
    tx.first("settings::find_reached_by_record", SQL, &[record.as_bytes().into()], reached)
}

/// At whose file a look was, if the person wants to be reached; and whether it was the person's own.
pub fn find_reached_by_look(tx: &mut impl Read, look: LookId) -> Result<Option<(Reached, bool, i64)>, StoreError> {
    const SQL: &str = "
        SELECT s.subject_id, s.version, s.channel, s.sealed, s.since, s.looks_from, s.changed_at, s.leaf_index, p.key_id,
               l.outcome, l.looked_at, l.officer
          FROM look l
          JOIN settings s ON s.subject_id = l.subject_id
          JOIN subject p ON p.subject_id = l.subject_id
         WHERE l.look_id = $1 AND s.channel <> 'page'";
    tx.first("settings::find_reached_by_look", SQL, &[look.as_bytes().into()], |row| {
        // What was opened for the person at a counter is told like a look of others.
        let is_served = row.maybe_text("look", "officer", 11)?.is_some();
        let is_own = !is_served && row.text("look", "outcome", 9)? == crate::look::Outcome::Own.word();
        Ok((reached(row)?, is_own, row.whole("look", "looked_at", 10)?))
    })
}

/// How many people there are about whom a record waits to be shown after `today` and who are reached by no way: whom
/// only a letter can tell in time. A number, and nobody's.
pub fn count_letters(tx: &mut impl Read, today: Day) -> Result<u64, StoreError> {
    const SQL: &str = "
        SELECT COUNT(DISTINCT r.subject_id)
          FROM record r
          JOIN batch b ON b.batch_id = r.batch_id
          LEFT JOIN settings s ON s.subject_id = r.subject_id AND s.channel <> 'page'
         WHERE b.state = 'taken' AND r.state = 'in-force' AND r.shown_from > $1 AND s.subject_id IS NULL";
    let count = tx.first("settings::count_letters", SQL, &[i64::from(today.epoch_day()).into()], |row| {
        row.whole("record", "count", 0)
    })?;
    Ok(count.unwrap_or_default().cast_unsigned())
}
