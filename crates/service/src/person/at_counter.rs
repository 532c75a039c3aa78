//! A person without a telephone is served at a counter: two officers of one office open the person's own file for the person.
//!
//! It is a look like any other: decided, journaled with both officers' codes and the number of the visit, and only then
//! opened. What is opened is the person's own look, so no member has been told of anything by it; but the person sees who
//! served, and is told of it as of every look by somebody else.

use std::sync::Arc;

use fairfile_domain::access::{self, COUNTER_VISIT, Visit as Served};
use fairfile_domain::actor::{Member, Officer};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{LookId, OfficerCode, PurposeCode, SubjectId};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::name::PersonName;
use fairfile_domain::refusal::Refusal;
use fairfile_proof::chain_next;
use fairfile_store::look::{self, Asked, NewLook, Outcome};
use fairfile_store::subject::{self, Chain, Known};
use fairfile_store::{Done, Entry, Leaves, WriteTx, member};
use fairfile_vault::Place;

use super::read_file::ReadFileError;
use super::visit::Visit;
use crate::directory::Directory;
use crate::events::{self, Event};
use crate::inquirer::{CaseReference, target};
use crate::registry::{Registry, RegistryError};
use crate::statistics::count_look;

/// How long the file of a person who is served at a counter stays open, in microseconds: 10 minutes.
pub const COUNTER_MICROS: i64 = 10 * 60 * 1_000_000;

/// A person who is to be served.
#[derive(Clone)]
pub struct AtCounter {
    /// Who reads the file out, or prints it.
    pub officer: OfficerCode,
    /// Who has seen the person and the document as well.
    pub second: OfficerCode,
    /// The office's own number of the visit.
    pub case: CaseReference,
    /// The number on the document.
    pub identifier: Identifier,
    /// The name on the document.
    pub name: PersonName,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServeOutcome {
    /// The person's file can be opened, for [`COUNTER_MICROS`].
    Opened(Visit),
    /// Nobody of this number and name has a file here.
    Nobody,
    /// No.
    Denied(Refusal),
}

/// Decides whether two officers may serve this person, and journals it whatever comes of it. It opens nothing.
///
/// # Errors
/// [`ReadFileError`] if the look could not be journaled; then there is nothing to open with.
pub async fn serve_at_counter(reg: &Arc<Registry>, person: AtCounter) -> Result<(LookId, ServeOutcome), ReadFileError> {
    reg.store.has_room()?;
    let (now, look): (Instant, LookId) = (reg.clock.read().latest, reg.fresh()?);
    let (subject, decision) = {
        let reg = reg.clone();
        reg.clone().store.write(move |tx| decide_and_journal(&reg, tx, &person, look, now)).answer().await?.0
    };
    let outcome = match (decision, subject) {
        (Err(refusal), _) => ServeOutcome::Denied(refusal),
        (Ok(()), None) => ServeOutcome::Nobody,
        (Ok(()), Some(subject)) => {
            ServeOutcome::Opened(Visit::journaled(reg, look, subject, now).lasting(COUNTER_MICROS))
        }
    };
    Ok((look, outcome))
}

/// Decides whether an officer may be one of the two who serve.
///
/// # Errors
/// [`Refusal`]; an officer whom nobody has registered is on no duty.
pub fn may_serve(reg: &Registry, officer: &OfficerCode) -> Result<(), Refusal> {
    let directory = reg.directory();
    let (officer, member) = officer_and_member(&directory, officer).ok_or(Refusal::NotOnDuty)?;
    access::may_serve(officer, member, reg.today_at(&reg.clock.read()))
}

fn officer_and_member<'d>(directory: &'d Directory, code: &OfficerCode) -> Option<(&'d Officer, &'d Member)> {
    let officer = &directory.officers.get(code)?.officer;
    Some((officer, directory.members.get(&officer.member)?))
}

/// Whose file may be opened, and whether it may.
type Decided = (Option<SubjectId>, Result<(), Refusal>);

fn decide_and_journal(
    reg: &Registry,
    mut tx: WriteTx<'_>,
    person: &AtCounter,
    look: LookId,
    now: Instant,
) -> Result<Done<Decided>, ReadFileError> {
    let directory = reg.directory();
    let unknown = || RegistryError::from(fairfile_store::StoreError::Missing { table: "officer" });
    let (officer, member) = officer_and_member(&directory, &person.officer).ok_or_else(unknown)?;
    let (second, _) = officer_and_member(&directory, &person.second).ok_or_else(unknown)?;
    let hashes = reg.vault.keyring().hashes();
    let index = hashes.index_of(&person.identifier);
    let case_hash = hashes.case_of(&member.code, person.case.as_str());
    let target = target(reg, &mut tx, &index, &person.name)?;
    let mut book = reg.pace(&mut tx)?;
    let pace = book.of(&officer.code, &case_hash, &index, now);
    let decision = access::serve(&Served { officer, second, member, pace }, reg.today_at(&reg.clock.read()));
    let is_found = target.agrees && target.known.subject != reg.nobody().subject;
    let outcome = match &decision {
        Err(_) => Outcome::Denied,
        Ok(()) if is_found => Outcome::Own,
        Ok(()) => Outcome::Nothing,
    };
    let stops = matches!(decision, Err(Refusal::LooksLikeEnumeration)) && !pace.stopped;
    if stops {
        member::stop_officer(&mut tx, &officer.code, now.unix_micros())?;
    }
    let refusal = decision.as_ref().err();
    let written =
        journal(reg, &mut tx, person, &Traced { look, now, member, known: target.known, outcome, refusal, case_hash })?;
    if stops {
        book.stop(&officer.code);
    }
    book.note(&Asked {
        officer: officer.code.clone(),
        person: index,
        case_hash,
        outcome,
        looked_at: now.unix_micros(),
    });
    let subject = is_found.then_some(target.known.subject);
    Ok(tx.commit(Leaves::one(written), (subject, decision)))
}

/// What a visit leaves in the file.
struct Traced<'t> {
    look: LookId,
    now: Instant,
    member: &'t Member,
    known: Known,
    outcome: Outcome,
    refusal: Option<&'t Refusal>,
    case_hash: [u8; 32],
}

/// Writes the look into the person's file and links it to the one before.
fn journal(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    person: &AtCounter,
    traced: &Traced<'_>,
) -> Result<Entry, ReadFileError> {
    let (look, subject, at) = (traced.look, traced.known.subject, traced.now.unix_micros());
    let before = subject::load_chain(tx, subject)?;
    let seq = before.count + 1;
    let chain = chain_next(&before.head, look.as_bytes(), seq);
    let event = Event::new()
        .whole("at", at)
        .text("case", person.case.as_str())
        .hex("chain", &chain)
        .text("event", "look")
        .hex("look_id", look.as_bytes())
        .text("member", traced.member.code.as_str())
        .text("officer", person.officer.as_str())
        .text("outcome", traced.outcome.word())
        .text("purpose", COUNTER_VISIT)
        .text("refusal", traced.refusal.map_or("", Refusal::code))
        .text("second_officer", person.second.as_str())
        .bytes();
    let index = tx.next_leaf();
    let sealed = reg.vault.keyring().lend(traced.known.key)?.seal(Place::Look(look, subject), &event, &reg.chance)?;
    let new = NewLook {
        look,
        subject,
        seq,
        looked_at: at,
        officer: Some(person.officer.clone()),
        case_hash: Some(traced.case_hash),
        outcome: traced.outcome,
        sealed,
        // The person saw it, and no member.
        shown: Vec::new(),
        leaf: index,
    };
    look::add(tx, &new)?;
    let purpose: PurposeCode = COUNTER_VISIT.parse().map_err(|_| RegistryError::Event)?;
    count_look(reg, tx, &new, &traced.member.code, &purpose, traced.refusal)?;
    subject::move_chain(tx, subject, Chain { count: seq, head: chain })?;
    let hashes = reg.vault.keyring().hashes();
    let written = events::written(hashes, look.retype(), traced.now, event, index)?;
    Ok(Entry::sealed(written.leaf))
}
