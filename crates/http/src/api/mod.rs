//! The door for programs: members by signature, people by session. JSON in, JSON out.

pub(crate) mod batches;
pub(crate) mod demo;
pub(crate) mod index;
pub(crate) mod inquiries;
pub(crate) mod my;
pub(crate) mod notices;
pub(crate) mod outbox;
pub(crate) mod receipts;

use fairfile_service::Registry;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, RequestFault};

/// Reads a JSON body of a known shape. What the reader says may repeat the body, so only the place is told.
fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("the body does not fit at line {}, column {}", error.line(), error.column());
        Problem::new(RequestFault::NotTheShape).detailed(place)
    })
}

/// A keyed hash of what a request says, for comparing it with itself.
fn hash_of(reg: &Registry, what: &str, text: &[u8]) -> [u8; 32] {
    reg.vault.keyring().hashes().content_of(what, text)
}
