//! Signing in: persons by the province's identity provider, everybody who works at a counter with a passkey.
//!
//! Words, status, size and time of an answer are the same whether or not there is such an invitation, key or holder. A
//! sign-in gives a new session, so nobody can prepare one for somebody else; the only script of the node asks the device
//! for a passkey, and stands on these pages alone.

mod again;
mod enrol;
mod kept;
mod keys;
mod lost;
mod provider;
mod sessions;
mod staff;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::actor::Office;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_service::registry::RELEASE_TICK;
use fairfile_signin::passkey::RelyingParty;
use i18n_embed_fl::fl;
use tokio::time::{sleep, sleep_until};

use super::assets;
use super::frame::{Frame, Theme};
use super::words::Words;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response;
use crate::sessions::Who;

pub(crate) use again::before_a_binding_step;
pub(crate) use keys::recovery_of;
pub(super) use provider::is_there as has_provider;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where the identity provider sends a person back to.
    Callback,
    /// With a passkey.
    Staff,
    /// With an invitation, to make a passkey.
    Invited,
    /// A passkey was made.
    Made,
    /// Every passkey is lost.
    Lost,
    /// A recovery was asked for, or not.
    Asked,
    /// Show again who you are.
    Again,
    /// What was typed before that.
    Kept,
    /// One's own passkeys.
    Keys,
    /// That one of them was stopped, or a recovery refused.
    Done,
    /// One's own sessions.
    Sessions,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Go to the identity provider.
    Provider,
    /// A passkey was used.
    Staff,
    /// The code of an invitation.
    Invited,
    /// A passkey was made with it.
    Make,
    /// Every passkey is lost.
    Lost,
    /// A passkey was used again.
    Again,
    /// One more passkey.
    Add,
    /// It was made.
    Added,
    /// A passkey of one's own is stopped.
    Stop,
    /// "I have not lost my passkey."
    Refuse,
    /// All sessions of one's own end.
    End,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Callback => provider::come_back(call).await,
        Page::Staff => staff::ask(call),
        Page::Invited => enrol::ask(call),
        Page::Made => enrol::made(call),
        Page::Lost => lost::ask(call),
        Page::Asked => lost::asked(call),
        Page::Again => again::show(call),
        Page::Kept => kept::show(call),
        Page::Keys => keys::list(call).await,
        Page::Done => keys::done(call).await,
        Page::Sessions => sessions::show(call),
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Provider => provider::begin(call, body).await,
        Form::Staff => on_a_full_tick(staff::open(call, body)).await,
        Form::Invited => on_a_full_tick(enrol::begin(call, body)).await,
        Form::Make => on_a_full_tick(enrol::finish(call, body)).await,
        Form::Lost => on_a_full_tick(lost::take(call, body)).await,
        Form::Again => again::take(call, body).await,
        Form::Add => keys::add(call, body).await,
        Form::Added => keys::added(call, body).await,
        Form::Stop => keys::stop(call, body).await,
        Form::Refuse => keys::refuse(call, body).await,
        Form::End => sessions::end(call, body).await,
    }
}

/// Lets every answer of `work` leave on a full tick, so that its time does not tell what was found.
async fn on_a_full_tick<T>(work: impl Future<Output = T>) -> T {
    let first_tick = sleep(RELEASE_TICK);
    let answer = work.await;
    let late = first_tick.deadline().elapsed().as_nanos().div_ceil(RELEASE_TICK.as_nanos());
    sleep_until(first_tick.deadline() + RELEASE_TICK * u32::try_from(late).unwrap_or(u32::MAX)).await;
    answer
}

/// A page that says one thing, and where to go on: what was done, or what went wrong.
#[derive(Template)]
#[template(path = "sign_in/said.html")]
pub(in crate::pages) struct Said {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) title: String,
    pub(in crate::pages) lead: String,
    pub(in crate::pages) next: String,
    pub(in crate::pages) is_error: bool,
    /// Where to go on, and what that is called.
    pub(in crate::pages) link: (String, String),
    /// Goes on by itself.
    pub(in crate::pages) goes_on: bool,
}

impl Said {
    fn title(&self) -> String {
        let title = self.title.clone();
        if self.is_error { fl!(self.frame.words, "error-title", page = title) } else { title }
    }

    pub(in crate::pages) fn answer(self, status: StatusCode) -> Result<Response, Problem> {
        self.frame.answer(status, &self)
    }
}

/// A form that a device answers by the script.
struct Ceremony {
    /// Where the answer goes.
    action: String,
    /// `get` or `create`.
    verb: &'static str,
    /// What the device is asked.
    options: String,
    /// What comes back with the answer.
    ticket: String,
    /// The invitation's code, where there is one.
    code: String,
    /// Where to go on, where that is not plain.
    back: String,
}

/// Lets a page run the one script, if it asks a device.
fn with_script(mut response: Response, asks_a_device: bool) -> Result<Response, Problem> {
    if asks_a_device {
        response::let_own_scripts_run(&mut response);
    }
    Ok(response)
}

/// The script's address.
fn script() -> String {
    format!("/assets/{}", assets::script_name())
}

/// The node as the visitor's browser knows it; nothing at an address that is no name, which browsers make no passkeys for.
fn party(call: &Call<'_>) -> Option<RelyingParty> {
    RelyingParty::at(call.origin()).ok()
}

/// Who somebody with a passkey is at the counter, and where the visit begins.
fn at_the_counter(call: &Call<'_>, holder: KeyHolder) -> Result<(Who, &'static str), Problem> {
    let reg = call.doors.reg();
    match holder {
        KeyHolder::Officer(officer) => {
            let path = if super::bar::writes(reg, &officer) { "/source" } else { "/inquiry" };
            Ok((Who::Officer(officer), path))
        }
        KeyHolder::Staff(code) => {
            let office = reg.directory().staff.get(&code).map(|staff| staff.office);
            match office {
                Some(Office::Registry) => Ok((Who::Registrar(code), "/registry")),
                Some(Office::Supervision) => Ok((Who::Supervisor(code), "/supervision")),
                None => Err(RequestFault::NotSignedIn.into()),
            }
        }
    }
}

/// An instant as people read it: day, hour and minute here.
pub(super) fn moment(call: &Call<'_>, words: &Words, frame: &Frame, at: fairfile_domain::day::Instant) -> String {
    let zone = &call.doors.reg().zone;
    let (hour, minute) = at.time_in(zone);
    let time = format!("{hour:02}:{minute:02}");
    fl!(words, "sign-in-moment", day = frame.day(at.day_in(zone)), time = time)
}

/// Gives a cookie, or with a `Max-Age=0` among its terms takes it away.
fn set_cookie(call: &Call<'_>, response: &mut Response, name: &str, value: &str) -> Result<(), Problem> {
    let (prefix, secure) = if call.is_https() { ("__Host-", "; Secure") } else { ("", "") };
    let cookie = format!("{prefix}{name}={value}; Path=/; SameSite=Lax; HttpOnly{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

#[cfg(test)]
mod sampled {
    use super::*;
    use crate::pages::samples::{hold, text};

    /// A question to a device.
    pub(super) fn ceremony() -> Ceremony {
        let (action, verb) = ("/en/sign-in/staff".to_owned(), "get");
        Ceremony { action, verb, options: text(), ticket: text(), code: text(), back: text() }
    }

    fn said(frame: Frame, next: String, is_error: bool, goes_on: bool) -> Said {
        let link = ("/en/x".to_owned(), text());
        Said { frame, title: text(), lead: text(), next, is_error, link, goes_on }
    }

    #[test]
    fn what_was_done_and_what_went_wrong() {
        hold(
            "sign_in/said.html",
            &[
                ("done", |frame| said(frame, String::new(), false, false)),
                ("done, with what is next", |frame| said(frame, text(), false, false)),
                ("goes on by itself", |frame| said(frame, text(), false, true)),
                ("error", |frame| said(frame, text(), true, false)),
            ],
        );
    }
}
