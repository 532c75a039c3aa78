//! What happens because a day has passed.

mod chase;
mod run;

pub use run::{CalendarError, Passed, run};
