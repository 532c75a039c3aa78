//! Delimited text: records of cells between commas, semicolons or tabs.

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::heading::{Headings, all_empty, text_cell};
use crate::row::{Cell, Row};
use crate::text::TextStream;
use crate::{FileFault, Limits, RowFault};

/// Bytes that the buffer for a record's cells begins with. It grows up to the limit of a record.
const FIRST_CELLS: usize = 8 * 1024;

/// The records of a delimited file.
pub(crate) struct Delimited {
    text: TextStream,
    records: csv_core::Reader,
    headings: Headings,
    /// The number of the record last read; the heading is 1.
    number: u32,
    /// The record's cells, one after the other without delimiters and quotation marks.
    bytes: Vec<u8>,
    /// Where each cell ends in `bytes`.
    ends: Vec<usize>,
    limits: Limits,
}

/// A record in the buffers: how many cells it has, and whether it has more than the limit.
struct Record {
    cells: usize,
    too_many: bool,
}

impl Delimited {
    /// Reads the heading.
    pub(crate) fn open(mut text: TextStream, limits: &Limits) -> Result<Self, FileFault> {
        if !text.skip_line_breaks()? {
            return Err(FileFault::Empty);
        }
        let delimiter = delimiter(text.peek()?);
        let mut this = Self {
            text,
            records: ReaderBuilder::new().delimiter(delimiter).build(),
            headings: Headings::default(),
            number: 0,
            bytes: vec![0; FIRST_CELLS],
            ends: vec![0; limits.cells.max(limits.headings).saturating_add(1)],
            limits: limits.clone(),
        };
        let Some(record) = this.next_record()? else {
            return Err(FileFault::Empty);
        };
        if record.too_many {
            return Err(FileFault::TooManyHeadings { limit: limits.headings });
        }
        let cells = this.cells(&record).map_err(|fault| match fault {
            RowFault::CellTooLong { limit, .. } => FileFault::RecordTooLong { row: 1, limit },
            _ => FileFault::UnknownEncoding,
        })?;
        this.headings = Headings::new(cells, limits)?;
        Ok(this)
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings.texts
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    /// The next row that has anything in it.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, FileFault> {
        while let Some(record) = self.next_record()? {
            if record.too_many {
                let fault = RowFault::TooManyCells { limit: self.limits.cells };
                return Ok(Some(Row { number: self.number, cells: Err(fault) }));
            }
            let cells = match self.cells(&record) {
                Ok(cells) if all_empty(&cells) => continue,
                Ok(cells) => self.headings.fit(cells),
                Err(fault) => Err(fault),
            };
            return Ok(Some(Row { number: self.number, cells }));
        }
        Ok(None)
    }

    /// Reads one record into the buffers, going past blank lines.
    fn next_record(&mut self) -> Result<Option<Record>, FileFault> {
        while self.text.skip_line_breaks()? {
            self.number = self.number.saturating_add(1);
            let record = self.read_record()?;
            // A line of nothing but blanks is a blank line, not a record of one cell.
            let only = self.bytes.get(..self.ends.first().copied().unwrap_or(0)).unwrap_or_default();
            if record.cells == 1 && only.trim_ascii().is_empty() && !only.is_empty() {
                self.number -= 1;
                continue;
            }
            return Ok(Some(record));
        }
        Ok(None)
    }

    fn read_record(&mut self) -> Result<Record, FileFault> {
        let limit = self.limits.record_bytes;
        let too_long = FileFault::RecordTooLong { row: self.number, limit };
        let (mut consumed, mut written, mut ended, mut too_many) = (0_usize, 0_usize, 0_usize, false);
        loop {
            let next = self.text.peek()?;
            // At the end of the file a line break is added: if that does not end the record, it is
            // inside quotation marks. (Without it the parser would take the rest of the file for a cell.)
            let at_end = next.is_empty();
            let input = if at_end { b"\n".as_slice() } else { next };
            let out = self.bytes.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, found) = self.records.read_record(input, out, ends);
            consumed += read;
            written += wrote;
            ended += found;
            if !at_end {
                self.text.consume(read);
            }
            if consumed > limit.saturating_add(1) {
                return Err(too_long);
            }
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::InputEmpty if at_end => {
                    return Err(FileFault::QuoteNotClosed { row: self.number });
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow(&too_long)?,
                // More cells than we keep: count on from the front, the row is refused anyway.
                ReadRecordResult::OutputEndsFull => (too_many, ended) = (true, 0),
                ReadRecordResult::End => break,
            }
        }
        Ok(Record { cells: ended, too_many: too_many || ended > self.limits.cells })
    }

    fn grow(&mut self, too_long: &FileFault) -> Result<(), FileFault> {
        let limit = self.limits.record_bytes.saturating_add(1);
        if self.bytes.len() >= limit {
            return Err(too_long.clone());
        }
        self.bytes.resize(self.bytes.len().saturating_mul(2).min(limit), 0);
        Ok(())
    }

    fn cells(&self, record: &Record) -> Result<Vec<Cell>, RowFault> {
        let encoding = self.text.encoding();
        let mut cells = Vec::with_capacity(record.cells);
        let mut start = 0;
        for (index, end) in self.ends.iter().take(record.cells).enumerate() {
            let cell = index + 1;
            let bytes = self.bytes.get(start..*end).unwrap_or_default();
            start = *end;
            let text = encoding.decode(bytes).ok_or(RowFault::NotText { cell, encoding: encoding.name() })?;
            if text.len() > self.limits.cell_bytes {
                return Err(RowFault::CellTooLong { cell, limit: self.limits.cell_bytes });
            }
            cells.push(text_cell(text, cell)?);
        }
        Ok(cells)
    }
}

/// The delimiter of the heading line: whichever of the three stands most often outside quotation
/// marks. A heading without any has one column.
fn delimiter(start: &[u8]) -> u8 {
    let (mut commas, mut semicolons, mut tabs, mut quoted) = (0, 0, 0, false);
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b',' => commas += 1,
            b';' => semicolons += 1,
            b'\t' => tabs += 1,
            b'\r' | b'\n' => break,
            _ => {}
        }
    }
    if tabs > commas && tabs >= semicolons {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::Reader;

    /// Every row as `number: cells between bars`, or the code of its fault; the file's fault at last.
    fn read(file: &[u8]) -> Vec<String> {
        let reader = match Reader::open(Cursor::new(file.to_vec()), None, &Limits::default()) {
            Ok(reader) => reader,
            Err(fault) => return vec![fault.code().to_owned()],
        };
        let show = |row: Row| match row.cells {
            Ok(cells) => {
                let texts = cells.into_iter().map(|(_, cell)| match cell {
                    Cell::Text(text) => text,
                    _ => String::new(),
                });
                format!("{}: {}", row.number, texts.collect::<Vec<_>>().join("|"))
            }
            Err(fault) => format!("{}: {}", row.number, fault.code()),
        };
        reader.map(|row| row.map_or_else(|fault| fault.code().to_owned(), show)).collect()
    }

    fn check(file: impl AsRef<[u8]>, expected: &[&str]) {
        assert_eq!(read(file.as_ref()), expected);
    }

    #[test]
    fn cells_are_found_whatever_stands_between_them() {
        for (delimiter, line_break) in [(",", "\n"), (";", "\r\n"), ("\t", "\n"), (",", "\r")] {
            let file = ["a,b", "1,\"x\ny\"", "2,\"he said \"\"no\"\"\""].join(line_break);
            check(file.replace(',', delimiter), &["2: 1|x\ny", "3: 2|he said \"no\""]);
        }
        check("a;\"b,c,d\"\n1;2\n", &["2: 1|2"]);
        check("only\n1\n", &["2: 1"]);
    }

    #[test]
    fn blank_lines_are_no_records_and_empty_records_are_not_given() {
        check("\n\r\n a,b\n\n1,2\n   \n\t\n3,4\n\n", &["2: 1|2", "3: 3|4"]);
        check("a,b\n,\n1,\n,,,\n\"\",\n3,4", &["3: 1|", "6: 3|4"]);
    }

    #[test]
    fn a_row_of_the_wrong_length_costs_that_row_only() {
        check("a,b\n1\n1,2,3\n1,2,,\n1,2\n", &["2: F106", "3: F106", "4: 1|2", "5: 1|2"]);
        check("a,b\n1,\0\n3,4\n".replace('\0', "\u{1}"), &["2: F109", "3: 3|4"]);
        check(
            [b"a,b\n\xE5\xBC\xA0\xE5\xBC\xA0\xE5\xBC\xA0\xE5\xBC\xA0,1\n1,\xE5\xBC\n3,4\n".as_slice()].concat(),
            &["2: 张张张张|1", "3: F108", "4: 3|4"],
        );
    }

    #[test]
    fn a_quotation_mark_that_never_closes_is_named_with_its_row() {
        check("a,b\n1,2\n3,\"4\n5,6\n", &["2: 1|2", "F012"]);
        check("a,b\n1,2\n3,\"4", &["2: 1|2", "F012"]);
        check("a,b\n1,\"2\"", &["2: 1|2"]);
        check("a,b\n1,5\" pipe", &["2: 1|5\" pipe"]);
        check("\"a,b\n", &["F012"]);
    }

    #[test]
    fn the_heading_line_tells_the_delimiter() {
        for (line, expected) in [
            ("a,b;c,d", b','),
            ("a;b;c,d", b';'),
            ("a\tb", b'\t'),
            ("\"a;b;c\",d", b','),
            ("a", b','),
            ("a,b\n;;;;", b','),
        ] {
            assert_eq!(delimiter(line.as_bytes()), expected, "{line}");
        }
    }
}
