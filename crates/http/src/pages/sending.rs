//! Whether a form is sent for the first time in its session.

use axum::body::Body;
use axum::http::{Method, header};
use axum::response::Response;

use super::form::Fields;
use super::signed_in::SignedIn;
use crate::body;
use crate::caller::{Call, field};
use crate::limits::FORM_BYTES;
use crate::problem::Problem;
use crate::router::{Effect, Route};
use crate::sent::{FormHash, FormTurn};

/// A form on its way to its page.
pub(crate) enum Sending {
    /// It was sent before: this is what it was answered.
    Again(Response),
    /// It is to be taken; with the turn to answer it, if it is one of a session.
    First(Option<FormTurn>, Body),
}

/// Looks whether the form of a page was sent before in its session. A form without a key of the session has no turn: its page
/// refuses it, or takes it from anybody. Neither has a file, whose draft its sender sees and sends once, nor what a person
/// chooses, which is only ever set.
///
/// # Errors
/// What reading a form says.
pub(crate) async fn first_sending(route: &Route, call: &Call<'_>, body: Body) -> Result<Sending, Problem> {
    let kind = field(&call.parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let is_form = route.is_page() && route.method == Method::POST && !kind.starts_with("multipart/");
    if !is_form || route.effect == Effect::Changes {
        return Ok(Sending::First(None, body));
    }
    let Some(visitor) = SignedIn::find(call) else { return Ok(Sending::First(None, body)) };
    let read = body::up_to(call.doors, &call.parts.headers, body, FORM_BYTES).await?;
    if Fields::parse(&read).must_be_of(call, &visitor).is_err() {
        return Ok(Sending::First(None, read.into()));
    }
    Ok(match visitor.session.sent.begin(form_hash(call, &read)).await {
        Ok(answer) => Sending::Again(answer),
        Err(turn) => Sending::First(Some(turn), read.into()),
    })
}

/// By what a form is known: its address and all that it says.
pub(super) fn form_hash(call: &Call<'_>, body: &[u8]) -> FormHash {
    let whole = [call.parts.uri.path().as_bytes(), b"\n", body].concat();
    call.doors.reg().vault.keyring().hashes().content_of("form-sent", &whole)
}
