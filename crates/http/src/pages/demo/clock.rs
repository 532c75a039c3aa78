//! The demo's clock is moved, and what the days passed demand is done.

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::day::{Day, HolidayCalendar, Instant, Period, Unit};
use fairfile_service::calendar::{self, CalendarError, Passed};
use fairfile_service::folder::{ClockHand, FolderError};
use fairfile_service::{Registry, RegistryError};

use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::Frame;
use crate::problem::{Problem, RequestFault};
use crate::stage::Moved;

/// Microseconds of a day; the demo's province has no summer time.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// How far the clock can be moved at once, as forms say it.
pub(super) const TURNS: [(&str, Period); 3] = [
    ("day", Period { count: 1, unit: Unit::Day }),
    ("deadline", Period { count: 20, unit: Unit::Day }),
    ("half-year", Period { count: 6, unit: Unit::Month }),
];
/// The last year into which the clock can be moved: behind it no training lasts and no page would tell anything new.
const LAST_YEAR: i16 = 2090;

/// A turn that failed.
enum Failed {
    Folder(FolderError),
    Calendar(CalendarError),
}

/// `POST /{language}/demo/clock`: moves the clock by `turn` and runs the calendar, as `fairfile calendar run` does.
pub(crate) async fn turn(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    let wanted = TURNS.iter().find(|(name, _)| *name == fields.text("turn")).ok_or(RequestFault::NotTheShape)?;
    let hand = call.doors.stage().demo.clock.clone().ok_or(RequestFault::NoSuchAddress)?;
    let at = after(call.doors.reg(), wanted.1).ok_or(RequestFault::NotTheShape)?;
    let passed = call.doors.blocking(move |reg| set(reg, &hand, at)).await?.map_err(|failed| match failed {
        Failed::Folder(FolderError::Io(error)) => Problem::of_disk(&error),
        Failed::Folder(FolderError::Registry(error)) | Failed::Calendar(CalendarError::Registry(error)) => error.into(),
        Failed::Folder(error) => Problem::failed(&error),
    })?;
    call.doors.stage().remember(Moved { to: call.doors.reg().today(), passed });
    to_page(&Frame::of(call).to("/demo"))
}

fn set(reg: &Registry, hand: &ClockHand, at: Instant) -> Result<Passed, Failed> {
    hand.set(reg, at).map_err(Failed::Folder)?;
    calendar::run(reg).map_err(Failed::Calendar)
}

/// The same time of day once `turn` has passed.
fn after(reg: &Registry, turn: Period) -> Option<Instant> {
    let today = reg.today();
    let then = turn.end_after(today, &HolidayCalendar::default()).ok().filter(|day| day.year() <= LAST_YEAR)?;
    moved(reg.clock.now(), today, then)
}

fn moved(now: Instant, from: Day, to: Day) -> Option<Instant> {
    let days = i64::from(to.epoch_day()).checked_sub(i64::from(from.epoch_day()))?;
    Instant::from_unix_micros(now.unix_micros().checked_add(days.checked_mul(DAY)?)?).ok()
}

impl From<RegistryError> for Failed {
    fn from(error: RegistryError) -> Self {
        Self::Calendar(CalendarError::Registry(error))
    }
}
