//! The person's own pages. What is read in one visit is one look of the person's own, journaled and listed like any other.

pub(super) mod cards;
mod copy;
mod file;
pub(super) mod lines;
mod look;
mod looks;
mod looks_file;
mod messages;
mod print;
mod record;
mod settings;
mod sign_in;
mod told;
pub(super) mod words;

pub(super) use sign_in::{ask as sign_in, close as sign_out, closed as signed_out, open as open_session};

use axum::body::Body;
use axum::response::Response;
use fairfile_service::Registry;
use fairfile_service::person::{Looks, Part, Seen, VisitView, begin_visit};

use super::signed_in::SignedIn;
use crate::caller::Call;
use crate::problem::Problem;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// The file.
    File,
    /// One record of it.
    Record,
    /// Who was told of one record.
    Told,
    /// Who looked.
    Looks,
    /// One look.
    Look,
    /// Every look, as a table for other programs.
    LooksFile,
    /// How to take the file away.
    Copy,
    /// All of it, for paper.
    Print,
    /// What the visitor was told.
    Messages,
    /// How the visitor wants to be told.
    Settings,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The signed copy.
    Copy,
    /// The facts of a first visit were read.
    Facts,
    /// How the visitor wants to be told.
    Settings,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::File => file::show(call).await,
        Page::Record => record::show(call).await,
        Page::Told => told::show(call).await,
        Page::Looks => looks::show(call).await,
        Page::Look => look::show(call).await,
        Page::LooksFile => looks_file::give(call).await,
        Page::Copy => copy::ask(call),
        Page::Print => print::show(call).await,
        Page::Messages => messages::show(call).await,
        Page::Settings => settings::ask(call).await,
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Copy => copy::take(call, body).await,
        Form::Facts => file::note_facts_read(call, body).await,
        Form::Settings => settings::keep(call, body).await,
    }
}

/// Opens a part of the visitor's own file, and answers with what `write` makes of it.
///
/// The first page of a visit journals the look that the visit is; whatever else is read in it is read under that look.
async fn read(
    call: &Call<'_>,
    part: Part,
    write: impl FnOnce(&Registry, &VisitView) -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let (visitor, subject) = SignedIn::at_own_file(call)?;
    let (doors, reg) = (call.doors, call.doors.reg());
    let turn =
        doors.readings().begin(subject, if part.looks == Seen::All { Looks::All } else { Looks::Newest }).await?;
    let visit = match visitor.session.visit.filter(|visit| visit.holds(reg, subject)) {
        Some(visit) => visit,
        None => {
            let visit = begin_visit(reg, subject).await?;
            doors.sessions().keep_visit(&doors.token_hash(&visitor.token), visit);
            visit
        }
    };
    let work = move |reg: &std::sync::Arc<Registry>| {
        let _held = turn;
        let view = visit.open(reg, part)?;
        write(reg, &view)
    };
    doors.blocking(work).await?
}

/// What the samples of these pages are made of.
#[cfg(test)]
pub(in crate::pages) mod sampled {
    use super::cards::{Card, Correction};
    use super::lines::{Denied, Line, SeenRecord};
    use super::words::Link;
    use crate::pages::samples::citation;
    pub(in crate::pages) use crate::pages::samples::{moment, text};

    pub(in crate::pages) fn link() -> Link {
        Link { words: text(), to: "/en/x".to_owned() }
    }

    /// A record that is as short as one can be.
    pub(in crate::pages) fn gone() -> Card {
        Card {
            title: text(),
            to: "/en/my/records/rec_1".to_owned(),
            anchor: None,
            page: None,
            state: text(),
            is_over: true,
            received: moment(),
            year: 2026,
            law: None,
            source: link(),
            inputs: Vec::new(),
            shown: text(),
            kept: text(),
            told: text(),
            corrections: vec![correction(true)],
            reference: "rec_1".to_owned(),
            is_unreadable: true,
        }
    }

    /// A record with all that one can have; `place` tells it from others on the same page.
    pub(in crate::pages) fn record(place: usize) -> Card {
        Card {
            anchor: Some(format!("year-{place}")),
            page: Some("/en/catalog/x".to_owned()),
            is_over: false,
            law: Some(citation()),
            inputs: vec![(text(), text()), (text(), String::new())],
            corrections: vec![correction(false), correction(true)],
            is_unreadable: false,
            ..gone()
        }
    }

    fn correction(is_withdrawal: bool) -> Correction {
        Correction {
            what: text(),
            at: moment(),
            reason: text(),
            words: Some(text()),
            before: 1,
            after: 2,
            is_withdrawal,
            is_latest: true,
            leaf: 512,
        }
    }

    /// A visit of the person's own.
    pub(in crate::pages) fn own() -> Line {
        Line {
            at: moment(),
            to: None,
            number: Some(3),
            leaf: Some(700),
            reference: "look_1".to_owned(),
            who: text(),
            member: None,
            officer: None,
            purpose: None,
            law: None,
            case: None,
            outcome: text(),
            denied: None,
            seen: Vec::new(),
            about: None,
            is_own: true,
        }
    }

    /// A look of an officer, answered or denied.
    pub(in crate::pages) fn look(is_answered: bool) -> Line {
        let denied = Denied { because: text(), code: "D007".to_owned(), to: "/en/problems/D007".to_owned() };
        let seen = SeenRecord { title: text(), to: Some("/en/x".to_owned()), version: 1, inputs: text() };
        Line {
            to: Some("/en/my/looks/look_2".to_owned()),
            member: Some(link()),
            officer: Some("0417".to_owned()),
            purpose: Some(link()),
            law: Some(citation()),
            case: Some(text()),
            denied: (!is_answered).then_some(denied),
            seen: if is_answered { vec![seen] } else { Vec::new() },
            about: Some(link()),
            is_own: false,
            ..own()
        }
    }
}
