//! `fairfile notice`: a member reads what was corrected since its officers were shown it, and confirms.

use std::path::Path;

use fairfile_domain::id::{MemberCode, NoticeId};
use fairfile_http::wire;
use fairfile_requests::BodyDigest;
use fairfile_service::inquirer::{MOST_MESSAGES, NoticeError, Which, confirm_notice, list_notices, outbox};
use serde_json::{Value, json};

use super::{Place, notice_fetch};
use crate::args::{KeyArgs, NoticeCommand, Where};
use crate::files;
use crate::signing::{Signer, evidence};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// What a confirmation carries: nothing but its signature.
const BODY: &[u8] = b"{}";

/// `fairfile notice list`, `fetch` and `confirm`.
pub fn run(voice: &Voice, command: &NoticeCommand) -> Result<Exit, Trouble> {
    match command {
        NoticeCommand::List { member, all, after, at, keys } => {
            let which = match (all, after) {
                (_, Some(after)) => Which::After(*after),
                (true, None) => Which::After(0),
                (false, None) => Which::Open,
            };
            let document = Post::open(voice, member, at, keys)?.list(which)?;
            voice.tell(&document, || list_text(voice, &document))?;
            Ok(Exit::Done)
        }
        NoticeCommand::Fetch { member, inbox, trust, at, keys } => {
            let post = Post::open(voice, member, at, keys)?;
            notice_fetch::fetch(voice, &post, inbox, trust.as_deref())
        }
        NoticeCommand::Confirm { notice, all, member, receipt, at, keys } => {
            let post = Post::open(voice, member, at, keys)?;
            let ids = if *all { post.open_ids()? } else { notice.clone() };
            confirm(voice, &post, &ids, receipt.as_deref())
        }
    }
}

fn confirm(voice: &Voice, post: &Post, ids: &[String], receipt: Option<&Path>) -> Result<Exit, Trouble> {
    let mut confirmed = Vec::with_capacity(ids.len());
    for id in ids {
        confirmed.push(post.confirm(id)?);
    }
    if let Some(path) = receipt {
        let mut receipts: Vec<Value> = confirmed.iter().map(|row| row["receipt"].clone()).collect();
        let kept = if receipts.len() == 1 { receipts.remove(0) } else { Value::from(receipts) };
        files::keep(path, kept.to_string().as_bytes())?;
    }
    let document = json!({ "schema": "fairfile.notices-confirmed/1", "confirmed": confirmed });
    voice.tell(&document, || {
        let line = |row: &Value| notice_text(voice, &row["notice"]);
        let nothing = || voice.pick("No notice is open.\n", "没有待确认的通知。\n").to_owned();
        if confirmed.is_empty() { nothing() } else { confirmed.iter().map(line).collect() }
    })?;
    Ok(Exit::Done)
}

/// A member at a node.
pub(super) struct Post {
    pub member: String,
    code: MemberCode,
    signer: Signer,
    pub place: Place,
}

impl Post {
    fn open(voice: &Voice, member: &str, at: &Where, keys: &KeyArgs) -> Result<Self, Trouble> {
        let code = member
            .parse()
            .map_err(|_| Trouble::new(Exit::Usage, "U015", "expected the code of a member after `--as`"))?;
        let place = Place::find(voice, at)?;
        let node = match &place {
            Place::Here(_, path) => Some(path.as_path()),
            Place::There(_) => None,
        };
        let signer = Signer::find(keys, node, member)?;
        Ok(Self { member: member.to_owned(), code, signer, place })
    }

    fn list(&self, which: Which) -> Result<Value, Trouble> {
        let path = match which {
            Which::Open => "/api/notices".to_owned(),
            Which::After(seq) => format!("/api/notices?after={seq}"),
        };
        match &self.place {
            Place::Here(node, _) => {
                self.signer.prove(&node.registry, &self.member, &path, "GET", None)?;
                Ok(wire::notice::list(&self.code, &list_notices(&node.registry, &self.code, which)?))
            }
            Place::There(server) => server.get_signed(&path, &self.signer)?.done(),
        }
    }

    /// The signed messages to the member after the number `after`, as the node gives them.
    pub(super) fn outbox(&self, after: u64) -> Result<Value, Trouble> {
        let path = format!("/api/outbox?after={after}");
        match &self.place {
            Place::Here(node, _) => {
                self.signer.prove(&node.registry, &self.member, &path, "GET", None)?;
                Ok(wire::outbox::list(&self.code, &outbox(&node.registry, &self.code, after, MOST_MESSAGES)?))
            }
            Place::There(server) => server.get_signed(&path, &self.signer)?.done(),
        }
    }

    fn open_ids(&self) -> Result<Vec<String>, Trouble> {
        let document = self.list(Which::Open)?;
        let ids = document["notices"].as_array().into_iter().flatten();
        Ok(ids.filter_map(|row| row["notice_id"].as_str().map(str::to_owned)).collect())
    }

    fn confirm(&self, id: &str) -> Result<Value, Trouble> {
        let notice: NoticeId = id
            .parse()
            .map_err(|_| Trouble::new(Exit::Usage, "U015", "expected the id of a notice, `not_` and 32 digits"))?;
        let path = format!("/api/notices/{notice}/confirmation");
        match &self.place {
            Place::Here(node, _) => {
                let digest = BodyDigest::of(BODY);
                let verified = self.signer.prove(&node.registry, &self.member, &path, "POST", Some(&digest))?;
                let confirmed = confirm_notice(&node.registry, &self.code, notice, &evidence(verified))?;
                Ok(wire::notice::confirmed(&confirmed))
            }
            Place::There(server) => server.post_signed(&path, &self.signer, BODY)?.done(),
        }
    }
}

fn list_text(voice: &Voice, document: &Value) -> String {
    let rows = document["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return voice.pick("No notice is open.\n", "没有待确认的通知。\n").to_owned();
    }
    rows.iter().map(|row| notice_text(voice, row)).collect()
}

/// One notice: what was done to which record, when its member was shown it, what it asks for and until when.
pub(super) fn notice_text(voice: &Voice, notice: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let both = |value: &Value| word(&value[voice.pick("en", "zh")]);
    let act = match (notice["act"].as_str(), voice.pick("en", "zh")) {
        (Some("withdraw"), "zh") => "已撤回",
        (Some("withdraw"), _) => "withdrawn",
        (_, "zh") => "已更正",
        _ => "corrected",
    };
    let mut text = format!(
        "{:>4}  {}  {} {} {act}: {}\n",
        notice["seq"],
        word(&notice["notice_id"]),
        word(&notice["item"]),
        word(&notice["record_id"]),
        both(&notice["reason"]),
    );
    for look in notice["looks"].as_array().into_iter().flatten() {
        let shown = voice.pick("shown", "曾显示");
        text +=
            &format!("      {shown} {}  {} ({})\n", word(&look["at"]), word(&look["look_id"]), word(&look["officer"]));
    }
    text += &match notice["state"].as_str() {
        Some("confirmed") => format!("      {} {}\n", voice.pick("confirmed", "已确认"), word(&notice["confirmed_at"])),
        _ => format!(
            "      {}: {}; {} {}\n",
            voice.pick("to do", "请办理"),
            both(&notice["what_to_do"]),
            voice.pick("until", "期限"),
            word(&notice["due_on"]),
        ),
    };
    if notice["state"] == "late" {
        let next = &notice["next"];
        let (late, tail) = (voice.pick("LATE", "已逾期"), both(next));
        let from = word(&next["from"]);
        text += &if next.is_object() { format!("      {late}; {from}: {tail}\n") } else { format!("      {late}\n") };
    }
    text
}

impl From<NoticeError> for Trouble {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::NoSuchNotice => Self::new(Exit::Nothing, "U014", error.to_string()),
            NoticeError::Registry(error) => error.into(),
        }
    }
}
