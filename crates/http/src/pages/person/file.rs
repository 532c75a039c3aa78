//! The file: every record about the visitor, newest first, and how to take it away.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::identifier::masked;
use fairfile_domain::record::RecordState;
use fairfile_service::person::{Contents, FileView, Part, Seen};
use i18n_embed_fl::fl;

use super::cards::Card;
use super::lines::Line;
use super::words::{Link, Words};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::sessions::Who;

/// From how many records on a page has links to its years.
const MANY: usize = 20;

#[derive(Template)]
#[template(path = "person/file.html")]
struct File {
    frame: Frame,
    name: String,
    number: String,
    /// Whether the three facts of a first visit stand above all else.
    shows_facts: bool,
    /// What others are shown or will be.
    current: Vec<Card>,
    /// What has ended, and nobody else is shown.
    over: Vec<Card>,
    /// How many of these have ended, were taken back and are destroyed, each in a sentence.
    over_counts: Vec<String>,
    /// Links to the years, where there are many records.
    years: Vec<Link>,
    /// The latest look of somebody else.
    last: Option<Line>,
}

impl File {
    fn records(&self) -> i64 {
        (self.current.len() + self.over.len()) as i64
    }
}

/// What somebody sees about whom nothing is on file.
#[derive(Template)]
#[template(path = "person/unfiled.html")]
struct Unfiled {
    frame: Frame,
}

/// `GET /{language}/my`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    if let Who::Unfiled(_) = SignedIn::of(call)?.session.who {
        let page = Unfiled { frame: Frame::of(call) };
        return page.frame.answer(StatusCode::OK, &page);
    }
    let has_read_facts = SignedIn::at_own_file(call)?.0.session.has_read_facts;
    let frame = Frame::of(call);
    let part = Part { contents: Contents::All, looks: Seen::LatestOfOthers, told: true };
    super::read(call, part, move |reg, view| {
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let identity = |name: &str| view.file.identity.get(name).map(String::as_str).unwrap_or_default();
        let (over, mut current): (Vec<Card>, Vec<Card>) = words.cards().into_iter().partition(|card| card.is_over);
        let years = if current.len() > MANY { anchored_years(&mut current) } else { Vec::new() };
        let page = File {
            over_counts: over_counts(&frame, &view.file, over.len()),
            name: identity("name").to_owned(),
            number: masked(identity("identifier")),
            shows_facts: view.is_first && !has_read_facts,
            last: words.lines().into_iter().next(),
            current,
            over,
            years,
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

/// What became of the `over` records that nobody else is shown, in words; one that has ended can still be read by the person.
fn over_counts(frame: &Frame, view: &FileView, over: usize) -> Vec<String> {
    let of = |state| view.records.iter().filter(|shown| shown.on_file.state == state).count();
    let (withdrawn, destroyed) = (of(RecordState::Withdrawn), of(RecordState::Destroyed));
    let ended = over.saturating_sub(withdrawn + destroyed);
    let [ended, withdrawn, destroyed] = [ended, withdrawn, destroyed].map(|count| count as i64);
    let sentences = [
        (ended, fl!(frame.words, "my-over-count", count = ended)),
        (withdrawn, fl!(frame.words, "my-withdrawn-count", count = withdrawn)),
        (destroyed, fl!(frame.words, "my-destroyed-count", count = destroyed)),
    ];
    sentences.into_iter().filter(|row| row.0 > 0).map(|row| row.1).collect()
}

/// Gives the first record of each year a place to which a link leads, and the links.
fn anchored_years(cards: &mut [Card]) -> Vec<Link> {
    let (mut years, mut latest) = (Vec::new(), None);
    for card in cards {
        if latest != Some(card.year) {
            latest = Some(card.year);
            card.anchor = Some(format!("y{}", card.year));
            years.push(Link { words: card.year.to_string(), to: format!("#y{}", card.year) });
        }
    }
    years
}

/// `POST /{language}/my/facts`: the facts of a first visit were read. Nothing is journaled; the session remembers it.
pub(super) async fn note_facts_read(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, _) = SignedIn::at_own_file(call)?;
    Fields::read_own(call, &visitor, body).await?;
    call.doors.sessions().note_facts_read(&call.doors.token_hash(&visitor.token));
    to_page(&Frame::of(call).to("/my"))
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{gone, link, look, record, text};
    use crate::pages::samples::hold;

    fn file(frame: Frame, shows_facts: bool, current: Vec<Card>, over: Vec<Card>) -> File {
        let years = if current.len() > 1 { vec![link(), link()] } else { Vec::new() };
        let last = (!current.is_empty()).then(|| look(false));
        File {
            frame,
            name: text(),
            number: "5301 **** **** **4418".to_owned(),
            shows_facts,
            current,
            over_counts: over.iter().map(|_| text()).collect(),
            over,
            years,
            last,
        }
    }

    #[test]
    fn from_nothing_on_file_to_many_records() {
        hold(
            "person/file.html",
            &[
                ("empty", |frame| file(frame, true, Vec::new(), Vec::new())),
                ("all over", |frame| file(frame, false, Vec::new(), vec![gone()])),
                ("full", |frame| file(frame, true, vec![record(1), record(2)], vec![gone(), record(3)])),
            ],
        );
    }

    #[test]
    fn of_somebody_about_whom_nothing_is_on_file() {
        hold("person/unfiled.html", &[("empty", |frame| Unfiled { frame })]);
    }
}
