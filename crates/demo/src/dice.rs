//! Small choices from a fixed seed, apart from the stream from which the node draws its ids and keys.

use fairfile_vault::{Chance, VaultError};

use crate::counter::ActError;

/// A stream of choices.
pub struct Dice(Chance);

impl Dice {
    /// The choices of `seed` for one use; two uses of one seed have nothing in common.
    pub fn new(seed: u64, what: &str) -> Self {
        // FNV-1a: any fixed spreading of the seed would do.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(Chance::seeded(what.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, mix)))
    }

    /// A number from 0 on and below `bound`; 0 for a bound of 0.
    pub fn below(&self, bound: u32) -> Result<u32, VaultError> {
        let drawn = u64::from_le_bytes(self.0.bytes()?);
        // Less than `bound`, so it fits.
        Ok((drawn % u64::from(bound.max(1))) as u32)
    }

    /// One of `list`.
    pub fn pick<'t, T>(&self, list: &'t [T]) -> Result<&'t T, ActError> {
        let place = self.below(list.len() as u32)? as usize;
        list.get(place).ok_or(ActError::Table("a list to choose from is empty"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_for_each_use() {
        let draw = |seed, what| {
            let dice = Dice::new(seed, what);
            (0..20).map(|_| dice.below(1_000).expect("seeded chance never fails")).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "people"), draw(7, "people"));
        assert_ne!(draw(7, "people"), draw(7, "events"));
        assert_ne!(draw(7, "people"), draw(8, "people"));
    }
}
