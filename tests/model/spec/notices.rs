//! Notices: told, confirmed, chased.

use super::acts::{NoticeSaid, Reply};
use super::{Expected, Model, Notice};

/// The steps of chasing, in order.
const STEPS: [&str; 3] = ["reminder", "head-of-office", "supervisor"];
/// How long each waits for the next, in days.
const BETWEEN: i32 = 7;

impl Model {
    pub(super) fn lists_notices(&self, member: &str) -> Reply {
        let open = self.notices.iter().filter(|notice| notice.member == member && !notice.confirmed);
        let mut said: Vec<NoticeSaid> = open.map(|notice| self.said(notice)).collect();
        said.sort();
        Reply::Notices(said)
    }

    pub(super) fn is_confirmed(&mut self, member: &str, seq: u64, by: &str) -> Expected {
        if member != by {
            return Expected::exactly(Reply::Refused("no-such-notice"), 0);
        }
        let found = self.notices.iter().position(|notice| notice.member == member && notice.seq == seq);
        let at = found.expect("the notice is there");
        let leaves = u64::from(!self.notices[at].confirmed);
        self.notices[at].confirmed = true;
        Expected::exactly(Reply::Notices(vec![self.said(&self.notices[at])]), leaves)
    }

    /// One step for every notice that is late on a day that has surely come.
    pub(super) fn chases(&mut self, today: i32) -> u64 {
        let is_due = |notice: &&mut Notice| {
            !notice.confirmed
                && notice.due_on < today
                && (notice.chases as usize) < STEPS.len()
                && notice.chased_on.is_none_or(|before| before + BETWEEN < today)
        };
        let mut chased = 0;
        for notice in self.notices.iter_mut().filter(is_due) {
            (notice.chases, notice.chased_on) = (notice.chases + 1, Some(today));
            chased += 1;
        }
        chased
    }

    /// A notice as its member reads it today.
    pub(super) fn said(&self, notice: &Notice) -> NoticeSaid {
        let correction = &self.corrections[notice.correction];
        let standing = match (notice.confirmed, self.time.sure_day() <= notice.due_on) {
            (true, _) => "confirmed",
            (false, true) => "to-confirm",
            (false, false) => "late",
        };
        let step = STEPS.get(notice.chases as usize).filter(|_| !notice.confirmed);
        let waits_until = notice.chased_on.map_or(notice.due_on, |before| before + BETWEEN);
        let is_about = |telling: &&super::Telling| {
            telling.record == correction.record
                && telling.member == notice.member
                && telling.version <= correction.version_before
        };
        NoticeSaid {
            seq: notice.seq,
            number: self.records[correction.record].name.clone(),
            withdrawn: correction.withdrawn,
            version_before: correction.version_before,
            due_on: notice.due_on,
            chases: notice.chases,
            standing,
            next: step.map(|step| (*step, waits_until + 1)),
            looks: Some(self.tellings.iter().filter(is_about).count() as u64),
        }
    }
}
