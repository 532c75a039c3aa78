//! People who are being served at a counter, in memory alone: from the moment at which an officer has typed what stands on
//! the document, until the file is closed. A restart ends every one of them, and nothing of it lies on a disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use fairfile_domain::id::{CounterVisitId, MemberCode, OfficerCode};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::name::PersonName;
use fairfile_service::inquirer::CaseReference;
use fairfile_service::person::{COUNTER_MICROS, Visit};

use crate::limits::{VISITS, VISITS_OF_ONE};

/// What stands on the document; forgotten as soon as the file is open.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) identifier: Identifier,
    pub(crate) name: PersonName,
}

/// How far a visit has come.
#[derive(Clone)]
pub(crate) enum Stage {
    /// A second officer has to see the person and the document.
    Waiting(Document),
    /// One has; the first can open the file.
    Confirmed(Document, OfficerCode),
    /// The file is open for the person; the second officer stays named.
    Open(Visit, OfficerCode),
}

/// A visit.
#[derive(Clone)]
pub(crate) struct Served {
    /// Who began it.
    pub(crate) officer: OfficerCode,
    /// In which session.
    session: [u8; 32],
    /// For which member.
    pub(crate) member: MemberCode,
    /// The office's own number of it.
    pub(crate) case: CaseReference,
    /// When it was begun, in microseconds of the node's clock.
    pub(crate) begun_at: i64,
    pub(crate) stage: Stage,
}

impl Served {
    pub(crate) fn new(
        officer: OfficerCode,
        session: [u8; 32],
        member: MemberCode,
        case: CaseReference,
        document: Document,
        begun_at: i64,
    ) -> Self {
        Self { officer, session, member, case, begun_at, stage: Stage::Waiting(document) }
    }

    /// Whether it is the visit of this session.
    pub(crate) fn is_of(&self, session: &[u8; 32]) -> bool {
        self.session == *session
    }

    /// What waits for nobody within ten minutes is over; an open file ends with the look that it is.
    fn is_over(&self, now: i64) -> bool {
        let lasted = now.saturating_sub(self.begun_at);
        let most = if matches!(self.stage, Stage::Open(..)) { 2 * COUNTER_MICROS } else { COUNTER_MICROS };
        !(0..most).contains(&lasted)
    }
}

/// The visits.
#[derive(Default)]
pub(crate) struct Visits(Mutex<HashMap<CounterVisitId, Served>>);

impl Visits {
    /// Begins a visit; false if there is no room for another. One more of the same officer ends the oldest of those.
    pub(crate) fn begin(&self, id: CounterVisitId, served: Served) -> bool {
        let mut visits = self.visits(served.begun_at);
        let own = visits.iter().filter(|(_, other)| other.officer == served.officer);
        if own.clone().count() >= VISITS_OF_ONE {
            let oldest = own.min_by_key(|(_, other)| other.begun_at).map(|(id, _)| *id);
            if let Some(oldest) = oldest {
                visits.remove(&oldest);
            }
        }
        if visits.len() >= VISITS {
            return false;
        }
        visits.insert(id, served);
        true
    }

    /// The visit of this id to this member, if it is not over at `now`.
    pub(crate) fn find(&self, id: CounterVisitId, member: &MemberCode, now: i64) -> Option<Served> {
        self.visits(now).get(&id).filter(|served| served.member == *member).cloned()
    }

    /// Those of one member that wait for a second officer, oldest first: the id, who began it, and when.
    pub(crate) fn waiting(&self, member: &MemberCode, now: i64) -> Vec<(CounterVisitId, OfficerCode, i64)> {
        let visits = self.visits(now);
        let waiting = visits.iter().filter(|(_, served)| served.member == *member);
        let waiting = waiting.filter(|(_, served)| matches!(served.stage, Stage::Waiting(_)));
        let mut waiting: Vec<_> = waiting.map(|(id, served)| (*id, served.officer.clone(), served.begun_at)).collect();
        waiting.sort_by_key(|(id, _, begun_at)| (*begun_at, *id));
        waiting
    }

    /// Notes that `second` has seen the person and the document. Whoever began the visit is no second officer.
    pub(crate) fn confirm(&self, id: CounterVisitId, second: &OfficerCode, now: i64) {
        let mut visits = self.visits(now);
        let Some(served) = visits.get_mut(&id).filter(|served| served.officer != *second) else { return };
        if let Stage::Waiting(document) = &served.stage {
            served.stage = Stage::Confirmed(document.clone(), second.clone());
        }
    }

    /// Takes a confirmed visit out of its session's hands to open it, once.
    pub(crate) fn take(
        &self,
        id: CounterVisitId,
        session: &[u8; 32],
        now: i64,
    ) -> Option<(Served, Document, OfficerCode)> {
        let mut visits = self.visits(now);
        let served = visits.get(&id).filter(|served| served.is_of(session))?.clone();
        let Stage::Confirmed(document, second) = served.stage.clone() else { return None };
        visits.remove(&id);
        Some((served, document, second))
    }

    /// Notes that the file is open; what stood on the document is forgotten.
    pub(crate) fn opened(&self, id: CounterVisitId, served: Served, open: (Visit, OfficerCode), now: i64) {
        self.visits(now).insert(id, Served { stage: Stage::Open(open.0, open.1), ..served });
    }

    /// Ends a visit of this session.
    pub(crate) fn close(&self, id: CounterVisitId, session: &[u8; 32], now: i64) {
        let mut visits = self.visits(now);
        if visits.get(&id).is_some_and(|served| served.is_of(session)) {
            visits.remove(&id);
        }
    }

    /// The visits that are not over.
    fn visits(&self, now: i64) -> MutexGuard<'_, HashMap<CounterVisitId, Served>> {
        // Every change leaves each visit whole, whatever its last holder met.
        let mut visits = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        visits.retain(|_, served| !served.is_over(now));
        visits
    }
}
