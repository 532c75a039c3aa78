//! The files that lawyers and registrars write: catalog items, law profiles, holiday calendars.
//!
//! Text in, checked values of `fairfile-domain` out; every fault names its place and says what to do.
//! Nothing here reads a disk, and nothing here decides: what an item may hold and what no profile can
//! lower are rules of the domain. Unknown keys are faults, for a misspelt figure would otherwise leave a
//! person with less than the law gives.
//!
//! Read [`profiles`] first for how a file is taken apart, then [`catalog`] and [`lint`].

pub mod catalog;
pub mod holidays;
pub mod lint;
pub mod profiles;

mod fault;
mod table;
