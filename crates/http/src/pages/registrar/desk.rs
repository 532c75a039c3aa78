//! Where every visit begins: what waits for a registrar, and whether the journal is sound.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::registrar::what_waits;
use fairfile_service::sign_in;
use fairfile_service::statistics::{By, Statistic, Statistics};
use i18n_embed_fl::fl;

use super::proposal::{Row, row};
use super::wording::{self, Link};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::plot::{BarTable, LinePlot};
use crate::pages::public::journal::counted as counted_in_groups;
use crate::pages::public::statistics::{count, named, plot, table};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// One plot: about members, purposes and reasons, never about a person or a single officer.
struct Plot {
    title: String,
    /// The page of the whole statistic.
    to: String,
    lines: Option<LinePlot>,
    table: Option<BarTable>,
}

/// The plots of the desk, each the part of a public statistic that an office looks at first.
fn plots(frame: &Frame, call: &Call<'_>, counted: &Statistics) -> Vec<Plot> {
    let shown = [
        (Statistic::Intake, By::Month),
        (Statistic::Looks, By::Purpose),
        (Statistic::Refusals, By::Refusal),
        (Statistic::Notices, By::Member),
    ];
    let shown_as = |(statistic, by): (Statistic, By)| {
        let sections = counted.sections(statistic);
        let section = sections.iter().find(|section| section.by == by);
        let (lines, table) = match by {
            By::Month => (section.map(|section| plot(frame, statistic, section, counted.until)), None),
            By::Purpose | By::Member | By::Refusal => {
                (None, section.map(|section| table(frame, call, statistic, section).1))
            }
        };
        let (title, to) = (named(frame.words, statistic).0, frame.to(&format!("/statistics/{}", statistic.code())));
        Plot { title, to, lines, table }
    };
    shown.into_iter().map(shown_as).collect()
}

#[derive(Template)]
#[template(path = "registrar/desk.html")]
struct Desk {
    frame: Frame,
    members: i64,
    officers: i64,
    entries: String,
    is_time_sure: bool,
    proposals: Vec<Row>,
    /// What else waits: a sentence, and the page where it is done.
    waiting: Vec<Link>,
    plots: Vec<Plot>,
    /// The rooms of the office.
    rooms: Vec<Link>,
}

/// `GET /{language}/registry`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let words = frame.words;
    let waits = call.doors.blocking(|reg| what_waits(reg)).await??;
    let recoveries = call.doors.blocking(|reg| sign_in::list_recoveries(reg)).await??;
    let counted = count(call).await?;
    let directory = reg.directory();
    let link = |to: String, words| Link { words, to: frame.to(&to) };
    let mut waiting: Vec<Link> = Vec::new();
    for recovery in &recoveries {
        let (holder, ripe) = (recovery.holder.to_string(), frame.day(reg.day_of(recovery.ripe_at)));
        waiting.push(link("/registry/sign-in".into(), fl!(words, "desk-recovery", holder = holder, ripe = ripe)));
    }
    for officer in &waits.stopped {
        let says = fl!(words, "desk-stopped", officer = officer.as_str());
        waiting.push(link(format!("/registry/officers/{officer}"), says));
    }
    for late in &waits.late {
        let (member, count) = (wording::member(&frame, reg, &late.member), i64::from(late.notices));
        waiting.push(link("/registry/deadlines".into(), fl!(words, "desk-late", member = member, count = count)));
    }
    for (officer, purpose, until) in &waits.trainings {
        let (purpose, day) = (wording::purpose(&frame, reg, purpose), frame.day(*until));
        let says = fl!(words, "desk-training", officer = officer.as_str(), purpose = purpose, day = day);
        waiting.push(link(format!("/registry/officers/{officer}"), says));
    }
    for (key, until) in &waits.keys {
        let says = fl!(words, "desk-key", key = key.as_str(), day = frame.day(*until));
        waiting.push(link(format!("/registry/keys/{key}"), says));
    }
    let rooms = vec![
        link("/registry/proposals".into(), fl!(words, "registry-proposals")),
        link("/registry/training".into(), fl!(words, "registry-training")),
        link("/registry/keys".into(), fl!(words, "registry-keys")),
        link("/registry/sign-in".into(), fl!(words, "entry-title")),
        link("/registry/settings".into(), fl!(words, "settings-title")),
        link("/registry/audit".into(), fl!(words, "audit-title")),
    ];
    let page = Desk {
        members: directory.members.len() as i64,
        officers: directory.officers.len() as i64,
        entries: counted_in_groups(reg.store.head().snapshot().size()),
        is_time_sure: reg.today_at(&reg.clock.read()).is_sure(),
        proposals: waits.proposals.iter().map(|proposal| row(&frame, reg, proposal)).collect(),
        waiting,
        plots: plots(&frame, call, &counted),
        rooms,
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{link, proposal};
    use super::*;
    use crate::pages::plot::{Bar, Line, MonthName, Said};
    use crate::pages::samples::{hold, text};

    fn desk(frame: Frame, plots: Vec<Plot>) -> Desk {
        Desk {
            frame,
            members: 1,
            officers: 1,
            entries: "1,204".to_owned(),
            is_time_sure: true,
            proposals: Vec::new(),
            waiting: Vec::new(),
            plots,
            rooms: vec![link(), link()],
        }
    }

    /// A plot of either kind, of nothing or of much.
    fn plots(frame: &Frame, months: usize, rows: usize) -> Vec<Plot> {
        let (words, to) = (frame.words, || "/en/statistics/intake".to_owned());
        let said = Said {
            id: "intake",
            headline: text(),
            subtitle: text(),
            months: text(),
            csv: "/statistics/x.csv".to_owned(),
        };
        let month = |_| MonthName { long: text(), short: "11".to_owned() };
        let values = (0..months).map(|month| (month != 1).then_some(12)).collect();
        let line = Line { name: text(), values, said: vec![text(); months] };
        let lines = LinePlot::new(words, said, (0..months).map(month).collect(), vec![line]);
        let bar = |place| Bar {
            name: text(),
            to: (place == 0).then(to),
            cells: vec![text()],
            part: (place != 1).then_some((3, 4)),
        };
        let table = BarTable::new(words, text(), vec![text(), text()], (0..rows).map(bar).collect());
        vec![
            Plot { title: text(), to: to(), lines: Some(lines), table: None },
            Plot { title: text(), to: to(), lines: None, table: Some(table) },
        ]
    }

    #[test]
    fn from_a_quiet_day_to_a_busy_one_with_plots() {
        hold(
            "registrar/desk.html",
            &[
                ("empty", |frame| desk(frame, Vec::new())),
                ("plots of nothing", |frame| {
                    let plots = plots(&frame, 0, 0);
                    Desk { proposals: vec![proposal(true)], ..desk(frame, plots) }
                }),
                ("one", |frame| {
                    let plots = plots(&frame, 1, 1);
                    Desk { waiting: vec![link()], ..desk(frame, plots) }
                }),
                ("full", |frame| {
                    let plots = plots(&frame, 24, 12);
                    Desk {
                        members: 12,
                        officers: 300,
                        is_time_sure: false,
                        proposals: vec![proposal(true), proposal(true)],
                        waiting: vec![link(), link()],
                        ..desk(frame, plots)
                    }
                }),
            ],
        );
    }
}
