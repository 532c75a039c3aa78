//! Headings, and rows that must fit them: the same for delimited text and for workbooks.

use std::sync::Arc;

use crate::row::{Cell, Cells};
use crate::{FileFault, Limits, RowFault};

/// The headings of a file, both as the caller reads them and as the rows share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headings {
    pub(crate) texts: Vec<String>,
    names: Vec<Arc<str>>,
}

impl Headings {
    /// Takes the cells of the first row. Blanks around a heading are dropped, and so are blank
    /// columns at the end, which spreadsheet programs like to export.
    pub(crate) fn new(mut cells: Vec<Cell>, limits: &Limits) -> Result<Self, FileFault> {
        while cells.last().is_some_and(|cell| text(cell).trim().is_empty()) {
            cells.pop();
        }
        if cells.is_empty() {
            return Err(FileFault::NoHeading);
        }
        if cells.len() > limits.headings {
            return Err(FileFault::TooManyHeadings { limit: limits.headings });
        }
        let texts: Vec<String> = cells.iter().map(|cell| text(cell).trim().to_owned()).collect();
        for (index, heading) in texts.iter().enumerate() {
            if heading.is_empty() {
                return Err(FileFault::BlankHeading { column: index + 1 });
            }
            if let Some(first) = texts.iter().take(index).position(|earlier| earlier == heading) {
                return Err(FileFault::DuplicateHeading { first: first + 1, second: index + 1 });
            }
        }
        let names = texts.iter().map(|heading| Arc::from(heading.as_str())).collect();
        Ok(Self { texts, names })
    }

    /// Puts each cell under its heading. Empty cells beyond the last heading are dropped.
    pub(crate) fn fit(&self, mut cells: Vec<Cell>) -> Result<Cells, RowFault> {
        let expected = self.names.len();
        while cells.len() > expected && cells.last() == Some(&Cell::Empty) {
            cells.pop();
        }
        if cells.len() != expected {
            return Err(RowFault::WrongCellCount { expected, found: cells.len() });
        }
        Ok(self.names.iter().cloned().zip(cells).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

/// Whether a row has nothing in it, so that it is counted but not given.
pub(crate) fn all_empty(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| *cell == Cell::Empty)
}

/// A cell of text, or nothing; `cell` is its place in the row, counted from 1.
///
/// Tabs and line breaks are part of text; other control characters are on no form and could play
/// tricks on whoever reads a report on a terminal.
pub(crate) fn text_cell(text: String, cell: usize) -> Result<Cell, RowFault> {
    if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) {
        return Err(RowFault::ControlCharacter { cell });
    }
    Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(text) })
}

/// A heading's text. Years make headings too, so a number or a day is one.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Other(_) => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Bool(yes) => yes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().enumerate().map(|(i, t)| text_cell((*t).to_owned(), i + 1).expect("text")).collect()
    }

    fn check(heading: &[&str], expected: Result<&[&str], FileFault>) {
        let found = Headings::new(cells(heading), &Limits::default()).map(|h| h.texts);
        assert_eq!(found, expected.map(|e| e.iter().map(|t| (*t).to_owned()).collect()));
    }

    #[test]
    fn headings_are_trimmed_named_and_different() {
        check(&["a", " b\u{3000}", "", " "], Ok(&["a", "b"]));
        check(&["", " "], Err(FileFault::NoHeading));
        check(&["a", "", "c"], Err(FileFault::BlankHeading { column: 2 }));
        check(&["a", "b", "a "], Err(FileFault::DuplicateHeading { first: 1, second: 3 }));
    }

    #[test]
    fn a_row_fits_its_headings_or_says_by_how_much_not() {
        let headings = Headings::new(cells(&["a", "b"]), &Limits::default()).expect("headings");
        let wrong = |found| Err(RowFault::WrongCellCount { expected: 2, found });
        assert_eq!(headings.fit(cells(&["1", "2", "", ""])).map(|row| row.len()), Ok(2));
        assert_eq!(headings.fit(cells(&["1", "2", "", "4"])), wrong(4));
        assert_eq!(headings.fit(cells(&["1"])), wrong(1));
    }
}
