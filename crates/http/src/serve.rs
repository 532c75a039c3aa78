//! The server: its own accept loop, so that slow and greedy clients are kept off before they cost anything.

use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use fairfile_service::Registry;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{self, Terms};
use crate::doors::{Config, Doors};
use crate::guest::Book;
use crate::limits::{Limits, OUT_OF_SOCKETS, SCRAP_BYTES, SCRAP_TIME, TURNED_AWAY};
use crate::origin::NotAnOrigin;
use crate::peer::{Peer, Peers};
use crate::problem::RequestFault;
use crate::router;

/// The server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("this address cannot be listened on; choose another with --listen")]
    Bind(#[source] io::Error),
    /// An origin is none.
    #[error(transparent)]
    Origin(#[from] NotAnOrigin),
}

/// A server that listens and has not begun to answer.
pub struct Server {
    /// Where it listens; the port is a real one even if 0 was asked for.
    pub local_addr: SocketAddr,
    listener: TcpListener,
    router: Router,
    config: Config,
}

impl Server {
    /// Listens at `addr` for `reg`.
    ///
    /// # Errors
    /// [`ServerError`] if the address is taken, or an origin is none.
    pub async fn bind(addr: SocketAddr, reg: Arc<Registry>, mut config: Config) -> Result<Self, ServerError> {
        let listener = TcpListener::bind(addr).await.map_err(ServerError::Bind)?;
        let local_addr = listener.local_addr().map_err(ServerError::Bind)?;
        if config.origins.is_empty() {
            config.origins = vec![format!("http://{local_addr}"), format!("http://localhost:{}", local_addr.port())];
        }
        let router = router::router(Doors::new(reg, config.clone())?);
        Ok(Self { local_addr, listener, router, config })
    }

    /// The addresses by which the node knows itself; requests are signed for one of them.
    pub fn origins(&self) -> &[String] {
        &self.config.origins
    }

    /// Answers until `shutdown` is ready; then takes no more connections, and ends when what was begun is done or
    /// the patience for it is over.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { listener, router, config, .. } = self;
        let drain = config.limits.patience.drain;
        let (stop, stopping) = watch::channel(false);
        let mut guests = Guests::new(router, config.limits, stopping);
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut shutdown => break,
            };
            match accepted {
                Ok((stream, from)) => guests.receive(stream, from.ip()),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "no connection could be accepted");
                    sleep(OUT_OF_SOCKETS).await;
                }
            }
        }
        drop(listener);
        stop.send_replace(true);
        let all = async { while guests.open.join_next().await.is_some() {} };
        if timeout(drain, all).await.is_err() {
            tracing::warn!("some requests were cut off: they took longer than the server waits when it stops");
        }
        guests.open.shutdown().await;
    }
}

/// The connections that are open, each with its place.
///
/// When there is no place, connections are still taken, and told so: whoever waits in the system's own queue would learn
/// nothing until it gives up, and nobody could tell a person's connection from those that keep it waiting.
struct Guests {
    router: Router,
    limits: Limits,
    stopping: watch::Receiver<bool>,
    room: Arc<Semaphore>,
    peers: Arc<Peers>,
    book: Arc<Book>,
    open: JoinSet<()>,
    no_place: NoPlace,
}

impl Guests {
    fn new(router: Router, limits: Limits, stopping: watch::Receiver<bool>) -> Self {
        Self {
            router,
            stopping,
            room: Arc::new(Semaphore::new(limits.connections)),
            limits,
            peers: Arc::default(),
            book: Arc::default(),
            open: JoinSet::new(),
            no_place: NoPlace::new(),
        }
    }

    /// Serves a connection if there is a place for it; if not, says so. When few places are left, another has to give
    /// way, so that the next finds one.
    fn receive(&mut self, stream: TcpStream, from: IpAddr) {
        // Those that have ended are let go of, so that the set stays as small as the room.
        while self.open.try_join_next().is_some() {}
        let peer = Peer::counted(from, &self.limits);
        let entered = peer.map(|peer| self.peers.enter(peer, self.limits.connections_of_one));
        if matches!(entered, Some(None)) {
            return self.no_place.tell(stream, &self.no_place.too_many);
        }
        if self.room.available_permits() <= self.limits.kept_free() {
            self.book.make_room();
        }
        let Ok(place) = self.room.clone().try_acquire_owned() else {
            return self.no_place.tell(stream, &self.no_place.full);
        };
        // Answers are small and complete: waiting to fill a packet would only delay them.
        stream.set_nodelay(true).ok();
        let (patience, stop, guest) = (self.limits.patience, self.stopping.clone(), self.book.enter());
        let terms = Terms { patience, peer, stop, watch: guest.watch.clone() };
        let served = connection::serve(stream, self.router.clone(), terms);
        self.open.spawn(async move {
            let _held = (place, entered, guest);
            served.await;
        });
    }
}

/// What is told to a client that gets no place: the same on every node and for everybody.
struct NoPlace {
    /// There are as many connections as the node takes.
    full: Bytes,
    /// There are as many as it takes from one address.
    too_many: Bytes,
    /// Clients that are being told so.
    telling: Arc<Semaphore>,
}

impl NoPlace {
    fn new() -> Self {
        let answer = |fault: RequestFault, status: &str| {
            let row = fault.row();
            let body = format!(
                "{{\"schema\":\"fairfile.problem/1\",\"type\":\"/problems/{code}\",\"title\":\"{title}\",\"status\":{status},\
                 \"detail\":\"{title}\",\"code\":\"{code}\",\"hint\":\"{help}\"}}",
                code = row.code,
                title = row.title,
                status = row.status,
                help = row.help,
            );
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
                 cache-control: no-store\r\nx-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\nretry-after: 1\r\nconnection: close\r\n\r\n",
                body.len()
            );
            Bytes::from([head, body].concat())
        };
        Self {
            full: answer(RequestFault::Busy, "503 Service Unavailable"),
            too_many: answer(RequestFault::TooMany, "429 Too Many Requests"),
            telling: Arc::new(Semaphore::new(TURNED_AWAY)),
        }
    }

    /// Tells a client why it gets no place, and reads for a moment what it sends: a socket that is closed over unread
    /// bytes answers with a reset, and the client would read nothing. While too many are being told, the next gets
    /// what its socket takes at once.
    fn tell(&self, stream: TcpStream, why: &Bytes) {
        let answer = why.clone();
        match self.telling.clone().try_acquire_owned() {
            Ok(telling) => drop(tokio::spawn(async move {
                let _telling = telling;
                // Whoever does not listen, or not for long enough, is not told.
                timeout(SCRAP_TIME, say_and_listen(stream, &answer)).await.ok();
            })),
            Err(_) => {
                let sent = stream.into_std().and_then(|mut stream| stream.write(&answer));
                if let Err(error) = sent {
                    tracing::debug!(kind = %error.kind(), "a client that got no place was not told");
                }
            }
        }
    }
}

async fn say_and_listen(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.write_all(answer).await?;
    stream.shutdown().await?;
    let (mut scrap, mut left) = ([0; 4 * 1024], SCRAP_BYTES);
    while left > 0 {
        match stream.read(&mut scrap).await? {
            0 => break,
            read => left = left.saturating_sub(read),
        }
    }
    Ok(())
}
