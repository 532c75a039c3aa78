//! For which purposes the officer may ask, until when, and what waits for the member.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_domain::id::PurposeCode;
use fairfile_service::inquirer::{self, Which};
use i18n_embed_fl::fl;

use super::Officer;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// How many days before its end a training is to be renewed.
const RENEWED_BEFORE: i32 = 30;

/// A purpose that the officer holds.
struct Held {
    page: String,
    title: String,
    /// How long the training is valid, and whether it is to be renewed.
    training: String,
    /// Whether the officer has to do something about it.
    is_due: bool,
}

#[derive(Template)]
#[template(path = "inquirer/desk.html")]
struct Desk {
    frame: Frame,
    purposes: Vec<Held>,
    notices: i64,
}

/// How long a training is valid, in words, and whether something is to be done about it.
pub(super) fn training(frame: &Frame, until: Option<Day>, today: Day) -> (String, bool) {
    let Some(until) = until else { return (fl!(frame.words, "inquiry-untrained"), true) };
    let left = until.epoch_day().saturating_sub(today.epoch_day());
    let day = frame.day(until);
    match left {
        i32::MIN..0 => (fl!(frame.words, "inquiry-training-ended", until = day), true),
        0..=RENEWED_BEFORE => (fl!(frame.words, "inquiry-training-ends", until = day, days = i64::from(left)), true),
        _ => (fl!(frame.words, "inquiry-trained", until = day), false),
    }
}

/// `GET /{language}/inquiry`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let member = officer.member(call)?;
    let open = call.doors.blocking(move |reg| inquirer::list_notices(reg, &member, Which::Open)).await??;
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let (catalog, directory, today) = (reg.catalog(), reg.directory(), reg.today());
    let held = directory.officers.get(&officer.code).map(|officer| &officer.officer.purposes);
    let one = |(code, until): (&PurposeCode, &Option<Day>)| {
        let purpose = catalog.purpose(code)?;
        let (training, is_due) = training(&frame, *until, today);
        let title = frame.language.of(&purpose.title).to_owned();
        Some(Held { page: frame.to(&format!("/purposes/{code}")), title, training, is_due })
    };
    let purposes = held.into_iter().flatten().filter_map(one).collect();
    let page = Desk { purposes, notices: open.len() as i64, frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn held(is_due: bool) -> Held {
        Held { page: "/en/purposes/x".to_owned(), title: text(), training: text(), is_due }
    }

    #[test]
    fn from_an_officer_without_a_purpose_to_one_with_notices_to_confirm() {
        hold(
            "inquirer/desk.html",
            &[
                ("no purpose", |frame| Desk { frame, purposes: Vec::new(), notices: 0 }),
                ("one notice", |frame| Desk { frame, purposes: vec![held(false)], notices: 1 }),
                ("full", |frame| Desk { frame, purposes: vec![held(true), held(false)], notices: 12 }),
            ],
        );
    }
}
