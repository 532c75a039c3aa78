//! What the visitor was told: the very texts that were sent, and all that happened in the file, sent or not.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::correction::Act;
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::message::Channel;
use fairfile_domain::record::RecordState;
use fairfile_service::messages::{self, KeptMessage, State};
use fairfile_service::person::{
    Contents, CorrectionView, FileView, LOOKS_OF_A_PAGE, LookOutcome, LookSpan, LookView, Part, Seen,
};
use fairfile_service::{Registry, Shown};
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::fault::sentence;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};
use crate::wire::Language;

/// The most messages on the page.
const MOST: u32 = 100;
/// The events of a page. A page ends with a day, so that there can be some more.
const EVENTS: usize = 50;

#[derive(Template)]
#[template(path = "person/messages.html")]
struct Page {
    frame: Frame,
    sent: Vec<Sent>,
    /// Whether older ones are left out.
    has_older: bool,
    events: Vec<Happened>,
    /// Whether the newest events stand here, and with them what was sent.
    is_first_page: bool,
    /// Where the list of events goes on.
    further: Option<String>,
    /// Where messages go; nothing if they stand here alone.
    goes_to: Option<String>,
}

/// A message that was sent.
struct Sent {
    number: i64,
    subject: String,
    body: String,
    lang: &'static str,
    written: (String, String),
    to: String,
    state: String,
    has_failed: bool,
    leaf: i64,
}

/// Something that happened in the file.
struct Happened {
    on: Day,
    day: String,
    text: String,
}

/// `GET /{language}/my/messages`; with `?before=` the events of earlier days.
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let before = before(call.parts.uri.query())?;
    let until = before.map_or(i64::MAX, |day| day.begins_in(&call.doors.reg().zone).unix_micros());
    let outcomes = [LookOutcome::Answered, LookOutcome::Nothing, LookOutcome::Denied, LookOutcome::Own];
    let span = LookSpan { before: i64::MAX as u64, from: 0, until, outcomes };
    let part = Part { contents: Contents::None, looks: Seen::Before(span, LOOKS_OF_A_PAGE + 1), told: false };
    super::read(call, part, move |reg, view| {
        let view = &view.file;
        let chosen = messages::chosen(reg, view.subject)?.settings;
        let mut kept = messages::list(reg, view.subject, MOST + 1)?;
        let has_older = kept.len() > MOST as usize;
        kept.truncate(MOST as usize);
        let (events, further) = events(&frame, reg, view, before);
        let page = Page {
            sent: kept.iter().map(|kept| sent(&frame, reg, kept)).collect(),
            has_older,
            events,
            is_first_page: before.is_none(),
            further: further.map(|day| format!("{}?before={day}", frame.to("/my/messages"))),
            goes_to: goes_to(&frame, &chosen.channel).as_deref().map(sentence),
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

fn goes_to(frame: &Frame, channel: &Channel) -> Option<String> {
    let to = channel.masked()?;
    match channel {
        Channel::Page => None,
        Channel::Mail(_) => Some(fl!(frame.words, "messages-by-mail", to = to)),
        Channel::Sms(_) => Some(fl!(frame.words, "messages-by-sms", to = to)),
    }
}

fn sent(frame: &Frame, reg: &Registry, kept: &KeptMessage) -> Sent {
    let language = match kept.letter.language {
        fairfile_domain::message::Language::En => Language::En,
        fairfile_domain::message::Language::Zh => Language::Zh,
    };
    let state = match kept.state {
        State::Sent => fl!(frame.words, "messages-state-sent"),
        State::Failed => fl!(frame.words, "messages-state-failed"),
        State::Sending | State::Planned | State::Dropped => fl!(frame.words, "messages-state-sending"),
    };
    Sent {
        number: kept.number.cast_signed(),
        subject: kept.letter.text.subject.clone(),
        body: kept.letter.text.body.trim_end().to_owned(),
        lang: language.pick("en", "zh-Hans"),
        written: moment(frame, reg, kept.letter.written_at),
        to: goes_to(frame, &kept.letter.to).unwrap_or_default(),
        state,
        has_failed: kept.state == State::Failed,
        leaf: kept.leaf.cast_signed(),
    }
}

/// A day and a time as the page writes them, and as a machine reads them.
fn moment(frame: &Frame, reg: &Registry, micros: i64) -> (String, String) {
    let Ok(at) = Instant::from_unix_micros(micros) else { return (String::new(), String::new()) };
    let (hour, minute) = at.time_in(&reg.zone);
    (format!("{} {hour:02}:{minute:02}", frame.day(reg.day_of(at))), at.to_string())
}

/// The day before which the events of a page lie; nothing for the newest.
fn before(query: Option<&str>) -> Result<Option<Day>, RequestFault> {
    let mut parts = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    match parts.next() {
        None => Ok(None),
        Some((name, day)) if name == "before" => Ok(Some(day.parse().map_err(|_| RequestFault::BadQuery)?)),
        Some(_) => Err(RequestFault::BadQuery),
    }
}

/// What happened in the file before the day `before`, the newest first, and before which day the next page goes on. It is
/// made from the file itself; every page holds whole days, and the pages together all of them.
fn events(frame: &Frame, reg: &Registry, view: &FileView, before: Option<Day>) -> (Vec<Happened>, Option<Day>) {
    let mut events = Vec::new();
    for shown in &view.records {
        events.extend(of_record(frame, reg, view, shown));
    }
    for correction in &view.corrections {
        let item = view.records.iter().find(|shown| shown.on_file.record == correction.record);
        let item = item.map(|shown| title(frame, reg, shown)).unwrap_or_default();
        let text = match correction.act {
            Act::Correct => fl!(frame.words, "messages-corrected", item = item),
            Act::Withdraw => fl!(frame.words, "messages-withdrawn", item = item),
        };
        events.extend(day_at(reg, correction.made_at).map(|on| (on, text)));
    }
    let (looks, unread) = of_looks(frame, reg, view);
    events.extend(looks);
    events.retain(|(on, _)| before.is_none_or(|before| *on < before) && unread.is_none_or(|unread| *on >= unread));
    events.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
    let last = events.get(EVENTS - 1).map(|(on, _)| *on);
    let fitting = last.map_or(events.len(), |last| events.iter().take_while(|(on, _)| *on >= last).count());
    let further = if fitting < events.len() { last } else { unread };
    events.truncate(fitting);
    let happened = |(on, text)| Happened { on, day: frame.day(on), text };
    (events.into_iter().map(happened).collect(), further)
}

fn day_at(reg: &Registry, micros: i64) -> Option<Day> {
    Instant::from_unix_micros(micros).ok().map(|at| reg.day_of(at))
}

fn title(frame: &Frame, reg: &Registry, shown: &Shown) -> String {
    let catalog = reg.catalog();
    let item = catalog.item(&shown.on_file.item, shown.on_file.item_version);
    item.map(|item| frame.language.of(&item.title).to_owned()).unwrap_or_default()
}

/// What became of a record by its terms, each on the record's own day.
fn of_record(frame: &Frame, reg: &Registry, view: &FileView, shown: &Shown) -> Vec<(Day, String)> {
    let (on_file, today, mut events) = (&shown.on_file, view.today.sure(), Vec::new());
    let item = || title(frame, reg, shown);
    if let Some(on) = day_at(reg, shown.received_at) {
        let from = frame.day(on_file.terms.shown_from);
        events.push((on, fl!(frame.words, "messages-written", item = item(), day = from)));
    }
    // What was taken back has no content any more that could end.
    let is_of_it = |row: &&CorrectionView| row.record == on_file.record && row.act == Act::Withdraw;
    if view.corrections.iter().find(is_of_it).is_some() {
        return events;
    }
    if on_file.terms.display_until < today {
        events.push((on_file.terms.display_until.tomorrow(), fl!(frame.words, "messages-ended", item = item())));
    }
    if on_file.state == RecordState::Destroyed {
        let on = on_file.terms.retained_until.tomorrow().min(today);
        events.push((on, fl!(frame.words, "messages-destroyed", item = item())));
    }
    events
}

/// How many looks of others there were on each day. If not all of the looks were read, also the day on which the list goes
/// on: the first that was read is left to the next page, unless there is no other.
fn of_looks(frame: &Frame, reg: &Registry, view: &FileView) -> (Vec<(Day, String)>, Option<Day>) {
    let at = |look: &LookView| look.event["at"].as_i64().and_then(|at| day_at(reg, at));
    let is_cut = view.looks.len() > LOOKS_OF_A_PAGE as usize;
    // Oldest first.
    let first = view.looks.first().and_then(at).filter(|_| is_cut);
    let is_one_day = first == view.looks.last().and_then(at);
    let mut looks: std::collections::BTreeMap<Day, i64> = std::collections::BTreeMap::new();
    // What was opened for the person at a counter has an officer as well.
    for look in view.looks.iter().filter(|look| look.event["outcome"] != "own" || look.event["officer"].is_string()) {
        if let Some(on) = at(look) {
            *looks.entry(on).or_default() += 1;
        }
    }
    let events = looks.into_iter().map(|(on, count)| {
        let text = match first == Some(on) {
            true => fl!(frame.words, "messages-looked-more", count = count),
            false => fl!(frame.words, "messages-looked", count = count),
        };
        (on, text)
    });
    (events.collect(), if is_one_day { first } else { first.map(Day::tomorrow) })
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn sent(has_failed: bool) -> Sent {
        Sent {
            number: 18,
            subject: WRITTEN.to_owned(),
            body: WRITTEN.to_owned(),
            lang: "en",
            written: (WRITTEN.to_owned(), "2026-11-23T01:00:00Z".to_owned()),
            to: WRITTEN.to_owned(),
            state: WRITTEN.to_owned(),
            has_failed,
            leaf: 1_198,
        }
    }

    fn page(frame: Frame, sent: Vec<Sent>, events: Vec<Happened>) -> Page {
        let goes_to = (!sent.is_empty()).then(|| WRITTEN.to_owned());
        let further = (!events.is_empty()).then(|| "/en/my/messages?before=2026-11-23".to_owned());
        Page { frame, has_older: sent.len() > 1, sent, is_first_page: events.len() < 2, events, further, goes_to }
    }

    #[test]
    fn from_nothing_that_happened_to_a_message_that_did_not_arrive() {
        hold(
            "person/messages.html",
            &[
                ("empty", |frame| page(frame, Vec::new(), Vec::new())),
                ("full", |frame| {
                    let on = Day::new(2026, 11, 23).expect("a day");
                    let happened = Happened { on, day: frame.day(on), text: WRITTEN.to_owned() };
                    page(frame, vec![sent(false), sent(true)], vec![happened])
                }),
                ("a later page", |frame| {
                    let on = Day::new(2026, 11, 22).expect("a day");
                    let happened = || Happened { on, day: frame.day(on), text: WRITTEN.to_owned() };
                    let events = vec![happened(), happened()];
                    page(frame, Vec::new(), events)
                }),
            ],
        );
    }
}
