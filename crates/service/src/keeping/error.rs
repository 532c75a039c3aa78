//! Why a backup could not be made, or not be restored.

use std::io;

use fairfile_store::StoreError;
use fairfile_store::backup::BackupError;
use fairfile_vault::VaultError;

use crate::calendar::CalendarError;
use crate::folder::FolderError;
use crate::registrar::NotAnsweredFor;
use crate::registry::RegistryError;
use crate::replay::ReplayError;
use crate::source::SubmitError;

/// A backup or a restore failed; a folder that was to be restored is as it was before, unless the text says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// No part was named.
    #[error(
        "there is nothing to restore; name a backup with --data FILE or --keys FILE, or a root key with --root-key FILE"
    )]
    Nothing,
    /// The folder has what was to be restored.
    #[error("this folder has {0} already, and nothing is ever put over it; name a new folder, or move that away first")]
    Has(&'static str),
    /// The folder has no data, and none was named.
    #[error("this folder has no data; name the backup with --data FILE")]
    DataNeeded,
    /// The folder has no key store, and none was named.
    #[error("this folder has no key store; name the key backup with --keys FILE")]
    KeysNeeded,
    /// The folder has no root key, and none was named.
    #[error(
        "no backup holds the root key; name it with --root-key FILE: it lies in `keys/root.key` of the node that was lost, or where its safe copy is kept"
    )]
    RootKeyNeeded,
    /// A node that has settings keeps its data where they say.
    #[error("node.toml of this folder says where the data goes; leave out --postgres, or change node.toml first")]
    PlaceIsSettled,
    /// Data and keys are of two nodes.
    #[error(
        "these keys did not sign this data: the two are of different nodes, or the keys are older than the journal's present name; name the pair that belongs together, nothing was changed"
    )]
    NotOneNode,
    /// One person is not two.
    #[error("two different people must answer for it; name both with --by and --and")]
    NotTwo,
    /// Without a reason it is not done.
    #[error("it needs its reason in words; say with --reason what was lost and why there is no later backup")]
    NoReason,
    /// The journal is the one that the mark knows.
    #[error(
        "nothing is missing: the journal of this node is the one that its mark knows, and it goes on under its name; if people hold receipts for entries that it lacks, because data and keys were both restored from before, say so with --receipts-lost"
    )]
    NothingMissing,
    /// A file could not be read or written.
    #[error("{what} could not be read or written; check its place and its permissions")]
    File {
        /// What it was.
        what: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The data backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The node.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A batch that was cut off could not be taken away.
    #[error(transparent)]
    Batch(#[from] SubmitError),
    /// What was restored could not be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl KeepingError {
    pub(super) fn file(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { what, source }
    }
}

impl From<StoreError> for KeepingError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}
impl From<VaultError> for KeepingError {
    fn from(source: VaultError) -> Self {
        Self::Registry(source.into())
    }
}
impl From<fairfile_journal::JournalError> for KeepingError {
    fn from(source: fairfile_journal::JournalError) -> Self {
        Self::Registry(source.into())
    }
}
impl From<CalendarError> for KeepingError {
    fn from(CalendarError::Registry(source): CalendarError) -> Self {
        Self::Registry(source)
    }
}
impl From<NotAnsweredFor> for KeepingError {
    fn from(source: NotAnsweredFor) -> Self {
        match source {
            NotAnsweredFor::NotTwo => Self::NotTwo,
            NotAnsweredFor::NoReason => Self::NoReason,
        }
    }
}
