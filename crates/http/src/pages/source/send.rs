//! The last step before something binds: exactly what will happen, and one button.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, InputKind, Item};
use fairfile_domain::correction::Act;
use fairfile_domain::id::InputCode;
use fairfile_domain::record::earliest_shown;
use fairfile_service::source::FileKind;
use i18n_embed_fl::fl;

use super::batch::{draft, name_of};
use super::file::SHORT_WHILE;
use super::{Desk, counted, item_name, member_name, part};
use crate::caller::Call;
use crate::drafts::{self, Change, Draft, State, What};
use crate::pages::address::to_page;
use crate::pages::frame::{Frame, Theme};
use crate::pages::said;
use crate::problem::Problem;

/// What is changed, side by side.
struct Diff {
    record: String,
    is_withdrawal: bool,
    field: String,
    value: String,
    reason: String,
    words: String,
    told: Vec<String>,
}

#[derive(Template)]
#[template(path = "source/send.html")]
struct Page {
    frame: Frame,
    name: String,
    item: String,
    /// Where this form is sent, and the way back.
    to: String,
    back: String,
    is_corrections: bool,
    ready: i64,
    ready_shown: String,
    kept_out: i64,
    kept_out_shown: String,
    shown_from: Option<String>,
    waits: bool,
    /// A single record: the title and the value of each input.
    record: Vec<(String, String)>,
    /// A single correction.
    diff: Option<Diff>,
}

impl Page {
    /// What the page asks.
    fn question(&self) -> String {
        let words = self.frame.words;
        match &self.diff {
            Some(diff) if diff.is_withdrawal => fl!(words, "send-title-withdraw"),
            Some(_) => fl!(words, "send-title-correct"),
            None if !self.record.is_empty() => fl!(words, "send-title-record"),
            None => fl!(words, "send-title-file"),
        }
    }

    /// What the button says.
    fn verb(&self) -> String {
        let words = self.frame.words;
        match &self.diff {
            Some(diff) if diff.is_withdrawal => fl!(words, "send-withdraw"),
            Some(_) => fl!(words, "send-correct"),
            None => fl!(words, "send-send"),
        }
    }
}

/// `GET /{language}/source/batches/{id}/send`
pub(super) fn ask(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let draft = draft(call, desk, part(call, 1))?;
    let (frame, path) = (Frame::of(call), format!("/source/batches/{}", draft.id));
    let sendable = |stored: &drafts::StoredReport| !matches!(draft.what, What::Practice) && stored.counts.accepted > 0;
    let stored = match draft.state() {
        State::Checked(stored, _) if sendable(&stored) => stored,
        State::Checked(..) | State::Working(..) | State::Failed(_) | State::Sent(_) => {
            return to_page(&frame.to(&path));
        }
    };
    let reg = call.doors.reg();
    let (catalog, today) = (reg.catalog(), reg.today());
    let item = catalog.item(&draft.handed.item, stored.item_version);
    let is_corrections = stored.kind == FileKind::Corrections;
    let first = item.filter(|_| !is_corrections).and_then(|item| earliest_shown(item, today, reg.term_law()).ok());
    let (ready, kept_out) = (stored.counts.accepted, stored.counts.received - stored.counts.accepted);
    let page = Page {
        name: name_of(&frame, &draft),
        item: item_name(&catalog, &frame, &draft.handed.item),
        to: frame.to(&format!("{path}/send")),
        back: back(&frame, &draft),
        is_corrections,
        ready: i64::try_from(ready).unwrap_or(i64::MAX),
        ready_shown: counted(ready),
        kept_out: i64::try_from(kept_out).unwrap_or(i64::MAX),
        kept_out_shown: counted(kept_out),
        waits: first.is_some_and(|first| today < first),
        shown_from: first.map(|first| frame.day(first)),
        record: record(&frame, item, &draft),
        diff: diff(call, &frame, &catalog, &draft),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// Where whoever does not send goes.
fn back(frame: &Frame, draft: &Draft) -> String {
    match &draft.what {
        What::File(_) | What::Practice => frame.to(&format!("/source/batches/{}", draft.id)),
        What::Record(_) => frame.to(&format!("/source/records/new?item={}", draft.handed.item)),
        What::Change(change) => frame.to(&format!("/source/records/{}", change.record)),
    }
}

fn record(frame: &Frame, item: Option<&Item>, draft: &Draft) -> Vec<(String, String)> {
    let What::Record(values) = &draft.what else { return Vec::new() };
    let row = |(input, shown): &(InputCode, String)| {
        let (title, value) = said::input(frame, item, input, shown);
        let known = item.and_then(|item| item.input(input));
        let is_masked = known.is_some_and(|input| matches!(input.kind, InputKind::Identifier(_)));
        // A number was masked when it came in.
        (title, if is_masked { shown.clone() } else { value })
    };
    values.iter().map(row).collect()
}

fn diff(call: &Call<'_>, frame: &Frame, catalog: &Catalog, draft: &Draft) -> Option<Diff> {
    let What::Change(change) = &draft.what else { return None };
    let Change { record, act, value, reason, words, told } = &**change;
    let newest = catalog.items().filter(|item| item.code == draft.handed.item).max_by_key(|item| item.version);
    let row = reason.row();
    let (field, value) =
        value.as_ref().map(|(input, value)| said::input(frame, newest, input, value)).unwrap_or_default();
    Some(Diff {
        record: record.to_string(),
        is_withdrawal: *act == Act::Withdraw,
        field,
        value,
        reason: frame.language.pick(row.en, row.zh).to_owned(),
        words: words.clone(),
        told: told.iter().map(|member| member_name(call, frame, member)).collect(),
    })
}

/// `POST /{language}/source/batches/{id}/send`: hands the draft in, once; whoever sends it again gets the same answer.
pub(super) async fn take(call: &Call<'_>, desk: &Desk, body: Body) -> Result<Response, Problem> {
    let draft = draft(call, desk, part(call, 1))?;
    desk.fields(call, body).await?;
    drafts::begin_send(call.doors, &draft)?;
    draft.settles(2 * SHORT_WHILE).await;
    let frame = Frame::of(call);
    match draft.state() {
        State::Sent(batch) => to_page(&frame.to(&format!("/source/batches/{batch}"))),
        State::Working(..) | State::Checked(..) | State::Failed(_) => {
            to_page(&frame.to(&format!("/source/batches/{}", draft.id)))
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame) -> Page {
        Page {
            frame,
            name: text(),
            item: text(),
            to: "/en/x".to_owned(),
            back: "/en/x".to_owned(),
            is_corrections: false,
            ready: 1,
            ready_shown: "1".to_owned(),
            kept_out: 0,
            kept_out_shown: "0".to_owned(),
            shown_from: None,
            waits: false,
            record: Vec::new(),
            diff: None,
        }
    }

    fn change(frame: Frame, is_withdrawal: bool, words: String, told: Vec<String>) -> Page {
        let record = "rec_1".to_owned();
        let diff = Diff { record, is_withdrawal, field: text(), value: text(), reason: text(), words, told };
        Page { diff: Some(diff), ..page(frame) }
    }

    #[test]
    fn every_kind_of_thing_that_can_be_sent() {
        hold(
            "source/send.html",
            &[
                ("one record of a file", page),
                ("a file with a rest", |frame| Page {
                    ready: 2,
                    kept_out: 3,
                    shown_from: Some(text()),
                    waits: true,
                    ..page(frame)
                }),
                ("a file of corrections", |frame| Page { is_corrections: true, kept_out: 1, ..page(frame) }),
                ("a record", |frame| Page { record: vec![(text(), text()), (text(), text())], ..page(frame) }),
                ("a record shown at once", |frame| Page {
                    record: vec![(text(), text())],
                    shown_from: Some(text()),
                    ..page(frame)
                }),
                ("a correction", |frame| change(frame, false, text(), vec![text(), text()])),
                ("a withdrawal without a word", |frame| change(frame, true, String::new(), Vec::new())),
            ],
        );
    }
}
