//! One question, about one person, for one purpose.

use std::sync::Arc;

use fairfile_domain::access::{self, Ask, Permit};
use fairfile_domain::catalog::Catalog;
use fairfile_domain::day::{Instant, Today};
use fairfile_domain::id::{LookId, OfficerCode, PurposeCode};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::name::PersonName;
use fairfile_domain::refusal::Refusal;
use fairfile_journal::{JournalError, Written};
use fairfile_proof::{Receipt, chain_next};
use fairfile_store::look::{self, Asked, NewLook};
use fairfile_store::record::{self, Sealed};
use fairfile_store::subject::{self, Chain, Known};
use fairfile_store::{Done, Entry, Leaves, Read, Stamp, StoreError, WriteTx, batch, member};
use fairfile_vault::{Place, Shown, VaultError};

use super::case_reference::CaseReference;
use super::replay;
use crate::clock::Reading;
use crate::directory::Directory;
use crate::events::{self, Event};
use crate::registry::{RELEASE_TICK, Registry, RegistryError};
use crate::statistics::count_look;

/// A question, as it stands before the node.
#[derive(Clone)]
pub struct Question {
    /// Who asks.
    pub officer: OfficerCode,
    /// Why.
    pub purpose: PurposeCode,
    /// In which case of the officer's office.
    pub case: CaseReference,
    /// About whom.
    pub identifier: Identifier,
    /// The name that must agree with the identifier.
    pub name: PersonName,
    /// What makes a second sending the same question.
    pub once: Option<Once>,
}

/// An idempotency key and the request that it stands for, both as keyed hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once {
    /// The key.
    pub key: [u8; 32],
    /// The request.
    pub body: [u8; 32],
}

/// What the officer gets; a receipt in every case.
#[derive(Clone)]
pub struct Answer {
    /// The look that it was.
    pub look: LookId,
    /// When it was decided: what is shown was visible at this time.
    pub valid_as_of: Instant,
    /// What came of it.
    pub outcome: Outcome,
    /// The signed trace.
    pub receipt: Receipt,
}

/// What came of a question.
#[derive(Clone)]
pub enum Outcome {
    /// These records, as far as the purpose may see them.
    Shown(Vec<Shown>),
    /// Nothing on file, nothing for this purpose, or nobody of that name and number: the same words for all.
    Nothing,
    /// No.
    Denied(Refusal),
}

/// The question could not be answered, nor refused.
#[derive(Debug, thiserror::Error)]
pub enum InquireError {
    /// Nobody of that code is an officer here.
    #[error("no officer of this code is registered; ask the registrar of the node")]
    UnknownOfficer,
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another question; use a new key for a new question")]
    OtherRequest,
    /// The first answer to this question showed something that has ended, or was corrected or withdrawn, since.
    #[error("what the first answer to this question showed has ended or was corrected since; ask anew with a new key")]
    EndedSince,
    /// The officer did not ask this, or not lately: which of the two is not told.
    #[error("this answer is closed, or it was another officer's; ask anew if the case still needs it")]
    Closed,
    /// The node failed. If the commit failed, nothing was opened.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The same question is on file under this look.
    #[doc(hidden)]
    #[error("the same question was asked before")]
    AskedBefore(LookId),
}

macro_rules! through_registry {
    ($($source:ty),*) => {$(
        impl From<$source> for InquireError {
            fn from(source: $source) -> Self {
                Self::Registry(source.into())
            }
        }
    )*};
}
through_registry!(StoreError, VaultError, JournalError);

/// Answers a question: decide, journal, and only then open.
///
/// A refusal is journaled like an answer, for the subject sees both. If the commit fails, nothing has
/// been opened; if opening fails, the journal tells of a look that showed nothing, which is fair.
///
/// # Errors
/// [`InquireError`]; a refusal is none.
pub async fn inquire(reg: &Arc<Registry>, question: Question) -> Result<Answer, InquireError> {
    on_the_tick(async {
        match look_once(reg, &question).await {
            Err(InquireError::AskedBefore(look)) => replay::answer_again(reg, &question, look),
            other => other,
        }
    })
    .await
}

/// The answer that `work` gives; one that shows nothing leaves at the next full tick after it was asked for.
pub(super) async fn on_the_tick(
    work: impl Future<Output = Result<Answer, InquireError>>,
) -> Result<Answer, InquireError> {
    let asked_at = tokio::time::Instant::now();
    let answer = work.await?;
    if let Outcome::Nothing = answer.outcome {
        // Unknown, empty, hidden and ended leave on the same tick.
        let elapsed = asked_at.elapsed().as_nanos();
        let ticks = elapsed / RELEASE_TICK.as_nanos() + 1;
        tokio::time::sleep_until(asked_at + RELEASE_TICK * u32::try_from(ticks).unwrap_or(u32::MAX)).await;
    }
    Ok(answer)
}

/// What a committed question leaves to be answered.
struct Committed {
    decision: Result<Permit, Refusal>,
    found: Vec<Sealed>,
    written: Written,
}

async fn look_once(reg: &Arc<Registry>, question: &Question) -> Result<Answer, InquireError> {
    // A look that may find no room on the disk is none; what room is left is for persons, and for what ends.
    reg.store.has_room()?;
    let time = reg.clock.read();
    let look: LookId = reg.fresh()?;
    let asked = Questioned::prepare(reg, question, look, &time)?;
    let (committed, stamp) = {
        let reg = reg.clone();
        let pending = reg.clone().store.write(move |tx| asked.decide_and_journal(&reg, tx));
        pending.answer().await?
    };
    answer(reg, look, time.latest, committed, &stamp)
}

/// Everything that can be done before the one order of writes is entered.
struct Questioned {
    question: Question,
    look: LookId,
    now: Instant,
    today: Today,
    catalog: Arc<Catalog>,
    directory: Arc<Directory>,
    /// The keyed hash of the identifier. People are counted by it, known or not: were strangers counted as the one
    /// stand-in, the count would tell who is on file.
    person: [u8; 32],
    case_hash: [u8; 32],
}

/// Whose file the look is written into, and whether the name agrees.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) known: Known,
    pub(crate) agrees: bool,
}

/// The person with this identifier; where there is none, the stand-in, so that the work stays the same.
pub(crate) fn target(
    reg: &Registry,
    tx: &mut impl Read,
    index: &[u8; 32],
    name: &PersonName,
) -> Result<Target, StoreError> {
    let known = subject::find(tx, index)?.unwrap_or(*reg.nobody());
    let agrees = reg.vault.keyring().hashes().name_of(known.subject, name) == known.name_hash;
    Ok(Target { known, agrees })
}

impl Questioned {
    fn prepare(reg: &Registry, question: &Question, look: LookId, time: &Reading) -> Result<Self, InquireError> {
        let directory = reg.directory();
        let officer = directory.officers.get(&question.officer).ok_or(InquireError::UnknownOfficer)?;
        let hashes = reg.vault.keyring().hashes();
        Ok(Self {
            case_hash: hashes.case_of(&officer.officer.member, question.case.as_str()),
            person: hashes.index_of(&question.identifier),
            catalog: reg.catalog(),
            today: reg.today_at(time),
            question: question.clone(),
            directory: directory.clone(),
            look,
            now: time.latest,
        })
    }

    fn decide_and_journal(self, reg: &Registry, mut tx: WriteTx<'_>) -> Result<Done<Committed>, InquireError> {
        self.is_new(&mut tx)?;
        let officer = &self.directory.officers.get(&self.question.officer).ok_or(InquireError::UnknownOfficer)?.officer;
        let member = self.directory.members.get(&officer.member).ok_or(InquireError::UnknownOfficer)?;
        // Found here and not beside the writer, whose cache is always fresh.
        let target = target(reg, &mut tx, &self.person, &self.question.name)?;
        let subject = target.known.subject;
        let mut book = reg.pace(&mut tx)?;
        let pace = book.of(&officer.code, &self.case_hash, &self.person, self.now);
        let ask = Ask { look: self.look, officer, member, purpose: &self.question.purpose, subject, pace };
        let entitled = access::decide(&ask, &self.catalog, self.today);
        let mut found = record::on_display(&mut tx, subject, &self.question.purpose, self.today)?;
        if !target.agrees || entitled.is_err() {
            found.clear();
        }
        let on_file: Vec<_> = found.iter().map(|sealed| sealed.on_file.clone()).collect();
        let decision = entitled.map(|entitled| entitled.permit(&on_file));
        let outcome = match &decision {
            Ok(permit) if permit.openings().is_empty() => look::Outcome::Nothing,
            Ok(_) => look::Outcome::Answered,
            Err(_) => look::Outcome::Denied,
        };
        let stops = matches!(decision, Err(Refusal::LooksLikeEnumeration)) && !pace.stopped;
        if stops {
            member::stop_officer(&mut tx, &officer.code, self.now.unix_micros())?;
        }
        let written = self.journal(reg, &mut tx, &target.known, &decision, &found, outcome)?;
        // Last, when nothing of this piece can fail any more. If its commit is taken back, the book is made anew.
        if stops {
            book.stop(&officer.code);
        }
        book.note(&Asked {
            officer: officer.code.clone(),
            person: self.person,
            case_hash: self.case_hash,
            outcome,
            looked_at: self.now.unix_micros(),
        });
        let entry = Entry::sealed(written.leaf);
        Ok(tx.commit(Leaves::one(entry), Committed { decision, found, written }))
    }

    /// A question sent twice under one key is one question.
    fn is_new(&self, tx: &mut WriteTx<'_>) -> Result<(), InquireError> {
        let Some(once) = self.question.once else { return Ok(()) };
        let caller = self.question.officer.as_str();
        if look::keep_idempotent(tx, caller, &once.key, &once.body, self.look, self.now.unix_micros())? {
            return Ok(());
        }
        match batch::find_idempotent(tx, caller, &once.key)? {
            Some((body, event)) if body == once.body => Err(InquireError::AskedBefore(event.retype())),
            Some(_) | None => Err(InquireError::OtherRequest),
        }
    }

    /// Writes the look into the person's file and links it to the one before.
    fn journal(
        &self,
        reg: &Registry,
        tx: &mut WriteTx<'_>,
        known: &Known,
        decision: &Result<Permit, Refusal>,
        found: &[Sealed],
        outcome: look::Outcome,
    ) -> Result<Written, InquireError> {
        let subject = known.subject;
        let officer = self.directory.officers.get(&self.question.officer).ok_or(InquireError::UnknownOfficer)?;
        let before = subject::load_chain(tx, subject)?;
        let seq = before.count + 1;
        let chain = chain_next(&before.head, self.look.as_bytes(), seq);
        let shown = decision.as_ref().map(|permit| permit.openings()).unwrap_or_default();
        let event = Event::new()
            .whole("at", self.now.unix_micros())
            .text("case", self.question.case.as_str())
            .hex("chain", &chain)
            .text("event", "look")
            .hex("look_id", self.look.as_bytes())
            .text("member", officer.officer.member.as_str())
            .text("officer", self.question.officer.as_str());
        let event = match &self.question.once {
            Some(once) => event.hex("once_body", &once.body).hex("once_key", &once.key),
            None => event,
        };
        let event = event
            .text("outcome", outcome.word())
            .text("purpose", self.question.purpose.as_str())
            .text("refusal", decision.as_ref().err().map_or("", |refusal| refusal.code()))
            .list("shown", shown.iter().filter_map(|opening| shown_event(opening, found)))
            .bytes();
        let index = tx.next_leaf();
        let sealed = reg.vault.keyring().lend(known.key)?.seal(Place::Look(self.look, subject), &event, &reg.chance)?;
        let new = NewLook {
            look: self.look,
            subject,
            seq,
            looked_at: self.now.unix_micros(),
            officer: Some(self.question.officer.clone()),
            case_hash: Some(self.case_hash),
            outcome,
            sealed,
            shown: shown.iter().map(|opening| (opening.record, opening.version)).collect(),
            leaf: index,
        };
        look::add(tx, &new)?;
        count_look(reg, tx, &new, &officer.officer.member, &self.question.purpose, decision.as_ref().err())?;
        subject::move_chain(tx, subject, Chain { count: seq, head: chain })?;
        let hashes = reg.vault.keyring().hashes();
        Ok(events::written(hashes, self.look.retype(), self.now, event, index)?)
    }
}

/// What the receipt says of one record that was shown: which, under which law of the catalog, which inputs.
fn shown_event(opening: &access::Opening, found: &[Sealed]) -> Option<Event> {
    let sealed = found.iter().find(|sealed| sealed.on_file.record == opening.record)?;
    let inputs = opening.inputs.iter().map(|input| input.as_str()).collect::<Vec<_>>().join(" ");
    Some(
        Event::new()
            .text("inputs", &inputs)
            .text("item", sealed.on_file.item.as_str())
            .whole("item_version", i64::from(sealed.on_file.item_version))
            .hex("record_id", opening.record.as_bytes())
            .whole("version", i64::from(opening.version)),
    )
}

fn answer(
    reg: &Registry,
    look: LookId,
    now: Instant,
    committed: Committed,
    stamp: &Stamp,
) -> Result<Answer, InquireError> {
    let outcome = match committed.decision {
        Err(refusal) => Outcome::Denied(refusal),
        Ok(permit) if permit.openings().is_empty() => Outcome::Nothing,
        Ok(permit) => {
            // Decided at 23:59:59, released after midnight: what has ended in between is not shown any more.
            let today = reg.today_at(&reg.clock.read());
            let mut found = committed.found;
            found.retain(|sealed| sealed.on_file.terms.on_display(today));
            Outcome::Shown(reg.vault.open(&permit, stamp, &found)?)
        }
    };
    let receipt = reg.publisher.receipt(&reg.store, stamp, committed.written)?;
    Ok(Answer { look, valid_as_of: now, outcome, receipt })
}
