//! The same question sent again: the first answer once more, and no second look.

use fairfile_domain::access::{self, Ask};
use fairfile_domain::day::{Instant, Today};
use fairfile_domain::id::LookId;
use fairfile_domain::refusal::Refusal;
use fairfile_store::look::{self, Outcome as LookOutcome};
use fairfile_store::record;
use serde_json::Value;

use super::inquire::{Answer, InquireError, Outcome, Question, target};
use crate::events;
use crate::registry::{Registry, RegistryError};

/// Answers from what is on file. Whatever has ended since the first answer is not shown again.
pub(super) fn answer_again(reg: &Registry, question: &Question, look: LookId) -> Result<Answer, InquireError> {
    let today = reg.today_at(&reg.clock.read());
    let (directory, catalog) = (reg.directory(), reg.catalog());
    let row = directory.officers.get(&question.officer).ok_or(InquireError::UnknownOfficer)?;
    let member = directory.members.get(&row.officer.member).ok_or(InquireError::UnknownOfficer)?;
    let mut reader = reg.store.read()?;
    let index = reg.vault.keyring().hashes().index_of(&question.identifier);
    let stamp = look::load_stamp(&mut reader, look, reg.store.head())?;
    let on_file = look::find(&mut reader, look)?.ok_or(InquireError::EndedSince)?;
    let known = if on_file.subject == reg.nobody().subject {
        // Nobody had this number when the question was first answered. Whether somebody has now is not told.
        *reg.nobody()
    } else {
        target(reg, &mut reader, &index, &question.name)?.known
    };
    if on_file.subject != known.subject {
        return Err(InquireError::EndedSince);
    }
    let ask = Ask {
        look,
        officer: &row.officer,
        member,
        purpose: &question.purpose,
        subject: known.subject,
        pace: access::Pace::default(),
    };
    let trace = access::retrace(&ask, &question.officer, today.latest()).map_err(|_| InquireError::EndedSince)?;
    let event = reg.vault.open_looks(&trace, &stamp, &known, std::slice::from_ref(&on_file))?;
    let event = event.into_iter().next().ok_or(InquireError::EndedSince)?;
    let told: Value = serde_json::from_slice(&event).map_err(|_| RegistryError::Event)?;
    let outcome = match on_file.outcome {
        LookOutcome::Answered => {
            let found = record::on_display(&mut reader, known.subject, &question.purpose, today)?;
            let files: Vec<_> = found.iter().map(|sealed| sealed.on_file.clone()).collect();
            let entitled = access::decide(&ask, &catalog, today).map_err(|_| InquireError::EndedSince)?;
            let first = told["shown"].as_array().cloned().unwrap_or_default();
            let was_shown = |file: &&fairfile_domain::record::OnFile| {
                first.iter().any(|row| {
                    row["record_id"].as_str() == Some(&file.record.hex())
                        && row["version"].as_u64() == Some(u64::from(file.version))
                })
            };
            let again: Vec<_> = files.iter().filter(was_shown).cloned().collect();
            let permit = entitled.permit(&again);
            if permit.openings().len() != first.len() {
                return Err(InquireError::EndedSince);
            }
            Outcome::Shown(reg.vault.open(&permit, &stamp, &found)?)
        }
        LookOutcome::Denied => Outcome::Denied(refusal_again(told["refusal"].as_str(), &ask, &catalog, today)),
        LookOutcome::Nothing | LookOutcome::Own => Outcome::Nothing,
    };
    let at = told["at"].as_i64().and_then(|at| Instant::from_unix_micros(at).ok()).ok_or(RegistryError::Event)?;
    let hashes = reg.vault.keyring().hashes();
    let written = events::written(hashes, look.retype(), at, event, on_file.leaf)?;
    let receipt = reg.publisher.receipt(&reg.store, &stamp, written)?;
    Ok(Answer { look, valid_as_of: at, outcome, receipt })
}

/// The refusal of the first answer, by its code; its figures are those of today.
fn refusal_again(
    code: Option<&str>,
    ask: &Ask<'_>,
    catalog: &fairfile_domain::catalog::Catalog,
    today: Today,
) -> Refusal {
    match access::decide(ask, catalog, today) {
        Err(refusal) if Some(refusal.code()) == code => refusal,
        _ => Refusal::with_code(code.unwrap_or_default(), ask.purpose, today.latest()),
    }
}
