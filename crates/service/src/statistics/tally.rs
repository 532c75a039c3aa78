//! Counting looks: one more of its month, member, purpose, outcome and refusal, in the commit that holds the look.

use std::collections::BTreeMap;

use fairfile_domain::day::{Instant, Zone};
use fairfile_domain::id::{LookId, MemberCode, PurposeCode};
use fairfile_domain::month::Month;
use fairfile_domain::refusal::Refusal;
use fairfile_domain::statistics::names_a_purpose;
use fairfile_store::look::{NewLook, list_uncounted};
use fairfile_store::statistics::{LookKind, count_looks, lacks_looks};
use fairfile_store::{Leaves, Pending, Read, StoreError, WriteTx};
use fairfile_vault::LookFacts;

use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Looks that are opened at a time to be counted.
const AT_ONCE: u32 = 2_000;

/// Counts a look of an officer for `member`.
pub(crate) fn count_look(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    look: &NewLook,
    member: &MemberCode,
    purpose: &PurposeCode,
    refusal: Option<&Refusal>,
) -> Result<(), RegistryError> {
    let code = refusal.map_or("", |refusal| refusal.code());
    let at = Instant::from_unix_micros(look.looked_at).map_err(|_| RegistryError::Event)?;
    let kind = LookKind {
        month: Month::of(reg.day_of(at)),
        member: member.clone(),
        purpose: if names_a_purpose(code) { purpose.as_str().to_owned() } else { String::new() },
        outcome: look.outcome,
        refusal: code.to_owned(),
    };
    Ok(count_looks(tx, &kind, 1)?)
}

/// What a look is counted by; nothing for a person's own look, which nobody counts.
pub(crate) fn kind_of(facts: &LookFacts, zone: &Zone) -> Option<LookKind> {
    let code = facts.refusal.clone().unwrap_or_default();
    let at = Instant::from_unix_micros(facts.at).ok()?;
    let purpose = facts.purpose.clone().filter(|_| names_a_purpose(&code)).unwrap_or_default();
    let member = facts.member.clone()?;
    Some(LookKind { month: Month::of(at.day_in(zone)), member, purpose, outcome: facts.outcome, refusal: code })
}

/// How many looks of officers there were of each kind from `since` (microseconds) on. Each is opened for that; one whose
/// person's key is lost is not counted.
pub(super) fn kinds_since(
    reg: &Registry,
    reader: &mut impl Read,
    since: i64,
) -> Result<BTreeMap<LookKind, u64>, RegistryError> {
    let mut kinds: BTreeMap<LookKind, u64> = BTreeMap::new();
    let (mut auditor, mut after) = (reg.vault.auditor(), LookId::from_bytes([0; 16]));
    loop {
        let looks = list_uncounted(reader, since, after, AT_ONCE)?;
        let Some((last, _)) = looks.last() else { return Ok(kinds) };
        after = last.look;
        for (look, key) in &looks {
            let kind = auditor.look(*key, look).ok().and_then(|facts| kind_of(&facts, &reg.zone));
            if let Some(kind) = kind {
                *kinds.entry(kind).or_default() += 1;
            }
        }
    }
}

/// Counts the looks that an earlier program journaled and did not count: once, all in one commit, before anybody is served.
///
/// A look whose person's key is lost is not counted; the replay names it, as it did before.
///
/// # Errors
/// [`RegistryError`]; it can be repeated.
pub(crate) fn count_earlier_looks(reg: &Registry) -> Result<(), RegistryError> {
    let mut reader = reg.store.read()?;
    if !lacks_looks(&mut reader)? {
        return Ok(());
    }
    let kinds = kinds_since(reg, &mut reader, 0)?;
    let counted = kinds.values().sum::<u64>().cast_signed();
    let (now, id) = (reg.clock.now(), reg.fresh_event()?);
    let event = Event::new().whole("at", now.unix_micros()).text("event", "looks-counted").whole("looks", counted);
    let entry = events::written(reg.vault.keyring().hashes(), id, now, event.bytes(), 0)?.open_entry();
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        for (kind, looks) in &kinds {
            count_looks(&mut tx, kind, *looks)?;
        }
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    Ok(())
}
