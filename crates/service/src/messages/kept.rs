//! What was sent: for the person, the very texts; for the operator, how many.

use fairfile_domain::day::Day;
use fairfile_domain::id::SubjectId;
use fairfile_messages::Letter;
use fairfile_store::message::{self, Counts, State};
use fairfile_store::settings;

use super::write::unseal;
use crate::registry::{Registry, RegistryError};

/// A message that was written to a person, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMessage {
    /// Its number, from 1 and without gaps.
    pub number: u64,
    /// The very letter.
    pub letter: Letter,
    /// Where it stands.
    pub state: State,
    /// When it was known what became of it, in microseconds.
    pub settled_at: Option<i64>,
    /// Its number in the journal: the proof that it was written then.
    pub leaf: u64,
}

/// The messages to a person, the newest first, at most `most` of them.
///
/// # Errors
/// What store and vault say.
pub fn list(reg: &Registry, subject: SubjectId, most: u32) -> Result<Vec<KeptMessage>, RegistryError> {
    let on_file = message::list_of_subject(&mut reg.store.read()?, subject, most)?;
    let kept = on_file.iter().map(|on_file| {
        Ok(KeptMessage {
            number: on_file.number,
            letter: unseal(reg, on_file)?,
            state: on_file.state,
            settled_at: on_file.settled_at,
            leaf: on_file.leaf,
        })
    });
    kept.collect()
}

/// What an operator is told of messages: numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// How many messages stand where.
    pub counts: Counts,
    /// How many people there are whom only a letter can tell in time of what waits to be shown.
    pub letters: u64,
}

/// How messages stand on `today`.
///
/// # Errors
/// What the store says.
pub fn overview(reg: &Registry, today: Day) -> Result<Overview, RegistryError> {
    let mut reader = reg.store.read()?;
    Ok(Overview { counts: message::count(&mut reader)?, letters: settings::count_letters(&mut reader, today)? })
}
