//! Another registrar decides what one has proposed. Agreed, it is done in the same commit.

use std::sync::Arc;

use fairfile_domain::actor::Standing;
use fairfile_domain::id::{MemberCode, OfficerCode, ProposalId, PurposeCode, StaffCode};
use fairfile_domain::proposal::{NotYours, State, Verdict, decide as settle};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_lawfiles::catalog::ItemFile;
use fairfile_store::proposal::{Decision, Proposal};
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx, deed, member, proposal};

use super::admit::{self, Admission};
use super::change::{Change, Unfit, check_item, must_be_registrar};
use super::propose::{deed_of, reason};
use super::two::Two;
use super::{publish_catalog, release_officer};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};
use crate::sign_in::{InviteError, invite_by_two};

/// Nothing was decided, and nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no proposal of that id.
    #[error("no proposal of this id is on file")]
    Unknown,
    /// It is not for this registrar, or for nobody any more.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// Whoever rejects says why.
    #[error("a rejection needs its reason in words, 500 characters at the most")]
    Reason,
    /// It can no longer be done.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<InviteError> for DecideError {
    fn from(source: InviteError) -> Self {
        match source {
            InviteError::UnknownHolder => Self::Unfit(Unfit::UnknownHolder),
            InviteError::Suspended => Self::Unfit(Unfit::HolderSuspended),
            InviteError::HadPasskey => Self::Unfit(Unfit::HadPasskey),
            InviteError::Registry(error) => Self::Registry(error),
        }
    }
}

impl From<StoreError> for DecideError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// What agreeing does, ready to be done.
enum Effect {
    /// Nothing: it was rejected or taken back.
    None,
    Publish(Vec<ItemFile>),
    Admit(Admission),
    MemberStanding(MemberCode, Standing),
    OfficerStanding(OfficerCode, Standing),
    Release(OfficerCode, member::Release),
    Invite(KeyHolder, ProposalId, StaffCode),
    GivePurpose(OfficerCode, PurposeCode),
}

/// Decides the proposal `id` in the name of `staff`, and gives the journal index of the decision.
///
/// The same verdict of the same registrar a second time gives the first one's index. Agreed, the change is checked again
/// as things stand now, and done in the same commit as the decision: there is no agreement without its effect.
///
/// # Errors
/// [`DecideError`]; then nothing was decided and nothing was done.
pub fn decide_proposal(
    reg: &Arc<Registry>,
    id: ProposalId,
    staff: &StaffCode,
    verdict: Verdict,
    because: &str,
) -> Result<u64, DecideError> {
    let _turn = reg.office()?;
    let known = proposal::find(&mut reg.store.read()?, id)?.ok_or(DecideError::Unknown)?;
    if let Some(leaf) = repeated(&known, staff, verdict) {
        return Ok(leaf);
    }
    must_be_registrar(reg, staff)?;
    let state = settle(known.state, &known.proposed_by, staff, verdict)?;
    let because = match verdict {
        Verdict::Reject => reason(because).ok_or(DecideError::Reason)?,
        Verdict::Agree | Verdict::TakeBack => "",
    };
    let (effect, done) = match verdict {
        Verdict::Agree => effect(reg, &known, staff)?,
        Verdict::Reject | Verdict::TakeBack => (Effect::None, None),
    };
    let now = reg.clock.now();
    let decision = Decision { by: staff.clone(), at: now.unix_micros(), because: because.to_owned(), leaf: 0 };
    let event = Event::new()
        .text("act", known.act.word())
        .whole("at", decision.at)
        .text("because", because)
        .text("event", "proposal-decided")
        .text("matter", &known.matter)
        .hex("proposal_id", id.as_bytes())
        .text("staff", staff.as_str())
        .text("state", state.word())
        .bytes();
    let fresh = reg.fresh_event().map_err(RegistryError::from)?;
    let entry = events::written(reg.vault.keyring().hashes(), fresh, now, event, 0)?.open_entry();
    let leaf = write(reg, known, (state, decision), effect, (entry, done))?;
    reg.reload_catalog()?;
    reg.reload_directory()?;
    Ok(leaf)
}

/// The index of a decision that is asked for a second time.
fn repeated(known: &Proposal, staff: &StaffCode, verdict: Verdict) -> Option<u64> {
    let wanted = match verdict {
        Verdict::Agree => State::Agreed,
        Verdict::Reject => State::Rejected,
        Verdict::TakeBack => State::TakenBack,
    };
    let decision = known.decision.as_ref().filter(|decision| decision.by == *staff);
    decision.filter(|_| known.state == wanted).map(|decision| decision.leaf)
}

/// Decision and effect in one commit. The decision's leaf comes first; the effect's, if there is one, is the next.
fn write(
    reg: &Arc<Registry>,
    known: Proposal,
    (state, mut decision): (State, Decision),
    effect: Effect,
    (entry, done): (Entry, Option<Entry>),
) -> Result<u64, DecideError> {
    let node = reg.clone();
    let pending: Pending<u64, DecideError> = reg.store.write(move |mut tx| {
        decision.leaf = tx.next_leaf();
        if !proposal::settle(&mut tx, known.id, state, &decision)? {
            return Err(NotYours::Decided(known.state).into());
        }
        let place = (decision.leaf, decision.at);
        deed::add(&mut tx, &deed_of(&known, state.word(), &decision.by, place))?;
        let made = effect.put(&node, &mut tx, decision.leaf + 1)?;
        let leaf = decision.leaf;
        Ok(tx.commit(Leaves::new(entry, done.or(made)), leaf))
    });
    Ok(pending.wait()?.0)
}

/// What agreeing does, and the entry that tells of it.
fn effect(reg: &Registry, known: &Proposal, second: &StaffCode) -> Result<(Effect, Option<Entry>), DecideError> {
    let change = Change::of(known)?;
    change.is_for(second)?;
    change.check(reg)?;
    let two = Two { first: known.proposed_by.as_str(), second: second.as_str(), reason: &known.because };
    let admitted = |admission: Admission| -> Result<(Effect, Option<Entry>), DecideError> {
        let entry = admit::entry(reg, &admission)?;
        Ok((Effect::Admit(admission), Some(entry)))
    };
    match change {
        Change::PublishItem(text) => {
            let fresh = vec![check_item(reg, &text)?];
            let entry = publish_catalog::entry(reg, &fresh)?;
            Ok((Effect::Publish(fresh), Some(entry)))
        }
        Change::AdmitMember(new) => admitted(Admission { members: vec![new], ..Admission::default() }),
        Change::RegisterOfficer(new) => admitted(Admission { officers: vec![new], ..Admission::default() }),
        Change::RegisterKey(new) => admitted(Admission { keys: vec![new], ..Admission::default() }),
        Change::MemberStanding(code, standing) => {
            let whose = |event: Event| event.text("event", "member-standing").text("first", two.first);
            let entry = standing_entry(reg, |event| whose(event).text("member", code.as_str()), &two, standing)?;
            Ok((Effect::MemberStanding(code, standing), Some(entry)))
        }
        Change::OfficerStanding(code, standing) => {
            let whose = |event: Event| event.text("event", "officer-standing").text("first", two.first);
            let entry = standing_entry(reg, |event| whose(event).text("officer", code.as_str()), &two, standing)?;
            Ok((Effect::OfficerStanding(code, standing), Some(entry)))
        }
        Change::ReleaseOfficer(code) => {
            let (entry, release) = release_officer::entry(reg, &code, &two)?;
            Ok((Effect::Release(code, release), Some(entry)))
        }
        // Which older invitations it takes back is known when it is written, and so is its entry.
        Change::Invite(holder) => Ok((Effect::Invite(holder, known.id, second.clone()), None)),
        Change::GivePurpose(officer, purpose) => {
            let entry = given_entry(reg, &officer, &purpose, &two)?;
            Ok((Effect::GivePurpose(officer, purpose), Some(entry)))
        }
    }
}

/// The entry that tells of another standing; `whose` adds the event's name, the first registrar and the code.
fn standing_entry(
    reg: &Registry,
    whose: impl FnOnce(Event) -> Event,
    two: &Two<'_>,
    standing: Standing,
) -> Result<Entry, RegistryError> {
    let now = reg.clock.now();
    let event = whose(Event::new().whole("at", now.unix_micros()))
        .text("reason", two.reason)
        .text("second", two.second)
        .text("standing", standing.word())
        .bytes();
    Ok(events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.open_entry())
}

/// The entry that tells that an officer holds one more purpose.
fn given_entry(
    reg: &Registry,
    officer: &OfficerCode,
    purpose: &PurposeCode,
    two: &Two<'_>,
) -> Result<Entry, RegistryError> {
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "purpose-given")
        .text("first", two.first)
        .text("officer", officer.as_str())
        .text("purpose", purpose.as_str())
        .text("reason", two.reason)
        .text("second", two.second)
        .bytes();
    Ok(events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.open_entry())
}

impl Effect {
    /// Does it; `at` is the journal index of its entry. Gives the entry where only doing it tells what it says.
    fn put(&self, reg: &Registry, tx: &mut WriteTx<'_>, at: u64) -> Result<Option<Entry>, DecideError> {
        let there = match self {
            Self::None => true,
            Self::Publish(fresh) => {
                publish_catalog::put(tx, fresh, at)?;
                true
            }
            Self::Admit(admission) => {
                admit::put(tx, admission, at)?;
                true
            }
            Self::MemberStanding(code, standing) => member::set_standing(tx, code, *standing)?,
            Self::OfficerStanding(code, standing) => member::set_officer_standing(tx, code, *standing)?,
            Self::Release(code, release) => {
                release_officer::put(reg, tx, code, release)?;
                true
            }
            Self::GivePurpose(officer, purpose) => {
                member::give_purpose(tx, officer, purpose, at)?;
                true
            }
            Self::Invite(holder, id, second) => {
                return Ok(Some(invite_by_two(reg, tx, holder, (id.as_bytes(), second), at)?));
            }
        };
        if there { Ok(None) } else { Err(Unfit::NoChange.into()) }
    }
}
