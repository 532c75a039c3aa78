//! What a demo alone has. On every other node none of these addresses is there.

mod clock;
mod outbox;
mod story;
mod switch;
mod tamper;
mod visit;

use axum::body::Body;
use axum::response::Response;
use fairfile_service::registry::Mode;

use crate::caller::Call;
use crate::problem::{Problem, RequestFault};

pub(super) use switch::Switch;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// The story, step by step.
    Story,
    /// What would have been sent by e-mail and SMS.
    Outbox,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Be this visitor.
    Visit,
    /// The clock is moved.
    Clock,
    /// The journal is checked, with one byte of a copy changed.
    Tamper,
}

/// Shows a page of the demo.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    must_be_a_demo(call)?;
    match page {
        Page::Story => story::show(call).await,
        Page::Outbox => outbox::show(call),
    }
}

/// Takes a form of the demo.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    must_be_a_demo(call)?;
    match form {
        Form::Visit => visit::begin(call, body).await,
        Form::Clock => clock::turn(call, body).await,
        Form::Tamper => tamper::check(call, body).await,
    }
}

/// Says that there is nothing at an address of the demo, wherever people are real.
pub(super) fn must_be_a_demo(call: &Call<'_>) -> Result<(), Problem> {
    if call.doors.reg().mode == Mode::Demo { Ok(()) } else { Err(RequestFault::NoSuchAddress.into()) }
}
