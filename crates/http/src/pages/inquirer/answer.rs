//! The answer to one question: open in the session in which it was asked, for 30 minutes, and closed by one button. It is
//! opened anew for each page, from the look that it was; nothing that it says is held in between.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::LookId;
use fairfile_service::inquirer::{self, Answer, InquireError, Outcome};
use i18n_embed_fl::fl;

use super::card::Card;
use super::{Officer, id_at};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::refused::Refused;
use crate::pages::said::clock;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "inquirer/answer.html")]
struct Page {
    frame: Frame,
    title: String,
    look: String,
    number: String,
    until: String,
    purpose: String,
    case: String,
    cards: Vec<Card>,
    /// Why nothing was shown, where a rule says no.
    denied: Option<Refused>,
}

/// `GET /{language}/inquiry/{id}`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let reg = call.doors.reg();
    let now = reg.clock.now().unix_micros();
    let look: Option<LookId> = id_at(call, 0);
    let open = look.and_then(|look| Some((look, call.doors.answers().find(&officer.session, look, now)?)));
    let Some((look, (number, until))) = open else { return told(call, Told::Closed) };
    match inquirer::look_again(reg, &officer.code, look).await {
        Ok(answer) => write(call, &answer, number, until),
        Err(InquireError::Closed) => told(call, Told::Closed),
        Err(InquireError::EndedSince) => told(call, Told::Changed),
        Err(other) => Err(other.into()),
    }
}

fn write(call: &Call<'_>, answer: &Answer, number: String, until: i64) -> Result<Response, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let event = answer.receipt.opening().event();
    let word = |name: &str| event[name].as_str().unwrap_or_default();
    let purpose = word("purpose").parse().ok();
    let catalog = reg.catalog();
    let purpose = purpose.as_ref().and_then(|code| catalog.purpose(code));
    let until = Instant::from_unix_micros(until).map(|until| clock(reg, until)).unwrap_or_default();
    let (status, title, cards, denied) = match &answer.outcome {
        Outcome::Shown(shown) => {
            let cards: Vec<Card> = shown.iter().map(|shown| Card::of(&frame, reg, shown)).collect();
            let title = fl!(frame.words, "answer-title", count = (cards.len() as i64));
            (StatusCode::OK, title, cards, None)
        }
        Outcome::Nothing => (StatusCode::NOT_FOUND, fl!(frame.words, "answer-nothing-title"), Vec::new(), None),
        Outcome::Denied(refusal) => {
            let denied = Refused::of(&frame, reg, refusal);
            (StatusCode::FORBIDDEN, fl!(frame.words, "answer-denied-title"), Vec::new(), Some(denied))
        }
    };
    let page = Page {
        title,
        look: answer.look.to_string(),
        number,
        until,
        purpose: purpose.map_or(word("purpose"), |purpose| frame.language.of(&purpose.title)).to_owned(),
        case: word("case").to_owned(),
        cards,
        denied,
        frame,
    };
    page.frame.answer(status, &page)
}

/// What is told where no answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It is closed, or was never this officer's, or in another session: the same page for all.
    Closed,
    /// What it showed is no longer so.
    Changed,
    /// The officer has closed it.
    Done,
    /// It was about somebody else.
    NotThisPerson,
}

#[derive(Template)]
#[template(path = "inquirer/told.html")]
struct ToldPage {
    frame: Frame,
    title: String,
    lead: String,
    steps: Vec<String>,
}

fn told(call: &Call<'_>, told: Told) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let (status, title, lead, steps) = match told {
        Told::Closed => (
            StatusCode::NOT_FOUND,
            fl!(words, "closed-title"),
            fl!(words, "closed-lead"),
            vec![fl!(words, "closed-next-receipt"), fl!(words, "closed-next-ask")],
        ),
        Told::Changed => (
            StatusCode::CONFLICT,
            fl!(words, "changed-title"),
            fl!(words, "changed-lead"),
            vec![fl!(words, "changed-next-notice"), fl!(words, "closed-next-ask")],
        ),
        Told::Done => (
            StatusCode::OK,
            fl!(words, "done-title"),
            fl!(words, "done-lead"),
            vec![fl!(words, "done-next-reasons"), fl!(words, "closed-next-receipt")],
        ),
        Told::NotThisPerson => (
            StatusCode::OK,
            fl!(words, "not-person-title"),
            fl!(words, "not-person-lead"),
            vec![
                fl!(words, "not-person-next-forget"),
                fl!(words, "not-person-next-compare"),
                fl!(words, "not-person-next-source"),
            ],
        ),
    };
    let page = ToldPage { frame, title, lead, steps };
    page.frame.answer(status, &page)
}

/// `GET /{language}/inquiry/closed`
pub(crate) fn closed(call: &Call<'_>) -> Result<Response, Problem> {
    Officer::of(call)?;
    told(call, Told::Done)
}

/// `GET /{language}/inquiry/not-this-person`
pub(crate) fn not_this_person(call: &Call<'_>) -> Result<Response, Problem> {
    Officer::of(call)?;
    told(call, Told::NotThisPerson)
}

/// `POST /{language}/inquiry/{id}/close` and `/not-this-person`: closes the answer and goes on to `next`. An answer that is
/// closed already, or was never this session's, leads there as well.
pub(crate) async fn close(call: &Call<'_>, body: Body, next: &str) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    Fields::read_own(call, &officer.visitor, body).await?;
    let look: Option<LookId> = id_at(call, 1);
    if let Some(look) = look {
        call.doors.answers().close(&officer.session, look, call.doors.reg().clock.now().unix_micros());
    }
    to_page(&Frame::of(call).to(next))
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{citation, hold, text};

    fn page(frame: Frame, cards: Vec<Card>) -> Page {
        Page {
            frame,
            title: text(),
            look: "look_1".to_owned(),
            number: text(),
            until: "09:44".to_owned(),
            purpose: text(),
            case: text(),
            cards,
            denied: None,
        }
    }

    fn card(inputs: usize) -> Card {
        Card {
            title: text(),
            page: (inputs > 1).then(|| "/en/catalog/x".to_owned()),
            law: (inputs > 1).then(citation),
            source: text(),
            inputs: vec![(text(), text()); inputs],
            shown: text(),
            reference: "rec_1".to_owned(),
        }
    }

    #[test]
    fn an_answer_from_nothing_to_several_records_and_a_refusal() {
        hold(
            "inquirer/answer.html",
            &[
                ("nothing", |frame| page(frame, Vec::new())),
                ("one", |frame| page(frame, vec![card(1)])),
                ("full", |frame| page(frame, vec![card(3), card(1)])),
                ("denied", |frame| {
                    let problem = "/en/problems/D007".to_owned();
                    let to = Some("/en/learn".to_owned());
                    let denied = Refused { what: text(), next: text(), to, law: text(), code: "D007", page: problem };
                    Page { denied: Some(denied), ..page(frame, Vec::new()) }
                }),
            ],
        );
    }

    #[test]
    fn where_no_answer_is_shown_there_is_a_next_step() {
        hold(
            "inquirer/told.html",
            &[
                ("one step", |frame| ToldPage { frame, title: text(), lead: text(), steps: vec![text()] }),
                ("full", |frame| ToldPage { frame, title: text(), lead: text(), steps: vec![text(), text()] }),
            ],
        );
    }
}
