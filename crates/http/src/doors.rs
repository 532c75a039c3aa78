//! What all three doors share: the node, how it is configured, and how every request is attended to.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_domain::day::Instant;
use fairfile_intake::limits::FILE_BYTES;
use fairfile_intake::{Limits as FileLimits, StopCheck};
use fairfile_messages::{Outbox, Sender};
use fairfile_service::clock::MachineClock;
use fairfile_service::sign_in::{self, Holding};
use fairfile_service::{Registry, RegistryError};
use fairfile_signin::provider::Provider;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::answers::Answers;
use crate::body;
use crate::caller::{Call, origin_of};
use crate::drafts::Drafts;
use crate::limits::{FILES_AT_ONCE, FORM_BYTES, INTAKE_AT_ONCE, JSON_BYTES, Limits, REFUSED_AFTER};
use crate::origin::{NotAnOrigin, Origins};
use crate::pace::Callers;
use crate::pages;
use crate::peer::Peer;
use crate::problem::{Problem, RequestFault};
use crate::readings::Readings;
use crate::router::{self, Effect, Route};
use crate::sessions::{Session, Sessions, Who};
use crate::share::{Rooms, Share};
use crate::stage::{Demo, Stage};
use crate::tickets::{Ticket, Tickets};
use crate::visits::Visits;

/// How long a file may be worked on before it is refused as too much, in microseconds: 20 minutes.
const WORK_MICROS: i64 = 20 * 60 * 1_000_000;

/// How a server is placed and sized. Nothing here loosens what the node refuses.
#[derive(Debug, Clone)]
pub struct Config {
    /// The addresses by which the node knows itself, such as `https://node.example`. If there are none, the loopback
    /// address and `localhost` with the port that was bound.
    pub origins: Vec<String>,
    /// The machine's own clock: signatures and sessions are held against it, for a demo's clock can be set.
    pub clock: MachineClock,
    /// Where a file lies while it arrives; if nothing is named, where the system keeps temporary files.
    pub scratch: Option<PathBuf>,
    /// The most bytes of a file.
    pub file_bytes: u64,
    /// How much of it strangers can have.
    pub limits: Limits,
    /// What a demo has besides; it is of no effect on any other node.
    pub demo: Demo,
    /// The identity provider by which persons sign in; without one nobody does, a demo aside.
    pub provider: Option<Arc<Provider>>,
    /// How messages to people leave.
    pub post: PostOffice,
}

/// How messages to people leave the node, as far as pages have to know.
#[derive(Debug, Clone, Default)]
pub struct PostOffice {
    /// Who speaks in them; if nobody is named, the node by its address.
    pub sender: Option<Sender>,
    /// Whether they can go by e-mail.
    pub by_mail: bool,
    /// Whether they can go by SMS.
    pub by_sms: bool,
    /// What a demo has caught of them.
    pub outbox: Outbox,
}

impl Config {
    /// The usual configuration, with the machine's clock.
    pub fn new(clock: MachineClock) -> Self {
        Self {
            origins: Vec::new(),
            clock,
            scratch: None,
            file_bytes: FILE_BYTES,
            limits: Limits::default(),
            demo: Demo::default(),
            provider: None,
            post: PostOffice::default(),
        }
    }
}

/// The three doors of one node: `/api` for members, `/api/my` for the person, the rest for the public.
pub struct Doors {
    reg: Arc<Registry>,
    config: Config,
    origins: Origins,
    sessions: Sessions,
    answers: Answers,
    tickets: Tickets,
    visits: Visits,
    callers: Callers,
    rooms: Rooms,
    files: Arc<Semaphore>,
    intake: Arc<Semaphore>,
    readings: Readings,
    stage: Stage,
    drafts: Drafts,
}

impl Doors {
    /// The doors of `reg`.
    ///
    /// # Errors
    /// [`NotAnOrigin`] if one of the configured origins is none.
    pub fn new(reg: Arc<Registry>, config: Config) -> Result<Arc<Self>, NotAnOrigin> {
        let origins = Origins::read(&config.origins)?;
        let seed = reg.chance.bytes().unwrap_or_default();
        Ok(Arc::new(Self {
            reg,
            origins,
            sessions: Sessions::default(),
            answers: Answers::default(),
            // Without chance nothing of a sign-in can be begun, and each of them says so.
            tickets: Tickets::new(seed),
            visits: Visits::default(),
            callers: Callers::new(&config.limits.rates),
            rooms: Rooms::new(&config.limits.shares),
            readings: Readings::new(config.limits.shares.persons.wait),
            stage: Stage::of(config.demo.clone()),
            config,
            files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
            intake: Arc::new(Semaphore::new(INTAKE_AT_ONCE)),
            drafts: Drafts::default(),
        }))
    }

    pub(crate) fn reg(&self) -> &Arc<Registry> {
        &self.reg
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Who speaks in messages.
    pub(crate) fn sender(&self) -> Sender {
        let home = || self.reg.publisher.key().origin().split('/').next().unwrap_or_default().to_owned();
        self.config.post.sender.clone().unwrap_or_else(|| Sender::at(&home()))
    }

    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Which answers are open in which session.
    pub(crate) fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Who is being served at the counter.
    pub(crate) fn visits(&self) -> &Visits {
        &self.visits
    }

    /// How often each caller has come.
    pub(crate) fn callers(&self) -> &Callers {
        &self.callers
    }

    /// The machine's time.
    pub(crate) fn now(&self) -> Instant {
        (self.config.clock)()
    }

    /// Room for one more file.
    pub(crate) fn files(&self) -> &Arc<Semaphore> {
        &self.files
    }

    /// The turn to have a file worked on.
    pub(crate) fn intake(&self) -> &Arc<Semaphore> {
        &self.intake
    }

    /// What officers have had checked and not sent yet.
    pub(crate) fn drafts(&self) -> &Drafts {
        &self.drafts
    }

    /// The limits under which a file is read from now on.
    pub(crate) fn work_limits(&self) -> FileLimits {
        let clock = self.config.clock;
        let until = clock().unix_micros().saturating_add(WORK_MICROS);
        let stop = StopCheck::new(move || clock().unix_micros() > until);
        FileLimits { file_bytes: self.config.file_bytes, stop, ..FileLimits::default() }
    }

    /// Who reads the own file at present.
    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    /// What a demo has besides; look at the node's mode before it.
    pub(crate) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Whether a request came over TLS, as far as the address that it names tells.
    pub(crate) fn is_https(&self, parts: &Parts) -> bool {
        origin_of(self, parts).is_some_and(|origin| origin.starts_with("https://"))
    }

    /// By what a token is recognised.
    pub(crate) fn token_hash(&self, token: &str) -> [u8; 32] {
        self.reg.vault.keyring().hashes().content_of("session-token", token.as_bytes())
    }

    /// The open session that a token is of. Whoever is suspended at the counter has none from then on.
    pub(crate) fn session_of(&self, token: &str) -> Option<Session> {
        self.found_session(token).filter(|session| self.is_active(session))
    }

    /// The same, but whoever was suspended in mid-session is told so, once: the session ends with it.
    ///
    /// # Errors
    /// Q035.
    pub(crate) fn standing_session(&self, token: &str) -> Result<Option<Session>, Problem> {
        let Some(session) = self.found_session(token) else { return Ok(None) };
        if self.is_active(&session) {
            return Ok(Some(session));
        }
        self.sessions.close_all(&session.who);
        Err(RequestFault::Suspended.into())
    }

    fn found_session(&self, token: &str) -> Option<Session> {
        self.sessions.find(&self.token_hash(token), self.now().unix_micros())
    }

    /// Whether whoever has the session may act at present.
    fn is_active(&self, session: &Session) -> bool {
        let holder = session.who.holder();
        holder.is_none_or(|holder| sign_in::holding(&self.reg.directory(), &holder) == Holding::Active)
    }

    /// What a sign-in has to remember, for the browser to bring back.
    pub(crate) fn ticket(&self, purpose: &str, content: &[u8]) -> String {
        self.tickets.write(&self.reg, purpose, content, self.now().unix_micros())
    }

    /// What a browser brings back, if it is what it was given for `purpose`.
    pub(crate) fn find_ticket(&self, purpose: &str, text: &str) -> Option<Ticket> {
        self.tickets.read(&self.reg, purpose, text, self.now().unix_micros())
    }

    /// Notes that a ticket was used; false if it was before.
    pub(crate) fn use_ticket(&self, ticket: &Ticket) -> bool {
        self.tickets.use_up(ticket, self.now().unix_micros())
    }

    /// Opens a session, and gives its token; a node with too many of them says when there is room.
    pub(crate) fn open_session(&self, who: Who) -> Result<String, Problem> {
        self.open_session_shown(who, Some(self.now()))
    }

    /// The same for a visitor who has shown at `shown_at` who it is, or nobody knows when.
    pub(crate) fn open_session_shown(&self, who: Who, shown_at: Option<Instant>) -> Result<String, Problem> {
        self.callers.charge_visitor(&who)?;
        let token = self.fresh_token()?;
        let now = self.now().unix_micros();
        let shown_at = shown_at.map_or(0, Instant::unix_micros);
        let opened = self.sessions.open(self.token_hash(&token), who, shown_at, now);
        opened.map_err(Problem::too_many_sessions)?;
        Ok(token)
    }

    /// Gives the session of `who` whose token has the hash `old` a new token: its visitor has shown just now who it is. If
    /// there is no such session any more, the visitor has a new one.
    pub(crate) fn renew_session(&self, old: &[u8; 32], who: Who) -> Result<String, Problem> {
        let token = self.fresh_token()?;
        if self.sessions.renew(old, self.token_hash(&token), &who, self.now().unix_micros()) {
            return Ok(token);
        }
        self.sessions.close(old);
        self.open_session(who)
    }

    fn fresh_token(&self) -> Result<String, Problem> {
        let chance: [u8; 32] = self.reg.chance.bytes().map_err(RegistryError::from)?;
        Ok(format!("ffs_{}", URL_SAFE_NO_PAD.encode(chance)))
    }

    /// Runs work that waits for a disk or a database where it holds up no other request.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Registry>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let reg = self.reg.clone();
        tokio::task::spawn_blocking(move || work(&reg)).await.map_err(|_| Problem::panicked())
    }

    /// Attends to one request: the deed of its route, the problem if there was one, and one line in the log, which
    /// names the route and never the address.
    pub(crate) async fn attend(self: Arc<Self>, route: &'static Route, request: Request) -> Response {
        let began = self.now();
        let (parts, body) = request.into_parts();
        let method = method_name(&parts.method);
        let visitor = pages::Visitor::of(&self, &parts);
        let outcome = self.clone().admit(route, parts, body).await;
        let unattended = matches!(&outcome, Err(problem) if problem.is_unattended());
        if unattended {
            sleep(REFUSED_AFTER).await;
        }
        let (response, incident) = match outcome {
            Ok(response) => (response, String::new()),
            Err(problem) => {
                let incident = incident(&self.reg);
                if let Some(inside) = problem.inside() {
                    tracing::error!(incident, "{inside}");
                }
                let page = visitor.and_then(|visitor| pages::fault(&self, &visitor, &problem, &incident));
                (page.unwrap_or_else(|| problem.into_response(&incident)), incident)
            }
        };
        let ms = self.now().unix_micros().saturating_sub(began.unix_micros()) / 1_000;
        let status = response.status().as_u16();
        if unattended {
            tracing::debug!(method, route = route.path, status, ms, incident, "request");
        } else {
            tracing::info!(method, route = route.path, status, ms, incident, "request");
        }
        response
    }

    /// Does the deed of `route` once there is a place for it.
    ///
    /// The order is that of cost: a caller who comes too often and a share that is full are refused before the body
    /// is read, and a small body is there before its place is taken, so that whoever sends slowly holds nothing. From
    /// then on the deed has a task of its own: it is done to its end, and its place held so long, even if the client
    /// leaves; otherwise clients who come and go could have more work begun than there are places.
    async fn admit(self: Arc<Self>, route: &'static Route, parts: Parts, body: Body) -> Result<Response, Problem> {
        if let Some(peer) = parts.extensions.get::<Peer>() {
            self.callers.charge_peer(*peer)?;
        }
        let share = Share::of(route);
        self.rooms.of(share).has_room()?;
        let is_small = route.method == Method::POST && share != Share::Files && route.effect != Effect::Checks;
        let limit = if route.is_page() { FORM_BYTES } else { JSON_BYTES };
        let body = if is_small { body::up_to(&self, &parts.headers, body, limit).await?.into() } else { body };
        let place = self.rooms.of(share).enter().await?;
        to_its_end(async move {
            let _place = place;
            let call = Call::read(&self, parts)?;
            router::perform(route, call, body).await
        })
        .await
    }
}

/// A number under which the log tells more of an error.
pub(crate) fn incident(reg: &Registry) -> String {
    let number = reg.chance.bytes::<6>().unwrap_or_default();
    let number = number.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("inc_{number:012x}")
}

/// A node that cannot take another file now.
pub(crate) fn no_room() -> Problem {
    RequestFault::Busy.into()
}

/// The method, if it is one of the usual ones: what a stranger makes up stands in no log.
fn method_name(method: &Method) -> &'static str {
    let usual = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let names = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    usual.iter().position(|known| known == method).and_then(|position| names.get(position)).unwrap_or(&"-")
}

/// Does `work` in a task of its own, whether or not anybody waits for it; a panic inside it ends this request and no
/// other.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(Problem::panicked()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_outcome() {
        assert_eq!(to_its_end(async { Ok(7) }).await.ok(), Some(7));
        let late = async {
            tokio::task::yield_now().await;
            assert_eq!(1, 2, "on purpose");
            Ok(())
        };
        let problem = to_its_end(late).await.expect_err("a problem");
        assert_eq!(problem.inside(), Some("a handler panicked"));
    }

    #[tokio::test]
    async fn work_is_done_to_its_end_though_nobody_waits() {
        let (may_end, end) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = tokio::sync::oneshot::channel();
        let caller = tokio::spawn(to_its_end(async move {
            end.await.expect("the word to end");
            tell.send("done").expect("somebody who asks");
            Ok(())
        }));
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.is_err_and(|error| error.is_cancelled()));
        may_end.send(()).expect("work that goes on");
        assert_eq!(told.await, Ok("done"));
    }

    #[test]
    fn a_made_up_method_stands_in_no_log() {
        assert_eq!(method_name(&Method::POST), "POST");
        assert_eq!(method_name(&Method::from_bytes(b"539900199001010000").expect("a method")), "-");
    }
}
