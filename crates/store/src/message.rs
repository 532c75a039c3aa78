//! Messages to people: planned, written, and what became of each. The texts are sealed under the person's own key.

use fairfile_domain::day::Day;
use fairfile_domain::id::{MessageId, SealKeyId, SubjectId};
use fairfile_domain::message::Fact;

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static MESSAGE: Table = Table {
    name: "message",
    columns: &[
        ("message_id", Column::Bytes),
        ("subject_id", Column::Bytes),
        ("fact", Column::Text),
        ("about_on", Column::Whole),
        ("happened_at", Column::Whole),
        ("due_at", Column::Whole),
        ("state", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be written when its time has come.
    Planned,
    /// Its text is kept, and it is on its way or is tried again.
    Sending,
    /// Whoever carries it on has taken it.
    Sent,
    /// Nobody took it, and it is not tried any more.
    Failed,
    /// There was nothing left to tell, or the person chose no way any more, before it was written.
    Dropped,
}

impl State {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }

    fn find(word: &str) -> Option<Self> {
        [Self::Planned, Self::Sending, Self::Sent, Self::Failed, Self::Dropped]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// A message that is to be written when its time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub subject: SubjectId,
    /// What it tells.
    pub fact: Fact,
    /// The day that it names.
    pub about_on: Day,
    /// When that happened, in microseconds.
    pub happened_at: i64,
    /// From when on it may be sent, in microseconds.
    pub due_at: i64,
}

/// The text of a message, in the place of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The message.
    pub message: MessageId,
    /// Its number among the person's, from 1 and without gaps.
    pub number: u64,
    /// The word for the way it goes.
    pub channel: &'static str,
    /// Whereto and what, sealed under the person's key.
    pub sealed: Vec<u8>,
    /// The number of the last look that it tells of, if it tells of looks.
    pub looks_until: Option<u64>,
    /// When, in microseconds.
    pub written_at: i64,
    /// Its journal index.
    pub leaf: u64,
}

/// A message that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageOnFile {
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub subject: SubjectId,
    /// The person's key.
    pub key: SealKeyId,
    /// Where it stands.
    pub state: State,
    /// Its number among the person's.
    pub number: u64,
    /// Whereto and what, sealed.
    pub sealed: Vec<u8>,
    /// When it was written, in microseconds.
    pub written_at: i64,
    /// When it was known what became of it, in microseconds.
    pub settled_at: Option<i64>,
    /// Its journal index.
    pub leaf: u64,
}

/// How many messages stand where: numbers, and nobody's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be written when their time has come.
    pub planned: u64,
    /// On their way, or tried again.
    pub sending: u64,
    /// Taken by whoever carries them on.
    pub sent: u64,
    /// Not delivered, and not tried any more.
    pub failed: u64,
}

fn bad(column: &'static str) -> StoreError {
    StoreError::BadRow { table: "message", column, expected: "expected a known word" }
}

fn planned(row: &Row<'_>) -> Result<Planned, StoreError> {
    let table = "message";
    let day = i32::try_from(row.whole(table, "about_on", 3)?).ok().and_then(|day| Day::from_epoch_day(day).ok());
    Ok(Planned {
        message: MessageId::from_bytes(row.exactly(table, "message_id", 0)?),
        subject: SubjectId::from_bytes(row.exactly(table, "subject_id", 1)?),
        fact: Fact::find(&row.text(table, "fact", 2)?).ok_or_else(|| bad("fact"))?,
        about_on: day.ok_or_else(|| bad("about_on"))?,
        happened_at: row.whole(table, "happened_at", 4)?,
        due_at: row.whole(table, "due_at", 5)?,
    })
}

fn on_file(row: &Row<'_>) -> Result<MessageOnFile, StoreError> {
    let table = "message";
    Ok(MessageOnFile {
        message: MessageId::from_bytes(row.exactly(table, "message_id", 0)?),
        subject: SubjectId::from_bytes(row.exactly(table, "subject_id", 1)?),
        key: SealKeyId::from_bytes(row.exactly("subject", "key_id", 2)?),
        state: State::find(&row.text(table, "state", 3)?).ok_or_else(|| bad("state"))?,
        number: row.whole(table, "number", 4)?.cast_unsigned(),
        sealed: row.bytes(table, "sealed", 5)?,
        written_at: row.whole(table, "written_at", 6)?,
        settled_at: row.maybe_whole(table, "settled_at", 7)?,
        leaf: row.whole(table, "written_leaf", 8)?.cast_unsigned(),
    })
}

/// Adds plans, at the journal index `leaf`.
pub fn plan(tx: &mut WriteTx<'_>, plans: &[Planned], leaf: u64) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = plans
        .iter()
        .map(|new| {
            vec![
                new.message.as_bytes().into(),
                new.subject.as_bytes().into(),
                new.fact.word().into(),
                i64::from(new.about_on.epoch_day()).into(),
                new.happened_at.into(),
                new.due_at.into(),
                State::Planned.word().into(),
                Value::Whole(leaf.cast_signed()),
            ]
        })
        .collect();
    tx.insert(&MESSAGE, &rows)
}

/// Puts a text in the place of a plan; false if there is none, and then nothing is changed.
pub fn write(tx: &mut WriteTx<'_>, new: &Written) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE message SET state = 'sending', number = $1, channel = $2, sealed = $3, looks_until = $4, written_at = $5,
               written_leaf = $6
         WHERE message_id = $7 AND state = 'planned'";
    let bound = [
        Value::Whole(new.number.cast_signed()),
        new.channel.into(),
        new.sealed.as_slice().into(),
        new.looks_until.map(u64::cast_signed).into(),
        new.written_at.into(),
        Value::Whole(new.leaf.cast_signed()),
        new.message.as_bytes().into(),
    ];
    Ok(tx.run("message::write", SQL, &bound)? == 1)
}

/// Notes what became of a message, in microseconds; false if that was known, and then nothing is changed.
pub fn settle(tx: &mut WriteTx<'_>, message: MessageId, state: State, at: i64) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE message SET state = $1, settled_at = $2
         WHERE message_id = $3 AND (state = 'planned' OR state = 'sending')";
    let bound = [state.word().into(), at.into(), message.as_bytes().into()];
    Ok(tx.run("message::settle", SQL, &bound)? == 1)
}

/// Whether such a message is planned already: the same fact, on the same day; looks are told together, whatever their day.
pub fn is_planned(tx: &mut impl Read, plan: &Planned) -> Result<bool, StoreError> {
    const SQL: &str = "
        SELECT 1 FROM message
         WHERE subject_id = $1 AND fact = $2 AND (about_on = $3 OR fact = 'looked') AND state = 'planned' LIMIT 1";
    let day = i64::from(plan.about_on.epoch_day());
    let bound = [plan.subject.as_bytes().into(), plan.fact.word().into(), day.into()];
    Ok(tx.first("message::is_planned", SQL, &bound, |_| Ok(()))?.is_some())
}

/// When such a fact was last planned to be told to the person, in microseconds; nothing if it never was.
pub fn last_happened(tx: &mut impl Read, subject: SubjectId, fact: Fact) -> Result<Option<i64>, StoreError> {
    const SQL: &str = "
        SELECT happened_at FROM message WHERE subject_id = $1 AND fact = $2 ORDER BY happened_at DESC LIMIT 1";
    let bound = [subject.as_bytes().into(), fact.word().into()];
    tx.first("message::last_happened", SQL, &bound, |row| row.whole("message", "happened_at", 0))
}

/// Up to `most` plans whose time has come by `now`, in microseconds; the longest due first.
pub fn list_due(tx: &mut impl Read, now: i64, most: u32) -> Result<Vec<Planned>, StoreError> {
    const SQL: &str = "
        SELECT message_id, subject_id, fact, about_on, happened_at, due_at FROM message
         WHERE state = 'planned' AND due_at <= $1 ORDER BY due_at, message_id LIMIT $2";
    tx.all("message::list_due", SQL, &[now.into(), most.into()], planned)
}

/// Up to `most` messages on their way, the oldest first, after the one `after`.
pub fn list_sending(
    tx: &mut impl Read,
    after: Option<(i64, MessageId)>,
    most: u32,
) -> Result<Vec<MessageOnFile>, StoreError> {
    const SQL: &str = "
        SELECT m.message_id, m.subject_id, p.key_id, m.state, m.number, m.sealed, m.written_at, m.settled_at, m.written_leaf
          FROM message m JOIN subject p ON p.subject_id = m.subject_id
         WHERE m.state = 'sending' AND (m.written_at > $1 OR m.written_at = $1 AND m.message_id > $2)
         ORDER BY m.written_at, m.message_id LIMIT $3";
    let at = after.map_or(i64::MIN, |after| after.0);
    let id = after.as_ref().map_or(&[][..], |after| after.1.as_bytes().as_slice());
    tx.all("message::list_sending", SQL, &[at.into(), id.into(), most.into()], on_file)
}

/// The messages to one person that were written, the newest first, at most `most` of them.
pub fn list_of_subject(tx: &mut impl Read, subject: SubjectId, most: u32) -> Result<Vec<MessageOnFile>, StoreError> {
    const SQL: &str = "
        SELECT m.message_id, m.subject_id, p.key_id, m.state, m.number, m.sealed, m.written_at, m.settled_at, m.written_leaf
          FROM message m JOIN subject p ON p.subject_id = m.subject_id
         WHERE m.subject_id = $1 AND m.number IS NOT NULL ORDER BY m.number DESC LIMIT $2";
    tx.all("message::list_of_subject", SQL, &[subject.as_bytes().into(), most.into()], on_file)
}

/// The number of the last message to a person that was written, 0 if there is none.
pub fn last_number(tx: &mut impl Read, subject: SubjectId) -> Result<u64, StoreError> {
    const SQL: &str = "
        SELECT number FROM message WHERE subject_id = $1 AND number IS NOT NULL ORDER BY number DESC LIMIT 1";
    let last =
        tx.first("message::last_number", SQL, &[subject.as_bytes().into()], |row| row.whole("message", "number", 0))?;
    Ok(last.unwrap_or_default().cast_unsigned())
}

/// The number of the last look that a person was told of, 0 if there was none.
pub fn last_look_told(tx: &mut impl Read, subject: SubjectId) -> Result<u64, StoreError> {
    const SQL: &str = "
        SELECT looks_until FROM message
         WHERE subject_id = $1 AND looks_until IS NOT NULL ORDER BY looks_until DESC LIMIT 1";
    let last = tx.first("message::last_look_told", SQL, &[subject.as_bytes().into()], |row| {
        row.whole("message", "looks_until", 0)
    })?;
    Ok(last.unwrap_or_default().cast_unsigned())
}

/// How many looks of others there were at a file after the look of number `after`, with the number of the last of them.
pub fn count_looks(tx: &mut impl Read, subject: SubjectId, after: u64) -> Result<(u64, u64), StoreError> {
    const SQL: &str = "
        SELECT COUNT(*), COALESCE(MAX(seq), 0) FROM look WHERE subject_id = $1 AND seq > $2 AND officer IS NOT NULL";
    let bound = [subject.as_bytes().into(), Value::Whole(after.cast_signed())];
    let found = tx.first("message::count_looks", SQL, &bound, |row| {
        Ok((row.whole("look", "count", 0)?.cast_unsigned(), row.whole("look", "seq", 1)?.cast_unsigned()))
    })?;
    Ok(found.unwrap_or_default())
}

/// Whether something of a file was shown up to `last`, its last day, and the person can read it still.
pub fn has_ended(tx: &mut impl Read, subject: SubjectId, last: Day) -> Result<bool, StoreError> {
    const SQL: &str = "
        SELECT 1 FROM record WHERE subject_id = $1 AND display_until = $2 AND state = 'ended' LIMIT 1";
    let bound = [subject.as_bytes().into(), i64::from(last.epoch_day()).into()];
    Ok(tx.first("message::has_ended", SQL, &bound, |_| Ok(()))?.is_some())
}

/// How many messages stand where.
pub fn count(tx: &mut impl Read) -> Result<Counts, StoreError> {
    const SQL: &str = "SELECT state, COUNT(*) FROM message GROUP BY state";
    let mut counts = Counts::default();
    let rows = tx.all("message::count", SQL, &[], |row| {
        Ok((row.text("message", "state", 0)?, row.whole("message", "count", 1)?.cast_unsigned()))
    })?;
    for (word, count) in rows {
        match State::find(&word).ok_or_else(|| bad("state"))? {
            State::Planned => counts.planned = count,
            State::Sending => counts.sending = count,
            State::Sent => counts.sent = count,
            State::Failed => counts.failed = count,
            State::Dropped => {}
        }
    }
    Ok(counts)
}
