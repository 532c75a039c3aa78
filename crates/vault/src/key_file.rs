//! The root key in a file of its own.
//!
//! | bytes | meaning |
//! |---|---|
//! | 0..20 | `fairfile root key 1` and a line feed |
//! | 20..28 | the generation, big endian |
//! | 28..60 | the root key |
//! | 60..92 | SHA-256 of all that |
//!
//! A file of 32 bytes is a root key of generation 0, as the first nodes wrote it.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use aws_lc_rs::{digest, hkdf};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::Chance;
use crate::custody::Custodian;
use crate::error::VaultError;
use crate::files::{beside, for_owner_alone, sync_folder_of, take};
use crate::seal::{open_bytes, seal_bytes};

const BEGINS: &[u8] = b"fairfile root key 1\n";
const FOLLOWS: &[u8] = b"fairfile root key: the next generation";
/// The ending of the file in which the next root key waits for its place.
const NEXT: &str = ".next";
/// A key file further behind than this is of another node: nobody destroys that often.
const MOST_STEPS: u64 = 100_000;

/// A root key in a file that only its owner can read.
pub struct KeyFile {
    path: PathBuf,
    root: Mutex<Root>,
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Root {
    generation: u64,
    key: [u8; 32],
}

impl KeyFile {
    /// Makes a new root key at `path`; refuses to replace one.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] if the file exists or cannot be written.
    pub fn create(path: &Path, chance: &Chance) -> Result<Self, VaultError> {
        let root = Root { generation: 0, key: chance.bytes()? };
        let mut file = for_owner_alone().write(true).create_new(true).open(path).map_err(failed("written"))?;
        file.write_all(&root.bytes()).and_then(|()| file.sync_all()).map_err(failed("written"))?;
        sync_folder_of(path).map_err(failed("written"))?;
        Ok(Self { path: path.to_owned(), root: Mutex::new(root) })
    }

    /// Reads the root key at `path`; a move to the next one that was cut off is ended first.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] if it is not there, [`VaultError::DamagedKeyFile`] if it is not whole.
    pub fn read(path: &Path) -> Result<Self, VaultError> {
        // A next root key that was written whole is the right one: keys.db was there before it.
        let next = beside(path, NEXT);
        let root = match std::fs::read(&next).map(Zeroizing::new) {
            Ok(bytes) => match Root::read(&bytes) {
                Some(root) => {
                    std::fs::rename(&next, path).map_err(failed("written"))?;
                    sync_folder_of(path).map_err(failed("written"))?;
                    Some(root)
                }
                None => None,
            },
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed("read")(error)),
        };
        let root = match root {
            Some(root) => root,
            None => {
                let bytes = Zeroizing::new(std::fs::read(path).map_err(failed("read"))?);
                Root::read(&bytes).or_else(|| Root::read_first(&bytes)).ok_or(VaultError::DamagedKeyFile)?
            }
        };
        Ok(Self { path: path.to_owned(), root: Mutex::new(root) })
    }

    /// Puts `root` in the place of the file: whole under another name first, so that no cut leaves the node without one.
    fn replace_by(&self, root: &Root) -> Result<(), VaultError> {
        let written = failed("written");
        let next = beside(&self.path, NEXT);
        let write = || {
            let mut file = for_owner_alone().write(true).create(true).truncate(true).open(&next)?;
            file.write_all(&root.bytes())?;
            file.sync_all()?;
            sync_folder_of(&self.path)?;
            // The bytes of the one before are overwritten where they lie; a disk that writes elsewhere may keep them.
            let mut past = for_owner_alone().write(true).open(&self.path)?;
            let length = usize::try_from(past.metadata()?.len()).unwrap_or_default();
            past.write_all(&vec![0; length])?;
            past.sync_all()?;
            std::fs::rename(&next, &self.path)?;
            sync_folder_of(&self.path)
        };
        write().map_err(written)
    }

    fn root(&self) -> Result<MutexGuard<'_, Root>, VaultError> {
        self.root.lock().map_err(|_| VaultError::Closed)
    }
}

fn failed(doing: &'static str) -> impl Fn(std::io::Error) -> VaultError {
    move |source| VaultError::KeyFile { doing, source }
}

impl Custodian for KeyFile {
    fn generation(&self) -> Result<u64, VaultError> {
        Ok(self.root()?.generation)
    }

    fn wrap(&self, generation: u64, label: &str, key: &[u8; 32], nonce: [u8; 12]) -> Result<Vec<u8>, VaultError> {
        seal_bytes(&self.root()?.at(generation)?.key, label.as_bytes(), key, nonce)
    }

    fn unwrap(&self, generation: u64, label: &str, wrapped: &[u8]) -> Result<[u8; 32], VaultError> {
        let wrong = || VaultError::WrongCustodian(label.to_owned());
        let root = self.root()?.at(generation)?;
        let key = Zeroizing::new(open_bytes(&root.key, label.as_bytes(), wrapped).map_err(|_| wrong())?);
        <[u8; 32]>::try_from(key.as_slice()).map_err(|_| wrong())
    }

    fn advance(&self, generation: u64) -> Result<(), VaultError> {
        let mut held = self.root()?;
        if held.generation == generation {
            return Ok(());
        }
        let root = held.at(generation)?;
        self.replace_by(&root)?;
        *held = root;
        Ok(())
    }
}

impl Root {
    /// The root key of `generation`.
    fn at(&self, generation: u64) -> Result<Self, VaultError> {
        let steps = generation.checked_sub(self.generation).ok_or(VaultError::OlderKeys)?;
        if steps > MOST_STEPS {
            return Err(VaultError::WrongCustodian(format!("root of generation {generation}")));
        }
        let mut root = Self { generation, key: self.key };
        for _ in 0..steps {
            root.key = follow(&root.key)?;
        }
        Ok(root)
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(BEGINS.len() + 8 + 32 + 32));
        bytes.extend_from_slice(BEGINS);
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&self.key);
        let sum = digest::digest(&digest::SHA256, &bytes);
        bytes.extend_from_slice(sum.as_ref());
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (said, sum) = bytes.split_last_chunk::<32>()?;
        let mut rest = said.strip_prefix(BEGINS)?;
        let generation = u64::from_be_bytes(take(&mut rest)?);
        let root = Self { generation, key: take(&mut rest)? };
        let whole = rest.is_empty() && digest::digest(&digest::SHA256, said).as_ref() == sum;
        whole.then_some(root)
    }

    /// A root key as the first nodes wrote it. Zeros are one that was overwritten.
    fn read_first(bytes: &[u8]) -> Option<Self> {
        let key = <[u8; 32]>::try_from(bytes).ok().filter(|key| key != &[0; 32])?;
        Some(Self { generation: 0, key })
    }
}

/// The root key after `root`, from which there is no way back.
fn follow(root: &[u8; 32]) -> Result<[u8; 32], VaultError> {
    let mut next = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
        .extract(root)
        .expand(&[FOLLOWS], hkdf::HKDF_SHA256)
        .and_then(|made| made.fill(&mut next))
        .map_err(|_| VaultError::Closed)?;
    Ok(next)
}
