//! What everybody who is on file is entitled to.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "public/rights.html")]
struct Rights {
    frame: Frame,
    /// Each right: what it is called, and what it means.
    rights: Vec<(String, String)>,
}

/// `GET /{language}/rights`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let rights = vec![
        (fl!(words, "rights-read"), fl!(words, "rights-read-text")),
        (fl!(words, "rights-looks"), fl!(words, "rights-looks-text")),
        (fl!(words, "rights-copy"), fl!(words, "rights-copy-text")),
        (fl!(words, "rights-correct"), fl!(words, "rights-correct-text")),
        (fl!(words, "rights-end"), fl!(words, "rights-end-text")),
        (fl!(words, "rights-adverse"), fl!(words, "rights-adverse-text")),
        (fl!(words, "rights-object"), fl!(words, "rights-object-text")),
        (fl!(words, "rights-never"), fl!(words, "rights-never-text")),
    ];
    let page = Rights { frame, rights };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    #[test]
    fn each_right_in_its_words() {
        hold(
            "public/rights.html",
            &[("full", |frame| Rights { frame, rights: vec![(WRITTEN.to_owned(), WRITTEN.to_owned())] })],
        );
    }
}
