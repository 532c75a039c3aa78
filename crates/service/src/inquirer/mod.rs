//! What an inquirer's officer does.

mod case_reference;
mod inquire;
mod notices;
mod outbox;
mod receipts;
mod replay;
mod standing;

pub use case_reference::{CaseReference, NotACaseReference};
pub use fairfile_store::notice::{NoticeOnFile, Telling};
pub(crate) use inquire::target;
pub use inquire::{Answer, InquireError, Once, Outcome, Question, inquire};
pub(crate) use notices::standing_of;
pub use notices::{
    Confirmed, DAYS_CONFIRMED_ARE_LISTED, MOST_NOTICES, NoticeError, NoticeView, Which, confirm_notice, find_notice,
    list_confirmed, list_notices,
};
pub use outbox::{MOST_MESSAGES, Outbox, outbox};
pub use receipts::{LookOutcome, MOST_RECEIPTS, OwnTrace, Said, find_receipt, list_receipts};
pub use replay::{ANSWER_OPEN_MICROS, look_again};
pub use standing::{Followed, StandingError, what_followed};
