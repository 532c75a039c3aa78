//! Who somebody is, shown by somebody else's mathematics: a passkey on a device, or the province's identity provider.
//!
//! Both are checked by libraries made for it; this room holds what a node asks of them. It keeps nothing: what a ceremony
//! must remember goes out as bytes that the caller keeps under a key of the node, and what comes out is a value that
//! nothing else can make. It knows no session, no person and no table.
//!
//! Read `passkey.rs` first; `provider.rs` is the way by which persons sign in.

pub mod passkey;
pub mod provider;
