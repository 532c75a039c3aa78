//! What can be wrong with a law profile file or a holiday calendar.

use std::ops::Range;

/// What is wrong with a file, and where.
///
/// Such files hold law and no person, so the text may quote them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct LawFileError {
    /// The sort of fault.
    pub fault: LawFileFault,
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in the line, in characters, from 1.
    pub column: u32,
    /// What is wrong, naming the profile and the key.
    pub what: String,
}

impl LawFileError {
    /// The stable code, such as `P005`.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.fault.help()
    }
}

/// The sorts of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LawFileFault {
    /// The text is not TOML.
    NotToml,
    /// The file is of another schema.
    OtherSchema,
    /// The profile that the node chose is not in the file.
    NoSuchProfile,
    /// A profile extends one that is not there, or itself by a detour.
    NoBase,
    /// A key that the format does not have.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value that the key cannot have.
    WrongValue,
    /// A figure cites a source that the file does not list.
    UnknownSource,
    /// Two parts of one figure say different things.
    Contradiction,
    /// A figure that Fairfile does not know.
    UnknownFigure,
    /// A day that does not belong where it stands.
    WrongDay,
}

impl LawFileFault {
    /// Every fault as `explain` shows it: code, title, what to do.
    pub const ALL: [(&'static str, &'static str, &'static str); 11] = [
        ("P001", "not TOML", "correct the syntax at this place; https://toml.io describes it"),
        ("P002", "another schema", "use a file of the schema that this version of Fairfile reads"),
        ("P003", "no such profile", "choose one of the profiles that the file has, or add the profile to it"),
        ("P004", "no base to extend", "let the profile extend one that is in the file and does not extend it back"),
        ("P005", "unknown key", "correct the spelling or take the key out; nothing in the file is ignored"),
        ("P006", "missing key", "add the key"),
        ("P007", "wrong value", "give the key a value of the kind that is named"),
        ("P008", "unknown source", "add the law or document to the sources, or correct the source's key"),
        ("P009", "contradiction", "look the figure up in its source and make its parts say the same"),
        (
            "P010",
            "unknown figure",
            "correct the spelling; a figure that Fairfile does not know would bind nobody and is not taken",
        ),
        ("P011", "wrong day", "compare the day with the calendar that the government published"),
    ];

    fn row(self) -> &'static (&'static str, &'static str, &'static str) {
        match self {
            Self::NotToml => &Self::ALL[0],
            Self::OtherSchema => &Self::ALL[1],
            Self::NoSuchProfile => &Self::ALL[2],
            Self::NoBase => &Self::ALL[3],
            Self::UnknownKey => &Self::ALL[4],
            Self::MissingKey => &Self::ALL[5],
            Self::WrongValue => &Self::ALL[6],
            Self::UnknownSource => &Self::ALL[7],
            Self::Contradiction => &Self::ALL[8],
            Self::UnknownFigure => &Self::ALL[9],
            Self::WrongDay => &Self::ALL[10],
        }
    }

    /// The stable code, such as `P005`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The fault in a word or two.
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.row().2
    }
}

/// A fault at a span of bytes, before its line is counted.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) fault: LawFileFault,
    pub(crate) span: Range<usize>,
    pub(crate) what: String,
}

impl Flaw {
    pub(crate) fn new(fault: LawFileFault, span: Range<usize>, what: impl Into<String>) -> Self {
        Self { fault, span, what: what.into() }
    }

    /// The fault with its place in `text`.
    pub(crate) fn placed(self, text: &str) -> LawFileError {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        LawFileError {
            fault: self.fault,
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].chars().count()),
            what: self.what,
        }
    }
}
