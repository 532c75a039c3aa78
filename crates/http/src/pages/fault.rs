//! What went wrong, as a page.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use i18n_embed_fl::fl;

use super::address::back_query;
use super::frame::{Frame, Theme, Visitor};
use super::words::Words;
use crate::doors::Doors;
use crate::explain;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "fault.html")]
struct Fault<'p> {
    frame: Frame,
    title: String,
    what: String,
    next: String,
    /// Where signing in helps, from where the visitor comes back here.
    signs_in: Option<String>,
    /// The visitor's own first page, where another's was asked for.
    desk: Option<String>,
    code: &'static str,
    incident: &'p str,
}

/// The page that tells `visitor` of `problem`; nothing if even that fails.
pub(crate) fn fault(doors: &Doors, visitor: &Visitor, problem: &Problem, incident: &str) -> Option<Response> {
    let frame = Frame::around(doors, visitor);
    let words = frame.words;
    let known = explain::explain(problem.code()).map(|known| known.in_language(frame.language));
    let known = known.map(|(title, help)| (sentence(title), sentence(help))).unwrap_or_default();
    let (title, (what, next)) = match problem.status() {
        StatusCode::NOT_FOUND => (fl!(words, "missing-title"), (fl!(words, "missing-text"), String::new())),
        StatusCode::UNAUTHORIZED if visitor.has_typed() => {
            (fl!(words, "signed-out-title"), (fl!(words, "signed-out-text"), fl!(words, "signed-out-typed")))
        }
        StatusCode::UNAUTHORIZED => (fl!(words, "signed-out-title"), (fl!(words, "signed-out-text"), String::new())),
        _ => (fl!(words, "fault-title"), in_plain_words(words, problem).unwrap_or(known)),
    };
    let is_nobody = problem.status() == StatusCode::UNAUTHORIZED;
    let signs_in = is_nobody.then(|| [frame.to("/sign-in"), back_query(visitor.way_back())].concat());
    let desk = (problem.code() == "Q033").then(|| frame.desk()).flatten();
    let page = Fault { title, what, next, signs_in, desk, code: problem.code(), incident, frame };
    let mut response = page.frame.answer(problem.status(), &page).ok()?;
    if let Some(seconds) = problem.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Some(response)
}

/// What happened and what to do, for somebody who reads pages: the tables of codes speak to whoever writes programs.
fn in_plain_words(words: &Words, problem: &Problem) -> Option<(String, String)> {
    let seconds = || problem.retry_after().unwrap_or(60).cast_signed();
    Some(match problem.code() {
        "Q002" => (fl!(words, "fault-form"), fl!(words, "fault-form-next")),
        "Q008" => (fl!(words, "fault-method"), fl!(words, "fault-method-next")),
        "Q018" => (fl!(words, "fault-many-visitors"), fl!(words, "fault-wait", seconds = seconds())),
        "Q023" => (fl!(words, "fault-query"), fl!(words, "fault-query-next")),
        "Q024" => (fl!(words, "fault-officer"), fl!(words, "fault-officer-next")),
        "Q025" => (fl!(words, "fault-too-many"), fl!(words, "fault-wait", seconds = seconds())),
        _ => return None,
    })
}

/// A line of a table of codes as a sentence: a capital in front, and behind it the full stop of the script that it ends in.
pub(super) fn sentence(line: &str) -> String {
    let mut signs = line.chars();
    let Some(first) = signs.next() else { return String::new() };
    let is_chinese = |sign: char| sign >= '\u{2e80}';
    let stop = if line.chars().next_back().is_some_and(is_chinese) { "。" } else { "." };
    first.to_uppercase().chain(signs.as_str().chars()).collect::<String>() + stop
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::bar::Bar;
    use crate::pages::demo::Switch;
    use crate::pages::samples::{WRITTEN, hold};

    fn page(frame: Frame, signs_in: bool, next: &str) -> Fault<'static> {
        let text = || WRITTEN.to_owned();
        let signs_in = signs_in.then(|| "/en/sign-in?back=%2Fmy".to_owned());
        let desk = signs_in.is_none().then(|| "/en/source".to_owned());
        let (title, what, next) = (text(), text(), next.to_owned());
        Fault { frame, title, what, next, signs_in, desk, code: "Q007", incident: "01J8-K2" }
    }

    #[test]
    fn a_line_becomes_a_sentence_of_the_script_that_it_ends_in() {
        for (line, expected) in [
            ("", ""),
            ("the file is empty", "The file is empty."),
            ("there is no column ‘姓名’", "There is no column ‘姓名’."),
            ("at most 50 MB – no more", "At most 50 MB – no more."),
            ("文件是空的", "文件是空的。"),
            ("没有“name”一列", "没有“name”一列。"),
        ] {
            assert_eq!(sentence(line), expected);
        }
    }

    #[test]
    fn the_frame_of_every_visitor() {
        hold(
            "fault.html",
            &[
                ("nobody", |mut frame| {
                    (frame.visitor, frame.form_key) = (None, String::new());
                    page(frame, true, "")
                }),
                ("a member with a long name, in a demo", |mut frame| {
                    (frame.visitor, frame.switch) = (Some(WRITTEN.to_owned()), Some(Switch::sample(true)));
                    (frame.node, frame.path) = (WRITTEN.to_owned(), "/source".to_owned());
                    page(frame.under(Bar::Source), false, "")
                }),
                ("a person who came by number, in the dark", |mut frame| {
                    (frame.switch, frame.theme) = (Some(Switch::sample(false)), Theme::Dark);
                    page(frame.under(Bar::Person), false, "")
                }),
                ("an inquirer", |frame| page(frame.under(Bar::Inquirer { serves: true }), false, "")),
                ("a registrar", |frame| page(frame.under(Bar::Registrar), false, "")),
                ("a supervisor", |mut frame| {
                    frame.theme = Theme::Light;
                    page(frame.under(Bar::Supervisor), false, "")
                }),
            ],
        );
    }

    #[test]
    fn with_a_way_on_and_without() {
        hold(
            "fault.html",
            &[
                ("signed out", |frame| page(frame, true, "")),
                ("with what is next", |frame| page(frame, false, WRITTEN)),
                ("bare", |frame| page(frame, false, "")),
            ],
        );
    }
}
