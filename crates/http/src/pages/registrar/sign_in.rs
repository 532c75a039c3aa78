//! Who gets in: invitations, recoveries that wait for two registrars, and passkeys that stop.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::{RecoveryId, StaffCode};
use fairfile_domain::sign_in::{Approval, KeyHolder, Recovery};
use fairfile_service::registrar::{Change, stop_sign_in};
use fairfile_service::sign_in::{self, Decided, HalfCode, Holding, RecoverError};
use fairfile_service::{Registry, RegistryError};
use i18n_embed_fl::fl;

use super::ask::{Check, Form};
use super::members::proposed;
use super::wording::{not_done, typed};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::sign_in::moment;
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// This page.
const HERE: &str = "/registry/sign-in";

#[derive(Template)]
#[template(path = "registrar/sign_in.html")]
struct Entry {
    frame: Frame,
    recoveries: Vec<Waiting>,
    /// Halves of codes that this registrar has to hand over.
    halves: Vec<HalfOf>,
    typed: Typed,
    error: Option<(&'static str, String)>,
}

/// What was typed to invite somebody, or to stop somebody's passkeys.
#[derive(Default)]
struct Typed {
    holder: String,
    because: String,
    stop: String,
}

/// A half of a code, for whoever has to hand it over.
pub(super) struct HalfOf {
    pub(super) holder: String,
    pub(super) code: String,
    pub(super) until: String,
}

impl HalfOf {
    pub(super) fn of(call: &Call<'_>, half: &HalfCode) -> Self {
        let frame = Frame::of(call);
        let until = moment(call, frame.words, &frame, half.ends_at);
        Self { holder: half.holder.to_string(), code: half.text.to_string(), until }
    }
}

/// A recovery that waits.
struct Waiting {
    id: String,
    holder: String,
    asked: String,
    ripe: String,
    approved_by: Option<String>,
}

impl Entry {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "entry-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// `GET /{language}/registry/sign-in`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    page(call, (StatusCode::OK, None), Typed::default()).await
}

async fn page(
    call: &Call<'_>,
    (status, error): (StatusCode, Option<(&'static str, String)>),
    typed: Typed,
) -> Result<Response, Problem> {
    let staff = SignedIn::registrar(call)?;
    let read = move |reg: &Arc<Registry>| -> Result<_, RegistryError> {
        Ok((sign_in::list_recoveries(reg)?, sign_in::list_halves(reg, &staff)?))
    };
    let (waiting, halves) = call.doors.blocking(read).await??;
    let frame = Frame::of(call);
    let told = |at| moment(call, frame.words, &frame, at);
    let row = |recovery: Recovery| Waiting {
        id: recovery.id.to_string(),
        holder: recovery.holder.to_string(),
        asked: told(recovery.asked_at),
        ripe: told(recovery.ripe_at),
        approved_by: recovery.approved_by.map(|code| code.to_string()),
    };
    let recoveries = waiting.into_iter().map(row).collect();
    let halves = halves.iter().map(|half| HalfOf::of(call, half)).collect();
    let page = Entry { recoveries, halves, typed, error, frame };
    page.frame.answer(status, &page)
}

/// The registrar, and what was typed.
async fn registrar(call: &Call<'_>, body: Body) -> Result<(KeyHolder, Fields), Problem> {
    let (code, fields) = typed(call, body).await?;
    Ok((KeyHolder::Staff(code), fields))
}

/// The holder that a registrar writes: `officer/0417`, `staff/registrar-2`, or the code alone.
fn find_holder(call: &Call<'_>, text: &str) -> Option<KeyHolder> {
    if let Ok(holder) = text.parse() {
        return Some(holder);
    }
    let directory = call.doors.reg().directory();
    let ways = [format!("officer/{text}"), format!("staff/{text}")].into_iter().filter_map(|way| way.parse().ok());
    let mut known = ways.filter(|holder| sign_in::holding(&directory, holder) != Holding::Unknown);
    known.next().filter(|_| known.next().is_none())
}

/// `POST /{language}/registry/sign-in/invite`: proposes it, for whoever is invited signs in as that officer or registrar.
pub(crate) async fn invite(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (by, fields) = registrar(call, body).await?;
    let KeyHolder::Staff(staff) = by else { return Err(RequestFault::OtherVisitor.into()) };
    let typed = Typed {
        holder: fields.text("holder").trim().to_ascii_lowercase(),
        because: fields.text("because").to_owned(),
        stop: String::new(),
    };
    let unprocessable = |error| (StatusCode::UNPROCESSABLE_ENTITY, Some(error));
    let Some(holder) = find_holder(call, &typed.holder) else {
        let error = ("holder", fl!(Frame::of(call).words, "entry-unknown"));
        return page(call, unprocessable(error), typed).await;
    };
    match proposed(call, staff, Change::Invite(holder), &fields).await? {
        Ok(response) => Ok(response),
        Err(mut wrong) => {
            let error = wrong.pop().unwrap_or_else(|| ("holder", String::new()));
            page(call, unprocessable(error), typed).await
        }
    }
}

/// `POST /{language}/registry/sign-in/recovery`: a registrar's word, yes or no, once the registrar has seen what it does.
pub(crate) async fn decide(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (code, fields) = typed(call, body).await?;
    let id: RecoveryId = fields.text("recovery").parse().map_err(|_| RequestFault::NotFound)?;
    let grants = match fields.text("word") {
        "grant" => true,
        "refuse" => false,
        _ => return Err(RequestFault::NotTheShape.into()),
    };
    if !fields.is_ticked("sure") {
        return check_word(call, id, &code, grants).await;
    }
    let by = KeyHolder::Staff(code.clone());
    let decided = if grants {
        call.doors.blocking(move |reg| sign_in::approve_recovery(reg, id, &code)).await?
    } else {
        let by = by.clone();
        call.doors.blocking(move |reg| sign_in::refuse_recovery(reg, id, &by)).await?.map(Decided::OneMore)
    };
    let leaf = match decided {
        Ok(Decided::OneMore(leaf)) => leaf,
        Ok(Decided::Granted(holder, leaf)) => {
            end_sessions(call, &holder);
            leaf
        }
        Err(error) => return not_decided(call, error).await,
    };
    // Whoever refuses the own recovery did it as its holder, and finds it among the own passkeys.
    let is_own = call.doors.blocking(move |reg| sign_in::find_refused(reg, &by, id)).await??.is_some();
    let done = if is_own { format!("/sign-in/keys/{id}") } else { format!("/registry/audit/{leaf}") };
    to_page(&Frame::of(call).to(&done))
}

/// Why nothing was decided.
async fn not_decided(call: &Call<'_>, error: RecoverError) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let error = match error {
        RecoverError::TooEarly(until) => {
            fl!(words, "entry-early", until = moment(call, words, &frame, until))
        }
        RecoverError::Own => fl!(words, "entry-own"),
        RecoverError::Twice => fl!(words, "entry-twice"),
        RecoverError::Over | RecoverError::Unknown => fl!(words, "entry-over"),
        RecoverError::NotARegistrar => return Err(RequestFault::OtherVisitor.into()),
        RecoverError::Registry(error) => return Err(error.into()),
    };
    page(call, (StatusCode::CONFLICT, Some(("recoveries", error))), Typed::default()).await
}

/// Before a word counts: on whose recovery, and exactly what it does.
async fn check_word(call: &Call<'_>, id: RecoveryId, by: &StaffCode, grants: bool) -> Result<Response, Problem> {
    let by = by.clone();
    let weighed = call.doors.blocking(move |reg| -> Result<_, RecoverError> {
        let recovery = sign_in::check_recovery(reg, id)?;
        let approval = if grants { Some(sign_in::check_approval(reg, &recovery, &by)?) } else { None };
        Ok((recovery, approval))
    });
    let (recovery, approval) = match weighed.await? {
        Ok(weighed) => weighed,
        Err(error) => return not_decided(call, error).await,
    };
    let frame = Frame::of(call);
    let (words, holder) = (frame.words, recovery.holder.to_string());
    let mut facts = vec![
        (fl!(words, "entry-holder"), holder.clone()),
        (fl!(words, "entry-asked"), moment(call, words, &frame, recovery.asked_at)),
        (fl!(words, "entry-ripe"), moment(call, words, &frame, recovery.ripe_at)),
    ];
    facts.extend(recovery.approved_by.map(|first| (fl!(words, "entry-first"), first.to_string())));
    let lead = match approval {
        None => fl!(words, "entry-refuse-means"),
        Some(Approval::First) => fl!(words, "entry-grant-first"),
        Some(Approval::Grants) => {
            facts.extend(what_stops(call, &frame, recovery.holder).await?);
            fl!(words, "entry-grant-second")
        }
    };
    let (h1, word, button) = if grants {
        (fl!(words, "entry-grant-check", holder = holder), "grant", fl!(words, "entry-grant"))
    } else {
        (fl!(words, "entry-refuse-check", holder = holder), "refuse", fl!(words, "entry-refuse"))
    };
    let hidden = vec![("recovery", id.to_string()), ("word", word.to_owned()), ("sure", "yes".to_owned())];
    let form = Form { action: frame.to("/registry/sign-in/recovery"), hidden, fields: Vec::new(), button };
    Check { h1, back: (frame.to(HERE), fl!(words, "entry-title")), lead, facts, form, frame }.show()
}

/// `POST /{language}/registry/sign-in/stop`: every passkey of a holder stops, and every session ends, once the registrar has
/// seen whose and how many. It gives nobody anything, so it takes one registrar and no waiting.
pub(crate) async fn stop(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (code, fields) = typed(call, body).await?;
    let text = fields.text("holder").trim().to_ascii_lowercase();
    let directory = call.doors.reg().directory();
    let known = |holder: &KeyHolder| sign_in::holding(&directory, holder) != Holding::Unknown;
    let Some(holder) = find_holder(call, &text).filter(known) else {
        let error = fl!(Frame::of(call).words, "entry-unknown");
        return not_stopped(call, text, error).await;
    };
    if !fields.is_ticked("sure") {
        return check_stop(call, holder, text, KeyHolder::Staff(code)).await;
    }
    let (sessions, asked) = (open_sessions(call, &holder), holder.clone());
    let stopped = call.doors.blocking(move |reg| stop_sign_in(reg, &code, &asked, sessions)).await?;
    let leaf = match stopped {
        Ok(leaf) => leaf,
        Err(error) => {
            let words = not_done(&Frame::of(call), error)?.pop().map(|(_, words)| words);
            return not_stopped(call, text, words.unwrap_or_default()).await;
        }
    };
    end_sessions(call, &holder);
    to_page(&Frame::of(call).to(&format!("/registry/audit/{leaf}")))
}

async fn not_stopped(call: &Call<'_>, stop: String, error: String) -> Result<Response, Problem> {
    let typed = Typed { stop, ..Typed::default() };
    page(call, (StatusCode::UNPROCESSABLE_ENTITY, Some(("stop", error))), typed).await
}

/// Before anything stops: whose passkeys, how many, and how many sessions.
async fn check_stop(call: &Call<'_>, holder: KeyHolder, text: String, by: KeyHolder) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let facts = what_stops(call, &frame, holder.clone()).await?;
    if facts.iter().all(|(_, count)| count == "0") {
        return not_stopped(call, text, fl!(words, "entry-stop-nothing")).await;
    }
    let lead = if holder == by { fl!(words, "entry-stop-own") } else { fl!(words, "entry-stop-check-means") };
    let hidden = vec![("holder", holder.to_string()), ("sure", "yes".to_owned())];
    let button = fl!(words, "entry-stop-go");
    let form = Form { action: frame.to("/registry/sign-in/stop"), hidden, fields: Vec::new(), button };
    let h1 = fl!(words, "entry-stop-check", holder = holder.to_string());
    Check { h1, back: (frame.to(HERE), fl!(words, "entry-title")), lead, facts, form, frame }.show()
}

/// How many passkeys of a holder stop, and how many sessions end.
async fn what_stops(call: &Call<'_>, frame: &Frame, holder: KeyHolder) -> Result<Vec<(String, String)>, Problem> {
    let sessions = open_sessions(call, &holder);
    let passkeys = call.doors.blocking(move |reg| sign_in::list_passkeys(reg, &holder)).await??;
    let living = passkeys.iter().filter(|passkey| passkey.stopped_at.is_none()).count();
    Ok(vec![
        (fl!(frame.words, "entry-stop-passkeys"), living.to_string()),
        (fl!(frame.words, "entry-stop-sessions"), sessions.to_string()),
    ])
}

/// How many sessions end with the passkeys of a holder: all but that of whoever ends them, who reads on in it what was done.
fn open_sessions(call: &Call<'_>, holder: &KeyHolder) -> u32 {
    let now = call.doors.now().unix_micros();
    let open: usize = visitors(holder).iter().map(|who| call.doors.sessions().count(who, now)).sum();
    let own = SignedIn::find(call).is_some_and(|visitor| visitor.session.who.holder().as_ref() == Some(holder));
    u32::try_from(open.saturating_sub(usize::from(own))).unwrap_or(u32::MAX)
}

/// As whom a holder of passkeys can be signed in.
fn visitors(holder: &KeyHolder) -> Vec<Who> {
    match holder {
        KeyHolder::Officer(code) => vec![Who::Officer(code.clone())],
        KeyHolder::Staff(code) => vec![Who::Registrar(code.clone()), Who::Supervisor(code.clone())],
    }
}

/// Ends every session of a holder but this one, where it is the holder's own.
fn end_sessions(call: &Call<'_>, holder: &KeyHolder) {
    let own = SignedIn::find(call).map(|visitor| call.doors.token_hash(&visitor.token));
    visitors(holder).iter().for_each(|who| match &own {
        Some(own) => call.doors.sessions().close_others(who, own),
        None => call.doors.sessions().close_all(who),
    });
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn entry(frame: Frame, recoveries: Vec<Waiting>, error: Option<(&'static str, String)>) -> Entry {
        let typed = Typed { holder: text(), because: text(), stop: text() };
        Entry { frame, recoveries, halves: Vec::new(), typed, error }
    }

    fn half() -> HalfOf {
        HalfOf { holder: text(), code: text(), until: text() }
    }

    fn waiting(approved_by: Option<String>) -> Waiting {
        Waiting { id: "rcv_1".to_owned(), holder: text(), asked: text(), ripe: text(), approved_by }
    }

    #[test]
    fn from_nobody_waiting_to_a_code_that_is_nobodys() {
        hold(
            "registrar/sign_in.html",
            &[
                ("empty", |frame| entry(frame, Vec::new(), None)),
                ("one", |frame| entry(frame, vec![waiting(None)], None)),
                ("full", |frame| entry(frame, vec![waiting(Some(text())), waiting(None)], None)),
                ("with halves of codes", |frame| Entry {
                    halves: vec![half(), half()],
                    ..entry(frame, Vec::new(), None)
                }),
                ("error", |frame| entry(frame, Vec::new(), Some(("holder", text())))),
            ],
        );
    }
}
