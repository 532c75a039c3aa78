//! Notices: each member that was shown a record is told that it was corrected or withdrawn, in an order of its own,
//! and is told until it has confirmed.

use fairfile_domain::actor::Hand;
use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::day::Day;
use fairfile_domain::id::{
    BatchId, CorrectionId, ItemCode, LookId, MemberCode, NoticeId, OfficerCode, RecordId, SealKeyId, SubjectId,
};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static NOTICE: Table = Table {
    name: "notice",
    columns: &[
        ("notice_id", Column::Bytes),
        ("member", Column::Text),
        ("seq", Column::Whole),
        ("correction_id", Column::Bytes),
        ("record_id", Column::Bytes),
        ("made_at", Column::Whole),
        ("due_on", Column::Whole),
        ("chases", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};

/// A notice to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// The notice.
    pub notice: NoticeId,
    /// The member that it tells.
    pub member: MemberCode,
    /// Its place among the notices to that member, from 1 and without gaps.
    pub seq: u64,
    /// What it tells of.
    pub correction: CorrectionId,
    /// The record.
    pub record: RecordId,
    /// When it was made, in microseconds.
    pub made_at: i64,
    /// The last day on which it can be confirmed in time.
    pub due_on: Day,
    /// The journal index of the correction.
    pub leaf: u64,
}

/// A notice on file, with what it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeOnFile {
    /// The notice.
    pub notice: NoticeId,
    /// The member that it tells.
    pub member: MemberCode,
    /// Its place among the notices to that member.
    pub seq: u64,
    /// What it tells of.
    pub correction: CorrectionId,
    /// The record.
    pub record: RecordId,
    /// The record's item.
    pub item: ItemCode,
    /// Whether the record was corrected or withdrawn.
    pub act: Act,
    /// Why.
    pub reason: Reason,
    /// The version that went.
    pub version_before: u32,
    /// When it was made, in microseconds.
    pub made_at: i64,
    /// The last day on which it can be confirmed in time.
    pub due_on: Day,
    /// The day of the latest step of chasing.
    pub chased_on: Option<Day>,
    /// How many steps of chasing were taken.
    pub chases: u32,
    /// When the member confirmed, in microseconds.
    pub confirmed_at: Option<i64>,
}

/// A member's confirmation.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The notice.
    pub notice: NoticeId,
    /// The member.
    pub member: MemberCode,
    /// When, in microseconds.
    pub at: i64,
    /// By whose hand.
    pub hand: Hand,
    /// The key that the evidence is sealed under.
    pub evidence_key: SealKeyId,
    /// What shows that the member did it, sealed.
    pub sealed: Vec<u8>,
    /// The keyed hash of the evidence.
    pub evidence_hash: [u8; 32],
    /// Its journal index.
    pub leaf: u64,
}

fn whole(day: Day) -> Value<'static> {
    Value::Whole(i64::from(day.epoch_day()))
}

fn day(column: &'static str, whole: i64) -> Result<Day, StoreError> {
    let whole = i32::try_from(whole).ok();
    let bad = StoreError::BadRow { table: "notice", column, expected: "expected a day" };
    whole.and_then(|whole| Day::from_epoch_day(whole).ok()).ok_or(bad)
}

fn on_file(row: &Row<'_>) -> Result<NoticeOnFile, StoreError> {
    let table = "notice";
    let bad = |table, column| StoreError::BadRow { table, column, expected: "expected a known word" };
    let chased_on = row.maybe_whole(table, "chased_on", 11)?.map(|whole| day("chased_on", whole)).transpose()?;
    Ok(NoticeOnFile {
        notice: NoticeId::from_bytes(row.exactly(table, "notice_id", 0)?),
        member: row.text(table, "member", 1)?.parse().map_err(|_| bad(table, "member"))?,
        seq: row.whole(table, "seq", 2)? as u64,
        correction: CorrectionId::from_bytes(row.exactly(table, "correction_id", 3)?),
        record: RecordId::from_bytes(row.exactly(table, "record_id", 4)?),
        item: row.text("record", "item", 5)?.parse().map_err(|_| bad("record", "item"))?,
        act: Act::find(&row.text("correction", "act", 6)?).ok_or_else(|| bad("correction", "act"))?,
        reason: Reason::find(&row.text("correction", "reason", 7)?).ok_or_else(|| bad("correction", "reason"))?,
        version_before: row.count("correction", "version_before", 8)?,
        made_at: row.whole(table, "made_at", 9)?,
        due_on: day("due_on", row.whole(table, "due_on", 10)?)?,
        chased_on,
        chases: row.count(table, "chases", 12)?,
        confirmed_at: row.maybe_whole(table, "confirmed_at", 13)?,
    })
}

/// The members whose officers were shown any version of a record, by code.
pub fn list_told(tx: &mut impl Read, record: RecordId) -> Result<Vec<MemberCode>, StoreError> {
    const SQL: &str = "
        SELECT DISTINCT o.member
          FROM look_record s
          JOIN look l ON l.look_id = s.look_id
          JOIN officer o ON o.officer = l.officer
         WHERE s.record_id = $1 ORDER BY o.member";
    let bad = StoreError::BadRow { table: "officer", column: "member", expected: "expected a code" };
    let told = tx.all("notice::list_told", SQL, &[record.as_bytes().into()], |row| row.text("officer", "member", 0))?;
    let told: Option<Vec<MemberCode>> = told.into_iter().map(|code| code.parse().ok()).collect();
    told.ok_or(bad)
}

/// The number of the latest notice to a member; 0 if there is none.
pub fn last_seq(tx: &mut impl Read, member: &MemberCode) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT seq FROM notice WHERE member = $1 ORDER BY seq DESC LIMIT 1";
    let last = tx.first("notice::last_seq", SQL, &[member.as_str().into()], |row| row.whole("notice", "seq", 0))?;
    Ok(last.map_or(0, |last| last as u64))
}

/// Adds notices.
pub fn add(tx: &mut WriteTx<'_>, notices: &[NewNotice]) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = notices
        .iter()
        .map(|new| {
            vec![
                new.notice.as_bytes().into(),
                new.member.as_str().into(),
                Value::Whole(new.seq as i64),
                new.correction.as_bytes().into(),
                new.record.as_bytes().into(),
                new.made_at.into(),
                whole(new.due_on),
                Value::Whole(0),
                Value::Whole(new.leaf as i64),
            ]
        })
        .collect();
    tx.insert(&NOTICE, &rows)
}

/// The notices to one member after the number `after`, in order, at most `most` of them; none after a number that is
/// greater than any can be.
pub fn list_of_member(
    tx: &mut impl Read,
    member: &MemberCode,
    after: u64,
    most: u32,
) -> Result<Vec<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM notice n
          JOIN correction c ON c.correction_id = n.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE n.member = $1 AND n.seq > $2 ORDER BY n.seq LIMIT $3";
    let bound = [member.as_str().into(), Value::Whole(i64::try_from(after).unwrap_or(i64::MAX)), most.into()];
    tx.all("notice::list_of_member", SQL, &bound, on_file)
}

/// The notices to one member that it has not confirmed, in order, at most `most` of them.
pub fn list_open(tx: &mut impl Read, member: &MemberCode, most: u32) -> Result<Vec<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM notice n
          JOIN correction c ON c.correction_id = n.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE n.member = $1 AND n.confirmed_at IS NULL ORDER BY n.seq LIMIT $2";
    tx.all("notice::list_open", SQL, &[member.as_str().into(), most.into()], on_file)
}

/// The notices to one member that it confirmed at `since` or later, in microseconds: the newest first, at most `most` of them.
pub fn list_confirmed(
    tx: &mut impl Read,
    member: &MemberCode,
    since: i64,
    most: u32,
) -> Result<Vec<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM notice n
          JOIN correction c ON c.correction_id = n.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE n.member = $1 AND n.confirmed_at >= $2 ORDER BY n.seq DESC LIMIT $3";
    let bound = [member.as_str().into(), Value::Whole(since), most.into()];
    tx.all("notice::list_confirmed", SQL, &bound, on_file)
}

/// The notices that followed corrections of one person's records, in the order of the corrections.
pub fn list_of_subject(tx: &mut impl Read, subject: SubjectId) -> Result<Vec<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM record r
          JOIN notice n ON n.record_id = r.record_id
          JOIN correction c ON c.correction_id = n.correction_id
         WHERE r.subject_id = $1 ORDER BY n.leaf_index, n.member";
    tx.all("notice::list_of_subject", SQL, &[subject.as_bytes().into()], on_file)
}

/// The notice, if it is one to this member.
pub fn find(tx: &mut impl Read, notice: NoticeId, member: &MemberCode) -> Result<Option<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM notice n
          JOIN correction c ON c.correction_id = n.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE n.notice_id = $1 AND n.member = $2";
    tx.first("notice::find", SQL, &[notice.as_bytes().into(), member.as_str().into()], on_file)
}

/// The journal index of a notice's confirmation, if it is confirmed.
pub fn find_confirmed_leaf(tx: &mut impl Read, notice: NoticeId) -> Result<Option<u64>, StoreError> {
    const SQL: &str = "SELECT confirmed_leaf FROM notice WHERE notice_id = $1";
    let leaf = tx.first("notice::find_confirmed_leaf", SQL, &[notice.as_bytes().into()], |row| {
        row.maybe_whole("notice", "confirmed_leaf", 0)
    })?;
    Ok(leaf.flatten().map(|leaf| leaf as u64))
}

/// Keeps a member's confirmation; false if the notice is confirmed already, and then nothing is changed.
pub fn confirm(tx: &mut WriteTx<'_>, new: &Confirmation) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE notice SET confirmed_at = $1, key_code = $2, evidence_key_id = $3, sealed = $4, evidence_hash = $5,
               confirmed_leaf = $6, officer = $7
         WHERE notice_id = $8 AND member = $9 AND confirmed_at IS NULL";
    let (key, officer) = match &new.hand {
        Hand::Key(key) => (Some(key.as_str()), None),
        Hand::Officer(officer) => (None, Some(officer.as_str())),
    };
    let bound = [
        new.at.into(),
        key.into(),
        new.evidence_key.as_bytes().into(),
        new.sealed.as_slice().into(),
        (&new.evidence_hash).into(),
        Value::Whole(new.leaf as i64),
        officer.into(),
        new.notice.as_bytes().into(),
        new.member.as_str().into(),
    ];
    Ok(tx.run("notice::confirm", SQL, &bound)? == 1)
}

/// Up to `most` notices that are late on `today` and whose next step of chasing is due: not chased yet, or chased
/// before `chased_before` and not with the supervisor after `steps` of them. Each with its member and the steps taken.
pub fn list_to_chase(
    tx: &mut impl Read,
    today: Day,
    chased_before: Day,
    steps: u32,
    most: u32,
) -> Result<Vec<(NoticeId, MemberCode, u32)>, StoreError> {
    const SQL: &str = "
        SELECT notice_id, member, chases FROM notice
         WHERE confirmed_at IS NULL AND due_on < $1 AND chases < $2 AND (chased_on IS NULL OR chased_on < $3)
         ORDER BY due_on, notice_id LIMIT $4";
    let bound = [whole(today), steps.into(), whole(chased_before), most.into()];
    tx.all("notice::list_to_chase", SQL, &bound, |row| {
        let notice = NoticeId::from_bytes(row.exactly("notice", "notice_id", 0)?);
        let bad = |_| StoreError::BadRow { table: "notice", column: "member", expected: "expected a code" };
        Ok((notice, row.text("notice", "member", 1)?.parse().map_err(bad)?, row.count("notice", "chases", 2)?))
    })
}

/// What a member is late with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The member.
    pub member: MemberCode,
    /// How many notices.
    pub notices: u32,
    /// The last day on which the oldest of them could be confirmed in time.
    pub due_on: Day,
    /// How many steps of chasing were taken for the one that is chased the furthest.
    pub chases: u32,
}

/// The members that are late with notices on `today`, by code.
pub fn list_late(tx: &mut impl Read, today: Day) -> Result<Vec<Late>, StoreError> {
    const SQL: &str = "
        SELECT member, COUNT(*), MIN(due_on), MAX(chases) FROM notice
         WHERE confirmed_at IS NULL AND due_on < $1 GROUP BY member ORDER BY member";
    let bad = |column, expected| StoreError::BadRow { table: "notice", column, expected };
    tx.all("notice::list_late", SQL, &[whole(today)], |row| {
        let due_on = row.whole("notice", "due_on", 2)?;
        let due_on = i32::try_from(due_on).ok().and_then(|day| Day::from_epoch_day(day).ok());
        Ok(Late {
            member: row.text("notice", "member", 0)?.parse().map_err(|_| bad("member", "expected a code"))?,
            notices: row.count("notice", "notice_id", 1)?,
            due_on: due_on.ok_or_else(|| bad("due_on", "expected a day"))?,
            chases: row.count("notice", "chases", 3)?,
        })
    })
}

/// The notices that are late on `today`, by member and the longest late first, at most `most` of them.
pub fn list_all_late(tx: &mut impl Read, today: Day, most: u32) -> Result<Vec<NoticeOnFile>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at
          FROM notice n
          JOIN correction c ON c.correction_id = n.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE n.confirmed_at IS NULL AND n.due_on < $1 ORDER BY n.member, n.due_on, n.seq LIMIT $2";
    tx.all("notice::list_all_late", SQL, &[whole(today), most.into()], on_file)
}

/// Notes a step of chasing; false if the notice was confirmed or chased meanwhile.
pub fn chase(tx: &mut WriteTx<'_>, notice: NoticeId, chases_before: u32, on: Day) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE notice SET chases = chases + 1, chased_on = $1
         WHERE notice_id = $2 AND chases = $3 AND confirmed_at IS NULL";
    let bound = [whole(on), notice.as_bytes().into(), chases_before.into()];
    Ok(tx.run("notice::chase", SQL, &bound)? == 1)
}

/// A look at which a member was shown a version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The record.
    pub record: RecordId,
    /// The version that was shown.
    pub version: u32,
    /// The look.
    pub look: LookId,
    /// Who looked.
    pub officer: OfficerCode,
    /// For which member.
    pub member: MemberCode,
    /// When, in microseconds.
    pub looked_at: i64,
}

fn telling(row: &Row<'_>) -> Result<Telling, StoreError> {
    let bad = |table, column| StoreError::BadRow { table, column, expected: "expected a code" };
    Ok(Telling {
        record: RecordId::from_bytes(row.exactly("look_record", "record_id", 0)?),
        version: row.count("look_record", "version", 1)?,
        look: LookId::from_bytes(row.exactly("look", "look_id", 2)?),
        officer: row.text("look", "officer", 3)?.parse().map_err(|_| bad("look", "officer"))?,
        member: row.text("officer", "member", 4)?.parse().map_err(|_| bad("officer", "member"))?,
        looked_at: row.whole("look", "looked_at", 5)?,
    })
}

/// The looks at which `member` was shown a record up to `version`, oldest first: those that a notice is about.
pub fn list_tellings_to(
    tx: &mut impl Read,
    record: RecordId,
    version: u32,
    member: &MemberCode,
) -> Result<Vec<Telling>, StoreError> {
    const SQL: &str = "
        SELECT s.record_id, s.version, l.look_id, l.officer, o.member, l.looked_at
          FROM look_record s
          JOIN look l ON l.look_id = s.look_id
          JOIN officer o ON o.officer = l.officer
         WHERE s.record_id = $1 AND s.version <= $2 AND o.member = $3 ORDER BY l.leaf_index";
    let bound = [record.as_bytes().into(), version.into(), member.as_str().into()];
    tx.all("notice::list_tellings_to", SQL, &bound, telling)
}

/// How far the notices that one file of corrections made have been confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldByBatch {
    /// The member.
    pub member: MemberCode,
    /// Notices to it.
    pub notices: u64,
    /// Those that it has confirmed.
    pub confirmed: u64,
}

/// How far one member has come with the notices that a source's corrections made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldBySource {
    /// The member that was told.
    pub member: MemberCode,
    /// Notices to it.
    pub notices: u64,
    /// Those that it has confirmed.
    pub confirmed: u64,
    /// Those that it has neither confirmed nor in time.
    pub late: u64,
}

/// Which members were told by the corrections of `source`, and how far each has come on `today`, by code.
pub fn list_told_by_source(
    tx: &mut impl Read,
    source: &MemberCode,
    today: Day,
) -> Result<Vec<ToldBySource>, StoreError> {
    const SQL: &str = "
        SELECT n.member, COUNT(*), COUNT(n.confirmed_at),
               COUNT(CASE WHEN n.confirmed_at IS NULL AND n.due_on < $1 THEN 1 END)
          FROM batch b
          JOIN correction c ON c.batch_id = b.batch_id
          JOIN notice n ON n.correction_id = c.correction_id
         WHERE b.member = $2 AND b.kind = 'corrections' GROUP BY n.member ORDER BY n.member";
    let bad = |_| StoreError::BadRow { table: "notice", column: "member", expected: "expected a code" };
    tx.all("notice::list_told_by_source", SQL, &[whole(today), source.as_str().into()], |row| {
        Ok(ToldBySource {
            member: row.text("notice", "member", 0)?.parse().map_err(bad)?,
            notices: row.whole("notice", "count", 1)? as u64,
            confirmed: row.whole("notice", "confirmed", 2)? as u64,
            late: row.whole("notice", "late", 3)? as u64,
        })
    })
}

/// The notices that the corrections of `source` made, the latest correction first and below the journal index `before`,
/// at most `most` of them. A correction whose notices do not all fit is left to the next page by whoever asks.
pub fn list_of_source(
    tx: &mut impl Read,
    source: &MemberCode,
    before: u64,
    most: u32,
) -> Result<Vec<(NoticeOnFile, u64)>, StoreError> {
    const SQL: &str = "
        SELECT n.notice_id, n.member, n.seq, n.correction_id, n.record_id, r.item, c.act, c.reason, c.version_before,
               n.made_at, n.due_on, n.chased_on, n.chases, n.confirmed_at, n.leaf_index
          FROM batch b
          JOIN correction c ON c.batch_id = b.batch_id
          JOIN notice n ON n.correction_id = c.correction_id
          JOIN record r ON r.record_id = n.record_id
         WHERE b.member = $1 AND b.kind = 'corrections' AND n.leaf_index < $2
         ORDER BY n.leaf_index DESC, n.member LIMIT $3";
    let bound = [source.as_str().into(), Value::Whole(i64::try_from(before).unwrap_or(i64::MAX)), most.into()];
    tx.all("notice::list_of_source", SQL, &bound, |row| {
        Ok((on_file(row)?, row.whole("notice", "leaf_index", 14)? as u64))
    })
}

/// Which members were told by a file of corrections, and how many of the notices each has confirmed.
pub fn list_told_by_batch(tx: &mut impl Read, batch: BatchId) -> Result<Vec<ToldByBatch>, StoreError> {
    const SQL: &str = "
        SELECT n.member, COUNT(*), COUNT(n.confirmed_at)
          FROM correction c JOIN notice n ON n.correction_id = c.correction_id
         WHERE c.batch_id = $1 GROUP BY n.member ORDER BY n.member";
    let bad = |_| StoreError::BadRow { table: "notice", column: "member", expected: "expected a code" };
    tx.all("notice::list_told_by_batch", SQL, &[batch.as_bytes().into()], |row| {
        Ok(ToldByBatch {
            member: row.text("notice", "member", 0)?.parse().map_err(bad)?,
            notices: row.whole("notice", "count", 1)? as u64,
            confirmed: row.whole("notice", "confirmed", 2)? as u64,
        })
    })
}
