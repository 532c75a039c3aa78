//! Where every visit begins: who is late, when the journal was last checked, and what was drawn.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::supervisor::{DrawOnFile, LateNotice, list_draws, list_late};
use i18n_embed_fl::fl;

use super::journal::last_checked;
use super::late::{MOST, member_name};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::journal::counted;
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "supervisor/desk.html")]
struct Desk {
    frame: Frame,
    entries: String,
    checked: String,
    /// Late members by name, each with what it is late with.
    late: Vec<(String, String)>,
    draws: i64,
    /// Draws that were announced and not made.
    open: i64,
}

/// `GET /{language}/supervision`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let (late, draws) =
        call.doors.blocking(|reg| Ok::<_, Problem>((list_late(reg, MOST)?, list_draws(reg)?))).await??;
    let frame = Frame::of(call);
    let mut members: BTreeMap<String, Vec<&LateNotice>> = BTreeMap::new();
    for notice in &late {
        members.entry(member_name(&frame, call, &notice.member)).or_default().push(notice);
    }
    let row = |(member, notices): (String, Vec<&LateNotice>)| {
        let since = notices.iter().map(|notice| notice.due_on).min().map(|day| frame.day(day)).unwrap_or_default();
        let count = i64::try_from(notices.len()).unwrap_or(i64::MAX);
        (member, fl!(frame.words, "supervision-late-with", count = count, since = since))
    };
    let is_open = |draw: &&DrawOnFile| draw.made.is_none();
    let page = Desk {
        entries: counted(call.doors.reg().store.head().snapshot().size()),
        checked: last_checked(&frame, call),
        late: members.into_iter().map(row).collect(),
        draws: i64::try_from(draws.len()).unwrap_or(i64::MAX),
        open: i64::try_from(draws.iter().filter(is_open).count()).unwrap_or(i64::MAX),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn desk(frame: Frame, late: usize, draws: i64) -> Desk {
        let late = vec![(text(), text()); late];
        Desk { frame, entries: "1,204".to_owned(), checked: text(), late, draws, open: draws / 2 }
    }

    #[test]
    fn from_nobody_late_to_several_members() {
        hold(
            "supervisor/desk.html",
            &[
                ("empty", |frame| desk(frame, 0, 0)),
                ("one", |frame| desk(frame, 1, 1)),
                ("full", |frame| desk(frame, 3, 12)),
            ],
        );
    }
}
