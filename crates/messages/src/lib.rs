//! The words of messages, in both languages, and how long they are: one fact, one next step, a date.
//!
//! Apart from the pages' words, because whoever sends messages has no pages: `fairfile calendar run` sends what is due on
//! a node that nobody serves. Nothing here knows a store, a person or a wire; what is deliberately absent is every
//! variable that could carry content, a kind of record or a member.
//!
//! Read `compose.rs` first.

mod compose;
mod length;
mod outbox;
mod staff;
mod words;

pub use compose::{HelpLines, Sender, Text, Told, compose, compose_recovery};
pub use length::segments;
pub use outbox::{Carried, Letter, Outbox};
pub use staff::{Duty, StaffTold, compose_staff};
