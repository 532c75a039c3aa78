//! The invented province Lanhe: members, officers, people, half a year of events from a fixed seed, and
//! the story that `fairfile demo --check` walks.
//!
//! Nothing here is real: the county codes 53 99 xx of its identity numbers are not assigned. Only demo
//! nodes are founded from this room, and only their keys lie in the node's own folder.
//!
//! What happens here goes through the same use cases as everything that comes from outside: `counter.rs`
//! signs a file with the source's own key, asks as an officer asks, and opens a file as its person does.
//! Nothing is written past them.
//!
//! Read `province.rs` first, then `half_year.rs`; `story.rs` is the list of promises that are shown.

pub mod counter;
pub mod dice;
pub mod eve;
pub mod half_year;
mod offices;
pub mod people;
mod plan;
pub mod province;
mod rows;
pub mod story;
