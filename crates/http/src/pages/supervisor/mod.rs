//! The supervisor's office: who is late, how the journal is, and samples of looks. No page here opens anybody's file.

mod desk;
mod journal;
mod late;
mod reports;
mod sample;
mod samples;

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::id::StaffCode;

use super::signed_in::SignedIn;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where every visit begins.
    Desk,
    /// Members that are late.
    Late,
    /// Whether the journal is sound.
    Journal,
    /// The whole journal, to be checked elsewhere.
    Export,
    /// The draws, and how they are made.
    Samples,
    /// One draw.
    Sample,
    /// The proof that a draw is in the journal.
    Receipt,
    /// The figures as files.
    Reports,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Check the journal now.
    Check,
    /// Announce a draw.
    Announce,
    /// Tell the words of a draw.
    Draw,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Desk => desk::show(call).await,
        Page::Late => late::show(call).await,
        Page::Journal => journal::show(call),
        Page::Export => journal::export(call).await,
        Page::Samples => samples::show(call).await,
        Page::Sample => sample::show(call).await,
        Page::Receipt => sample::receipt(call).await,
        Page::Reports => reports::show(call),
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Check => journal::check(call, body).await,
        Form::Announce => samples::announce(call, body).await,
        Form::Draw => sample::draw(call, body).await,
    }
}

/// The supervisor with the session, for what a form does.
fn at_work(call: &Call<'_>) -> Result<(SignedIn, StaffCode), Problem> {
    let visitor = SignedIn::of(call)?;
    match &visitor.session.who {
        Who::Supervisor(staff) => {
            let staff = staff.clone();
            Ok((visitor, staff))
        }
        Who::Person(_) | Who::Unfiled(_) | Who::Officer(_) | Who::Registrar(_) => {
            Err(RequestFault::OtherVisitor.into())
        }
    }
}
