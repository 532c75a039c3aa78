//! `fairfile serve`: a node over HTTP, until it is told to stop.

use std::net::SocketAddr;
use std::path::Path;

use fairfile_http::{Config, Server, ServerError};
use fairfile_store::StoreError;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::days::Days;
use crate::ambient::machine_clock;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Serves the node in `path`.
pub fn run(voice: &Voice, path: &Path, listen: SocketAddr, origins: Vec<String>) -> Result<Exit, Trouble> {
    let node = Node::open(path)?;
    let told = |address: SocketAddr, origins: &[String]| {
        let document =
            json!({ "schema": "fairfile.serving/1", "address": format!("http://{address}"), "origins": origins });
        voice.tell(&document, || match voice.pick("en", "zh") {
            "zh" => format!("节点已在 http://{address} 提供服务（{}）\n", origins.join("、")),
            _ => format!("Serving at http://{address}, known as {}\n", origins.join(", ")),
        })?;
        voice.say(voice.pick("Ctrl-C stops it.", "按 Ctrl-C 停止。"));
        Ok(())
    };
    serve(&node, listen, origins, told)
}

/// Serves until the process is told to stop; `told` hears where, once it listens.
///
/// # Errors
/// What keeps it from serving; and that the writer stopped for good, because a commit is in doubt. Only another process
/// can find out what became of it, so this one ends with a code by which its supervisor starts the next.
pub fn serve(
    node: &Node,
    listen: SocketAddr,
    origins: Vec<String>,
    told: impl FnOnce(SocketAddr, &[String]) -> Result<(), Trouble>,
) -> Result<Exit, Trouble> {
    let runtime = runtime()?;
    let no_thread = |error: std::io::Error| {
        Trouble::new(Exit::Failed, "U018", format!("the system gave no thread for the calendar: {}", error.kind()))
    };
    let registry = node.registry.clone();
    let _days = Days::keep(registry.clone()).map_err(no_thread)?;
    let _backups = keep_door(node);
    let writer = registry.clone();
    runtime.block_on(async {
        let config = Config { origins, ..Config::new(machine_clock) };
        // From here on, so that a signal between listening and answering is not lost.
        let stop = Stop::listen()?;
        let server = Server::bind(listen, registry, config).await?;
        told(server.local_addr, server.origins())?;
        let (heard, hears) = tokio::sync::oneshot::channel();
        server
            .run(async move {
                let why = tokio::select! {
                    exit = stop.heard() => Ok(exit),
                    () = writer.store.stopped() => Err(StoreError::Stopped.into()),
                };
                // The other end waits below for as long as the server runs.
                heard.send(why).ok();
            })
            .await;
        hears.await.unwrap_or(Ok(Exit::Done))
    })
}

/// Lets the node be backed up while it is served; it is served without that where no socket can be made.
#[cfg(target_os = "linux")]
fn keep_door(node: &Node) -> Option<crate::backup_door::BackupDoor> {
    let opened = crate::backup_door::BackupDoor::open(node.folder.path(), node.registry.clone());
    opened
        .inspect_err(
            |error| tracing::warn!(kind = %error.kind(), "no socket can be made for backups: stop the server for them"),
        )
        .ok()
}

#[cfg(not(target_os = "linux"))]
fn keep_door(_node: &Node) {}

fn runtime() -> Result<Runtime, Trouble> {
    let failed = |error: std::io::Error| {
        Trouble::new(Exit::Failed, "U018", format!("the system gave no threads: {}", error.kind()))
    };
    Builder::new_multi_thread().enable_all().build().map_err(failed)
}

/// What tells a server to stop.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    /// A file that reached the limit on its size: heard, so that the write fails and the program lives on.
    #[cfg(unix)]
    _too_large: tokio::signal::unix::Signal,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> Result<Self, Trouble> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = |error: std::io::Error| {
            Trouble::new(Exit::Failed, "U018", format!("the system gave no signals: {}", error.kind()))
        };
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            _too_large: signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).map_err(failed)?,
        })
    }

    #[cfg(not(unix))]
    fn listen() -> Result<Self, Trouble> {
        Ok(Self {})
    }

    /// Waits for either: a supervisor of processes asks to end, a person stops it.
    #[cfg(unix)]
    async fn heard(mut self) -> Exit {
        tokio::select! {
            _ = self.terminate.recv() => Exit::Done,
            _ = self.interrupt.recv() => Exit::Stopped,
        }
    }

    #[cfg(not(unix))]
    async fn heard(self) -> Exit {
        match tokio::signal::ctrl_c().await {
            Ok(()) | Err(_) => Exit::Stopped,
        }
    }
}

impl From<ServerError> for Trouble {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Bind(_) => Self::said(Exit::Failed, "U018", &error),
            ServerError::Origin(_) => Self::said(Exit::Usage, "U015", &error),
        }
    }
}
