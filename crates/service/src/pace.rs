//! How each officer has been asking during the last day, so that nobody searches through people.
//!
//! Kept in memory and rebuilt from the looks when the node starts. It is read and moved inside the
//! sequencer, so that questions sent at once are counted one after the other.

use std::collections::{BTreeMap, HashMap, VecDeque};

use fairfile_domain::access::{MISS_WINDOW, MOST_PEOPLE_OF_A_CASE, Pace};
use fairfile_domain::day::Instant;
use fairfile_domain::id::OfficerCode;
use fairfile_store::look::{self, Asked, Outcome};
use fairfile_store::{Read, StoreError, WriteTx};

use crate::directory::Directory;

/// How far back questions count: one day, in microseconds.
pub const WINDOW_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// The questions of all officers.
#[derive(Debug, Default)]
pub struct PaceBook {
    officers: BTreeMap<OfficerCode, Asking>,
    /// How many commits had been taken back when it was made from the tables.
    undone: u64,
}

#[derive(Debug, Default)]
struct Asking {
    /// The latest questions: when, and whether it found nothing.
    latest: VecDeque<(i64, bool)>,
    /// The people about whom each case asked, no more than tell that they are too many, and when it last did.
    cases: HashMap<[u8; 32], (i64, Vec<[u8; 32]>)>,
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
    /// The book as the tables have it: the looks of the last day that no release has wiped out, and the stops.
    pub fn load(tx: &mut impl Read, directory: &Directory, now: Instant) -> Result<Self, StoreError> {
        let asked = look::list_asked(tx, now.unix_micros() - WINDOW_MICROS)?;
        let counts = |asked: &Asked| {
            let officer = directory.officers.get(&asked.officer);
            officer.and_then(|officer| officer.released_at).is_none_or(|released| asked.looked_at > released)
        };
        let stopped = directory.officers.values().filter(|row| row.stopped).map(|row| row.officer.code.clone());
        Ok(Self::rebuild(asked.into_iter().filter(counts), stopped))
    }

    /// Makes the book anew if a commit was taken back since it was made: what that had noted in it never came about.
    pub(crate) fn follow(&mut self, tx: &mut WriteTx<'_>, now: Instant) -> Result<(), StoreError> {
        if self.undone != tx.undone() {
            let directory = Directory::load(tx)?;
            *self = Self { undone: tx.undone(), ..Self::load(tx, &directory, now)? };
        }
        Ok(())
    }

    /// The book of these looks and these stops.
    fn rebuild(asked: impl IntoIterator<Item = Asked>, stopped: impl IntoIterator<Item = OfficerCode>) -> Self {
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
        // Most cases are about one person, and there is one for nearly every look of a day.
        let (at, people) = asking.cases.entry(asked.case_hash).or_insert_with(|| (0, Vec::with_capacity(1)));
        *at = asked.looked_at;
        if people.len() <= MOST_PEOPLE_OF_A_CASE as usize && !people.contains(&asked.person) {
            people.push(asked.person);
        }
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
