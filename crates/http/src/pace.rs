//! How often one caller may come: a bucket for each, which fills up again with time.
//!
//! A key is charged after its signature was verified, so nobody can use up another's; a person is charged by session,
//! an address by its connection. The books are bounded: callers beyond what they hold are charged as one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fairfile_domain::id::KeyCode;
use tokio::time::Instant;

use crate::limits::{COUNTED_CALLERS, Rate, Rates};
use crate::peer::Peer;
use crate::problem::Problem;
use crate::sessions::Who;

/// How often callers that are not in the book are looked for among those who have been away.
const SWEEP: Duration = Duration::from_secs(1);

/// The books of all callers.
#[derive(Debug)]
pub(crate) struct Callers {
    peers: Book<Peer>,
    keys: Book<KeyCode>,
    visitors: Book<Who>,
}

impl Callers {
    /// Empty books.
    pub(crate) fn new(rates: &Rates) -> Self {
        Self { peers: Book::new(rates.peer), keys: Book::new(rates.key), visitors: Book::new(rates.person) }
    }

    /// One more request from an address.
    pub(crate) fn charge_peer(&self, peer: Peer) -> Result<(), Problem> {
        self.peers.charge(&peer, tokio::time::Instant::now()).map_err(Problem::too_many)
    }

    /// One more request that was signed with `key`.
    pub(crate) fn charge_key(&self, key: &KeyCode) -> Result<(), Problem> {
        self.keys.charge(key, tokio::time::Instant::now()).map_err(Problem::too_many)
    }

    /// One more request of whoever is signed in.
    pub(crate) fn charge_visitor(&self, who: &Who) -> Result<(), Problem> {
        self.visitors.charge(who, tokio::time::Instant::now()).map_err(Problem::too_many)
    }
}

/// The buckets of one kind of caller.
#[derive(Debug)]
struct Book<C> {
    /// What one request costs in time.
    each: Duration,
    /// How far ahead of its time a caller may be.
    ahead: Duration,
    most: usize,
    lines: Mutex<Lines<C>>,
}

/// Until when each caller's past requests count; a caller whose time has come is as good as unknown.
#[derive(Debug)]
struct Lines<C> {
    until: HashMap<C, Instant>,
    /// Of all that have no line of their own.
    crowd: Option<Instant>,
    swept: Option<Instant>,
}

impl<C: Clone + Eq + Hash> Book<C> {
    fn new(rate: Rate) -> Self {
        let each = Duration::from_secs(60) / rate.each_minute.max(1);
        let lines = Lines { until: HashMap::new(), crowd: None, swept: None };
        Self { each, ahead: each * rate.at_once.max(1), most: COUNTED_CALLERS, lines: Mutex::new(lines) }
    }

    /// Notes one request at `now`; if it is one too many, nothing is noted and the time to wait is given.
    fn charge(&self, caller: &C, now: Instant) -> Result<(), Duration> {
        // Every change is one assignment, so the book is sound whatever its last holder met.
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = lines.until.get_mut(caller) {
            *until = self.later(*until, now)?;
            return Ok(());
        }
        if lines.until.len() >= self.most && lines.swept.is_none_or(|swept| now >= swept + SWEEP) {
            lines.until.retain(|_, until| *until > now);
            lines.swept = Some(now);
        }
        if lines.until.len() >= self.most {
            lines.crowd = Some(self.later(lines.crowd.unwrap_or(now), now)?);
            return Ok(());
        }
        lines.until.insert(caller.clone(), now + self.each);
        Ok(())
    }

    /// Until when requests count with one more.
    fn later(&self, until: Instant, now: Instant) -> Result<Instant, Duration> {
        let until = until.max(now) + self.each;
        let too_far = until.saturating_duration_since(now + self.ahead);
        if too_far.is_zero() { Ok(until) } else { Err(too_far) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { each_minute: 600, at_once: 3 };

    #[test]
    fn a_bucket_holds_so_many_and_fills_up_again() {
        let (book, start) = (Book::new(RATE), Instant::now());
        for _ in 0..3 {
            assert_eq!(book.charge(&'a', start), Ok(()));
        }
        assert_eq!(book.charge(&'a', start), Err(Duration::from_millis(100)));
        assert_eq!(book.charge(&'a', start), Err(Duration::from_millis(100)), "whoever was refused pays nothing");
        assert_eq!(book.charge(&'b', start), Ok(()), "another's bucket is another's");
        let later = start + Duration::from_millis(100);
        assert_eq!(book.charge(&'a', later), Ok(()));
        assert!(book.charge(&'a', later).is_err());
        let much_later = start + Duration::from_secs(3_600);
        let taken = (0..10).filter(|_| book.charge(&'a', much_later).is_ok()).count();
        assert_eq!(taken, 3, "time that nobody used is not saved up");
    }

    #[test]
    fn the_book_is_bounded_and_callers_beyond_it_share_a_line() {
        let mut book = Book::new(RATE);
        book.most = 2;
        let start = Instant::now();
        assert_eq!((book.charge(&1, start), book.charge(&2, start)), (Ok(()), Ok(())));
        let taken = (3..100).filter(|caller| book.charge(caller, start).is_ok()).count();
        assert_eq!(taken, 3);
        assert_eq!(book.lines.lock().expect("a book").until.len(), 2);
        assert_eq!(book.charge(&1, start), Ok(()), "who is in the book is counted alone");
        let later = start + SWEEP;
        assert_eq!(book.charge(&200, later), Ok(()));
        assert!(book.lines.lock().expect("a book").until.contains_key(&200), "who has been away makes room");
    }

    #[test]
    fn a_rate_of_nothing_is_one_a_minute() {
        let (book, now) = (Book::new(Rate { each_minute: 0, at_once: 0 }), Instant::now());
        assert_eq!(book.charge(&'a', now), Ok(()));
        assert_eq!(book.charge(&'a', now), Err(Duration::from_secs(60)));
    }
}
