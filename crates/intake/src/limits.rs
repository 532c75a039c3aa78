//! Every limit of a source's file, in one table. Each has a test that hits it (`tests/limits.rs`).

use std::fmt;
use std::sync::Arc;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Bytes of a file as sent. A province's largest monthly batch is far smaller; a larger one is split.
pub const FILE_BYTES: u64 = 256 * MIB as u64;
/// The highest row number, the heading included: a million records and their heading.
pub const ROWS: u32 = 1_000_001;
/// Cells in one row. The widest official form that we know has some sixty columns.
pub const CELLS: usize = 200;
/// Headings of one file; as many as a row may have cells.
pub const HEADINGS: usize = 200;
/// Bytes of one cell, as UTF-8. Twice the longest text that Excel keeps in a cell, in ASCII.
pub const CELL_BYTES: usize = 64 * KIB;
/// Bytes of one record or line of text, and of one piece of XML: what is held in memory at once.
pub const RECORD_BYTES: usize = MIB;
/// How deep JSON may be nested, the record itself being depth 1. A record needs no more than two.
pub const JSON_DEPTH: usize = 16;
/// Files inside a workbook's zip. A workbook of a hundred sheets has some three hundred.
pub const ZIP_ENTRIES: usize = 1_000;
/// Bytes that a workbook's parts inflate to, all together. A million rows of fifteen cells written
/// out as inline text come to 1.3 GiB; it is read as a stream, so this bounds time, not memory.
pub const INFLATED_BYTES: u64 = 2 * 1024 * MIB as u64;
/// How many times larger than its packed size a part may become. Real sheets stay under 40.
pub const INFLATE_RATIO: u64 = 200;
/// Bytes of a part up to which the ratio is not looked at: small parts pack absurdly well.
pub const RATIO_FREE_BYTES: u64 = MIB as u64;
/// Bytes of a workbook's shared strings in memory, each counted with 8 bytes for its place.
pub const SHARED_STRING_BYTES: usize = 64 * MIB;
/// Cell formats of a workbook: Excel itself keeps no more.
pub const CELL_FORMATS: usize = 65_490;
/// How deep a workbook's XML may be nested. A cell stands at depth 4, its rich text at 7.
pub const XML_DEPTH: usize = 32;

/// After how many rows the [`StopCheck`] is asked.
pub(crate) const ROWS_BETWEEN_CHECKS: u32 = 1_000;
/// After how many bytes inflated the [`StopCheck`] is asked.
pub(crate) const BYTES_BETWEEN_CHECKS: u64 = MIB as u64;

/// The limits that a file is read under. The default is the table of this module.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a file as sent ([`FILE_BYTES`]).
    pub file_bytes: u64,
    /// The highest row number ([`ROWS`]).
    pub rows: u32,
    /// Cells in one row ([`CELLS`]).
    pub cells: usize,
    /// Headings of one file ([`HEADINGS`]).
    pub headings: usize,
    /// Bytes of one cell ([`CELL_BYTES`]).
    pub cell_bytes: usize,
    /// Bytes of one record, line or piece of XML ([`RECORD_BYTES`]).
    pub record_bytes: usize,
    /// Depth of JSON ([`JSON_DEPTH`]).
    pub json_depth: usize,
    /// Files inside a zip ([`ZIP_ENTRIES`]).
    pub zip_entries: usize,
    /// Bytes inflated, of all parts together ([`INFLATED_BYTES`]).
    pub inflated_bytes: u64,
    /// Inflated bytes for each packed byte ([`INFLATE_RATIO`]).
    pub inflate_ratio: u64,
    /// Bytes of a part up to which the ratio is free ([`RATIO_FREE_BYTES`]).
    pub ratio_free_bytes: u64,
    /// Bytes of shared strings ([`SHARED_STRING_BYTES`]).
    pub shared_string_bytes: usize,
    /// Cell formats of a workbook ([`CELL_FORMATS`]).
    pub cell_formats: usize,
    /// Depth of XML ([`XML_DEPTH`]).
    pub xml_depth: usize,
    /// Asked every 1,000 rows and at least every mebibyte, read or inflated, whether to stop.
    pub stop: StopCheck,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: FILE_BYTES,
            rows: ROWS,
            cells: CELLS,
            headings: HEADINGS,
            cell_bytes: CELL_BYTES,
            record_bytes: RECORD_BYTES,
            json_depth: JSON_DEPTH,
            zip_entries: ZIP_ENTRIES,
            inflated_bytes: INFLATED_BYTES,
            inflate_ratio: INFLATE_RATIO,
            ratio_free_bytes: RATIO_FREE_BYTES,
            shared_string_bytes: SHARED_STRING_BYTES,
            cell_formats: CELL_FORMATS,
            xml_depth: XML_DEPTH,
            stop: StopCheck::never(),
        }
    }
}

/// Says whether reading should stop: the caller's clock, signal or patience.
///
/// This crate has no clock. A caller with a time budget closes over its own; when the check says
/// yes, reading ends with [`FileFault::TookTooLong`](crate::FileFault::TookTooLong).
#[derive(Clone)]
pub struct StopCheck(Arc<dyn Fn() -> bool + Send + Sync>);

impl StopCheck {
    /// A check that asks `should_stop` each time.
    pub fn new(should_stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(should_stop))
    }

    /// A check that never stops.
    pub fn never() -> Self {
        Self::new(|| false)
    }

    pub(crate) fn ask(&self) -> Result<(), crate::FileFault> {
        if (self.0)() { Err(crate::FileFault::TookTooLong) } else { Ok(()) }
    }
}

impl fmt::Debug for StopCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StopCheck")
    }
}
