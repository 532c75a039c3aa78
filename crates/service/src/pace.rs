//! How each officer has been asking during the last day, so that nobody searches through people.
//!
//! Kept in memory and rebuilt from the looks when the node starts. It is read and moved inside the
//! sequencer, so that questions sent at once are counted one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use fairfile_domain::access::{MISS_WINDOW, Pace};
use fairfile_domain::day::Instant;
use fairfile_domain::id::OfficerCode;
use fairfile_store::look::{Asked, Outcome};

/// How far back questions count: one day, in microseconds.
pub const WINDOW_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// The questions of all officers.
#[derive(Debug, Default)]
pub struct PaceBook {
    officers: BTreeMap<OfficerCode, Asking>,
}

#[derive(Debug, Default)]
struct Asking {
    /// The latest questions: when, and whether it found nothing.
    latest: VecDeque<(i64, bool)>,
    /// The people about whom each case asked, and when it last did.
    cases: HashMap<[u8; 32], (i64, BTreeSet<[u8; 32]>)>,
    /// Each question's time and case, oldest first: what is over is forgotten from here, a little at a time.
    order: VecDeque<(i64, [u8; 32])>,
    stopped: bool,
}

impl Asking {
    fn forget_before(&mut self, since: i64) {
        self.latest.retain(|(at, _)| *at >= since);
        while let Some((_, case)) = self.order.front().filter(|(at, _)| *at < since) {
            if self.cases.get(case).is_some_and(|(at, _)| *at < since) {
                self.cases.remove(case);
            }
            self.order.pop_front();
        }
    }
}

impl PaceBook {
    /// The book as the looks of the last day and the stops on file make it.
    pub fn rebuild(asked: impl IntoIterator<Item = Asked>, stopped: impl IntoIterator<Item = OfficerCode>) -> Self {
        let mut book = Self::default();
        for question in asked {
            book.note(&question);
        }
        for officer in stopped {
            book.officers.entry(officer).or_default().stopped = true;
        }
        book
    }

    /// How `officer` has been asking until `now`, for a question of this case about this person.
    pub fn of(&mut self, officer: &OfficerCode, case: &[u8; 32], person: &[u8; 32], now: Instant) -> Pace {
        let Some(asking) = self.officers.get_mut(officer) else { return Pace::default() };
        asking.forget_before(now.unix_micros() - WINDOW_MICROS);
        let others =
            asking.cases.get(case).map_or(0, |(_, people)| people.iter().filter(|known| *known != person).count());
        Pace {
            misses: asking.latest.iter().filter(|(_, missed)| *missed).count() as u32,
            people_of_the_case: others as u32,
            stopped: asking.stopped,
        }
    }

    /// Notes a question that was journaled.
    pub fn note(&mut self, asked: &Asked) {
        let asking = self.officers.entry(asked.officer.clone()).or_default();
        if asked.outcome != Outcome::Denied {
            asking.latest.push_back((asked.looked_at, asked.outcome == Outcome::Nothing));
            if asking.latest.len() > MISS_WINDOW as usize {
                asking.latest.pop_front();
            }
        }
        asking.order.push_back((asked.looked_at, asked.case_hash));
        let (at, people) = asking.cases.entry(asked.case_hash).or_default();
        *at = asked.looked_at;
        people.insert(asked.person);
    }

    /// Notes that an officer is stopped until released.
    pub fn stop(&mut self, officer: &OfficerCode) {
        self.officers.entry(officer.clone()).or_default().stopped = true;
    }

    /// Notes that two registrars released an officer: the count begins anew.
    pub fn release(&mut self, officer: &OfficerCode) {
        self.officers.remove(officer);
    }
}
