//! Who reads the own file at present: each person so many times at once, and few copies at a time for all.
//!
//! Opening a long file keeps a core busy, and a copy proves every look. Nobody gets more of that by asking again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fairfile_domain::id::SubjectId;
use fairfile_service::person::Looks;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::limits::{COPIES_AT_ONCE, READINGS_OF_ONE};
use crate::problem::Problem;

/// After how long a person with too many readings at work may come again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The readings that are at work.
#[derive(Debug)]
pub(crate) struct Readings {
    of_each: Arc<Mutex<HashMap<SubjectId, usize>>>,
    copies: Arc<Semaphore>,
    /// How long a copy waits for its turn.
    wait: Duration,
}

impl Readings {
    /// Nobody reads yet; a copy waits for its turn for `wait` at the most.
    pub(crate) fn new(wait: Duration) -> Self {
        Self { of_each: Arc::default(), copies: Arc::new(Semaphore::new(COPIES_AT_ONCE)), wait }
    }

    /// One more reading of `person`, before anything is journaled for it: refused with 429 if the person has as many
    /// at work as one may, and with 503 if it is a copy whose turn does not come.
    pub(crate) async fn begin(&self, person: SubjectId, which: Looks) -> Result<Turn, Problem> {
        let begun = self.enter(person).ok_or_else(|| Problem::too_many(AGAIN_AFTER))?;
        let copy = match which {
            Looks::Newest | Looks::After(_) => None,
            Looks::All | Looks::Copied => {
                let turn = timeout(self.wait, self.copies.clone().acquire_owned()).await;
                Some(turn.map_err(|_| Problem::no_room())?.map_err(|_| Problem::no_room())?)
            }
        };
        Ok(Turn { _begun: begun, _copy: copy })
    }

    fn enter(&self, person: SubjectId) -> Option<Begun> {
        let mut readings = lock(&self.of_each);
        let count = readings.get(&person).copied().unwrap_or_default();
        if count >= READINGS_OF_ONE {
            return None;
        }
        readings.insert(person, count + 1);
        Some(Begun { of_each: self.of_each.clone(), person })
    }
}

/// A reading's turn; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _begun: Begun,
    _copy: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct Begun {
    of_each: Arc<Mutex<HashMap<SubjectId, usize>>>,
    person: SubjectId,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut readings = lock(&self.of_each);
        match readings.get_mut(&self.person) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => {
                readings.remove(&self.person);
            }
        }
    }
}

fn lock(readings: &Mutex<HashMap<SubjectId, usize>>) -> MutexGuard<'_, HashMap<SubjectId, usize>> {
    // Every change leaves the counts sound, whatever its last holder met.
    readings.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u8) -> SubjectId {
        SubjectId::from_bytes([number; 16])
    }

    #[tokio::test(start_paused = true)]
    async fn one_person_reads_so_many_times_at_once_and_gets_the_turns_back() {
        let readings = Readings::new(Duration::from_secs(1));
        let mut held = Vec::new();
        for _ in 0..READINGS_OF_ONE {
            held.push(readings.begin(person(1), Looks::Newest).await.expect("a turn"));
        }
        assert!(readings.begin(person(1), Looks::Newest).await.is_err_and(|problem| problem.is_unattended()));
        readings.begin(person(2), Looks::Newest).await.expect("another's own turn");
        held.pop();
        held.push(readings.begin(person(1), Looks::After(7)).await.expect("a turn again"));
        drop(held);
        assert!(lock(&readings.of_each).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn few_copies_are_made_at_a_time_and_pages_do_not_wait_for_them() {
        let readings = Readings::new(Duration::from_secs(1));
        let mut held = Vec::new();
        for number in 0..COPIES_AT_ONCE {
            held.push(readings.begin(person(number as u8), Looks::Copied).await.expect("a turn"));
        }
        assert!(readings.begin(person(100), Looks::Copied).await.is_err_and(|problem| problem.is_unattended()));
        readings.begin(person(100), Looks::Newest).await.expect("a page");
        held.pop();
        readings.begin(person(100), Looks::Copied).await.expect("a turn");
    }
}
