//! Content under keys that can die, and the keys apart from the data.
//!
//! Every record, every person's identity and every look is sealed under a key of its own, bound to its
//! place, so that a ciphertext moved elsewhere opens nowhere. The keys live in their own store, wrapped
//! under month keys, which are wrapped by a [`Custodian`]: a key file today, a hardware module behind
//! the same few calls tomorrow. After a destruction the custodian's root key moves on, and what was copied before
//! opens no more (`ratchet.rs`).
//!
//! Sealing is free; opening wants a [`Permit`](fairfile_domain::access::Permit) and a
//! [`Stamp`](fairfile_store::Stamp) of the same look. There is no other way in to read. Two rooms open without anybody
//! reading: a correction gives the next version sealed (`amend.rs`), a replay what a look must agree with (`audit.rs`).
//! A third holds no record at all: what a person has chosen about messages, and what was sent (`post.rs`).
//!
//! Deliberately absent: a master switch, an export of content, a cache of anything opened.
//! Read `open.rs` first.

mod amend;
mod audit;
mod chance;
mod custody;
mod destroy;
mod error;
mod files;
mod followed;
mod hashes;
mod journals;
mod kept;
mod key_backup;
mod key_file;
mod keyring;
mod mark;
mod masters;
mod open;
mod post;
mod ratchet;
mod seal;
mod tables;

pub use amend::Amended;
pub use audit::{Asked, Auditor, DrawnLook, LookFacts};
pub use chance::Chance;
pub use custody::Custodian;
pub use error::VaultError;
pub use followed::Held;
pub use hashes::Hashes;
pub use kept::KeptKey;
pub use key_backup::KeyBackup;
pub use key_file::KeyFile;
pub use keyring::{Keyring, Month, NewKey, SealOnly};
pub use mark::{Mark, SureTime};
pub use open::{Shown, Vault};
pub use seal::Place;
