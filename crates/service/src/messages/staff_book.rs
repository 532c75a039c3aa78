//! What those who work at a counter were told: each e-mail word for word before it is sent, then what became of it.
//!
//! A file beside the node, one line of JSON after the other, which is only ever added to. It holds codes, ids, days and
//! counts; no address, and nothing of a person. So the journal need not tell of it, and whoever loses the file is told once
//! more what is still so.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use fairfile_domain::day::Instant;
use fairfile_domain::id::MessageId;
use fairfile_domain::message::Language;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_messages::Text;
use fairfile_store::message::State;
use serde::{Deserialize, Serialize};

use crate::folder::only_for_owner;
use crate::registry::RegistryError;

/// How long an e-mail is kept, in microseconds: 400 days.
const KEPT_FOR: i64 = 400 * 24 * 60 * 60 * 1_000_000;

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    at: i64,
    id: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    letter: Option<Kept>,
}

/// An e-mail as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    to: String,
    about: Vec<String>,
    language: String,
    subject: String,
    body: String,
}

/// An e-mail that was written, and of which it is not known yet that it was taken.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) id: MessageId,
    pub(super) holder: KeyHolder,
    /// What it tells, as [`is_told`](StaffBook::is_told) asks for it.
    pub(super) about: Vec<String>,
    pub(super) language: Language,
    /// In microseconds.
    pub(super) written_at: i64,
    pub(super) text: Text,
}

/// What became of e-mails to those at the counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StaffCounts {
    /// Written, and on their way.
    pub sending: u64,
    /// Taken by the mail server.
    pub sent: u64,
    /// Not delivered.
    pub failed: u64,
}

/// The book of these e-mails: in a file, or in memory where nothing really leaves.
#[derive(Clone, Default)]
pub struct StaffBook(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    file: Option<File>,
    /// So many bytes of the file are whole lines.
    length: u64,
    told: HashSet<(KeyHolder, String)>,
    waiting: BTreeMap<(i64, MessageId), Waiting>,
    counts: StaffCounts,
}

impl StaffBook {
    /// Opens the book in the file `path`, or begins it. What is older than 400 days at `now` is taken out, unless it is still
    /// on its way; a line that was cut off in the writing counts for nothing.
    ///
    /// # Errors
    /// What the system says, and [`ErrorKind::InvalidData`] for a line that is none.
    pub fn open(path: &Path, now: Instant) -> io::Result<Self> {
        let (lines, whole) = read(path)?;
        let mut book = Book::default();
        lines.iter().try_for_each(|line| book.take(line))?;
        let sending: HashSet<String> = book.waiting.keys().map(|(_, id)| id.to_string()).collect();
        let since = now.unix_micros().saturating_sub(KEPT_FOR);
        let (old, kept): (Vec<Line>, Vec<Line>) =
            lines.into_iter().partition(|line| line.at < since && !sending.contains(&line.id));
        if old.is_empty() && whole {
            book.file = Some(File::options().create(true).append(true).open(path)?);
        } else {
            let kept: String = kept.iter().map(written).collect::<io::Result<_>>()?;
            let next = path.with_extension("next");
            fs::write(&next, kept)?;
            fs::rename(&next, path)?;
            return Self::open(path, now);
        }
        only_for_owner(path)?;
        book.length = fs::metadata(path)?.len();
        Ok(Self(Arc::new(Mutex::new(book))))
    }

    /// How the e-mails in the file `path` stand; nothing if there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn count(path: &Path) -> io::Result<Option<StaffCounts>> {
        if !path.try_exists()? {
            return Ok(None);
        }
        let mut book = Book::default();
        read(path)?.0.iter().try_for_each(|line| book.take(line))?;
        Ok(Some(book.counts))
    }

    /// Whether `holder` was told this, or is being told.
    pub(super) fn is_told(&self, holder: &KeyHolder, about: &str) -> Result<bool, RegistryError> {
        Ok(self.book()?.told.contains(&(holder.clone(), about.to_owned())))
    }

    /// What is on its way, the oldest first.
    pub(super) fn list_waiting(&self) -> Result<Vec<Waiting>, RegistryError> {
        Ok(self.book()?.waiting.values().cloned().collect())
    }

    /// Writes an e-mail down; it must not be sent before.
    pub(super) fn write(&self, letter: &Waiting) -> Result<(), RegistryError> {
        let kept = Kept {
            to: letter.holder.to_string(),
            about: letter.about.clone(),
            language: letter.language.word().to_owned(),
            subject: letter.text.subject.clone(),
            body: letter.text.body.clone(),
        };
        let state = State::Sending.word().to_owned();
        let line = Line { at: letter.written_at, id: letter.id.to_string(), state, letter: Some(kept) };
        let mut book = self.book()?;
        book.add(&line).and_then(|()| book.take(&line)).map_err(RegistryError::StaffBook)
    }

    /// Notes what became of an e-mail. Whatever the disk says, this process does not send it again.
    pub(super) fn settle(&self, letter: &Waiting, state: State, now: Instant) -> Result<(), RegistryError> {
        let line =
            Line { at: now.unix_micros(), id: letter.id.to_string(), state: state.word().to_owned(), letter: None };
        let mut book = self.book()?;
        book.take(&line).and_then(|()| book.add(&line)).map_err(RegistryError::StaffBook)
    }

    fn book(&self) -> Result<MutexGuard<'_, Book>, RegistryError> {
        self.0.lock().map_err(|_| RegistryError::Closed)
    }
}

impl Book {
    /// Takes over what a line says.
    fn take(&mut self, line: &Line) -> io::Result<()> {
        let id: MessageId = line.id.parse().map_err(|_| bad())?;
        let state = [State::Sending, State::Sent, State::Failed, State::Dropped];
        let state = state.into_iter().find(|state| state.word() == line.state).ok_or_else(bad)?;
        match (&line.letter, state) {
            (Some(kept), State::Sending) => {
                let holder: KeyHolder = kept.to.parse().map_err(|_| bad())?;
                self.told.extend(kept.about.iter().map(|about| (holder.clone(), about.clone())));
                let waiting = Waiting {
                    id,
                    holder,
                    about: kept.about.clone(),
                    language: Language::find(&kept.language).ok_or_else(bad)?,
                    written_at: line.at,
                    text: Text { subject: kept.subject.clone(), body: kept.body.clone() },
                };
                self.waiting.insert((line.at, id), waiting);
            }
            (None, _) => {
                self.waiting.retain(|(_, waiting), _| *waiting != id);
                self.counts.sent += u64::from(state == State::Sent);
                self.counts.failed += u64::from(state == State::Failed);
            }
            (Some(_), _) => return Err(bad()),
        }
        self.counts.sending = self.waiting.len() as u64;
        Ok(())
    }

    /// Adds a line to the file, if there is one: whole, or not at all.
    fn add(&mut self, line: &Line) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        // What a full disk has cut off before.
        file.set_len(self.length)?;
        let line = written(line)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        self.length += line.len() as u64;
        Ok(())
    }
}

/// The lines of the file, and whether the last of them is whole; one that is not is left out.
fn read(path: &Path) -> io::Result<(Vec<Line>, bool)> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut lines = Vec::new();
    let mut whole = true;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => lines.push(serde_json::from_slice(line).map_err(|_| bad())?),
            None => whole = false,
        }
    }
    Ok((lines, whole))
}

fn written(line: &Line) -> io::Result<String> {
    Ok(serde_json::to_string(line).map_err(io::Error::from)? + "\n")
}

fn bad() -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        "a line of it is none; move the file away, what is still so is told once more",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(number: u8) -> Waiting {
        Waiting {
            id: MessageId::from_bytes([number; 16]),
            holder: "officer/0417".parse().expect("a holder"),
            about: vec![format!("notice {number}")],
            language: Language::Zh,
            written_at: 1_000 + i64::from(number),
            text: Text { subject: "s".into(), body: "b\n".into() },
        }
    }

    fn at(micros: i64) -> Instant {
        Instant::from_unix_micros(micros).expect("an instant")
    }

    #[test]
    fn what_was_written_is_there_again_and_a_line_cut_off_counts_for_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("told-staff");
        let book = StaffBook::open(&path, at(2_000)).expect("begun");
        for number in [1, 2, 3] {
            book.write(&letter(number)).expect("written");
        }
        book.settle(&letter(1), State::Sent, at(3_000)).expect("noted");
        book.settle(&letter(2), State::Failed, at(3_000)).expect("noted");
        let whole = fs::read(&path).expect("a file");
        for cut in [whole.len(), whole.len() - 1, whole.len() - 20] {
            fs::write(&path, &whole[..cut]).expect("cut");
            let counts = StaffBook::count(&path).expect("read").expect("there");
            let failed = u64::from(cut == whole.len());
            assert_eq!(counts, StaffCounts { sending: 2 - failed, sent: 1, failed }, "{cut}");
            let again = StaffBook::open(&path, at(2_000)).expect("opened");
            assert!(again.is_told(&letter(1).holder, "notice 1").expect("asked"));
            assert!(!again.is_told(&letter(1).holder, "notice 4").expect("asked"));
            again.write(&letter(4)).expect("written behind it");
            assert_eq!(StaffBook::count(&path).expect("read").expect("there").sending, 3 - failed);
        }
        fs::write(&path, b"{}\n").expect("spoilt");
        assert_eq!(StaffBook::open(&path, at(2_000)).err().map(|error| error.kind()), Some(ErrorKind::InvalidData));
    }

    #[test]
    fn after_four_hundred_days_only_what_is_on_its_way_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("told-staff");
        let book = StaffBook::open(&path, at(2_000)).expect("begun");
        book.write(&letter(1)).expect("written");
        book.write(&letter(2)).expect("written");
        book.settle(&letter(1), State::Sent, at(3_000)).expect("noted");
        let later = StaffBook::open(&path, at(KEPT_FOR + 4_000)).expect("opened");
        assert!(!later.is_told(&letter(1).holder, "notice 1").expect("asked"));
        assert_eq!(later.list_waiting().expect("listed").len(), 1);
        assert_eq!(StaffBook::count(&path).expect("read"), Some(StaffCounts { sending: 1, sent: 0, failed: 0 }));
    }
}
