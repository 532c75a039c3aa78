//! The whole course: find out what the file is, then give its rows one by one.

use std::io::{Read, Seek, SeekFrom};

use crate::delimited::Delimited;
use crate::json_lines::JsonLines;
use crate::limits::ROWS_BETWEEN_CHECKS;
use crate::recognise::{Input, Kind, recognise};
use crate::row::{Format, Row};
use crate::text::TextStream;
use crate::workbook::Workbook;
use crate::{FileFault, Limits};

/// Reads one source's file. Give it the file, then take its rows.
///
/// After a [`FileFault`] the iterator is at its end, and what it gave before should not be kept.
#[derive(Debug)]
pub struct Reader {
    rows: Rows,
    /// The first row of a file without headings, read ahead for its names.
    first: Option<Row>,
    bytes_total: u64,
    /// Rows given since the stop check was asked.
    since_check: u32,
    ended: bool,
    limits: Limits,
}

enum Rows {
    Delimited(Box<Delimited>),
    JsonLines(Box<JsonLines>),
    Workbook(Box<Workbook>),
}

impl Reader {
    /// Recognises the file and reads its headings.
    ///
    /// Text is gone through once or twice before the first row, for its encoding is decided over the
    /// whole file. `name_hint`, the file's name, never decides on its own: it says that a text is JSON
    /// Lines only if the first line is broken and a later one begins like an object.
    ///
    /// # Errors
    ///
    /// Every [`FileFault`] can come from here.
    pub fn open<R: Read + Seek + Send + 'static>(
        input: R,
        name_hint: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, FileFault> {
        let mut input: Box<dyn Input> = Box::new(input);
        let bytes = input.seek(SeekFrom::End(0)).map_err(|error| FileFault::from_io(&error))?;
        if bytes > limits.file_bytes {
            return Err(FileFault::TooLarge { limit: limits.file_bytes });
        }
        let rows = match recognise(input.as_mut(), limits)? {
            Kind::Zip => Rows::Workbook(Box::new(Workbook::open(input, limits)?)),
            Kind::Text { encoding, mark } => {
                let text = TextStream::open(input, encoding, mark, limits)?;
                text_rows(text, name_hint, limits)?
            }
        };
        let bytes_total = match &rows {
            Rows::Workbook(workbook) => workbook.bytes_total(),
            Rows::Delimited(_) | Rows::JsonLines(_) => bytes,
        };
        Ok(Self { rows, first: None, bytes_total, since_check: 0, ended: false, limits: limits.clone() })
    }

    /// The headings, trimmed, in the order of the columns. JSON Lines has none.
    pub fn headings(&self) -> &[String] {
        match &self.rows {
            Rows::Delimited(rows) => rows.headings(),
            Rows::Workbook(rows) => rows.headings(),
            Rows::JsonLines(_) => &[],
        }
    }

    /// What the file calls its inputs: its headings; in JSON Lines the names in its first row, if that is sound.
    ///
    /// # Errors
    ///
    /// The [`FileFault`] that the first row of JSON Lines comes to.
    pub fn names(&mut self) -> Result<Vec<String>, FileFault> {
        if !matches!(self.rows, Rows::JsonLines(_)) {
            return Ok(self.headings().to_vec());
        }
        if self.first.is_none() {
            self.first = self.next().transpose()?;
        }
        let cells = self.first.as_ref().and_then(|row| row.cells.as_ref().ok());
        Ok(cells.map(|cells| cells.iter().map(|(name, _)| name.to_string()).collect()).unwrap_or_default())
    }

    /// What kind of file it is.
    pub fn format(&self) -> Format {
        match &self.rows {
            Rows::Delimited(_) => Format::Csv,
            Rows::Workbook(_) => Format::Xlsx,
            Rows::JsonLines(_) => Format::JsonLines,
        }
    }

    /// Bytes gone through so far, for a progress bar; never more than [`Reader::bytes_total`].
    pub fn bytes_read(&self) -> u64 {
        let read = match &self.rows {
            Rows::Delimited(rows) => rows.bytes_read(),
            Rows::JsonLines(rows) => rows.bytes_read(),
            Rows::Workbook(rows) => rows.bytes_read(),
        };
        read.min(self.bytes_total)
    }

    /// Bytes to go through: the file's, or of a workbook the packed bytes of the one sheet.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    fn next_row(&mut self) -> Result<Option<Row>, FileFault> {
        self.since_check += 1;
        if self.since_check >= ROWS_BETWEEN_CHECKS {
            self.since_check = 0;
            self.limits.stop.ask()?;
        }
        let row = match &mut self.rows {
            Rows::Delimited(rows) => rows.next_row(),
            Rows::JsonLines(rows) => rows.next_row(),
            Rows::Workbook(rows) => rows.next_row(),
        }?;
        if row.as_ref().is_some_and(|row| row.number > self.limits.rows) {
            return Err(FileFault::TooManyRows { limit: self.limits.rows });
        }
        Ok(row)
    }
}

impl Iterator for Reader {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        if self.ended {
            return None;
        }
        let row = self.next_row().transpose();
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Delimited(_) => "Delimited",
            Self::JsonLines(_) => "JsonLines",
            Self::Workbook(_) => "Workbook",
        })
    }
}

fn text_rows(mut text: TextStream, name_hint: Option<&str>, limits: &Limits) -> Result<Rows, FileFault> {
    if !text.skip_line_breaks()? {
        return Err(FileFault::Empty);
    }
    let start = text.peek()?;
    let first = start.trim_ascii_start();
    let named_so = name_hint.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".jsonl") || name.ends_with(".ndjson")
    });
    let later_line_is_object = || start.windows(2).any(|pair| pair == b"\n{");
    if first.starts_with(b"{") || (named_so && later_line_is_object()) {
        return Ok(Rows::JsonLines(Box::new(JsonLines::open(text, limits))));
    }
    if first.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{")) {
        return Err(FileFault::JsonList);
    }
    Ok(Rows::Delimited(Box::new(Delimited::open(text, limits)?)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn check(file: &str, name: Option<&str>, expected: Result<Format, FileFault>) {
        let reader = Reader::open(Cursor::new(file.to_owned()), name, &Limits::default());
        assert_eq!(reader.map(|reader| reader.format()), expected);
    }

    #[test]
    fn content_decides_and_the_name_only_helps() {
        check("a,b\n", Some("x.jsonl"), Ok(Format::Csv));
        check("{\"a\": 1}\n", Some("x.csv"), Ok(Format::JsonLines));
        check("\n\n  {\"a\": 1}\n", None, Ok(Format::JsonLines));
        check("\"a\": 1}\n{\"a\": 2}\n", Some("x.JSONL"), Ok(Format::JsonLines));
        check("\"a\"\n{b\n", None, Ok(Format::Csv));
        check("[ {\"a\": 1} ]", None, Err(FileFault::JsonList));
        check("\n\r\n\n", None, Err(FileFault::Empty));
    }

    #[test]
    fn names_are_told_before_the_first_row_and_take_nothing_from_it() {
        let names_and_rows = |file: &str| {
            let mut reader = Reader::open(Cursor::new(file.to_owned()), None, &Limits::default()).expect("opens");
            (reader.names().expect("names"), reader.names().expect("names"), reader.count())
        };
        let (first, again, rows) = names_and_rows("{\"b\": 1, \"a\": 2}\n{\"c\": 3}\n");
        assert_eq!((first, again.len(), rows), (vec!["b".to_owned(), "a".to_owned()], 2, 2));
        let (first, _, rows) = names_and_rows("{broken\n{\"c\": 3}\n");
        assert_eq!((first.len(), rows), (0, 2));
        let (first, _, rows) = names_and_rows("b,a\n1,2\n");
        assert_eq!((first, rows), (vec!["b".to_owned(), "a".to_owned()], 1));
    }

    #[test]
    fn progress_reaches_its_end() {
        let file = Cursor::new("a,b\n1,2\n".repeat(20_000));
        let mut reader = Reader::open(file, None, &Limits::default()).expect("opens");
        assert!(reader.bytes_read() < reader.bytes_total());
        assert!(reader.by_ref().all(|row| row.is_ok()));
        assert_eq!(reader.bytes_read(), reader.bytes_total());
    }
}
