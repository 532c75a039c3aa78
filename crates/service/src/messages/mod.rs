//! What people are told by e-mail and SMS: what each has chosen, what is due, what was sent.
//!
//! **The journal is the outbox.** No use case writes a message: what it writes has its leaf in the same commit, and a
//! round reads the leaves that came since the round before and plans a message for each fact of somebody who wants to be
//! reached. So nothing that happened is ever without its message, a million rows of a source cost no row more, and a crash
//! anywhere loses nothing. On the person's own pages every fact stands in any case, made from the file itself.
//!
//! A round is one leaf, whatever it plans, writes and settles, and it is held whenever the journal has grown, whoever's
//! file that was about: were it held for known people only, the journal's length would tell strangers who is on file.
//!
//! The text is kept, sealed under the person's key, before it is sent, and what became of it after: cut off in between, the
//! same text goes once more under the same id. Read `courier.rs` first.
//!
//! Those who work at a counter are told by e-mail alone, by `staff_post.rs`: what is due is read from the tables, and the book
//! of what they were told is a file beside the node, for nothing of it is about a person.

mod courier;
mod events;
mod kept;
mod plan;
mod round;
mod settings;
mod staff;
mod staff_book;
mod staff_due;
mod staff_post;
mod write;

pub use courier::{Courier, Delivered};
pub use kept::{KeptMessage, Overview, list, overview};
pub use settings::{Chosen, change, chosen};
pub use staff::{NotStaffAddresses, StaffAddresses};
pub use staff_book::{StaffBook, StaffCounts};

pub use fairfile_store::message::{Counts, State};

/// The setting of the node that says how far rounds have read the journal.
pub(crate) const UNTIL: &str = "messages";
