//! A member that does not confirm a notice is chased: reminded, then its head of office is told, then the supervisor.

use std::collections::BTreeMap;

use fairfile_domain::day::Day;
use fairfile_domain::id::{EventId, MemberCode, NoticeId};
use fairfile_domain::notice::{Chase, TIME_BETWEEN_CHASES};
use fairfile_store::notice;

use super::run::{CalendarError, settle};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Notices chased by one commit.
const AT_ONCE: u32 = 500;

/// Takes the next step for every notice that is late on `today`, one step for each, however long nobody looked.
///
/// Gives for each member how many were chased. After a week of standing still nobody is chased three times in a row: the
/// time between two steps is the member's.
pub(super) fn chase(reg: &Registry, today: Day) -> Result<BTreeMap<MemberCode, u64>, CalendarError> {
    let steps = u32::try_from(Chase::ALL.len()).unwrap_or(u32::MAX);
    let waited = today.plus_days(-i64::from(TIME_BETWEEN_CHASES.count)).map_err(|_| RegistryError::Event)?;
    let mut chased = BTreeMap::new();
    loop {
        let late = notice::list_to_chase(&mut reg.store.read()?, today, waited, steps, AT_ONCE)?;
        if late.is_empty() {
            return Ok(chased);
        }
        for member in note(reg, late, today)? {
            *chased.entry(member).or_default() += 1;
        }
    }
}

/// The member of each notice for which a step was taken.
fn note(reg: &Registry, late: Vec<(NoticeId, MemberCode, u32)>, today: Day) -> Result<Vec<MemberCode>, CalendarError> {
    let now = reg.clock.now();
    let mut rows = Vec::with_capacity(late.len());
    for (notice, member, chases) in late {
        let Some(step) = Chase::next(chases) else { continue };
        let id: EventId = reg.fresh_event()?;
        let event = Event::new()
            .whole("at", now.unix_micros())
            .whole("chases", i64::from(chases) + 1)
            .text("event", "notice-chased")
            .hex("notice_id", notice.as_bytes())
            .day("on", today)
            .text("step", step.word())
            .bytes();
        let entry = events::written(reg.vault.keyring().hashes(), id, now, event, 0)?.open_entry();
        rows.push(((notice, member, chases), entry));
    }
    let taken = settle(reg, rows, move |tx, (notice, _, chases)| notice::chase(tx, *notice, *chases, today))?;
    Ok(taken.into_iter().map(|(_, member, _)| member).collect())
}
