//! Restoring: one transaction that makes the tables, fills them, and ends well only if all of the backup does.

use std::collections::BTreeMap;
use std::io::Read;

use super::read::Input;
use super::{BackupError, Inventory, MIGRATION, Part};
use crate::connection::Connection;
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::open::{self, Expected};
use crate::table::{self, Shape};
use crate::{Place, journal};

/// Fills the empty `place`, on either engine, with what the backup `from` holds, and brings it to this program's version.
///
/// A failure leaves the place as it was. A kill leaves one that holds no node: opening it says so
/// ([`Fault::Empty`](crate::Fault::Empty)), and restoring into it again works.
///
/// # Errors
/// [`BackupError::Occupied`] if anything is in the place, [`BackupError`] with the part of the backup that is wrong, and
/// [`BackupError::Store`] for a backup of a newer program and for what the engine says.
pub fn restore(from: impl Read, place: &Place) -> Result<Inventory, BackupError> {
    restore_with(from, place, MIGRATIONS)
}

pub(super) fn restore_with(from: impl Read, place: &Place, list: &[Migration]) -> Result<Inventory, BackupError> {
    let file = Input::open(from)?;
    let number = file.header.migration as usize;
    if number > list.len() {
        return Err(migrate::newer(number, list.len()).into());
    }
    let was_there = is_there(place)?;
    if was_there && !migrate::tables(&mut open::open_reader(place)?)?.is_empty() {
        return Err(BackupError::Occupied);
    }
    let mut connection = open::connect_writer(place, Expected::NodeOrNothing)?;
    let restored = fill(&mut connection, place, file, list);
    if restored.is_err() {
        // The error is what counts; the connection, and with it the transaction, ends here in any case.
        connection.plain("restore::rollback", "ROLLBACK").ok();
        drop(connection);
        if !was_there {
            open::remove_file(place);
        }
        return restored;
    }
    migrate::bring_up(&mut connection, list, number)?;
    restored
}

fn is_there(place: &Place) -> Result<bool, BackupError> {
    match place {
        Place::Sqlite(path) => path.try_exists().map_err(|error| crate::StoreError::system(error).into()),
        Place::Postgres(_) => Ok(true),
    }
}

/// Everything from `BEGIN` to `COMMIT`.
fn fill(
    connection: &mut Connection,
    place: &Place,
    mut file: Input<impl Read>,
    list: &[Migration],
) -> Result<Inventory, BackupError> {
    connection.plain("restore::begin", migrate::begin_long(connection))?;
    // Asked again: another process may have been quicker.
    if !migrate::tables(connection)?.is_empty() {
        return Err(BackupError::Occupied);
    }
    for number in 1..=file.header.migration as usize {
        migrate::apply(connection, list, number)?;
    }
    let shapes = table::shapes_of(connection)?;
    let mut waiting: BTreeMap<String, Shape> = shapes.into_iter().map(|shape| (shape.name.clone(), shape)).collect();
    waiting.remove(MIGRATION);
    while let Some(described) = file.next_table()? {
        let shape = waiting.remove(&described.name).filter(|shape| shape.columns == described.columns);
        let shape = shape.ok_or(BackupError::Damaged(Part::Table(described.name)))?;
        let loaded = table::load(connection, &shape, |put| file.rows(&shape, |cells| Ok(put(cells)?)));
        loaded.map_err(|error| match error {
            // The rows come before their digest; what a changed byte made of them may break a rule first.
            BackupError::Store(refused) if refused.is_about_rows() => {
                BackupError::Damaged(Part::Table(shape.name.clone()))
            }
            other => other,
        })?;
    }
    if let Some((name, _)) = waiting.into_iter().next() {
        return Err(BackupError::Damaged(Part::Table(name)));
    }
    let inventory = file.finish()?;
    if journal::resume(connection)?.snapshot().root() != inventory.header.root {
        return Err(BackupError::Journal);
    }
    open::settle(place)?;
    connection.plain("restore::commit", "COMMIT")?;
    Ok(inventory)
}
