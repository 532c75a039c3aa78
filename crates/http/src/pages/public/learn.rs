//! Pages of plain text: what to know, where to get help, and what these pages do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_domain::message::Language as MessageLanguage;
use i18n_embed_fl::fl;

use super::Link;
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;
use crate::wire::Language;

/// When the pages were tried last against the rules of accessibility: year, month, day.
const TRIED: (i16, i8, i8) = (2026, 11, 23);

/// A part of a text: its heading, its sentences, and perhaps where it goes on.
struct Part {
    heading: String,
    sentences: Vec<String>,
    link: Option<Link>,
}

impl Part {
    fn new(heading: String, sentences: Vec<String>) -> Self {
        Self { heading, sentences, link: None }
    }

    fn linked(self, words: String, to: String) -> Self {
        Self { link: Some(Link { words, to }), ..self }
    }
}

#[derive(Template)]
#[template(path = "public/text.html")]
struct Text {
    frame: Frame,
    title: String,
    lead: String,
    parts: Vec<Part>,
}

impl Text {
    fn answer(self) -> Result<Response, Problem> {
        self.frame.answer(StatusCode::OK, &self)
    }
}

/// `GET /{language}/learn`
pub(crate) fn learn(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let file = vec![
        fl!(words, "learn-file-1"),
        fl!(words, "learn-file-2"),
        fl!(words, "learn-file-3"),
        fl!(words, "learn-file-4"),
    ];
    let look = vec![fl!(words, "learn-look-1"), fl!(words, "learn-look-2"), fl!(words, "learn-look-3")];
    let never = vec![fl!(words, "learn-never-1"), fl!(words, "learn-never-2"), fl!(words, "learn-never-3")];
    let parts = vec![
        Part::new(fl!(words, "learn-file"), file).linked(fl!(words, "home-own-link"), frame.to("/rights")),
        Part::new(fl!(words, "learn-look"), look).linked(fl!(words, "home-look-link"), frame.to("/purposes")),
        Part::new(fl!(words, "learn-never"), never).linked(fl!(words, "home-kept-link"), frame.to("/catalog")),
    ];
    Text { title: fl!(words, "learn-title"), lead: fl!(words, "learn-lead"), parts, frame }.answer()
}

/// `GET /{language}/help`
pub(crate) fn help(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let parts = vec![
        Part::new(fl!(words, "help-reach"), reach(call, &frame)),
        Part::new(fl!(words, "help-counter"), vec![fl!(words, "help-counter-text")])
            .linked(fl!(words, "home-members-link"), frame.to("/members")),
        Part::new(fl!(words, "help-code"), vec![fl!(words, "help-code-text")])
            .linked(fl!(words, "problem-title", code = "D007"), frame.to("/problems/D007")),
        Part::new(fl!(words, "help-proof"), vec![fl!(words, "help-proof-text")])
            .linked(fl!(words, "home-check-link"), frame.to("/verify")),
    ];
    Text { title: fl!(words, "help-title"), lead: fl!(words, "help-lead"), parts, frame }.answer()
}

/// Phone, hours and post address, as far as whoever runs the node has named them.
fn reach(call: &Call<'_>, frame: &Frame) -> Vec<String> {
    let (words, help) = (frame.words, call.doors.sender().help);
    let language = match frame.language {
        Language::En => MessageLanguage::En,
        Language::Zh => MessageLanguage::Zh,
    };
    let (phone, hours, post) = (help.phone.as_str(), help.hours(language), help.post(language));
    let mut lines = Vec::new();
    if !phone.is_empty() {
        lines.push(fl!(words, "help-phone", phone = phone));
    }
    if !hours.is_empty() {
        lines.push(fl!(words, "help-hours", hours = hours));
    }
    if !post.is_empty() {
        lines.push(fl!(words, "help-post", post = post));
    }
    if lines.is_empty() {
        lines.push(fl!(words, "help-reach-none"));
    }
    lines
}

/// `GET /{language}/contact`: where people look for it, and where it stands.
pub(crate) fn contact(call: &Call<'_>) -> Result<Response, Problem> {
    to_page(&Frame::of(call).to("/help"))
}

/// `GET /{language}/interface`: what programs can do here, for whoever reads pages.
pub(crate) fn interface(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let parts = vec![
        Part::new(fl!(words, "interface-all"), vec![fl!(words, "interface-all-text")])
            .linked(fl!(words, "interface-all-link"), "/api".to_owned()),
        Part::new(fl!(words, "interface-open"), vec![fl!(words, "interface-open-text")])
            .linked(fl!(words, "interface-open-link"), "/api/catalog".to_owned()),
        Part::new(fl!(words, "interface-members"), vec![fl!(words, "interface-members-text")])
            .linked(fl!(words, "problem-title", code = "S001"), frame.to("/problems/S001")),
        Part::new(fl!(words, "interface-journal"), vec![fl!(words, "interface-journal-text")])
            .linked(fl!(words, "verify-journal-link"), frame.to("/verify/journal")),
    ];
    Text { title: fl!(words, "interface-title"), lead: fl!(words, "interface-lead"), parts, frame }.answer()
}

/// `GET /{language}/accessibility`
pub(crate) fn accessibility(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let parts = vec![
        Part::new(fl!(words, "accessibility-rules"), vec![fl!(words, "accessibility-rules-text")]),
        Part::new(
            fl!(words, "accessibility-gaps-title"),
            vec![
                fl!(words, "accessibility-gaps-readers"),
                fl!(words, "accessibility-gaps-devices"),
                fl!(words, "accessibility-gaps-plain"),
            ],
        ),
        Part::new(fl!(words, "accessibility-keeps-out"), vec![fl!(words, "accessibility-keeps-out-text")])
            .linked(fl!(words, "help-title"), frame.to("/help")),
        Part::new(
            fl!(words, "accessibility-when"),
            vec![fl!(words, "accessibility-when-text", day = tried_on(&frame))],
        ),
    ];
    Text { title: fl!(words, "accessibility-title"), lead: fl!(words, "accessibility-lead"), parts, frame }.answer()
}

/// `GET /{language}/privacy`
pub(crate) fn privacy(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let parts = vec![
        Part::new(
            fl!(words, "privacy-cookies-title"),
            vec![
                fl!(words, "privacy-cookies"),
                fl!(words, "privacy-cookies-language"),
                fl!(words, "privacy-cookies-theme"),
                fl!(words, "privacy-cookies-session"),
                fl!(words, "privacy-cookies-attempt"),
            ],
        ),
        Part::new(fl!(words, "privacy-log-title"), vec![fl!(words, "privacy-log")]),
    ];
    Text { title: fl!(words, "privacy-title"), lead: fl!(words, "privacy-lead"), parts, frame }.answer()
}

/// The day on which the pages were last tried against the rules that the statement names.
fn tried_on(frame: &Frame) -> String {
    Day::new(TRIED.0, TRIED.1, TRIED.2).map(|day| frame.day(day)).unwrap_or_default()
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    #[test]
    fn a_text_with_parts_and_without() {
        hold(
            "public/text.html",
            &[
                ("empty", |frame| Text { frame, title: "Help".to_owned(), lead: String::new(), parts: Vec::new() }),
                ("full", |frame| {
                    let part = Part::new(WRITTEN.to_owned(), vec![WRITTEN.to_owned(), WRITTEN.to_owned()]);
                    let linked =
                        Part::new(WRITTEN.to_owned(), Vec::new()).linked(WRITTEN.to_owned(), "/en/x".to_owned());
                    Text { frame, title: "Help".to_owned(), lead: WRITTEN.to_owned(), parts: vec![part, linked] }
                }),
            ],
        );
    }
}
