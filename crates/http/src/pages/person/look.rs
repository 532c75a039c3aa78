//! One look: who, for which purpose and case, what was shown, and how anybody can check that it is in the journal.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::LookId;
use fairfile_service::person::{Contents, Part, Seen};
use i18n_embed_fl::fl;

use super::lines::Line;
use super::words::Words;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// The id that no look has: ids are chance.
const NO_LOOK: LookId = LookId::from_bytes([0; 16]);

#[derive(Template)]
#[template(path = "person/look.html")]
struct Page {
    frame: Frame,
    line: Line,
    /// How many looks there are.
    looks: u64,
}

/// `GET /{language}/my/looks/{id}`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let id = call.last().parse().unwrap_or(NO_LOOK);
    let part = Part { contents: Contents::None, looks: Seen::One(id), told: false };
    super::read(call, part, move |reg, view| {
        let look = view.file.looks.first().ok_or(RequestFault::NotFound)?;
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let line = Words::new(&frame, reg, &view.file, &catalog, &directory).line(look);
        let page = Page { line, looks: view.file.looks_on_file, frame };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{look, own};
    use crate::pages::samples::hold;

    #[test]
    fn answered_denied_and_one_s_own() {
        hold(
            "person/look.html",
            &[
                ("answered", |frame| Page { frame, line: look(true), looks: 3 }),
                ("denied", |frame| Page { frame, line: look(false), looks: 3 }),
                ("own", |frame| Page { frame, line: own(), looks: 3 }),
            ],
        );
    }
}
