//! A notice tells a member that a record which it was shown was corrected or withdrawn; only the member's own
//! signed confirmation ends it.

use crate::catalog::Bilingual;
use crate::day::{Day, Period, Unit};

/// How long a member has to confirm a notice before it is late.
///
/// Law: to tell every recipient without delay (GDPR Art. 19); no law names the recipient's figure, so this one is
/// the product's own.
pub const TIME_TO_CONFIRM: Period = Period { count: 7, unit: Unit::Day };

/// How long each step of chasing waits for an answer before the next.
pub const TIME_BETWEEN_CHASES: Period = Period { count: 7, unit: Unit::Day };

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The member has been told and has time left.
    ToConfirm,
    /// Its time is over; the step of chasing that was taken last, if one was.
    Late(Option<Chase>),
    /// The member has confirmed with its signature.
    Confirmed,
}

impl Standing {
    /// Where a notice stands on `today`.
    pub fn of(due_on: Day, confirmed: bool, chases: u32, today: Day) -> Self {
        if confirmed {
            return Self::Confirmed;
        }
        if today <= due_on { Self::ToConfirm } else { Self::Late(Chase::taken(chases)) }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ToConfirm => "to-confirm",
            Self::Late(_) => "late",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A step of chasing a member that is silent; the last one stays until the member confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chase {
    /// The member is reminded.
    Reminder,
    /// The head of the member's office is told.
    HeadOfOffice,
    /// The supervisor is told: the notice is on the supervisor's list of late ones.
    Supervisor,
}

impl Chase {
    /// Every step, in order.
    pub const ALL: [Chase; 3] = [Chase::Reminder, Chase::HeadOfOffice, Chase::Supervisor];

    /// The step that was taken last, after `chases` of them.
    pub fn taken(chases: u32) -> Option<Self> {
        let last = usize::try_from(chases).ok()?.checked_sub(1)?;
        Self::ALL.get(last.min(Self::ALL.len() - 1)).copied()
    }

    /// The step after `chases` of them; nothing once the supervisor knows.
    pub fn next(chases: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(chases).ok()?).copied()
    }

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::HeadOfOffice => "head-of-office",
            Self::Supervisor => "supervisor",
        }
    }

    /// What is done by it, in words.
    pub fn sentence(self) -> Bilingual {
        let (en, zh) = match self {
            Self::Reminder => ("the member is reminded", "提醒该单位"),
            Self::HeadOfOffice => ("the head of the member's office is told", "告知该单位负责人"),
            Self::Supervisor => ("the supervisor is told", "告知监督机构"),
        };
        Bilingual { en: en.to_owned(), zh: zh.to_owned() }
    }
}

/// The last day on which a notice made on `made_on` can be confirmed in time.
pub fn due_on(made_on: Day) -> Day {
    after(made_on, TIME_TO_CONFIRM)
}

/// The next step of chasing and the first day on which it is due; nothing once the supervisor knows.
///
/// `chased_on` is the day of the step before.
pub fn next_chase(due_on: Day, chased_on: Option<Day>, chases: u32) -> Option<(Chase, Day)> {
    let step = Chase::next(chases)?;
    let waited = match chased_on {
        None => due_on,
        Some(before) => after(before, TIME_BETWEEN_CHASES),
    };
    Some((step, waited.tomorrow()))
}

/// Days of the calendar, no holidays: the day lies within what a `Day` can be, or is the last that can.
fn after(day: Day, period: Period) -> Day {
    (0..period.count).fold(day, |day, _| day.tomorrow())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_silent_member_is_chased_step_by_step() {
        let due = due_on(day("2026-11-23"));
        assert_eq!(due, day("2026-11-30"));
        assert_eq!(Standing::of(due, false, 0, due), Standing::ToConfirm);
        assert_eq!(Standing::of(due, false, 0, due.tomorrow()), Standing::Late(None));
        assert_eq!(Standing::of(due, true, 3, due.tomorrow()), Standing::Confirmed);
        let mut chased = None;
        for (chases, (step, on)) in
            [(Chase::Reminder, "2026-12-01"), (Chase::HeadOfOffice, "2026-12-09"), (Chase::Supervisor, "2026-12-17")]
                .into_iter()
                .enumerate()
        {
            let chases = u32::try_from(chases).expect("a small count");
            assert_eq!(next_chase(due, chased, chases), Some((step, day(on))));
            assert_eq!(Chase::taken(chases + 1), Some(step));
            chased = Some(day(on));
        }
        assert_eq!(next_chase(due, chased, 3), None);
        assert_eq!(Standing::of(due, false, 3, day("2027-12-01")), Standing::Late(Some(Chase::Supervisor)));
    }
}
