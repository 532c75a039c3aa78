//! Committed leaves become checkpoints, tiles, openings and receipts.
//!
//! A checkpoint is signed only over leaves that are committed, and at most once for each size, however
//! many answers of one group ask for it. Nothing here can append: that is the store's commit alone. Before
//! a head is signed the high-water mark beside the keys is raised to it, so that restored data, which lacks
//! what was signed since, is found out before anything is signed again.
//!
//! Deliberately absent: content, people, and any way to sign a tree that the store does not hold.
//! Read [`Publisher`] first.

mod error;
mod export;
mod high_water;
mod name;
mod publish;

pub use error::JournalError;
pub use high_water::{Marked, check_mark, root_of_leaves};
pub use name::{is_same_node, journal_number, numbered_origin};
pub use publish::{Publisher, Written};
