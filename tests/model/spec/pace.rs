//! How officers have been asking, as the model has it.

use std::collections::{BTreeMap, VecDeque};

/// Of so many latest questions the misses count.
const WINDOW: usize = 16;
/// So many misses are allowed.
const MISSES: usize = 10;
/// Questions count for a day, in seconds.
const LASTS: i64 = 86_400;

/// A question that was put on record.
#[derive(Debug, Clone, Copy)]
struct Asked {
    officer: &'static str,
    at: i64,
    /// Whether it found nothing; nothing if it was denied.
    missed: Option<bool>,
}

/// The questions of all officers.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    record: Vec<Asked>,
    released: BTreeMap<&'static str, i64>,
    /// What the node remembers while it runs.
    latest: BTreeMap<&'static str, VecDeque<(i64, bool)>>,
    stopped: Vec<&'static str>,
}

impl Pace {
    /// Whether the next question of `officer` is one too many.
    pub fn is_too_much(&mut self, officer: &'static str, now: i64) -> bool {
        let latest = self.latest.entry(officer).or_default();
        latest.retain(|(at, _)| *at >= now - LASTS);
        self.stopped.contains(&officer) || latest.iter().filter(|(_, missed)| *missed).count() >= MISSES
    }

    /// A question is put on record.
    pub fn asks(&mut self, officer: &'static str, at: i64, missed: Option<bool>) {
        let asked = Asked { officer, at, missed };
        self.record.push(asked);
        self.remember(asked);
    }

    fn remember(&mut self, asked: Asked) {
        let Some(missed) = asked.missed else { return };
        let latest = self.latest.entry(asked.officer).or_default();
        latest.push_back((asked.at, missed));
        if latest.len() > WINDOW {
            latest.pop_front();
        }
    }

    /// An officer is stopped.
    pub fn stop(&mut self, officer: &'static str) {
        if !self.stopped.contains(&officer) {
            self.stopped.push(officer);
        }
    }

    /// Two registrars release an officer.
    pub fn release(&mut self, officer: &'static str, now: i64) {
        self.stopped.retain(|stopped| *stopped != officer);
        self.latest.remove(officer);
        self.released.insert(officer, now);
    }

    /// Who is stopped.
    pub fn stopped(&self) -> Vec<&'static str> {
        self.stopped.clone()
    }

    /// The node starts again and remembers what is on record.
    pub fn starts_again(&mut self, now: i64) {
        self.latest.clear();
        let counts = |asked: &&Asked| {
            asked.at >= now - LASTS && self.released.get(asked.officer).is_none_or(|released| asked.at > *released)
        };
        let recent: Vec<Asked> = self.record.iter().filter(counts).copied().collect();
        recent.into_iter().for_each(|asked| self.remember(asked));
    }
}
