//! A passkey is made with an invitation.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::InvitationId;
use fairfile_service::sign_in::{self, EnrolError};
use fairfile_signin::passkey::PasskeyFault;
use i18n_embed_fl::fl;

use super::{Ceremony, Said, party, script, with_script};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::words::Words;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sign_in/invited.html")]
struct Invited {
    frame: Frame,
    error: Option<String>,
    /// Whether browsers make passkeys at this address.
    has_name: bool,
}

impl Invited {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "invited-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// The page on which a device makes a passkey.
#[derive(Template)]
#[template(path = "sign_in/make.html")]
pub(super) struct Make {
    pub(super) frame: Frame,
    pub(super) script: String,
    pub(super) ceremony: Ceremony,
    /// For whom, by code.
    pub(super) holder: String,
    pub(super) error: Option<String>,
}

impl Make {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "make-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }

    pub(super) fn answer(self, status: StatusCode) -> Result<Response, Problem> {
        with_script(self.frame.answer(status, &self)?, true)
    }
}

/// What is said about a passkey that was not made.
pub(super) fn told(words: &Words, error: EnrolError) -> Result<String, Problem> {
    Ok(match error {
        EnrolError::NotInvited => fl!(words, "invited-no"),
        EnrolError::TooMany => fl!(words, "make-too-many"),
        EnrolError::Passkey(PasskeyFault::Synchronised) => fl!(words, "make-synchronised"),
        EnrolError::Passkey(PasskeyFault::NoName) => fl!(words, "staff-no-name"),
        EnrolError::Passkey(PasskeyFault::NotShown | PasskeyFault::Unreadable) => fl!(words, "make-not-shown"),
        EnrolError::Registry(error) => return Err(error.into()),
    })
}

fn page(call: &Call<'_>, status: StatusCode, error: Option<String>) -> Result<Response, Problem> {
    let page = Invited { frame: Frame::of(call), error, has_name: party(call).is_some() };
    page.frame.answer(status, &page)
}

/// `GET /{language}/sign-in/staff/invited`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    page(call, StatusCode::OK, None)
}

/// `POST /{language}/sign-in/staff/invited`: the code, and then the device is asked. Nothing is kept yet.
pub(super) async fn begin(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    make(call, fields.text("code"), None).await
}

async fn make(call: &Call<'_>, code: &str, error: Option<String>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let Some(party) = party(call) else {
        return page(call, StatusCode::UNPROCESSABLE_ENTITY, Some(fl!(frame.words, "staff-no-name")));
    };
    let (asked, code) = (code.to_owned(), code.to_owned());
    let begun = call.doors.blocking(move |reg| -> Result<_, EnrolError> {
        let invited = sign_in::find_invited(reg, &asked)?.ok_or(EnrolError::NotInvited)?;
        let begun = sign_in::begin_enrolment(reg, &party, &invited.holder)?;
        Ok((invited, begun))
    });
    let (invited, begun) = match begun.await? {
        Ok(begun) => begun,
        Err(error) => return page(call, StatusCode::UNPROCESSABLE_ENTITY, Some(told(frame.words, error)?)),
    };
    let ticket = call.doors.ticket(&purpose(&invited.id), &begun.state);
    let ceremony = Ceremony {
        action: frame.to("/sign-in/staff/passkey"),
        verb: "create",
        options: begun.options,
        ticket: format!("{}:{ticket}", invited.id.hex()),
        code,
        back: String::new(),
    };
    let holder = invited.holder.code().to_owned();
    Make { script: script(), ceremony, holder, error, frame }.answer(status)
}

fn purpose(invitation: &InvitationId) -> String {
    format!("passkey-make {invitation}")
}

/// `POST /{language}/sign-in/staff/passkey`: the answer of the device.
pub(super) async fn finish(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    let frame = Frame::of(call);
    let invitation = fields.text("ticket").split_once(':');
    let invitation = invitation.and_then(|(id, ticket)| Some((format!("inv_{id}").parse().ok()?, ticket)));
    let ticket = invitation.and_then(|(id, ticket)| Some((id, call.doors.find_ticket(&purpose(&id), ticket)?)));
    let (Some((invitation, ticket)), Some(party)) = (ticket, party(call)) else {
        let error = told(frame.words, EnrolError::NotInvited)?;
        return page(call, StatusCode::UNPROCESSABLE_ENTITY, Some(error));
    };
    let (code, answer) = (fields.text("code").to_owned(), fields.text("answer").to_owned());
    let enrolled = call.doors.blocking(move |reg| -> Result<_, EnrolError> {
        let made = party.finish_making(&ticket.content, &answer)?;
        sign_in::enrol(reg, invitation, &code, made)
    });
    match enrolled.await? {
        Ok(_) => to_page(&frame.to("/sign-in/staff/made")),
        Err(EnrolError::Passkey(fault)) => {
            make(call, fields.text("code"), Some(told(frame.words, fault.into())?)).await
        }
        Err(error) => page(call, StatusCode::UNPROCESSABLE_ENTITY, Some(told(frame.words, error)?)),
    }
}

/// `GET /{language}/sign-in/staff/made`
pub(super) fn made(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let link = (frame.to("/sign-in/staff"), fl!(words, "staff-title"));
    let (title, lead, next) = (fl!(words, "made-title"), fl!(words, "made-lead"), fl!(words, "made-next"));
    Said { frame, title, lead, next, is_error: false, link, goes_on: false }.answer(StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::super::{sampled::ceremony, script};
    use super::*;
    use crate::pages::samples::{hold, text};

    #[test]
    fn from_the_invitation_to_a_device_that_would_not() {
        hold(
            "sign_in/invited.html",
            &[
                ("empty", |frame| Invited { frame, error: None, has_name: true }),
                ("at an address without a name", |frame| Invited { frame, error: None, has_name: false }),
                ("error", |frame| Invited { frame, error: Some(text()), has_name: true }),
            ],
        );
        fn make(frame: Frame, error: Option<String>) -> Make {
            Make { frame, script: script(), ceremony: ceremony(), holder: text(), error }
        }
        hold(
            "sign_in/make.html",
            &[("empty", |frame| make(frame, None)), ("error", |frame| make(frame, Some(text())))],
        );
    }
}
