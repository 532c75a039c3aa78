//! Lines of the list of who looked: looks, and what sources wrote, corrected and took back.

use fairfile_domain::id::{LookId, MemberCode, PurposeCode, RecordId};
use fairfile_service::Shown;
use fairfile_service::person::{CorrectionView, LookView};
use i18n_embed_fl::fl;
use serde_json::Value;

use super::words::{Link, Moment, Words, why_denied};
use crate::pages::citation::{Citation, cite};

/// What was seen of one record.
pub(in crate::pages) struct SeenRecord {
    /// The kind of record.
    pub(in crate::pages) title: String,
    /// Its page.
    pub(in crate::pages) to: Option<String>,
    /// Its version at that time.
    pub(in crate::pages) version: i64,
    /// The names of the inputs that were shown.
    pub(in crate::pages) inputs: String,
}

/// Why a look was refused.
pub(in crate::pages) struct Denied {
    pub(in crate::pages) because: String,
    pub(in crate::pages) code: String,
    /// The code's page.
    pub(in crate::pages) to: String,
}

/// A line, as every line looks.
pub(in crate::pages) struct Line {
    pub(in crate::pages) at: Moment,
    /// The page of the look, or of the record.
    pub(in crate::pages) to: Option<String>,
    /// Its number in the file; what a source wrote has none.
    pub(in crate::pages) number: Option<u64>,
    /// Its number in the journal.
    pub(in crate::pages) leaf: Option<u64>,
    /// The look's id.
    pub(in crate::pages) reference: String,
    pub(in crate::pages) who: String,
    /// The member's page.
    pub(in crate::pages) member: Option<Link>,
    pub(in crate::pages) officer: Option<String>,
    pub(in crate::pages) purpose: Option<Link>,
    pub(in crate::pages) law: Option<Citation>,
    pub(in crate::pages) case: Option<String>,
    pub(in crate::pages) outcome: String,
    pub(in crate::pages) denied: Option<Denied>,
    pub(in crate::pages) seen: Vec<SeenRecord>,
    /// The record that a source wrote, corrected or took back.
    pub(in crate::pages) about: Option<Link>,
    pub(in crate::pages) is_own: bool,
}

impl Words<'_> {
    /// The looks that were read, newest first.
    pub(in crate::pages) fn lines(&self) -> Vec<Line> {
        self.view.looks.iter().rev().map(|look| self.line(look)).collect()
    }

    /// A look.
    pub(in crate::pages) fn line(&self, look: &LookView) -> Line {
        let (frame, event) = (self.frame, &look.event);
        let word = |name: &str| event[name].as_str().filter(|text| !text.is_empty());
        let code = word("member").and_then(|code| code.parse::<MemberCode>().ok());
        let member = code.map(|code| self.member(&code));
        let officer = word("officer").map(str::to_owned);
        let purpose = word("purpose").and_then(|code| code.parse::<PurposeCode>().ok());
        let known = purpose.as_ref().and_then(|code| self.catalog.purpose(code));
        let id = format!("look_{}", word("look_id").unwrap_or_default());
        let second = word("second_officer").map(str::to_owned);
        let is_own = word("outcome") == Some("own");
        Line {
            at: self.moment(event["at"].as_i64().unwrap_or_default()),
            to: id.parse::<LookId>().ok().map(|id| frame.to(&format!("/my/looks/{id}"))),
            number: Some(look.seq),
            leaf: Some(look.leaf),
            reference: id,
            who: match (&member, &officer) {
                (Some(member), Some(officer)) if second.is_some() => fl!(
                    frame.words,
                    "look-at-counter",
                    member = member.words.as_str(),
                    officer = officer.as_str(),
                    second = second.unwrap_or_default()
                ),
                (Some(member), Some(officer)) => {
                    fl!(frame.words, "look-who", member = member.words.as_str(), officer = officer.as_str())
                }
                _ => fl!(frame.words, "look-you"),
            },
            member,
            officer,
            purpose: known.map(|purpose| Link {
                words: frame.language.of(&purpose.title).to_owned(),
                to: frame.to(&format!("/purposes/{}", purpose.code)),
            }),
            law: known.map(|purpose| cite(frame, &purpose.law)),
            case: word("case").map(str::to_owned),
            outcome: self.outcome(word("outcome").unwrap_or_default()),
            denied: word("refusal").map(|code| self.denied(code)),
            seen: event["shown"].as_array().into_iter().flatten().map(|row| self.seen(row)).collect(),
            about: None,
            is_own,
        }
    }

    fn outcome(&self, word: &str) -> String {
        let words = self.frame.words;
        match word {
            "answered" => fl!(words, "look-answered"),
            "denied" => fl!(words, "look-denied"),
            "nothing" => fl!(words, "look-nothing"),
            _ => fl!(words, "look-own"),
        }
    }

    fn denied(&self, code: &str) -> Denied {
        Denied {
            because: why_denied(self.frame, code),
            code: code.to_owned(),
            to: self.frame.to(&format!("/problems/{code}")),
        }
    }

    /// What a look was shown of one record: which, in which version, and which inputs of it. It never holds a value.
    fn seen(&self, row: &Value) -> SeenRecord {
        let language = self.frame.language;
        let record = row["record_id"].as_str().and_then(|id| format!("rec_{id}").parse::<RecordId>().ok());
        let version = row["item_version"].as_u64().and_then(|version| u32::try_from(version).ok());
        let code = row["item"].as_str().unwrap_or_default();
        let item = code.parse().ok().zip(version).and_then(|(code, version)| self.catalog.item(&code, version));
        let title = |code: &str| {
            let known = code.parse().ok().and_then(|code| item.and_then(|item| item.input(&code)));
            known.map_or(code, |input| language.of(&input.title)).to_owned()
        };
        let inputs: Vec<String> = row["inputs"].as_str().unwrap_or_default().split_whitespace().map(title).collect();
        SeenRecord {
            title: item.map_or(code, |item| language.of(&item.title)).to_owned(),
            to: record.map(|record| self.frame.to(&format!("/my/records/{record}"))),
            version: row["version"].as_i64().unwrap_or_default(),
            inputs: self.joined(&inputs),
        }
    }

    /// That a source wrote a record.
    pub(in crate::pages) fn line_of_record(&self, shown: &Shown) -> Line {
        self.written(shown, shown.received_at, fl!(self.frame.words, "look-written"), None)
    }

    /// That a source corrected a record or took it back.
    pub(in crate::pages) fn line_of_correction(&self, shown: &Shown, row: &CorrectionView) -> Line {
        self.written(shown, row.made_at, self.act(row.act), Some(row.leaf))
    }

    fn written(&self, shown: &Shown, at: i64, outcome: String, leaf: Option<u64>) -> Line {
        let member = self.member(&shown.on_file.source);
        let to = self.frame.to(&format!("/my/records/{}", shown.on_file.record));
        Line {
            at: self.moment(at),
            to: None,
            number: None,
            leaf,
            reference: shown.on_file.record.to_string(),
            who: member.words.clone(),
            member: Some(member),
            officer: None,
            purpose: None,
            law: None,
            case: None,
            outcome,
            denied: None,
            seen: Vec::new(),
            about: Some(Link { words: self.title(shown), to }),
            is_own: false,
        }
    }
}
