//! What can go wrong with keys and content, told without either.

/// A key or a content could not be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key store refused a statement.
    #[error("the key store failed at {step}")]
    KeyStore {
        /// What was being done.
        step: &'static str,
        /// What it said.
        #[source]
        source: rusqlite::Error,
    },
    /// The key store is no database, or bytes of it are missing or changed.
    #[error(
        "the key store `keys/keys.db` is damaged or is none; keep it as it is somewhere else, and restore the latest key backup with `fairfile restore --node DIR --keys FILE`"
    )]
    DamagedKeyStore {
        /// What it said.
        #[source]
        source: rusqlite::Error,
    },
    /// The file of the key store cannot be made, or not be kept from others.
    #[error(
        "the file `keys/keys.db` could not be made or made its owner's alone; check that the folder `keys` belongs to the node's user"
    )]
    KeyStoreFile {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The key store is gone.
    #[error(
        "the key store `keys/keys.db` is missing, and nothing was made in its place; restore the latest key backup with `fairfile restore --node DIR --keys FILE`"
    )]
    NoKeyStore,
    /// The key store is of a node that one of the first programs made.
    #[error(
        "this node was made by an earlier fairfile; keep a copy of its folder in a safe place, then let any command that opens the node bring it up to this one: `fairfile calendar run --node DIR`"
    )]
    EarlierKeyStore,
    /// The key store was written by a later version of this program.
    #[error("the key store has version {found} and this program knows {known}; use the newer fairfile")]
    NewerKeyStore {
        /// The version of the key store.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// One of the node's own keys is not in the key store.
    #[error("the key store lacks the key `{0}`; restore the latest key backup")]
    LacksKey(&'static str),
    /// The key file cannot be read or written.
    #[error("the key file could not be {doing}; keep a copy of it apart from the data")]
    KeyFile {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The key file is no key file, or a byte of it was changed.
    #[error("the key file is damaged or is none; put the copy that was kept apart in its place")]
    DamagedKeyFile,
    /// A wrapped key does not open under its custodian: another key file, or a changed byte.
    #[error("key {0} does not open under this node's key file; restore the key file that belongs to the node")]
    WrongCustodian(String),
    /// The keys are wrapped under a root key that has moved on since, because content was destroyed.
    #[error(
        "these keys are of before content was destroyed, and the root key has moved on since, by design; use a later key backup, or the safe copy of the root key: what was destroyed is destroyed again"
    )]
    OlderKeys,
    /// The key is gone; so is what it sealed.
    #[error("the key is destroyed; nobody can read this content again")]
    Destroyed,
    /// A key is not in the key store, and nobody destroyed it.
    #[error("a key is missing that was never destroyed; restore the latest key backup, then run `fairfile doctor`")]
    Lost,
    /// A sealed content is not what was sealed at this place.
    #[error("a sealed content does not open at its place; run `fairfile doctor`")]
    NotOfThisPlace,
    /// Permit, stamp and content are not of one look.
    #[error("permit, stamp and content belong to different looks; nothing was opened")]
    NotOneLook,
    /// The amendment was given for another record or version than the content is of.
    #[error("the amendment is of another record or version than the content; nothing was changed")]
    NotThisAmendment,
    /// A look opens but is not written as looks are.
    #[error("a look is not written as this program writes looks; use the fairfile that wrote it")]
    NotALook,
    /// The high-water mark cannot be read or written.
    #[error("the high-water mark could not be {doing}; nothing may be signed until it can")]
    Mark {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// There is no high-water mark.
    #[error(
        "the high-water mark `keys/mark` is missing, so nobody knows how far this journal was signed; put it back from where it went, or let two people continue the journal under a new name: `fairfile restore --node DIR --continue --by A --and B --reason TEXT`"
    )]
    NoMark,
    /// Neither slot of the high-water mark is whole.
    #[error(
        "the high-water mark `keys/mark` is damaged or of another node, so nobody knows how far this journal was signed; put the right one back, or let two people continue the journal under a new name: `fairfile restore --node DIR --continue --by A --and B --reason TEXT`"
    )]
    DamagedMark,
    /// The journal is smaller than one that this node has signed.
    #[error("this node has signed a journal of {signed} leaves and now holds {found}; restore a later data backup")]
    SmallerJournal {
        /// The size of the largest that was signed.
        signed: u64,
        /// The size of this one.
        found: u64,
    },
    /// The journal is another one than was signed at the same size.
    #[error("this node has signed another journal of {size} leaves; restore the data that belongs to these keys")]
    ForkedJournal {
        /// Its size in leaves.
        size: u64,
    },
    /// A key backup cannot be read or written.
    #[error("the key backup could not be {doing}")]
    KeyBackup {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file does not begin like a key backup.
    #[error("this file is not a key backup of fairfile; `fairfile backup keys` writes one")]
    NotAKeyBackup,
    /// The key backup has a format that this program does not know.
    #[error("this key backup has another format than this program knows; restore it with the fairfile that wrote it")]
    OtherKeyBackup,
    /// The key backup ends too early, goes on too long, or a byte of it was changed.
    #[error("the key backup is damaged ({0}); nothing was restored; use another copy of it")]
    DamagedKeyBackup(&'static str),
    /// There is a key store where one should be restored.
    #[error("this place holds a key store; nothing was changed; restore into an empty place")]
    PlaceTaken,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Chance,
    /// Another thread failed while it held the key store.
    #[error("the key store is closed after a failure; start the node again")]
    Closed,
}

impl VaultError {
    /// Whether a disk took no more of what was written; nothing of it holds then, and it can be tried again.
    pub fn is_want_of_room(&self) -> bool {
        use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match self {
            // A limit on the size of files shows as a page that could not be written.
            Self::KeyStore { source, .. } => source
                .sqlite_error()
                .is_some_and(|error| [SQLITE_FULL, SQLITE_IOERR_WRITE].contains(&error.extended_code)),
            Self::KeyStoreFile { source }
            | Self::KeyFile { source, .. }
            | Self::Mark { source, .. }
            | Self::KeyBackup { source, .. } => {
                matches!(source.kind(), StorageFull | FileTooLarge | QuotaExceeded)
            }
            _ => false,
        }
    }

    pub(crate) fn at(step: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        move |source| match source.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Self::DamagedKeyStore { source },
            Some(_) | None => Self::KeyStore { step, source },
        }
    }
}
