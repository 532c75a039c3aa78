//! The first page: what this is, and the questions that people come with.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    frame: Frame,
    items: i64,
    members: i64,
    entries: String,
}

/// `GET /{language}`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let (catalog, today) = (reg.catalog(), reg.today());
    let in_force = super::catalog::in_force(&catalog, today).count();
    let page = Home {
        items: in_force as i64,
        members: reg.directory().members.len() as i64,
        entries: super::journal::counted(reg.store.head().snapshot().size()),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::hold;

    #[test]
    fn with_nobody_and_with_many() {
        hold(
            "public/home.html",
            &[
                ("empty", |frame| Home { frame, items: 0, members: 0, entries: "0".to_owned() }),
                ("one", |frame| Home { frame, items: 1, members: 1, entries: "1".to_owned() }),
                ("full", |frame| Home { frame, items: 12, members: 1_300, entries: "48,213".to_owned() }),
            ],
        );
    }
}
