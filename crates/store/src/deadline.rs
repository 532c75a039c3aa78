//! Deadlines that run: notices that wait for their members, whatever they are about.

use fairfile_domain::day::Day;
use fairfile_domain::id::{MemberCode, NoticeId};

use crate::connection::Read;
use crate::error::StoreError;

/// A notice that its member has not confirmed: ids, the member and days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The notice.
    pub notice: NoticeId,
    /// To whom.
    pub member: MemberCode,
    /// The last day on which it can be confirmed in time.
    pub due_on: Day,
    /// When the member was chased last.
    pub chased_on: Option<Day>,
    /// How often.
    pub chases: u32,
}

/// Up to `most` notices that were not confirmed, those due first before the others.
pub fn list_unconfirmed(tx: &mut impl Read, most: u32) -> Result<Vec<Unconfirmed>, StoreError> {
    const SQL: &str = "
        SELECT notice_id, member, due_on, chased_on, chases FROM notice
         WHERE confirmed_at IS NULL ORDER BY due_on, notice_id LIMIT $1";
    let bad = |column, expected| StoreError::BadRow { table: "notice", column, expected };
    let day = |whole: i64, column| {
        let day = i32::try_from(whole).ok().and_then(|day| Day::from_epoch_day(day).ok());
        day.ok_or_else(|| bad(column, "expected a day"))
    };
    tx.all("deadline::list_unconfirmed", SQL, &[most.into()], |row| {
        Ok(Unconfirmed {
            notice: NoticeId::from_bytes(row.exactly("notice", "notice_id", 0)?),
            member: row.text("notice", "member", 1)?.parse().map_err(|_| bad("member", "expected a code"))?,
            due_on: day(row.whole("notice", "due_on", 2)?, "due_on")?,
            chased_on: row.maybe_whole("notice", "chased_on", 3)?.map(|on| day(on, "chased_on")).transpose()?,
            chases: row.count("notice", "chases", 4)?,
        })
    })
}
