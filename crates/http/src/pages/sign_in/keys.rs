//! One's own passkeys: which there are, one more, and an end to one; and the word against a recovery that somebody asked for.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{PasskeyId, RecoveryId};
use fairfile_domain::sign_in::{KeyHolder, RECOVERY_DELAY_HOURS, Recovery};
use fairfile_service::sign_in::{self, EnrolError, Passkey};
use i18n_embed_fl::fl;

use super::enrol::{Make, told};
use super::{Ceremony, Said, moment, party, script};
use crate::caller::Call;
use crate::pages::address::{split, to_page};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::registrar::ask::{Check, Form};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// This page.
const HERE: &str = "/sign-in/keys";

#[derive(Template)]
#[template(path = "sign_in/keys.html")]
struct Keys {
    frame: Frame,
    keys: Vec<Key>,
    /// A recovery that somebody asked for in the visitor's name: its id, and from when it can be granted.
    recovery: Option<(String, String)>,
    error: Option<String>,
}

struct Key {
    id: String,
    made: String,
    used: Option<String>,
    stopped: Option<String>,
}

impl Keys {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "keys-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// The visitor, who has passkeys or could have some.
fn holder(call: &Call<'_>) -> Result<(SignedIn, KeyHolder), Problem> {
    let visitor = SignedIn::of(call)?;
    let holder = visitor.session.who.holder().ok_or(RequestFault::OtherVisitor)?;
    Ok((visitor, holder))
}

/// From when a recovery can be granted that somebody asked for in the visitor's name, if one waits. It is told on every page
/// of every session of the holder but this one, which has the word against it: whoever still has a key learns of it
/// wherever that key was used.
///
/// # Errors
/// What the node says.
pub(crate) async fn recovery_of(call: &Call<'_>) -> Result<Option<Instant>, Problem> {
    let holder = SignedIn::find(call).and_then(|visitor| visitor.session.who.holder());
    let is_here = split(call.parts.uri.path()).is_some_and(|(_, path)| path == HERE);
    let Some(holder) = holder.filter(|_| !is_here) else { return Ok(None) };
    let recovery = call.doors.blocking(move |reg| sign_in::find_recovery(reg, &holder)).await??;
    Ok(recovery.map(|asked| asked.ripe_at))
}

/// `GET /{language}/sign-in/keys`
pub(super) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let (_, holder) = holder(call)?;
    page(call, holder, (StatusCode::OK, None)).await
}

async fn page(
    call: &Call<'_>,
    holder: KeyHolder,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Problem> {
    let found = call.doors.blocking(move |reg| {
        let keys = sign_in::list_passkeys(reg, &holder)?;
        Ok::<_, fairfile_service::RegistryError>((keys, sign_in::find_recovery(reg, &holder)?))
    });
    let (keys, recovery) = found.await??;
    let frame = Frame::of(call);
    let told = |at| moment(call, frame.words, &frame, at);
    let keys = keys.into_iter().map(|key| Key {
        id: key.id.to_string(),
        made: told(key.made_at),
        used: key.used_at.map(told),
        stopped: key.stopped_at.map(told),
    });
    let (keys, recovery) = (keys.collect(), recovery.map(|asked| (asked.id.to_string(), told(asked.ripe_at))));
    let page = Keys { keys, recovery, error, frame };
    page.frame.answer(status, &page)
}

/// `POST /{language}/sign-in/keys/add`: the device is asked. Nothing is kept yet.
pub(super) async fn add(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, holder) = holder(call)?;
    Fields::read_own(call, &visitor, body).await?;
    make(call, &visitor, holder, None).await
}

async fn make(
    call: &Call<'_>,
    visitor: &SignedIn,
    holder: KeyHolder,
    error: Option<String>,
) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let Some(party) = party(call) else {
        let error = fl!(frame.words, "staff-no-name");
        return page(call, holder, (StatusCode::UNPROCESSABLE_ENTITY, Some(error))).await;
    };
    let asked = holder.clone();
    let begun = call.doors.blocking(move |reg| sign_in::begin_enrolment(reg, &party, &asked)).await?;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let error = told(frame.words, error)?;
            return page(call, holder, (StatusCode::UNPROCESSABLE_ENTITY, Some(error))).await;
        }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let ceremony = Ceremony {
        action: frame.to("/sign-in/keys/added"),
        verb: "create",
        options: begun.options,
        ticket: call.doors.ticket(&purpose(visitor), &begun.state),
        code: String::new(),
        back: String::new(),
    };
    Make { script: script(), ceremony, holder: holder.code().to_owned(), error, frame }.answer(status)
}

/// A ticket of one session is none of another.
fn purpose(visitor: &SignedIn) -> String {
    format!("passkey-add {}", hex::encode(visitor.session.id))
}

/// `POST /{language}/sign-in/keys/added`: the answer of the device.
pub(super) async fn added(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, holder) = holder(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let frame = Frame::of(call);
    let ticket = call.doors.find_ticket(&purpose(&visitor), fields.text("ticket"));
    let (Some(ticket), Some(party)) = (ticket, party(call)) else {
        let error = fl!(frame.words, "make-not-shown");
        return page(call, holder, (StatusCode::UNPROCESSABLE_ENTITY, Some(error))).await;
    };
    let (answer, asked, state) = (fields.text("answer").to_owned(), holder.clone(), ticket.content.clone());
    let kept = call.doors.blocking(move |reg| -> Result<(), EnrolError> {
        let made = party.finish_making(&state, &answer)?;
        sign_in::add_passkey(reg, &asked, made)
    });
    match kept.await? {
        Ok(()) => to_page(&frame.to(HERE)),
        Err(EnrolError::Passkey(fault)) => {
            let error = told(frame.words, fault.into())?;
            make(call, &visitor, holder, Some(error)).await
        }
        Err(error) => {
            let error = told(frame.words, error)?;
            page(call, holder, (StatusCode::UNPROCESSABLE_ENTITY, Some(error))).await
        }
    }
}

/// `POST /{language}/sign-in/keys/stop`: at once, after a page that says what goes with it. Every other session of the visitor
/// ends with it.
pub(super) async fn stop(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, holder) = holder(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let id: PasskeyId = fields.text("passkey").parse().map_err(|_| RequestFault::NotFound)?;
    let (by, asked) = (holder.to_string(), holder);
    let own = call.doors.blocking(move |reg| sign_in::list_passkeys(reg, &asked)).await??;
    // Only one's own: another's is not there.
    let known = own.iter().find(|key| key.id == id).ok_or(RequestFault::NotFound)?;
    if known.stopped_at.is_none() && !fields.is_ticked("sure") {
        let left = own.iter().filter(|key| key.stopped_at.is_none() && key.id != id).count();
        return check_stop(call, &visitor, known, left);
    }
    call.doors.blocking(move |reg| sign_in::stop_passkey(reg, id, &by)).await??;
    call.doors.sessions().close_others(&visitor.session.who, &call.doors.token_hash(&visitor.token));
    to_page(&Frame::of(call).to(&format!("{HERE}/{id}")))
}

/// Before it stops: which passkey, how many are left, and how many sessions end.
fn check_stop(call: &Call<'_>, visitor: &SignedIn, known: &Passkey, left: usize) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let open = call.doors.sessions().count(&visitor.session.who, call.doors.now().unix_micros());
    let used = known.used_at.map_or_else(|| fl!(words, "keys-never"), |at| moment(call, words, &frame, at));
    let facts = vec![
        (fl!(words, "keys-id"), known.id.to_string()),
        (fl!(words, "keys-made"), moment(call, words, &frame, known.made_at)),
        (fl!(words, "keys-used"), used),
        (fl!(words, "keys-left"), left.to_string()),
        (fl!(words, "entry-stop-sessions"), open.saturating_sub(1).to_string()),
    ];
    let lead = if left == 0 {
        fl!(words, "keys-last", hours = (i64::from(RECOVERY_DELAY_HOURS)))
    } else {
        fl!(words, "keys-stop-means")
    };
    let form = Form {
        action: frame.to("/sign-in/keys/stop"),
        hidden: vec![("passkey", known.id.to_string()), ("sure", "yes".to_owned())],
        fields: Vec::new(),
        button: fl!(words, "keys-stop"),
    };
    let back = (frame.to(HERE), fl!(words, "keys-title"));
    Check { h1: fl!(words, "keys-stop-check"), back, lead, facts, form, frame }.show()
}

/// `POST /{language}/sign-in/keys/refuse`: whoever asked for it was not the visitor.
pub(super) async fn refuse(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, holder) = holder(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let id: RecoveryId = fields.text("recovery").parse().map_err(|_| RequestFault::NotFound)?;
    let asked = holder.clone();
    let own = call.doors.blocking(move |reg| sign_in::find_recovery(reg, &asked)).await??;
    let own = own.filter(|own| own.id == id).ok_or(RequestFault::NotFound)?;
    if !fields.is_ticked("sure") {
        return check_refusal(call, &own);
    }
    call.doors.blocking(move |reg| sign_in::refuse_recovery(reg, id, &holder)).await??;
    to_page(&Frame::of(call).to(&format!("{HERE}/{id}")))
}

/// Before it is refused: what was asked for, and when.
fn check_refusal(call: &Call<'_>, asked: &Recovery) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let facts = vec![
        (fl!(words, "entry-asked"), moment(call, words, &frame, asked.asked_at)),
        (fl!(words, "entry-ripe"), moment(call, words, &frame, asked.ripe_at)),
    ];
    let form = Form {
        action: frame.to("/sign-in/keys/refuse"),
        hidden: vec![("recovery", asked.id.to_string()), ("sure", "yes".to_owned())],
        fields: Vec::new(),
        button: fl!(words, "keys-refuse"),
    };
    let back = (frame.to(HERE), fl!(words, "keys-title"));
    let lead = fl!(words, "keys-refuse-means");
    Check { h1: fl!(words, "keys-refuse-check"), back, lead, facts, form, frame }.show()
}

/// `GET /{language}/sign-in/keys/{done}`: that a passkey of one's own was stopped, or a recovery refused, by its number.
pub(super) async fn done(call: &Call<'_>) -> Result<Response, Problem> {
    let (_, holder) = holder(call)?;
    let number = call.parts.uri.path().rsplit('/').next().unwrap_or_default();
    let frame = Frame::of(call);
    let words = frame.words;
    let (title, lead, next) = if let Ok(id) = number.parse::<PasskeyId>() {
        let own = call.doors.blocking(move |reg| sign_in::list_passkeys(reg, &holder)).await??;
        let at = own.iter().find(|key| key.id == id).and_then(|key| key.stopped_at).ok_or(RequestFault::NotFound)?;
        let has_more = own.iter().any(|key| key.stopped_at.is_none());
        let at = moment(call, words, &frame, at);
        let lead = fl!(words, "keys-done-lead", at = at, id = number);
        (fl!(words, "keys-done"), lead, if has_more { String::new() } else { fl!(words, "keys-done-last") })
    } else {
        let id: RecoveryId = number.parse().map_err(|_| RequestFault::NotFound)?;
        let refused = call.doors.blocking(move |reg| sign_in::find_refused(reg, &holder, id)).await??;
        refused.ok_or(RequestFault::NotFound)?;
        (fl!(words, "keys-refused"), fl!(words, "keys-refused-lead", id = number), fl!(words, "keys-refused-next"))
    };
    let link = (frame.to(HERE), fl!(words, "keys-title"));
    Said { frame, title, lead, next, is_error: false, link, goes_on: false }.answer(StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn key(used: Option<String>, stopped: Option<String>) -> Key {
        Key { id: text(), made: text(), used, stopped }
    }

    #[test]
    fn from_no_passkey_to_several_and_a_recovery_under_way() {
        hold(
            "sign_in/keys.html",
            &[
                ("empty", |frame| Keys { frame, keys: Vec::new(), recovery: None, error: None }),
                ("one", |frame| Keys { frame, keys: vec![key(None, None)], recovery: None, error: None }),
                ("full", |frame| Keys {
                    frame,
                    keys: vec![key(Some(text()), None), key(Some(text()), Some(text())), key(None, Some(text()))],
                    recovery: Some((text(), text())),
                    error: None,
                }),
                ("error", |frame| Keys { frame, keys: Vec::new(), recovery: None, error: Some(text()) }),
            ],
        );
    }
}
