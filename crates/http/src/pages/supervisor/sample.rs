//! One draw: what was announced, the form that tells its words, and the looks that were drawn, without their persons.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{DrawId, PurposeCode};
use fairfile_service::supervisor::{
    Asked, DrawError, Drawn, DrawnLook, Entry, MOST_WORDS, Outcome, find_draw, fits, make_draw,
};

use i18n_embed_fl::fl;

use super::at_work;
use super::journal::instant;
use super::late::member_name;
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::journal::counted;
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// A look that was drawn.
struct Row {
    entry: String,
    at: String,
    who: String,
    purpose: String,
    case: String,
    outcome: String,
}

/// What came of a draw.
struct Made {
    at: String,
    by: String,
    words: String,
    seed: String,
    rows: Vec<Row>,
    /// Looks that were drawn and cannot be told of, in words.
    notes: Vec<String>,
    /// How many entries were drawn and are no looks at all, and which.
    passed: i64,
    passed_entries: String,
    /// Whether fewer looks were found than were wanted.
    is_short: bool,
}

#[derive(Template)]
#[template(path = "supervisor/sample.html")]
struct Sample {
    frame: Frame,
    draw: String,
    announced: String,
    by: String,
    fingerprint: String,
    looks: String,
    entries: String,
    root: String,
    made: Option<Made>,
    form_key: String,
    typed: String,
    error: Option<String>,
}

/// The draw that an address names, `back` parts before its end.
fn draw_of(call: &Call<'_>, back: usize) -> Result<DrawId, Problem> {
    let part = call.parts.uri.path().rsplit('/').nth(back).unwrap_or_default();
    part.parse().map_err(|_| RequestFault::NotFound.into())
}

fn problem(error: DrawError) -> Problem {
    match error {
        DrawError::Unknown => RequestFault::NotFound.into(),
        DrawError::Registry(error) => error.into(),
        DrawError::Looks | DrawError::Reused | DrawError::OtherWords => Problem::failed(&error),
    }
}

/// `GET /{language}/supervision/samples/{draw}`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    page(call, draw_of(call, 0)?, String::new(), None).await
}

async fn page(call: &Call<'_>, id: DrawId, typed: String, error: Option<String>) -> Result<Response, Problem> {
    let found = call.doors.blocking(move |reg| find_draw(reg, id)).await?.map_err(problem)?;
    let frame = Frame::of(call);
    let at = |micros: i64| Instant::from_unix_micros(micros).map(|at| instant(&frame, call, at)).unwrap_or_default();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Sample {
        draw: found.on_file.draw.to_string(),
        announced: at(found.on_file.announced_at),
        by: found.on_file.announced_by.as_str().to_owned(),
        fingerprint: hex::encode(found.on_file.fingerprint),
        looks: found.on_file.looks.to_string(),
        entries: counted(found.on_file.leaf),
        root: hex::encode(found.root),
        made: made(&frame, call, &found),
        form_key: frame.form_key.clone(),
        typed,
        error,
        frame,
    };
    page.frame.answer(status, &page)
}

fn made(frame: &Frame, call: &Call<'_>, found: &Drawn) -> Option<Made> {
    let (made, (seed, entries)) = found.on_file.made.as_ref().zip(found.sample.as_ref())?;
    let (mut rows, mut notes, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    for (number, entry) in entries {
        let number = counted(*number);
        match entry {
            Entry::Look(look) => rows.extend(row(frame, call, number, look)),
            Entry::Own => notes.push(fl!(frame.words, "draw-entry-own", entry = number)),
            Entry::Closed => notes.push(fl!(frame.words, "draw-entry-closed", entry = number)),
            Entry::Other => passed.push(number),
        }
    }
    let at = Instant::from_unix_micros(made.at).map(|at| instant(frame, call, at)).unwrap_or_default();
    Some(Made {
        at,
        by: made.by.as_str().to_owned(),
        words: made.words.clone(),
        seed: hex::encode(seed),
        is_short: u32::try_from(rows.len()).is_ok_and(|found_looks| found_looks < found.on_file.looks),
        rows,
        notes,
        passed: i64::try_from(passed.len()).unwrap_or(i64::MAX),
        passed_entries: passed.join(frame.language.pick("; ", "；")),
    })
}

fn row(frame: &Frame, call: &Call<'_>, entry: String, look: &DrawnLook) -> Option<Row> {
    let Asked { officer, member, case, purpose } = look.asked.as_ref()?;
    let words = frame.words;
    let catalog = call.doors.reg().catalog();
    let known = purpose.parse::<PurposeCode>().ok();
    let known = known.as_ref().and_then(|code| catalog.purpose(code));
    let outcome = match look.outcome {
        Outcome::Answered => fl!(words, "statistics-answered"),
        Outcome::Nothing => fl!(words, "statistics-nothing"),
        Outcome::Denied => {
            fl!(words, "draw-denied", code = look.refusal.clone().unwrap_or_default())
        }
        Outcome::Own => return None,
    };
    let member = member_name(frame, call, member);
    Some(Row {
        entry,
        at: Instant::from_unix_micros(look.at).map(|at| instant(frame, call, at)).unwrap_or_default(),
        who: fl!(words, "draw-officer", member = member, officer = officer.as_str()),
        purpose: known.map_or_else(|| purpose.clone(), |known| frame.language.of(&known.title).to_owned()),
        case: case.clone(),
        outcome,
    })
}

#[derive(Template)]
#[template(path = "supervisor/draw.html")]
struct Sure {
    frame: Frame,
    draw: String,
    words: String,
    form_key: String,
}

/// `POST /{language}/supervision/samples/{draw}`: shows the words that would be told, and with `sure` draws.
pub(crate) async fn draw(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, by) = at_work(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let (id, words) = (draw_of(call, 0)?, fields.text("words").to_owned());
    let typed = words.clone();
    let is_sure = fields.is_ticked("sure");
    let done = call
        .doors
        .blocking(move |reg| if is_sure { make_draw(reg, &by, id, &words) } else { fits(reg, id, &words).map(drop) });
    match done.await? {
        Ok(()) if is_sure => to_page(&Frame::of(call).to(&format!("/supervision/samples/{id}"))),
        Ok(()) => {
            let frame = Frame::of(call);
            let page = Sure { draw: id.to_string(), words: typed, form_key: fields.key().to_owned(), frame };
            page.frame.answer(StatusCode::OK, &page)
        }
        Err(DrawError::OtherWords) => {
            let most = i64::try_from(MOST_WORDS).unwrap_or(i64::MAX);
            let error = fl!(Frame::of(call).words, "draw-other-words", most = most);
            page(call, id, typed, Some(error)).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// `GET /{language}/supervision/samples/{draw}/receipt`: the proof that the draw, or its announcement, is in the journal.
pub(crate) async fn receipt(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    let id = draw_of(call, 1)?;
    let work = call.doors.blocking(move |reg| {
        let on_file = find_draw(reg, id).map_err(problem)?.on_file;
        let leaf = on_file.made.map_or(on_file.leaf, |made| made.leaf);
        Ok::<_, Problem>(reg.receipt_at(leaf)?)
    });
    let receipt = work.await??;
    let receipt = receipt.to_json().map_err(|error| Problem::failed(&error))?;
    let mut response = response::bytes(StatusCode::OK, "application/json", Keep::Never, receipt);
    let name = format!("attachment; filename=\"{id}.json\"");
    let name = HeaderValue::from_str(&name).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn sample(frame: Frame, made: Option<Made>) -> Sample {
        Sample {
            frame,
            draw: "drw_1".to_owned(),
            announced: text(),
            by: text(),
            fingerprint: text(),
            looks: "40".to_owned(),
            entries: "1,204".to_owned(),
            root: text(),
            made,
            form_key: text(),
            typed: String::new(),
            error: None,
        }
    }

    fn made(rows: usize, others: usize) -> Made {
        let row = |_| Row {
            entry: "512".to_owned(),
            at: text(),
            who: text(),
            purpose: text(),
            case: text(),
            outcome: text(),
        };
        Made {
            at: text(),
            by: text(),
            words: text(),
            seed: text(),
            rows: (0..rows).map(row).collect(),
            notes: vec![text(); others],
            passed: others as i64,
            passed_entries: text(),
            is_short: rows < 3,
        }
    }

    #[test]
    fn a_draw_from_its_announcement_to_its_looks() {
        hold(
            "supervisor/sample.html",
            &[
                ("announced", |frame| sample(frame, None)),
                ("error", |frame| Sample { typed: text(), error: Some(text()), ..sample(frame, None) }),
                ("no look", |frame| sample(frame, Some(made(0, 0)))),
                ("one look", |frame| sample(frame, Some(made(1, 1)))),
                ("full", |frame| sample(frame, Some(made(3, 2)))),
            ],
        );
        hold(
            "supervisor/draw.html",
            &[("full", |frame| Sure { frame, draw: "drw_1".to_owned(), words: text(), form_key: text() })],
        );
    }
}
