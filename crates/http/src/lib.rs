//! Three doors: `api` for programs, `public` for everybody; pages will be the third.
//!
//! A handler converts, calls a use case, and converts back. It decides nothing, holds no SQL and no key. Who comes
//! to which address, and what it does, stands on one screen in `router.rs`; who is asking is found out in
//! `caller.rs`; what goes wrong becomes an answer in `problem.rs`; `serve.rs` keeps slow and greedy clients off.
//!
//! Deliberately absent: any address that lists people, any address that names a person in it, cookies, and
//! anything fetched from elsewhere.
//!
//! Read `router.rs` first.

mod api;
mod body;
mod caller;
mod connection;
mod doors;
pub mod explain;
mod origin;
pub mod problem;
mod public;
mod response;
pub mod router;
mod serve;
mod sessions;
pub mod wire;

pub use doors::{Config, Doors, Patience};
pub use origin::NotAnOrigin;
pub use serve::{Server, ServerError};
