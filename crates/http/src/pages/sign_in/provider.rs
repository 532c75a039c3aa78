//! A person signs in by the province's identity provider: there, back, and into the own file.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_domain::day::Instant;
use fairfile_service::RegistryError;
use fairfile_service::sign_in::{self, BindError};
use fairfile_signin::provider::{Attempt, Login, Provider, ProviderFault};
use i18n_embed_fl::fl;
use std::sync::Arc;
use zeroize::Zeroizing;

use super::{Said, set_cookie};
use crate::caller::Call;
use crate::pages::address::{cookie, own_path};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, set_session};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::router::Visitor;
use crate::sessions::Who;
use crate::tickets::Ticket;
use crate::ways::is_page_of;

/// The cookie of an attempt; it holds no secret that a provider or a node goes by.
const ATTEMPT: &str = "fairfile_attempt";
/// What its ticket is for.
const BEGUN: &str = "provider-attempt";

/// Whether persons can sign in by a provider here.
pub(in crate::pages) fn is_there(call: &Call<'_>) -> bool {
    call.doors.config().provider.is_some()
}

fn provider(call: &Call<'_>) -> Result<Arc<Provider>, Problem> {
    call.doors.config().provider.clone().ok_or_else(|| RequestFault::NoSuchAddress.into())
}

/// What an attempt's cookie remembers: a seed of chance, when it began, the session that shows again who is there (all
/// zeros if there is none), and where to go back to.
struct Begun {
    seed: [u8; 32],
    began_at: i64,
    session: [u8; 32],
    back: String,
}

impl Begun {
    fn bytes(&self) -> Vec<u8> {
        [&self.seed[..], &self.began_at.to_be_bytes(), &self.session, self.back.as_bytes()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (seed, rest) = bytes.split_first_chunk::<32>()?;
        let (began_at, rest) = rest.split_first_chunk::<8>()?;
        let (session, back) = rest.split_first_chunk::<32>()?;
        let back = std::str::from_utf8(back).ok()?.to_owned();
        Some(Self { seed: *seed, began_at: i64::from_be_bytes(*began_at), session: *session, back })
    }

    fn is_again(&self) -> bool {
        self.session != [0; 32]
    }

    /// The secrets of the attempt, made from its seed under a key of the node.
    fn attempt(&self, call: &Call<'_>) -> Result<Attempt, Problem> {
        let hashes = call.doors.reg().vault.keyring().hashes();
        let secret = |what: &str| URL_SAFE_NO_PAD.encode(hashes.content_of(what, &self.seed));
        Ok(Attempt {
            state: secret("provider-state"),
            nonce: secret("provider-nonce"),
            verifier: Zeroizing::new(secret("provider-verifier")),
            began_at: Instant::from_unix_micros(self.began_at).map_err(|error| Problem::failed(&error))?,
            again: self.is_again(),
        })
    }
}

/// Where the provider sends visitors back to. It knows both addresses, one for each language.
fn back_to(call: &Call<'_>, frame: &Frame) -> String {
    [call.origin(), &frame.to("/sign-in/callback")].concat()
}

/// `POST /{language}/sign-in/provider`: begins an attempt, and says where it goes.
///
/// The visitor is not redirected from the form: a page that names the provider goes on by itself, so that no form of this
/// node may ever send to another address.
pub(super) async fn begin(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let provider = provider(call)?;
    let fields = Fields::read(call, body).await?;
    let (frame, now) = (Frame::of(call), call.doors.now());
    let seed: [u8; 32] = call.doors.reg().chance.bytes().map_err(RegistryError::from)?;
    let back = own_path(fields.text("back")).to_owned();
    let session = match SignedIn::of(call) {
        Ok(visitor) if fields.is_ticked("again") => call.doors.token_hash(&visitor.token),
        _ => [0; 32],
    };
    let begun = Begun { seed, began_at: now.unix_micros(), session, back };
    let (attempt, to, language) = (begun.attempt(call)?, back_to(call, &frame), frame.lang());
    let asked = call.doors.blocking(move |_| provider.authorize_url(&to, &attempt, language, now)).await?;
    let address = match asked {
        Ok(address) => address,
        Err(fault) => return refused(call, fault),
    };
    let words = frame.words;
    let host = address.split('/').nth(2).unwrap_or_default().to_owned();
    let lead = fl!(words, "provider-going", host = host);
    let (title, next) = (fl!(words, "provider-title"), fl!(words, "provider-going-next"));
    let link = (address, fl!(words, "go-on"));
    let mut response =
        Said { frame, title, lead, next, is_error: false, link, goes_on: true }.answer(StatusCode::OK)?;
    let ticket = call.doors.ticket(BEGUN, &begun.bytes());
    set_cookie(call, &mut response, ATTEMPT, &format!("{ticket}; Max-Age=600"))?;
    Ok(response)
}

/// `GET /{language}/sign-in/callback`: the visitor comes back from the provider, and goes on to the own file.
///
/// It answers with a page that goes on by itself: a browser sends the session's cookie with no request that another site
/// has begun, and a redirect from there would be one.
pub(super) async fn come_back(call: &Call<'_>) -> Result<Response, Problem> {
    let provider = provider(call)?;
    let Some((begun, ticket)) = attempt_of(call) else { return stale(call) };
    let (attempt, frame, now) = (begun.attempt(call)?, Frame::of(call), call.doors.now());
    let told = Told::of(call);
    // Used up whatever comes of it: what comes back twice is a replay.
    if !told.is_of(call, &attempt, &provider) || !call.doors.use_ticket(&ticket) {
        return stale(call);
    }
    let Some(code) = told.code else { return refused(call, ProviderFault::NotConfirmed) };
    let to = back_to(call, &frame);
    let bound = call.doors.blocking(move |reg| {
        let login = provider.redeem(&to, &attempt, &code, now)?;
        Ok::<_, ProviderFault>((sign_in::bind_person(reg, &login), unfiled(reg, &login), login.shown_at()))
    });
    let (bound, unfiled, shown_at) = match bound.await? {
        Ok(bound) => bound,
        Err(fault) => return refused(call, fault),
    };
    let who = match bound {
        Ok(Some(subject)) => Who::Person(subject),
        Ok(None) => Who::Unfiled(unfiled),
        Err(error) => return not_bound(call, error),
    };
    welcome(call, &begun, who, if begun.is_again() { Some(now) } else { shown_at })
}

/// By what somebody without a file is told from others: the keyed hash that a file would be found by.
fn unfiled(reg: &fairfile_service::Registry, login: &Login) -> [u8; 32] {
    reg.vault.keyring().hashes().index_of(login.identifier())
}

/// A new session, and the page that goes on. The one before it ends.
fn welcome(call: &Call<'_>, begun: &Begun, who: Who, shown_at: Option<Instant>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    // Only the same person goes on where the visit was; anybody else begins anew.
    let token = match begun.is_again() {
        true => call.doors.renew_session(&begun.session, who)?,
        false => call.doors.open_session_shown(who, shown_at)?,
    };
    let to = if is_page_of(&begun.back, Visitor::Person) { begun.back.as_str() } else { "/my" };
    let words = frame.words;
    let link = (frame.to(to), fl!(words, "go-on"));
    let (title, lead) = (fl!(words, "welcome-title"), fl!(words, "welcome-lead"));
    let said = Said { frame, title, lead, next: String::new(), is_error: false, link, goes_on: true };
    let mut response = said.answer(StatusCode::OK)?;
    set_session(call, &mut response, &token)?;
    set_cookie(call, &mut response, ATTEMPT, "; Max-Age=0")?;
    Ok(response)
}

/// The attempt that this browser has begun.
fn attempt_of(call: &Call<'_>) -> Option<(Begun, Ticket)> {
    let name = if call.is_https() { ["__Host-", ATTEMPT].concat() } else { ATTEMPT.to_owned() };
    let ticket = call.doors.find_ticket(BEGUN, &cookie(&call.parts.headers, &name)?)?;
    Some((Begun::read(&ticket.content)?, ticket))
}

/// What came back in the address.
struct Told {
    state: String,
    code: Option<String>,
    issuer: Option<String>,
}

impl Told {
    fn of(call: &Call<'_>) -> Self {
        let query = call.parts.uri.query().unwrap_or_default();
        let find = |name: &str| {
            let mut fields = form_urlencoded::parse(query.as_bytes());
            fields.find(|field| field.0 == name).map(|field| field.1.into_owned())
        };
        Self { state: find("state").unwrap_or_default(), code: find("code"), issuer: find("iss") }
    }

    /// Whether it is the answer to this attempt, and of this provider where it says of which it is (RFC 9207).
    fn is_of(&self, call: &Call<'_>, attempt: &Attempt, provider: &Provider) -> bool {
        let hash = |text: &str| call.doors.token_hash(text);
        hash(&self.state) == hash(&attempt.state)
            && self.issuer.as_ref().is_none_or(|issuer| issuer == provider.issuer())
    }
}

fn wrong(call: &Call<'_>, status: StatusCode, (lead, next): (String, String)) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let (title, link) = (fl!(frame.words, "provider-no"), (frame.to("/sign-in"), fl!(frame.words, "sign-in-link")));
    let said = Said { frame, title, lead, next, is_error: true, link, goes_on: false };
    let mut response = said.answer(status)?;
    set_cookie(call, &mut response, ATTEMPT, "; Max-Age=0")?;
    Ok(response)
}

/// Begun in another browser, too long ago, or answered already.
fn stale(call: &Call<'_>) -> Result<Response, Problem> {
    let words = Frame::of(call).words;
    wrong(call, StatusCode::BAD_REQUEST, (fl!(words, "provider-stale"), fl!(words, "provider-begin-again")))
}

/// The provider is away, or what it says does not hold. The log has the reason, which is one of few.
fn refused(call: &Call<'_>, fault: ProviderFault) -> Result<Response, Problem> {
    tracing::warn!(reason = %fault, "a sign-in by the identity provider was refused");
    let words = Frame::of(call).words;
    let (status, lead) = match fault {
        ProviderFault::Away => (StatusCode::BAD_GATEWAY, fl!(words, "provider-away")),
        ProviderFault::NotConfirmed => (StatusCode::BAD_REQUEST, fl!(words, "provider-not-confirmed")),
        ProviderFault::DoesNotHold(_) => (StatusCode::BAD_GATEWAY, fl!(words, "provider-does-not-hold")),
        ProviderFault::NoNumber => (StatusCode::FORBIDDEN, fl!(words, "provider-no-number")),
    };
    wrong(call, status, (lead, fl!(words, "provider-begin-again")))
}

/// The login belongs to somebody else. Which of the two reasons it is stands in the journal.
fn not_bound(call: &Call<'_>, error: BindError) -> Result<Response, Problem> {
    if let BindError::Registry(error) = error {
        return Err(error.into());
    }
    tracing::warn!(reason = %error, "a sign-in by the identity provider was refused");
    let words = Frame::of(call).words;
    wrong(call, StatusCode::FORBIDDEN, (fl!(words, "provider-other"), fl!(words, "provider-other-next")))
}
