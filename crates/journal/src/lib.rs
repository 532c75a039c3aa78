//! Committed leaves become checkpoints, tiles, openings and receipts.
//!
//! A checkpoint is signed only over leaves that are committed, and at most once for each size, however
//! many answers of one group ask for it. Nothing here can append: that is the store's commit alone.
//!
//! Deliberately absent: content, people, and any way to sign a tree that the store does not hold.
//! Read [`Publisher`] first.

mod error;
mod export;
mod publish;

pub use error::JournalError;
pub use publish::{Publisher, Written};
