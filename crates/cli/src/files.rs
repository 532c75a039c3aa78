//! Files in and out. What is written here can be about somebody, so its owner alone may read it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};

use fairfile_intake::limits::FILE_BYTES;
use fairfile_requests::{BodyDigest, ContentDigest};
use tempfile::NamedTempFile;

use crate::trouble::{Exit, Trouble};

/// A file that is there once all of it is: its place is found fit before anything is done that it will tell of.
///
/// Dropped before, it leaves nothing behind. It is readable by its owner alone.
pub struct Draft {
    file: NamedTempFile,
    path: PathBuf,
}

impl Draft {
    /// Makes sure of the place: there is nothing of that name yet, and a file can be made beside it.
    ///
    /// # Errors
    /// U034 if there is something of that name, which is left as it is; U013 if no file can be made there.
    pub fn at(path: &Path) -> Result<Self, Trouble> {
        match std::fs::symlink_metadata(path) {
            Ok(_) => return Err(taken()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.file_name().is_some() => {}
            Err(error) => return Err(unwritten(&error)),
        }
        let file = NamedTempFile::new_in(folder_of(path)).map_err(|error| unwritten(&error))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Writes all of it, durably.
    ///
    /// # Errors
    /// U013 if it cannot be written; U034 if something of that name came meanwhile.
    pub fn keep(mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.file.write_all(bytes).map_err(|error| unwritten(&error))?;
        self.settle()
    }

    fn settle(self) -> Result<(), Trouble> {
        self.file.as_file().sync_all().map_err(|error| unwritten(&error))?;
        self.file.persist_noclobber(&self.path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => taken(),
            _ => unwritten(&error.error),
        })?;
        #[cfg(unix)]
        File::open(folder_of(&self.path)).and_then(|folder| folder.sync_all()).map_err(|error| unwritten(&error))?;
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn taken() -> Trouble {
    let text = "there is a file of that name already, and it was left as it is";
    Trouble::new(Exit::Failed, "U034", text).hint("name another file, or move that one away")
}

fn unwritten(error: &io::Error) -> Trouble {
    Trouble::new(Exit::Failed, "U013", format!("the file cannot be written: {}", error.kind()))
}

/// Writes to `path` by a function that writes: whole or not at all, readable by its owner alone. A file that was there is
/// replaced.
pub fn write_with<T>(path: &Path, write: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T, Trouble> {
    let mut draft = NamedTempFile::new_in(folder_of(path)).map_err(|error| unwritten(&error))?;
    let value = write(draft.as_file_mut()).map_err(|error| unwritten(&error))?;
    draft.as_file().sync_all().map_err(|error| unwritten(&error))?;
    draft.persist(path).map_err(|error| unwritten(&error.error))?;
    Ok(value)
}

/// Writes a new file at `path` by a function that writes: whole or not at all, durable, readable by its owner alone. A
/// file that is there already is left alone.
pub fn write_new<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T, Trouble>) -> Result<T, Trouble> {
    let mut draft = Draft::at(path)?;
    let value = write(draft.file.as_file_mut())?;
    draft.settle()?;
    Ok(value)
}

/// Whether two paths name the same new file, however they are written.
pub fn is_same_place(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A folder that is not there is named when the file is written.
        Some((folder.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    one == other || place(one).is_some_and(|one| place(other) == Some(one))
}

/// The file at `path`, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn Read>, Trouble> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let is_folder = path.is_dir();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    if is_folder {
        return Err(Trouble::new(Exit::Failed, "U013", "expected a file, found a folder"));
    }
    Ok(Box::new(file))
}

/// The file could not be read.
pub fn unreadable(error: &io::Error) -> Trouble {
    Trouble::new(Exit::Failed, "U013", format!("the file cannot be read: {}", error.kind()))
}

/// The text of the file at `path`, of at most `most` bytes.
pub fn text(path: &Path, most: u64) -> Result<String, Trouble> {
    let mut text = String::new();
    let read = open(path)?.take(most + 1).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if read as u64 > most {
        return Err(Trouble::new(Exit::Failed, "U013", format!("the file has more than {most} bytes")));
    }
    Ok(text)
}

/// The .toml file at `path`, or all of a folder, by name: path as given, and text.
pub fn item_files(path: &Path) -> Result<Vec<(String, String)>, Trouble> {
    const MOST: u64 = 1024 * 1024;
    let mut paths: Vec<PathBuf> = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(&error))? {
            let path = entry.map_err(|error| unreadable(&error))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
    } else {
        paths.push(path.to_owned());
    }
    if paths.is_empty() {
        return Err(Trouble::new(Exit::Failed, "U013", "the folder has no .toml file"));
    }
    paths.iter().map(|path| Ok((path.display().to_string(), text(path, MOST)?))).collect()
}

/// A file that is handed in: what was signed is what is read, even if the file changes meanwhile.
pub struct HandedFile {
    file: File,
    /// The SHA-256 of all of it.
    pub digest: BodyDigest,
    /// Its name without its folder, which says nothing but perhaps its format.
    pub name: Option<String>,
}

impl HandedFile {
    /// Copies the file, or standard input for `-`, into a nameless one while making its digest.
    pub fn take(path: &Path) -> Result<Self, Trouble> {
        let mut input = BufReader::with_capacity(128 * 1024, open(path)?.take(FILE_BYTES + 1));
        let mut file = tempfile::tempfile().map_err(|error| unreadable(&error))?;
        let mut digest = ContentDigest::new();
        let mut piece = vec![0; 128 * 1024];
        loop {
            let read = input.read(&mut piece).map_err(|error| unreadable(&error))?;
            let Some(piece) = piece.get(..read).filter(|piece| !piece.is_empty()) else { break };
            digest.update(piece);
            file.write_all(piece).map_err(|error| unreadable(&error))?;
        }
        file.rewind().map_err(|error| unreadable(&error))?;
        let name = path.file_name().filter(|name| *name != "-").map(|name| name.to_string_lossy().into_owned());
        Ok(Self { file, digest: digest.finish(), name })
    }

    /// What was put together here, handed in like a file.
    pub fn of_bytes(bytes: &[u8], name: &str) -> Result<Self, Trouble> {
        let mut file = tempfile::tempfile().map_err(|error| unreadable(&error))?;
        file.write_all(bytes).map_err(|error| unreadable(&error))?;
        Ok(Self { file, digest: BodyDigest::of(bytes), name: Some(name.to_owned()) })
    }

    /// The file from its beginning; readers must take turns.
    pub fn again(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_for_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("copy.json");
        let keep = |path: &Path, bytes: &[u8]| write_with(path, |out| out.write_all(bytes));
        keep(&path, b"one").expect("written");
        keep(&path, b"two").expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(keep(&folder.path().join("no/copy.json"), b"").expect_err("no folder").code(), "U013");
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup");
        let bytes =
            |bytes: &'static [u8]| move |out: &mut File| out.write_all(bytes).map_err(|error| unreadable(&error));
        write_new(&path, bytes(b"one")).expect("written");
        assert_eq!(write_new(&path, bytes(b"two")).expect_err("it is there").code(), "U034");
        let stop = |_: &mut File| Err::<(), _>(Trouble::new(Exit::Failed, "U018", "the disk went away"));
        assert_eq!(write_new(&folder.path().join("other"), stop).expect_err("it stops").code(), "U018");
        assert_eq!(std::fs::read(&path).expect("read"), b"one");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "a draft was left behind");
    }

    #[test]
    fn the_place_of_a_file_is_found_fit_before_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("receipt.json");
        let code = |path: &Path| Draft::at(path).map(|_| ()).expect_err("unfit").code().to_owned();
        assert_eq!(code(&folder.path().join("no/receipt.json")), "U013");
        assert_eq!(code(Path::new("")), "U013");
        drop(Draft::at(&path).expect("fit"));
        assert!(std::fs::read_dir(folder.path()).expect("a folder").next().is_none(), "a draft was left behind");
        let (first, second) = (Draft::at(&path).expect("fit"), Draft::at(&path).expect("fit"));
        first.keep(b"one").expect("written");
        assert_eq!(code(&path), "U034");
        assert_eq!(second.keep(b"two").expect_err("it came meanwhile").code(), "U034");
        assert_eq!(std::fs::read(&path).expect("read"), b"one");
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(folder.path().join("nowhere"), &link).expect("a link");
            assert_eq!(code(&link), "U034");
        }
    }

    #[test]
    fn what_is_handed_in_stays_as_it_was_signed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("batch.csv");
        std::fs::write(&path, "a,b\n").expect("written");
        let handed = HandedFile::take(&path).expect("taken");
        std::fs::write(&path, "c,d\n").expect("changed");
        let mut text = String::new();
        for _ in 0..2 {
            text.clear();
            handed.again().and_then(|mut file| file.read_to_string(&mut text)).expect("read");
            assert_eq!(text, "a,b\n");
        }
        assert_eq!(handed.digest, BodyDigest::of(b"a,b\n"));
        assert_eq!(handed.name.as_deref(), Some("batch.csv"));
    }
}
