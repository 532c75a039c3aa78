//! What was destroyed stays destroyed: the journal and the ledger of keys, held against each other, both ways.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use fairfile_domain::id::{RecordId, SealKeyId};
use fairfile_domain::record::RecordState;
use fairfile_store::record::Due;
use fairfile_store::table::{Scan, Shape, shapes};
use fairfile_store::{Snapshot, StoreError, Value};
use fairfile_vault::{Chance, Keyring, VaultError};
use serde::Deserialize;

use super::error::KeepingError;
use crate::calendar;
use crate::registry::{Registry, RegistryError};
use crate::source;

/// Keys that are listed or destroyed at a time.
const AT_ONCE: u32 = 500;

/// What came of holding the key store against the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// Keys that were in the key store though the data's journal tells of their end; they are destroyed now.
    pub(super) destroyed: u64,
    /// Keys of contents, people and signed requests on file that the key store lacks and never destroyed.
    pub(super) missing: u64,
}

/// An event, as far as it names keys. A record's own, a corrected version's, that of a new person, those found.
#[derive(Deserialize)]
struct Named<'e> {
    event: &'e str,
    key_id: Option<&'e str>,
    person_key_id: Option<&'e str>,
    /// Rows of an earlier program, as they were found; what is no text is no key.
    #[serde(borrow, default)]
    rows: Vec<BTreeMap<&'e str, serde_json::Value>>,
    table: Option<&'e str>,
}

/// Destroys, in the key store, every key of which the journal in `data` tells that what it sealed is gone.
///
/// A key that the journal names and that nothing on file lies under any more was destroyed, replaced, withdrawn, or given
/// way: whatever it was, its end was committed. Keys that the journal does not name yet are left alone.
///
/// # Errors
/// [`RegistryError`]; it can be repeated.
pub(super) fn carry_into_keys(
    data: &mut Snapshot<'_>,
    keyring: &Keyring,
    chance: &Chance,
) -> Result<Held, RegistryError> {
    let entries = data.head()?.snapshot().size();
    let shapes = shapes(data)?;
    let (mut in_use, gone) = keys_on_file(data, &shapes)?;
    let mut doomed = Doomed { keyring, waiting: Vec::new() };
    let before = keyring.count()?;
    gone.into_iter().try_for_each(|key| doomed.add(key))?;
    Scan::of(shape(&shapes, "leaf")?).columns(&["event"])?.run(data, |cells| -> Result<(), RegistryError> {
        let Some(Value::Bytes(event)) = cells.first() else { return Ok(()) };
        for key in named(event) {
            if !in_use.contains(&key) {
                doomed.add(key)?;
            }
        }
        Ok(())
    })?;
    doomed.end()?;
    let destroyed = before.saturating_sub(keyring.count()?);
    if keyring.is_advance_due()? {
        keyring.advance(chance)?;
    }
    keyring.note_followed(entries)?;
    each_key(
        |after| keyring.list_kept(after, AT_ONCE),
        |key| {
            in_use.remove(key.as_bytes());
        },
    )?;
    each_key(
        |after| keyring.list_destroyed(after, AT_ONCE),
        |key| {
            in_use.remove(key.as_bytes());
        },
    )?;
    Ok(Held { destroyed, missing: in_use.len() as u64 })
}

/// How the keys of a node are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeysOnFile {
    /// Keys of contents that are kept.
    pub kept: u64,
    /// Those of them that something on file lies under and that do not open.
    pub damaged: u64,
    /// Keys that something on file lies under and that are neither kept nor known to be destroyed.
    pub missing: u64,
}

/// Opens every key of the node, and looks for those that something on file lies under.
///
/// # Errors
/// What store and vault say.
pub fn look_over_keys(reg: &Registry) -> Result<KeysOnFile, RegistryError> {
    let mut data = reg.store.snapshot()?;
    let shapes = shapes(&mut data)?;
    let (mut in_use, _) = keys_on_file(&mut data, &shapes)?;
    let keyring = reg.vault.keyring();
    let mut found = KeysOnFile::default();
    let mut after = None;
    loop {
        let some = keyring.check_kept(after, AT_ONCE)?;
        for key in &some {
            found.kept += 1;
            found.damaged += u64::from(in_use.remove(key.id.as_bytes()) && !key.opens);
        }
        after = some.last().map(|key| key.id);
        if after.is_none() {
            break;
        }
    }
    // Destroyed and not noted yet, by a run of the calendar that was cut off: the next one notes it.
    each_key(
        |after| keyring.list_destroyed(after, AT_ONCE),
        |key| {
            in_use.remove(key.as_bytes());
        },
    )?;
    found.missing = in_use.len() as u64;
    Ok(found)
}

/// Notes as destroyed every record of the node whose key the ledger has, each with its leaf; a batch that was cut off
/// gives way first, for some of what it brought may be among them. Gives how many records were noted.
///
/// # Errors
/// [`KeepingError`]; it can be repeated.
pub(super) fn carry_into_data(reg: &Arc<Registry>) -> Result<u64, KeepingError> {
    {
        let _turn = reg.intake()?;
        source::give_way(reg, None)?;
    }
    let mut destroyed = HashSet::new();
    let keyring = reg.vault.keyring();
    each_key(
        |after| keyring.list_destroyed(after, AT_ONCE),
        |key| {
            destroyed.insert(*key.as_bytes());
        },
    )?;
    let mut noted = 0;
    let mut due = Vec::new();
    let mut snapshot = reg.store.snapshot()?;
    let shapes = shapes(&mut snapshot)?;
    let columns = Scan::of(shape(&shapes, "record")?).columns(&["record_id", "version", "key_id", "state"])?;
    columns.run(&mut snapshot, |cells| -> Result<(), KeepingError> {
        let [Value::Bytes(record), Value::Whole(version), Value::Bytes(key), Value::Text(state)] = cells else {
            return Err(bad("record_id").into());
        };
        let (record, key) = (id(record, "record_id")?, id(key, "key_id")?);
        if has_content(state) && destroyed.contains(&key) {
            let version = u32::try_from(*version).map_err(|_| bad("version"))?;
            due.push(Due { record: RecordId::from_bytes(record), version, key: SealKeyId::from_bytes(key) });
        }
        if due.len() == AT_ONCE as usize {
            noted += calendar::note_destroyed(reg, std::mem::take(&mut due))?;
        }
        Ok(())
    })?;
    Ok(noted + calendar::note_destroyed(reg, due)?)
}

/// The id of a key, as its bytes.
type KeyBytes = [u8; 16];

/// The keys of contents, people and signed requests on file, and those of records whose content is gone.
fn keys_on_file(
    data: &mut Snapshot<'_>,
    shapes: &[Shape],
) -> Result<(HashSet<KeyBytes>, Vec<KeyBytes>), RegistryError> {
    let (mut in_use, mut gone) = (HashSet::new(), Vec::new());
    Scan::of(shape(shapes, "record")?).columns(&["key_id", "state"])?.run(data, |cells| -> Result<(), StoreError> {
        let [Value::Bytes(key), Value::Text(state)] = cells else { return Err(bad("key_id")) };
        let key = id(key, "key_id")?;
        if has_content(state) {
            in_use.insert(key);
        } else {
            gone.push(key);
        }
        Ok(())
    })?;
    for (table, column) in [("subject", "key_id"), ("batch", "evidence_key_id"), ("notice", "evidence_key_id")] {
        Scan::of(shape(shapes, table)?).columns(&[column])?.run(data, |cells| -> Result<(), StoreError> {
            // A notice that nobody has confirmed has no evidence, and no key to it.
            if let [Value::Bytes(key)] = cells {
                in_use.insert(id(key, column)?);
            }
            Ok(())
        })?;
    }
    Ok((in_use, gone))
}

fn has_content(state: &str) -> bool {
    [RecordState::InForce.word(), RecordState::Ended.word()].contains(&state)
}

fn shape<'s>(shapes: &'s [Shape], name: &'static str) -> Result<&'s Shape, StoreError> {
    shapes.iter().find(|shape| shape.name == name).ok_or(StoreError::Missing { table: name })
}

fn id(bytes: &[u8], column: &'static str) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|_| bad(column))
}

fn bad(column: &'static str) -> StoreError {
    StoreError::BadRow { table: "record", column, expected: "expected ids, a version and a state" }
}

/// The keys that an event names. One that cannot be read names none: the replay tells of it.
fn named(event: &[u8]) -> Vec<[u8; 16]> {
    let key = |text: &str| {
        let mut key = [0; 16];
        hex::decode_to_slice(text, &mut key).ok().map(|()| key)
    };
    let Ok(named) = serde_json::from_slice::<Named<'_>>(event) else { return Vec::new() };
    match (named.event, named.table) {
        ("record" | "correction", _) => {
            [named.key_id, named.person_key_id].into_iter().flatten().filter_map(key).collect()
        }
        ("taken-over", Some("record" | "subject")) => {
            let found = named.rows.iter().filter_map(|row| row.get("key_id")?.as_str()?.strip_prefix('b'));
            found.filter_map(key).collect()
        }
        _ => Vec::new(),
    }
}

/// Hands every key of a list that is read stretch by stretch to `each`.
fn each_key(
    list: impl Fn(Option<SealKeyId>) -> Result<Vec<SealKeyId>, VaultError>,
    mut each: impl FnMut(&SealKeyId),
) -> Result<(), VaultError> {
    let mut after = None;
    loop {
        let some = list(after)?;
        some.iter().for_each(&mut each);
        after = some.last().copied();
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Keys that are destroyed a stretch at a time, unless the ledger has them.
struct Doomed<'k> {
    keyring: &'k Keyring,
    waiting: Vec<SealKeyId>,
}

impl Doomed<'_> {
    fn add(&mut self, key: [u8; 16]) -> Result<(), VaultError> {
        let key = SealKeyId::from_bytes(key);
        if !self.keyring.is_destroyed(key)? {
            self.waiting.push(key);
        }
        if self.waiting.len() == AT_ONCE as usize { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), VaultError> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() { Ok(()) } else { self.keyring.destroy(&waiting) }
    }
}
