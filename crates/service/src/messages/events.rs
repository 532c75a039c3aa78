//! What a round does to the tables, and the one event that tells of it.

use fairfile_domain::day::Instant;
use fairfile_domain::id::{EventId, MessageId};
use fairfile_store::message::{self, Planned, State, Written};
use fairfile_store::{Entry, WriteTx, node};

use super::UNTIL;
use crate::events::{Event, written};
use crate::registry::{Registry, RegistryError};

/// What is to be planned, written and settled in one commit.
#[derive(Default)]
pub(super) struct Work {
    pub(super) plans: Vec<Planned>,
    /// Of these and of earlier plans.
    pub(super) written: Vec<Written>,
    /// What became of messages; one of which that is known already is left out.
    pub(super) settled: Vec<(MessageId, State)>,
    /// How far the journal was read; nothing if it was not.
    pub(super) until: Option<String>,
}

/// Does `work` inside `tx`, and gives the entry that tells of it, to stand at the index `leaf`.
///
/// # Errors
/// What the store says; [`RegistryError::Event`] if a text has no plan, and then the commit must not come about.
pub(super) fn journal(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    (id, now, leaf): (EventId, Instant, u64),
    work: Work,
) -> Result<Entry, RegistryError> {
    message::plan(tx, &work.plans, leaf)?;
    for text in &work.written {
        if !message::write(tx, &Written { leaf, ..text.clone() })? {
            return Err(RegistryError::Event);
        }
    }
    let mut settled = Vec::with_capacity(work.settled.len());
    for (message, state) in work.settled {
        if message::settle(tx, message, state, now.unix_micros())? {
            settled.push((message, state));
        }
    }
    let until = match work.until {
        Some(until) => {
            node::put_setting(tx, UNTIL, &until)?;
            Some(until)
        }
        None => None,
    };
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "messages")
        .list("planned", work.plans.iter().map(planned))
        .list(
            "settled",
            settled
                .iter()
                .map(|(message, state)| Event::new().hex("message_id", message.as_bytes()).text("state", state.word())),
        );
    let event = match &until {
        Some(until) => event.text("until", until),
        None => event,
    };
    let event = event.list("written", work.written.iter().map(text)).bytes();
    Ok(written(reg.vault.keyring().hashes(), id, now, event, leaf)?.open_entry())
}

fn planned(plan: &Planned) -> Event {
    Event::new()
        .day("about_on", plan.about_on)
        .whole("due_at", plan.due_at)
        .text("fact", plan.fact.word())
        .whole("happened_at", plan.happened_at)
        .hex("message_id", plan.message.as_bytes())
        .hex("subject_id", plan.subject.as_bytes())
}

fn text(written: &Written) -> Event {
    let event = Event::new().text("channel", written.channel);
    let event = match written.looks_until {
        Some(until) => event.whole("looks_until", until.cast_signed()),
        None => event,
    };
    event
        .hex("message_id", written.message.as_bytes())
        .whole("number", written.number.cast_signed())
        .hex("sealed", &fairfile_proof::leaf_hash(&written.sealed))
}
