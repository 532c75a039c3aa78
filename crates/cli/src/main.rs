//! The `fairfile` binary.
fn main() {}
