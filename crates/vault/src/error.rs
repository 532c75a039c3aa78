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
    /// The key file cannot be read or written.
    #[error("the key file could not be {doing}; keep a copy of it apart from the data")]
    KeyFile {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A wrapped key does not open under its custodian: another key file, or a changed byte.
    #[error("key {0} does not open under this node's key file; restore the key file that belongs to the node")]
    WrongCustodian(String),
    /// The key is gone; so is what it sealed.
    #[error("the key is destroyed; nobody can read this content again")]
    Destroyed,
    /// A sealed content is not what was sealed at this place.
    #[error("a sealed content does not open at its place; run `fairfile doctor`")]
    NotOfThisPlace,
    /// Permit, stamp and content are not of one look.
    #[error("permit, stamp and content belong to different looks; nothing was opened")]
    NotOneLook,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Chance,
    /// Another thread failed while it held the key store.
    #[error("the key store is closed after a failure; start the node again")]
    Closed,
}

impl VaultError {
    pub(crate) fn at(step: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::KeyStore { step, source }
    }
}
