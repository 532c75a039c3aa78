//! Only the store makes a stamp, after its commit.
use std::sync::Arc;

use fairfile_domain::id::EventId;
use fairfile_store::{Head, Stamp};

fn stamp(head: Arc<Head>) -> Stamp {
    Stamp { leaf: 0, event: EventId::from_bytes([0; 16]), head }
}

fn main() {
    let _ = stamp;
}
