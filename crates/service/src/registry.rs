//! Store, vault, clock, chance, catalog and signer in one value: the node, open.

use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use fairfile_domain::catalog::Catalog;
use fairfile_domain::day::{Day, HolidayCalendar, Instant, Today, Zone};
use fairfile_domain::id::{EventId, Id, SubjectId};
use fairfile_domain::profile::LawProfile;
use fairfile_domain::record::TermLaw;
use fairfile_journal::{JournalError, Publisher, Written, journal_number};
use fairfile_proof::{CheckpointError, NodeKey, Receipt};
pub use fairfile_store::Condition;
use fairfile_store::subject::Known;
use fairfile_store::{Fault, Place, Store, StoreError, WriteTx, catalog, journal, node, subject};
use fairfile_vault::{Chance, Keyring, Mark, Vault, VaultError};

use crate::clock::{Clock, Reading};
use crate::directory::Directory;
use crate::keeping::follow;
use crate::pace::PaceBook;
use crate::source::Groups;
use crate::source::settle_doomed;
use crate::statistics::Figures;
use crate::supervisor::Checks;

/// An answer that shows nothing leaves at the next full tick after its question came, so that its time
/// tells nobody why there was nothing.
pub const RELEASE_TICK: Duration = Duration::from_millis(10);

/// The node, open.
pub struct Registry {
    /// The data.
    pub store: Store,
    /// The keys, and the only room that opens.
    pub vault: Vault,
    /// Ids, keys and nonces.
    pub chance: Chance,
    /// The time.
    pub clock: Clock,
    /// The signer of the journal.
    pub publisher: Publisher,
    /// The law's figures.
    pub profile: LawProfile,
    /// The province's holidays.
    pub holidays: HolidayCalendar,
    /// The zone in which days begin and end.
    pub zone: Zone,
    /// Whether it holds invented data.
    pub mode: Mode,
    /// How many keys of what is gone had come back when the node was opened; they were destroyed again before anything
    /// else.
    pub keys_returned: u64,
    catalog: RwLock<Arc<Catalog>>,
    directory: RwLock<Arc<Directory>>,
    pace: Mutex<PaceBook>,
    intake: Mutex<()>,
    office: Mutex<()>,
    nobody: Known,
    pub(crate) figures: Figures,
    pub(crate) groups: Groups,
    pub(crate) checks: Checks,
}

/// Whether a node holds real people's records or invented ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real people: the law profile is approved, the clock is the machine's.
    Real,
    /// Invented data: the clock can be set, a person may sign in by identifier alone.
    Demo,
}

/// The node could not be opened, or something in it does not fit.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The node's key is not usable.
    #[error("the node's signing key is not usable")]
    NodeKey(#[from] CheckpointError),
    /// An event could not be written down.
    #[error("an event could not be written down; nothing was changed")]
    Event,
    /// The node's settings are incomplete.
    #[error("the node has no setting `{0}`; it was not set up to the end: run `fairfile init` on an empty folder")]
    Setting(&'static str),
    /// A published item file is no longer readable.
    #[error("item file {0} of this node's catalog cannot be read; run `fairfile doctor`")]
    Catalog(String),
    /// The law profile cannot be loaded.
    #[error("{0}")]
    Profile(String),
    /// Content on file lies under keys that this key store never had.
    #[error(
        "the keys in `keys/` are not those that this data was last written with, {missing} of them are missing: the key store is of an earlier time, or another copy of this folder has written to this database; open it with the folder that wrote last, or put that one's keys here: `mkdir DIR/keys.aside && mv DIR/keys/keys.db* DIR/keys.aside/ && fairfile restore --node DIR --keys FILE`, with a backup that was made since"
    )]
    KeysBehind {
        /// How many keys are missing among those of the latest entries.
        missing: u64,
    },
    /// What those at the counters are told could not be written down.
    #[error("the file `told-staff` could not be written; make room on the disk, and it is tried again")]
    StaffBook(#[source] std::io::Error),
    /// Another thread failed while it held the node.
    #[error("the node is closed after a failure; start it again")]
    Closed,
}

/// What a caller does about an error: try again, or fetch the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Too much work is waiting: try again in a second.
    Busy,
    /// The disk takes no more; nothing was written. Persons, and what ends, are served from the reserve.
    Full,
    /// The database server is away; nothing was written.
    Away,
    /// The connection broke during a commit: nobody knows yet whether it was done.
    InDoubt,
    /// The node takes nothing until it is started again.
    Stopped,
    /// Something broke; nothing was changed.
    Broken,
}

impl RegistryError {
    /// What a caller does about it.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Store(error) | Self::Journal(JournalError::Store(error)) => match error {
                StoreError::Busy => Severity::Busy,
                StoreError::Stopped => Severity::Stopped,
                StoreError::InDoubt => Severity::InDoubt,
                StoreError::Fault { fault: Fault::Away, .. } => Severity::Away,
                error if error.is_want_of_room() => Severity::Full,
                _ => Severity::Broken,
            },
            Self::Vault(error) | Self::Journal(JournalError::Mark(error)) if error.is_want_of_room() => Severity::Full,
            Self::Closed => Severity::Stopped,
            _ => Severity::Broken,
        }
    }
}

/// What a node is opened with.
pub struct Parts {
    /// Where its data is.
    pub place: Place,
    /// Its keys, open.
    pub keyring: Keyring,
    /// Its chance.
    pub chance: Chance,
    /// Its clock.
    pub clock: Clock,
    /// How far its journal was signed.
    pub mark: Arc<Mark>,
}

impl Registry {
    /// Opens a node that was set up before.
    ///
    /// # Errors
    /// [`RegistryError::Setting`] if it was not; [`JournalError::Behind`] and [`JournalError::Forked`] if its data is not
    /// what it has signed, [`RegistryError::KeysBehind`] if its keys are not those of the data; otherwise what store,
    /// vault and law files say.
    pub fn open(parts: Parts) -> Result<Self, RegistryError> {
        let store = Store::open_existing(&parts.place)?;
        let mut reader = store.read()?;
        let mut setting = |name| node::find_setting(&mut reader, name)?.ok_or(RegistryError::Setting(name));
        let (origin, zone, profile) = (setting("origin")?, setting("zone")?, setting("profile")?);
        let (mode, holidays, nobody) = (setting("mode")?, setting("holidays")?, setting("nobody")?);
        let mode = if mode == "demo" { Mode::Demo } else { Mode::Real };
        let profile = load_profile(&profile, mode)?;
        let holidays =
            fairfile_lawfiles::holidays::load(&holidays).map_err(|error| RegistryError::Profile(error.to_string()))?;
        let zone = Zone::named(&zone).map_err(|_| RegistryError::Setting("zone"))?;
        let nobody: SubjectId = nobody.parse().map_err(|_| RegistryError::Setting("nobody"))?;
        let nobody = subject::load(&mut reader, nobody)?.0;
        let catalog = load_catalog(&catalog::list_texts(&mut reader)?)?;
        let directory = Directory::load(&mut reader)?;
        let pace = PaceBook::load(&mut reader, &directory, parts.clock.now())?;
        drop(reader);
        let seed = parts.keyring.journal_seed(journal_number(&origin))?;
        // Before anything is written: what a crash left is settled only in a journal that may go on.
        let publisher = Publisher::resume(NodeKey::from_seed(&origin, &seed)?, parts.mark, &store)?;
        // Before anything can be opened: keys that were put back from an earlier time.
        let keys_returned = follow(&store, &parts.keyring, &parts.chance)?;
        if keys_returned > 0 {
            tracing::warn!(keys_returned, "keys of what is gone had come back; they were destroyed again");
        }
        let registry = Self {
            store,
            vault: Vault::new(parts.keyring),
            chance: parts.chance,
            clock: parts.clock,
            publisher,
            profile,
            holidays,
            zone,
            mode,
            keys_returned,
            catalog: RwLock::new(Arc::new(catalog)),
            directory: RwLock::new(Arc::new(directory)),
            pace: Mutex::new(pace),
            intake: Mutex::new(()),
            office: Mutex::new(()),
            nobody,
            figures: Figures::default(),
            groups: Groups::default(),
            checks: Checks::default(),
        };
        // What a crash left between a correction's commit and the death of what it replaced.
        settle_doomed(&registry)?;
        // What was committed before a crash is not forgotten with the data, signed or not.
        registry.publisher.note(&registry.store.head())?;
        Ok(registry)
    }

    /// The day on which `at` falls here.
    pub fn day_of(&self, at: Instant) -> Day {
        at.day_in(&self.zone)
    }

    /// Today, here: the last day that it can be. By it ends whatever has a last day.
    pub fn today(&self) -> Day {
        self.day_of(self.clock.now())
    }

    /// The last day that has certainly come: only by it is anything destroyed, and a deadline closed.
    pub fn sure_today(&self) -> Day {
        self.day_of(self.clock.sure())
    }

    /// Today, here, as far as `time` tells it.
    pub fn today_at(&self, time: &Reading) -> Today {
        Today::between(self.day_of(time.sure), self.day_of(time.latest))
    }

    /// The catalog in force.
    pub fn catalog(&self) -> Arc<Catalog> {
        read_arc(&self.catalog)
    }

    /// Members, officers and keys.
    pub fn directory(&self) -> Arc<Directory> {
        read_arc(&self.directory)
    }

    /// The stand-in whose empty file answers for everyone who is not known: same path, same work, same time.
    pub fn nobody(&self) -> &Known {
        &self.nobody
    }

    /// The book of paces as it stands inside the transaction `tx`.
    pub(crate) fn pace(&self, tx: &mut WriteTx<'_>) -> Result<MutexGuard<'_, PaceBook>, RegistryError> {
        let mut book = self.pace.lock().map_err(|_| RegistryError::Closed)?;
        book.follow(tx, self.clock.now())?;
        Ok(book)
    }

    /// The turn to take in a file: one at a time.
    pub fn intake(&self) -> Result<MutexGuard<'_, ()>, RegistryError> {
        self.intake.lock().map_err(|_| RegistryError::Closed)
    }

    /// The same, if nobody has it.
    pub(crate) fn intake_if_idle(&self) -> Option<MutexGuard<'_, ()>> {
        self.intake.try_lock().ok()
    }

    /// The turn to change catalog, members, officers or keys: one at a time, so that what is checked still holds when it is
    /// written.
    pub(crate) fn office(&self) -> Result<MutexGuard<'_, ()>, RegistryError> {
        self.office.lock().map_err(|_| RegistryError::Closed)
    }

    /// A fresh id.
    pub fn fresh<K>(&self) -> Result<Id<K>, VaultError> {
        Ok(Id::from_bytes(self.chance.bytes()?))
    }

    /// A fresh id for an event.
    pub fn fresh_event(&self) -> Result<EventId, VaultError> {
        self.fresh()
    }

    /// What the profile and the calendar add to every item's own rule.
    pub fn term_law(&self) -> TermLaw<'_> {
        let none = fairfile_domain::day::Period { count: 0, unit: fairfile_domain::day::Unit::Day };
        TermLaw {
            adverse_waiting: self.profile.period("adverse_waiting_days").unwrap_or(none),
            adverse_display_most: self.profile.period("adverse_display_max_days"),
            holidays: &self.holidays,
        }
    }

    /// The receipt of the event that stands at `index` in the journal, the same bytes whenever it is asked for.
    ///
    /// # Errors
    /// [`RegistryError::Event`] if there is no event that is kept in the open.
    pub fn receipt_at(&self, index: u64) -> Result<Receipt, RegistryError> {
        let entry = journal::find_entry(&mut self.store.read()?, index)?.ok_or(RegistryError::Event)?;
        let event = entry.event.ok_or(RegistryError::Event)?;
        let salt = self.vault.keyring().hashes().salt_of(EventId::from_bytes(entry.leaf.event_id()));
        Ok(self.publisher.lasting_receipt(&self.store, Written { event, salt, leaf: entry.leaf, index })?)
    }

    /// Reads members, officers and keys again, after a change to them.
    pub fn reload_directory(&self) -> Result<(), RegistryError> {
        let fresh = Directory::load(&mut self.store.read()?)?;
        *self.directory.write().map_err(|_| RegistryError::Closed)? = Arc::new(fresh);
        Ok(())
    }

    /// Reads the catalog again, after a publication.
    pub fn reload_catalog(&self) -> Result<(), RegistryError> {
        let fresh = load_catalog(&catalog::list_texts(&mut self.store.read()?)?)?;
        *self.catalog.write().map_err(|_| RegistryError::Closed)? = Arc::new(fresh);
        Ok(())
    }
}

impl Drop for Registry {
    /// What was journaled last may have given no receipt; the mark holds it all the same.
    fn drop(&mut self) {
        if let Err(error) = self.publisher.settle(&self.store.head()) {
            tracing::error!(%error, "how far the journal has come could not be noted; the next opening of the node notes it");
        }
    }
}

fn read_arc<T>(lock: &RwLock<Arc<T>>) -> Arc<T> {
    match lock.read() {
        Ok(value) => value.clone(),
        // The value is replaced whole, so it is sound whatever its holder met.
        Err(poisoned) => poisoned.into_inner().clone(),
    }
}

/// Loads the law profile called `code`; one that no lawyer of the place approved starts only in a demo.
pub fn load_profile(code: &str, mode: Mode) -> Result<LawProfile, RegistryError> {
    let profile = fairfile_lawfiles::profiles::load(fairfile_lawfiles::profiles::EMBEDDED, code)
        .map_err(|error| RegistryError::Profile(error.to_string()))?;
    if mode == Mode::Real && !profile.is_approved() {
        return Err(RegistryError::Profile(format!(
            "law profile `{code}` has no `approved_by`; a lawyer of the place must approve it before a node keeps real records by it"
        )));
    }
    Ok(profile)
}

fn load_catalog(texts: &[String]) -> Result<Catalog, RegistryError> {
    let mut catalog = Catalog::default();
    for (position, text) in texts.iter().enumerate() {
        let broken = || RegistryError::Catalog(format!("no. {}", position + 1));
        let file = fairfile_lawfiles::catalog::parse("catalog", text).map_err(|_| broken())?;
        catalog.add(file.item, file.purposes).map_err(|_| broken())?;
    }
    Ok(catalog)
}
