//! A file that the node gave is checked, in words. It is not kept.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use fairfile_proof::{Check, Kind, Receipt, Report, VerifyError, verify_file};
use fairfile_service::{Registry, inquirer};
use i18n_embed_fl::fl;
use multer::Multipart;

use crate::body;
use crate::caller::{Call, field};
use crate::pages::frame::{Frame, Theme};
use crate::pages::words::Words;
use crate::problem::Problem;
use crate::wire::Language;

/// The most bytes of a form with a file in it: 2 MiB, which is a copy of thousands of looks.
const FORM_BYTES: u64 = 2 * 1024 * 1024;
/// The same in MB, as the page says it.
const FORM_MB: i64 = 2;

/// What was checked, in the visitor's words.
struct Finding {
    real: bool,
    steps: Vec<(bool, String)>,
    does_not_prove: Vec<String>,
    /// The findings with all their figures: in English as the program that outsiders run words them.
    details: Vec<String>,
}

#[derive(Template)]
#[template(path = "public/verify.html")]
struct Page {
    frame: Frame,
    limit: i64,
    key: String,
    /// What is wrong with the form, if anything is.
    error: Option<String>,
    finding: Option<Finding>,
}

impl Page {
    fn new(call: &Call<'_>) -> Self {
        let frame = Frame::of(call);
        Self { key: call.doors.reg().publisher.key().vkey(), frame, limit: FORM_MB, error: None, finding: None }
    }

    /// What the window is called: the answer, where there is one.
    fn title(&self) -> String {
        let words = self.frame.words;
        match (&self.finding, &self.error) {
            (Some(finding), _) if finding.real => fl!(words, "verify-real"),
            (Some(_), _) => fl!(words, "verify-not-real"),
            (None, None) => fl!(words, "verify-title"),
            (None, Some(_)) => fl!(words, "error-title", page = fl!(words, "verify-title")),
        }
    }

    fn wrong(mut self, error: String) -> Result<Response, Problem> {
        self.error = Some(error);
        self.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// `GET /{language}/verify`
pub(crate) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    let page = Page::new(call);
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/verify`
pub(crate) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let body = body::up_to(call.doors, &call.parts.headers, body, FORM_BYTES).await?;
    let Some((file, key)) = read(call, body).await else {
        let page = Page::new(call);
        let words = page.frame.words;
        return page.wrong(fl!(words, "verify-bad-form"));
    };
    answer(call, file, &key).await
}

/// What comes of checking `file` against `key`, as a page.
pub(in crate::pages) async fn answer(call: &Call<'_>, file: Vec<u8>, key: &str) -> Result<Response, Problem> {
    let mut page = Page::new(call);
    let words = page.frame.words;
    if file.trim_ascii().is_empty() {
        return page.wrong(fl!(words, "verify-nothing"));
    }
    page.key = key.to_owned();
    let key = key.to_owned();
    let work = move |reg: &std::sync::Arc<Registry>| {
        let report = verify_file(&file[..], Some(key.trim()), None);
        let followed = Receipt::parse(&file).ok().and_then(|receipt| inquirer::what_followed(reg, &receipt).ok());
        (report, followed.map(|followed| followed.len() as i64))
    };
    let (report, followed) = call.doors.blocking(work).await?;
    match report {
        Ok(report) => {
            page.finding = Some(finding(&page.frame, &report, followed));
            page.frame.answer(StatusCode::OK, &page)
        }
        Err(VerifyError::TrustedKey) => page.wrong(fl!(words, "verify-bad-key")),
        Err(_) => page.wrong(fl!(words, "verify-no-kind")),
    }
}

/// The file, pasted or chosen, and the key of the form; nothing if it is no form.
async fn read(call: &Call<'_>, body: Bytes) -> Option<(Vec<u8>, String)> {
    let kind = field(&call.parts.headers, header::CONTENT_TYPE.as_str())?;
    let boundary = multer::parse_boundary(&*kind).ok()?;
    let whole = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut form = Multipart::new(whole, boundary);
    let (mut pasted, mut chosen, mut key) = (Vec::new(), Vec::new(), String::new());
    while let Some(part) = form.next_field().await.ok()? {
        let name = part.name().map(str::to_owned);
        let bytes = part.bytes().await.ok()?;
        match name.as_deref() {
            Some("text") => pasted = bytes.to_vec(),
            Some("file") => chosen = bytes.to_vec(),
            Some("key") => key = String::from_utf8(bytes.to_vec()).ok()?,
            _ => return None,
        }
    }
    Some((if chosen.is_empty() { pasted } else { chosen }, key))
}

/// `followed` is how many corrections followed what a receipt of this node showed.
fn finding(frame: &Frame, report: &Report, followed: Option<i64>) -> Finding {
    let words = frame.words;
    let mut steps: Vec<(bool, String)> = Vec::new();
    for (place, check) in report.checks.iter().enumerate() {
        steps.push((check.holds, step(words, report, check, place as i64 + 1)));
    }
    // A receipt that does not hold says nothing about what followed.
    if let Some(count) = followed.filter(|_| report.ok) {
        steps.push((count == 0, fl!(words, "verify-step-followed", count = count)));
    }
    let journal = fl!(words, "verify-not-witnesses");
    let does_not_prove = match report.kind {
        _ if !report.ok => vec![fl!(words, "verify-not-anything")],
        Kind::Receipt | Kind::Receipts => vec![fl!(words, "verify-not-right"), journal],
        Kind::Copy => vec![fl!(words, "verify-not-right"), fl!(words, "verify-not-later"), journal],
        Kind::Message => vec![fl!(words, "verify-not-acted"), fl!(words, "verify-not-before")],
        Kind::Journal => vec![fl!(words, "verify-not-content"), journal],
    };
    let details = match frame.language {
        Language::En => {
            report.checks.iter().map(|check| check.says.clone()).chain(report.proves.iter().cloned()).collect()
        }
        Language::Zh => figures(words, report),
    };
    Finding { real: report.ok, steps, does_not_prove, details }
}

/// The figures of a report, for readers of a language that the program does not speak.
fn figures(words: &Words, report: &Report) -> Vec<String> {
    let kind = match report.kind {
        Kind::Receipt => fl!(words, "verify-kind-receipt"),
        Kind::Receipts => fl!(words, "verify-kind-receipts"),
        Kind::Copy => fl!(words, "verify-kind-copy"),
        Kind::Message => fl!(words, "verify-kind-message"),
        Kind::Journal => fl!(words, "verify-kind-journal"),
    };
    let (all, held) = (report.checks.len() as i64, report.checks.iter().filter(|check| check.holds).count() as i64);
    let mut lines = vec![kind, fl!(words, "verify-figure-checks", all = all, held = held)];
    if let Some(size) = report.tree_size {
        lines.push(fl!(words, "verify-figure-size", size = super::journal::counted(size)));
    }
    if let Some(leaf) = report.leaf {
        lines.push(fl!(words, "verify-figure-leaf", leaf = super::journal::counted(leaf)));
    }
    lines
}

/// A check in words; `place` counts from 1.
fn step(words: &Words, report: &Report, check: &Check, place: i64) -> String {
    let number = |number: Option<u64>| number.unwrap_or_default() as i64;
    let size = number(report.tree_size);
    match (check.name, check.holds) {
        ("key", true) => fl!(words, "verify-step-key"),
        ("key", false) => fl!(words, "verify-step-key-fails"),
        ("signature", true) => fl!(words, "verify-step-signature"),
        ("signature", false) => fl!(words, "verify-step-signature-fails"),
        ("checkpoint", true) => fl!(words, "verify-step-checkpoint", size = size),
        ("checkpoint", false) => fl!(words, "verify-step-checkpoint-fails"),
        ("journal", true) => fl!(words, "verify-step-journal", leaf = number(report.leaf), size = size),
        ("journal", false) => fl!(words, "verify-step-journal-fails"),
        ("looks", true) => fl!(words, "verify-step-looks"),
        ("looks", false) => fl!(words, "verify-step-looks-fail"),
        ("leaves", true) => fl!(words, "verify-step-leaves", size = size),
        ("leaves", false) => fl!(words, "verify-step-leaves-fail"),
        ("receipt", true) => fl!(words, "verify-step-receipt", place = place),
        ("receipt", false) => fl!(words, "verify-step-receipt-fails", place = place),
        // A claim that this page has no words for yet stands in the program's own.
        (_, _) => check.says.clone(),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn page(frame: Frame, error: Option<String>, finding: Option<Finding>) -> Page {
        Page { frame, limit: FORM_MB, key: WRITTEN.to_owned(), error, finding }
    }

    fn found(real: bool) -> Option<Finding> {
        let text = || WRITTEN.to_owned();
        let steps = vec![(true, text()), (real, text())];
        Some(Finding { real, steps, does_not_prove: vec![text()], details: vec![text(), text()] })
    }

    #[test]
    fn before_a_file_and_behind_one() {
        hold(
            "public/verify.html",
            &[
                ("empty", |frame| page(frame, None, None)),
                ("error", |frame| page(frame, Some(WRITTEN.to_owned()), None)),
                ("real", |frame| page(frame, None, found(true))),
                ("not real", |frame| page(frame, None, found(false))),
            ],
        );
    }
}
