//! The officer's own looks by their receipts. They hold no name and no number: whoever asked knows from the case.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::access::COUNTER_VISIT;
use fairfile_domain::id::LookId;
use fairfile_service::Registry;
use fairfile_service::inquirer::{self, LookOutcome, OwnTrace, Said};
use i18n_embed_fl::fl;

use super::{Officer, id_at};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::refused::why;
use crate::pages::said::{Moment, moment};
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// One look of the officer's own.
struct Line {
    page: String,
    /// Nothing if the file that the look lies in cannot be read any more.
    said: Option<LineSaid>,
    outcome: String,
    number: u64,
}

/// What it says of itself.
struct LineSaid {
    at: Moment,
    purpose: String,
    case: String,
    refusal: Option<String>,
}

impl Line {
    fn of(frame: &Frame, reg: &Registry, own: &OwnTrace) -> Self {
        Self {
            page: frame.to(&format!("/inquiry/receipts/{}", own.look)),
            said: own.said.as_ref().map(|said| LineSaid::of(frame, reg, said)),
            outcome: match own.outcome {
                LookOutcome::Answered => fl!(frame.words, "look-answered"),
                LookOutcome::Nothing => fl!(frame.words, "look-nothing"),
                LookOutcome::Denied => fl!(frame.words, "look-denied"),
                LookOutcome::Own => fl!(frame.words, "receipt-at-counter"),
            },
            number: own.leaf,
        }
    }
}

impl LineSaid {
    fn of(frame: &Frame, reg: &Registry, said: &Said) -> Self {
        let catalog = reg.catalog();
        let purpose = said.purpose.as_ref().and_then(|code| catalog.purpose(code));
        let code = match said.purpose.as_ref().map_or("", |code| code.as_str()) {
            COUNTER_VISIT => fl!(frame.words, "receipt-at-counter"),
            code => code.to_owned(),
        };
        let purpose = purpose.map_or(code, |purpose| frame.language.of(&purpose.title).to_owned());
        Self {
            at: moment(frame, reg, said.at.unix_micros()),
            refusal: (!said.refusal.is_empty()).then(|| why(frame, &said.refusal, &purpose, None)),
            case: said.case.clone(),
            purpose,
        }
    }
}

#[derive(Template)]
#[template(path = "inquirer/receipts.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    /// The page of the earlier ones.
    earlier: Option<String>,
}

/// `GET /{language}/inquiry/receipts`; with `?before=NUMBER` those before that number of the journal.
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let before = before(call.parts.uri.query())?;
    let code = officer.code.clone();
    let (own, goes_on) = call.doors.blocking(move |reg| inquirer::list_receipts(reg, &code, before)).await??;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let last = own.last().filter(|_| goes_on);
    let page = List {
        lines: own.iter().map(|own| Line::of(&frame, reg, own)).collect(),
        earlier: last.map(|own| frame.to(&format!("/inquiry/receipts?before={}", own.leaf))),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// The number in `?before=NUMBER`; nothing if nothing is asked.
fn before(query: Option<&str>) -> Result<Option<u64>, RequestFault> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Ok(None) };
    let before = query.strip_prefix("before=").and_then(|before| before.parse().ok());
    before.map(Some).ok_or(RequestFault::BadQuery)
}

#[derive(Template)]
#[template(path = "inquirer/receipt.html")]
struct Page {
    frame: Frame,
    line: Line,
    said: LineSaid,
    reference: String,
    look: String,
    shown: i64,
    file: String,
    /// The receipt as it is checked, and the key to check it with.
    text: String,
    key: String,
}

/// `GET /{language}/inquiry/receipts/{id}`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let look: LookId = id_at(call, 0).ok_or(RequestFault::NotFound)?;
    let found = call.doors.blocking(move |reg| inquirer::find_receipt(reg, &officer.code, look)).await?;
    let (own, said, receipt) = found?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let page = Page {
        line: Line::of(&frame, reg, &own),
        reference: receipt.receipt_id().to_owned(),
        look: look.to_string(),
        shown: said.shown as i64,
        said: LineSaid::of(&frame, reg, &said),
        file: frame.to(&format!("/inquiry/receipts/{look}/file")),
        text: receipt.to_value().to_string(),
        key: reg.publisher.key().vkey(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// `GET /{language}/inquiry/receipts/{id}/file`: the receipt as signed data.
pub(crate) async fn file(call: &Call<'_>) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    let look: LookId = id_at(call, 1).ok_or(RequestFault::NotFound)?;
    let found = call.doors.blocking(move |reg| inquirer::find_receipt(reg, &officer.code, look)).await?;
    let (_, _, receipt) = found?;
    let bytes = receipt.to_json().map_err(|error| Problem::failed(&error))?;
    let mut response = response::bytes(StatusCode::OK, "application/json", Keep::Never, bytes);
    let as_file = HeaderValue::from_static("attachment; filename=\"fairfile-receipt.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, as_file);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_names_a_number_or_is_not_there() {
        assert_eq!(before(None).ok(), Some(None));
        assert_eq!(before(Some("before=7")).ok(), Some(Some(7)));
        for query in ["before=", "before=-1", "before=18446744073709551616", "after=7", "before=7&before=8"] {
            assert!(before(Some(query)).is_err(), "{query}");
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn said(is_denied: bool) -> LineSaid {
        let at = crate::pages::samples::moment();
        LineSaid { at, purpose: text(), case: text(), refusal: is_denied.then(text) }
    }

    fn line(said: Option<LineSaid>) -> Line {
        Line { page: "/en/inquiry/receipts/x".to_owned(), said, outcome: text(), number: 1_204 }
    }

    fn page(frame: Frame, is_denied: bool, shown: i64) -> Page {
        Page {
            frame,
            line: line(None),
            said: said(is_denied),
            reference: "rcp_1".to_owned(),
            look: "look_1".to_owned(),
            shown,
            file: "/en/inquiry/receipts/x/file".to_owned(),
            text: text(),
            key: text(),
        }
    }

    #[test]
    fn from_no_look_to_receipts_of_every_outcome() {
        hold(
            "inquirer/receipts.html",
            &[
                ("empty", |frame| List { frame, lines: Vec::new(), earlier: None }),
                ("one", |frame| List { frame, lines: vec![line(Some(said(false)))], earlier: None }),
                ("full", |frame| List {
                    frame,
                    lines: vec![line(Some(said(true))), line(None)],
                    earlier: Some("?before=7".to_owned()),
                }),
            ],
        );
        hold(
            "inquirer/receipt.html",
            &[
                ("nothing shown", |frame| page(frame, false, 0)),
                ("one record", |frame| page(frame, false, 1)),
                ("several records", |frame| page(frame, false, 12)),
                ("denied", |frame| page(frame, true, 0)),
            ],
        );
    }
}
