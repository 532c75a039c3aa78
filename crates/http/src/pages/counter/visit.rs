//! One visit: it waits for a second officer, it can be opened, it is open, it is over.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::CounterVisitId;
use fairfile_domain::identifier::masked;
use fairfile_service::Registry;
use fairfile_service::person::{self, AtCounter, COUNTER_MICROS, Contents, Part, Seen, ServeOutcome, Visit};
use i18n_embed_fl::fl;

use super::{Officer, id_at};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::person::cards::Card;
use crate::pages::person::lines::Line;
use crate::pages::person::words::Words;
use crate::pages::said::{Moment, clock};
use crate::problem::{Problem, RequestFault};
use crate::visits::{Served, Stage};

#[derive(Template)]
#[template(path = "counter/waiting.html")]
struct WaitingPage {
    frame: Frame,
    id: String,
    case: String,
    number: String,
    name: String,
    /// Who began it.
    officer: String,
    step: Step,
    until: String,
    /// Whether the box was not ticked.
    is_wrong: bool,
}

/// What whoever sees the page of a visit that is not open can do.
enum Step {
    /// Confirm it, as a second officer.
    Confirm,
    /// Nothing: it is the officer's own visit, of another session.
    Elsewhere,
    /// Wait for a second officer.
    Wait,
    /// Open the file: this second officer has confirmed it.
    Open(String),
}

impl WaitingPage {
    fn title(&self) -> String {
        let words = self.frame.words;
        match self.step {
            Step::Confirm => fl!(words, "counter-confirm-title"),
            Step::Open(_) => fl!(words, "counter-open-title"),
            Step::Elsewhere | Step::Wait => fl!(words, "counter-waits-title"),
        }
    }

    /// Whether it is this officer's own visit, in this session.
    fn is_own(&self) -> bool {
        matches!(self.step, Step::Wait | Step::Open(_))
    }

    /// What the window is called.
    fn window(&self) -> String {
        let title = self.title();
        if self.is_wrong { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// `GET /{language}/counter/{id}`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let reg = call.doors.reg();
    let (member, now) = (officer.member(call)?, reg.clock.now().unix_micros());
    let id = id_at(call, 0).ok_or(RequestFault::NotFound)?;
    let served = call.doors.visits().find(id, &member, now).ok_or(RequestFault::NotFound)?;
    person::may_serve(reg, &officer.code)?;
    match &served.stage {
        Stage::Open(visit, second) if served.is_of(&officer.session) && visit.is_open(reg) => {
            let (visit, second) = (*visit, second.to_string());
            file(call, id.to_string(), &served, (visit, second)).await
        }
        Stage::Open(..) => Err(RequestFault::NotFound.into()),
        Stage::Waiting(_) | Stage::Confirmed(..) => waits(call, &officer, id, &served, false),
    }
}

/// The page of a visit that is not open; `is_wrong` if a box on it was not ticked.
fn waits(
    call: &Call<'_>,
    officer: &Officer,
    id: CounterVisitId,
    served: &Served,
    is_wrong: bool,
) -> Result<Response, Problem> {
    let reg = call.doors.reg();
    let is_own = served.is_of(&officer.session);
    let (document, step) = match &served.stage {
        Stage::Waiting(document) if is_own => (document, Step::Wait),
        Stage::Waiting(document) if served.officer == officer.code => (document, Step::Elsewhere),
        Stage::Waiting(document) => (document, Step::Confirm),
        Stage::Confirmed(document, second) if is_own => (document, Step::Open(second.to_string())),
        // What another officer opens is nobody else's; nor is it once it is confirmed.
        Stage::Open(..) | Stage::Confirmed(..) => return Err(RequestFault::NotFound.into()),
    };
    let until = Instant::from_unix_micros(served.begun_at.saturating_add(COUNTER_MICROS));
    let page = WaitingPage {
        id: id.to_string(),
        case: served.case.as_str().to_owned(),
        number: document.identifier.masked(),
        name: document.name.full().to_owned(),
        officer: served.officer.to_string(),
        step,
        until: until.map(|until| clock(reg, until)).unwrap_or_default(),
        is_wrong,
        frame: Frame::of(call),
    };
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.frame.answer(status, &page)
}

#[derive(Template)]
#[template(path = "counter/file.html")]
struct FilePage {
    frame: Frame,
    id: String,
    name: String,
    number: String,
    cards: Vec<Card>,
    lines: Vec<Line>,
    earlier: i64,
    read: Moment,
    until: String,
    look: u64,
    leaf: u64,
    officer: String,
    second: String,
    verify: String,
}

/// The whole file, as the person reads it.
async fn file(
    call: &Call<'_>,
    id: String,
    served: &Served,
    (visit, second): (Visit, String),
) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let verify = [call.origin(), &frame.to("/verify")].concat();
    let officer = served.officer.to_string();
    let work = move |reg: &std::sync::Arc<Registry>| {
        let view = visit.open(reg, Part { contents: Contents::All, looks: Seen::Newest, told: true })?;
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let identity = |name: &str| view.file.identity.get(name).map(String::as_str).unwrap_or_default();
        let until = view.begun_at.unix_micros().saturating_add(COUNTER_MICROS);
        let (cards, lines) = (words.cards(), words.lines());
        let page = FilePage {
            id,
            name: identity("name").to_owned(),
            number: masked(identity("identifier")),
            earlier: view.file.looks_on_file.saturating_sub(lines.len() as u64) as i64,
            cards,
            lines,
            read: words.moment(view.begun_at.unix_micros()),
            until: Instant::from_unix_micros(until).map(|until| clock(reg, until)).unwrap_or_default(),
            look: view.number,
            leaf: view.leaf,
            officer,
            second,
            verify,
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    };
    call.doors.blocking(work).await?
}

/// `POST /{language}/counter/{id}/confirm`: another officer has seen the person and the document.
pub(super) async fn confirm(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let fields = Fields::read_own(call, &officer.visitor, body).await?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let id = id_at(call, 1).ok_or(RequestFault::NotFound)?;
    let now = reg.clock.now().unix_micros();
    let served = call.doors.visits().find(id, &officer.member(call)?, now).ok_or(RequestFault::NotFound)?;
    person::may_serve(reg, &officer.code)?;
    if served.officer == officer.code {
        // Its page says that another officer has to.
        return to_page(&frame.to(&format!("/counter/{id}")));
    }
    if !fields.is_ticked("seen") {
        return waits(call, &officer, id, &served, true);
    }
    call.doors.visits().confirm(id, &officer.code, now);
    to_page(&frame.to("/counter"))
}

/// `POST /{language}/counter/{id}/open`: the look, journaled; then the file.
pub(super) async fn open(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    Fields::read_own(call, &officer.visitor, body).await?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let id = id_at(call, 1).ok_or(RequestFault::NotFound)?;
    let now = reg.clock.now().unix_micros();
    let visits = call.doors.visits();
    let own = visits.find(id, &officer.member(call)?, now).filter(|served| served.is_of(&officer.session));
    // Sent again, it leads to the same page.
    let Some((served, document, second)) = visits.take(id, &officer.session, now) else {
        own.ok_or(RequestFault::NotFound)?;
        return to_page(&frame.to(&format!("/counter/{id}")));
    };
    let asked = AtCounter {
        officer: officer.code.clone(),
        second: second.clone(),
        case: served.case.clone(),
        identifier: document.identifier,
        name: document.name,
    };
    match person::serve_at_counter(reg, asked).await?.1 {
        ServeOutcome::Opened(visit) => visits.opened(id, served, (visit, second), now),
        ServeOutcome::Nobody => return told(call, true),
        ServeOutcome::Denied(refusal) => return Err(refusal.into()),
    }
    to_page(&frame.to(&format!("/counter/{id}")))
}

/// `POST /{language}/counter/{id}/close`
pub(super) async fn close(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    Fields::read_own(call, &officer.visitor, body).await?;
    if let Some(id) = id_at(call, 1) {
        call.doors.visits().close(id, &officer.session, call.doors.reg().clock.now().unix_micros());
    }
    to_page(&Frame::of(call).to("/counter/closed"))
}

#[derive(Template)]
#[template(path = "counter/told.html")]
struct ToldPage {
    frame: Frame,
    title: String,
    lead: String,
    next: String,
}

/// `GET /{language}/counter/closed`
pub(super) fn closed(call: &Call<'_>) -> Result<Response, Problem> {
    Officer::of(call)?;
    told(call, false)
}

/// That the visit is over, or that nobody of this number and name has a file here.
fn told(call: &Call<'_>, is_nobody: bool) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let (status, title, lead, next) = match is_nobody {
        true => (
            StatusCode::NOT_FOUND,
            fl!(words, "counter-nobody-title"),
            fl!(words, "counter-nobody"),
            fl!(words, "counter-nobody-next"),
        ),
        false => (
            StatusCode::OK,
            fl!(words, "counter-closed-title"),
            fl!(words, "counter-closed"),
            fl!(words, "counter-closed-next"),
        ),
    };
    let page = ToldPage { frame, title, lead, next };
    page.frame.answer(status, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{gone, look, own, record};
    use crate::pages::samples::{hold, text};

    fn waiting(frame: Frame, step: Step, is_wrong: bool) -> WaitingPage {
        WaitingPage {
            frame,
            id: "vis_1".to_owned(),
            case: text(),
            number: text(),
            name: text(),
            officer: text(),
            step,
            until: "09:44".to_owned(),
            is_wrong,
        }
    }

    fn file(frame: Frame, cards: Vec<Card>, lines: Vec<Line>, earlier: i64) -> FilePage {
        FilePage {
            frame,
            id: "vis_1".to_owned(),
            name: text(),
            number: text(),
            cards,
            lines,
            earlier,
            read: crate::pages::samples::moment(),
            until: "09:44".to_owned(),
            look: 3,
            leaf: 700,
            officer: text(),
            second: text(),
            verify: "/verify".to_owned(),
        }
    }

    #[test]
    fn a_visit_from_waiting_for_the_second_officer_to_its_end() {
        hold(
            "counter/waiting.html",
            &[
                ("of a colleague", |frame| waiting(frame, Step::Confirm, false)),
                ("error", |frame| waiting(frame, Step::Confirm, true)),
                ("of another session", |frame| waiting(frame, Step::Elsewhere, false)),
                ("not confirmed yet", |frame| waiting(frame, Step::Wait, false)),
                ("confirmed", |frame| waiting(frame, Step::Open(text()), false)),
            ],
        );
        hold("counter/told.html", &[("full", |frame| ToldPage { frame, title: text(), lead: text(), next: text() })]);
    }

    #[test]
    fn a_file_from_an_empty_one_to_one_with_earlier_looks() {
        hold(
            "counter/file.html",
            &[
                ("empty", |frame| file(frame, Vec::new(), vec![own()], 0)),
                ("one of each", |frame| file(frame, vec![record(1)], vec![look(true)], 1)),
                ("full", |frame| {
                    let lines = vec![look(true), look(false), own()];
                    file(frame, vec![record(1), gone()], lines, 450)
                }),
            ],
        );
    }
}
