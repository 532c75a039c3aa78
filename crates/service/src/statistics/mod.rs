//! Statistics: how much, never who. Everything here is a count of looks, rows or notices by month, member, purpose or code.
//!
//! Looks are counted where they are journaled (`count_look`), into a table of counts that the replay makes again from the
//! looks themselves. What may be said of a count is the domain's to decide; `figures.rs` asks it before anything leaves.
//!
//! Read `figures.rs` first.

mod csv;
mod figures;
mod tally;

pub use figures::{By, Measure, Row, Section, Statistic, Statistics};

pub(crate) use figures::Figures;
pub(crate) use tally::{count_earlier_looks, count_look, kind_of};
