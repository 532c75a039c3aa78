//! A key that is lent for sealing cannot open, nor show itself.
use fairfile_vault::{Place, SealOnly};

fn opens(key: &SealOnly, place: Place, sealed: &[u8]) {
    drop(key.open(place, sealed));
}

fn shows(key: &SealOnly) -> [u8; 32] {
    key.key
}

fn main() {
    let _ = (opens, shows);
}
