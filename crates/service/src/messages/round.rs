//! A round: reads what came, writes what is due, notes what became of what was sent. One commit, one leaf.

use std::sync::Arc;

use fairfile_domain::id::MessageId;
use fairfile_messages::Sender;
use fairfile_store::message::{self, State};
use fairfile_store::{Leaves, Pending, node, settings};

use super::UNTIL;
use super::events::{self, Work};
use super::plan::{Cursor, plan};
use super::write::Writing;
use crate::registry::{Registry, RegistryError};

/// Texts that one round writes at the most.
const TEXTS: u32 = 400;

/// What a round has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// Up to which leaf it has read.
    pub(super) until: u64,
    /// Where its own leaf stands.
    pub(super) leaf: u64,
    /// Whether there is more to plan or to write at once.
    pub(super) goes_on: bool,
}

/// Whether there is anything that rounds are held for: somebody who wants to be reached, or a message under way.
pub(super) fn is_wanted(reg: &Registry) -> Result<bool, RegistryError> {
    let mut reader = reg.store.read()?;
    if settings::find_first_reached(&mut reader)?.is_some() {
        return Ok(true);
    }
    Ok(!message::list_sending(&mut reader, None, 1)?.is_empty()
        || !message::list_due(&mut reader, i64::MAX, 1)?.is_empty())
}

/// Where the next round begins to read: where the one before stopped, and never before the first who is reached.
fn beginning(reg: &Registry) -> Result<(Option<String>, Cursor), RegistryError> {
    let mut reader = reg.store.read()?;
    let noted = node::find_setting(&mut reader, UNTIL)?;
    let first = settings::find_first_reached(&mut reader)?.unwrap_or(reg.store.head().snapshot().size());
    let cursor = match &noted {
        Some(noted) => noted.parse()?,
        None => Cursor::before(0),
    };
    Ok((noted, if cursor.leaf < first { Cursor::before(first) } else { cursor }))
}

/// Holds a round; `settled` is what became of messages since the round before.
pub(super) fn hold(
    reg: &Arc<Registry>,
    sender: &Sender,
    settled: &[(MessageId, State)],
) -> Result<Held, RegistryError> {
    let now = reg.clock.now();
    let size = reg.store.head().snapshot().size();
    let (noted, from) = beginning(reg)?;
    let planned = plan(reg, from, size.max(from.leaf), now)?;
    let mut writing = Writing::begin(reg, sender, now)?;
    let due = message::list_due(&mut writing.reader, now.unix_micros(), TEXTS)?;
    let plans: Vec<_> = planned.plans.into_iter().map(|plan| plan.0).collect();
    let room = (TEXTS as usize).saturating_sub(due.len());
    let at_once = plans.iter().filter(|plan| plan.due_at <= now.unix_micros());
    let all_due = due.len() + at_once.clone().count();
    for plan in due.iter().chain(at_once.take(room)) {
        writing.write(plan)?;
    }
    let Writing { written, dropped, .. } = writing;
    let until = planned.until;
    let settled = settled.iter().copied().chain(dropped).collect();
    let work = Work { plans, written, settled, until: Some(until.to_string()) };
    let (event, node) = (reg.fresh_event()?, reg.clone());
    let pending: Pending<(), RegistryError> = reg.store.write(move |mut tx| {
        // Whoever held a round meanwhile has read the same leaves; nothing is told twice.
        if node::find_setting(&mut tx, UNTIL)? != noted {
            return Err(RegistryError::Event);
        }
        let leaf = tx.next_leaf();
        let entry = events::journal(&node, &mut tx, (event, now, leaf), work)?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    let stamp = pending.wait()?.1;
    let goes_on = until.leaf < size || until.behind.is_some() || all_due >= TEXTS as usize;
    Ok(Held { until: until.leaf, leaf: stamp.leaf(), goes_on })
}
