//! What the node has to tell a member, as signed messages: the table of notices is the outbox.
//!
//! A notice is made in the commit of its correction, so none can be forgotten between the two. A message is made of it
//! anew whenever it is asked for, from what never changes afterwards: the same bytes each time. That one was handed
//! over is noted nowhere, since it would mean nothing; only the member's confirmation ends a notice.

use fairfile_domain::day::Instant;
use fairfile_domain::id::MemberCode;
use fairfile_journal::JournalError;
use fairfile_proof::{Message, MessageParts};
use fairfile_store::notice::{self, NoticeOnFile, Telling};
use fairfile_store::{Read, StoreError};
use serde_json::{Value, json};

use crate::registry::{Registry, RegistryError};

/// The most messages that one reading gives.
pub const MOST_MESSAGES: u32 = 500;

/// The most looks that a message names; it says how many there were, and `fairfile notice list` shows all.
const MOST_LOOKS: usize = 100;

/// What one reading of the outbox gives.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The messages, in the order of their numbers.
    pub messages: Vec<Message>,
    /// The number of the latest message to this member; 0 if there is none.
    pub last_seq: u64,
}

/// The messages to `member` after the number `after`, at most `most` and never more than [`MOST_MESSAGES`].
///
/// # Errors
/// What the store says, or the key.
pub fn outbox(reg: &Registry, member: &MemberCode, after: u64, most: u32) -> Result<Outbox, RegistryError> {
    let mut reader = reg.store.read()?;
    let found = notice::list_of_member(&mut reader, member, after, most.min(MOST_MESSAGES))?;
    let messages = found.into_iter().map(|on_file| message(reg, &mut reader, &on_file)).collect::<Result<_, _>>()?;
    Ok(Outbox { messages, last_seq: notice::last_seq(&mut reader, member)? })
}

fn message(reg: &Registry, reader: &mut impl Read, on_file: &NoticeOnFile) -> Result<Message, RegistryError> {
    let looks = notice::list_tellings_to(reader, on_file.record, on_file.version_before, &on_file.member)?;
    let named = looks.iter().take(MOST_LOOKS).map(look).collect::<Result<Vec<_>, _>>()?;
    let parts = MessageParts {
        to: on_file.member.as_str().to_owned(),
        seq: on_file.seq,
        message_id: on_file.notice.to_string(),
        about: on_file.record.to_string(),
        made_at: instant("notice", "made_at", on_file.made_at)?,
        body: json!({
            "kind": "notice",
            "correction_id": on_file.correction.to_string(),
            "act": on_file.act.word(),
            "reason": on_file.reason.row().code,
            "item": on_file.item.as_str(),
            "version_before": on_file.version_before,
            "due_on": on_file.due_on.to_string(),
            "look_count": looks.len(),
            "looks": named,
        }),
    };
    Ok(Message::issue(reg.publisher.key(), parts).map_err(JournalError::from)?)
}

fn look(look: &Telling) -> Result<Value, StoreError> {
    Ok(json!({
        "look_id": look.look.to_string(),
        "officer": look.officer.as_str(),
        "at": instant("look", "looked_at", look.looked_at)?,
        "version": look.version,
    }))
}

fn instant(table: &'static str, column: &'static str, micros: i64) -> Result<String, StoreError> {
    let at = Instant::from_unix_micros(micros);
    at.map(|at| at.to_string()).map_err(|_| StoreError::BadRow { table, column, expected: "expected an instant" })
}
