//! `fairfile notice`: a member reads what was corrected since its officers were shown it, and confirms.

use fairfile_domain::id::{MemberCode, NoticeId};
use fairfile_http::wire;
use fairfile_requests::BodyDigest;
use fairfile_service::inquirer::{
    MOST_MESSAGES, MOST_NOTICES, NoticeError, Which, confirm_notice, list_notices, outbox,
};
use serde_json::{Value, json};

use super::{Place, notice_fetch, notice_text};
use crate::args::{KeyArgs, NoticeCommand, Where};
use crate::files::Draft;
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
            voice.tell(&document, || notice_text::list(voice, &document, which))?;
            Ok(Exit::Done)
        }
        NoticeCommand::Fetch { member, inbox, trust, at, keys } => {
            let post = Post::open(voice, member, at, keys)?;
            notice_fetch::fetch(voice, &post, inbox, trust.as_deref())
        }
        NoticeCommand::Confirm { notice, all, member, receipt, at, keys } => {
            // All that can be wrong with what was asked comes first: nothing is confirmed before it.
            let named = notice.iter().map(|id| notice_id(id)).collect::<Result<Vec<_>, _>>()?;
            let kept = receipt.as_deref().map(Draft::at).transpose()?;
            let post = Post::open(voice, member, at, keys)?;
            let ids = if *all { post.open_ids()? } else { named };
            confirm(voice, &post, &ids, kept)
        }
    }
}

/// Confirms one after the other. The first that is refused ends it; what was confirmed before stays confirmed, and is told
/// and kept.
fn confirm(voice: &Voice, post: &Post, ids: &[NoticeId], kept: Option<Draft>) -> Result<Exit, Trouble> {
    let mut confirmed = Vec::with_capacity(ids.len());
    let mut troubles = Vec::new();
    for id in ids {
        match post.confirm(*id) {
            Ok(row) => confirmed.push(row),
            Err(trouble) if ids.len() == 1 => return Err(trouble),
            Err(trouble) => {
                troubles.push(trouble);
                break;
            }
        }
    }
    match kept {
        Some(draft) if !confirmed.is_empty() => troubles.extend(draft.keep(&receipts_of(&confirmed)).err()),
        Some(_) => voice.say(voice.pick("There is no receipt: nothing was confirmed.", "没有收据：未确认任何通知。")),
        None => {}
    }
    let left: Vec<String> = ids.iter().skip(confirmed.len()).map(ToString::to_string).collect();
    let document = json!({ "schema": "fairfile.notices-confirmed/1", "confirmed": confirmed, "not_confirmed": left });
    super::tell_all(voice, document, &troubles, Exit::Done, |document| notice_text::confirmed(voice, document))
}

/// One receipt as it is; of several, one in each line.
fn receipts_of(confirmed: &[Value]) -> Vec<u8> {
    match confirmed {
        [one] => one["receipt"].to_string().into_bytes(),
        several => several.iter().map(|row| format!("{}\n", row["receipt"])).collect::<String>().into_bytes(),
    }
}

fn notice_id(id: &str) -> Result<NoticeId, Trouble> {
    let text = "expected the id of a notice, `not_` and 32 digits; nothing was confirmed";
    id.parse().map_err(|_| Trouble::new(Exit::Usage, "U015", text))
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
        place.requires_key_of(member, &signer)?;
        Ok(Self { member: member.to_owned(), code, signer, place })
    }

    /// All of them, however many the node gives at a time.
    pub(super) fn list(&self, which: Which) -> Result<Value, Trouble> {
        all_pages(which, |which| self.page(which))
    }

    fn page(&self, which: Which) -> Result<Value, Trouble> {
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

    fn open_ids(&self) -> Result<Vec<NoticeId>, Trouble> {
        let document = self.list(Which::Open)?;
        let ids =
            document["notices"].as_array().into_iter().flatten().map(|row| row["notice_id"].as_str()?.parse().ok());
        ids.collect::<Option<_>>().ok_or_else(strange)
    }

    fn confirm(&self, notice: NoticeId) -> Result<Value, Trouble> {
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

/// Puts together what a node gives in pages; `page` reads one. A list of what is open has no second page of its own: it
/// goes on in the list of all, from where it stopped.
fn all_pages(which: Which, mut page: impl FnMut(Which) -> Result<Value, Trouble>) -> Result<Value, Trouble> {
    let mut document = page(which)?;
    let mut all = rows_of(&mut document)?;
    let mut full = all.len() >= MOST_NOTICES as usize;
    let mut last = all.last().map_or(0, |row| row.0);
    while full {
        let mut rows = rows_of(&mut page(Which::After(last))?)?;
        full = rows.len() >= MOST_NOTICES as usize;
        if rows.first().is_some_and(|row| row.0 <= last) {
            return Err(strange());
        }
        last = rows.last().map_or(last, |row| row.0);
        if which == Which::Open {
            rows.retain(|row| row.1["state"] != "confirmed");
        }
        all.append(&mut rows);
    }
    document["notices"] = all.into_iter().map(|row| row.1).collect();
    Ok(document)
}

/// The notices of a page, each with its number; they rise.
fn rows_of(document: &mut Value) -> Result<Vec<(u64, Value)>, Trouble> {
    let Value::Array(rows) = document["notices"].take() else { return Err(strange()) };
    let rows: Option<Vec<_>> = rows.into_iter().map(|row| Some((row["seq"].as_u64()?, row))).collect();
    rows.filter(|rows| rows.is_sorted_by(|one, next| one.0 < next.0)).ok_or_else(strange)
}

fn strange() -> Trouble {
    Trouble::new(Exit::Failed, "U011", "the server's notices cannot be read")
}

impl From<NoticeError> for Trouble {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::NoSuchNotice => Self::said(Exit::Nothing, "U014", &error),
            NoticeError::Refused(ref refusal) => Self::said(Exit::Denied, refusal.code(), &error),
            NoticeError::Registry(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A node that has notices 1 to `last`, of which those with an odd number are confirmed.
    fn node(last: u64) -> impl FnMut(Which) -> Result<Value, Trouble> {
        let row = |seq: u64| json!({ "seq": seq, "state": if seq.is_multiple_of(2) { "late" } else { "confirmed" } });
        move |which| {
            let asked = |seq: &u64| match which {
                Which::Open => seq.is_multiple_of(2),
                Which::After(after) => *seq > after,
            };
            let rows: Vec<Value> = (1..=last).filter(asked).take(MOST_NOTICES as usize).map(row).collect();
            Ok(json!({ "schema": "fairfile.notices/1", "notices": rows }))
        }
    }

    #[track_caller]
    fn check(last: u64, which: Which, expected: impl Iterator<Item = u64>) {
        let document = all_pages(which, node(last)).expect("all of them");
        let found: Vec<u64> =
            document["notices"].as_array().expect("rows").iter().filter_map(|row| row["seq"].as_u64()).collect();
        assert_eq!(found, expected.collect::<Vec<_>>(), "{last}, {which:?}");
        assert_eq!(document["schema"], "fairfile.notices/1");
    }

    #[test]
    fn a_list_goes_on_to_its_end_however_long_it_is() {
        for last in [0, 1, 999, 1_000, 1_001, 2_000, 2_001, 3_500] {
            check(last, Which::After(0), 1..=last);
            check(last, Which::After(7), 8..=last);
            check(last, Which::Open, (1..=last).filter(|seq| seq.is_multiple_of(2)));
        }
    }

    #[test]
    fn a_server_that_goes_round_in_circles_is_found_out() {
        let mut page = node(1_000);
        let error = all_pages(Which::After(0), |_| page(Which::After(0))).expect_err("the same page again");
        assert_eq!(error.code(), "U011");
        assert!(all_pages(Which::Open, |_| Ok(json!({}))).is_err());
    }
}
