//! Signing in, for persons: by the province's identity provider. In a demo a number is enough, for everybody is invented.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use i18n_embed_fl::fl;

use crate::api::demo::open_session;
use crate::caller::Call;
use crate::pages::address::{back_in, back_query, own_path, to_page};
use crate::pages::demo::must_be_a_demo;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme, set_session};
use crate::pages::sign_in::{Said, has_provider};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::router::Visitor;
use crate::ways::is_page_of;

#[derive(Template)]
#[template(path = "person/sign_in.html")]
struct SignIn {
    frame: Frame,
    /// Whether there is an identity provider.
    by_provider: bool,
    /// Where the visitor goes then; the own file if nothing is named.
    back: String,
    /// What is wrong with the number, if anything is.
    error: Option<String>,
}

impl SignIn {
    /// Only a demo asks whose file it shall be; elsewhere it is the visitor's own.
    fn heading(&self) -> String {
        let by_number = self.frame.is_demo && !self.by_provider;
        if by_number { fl!(self.frame.words, "sign-in-title") } else { fl!(self.frame.words, "sign-in-own") }
    }

    fn back_query(&self) -> String {
        back_query(&self.back)
    }

    fn title(&self) -> String {
        let title = self.heading();
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// `GET /{language}/sign-in`
pub(crate) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    let back = back_in(call.parts.uri.query());
    let page = SignIn { frame: Frame::of(call), by_provider: has_provider(call), back, error: None };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/sign-in`: the number, and then the file.
pub(crate) async fn open(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    must_be_a_demo(call)?;
    let frame = Frame::of(call);
    let fields = Fields::read(call, body).await?;
    let back = own_path(fields.text("back"));
    let wrong = |error: String| {
        let (by_provider, back) = (has_provider(call), back.to_owned());
        let page = SignIn { frame: Frame::of(call), by_provider, back, error: Some(error) };
        page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let Ok(identifier) = Identifier::parse(IdentifierKind::CnResident, fields.text("number")) else {
        return wrong(fl!(frame.words, "sign-in-no-number"));
    };
    let Some(token) = open_session(call.doors, identifier).await? else {
        return wrong(fl!(frame.words, "sign-in-nobody"));
    };
    let to = if is_page_of(back, Visitor::Person) { back } else { "/my" };
    let mut response = to_page(&frame.to(to))?;
    set_session(call, &mut response, &token)?;
    Ok(response)
}

/// `POST /{language}/sign-out`: whoever has no session any more is signed out as well.
pub(crate) async fn close(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    if let Ok(visitor) = SignedIn::of(call) {
        Fields::read_own(call, &visitor, body).await?;
        call.doors.sessions().close(&call.doors.token_hash(&visitor.token));
    }
    let frame = Frame::of(call);
    let mut response = to_page(&frame.to("/signed-out"))?;
    set_session(call, &mut response, "; Max-Age=0")?;
    Ok(response)
}

/// `GET /{language}/signed-out`: that it is so. Whoever is signed in, in another window, goes to the first page.
pub(crate) fn closed(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    if frame.visitor.is_some() {
        return to_page(&frame.to(""));
    }
    let words = frame.words;
    let next = if has_provider(call) { fl!(words, "out-provider") } else { String::new() };
    let link = (frame.to("/sign-in"), fl!(words, "out-again"));
    let (title, lead) = (fl!(words, "out-title"), fl!(words, "out-lead"));
    Said { frame, title, lead, next, is_error: false, link, goes_on: false }.answer(StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::hold;

    #[test]
    fn before_a_number_and_behind_a_wrong_one() {
        hold(
            "person/sign_in.html",
            &[
                ("empty", |frame| SignIn { frame, by_provider: true, back: "/my".to_owned(), error: None }),
                ("error", |frame| SignIn {
                    frame,
                    by_provider: false,
                    back: String::new(),
                    error: Some("12".to_owned()),
                }),
            ],
        );
    }
}
