//! A person is there: what stands on the document is typed, and a second officer is asked to come.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::{CounterVisitId, OfficerCode};
use fairfile_domain::name::PersonName;
use fairfile_service::inquirer::CaseReference;
use fairfile_service::person;
use i18n_embed_fl::fl;

use super::Officer;
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::inquirer::ask::{Wrong, identifier, name_fault, number_fault};
use crate::pages::refused::Refused;
use crate::pages::said::{Moment, moment};
use crate::problem::Problem;
use crate::visits::{Document, Served};

/// A visit that waits for a second officer.
struct Waiting {
    page: String,
    officer: String,
    since: Moment,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    case: String,
    number: String,
    name: String,
}

#[derive(Template)]
#[template(path = "counter/begin.html")]
struct Page {
    frame: Frame,
    /// Why this officer may serve nobody, and what to do about it.
    denied: Option<Refused>,
    /// Visits of others that this officer can confirm.
    waiting: Vec<Waiting>,
    /// Visits of this officer that another has to confirm.
    own: Vec<Waiting>,
    typed: Typed,
    errors: Vec<Wrong>,
}

impl Page {
    fn new(call: &Call<'_>, officer: &Officer, typed: Typed, errors: Vec<Wrong>) -> Result<Self, Problem> {
        let (frame, reg) = (Frame::of(call), call.doors.reg());
        let member = officer.member(call)?;
        let denied = person::may_serve(reg, &officer.code).err();
        let denied = denied.map(|refusal| Refused::of(&frame, reg, &refusal));
        let waiting = call.doors.visits().waiting(&member, reg.clock.now().unix_micros());
        let waiting = waiting.into_iter().filter(|_| denied.is_none());
        // Nobody is the second officer of the own visit.
        let (own, others): (Vec<_>, Vec<_>) = waiting.partition(|(_, begun_by, _)| *begun_by == officer.code);
        let line = |(id, officer, begun_at): (CounterVisitId, OfficerCode, i64)| Waiting {
            page: frame.to(&format!("/counter/{id}")),
            officer: officer.to_string(),
            since: moment(&frame, reg, begun_at),
        };
        let (own, waiting) = (own.into_iter().map(line).collect(), others.into_iter().map(line).collect());
        Ok(Self { waiting, own, frame, denied, typed, errors })
    }

    fn title(&self) -> String {
        let title = fl!(self.frame.words, "counter-title");
        if self.errors.is_empty() { title } else { fl!(self.frame.words, "error-title", page = title) }
    }

    /// What is wrong with `field`, if anything is.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.says.as_str())
    }

    fn answer(&self) -> Result<Response, Problem> {
        let status = if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.frame.answer(status, self)
    }
}

/// `GET /{language}/counter`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    Page::new(call, &officer, Typed::default(), Vec::new())?.answer()
}

/// `POST /{language}/counter`: notes what stands on the document, in memory, and looks at nothing.
pub(super) async fn take(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let fields = Fields::read_own(call, &officer.visitor, body).await?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    person::may_serve(reg, &officer.code)?;
    let text = |name| fields.text(name).to_owned();
    let typed = Typed { case: text("case"), number: text("number"), name: text("name") };
    let (case, document) = match read(&frame, call, &typed, fields.is_ticked("present")) {
        Ok(read) => read,
        Err(errors) => return Page::new(call, &officer, typed, errors)?.answer(),
    };
    let id: CounterVisitId = reg.fresh().map_err(fairfile_service::RegistryError::from)?;
    let member = officer.member(call)?;
    let begun_at = reg.clock.now().unix_micros();
    let served = Served::new(officer.code.clone(), officer.session, member, case, document, begun_at);
    if !call.doors.visits().begin(id, served) {
        return Err(Problem::no_room());
    }
    to_page(&frame.to(&format!("/counter/{id}")))
}

/// What was typed, or everything that is wrong with it.
fn read(
    frame: &Frame,
    call: &Call<'_>,
    typed: &Typed,
    is_present: bool,
) -> Result<(CaseReference, Document), Vec<Wrong>> {
    let mut errors = Vec::new();
    let mut wrong = |field, says| errors.push(Wrong { field, says });
    let case = typed.case.parse::<CaseReference>();
    if case.is_err() {
        wrong("case", fl!(frame.words, "counter-case-wrong"));
    }
    let identifier = identifier(&call.doors.reg().catalog(), &typed.number);
    if let Err(fault) = &identifier {
        wrong("number", number_fault(frame, *fault));
    }
    let name = PersonName::parse(&typed.name);
    if let Err(fault) = &name {
        wrong("name", name_fault(frame, *fault));
    }
    if !is_present {
        wrong("present", fl!(frame.words, "counter-not-present"));
    }
    match (case, identifier, name) {
        (Ok(case), Ok(identifier), Ok(name)) if is_present => Ok((case, Document { identifier, name })),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame) -> Page {
        let typed = Typed { case: String::new(), number: String::new(), name: String::new() };
        Page { frame, denied: None, waiting: Vec::new(), own: Vec::new(), typed, errors: Vec::new() }
    }

    #[test]
    fn from_an_officer_who_may_not_to_a_visit_with_everything_wrong() {
        hold(
            "counter/begin.html",
            &[
                ("may not", |frame| {
                    let problem = "/en/problems/D005".to_owned();
                    let denied =
                        Refused { what: text(), next: text(), to: None, law: text(), code: "D005", page: problem };
                    Page { denied: Some(denied), ..page(frame) }
                }),
                ("empty", page),
                ("full", |frame| {
                    let since = crate::pages::samples::moment;
                    let waiting = || Waiting { page: "/en/x".to_owned(), officer: text(), since: since() };
                    Page { waiting: vec![waiting(), waiting()], own: vec![waiting()], ..page(frame) }
                }),
                ("error", |frame| Page {
                    typed: Typed { case: text(), number: text(), name: text() },
                    errors: ["case", "number", "name", "present"].map(|field| Wrong { field, says: text() }).into(),
                    ..page(frame)
                }),
            ],
        );
    }
}
