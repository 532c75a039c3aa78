//! The page of a draft (being checked, checked, not to be taken) and of a batch that was sent: its report, its receipt, and
//! what happens next.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::actor::Hand;
use fairfile_domain::id::{BatchId, DraftId};
use fairfile_domain::record::earliest_shown;
use fairfile_service::Registry;
use fairfile_service::source::{self, BatchPage, BatchReport, Before, FileKind, WhichRows};
use i18n_embed_fl::fl;

use super::file::as_file;
use super::listing::{is_shown, kind};
use super::report::{About, KeptOut, Report, Words, which};
use super::trouble::Wrong;
use super::{Desk, Moment, counted, item_name, member_name, moment, part};
use crate::caller::Call;
use crate::drafts::{Aim, Draft, State, StoredReport, Trouble, What};
use crate::pages::address::to_page;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};
use crate::wire;

/// Of what `/source/batches/{id}` is the page.
enum Shown {
    Draft(Arc<Draft>),
    Sent(BatchId),
}

fn find(call: &Call<'_>, desk: &Desk, id: &str) -> Result<Shown, Problem> {
    if let Ok(batch) = id.parse::<BatchId>() {
        return Ok(Shown::Sent(batch));
    }
    Ok(Shown::Draft(draft(call, desk, id)?))
}

/// The officer's own draft; there is none of anybody else.
pub(super) fn draft(call: &Call<'_>, desk: &Desk, id: &str) -> Result<Arc<Draft>, Problem> {
    let id: DraftId = id.parse().map_err(|_| RequestFault::NotFound)?;
    let found = call.doors.drafts().find(id, &desk.officer, call.doors.now().unix_micros());
    Ok(found.ok_or(RequestFault::NotFound)?)
}

/// `GET /{language}/source/batches/{id}`
pub(super) async fn show(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let id = part(call, 0);
    if let Ok(batch) = id.parse::<BatchId>() {
        return sent(call, desk, batch).await;
    }
    let id: DraftId = id.parse().map_err(|_| RequestFault::NotFound)?;
    let found = call.doors.drafts().find(id, &desk.officer, call.doors.now().unix_micros());
    let Some(draft) = found else { return gone(call) };
    match draft.state() {
        State::Working(aim, read, total, rows) => working(call, &draft, aim, (read, total, rows)),
        State::Failed(trouble) => failed(call, &draft, &trouble),
        State::Checked(report, trouble) => checked(call, &draft, report, trouble).await,
        State::Sent(batch) => to_page(&Frame::of(call).to(&format!("/source/batches/{batch}"))),
    }
}

#[derive(Template)]
#[template(path = "source/gone.html")]
struct Gone {
    frame: Frame,
}

/// A draft that is not there: ended, of before a restart, of somebody else, or never.
fn gone(call: &Call<'_>) -> Result<Response, Problem> {
    let page = Gone { frame: Frame::of(call) };
    page.frame.answer(StatusCode::NOT_FOUND, &page)
}

#[derive(Template)]
#[template(path = "source/working.html")]
struct Working {
    frame: Frame,
    page: String,
    name: String,
    item: String,
    is_sending: bool,
    percent: u64,
    rows: String,
}

impl Working {
    fn title(&self) -> String {
        if self.is_sending {
            fl!(self.frame.words, "working-sending")
        } else {
            fl!(self.frame.words, "working-checking")
        }
    }
}

fn working(
    call: &Call<'_>,
    draft: &Draft,
    aim: Aim,
    (read, total, rows): (u64, u64, u64),
) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let page = Working {
        page: frame.to(&format!("/source/batches/{}", draft.id)),
        name: name_of(&frame, draft),
        item: item_name(&call.doors.reg().catalog(), &frame, &draft.handed.item),
        is_sending: aim == Aim::Send,
        percent: read.saturating_mul(100).checked_div(total).unwrap_or_default().min(100),
        rows: counted(rows),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// What a draft is called on its pages.
pub(super) fn name_of(frame: &Frame, draft: &Draft) -> String {
    match &draft.what {
        What::File(name) => name.clone(),
        What::Practice => fl!(frame.words, "practice-name"),
        What::Record(_) => fl!(frame.words, "single-name"),
        What::Change(_) => fl!(frame.words, "change-name"),
    }
}

#[derive(Template)]
#[template(path = "source/failed.html")]
struct Failed {
    frame: Frame,
    name: String,
    wrong: Option<Wrong>,
    again: String,
}

fn failed(call: &Call<'_>, draft: &Draft, trouble: &Trouble) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let page = Failed {
        name: name_of(&frame, draft),
        wrong: Some(Wrong::of(&frame, trouble, "main")),
        again: frame.to(&format!("/source/batches/new?item={}", draft.handed.item)),
        frame,
    };
    page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[derive(Template)]
#[template(path = "source/draft.html")]
struct Checked {
    frame: Frame,
    name: String,
    item: String,
    kind: String,
    is_practice: bool,
    /// Where sending begins; nothing if nothing can be sent.
    send: Option<String>,
    again: String,
    ready: i64,
    ready_shown: String,
    wrong: Option<Wrong>,
    report: Report,
}

impl Checked {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "draft-title");
        if self.wrong.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

async fn checked(
    call: &Call<'_>,
    draft: &Arc<Draft>,
    stored: Arc<StoredReport>,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let (frame, catalog, which) = (Frame::of(call), call.doors.reg().catalog(), which(call));
    let (at_work, wanted) = (stored.clone(), which.clone());
    let rows = call.doors.blocking(move |_| at_work.page(&wanted)).await?;
    let rows = rows.map_err(|error| Problem::of_disk(&error))?;
    let path = format!("/source/batches/{}", draft.id);
    let is_practice = matches!(draft.what, What::Practice);
    let about = About {
        path: path.clone(),
        item: (&draft.handed.item, stored.item_version),
        counts: stored.counts,
        groups: &stored.groups,
    };
    let page = Checked {
        name: name_of(&frame, draft),
        item: item_name(&catalog, &frame, &draft.handed.item),
        kind: kind(&frame, stored.kind),
        is_practice,
        send: (!is_practice && stored.counts.accepted > 0).then(|| frame.to(&format!("{path}/send"))),
        again: frame.to(&format!("/source/batches/new?item={}", draft.handed.item)),
        ready: i64::try_from(stored.counts.accepted).unwrap_or(i64::MAX),
        ready_shown: counted(stored.counts.accepted),
        wrong: trouble.map(|trouble| Wrong::of(&frame, &trouble, "main")),
        report: Report::new(&frame, &catalog, &about, &which, &rows),
        frame,
    };
    let status = if page.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.frame.answer(status, &page)
}

/// How far a member has come with the notices of one batch.
struct Told {
    member: String,
    notices: String,
    confirmed: String,
}

/// What a batch did to records on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changes {
    /// Nothing: it brought new ones.
    None,
    /// It corrected some.
    Corrections,
    /// It took some back.
    Withdrawals,
    /// It did both.
    Both,
}

impl Changes {
    fn of(page: &BatchPage) -> Self {
        match (page.report.kind, page.withdrawals) {
            (FileKind::Records, _) => Self::None,
            (FileKind::Corrections, 0) => Self::Corrections,
            (FileKind::Corrections, all) if all == page.report.counts.accepted => Self::Withdrawals,
            (FileKind::Corrections, _) => Self::Both,
        }
    }
}

#[derive(Template)]
#[template(path = "source/batch.html")]
struct Sent {
    frame: Frame,
    id: String,
    item: String,
    kind: String,
    state: String,
    changes: Changes,
    at: Moment,
    by: String,
    entry: String,
    accepted: i64,
    accepted_shown: String,
    kept_out: KeptOut,
    /// The first day on which others can see a record of it.
    shown_from: Option<String>,
    waits: bool,
    told: Vec<Told>,
    receipt: String,
    report: Report,
}

impl Sent {
    fn title(&self) -> String {
        let (words, count, shown) = (self.frame.words, self.accepted, self.accepted_shown.as_str());
        match self.changes {
            Changes::None => fl!(words, "batch-title-records", count = count, shown = shown),
            Changes::Corrections => fl!(words, "batch-title-corrections", count = count, shown = shown),
            Changes::Withdrawals => fl!(words, "batch-title-withdrawals", count = count, shown = shown),
            Changes::Both => fl!(words, "batch-title-changes", count = count, shown = shown),
        }
    }

    fn is_corrections(&self) -> bool {
        self.changes != Changes::None
    }

    /// What happens next to what it changed.
    fn next(&self) -> String {
        let words = self.frame.words;
        match self.changes {
            Changes::None => fl!(words, "batch-next-records"),
            Changes::Corrections => fl!(words, "batch-next-corrections"),
            Changes::Withdrawals => fl!(words, "batch-next-withdrawals"),
            Changes::Both => fl!(words, "batch-next-mixed"),
        }
    }
}

async fn sent(call: &Call<'_>, desk: &Desk, batch: BatchId) -> Result<Response, Problem> {
    let which = which(call);
    let (member, wanted) = (desk.member.clone(), which.clone());
    let found = call.doors.blocking(move |reg| source::batch_page(reg, batch, &member, &wanted)).await??;
    let found = found.ok_or(RequestFault::NotFound)?;
    let changes = Changes::of(&found);
    let BatchPage { report, groups, taken_at, hand, .. } = found;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let catalog = reg.catalog();
    let path = format!("/source/batches/{batch}");
    let about =
        About { path: path.clone(), item: (&report.item, report.item_version), counts: report.counts, groups: &groups };
    let item = catalog.item(&report.item, report.item_version);
    let received = reg.day_of(taken_at);
    let first = item.filter(|_| report.kind == FileKind::Records);
    let first = first.and_then(|item| earliest_shown(item, received, reg.term_law()).ok());
    let told = |told: &source::ToldByBatch| Told {
        member: member_name(call, &frame, &told.member),
        notices: counted(told.notices),
        confirmed: counted(told.confirmed),
    };
    let entry = report.receipt.as_ref().map(|receipt| receipt.opening().index()).unwrap_or_default();
    let page = Sent {
        id: batch.to_string(),
        item: item_name(&catalog, &frame, &report.item),
        kind: match changes {
            Changes::Withdrawals => fl!(frame.words, "batch-withdrawals"),
            Changes::None | Changes::Corrections | Changes::Both => kind(&frame, report.kind),
        },
        state: match is_shown(reg, item.filter(|_| report.kind == FileKind::Records), received) {
            true => fl!(frame.words, "batch-shown"),
            false => fl!(frame.words, "batch-sent"),
        },
        changes,
        at: moment(&frame, call.doors.reg(), taken_at.unix_micros()),
        by: match &hand {
            Hand::Key(key) => fl!(frame.words, "batch-by-key", key = key.as_str()),
            Hand::Officer(officer) => fl!(frame.words, "batch-by-officer", officer = officer.as_str()),
        },
        entry: counted(entry),
        accepted: i64::try_from(report.counts.accepted).unwrap_or(i64::MAX),
        accepted_shown: counted(report.counts.accepted),
        kept_out: KeptOut::of(&report.counts),
        waits: first.is_some_and(|first| received < first),
        shown_from: first.map(|first| frame.day(first)),
        told: report.told.iter().map(told).collect(),
        receipt: frame.to(&format!("{path}/receipt")),
        report: Report::new(&frame, &catalog, &about, &which, &report.rows),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// The whole report of whatever has this id.
async fn whole(call: &Call<'_>, desk: &Desk) -> Result<(String, BatchReport), Problem> {
    let id = part(call, 1).to_owned();
    match find(call, desk, &id)? {
        Shown::Sent(batch) => {
            let member = desk.member.clone();
            let found = call.doors.blocking(move |reg| source::batch_report(reg, batch, &member)).await??;
            Ok((id, found.ok_or(RequestFault::NotFound)?))
        }
        Shown::Draft(draft) => {
            let State::Checked(stored, _) = draft.state() else { return Err(RequestFault::NotFound.into()) };
            let all = WhichRows { after: 0, group: None, most: u32::MAX };
            let at_work = stored.clone();
            let rows = call.doors.blocking(move |_| at_work.page(&all)).await?;
            let report = BatchReport {
                batch: None,
                member: draft.handed.member.clone(),
                item: draft.handed.item.clone(),
                item_version: stored.item_version,
                kind: stored.kind,
                counts: stored.counts,
                rows: rows.map_err(|error| Problem::of_disk(&error))?,
                before: Before::First,
                receipt: None,
                told: Vec::new(),
            };
            Ok((id, report))
        }
    }
}

/// `GET /{language}/source/batches/{id}/report.csv`: every row that was not accepted.
pub(super) async fn as_csv(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let (id, report) = whole(call, desk).await?;
    let frame = Frame::of(call);
    let write = move |reg: &Arc<Registry>| {
        let catalog = reg.catalog();
        let item = catalog.item(&report.item, report.item_version);
        Words { frame: &frame, item }.csv(&report.rows)
    };
    let csv = call.doors.blocking(write).await?;
    as_file(&format!("{id}.csv"), "text/csv; charset=utf-8", csv)
}

/// `GET /{language}/source/batches/{id}/report.json`: the same document that the API gives.
pub(super) async fn as_json(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let (id, report) = whole(call, desk).await?;
    let written = call.doors.blocking(move |_| wire::batch::document(&report).to_string()).await?;
    as_file(&format!("{id}.json"), "application/json", written)
}

/// `GET /{language}/source/batches/{id}/receipt`: the signed proof that the batch was taken in.
pub(super) async fn receipt(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let batch: BatchId = part(call, 1).parse().map_err(|_| RequestFault::NotFound)?;
    let (member, none) = (desk.member.clone(), WhichRows::default());
    let found = call.doors.blocking(move |reg| source::batch_page(reg, batch, &member, &none)).await??;
    let receipt = found.and_then(|page| page.report.receipt).ok_or(RequestFault::NotFound)?;
    as_file(&format!("{batch}.receipt.json"), "application/json", receipt.to_value().to_string())
}

#[cfg(test)]
mod samples {
    use fairfile_service::source::Counts;

    use super::super::report::sampled::{behind_the_last, clean, whole};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn draft(frame: Frame, report: Report) -> Checked {
        Checked {
            frame,
            name: text(),
            item: text(),
            kind: text(),
            is_practice: false,
            send: Some("/en/source/batches/x/send".to_owned()),
            again: "/en/source/batches/new".to_owned(),
            ready: 1,
            ready_shown: "1".to_owned(),
            wrong: None,
            report,
        }
    }

    fn kept_out(each: u64) -> Counts {
        Counts { rejected: each, duplicate: each, quarantined: each, ..Counts::default() }
    }

    fn batch(frame: Frame, report: Report) -> Sent {
        Sent {
            frame,
            id: "bat_1".to_owned(),
            item: text(),
            kind: text(),
            state: text(),
            changes: Changes::None,
            at: crate::pages::samples::moment(),
            by: text(),
            entry: "512".to_owned(),
            accepted: 1,
            accepted_shown: "1".to_owned(),
            kept_out: KeptOut::of(&kept_out(0)),
            shown_from: None,
            waits: false,
            told: Vec::new(),
            receipt: "/en/source/batches/x/receipt".to_owned(),
            report,
        }
    }

    #[test]
    fn a_draft_that_is_not_there_at_work_or_not_to_be_taken() {
        hold("source/gone.html", &[("empty", |frame| Gone { frame })]);
        fn at_work(frame: Frame, is_sending: bool, percent: u64) -> Working {
            let (page, rows) = ("/en/x".to_owned(), "100,000".to_owned());
            Working { frame, page, name: text(), item: text(), is_sending, percent, rows }
        }
        hold(
            "source/working.html",
            &[
                ("nothing read yet", |frame| at_work(frame, false, 0)),
                ("checking", |frame| at_work(frame, false, 40)),
                ("sending", |frame| at_work(frame, true, 100)),
            ],
        );
        hold(
            "source/failed.html",
            &[("error", |frame| Failed {
                frame,
                name: text(),
                wrong: Some(Wrong::sample("main")),
                again: "/en/x".to_owned(),
            })],
        );
    }

    #[test]
    fn a_draft_from_a_clean_one_to_one_that_could_not_be_sent() {
        hold(
            "source/draft.html",
            &[
                ("clean", |frame| draft(frame, clean())),
                ("practice", |frame| Checked { is_practice: true, send: None, ..draft(frame, whole()) }),
                ("nothing to send", |frame| Checked { send: None, ready: 0, ..draft(frame, whole()) }),
                ("full", |frame| Checked { ready: 2, ..draft(frame, whole()) }),
                ("behind the last row", |frame| draft(frame, behind_the_last())),
                ("error", |frame| Checked { wrong: Some(Wrong::sample("main")), ..draft(frame, whole()) }),
            ],
        );
    }

    #[test]
    fn a_batch_of_records_and_one_of_corrections() {
        hold(
            "source/batch.html",
            &[
                ("clean", |frame| batch(frame, clean())),
                ("shown at once", |frame| Sent { shown_from: Some(text()), ..batch(frame, clean()) }),
                ("shown after a while", |frame| Sent {
                    shown_from: Some(text()),
                    waits: true,
                    kept_out: KeptOut::of(&kept_out(2)),
                    ..batch(frame, whole())
                }),
                ("corrections that nobody was told of", |frame| Sent {
                    changes: Changes::Withdrawals,
                    ..batch(frame, behind_the_last())
                }),
                ("full", |frame| {
                    let told = || Told { member: text(), notices: "2".to_owned(), confirmed: "0".to_owned() };
                    Sent {
                        changes: Changes::Both,
                        accepted: 2,
                        kept_out: KeptOut::of(&kept_out(1)),
                        told: vec![told(), told()],
                        ..batch(frame, whole())
                    }
                }),
            ],
        );
    }
}
