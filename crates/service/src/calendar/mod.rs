//! What happens because a day has passed.

mod chase;
mod run;

pub(crate) use run::note_destroyed;
pub use run::{CalendarError, Passed, run};
