//! The server: its own accept loop, so that slow and greedy clients are kept off before they cost anything.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use fairfile_service::Registry;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection;
use crate::doors::{Config, Doors};
use crate::origin::NotAnOrigin;
use crate::problem::RequestFault;
use crate::router;

/// How long to wait when the system gives no more connections.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

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
        let room = Arc::new(Semaphore::new(config.connections));
        let (stop, stopping) = watch::channel(false);
        let mut open = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut shutdown => break,
            };
            // Those that have ended are let go of, so that the set stays as small as the room.
            while open.try_join_next().is_some() {}
            match accepted {
                Ok((stream, _)) => match room.clone().try_acquire_owned() {
                    Ok(place) => {
                        // Answers are small and complete: waiting to fill a packet would only delay them.
                        stream.set_nodelay(true).ok();
                        let served = connection::serve(stream, router.clone(), config.patience, stopping.clone());
                        open.spawn(async move {
                            served.await;
                            drop(place);
                        });
                    }
                    Err(_) => turn_away(stream),
                },
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "no connection could be accepted");
                    sleep(OUT_OF_SOCKETS).await;
                }
            }
        }
        drop(listener);
        stop.send_replace(true);
        let all = async { while open.join_next().await.is_some() {} };
        if timeout(config.patience.drain, all).await.is_err() {
            tracing::warn!("some requests were cut off: they took longer than the server waits when it stops");
        }
        open.shutdown().await;
    }
}

/// Tells a client that there is no room. The bytes fit any socket's buffer; who cannot take them has no answer.
fn turn_away(stream: TcpStream) {
    let row = RequestFault::Busy.row();
    let body = format!(
        "{{\"schema\":\"fairfile.problem/1\",\"type\":\"/problems/{code}\",\"title\":\"{title}\",\"status\":{status},\
         \"detail\":\"{title}\",\"code\":\"{code}\",\"hint\":\"{help}\"}}",
        code = row.code,
        title = row.title,
        status = row.status,
        help = row.help,
    );
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nretry-after: 1\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let sent = stream.into_std().and_then(|mut stream| stream.write(answer.as_bytes()));
    if let Err(error) = sent {
        tracing::warn!(kind = %error.kind(), "a client that was turned away was not told");
    }
}
