//! Whether the node works, in a sentence.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_service::Registry;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "public/status.html")]
struct Status {
    frame: Frame,
    time: String,
    entries: String,
    is_day_sure: bool,
}

/// `GET /{language}/status`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let time = reg.clock.read();
    let page = Status {
        time: moment(&frame, reg, time.latest),
        entries: super::journal::counted(reg.store.head().snapshot().size()),
        is_day_sure: reg.today_at(&time).is_sure(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// A time as people of the node's zone write it.
fn moment(frame: &Frame, reg: &Registry, at: Instant) -> String {
    let (hour, minute) = at.time_in(&reg.zone);
    let time = format!("{hour:02}:{minute:02}");
    fl!(frame.words, "moment-in-zone", day = frame.day(reg.day_of(at)), time = time, zone = frame.zone(reg))
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::hold;

    fn status(frame: Frame, is_day_sure: bool) -> Status {
        Status { frame, time: "09:00".to_owned(), entries: "48,213".to_owned(), is_day_sure }
    }

    #[test]
    fn with_a_clock_that_is_sure_and_one_that_is_not() {
        hold(
            "public/status.html",
            &[("sure", |frame| status(frame, true)), ("not sure", |frame| status(frame, false))],
        );
    }
}
