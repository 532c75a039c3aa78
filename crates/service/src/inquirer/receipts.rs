//! An officer's own looks, by their receipts: when, why, in which case, and what came of it. Whom they were about does not
//! stand in them, so they are no history of people.

use fairfile_domain::day::Instant;
use fairfile_domain::id::{LookId, OfficerCode, PurposeCode};
use fairfile_proof::Receipt;
pub use fairfile_store::look::Outcome as LookOutcome;
use fairfile_store::look::{self, LookOnFile};
use fairfile_store::{Read, subject};
use fairfile_vault::VaultError;

use super::inquire::InquireError;
use super::replay::Trace;
use crate::registry::{Registry, RegistryError};

/// The most looks that one reading of the list gives.
pub const MOST_RECEIPTS: u32 = 25;

/// One look of the officer's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTrace {
    /// The look.
    pub look: LookId,
    /// Its number in the journal.
    pub leaf: u64,
    /// How it ended.
    pub outcome: LookOutcome,
    /// What it says itself; nothing once the file that it lies in cannot be read by anybody.
    pub said: Option<Said>,
}

/// What a look says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When it was decided.
    pub at: Instant,
    /// For which purpose; none if it was named by no code.
    pub purpose: Option<PurposeCode>,
    /// In which case of the office.
    pub case: String,
    /// The code of the refusal; empty if it was not refused.
    pub refusal: String,
    /// How many records were shown.
    pub shown: usize,
}

/// The looks of `officer` before the journal number `before`, newest first, at most [`MOST_RECEIPTS`], and whether there
/// are earlier ones.
///
/// # Errors
/// [`InquireError::Registry`].
pub fn list_receipts(
    reg: &Registry,
    officer: &OfficerCode,
    before: Option<u64>,
) -> Result<(Vec<OwnTrace>, bool), InquireError> {
    let mut reader = reg.store.read()?;
    let before = before.unwrap_or(u64::MAX);
    let mut found = look::list_of_officer(&mut reader, officer, before, MOST_RECEIPTS + 1)?;
    let goes_on = found.len() > MOST_RECEIPTS as usize;
    found.truncate(MOST_RECEIPTS as usize);
    let own = found.into_iter().map(|on_file| own_trace(reg, &mut reader, officer, on_file).map(|(own, _)| own));
    Ok((own.collect::<Result<_, _>>()?, goes_on))
}

/// The receipt of one look of `officer`'s own, made anew, with what the look says of itself.
///
/// # Errors
/// [`InquireError::Closed`] for whatever is not this officer's, or cannot be read by anybody any more.
pub fn find_receipt(
    reg: &Registry,
    officer: &OfficerCode,
    look: LookId,
) -> Result<(OwnTrace, Said, Receipt), InquireError> {
    let mut reader = reg.store.read()?;
    let on_file = look::find_of_officer(&mut reader, look, officer)?.ok_or(InquireError::Closed)?;
    let (own, trace) = own_trace(reg, &mut reader, officer, on_file)?;
    let (said, trace) = own.said.clone().zip(trace).ok_or(InquireError::Closed)?;
    Ok((own, said, trace.receipt(reg)?))
}

fn own_trace(
    reg: &Registry,
    reader: &mut impl Read,
    officer: &OfficerCode,
    on_file: LookOnFile,
) -> Result<(OwnTrace, Option<Trace>), InquireError> {
    let (look, leaf, outcome) = (on_file.look, on_file.leaf, on_file.outcome);
    let (known, _) = subject::load(reader, on_file.subject)?;
    let trace = match Trace::open(reg, reader, officer, on_file, known) {
        Err(InquireError::Registry(RegistryError::Vault(VaultError::Destroyed))) => None,
        opened => Some(opened?),
    };
    let said = trace.as_ref().map(Trace::said).transpose()?;
    Ok((OwnTrace { look, leaf, outcome, said }, trace))
}

impl Trace {
    fn said(&self) -> Result<Said, RegistryError> {
        Ok(Said {
            at: self.at()?,
            purpose: self.word("purpose").parse().ok(),
            case: self.word("case").to_owned(),
            refusal: self.word("refusal").to_owned(),
            shown: self.count_shown(),
        })
    }
}
