//! The report of a checked file, written down beside it: a page of a long report costs no more than one of a short one.

use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fairfile_service::source::{BatchReport, Counts, FileKind, RowGroup, RowReport, WhichRows};

use crate::scratch::{Scratch, ScratchReader};

/// Bytes of a row: its number, its group, the row that it repeats (0 for none).
const ROW_BYTES: usize = 12;
/// Bytes that are read or written at once.
const PIECE_BYTES: usize = 48 * 1024;

/// A report: its figures in memory, its rows in a file without a name.
pub(crate) struct StoredReport {
    /// What the file holds.
    pub(crate) kind: FileKind,
    /// The version of the item that applied.
    pub(crate) item_version: u32,
    /// The counts.
    pub(crate) counts: Counts,
    /// Its rows, counted by what is wrong with them: the most first.
    pub(crate) groups: Vec<RowGroup>,
    /// How many rows are listed.
    rows: u64,
    /// Readers of a scratch file take turns.
    file: Mutex<Scratch>,
}

/// Writes pieces into a scratch file.
struct Appending<'s>(&'s mut Scratch);

impl Write for Appending<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.append(&mut piece.to_vec())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StoredReport {
    /// Writes `report` down in `folder`, or wherever the system keeps such files, under a new key.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn write(report: &BatchReport, folder: Option<&Path>, key: [u8; 32]) -> io::Result<Self> {
        let mut scratch = Scratch::new(folder, key)?;
        let mut groups: Vec<RowGroup> = Vec::new();
        let mut out = BufWriter::with_capacity(PIECE_BYTES, Appending(&mut scratch));
        for row in &report.rows {
            // There are few groups: some codes, each with an input of the item or without.
            let same = |group: &RowGroup| group.code == row.code && group.input == row.input;
            let place = groups.iter().position(same).unwrap_or_else(|| {
                let (code, input) = (row.code.clone(), row.input.clone());
                groups.push(RowGroup { outcome: row.outcome, code, input, rows: 0 });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.rows += 1;
            }
            let cells = [row.row, place as u32, row.other_row.unwrap_or_default()];
            cells.iter().try_for_each(|cell| out.write_all(&cell.to_be_bytes()))?;
        }
        out.flush()?;
        drop(out);
        Ok(Self {
            kind: report.kind,
            item_version: report.item_version,
            counts: report.counts,
            groups,
            rows: report.rows.len() as u64,
            file: Mutex::new(scratch),
        })
    }

    /// Some of its rows, in their order.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn page(&self, which: &WhichRows) -> io::Result<Vec<RowReport>> {
        let scratch = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = scratch.again()?;
        self.seek_after(&mut reader, which.after)?;
        let mut reader = BufReader::with_capacity(PIECE_BYTES, reader);
        let wanted = |group: &RowGroup| match &which.group {
            None => true,
            Some((code, input)) => group.code == *code && group.input == *input,
        };
        let mut rows = Vec::new();
        while rows.len() < which.most as usize {
            let Some((row, place, other)) = next(&mut reader)? else { break };
            let Some(group) = self.groups.get(place as usize).filter(|group| row > which.after && wanted(group)) else {
                continue;
            };
            rows.push(RowReport {
                row,
                outcome: group.outcome,
                code: group.code.clone(),
                input: group.input.clone(),
                other_row: (other > 0).then_some(other),
            });
        }
        Ok(rows)
    }

    /// Leads `reader` to the first row behind `after`: rows stand in the order of their numbers.
    fn seek_after(&self, reader: &mut ScratchReader, after: u32) -> io::Result<()> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            reader.seek(SeekFrom::Start(middle * ROW_BYTES as u64))?;
            match next(reader)? {
                Some((row, _, _)) if row <= after => low = middle + 1,
                Some(_) | None => high = middle,
            }
        }
        reader.seek(SeekFrom::Start(low * ROW_BYTES as u64)).map(|_| ())
    }
}

/// The next row: its number, its group, the row that it repeats; nothing at the end.
fn next(reader: &mut impl Read) -> io::Result<Option<(u32, u32, u32)>> {
    let mut row = [0; ROW_BYTES];
    match reader.read_exact(&mut row) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let whole = u128::from_be_bytes([&[0; 4][..], &row].concat().try_into().unwrap_or_default());
    Ok(Some(((whole >> 64) as u32, (whole >> 32) as u32, whole as u32)))
}

#[cfg(test)]
mod tests {
    use fairfile_service::source::{Before, RowOutcome};

    use super::*;

    fn report(rows: u32) -> BatchReport {
        let row = |number: u32| RowReport {
            row: number * 2,
            outcome: if number.is_multiple_of(3) { RowOutcome::Duplicate } else { RowOutcome::Rejected },
            code: if number.is_multiple_of(3) { "B012" } else { "B003" }.to_owned(),
            input: (!number.is_multiple_of(3)).then(|| "granted_on".to_owned()),
            other_row: (number.is_multiple_of(3)).then_some(2),
        };
        BatchReport {
            batch: None,
            member: "court".parse().expect("a code"),
            item: "court-ordered-obligation".parse().expect("a code"),
            item_version: 1,
            kind: FileKind::Records,
            counts: Counts::default(),
            rows: (1..=rows).map(row).collect(),
            before: Before::First,
            receipt: None,
            told: Vec::new(),
        }
    }

    #[test]
    fn what_was_written_is_read_page_by_page_and_group_by_group() {
        let report = report(10_000);
        let stored = StoredReport::write(&report, None, [3; 32]).expect("written");
        let mut read = Vec::new();
        loop {
            let after = read.last().map_or(0, |row: &RowReport| row.row);
            let page = stored.page(&WhichRows { after, group: None, most: 999 }).expect("a page");
            if page.is_empty() {
                break;
            }
            read.extend(page);
        }
        assert_eq!(read, report.rows);
        assert_eq!(stored.groups.iter().map(|group| group.rows).sum::<u64>(), 10_000);
        let group = Some(("B012".to_owned(), None));
        let some = stored.page(&WhichRows { after: 9_001, group, most: 7 }).expect("a page");
        let expected: Vec<_> = report.rows.iter().filter(|row| row.row > 9_001 && row.code == "B012").take(7).collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), expected);
        assert!(stored.page(&WhichRows { after: 20_000, group: None, most: 5 }).expect("a page").is_empty());
    }
}
