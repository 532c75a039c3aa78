//! Members that are late: which notices they have not confirmed, since when, and what is done about it.

use fairfile_domain::day::Day;
use fairfile_domain::id::{MemberCode, NoticeId};
use fairfile_domain::notice::{Chase, next_chase};
use fairfile_store::notice;

use crate::registry::{Registry, RegistryError};

/// A step of chasing, with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub chase: Chase,
    /// On which day.
    pub on: Day,
}

/// A notice that a member has not confirmed in time, without the record and the person that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateNotice {
    /// The notice.
    pub notice: NoticeId,
    /// The member.
    pub member: MemberCode,
    /// The last day on which it could be confirmed in time.
    pub due_on: Day,
    /// What was done last.
    pub last: Option<Step>,
    /// What is done next; nothing once the supervisor was told.
    pub next: Option<Step>,
}

/// The notices that are late today, by member and the longest late first, at most `most`.
///
/// # Errors
/// What the store says.
pub fn list_late(reg: &Registry, most: u32) -> Result<Vec<LateNotice>, RegistryError> {
    let late = notice::list_all_late(&mut reg.store.read()?, reg.today(), most)?;
    let view = |notice: notice::NoticeOnFile| LateNotice {
        notice: notice.notice,
        member: notice.member,
        due_on: notice.due_on,
        last: Chase::taken(notice.chases).zip(notice.chased_on).map(|(chase, on)| Step { chase, on }),
        next: next_chase(notice.due_on, notice.chased_on, notice.chases).map(|(chase, on)| Step { chase, on }),
    };
    Ok(late.into_iter().map(view).collect())
}
