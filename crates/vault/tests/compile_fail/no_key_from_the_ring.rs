//! The ring gives no key away.
use fairfile_domain::id::SealKeyId;
use fairfile_vault::Vault;

fn takes(vault: &Vault, key: SealKeyId) {
    drop(vault.keyring().load(key));
}

fn main() {
    let _ = takes;
}
