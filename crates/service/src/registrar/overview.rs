//! What waits for a registrar: codes, ids and days, and nobody on file.

use fairfile_domain::day::Day;
use fairfile_domain::id::{OfficerCode, ProposalId, PurposeCode};
use fairfile_store::deadline::Unconfirmed;
use fairfile_store::deed::Deed;
use fairfile_store::notice::Late;
use fairfile_store::proposal::Proposal;
use fairfile_store::{deadline, deed, member, notice, proposal};

use crate::registry::{Registry, RegistryError};

/// Proposals shown at a time.
const PROPOSALS: u32 = 50;
/// Deeds shown at a time.
const DEEDS: u32 = 50;
/// Notices shown at a time.
const NOTICES: u32 = 200;
/// For how many days ahead a training or a key is said to end soon.
pub const SOON_DAYS: i64 = 30;

/// What waits.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// Proposals that need a second registrar, the oldest first.
    pub proposals: Vec<Proposal>,
    /// Trainings that end within 30 days, by officer and purpose.
    pub trainings: Vec<(OfficerCode, PurposeCode, Day)>,
    /// Keys that end within 30 days, by code.
    pub keys: Vec<(String, Day)>,
    /// Officers who were stopped and not released, by code.
    pub stopped: Vec<OfficerCode>,
    /// Members that are late with notices, by code.
    pub late: Vec<Late>,
}

/// What waits for a registrar today.
///
/// # Errors
/// What the store says.
pub fn what_waits(reg: &Registry) -> Result<Waiting, RegistryError> {
    let today = reg.today();
    let soon = today.plus_days(SOON_DAYS).map_err(|_| RegistryError::Event)?;
    let directory = reg.directory();
    let ends_soon = |day: Day| (today..=soon).contains(&day);
    let mut waiting = Waiting::default();
    for (code, officer) in &directory.officers {
        let held = officer.officer.purposes.iter().filter_map(|(purpose, until)| Some((purpose, (*until)?)));
        let ending = held.filter(|(_, until)| ends_soon(*until));
        waiting.trainings.extend(ending.map(|(purpose, until)| (code.clone(), purpose.clone(), until)));
    }
    let keys = directory.keys.values().filter(|key| ends_soon(key.valid_until));
    waiting.keys = keys.map(|key| (key.code.to_string(), key.valid_until)).collect();
    let mut reader = reg.store.read()?;
    waiting.stopped = member::list_stopped(&mut reader)?;
    waiting.proposals = proposal::list_open(&mut reader, PROPOSALS)?;
    waiting.late = notice::list_late(&mut reader, reg.sure_today())?;
    Ok(waiting)
}

/// The officers who are stopped at this moment, by code. A look stops one without a word to anybody else, so the store is
/// asked and not the directory.
///
/// # Errors
/// What the store says.
pub fn list_stopped(reg: &Registry) -> Result<Vec<OfficerCode>, RegistryError> {
    Ok(member::list_stopped(&mut reg.store.read()?)?)
}

/// The proposal of this id.
///
/// # Errors
/// What the store says.
pub fn find_proposal(reg: &Registry, id: ProposalId) -> Result<Option<Proposal>, RegistryError> {
    Ok(proposal::find(&mut reg.store.read()?, id)?)
}

/// Proposals before the journal index `before`, the latest first, and whether there are more.
///
/// # Errors
/// What the store says.
pub fn list_proposals(reg: &Registry, before: u64) -> Result<(Vec<Proposal>, bool), RegistryError> {
    let found = proposal::list_before(&mut reg.store.read()?, before, PROPOSALS + 1)?;
    Ok(cut(found, PROPOSALS))
}

/// Deeds of the office before the journal index `before`, the latest first, and whether there are more.
///
/// # Errors
/// What the store says.
pub fn list_deeds(reg: &Registry, before: u64) -> Result<(Vec<Deed>, bool), RegistryError> {
    let found = deed::list_before(&mut reg.store.read()?, before, DEEDS + 1)?;
    Ok(cut(found, DEEDS))
}

/// The deed at a journal index.
///
/// # Errors
/// What the store says.
pub fn find_deed(reg: &Registry, leaf: u64) -> Result<Option<Deed>, RegistryError> {
    Ok(deed::find(&mut reg.store.read()?, leaf)?)
}

/// Notices that were not confirmed, those due first before the others, and whether there are more.
///
/// # Errors
/// What the store says.
pub fn list_unconfirmed(reg: &Registry) -> Result<(Vec<Unconfirmed>, bool), RegistryError> {
    let found = deadline::list_unconfirmed(&mut reg.store.read()?, NOTICES + 1)?;
    Ok(cut(found, NOTICES))
}

fn cut<T>(mut found: Vec<T>, most: u32) -> (Vec<T>, bool) {
    let has_more = found.len() > most as usize;
    found.truncate(most as usize);
    (found, has_more)
}
