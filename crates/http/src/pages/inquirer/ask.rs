//! One question: about one person, for one purpose, in one case. The number goes in the body and stands in no address.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, InputKind};
use fairfile_domain::day::Day;
use fairfile_domain::id::PurposeCode;
use fairfile_domain::identifier::{Identifier, IdentifierFault, IdentifierKind};
use fairfile_domain::name::{NameFault, PersonName};
use fairfile_service::Registry;
use fairfile_service::inquirer::{self, ANSWER_OPEN_MICROS, CaseReference, InquireError, Once, Question};
use i18n_embed_fl::fl;

use super::{Officer, desk};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::citation::{Citation, cite};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::purposes::{Seen, seen};
use crate::problem::Problem;

/// A purpose that can be chosen.
struct Choice {
    code: String,
    title: String,
    law: Citation,
    training: String,
    seen: Vec<Seen>,
    is_chosen: bool,
    /// Whether a question for it would be denied: there is no training, or it has ended.
    is_ended: bool,
}

/// What is wrong with a field.
pub(in crate::pages) struct Wrong {
    pub(in crate::pages) field: &'static str,
    pub(in crate::pages) says: String,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    purpose: String,
    case: String,
    number: String,
    name: String,
}

#[derive(Template)]
#[template(path = "inquirer/ask.html")]
struct Page {
    frame: Frame,
    /// Purposes for which the officer may ask today.
    choices: Vec<Choice>,
    /// Purposes whose training is lacking or has ended: a question would be denied, and is listed as a try.
    ended: Vec<Choice>,
    /// The purpose that the address or the form names and the officer does not hold: a question would be denied as well.
    unheld: Option<Choice>,
    typed: Typed,
    errors: Vec<Wrong>,
}

impl Page {
    fn new(call: &Call<'_>, officer: &Officer, typed: Typed, errors: Vec<Wrong>) -> Self {
        let (frame, reg) = (Frame::of(call), call.doors.reg());
        let (catalog, directory, today) = (reg.catalog(), reg.directory(), reg.today());
        let held = directory.officers.get(&officer.code).map(|officer| &officer.officer.purposes);
        let is_valid = |until: &Option<Day>| until.is_some_and(|until| today <= until);
        let is_only = held.is_some_and(|held| held.len() == 1 && held.values().all(is_valid));
        let other = typed.purpose.parse::<PurposeCode>().ok();
        let other = other.filter(|code| held.is_none_or(|held| !held.contains_key(code)));
        let choice = |code: &PurposeCode, training: String, is_ended| {
            let purpose = catalog.purpose(code)?;
            Some(Choice {
                title: frame.language.of(&purpose.title).to_owned(),
                law: cite(&frame, &purpose.law),
                training,
                seen: seen(&frame, &catalog, today, code),
                is_chosen: (is_only && other.is_none()) || typed.purpose == code.as_str(),
                code: code.to_string(),
                is_ended,
            })
        };
        let unheld = other.as_ref().and_then(|code| choice(code, fl!(frame.words, "ask-unheld"), true));
        let held = held.into_iter().flatten();
        let held = held.filter_map(|(code, until)| {
            let training = desk::training(&frame, *until, today).0;
            choice(code, training, !is_valid(until))
        });
        let (ended, choices) = held.partition(|choice: &Choice| choice.is_ended);
        Self { frame, choices, ended, unheld, typed, errors }
    }

    fn title(&self) -> String {
        let title = fl!(self.frame.words, "ask-title");
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

/// `GET /{language}/inquiry/new`; `?purpose=` chooses one, held or not.
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let query = call.parts.uri.query().unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).find(|part| part.0 == "purpose");
    let purpose = named.map(|part| part.1.into_owned()).unwrap_or_default();
    Page::new(call, &officer, Typed { purpose, ..Typed::default() }, Vec::new()).answer()
}

/// `POST /{language}/inquiry/new`: asks, and leads to the answer.
pub(crate) async fn take(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let fields = Fields::read_own(call, &officer.visitor, body).await?;
    let text = |name| fields.text(name).to_owned();
    let typed = Typed { purpose: text("purpose"), case: text("case"), number: text("number"), name: text("name") };
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let question = match read(reg, &frame, &officer, &typed, fields.key()) {
        Ok(question) => question,
        Err(errors) => return Page::new(call, &officer, typed, errors).answer(),
    };
    let number = question.identifier.masked();
    let answer = match inquirer::inquire(reg, question).await {
        Err(InquireError::OtherRequest) => {
            let sent = Wrong { field: "case", says: fl!(frame.words, "ask-sent-before") };
            return Page::new(call, &officer, typed, vec![sent]).answer();
        }
        other => other?,
    };
    let until = answer.valid_as_of.unix_micros().saturating_add(ANSWER_OPEN_MICROS);
    call.doors.answers().open(officer.session, answer.look, number, until, reg.clock.now().unix_micros());
    to_page(&frame.to(&format!("/inquiry/{}", answer.look)))
}

/// The question, or everything that is wrong with it.
fn read(reg: &Registry, frame: &Frame, officer: &Officer, typed: &Typed, key: &str) -> Result<Question, Vec<Wrong>> {
    let mut errors = Vec::new();
    let mut wrong = |field, says| errors.push(Wrong { field, says });
    let purpose = typed.purpose.parse::<PurposeCode>();
    if purpose.is_err() {
        wrong("purpose", fl!(frame.words, "ask-purpose-missing"));
    }
    let case = typed.case.parse::<CaseReference>();
    if case.is_err() {
        let says = if typed.case.is_empty() {
            fl!(frame.words, "ask-case-missing")
        } else {
            fl!(frame.words, "ask-case-wrong")
        };
        wrong("case", says);
    }
    let identifier = identifier(&reg.catalog(), &typed.number);
    if let Err(fault) = &identifier {
        wrong("number", number_fault(frame, *fault));
    }
    let name = PersonName::parse(&typed.name);
    if let Err(fault) = &name {
        wrong("name", name_fault(frame, *fault));
    }
    let (Ok(purpose), Ok(case), Ok(identifier), Ok(name)) = (purpose, case, identifier, name) else {
        return Err(errors);
    };
    let hashes = reg.vault.keyring().hashes();
    let parts = [purpose.as_str(), case.as_str(), identifier.canonical(), name.full()];
    let once = Once {
        key: hashes.content_of("form-key-once", key.as_bytes()),
        body: hashes.content_of("inquiry-form", parts.join("\n").as_bytes()),
    };
    Ok(Question { officer: officer.code.clone(), purpose, case, identifier, name, once: Some(once) })
}

/// The number in the first of the kinds that the catalog's items take in which it is one.
pub(in crate::pages) fn identifier(catalog: &Catalog, number: &str) -> Result<Identifier, IdentifierFault> {
    let inputs = catalog.items().flat_map(|item| &item.inputs);
    let kinds = inputs.filter_map(|input| match &input.kind {
        InputKind::Identifier(kinds) => Some(kinds),
        _ => None,
    });
    let kinds: BTreeSet<IdentifierKind> = kinds.flatten().copied().collect();
    let mut first = None;
    for kind in kinds {
        match Identifier::parse(kind, number) {
            Ok(identifier) => return Ok(identifier),
            Err(fault) => first = first.or(Some(fault)),
        }
    }
    Err(first.unwrap_or(IdentifierFault::OffHere))
}

/// What is wrong with a number, in words of the page.
pub(in crate::pages) fn number_fault(frame: &Frame, fault: IdentifierFault) -> String {
    let words = frame.words;
    match fault {
        IdentifierFault::Empty => fl!(words, "number-missing"),
        IdentifierFault::Length { found, needs } => {
            fl!(words, "number-length", found = (found as i64), needs = (needs as i64))
        }
        IdentifierFault::CheckDigit => fl!(words, "number-check-digit"),
        IdentifierFault::OffHere => fl!(words, "number-off-here"),
        IdentifierFault::Characters
        | IdentifierFault::NotADay
        | IdentifierFault::LostDigits
        | IdentifierFault::LookAlike => fl!(words, "number-characters"),
    }
}

/// What is wrong with a name, in words of the page.
pub(in crate::pages) fn name_fault(frame: &Frame, fault: NameFault) -> String {
    match fault {
        NameFault::Missing => fl!(frame.words, "name-missing"),
        NameFault::TooLong => fl!(frame.words, "name-too-long"),
        NameFault::Characters => fl!(frame.words, "name-characters"),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::public::Link;
    use crate::pages::samples::{citation, hold, text};

    fn choice(place: usize) -> Choice {
        let seen = |inputs| Seen { item: Link { words: text(), to: "/en/x".to_owned() }, inputs: vec![text(); inputs] };
        Choice {
            code: format!("purpose-{place}"),
            title: text(),
            law: citation(),
            training: text(),
            seen: (1..=place).map(seen).collect(),
            is_chosen: place == 1,
            is_ended: false,
        }
    }

    fn page(frame: Frame, choices: usize) -> Page {
        let choices = (1..=choices).map(choice).collect();
        let (ended, typed, errors) = (Vec::new(), Typed::default(), Vec::new());
        Page { frame, choices, ended, unheld: None, typed, errors }
    }

    #[test]
    fn from_an_officer_without_a_purpose_to_a_question_with_everything_wrong() {
        hold(
            "inquirer/ask.html",
            &[
                ("no purpose", |frame| page(frame, 0)),
                ("empty", |frame| page(frame, 1)),
                ("full", |frame| page(frame, 3)),
                ("trainings that have ended", |frame| Page { ended: vec![choice(4), choice(5)], ..page(frame, 1) }),
                ("a purpose that the officer does not hold", |frame| Page {
                    unheld: Some(choice(3)),
                    ..page(frame, 2)
                }),
                ("a purpose that shows nothing", |frame| Page {
                    choices: vec![Choice { seen: Vec::new(), ..choice(1) }],
                    ..page(frame, 0)
                }),
                ("error", |frame| Page {
                    typed: Typed { purpose: text(), case: text(), number: text(), name: text() },
                    errors: ["purpose", "case", "number", "name"].map(|field| Wrong { field, says: text() }).into(),
                    ..page(frame, 2)
                }),
                ("one thing wrong", |frame| Page {
                    errors: vec![Wrong { field: "name", says: text() }],
                    ..page(frame, 2)
                }),
            ],
        );
    }
}
