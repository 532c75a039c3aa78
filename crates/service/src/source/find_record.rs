//! A source finds one record that it wrote, by the record's own number and the person's identifier together.
//!
//! It is shown where the record stands, and never what the record says: what was sent is sealed, and its source does not
//! read it back. There is no way from a number to a person, nor from one record to the next.

use fairfile_domain::access::{self, Unchangeable};
use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::id::{CorrectionId, MemberCode, RecordId};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::record::OnFile;
use fairfile_intake::Cell;
use fairfile_store::{correction, notice, record, subject};

use super::{Handed, corrections, numbers};
use crate::registry::{Registry, RegistryError};

/// Where a record stands, for the source that wrote it.
#[derive(Debug, Clone)]
pub struct RecordStanding {
    /// The record: its item, its days, its state.
    pub on_file: OnFile,
    /// When it was received, in microseconds.
    pub received_at: i64,
    /// Why it cannot be changed any more; nothing if it can.
    pub unchangeable: Option<Unchangeable>,
    /// What was done to it, oldest first.
    pub corrections: Vec<PastCorrection>,
    /// The members that were shown it: whoever changes it tells them.
    pub told: Vec<MemberCode>,
}

/// A correction or withdrawal that was made.
#[derive(Debug, Clone)]
pub struct PastCorrection {
    /// Its id.
    pub correction: CorrectionId,
    /// What was done.
    pub act: Act,
    /// Why.
    pub reason: Reason,
    /// When, in microseconds.
    pub made_at: i64,
}

/// The record with this number that `handed` wrote about whoever has this identifier; nothing in every other case.
///
/// # Errors
/// [`RegistryError`].
pub fn find_record(
    reg: &Registry,
    handed: &Handed,
    number: &str,
    identifier: &str,
) -> Result<Option<RecordId>, RegistryError> {
    let hashes = reg.vault.keyring().hashes();
    let hash = hashes.number_of(&handed.member, &handed.item, number.trim());
    let mut reader = reg.store.read()?;
    let Some(same) = numbers::latest(&mut reader, reg, &hash)? else { return Ok(None) };
    let found = record::find(&mut reader, same.record)?;
    let catalog = reg.catalog();
    let item = found.and_then(|(sealed, _)| catalog.item(&sealed.on_file.item, sealed.on_file.item_version));
    let read = |item| corrections::identifier(item, &Cell::Text(identifier.into())).ok();
    let Some(identifier): Option<Identifier> = item.and_then(read) else { return Ok(None) };
    let known = subject::find(&mut reader, &hashes.index_of(&identifier))?;
    Ok(known.filter(|known| known.subject == same.subject).map(|_| same.record))
}

/// Where the record stands; nothing if `member` did not write it.
///
/// # Errors
/// [`RegistryError`].
pub fn record_standing(
    reg: &Registry,
    member: &MemberCode,
    id: RecordId,
) -> Result<Option<RecordStanding>, RegistryError> {
    let mut reader = reg.store.read()?;
    let found = record::find(&mut reader, id)?.filter(|(sealed, _)| sealed.on_file.source == *member);
    let Some((sealed, _)) = found else { return Ok(None) };
    let directory = reg.directory();
    let acting = directory.members.get(member).ok_or(RegistryError::Event)?;
    let decided = access::amend(&sealed.on_file, sealed.subject, acting, reg.today());
    let past = |made: correction::Correction| PastCorrection {
        correction: made.correction,
        act: made.act,
        reason: made.reason,
        made_at: made.made_at,
    };
    Ok(Some(RecordStanding {
        corrections: correction::list_of_record(&mut reader, id)?.into_iter().map(past).collect(),
        told: notice::list_told(&mut reader, id)?,
        unchangeable: decided.err(),
        received_at: sealed.received_at,
        on_file: sealed.on_file,
    }))
}
