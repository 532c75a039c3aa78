//! Who looked: every look at the visitor's file, refused ones too, and what sources wrote, a page at a time.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_domain::day::Day;
use fairfile_service::Registry;
use fairfile_service::person::{Contents, LookOutcome, LookSpan, LookView, Part, Seen, VisitView};
use i18n_embed_fl::fl;

use super::lines::Line;
use super::words::Words;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// The lines of a page.
const LINES: usize = 50;
/// The same, and one more that tells whether there is a further page.
const LINES_AND_ONE: u32 = 51;

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    /// Every look of somebody else.
    Others,
    Answered,
    Denied,
}

impl Show {
    const ALL: [(Self, &'static str); 4] =
        [(Self::All, "all"), (Self::Others, "others"), (Self::Answered, "answered"), (Self::Denied, "denied")];

    /// How the looks ended that are shown; one whose answer was that there is nothing was answered.
    fn outcomes(self) -> [LookOutcome; 4] {
        let (answered, nothing) = (LookOutcome::Answered, LookOutcome::Nothing);
        match self {
            Self::All => [answered, nothing, LookOutcome::Denied, LookOutcome::Own],
            Self::Others => [answered, nothing, LookOutcome::Denied, LookOutcome::Denied],
            Self::Answered => [answered, nothing, answered, nothing],
            Self::Denied => [LookOutcome::Denied; 4],
        }
    }
}

/// What stands behind the `?` of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Query {
    show: Show,
    year: Option<i16>,
    after: Position,
}

/// Where a page begins: behind the last look and the last writing of the page before. It means nothing to anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    /// Only looks with a smaller number.
    look: u64,
    /// Only writings before this moment and this id.
    writing: (i64, [u8; 16]),
}

impl Position {
    const FIRST: Self = Self { look: i64::MAX as u64, writing: (i64::MAX, [255; 16]) };

    fn written(self) -> String {
        let (at, id) = self.writing;
        URL_SAFE_NO_PAD.encode([&self.look.to_be_bytes()[..], &at.to_be_bytes(), &id].concat())
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (look, rest) = bytes.split_first_chunk::<8>()?;
        let (at, id) = rest.split_first_chunk::<8>()?;
        let look = u64::from_be_bytes(*look);
        // The store's numbers are signed.
        i64::try_from(look).ok()?;
        Some(Self { look, writing: (i64::from_be_bytes(*at), id.try_into().ok()?) })
    }
}

impl Query {
    fn read(query: Option<&str>) -> Result<Self, RequestFault> {
        let mut read = Self { show: Show::All, year: None, after: Position::FIRST };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "show" => {
                    let row = Show::ALL.iter().find(|row| row.1 == value).ok_or(RequestFault::BadQuery)?;
                    read.show = row.0;
                }
                "year" => {
                    let year = value.parse().ok().filter(|year| (1970..=9999).contains(year));
                    read.year = Some(year.ok_or(RequestFault::BadQuery)?);
                }
                "after" => read.after = Position::read(&value).ok_or(RequestFault::BadQuery)?,
                _ => return Err(RequestFault::BadQuery),
            }
        }
        Ok(read)
    }

    fn to(self, frame: &Frame) -> String {
        let mut parts = form_urlencoded::Serializer::new(String::new());
        if let Some(row) = Show::ALL.iter().find(|row| row.0 == self.show).filter(|row| row.0 != Show::All) {
            parts.append_pair("show", row.1);
        }
        if let Some(year) = self.year {
            parts.append_pair("year", &year.to_string());
        }
        if self.after != Position::FIRST {
            parts.append_pair("after", &self.after.written());
        }
        let query = parts.finish();
        let path = frame.to("/my/looks");
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The moments between which the lines lie: from the first, before the second.
    fn bounds(self, reg: &Registry) -> (i64, i64) {
        let begins = |year: i16| Day::new(year, 1, 1).map(|day| day.begins_in(&reg.zone).unix_micros());
        match self.year {
            None => (0, i64::MAX),
            Some(year) => (begins(year).unwrap_or(i64::MAX), begins(year.saturating_add(1)).unwrap_or(i64::MAX)),
        }
    }
}

/// A link of the filter.
struct Choice {
    words: String,
    to: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "person/looks.html")]
struct Page {
    frame: Frame,
    shows: Vec<Choice>,
    years: Vec<Choice>,
    lines: Vec<Line>,
    /// How many looks there are in all: the number of the newest.
    looks: u64,
    is_first_page: bool,
    is_filtered: bool,
    newest: String,
    further: Option<String>,
}

/// `GET /{language}/my/looks`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let query = Query::read(call.parts.uri.query())?;
    let (from, until) = query.bounds(call.doors.reg());
    let span = LookSpan { before: query.after.look, from, until, outcomes: query.show.outcomes() };
    let part = Part { contents: Contents::None, looks: Seen::Before(span, LINES_AND_ONE), told: false };
    super::read(call, part, move |reg, view| {
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let (lines, further) = lines(&words, view, query, (from, until));
        let page = Page {
            shows: shows(&frame, query),
            years: years(&words, view, query),
            lines,
            looks: view.file.looks_on_file,
            is_first_page: query.after == Position::FIRST,
            is_filtered: query.show != Show::All || query.year.is_some(),
            newest: Query { after: Position::FIRST, ..query }.to(&frame),
            further: further.map(|after| Query { after, ..query }.to(&frame)),
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

/// What a source did, and when: what stands between the looks.
struct Writing {
    key: (i64, [u8; 16]),
    line: Line,
}

/// The lines of a page, newest first, and where the next page begins if there is one.
///
/// Looks stand in the order of their numbers, which is the chain's; writings stand between them by time. Each page goes on
/// behind the last of both, so that no line is left out or shown twice, whatever comes in between.
fn lines(words: &Words<'_>, view: &VisitView, query: Query, bounds: (i64, i64)) -> (Vec<Line>, Option<Position>) {
    let mut looks = view.file.looks.iter().rev().peekable();
    let mut writings = writings(words, view, query, bounds).into_iter().peekable();
    let (mut lines, mut after) = (Vec::new(), query.after);
    let at = |look: &LookView| look.event["at"].as_i64().unwrap_or_default();
    while lines.len() < LINES {
        let writing = writings.next_if(|writing| looks.peek().is_none_or(|look| at(look) < writing.key.0));
        if let Some(writing) = writing {
            after.writing = writing.key;
            lines.push(writing.line);
        } else if let Some(look) = looks.next() {
            after.look = look.seq;
            lines.push(words.line(look));
        } else {
            return (lines, None);
        }
    }
    let is_last = looks.peek().is_none() && writings.peek().is_none();
    (lines, (!is_last).then_some(after))
}

/// What sources wrote, corrected and took back, newest first, where all lines are shown.
fn writings(words: &Words<'_>, view: &VisitView, query: Query, (from, until): (i64, i64)) -> Vec<Writing> {
    if query.show != Show::All {
        return Vec::new();
    }
    let is_here = |key: (i64, [u8; 16])| key < query.after.writing && (from..until).contains(&key.0);
    let records = view.file.records.iter().filter_map(|shown| {
        let key = (shown.received_at, *shown.on_file.record.as_bytes());
        is_here(key).then(|| Writing { key, line: words.line_of_record(shown) })
    });
    let corrections = view.file.corrections.iter().filter_map(|row| {
        let key = (row.made_at, *row.correction.as_bytes());
        let shown = view.file.records.iter().find(|shown| shown.on_file.record == row.record)?;
        is_here(key).then(|| Writing { key, line: words.line_of_correction(shown, row) })
    });
    let mut writings: Vec<Writing> = records.chain(corrections).collect();
    writings.sort_by_key(|writing| std::cmp::Reverse(writing.key));
    writings
}

fn shows(frame: &Frame, query: Query) -> Vec<Choice> {
    let choice = |(show, _): &(Show, &str)| Choice {
        words: match show {
            Show::All => fl!(frame.words, "looks-show-all"),
            Show::Others => fl!(frame.words, "looks-show-others"),
            Show::Answered => fl!(frame.words, "looks-show-answered"),
            Show::Denied => fl!(frame.words, "looks-show-denied"),
        },
        to: Query { show: *show, after: Position::FIRST, ..query }.to(frame),
        is_current: *show == query.show,
    };
    Show::ALL.iter().map(choice).collect()
}

/// Every year since the first line, newest first; none where all lie in one.
fn years(words: &Words<'_>, view: &VisitView, query: Query) -> Vec<Choice> {
    let received = view.file.records.iter().map(|shown| shown.received_at);
    let first = words.year(received.chain([view.first_look_at]).min().unwrap_or(view.first_look_at));
    let last = words.year(view.file.read_at.unix_micros());
    if first >= last && query.year.is_none() {
        return Vec::new();
    }
    let choice = |year: Option<i16>| Choice {
        words: year.map_or_else(|| fl!(words.frame.words, "looks-every-year"), |year| year.to_string()),
        to: Query { year, after: Position::FIRST, ..query }.to(words.frame),
        is_current: year == query.year,
    };
    std::iter::once(None).chain((first..=last).rev().map(Some)).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written_and_nothing_else_is() {
        let position = Position { look: 17, writing: (1_234, [7; 16]) };
        for position in [position, Position::FIRST] {
            assert_eq!(Position::read(&position.written()), Some(position));
        }
        let too_far = URL_SAFE_NO_PAD.encode([255; 32]);
        for text in ["", "17", "!", &"A".repeat(44), &too_far] {
            assert_eq!(Position::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_query_names_what_is_shown_or_is_refused() {
        let plain = Query { show: Show::All, year: None, after: Position::FIRST };
        assert_eq!(Query::read(None).ok(), Some(plain));
        let asked = Query::read(Some("show=denied&year=2026")).ok();
        assert_eq!(asked, Some(Query { show: Show::Denied, year: Some(2026), ..plain }));
        for query in ["show=", "year=1", "year=20260", "after=", "page=2", "show=denied&x"] {
            assert!(Query::read(Some(query)).is_err(), "{query}");
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{look, own, text};
    use crate::pages::samples::hold;

    fn page(frame: Frame, is_filtered: bool, lines: Vec<Line>) -> Page {
        let choice = |is_current| Choice { words: text(), to: "?show=all".to_owned(), is_current };
        let further = (!lines.is_empty()).then(|| "?after=3".to_owned());
        let years = if lines.is_empty() { Vec::new() } else { vec![choice(true), choice(false)] };
        let shows = vec![choice(true), choice(false)];
        let is_first_page = lines.is_empty();
        Page { frame, shows, years, lines, looks: 3, is_first_page, is_filtered, newest: "?".to_owned(), further }
    }

    #[test]
    fn from_no_look_to_a_page_in_the_middle() {
        hold(
            "person/looks.html",
            &[
                ("empty", |frame| page(frame, false, Vec::new())),
                ("nothing of this kind", |frame| page(frame, true, Vec::new())),
                ("full", |frame| page(frame, false, vec![look(true), look(false), own()])),
            ],
        );
    }
}
