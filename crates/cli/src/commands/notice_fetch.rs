//! `fairfile notice fetch`: what the node has to tell a member comes into the member's own inbox, and is shown once.

use std::path::Path;

use fairfile_delivery::{Failure, Inbox, InboxError, Parked, PullError, Pulled, Refused, Wire, pull};
use fairfile_http::wire::outbox::notice;
use fairfile_proof::{Message, VerifierKey};
use fairfile_service::inquirer::Which;
use serde_json::{Value, json};

use super::notice::Post;
use super::notice_text;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted, several};

/// The most messages that one run shows; the next run shows the next ones.
const MOST_SHOWN: u32 = 10_000;

/// Fetches, shows what is new, and notes that it was shown: in this order, so that a run that is cut off anywhere is
/// made good by the next one.
pub fn fetch(voice: &Voice, post: &Post, path: &Path, trust: Option<&str>) -> Result<Exit, Trouble> {
    let key = trusted(post.place.key()?, trust)?;
    let is_first = !path.exists();
    let mut inbox = Inbox::open(path, &post.member, &key)?;
    if is_first {
        voice.say(&first_contact(voice, &key, trust.is_some()));
    }
    let mut outbox = Outbox { post, last_seq: 0 };
    // What an older program did not understand may be plain to this one.
    inbox.retry_parked(&mut |message, _| understand(message))?;
    let pulled = pull(&mut inbox, &mut outbox, &mut |message, _| understand(message))?;
    let came = Came::of(&inbox, pulled, outbox.last_seq)?;
    let unread = inbox.unread(MOST_SHOWN)?;
    // A message comes once, and a member that is chased hears of it each time: how it stands is the node's to say.
    let open = Open::of(post)?;
    let mut document = came.document(post, &key, &unread);
    document["open"] = json!(open.count);
    document["late"] = json!(open.late);
    let heard = voice.tell_whole(&document, || came.text(voice, &unread) + &open.text(voice))?;
    if heard {
        inbox.mark_read(&unread)?;
    }
    Ok(came.exit())
}

/// The key of the node, if it is the one that the asker named or none was named.
fn trusted(key: VerifierKey, trust: Option<&str>) -> Result<VerifierKey, Trouble> {
    let Some(trust) = trust else { return Ok(key) };
    let expected = VerifierKey::parse(trust.trim())
        .map_err(|_| Trouble::new(Exit::Usage, "U015", "expected the key of a node after `--trust`"))?;
    if expected == key {
        return Ok(key);
    }
    let text = format!("the node's key is {key}, not the one after `--trust`; nothing was taken");
    let next = "ask the node's operator, by another way than this, which key is the node's";
    Err(Trouble::new(Exit::NoProof, "U023", text).hint(next))
}

fn first_contact(voice: &Voice, key: &VerifierKey, is_named: bool) -> String {
    let kept = match voice.pick("en", "zh") {
        "zh" => format!("收件箱已建立，今后只接收此密钥签发的通知：{key}"),
        _ => format!("A new inbox; from now on it takes what this key has signed, and nothing else: {key}"),
    };
    if is_named {
        return kept;
    }
    let check =
        voice.pick("Hold it against the key that the node's operator gave you.", "请与节点运营方提供的密钥核对。");
    format!("{kept}\n{check}")
}

/// Nothing is done with a notice but to show it, so that only one that this program cannot read fails.
fn understand(message: &Message) -> Result<(), Failure> {
    match notice(message) {
        Some(_) => Ok(()),
        None => Err(Failure::Never("this program does not know what it tells; update `fairfile` and fetch again")),
    }
}

/// The node's outbox, as a wire.
struct Outbox<'p> {
    post: &'p Post,
    /// The number of the latest message, as the node says.
    last_seq: u64,
}

impl Wire for Outbox<'_> {
    type Error = Trouble;

    fn fetch(&mut self, after: u64) -> Result<Vec<Vec<u8>>, Trouble> {
        let document = self.post.outbox(after)?;
        let strange = || Trouble::new(Exit::Failed, "U011", "the server's outbox cannot be read");
        self.last_seq = document["last_seq"].as_u64().ok_or_else(strange)?;
        let messages = document["messages"].as_array().ok_or_else(strange)?;
        messages.iter().map(|message| serde_json::to_vec(message).map_err(|_| strange())).collect()
    }
}

/// What the member has not confirmed, as the node says today.
struct Open {
    count: usize,
    late: Vec<Value>,
}

impl Open {
    fn of(post: &Post) -> Result<Self, Trouble> {
        let Value::Array(mut rows) = post.list(Which::Open)?["notices"].take() else {
            return Err(Trouble::new(Exit::Failed, "U011", "the server's notices cannot be read"));
        };
        let count = rows.len();
        rows.retain(|row| row["state"] == "late");
        Ok(Self { count, late: rows })
    }

    fn text(&self, voice: &Voice) -> String {
        let (count, late) = (counted(self.count as u64), counted(self.late.len() as u64));
        let mut text = match (voice.pick("en", "zh"), self.count) {
            (_, 0) => String::new(),
            ("zh", _) => format!("待确认 {count} 份，其中逾期 {late} 份\n"),
            _ => format!("{} to confirm, {late} of them late\n", several(self.count as u64, "notice")),
        };
        for row in &self.late {
            let id = row["notice_id"].as_str().unwrap_or_default();
            text += &format!("{:>4}  {id}  {}\n", row["seq"], notice_text::standing(voice.language, row));
        }
        text
    }
}

/// How the inbox stands after a fetch.
struct Came {
    pulled: Pulled,
    parked: Vec<Parked>,
    next_seq: u64,
    last_seq: u64,
}

impl Came {
    fn of(inbox: &Inbox, pulled: Pulled, last_seq: u64) -> Result<Self, InboxError> {
        Ok(Self { pulled, parked: inbox.parked()?, next_seq: inbox.next_seq()?, last_seq })
    }

    /// The node knows of fewer messages than it has signed to this member.
    fn has_forgotten(&self) -> bool {
        self.last_seq < self.next_seq - 1
    }

    fn is_behind(&self) -> bool {
        self.next_seq <= self.last_seq || !self.pulled.missing.is_empty()
    }

    fn exit(&self) -> Exit {
        if self.has_forgotten() || self.pulled.refused.contains_key(&Refused::Contradicts) {
            Exit::NoProof
        } else if self.is_behind() {
            Exit::Unreachable
        } else if !self.parked.is_empty() {
            Exit::Found
        } else {
            Exit::Done
        }
    }

    fn document(&self, post: &Post, key: &VerifierKey, unread: &[Message]) -> Value {
        let parked = |row: &Parked| json!({ "seq": row.seq, "notice_id": row.message_id, "why": row.why });
        json!({
            "schema": "fairfile.notices-fetched/1",
            "member": post.member,
            "key": key.to_string(),
            "notices": unread.iter().filter_map(notice).collect::<Vec<_>>(),
            "more": unread.len() == MOST_SHOWN as usize,
            "next_seq": self.next_seq,
            "last_seq": self.last_seq,
            "missing": self.pulled.missing.iter().map(|gap| [gap.start, gap.end - 1]).collect::<Vec<_>>(),
            "parked": self.parked.iter().map(parked).collect::<Vec<_>>(),
            "refused": self.pulled.refused.iter().map(|(why, times)| (why.word(), *times)).collect::<Value>(),
        })
    }

    fn text(&self, voice: &Voice, unread: &[Message]) -> String {
        let mut text: String = unread.iter().filter_map(notice).map(|row| notice_text::notice(voice, &row)).collect();
        if unread.is_empty() {
            text += voice.pick("Nothing new.\n", "没有新通知。\n");
        }
        if unread.len() == MOST_SHOWN as usize {
            text += voice.pick("There is more: run it again.\n", "尚有更多，请再运行一次。\n");
        }
        for (why, times) in &self.pulled.refused {
            let (en, zh) = why.says();
            text += &format!("{} {times}: {}\n", voice.pick("REFUSED", "拒收"), voice.pick(en, zh));
        }
        for parked in &self.parked {
            text += &format!("{:>4}  {}: {}\n", parked.seq, voice.pick("PARKED", "搁置"), parked.why);
        }
        if self.has_forgotten() {
            text += voice.pick(
                "The node knows of fewer notices than it has signed to you: keep the inbox and tell the supervisor.\n",
                "节点所存通知少于其已签发给贵方者：请保留收件箱并告知监督机关。\n",
            );
        } else if self.is_behind() {
            text += &match voice.pick("en", "zh") {
                "zh" => format!("第 {} 号尚未收到，请再运行一次。\n", self.next_seq),
                _ => format!("No. {} has not come yet: run it again.\n", self.next_seq),
            };
        }
        text
    }
}

impl From<PullError<Trouble>> for Trouble {
    fn from(error: PullError<Trouble>) -> Self {
        match error {
            PullError::Wire(trouble) => trouble,
            PullError::Inbox(error) => error.into(),
        }
    }
}

impl From<InboxError> for Trouble {
    fn from(error: InboxError) -> Self {
        let (exit, code) = match &error {
            InboxError::OtherKey { .. } => (Exit::NoProof, "U023"),
            InboxError::OtherMember(_) | InboxError::NotAnInbox => (Exit::Usage, "U023"),
            InboxError::Newer { .. } => (Exit::Failed, "U023"),
            InboxError::Place(_) | InboxError::File(_) | InboxError::Damaged(_) => (Exit::Failed, "U013"),
            InboxError::InUse => (Exit::Unreachable, "U037"),
            InboxError::Later { .. } => (Exit::Unreachable, "U018"),
            InboxError::Format(_) => (Exit::Failed, "U018"),
        };
        Self::said(exit, code, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairfile_proof::{MessageParts, NodeKey};

    fn message(body: Value) -> Message {
        let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32]).expect("a valid origin");
        let parts = MessageParts {
            to: "court".into(),
            seq: 1,
            message_id: "not_01".into(),
            about: "rec_01".into(),
            made_at: "2026-11-23T01:02:00Z".into(),
            body,
        };
        Message::issue(&key, parts).expect("signed")
    }

    #[test]
    fn a_message_of_a_later_program_is_parked_and_not_dropped() {
        let mut body = json!({
            "kind": "notice", "act": "withdraw", "reason": "wrong-person", "item": "pharmacist-licence",
            "version_before": 1, "due_on": "2026-12-01", "look_count": 0, "looks": [], "a field of later": true,
        });
        assert_eq!(understand(&message(body.clone())), Ok(()));
        for (field, value) in [("kind", "summons"), ("act", "seal"), ("reason", "whim")] {
            let was = std::mem::replace(&mut body[field], json!(value));
            assert!(matches!(understand(&message(body.clone())), Err(Failure::Never(_))), "{field}");
            body[field] = was;
        }
    }

    #[test]
    fn the_gravest_of_what_was_found_is_what_it_leaves_with() {
        let mut came = Came { pulled: Pulled::default(), parked: Vec::new(), next_seq: 4, last_seq: 3 };
        assert_eq!(came.exit(), Exit::Done);
        came.pulled.refused.insert(Refused::NotSigned, 2);
        assert_eq!(came.exit(), Exit::Done, "the true ones have come");
        came.parked.push(Parked { seq: 2, message_id: "not_02".into(), why: "unknown".into() });
        assert_eq!(came.exit(), Exit::Found);
        came.last_seq = 9;
        assert_eq!(came.exit(), Exit::Unreachable);
        came.last_seq = 2;
        assert_eq!(came.exit(), Exit::NoProof);
        came.last_seq = 3;
        came.pulled.refused.insert(Refused::Contradicts, 1);
        assert_eq!(came.exit(), Exit::NoProof);
    }
}
