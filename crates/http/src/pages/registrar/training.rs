//! Who is trained for which purpose and until when: by officer's code, never in an order of merit.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_domain::id::{OfficerCode, PurposeCode};
use fairfile_service::Registry;
use fairfile_service::registrar::{SOON_DAYS, check_training, train_officer};
use i18n_embed_fl::fl;

use super::ask::{Check, Field, Form, Kind, Wrong, code, day, titled};
use super::officers::purposes;
use super::wording::{self, Link, typed};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// An officer's training for one purpose.
struct Row {
    officer: Link,
    member: String,
    purpose: String,
    until: String,
    state: String,
}

#[derive(Template)]
#[template(path = "registrar/training.html")]
struct List {
    frame: Frame,
    h1: String,
    rows: Vec<Row>,
    form: Form,
    errors: Vec<(Option<String>, String)>,
}

impl List {
    fn title(&self) -> String {
        titled(&self.frame, &self.h1, !self.errors.is_empty())
    }
}

fn state(frame: &Frame, until: Option<Day>, today: Day) -> String {
    let soon = today.plus_days(SOON_DAYS).unwrap_or(today);
    match until {
        None => fl!(frame.words, "registry-training-none"),
        Some(until) if until < today => fl!(frame.words, "registry-training-ended"),
        Some(until) if until <= soon => fl!(frame.words, "registry-training-soon"),
        Some(_) => fl!(frame.words, "registry-training-valid"),
    }
}

fn page(call: &Call<'_>, typed: &Fields) -> List {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (words, directory, today) = (frame.words, reg.directory(), reg.today());
    let mut rows = Vec::new();
    for (code, on_file) in &directory.officers {
        rows.extend(on_file.officer.purposes.iter().map(|(purpose, until)| Row {
            officer: Link { words: code.to_string(), to: frame.to(&format!("/registry/officers/{code}")) },
            member: wording::member(&frame, reg, &on_file.officer.member),
            purpose: wording::purpose(&frame, reg, purpose),
            until: until.map_or_else(|| "–".to_owned(), |day| frame.day(day)),
            state: state(&frame, *until, today),
        }));
    }
    let form = Form {
        action: frame.to("/registry/training/check"),
        hidden: Vec::new(),
        fields: vec![
            Field::line("officer", fl!(words, "registry-officer"), typed).hinted(fl!(words, "registry-officer-hint")),
            Field::choice("purpose", fl!(words, "purposes-purpose"), typed, purposes(&frame, reg)),
            Field::line("until", fl!(words, "registry-trained-until"), typed).hinted(fl!(words, "registry-day-hint")),
        ],
        button: fl!(words, "registry-check"),
    };
    List { h1: fl!(words, "registry-training"), rows, form, errors: Vec::new(), frame }
}

/// `GET /{language}/registry/training`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let page = page(call, &Fields::default());
    page.frame.answer(StatusCode::OK, &page)
}

/// Officer, purpose and last day, as they were typed.
type Typed = (OfficerCode, PurposeCode, Day);

fn read(frame: &Frame, fields: &Fields) -> Result<Typed, Wrong> {
    let mut wrong = Wrong::new();
    let words = frame.words;
    let officer = code(frame, fields, ("officer", fl!(words, "registry-officer")), &mut wrong);
    let purpose = code(frame, fields, ("purpose", fl!(words, "purposes-purpose")), &mut wrong);
    let until = day(frame, fields, ("until", fl!(words, "registry-trained-until")), &mut wrong);
    match (officer, purpose, until) {
        (Some(officer), Some(purpose), Some(until)) => Ok((officer, purpose, until)),
        _ => Err(wrong),
    }
}

fn wrong(call: &Call<'_>, fields: &Fields, wrong: &Wrong) -> Result<Response, Problem> {
    let mut page = page(call, fields);
    page.errors = page.form.marked(wrong);
    page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /{language}/registry/training/check`: exactly what will be recorded.
pub(super) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (_, fields) = typed(call, body).await?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (officer, purpose, until) = match read(&frame, &fields) {
        Ok(typed) => typed,
        Err(found) => return wrong(call, &fields, &found),
    };
    if let Err(error) = check_training(reg, &officer, &purpose, until) {
        return wrong(call, &fields, &wording::not_done(&frame, error)?);
    }
    let words = frame.words;
    let directory = reg.directory();
    let held = directory.officers.get(&officer).and_then(|on_file| on_file.officer.purposes.get(&purpose).copied());
    let before = held.flatten().map_or_else(|| fl!(words, "registry-training-none"), |day| frame.day(day));
    let facts = vec![
        (fl!(words, "registry-officer"), officer.to_string()),
        (fl!(words, "members-member"), wording::member_of(&frame, reg, &officer)),
        (fl!(words, "purposes-purpose"), wording::purpose(&frame, reg, &purpose)),
        (fl!(words, "registry-training-before"), before),
        (fl!(words, "registry-training-after"), frame.day(until)),
    ];
    let hidden = vec![("officer", officer.to_string()), ("purpose", purpose.to_string()), ("until", until.to_string())];
    let form = Form {
        action: frame.to("/registry/training"),
        hidden,
        fields: Vec::new(),
        button: fl!(words, "registry-record"),
    };
    let back = (frame.to("/registry/training"), fl!(words, "registry-training"));
    let lead = fl!(words, "registry-training-effect");
    Check { h1: fl!(words, "registry-training-check"), back, lead, facts, form, frame }.show()
}

/// `POST /{language}/registry/training`
pub(super) async fn record(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let frame = Frame::of(call);
    let (officer, purpose, until) = match read(&frame, &fields) {
        Ok(typed) => typed,
        Err(found) => return wrong(call, &fields, &found),
    };
    let work = move |reg: &Arc<Registry>| train_officer(reg, &staff, (&officer, &purpose), until);
    match call.doors.blocking(work).await? {
        Ok(leaf) => to_page(&frame.to(&format!("/registry/audit/{leaf}"))),
        Err(error) => wrong(call, &fields, &wording::not_done(&frame, error)?),
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{form, link, wrong};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn list(frame: Frame, rows: usize, (form, errors): (Form, Vec<(Option<String>, String)>)) -> List {
        let row = |_| Row { officer: link(), member: text(), purpose: text(), until: text(), state: text() };
        List { frame, h1: text(), rows: (0..rows).map(row).collect(), form, errors }
    }

    #[test]
    fn from_nobody_trained_to_a_day_that_is_none() {
        hold(
            "registrar/training.html",
            &[
                ("empty", |frame| list(frame, 0, (form(), Vec::new()))),
                ("one", |frame| list(frame, 1, (form(), Vec::new()))),
                ("full", |frame| list(frame, 3, (form(), Vec::new()))),
                ("error", |frame| list(frame, 1, wrong())),
            ],
        );
    }
}
