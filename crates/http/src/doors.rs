//! What all three doors share: the node, how it is configured, and how every request is attended to.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::SubjectId;
use fairfile_intake::limits::FILE_BYTES;
use fairfile_service::Registry;
use fairfile_service::clock::MachineClock;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::body;
use crate::caller::Call;
use crate::limits::{FILES_AT_ONCE, INTAKE_AT_ONCE, Limits, REFUSED_AFTER};
use crate::origin::{NotAnOrigin, Origins};
use crate::pace::Callers;
use crate::peer::Peer;
use crate::problem::{Problem, RequestFault};
use crate::readings::Readings;
use crate::router::{self, Route};
use crate::sessions::Sessions;
use crate::share::{Rooms, Share};

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
}

impl Config {
    /// The usual configuration, with the machine's clock.
    pub fn new(clock: MachineClock) -> Self {
        Self { origins: Vec::new(), clock, scratch: None, file_bytes: FILE_BYTES, limits: Limits::default() }
    }
}

/// The three doors of one node: `/api` for members, `/api/my` for the person, the rest for the public.
pub struct Doors {
    reg: Arc<Registry>,
    config: Config,
    origins: Origins,
    sessions: Sessions,
    callers: Callers,
    rooms: Rooms,
    files: Arc<Semaphore>,
    intake: Arc<Semaphore>,
    readings: Readings,
}

impl Doors {
    /// The doors of `reg`.
    ///
    /// # Errors
    /// [`NotAnOrigin`] if one of the configured origins is none.
    pub fn new(reg: Arc<Registry>, config: Config) -> Result<Arc<Self>, NotAnOrigin> {
        let origins = Origins::read(&config.origins)?;
        Ok(Arc::new(Self {
            reg,
            origins,
            sessions: Sessions::default(),
            callers: Callers::new(&config.limits.rates),
            rooms: Rooms::new(&config.limits.shares),
            readings: Readings::new(config.limits.shares.persons.wait),
            config,
            files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
            intake: Arc::new(Semaphore::new(INTAKE_AT_ONCE)),
        }))
    }

    pub(crate) fn reg(&self) -> &Arc<Registry> {
        &self.reg
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
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

    /// Who reads the own file at present.
    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    /// By what a token is recognised.
    pub(crate) fn token_hash(&self, token: &str) -> [u8; 32] {
        self.reg.vault.keyring().hashes().content_of("session-token", token.as_bytes())
    }

    /// Whose session a token is of.
    pub(crate) fn session_of(&self, token: &str) -> Option<SubjectId> {
        self.sessions.find(&self.token_hash(token), self.now().unix_micros())
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
        let outcome = self.clone().admit(route, parts, body).await;
        let unattended = matches!(&outcome, Err(problem) if problem.is_unattended());
        if unattended {
            sleep(REFUSED_AFTER).await;
        }
        let (response, incident) = match outcome {
            Ok(response) => (response, String::new()),
            Err(problem) => {
                let incident = self.incident();
                if let Some(inside) = problem.inside() {
                    tracing::error!(incident, "{inside}");
                }
                (problem.into_response(&incident), incident)
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
        let is_small = route.method == Method::POST && share != Share::Files;
        let body = if is_small { body::whole(&self, &parts.headers, body).await?.into() } else { body };
        let place = self.rooms.of(share).enter().await?;
        to_its_end(async move {
            let _place = place;
            let call = Call::read(&self, parts)?;
            router::perform(route, call, body).await
        })
        .await
    }

    /// A number under which the log tells more of an error.
    fn incident(&self) -> String {
        let number = self.reg.chance.bytes::<6>().unwrap_or_default();
        let number = number.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("inc_{number:012x}")
    }
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
