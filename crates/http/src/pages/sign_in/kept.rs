//! What was typed before its visitor had to show who it is: here it is sent with one press, or left.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use i18n_embed_fl::fl;

use super::{Said, again};
use crate::caller::Call;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// This page.
const HERE: &str = "/sign-in/kept";

#[derive(Template)]
#[template(path = "sign_in/kept.html")]
struct Page {
    frame: Frame,
    /// Where the form is sent, and the page on which it stands.
    to: String,
    back: String,
    /// Everything that was typed, and the hidden fields: the very same form, so that it counts once.
    fields: Vec<(String, String)>,
}

impl Page {
    fn title(&self) -> String {
        fl!(self.frame.words, "kept-title")
    }
}

/// `GET /{language}/sign-in/kept`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let visitor = SignedIn::of(call)?;
    let frame = Frame::of(call);
    let Some(kept) = visitor.session.kept(call.doors.now().unix_micros()) else { return nothing(frame) };
    // What was typed is for whoever typed it, not for whoever comes past.
    if !visitor.has_proved_of_late(call) {
        return again::ask(&frame, HERE, false);
    }
    let page = Page {
        to: frame.to(&kept.path),
        back: frame.to(&kept.back),
        fields: Fields::parse(&kept.body).into_pairs(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// It was sent, or left for too long.
fn nothing(frame: Frame) -> Result<Response, Problem> {
    let words = frame.words;
    let (title, lead, next) = (fl!(words, "kept-none-title"), fl!(words, "kept-none"), fl!(words, "kept-none-next"));
    let link = (frame.to(""), fl!(words, "kept-none-home"));
    Said { frame, title, lead, next, is_error: false, link, goes_on: false }.answer(StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn sample(frame: Frame, fields: usize) -> Page {
        Page {
            to: frame.to("/inquiry/new"),
            back: frame.to("/inquiry/new"),
            fields: (0..fields).map(|place| (format!("field-{place}"), text())).collect(),
            frame,
        }
    }

    #[test]
    fn a_form_of_one_field_and_of_many() {
        hold("sign_in/kept.html", &[("one", |frame| sample(frame, 1)), ("many", |frame| sample(frame, 12))]);
    }
}
