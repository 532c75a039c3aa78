//! The one interface that a hardware module can stand behind: wrap a key, unwrap it, move on.

use crate::error::VaultError;

/// Whoever holds the root key. It never leaves; only other keys pass through.
///
/// The root key has a generation. Each next root key follows from the one before, and no earlier one from a later:
/// whoever holds today's opens what is and will be, never what was. A copy of an early one, kept in a safe, therefore
/// opens every later key store, and the one in use opens no key store of before a destruction.
///
/// `label` names the key and is bound to it: a key wrapped under one label unwraps under no other.
pub trait Custodian: Send + Sync {
    /// The generation of the root key that is held now.
    ///
    /// # Errors
    /// [`VaultError::Closed`] after a failure.
    fn generation(&self) -> Result<u64, VaultError>;

    /// `key`, wrapped under the root key of `generation`, which is the one held or a later one.
    ///
    /// # Errors
    /// [`VaultError::OlderKeys`] for a generation that has passed.
    fn wrap(&self, generation: u64, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError>;

    /// The key that was wrapped under `label` and the root key of `generation`.
    ///
    /// # Errors
    /// [`VaultError::OlderKeys`] for a generation that has passed, [`VaultError::WrongCustodian`] if it does not open.
    fn unwrap(&self, generation: u64, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError>;

    /// Moves on to the root key of `generation` and forgets the ones before, durably; to move where it is, is nothing.
    ///
    /// # Errors
    /// [`VaultError::OlderKeys`] for a generation that has passed; or what kept it from moving, and then it has not.
    fn advance(&self, generation: u64) -> Result<(), VaultError>;
}
