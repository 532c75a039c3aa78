//! The member's batches, newest first: ids, items, days, counts. Their rows cannot be browsed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, InputKind, Item, StartEvent};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::record::earliest_shown;
use fairfile_service::Registry;
use fairfile_service::source::{self, BatchOnFile, FileKind};
use i18n_embed_fl::fl;

use super::{Desk, Moment, asked, counted, item_name, moment};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// Batches on one page.
const BATCHES_OF_A_PAGE: u32 = 50;

/// A batch in a list.
pub(super) struct Line {
    pub(super) id: String,
    /// Its page; nothing while it is arriving.
    pub(super) page: Option<String>,
    pub(super) item: String,
    pub(super) kind: String,
    pub(super) at: Moment,
    pub(super) received: String,
    pub(super) accepted: String,
    pub(super) state: String,
}

#[derive(Template)]
#[template(path = "source/batches.html")]
struct List {
    frame: Frame,
    batches: Vec<Line>,
    older: Option<String>,
    is_later_page: bool,
}

/// `GET /{language}/source/batches`: a page of them, those before the batch that `before` names.
pub(super) async fn show(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let before = asked(call, "before").and_then(|id| id.parse().ok());
    let member = desk.member.clone();
    let read = move |reg: &std::sync::Arc<fairfile_service::Registry>| {
        source::list_batches(reg, &member, before, BATCHES_OF_A_PAGE)
    };
    let batches = call.doors.blocking(read).await??;
    let is_full = batches.len() >= BATCHES_OF_A_PAGE as usize;
    let last = batches.last().filter(|_| is_full);
    let page = List {
        older: last.map(|batch| frame.to(&format!("/source/batches?before={}", batch.batch))),
        batches: lines(call, &frame, &call.doors.reg().catalog(), &batches),
        is_later_page: before.is_some(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// Batches, as every list shows them.
pub(super) fn lines(call: &Call<'_>, frame: &Frame, catalog: &Catalog, batches: &[BatchOnFile]) -> Vec<Line> {
    let (words, reg) = (frame.words, call.doors.reg());
    let shown = |batch: &BatchOnFile| {
        let item = catalog.item(&batch.item, batch.item_version);
        let item = item.filter(|_| batch.kind == FileKind::Records && batch.counts.accepted > 0);
        let taken_on = batch.taken_at.and_then(|(at, _)| Instant::from_unix_micros(at).ok()).map(|at| reg.day_of(at));
        taken_on.is_some_and(|on| is_shown(reg, item, on))
    };
    let line = |batch: &BatchOnFile| Line {
        id: batch.batch.to_string(),
        page: batch.taken.then(|| frame.to(&format!("/source/batches/{}", batch.batch))),
        item: item_name(catalog, frame, &batch.item),
        kind: match batch.kind {
            FileKind::Records => kind(frame, batch.kind),
            FileKind::Corrections => fl!(words, "batch-changes"),
        },
        at: moment(frame, call.doors.reg(), batch.received_at),
        received: counted(batch.counts.received),
        accepted: counted(batch.counts.accepted),
        state: match (batch.taken, shown(batch)) {
            (false, _) => fl!(words, "batch-arriving"),
            (true, true) => fl!(words, "batch-shown"),
            (true, false) => fl!(words, "batch-sent"),
        },
    };
    batches.iter().map(line).collect()
}

/// Whether others can see every record of `item` that was received on `received` by now: its waiting time is over, and no
/// first day that a record itself names can lie after its receipt.
pub(super) fn is_shown(reg: &Registry, item: Option<&Item>, received: Day) -> bool {
    let Some(item) = item else { return false };
    let is_past = match &item.display.from {
        StartEvent::Received => true,
        StartEvent::Input(code) => {
            item.input(code).is_some_and(|input| matches!(input.kind, InputKind::Day { past_only: true }))
        }
    };
    is_past && earliest_shown(item, received, reg.term_law()).is_ok_and(|first| first <= reg.today())
}

/// What a file holds, in words.
pub(super) fn kind(frame: &Frame, kind: FileKind) -> String {
    match kind {
        FileKind::Records => fl!(frame.words, "batch-records"),
        FileKind::Corrections => fl!(frame.words, "batch-corrections"),
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::pages::samples::{hold, moment, text};

    /// A batch in a list.
    pub(in crate::pages::source) fn line(page: Option<&str>) -> Line {
        Line {
            id: "bat_1".to_owned(),
            page: page.map(str::to_owned),
            item: text(),
            kind: text(),
            at: moment(),
            received: "100,000".to_owned(),
            accepted: "0".to_owned(),
            state: text(),
        }
    }

    #[test]
    fn from_no_batch_to_a_page_in_the_middle() {
        hold(
            "source/batches.html",
            &[
                ("empty", |frame| List { frame, batches: Vec::new(), older: None, is_later_page: false }),
                ("behind the last", |frame| List { frame, batches: Vec::new(), older: None, is_later_page: true }),
                ("one", |frame| List { frame, batches: vec![line(None)], older: None, is_later_page: false }),
                ("full", |frame| List {
                    frame,
                    batches: vec![line(Some("/en/x")), line(None)],
                    older: Some("?before=7".to_owned()),
                    is_later_page: true,
                }),
            ],
        );
    }
}
