//! Reading a backup, which may come from anywhere: bounded memory, every digest checked, every fault named.

use std::io::{self, BufRead, BufReader, Read};

use fairfile_proof::merkle::Hash;

use super::header::{Header, parse_description};
use super::{BackupError, Digests, FORMAT, Inventory, Journal, MAGIC, MAX_LINE_BYTES, MAX_ROW_BYTES, Part};
use crate::connection::Value;
use crate::dialect::Column;
use crate::table::{Shape, reused};

/// The header of a backup, its digest checked; the rest is not read.
///
/// # Errors
/// [`BackupError`] for anything that is no backup, is newer, cut off or damaged there.
pub fn header(from: impl Read) -> Result<Header, BackupError> {
    Ok(Input::open(from)?.header)
}

/// Reads a backup to its end and checks every digest and the journal's root, without a place to restore it into.
///
/// # Errors
/// [`BackupError`], which names the part that is wrong.
pub fn check(from: impl Read) -> Result<Inventory, BackupError> {
    let mut file = Input::open(from)?;
    while let Some(shape) = file.next_table()? {
        file.rows(&shape, |_| Ok(()))?;
    }
    file.finish()
}

/// A backup that is being read: its header has been.
pub(super) struct Input<R> {
    from: BufReader<R>,
    digests: Digests,
    journal: Journal,
    tables: u32,
    rows: u64,
    pub(super) header: Header,
}

impl<R: Read> Input<R> {
    pub(super) fn open(from: R) -> Result<Self, BackupError> {
        let mut from = BufReader::with_capacity(1 << 16, from);
        let mut digests = Digests::new();
        let first = line(&mut from, MAGIC.len() + 12).map_err(BackupError::Read)?;
        let version = std::str::from_utf8(&first).ok().and_then(|line| line.strip_prefix(MAGIC)?.strip_suffix('\n'));
        match version.and_then(|version| version.parse::<u32>().ok()) {
            Some(FORMAT) => digests.update(&first),
            Some(newer) if newer > FORMAT => return Err(BackupError::NewerFormat { has: newer }),
            Some(_) | None if begins_a_backup(&first) => return Err(BackupError::CutOff(Part::Header)),
            Some(_) | None => return Err(BackupError::NotABackup),
        }
        let second = whole_line(&mut from, &mut digests, &Part::Header)?;
        let expected = digests.end_part();
        if take_digest(&mut from, &mut digests, &Part::Header)? != expected {
            return Err(BackupError::Damaged(Part::Header));
        }
        let header = Header::parse(&second).ok_or(BackupError::Damaged(Part::Header))?;
        Ok(Self { from, digests, journal: Journal::new(), tables: 0, rows: 0, header })
    }

    /// What the next table looks like, its key aside; nothing after the last. Its rows must be read before the next.
    pub(super) fn next_table(&mut self) -> Result<Option<Shape>, BackupError> {
        if self.tables == self.header.tables {
            return Ok(None);
        }
        self.tables += 1;
        let part = Part::Description(self.tables);
        let line = whole_line(&mut self.from, &mut self.digests, &part)?;
        parse_description(&line).map(Some).ok_or(BackupError::Damaged(part))
    }

    /// Every row of the table that was described last, then its count and its digest, which may still say no.
    pub(super) fn rows(
        &mut self,
        shape: &Shape,
        mut each: impl FnMut(&[Value<'_>]) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let part = Part::Table(shape.name.clone());
        let damaged = || BackupError::Damaged(part.clone());
        let mut count: u64 = 0;
        let mut row = Vec::new();
        let mut spare = Vec::with_capacity(shape.columns.len());
        loop {
            let length = u32::from_be_bytes(self.take(&part)?) as usize;
            if length == 0 {
                break;
            }
            if length > MAX_ROW_BYTES {
                return Err(damaged());
            }
            self.take_row(length, &mut row, &part)?;
            let mut cells = reused(spare);
            decode(shape, &row, &mut cells).ok_or_else(damaged)?;
            if !self.journal.take(shape, &cells) {
                return Err(damaged());
            }
            each(&cells)?;
            count += 1;
            spare = reused(cells);
        }
        let told = u64::from_be_bytes(self.take(&part)?);
        let expected = self.digests.end_part();
        let digest = take_digest(&mut self.from, &mut self.digests, &part)?;
        if told != count || digest != expected {
            return Err(damaged());
        }
        self.rows += count;
        Ok(())
    }

    /// Checks what stands behind the last table, and the journal's root.
    pub(super) fn finish(mut self) -> Result<Inventory, BackupError> {
        let expected = self.digests.of_all();
        let digest = take_digest(&mut self.from, &mut self.digests, &Part::End)?;
        let more = !self.from.fill_buf().map_err(BackupError::Read)?.is_empty();
        if digest != expected || more {
            return Err(BackupError::Damaged(Part::End));
        }
        if !self.journal.makes(self.header.size, &self.header.root) {
            return Err(BackupError::Journal);
        }
        Ok(Inventory { header: self.header, rows: self.rows, bytes: self.digests.bytes, digest })
    }

    fn take<const N: usize>(&mut self, part: &Part) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|error| cut_off(error, part))?;
        self.digests.update(&bytes);
        Ok(bytes)
    }

    /// Reads a row into `room`, which grows only as bytes arrive: a length may be a lie.
    fn take_row(&mut self, length: usize, room: &mut Vec<u8>, part: &Part) -> Result<(), BackupError> {
        room.clear();
        (&mut self.from).take(length as u64).read_to_end(room).map_err(BackupError::Read)?;
        if room.len() < length {
            return Err(BackupError::CutOff(part.clone()));
        }
        self.digests.update(room);
        Ok(())
    }
}

/// Whether a backup's first line could go on from here.
fn begins_a_backup(bytes: &[u8]) -> bool {
    match bytes.strip_prefix(MAGIC.as_bytes()) {
        Some(version) => version.iter().all(u8::is_ascii_digit),
        None => MAGIC.as_bytes().starts_with(bytes),
    }
}

/// Reads a line of at most `most` bytes, its end included; what there is of it, if it does not end.
fn line(from: &mut impl BufRead, most: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    from.take(most as u64).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// A line that ends, without its end.
fn whole_line(from: &mut impl BufRead, digests: &mut Digests, part: &Part) -> Result<Vec<u8>, BackupError> {
    let mut line = line(from, MAX_LINE_BYTES).map_err(BackupError::Read)?;
    digests.update(&line);
    match line.pop() {
        Some(b'\n') => Ok(line),
        Some(_) if line.len() + 1 == MAX_LINE_BYTES => Err(BackupError::Damaged(part.clone())),
        Some(_) | None => Err(BackupError::CutOff(part.clone())),
    }
}

/// The digest that stands at the end of a part, and belongs to none.
fn take_digest(from: &mut impl Read, digests: &mut Digests, part: &Part) -> Result<Hash, BackupError> {
    let mut digest = [0; 32];
    from.read_exact(&mut digest).map_err(|error| cut_off(error, part))?;
    digests.update(&digest);
    digests.end_part();
    Ok(digest)
}

fn cut_off(error: io::Error, part: &Part) -> BackupError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => BackupError::CutOff(part.clone()),
        _ => BackupError::Read(error),
    }
}

/// The cells of a row, which must be as many as the table has columns and fill it to its end.
fn decode<'r>(shape: &Shape, row: &'r [u8], cells: &mut Vec<Value<'r>>) -> Option<()> {
    let mut rest = row;
    for (_, kind) in &shape.columns {
        let (there, after) = rest.split_first()?;
        rest = after;
        cells.push(match (there, kind) {
            (0, _) => Value::Null,
            (1, Column::Whole) => Value::Whole(i64::from_be_bytes(*split(&mut rest)?)),
            (1, Column::Text) => Value::Text(std::str::from_utf8(bytes(&mut rest)?).ok()?),
            (1, Column::Bytes) => Value::Bytes(bytes(&mut rest)?),
            _ => return None,
        });
    }
    rest.is_empty().then_some(())
}

fn split<'r, const N: usize>(rest: &mut &'r [u8]) -> Option<&'r [u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(first)
}

fn bytes<'r>(rest: &mut &'r [u8]) -> Option<&'r [u8]> {
    let length = u32::from_be_bytes(*split(rest)?);
    let (bytes, after) = rest.split_at_checked(length as usize)?;
    *rest = after;
    Some(bytes)
}
