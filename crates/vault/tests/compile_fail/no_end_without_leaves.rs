//! A write ends in `commit`, which wants leaves, or leaves nothing behind.
use fairfile_store::{Done, Store, StoreError};

fn off_the_record(store: &Store) {
    let pending = store.write(|_tx| Ok::<_, StoreError>(Done { value: (), leaves: Vec::new() }));
    drop(pending);
}

fn main() {
    let _ = off_the_record;
}
