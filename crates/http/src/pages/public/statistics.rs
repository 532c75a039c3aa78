//! How much, never who: looks, reasons, rows and notices by month, purpose and member, with the numbers as a file.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_domain::id::{MemberCode, PurposeCode};
use fairfile_domain::statistics::Published;
use fairfile_service::statistics::{By, Measure, Row, Section, Statistic, Statistics};
use i18n_embed_fl::fl;

use super::Link;
use crate::caller::Call;
use crate::pages::citation::month;
use crate::pages::frame::{Frame, Theme};
use crate::pages::person::words::why_denied;
use crate::pages::plot::{Bar, BarTable, Line, LinePlot, MonthName, Said, said};
use crate::pages::words::Words;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

#[derive(Template)]
#[template(path = "public/statistics.html")]
struct List {
    frame: Frame,
    /// Each statistic with what it counts.
    statistics: Vec<(Link, String)>,
}

/// `GET /{language}/statistics`
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let row = |statistic: Statistic| {
        let to = frame.to(&format!("/statistics/{}", statistic.code()));
        let (words, definition) = named(frame.words, statistic);
        (Link { words, to }, definition)
    };
    let page = List { statistics: Statistic::ALL.into_iter().map(row).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "public/statistic.html")]
struct One {
    frame: Frame,
    title: String,
    definition: String,
    /// What is not said, and why.
    hidden: String,
    until: String,
    csv: String,
    lines: Option<LinePlot>,
    /// Each table with its heading.
    tables: Vec<(String, BarTable)>,
}

/// `GET /{language}/statistics/{statistic}`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let statistic = Statistic::find(call.last()).ok_or(RequestFault::NotFound)?;
    let counted_now = count(call).await?;
    let frame = Frame::of(call);
    let (title, definition) = named(frame.words, statistic);
    let sections = counted_now.sections(statistic);
    let lines = sections
        .iter()
        .find(|section| section.by == By::Month)
        .map(|section| plot(&frame, statistic, section, counted_now.until));
    let others = sections.iter().filter(|section| section.by != By::Month);
    let page = One {
        title,
        definition,
        hidden: hidden(frame.words, statistic),
        until: frame.day(counted_now.until),
        csv: address(statistic),
        lines,
        tables: others.map(|section| table(&frame, call, statistic, section)).collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// The figures up to the end of yesterday; counted anew when a day has passed.
pub(crate) async fn count(call: &Call<'_>) -> Result<Arc<Statistics>, Problem> {
    Ok(call.doors.blocking(|reg| Statistics::of(reg)).await??)
}

/// Where the numbers are as a file.
pub(crate) fn address(statistic: Statistic) -> String {
    format!("/statistics/{}.csv", statistic.code())
}

/// `GET /statistics/{statistic}`: the numbers of `x.csv`; what is no file's name is sent on to its page.
pub(crate) async fn file(call: &Call<'_>) -> Result<Response, Problem> {
    let Some(name) = call.last().strip_suffix(".csv") else { return crate::pages::redirect(call) };
    let statistic = Statistic::find(name).ok_or(RequestFault::NotFound)?;
    let text = count(call).await?.csv(statistic);
    let mut response = response::bytes(StatusCode::OK, "text/csv; charset=utf-8; header=present", Keep::AMinute, text);
    let name = format!("attachment; filename=\"{}.csv\"", statistic.code());
    let name = HeaderValue::from_str(&name).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// What a statistic is called, and what it counts.
pub(crate) fn named(words: &Words, statistic: Statistic) -> (String, String) {
    match statistic {
        Statistic::Intake => (fl!(words, "statistics-intake"), fl!(words, "statistics-intake-text")),
        Statistic::Looks => (fl!(words, "statistics-looks"), fl!(words, "statistics-looks-text")),
        Statistic::Refusals => (fl!(words, "statistics-refusals"), fl!(words, "statistics-refusals-text")),
        Statistic::Notices => (fl!(words, "statistics-notices"), fl!(words, "statistics-notices-text")),
    }
}

/// Which counts of a statistic are not said, as the rule is.
pub(crate) fn hidden(words: &Words, statistic: Statistic) -> String {
    match statistic {
        Statistic::Looks | Statistic::Intake => {
            [fl!(words, "statistics-hidden"), fl!(words, "statistics-empty-month")].join(" ")
        }
        Statistic::Refusals => fl!(words, "statistics-hidden"),
        Statistic::Notices => [fl!(words, "statistics-hidden-duties"), fl!(words, "statistics-empty-month")].join(" "),
    }
}

/// What a column counts, in words.
pub(crate) fn measured(words: &Words, measure: Measure) -> String {
    match measure {
        Measure::Answered => fl!(words, "statistics-answered"),
        Measure::Nothing => fl!(words, "statistics-nothing"),
        Measure::Denied => fl!(words, "statistics-denied"),
        Measure::Accepted => fl!(words, "statistics-accepted"),
        Measure::Rejected => fl!(words, "statistics-rejected"),
        Measure::Duplicate => fl!(words, "statistics-duplicate"),
        Measure::Waiting => fl!(words, "statistics-waiting"),
        Measure::InTime => fl!(words, "statistics-in-time"),
        Measure::Late => fl!(words, "statistics-late"),
        Measure::OpenLate => fl!(words, "statistics-open-late"),
    }
}

/// The line over months of a statistic.
pub(crate) fn plot(frame: &Frame, statistic: Statistic, section: &Section, until: Day) -> LinePlot {
    let words = frame.words;
    let name = |row: &Row| match row.of.parse() {
        Ok(known) => month(frame.language, known),
        Err(_) => MonthName { long: row.of.clone(), short: row.of.clone() },
    };
    let months: Vec<MonthName> = section.rows.iter().map(name).collect();
    let latest = months.last().map(|month| month.long.clone()).unwrap_or_default();
    let line = |(place, measure): (usize, &Measure)| {
        let counts: Vec<Published> = section.rows.iter().filter_map(|row| row.counts.get(place)).copied().collect();
        Line::counts(words, measured(words, *measure), &counts)
    };
    let text = Said {
        id: statistic.code(),
        headline: finding(words, statistic, section, &latest),
        subtitle: fl!(words, "statistics-by-month-text", month = latest.as_str(), day = frame.day(until)),
        months: fl!(words, "statistics-month"),
        csv: address(statistic),
    };
    LinePlot::new(words, text, months, section.measures.iter().enumerate().map(line).collect())
}

/// The finding over a plot: what the latest month has come to.
fn finding(words: &Words, statistic: Statistic, section: &Section, month: &str) -> String {
    let last = section.rows.last();
    let count = |measure: Measure| {
        let place = section.measures.iter().position(|known| *known == measure);
        let count = place.and_then(|place| last?.counts.get(place).copied());
        said(words, count.unwrap_or(Published::Few))
    };
    let (one, two) = match statistic {
        Statistic::Looks | Statistic::Refusals => (Measure::Answered, Measure::Denied),
        Statistic::Intake => (Measure::Accepted, Measure::Rejected),
        Statistic::Notices => (Measure::InTime, Measure::OpenLate),
    };
    let (one, two) = (count(one), count(two));
    match statistic {
        Statistic::Looks | Statistic::Refusals => {
            fl!(words, "statistics-looks-finding", month = month, answered = one, denied = two)
        }
        Statistic::Intake => fl!(words, "statistics-intake-finding", month = month, accepted = one, rejected = two),
        Statistic::Notices => fl!(words, "statistics-notices-finding", month = month, time = one, late = two),
    }
}

/// A table of a statistic with its heading.
pub(crate) fn table(frame: &Frame, call: &Call<'_>, statistic: Statistic, section: &Section) -> (String, BarTable) {
    let words = frame.words;
    let (heading, first) = match section.by {
        By::Month => (fl!(words, "statistics-by-month"), fl!(words, "statistics-month")),
        By::Purpose => (fl!(words, "statistics-by-purpose"), fl!(words, "statistics-purpose")),
        By::Member => (fl!(words, "statistics-by-member"), fl!(words, "statistics-member")),
        By::Refusal => (fl!(words, "statistics-by-reason"), fl!(words, "statistics-reason")),
    };
    let mut heads = vec![first];
    heads.extend(section.measures.iter().map(|measure| measured(words, *measure)));
    // Of a member's duties all is said or nothing, so that its bar can be a share; every other bar is held against others.
    let largest = match statistic {
        Statistic::Looks | Statistic::Refusals | Statistic::Intake => {
            Some(section.rows.iter().filter_map(|row| row.counts.first()?.count()).max().unwrap_or(0))
        }
        Statistic::Notices => None,
    };
    let mut rows: Vec<Bar> = section.rows.iter().map(|row| bar(frame, call, section, row, largest)).collect();
    if section.by == By::Member {
        // By name, as each language orders it, and never by result.
        rows.sort_by(|one, other| one.name.cmp(&other.name));
    }
    let first_measure = section.measures.first().map(|measure| measured(words, *measure)).unwrap_or_default();
    let caption = match statistic {
        Statistic::Refusals | Statistic::Looks | Statistic::Intake => {
            fl!(words, "statistics-caption-largest", first = first_measure)
        }
        Statistic::Notices => fl!(words, "statistics-caption-share", first = first_measure),
    };
    (heading, BarTable::new(words, caption, heads, rows))
}

fn bar(frame: &Frame, call: &Call<'_>, section: &Section, row: &Row, largest: Option<u64>) -> Bar {
    let (name, to) = subject(frame, call, section.by, &row.of);
    let cells = row.counts.iter().map(|count| said(frame.words, *count)).collect();
    let all = row.counts.iter().try_fold(0_u64, |all, count| Some(all.saturating_add(count.count()?)));
    let part = row.counts.first().and_then(|count| count.count()).zip(largest.or(all));
    Bar { name, to, cells, part }
}

/// What a row is about, and where its page is.
fn subject(frame: &Frame, call: &Call<'_>, by: By, code: &str) -> (String, Option<String>) {
    let reg = call.doors.reg();
    match by {
        By::Month => (code.to_owned(), None),
        By::Member => {
            let directory = reg.directory();
            let member = code.parse::<MemberCode>().ok().and_then(|code| directory.members.get(&code).cloned());
            let name = member.map_or_else(|| code.to_owned(), |member| frame.language.of(&member.title).to_owned());
            (name, Some(frame.to(&format!("/members/{code}"))))
        }
        By::Purpose => {
            let catalog = reg.catalog();
            let known = code.parse::<PurposeCode>().ok();
            match known.as_ref().and_then(|code| catalog.purpose(code)) {
                Some(purpose) => {
                    let name = frame.language.of(&purpose.title).to_owned();
                    (name, Some(frame.to(&format!("/purposes/{code}"))))
                }
                None => (fl!(frame.words, "statistics-no-purpose"), None),
            }
        }
        By::Refusal => {
            let why = match code {
                "D009" => fl!(frame.words, "statistics-no-consent"),
                other => why_denied(frame, other),
            };
            (format!("{code} {}", why.trim_end_matches(['.', '。'])), Some(frame.to(&format!("/problems/{code}"))))
        }
    }
}

/// A member's own figures of the last twelve months, each with what it counts.
pub(crate) fn of_member(words: &Words, all: &Statistics, member: &str) -> Vec<(String, Vec<(String, String)>)> {
    let figures = |statistic: Statistic| {
        let (section, row) = all.of_member(statistic, member)?;
        let cells = section.measures.iter().zip(&row.counts);
        let cells = cells.map(|(measure, count)| (measured(words, *measure), said(words, *count))).collect();
        Some((named(words, statistic).0, cells))
    };
    [Statistic::Looks, Statistic::Intake, Statistic::Notices].into_iter().filter_map(figures).collect()
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn text() -> String {
        WRITTEN.to_owned()
    }

    fn one(frame: Frame, tables: Vec<(String, BarTable)>) -> One {
        let csv = "/statistics/looks.csv".to_owned();
        One { frame, title: text(), definition: text(), hidden: text(), until: text(), csv, lines: None, tables }
    }

    #[test]
    fn from_nothing_counted_to_a_table_with_bars() {
        hold(
            "public/statistics.html",
            &[("full", |frame| List {
                frame,
                statistics: vec![(Link { words: text(), to: "/en/statistics/looks".to_owned() }, text())],
            })],
        );
        hold(
            "public/statistic.html",
            &[
                ("empty", |frame| one(frame, Vec::new())),
                ("full", |frame| {
                    let bar = |part| Bar { name: text(), to: None, cells: vec![text()], part };
                    let rows = vec![bar(Some((3, 4))), bar(None)];
                    let table = BarTable::new(frame.words, text(), vec![text(), text()], rows);
                    one(frame, vec![(text(), table)])
                }),
            ],
        );
    }
}
