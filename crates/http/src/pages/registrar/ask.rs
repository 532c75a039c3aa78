//! Forms of the office: their fields, what is wrong with them, and the page that shows exactly what will be done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_domain::proposal::MOST_REASON_CHARS;
use fairfile_service::registrar::MOST_TITLE_CHARS;
use i18n_embed_fl::fl;

use super::wording;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// How a field is filled in.
pub(in crate::pages) enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// One of these: what is sent, and what is read.
    Choice(Vec<(String, String)>),
    /// Any of these: what is sent, what is read, and whether it is ticked.
    Many(Vec<(String, String, bool)>),
}

/// A field.
pub(in crate::pages) struct Field {
    pub(in crate::pages) name: &'static str,
    pub(in crate::pages) label: String,
    pub(in crate::pages) hint: Option<String>,
    pub(in crate::pages) value: String,
    pub(in crate::pages) kind: Kind,
    /// What is wrong with what was typed.
    pub(in crate::pages) wrong: Option<String>,
}

impl Field {
    /// A field of one line, with what was typed before.
    pub(super) fn line(name: &'static str, label: String, typed: &Fields) -> Self {
        Self { name, label, hint: None, value: typed.text(name).to_owned(), kind: Kind::Line, wrong: None }
    }

    /// The same of several lines.
    pub(super) fn lines(name: &'static str, label: String, typed: &Fields) -> Self {
        Self { kind: Kind::Lines, ..Self::line(name, label, typed) }
    }

    /// One of several.
    pub(super) fn choice(name: &'static str, label: String, typed: &Fields, choices: Vec<(String, String)>) -> Self {
        Self { kind: Kind::Choice(choices), ..Self::line(name, label, typed) }
    }

    /// Any of several.
    pub(super) fn many(name: &'static str, label: String, typed: &Fields, all: Vec<(String, String)>) -> Self {
        let ticked = |code: &str| typed.all(name).any(|value| value == code);
        let all = all.into_iter().map(|(code, words)| (ticked(&code), code, words));
        let all = all.map(|(is_ticked, code, words)| (code, words, is_ticked)).collect();
        Self { kind: Kind::Many(all), ..Self::line(name, label, typed) }
    }

    pub(super) fn hinted(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What describes the field to whoever does not see the page: its hint, and what is wrong with it.
    pub(super) fn described(&self) -> String {
        let ids: Vec<String> = [("hint", &self.hint), ("wrong", &self.wrong)]
            .into_iter()
            .filter(|(_, words)| words.is_some())
            .map(|(part, _)| format!("{}-{part}", self.name))
            .collect();
        match (ids.is_empty(), self.wrong.is_some()) {
            (true, _) => String::new(),
            (false, false) => format!(" aria-describedby=\"{}\"", ids.join(" ")),
            (false, true) => format!(" aria-describedby=\"{}\" aria-invalid=\"true\"", ids.join(" ")),
        }
    }

    /// Where the summary of what is wrong leads to: the field, or the first of its boxes.
    pub(super) fn anchor(&self) -> String {
        if matches!(self.kind, Kind::Many(_)) { format!("{}-0", self.name) } else { self.name.to_owned() }
    }
}

/// A form: where it leads, its fields, and what it says on its button.
pub(in crate::pages) struct Form {
    pub(in crate::pages) action: String,
    pub(in crate::pages) hidden: Vec<(&'static str, String)>,
    pub(in crate::pages) fields: Vec<Field>,
    pub(in crate::pages) button: String,
}

/// What is wrong with a form: the field, if it is one, and the sentence.
pub(super) type Wrong = Vec<(&'static str, String)>;

impl Form {
    /// Puts what is wrong beside its fields, and gives the summary of it: where each leads, if anywhere, and the sentence.
    pub(super) fn marked(&mut self, wrong: &Wrong) -> Vec<(Option<String>, String)> {
        for field in &mut self.fields {
            field.wrong = wrong.iter().find(|(name, _)| *name == field.name).map(|(_, words)| words.clone());
        }
        let anchor = |name: &str| self.fields.iter().find(|field| field.name == name).map(Field::anchor);
        wrong.iter().map(|(name, words)| (anchor(name), words.clone())).collect()
    }
}

/// A page that asks for something.
#[derive(Template)]
#[template(path = "registrar/ask.html")]
pub(super) struct Ask {
    pub(super) frame: Frame,
    pub(super) h1: String,
    /// Where the visitor came from: address and words.
    pub(super) back: (String, String),
    pub(super) lead: Vec<String>,
    pub(super) form: Form,
    errors: Vec<(Option<String>, String)>,
}

impl Ask {
    pub(super) fn new(frame: Frame, h1: String, back: (String, String), lead: Vec<String>, form: Form) -> Self {
        Self { frame, h1, back, lead, form, errors: Vec::new() }
    }

    /// What the window is called.
    fn title(&self) -> String {
        titled(&self.frame, &self.h1, !self.errors.is_empty())
    }

    /// The empty page.
    pub(super) fn show(self) -> Result<Response, Problem> {
        self.frame.answer(StatusCode::OK, &self)
    }

    /// The page again, with what was typed and what is wrong with it.
    pub(super) fn wrong(mut self, wrong: &Wrong) -> Result<Response, Problem> {
        self.errors = self.form.marked(wrong);
        self.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// What a window is called that may have something wrong in it.
pub(super) fn titled(frame: &Frame, h1: &str, is_wrong: bool) -> String {
    if is_wrong { fl!(frame.words, "error-title", page = h1) } else { h1.to_owned() }
}

/// A page that shows exactly what will be done, before it binds.
#[derive(Template)]
#[template(path = "registrar/check.html")]
pub(in crate::pages) struct Check {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) h1: String,
    pub(in crate::pages) back: (String, String),
    pub(in crate::pages) lead: String,
    pub(in crate::pages) facts: Vec<(String, String)>,
    pub(in crate::pages) form: Form,
}

impl Check {
    pub(in crate::pages) fn show(self) -> Result<Response, Problem> {
        self.frame.answer(StatusCode::OK, &self)
    }
}

/// A field by its name in the form and by what it is called on the page: several faults of one form are told apart.
pub(super) type Named = (&'static str, String);

/// The day that was typed into a field; what is wrong with it otherwise.
pub(super) fn day(frame: &Frame, typed: &Fields, (name, field): Named, wrong: &mut Wrong) -> Option<Day> {
    let day = typed.text(name).parse().ok();
    if day.is_none() {
        wrong.push((name, fl!(frame.words, "registry-wrong-day", field = field)));
    }
    day
}

/// The code that was typed into a field; what is wrong with it otherwise.
pub(super) fn code<T: std::str::FromStr>(
    frame: &Frame,
    typed: &Fields,
    (name, field): Named,
    wrong: &mut Wrong,
) -> Option<T> {
    let code = typed.text(name).parse().ok();
    if code.is_none() {
        wrong.push((name, fl!(frame.words, "registry-wrong-code", field = field)));
    }
    code
}

/// The name in one language that was typed into a field; what is wrong with it otherwise.
pub(super) fn title(frame: &Frame, typed: &Fields, (name, field): Named, wrong: &mut Wrong) -> String {
    let title = typed.text(name);
    if title.trim().is_empty() || title.chars().count() > MOST_TITLE_CHARS {
        let most = MOST_TITLE_CHARS as i64;
        wrong.push((name, fl!(frame.words, "registry-wrong-title", field = field, most = most)));
    }
    title.to_owned()
}

/// Adds that the reason is missing or too long, if it is: for a form that is wrong anyway, so that all is said at once.
pub(super) fn because(frame: &Frame, typed: &Fields, wrong: &mut Wrong) {
    let text = typed.text("because").trim();
    if text.is_empty() || text.chars().count() > MOST_REASON_CHARS {
        wrong.push(("because", wording::reason(frame)));
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::form;
    use super::*;
    use crate::pages::samples::{hold, text};

    fn ask(frame: Frame, lead: usize) -> Ask {
        Ask::new(frame, text(), ("/en/registry".to_owned(), text()), vec![text(); lead], form())
    }

    #[test]
    fn a_form_of_every_kind_of_field_from_empty_to_all_wrong() {
        hold(
            "registrar/ask.html",
            &[
                ("bare", |frame| {
                    let nothing = Form { hidden: Vec::new(), fields: Vec::new(), ..form() };
                    Ask { form: nothing, ..ask(frame, 0) }
                }),
                ("full", |frame| ask(frame, 2)),
                ("error", |frame| {
                    let mut ask = ask(frame, 1);
                    let wrong = ["line", "lines", "choice", "many", "elsewhere"].map(|name| (name, text())).into();
                    ask.errors = ask.form.marked(&wrong);
                    ask
                }),
            ],
        );
    }

    #[test]
    fn what_will_be_done_before_it_binds() {
        hold(
            "registrar/check.html",
            &[("full", |frame| Check {
                frame,
                h1: text(),
                back: ("/en/registry".to_owned(), text()),
                lead: text(),
                facts: vec![(text(), text()), (text(), text())],
                form: Form { fields: Vec::new(), ..form() },
            })],
        );
    }
}
