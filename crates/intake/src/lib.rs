//! Reads a source's file: bytes in, rows out.
//!
//! A source sends what its office exports: delimited text (CSV) in UTF-8, UTF-16 or GB18030, an Excel
//! workbook, or JSON Lines. [`Reader::open`] finds out which it is by looking at the bytes, never by
//! the name alone, and then gives one [`Row`] after the other.
//!
//! Every file here comes from a stranger, so memory is bounded whatever the file says: each figure
//! stands in [`Limits`], with its unit and its reason. There are two kinds of trouble. A [`RowFault`]
//! costs one row: the row is reported and reading goes on. A [`FileFault`] ends the file; it may come
//! after rows were given (a checksum stands at the end of a part), so **a caller keeps nothing of a
//! file that ended in a fault.** Neither ever holds content, for a cell may be about a person.
//!
//! What this crate deliberately does not do: it knows no catalog, no identifier and no storage, it
//! corrects nothing, guesses no date out of a text and trims no cell. It has no clock either: whoever
//! wants a time limit hands in a [`StopCheck`].
//!
//! # What counts as a row
//!
//! The heading is row 1. In delimited text a row is a record: a cell may hold line breaks, so a row is
//! no line. A wholly blank line is not a record and is not counted. In a workbook a row has the
//! number that the sheet shows. A row whose cells are all empty is counted but not given. In JSON
//! Lines there is no heading: the first record is row 1, and blank lines are not counted.
//!
//! # Where to start reading
//!
//! `reader.rs` has the whole course; `recognise.rs` decides the format and the encoding; then one
//! file per format: `delimited.rs`, `json_lines.rs`, `workbook/`. `archive.rs` is the guard in front
//! of every workbook.
//!
//! ```
//! use fairfile_intake::{Cell, Limits, Reader};
//!
//! let file = std::io::Cursor::new("licence no.;valid until\r\nLH-1;2027-01-31\r\n");
//! let mut reader = Reader::open(file, Some("licences.csv"), &Limits::default())?;
//! assert_eq!(reader.headings(), ["licence no.", "valid until"]);
//!
//! let row = reader.next().expect("one row")?;
//! assert_eq!(row.number, 2);
//! let cells = row.cells.expect("a sound row");
//! assert_eq!(cells[0].1, Cell::Text("LH-1".to_owned()));
//! # Ok::<(), fairfile_intake::FileFault>(())
//! ```

mod archive;
mod delimited;
pub mod faults;
mod heading;
mod json_lines;
pub mod limits;
mod reader;
mod recognise;
mod row;
mod text;
mod workbook;

pub use faults::{FileFault, RowFault};
pub use limits::{Limits, StopCheck};
pub use reader::Reader;
pub use row::{Cell, Cells, Format, Row};
