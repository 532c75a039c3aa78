//! What histories have come to: how often each thing was done, and how often each answer was given.
//!
//! A test that draws its histories can pass because nothing happens in them. So every kind of command and of answer
//! has a name in [`KINDS`], and many histories that never came to one of them have tested nothing of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::command::CutAt;
use crate::spec::Expected;
use crate::spec::acts::{Act, NoticeSaid, Reply, Rows, State};

/// Everything that many histories must have come to.
pub const KINDS: &[&str] = &[
    "question, clock ahead and unconfirmed: nothing",
    "question, clock behind: nothing",
    "question, clock behind: shown",
    "question: denied D004",
    "question: denied D005",
    "question: denied D006",
    "question: denied D007",
    "question: denied D008",
    "question: denied D009",
    "question: denied D010",
    "question: nothing",
    "question: shown",
    "question again: denied",
    "question again: nothing",
    "question again: refused, ended-since",
    "question again: refused, other-request",
    "question again: shown",
    "records: a row accepted",
    "records: a row B012",
    "records: a row B013",
    "records: a row B014",
    "records: a row B028",
    "records: refused, day-not-sure",
    "records: refused, file",
    "records again: taken again",
    "corrections: refused, day-not-sure",
    "corrections: a row accepted",
    "corrections: a row B021",
    "corrections: a row B023",
    "corrections: a row B026",
    "corrections: a row B027",
    "corrections: a row B029",
    "corrections: members told",
    "corrections again: taken again",
    "file: nobody",
    "file: read",
    "file: a record in force",
    "file: a record ended",
    "file: a record withdrawn",
    "file: a correction",
    "file: a member told, to-confirm",
    "file: a member told, late",
    "file: a member told, confirmed",
    "notices: none",
    "notices: to-confirm",
    "notices: late",
    "notices: chased to the end",
    "confirmation: confirmed",
    "confirmation: refused, no-such-notice",
    "confirmation again: confirmed",
    "what followed: nothing",
    "what followed: a correction",
    "what followed: a withdrawal",
    "calendar: nothing",
    "calendar: displays ended",
    "calendar: records destroyed",
    "calendar: notices chased",
    "publication: done",
    "publication: refused, backwards",
    "publication: refused, conflict",
    "release: done",
    "clock: done",
    "clock: refused, behind",
    "wall clock set: done",
    "time passes: done",
    "reboot: done",
    "crash: done",
    "restore: done",
    "cut off at a leaf",
    "cut off at the keys",
    "cut off too late",
];

/// How often each kind occurred.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Counts one of a kind.
    pub fn counts(&mut self, kind: &str) {
        *self.0.entry(kind.to_owned()).or_default() += 1;
    }

    /// Counts an act and what was answered; `clock` says how the wall clock stood, if it was beside the time.
    pub fn counts_answer(&mut self, act: &Act, clock: Option<&str>, expected: &Expected) {
        // What was done before leaves nothing in the journal; a refusal of a file or a confirmation neither.
        let is_refused = matches!(expected.reply, Reply::Refused(_));
        let again = expected.leaves == Some(0) && (!is_refused || matches!(act, Act::Ask(_)));
        for answer in answers(&expected.reply) {
            self.counts(&format!("{}: {answer}", word_of(act, again)));
            if let (Act::Ask(_), Some(clock)) = (act, clock) {
                self.counts(&format!("question, clock {clock}: {answer}"));
            }
        }
    }

    /// Adds what others have counted.
    pub fn adds(&mut self, others: &Self) {
        for (kind, count) in &others.0 {
            *self.0.entry(kind.clone()).or_default() += count;
        }
    }

    /// What has never occurred.
    pub fn missing(&self) -> Vec<&'static str> {
        KINDS.iter().copied().filter(|kind| !self.0.contains_key(*kind)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(kind, count)| writeln!(f, "{count:>8}  {kind}"))
    }
}

fn word_of(act: &Act, again: bool) -> &'static str {
    match (act, again) {
        (Act::HandIn(file), again) => match (&file.rows, again) {
            (Rows::Records(_), false) => "records",
            (Rows::Records(_), true) => "records again",
            (Rows::Corrections(_), false) => "corrections",
            (Rows::Corrections(_), true) => "corrections again",
        },
        (Act::Ask(_), false) => "question",
        (Act::Ask(_), true) => "question again",
        (Act::ReadFile(_), _) => "file",
        (Act::ListNotices(_), _) => "notices",
        (Act::Confirm { .. }, false) => "confirmation",
        (Act::Confirm { .. }, true) => "confirmation again",
        (Act::Follow(_), _) => "what followed",
        (Act::Calendar, _) => "calendar",
        (Act::Publish { .. }, _) => "publication",
        (Act::Release(_), _) => "release",
        (Act::Pass(_), _) => "time passes",
        (Act::SetWall(_), _) => "wall clock set",
        (Act::ConfirmClock, _) => "clock",
        (Act::Reboot(_), _) => "reboot",
        (Act::Crash, _) => "crash",
        (Act::Restore, _) => "restore",
        (Act::Cut { at: CutAt::Leaf(_), .. }, _) => "cut at a leaf",
        (Act::Cut { at: CutAt::Keys, .. }, _) => "cut at the keys",
        (Act::Nothing, _) => "nothing to do",
    }
}

fn answers(reply: &Reply) -> Vec<String> {
    match reply {
        Reply::Taken { again: true, .. } => vec!["taken again".to_owned()],
        Reply::Taken { again: false, fates, told } => {
            let fates = fates.iter().map(|fate| format!("a row {}", fate.unwrap_or("accepted")));
            fates.chain((!told.is_empty()).then(|| "members told".to_owned())).collect()
        }
        Reply::Refused(why) => vec![format!("refused, {why}")],
        Reply::Shown(_) => vec!["shown".to_owned()],
        Reply::Nothing => vec!["nothing".to_owned()],
        Reply::Denied(code) => vec![format!("denied {code}"), "denied".to_owned()],
        Reply::File(file) => {
            let records = file.records.iter().map(|row| format!("a record {}", state_word(row.2)));
            let told = file.told.values().flat_map(|(_, notices)| notices);
            let told = told.map(|notice| format!("a member told, {}", notice.standing));
            let corrections = file.corrections.iter().map(|_| "a correction".to_owned());
            std::iter::once("read".to_owned()).chain(records).chain(told).chain(corrections).collect()
        }
        Reply::NoFile => vec!["nobody".to_owned()],
        Reply::Notices(notices) if notices.is_empty() => vec!["none".to_owned()],
        Reply::Notices(notices) => notices.iter().map(notice_word).collect(),
        Reply::Followed(followed) if followed.is_empty() => vec!["nothing".to_owned()],
        Reply::Followed(followed) => {
            followed.iter().map(|row| if row.1 { "a withdrawal" } else { "a correction" }.to_owned()).collect()
        }
        Reply::Passed { ended, destroyed, chased } => {
            let done = [(ended, "displays ended"), (destroyed, "records destroyed"), (chased, "notices chased")];
            let done: Vec<String> =
                done.iter().filter(|(count, _)| **count > 0).map(|(_, what)| (*what).to_owned()).collect();
            if done.is_empty() { vec!["nothing".to_owned()] } else { done }
        }
        Reply::Done => vec!["done".to_owned()],
    }
}

fn notice_word(notice: &NoticeSaid) -> String {
    match (notice.standing, notice.next) {
        ("late", None) => "chased to the end",
        (standing, _) => standing,
    }
    .to_owned()
}

fn state_word(state: State) -> &'static str {
    match state {
        State::InForce => "in force",
        State::Ended => "ended",
        State::Withdrawn => "withdrawn",
        State::Destroyed => "destroyed",
    }
}
