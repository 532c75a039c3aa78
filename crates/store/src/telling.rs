//! Who was told of a record: the members whose officers were shown it.

use fairfile_domain::id::{MemberCode, RecordId, SubjectId};

use crate::connection::Read;
use crate::error::StoreError;

/// A member that was shown a record, in however many looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOf {
    /// The record.
    pub record: RecordId,
    /// The member.
    pub member: MemberCode,
    /// How many looks showed it.
    pub looks: u64,
    /// The first of them, in microseconds.
    pub first_at: i64,
    /// The latest of them, in microseconds.
    pub last_at: i64,
}

/// Which members were shown which of one person's records, by record and member.
///
/// It begins at the person's records: what was shown lies in their order, and a search by look would read what was shown of
/// everybody.
pub fn list_of_subject(tx: &mut impl Read, subject: SubjectId) -> Result<Vec<ToldOf>, StoreError> {
    const SQL: &str = "
        SELECT s.record_id, o.member, COUNT(*), MIN(l.looked_at), MAX(l.looked_at)
          FROM record r
          JOIN look_record s ON s.record_id = r.record_id
          JOIN look l ON l.look_id = s.look_id
          JOIN officer o ON o.officer = l.officer
         WHERE r.subject_id = $1 GROUP BY s.record_id, o.member ORDER BY s.record_id, o.member";
    tx.all("telling::list_of_subject", SQL, &[subject.as_bytes().into()], |row| {
        let bad = |_| StoreError::BadRow { table: "officer", column: "member", expected: "expected a code" };
        Ok(ToldOf {
            record: RecordId::from_bytes(row.exactly("look_record", "record_id", 0)?),
            member: row.text("officer", "member", 1)?.parse().map_err(bad)?,
            looks: row.whole("look_record", "look_id", 2)? as u64,
            first_at: row.whole("look", "looked_at", 3)?,
            last_at: row.whole("look", "looked_at", 4)?,
        })
    })
}
