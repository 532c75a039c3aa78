//! The figures as files, with the journal's size: what a monthly report is made of.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::statistics::Statistic;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::journal::counted;
use crate::pages::public::statistics::{address, named};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "supervisor/reports.html")]
struct Reports {
    frame: Frame,
    entries: String,
    /// Each statistic: its name, its page, its file.
    files: Vec<(String, String, String)>,
}

/// `GET /{language}/supervision/reports`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let frame = Frame::of(call);
    let row = |statistic: Statistic| {
        let page = frame.to(&format!("/statistics/{}", statistic.code()));
        (named(frame.words, statistic).0, page, address(statistic))
    };
    let page = Reports {
        entries: counted(call.doors.reg().store.head().snapshot().size()),
        files: Statistic::ALL.into_iter().map(row).collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    #[test]
    fn every_statistic_with_its_file() {
        hold(
            "supervisor/reports.html",
            &[("full", |frame| {
                let file = || (text(), "/en/statistics/looks".to_owned(), "/statistics/looks.csv".to_owned());
                Reports { frame, entries: "1,204".to_owned(), files: vec![file(), file()] }
            })],
        );
    }
}
