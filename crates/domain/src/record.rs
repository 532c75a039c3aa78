//! A record's life: from when others see it, on which day that ends, how long it exists.

use crate::catalog::{Bearing, Item, LastDay, StartEvent};
use crate::day::{CalendarGap, Day, HolidayCalendar, Period, Today};
use crate::id::{InputCode, ItemCode, MemberCode, RecordId};

/// One version of a record, as far as a rule needs to know it: its place and its terms, no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFile {
    /// The record.
    pub record: RecordId,
    /// Its version, from 1.
    pub version: u32,
    /// Its item.
    pub item: ItemCode,
    /// The version of the item under which it was received, and by which it lives and ends.
    pub item_version: u32,
    /// The member that wrote it.
    pub source: MemberCode,
    /// Its days.
    pub terms: Terms,
    /// What has become of it.
    pub state: RecordState,
}

/// What has become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// Nothing: its days alone decide.
    InForce,
    /// Its display has ended; the person still sees it until retention ends.
    Ended,
    /// Its source took it back.
    Withdrawn,
    /// Its key is gone: nobody can read it again.
    Destroyed,
}

impl RecordState {
    /// Every state with its stored word.
    pub const ALL: [(RecordState, &'static str); 4] = [
        (RecordState::InForce, "in-force"),
        (RecordState::Ended, "ended"),
        (RecordState::Withdrawn, "withdrawn"),
        (RecordState::Destroyed, "destroyed"),
    ];

    /// The stored word.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The state that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// The days of a record; each last day is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// First day on which others may see it.
    pub shown_from: Day,
    /// Last day on which others may see it.
    pub display_until: Day,
    /// Last day on which it exists.
    pub retained_until: Day,
}

impl Terms {
    /// Whether today certainly lies in the display period: it has begun, and it cannot be over.
    pub fn on_display(&self, today: impl Into<Today>) -> bool {
        today.into().lies_within(self.shown_from, self.display_until)
    }
}

/// What the law profile and the node's calendar add to an item's own rule.
#[derive(Debug, Clone, Copy)]
pub struct TermLaw<'a> {
    /// How long an adverse record waits after the person was told.
    ///
    /// Law: notice before an adverse record is shown, where the profile asks for it.
    pub adverse_waiting: Period,
    /// The longest display of an adverse record, from its starting event; `None` where the law sets no figure.
    pub adverse_display_most: Option<Period>,
    /// The node's holidays.
    pub holidays: &'a HolidayCalendar,
}

/// The days of a record cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The day that starts or ends a period is not in the row.
    #[error("input `{0}` is needed to tell when the record ends; fill it in")]
    MissingDay(InputCode),
    /// The holiday calendar does not reach far enough.
    #[error(transparent)]
    Calendar(#[from] CalendarGap),
}

/// The days of a record of `item` that was received, and its person told, on `received`.
///
/// `day_of` gives the day in an input. The item's rule comes first, then the profile: an adverse
/// record waits, and is never displayed longer than the profile's most.
pub fn terms(
    item: &Item,
    received: Day,
    day_of: impl Fn(&InputCode) -> Option<Day>,
    law: TermLaw<'_>,
) -> Result<Terms, TermsError> {
    let named = |input: &InputCode| day_of(input).ok_or_else(|| TermsError::MissingDay(input.clone()));
    let start = match &item.display.from {
        StartEvent::Input(input) => named(input)?,
        StartEvent::Received => received,
    };
    let mut display_until = match &item.display.until {
        LastDay::Input(input) => named(input)?,
        LastDay::After(period) => period.end_after(start, law.holidays)?,
    };
    if let (Bearing::Adverse, Some(most)) = (item.bearing, law.adverse_display_most) {
        display_until = display_until.min(most.end_after(start, law.holidays)?);
    }
    let shown_from = start.max(earliest_shown(item, received, law)?);
    // What is over when it arrives is kept for the person from that day on, not from a day long past.
    let retained_until = item.retention.end_after(display_until.max(received), law.holidays)?;
    Ok(Terms { shown_from, display_until, retained_until })
}

/// The first day on which others can see a record of `item` that was received on `received`, whatever it says.
///
/// # Errors
/// [`CalendarGap`] if the holiday calendar does not reach that far.
pub fn earliest_shown(item: &Item, received: Day, law: TermLaw<'_>) -> Result<Day, CalendarGap> {
    match item.bearing {
        Bearing::Neutral => Ok(received),
        // The last day of waiting is a day of waiting: others see the record from the day after.
        Bearing::Adverse => Ok(law.adverse_waiting.end_after(received, law.holidays)?.tomorrow().max(received)),
    }
}

/// The days of a record of `item` that was received on `received` and corrected, its person told again, on `corrected`.
///
/// The record lives by the version of the item under which it was received. What an adverse record says anew waits
/// anew before others see it.
pub fn corrected_terms(
    item: &Item,
    received: Day,
    corrected: Day,
    day_of: impl Fn(&InputCode) -> Option<Day>,
    law: TermLaw<'_>,
) -> Result<Terms, TermsError> {
    let mut terms = terms(item, received, day_of, law)?;
    if item.bearing == Bearing::Adverse {
        let waited = law.adverse_waiting.end_after(corrected, law.holidays)?.tomorrow();
        terms.shown_from = terms.shown_from.max(waited);
    }
    Ok(terms)
}
