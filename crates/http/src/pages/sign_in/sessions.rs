//! One's own sessions: how many there are, and an end to all of them.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme, set_session};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::sessions::Who;

#[derive(Template)]
#[template(path = "sign_in/sessions.html")]
struct Sessions {
    frame: Frame,
    open: i64,
    /// Whether there are passkeys of the visitor's own to see.
    has_keys: bool,
    /// Whether the provider may have a session of its own.
    by_provider: bool,
}

/// `GET /{language}/sign-in/sessions`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let visitor = SignedIn::of(call)?;
    let now = call.doors.now().unix_micros();
    let open = i64::try_from(call.doors.sessions().count(&visitor.session.who, now)).unwrap_or(i64::MAX);
    let is_person = matches!(visitor.session.who, Who::Person(_) | Who::Unfiled(_));
    let by_provider = is_person && super::has_provider(call);
    let page = Sessions { frame: Frame::of(call), open, has_keys: !is_person, by_provider };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/sign-in/sessions`: all of them end, this one too.
pub(super) async fn end(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let visitor = SignedIn::of(call)?;
    Fields::read_own(call, &visitor, body).await?;
    call.doors.sessions().close_all(&visitor.session.who);
    let mut response = to_page(&Frame::of(call).to("/signed-out"))?;
    set_session(call, &mut response, "; Max-Age=0")?;
    Ok(response)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::hold;

    #[test]
    fn one_session_and_several() {
        hold(
            "sign_in/sessions.html",
            &[
                ("one", |frame| Sessions { frame, open: 1, has_keys: false, by_provider: false }),
                ("of a person", |frame| Sessions { frame, open: 2, has_keys: false, by_provider: true }),
                ("of an officer", |frame| Sessions { frame, open: 3, has_keys: true, by_provider: false }),
            ],
        );
    }
}
