//! The door for everybody: what is kept and by which law, and what the journal is checked with. No names of people.

pub(crate) mod catalog;
pub(crate) mod health;
pub(crate) mod journal;
pub(crate) mod problems;
