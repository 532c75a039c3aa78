//! The one interface that a hardware module can stand behind: wrap a key, unwrap it.

use std::io::Write;
use std::path::Path;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::chance::Chance;
use crate::error::VaultError;
use crate::seal::{open_bytes, seal_bytes};

/// Whoever holds the root key. It never leaves; only other keys pass through.
///
/// `label` names the key and is bound to it: a key wrapped under one label unwraps under no other.
pub trait Custodian: Send + Sync {
    /// `key`, wrapped.
    fn wrap(&self, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError>;
    /// The key that was wrapped under `label`.
    fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError>;
}

/// A root key in a file that only its owner can read.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct KeyFile {
    root: [u8; 32],
}

impl KeyFile {
    /// Makes a new root key at `path`; refuses to replace one.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] if the file exists or cannot be written.
    pub fn create(path: &Path, chance: &Chance) -> Result<Self, VaultError> {
        let failed = |source| VaultError::KeyFile { doing: "written", source };
        let root: [u8; 32] = chance.bytes()?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(&root).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(Self { root })
    }

    /// Reads the root key at `path`.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] if it is not there or not 32 bytes long.
    pub fn read(path: &Path) -> Result<Self, VaultError> {
        let failed = |source| VaultError::KeyFile { doing: "read", source };
        let bytes = std::fs::read(path).map_err(failed)?;
        let wrong_length = |_| failed(std::io::Error::other("expected a key file of 32 bytes"));
        let root = <[u8; 32]>::try_from(bytes.as_slice()).map_err(wrong_length)?;
        Ok(Self { root })
    }
}

impl Custodian for KeyFile {
    fn wrap(&self, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
        seal_bytes(&self.root, label.as_bytes(), key, nonce)
    }

    fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError> {
        let wrong = || VaultError::WrongCustodian(label.to_owned());
        let mut key = open_bytes(&self.root, label.as_bytes(), wrapped).map_err(|_| wrong())?;
        let whole = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| wrong());
        key.zeroize();
        whole
    }
}
