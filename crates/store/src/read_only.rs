//! A node's data opened for reading alone: what a check does that must change nothing, not even what is damaged.

use rusqlite::config::DbConfig;

use crate::connection::{Connection, Read};
use crate::error::StoreError;
use crate::migrate::{self, MIGRATIONS};
use crate::reader::{ReadTx, Readers};
use crate::snapshot::Snapshot;
use crate::{Fault, Place};

/// A node's data, open for reading alone: no writer, no migration, no tree.
pub struct ReadOnly {
    readers: Readers,
}

impl ReadOnly {
    /// Opens the data at `place`. Its rows are read only when a [`ReadOnly::snapshot`] is asked for.
    ///
    /// # Errors
    /// [`StoreError::Fault`] with [`Fault::Gone`] if an embedded database is not there; [`StoreError::Unfit`] for a
    /// database of a newer program, of which this one understands nothing; what the engine says.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        if let Place::Sqlite(path) = place
            && !path.try_exists().map_err(StoreError::system)?
        {
            return Err(Fault::Gone.into());
        }
        let data = Self { readers: Readers::new(place.clone()) };
        migrate::refuse_newer(data.lend()?.connection(), MIGRATIONS)?;
        Ok(data)
    }

    /// Holds the data as it is now.
    ///
    /// # Errors
    /// What the engine says.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Snapshot::begin(self.lend()?)
    }

    /// Whether a program that knew fewer migrations made these tables, and nothing else is odd about them.
    ///
    /// # Errors
    /// What the engine says, and [`StoreError::Unfit`] for a history that is no program's.
    pub fn is_earlier(&self) -> Result<bool, StoreError> {
        let done = migrate::done(self.lend()?.connection(), MIGRATIONS)?;
        Ok((1..MIGRATIONS.len()).contains(&done))
    }

    fn lend(&self) -> Result<ReadTx<'_>, StoreError> {
        let mut reader = self.readers.lend()?;
        if let Connection::Sqlite(sqlite) = reader.connection() {
            // The last to leave would move the log into the file.
            sqlite
                .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
                .map_err(StoreError::sqlite("read_only::lend"))?;
        }
        Ok(reader)
    }
}

/// The migrations of this program, each with its number and its title: what the table `migration` must hold.
pub fn migrations() -> impl Iterator<Item = (u32, &'static str)> {
    (1..).zip(MIGRATIONS.iter().map(|migration| migration.0))
}
