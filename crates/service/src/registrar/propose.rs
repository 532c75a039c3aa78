//! One registrar proposes what takes two. Nothing changes by it.

use fairfile_domain::id::{ProposalId, StaffCode};
use fairfile_domain::proposal::{MOST_REASON_CHARS, State};
use fairfile_store::deed::Deed;
use fairfile_store::proposal::Proposal;
use fairfile_store::{Leaves, Pending, StoreError, deed, proposal};

use super::change::{Change, Unfit, must_be_registrar};
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Nothing was proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// Without a reason there is no proposal.
    #[error("a proposal needs its reason in words, {MOST_REASON_CHARS} characters at the most")]
    Reason,
    /// It could not be done today.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for ProposeError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// The reason as it is kept; nothing if it says nothing, or too much.
pub(super) fn reason(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= MOST_REASON_CHARS).then_some(text)
}

/// Proposes `change` in the name of `staff`; another registrar decides.
///
/// `once` makes a repetition the same request: the same text from the same registrar is proposed once, and the second time
/// gives the first proposal.
///
/// # Errors
/// [`ProposeError`]; then nothing was proposed.
pub fn propose(
    reg: &Registry,
    staff: &StaffCode,
    change: &Change,
    because: &str,
    once: &str,
) -> Result<ProposalId, ProposeError> {
    let because = reason(because).ok_or(ProposeError::Reason)?;
    let id = id_of(reg, staff, once);
    let _turn = reg.office()?;
    if proposal::find(&mut reg.store.read()?, id)?.is_some() {
        return Ok(id);
    }
    must_be_registrar(reg, staff)?;
    change.is_for(staff)?;
    let matter = change.check(reg)?;
    let now = reg.clock.now();
    let mut new = Proposal {
        id,
        act: change.act(),
        matter,
        text: change.text()?,
        because: because.to_owned(),
        proposed_by: staff.clone(),
        proposed_at: now.unix_micros(),
        state: State::Open,
        decision: None,
        leaf: 0,
    };
    let event = Event::new()
        .text("act", new.act.word())
        .whole("at", new.proposed_at)
        .text("because", &new.because)
        .text("event", "proposed")
        .text("matter", &new.matter)
        .hex("proposal_id", id.as_bytes())
        .text("staff", staff.as_str())
        .hex("text", &fairfile_proof::leaf_hash(new.text.as_bytes()))
        .bytes();
    let fresh = reg.fresh_event().map_err(RegistryError::from)?;
    let entry = events::written(reg.vault.keyring().hashes(), fresh, now, event, 0)?.open_entry();
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        new.leaf = tx.next_leaf();
        proposal::add(&mut tx, &new)?;
        deed::add(&mut tx, &deed_of(&new, "proposed", &new.proposed_by, (new.leaf, new.proposed_at)))?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    Ok(id)
}

/// The same for the same registrar and the same sending of a form.
fn id_of(reg: &Registry, staff: &StaffCode, once: &str) -> ProposalId {
    let whole = [staff.as_str().as_bytes(), b" ", once.as_bytes()].concat();
    let hash = reg.vault.keyring().hashes().content_of("proposal", &whole);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    ProposalId::from_bytes(bytes)
}

/// A step of a proposal, as the office's own list has it: at which place of the journal, and when.
pub(super) fn deed_of(proposal: &Proposal, deed: &str, staff: &StaffCode, place: (u64, i64)) -> Deed {
    Deed {
        leaf: place.0,
        deed: deed.to_owned(),
        act: Some(proposal.act.word().to_owned()),
        matter: proposal.matter.clone(),
        staff: staff.clone(),
        made_at: place.1,
    }
}
