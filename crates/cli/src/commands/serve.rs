//! `fairfile serve`: a node over HTTP, until it is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use fairfile_domain::identifier::IdentifierKind;
use fairfile_http::{Config, Demo, Server, ServerError};
use fairfile_signin::provider::{Provider, Settings};
use fairfile_store::StoreError;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

use super::courier::Couriers;
use super::days::Days;
use crate::ambient::machine_clock;
use crate::args::ProviderArgs;
use crate::files;
use crate::node::Node;
use crate::post::{PostArgs, Ways};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// The longest file with a client's secret.
const SECRET_BYTES: u64 = 4 * 1024;
/// The longest file with certificates of authorities.
const ROOTS_BYTES: u64 = 4 * 1024 * 1024;

/// What `fairfile serve` was asked for.
pub struct Asked {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The addresses by which the node is known.
    pub origins: Vec<String>,
    /// How persons sign in.
    pub provider: ProviderArgs,
    /// How messages to people leave.
    pub post: Box<PostArgs>,
}

/// Serves the node in `path`.
pub fn run(voice: &Voice, path: &Path, asked: Asked) -> Result<Exit, Trouble> {
    let Asked { listen, origins, provider, post } = asked;
    // Before the node is opened: what is set wrongly is said at once.
    let provider = identity_provider(&provider)?;
    let node = Node::open(path)?;
    let ways = Ways::of(&post, &node, origins.first().map(String::as_str))?;
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
    let clock = node.registry.clock.is_set().then(|| node.folder.clock_hand());
    // Whoever is in it, nobody here knows by name.
    let demo = Demo { people: Vec::new(), clock, cues: None };
    serve(&node, Place { listen, origins, demo, provider, ways }, told)
}

/// The identity provider that is set up, if there is one.
fn identity_provider(args: &ProviderArgs) -> Result<Option<Arc<Provider>>, Trouble> {
    let (Some(issuer), Some(client)) = (&args.issuer, &args.client) else { return Ok(None) };
    let secret = args.secret.as_deref().map(|path| files::text(path, SECRET_BYTES)).transpose()?.map(Zeroizing::new);
    let secret = secret.map(|text| Zeroizing::new(text.trim().to_owned()));
    let no_kind =
        || Trouble::new(Exit::Usage, "U015", "the kind of the numbers is not known; use one such as cn-resident");
    // A provider on this machine is spoken to without TLS, and needs no authorities.
    let roots =
        if issuer.starts_with("https://") { files::text(&args.roots, ROOTS_BYTES)?.into_bytes() } else { Vec::new() };
    let settings = Settings {
        issuer: issuer.clone(),
        client_id: client.clone(),
        client_secret: secret,
        scopes: args.scope.clone(),
        number_claim: args.number.clone(),
        kind_claim: args.kind_claim.clone(),
        kind: IdentifierKind::find(&args.kind).ok_or_else(no_kind)?,
        roots,
    };
    let provider = Provider::new(settings).map_err(|error| Trouble::said(Exit::Usage, "U015", &error))?;
    Ok(Some(Arc::new(provider)))
}

/// Where a node is served, and how persons sign in.
pub struct Place {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The addresses by which the node knows itself.
    pub origins: Vec<String>,
    /// What a demo has besides; of no effect on any other node.
    pub demo: Demo,
    /// The identity provider, if there is one.
    pub provider: Option<Arc<Provider>>,
    /// How messages to people leave.
    pub ways: Ways,
}

/// Serves until the process is told to stop; `told` hears where, once it listens.
///
/// # Errors
/// What keeps it from serving; and that the writer stopped for good, because a commit is in doubt. Only another process
/// can find out what became of it, so this one ends with a code by which its supervisor starts the next.
pub fn serve(
    node: &Node,
    place: Place,
    told: impl FnOnce(SocketAddr, &[String]) -> Result<(), Trouble>,
) -> Result<Exit, Trouble> {
    let Place { listen, origins, demo, provider, ways } = place;
    let runtime = runtime()?;
    let no_thread = |error: std::io::Error| {
        Trouble::new(
            Exit::Failed,
            "U018",
            format!("the system gave no thread for the calendar and the post: {}", error.kind()),
        )
    };
    let registry = node.registry.clone();
    let _days = Days::keep(registry.clone()).map_err(no_thread)?;
    let (office, ways) = (ways.office(), Arc::new(ways));
    let _couriers = Couriers::send(&registry, ways).map_err(no_thread)?;
    let _backups = keep_door(node);
    let writer = registry.clone();
    runtime.block_on(async {
        let config = Config { origins, demo, provider, post: office, ..Config::new(machine_clock) };
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
