//! What keeps a node through the loss of a disk: backups of data and of keys, apart; their restore; and what is left to
//! do when the journal lacks what was signed.
//!
//! A restore brings back what was kept and nothing that was destroyed: the ledger of destroyed keys and the journal are
//! held against each other, both ways, before anything is shown. And it never lets a journal be signed that is smaller
//! than one which was signed before: the high-water mark lies beside the keys, where no backup of the data reaches it.
//!
//! Read `restore.rs` first.

mod backup;
mod bring_up;
mod error;
mod follow;
mod high_water;
mod ledger;
mod restore;
mod site;

pub use backup::{Checked, back_up_both, back_up_data, back_up_keys, check_backups};
pub(crate) use bring_up::bring_up;
pub use error::KeepingError;
pub(crate) use follow::{follow, note_followed};
pub use high_water::{Continuation, Continued, KnownBy, continue_journal, list_continuations};
pub use ledger::{KeysOnFile, look_over_keys};
pub use restore::{Restored, Sources, Standing, restore};

/// The file in a node's folder that says a restore is under way, and of what.
pub(crate) const RESTORING: &str = "restoring";
