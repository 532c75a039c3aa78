//! The high-water mark: how far the journal was signed, and which time is sure to have passed.
//!
//! It lies apart from the data, so that a restored backup cannot take it back: a node whose journal is smaller than
//! its mark, or another one of the same size, signs nothing. The file holds two slots, written in turn; each carries
//! a number and a keyed code, and the highest whole one counts. A slot cut off in the writing costs one step.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use aws_lc_rs::hmac;
use fairfile_store::faults::{self, Step};

use crate::error::VaultError;
use crate::files::{beside, for_owner_alone, remove, sync_folder_of, take, write_at};
use crate::keyring::Keyring;

/// The first bytes of a slot: what it is, and in which version.
const BEGINS: [u8; 8] = *b"ffmark 2";
/// A slot: its beginning, number, presence, head (8 + 32), time (8 + 8 + 16 + 8) and code (32).
const SLOT_BYTES: usize = 136;
/// The ending of the file in which a new mark waits for its place.
const NEXT: &str = ".next";
/// The slots lie in pages of their own: no single torn write reaches both.
const SLOTS_AT: [u64; 2] = [0, 4096];

/// A time that has passed for sure, with the running time of the machine when it was known.
///
/// While the machine's boot is the same, what it has been running since is sure to have passed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SureTime {
    /// Microseconds since 1970-01-01 UTC.
    pub micros: i64,
    /// How far the running time of machines had come, which goes on where the wall clock stands behind: also in
    /// microseconds since 1970-01-01 UTC, and never before `micros`.
    pub reached: i64,
    /// Which boot of the machine it was; zeros where the system does not say.
    pub boot: [u8; 16],
    /// How long the machine had been running, in microseconds.
    pub uptime_micros: u64,
}

/// The high-water mark of a node, open. It is shared by threads; each raising is one small write.
///
/// The system has the write when a call returns, so a crash of the process loses nothing. A cut of the power may take
/// the mark a little back, which is safe: it then refuses less, never more. [`Mark::sync`] makes it durable.
pub struct Mark {
    key: hmac::Key,
    torn: bool,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    noted: Noted,
}

/// What one slot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Noted {
    number: u64,
    head: Option<(u64, [u8; 32])>,
    time: Option<SureTime>,
}

impl Mark {
    /// Makes the mark of a new node at `path`; refuses to replace one.
    ///
    /// # Errors
    /// [`VaultError::Mark`] if the file exists or cannot be written.
    pub fn create(path: &Path, keyring: &Keyring) -> Result<Self, VaultError> {
        let failed = |source| VaultError::Mark { doing: "written", source };
        let file = for_owner_alone().read(true).write(true).create_new(true).open(path).map_err(failed)?;
        let key = keyring.mark_key().clone();
        let mut noted = Noted { number: 0, head: None, time: None };
        write_slot(&file, &key, &noted)?;
        noted.number = 1;
        write_slot(&file, &key, &noted)?;
        file.sync_all().and_then(|()| sync_folder_of(path)).map_err(failed)?;
        Ok(Self { key, torn: false, open: Mutex::new(Open { file, noted }) })
    }

    /// Puts a new mark in the place of whatever is at `path`: that of a journal which goes on under another name, from
    /// `head`. Whole or not at all; durable when it returns.
    ///
    /// # Errors
    /// [`VaultError::Mark`] if it cannot be written; what was there before is there still.
    pub fn renew(
        path: &Path,
        keyring: &Keyring,
        head: (u64, [u8; 32]),
        time: Option<SureTime>,
    ) -> Result<Self, VaultError> {
        let failed = |source| VaultError::Mark { doing: "written", source };
        let next = beside(path, NEXT);
        // Left behind by a renewal that was cut off.
        remove(&next).map_err(failed)?;
        let mark = Self::create(&next, keyring)?;
        mark.raise_head(head.0, head.1)?;
        if let Some(time) = time {
            mark.note_time(time)?;
        }
        mark.sync()?;
        std::fs::rename(&next, path).and_then(|()| sync_folder_of(path)).map_err(failed)?;
        Ok(mark)
    }

    /// Opens the mark at `path`.
    ///
    /// # Errors
    /// [`VaultError::NoMark`] if it is not there, [`VaultError::DamagedMark`] if neither slot is whole.
    pub fn open(path: &Path, keyring: &Keyring) -> Result<Self, VaultError> {
        let failed = |source: std::io::Error| match source.kind() {
            ErrorKind::NotFound => VaultError::NoMark,
            _ => VaultError::Mark { doing: "read", source },
        };
        let file = for_owner_alone().read(true).write(true).open(path).map_err(failed)?;
        let bytes = std::fs::read(path).map_err(failed)?;
        let key = keyring.mark_key().clone();
        let slot = |place: u64| {
            let bytes = bytes.get(usize::try_from(place).ok()?..)?.first_chunk::<SLOT_BYTES>()?;
            // A slot that was written to the other's place is none.
            Noted::read(bytes, &key).filter(|noted| noted.place() == place)
        };
        let slots = SLOTS_AT.map(slot);
        let noted = slots.into_iter().flatten().max_by_key(|noted| noted.number).ok_or(VaultError::DamagedMark)?;
        Ok(Self { key, torn: slots.contains(&None), open: Mutex::new(Open { file, noted }) })
    }

    /// Whether one of the two slots was not whole when the mark was opened: the other one counts.
    pub fn was_torn(&self) -> bool {
        self.torn
    }

    /// How many leaves the largest journal had that was signed, and its root; nothing before the first.
    ///
    /// # Errors
    /// [`VaultError::Closed`] if another thread failed while it held the mark.
    pub fn head(&self) -> Result<Option<(u64, [u8; 32])>, VaultError> {
        Ok(self.lock()?.noted.head)
    }

    /// Raises the head to `size` leaves under `root`: to be called before such a journal is signed.
    ///
    /// # Errors
    /// [`VaultError::SmallerJournal`] below the mark, [`VaultError::ForkedJournal`] beside it; then nothing may be signed.
    pub fn raise_head(&self, size: u64, root: [u8; 32]) -> Result<(), VaultError> {
        let mut open = self.lock()?;
        match open.noted.head {
            Some((signed, _)) if size < signed => Err(VaultError::SmallerJournal { signed, found: size }),
            Some((signed, other)) if size == signed && other != root => Err(VaultError::ForkedJournal { size }),
            Some((signed, _)) if size == signed => Ok(()),
            Some(_) | None => {
                let next = open.noted.followed_by(Some((size, root)), open.noted.time);
                self.write(&mut open, next)
            }
        }
    }

    /// The sure time last noted; nothing before the first.
    ///
    /// # Errors
    /// [`VaultError::Closed`] if another thread failed while it held the mark.
    pub fn time(&self) -> Result<Option<SureTime>, VaultError> {
        Ok(self.lock()?.noted.time)
    }

    /// Notes a sure time. What was sure or reached before stays so: an earlier one moves boot and running time, and
    /// neither time back.
    ///
    /// # Errors
    /// [`VaultError::Mark`] if it cannot be written.
    pub fn note_time(&self, time: SureTime) -> Result<(), VaultError> {
        let mut open = self.lock()?;
        let micros = open.noted.time.map_or(time.micros, |before| before.micros.max(time.micros));
        let reached = open.noted.time.map_or(time.reached, |before| before.reached.max(time.reached)).max(micros);
        let time = Some(SureTime { micros, reached, ..time });
        if open.noted.time == time {
            return Ok(());
        }
        let next = open.noted.followed_by(open.noted.head, time);
        self.write(&mut open, next)
    }

    /// Makes what was noted durable.
    ///
    /// # Errors
    /// [`VaultError::Mark`] if the system cannot.
    pub fn sync(&self) -> Result<(), VaultError> {
        self.lock()?.file.sync_data().map_err(|source| VaultError::Mark { doing: "written", source })
    }

    /// A failed write leaves the slot that counts untouched, and the next one tries the same slot again.
    fn write(&self, open: &mut Open, next: Noted) -> Result<(), VaultError> {
        faults::step(Step::BeforeMarked);
        write_slot(&open.file, &self.key, &next)?;
        faults::step(Step::Marked);
        open.noted = next;
        Ok(())
    }

    fn lock(&self) -> Result<MutexGuard<'_, Open>, VaultError> {
        self.open.lock().map_err(|_| VaultError::Closed)
    }
}

fn write_slot(file: &File, key: &hmac::Key, noted: &Noted) -> Result<(), VaultError> {
    write_at(file, &noted.bytes(key), noted.place()).map_err(|source| VaultError::Mark { doing: "written", source })
}

impl Noted {
    fn followed_by(&self, head: Option<(u64, [u8; 32])>, time: Option<SureTime>) -> Self {
        Self { number: self.number + 1, head, time }
    }

    fn place(&self) -> u64 {
        if self.number.is_multiple_of(2) { SLOTS_AT[0] } else { SLOTS_AT[1] }
    }

    fn bytes(&self, key: &hmac::Key) -> Vec<u8> {
        let (size, root) = self.head.unwrap_or_default();
        let time = self.time.unwrap_or(SureTime { micros: 0, reached: 0, boot: [0; 16], uptime_micros: 0 });
        let present = u64::from(self.head.is_some()) | u64::from(self.time.is_some()) << 1;
        let mut bytes = Vec::with_capacity(SLOT_BYTES);
        bytes.extend(BEGINS);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(present.to_be_bytes());
        bytes.extend(size.to_be_bytes());
        bytes.extend(root);
        bytes.extend(time.micros.to_be_bytes());
        bytes.extend(time.reached.to_be_bytes());
        bytes.extend(time.boot);
        bytes.extend(time.uptime_micros.to_be_bytes());
        let code = hmac::sign(key, &bytes);
        bytes.extend(code.as_ref());
        bytes
    }

    /// What a slot says, if it is whole and of this node.
    fn read(slot: &[u8; SLOT_BYTES], key: &hmac::Key) -> Option<Self> {
        let (said, code) = slot.split_last_chunk::<32>()?;
        hmac::verify(key, said, code).ok()?;
        let mut rest = said.strip_prefix(&BEGINS)?;
        let number = u64::from_be_bytes(take(&mut rest)?);
        let present = u64::from_be_bytes(take(&mut rest)?);
        let head = (u64::from_be_bytes(take(&mut rest)?), take(&mut rest)?);
        let (micros, reached) = (i64::from_be_bytes(take(&mut rest)?), i64::from_be_bytes(take(&mut rest)?));
        let (boot, uptime_micros) = (take(&mut rest)?, u64::from_be_bytes(take(&mut rest)?));
        let time = SureTime { micros, reached, boot, uptime_micros };
        Some(Self { number, head: (present & 1 != 0).then_some(head), time: (present & 2 != 0).then_some(time) })
    }
}
