//! A look of before, by the officer who made it: the same question sent again, and the answer's page opened again. The
//! first answer once more, and no second look.

use fairfile_domain::access::{self, Ask};
use fairfile_domain::day::{Instant, Today};
use fairfile_domain::id::{LookId, OfficerCode, PurposeCode};
use fairfile_domain::refusal::Refusal;
use fairfile_store::look::{self, LookOnFile, Outcome as LookOutcome};
use fairfile_store::subject::{self, Known};
use fairfile_store::{Read, Stamp, record};
use serde_json::Value;

use super::inquire::{Answer, InquireError, Outcome, Question, on_the_tick, target};
use crate::directory::Directory;
use crate::events;
use crate::registry::{Registry, RegistryError};

/// How long an answer can be opened again by the officer who asked, in microseconds: 30 minutes. After that the case file
/// has what the officer noted, or a new question is due.
pub const ANSWER_OPEN_MICROS: i64 = 30 * 60 * 1_000_000;

/// Answers from what is on file. Whatever has ended since the first answer is not shown again.
pub(super) fn answer_again(reg: &Registry, question: &Question, look: LookId) -> Result<Answer, InquireError> {
    let mut reader = reg.store.read()?;
    let index = reg.vault.keyring().hashes().index_of(&question.identifier);
    let on_file = look::find_of_officer(&mut reader, look, &question.officer)?.ok_or(InquireError::EndedSince)?;
    let known = if on_file.subject == reg.nobody().subject {
        // Nobody had this number when the question was first answered. Whether somebody has now is not told.
        *reg.nobody()
    } else {
        target(reg, &mut reader, &index, &question.name)?.known
    };
    if on_file.subject != known.subject {
        return Err(InquireError::EndedSince);
    }
    let trace = Trace::open(reg, &mut reader, &question.officer, on_file, known)?;
    trace.answer(reg, &mut reader)
}

/// Opens the answer of `look` again, for the officer who asked and for [`ANSWER_OPEN_MICROS`] from the look on. It is the
/// same look: nothing is journaled anew, and whatever has ended, or was corrected, since is not shown again.
///
/// # Errors
/// [`InquireError::Closed`] for whatever this officer did not ask, or not lately: the two are not told apart.
/// [`InquireError::EndedSince`] if the answer is no longer what it was.
pub async fn look_again(reg: &Registry, officer: &OfficerCode, look: LookId) -> Result<Answer, InquireError> {
    on_the_tick(async { reopen(reg, officer, look) }).await
}

fn reopen(reg: &Registry, officer: &OfficerCode, look: LookId) -> Result<Answer, InquireError> {
    let mut reader = reg.store.read()?;
    let on_file = look::find_of_officer(&mut reader, look, officer)?.ok_or(InquireError::Closed)?;
    let (known, _) = subject::load(&mut reader, on_file.subject)?;
    let trace = Trace::open(reg, &mut reader, officer, on_file, known)?;
    let until = trace.at()?.unix_micros().saturating_add(ANSWER_OPEN_MICROS);
    if until <= reg.clock.now().unix_micros() || trace.on_file.outcome == LookOutcome::Own {
        return Err(InquireError::Closed);
    }
    trace.answer(reg, &mut reader)
}

/// An officer's own look, opened as far as a trace reaches: who asked, why, and what came of it.
pub(super) struct Trace {
    officer: OfficerCode,
    pub(super) on_file: LookOnFile,
    known: Known,
    stamp: Stamp,
    today: Today,
    event: Vec<u8>,
    told: Value,
}

impl Trace {
    /// Opens the trace of `on_file`, which `officer` made, in the file of `known`.
    pub(super) fn open(
        reg: &Registry,
        reader: &mut impl Read,
        officer: &OfficerCode,
        on_file: LookOnFile,
        known: Known,
    ) -> Result<Self, InquireError> {
        let today = reg.today_at(&reg.clock.read());
        let stamp = look::load_stamp(reader, on_file.look, reg.store.head())?;
        // The statement that found it was bounded by the officer.
        let permit = access::retrace(on_file.look, known.subject, officer, officer, today.latest());
        let permit = permit.ok_or(InquireError::Closed)?;
        let event = reg.vault.open_looks(&permit, &stamp, &known, std::slice::from_ref(&on_file))?;
        let event = event.into_iter().next().ok_or(InquireError::EndedSince)?;
        let told: Value = serde_json::from_slice(&event).map_err(|_| RegistryError::Event)?;
        Ok(Self { officer: officer.clone(), on_file, known, stamp, today, event, told })
    }

    /// When the look was decided.
    pub(super) fn at(&self) -> Result<Instant, RegistryError> {
        self.told["at"].as_i64().and_then(|at| Instant::from_unix_micros(at).ok()).ok_or(RegistryError::Event)
    }

    /// What the event says under this name; empty if it says nothing.
    pub(super) fn word(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap_or_default()
    }

    /// How many records were shown.
    pub(super) fn count_shown(&self) -> usize {
        self.told["shown"].as_array().map_or(0, Vec::len)
    }

    /// The receipt of the look, made anew: the journal proves it.
    pub(super) fn receipt(&self, reg: &Registry) -> Result<fairfile_proof::Receipt, RegistryError> {
        let hashes = reg.vault.keyring().hashes();
        let look = self.on_file.look.retype();
        let written = events::written(hashes, look, self.at()?, self.event.clone(), self.on_file.leaf)?;
        Ok(reg.publisher.receipt(&reg.store, &self.stamp, written)?)
    }

    /// The first answer once more.
    fn answer(&self, reg: &Registry, reader: &mut impl Read) -> Result<Answer, InquireError> {
        let purpose: PurposeCode = self.word("purpose").parse().map_err(|_| RegistryError::Event)?;
        let directory = reg.directory();
        let ask = self.ask(&directory, &purpose)?;
        let outcome = match self.on_file.outcome {
            LookOutcome::Answered => self.shown(reg, reader, &ask)?,
            LookOutcome::Denied => Outcome::Denied(self.refusal(reg, &ask)),
            LookOutcome::Nothing | LookOutcome::Own => Outcome::Nothing,
        };
        Ok(Answer { look: self.on_file.look, valid_as_of: self.at()?, outcome, receipt: self.receipt(reg)? })
    }

    fn ask<'a>(&self, directory: &'a Directory, purpose: &'a PurposeCode) -> Result<Ask<'a>, InquireError> {
        let row = directory.officers.get(&self.officer).ok_or(InquireError::UnknownOfficer)?;
        let member = directory.members.get(&row.officer.member).ok_or(InquireError::UnknownOfficer)?;
        Ok(Ask {
            look: self.on_file.look,
            officer: &row.officer,
            member,
            purpose,
            subject: self.known.subject,
            pace: access::Pace::default(),
        })
    }

    /// What was shown, as far as it is what it was.
    fn shown(&self, reg: &Registry, reader: &mut impl Read, ask: &Ask<'_>) -> Result<Outcome, InquireError> {
        let catalog = reg.catalog();
        let found = record::on_display(reader, self.known.subject, ask.purpose, self.today)?;
        let entitled = access::decide(ask, &catalog, self.today).map_err(|_| InquireError::EndedSince)?;
        let first = self.told["shown"].as_array().map(Vec::as_slice).unwrap_or_default();
        let was_shown = |file: &fairfile_domain::record::OnFile| {
            first.iter().any(|row| {
                row["record_id"].as_str() == Some(&file.record.hex())
                    && row["version"].as_u64() == Some(u64::from(file.version))
            })
        };
        let files = found.iter().map(|sealed| &sealed.on_file);
        let again: Vec<_> = files.filter(|file| was_shown(file)).cloned().collect();
        let permit = entitled.permit(&again);
        if permit.openings().len() != first.len() {
            return Err(InquireError::EndedSince);
        }
        Ok(Outcome::Shown(reg.vault.open(&permit, &self.stamp, &found)?))
    }

    /// The refusal of the first answer, by its code; its figures are those of today.
    fn refusal(&self, reg: &Registry, ask: &Ask<'_>) -> Refusal {
        let code = self.word("refusal");
        match access::decide(ask, &reg.catalog(), self.today) {
            Err(refusal) if refusal.code() == code => refusal,
            _ => Refusal::with_code(code, ask.purpose, self.today.latest()),
        }
    }
}
