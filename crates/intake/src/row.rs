//! What a reader gives: rows of named cells.

use std::sync::Arc;

use jiff::civil::Date;

use crate::RowFault;

/// What kind of file it is, found out from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Delimited text: commas, semicolons or tabs.
    Csv,
    /// An Excel workbook (Office Open XML).
    Xlsx,
    /// One JSON object a line.
    JsonLines,
}

/// One cell, as the file keeps it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing: no text at all, or JSON's `null`. Blanks are text.
    Empty,
    /// Text, untrimmed. JSON's whole numbers from -2^63 to 2^64 - 1 are given here by their digits, so
    /// that an identifier written as a number keeps every one of them.
    Text(String),
    /// A number as a spreadsheet kept it: 15 digits are certain, no more, so **an 18-digit identifier
    /// found here has lost its end**. From JSON: what has a fraction, an exponent, or is larger than
    /// the whole numbers above.
    Number(f64),
    /// A date cell of a workbook. A time of day in the same cell is dropped.
    Day(Date),
    /// Yes or no, in JSON and in workbooks.
    Bool(bool),
    /// Something that is no value: `"list"` or `"object"` in JSON, `"error"` in a workbook (`#N/A`, or
    /// a number too large to be one).
    Other(&'static str),
}

/// The cells of a sound row, each with its name: in the order of the headings, one for every heading;
/// in JSON Lines in the order of the line, those that it has.
pub type Cells = Vec<(Arc<str>, Cell)>;

/// One row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number by which the source finds the row again: the heading is row 1; in JSON Lines the
    /// first record is.
    pub number: u32,
    /// The cells, or why this row cannot be read. Reading goes on after a row that cannot.
    pub cells: Result<Cells, RowFault>,
}
