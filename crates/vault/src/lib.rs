//! Content under keys that can die, and the keys apart from the data.
//!
//! Every record, every person's identity and every look is sealed under a key of its own, bound to its
//! place, so that a ciphertext moved elsewhere opens nowhere. The keys live in their own store, wrapped
//! under month keys, which are wrapped by a [`Custodian`]: a key file today, a hardware module behind
//! the same two calls tomorrow.
//!
//! Sealing is free; opening wants a [`Permit`](fairfile_domain::access::Permit) and a
//! [`Stamp`](fairfile_store::Stamp) of the same look. There is no other way in.
//!
//! Deliberately absent: a master switch, an export of content, a cache of anything opened.
//! Read `open.rs` first.

mod chance;
mod custody;
mod error;
mod hashes;
mod keyring;
mod open;
mod seal;

pub use chance::Chance;
pub use custody::{Custodian, KeyFile};
pub use error::VaultError;
pub use hashes::Hashes;
pub use keyring::{Keyring, Month, NewKey, SealOnly};
pub use open::{Shown, Vault};
pub use seal::Place;
