//! A correction gives the days that were asked for and no text: what it changed can only be read by a look.
use fairfile_domain::access::Amendment;
use fairfile_domain::id::InputCode;
use fairfile_store::record::Sealed;
use fairfile_vault::{Chance, NewKey, Vault};

fn reads(vault: &Vault, permit: &Amendment, found: &Sealed, input: InputCode, key: NewKey, chance: &Chance) {
    let mut text: Option<String> = None;
    let asked = [input.clone()];
    let amended = vault.amend(permit, found, &Default::default(), &asked, |days| {
        text = days.get(&input).cloned();
        Ok(key)
    }, chance);
    drop((amended, text));
}

fn main() {
    let _ = reads;
}
