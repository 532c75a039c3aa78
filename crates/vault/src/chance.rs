//! Chance, injected: from the system on a real node, from a seed in a demo or a test.

use std::sync::Mutex;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::error::VaultError;

/// Where ids, keys and nonces come from.
pub enum Chance {
    /// The system's generator.
    System(SystemRandom),
    /// A stream fixed by a seed: invented data only.
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

impl Chance {
    /// The system's generator.
    pub fn system() -> Self {
        Self::System(SystemRandom::new())
    }

    /// The stream of `seed`, for nodes that hold invented data.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Box::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` fresh bytes.
    ///
    /// # Errors
    /// [`VaultError::Chance`] if the system has none to give.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], VaultError> {
        let mut bytes = [0; N];
        match self {
            Self::System(system) => system.fill(&mut bytes).map_err(|_| VaultError::Chance)?,
            Self::Seeded(stream) => stream.lock().map_err(|_| VaultError::Chance)?.fill_bytes(&mut bytes),
        }
        Ok(bytes)
    }
}
