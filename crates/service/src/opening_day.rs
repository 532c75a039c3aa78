//! A node is founded: settings, the stand-in for everyone unknown, catalog and members.

use fairfile_domain::day::Zone;
use fairfile_domain::id::SubjectId;
use fairfile_proof::{chain_start, leaf_hash};
use fairfile_store::subject::NewSubject;
use fairfile_store::{Leaves, Pending, Store, StoreError, node, subject};
use fairfile_vault::{Month, Place};

use crate::events::{self, Event};
use crate::registry::{Mode, Parts, Registry, RegistryError, load_profile};

/// What a new node is told about itself.
#[derive(Debug, Clone)]
pub struct Foundation {
    /// The name of its journal, such as `lanhe.example/journal`.
    pub origin: String,
    /// The zone in which its days begin and end.
    pub zone: String,
    /// Its law profile.
    pub profile: String,
    /// Its holiday calendar, as TOML.
    pub holidays: String,
    /// Whether it holds real people's records.
    pub mode: Mode,
}

/// Founds a node in an empty place and opens it.
///
/// # Errors
/// [`RegistryError::Profile`] for a law profile that is not approved, unless it is a demo;
/// [`RegistryError::Setting`] if the place already holds a node.
pub fn found(parts: Parts, foundation: &Foundation) -> Result<Registry, RegistryError> {
    load_profile(&foundation.profile, foundation.mode)?;
    fairfile_lawfiles::holidays::load(&foundation.holidays)
        .map_err(|error| RegistryError::Profile(error.to_string()))?;
    Zone::named(&foundation.zone).map_err(|_| RegistryError::Setting("zone"))?;
    let store = Store::open(&parts.place)?;
    if node::find_setting(&mut store.read()?, "origin")?.is_some() {
        return Err(RegistryError::Profile("this place already holds a node; nothing was changed".into()));
    }
    let nobody = stand_in(&parts)?;
    let now = parts.clock.now();
    let mode = match foundation.mode {
        Mode::Demo => "demo",
        Mode::Real => "real",
    };
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "founded")
        .hex("holidays", &leaf_hash(foundation.holidays.as_bytes()))
        .text("mode", mode)
        .hex("nobody", nobody.subject.as_bytes())
        .hex("nobody_key_id", nobody.key.as_bytes())
        .hex("nobody_name", &nobody.name_hash)
        .hex("nobody_sealed", &leaf_hash(&nobody.sealed))
        .text("origin", &foundation.origin)
        .text("profile", &foundation.profile)
        .text("zone", &foundation.zone)
        .bytes();
    let id = fairfile_domain::id::EventId::from_bytes(parts.chance.bytes()?);
    let entry = events::written(parts.keyring.hashes(), id, now, event, 0)?.open_entry();
    let foundation = foundation.clone();
    let pending: Pending<(), StoreError> = store.write(move |mut tx| {
        let settings = [
            ("origin", foundation.origin.as_str()),
            ("zone", &foundation.zone),
            ("profile", &foundation.profile),
            ("holidays", &foundation.holidays),
            ("mode", mode),
            ("nobody", &nobody.subject.to_string()),
        ];
        node::add_settings(&mut tx, &settings)?;
        subject::add(&mut tx, std::slice::from_ref(&nobody))?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    drop(store);
    Registry::open(parts)
}

/// The person who does not exist: an identity, a key and a chain of looks like anybody's, and no identifier that finds it.
fn stand_in(parts: &Parts) -> Result<NewSubject, RegistryError> {
    let subject = SubjectId::from_bytes(parts.chance.bytes()?);
    let key = parts.keyring.make(Month::OF_PEOPLE, &parts.chance)?;
    parts.keyring.keep([&key])?;
    Ok(NewSubject {
        subject,
        key: key.id(),
        sealed: key.seal(Place::Identity(subject), b"{}", &parts.chance)?,
        name_hash: parts.chance.bytes()?,
        index_hash: None,
        look_head: chain_start(subject.as_bytes()),
        leaf: 0,
    })
}
