//! A served node keeps its own time: how far it is sure is noted each second, and what the days passed demand is done
//! soon after each midnight. In the same turns a node whose disk was full looks whether there is room again.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use fairfile_service::{Registry, calendar};

use crate::node::keep_reserve;

/// How often it is noted how far the time is sure, and looked whether a day has passed.
const PAUSE: Duration = Duration::from_secs(1);
/// How many times that is done before the calendar is run again on the same day: a run that failed is tried again.
const TURNS: u32 = 60;

/// Runs the calendar until it is dropped.
pub struct Days {
    stop: Option<Sender<()>>,
    runner: Option<JoinHandle<()>>,
}

impl Days {
    /// Begins at once, and again with each new day and each minute. A run that fails is logged and tried again.
    pub fn keep(registry: Arc<Registry>) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let runner = std::thread::Builder::new().name("calendar".into()).spawn(move || {
            loop {
                run(&registry);
                let day = registry.sure_today();
                for _ in 0..TURNS {
                    if stopped.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                    if let Err(error) = registry.publisher.settle(&registry.store.head()) {
                        tracing::error!(%error, "how far the journal has come could not be noted durably; it is tried again");
                    }
                    if registry.store.has_room().is_err() {
                        keep_reserve(&registry);
                    }
                    if registry.sure_today() != day {
                        break;
                    }
                }
            }
        })?;
        Ok(Self { stop: Some(stop), runner: Some(runner) })
    }
}

fn run(registry: &Registry) {
    match calendar::run(registry) {
        Ok(passed) if passed != calendar::Passed::default() => {
            tracing::info!(
                ended = passed.ended,
                destroyed = passed.destroyed,
                chased = passed.notices_chased(),
                "the calendar was run"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "the calendar could not be run to its end; it is tried again"),
    }
}

impl Drop for Days {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(runner) = self.runner.take() {
            // A runner that panicked has said so; there is nothing to add.
            runner.join().ok();
        }
    }
}
