//! Whether the journal is sound: its head, how far it was signed, what the last check found, and all of it as a file.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairfile_domain::day::Instant;
use fairfile_service::RegistryError;
use fairfile_service::supervisor::{Check, CheckError, check_journal, last_check};
use i18n_embed_fl::fl;
use tokio::sync::mpsc;

use super::at_work;
use crate::caller::Call;
use crate::explain;
use crate::pages::address::to_page;
use crate::pages::fault::sentence;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::journal::counted;
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// Pieces of the journal's file that wait for a slow reader.
const WAITING: usize = 4;
/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "supervisor/journal.html")]
struct Journal {
    frame: Frame,
    size: String,
    root: String,
    /// How far the journal was signed, as the mark beside the keys has it.
    marked: String,
    checked: String,
    is_sound: bool,
    /// Table and column of what does not hold, what is wrong there and what to do next.
    findings: Vec<(String, (String, String))>,
    more: i64,
    form_key: String,
}

impl Journal {
    /// What the window is called: a journal that does not hold is said there as well.
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "supervisor-journal-title");
        if self.is_sound { title } else { fl!(self.frame.words, "error-title", page = title) }
    }
}

/// `GET /{language}/supervision/journal`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let head = reg.store.head();
    let checked = last_check(reg);
    let found: Vec<_> = checked.iter().flat_map(|check| &check.findings).collect();
    let place = |table: &str, column: &Option<String>| match column {
        Some(column) => format!("{table}.{column}"),
        None => table.to_owned(),
    };
    let what = |code: &str| {
        let (what, next) = explain::explain(code).map_or(("", ""), |known| known.in_language(frame.language));
        (sentence(what), sentence(next))
    };
    let kept = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let all = checked.as_ref().map_or(0, |check| check.differences);
    let page = Journal {
        size: counted(head.snapshot().size()),
        root: STANDARD.encode(head.snapshot().root()),
        marked: reg.publisher.marked()?.map_or_else(|| counted(0), |(size, _)| counted(size)),
        checked: last_checked(&frame, call),
        is_sound: checked.as_ref().is_none_or(|check| check.holds),
        findings: found.iter().map(|row| (place(&row.table, &row.column), what(row.code))).collect(),
        more: all.saturating_sub(kept).cast_signed(),
        form_key: frame.form_key.clone(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/supervision/journal`: checks all of it now; whoever asks waits for the result.
pub(crate) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, _) = at_work(call)?;
    Fields::read_own(call, &visitor, body).await?;
    match call.doors.blocking(|reg| check_journal(reg)).await? {
        Ok(_) => to_page(&Frame::of(call).to("/supervision/journal")),
        Err(CheckError::UnderWay) => Err(RequestFault::Busy.into()),
        Err(CheckError::Registry(error)) => Err(error.into()),
        Err(CheckError::Replay(error)) => Err(Problem::failed(&error)),
    }
}

/// `GET /{language}/supervision/journal/export`: the whole journal as `fairfile journal export` writes it, piece by piece.
pub(crate) async fn export(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let reg = call.doors.reg().clone();
    let (pieces, mut read) = mpsc::channel::<std::io::Result<Vec<u8>>>(WAITING);
    // Beside the answer, which begins before the last entry is read. Whoever goes away ends it.
    tokio::task::spawn_blocking(move || {
        let mut out = std::io::BufWriter::with_capacity(PIECE, Pieces(pieces.clone()));
        let written = reg.publisher.export(&reg.store, &mut out).map_err(RegistryError::from);
        let flushed = std::io::Write::flush(&mut out);
        if written.is_err() || flushed.is_err() {
            // The file breaks off and cannot be taken for a whole one: its head says how many entries it has.
            drop(pieces.blocking_send(Err(std::io::Error::other("the journal could not be read to its end"))));
        }
    });
    let stream = futures_util::stream::poll_fn(move |context| read.poll_recv(context));
    let kind = "application/jsonl; charset=utf-8";
    let mut response = response::bytes(StatusCode::OK, kind, Keep::Never, Body::from_stream(stream));
    let name = HeaderValue::from_static("attachment; filename=\"journal.jsonl\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Where the journal's file goes, a piece at a time.
struct Pieces(mpsc::Sender<std::io::Result<Vec<u8>>>);

impl std::io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.blocking_send(Ok(bytes.to_vec())).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// When the journal was last checked, and what was found, in a sentence.
pub(super) fn last_checked(frame: &Frame, call: &Call<'_>) -> String {
    let reg = call.doors.reg();
    match last_check(reg) {
        None => fl!(frame.words, "supervision-never-checked"),
        Some(Check { at, holds: true, entries, .. }) => {
            fl!(frame.words, "supervision-checked", at = instant(frame, call, at), entries = counted(entries))
        }
        Some(Check { at, differences, .. }) => {
            let count = differences.cast_signed();
            fl!(frame.words, "supervision-differs", at = instant(frame, call, at), count = count)
        }
    }
}

/// A day and a time, in the node's zone.
pub(super) fn instant(frame: &Frame, call: &Call<'_>, at: Instant) -> String {
    let zone = &call.doors.reg().zone;
    let (hour, minute) = at.time_in(zone);
    let time = format!("{hour:02}:{minute:02}");
    fl!(frame.words, "supervision-at", day = frame.day(at.day_in(zone)), time = time)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn journal(frame: Frame, findings: usize, more: i64) -> Journal {
        Journal {
            frame,
            size: "1,204".to_owned(),
            root: text(),
            marked: "1,200".to_owned(),
            checked: text(),
            is_sound: findings == 0,
            findings: vec![(text(), (text(), text())); findings],
            more,
            form_key: text(),
        }
    }

    #[test]
    fn from_a_sound_journal_to_more_findings_than_a_page_takes() {
        hold(
            "supervisor/journal.html",
            &[
                ("sound", |frame| journal(frame, 0, 0)),
                ("one finding", |frame| journal(frame, 1, 0)),
                ("full", |frame| journal(frame, 3, 900)),
            ],
        );
    }
}
