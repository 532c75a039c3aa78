//! What the registrar who runs a node does. Opening a person's file is not among it.

mod admit;
mod confirm_clock;
mod publish_catalog;
mod release_officer;
mod two;

pub use admit::{Admission, admit};
pub use confirm_clock::{ConfirmClockError, confirm_clock};
pub use publish_catalog::{PublishError, publish_catalog};
pub use release_officer::{ReleaseError, release_officer};
pub(crate) use two::{NotAnsweredFor, Two};
