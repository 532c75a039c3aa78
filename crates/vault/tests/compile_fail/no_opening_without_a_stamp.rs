//! A permit alone opens nothing: the look is journaled first.
use fairfile_domain::access::Permit;
use fairfile_store::record::Sealed;
use fairfile_vault::Vault;

fn opens(vault: &Vault, permit: &Permit, found: &[Sealed]) {
    drop(vault.open(permit, found));
}

fn main() {
    let _ = opens;
}
