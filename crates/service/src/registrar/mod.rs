//! What the registrar who runs a node does. Opening a person's file is not among it.

mod admit;
mod change;
mod confirm_clock;
mod decide;
mod office;
mod overview;
mod propose;
mod publish_catalog;
mod release_officer;
mod two;

pub use admit::{Admission, admit};
pub use change::{Change, LONGEST_KEY, MOST_TITLE_CHARS, Unfit, check_item, first_day};
pub use confirm_clock::{ConfirmClockError, confirm_clock};
pub use decide::{DecideError, decide_proposal};
pub use fairfile_store::deadline::Unconfirmed;
pub use fairfile_store::deed::Deed;
pub use fairfile_store::member::MemberKey;
pub use fairfile_store::notice::Late;
pub use fairfile_store::proposal::{Decision, Proposal};
pub use office::{OfficeError, check_key_end, check_training, end_key, stop_sign_in, train_officer};
pub use overview::{
    SOON_DAYS, Waiting, find_deed, find_proposal, list_deeds, list_proposals, list_stopped, list_unconfirmed,
    what_waits,
};
pub use propose::{ProposeError, propose};
pub use publish_catalog::{PublishError, publish_catalog};
pub use release_officer::{ReleaseError, release_officer};
pub(crate) use two::{NotAnsweredFor, Two};
