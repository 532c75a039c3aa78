//! A journal that lacks what was signed goes on under another name, and says so in its first entry.
//!
//! Nothing smaller is ever signed under the old name: the new one has a key of its own, and a number that counts up.
//! Receipts for what is still there stay valid under the old key; those for what was lost are announced as lost.

use std::path::Path;

use fairfile_domain::day::Instant;
use fairfile_domain::id::EventId;
use fairfile_journal::{Marked, check_mark, journal_number, numbered_origin};
use fairfile_proof::Hash;
use fairfile_store::{Leaves, Pending, Place, Read, Store, StoreError, journal, node};
use fairfile_vault::{Chance, Keyring, Mark, SureTime, VaultError};
use serde::Deserialize;

use super::error::KeepingError;
use super::restore::{Standing, is_recovering, settle};
use crate::clock::Machine;
use crate::events::{self, Event};
use crate::folder::{Folder, FolderError, engine};
use crate::registrar::Two;
use crate::registry::RegistryError;

/// A journal that went on under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation {
    /// The new name.
    pub origin: String,
    /// The name before.
    pub old_origin: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The first entry under the old name that may be gone.
    pub lost_from: u64,
    /// The last one, if it is known how many there were.
    pub lost_until: Option<u64>,
}

/// A journal was let go on.
#[derive(Debug)]
pub struct Continued {
    /// What its first entry under the new name says.
    pub continuation: Continuation,
    /// How the node stands now.
    pub standing: Standing,
}

/// Who knows that something is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// The node itself: its mark is gone, or higher than its journal, or of another one.
    TheNode,
    /// The two who answer for it: people hold receipts for what older data and keys, restored together, do not know of.
    TheTwo,
}

/// What the first entry under a new name says, as far as it is read again.
#[derive(Deserialize)]
struct Told {
    at: i64,
    lost_from: u64,
    lost_until: Option<u64>,
    old_origin: String,
    origin: String,
}

/// The setting that says where in the journal the one with this number begins.
fn setting(number: u32) -> String {
    format!("journal/{number}")
}

/// Every time that the node's journal went on under another name, in order.
///
/// # Errors
/// What the engine says, and [`StoreError::BadRow`] for a setting or an entry that tells of none.
pub fn list_continuations(tx: &mut impl Read) -> Result<Vec<Continuation>, StoreError> {
    let bad = || StoreError::BadRow { table: "node", column: "value", expected: "expected the entry that tells of it" };
    let latest = node::find_setting(tx, "origin")?.map_or(1, |origin| journal_number(&origin));
    let mut found = Vec::new();
    for number in 2..=latest {
        // A number whose journal never came about is not used again.
        let Some(index) = node::find_setting(tx, &setting(number))? else { continue };
        let entry = journal::find_entry(tx, index.parse().map_err(|_| bad())?)?.ok_or_else(bad)?;
        let told: Told = serde_json::from_slice(&entry.event.unwrap_or_default()).map_err(|_| bad())?;
        let Told { at, lost_from, lost_until, old_origin, origin } = told;
        found.push(Continuation { origin, old_origin, at, lost_from, lost_until });
    }
    Ok(found)
}

/// Lets the journal of the node in `path` go on from the data that there is, under a new name; `first` and `second`
/// answer for it.
///
/// First a key for the new name, then the entry that tells of it, then the mark: cut off before the mark, the node is
/// where it was, and doing it again takes the next number.
///
/// # Errors
/// [`KeepingError::NotTwo`] and [`KeepingError::NoReason`]; [`KeepingError::NothingMissing`] if the node should know of the
/// loss and does not; otherwise what folder, store and vault say.
pub fn continue_journal(
    path: &Path,
    (first, second, reason): (&str, &str, &str),
    known_by: KnownBy,
    chance: Chance,
    machine: Machine,
) -> Result<Continued, KeepingError> {
    let two = Two::who_answer(first, second, reason)?;
    let folder = Folder::at(path)?;
    let place = folder.place(engine(path)?.as_deref());
    let keyring = folder.open_keyring()?;
    let signed = Signed::find(&folder, &keyring)?;
    let end = End { place: &place, keyring: &keyring, signed, known_by, two, chance: &chance };
    let wall = folder.open_clock(machine.clone())?.read().wall;
    let (continuation, head, sure) = end.write(wall)?;
    let time = SureTime { micros: sure, reached: sure, boot: [0; 16], uptime_micros: 0 };
    drop(Mark::renew(&folder.mark(), &keyring, head, Some(signed.time.unwrap_or(time)))?);
    drop(keyring);
    let standing = match folder.open_registry(chance, machine) {
        Ok(registry) => settle(registry)?,
        Err(error) if is_recovering(&error) => Standing::Recovering(error),
        Err(error) => return Err(error.into()),
    };
    Ok(Continued { continuation, standing })
}

/// What the mark says; nothing if it is gone.
#[derive(Clone, Copy, Default)]
struct Signed {
    head: Marked,
    time: Option<SureTime>,
}

impl Signed {
    fn find(folder: &Folder, keyring: &Keyring) -> Result<Self, KeepingError> {
        match folder.open_mark(keyring) {
            Ok(mark) => Ok(Self { head: mark.head()?, time: mark.time()? }),
            Err(FolderError::Registry(RegistryError::Vault(VaultError::NoMark | VaultError::DamagedMark))) => {
                Ok(Self::default())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The end of a journal under one name, and its beginning under the next.
struct End<'e> {
    place: &'e Place,
    keyring: &'e Keyring,
    signed: Signed,
    known_by: KnownBy,
    two: Two<'e>,
    chance: &'e Chance,
}

impl End<'_> {
    /// Commits the first entry under the new name; gives the head with it, and the time that is sure by then.
    fn write(&self, wall: Instant) -> Result<(Continuation, (u64, Hash), i64), KeepingError> {
        let store = Store::open_existing(self.place)?;
        let mut reader = store.read()?;
        let old_origin = node::find_setting(&mut reader, "origin")?.ok_or(RegistryError::Setting("origin"))?;
        let size = store.head().snapshot().size();
        let last = journal::list_leaves(&mut reader, size.saturating_sub(1), 1)?;
        // Without a mark nothing says how late it was but the last entry.
        let latest = last.first().map_or(0, |leaf| leaf.minute().saturating_mul(60_000_000).cast_signed());
        let sure = self.signed.time.map_or(latest, |time| time.micros);
        let at = Instant::from_unix_micros(wall.unix_micros().max(sure)).map_err(|_| RegistryError::Event)?;
        let (lost_from, lost_until) = self.lost(&store, size)?;
        drop(reader);
        let number = self.keyring.begin_journal(journal_number(&old_origin), self.chance)?;
        let continuation = Continuation {
            origin: numbered_origin(&old_origin, number),
            old_origin,
            at: at.unix_micros(),
            lost_from,
            lost_until,
        };
        let id = EventId::from_bytes(self.chance.bytes()?);
        let event = self.event(&continuation);
        let entry = events::written(self.keyring.hashes(), id, at, event, 0)?.open_entry();
        let origin = continuation.origin.clone();
        let pending: Pending<(), StoreError> = store.write(move |mut tx| {
            let index = tx.next_leaf().to_string();
            if !node::change_setting(&mut tx, "origin", &origin)? {
                return Err(StoreError::Missing { table: "node" });
            }
            node::add_settings(&mut tx, &[(&setting(number), &index)])?;
            Ok(tx.commit(Leaves::one(entry), ()))
        });
        let (_, stamp) = pending.wait()?;
        let head = stamp.head().snapshot();
        Ok((continuation, (head.size(), head.root()), sure))
    }

    /// The first and the last entry that may be gone.
    ///
    /// # Errors
    /// [`KeepingError::NothingMissing`] if the node itself knows of no loss and nobody else says that there is one.
    fn lost(&self, store: &Store, size: u64) -> Result<(u64, Option<u64>), KeepingError> {
        let Some((signed, _)) = self.signed.head else { return Ok((size, None)) };
        let goes_on = check_mark(self.signed.head, &store.head(), &mut store.read()?);
        match goes_on {
            Ok(()) if self.known_by == KnownBy::TheNode => Err(KeepingError::NothingMissing),
            Ok(()) => Ok((size, None)),
            Err(fairfile_journal::JournalError::Behind { .. }) => Ok((size, Some(signed - 1))),
            // Another journal from somewhere on: none of the old one is sure to be here.
            Err(fairfile_journal::JournalError::Forked { .. }) => Ok((0, Some(signed.saturating_sub(1)))),
            Err(error) => Err(error.into()),
        }
    }

    fn event(&self, told: &Continuation) -> Vec<u8> {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let event = Event::new()
            .whole("at", told.at)
            .text("event", "journal-continued")
            .text("first", self.two.first)
            .whole("lost_from", whole(told.lost_from));
        let event = match told.lost_until {
            Some(last) => event.whole("lost_until", whole(last)),
            None => event,
        };
        let event = event.text("old_origin", &told.old_origin);
        let event = match self.signed.head {
            Some((size, root)) => event.hex("old_root", &root).whole("old_size", whole(size)),
            None => event,
        };
        event.text("origin", &told.origin).text("reason", self.two.reason).text("second", self.two.second).bytes()
    }
}
