//! Before a step that binds, whoever has not shown for ten minutes who it is shows it again.

use askama::Template;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use fairfile_service::registry::Mode;
use i18n_embed_fl::fl;
use zeroize::Zeroizing;

use super::{Ceremony, at_the_counter, has_provider, script, staff, with_script};
use crate::binding::{self, Binding};
use crate::body;
use crate::caller::{Call, field};
use crate::limits::FORM_BYTES;
use crate::pages::address::{own_path, split, to_page};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme, set_session};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::router::Route;
use crate::sessions::{Kept, Who};

/// The page that has what was typed.
const KEPT: &str = "/sign-in/kept";
/// Says in an address that what was typed could not be kept.
const LOST: &str = "lost";

#[derive(Template)]
#[template(path = "sign_in/again.html")]
struct Again {
    frame: Frame,
    script: String,
    /// For whoever has passkeys.
    ceremony: Option<Ceremony>,
    /// For whoever came by the identity provider.
    by_provider: bool,
    /// For whoever came without either, which a demo alone allows.
    by_demo: bool,
    back: String,
    /// That nothing has been done, and what becomes of what was typed.
    undone: String,
    error: Option<String>,
}

impl Again {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "again-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// Before a step that binds: the form as it came, for a visitor who has shown of late who it is, and for whoever may not
/// come at all, which the page says. For everybody else the way to show it; then nothing has been done.
///
/// # Errors
/// As [`SignedIn::of`]; Q034 for a form of another session, and what reading a form says.
pub(crate) async fn before_a_binding_step(
    route: &Route,
    call: &Call<'_>,
    body: Body,
) -> Result<Result<Body, Response>, Problem> {
    let Binding::Binds { back, keeps } = route.binding else { return Ok(Ok(body)) };
    let Some(visitor) = SignedIn::find(call) else { return Ok(Ok(body)) };
    if !route.who.contains(&visitor.session.who.kind()) {
        return Ok(Ok(body));
    }
    let (doors, session) = (call.doors, call.doors.token_hash(&visitor.token));
    if visitor.has_proved_of_late(call) {
        // Whatever was kept is being sent, or the visitor does something else.
        doors.sessions().forget_form(&session);
        return Ok(Ok(body));
    }
    doors.callers().charge_visitor(&visitor.session.who)?;
    let frame = Frame::of(call);
    let back = binding::back_of(back, route.path, call.parts.uri.path());
    // A form in parts holds a file, which is not kept.
    let kind = field(&call.parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let is_in_parts = kind.starts_with("multipart/");
    if !keeps || is_in_parts {
        return ask(&frame, &back, keeps && is_in_parts).map(Err);
    }
    let body = Zeroizing::new(body::up_to(doors, &call.parts.headers, body, FORM_BYTES).await?.to_vec());
    Fields::parse(&body).must_be_of(call, &visitor)?;
    let (at, path) = (doors.now().unix_micros(), split(call.parts.uri.path()).map_or("", |(_, path)| path).to_owned());
    let is_kept = doors.sessions().keep_form(&session, Kept { path, back: back.clone(), body, at }, at);
    if is_kept { ask(&frame, KEPT, false).map(Err) } else { ask(&frame, &back, true).map(Err) }
}

/// Sends the visitor to show again who it is, and from there back to `back`, a path without its language.
pub(super) fn ask(frame: &Frame, back: &str, is_lost: bool) -> Result<Response, Problem> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("back", back);
    if is_lost {
        query.append_pair("typed", LOST);
    }
    to_page(&format!("{}?{}", frame.to("/sign-in/again"), query.finish()))
}

fn page(
    call: &Call<'_>,
    visitor: &SignedIn,
    (back, is_lost): (&str, bool),
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let now = call.doors.now().unix_micros();
    // A visitor who has changed the language or the colours of this page comes without the way back.
    let back = if back.is_empty() && visitor.session.kept(now).is_some() { KEPT } else { back };
    let undone = match back {
        KEPT => fl!(frame.words, "again-kept"),
        _ if is_lost => fl!(frame.words, "again-lost"),
        _ => fl!(frame.words, "again-undone"),
    };
    let is_person = matches!(visitor.session.who, Who::Person(_) | Who::Unfiled(_));
    let ceremony = if is_person { None } else { staff::begin(call, frame.to("/sign-in/again"), back.to_owned())? };
    let page = Again {
        script: script(),
        ceremony,
        by_provider: is_person && has_provider(call),
        by_demo: call.doors.reg().mode == Mode::Demo,
        back: back.to_owned(),
        undone,
        error,
        frame,
    };
    with_script(page.frame.answer(status, &page)?, page.ceremony.is_some())
}

/// `GET /{language}/sign-in/again?back=/path`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let visitor = SignedIn::of(call)?;
    let query = call.parts.uri.query().unwrap_or_default();
    let fields = Fields::parse(query.as_bytes());
    let is_lost = fields.text("typed") == LOST;
    page(call, &visitor, (own_path(fields.text("back")), is_lost), (StatusCode::OK, None))
}

/// `POST /{language}/sign-in/again`: the same holder's passkey, or in a demo a word; the session goes on under a new token.
pub(super) async fn take(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let visitor = SignedIn::of(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let back = own_path(fields.text("back")).to_owned();
    let by_demo = call.doors.reg().mode == Mode::Demo && fields.is_ticked("demo");
    let is_shown = by_demo || is_the_same(call, &visitor, &fields).await?;
    if !is_shown {
        let error = fl!(Frame::of(call).words, "again-not-shown");
        return page(call, &visitor, (&back, false), (StatusCode::UNPROCESSABLE_ENTITY, Some(error)));
    }
    let token = call.doors.renew_session(&call.doors.token_hash(&visitor.token), visitor.session.who)?;
    let mut response = to_page(&Frame::of(call).to(&back))?;
    set_session(call, &mut response, &token)?;
    Ok(response)
}

/// Whether the answer is that of a passkey of the very visitor.
async fn is_the_same(call: &Call<'_>, visitor: &SignedIn, fields: &Fields) -> Result<bool, Problem> {
    let Some(signed_in) = staff::finish(call, fields).await? else { return Ok(false) };
    Ok(at_the_counter(call, signed_in.holder)?.0 == visitor.session.who)
}

#[cfg(test)]
mod samples {
    use super::super::sampled::ceremony;
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame) -> Again {
        let (ceremony, back, undone) = (None, text(), text());
        Again { frame, script: script(), ceremony, by_provider: false, by_demo: false, back, undone, error: None }
    }

    #[test]
    fn every_way_of_showing_again_who_it_is() {
        hold(
            "sign_in/again.html",
            &[
                ("by passkey", |frame| Again { ceremony: Some(ceremony()), ..page(frame) }),
                ("by provider", |frame| Again { by_provider: true, ..page(frame) }),
                ("in a demo", |frame| Again { by_demo: true, ceremony: Some(ceremony()), ..page(frame) }),
                ("error", |frame| Again { error: Some(text()), ceremony: Some(ceremony()), ..page(frame) }),
            ],
        );
    }
}
