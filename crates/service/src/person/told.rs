//! What became of the records in a file, and who was told: corrections with the source's words, every member that was
//! shown a record, and whether it has confirmed that the record was put right.

use std::collections::BTreeMap;

use fairfile_domain::access::Permit;
use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::day::Day;
use fairfile_domain::id::{CorrectionId, MemberCode, RecordId, SubjectId};
use fairfile_domain::notice::{Chase, Standing};
use fairfile_store::correction::{self, Correction};
use fairfile_store::notice::{self, NoticeOnFile};
use fairfile_store::subject::Known;
use fairfile_store::telling;
use fairfile_store::{Read, Stamp};

use crate::inquirer::standing_of;
use crate::registry::{Registry, RegistryError};

/// A correction or a withdrawal, as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionView {
    /// The correction.
    pub correction: CorrectionId,
    /// The record.
    pub record: RecordId,
    /// What was done to it.
    pub act: Act,
    /// The version that went.
    pub version_before: u32,
    /// Why.
    pub reason: Reason,
    /// The source's own words, if it wrote any.
    pub words: Option<String>,
    /// When, in microseconds.
    pub made_at: i64,
    /// Its number in the journal.
    pub leaf: u64,
}

/// A member that was shown a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldView {
    /// The record.
    pub record: RecordId,
    /// The member.
    pub member: MemberCode,
    /// How many looks showed it.
    pub looks: u64,
    /// The first of them, in microseconds.
    pub first_at: i64,
    /// The latest of them, in microseconds.
    pub last_at: i64,
    /// What the member was told since, oldest first.
    pub notices: Vec<ToldNotice>,
}

/// A notice, as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldNotice {
    /// The notice.
    pub on_file: NoticeOnFile,
    /// Where it stands.
    pub standing: Standing,
    /// What happens next if the member stays silent, and from which day on.
    pub next: Option<(Chase, Day)>,
    /// The day on which this is so, which has surely come.
    pub today: Day,
}

/// What lies on file about corrections and tellings of one person's records; words are still sealed.
pub(super) struct Found {
    corrections: Vec<Correction>,
    told: Vec<ToldView>,
}

/// Finds corrections, tellings and notices of the records in a file.
pub(super) fn find(tx: &mut impl Read, subject: SubjectId, today: Day) -> Result<Found, RegistryError> {
    let told = telling::list_of_subject(tx, subject)?.into_iter().map(|row| {
        let key = (row.record, row.member.clone());
        let (record, member) = key.clone();
        let (looks, first_at, last_at) = (row.looks, row.first_at, row.last_at);
        (key, ToldView { record, member, looks, first_at, last_at, notices: Vec::new() })
    });
    let mut told: BTreeMap<(RecordId, MemberCode), ToldView> = told.collect();
    for on_file in notice::list_of_subject(tx, subject)? {
        if let Some(row) = told.get_mut(&(on_file.record, on_file.member.clone())) {
            let (standing, next) = standing_of(&on_file, today);
            row.notices.push(ToldNotice { on_file, standing, next, today });
        }
    }
    Ok(Found { corrections: correction::list_of_subject(tx, subject)?, told: told.into_values().collect() })
}

/// Finds the corrections alone, where nobody asks who was told.
pub(super) fn find_corrections(tx: &mut impl Read, subject: SubjectId) -> Result<Found, RegistryError> {
    Ok(Found { corrections: correction::list_of_subject(tx, subject)?, told: Vec::new() })
}

impl Found {
    /// Opens the sources' words for the person's own look.
    pub(super) fn open(
        self,
        reg: &Registry,
        permit: &Permit,
        stamp: &Stamp,
        known: &Known,
    ) -> Result<(Vec<CorrectionView>, Vec<ToldView>), RegistryError> {
        let sealed: Vec<(CorrectionId, Vec<u8>)> =
            self.corrections.iter().filter_map(|row| Some((row.correction, row.sealed.clone()?))).collect();
        let opened = reg.vault.open_words(permit, stamp, known, &sealed)?;
        let mut words: BTreeMap<CorrectionId, String> = sealed.iter().map(|row| row.0).zip(opened).collect();
        let view = |row: Correction| CorrectionView {
            correction: row.correction,
            record: row.record,
            act: row.act,
            version_before: row.version_before,
            reason: row.reason,
            words: words.remove(&row.correction),
            made_at: row.made_at,
            leaf: row.leaf,
        };
        Ok((self.corrections.into_iter().map(view).collect(), self.told))
    }
}
