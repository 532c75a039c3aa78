//! One sheet: rows of cells, in the order in which they stand in the file.

use jiff::civil::Date;
use quick_xml::events::{BytesStart, Event};

use super::days::{CellFormats, Epoch};
use super::strings::{BoundedText, Place, Strings, unescape};
use super::xml::{Xml, text_of};
use crate::heading::{all_empty, text_cell};
use crate::recognise::Input;
use crate::row::Cell;
use crate::{FileFault, Limits, RowFault};

/// The last row and column that a sheet can have.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: usize = 16_384;

fn damaged(what: &'static str) -> FileFault {
    FileFault::Damaged { what }
}

/// What the cells of every sheet refer to.
pub(crate) struct Context {
    pub(crate) strings: Strings,
    pub(crate) formats: CellFormats,
    pub(crate) epoch: Epoch,
}

/// A sheet being read.
pub(crate) struct Sheet {
    xml: Xml<Box<dyn Input>>,
    buffer: Vec<u8>,
    context: Context,
    /// The row last begun.
    row: u32,
    in_data: bool,
    text: BoundedText,
    limits: Limits,
}

/// The cells of a row, or why it cannot be read, with the row's number.
type Numbered = (u32, Result<Vec<Cell>, RowFault>);

impl Sheet {
    pub(crate) fn new(xml: Xml<Box<dyn Input>>, context: Context, limits: &Limits) -> Self {
        let text = BoundedText::new(limits.cell_bytes);
        Self { xml, buffer: Vec::new(), context, row: 0, in_data: false, text, limits: limits.clone() }
    }

    pub(crate) fn packed_read(&self) -> u64 {
        self.xml.part().packed_read()
    }

    pub(crate) fn into_parts(self) -> (Box<dyn Input>, Context) {
        (self.xml.into_input(), self.context)
    }

    /// The next row that has anything in it. After the last one the part is read to its end, where
    /// its checksum stands.
    pub(crate) fn next_cells(&mut self) -> Result<Option<Numbered>, FileFault> {
        loop {
            match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    b"sheetData" => self.in_data = true,
                    b"row" if self.in_data => {
                        self.row = row_number(&tag, self.row)?;
                        let cells = self.read_row()?;
                        if !cells.as_ref().is_ok_and(|cells| all_empty(cells)) {
                            return Ok(Some((self.row, cells)));
                        }
                    }
                    _ => {}
                },
                Event::Empty(tag) if self.in_data && tag.local_name().as_ref() == b"row" => {
                    self.row = row_number(&tag, self.row)?;
                }
                Event::End(tag) if tag.local_name().as_ref() == b"sheetData" => self.in_data = false,
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Reads to the end of the row, whatever is wrong with one of its cells.
    fn read_row(&mut self) -> Result<Result<Vec<Cell>, RowFault>, FileFault> {
        let mut cells = Vec::new();
        let mut fault = None;
        let mut column = 0;
        loop {
            match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) if tag.local_name().as_ref() == b"c" => {
                    let head = CellHead::read(&tag, column)?;
                    column = head.column;
                    let found = self.read_cell(&head)?;
                    match found.and_then(|cell| place(&mut cells, column, cell, self.limits.cells)) {
                        Ok(()) => {}
                        Err(first) => fault = fault.or(Some(first)),
                    }
                }
                Event::Empty(tag) if tag.local_name().as_ref() == b"c" => {
                    column = CellHead::read(&tag, column)?.column;
                }
                Event::End(tag) if tag.local_name().as_ref() == b"row" => break,
                Event::Eof => return Err(damaged("a row has no end")),
                _ => {}
            }
        }
        Ok(fault.map_or(Ok(cells), Err))
    }

    fn read_cell(&mut self, head: &CellHead) -> Result<Result<Cell, RowFault>, FileFault> {
        let mut inline = Place::default();
        let mut in_value = false;
        self.text.clear();
        loop {
            let event = self.xml.next(&mut self.buffer)?;
            match &event {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    b"v" => in_value = true,
                    name => inline.enter(name),
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    b"c" => break,
                    b"v" => in_value = false,
                    name => inline.leave(name),
                },
                Event::Eof => return Err(damaged("a cell has no end")),
                _ if in_value || inline.is_text() => {
                    if let Some(text) = text_of(&event)? {
                        self.text.push(&text);
                    }
                }
                _ => {}
            }
        }
        self.value(head)
    }

    fn value(&self, head: &CellHead) -> Result<Result<Cell, RowFault>, FileFault> {
        let text = self.text.text.as_str();
        if text.len() > self.limits.cell_bytes {
            // What is kept of it is not all of it, so it means nothing, not even as a number.
            return Ok(Err(RowFault::CellTooLong { cell: head.column, limit: self.limits.cell_bytes }));
        }
        let cell = match head.kind {
            Kind::Inline => return Ok(self.bounded(text, head.column)),
            _ if text.is_empty() => Cell::Empty,
            Kind::Shared => {
                let index = text.trim().parse().map_err(|_| damaged("a cell names no shared text"))?;
                let shared = self.context.strings.get(index);
                let shared = shared.ok_or(damaged("a cell names shared text that is not there"))?;
                return Ok(self.bounded(shared, head.column));
            }
            Kind::Bool => Cell::Bool(matches!(text.trim(), "1" | "true")),
            Kind::Error => Cell::Other("error"),
            Kind::IsoDay => {
                let day = text.trim().get(..10).and_then(|day| day.parse::<Date>().ok());
                day.map_or(Cell::Other("error"), Cell::Day)
            }
            Kind::Number => {
                let number: f64 = text.trim().parse().map_err(|_| damaged("a number is none"))?;
                match self.context.epoch.day(number) {
                    _ if !number.is_finite() => Cell::Other("error"),
                    Some(day) if self.context.formats.is_day(head.format) => Cell::Day(day),
                    _ => Cell::Number(number),
                }
            }
        };
        Ok(Ok(cell))
    }

    fn bounded(&self, text: &str, cell: usize) -> Result<Cell, RowFault> {
        if text.len() > self.limits.cell_bytes {
            return Err(RowFault::CellTooLong { cell, limit: self.limits.cell_bytes });
        }
        text_cell(unescape(text), cell)
    }
}

/// Puts a cell into its column. Cells that the sheet leaves out are empty.
fn place(cells: &mut Vec<Cell>, column: usize, cell: Cell, limit: usize) -> Result<(), RowFault> {
    if cell == Cell::Empty {
        return Ok(());
    }
    if column > limit {
        return Err(RowFault::TooManyCells { limit });
    }
    cells.resize(column.saturating_sub(1), Cell::Empty);
    cells.push(cell);
    Ok(())
}

/// How a cell's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Inline,
    Bool,
    Error,
    IsoDay,
}

/// What a cell says of itself before its value.
#[derive(Debug)]
struct CellHead {
    /// Counted from 1.
    column: usize,
    kind: Kind,
    format: usize,
}

impl CellHead {
    fn read(tag: &BytesStart<'_>, before: usize) -> Result<Self, FileFault> {
        let mut head = Self { column: before + 1, kind: Kind::Number, format: 0 };
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| damaged("a cell is not sound XML"))?;
            match (attribute.key.as_ref(), attribute.value.as_ref()) {
                (b"r", place) => head.column = column(place)?,
                (b"s", format) => head.format = number(format).ok_or(damaged("a cell has no format"))?,
                (b"t", kind) => {
                    head.kind = match kind {
                        b"n" => Kind::Number,
                        b"s" => Kind::Shared,
                        b"inlineStr" | b"str" => Kind::Inline,
                        b"b" => Kind::Bool,
                        b"e" => Kind::Error,
                        b"d" => Kind::IsoDay,
                        _ => return Err(damaged("a cell is of no known kind")),
                    }
                }
                _ => {}
            }
        }
        if head.column <= before || head.column > LAST_COLUMN {
            return Err(damaged("cells are not in their order"));
        }
        Ok(head)
    }
}

/// The column of a place such as `AB12`, counted from 1.
fn column(place: &[u8]) -> Result<usize, FileFault> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let column = letters.take(4).fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    if column == 0 { Err(damaged("a cell has no place")) } else { Ok(column) }
}

fn row_number(tag: &BytesStart<'_>, before: u32) -> Result<u32, FileFault> {
    let mut row = before.saturating_add(1);
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged("a row is not sound XML"))?;
        if attribute.key.as_ref() == b"r" {
            row = number(&attribute.value).ok_or(damaged("a row has no number"))?;
        }
    }
    if row <= before || row > LAST_ROW {
        return Err(damaged("rows are not in their order"));
    }
    Ok(row)
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: &str, expected: Option<usize>) {
        assert_eq!(column(place.as_bytes()).ok(), expected, "{place}");
    }

    #[test]
    fn columns_are_letters() {
        check("A1", Some(1));
        check("z9", Some(26));
        check("AA10", Some(27));
        check("XFD1", Some(16_384));
        check("12", None);
        check("", None);
        check("AAAAAAAAAAAAAAAAAAAAAAAA1", Some(26 * 26 * 26 + 26 * 26 + 26 + 1));
    }
}
