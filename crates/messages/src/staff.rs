//! What those who work at a counter are told by e-mail: ids, days and counts, and nothing of a person, a record or a member.

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::message::Language;
use i18n_embed_fl::fl;

use crate::compose::{Sender, Speech, Text};

/// The most ids that one e-mail names; how many more there are, it says.
const NAMED: usize = 20;

/// What somebody at a counter has to know or to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Notices wait for the office's confirmation; the ids are theirs.
    Confirm {
        /// The last day.
        due_on: Day,
        /// How many days are left until then; 0 on the day itself.
        left: i64,
    },
    /// Notices were not confirmed by their last day; the ids are theirs.
    Late {
        /// The last day.
        due_on: Day,
    },
    /// For a supervisor: so many notices are late on this day; the ids are the first of theirs.
    LateList {
        /// The day.
        on: Day,
    },
    /// Trainings of the officer end; there are no ids.
    TrainingEnds {
        /// The last day.
        on: Day,
    },
    /// Keys that sign requests end; the ids are their codes.
    KeyEnds {
        /// The last day.
        on: Day,
    },
    /// For a supervisor: the check of the journal found so many differences.
    CheckFailed {
        /// When the check began.
        at: Instant,
    },
    /// A file was checked and taken; the id is its batch's.
    BatchChecked {
        /// On which day.
        on: Day,
        /// Rows in it.
        received: u64,
        /// Rows that became records.
        accepted: u64,
        /// Rows that were turned away.
        rejected: u64,
        /// Rows that were on file already.
        duplicate: u64,
        /// Rows that wait for a person's decision.
        waiting: u64,
    },
    /// The officer was stopped.
    Stopped,
}

/// What one e-mail to somebody at a counter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffTold {
    /// What it is about.
    pub duty: Duty,
    /// How many of them.
    pub count: u64,
    /// Which of them: ids that say nothing to anybody else.
    pub ids: Vec<String>,
}

/// The e-mail that tells it.
pub fn compose_staff(
    told: &StaffTold,
    (sender, zone): (&Sender, &fairfile_domain::day::Zone),
    language: Language,
) -> Text {
    let speech = Speech::of(sender, zone, language);
    let words = speech.words;
    let mut lines = vec![speech.duty(told)];
    lines.extend(speech.which(told));
    lines.push(speech.next(told.duty, sender.home.as_str()));
    lines.push(fl!(words, "recovery-never"));
    let subject = fl!(words, "mail-subject", name = speech.name, subject = speech.duty_subject(told));
    Text { subject, body: lines.join("\n\n") + "\n" }
}

impl Speech<'_> {
    fn duty_subject(&self, told: &StaffTold) -> String {
        let (words, count) = (self.words, told.count.cast_signed());
        match told.duty {
            Duty::Confirm { .. } => fl!(words, "confirm-subject", count = count),
            Duty::Late { .. } => fl!(words, "late-subject", count = count),
            Duty::LateList { .. } => fl!(words, "late-list-subject", count = count),
            Duty::TrainingEnds { .. } => fl!(words, "training-subject"),
            Duty::KeyEnds { .. } => fl!(words, "key-subject"),
            Duty::CheckFailed { .. } => fl!(words, "check-failed-subject"),
            Duty::BatchChecked { .. } => fl!(words, "batch-subject"),
            Duty::Stopped => fl!(words, "stopped-subject"),
        }
    }

    fn duty(&self, told: &StaffTold) -> String {
        let (words, count) = (self.words, told.count.cast_signed());
        match told.duty {
            Duty::Confirm { due_on, left } => {
                let blank = if self.language == Language::En { " " } else { "" };
                let day = self.day(due_on, true);
                [fl!(words, "confirm", count = count), fl!(words, "confirm-left", left = left, day = day)].join(blank)
            }
            Duty::Late { due_on } => fl!(words, "late", count = count, day = self.day(due_on, true)),
            Duty::LateList { on } => fl!(words, "late-list", count = count, day = self.day(on, true)),
            Duty::TrainingEnds { on } => fl!(words, "training", count = count, day = self.day(on, true)),
            Duty::KeyEnds { on } => fl!(words, "key", count = count, day = self.day(on, true)),
            Duty::CheckFailed { at } => {
                let (hour, minute) = at.time_in(self.zone);
                let (day, time) = (self.day(at.day_in(self.zone), true), format!("{hour:02}:{minute:02}"));
                fl!(words, "check-failed", count = count, day = day, time = time)
            }
            Duty::BatchChecked { on, received, accepted, rejected, duplicate, waiting } => fl!(
                words,
                "batch",
                day = self.day(on, true),
                received = received.cast_signed(),
                accepted = accepted.cast_signed(),
                rejected = rejected.cast_signed(),
                duplicate = duplicate.cast_signed(),
                waiting = waiting.cast_signed()
            ),
            Duty::Stopped => fl!(words, "stopped"),
        }
    }

    /// The ids, as many as are named; nothing if there are none.
    fn which(&self, told: &StaffTold) -> Option<String> {
        let named = told.ids.len().min(NAMED);
        let ids = told.ids.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(match self.language {
            Language::En => ", ",
            Language::Zh => "、",
        });
        let more = told.count.saturating_sub(named as u64).cast_signed();
        match (named, more) {
            (0, _) => None,
            (_, 0) => Some(fl!(self.words, "which", ids = ids)),
            (_, more) => Some(fl!(self.words, "which-more", ids = ids, more = more)),
        }
    }

    fn next(&self, duty: Duty, home: &str) -> String {
        let words = self.words;
        match duty {
            Duty::Confirm { .. } | Duty::Late { .. } => fl!(words, "confirm-next", home = home),
            Duty::LateList { .. } => fl!(words, "late-list-next", home = home),
            Duty::TrainingEnds { .. } => fl!(words, "training-next", home = home),
            Duty::KeyEnds { .. } => fl!(words, "key-next"),
            Duty::CheckFailed { .. } => fl!(words, "check-failed-next", home = home),
            Duty::BatchChecked { .. } => fl!(words, "batch-next", home = home),
            Duty::Stopped => fl!(words, "stopped-next"),
        }
    }
}
