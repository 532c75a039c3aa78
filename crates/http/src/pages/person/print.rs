//! The whole file for paper: everything in it, with a foot that says what it is and where it can be checked.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::identifier::masked;
use fairfile_service::Shown;
use fairfile_service::person::{Contents, Part, Seen};
use i18n_embed_fl::fl;
use qrcode::{Color, QrCode};

use super::cards::Card;
use super::lines::Line;
use super::told;
use super::words::{Moment, Words};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// A record with everything that the pages say of it, for paper has no links.
struct Whole {
    card: Card,
    /// Each member that was shown it, and what became of what it was told.
    told: Vec<(String, Vec<String>)>,
}

/// A square code (ISO/IEC 18004) as the path of a drawing in which each of its squares is one unit.
struct SquareCode {
    side: usize,
    path: String,
}

impl SquareCode {
    /// The code of an address; nothing of one that is too long for any.
    fn of(address: &str) -> Option<Self> {
        let code = QrCode::new(address).ok()?;
        let side = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
        let path = dark.map(|(place, _)| format!("M{} {}h1v1h-1z", place % side, place / side)).collect();
        Some(Self { side, path })
    }
}

#[derive(Template)]
#[template(path = "person/print.html")]
struct Page {
    frame: Frame,
    name: String,
    number: String,
    records: Vec<Whole>,
    lines: Vec<Line>,
    /// How many looks are older than those on the sheet.
    earlier: i64,
    /// When the file was opened.
    read: Moment,
    /// The visit under which it was read: its number in the file, and in the journal.
    look: u64,
    leaf: u64,
    /// Where the signed copy can be checked.
    verify: String,
    /// The same for a telephone.
    code: Option<SquareCode>,
}

/// `GET /{language}/my/copy/print`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let verify = [call.origin(), &frame.to("/verify")].concat();
    let part = Part { contents: Contents::All, looks: Seen::Newest, told: true };
    super::read(call, part, move |reg, view| {
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let identity = |name: &str| view.file.identity.get(name).map(String::as_str).unwrap_or_default();
        let lines = words.lines();
        let page = Page {
            name: identity("name").to_owned(),
            number: masked(identity("identifier")),
            records: words.view.records.iter().rev().map(|shown| whole(&words, shown)).collect(),
            earlier: view.file.looks_on_file.saturating_sub(lines.len() as u64) as i64,
            lines,
            read: words.moment(view.file.read_at.unix_micros()),
            look: view.number,
            leaf: view.leaf,
            code: SquareCode::of(&verify),
            verify,
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

fn whole(words: &Words<'_>, shown: &Shown) -> Whole {
    Whole { card: words.card(shown), told: told::in_lines(words, shown.on_file.record) }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{gone, look, moment, own, record, text};
    use crate::pages::samples::hold;

    fn page(frame: Frame, cards: Vec<Card>, lines: Vec<Line>) -> Page {
        let told = || vec![(text(), Vec::new()), (text(), vec![text(), text()])];
        let records: Vec<Whole> = cards.into_iter().map(|card| Whole { card, told: told() }).collect();
        let earlier = if lines.len() > 1 { 400 } else { 0 };
        Page {
            frame,
            name: text(),
            number: "5301 **** **** **4418".to_owned(),
            records,
            lines,
            earlier,
            read: moment(),
            look: 3,
            leaf: 700,
            verify: "https://lanhe.example/en/verify".to_owned(),
            code: SquareCode::of("https://lanhe.example/en/verify"),
        }
    }

    #[test]
    fn a_square_code_says_the_address_and_no_code_is_too_long() {
        let code = SquareCode::of("https://lanhe.example/en/verify").expect("a code");
        assert!(code.side >= 21 && code.path.starts_with("M0 0h1v1h-1zM1 0"), "its corner is dark: {}", code.side);
        assert!(SquareCode::of(&"a".repeat(8_000)).is_none());
    }

    #[test]
    fn a_short_sheet_and_a_long_one() {
        hold(
            "person/print.html",
            &[
                ("empty", |frame| page(frame, Vec::new(), vec![own()])),
                ("full", |frame| page(frame, vec![record(1), gone()], vec![look(true), look(false), own()])),
            ],
        );
    }
}
