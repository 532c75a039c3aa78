//! Room that is kept free for the day on which the disk is full: then persons still read their own files, what was told
//! is still put right, and what is over still ends.
//!
//! It is a file beside the embedded database that holds nothing. The writer takes it away when the disk takes no more;
//! from then on, until it could be made again, [`Store::has_room`](crate::Store::has_room) says no, and whoever only adds
//! to the data is turned away before any work is done. PostgreSQL has a disk of its own, and nothing of the kind.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Place;
use crate::error::{Fault, StoreError};

/// The bytes of a node's reserve: 64 MiB, which is some hundred thousand looks of persons at their own files.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
/// The name of its file, beside the embedded database.
pub const RESERVE_FILE: &str = "reserve";

/// The reserve of one store.
pub(crate) struct Reserve {
    /// Nothing on PostgreSQL.
    path: Option<PathBuf>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Nobody asked for one.
    NotAsked,
    /// It is there.
    There,
    /// It was needed, or there is no room for it.
    Spent,
}

impl Reserve {
    /// The reserve of the data at `place`; nothing is made yet.
    pub(crate) fn of(place: &Place) -> Self {
        let path = match place {
            Place::Sqlite(path) => Some(path.with_file_name(RESERVE_FILE)),
            Place::Postgres(_) => None,
        };
        Self { path, kept: Mutex::new(Kept::NotAsked) }
    }

    /// Makes it with `bytes`, if it is not there; whether it is there now.
    pub(crate) fn keep(&self, bytes: u64) -> Result<bool, StoreError> {
        let Some(path) = &self.path else { return Ok(true) };
        let mut kept = self.kept();
        if *kept == Kept::There {
            return Ok(true);
        }
        if let Err(error) = take_room(path, bytes) {
            // What was taken so far would be missed elsewhere.
            remove(path).map_err(StoreError::system)?;
            let error = StoreError::system(error);
            if !error.is_want_of_room() {
                return Err(error);
            }
            *kept = Kept::Spent;
            return Ok(false);
        }
        *kept = Kept::There;
        Ok(true)
    }

    /// Gives the room back to whoever needs it now.
    pub(crate) fn free(&self) {
        let Some(path) = &self.path else { return };
        let mut kept = self.kept();
        if let Err(error) = remove(path) {
            tracing::error!(kind = %error.kind(), "the disk is full, and the reserve cannot be given back");
        }
        if *kept == Kept::There {
            *kept = Kept::Spent;
            tracing::warn!("the disk takes no more: the reserve is given to persons and to what ends; make room");
        }
    }

    /// Refuses what only adds, while there is no more room than the reserve had.
    pub(crate) fn has_room(&self) -> Result<(), StoreError> {
        if *self.kept() == Kept::Spent { Err(Fault::Full.into()) } else { Ok(()) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // One word, whole whatever its holder met.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the system set so many bytes aside for a file: not only its length, its blocks too. A file that is there and whole
/// stays as it is.
#[cfg(target_os = "linux")]
fn take_room(path: &std::path::Path, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    let file = crate::open::for_owner_alone().create(true).truncate(false).open(path)?;
    match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
        Err(rustix::io::Errno::OPNOTSUPP) => fill(file, bytes),
        other => Ok(other?),
    }
}

#[cfg(not(target_os = "linux"))]
fn take_room(path: &std::path::Path, bytes: u64) -> io::Result<()> {
    fill(crate::open::for_owner_alone().create(true).truncate(false).open(path)?, bytes)
}

/// Where the system sets nothing aside, the file is written in full.
fn fill(mut file: fs::File, bytes: u64) -> io::Result<()> {
    if file.metadata()?.len() != bytes {
        file.set_len(0)?;
        io::copy(&mut io::Read::take(io::repeat(0), bytes), &mut file)?;
    }
    file.sync_all()
}

fn remove(path: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_there_until_it_is_needed_and_again_when_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let reserve = Reserve::of(&Place::Sqlite(folder.path().join("fairfile.db")));
        let file = folder.path().join(RESERVE_FILE);
        reserve.free();
        reserve.has_room().expect("nobody asked for a reserve");
        assert!(reserve.keep(100_000).expect("made") && reserve.keep(100_000).expect("there"));
        assert_eq!(file.metadata().expect("a file").len(), 100_000);
        reserve.free();
        assert!(!file.exists());
        let refused = reserve.has_room().expect_err("what only adds is turned away");
        assert!(refused.is_want_of_room(), "{refused}");
        assert!(reserve.keep(100_000).expect("made again"));
        reserve.has_room().expect("room");
    }

    #[test]
    fn more_than_the_disk_has_is_not_kept_and_nothing_of_it_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let reserve = Reserve::of(&Place::Sqlite(folder.path().join("fairfile.db")));
        assert!(!reserve.keep(1 << 60).expect("the disk says that it is full"));
        assert!(!folder.path().join(RESERVE_FILE).exists());
        assert!(reserve.has_room().is_err());
        assert!(reserve.keep(4_096).expect("made"));
    }

    #[test]
    fn postgres_keeps_its_own() {
        let reserve = Reserve::of(&Place::Postgres("postgres://nowhere".into()));
        assert!(reserve.keep(1 << 60).expect("nothing to do"));
        reserve.free();
        reserve.has_room().expect("its disk is its own");
    }
}
