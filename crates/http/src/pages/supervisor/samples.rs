//! The draws, how they are made, and the form that announces one.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_service::supervisor::{Announcement, DrawError, DrawOnFile, MOST_LOOKS, announce_draw, list_draws};
use i18n_embed_fl::fl;

use super::at_work;
use super::journal::instant;
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// A draw of the list.
struct Row {
    to: String,
    draw: String,
    announced: String,
    state: String,
}

/// What was typed to announce a draw.
#[derive(Default)]
struct Typed {
    fingerprint: String,
    looks: String,
}

#[derive(Template)]
#[template(path = "supervisor/samples.html")]
struct Samples {
    frame: Frame,
    rows: Vec<Row>,
    typed: Typed,
    most: i64,
    form_key: String,
    /// What is wrong: the field's name, and a sentence.
    errors: Vec<(&'static str, String)>,
}

impl Samples {
    /// Whether something is wrong with what was typed into `field`.
    fn is_wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|(known, _)| *known == field)
    }
}

/// `GET /{language}/supervision/samples`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::supervisor(call)?;
    page(call, Typed { looks: "5".to_owned(), ..Typed::default() }, Vec::new()).await
}

async fn page(call: &Call<'_>, typed: Typed, errors: Vec<(&'static str, String)>) -> Result<Response, Problem> {
    let draws = call.doors.blocking(|reg| list_draws(reg)).await??;
    let frame = Frame::of(call);
    let at = |micros: i64| Instant::from_unix_micros(micros).map(|at| instant(&frame, call, at)).unwrap_or_default();
    let row = |draw: &DrawOnFile| Row {
        to: frame.to(&format!("/supervision/samples/{}", draw.draw)),
        draw: draw.draw.to_string(),
        announced: at(draw.announced_at),
        state: match &draw.made {
            Some(made) => fl!(frame.words, "draw-state-made", at = at(made.at)),
            None => fl!(frame.words, "draw-state-announced"),
        },
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Samples {
        rows: draws.iter().map(row).collect(),
        typed,
        most: i64::from(MOST_LOOKS),
        form_key: frame.form_key.clone(),
        errors,
        frame,
    };
    page.frame.answer(status, &page)
}

#[derive(Template)]
#[template(path = "supervisor/announce.html")]
struct Sure {
    frame: Frame,
    typed: Typed,
    form_key: String,
}

/// `POST /{language}/supervision/samples`: shows what would be announced, and with `sure` announces it.
pub(crate) async fn announce(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, by) = at_work(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let words = Frame::of(call).words;
    let (fingerprint, looks) = (read_fingerprint(fields.text("fingerprint")), fields.text("looks").parse::<u32>().ok());
    let looks = looks.filter(|looks| (1..=MOST_LOOKS).contains(looks));
    let typed = Typed { fingerprint: fields.text("fingerprint").to_owned(), looks: fields.text("looks").to_owned() };
    let (Some(fingerprint), Some(looks)) = (fingerprint, looks) else {
        let mut errors = Vec::new();
        if fingerprint.is_none() {
            errors.push(("fingerprint", fl!(words, "draw-bad-fingerprint")));
        }
        if looks.is_none() {
            errors.push(("looks", fl!(words, "draw-bad-looks", most = i64::from(MOST_LOOKS))));
        }
        return page(call, typed, errors).await;
    };
    if !fields.is_ticked("sure") {
        let frame = Frame::of(call);
        // The same key: sent twice from here, it is announced once.
        let page = Sure { typed, form_key: fields.key().to_owned(), frame };
        return page.frame.answer(StatusCode::OK, &page);
    }
    let new = Announcement { by, fingerprint, looks, once: fields.key().to_owned() };
    match call.doors.blocking(move |reg| announce_draw(reg, &new)).await? {
        Ok(draw) => to_page(&Frame::of(call).to(&format!("/supervision/samples/{draw}"))),
        Err(DrawError::Reused) => page(call, typed, vec![("fingerprint", fl!(words, "draw-reused"))]).await,
        Err(DrawError::Registry(error)) => Err(error.into()),
        Err(error @ (DrawError::Looks | DrawError::Unknown | DrawError::OtherWords)) => Err(Problem::failed(&error)),
    }
}

/// 64 hexadecimal digits, capital or small, as the programs print them.
fn read_fingerprint(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod states {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn typed() -> Typed {
        Typed { fingerprint: text(), looks: text() }
    }

    fn samples(frame: Frame, rows: usize) -> Samples {
        let row = |_| Row { to: "/en/x".to_owned(), draw: text(), announced: text(), state: text() };
        let typed = Typed { fingerprint: String::new(), looks: String::new() };
        Samples { frame, rows: (0..rows).map(row).collect(), typed, most: 200, form_key: text(), errors: Vec::new() }
    }

    #[test]
    fn from_no_draw_to_one_that_cannot_be_announced() {
        hold(
            "supervisor/samples.html",
            &[
                ("empty", |frame| samples(frame, 0)),
                ("one", |frame| samples(frame, 1)),
                ("full", |frame| samples(frame, 3)),
                ("error", |frame| Samples {
                    typed: typed(),
                    errors: vec![("fingerprint", text()), ("looks", text())],
                    ..samples(frame, 1)
                }),
                ("one thing wrong", |frame| Samples {
                    typed: typed(),
                    errors: vec![("looks", text())],
                    ..samples(frame, 0)
                }),
            ],
        );
        hold("supervisor/announce.html", &[("full", |frame| Sure { frame, typed: typed(), form_key: text() })]);
    }
}
