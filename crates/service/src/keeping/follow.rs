//! The key store follows the journal: whoever put old keys back by hand brings nothing back to life.
//!
//! The key store remembers how far its ledger has followed the journal. Keys copied from an earlier time are behind it;
//! the entries since are read when the node opens, before anything is shown. What they tell the end of is destroyed
//! again; and where they name keys that this key store never had, content was sealed elsewhere, and nothing is opened.

use std::collections::HashSet;

use fairfile_domain::correction::Act;
use fairfile_domain::id::{Id, RecordId, SealKeyId, SubjectId};
use fairfile_domain::record::RecordState;
use fairfile_store::{ReadTx, Store, journal, record, subject};
use fairfile_vault::{Chance, Held, Keyring};
use serde::Deserialize;

use super::ledger::carry_into_keys;
use crate::registry::{Registry, RegistryError};

/// Entries that are read at a time.
const AT_ONCE: u32 = 1_000;
/// So many entries may be read again at the next opening before it is noted that they were followed.
const BEHIND: u64 = 1_000;

/// An event, as far as it names keys and whose they are.
#[derive(Deserialize)]
struct Named<'e> {
    act: Option<&'e str>,
    event: &'e str,
    evidence_key_id: Option<&'e str>,
    key_id: Option<&'e str>,
    person_key_id: Option<&'e str>,
    record_id: Option<&'e str>,
    subject_id: Option<&'e str>,
}

/// Makes the key store follow the journal in `store`: gives how many keys had come back and are destroyed again.
///
/// # Errors
/// [`RegistryError::KeysBehind`] if content on file is sealed under keys that this key store never had: nothing was
/// changed then. Otherwise what store and vault say; it can be repeated.
pub(crate) fn follow(store: &Store, keyring: &Keyring, chance: &Chance) -> Result<u64, RegistryError> {
    let returned = keyring.list_returned()?;
    let entries = store.head().snapshot().size();
    let Some(followed) = keyring.followed()? else {
        // Made by a program that did not note it, or just restored.
        let carried = carry_into_keys(&mut store.snapshot()?, keyring, chance)?.destroyed;
        return again(keyring, chance, &returned, carried);
    };
    let mut lag = Lag { reader: store.read()?, keyring, doomed: HashSet::new(), has_ends: false, missing: 0 };
    lag.doomed.extend(keyring.list_doomed()?.into_iter().map(|(key, _, _)| key));
    lag.read(followed.min(entries), entries)?;
    let Lag { has_ends, missing, .. } = lag;
    if missing > 0 {
        return Err(RegistryError::KeysBehind { missing });
    }
    let carried = if has_ends { carry_into_keys(&mut store.snapshot()?, keyring, chance)?.destroyed } else { 0 };
    if !has_ends && (entries >= followed.saturating_add(BEHIND) || entries < followed) {
        keyring.note_followed(entries)?;
    }
    again(keyring, chance, &returned, carried)
}

/// Destroys again what the ledger itself knows as destroyed.
fn again(keyring: &Keyring, chance: &Chance, returned: &[SealKeyId], carried: u64) -> Result<u64, RegistryError> {
    if returned.is_empty() {
        return Ok(carried);
    }
    keyring.destroy(returned)?;
    keyring.advance(chance)?;
    // Those that the journal told of are among them, or were destroyed with them.
    Ok(carried.max(returned.len() as u64))
}

/// Notes, from time to time, that the key store has followed the journal of a node at work: while nobody hands in a file
/// or a correction, every end that was committed is carried out.
///
/// # Errors
/// What store and vault say.
pub(crate) fn note_followed(reg: &Registry) -> Result<(), RegistryError> {
    let Some(_turn) = reg.intake_if_idle() else { return Ok(()) };
    let (entries, keyring) = (reg.store.head().snapshot().size(), reg.vault.keyring());
    if keyring.followed()?.is_none_or(|followed| entries >= followed.saturating_add(BEHIND)) {
        keyring.note_followed(entries)?;
    }
    Ok(())
}

/// What the entries say that a key store may not have followed.
struct Lag<'l> {
    reader: ReadTx<'l>,
    keyring: &'l Keyring,
    /// Marked for death: settled when the node opens, whatever became of them.
    doomed: HashSet<SealKeyId>,
    /// Whether a key is kept whose content is gone.
    has_ends: bool,
    /// The latest keys of content on file, as many of them in a row as the key store never had. One that is missing among
    /// others was lost in another way: it closes what it seals, and not the node.
    missing: u64,
}

impl Lag<'_> {
    fn read(&mut self, from: u64, until: u64) -> Result<(), RegistryError> {
        let mut next = from;
        while next < until {
            let some = journal::list_events(&mut self.reader, next, AT_ONCE)?;
            if some.is_empty() {
                break;
            }
            next += some.len() as u64;
            for event in some {
                // A look has its event with its person, sealed, and names no key of a record.
                self.event(&event.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// One that cannot be read names no key: the replay tells of it.
    fn event(&mut self, event: &[u8]) -> Result<(), RegistryError> {
        let Ok(named) = serde_json::from_slice::<Named<'_>>(event) else { return Ok(()) };
        if let Some(key) = named.evidence_key_id.and_then(id) {
            self.new_key(key, true)?;
        }
        if let (Some(subject), Some(key)) = (named.subject_id.and_then(id), named.person_key_id.and_then(id)) {
            let in_use = subject::find_key(&mut self.reader, subject as SubjectId)? == Some(key);
            self.new_key(key, in_use)?;
        }
        let Some(record) = named.record_id.and_then(id) else { return Ok(()) };
        let on_file = record::find_key(&mut self.reader, record as RecordId)?;
        let lies_under = |key| match on_file {
            // What state it is in, the replay tells; no key is touched for it.
            Some((_, None)) => true,
            Some((present, Some(RecordState::InForce | RecordState::Ended))) => present == key,
            Some((_, Some(RecordState::Withdrawn | RecordState::Destroyed))) | None => false,
        };
        match (named.event, named.key_id.and_then(id), on_file) {
            // A withdrawal names the key of what it takes back.
            ("correction", Some(key), _) if named.act == Some(Act::Withdraw.word()) => {
                self.end(key, lies_under(key)).map(drop)
            }
            ("record" | "correction", Some(key), _) => self.new_key(key, lies_under(key)),
            ("destroyed", _, Some((key, _))) => self.end(key, lies_under(key)).map(drop),
            _ => Ok(()),
        }
    }

    /// A key that was made for this entry.
    fn new_key(&mut self, key: SealKeyId, in_use: bool) -> Result<(), RegistryError> {
        match (self.end(key, in_use)?, in_use) {
            (Held::Unknown, true) => self.missing += 1,
            (Held::Unknown, false) => {}
            (Held::Kept | Held::Returned | Held::Destroyed, _) => self.missing = 0,
        }
        Ok(())
    }

    /// A key that must be gone unless it is in use.
    fn end(&mut self, key: SealKeyId, in_use: bool) -> Result<Held, RegistryError> {
        let held = self.keyring.find_held(key)?;
        let is_here = matches!(held, Held::Kept | Held::Returned);
        self.has_ends |= is_here && !in_use && !self.doomed.contains(&key);
        Ok(held)
    }
}

fn id<K>(digits: &str) -> Option<Id<K>> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(Id::from_bytes(bytes))
}
