//! Members that are late with notices: which, since when, and what is done about it. No record and no person.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::MemberCode;
use fairfile_service::supervisor::{LateNotice, Step, list_late};
use i18n_embed_fl::fl;

use super::journal::last_checked;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// The most notices on one page; the ones that are late the longest come first for each member.
pub(super) const MOST: u32 = 500;

/// A notice that is late.
struct Row {
    member: String,
    notice: String,
    due_on: String,
    last: String,
    next: String,
}

#[derive(Template)]
#[template(path = "supervisor/late.html")]
struct Late {
    frame: Frame,
    checked: String,
    rows: Vec<Row>,
    /// Whether there may be more than stand here.
    is_cut: bool,
}

/// `GET /{language}/supervision/late`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let late = call.doors.blocking(|reg| list_late(reg, MOST)).await??;
    let frame = Frame::of(call);
    let step = |step: &Option<Step>, none: String| match step {
        Some(step) => {
            let done = frame.language.of(&step.chase.sentence()).to_owned();
            fl!(frame.words, "late-step", step = done, day = frame.day(step.on))
        }
        None => none,
    };
    let row = |notice: &LateNotice| Row {
        member: member_name(&frame, call, &notice.member),
        notice: notice.notice.to_string(),
        due_on: frame.day(notice.due_on),
        last: step(&notice.last, fl!(frame.words, "late-nothing-yet")),
        next: step(&notice.next, fl!(frame.words, "late-with-you")),
    };
    let mut rows: Vec<Row> = late.iter().map(row).collect();
    // By name, never by who is the latest.
    rows.sort_by(|one, other| one.member.cmp(&other.member));
    let is_cut = u32::try_from(rows.len()).is_ok_and(|rows| rows >= MOST);
    let page = Late { checked: last_checked(&frame, call), rows, is_cut, frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// A member's name, or its code if it is not on file any more.
pub(super) fn member_name(frame: &Frame, call: &Call<'_>, code: &MemberCode) -> String {
    let directory = call.doors.reg().directory();
    let member = directory.members.get(code);
    member.map_or_else(|| code.as_str().to_owned(), |member| frame.language.of(&member.title).to_owned())
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn late(frame: Frame, rows: usize, is_cut: bool) -> Late {
        let row = |_| Row { member: text(), notice: "ntc_1".to_owned(), due_on: text(), last: text(), next: text() };
        Late { frame, checked: text(), rows: (0..rows).map(row).collect(), is_cut }
    }

    #[test]
    fn from_nobody_late_to_more_than_a_page() {
        hold(
            "supervisor/late.html",
            &[
                ("empty", |frame| late(frame, 0, false)),
                ("one", |frame| late(frame, 1, false)),
                ("full", |frame| late(frame, 3, true)),
            ],
        );
    }
}
