//! Notices that wait for a member's confirmation: ids, members and days. What a notice is about is not here.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::notice::next_chase;
use fairfile_service::registrar::{Late, Unconfirmed, list_unconfirmed, what_waits};
use i18n_embed_fl::fl;

use super::wording;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// A member that is late.
struct LateRow {
    member: String,
    notices: u32,
    since: String,
    last: String,
}

/// A notice that was not confirmed.
struct Row {
    notice: String,
    member: String,
    due: String,
    is_late: bool,
    next: String,
}

#[derive(Template)]
#[template(path = "registrar/deadlines.html")]
struct Deadlines {
    frame: Frame,
    late: Vec<LateRow>,
    rows: Vec<Row>,
    has_more: bool,
}

/// `GET /{language}/registry/deadlines`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (waiting, open) = call.doors.blocking(|reg| (what_waits(reg), list_unconfirmed(reg))).await?;
    let (waiting, (open, has_more)) = (waiting?, open?);
    let today = reg.sure_today();
    let late = |late: &Late| LateRow {
        member: wording::member(&frame, reg, &late.member),
        notices: late.notices,
        since: frame.day(late.due_on.tomorrow()),
        last: step(&frame, late.chases),
    };
    let row = |open: &Unconfirmed| Row {
        notice: open.notice.to_string(),
        member: wording::member(&frame, reg, &open.member),
        due: frame.day(open.due_on),
        is_late: open.due_on < today,
        next: next(&frame, open),
    };
    let (late, rows) = (waiting.late.iter().map(late).collect(), open.iter().map(row).collect());
    let page = Deadlines { late, rows, has_more, frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// The step that was taken last.
fn step(frame: &Frame, chases: u32) -> String {
    let taken = fairfile_domain::notice::Chase::taken(chases);
    taken.map_or_else(|| fl!(frame.words, "registry-chase-none"), |step| frame.language.of(&step.sentence()).to_owned())
}

/// The step that comes next, and when.
fn next(frame: &Frame, open: &Unconfirmed) -> String {
    match next_chase(open.due_on, open.chased_on, open.chases) {
        None => fl!(frame.words, "registry-chase-over"),
        Some((step, on)) => {
            let step = frame.language.of(&step.sentence()).to_owned();
            fl!(frame.words, "registry-chase-next", day = frame.day(on), step = step)
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn deadlines(frame: Frame, late: u32, rows: usize) -> Deadlines {
        let late_row = |notices| LateRow { member: text(), notices, since: text(), last: text() };
        let row =
            |place| Row { notice: "ntc_1".to_owned(), member: text(), due: text(), is_late: place == 0, next: text() };
        Deadlines {
            frame,
            late: (1..=late).map(late_row).collect(),
            rows: (0..rows).map(row).collect(),
            has_more: rows > 2,
        }
    }

    #[test]
    fn from_nothing_open_to_more_than_a_page() {
        hold(
            "registrar/deadlines.html",
            &[
                ("empty", |frame| deadlines(frame, 0, 0)),
                ("nobody late", |frame| deadlines(frame, 0, 1)),
                ("full", |frame| deadlines(frame, 3, 3)),
            ],
        );
    }
}
