//! What the supervisor does: sees who is late, has the journal checked, draws samples of looks. No file is opened here.

mod check;
mod draw;
mod late;
mod sample;

pub(crate) use check::Checks;
pub use check::{Check, CheckError, check_journal, last_check};
pub use draw::{Announcement, DrawError, MOST_LOOKS, MOST_WORDS, announce_draw, fits, list_draws, make_draw};
pub use fairfile_store::draw::{DrawOnFile, Made};
pub use fairfile_store::look::Outcome;
pub use fairfile_vault::{Asked, DrawnLook};
pub use late::{LateNotice, Step, list_late};
pub use sample::{Drawn, Entry, MOST_NUMBERS, Sample, find_draw};
