//! A node on this machine, opened by this program.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use fairfile_service::Registry;
use fairfile_service::folder::Folder;
use fairfile_service::registry::Mode;
use fairfile_store::RESERVE_BYTES;
use fairfile_vault::Chance;

use crate::ambient;
use crate::trouble::{Exit, Trouble};

/// A node, open. The folder is held until this is dropped.
pub struct Node {
    /// The node's folder.
    pub folder: Folder,
    /// The node.
    pub registry: Arc<Registry>,
}

impl Node {
    /// Opens the node in `path`.
    pub fn open(path: &Path) -> Result<Self, Trouble> {
        let (folder, registry) = Folder::open(path, Chance::system(), ambient::machine()?)?;
        Ok(Self::hold(folder, registry))
    }

    /// A node that was just opened.
    pub fn hold(folder: Folder, registry: Registry) -> Self {
        keep_reserve(&registry);
        Self { folder, registry: Arc::new(registry) }
    }

    /// Refuses unless the node holds invented data.
    pub fn must_be_a_demo(&self) -> Result<(), Trouble> {
        match self.registry.mode {
            Mode::Demo => Ok(()),
            Mode::Real => Err(Trouble::new(Exit::Failed, "U006", "this node holds records of real people")),
        }
    }
}

/// Sets room aside for the day on which the disk is full, where it is not set aside: a node goes on without it, but what
/// only adds to its data is turned away until there is room for it.
pub fn keep_reserve(registry: &Registry) {
    match registry.store.keep_reserve(RESERVE_BYTES) {
        Ok(true) => {}
        Ok(false) => tracing::debug!("there is no room for the reserve of the data folder"),
        Err(error) => tracing::warn!(%error, "the reserve of the data folder could not be made"),
    }
}

/// Waits on this thread for a use case that is written for a server.
///
/// The use case runs on this very thread and not inside a runtime, for its reads may block, and on PostgreSQL bring
/// a runtime of their own; the runtime made here only keeps the time.
pub fn wait<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let timer = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
    let timer = timer
        .map_err(|error| Trouble::new(Exit::Failed, "U018", format!("the system gave no thread: {}", error.kind())))?;
    let _inside = timer.enter();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut work = pin!(work);
    loop {
        match work.as_mut().poll(&mut context) {
            Poll::Ready(value) => return Ok(value),
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn waiting_keeps_the_time_and_lets_others_block() {
        let work = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            // What a PostgreSQL client does inside: it would panic within a runtime.
            let inner = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            inner.block_on(async { 7 })
        };
        assert_eq!(wait(work).expect("time passes"), 7);
    }
}
