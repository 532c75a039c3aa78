//! A stamp alone opens nothing.
use fairfile_store::{Stamp, record::Sealed};
use fairfile_vault::Vault;

fn opens(vault: &Vault, stamp: &Stamp, found: &[Sealed]) {
    drop(vault.open(stamp, found));
}

fn main() {
    let _ = opens;
}
