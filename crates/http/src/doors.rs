//! What all three doors share: the node, how it is configured, and how every request is attended to.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::id::SubjectId;
use fairfile_intake::limits::FILE_BYTES;
use fairfile_service::Registry;
use fairfile_service::folder::MachineClock;
use tokio::sync::Semaphore;

use crate::caller::Call;
use crate::origin::{NotAnOrigin, Origins};
use crate::problem::{Problem, RequestFault};
use crate::router::{self, Route};
use crate::sessions::Sessions;

/// Files that are worked on at a time: reading one keeps a core busy.
const INTAKE_AT_ONCE: usize = 2;
/// Files that may be arriving or waiting for their turn.
const FILES_AT_ONCE: usize = 16;

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
    /// Connections at a time.
    pub connections: usize,
    /// How long a client may take.
    pub patience: Patience,
}

/// How long a client may take, and how long the server goes on when told to stop.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first byte of a request to the end of its headers.
    pub header: Duration,
    /// Between two pieces of a body.
    pub body_idle: Duration,
    /// Between two requests of one connection, and for taking an answer in.
    pub idle: Duration,
    /// For work that was begun when the server is told to stop.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            body_idle: Duration::from_secs(15),
            idle: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// The usual configuration, with the machine's clock.
    pub fn new(clock: MachineClock) -> Self {
        Self {
            origins: Vec::new(),
            clock,
            scratch: None,
            file_bytes: FILE_BYTES,
            connections: 1_024,
            patience: Patience::default(),
        }
    }
}

/// The three doors of one node: `/api` for members, `/api/my` for the person, the rest for the public.
pub struct Doors {
    reg: Arc<Registry>,
    config: Config,
    origins: Origins,
    sessions: Sessions,
    files: Arc<Semaphore>,
    intake: Arc<Semaphore>,
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
            config,
            origins,
            sessions: Sessions::default(),
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
        let deed = async {
            let call = Call::read(&self, parts)?;
            router::perform(route, call, body).await
        };
        let outcome = unless_it_panics(deed).await.unwrap_or_else(|_| Err(Problem::panicked()));
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
        tracing::info!(method, route = route.path, status, ms, incident, "request");
        response
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

/// Waits for `work`; a panic inside it ends this request and no other.
async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut work = pin!(work);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_outcome() {
        assert_eq!(unless_it_panics(async { 7 }).await.ok(), Some(7));
        let late = async {
            tokio::task::yield_now().await;
            assert_eq!(1, 2, "on purpose");
        };
        assert!(unless_it_panics(late).await.is_err());
    }

    #[test]
    fn a_made_up_method_stands_in_no_log() {
        assert_eq!(method_name(&Method::POST), "POST");
        assert_eq!(method_name(&Method::from_bytes(b"539900199001010000").expect("a method")), "-");
    }
}
