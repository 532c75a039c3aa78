//! A bar on a terminal, once something has taken a while; elsewhere nothing.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ambient::Stopwatch;
use crate::voice::{Voice, counted};

/// What takes less is over before anybody reads.
const PATIENCE: Duration = Duration::from_millis(300);

/// How far a file has been read.
pub struct Progress {
    bar: ProgressBar,
    since: Stopwatch,
    label: &'static str,
    shown: bool,
    may_show: bool,
}

impl Progress {
    /// A bar that says `label`, hidden until something has taken a while.
    pub fn new(voice: &Voice, label: (&'static str, &'static str)) -> Self {
        let label = match voice.language {
            fairfile_http::wire::Language::En => label.0,
            fairfile_http::wire::Language::Zh => label.1,
        };
        Self { bar: ProgressBar::hidden(), since: Stopwatch::start(), label, shown: false, may_show: voice.shows_bar }
    }

    /// Moves on: bytes read, bytes in all, rows so far.
    pub fn at(&mut self, read: u64, total: u64, rows: u64) {
        let elapsed = self.since.elapsed();
        if !self.may_show || elapsed < PATIENCE {
            return;
        }
        if !self.shown {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:26}] {msg}") {
                self.bar.set_style(style.progress_chars("=> "));
            }
            self.bar.set_prefix(self.label);
        }
        self.bar.set_length(total);
        self.bar.set_position(read.min(total));
        let rate = (rows as f64 / elapsed.as_secs_f64()) as u64;
        self.bar.set_message(format!("{} rows, {} rows/s", counted(rows), counted(rate)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
