//! An officer, a registrar or a supervisor signs in with a passkey.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::sign_in::{self, SignInError};
use i18n_embed_fl::fl;

use super::{Ceremony, at_the_counter, party, script, with_script};
use crate::caller::Call;
use crate::pages::address::{back_in, own_path, to_page};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme, set_session};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::ways::is_page_of;

/// What a ticket of a sign-in is for.
const USE: &str = "passkey-use";

#[derive(Template)]
#[template(path = "sign_in/staff.html")]
struct Staff {
    frame: Frame,
    script: String,
    /// Nothing at an address at which there are no passkeys.
    ceremony: Option<Ceremony>,
    error: Option<String>,
}

impl Staff {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "staff-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

fn page(call: &Call<'_>, status: StatusCode, error: Option<String>, back: String) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let ceremony = begin(call, frame.to("/sign-in/staff"), back)?;
    let page = Staff { script: script(), ceremony, error, frame };
    with_script(page.frame.answer(status, &page)?, page.ceremony.is_some())
}

/// Asks the device which passkey of this node it has.
pub(super) fn begin(call: &Call<'_>, action: String, back: String) -> Result<Option<Ceremony>, Problem> {
    let Some(party) = party(call) else { return Ok(None) };
    let begun = party.begin_using().map_err(|error| Problem::failed(&error))?;
    let ticket = call.doors.ticket(USE, &begun.state);
    Ok(Some(Ceremony { action, verb: "get", options: begun.options, ticket, code: String::new(), back }))
}

/// Who has answered, if the answer holds; an old page, an unknown key and a wrong answer are all nobody.
pub(super) async fn finish(call: &Call<'_>, fields: &Fields) -> Result<Option<sign_in::SignedIn>, Problem> {
    let Some(party) = party(call) else { return Ok(None) };
    let Some(ticket) = call.doors.find_ticket(USE, fields.text("ticket")) else { return Ok(None) };
    let (answer, state) = (fields.text("answer").to_owned(), ticket.content.clone());
    let signed_in = call.doors.blocking(move |reg| sign_in::sign_in(reg, &party, &state, &answer)).await?;
    match signed_in {
        Ok(_) if !call.doors.use_ticket(&ticket) => Ok(None),
        Ok(signed_in) => Ok(Some(signed_in)),
        Err(SignInError::NotShown | SignInError::Passkey(_)) => Ok(None),
        Err(SignInError::Registry(error)) => Err(error.into()),
    }
}

/// `GET /{language}/sign-in/staff`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    page(call, StatusCode::OK, None, back_in(call.parts.uri.query()))
}

/// `POST /{language}/sign-in/staff`: the answer of a device, and then the desk.
pub(super) async fn open(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    let frame = Frame::of(call);
    let Some(signed_in) = finish(call, &fields).await? else {
        let nothing = fields.text("answer").is_empty();
        let error = if nothing { fl!(frame.words, "staff-no-answer") } else { fl!(frame.words, "staff-not-shown") };
        return page(call, StatusCode::UNPROCESSABLE_ENTITY, Some(error), own_path(fields.text("back")).to_owned());
    };
    let (who, path) = at_the_counter(call, signed_in.holder)?;
    // Whoever signs in leaves the session before: it is never carried over.
    if let Ok(before) = SignedIn::of(call) {
        call.doors.sessions().close(&call.doors.token_hash(&before.token));
    }
    let kind = who.kind();
    let token = call.doors.open_session(who)?;
    let back = own_path(fields.text("back"));
    let to = if is_page_of(back, kind) { back } else { path };
    let mut response = to_page(&frame.to(to))?;
    set_session(call, &mut response, &token)?;
    Ok(response)
}

impl From<fairfile_service::sign_in::RecoverError> for Problem {
    fn from(error: fairfile_service::sign_in::RecoverError) -> Self {
        match error {
            fairfile_service::sign_in::RecoverError::Registry(error) => error.into(),
            _ => RequestFault::NotFound.into(),
        }
    }
}

impl From<fairfile_service::sign_in::StopError> for Problem {
    fn from(error: fairfile_service::sign_in::StopError) -> Self {
        match error {
            fairfile_service::sign_in::StopError::Registry(error) => error.into(),
            _ => RequestFault::NotFound.into(),
        }
    }
}

#[cfg(test)]
mod samples {
    use super::super::{sampled::ceremony, script};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame, ceremony: Option<Ceremony>, error: Option<String>) -> Staff {
        Staff { frame, script: script(), ceremony, error }
    }

    #[test]
    fn from_an_address_without_a_name_to_a_passkey_that_did_not_fit() {
        hold(
            "sign_in/staff.html",
            &[
                ("at an address without a name", |frame| page(frame, None, None)),
                ("empty", |frame| page(frame, Some(ceremony()), None)),
                ("error", |frame| page(frame, Some(ceremony()), Some(text()))),
            ],
        );
    }
}
