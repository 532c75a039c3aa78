//! A demo node for tests: its cast, its calendar, and the audit that every story ends in.
//!
//! A [`World`] is a seeded node in a temporary folder, on either engine. Its people are invented; its sources sign
//! what they hand in, its officers ask, its persons read their files, all through the use cases that the doors call.
//! When it is dropped, the [audit](World::audit) looks past every room of the house at the bytes that lie on disk.
//!
//! Deliberately absent: mocks, sleeping, and any way to change a node's data but those that a node has.
//! Read `world.rs` first.

pub mod audit;
pub mod backups;
pub mod counter;
pub mod device;
pub mod engine;
pub mod everything;
pub mod first_node;
pub mod hands;
pub mod obstacle;
pub mod people;
pub mod post;
pub mod postgres;
pub mod raw;
pub mod sheet;
pub mod visitors;
pub mod world;

pub use backups::{Backups, restorer};
pub use counter::AtTheCounter;
pub use device::Device;
pub use engine::Engine;
pub use first_node::FirstNode;
pub use hands::Hands;
pub use obstacle::Obstacle;
pub use people::Person;
pub use raw::Raw;
pub use sheet::Row;
pub use visitors::{Member, Officer, Source, Told};
pub use world::{World, hand_set};
