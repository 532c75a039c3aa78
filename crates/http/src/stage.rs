//! What a demo has and no other node: invented people whom anybody may be, and a hand that moves the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use fairfile_domain::catalog::Bilingual;
use fairfile_domain::day::Day;
use fairfile_domain::id::SubjectId;
use fairfile_service::calendar::Passed;
use fairfile_service::folder::ClockHand;

/// What a demo is given by whoever starts it. A node of real people has no use for it: its addresses are not there.
#[derive(Debug, Clone, Default)]
pub struct Demo {
    /// The invented people whom a visitor can be, the main character first.
    pub people: Vec<Invented>,
    /// What sets the clock; nothing if it is the machine's.
    pub clock: Option<ClockHand>,
    /// What a visitor types on the way through the story; nothing where there is none.
    pub cues: Option<Cues>,
}

/// What a visitor has to type on the way through the story, and where it ends. All of it is of one invented person.
#[derive(Debug, Clone)]
pub struct Cues {
    /// The main character's name, as it stands on file.
    pub name: String,
    /// The identity number.
    pub number: String,
    /// The item of the record that is there by mistake, by code.
    pub item: String,
    /// Under which number its source keeps that record.
    pub record_number: String,
    /// The purpose for which the inquirer asks, by code.
    pub purpose: String,
    /// One that the inquirer does not hold, by code: a question for it is denied.
    pub denied_purpose: String,
    /// A case number of the inquirer's own.
    pub case: String,
}

/// An invented person.
#[derive(Debug, Clone)]
pub struct Invented {
    /// Whose file it is.
    pub subject: SubjectId,
    /// The name, in the signs of each language; it stands on file in Chinese ones.
    pub name: Bilingual,
    /// What the person does for a living: two of them have the same name.
    pub trade: Bilingual,
}

/// What a turn of the clock brought about.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    /// The day on which the clock stands now.
    pub(crate) to: Day,
    /// What the days passed demanded.
    pub(crate) passed: Passed,
}

/// The demo under way.
#[derive(Default)]
pub(crate) struct Stage {
    /// What it was given.
    pub(crate) demo: Demo,
    moved: Mutex<Option<Moved>>,
}

impl Stage {
    /// The stage of a demo that was given this.
    pub(crate) fn of(demo: Demo) -> Self {
        Self { demo, moved: Mutex::default() }
    }

    /// What the last turn of the clock brought about.
    pub(crate) fn moved(&self) -> Option<Moved> {
        self.last().clone()
    }

    /// Remembers what a turn of the clock brought about, until the next.
    pub(crate) fn remember(&self, moved: Moved) {
        *self.last() = Some(moved);
    }

    fn last(&self) -> MutexGuard<'_, Option<Moved>> {
        // It is set whole, whatever its last holder met.
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
