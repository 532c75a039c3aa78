//! Whoever holds the receipt of a look can ask whether what it showed still stands.

use fairfile_domain::correction::Act;
use fairfile_domain::id::{CorrectionId, LookId, RecordId};
use fairfile_proof::Receipt;
use fairfile_store::correction;

use crate::registry::{Registry, RegistryError};

/// A correction or a withdrawal of something that a look had shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// The correction.
    pub correction: CorrectionId,
    /// The record.
    pub record: RecordId,
    /// What was done to it.
    pub act: Act,
    /// The version that went.
    pub version_before: u32,
    /// When, in microseconds.
    pub made_at: i64,
    /// Its number in the journal.
    pub leaf: u64,
}

/// The receipt tells nothing about this node.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// Another node gave it, or it was changed.
    #[error("this node did not sign this receipt; check it with `fairfile verify`, and ask the node that it names")]
    NotOurs,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// The corrections that followed what the look of `receipt` showed, oldest first; nothing for any other receipt.
///
/// Only whoever holds the receipt can ask, and hears nothing of what the records say.
///
/// # Errors
/// [`StandingError`].
pub fn what_followed(reg: &Registry, receipt: &Receipt) -> Result<Vec<Followed>, StandingError> {
    if !receipt.is_signed_by(reg.publisher.key().verifier()) {
        return Err(StandingError::NotOurs);
    }
    let event = receipt.opening().event();
    let look = event["look_id"].as_str().and_then(|digits| format!("look_{digits}").parse::<LookId>().ok());
    let Some(look) = look.filter(|_| event["event"] == "look") else { return Ok(Vec::new()) };
    let mut reader = reg.store.read().map_err(RegistryError::from)?;
    let found = correction::list_since_look(&mut reader, look).map_err(RegistryError::from)?;
    let followed = found.into_iter().map(|row| Followed {
        correction: row.correction,
        record: row.record,
        act: row.act,
        version_before: row.version_before,
        made_at: row.made_at,
        leaf: row.leaf,
    });
    Ok(followed.collect())
}
