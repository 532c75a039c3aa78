//! Looks: who looked and why, sealed for the person; the chain that leaves no gap.

use fairfile_domain::id::{LookId, OfficerCode, RecordId, SealKeyId, SubjectId};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::{Stamp, WriteTx};

static LOOK: Table = Table {
    name: "look",
    columns: &[
        ("look_id", Column::Bytes),
        ("subject_id", Column::Bytes),
        ("seq", Column::Whole),
        ("looked_at", Column::Whole),
        ("officer", Column::Text),
        ("case_hash", Column::Bytes),
        ("outcome", Column::Text),
        ("sealed", Column::Bytes),
        ("leaf_index", Column::Whole),
    ],
};
static LOOK_RECORD: Table = Table {
    name: "look_record",
    columns: &[("record_id", Column::Bytes), ("look_id", Column::Bytes), ("version", Column::Whole)],
};
/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Something was shown.
    Answered,
    /// There was nothing to show.
    Nothing,
    /// It was refused.
    Denied,
    /// The person's own look.
    Own,
}

impl Outcome {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Nothing => "nothing",
            Self::Denied => "denied",
            Self::Own => "own",
        }
    }

    /// The outcome that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Answered, Self::Nothing, Self::Denied, Self::Own].into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A look to be added.
#[derive(Debug, Clone)]
pub struct NewLook {
    /// The look.
    pub look: LookId,
    /// Whose file; the stand-in where nobody has the identifier.
    pub subject: SubjectId,
    /// Its place in the chain of that file, from 1.
    pub seq: u64,
    /// When, in microseconds.
    pub looked_at: i64,
    /// Who; nobody for the person's own look.
    pub officer: Option<OfficerCode>,
    /// The keyed hash of member and case.
    pub case_hash: Option<[u8; 32]>,
    /// How it ended.
    pub outcome: Outcome,
    /// The event, sealed under the person's key.
    pub sealed: Vec<u8>,
    /// What was shown.
    pub shown: Vec<(RecordId, u32)>,
    /// Its journal index.
    pub leaf: u64,
}

/// A look on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookOnFile {
    /// The look.
    pub look: LookId,
    /// Whose file.
    pub subject: SubjectId,
    /// Its place in the chain.
    pub seq: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The event, sealed under the person's key.
    pub sealed: Vec<u8>,
    /// Its journal index.
    pub leaf: u64,
}

/// Writes a look with what it showed.
pub fn add(tx: &mut WriteTx<'_>, new: &NewLook) -> Result<(), StoreError> {
    let row: Vec<Value<'_>> = vec![
        new.look.as_bytes().into(),
        new.subject.as_bytes().into(),
        Value::Whole(new.seq as i64),
        new.looked_at.into(),
        new.officer.as_ref().map(|officer| officer.as_str()).into(),
        new.case_hash.as_ref().into(),
        new.outcome.word().into(),
        new.sealed.as_slice().into(),
        Value::Whole(new.leaf as i64),
    ];
    tx.insert(&LOOK, &[row])?;
    let shown: Vec<Vec<Value<'_>>> = new
        .shown
        .iter()
        .map(|(record, version)| vec![record.as_bytes().into(), new.look.as_bytes().into(), (*version).into()])
        .collect();
    tx.insert(&LOOK_RECORD, &shown)
}

fn on_file(row: &Row<'_>) -> Result<LookOnFile, StoreError> {
    let outcome = Outcome::find(&row.text("look", "outcome", 3)?);
    Ok(LookOnFile {
        look: LookId::from_bytes(row.exactly("look", "look_id", 0)?),
        subject: SubjectId::from_bytes(row.exactly("look", "subject_id", 1)?),
        seq: row.whole("look", "seq", 2)? as u64,
        outcome: outcome.ok_or(StoreError::BadRow {
            table: "look",
            column: "outcome",
            expected: "expected an outcome",
        })?,
        sealed: row.bytes("look", "sealed", 4)?,
        leaf: row.whole("look", "leaf_index", 5)? as u64,
    })
}

/// The looks at one person's file in the order of the chain, after `seq`, at most `most` of them.
pub fn list_of(tx: &mut impl Read, subject: SubjectId, after: u64, most: u32) -> Result<Vec<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look
         WHERE subject_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    tx.all("look::list_of", SQL, &[subject.as_bytes().into(), Value::Whole(after as i64), most.into()], on_file)
}

/// Which of the looks at a file a page of them shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Only those with a smaller number.
    pub before: u64,
    /// Only those made since, in microseconds.
    pub from: i64,
    /// Only those made before, in microseconds.
    pub until: i64,
    /// Only those that ended in one of these ways; the same way can stand more than once.
    pub outcomes: [Outcome; 4],
}

/// The looks of `span` at one person's file, the newest first, at most `most` of them.
pub fn list_before(
    tx: &mut impl Read,
    subject: SubjectId,
    span: &Span,
    most: u32,
) -> Result<Vec<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look
         WHERE subject_id = $1 AND seq < $2 AND $3 <= looked_at AND looked_at < $4 AND outcome IN ($5, $6, $7, $8)
         ORDER BY seq DESC LIMIT $9";
    // The store's numbers are signed.
    let before = i64::try_from(span.before).unwrap_or(i64::MAX);
    let [one, two, three, four] = span.outcomes.map(Outcome::word);
    let bound = [
        subject.as_bytes().into(),
        Value::Whole(before),
        span.from.into(),
        span.until.into(),
        one.into(),
        two.into(),
        three.into(),
        four.into(),
        most.into(),
    ];
    tx.all("look::list_before", SQL, &bound, on_file)
}

/// The latest look at one person's file that was not the person's own.
pub fn find_latest_of_others(tx: &mut impl Read, subject: SubjectId) -> Result<Option<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look
         WHERE subject_id = $1 AND outcome <> 'own' ORDER BY seq DESC LIMIT 1";
    tx.first("look::find_latest_of_others", SQL, &[subject.as_bytes().into()], on_file)
}

/// The look with this id, if it was at this person's file; one at another's is not there.
pub fn find_of_subject(tx: &mut impl Read, subject: SubjectId, look: LookId) -> Result<Option<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look
         WHERE subject_id = $1 AND look_id = $2";
    tx.first("look::find_of_subject", SQL, &[subject.as_bytes().into(), look.as_bytes().into()], on_file)
}

/// When the first look at one person's file was made, in microseconds.
pub fn find_first_at(tx: &mut impl Read, subject: SubjectId) -> Result<Option<i64>, StoreError> {
    const SQL: &str = "SELECT looked_at FROM look WHERE subject_id = $1 AND seq = 1";
    tx.first("look::find_first_at", SQL, &[subject.as_bytes().into()], |row| row.whole("look", "looked_at", 0))
}

/// The number of the person's own first look.
pub fn find_first_own(tx: &mut impl Read, subject: SubjectId) -> Result<Option<u64>, StoreError> {
    const SQL: &str = "
        SELECT seq FROM look WHERE subject_id = $1 AND outcome = 'own' ORDER BY seq LIMIT 1";
    tx.first("look::find_first_own", SQL, &[subject.as_bytes().into()], |row| Ok(row.whole("look", "seq", 0)? as u64))
}

/// Looks of officers from `since` (microseconds) on, of all files and by id, after `after`, at most `most` of them, each with
/// the key that its person's looks are sealed under: for counting what an earlier program did not count, and for leaving out
/// of what is published a day that is not over. No record is reached from here.
pub fn list_uncounted(
    tx: &mut impl Read,
    since: i64,
    after: LookId,
    most: u32,
) -> Result<Vec<(LookOnFile, SealKeyId)>, StoreError> {
    const SQL: &str = "
        SELECT l.look_id, l.subject_id, l.seq, l.outcome, l.sealed, l.leaf_index, s.key_id
          FROM look l JOIN subject s ON s.subject_id = l.subject_id
         WHERE l.look_id > $1 AND l.looked_at >= $2 AND l.officer IS NOT NULL ORDER BY l.look_id LIMIT $3";
    tx.all("look::list_uncounted", SQL, &[after.as_bytes().into(), since.into(), most.into()], |row| {
        Ok((on_file(row)?, SealKeyId::from_bytes(row.exactly("subject", "key_id", 6)?)))
    })
}

/// The look with this id.
pub fn find(tx: &mut impl Read, look: LookId) -> Result<Option<LookOnFile>, StoreError> {
    const SQL: &str = "SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look WHERE look_id = $1";
    tx.first("look::find", SQL, &[look.as_bytes().into()], on_file)
}

/// The look with this id, if it was this officer's.
pub fn find_of_officer(
    tx: &mut impl Read,
    look: LookId,
    officer: &OfficerCode,
) -> Result<Option<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look WHERE look_id = $1 AND officer = $2";
    tx.first("look::find_of_officer", SQL, &[look.as_bytes().into(), officer.as_str().into()], on_file)
}

/// One officer's own looks whose journal index is below `before`, newest first, at most `most` of them. Each is sealed:
/// whom it was about serves the vault, which opens its trace, and nobody else.
pub fn list_of_officer(
    tx: &mut impl Read,
    officer: &OfficerCode,
    before: u64,
    most: u32,
) -> Result<Vec<LookOnFile>, StoreError> {
    const SQL: &str = "
        SELECT look_id, subject_id, seq, outcome, sealed, leaf_index FROM look
         WHERE officer = $1 AND leaf_index < $2 ORDER BY leaf_index DESC LIMIT $3";
    let before = Value::Whole(i64::try_from(before).unwrap_or(i64::MAX));
    tx.all("look::list_of_officer", SQL, &[officer.as_str().into(), before, most.into()], on_file)
}

/// The stamp of a look that was committed before: it is journaled, for its row says where.
pub fn load_stamp(tx: &mut impl Read, look: LookId, head: std::sync::Arc<crate::Head>) -> Result<Stamp, StoreError> {
    let found = find(tx, look)?.ok_or(StoreError::Missing { table: "look" })?;
    Ok(Stamp { leaf: found.leaf, event: look.retype(), head })
}

/// One question of the last day, as the pace of its officer counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who asked.
    pub officer: OfficerCode,
    /// About whom: the keyed hash of the identifier, whether anybody has it or not.
    pub person: [u8; 32],
    /// The keyed hash of member and case.
    pub case_hash: [u8; 32],
    /// How it ended.
    pub outcome: Outcome,
    /// When, in microseconds.
    pub looked_at: i64,
}

/// The questions asked since `since` (microseconds), in order.
///
/// A question about somebody unknown does not tell which number it named: each stands for a person of its own.
pub fn list_asked(tx: &mut impl Read, since: i64) -> Result<Vec<Asked>, StoreError> {
    const SQL: &str = "
        SELECT l.officer, l.look_id, l.case_hash, l.outcome, l.looked_at, i.index_hash
          FROM look l LEFT JOIN identifier i ON i.subject_id = l.subject_id
         WHERE l.looked_at >= $1 AND l.officer IS NOT NULL ORDER BY l.leaf_index";
    let bad = |column| move || StoreError::BadRow { table: "look", column, expected: "expected a known word" };
    tx.all("look::list_asked", SQL, &[since.into()], |row| {
        let mut person = [0; 32];
        match row.maybe_bytes("identifier", "index_hash", 5)? {
            Some(_) => person = row.exactly("identifier", "index_hash", 5)?,
            None => person[..16].copy_from_slice(&row.exactly::<16>("look", "look_id", 1)?),
        }
        Ok(Asked {
            officer: row.text("look", "officer", 0)?.parse().map_err(|_| bad("officer")())?,
            person,
            case_hash: row.exactly("look", "case_hash", 2)?,
            outcome: Outcome::find(&row.text("look", "outcome", 3)?).ok_or_else(bad("outcome"))?,
            looked_at: row.whole("look", "looked_at", 4)?,
        })
    })
}

/// Keeps what a caller's idempotency key stands for; false if it stands for something already.
pub fn keep_idempotent(
    tx: &mut WriteTx<'_>,
    caller: &str,
    key: &[u8; 32],
    body: &[u8; 32],
    look: LookId,
    at: i64,
) -> Result<bool, StoreError> {
    const SQL: &str = "
        INSERT INTO idempotency (caller, key_hash, body_hash, event_id, made_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    let bound = [caller.into(), key.into(), body.into(), look.as_bytes().into(), Value::Whole(at)];
    Ok(tx.run("look::keep_idempotent", SQL, &bound)? == 1)
}
