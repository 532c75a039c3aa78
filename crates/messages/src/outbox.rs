//! A message as it leaves, and the box in which a demo catches it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fairfile_domain::id::MessageId;
use fairfile_domain::message::{Channel, Language};
use zeroize::Zeroize;

use crate::compose::Text;

/// A message on its way: whereto, and the very text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// By which it is recognised when it is sent twice.
    pub id: MessageId,
    /// Whereto.
    pub to: Channel,
    /// In which language.
    pub language: Language,
    /// When it was written, in microseconds.
    pub written_at: i64,
    /// What.
    pub text: Text,
}

/// What became of a try to send a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Whoever carries it on has taken it.
    Taken,
    /// It may be taken later.
    Later,
    /// It will not be taken, however often it is tried.
    Refused,
}

/// Prints the id alone.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.id)
    }
}

impl Drop for Letter {
    fn drop(&mut self) {
        self.text.subject.zeroize();
        self.text.body.zeroize();
    }
}

/// The most letters that a box keeps; the oldest make room.
const MOST: usize = 500;

/// A demo's box of what would have gone out: in memory, of invented people, and gone with the program.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Arc<Mutex<VecDeque<(i64, Letter)>>>);

impl Outbox {
    /// Catches a letter at `at`, in microseconds. One that was caught before is not caught again.
    pub fn catch(&self, letter: &Letter, at: i64) {
        let mut letters = self.letters();
        if letters.iter().any(|(_, caught)| caught.id == letter.id) {
            return;
        }
        letters.push_front((at, letter.clone()));
        letters.truncate(MOST);
    }

    /// What was caught, the newest first, each with when, in microseconds.
    pub fn list(&self) -> Vec<(i64, Letter)> {
        self.letters().iter().cloned().collect()
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<(i64, Letter)>> {
        // Every change leaves the box sound, whatever its last holder met.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
