//! A page for every code: what it means and what to do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::explain;
use crate::pages::fault::sentence;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};
use crate::wire::Language;

#[derive(Template)]
#[template(path = "public/code.html")]
struct Code {
    frame: Frame,
    code: &'static str,
    title: String,
    help: String,
    law: Option<String>,
}

/// `GET /{language}/problems/{code}`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let known = explain::explain(call.last()).ok_or(RequestFault::NotFound)?;
    let (title, help) = known.in_language(frame.language);
    let law = match frame.language {
        Language::En => known.law,
        Language::Zh => known.law_zh,
    };
    let law = law.map(sentence);
    let page = Code { code: known.code, title: sentence(title), help: sentence(help), law, frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    #[test]
    fn a_code_with_a_law_and_without() {
        hold(
            "public/code.html",
            &[
                ("with a law", |frame| Code {
                    frame,
                    code: "D007",
                    title: WRITTEN.to_owned(),
                    help: WRITTEN.to_owned(),
                    law: Some("Article 9".to_owned()),
                }),
                ("without", |frame| Code {
                    frame,
                    code: "Q007",
                    title: WRITTEN.to_owned(),
                    help: WRITTEN.to_owned(),
                    law: None,
                }),
            ],
        );
    }
}
