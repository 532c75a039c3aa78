//! Three doors: `api` for programs, `public` for whoever checks the journal, `pages` for people.
//!
//! A handler converts, calls a use case, and converts back. It decides nothing, holds no SQL and no key. Who comes
//! to which address, and what it does, stands on one screen in `router.rs`; who is asking is found out in
//! `caller.rs`; what goes wrong becomes an answer in `problem.rs`; `serve.rs`, `connection.rs` and `guest.rs` keep slow
//! and greedy clients off, `share.rs` gives each kind of visitor places of their own, and every figure stands in
//! `limits.rs`.
//!
//! Deliberately absent: any address that lists people, any address that names a person in it, and anything fetched
//! from elsewhere.
//!
//! Read `router.rs` first.

mod answers;
mod api;
pub mod binding;
mod body;
mod caller;
mod connection;
mod doors;
mod drafts;
pub mod explain;
mod guest;
pub mod limits;
mod origin;
mod pace;
mod pages;
mod peer;
pub mod problem;
mod public;
mod readings;
mod response;
pub mod router;
mod scratch;
mod sent;
mod serve;
mod sessions;
pub mod share;
mod stage;
mod tickets;
mod visits;
mod ways;
pub mod wire;

pub use doors::{Config, Doors, PostOffice};
pub use limits::Limits;
pub use origin::NotAnOrigin;
pub use serve::{Server, ServerError};
pub use stage::{Cues, Demo, Invented};
