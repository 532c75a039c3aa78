//! The journal's signed head, and how anybody checks the rest.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "public/journal.html")]
struct Journal {
    frame: Frame,
    size: String,
    origin: String,
    root: String,
    key: String,
    checkpoint: String,
}

/// `51007` as people read it: `51,007`.
pub(in crate::pages) fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `GET /{language}/verify/journal`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let head = reg.store.head();
    let page = Journal {
        size: counted(head.snapshot().size()),
        origin: reg.publisher.key().origin().to_owned(),
        root: STANDARD.encode(head.snapshot().root()),
        key: reg.publisher.key().vkey(),
        checkpoint: reg.publisher.checkpoint(&head)?.to_string(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    #[test]
    fn a_journal_with_its_head() {
        hold(
            "public/journal.html",
            &[("full", |frame| Journal {
                frame,
                size: "48,213".to_owned(),
                origin: "lanhe.example/journal".to_owned(),
                root: WRITTEN.to_owned(),
                key: WRITTEN.to_owned(),
                checkpoint: WRITTEN.to_owned(),
            })],
        );
    }
}
