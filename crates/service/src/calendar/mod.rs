//! What happens because a day has passed.

mod run;

pub use run::{CalendarError, Passed, run};
