//! Versions of items come into force; none of them applies backwards.

use fairfile_lawfiles::catalog::ItemFile;
use fairfile_lawfiles::lint::{Finding, lint};
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx, catalog, record};

use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The items were not published; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The lint refuses them.
    #[error("the catalog lint refuses {} thing(s); nothing was published", .0.len())]
    Refused(Vec<Finding>),
    /// A version would apply to days that have passed.
    #[error(
        "item `{item}` version {version} would be in force from {from}, which has passed; a new version never applies backwards"
    )]
    Backwards {
        /// The item.
        item: String,
        /// Its version.
        version: u32,
        /// Its first day.
        from: String,
    },
    /// It does not fit the versions that the node has.
    #[error(transparent)]
    Conflict(#[from] fairfile_domain::catalog::CatalogConflict),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for PublishError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// Publishes item files (path and text), all of them or none.
///
/// The first version of an item may name any day, for no record of it can be older; a later version must
/// come into force tomorrow or after.
pub fn publish_catalog(reg: &Registry, files: &[(String, String)]) -> Result<u64, PublishError> {
    let _turn = reg.office()?;
    let fresh = fitting(reg, files)?;
    let count = fresh.len() as u64;
    let entry = entry(reg, &fresh)?;
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        let at = tx.next_leaf();
        put(&mut tx, &fresh, at)?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    reg.reload_catalog()?;
    Ok(count)
}

/// The item files read, if the catalog can take all of them today.
pub(super) fn fitting(reg: &Registry, files: &[(String, String)]) -> Result<Vec<ItemFile>, PublishError> {
    let findings = lint(files, &reg.profile);
    if !findings.is_empty() {
        return Err(PublishError::Refused(findings));
    }
    let today = reg.today();
    let mut whole = (*reg.catalog()).clone();
    let mut fresh: Vec<ItemFile> = Vec::new();
    for (path, text) in files {
        let file = fairfile_lawfiles::catalog::parse(path, text).map_err(|_| RegistryError::Catalog(path.clone()))?;
        let item = &file.item;
        let is_later = whole.items().any(|known| known.code == item.code);
        if is_later && item.in_force_from <= today {
            let from = item.in_force_from.to_string();
            return Err(PublishError::Backwards { item: item.code.to_string(), version: item.version, from });
        }
        whole.add(item.clone(), file.purposes.clone())?;
        fresh.push(file);
    }
    Ok(fresh)
}

/// The entry that tells of a publication.
pub(super) fn entry(reg: &Registry, fresh: &[ItemFile]) -> Result<Entry, RegistryError> {
    let now = reg.clock.now();
    let items = fresh.iter().map(|file| {
        let item = &file.item;
        Event::new()
            .day("in_force_from", item.in_force_from)
            .text("item", item.code.as_str())
            .text("purposes", &item.purposes.keys().map(|purpose| purpose.as_str()).collect::<Vec<_>>().join(" "))
            .hex("text", &fairfile_proof::leaf_hash(file.text.as_bytes()))
            .whole("version", i64::from(item.version))
    });
    let event = Event::new().whole("at", now.unix_micros()).text("event", "catalog").list("items", items).bytes();
    Ok(events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.open_entry())
}

/// Puts the item files into the catalog; `at` is the journal index of their entry.
pub(super) fn put(tx: &mut WriteTx<'_>, fresh: &[ItemFile], at: u64) -> Result<(), StoreError> {
    for file in fresh {
        let item = &file.item;
        catalog::publish(tx, &item.code, item.version, item.in_force_from, &file.text, at)?;
        for purpose in item.purposes.keys() {
            record::add_item_purpose(tx, &item.code, item.version, purpose)?;
        }
    }
    Ok(())
}
