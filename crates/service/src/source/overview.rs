//! What a source's desk shows: its batches, and how far whoever was told of its corrections has come. Codes, days and
//! counts; never a row, never a person.

use fairfile_domain::id::{BatchId, MemberCode};
use fairfile_domain::notice::Standing;
use fairfile_store::batch::{self, BatchOnFile};
use fairfile_store::notice::{self, NoticeOnFile, ToldBySource};

use crate::inquirer::standing_of;
use crate::registry::{Registry, RegistryError};

/// A notice that a correction of the source made, and where it stands.
#[derive(Debug, Clone)]
pub struct CausedNotice {
    /// The notice.
    pub on_file: NoticeOnFile,
    /// Where it stands today.
    pub standing: Standing,
    /// The journal index of the correction.
    pub leaf: u64,
}

/// The batches of `member`, newest first, at most `most` of them: those before the batch `before`, if it is one of them.
///
/// # Errors
/// [`RegistryError`].
pub fn list_batches(
    reg: &Registry,
    member: &MemberCode,
    before: Option<BatchId>,
    most: u32,
) -> Result<Vec<BatchOnFile>, RegistryError> {
    let mut reader = reg.store.read()?;
    let before = match before {
        None => None,
        Some(id) => batch::find(&mut reader, id, member)?.map(|batch| (batch.received_at, batch.batch)),
    };
    Ok(batch::list_of_member(&mut reader, member, before, most)?)
}

/// Which members were told by the corrections of `member`, and how far each has come.
///
/// # Errors
/// [`RegistryError`].
pub fn list_told(reg: &Registry, member: &MemberCode) -> Result<Vec<ToldBySource>, RegistryError> {
    Ok(notice::list_told_by_source(&mut reg.store.read()?, member, reg.sure_today())?)
}

/// The notices that the corrections of `member` made: the latest correction first, those below the journal index `before`,
/// at most `most` of them.
///
/// # Errors
/// [`RegistryError`].
pub fn list_caused_notices(
    reg: &Registry,
    member: &MemberCode,
    before: Option<u64>,
    most: u32,
) -> Result<Vec<CausedNotice>, RegistryError> {
    let today = reg.sure_today();
    let found = notice::list_of_source(&mut reg.store.read()?, member, before.unwrap_or(u64::MAX), most)?;
    let caused = |(on_file, leaf): (NoticeOnFile, u64)| {
        let (standing, _) = standing_of(&on_file, today);
        CausedNotice { on_file, standing, leaf }
    };
    Ok(found.into_iter().map(caused).collect())
}
