//! What an inquirer's officer does.

mod case_reference;
mod inquire;
mod notices;
mod outbox;
mod replay;
mod standing;

pub use case_reference::{CaseReference, NotACaseReference};
pub use fairfile_store::notice::{NoticeOnFile, Telling};
pub use inquire::{Answer, InquireError, Once, Outcome, Question, inquire};
pub(crate) use notices::standing_of;
pub use notices::{Confirmed, MOST_NOTICES, NoticeError, NoticeView, Which, confirm_notice, list_notices};
pub use outbox::{MOST_MESSAGES, Outbox, outbox};
pub use standing::{Followed, StandingError, what_followed};
