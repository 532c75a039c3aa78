//! Use cases: a folder per visitor, a file per verb, each a paragraph of the manual in the order in
//! which it happens.
//!
//! Whatever comes in by HTTP, by the command line or by a page calls the same function here. The
//! functions decide nothing themselves (`fairfile-domain` does), hold no SQL (`fairfile-store` does) and
//! open nothing without permit and stamp (`fairfile-vault` sees to it).
//!
//! Read `inquirer/inquire.rs` first.

pub mod calendar;
pub mod clock;
pub mod directory;
pub mod events;
pub mod evidence;
pub mod folder;
pub mod inquirer;
pub mod keeping;
pub mod messages;
pub mod opening_day;
pub mod pace;
pub mod person;
pub mod registrar;
pub mod registry;
pub mod replay;
pub mod sign_in;
pub mod source;
pub mod statistics;
pub mod supervisor;

pub use clock::Clock;
pub use fairfile_vault::Shown;
pub use registry::{Registry, RegistryError};
