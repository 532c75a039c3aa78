//! Everything that can be wrong with a file or a row, by code.
//!
//! A code never changes its meaning. No fault holds content: a place (row, cell) and a figure at most.

use std::io;

use thiserror::Error;

/// Why a file cannot be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileFault {
    /// The file has more bytes than the limit.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The file holds nothing: no byte, no line, no cell.
    #[error("the file is empty")]
    Empty,
    /// The bytes are none of the three formats.
    #[error("the file is neither delimited text, nor an .xlsx workbook, nor JSON Lines")]
    UnknownFormat,
    /// An Excel file of the old kind (.xls, .xlsb), or one locked with a password.
    #[error("the workbook is locked with a password or of a kind before .xlsx")]
    OldOrEncryptedExcel,
    /// The text is in no encoding that we read.
    #[error("the text is neither UTF-8, nor GB18030, nor sound UTF-16")]
    UnknownEncoding,
    /// The first row has nothing but empty cells.
    #[error("the first row has no headings")]
    NoHeading,
    /// One heading among others is blank.
    #[error("the heading of column {column} is blank")]
    BlankHeading {
        /// The column, the first being 1.
        column: usize,
    },
    /// Two columns have the same heading, so a value's meaning would be a matter of luck.
    #[error("columns {first} and {second} have the same heading")]
    DuplicateHeading {
        /// The first of the two columns, counted from 1.
        first: usize,
        /// The second of the two.
        second: usize,
    },
    /// More columns than the limit.
    #[error("the file has more than {limit} columns")]
    TooManyHeadings {
        /// Columns allowed.
        limit: usize,
    },
    /// More rows than the limit.
    #[error("the file has more than {limit} rows, the heading counted")]
    TooManyRows {
        /// The highest row number allowed.
        limit: u32,
    },
    /// A record or line goes on past the limit, as when a line never ends.
    #[error("row {row} is longer than {limit} bytes")]
    RecordTooLong {
        /// The row.
        row: u32,
        /// Bytes allowed.
        limit: usize,
    },
    /// A quotation mark opened in this row and the file ended before it closed.
    #[error("a quotation mark that opens in row {row} is never closed")]
    QuoteNotClosed {
        /// The row in which it opens.
        row: u32,
    },
    /// The file is JSON, but one list instead of one object a line.
    #[error("the file is one JSON list, expected one JSON object a line")]
    JsonList,
    /// The workbook is cut short, altered or built against the format.
    #[error("the workbook is damaged: {what}")]
    Damaged {
        /// What does not fit.
        what: &'static str,
    },
    /// A part inflates out of proportion.
    #[error("a part of the workbook inflates to more than {limit} times its packed size")]
    Bomb {
        /// Times allowed.
        limit: u64,
    },
    /// The parts inflate to more than the limit.
    #[error("the workbook's parts inflate to more than {limit} bytes")]
    InflatesTooFar {
        /// Bytes allowed.
        limit: u64,
    },
    /// More files inside the zip than the limit.
    #[error("the workbook's zip has more than {limit} entries")]
    TooManyParts {
        /// Entries allowed.
        limit: usize,
    },
    /// More shared text, cell formats or nesting than the limit.
    #[error("the workbook has more {what} than {limit}")]
    TooMuchInside {
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// The workbook holds what runs or reaches outside: macros, links to other files, an entity.
    #[error("the workbook holds {what}")]
    ActiveContent {
        /// What it holds.
        what: &'static str,
    },
    /// The caller's [`StopCheck`](crate::StopCheck) said stop.
    #[error("reading the file took too long")]
    TookTooLong,
    /// The disk or the connection failed.
    #[error("the file could not be read: {kind}")]
    Unreadable {
        /// The system's word for it.
        kind: io::ErrorKind,
    },
}

/// Why one row cannot be read. The row is rejected and reading goes on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowFault {
    /// The line is not JSON.
    #[error("the line is not JSON")]
    NotJson,
    /// The line is JSON, but no object.
    #[error("the line is JSON but not an object")]
    NotAnObject,
    /// Lists or objects stand in each other deeper than the limit.
    #[error("the record is nested deeper than {limit}")]
    TooDeep {
        /// Depth allowed.
        limit: usize,
    },
    /// More cells than the limit.
    #[error("the row has more than {limit} cells")]
    TooManyCells {
        /// Cells allowed.
        limit: usize,
    },
    /// A cell is longer than the limit.
    #[error("cell {cell} is longer than {limit} bytes")]
    CellTooLong {
        /// The cell, the first being 1.
        cell: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The row has not one cell for each heading.
    #[error("expected {expected} cells, found {found}")]
    WrongCellCount {
        /// As many as there are headings.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
    /// One object names the same key twice.
    #[error("the record names the same key twice")]
    DuplicateKey,
    /// The bytes of a cell are not text in the file's encoding.
    #[error("cell {cell} is not text in {encoding}")]
    NotText {
        /// The cell, the first being 1; in JSON Lines always 1, for the whole line.
        cell: usize,
        /// The file's encoding.
        encoding: &'static str,
    },
    /// A cell holds a character that no form has, such as NUL.
    #[error("cell {cell} holds a control character")]
    ControlCharacter {
        /// The cell, the first being 1.
        cell: usize,
    },
}

/// Every fault: its code, its title, and what to do. What `explain CODE` prints.
pub static ALL: &[(&str, &str, &str)] = &[
    ("F001", "the file is too large", "split it into several batches, each with its heading"),
    ("F002", "the file is empty", "export it again and look into it before sending"),
    ("F003", "the format is not known", "send CSV, .xlsx or JSON Lines; from another program, use its \"save as\""),
    (
        "F004",
        "the workbook is locked or of an old kind",
        "open it in the spreadsheet program, remove the password, and save it as .xlsx",
    ),
    ("F005", "the encoding is not known", "save the file as UTF-8 and compare some rare names with the original"),
    ("F006", "there are no headings", "put the headings into the first row"),
    ("F007", "a heading is blank", "name the column, or delete it"),
    ("F008", "two headings are the same", "rename or delete one of the two columns"),
    ("F009", "there are too many columns", "send only the columns that the item asks for"),
    ("F010", "there are too many rows", "split the file into several batches, each with its heading"),
    (
        "F011",
        "a row is too long",
        "look at the row for a quotation mark that is not closed, or for missing line breaks",
    ),
    ("F012", "a quotation mark is never closed", "close it; a quotation mark inside a quoted cell is written twice"),
    ("F013", "the file is one JSON list", "write one object a line, without the brackets and commas around them"),
    ("F014", "the workbook is damaged", "open it in the spreadsheet program and save it anew as .xlsx"),
    (
        "F015",
        "the workbook inflates out of proportion",
        "copy the rows into a new workbook, without empty formatted rows, and send that",
    ),
    ("F016", "the workbook is too large inside", "split it into several batches, or send CSV"),
    ("F017", "the workbook has too many parts", "copy the sheet into a workbook of its own and send that"),
    ("F018", "the workbook holds too much inside", "copy the rows into a new workbook, or send CSV"),
    (
        "F019",
        "the workbook holds macros, links or entities",
        "save it as .xlsx without macros, paste linked cells as values, and send that",
    ),
    ("F020", "reading took too long", "split the file into several batches and try again"),
    ("F021", "the file could not be read", "check that the file is there and whole, then try again"),
    ("F101", "the line is not JSON", "write the line again as one JSON object; no line may break inside it"),
    ("F102", "the line is not an object", "write {\"name\": value, ...}, one object for each record"),
    ("F103", "the record is nested too deep", "give each value directly, not inside lists or objects"),
    ("F104", "the row has too many cells", "send only the cells that the headings name"),
    ("F105", "a cell is too long", "shorten the text; keep documents in your own files"),
    (
        "F106",
        "the row has not as many cells as headings",
        "quote cells that hold the delimiter; an unclosed quotation mark makes rows run together",
    ),
    ("F107", "a key stands twice in the record", "keep the right one of the two"),
    ("F108", "a cell is not text", "save the file as UTF-8 and send the row again"),
    ("F109", "a cell holds a control character", "type the cell anew and send the row again"),
];

/// What stands in [`ALL`] under `code`: title, and what to do. Nothing for a code of another crate.
///
/// ```
/// let (title, help) = fairfile_intake::faults::explain("F106").expect("a known code");
/// assert!(title.contains("headings") && help.contains("quotation mark"));
/// ```
pub fn explain(code: &str) -> Option<(&'static str, &'static str)> {
    ALL.iter().find(|(known, _, _)| *known == code).map(|(_, title, help)| (*title, *help))
}

impl FileFault {
    /// The stable code, `F001` and so on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "F001",
            Self::Empty => "F002",
            Self::UnknownFormat => "F003",
            Self::OldOrEncryptedExcel => "F004",
            Self::UnknownEncoding => "F005",
            Self::NoHeading => "F006",
            Self::BlankHeading { .. } => "F007",
            Self::DuplicateHeading { .. } => "F008",
            Self::TooManyHeadings { .. } => "F009",
            Self::TooManyRows { .. } => "F010",
            Self::RecordTooLong { .. } => "F011",
            Self::QuoteNotClosed { .. } => "F012",
            Self::JsonList => "F013",
            Self::Damaged { .. } => "F014",
            Self::Bomb { .. } => "F015",
            Self::InflatesTooFar { .. } => "F016",
            Self::TooManyParts { .. } => "F017",
            Self::TooMuchInside { .. } => "F018",
            Self::ActiveContent { .. } => "F019",
            Self::TookTooLong => "F020",
            Self::Unreadable { .. } => "F021",
        }
    }

    /// What to do about it, in one sentence.
    pub fn help(&self) -> &'static str {
        explain(self.code()).map_or("", |(_, help)| help)
    }

    /// The fault that an I/O error carries, or the one that it amounts to.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<FileFault>()) {
            return fault.clone();
        }
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                Self::Damaged { what: "a part cannot be inflated" }
            }
            kind => Self::Unreadable { kind },
        }
    }
}

impl From<FileFault> for io::Error {
    fn from(fault: FileFault) -> Self {
        io::Error::other(fault)
    }
}

impl RowFault {
    /// The stable code, `F101` and so on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "F101",
            Self::NotAnObject => "F102",
            Self::TooDeep { .. } => "F103",
            Self::TooManyCells { .. } => "F104",
            Self::CellTooLong { .. } => "F105",
            Self::WrongCellCount { .. } => "F106",
            Self::DuplicateKey => "F107",
            Self::NotText { .. } => "F108",
            Self::ControlCharacter { .. } => "F109",
        }
    }

    /// What to do about it, in one sentence.
    pub fn help(&self) -> &'static str {
        explain(self.code()).map_or("", |(_, help)| help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<(&'static str, String, &'static str)> {
        use FileFault as F;
        use RowFault as R;
        let files = [
            F::TooLarge { limit: 1 },
            F::Empty,
            F::UnknownFormat,
            F::OldOrEncryptedExcel,
            F::UnknownEncoding,
            F::NoHeading,
            F::BlankHeading { column: 1 },
            F::DuplicateHeading { first: 1, second: 2 },
            F::TooManyHeadings { limit: 1 },
            F::TooManyRows { limit: 1 },
            F::RecordTooLong { row: 1, limit: 1 },
            F::QuoteNotClosed { row: 1 },
            F::JsonList,
            F::Damaged { what: "x" },
            F::Bomb { limit: 1 },
            F::InflatesTooFar { limit: 1 },
            F::TooManyParts { limit: 1 },
            F::TooMuchInside { what: "x", limit: 1 },
            F::ActiveContent { what: "x" },
            F::TookTooLong,
            F::Unreadable { kind: io::ErrorKind::NotFound },
        ];
        let rows = [
            R::NotJson,
            R::NotAnObject,
            R::TooDeep { limit: 1 },
            R::TooManyCells { limit: 1 },
            R::CellTooLong { cell: 1, limit: 1 },
            R::WrongCellCount { expected: 1, found: 2 },
            R::DuplicateKey,
            R::NotText { cell: 1, encoding: "UTF-8" },
            R::ControlCharacter { cell: 1 },
        ];
        let files = files.iter().map(|f| (f.code(), f.to_string(), f.help()));
        files.chain(rows.iter().map(|r| (r.code(), r.to_string(), r.help()))).collect()
    }

    #[test]
    fn every_fault_is_explained_once_and_in_order() {
        let faults = one_of_each();
        let codes: Vec<_> = faults.iter().map(|(code, _, _)| *code).collect();
        let explained: Vec<_> = ALL.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(codes, explained);
        assert!(codes.is_sorted());
    }

    #[test]
    fn faults_speak_as_the_house_does() {
        for (code, says, help) in one_of_each() {
            for text in [says.as_str(), help] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{code}: {text}");
                assert!(!text.starts_with(char::is_uppercase), "{code}: {text}");
            }
        }
    }

    #[test]
    fn a_fault_survives_the_way_through_an_io_error() {
        let fault = FileFault::Bomb { limit: 200 };
        assert_eq!(FileFault::from_io(&io::Error::from(fault.clone())), fault);
    }
}
