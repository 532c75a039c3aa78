//! The rules of Fairfile: who may look, what may be kept, when it ends, and how a "no" reads.
//!
//! Pure: no I/O, no async, no clock, no chance, no serde. Whatever a rule needs to know (the time,
//! the calendar, what is on file) is handed to it, and the same question always gets the same answer.
//!
//! What is deliberately absent: anything that sums a person up, any function over two people, and
//! any switch that loosens a refusal.
//!
//! Read [`access`] first: it is the one decision. Then [`catalog`], which it decides by.

pub mod access;
pub mod actor;
pub mod catalog;
pub mod correction;
pub mod day;
pub mod forbidden;
pub mod id;
pub mod identifier;
pub mod message;
pub mod month;
pub mod name;
pub mod notice;
pub mod profile;
pub mod proposal;
pub mod record;
pub mod refusal;
pub mod sign_in;
pub mod statistics;
