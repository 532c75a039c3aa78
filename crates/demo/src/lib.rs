//! The invented province Lanhe: members, officers, people, and half a year of events from a fixed seed.
//!
//! Nothing here is real: the county codes 53 99 xx of its identity numbers are not assigned. Only demo
//! nodes are founded from this room, and only their keys lie in the node's own folder.
//!
//! Read `province.rs` first.

pub mod province;
