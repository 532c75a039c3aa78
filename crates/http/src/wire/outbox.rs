//! Messages as the node gives them to a member, and as a member who has taken them reads them.

use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::id::MemberCode;
use fairfile_proof::{Message, MessageParts};
use fairfile_service::inquirer::Outbox;
use serde_json::{Value, json};

use super::notice::{reason, what_to_do};

/// The messages to one member.
pub fn list(member: &MemberCode, found: &Outbox) -> Value {
    json!({
        "schema": "fairfile.outbox/1",
        "member": member.as_str(),
        "messages": found.messages.iter().map(Message::to_value).collect::<Vec<_>>(),
        "last_seq": found.last_seq,
    })
}

/// The notice that a message tells of, in words; nothing for a message that this program does not understand.
pub fn notice(message: &Message) -> Option<Value> {
    let MessageParts { seq, message_id, about, made_at, body, .. } = message.parts();
    if body.get("kind")? != "notice" {
        return None;
    }
    let act = Act::find(body.get("act")?.as_str()?)?;
    Some(json!({
        "notice_id": message_id,
        "seq": seq,
        "act": act.word(),
        "reason": reason(Reason::find(body.get("reason")?.as_str()?)?),
        "record_id": about,
        "item": body.get("item")?,
        "version_before": body.get("version_before")?,
        "look_count": body.get("look_count")?,
        "looks": body.get("looks")?,
        "what_to_do": what_to_do(act),
        "told_at": made_at,
        "due_on": body.get("due_on")?,
    }))
}
