//! What anybody may read: what is kept, by which law, who takes part, and whether a proof holds. No names of people.

pub(super) mod catalog;
pub(super) mod codes;
pub(super) mod home;
pub(super) mod item;
pub(super) mod journal;
pub(super) mod laws;
pub(super) mod learn;
pub(super) mod members;
pub(super) mod purposes;
pub(super) mod rights;
pub(super) mod statistics;
pub(super) mod status;
pub(super) mod verify;

/// A link: what it says, and where it leads.
pub(in crate::pages) struct Link {
    pub(in crate::pages) words: String,
    pub(in crate::pages) to: String,
}
