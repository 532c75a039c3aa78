//! A member's inbox: what a node has to tell the member arrives at least once and takes effect exactly once.
//!
//! The node's table of notices is the outbox: a notice is made in the same commit as the correction that it tells of,
//! and the node tells it again, the same to the byte, as often as it is asked. An [`Inbox`] is a file on the member's
//! side. It believes nothing of what carries messages to it, a request over HTTP, a broker or a stick: a message
//! counts if the node signed it, it is addressed to this member, and its number is the next. Number and effect change
//! in one transaction, so there is no moment at which a fall leaves one without the other.
//!
//! What it deliberately does not do:
//! - It ends no notice. That a message was handed over, kept or had its effect is nobody's confirmation: a notice ends
//!   when the member signs that it has acted on it, and until then the node chases the member.
//! - It speaks no protocol and knows no broker: [`Wire`] is where one is joined on.
//! - It has no clock and never waits: whoever runs it says when to try again, and may end it anywhere.
//!
//! Read `inbox.rs` first, then `pull.rs`.

mod error;
mod inbox;
mod pull;
mod tables;

pub use error::{Failure, InboxError, Refused};
pub use inbox::{Accepted, Effect, Inbox, Parked};
pub use pull::{MOST_FRUITLESS, PullError, Pulled, Wire, pull};
