//! What the office itself did, the latest first: deeds, codes of staff and places in the journal. No person is in it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::registrar::{find_deed, list_deeds};
use i18n_embed_fl::fl;

use super::wording::{self, Moment, before, moment, part};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// A deed in the list.
struct Row {
    at: Moment,
    what: String,
    staff: String,
    leaf: u64,
    to: String,
}

#[derive(Template)]
#[template(path = "registrar/audit.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    /// Where the list goes on.
    more: Option<String>,
}

/// `GET /{language}/registry/audit`
pub(super) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg, from) = (Frame::of(call), call.doors.reg(), before(call));
    let (found, has_more) = call.doors.blocking(move |reg| list_deeds(reg, from)).await??;
    let last = found.last().map(|deed| deed.leaf).filter(|_| has_more);
    let rows = found.iter().map(|deed| Row {
        at: moment(&frame, reg, deed.made_at),
        what: wording::deed(&frame, deed),
        staff: deed.staff.to_string(),
        leaf: deed.leaf,
        to: frame.to(&format!("/registry/audit/{}", deed.leaf)),
    });
    let page = List {
        rows: rows.collect(),
        more: last.map(|leaf| frame.to(&format!("/registry/audit?before={leaf}"))),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "registrar/deed.html")]
struct One {
    frame: Frame,
    what: String,
    at: Moment,
    staff: String,
    leaf: u64,
    /// What is next, where something is.
    next: Option<String>,
}

/// `GET /{language}/registry/audit/{leaf}`: one deed, and its place in the journal.
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let leaf: u64 = part(call, 0).parse().map_err(|_| RequestFault::NotFound)?;
    let deed = call.doors.blocking(move |reg| find_deed(reg, leaf)).await??;
    let deed = deed.ok_or(RequestFault::NotFound)?;
    let page = One {
        what: wording::deed(&frame, &deed),
        at: moment(&frame, reg, deed.made_at),
        staff: deed.staff.to_string(),
        leaf: deed.leaf,
        next: wording::next(&frame, &deed),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, moment, text};

    fn list(frame: Frame, rows: usize, more: Option<&str>) -> List {
        let to = || "/en/registry/audit/x".to_owned();
        let row = |leaf| Row { at: moment(), what: text(), staff: text(), leaf, to: to() };
        List { frame, rows: (0..rows as u64).map(row).collect(), more: more.map(str::to_owned) }
    }

    fn one(frame: Frame, next: Option<String>) -> One {
        One { frame, what: text(), at: moment(), staff: text(), leaf: 512, next }
    }

    #[test]
    fn from_nothing_done_to_a_page_of_deeds() {
        hold(
            "registrar/audit.html",
            &[
                ("empty", |frame| list(frame, 0, None)),
                ("one", |frame| list(frame, 1, None)),
                ("full", |frame| list(frame, 3, Some("?before=7"))),
            ],
        );
        hold("registrar/deed.html", &[("empty", |frame| one(frame, None)), ("full", |frame| one(frame, Some(text())))]);
    }
}
