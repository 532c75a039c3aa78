//! Counts for the statistics: of looks, of files, of notices. No statement here reads a person, and none gives one.

use fairfile_domain::day::Day;
use fairfile_domain::id::MemberCode;
use fairfile_domain::month::Month;

use crate::connection::{Read, Row, Value};
use crate::error::StoreError;
use crate::look::Outcome;
use crate::tx::WriteTx;

/// The parts of an hour in which times are grouped, in microseconds. Every zone's days begin and end at such a quarter.
pub const QUARTER: i64 = 900_000_000;

/// What a look of an officer is counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookKind {
    /// The month, in the node's zone.
    pub month: Month,
    /// For whom.
    pub member: MemberCode,
    /// The purpose; empty where the catalog was not asked for it.
    pub purpose: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of the refusal; empty if it was none.
    pub refusal: String,
}

/// How many looks there were of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookTally {
    /// The kind.
    pub kind: LookKind,
    /// How many.
    pub looks: u64,
}

fn bad(table: &'static str, column: &'static str) -> StoreError {
    StoreError::BadRow { table, column, expected: "expected a known word" }
}

fn member(row: &Row<'_>, table: &'static str, place: usize) -> Result<MemberCode, StoreError> {
    row.text(table, "member", place)?.parse().map_err(|_| bad(table, "member"))
}

/// Counts `looks` more of a kind.
pub fn count_looks(tx: &mut WriteTx<'_>, kind: &LookKind, looks: u64) -> Result<(), StoreError> {
    const SQL: &str = "
        INSERT INTO look_tally (month, member, purpose, outcome, refusal, looks) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (month, member, purpose, outcome, refusal) DO UPDATE SET looks = look_tally.looks + excluded.looks";
    let bound = [
        Value::Whole(i64::from(kind.month.number())),
        kind.member.as_str().into(),
        kind.purpose.as_str().into(),
        kind.outcome.word().into(),
        kind.refusal.as_str().into(),
        Value::Whole(looks.cast_signed()),
    ];
    tx.run("statistics::count_looks", SQL, &bound).map(|_| ())
}

/// The looks from the month `since` on.
pub fn list_looks(tx: &mut impl Read, since: Month) -> Result<Vec<LookTally>, StoreError> {
    const SQL: &str = "
        SELECT month, member, purpose, outcome, refusal, looks FROM look_tally
         WHERE month >= $1 ORDER BY month, member, purpose, outcome, refusal";
    let table = "look_tally";
    tx.all("statistics::list_looks", SQL, &[Value::Whole(i64::from(since.number()))], |row| {
        let month = i32::try_from(row.whole(table, "month", 0)?).map_err(|_| bad(table, "month"))?;
        let kind = LookKind {
            month: Month::from_number(month),
            member: member(row, table, 1)?,
            purpose: row.text(table, "purpose", 2)?,
            outcome: Outcome::find(&row.text(table, "outcome", 3)?).ok_or_else(|| bad(table, "outcome"))?,
            refusal: row.text(table, "refusal", 4)?,
        };
        Ok(LookTally { kind, looks: row.whole(table, "looks", 5)?.cast_unsigned() })
    })
}

/// Whether officers have looked and none of it was counted: a program that did not count made these looks.
pub fn lacks_looks(tx: &mut impl Read) -> Result<bool, StoreError> {
    const COUNTED: &str = "SELECT looks FROM look_tally LIMIT 1";
    const LOOKED: &str = "SELECT leaf_index FROM look WHERE officer IS NOT NULL LIMIT 1";
    let counted = tx.first("statistics::counted", COUNTED, &[], |row| row.whole("look_tally", "looks", 0))?;
    let looked = tx.first("statistics::looked", LOOKED, &[], |row| row.whole("look", "leaf_index", 0))?;
    Ok(counted.is_none() && looked.is_some())
}

/// Rows that a source handed in within one quarter of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The source.
    pub member: MemberCode,
    /// When the quarter began, in microseconds.
    pub at: i64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Rows that were on file already.
    pub duplicate: u64,
    /// Rows that wait for a person's decision.
    pub quarantined: u64,
}

/// What sources handed in from `since` (microseconds) on: new records, not corrections.
pub fn list_handed(tx: &mut impl Read, since: i64) -> Result<Vec<Handed>, StoreError> {
    const SQL: &str = "
        SELECT member, received_at / 900000000, CAST(SUM(accepted) AS BIGINT), CAST(SUM(rejected) AS BIGINT),
               CAST(SUM(duplicate) AS BIGINT), CAST(SUM(quarantined) AS BIGINT)
          FROM batch WHERE kind = 'records' AND received_at >= $1
         GROUP BY member, received_at / 900000000 ORDER BY member, received_at / 900000000";
    let table = "batch";
    tx.all("statistics::list_handed", SQL, &[Value::Whole(since)], |row| {
        let count = |column, place| row.whole(table, column, place).map(i64::cast_unsigned);
        Ok(Handed {
            member: member(row, table, 0)?,
            at: row.whole(table, "received_at", 1)?.saturating_mul(QUARTER),
            accepted: count("accepted", 2)?,
            rejected: count("rejected", 3)?,
            duplicate: count("duplicate", 4)?,
            quarantined: count("quarantined", 5)?,
        })
    })
}

/// Notices to one member that were due on one day and confirmed within one quarter of an hour, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The member.
    pub member: MemberCode,
    /// The last day on which they could be confirmed in time.
    pub due_on: Day,
    /// When the quarter began in which they were confirmed, in microseconds.
    pub confirmed_at: Option<i64>,
    /// How many.
    pub notices: u64,
}

/// The notices that were due from the day `since` on.
pub fn list_due(tx: &mut impl Read, since: Day) -> Result<Vec<Due>, StoreError> {
    const SQL: &str = "
        SELECT member, due_on, confirmed_at / 900000000, COUNT(*) FROM notice WHERE due_on >= $1
         GROUP BY member, due_on, confirmed_at / 900000000 ORDER BY member, due_on";
    let table = "notice";
    tx.all("statistics::list_due", SQL, &[Value::Whole(i64::from(since.epoch_day()))], |row| {
        let due_on = i32::try_from(row.whole(table, "due_on", 1)?).ok().and_then(|day| Day::from_epoch_day(day).ok());
        let quarter = row.maybe_whole(table, "confirmed_at", 2)?;
        Ok(Due {
            member: member(row, table, 0)?,
            due_on: due_on.ok_or_else(|| bad(table, "due_on"))?,
            confirmed_at: quarter.map(|quarter| quarter.saturating_mul(QUARTER)),
            notices: row.whole(table, "notice_id", 3)?.cast_unsigned(),
        })
    })
}
