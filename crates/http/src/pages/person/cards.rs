//! Records, as every record looks: what it says, by which law, until when, and what has become of it.

use fairfile_domain::correction::{Act, REASONS};
use fairfile_domain::record::RecordState;
use fairfile_service::Shown;
use fairfile_service::person::CorrectionView;
use i18n_embed_fl::fl;

use super::words::{Link, Moment, Words};
use crate::pages::citation::{Citation, cite};
use crate::pages::said::input;

/// What its source did to a record.
pub(in crate::pages) struct Correction {
    pub(in crate::pages) what: String,
    pub(in crate::pages) at: Moment,
    pub(in crate::pages) reason: String,
    pub(in crate::pages) words: Option<String>,
    /// The version that went, and the one that came.
    pub(in crate::pages) before: i64,
    pub(in crate::pages) after: i64,
    pub(in crate::pages) is_withdrawal: bool,
    /// Whether what came is what the record says today.
    pub(in crate::pages) is_latest: bool,
    /// Its number in the journal.
    pub(in crate::pages) leaf: i64,
}

/// A record.
pub(in crate::pages) struct Card {
    pub(in crate::pages) title: String,
    /// The record's own page.
    pub(in crate::pages) to: String,
    /// The place to which a link to its year leads, on the first of a year.
    pub(in crate::pages) anchor: Option<String>,
    /// The item's page.
    pub(in crate::pages) page: Option<String>,
    pub(in crate::pages) state: String,
    /// Whether nobody but the person is shown it any more.
    pub(in crate::pages) is_over: bool,
    pub(in crate::pages) received: Moment,
    pub(in crate::pages) year: i16,
    pub(in crate::pages) law: Option<Citation>,
    pub(in crate::pages) source: Link,
    pub(in crate::pages) inputs: Vec<(String, String)>,
    pub(in crate::pages) shown: String,
    pub(in crate::pages) kept: String,
    /// How many members were shown it, in words.
    pub(in crate::pages) told: String,
    pub(in crate::pages) corrections: Vec<Correction>,
    pub(in crate::pages) reference: String,
    pub(in crate::pages) is_unreadable: bool,
}

impl Words<'_> {
    /// Every record, newest first.
    pub(in crate::pages) fn cards(&self) -> Vec<Card> {
        self.view.records.iter().rev().map(|shown| self.card(shown)).collect()
    }

    /// One record.
    pub(in crate::pages) fn card(&self, shown: &Shown) -> Card {
        let (frame, on_file) = (self.frame, &shown.on_file);
        let item = self.catalog.item(&on_file.item, on_file.item_version);
        Card {
            title: self.title(shown),
            to: frame.to(&format!("/my/records/{}", on_file.record)),
            anchor: None,
            page: item.map(|item| frame.to(&format!("/catalog/{}/v{}", item.code, item.version))),
            state: self.state(shown),
            is_over: self.is_over(shown),
            received: self.moment(shown.received_at),
            year: self.year(shown.received_at),
            law: item.map(|item| cite(frame, &item.law)),
            source: self.member(&on_file.source),
            inputs: shown.inputs.iter().map(|(code, value)| input(self.frame, item, code, value)).collect(),
            shown: self.shown(shown),
            kept: match on_file.state {
                RecordState::Destroyed => String::new(),
                // Its content went when it was taken back; what is left is the entry about it.
                RecordState::Withdrawn => {
                    fl!(frame.words, "record-entry-kept", day = frame.day(on_file.terms.retained_until))
                }
                _ => fl!(frame.words, "record-kept", day = frame.day(on_file.terms.retained_until)),
            },
            told: self.told(shown),
            corrections: self.corrections(shown),
            reference: on_file.record.to_string(),
            is_unreadable: shown.is_unreadable,
        }
    }

    /// What kind of record it is.
    pub(in crate::pages) fn title(&self, shown: &Shown) -> String {
        let item = self.catalog.item(&shown.on_file.item, shown.on_file.item_version);
        item.map_or(shown.on_file.item.as_str(), |item| self.frame.language.of(&item.title)).to_owned()
    }

    fn state(&self, shown: &Shown) -> String {
        let words = self.frame.words;
        match shown.on_file.state {
            RecordState::Withdrawn => fl!(words, "state-withdrawn"),
            RecordState::Destroyed => fl!(words, "state-destroyed"),
            RecordState::Ended => fl!(words, "state-ended"),
            RecordState::InForce if self.is_over(shown) => fl!(words, "state-ended"),
            RecordState::InForce if self.is_ahead(shown) => fl!(words, "state-waiting"),
            RecordState::InForce => fl!(words, "state-in-force"),
        }
    }

    /// Whether others will be shown it, and are not yet.
    fn is_ahead(&self, shown: &Shown) -> bool {
        self.view.today.sure() < shown.on_file.terms.shown_from
    }

    fn is_over(&self, shown: &Shown) -> bool {
        let is_on_display = shown.on_file.terms.on_display(self.view.today);
        shown.on_file.state != RecordState::InForce || !(is_on_display || self.is_ahead(shown))
    }

    fn shown(&self, shown: &Shown) -> String {
        let (frame, terms) = (self.frame, &shown.on_file.terms);
        let (from, until) = (frame.day(terms.shown_from), frame.day(terms.display_until));
        match shown.on_file.state {
            RecordState::Withdrawn | RecordState::Destroyed => fl!(frame.words, "record-shown-nobody"),
            RecordState::Ended => fl!(frame.words, "record-shown-over", until = until),
            RecordState::InForce if self.is_over(shown) => fl!(frame.words, "record-shown-over", until = until),
            RecordState::InForce if self.is_ahead(shown) => {
                fl!(frame.words, "record-shown-later", from = from, until = until)
            }
            RecordState::InForce => fl!(frame.words, "record-shown-until", until = until),
        }
    }

    fn told(&self, shown: &Shown) -> String {
        let members = self.view.told.iter().filter(|row| row.record == shown.on_file.record).count();
        match members {
            0 => fl!(self.frame.words, "record-told-nobody"),
            _ => fl!(self.frame.words, "record-told-members", count = (members as i64)),
        }
    }

    fn corrections(&self, shown: &Shown) -> Vec<Correction> {
        let rows = self.view.corrections.iter().filter(|row| row.record == shown.on_file.record);
        rows.map(|row| self.correction(shown, row)).collect()
    }

    fn correction(&self, shown: &Shown, row: &CorrectionView) -> Correction {
        let frame = self.frame;
        let reason = REASONS.iter().find(|known| known.reason == row.reason);
        let after = row.version_before.saturating_add(1);
        Correction {
            what: self.act(row.act),
            at: self.moment(row.made_at),
            reason: reason.map_or("", |known| frame.language.pick(known.en, known.zh)).to_owned(),
            words: row.words.clone(),
            before: row.version_before.into(),
            after: after.into(),
            is_withdrawal: row.act == Act::Withdraw,
            is_latest: after == shown.on_file.version && !shown.inputs.is_empty(),
            leaf: row.leaf as i64,
        }
    }

    /// What was done to a record.
    pub(in crate::pages) fn act(&self, act: Act) -> String {
        match act {
            Act::Correct => fl!(self.frame.words, "record-corrected"),
            Act::Withdraw => fl!(self.frame.words, "record-withdrawn"),
        }
    }
}
