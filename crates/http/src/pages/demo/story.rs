//! The demo's story: a line for each step, with a button that makes the visitor the one whom the step is about.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::OfficerCode;
use fairfile_service::registrar::list_stopped;
use i18n_embed_fl::fl;

use super::clock::TURNS;
use super::switch::{Cue, REGISTRARS, SUPERVISOR, of_inquirer, of_source, purpose_query};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::words::Words;
use crate::problem::Problem;

/// A step.
struct Step {
    title: String,
    text: String,
    button: String,
    /// Whom the step makes the visitor, as `POST /demo/visit` takes it.
    who: String,
    /// Where it leads.
    to: &'static str,
    /// A second button of the same visitor: where it leads, and what is on it.
    second: Option<(String, String)>,
    /// What to type there.
    cues: Vec<Cue>,
    /// A page beside it, and what the link is called.
    link: Option<(&'static str, String)>,
}

impl Step {
    fn new((title, text, button): (String, String, String), who: String, to: &'static str) -> Self {
        Self { title, text, button, who, to, second: None, cues: Vec::new(), link: None }
    }

    fn with(self, cues: Vec<Cue>) -> Self {
        Self { cues, ..self }
    }

    fn or(self, to: Option<String>, button: String) -> Self {
        Self { second: to.map(|to| (to, button)), ..self }
    }

    fn beside(self, page: &'static str, words: String) -> Self {
        Self { link: Some((page, words)), ..self }
    }
}

/// An officer who was stopped, and how the two registrars get to releasing that officer.
struct Stopped {
    text: String,
    /// Whom each button makes the visitor, where it leads, and what is on it.
    buttons: [(String, String, String); 2],
}

/// A turn of the clock.
struct Turn {
    name: &'static str,
    title: String,
}

#[derive(Template)]
#[template(path = "demo/story.html")]
struct Page {
    frame: Frame,
    /// Officers who asked too often in vain. A demo's clock stands, so nobody could come further alone.
    stopped: Vec<Stopped>,
    steps: Vec<Step>,
    /// The day on which the clock stands.
    today: String,
    /// How far it can be moved; nothing where the clock is the machine's.
    turns: Vec<Turn>,
    /// What the last turn brought about.
    moved: Option<Vec<String>>,
    /// Whether an order about the main character ends while the clock is moved.
    ends: bool,
}

/// `GET /{language}/demo`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let stopped = call.doors.blocking(|reg| list_stopped(reg)).await??;
    let (frame, stage, reg) = (Frame::of(call), call.doors.stage(), call.doors.reg());
    let words = frame.words;
    let officers = reg.directory();
    let is_here = |step: &Step| match step.who.split_once('.') {
        Some(("person", _)) => !stage.demo.people.is_empty(),
        Some(("officer", code)) => {
            code.parse::<OfficerCode>().is_ok_and(|officer| officers.officers.contains_key(&officer))
        }
        _ => true,
    };
    let turns = match stage.demo.clock {
        Some(_) => TURNS.map(|(name, _)| Turn { name, title: turn(words, name) }).into(),
        None => Vec::new(),
    };
    let moved = stage.moved().map(|moved| {
        let (ended, destroyed) = (moved.passed.ended as i64, moved.passed.destroyed as i64);
        let chased = moved.passed.notices_chased() as i64;
        vec![
            fl!(words, "demo-moved-to", day = frame.day(moved.to)),
            fl!(words, "demo-moved-ended", count = ended),
            fl!(words, "demo-moved-destroyed", count = destroyed),
            fl!(words, "demo-moved-chased", count = chased),
        ]
    });
    let cues = stage.demo.cues.as_ref().filter(|_| !stage.demo.people.is_empty());
    let typed = cues.map(|cues| {
        let (doors, language) = (call.doors, frame.language);
        (of_source(doors, words, language, cues), of_inquirer(doors, words, language, cues))
    });
    let ends = cues.is_some();
    let denied = cues.map(|cues| format!("/inquiry/new?{}", purpose_query(&cues.denied_purpose)));
    let steps = steps(words, typed.unwrap_or_default(), denied).into_iter().filter(is_here).collect();
    let stopped = stopped.iter().map(|officer| way_out(words, officer)).collect();
    let page = Page { today: frame.day(reg.today()), stopped, steps, turns, moved, ends, frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// One registrar proposes the release, and the other agrees to it.
fn way_out(words: &Words, officer: &OfficerCode) -> Stopped {
    let [first, second] = REGISTRARS;
    Stopped {
        text: fl!(words, "demo-stopped-text", officer = officer.as_str()),
        buttons: [
            (
                format!("registrar.{first}"),
                format!("/registry/officers/{officer}"),
                fl!(words, "demo-stopped-propose", staff = first),
            ),
            (
                format!("registrar.{second}"),
                "/registry/proposals".to_owned(),
                fl!(words, "demo-stopped-agree", staff = second),
            ),
        ],
    }
}

fn turn(words: &Words, name: &str) -> String {
    match name {
        "day" => fl!(words, "demo-turn-day"),
        "deadline" => fl!(words, "demo-turn-deadline"),
        _ => fl!(words, "demo-turn-half-year"),
    }
}

/// The steps; `typed` is what the source and the inquirer have to type in theirs, and `denied` leads to a question that the
/// inquirer may not ask.
fn steps(words: &Words, typed: (Vec<Cue>, Vec<Cue>), denied: Option<String>) -> Vec<Step> {
    let said = |title, text, button| (title, text, button);
    let file =
        said(fl!(words, "demo-step-file"), fl!(words, "demo-step-file-text"), fl!(words, "demo-step-file-button"));
    let looks =
        said(fl!(words, "demo-step-looks"), fl!(words, "demo-step-looks-text"), fl!(words, "demo-step-looks-button"));
    let source = said(
        fl!(words, "demo-step-source"),
        fl!(words, "demo-step-source-text"),
        fl!(words, "demo-step-source-button"),
    );
    let inquirer = said(
        fl!(words, "demo-step-inquirer"),
        fl!(words, "demo-step-inquirer-text"),
        fl!(words, "demo-step-inquirer-button"),
    );
    let registrar = said(
        fl!(words, "demo-step-registrar"),
        fl!(words, "demo-step-registrar-text"),
        fl!(words, "demo-step-registrar-button"),
    );
    let supervisor = said(
        fl!(words, "demo-step-supervisor"),
        fl!(words, "demo-step-supervisor-text"),
        fl!(words, "demo-step-supervisor-button"),
    );
    vec![
        Step::new(file, "person.0".to_owned(), "/my").beside("/demo/outbox", fl!(words, "demo-step-outbox")),
        Step::new(looks, "person.0".to_owned(), "/my/looks"),
        Step::new(source, "officer.0201".to_owned(), "/source").with(typed.0),
        Step::new(inquirer, "officer.0417".to_owned(), "/inquiry")
            .with(typed.1)
            .or(denied, fl!(words, "demo-step-inquirer-denied")),
        Step::new(registrar, format!("registrar.{}", REGISTRARS[0]), "/registry"),
        Step::new(supervisor, format!("supervisor.{SUPERVISOR}"), "/supervision"),
    ]
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn page(frame: Frame, steps: Vec<Step>, turns: Vec<Turn>, moved: Option<Vec<String>>) -> Page {
        let ends = moved.is_some();
        Page { today: "23 November 2026".to_owned(), frame, stopped: Vec::new(), steps, turns, moved, ends }
    }

    #[test]
    fn with_the_whole_cast_and_with_nobody() {
        hold(
            "demo/story.html",
            &[
                ("empty", |frame| page(frame, Vec::new(), Vec::new(), None)),
                ("full", |frame| {
                    let cue = || vec![Cue { field: WRITTEN.to_owned(), text: WRITTEN.to_owned(), lang: "zh-Hans" }];
                    let denied = Some("/inquiry/new?purpose=x".to_owned());
                    let (steps, words) = (steps(frame.words, (cue(), cue()), denied), frame.words);
                    let turns = TURNS.map(|(name, _)| Turn { name, title: turn(words, name) }).into();
                    page(frame, steps, turns, Some(vec![WRITTEN.to_owned()]))
                }),
                ("two officers are stopped", |frame| {
                    let stopped = ["0417", "0418"].map(|code| way_out(frame.words, &code.parse().expect("a code")));
                    Page { stopped: stopped.into(), ..page(frame, Vec::new(), Vec::new(), None) }
                }),
            ],
        );
    }
}
