//! A served node keeps its own calendar: what the days passed demand is done soon after each midnight.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use fairfile_service::{Registry, calendar};

/// How often it is looked whether a day has passed.
const PAUSE: Duration = Duration::from_secs(60);

/// Runs the calendar until it is dropped.
pub struct Days {
    stop: Option<Sender<()>>,
    runner: Option<JoinHandle<()>>,
}

impl Days {
    /// Begins at once, and looks again every minute. A run that fails is logged and tried again.
    pub fn keep(registry: Arc<Registry>) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let runner = std::thread::Builder::new().name("calendar".into()).spawn(move || {
            loop {
                match calendar::run(&registry) {
                    Ok(passed) if passed != calendar::Passed::default() => {
                        tracing::info!(ended = passed.ended, destroyed = passed.destroyed, "the calendar was run");
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(%error, "the calendar could not be run to its end; it is tried again")
                    }
                }
                if stopped.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
        Ok(Self { stop: Some(stop), runner: Some(runner) })
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
