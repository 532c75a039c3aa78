//! One record: what it says, by which law, until when, how to put it right, and what was put right already.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::Item;
use fairfile_domain::id::RecordId;
use fairfile_service::Registry;
use fairfile_service::person::{Contents, Part, Seen};
use i18n_embed_fl::fl;

use super::cards::Card;
use super::words::{Link, Words};
use crate::caller::Call;
use crate::pages::citation::{own_half, period};
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

#[derive(Template)]
#[template(path = "person/record.html")]
struct Page {
    frame: Frame,
    card: Card,
    /// What the law behind it is about, in plain words.
    plain_words: String,
    /// The law's title in the node's other language, and that language as HTML names it.
    other_title: Option<(&'static str, String)>,
    /// How long the source has to answer, if anything says so.
    answer_within: Option<String>,
    /// Who reconsiders what the source answers.
    reconsideration: Option<Link>,
    /// What ends it early, each with its provision.
    repair: Vec<(String, (String, &'static str))>,
}

/// `GET /{language}/my/records/{id}`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    // What is no id is looked for as well: it is as little there as another person's record.
    let id = call.last().parse().unwrap_or(NO_RECORD);
    let part = Part { contents: Contents::One(id), looks: Seen::None, told: true };
    super::read(call, part, move |reg, view| {
        let shown = view.file.records.iter().find(|shown| shown.on_file.record == id).ok_or(RequestFault::NotFound)?;
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let item = catalog.item(&shown.on_file.item, shown.on_file.item_version);
        let language = frame.language;
        let page = Page {
            card: words.card(shown),
            plain_words: item.map_or("", |item| language.of(&item.plain_words)).to_owned(),
            other_title: item.map(|item| other_title(&frame, item)),
            answer_within: answer_within(reg, &frame),
            reconsideration: item.map(|item| words.member(&item.reconsideration)),
            repair: item.map(|item| repair(&frame, item)).unwrap_or_default(),
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

/// The id that no record has: ids are chance.
pub(super) const NO_RECORD: RecordId = RecordId::from_bytes([0; 16]);

fn other_title(frame: &Frame, item: &Item) -> (&'static str, String) {
    let title = &item.law.title;
    (frame.other().0, frame.language.pick(&title.zh, &title.en).to_owned())
}

/// How long the source has to answer, and whether a law says so or the node's own rules.
fn answer_within(reg: &Registry, frame: &Frame) -> Option<String> {
    let length = period(frame, reg.profile.period("objection_days")?);
    let is_law = reg.profile.figures.get("objection_days").is_some_and(|figure| figure.basis != "product");
    Some(match is_law {
        true => fl!(frame.words, "record-right-period", period = length),
        false => fl!(frame.words, "record-right-period-own", period = length),
    })
}

fn repair(frame: &Frame, item: &Item) -> Vec<(String, (String, &'static str))> {
    let language = frame.language;
    item.repair.iter().map(|row| (language.of(&row.title).to_owned(), own_half(language, &row.law))).collect()
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{gone, link, record, text};
    use crate::pages::samples::hold;

    fn page(frame: Frame, card: Card, is_full: bool) -> Page {
        Page {
            frame,
            card,
            plain_words: if is_full { text() } else { String::new() },
            other_title: is_full.then(|| ("zh-Hans", text())),
            answer_within: is_full.then(text),
            reconsideration: is_full.then(link),
            repair: if is_full { vec![(text(), (text(), "en"))] } else { Vec::new() },
        }
    }

    #[test]
    fn one_that_is_gone_and_one_with_everything() {
        hold(
            "person/record.html",
            &[("empty", |frame| page(frame, gone(), false)), ("full", |frame| page(frame, record(1), true))],
        );
    }
}
