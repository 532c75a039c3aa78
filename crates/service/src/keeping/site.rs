//! The folder that a restore fills: what is missing in it, and how it is left if the restore does not end well.
//!
//! A file in the folder names the parts that are being restored. As long as it is there the folder is no node; whoever
//! finds it takes those parts away and begins anew. What was in the folder before is never touched.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fairfile_store::Place;

use super::RESTORING;
use super::error::KeepingError;
use super::restore::Sources;
use crate::folder::{Folder, FolderError, engine};

/// A part of a node's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    RootKey,
    Keys,
    Mark,
    Data,
    Settings,
}

impl Part {
    const ALL: [(Self, &str); 5] = [
        (Self::RootKey, "root-key"),
        (Self::Keys, "keys"),
        (Self::Mark, "mark"),
        (Self::Data, "data"),
        (Self::Settings, "settings"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// The files that restoring it may leave, whole or half-made.
    fn files(self, folder: &Folder) -> Vec<PathBuf> {
        let with = |path: PathBuf, endings: &[&str]| {
            let ending = |ending: &&str| {
                let mut name = path.clone().into_os_string();
                name.push(ending);
                PathBuf::from(name)
            };
            endings.iter().map(ending).collect()
        };
        match self {
            Self::RootKey => with(folder.root_key(), &["", ".next"]),
            Self::Keys => with(folder.key_store(), &["", "-wal", "-shm", ".restoring", ".restoring-journal"]),
            Self::Mark => with(folder.mark(), &["", ".next"]),
            Self::Settings => with(folder.settings(), &[""]),
            Self::Data => match folder.place(None) {
                Place::Sqlite(path) => with(path, &["", "-wal", "-shm"]),
                Place::Postgres(_) => Vec::new(),
            },
        }
    }
}

/// A folder that is being restored, held.
pub(super) struct Site {
    pub(super) folder: Folder,
    /// Where the data goes, or is.
    pub(super) place: Place,
    /// Whether an earlier restore into it was cut off.
    pub(super) resumed: bool,
    /// Whether the data is committed, on a server from which it cannot be taken back.
    pub(super) is_committed: bool,
    parts: Vec<Part>,
    is_new: bool,
}

impl Site {
    /// Takes the folder, and marks it as being restored.
    ///
    /// # Errors
    /// [`KeepingError`] for a part that is there already or that nobody named; then the folder is as it was.
    pub(super) fn take(path: &Path, sources: &Sources<'_>) -> Result<Self, KeepingError> {
        if sources.data.is_none() && sources.keys.is_none() && sources.root_key.is_none() {
            return Err(KeepingError::Nothing);
        }
        let is_new = !path.try_exists().map_err(FolderError::from)?;
        let earlier = find_parts(path)?;
        let is_node = path.join("node.toml").try_exists().map_err(FolderError::from)?;
        if !is_new && !is_node && earlier.is_none() && !is_empty(path)? {
            return Err(FolderError::NotEmpty.into());
        }
        fs::create_dir_all(path).map_err(FolderError::from)?;
        let folder = Folder::hold(path)?;
        for part in earlier.iter().flatten() {
            remove_all(&part.files(&folder)).map_err(FolderError::from)?;
        }
        let resumed = earlier.is_some();
        let mut site =
            Self { place: folder.place(None), folder, resumed, is_committed: false, parts: Vec::new(), is_new };
        match site.plan(sources).and_then(|()| Ok(site.mark().map_err(FolderError::from)?)) {
            Ok(()) => Ok(site),
            Err(error) if site.resumed => Err(error),
            // Nothing of it was made yet but perhaps the folder itself.
            Err(error) => site.undo().map_err(FolderError::from).map_err(KeepingError::from).and(Err(error)),
        }
    }

    /// Which parts are missing, and whether each of them was named.
    fn plan(&mut self, sources: &Sources<'_>) -> Result<(), KeepingError> {
        let there = |path: PathBuf| path.try_exists().map_err(FolderError::from);
        // A log without its database is what is left of one, and may still be of use to somebody.
        let left = |path: &Path| Ok::<_, FolderError>(path.try_exists()? || log_of(path).try_exists()?);
        let is_node = there(self.folder.settings())?;
        let postgres = match (is_node, sources.postgres) {
            (true, Some(_)) => return Err(KeepingError::PlaceIsSettled),
            (true, None) => engine(self.folder.path())?,
            (false, url) => url.map(ToOwned::to_owned),
        };
        self.place = self.folder.place(postgres.as_deref());
        let has_data = match &self.place {
            Place::Sqlite(path) => Some(left(path)?),
            // Whether a database is empty, only the restore itself can ask.
            Place::Postgres(_) => None,
        };
        match (sources.root_key, there(self.folder.root_key())?) {
            (Some(_), true) => return Err(KeepingError::Has("a root key")),
            (None, false) => return Err(KeepingError::RootKeyNeeded),
            (Some(_), false) => self.parts.push(Part::RootKey),
            (None, true) => {}
        }
        match (sources.keys, left(&self.folder.key_store())?) {
            (Some(_), true) => return Err(KeepingError::Has("a key store, or what is left of one,")),
            (None, false) => return Err(KeepingError::KeysNeeded),
            (Some(_), false) => self.parts.push(Part::Keys),
            (None, true) => {}
        }
        match (sources.data, has_data) {
            (Some(_), Some(true)) => return Err(KeepingError::Has("data, or what is left of it (its folder `data`),")),
            (None, Some(false)) => return Err(KeepingError::DataNeeded),
            (None, None) if !is_node => return Err(KeepingError::DataNeeded),
            (Some(_), _) => self.parts.push(Part::Data),
            (None, _) => {}
        }
        if sources.keys.is_some() && !there(self.folder.mark())? {
            self.parts.push(Part::Mark);
        }
        if !is_node {
            self.parts.push(Part::Settings);
        }
        Ok(())
    }

    /// Whether this restore makes that part.
    pub(super) fn makes(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// The server that has the data, if one has.
    pub(super) fn postgres(&self) -> Option<&str> {
        match &self.place {
            Place::Sqlite(_) => None,
            Place::Postgres(url) => Some(url),
        }
    }

    /// Writes down, durably, which parts are being restored.
    fn mark(&self) -> io::Result<()> {
        let words: Vec<&str> = self.parts.iter().map(|part| part.word()).collect();
        let (marker, next) = (self.folder.path().join(RESTORING), self.folder.path().join("restoring.next"));
        let mut file = File::create(&next)?;
        file.write_all(words.join("\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(next, marker)?;
        sync(self.folder.path())
    }

    /// The folder is a node from here on.
    pub(super) fn finish(self) -> io::Result<()> {
        // What was restored is durable before the folder says that it is whole.
        for room in ["data", "keys", ""] {
            sync(&self.folder.path().join(room))?;
        }
        fs::remove_file(self.folder.path().join(RESTORING))?;
        sync(self.folder.path())
    }

    /// Leaves the folder as it was found. Data that was committed on a server stays there, and the folder goes on saying
    /// that its restore was cut off.
    pub(super) fn undo(self) -> io::Result<()> {
        if self.is_committed && self.postgres().is_some() {
            return Ok(());
        }
        let path = self.folder.path().to_owned();
        for part in &self.parts {
            remove_all(&part.files(&self.folder))?;
        }
        remove_all(&[path.join("restoring.next")])?;
        let was_empty = self.is_new || self.makes(Part::Settings);
        if was_empty {
            for room in ["data", "keys"] {
                remove_room(&path.join(room))?;
            }
            remove_all(&[path.join("lock")])?;
        }
        remove_all(&[path.join(RESTORING)])?;
        sync(&path)?;
        if self.is_new { fs::remove_dir(&path) } else { Ok(()) }
    }
}

/// The parts that a restore was about when it was cut off; nothing if none was.
fn find_parts(path: &Path) -> Result<Option<Vec<Part>>, KeepingError> {
    match fs::read_to_string(path.join(RESTORING)) {
        Ok(text) => Ok(Some(text.lines().filter_map(Part::find).collect())),
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(FolderError::from(error).into()),
    }
}

/// Whether nothing is in the folder but perhaps the lock that an earlier command left.
fn is_empty(path: &Path) -> Result<bool, KeepingError> {
    for entry in fs::read_dir(path).map_err(FolderError::from)? {
        let name = entry.map_err(FolderError::from)?.file_name();
        if name != "lock" && name != "restoring.next" {
            return Ok(false);
        }
    }
    Ok(true)
}

fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn remove_all(files: &[PathBuf]) -> io::Result<()> {
    for file in files {
        match fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn remove_room(path: &Path) -> io::Result<()> {
    match fs::remove_dir(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened; the system keeps them itself.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
