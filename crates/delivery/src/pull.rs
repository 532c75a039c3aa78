//! Fetching what is new over a wire that may do with messages what it likes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{InboxError, Refused};
use crate::inbox::{Accepted, Effect, Inbox};

/// After so many fetches in a row that brought nothing new, a pull ends; it can be run again at any time.
pub const MOST_FRUITLESS: u32 = 3;

/// What carries messages from the node: HTTP, a broker, a folder of files.
pub trait Wire {
    /// Why a fetch failed.
    type Error;

    /// The messages after the number `after`, as many as the wire gives at a time; none if there are none. Whatever
    /// comes is checked: more, fewer, twice, out of order or altered does no harm.
    ///
    /// # Errors
    /// If the wire failed; what was taken before holds.
    fn fetch(&mut self, after: u64) -> Result<Vec<Vec<u8>>, Self::Error>;
}

/// What a pull brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulled {
    /// How many took effect.
    pub took: u64,
    /// The numbers that were parked.
    pub parked: Vec<u64>,
    /// What was refused, and how often.
    pub refused: BTreeMap<Refused, u64>,
    /// The numbers that others wait for and that did not come: the alarm of a gap.
    pub missing: Vec<Range<u64>>,
}

/// A pull stopped; what was taken holds, and it can be run again.
#[derive(Debug)]
pub enum PullError<E> {
    /// The wire failed.
    Wire(E),
    /// The inbox failed.
    Inbox(InboxError),
}

impl<E> From<InboxError> for PullError<E> {
    fn from(error: InboxError) -> Self {
        Self::Inbox(error)
    }
}

/// Fetches from the next number on, and goes on until there is nothing more or the wire brings nothing new.
///
/// It can be ended anywhere and run again at any time. That the wire says there is nothing more is its word alone: a
/// wire that keeps back the latest messages is found out by the node, to which the member's confirmations are owing.
///
/// # Errors
/// [`PullError`].
pub fn pull<W: Wire>(inbox: &mut Inbox, wire: &mut W, effect: &mut Effect<'_>) -> Result<Pulled, PullError<W::Error>> {
    let mut pulled = Pulled::default();
    let mut fruitless = 0;
    while fruitless < MOST_FRUITLESS {
        let arrived = wire.fetch(inbox.next_seq()? - 1).map_err(PullError::Wire)?;
        let accepted = inbox.accept(&arrived, effect)?;
        let all_there_is = arrived.is_empty() && accepted.missing.is_empty();
        fruitless = if accepted.new + accepted.took > 0 { 0 } else { fruitless + 1 };
        pulled.add(accepted);
        if all_there_is {
            break;
        }
    }
    Ok(pulled)
}

impl Pulled {
    fn add(&mut self, accepted: Accepted) {
        self.took += accepted.took;
        self.parked.extend(accepted.parked);
        for (why, times) in accepted.refused {
            *self.refused.entry(why).or_default() += times;
        }
        self.missing = accepted.missing;
    }
}
