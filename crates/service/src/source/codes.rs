//! Everything that can be wrong with a row or a file, with its stable code and what to do. No content in any of it.

use fairfile_domain::catalog::CatalogConflict;
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::IdentifierFault;
use fairfile_domain::name::NameFault;
use fairfile_intake::FileFault;

/// Why a row was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The stable code.
    pub code: &'static str,
    /// The input that is wrong, where it is one.
    pub input: Option<InputCode>,
    /// The row of the same file that this one repeats.
    pub other_row: Option<u32>,
}

/// What becomes of rows with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Stored nowhere but in the report.
    Rejected,
    /// On file already.
    Duplicate,
    /// Waits for a person's decision, attached to nobody.
    Quarantined,
}

/// One row of the table: code, what becomes of the row, what is wrong, what to do.
pub type CodeRow = (&'static str, Fate, &'static str, &'static str);

/// Faults of rows that are the registry's own; those of identifiers, names and cells have tables of their own.
pub const ROWS: [CodeRow; 28] = [
    (
        "B001",
        Fate::Rejected,
        "a required input is missing",
        "fill it in from the decision or the register, and send the row again",
    ),
    (
        "B002",
        Fate::Quarantined,
        "an input is missing that must come first: the person has not been told of the decision",
        "have the decision served, enter the day, and send the row again; until then it is attached to nobody",
    ),
    ("B003", Fate::Rejected, "not a real date", "write the date like 2026-03-27, 2026/3/27, 20260327 or 2026年3月27日"),
    (
        "B004",
        Fate::Rejected,
        "the date lies in the future",
        "compare with the paper; this date cannot lie after the day of sending",
    ),
    ("B005", Fate::Rejected, "the second date lies before the first", "compare both dates with the paper"),
    (
        "B006",
        Fate::Rejected,
        "not one of the values that the item allows",
        "use one of the values listed in the catalog item",
    ),
    (
        "B007",
        Fate::Rejected,
        "not an amount with at most two decimals",
        "write it like 1234.50 or 1,234.50, without further text",
    ),
    (
        "B008",
        Fate::Rejected,
        "the text is longer than the item allows",
        "shorten it; the catalog item states the most characters",
    ),
    ("B009", Fate::Rejected, "the text has characters that cannot be shown", "type it anew without control characters"),
    (
        "B010",
        Fate::Rejected,
        "a category that no catalog may name",
        "take the column out; Fairfile does not keep this about anybody",
    ),
    (
        "B011",
        Fate::Rejected,
        "an input that the item does not have",
        "take it out; nothing is kept that the catalog does not name",
    ),
    (
        "B012",
        Fate::Duplicate,
        "the same record as another row or one on file",
        "nothing is needed: it was taken in once",
    ),
    (
        "B013",
        Fate::Rejected,
        "this number was used before with other content",
        "if the record on file is wrong, send a correction; if it is another record, give it its own number",
    ),
    (
        "B014",
        Fate::Quarantined,
        "the identifier is known under another name",
        "nothing is attached to anybody, and an officer of the source decides: compare number and name with the document, and send the row with what it shows; if it shows what was sent, tell the registrar, for two people may have been mixed up",
    ),
    (
        "B015",
        Fate::Rejected,
        "the cell holds a list, an object or an error instead of a value",
        "write a plain value into the cell",
    ),
    (
        "B016",
        Fate::Rejected,
        "the end of the record cannot be told: the holiday calendar does not reach that year",
        "ask the registrar to publish the calendar of that year, then send the row again",
    ),
    (
        "B017",
        Fate::Rejected,
        "the number is longer than 64 characters or has characters that cannot be shown",
        "copy the number from the decision again",
    ),
    ("B018", Fate::Rejected, "the legal basis is missing", "name the law and the article that the decision rests on"),
    (
        "B020",
        Fate::Rejected,
        "the act is neither a correction nor a withdrawal",
        "write 更正 or correct, 撤回 or withdraw",
    ),
    (
        "B021",
        Fate::Rejected,
        "no record with this number from this source",
        "compare the number; only the source that wrote a record can change it",
    ),
    (
        "B022",
        Fate::Rejected,
        "a correction or withdrawal needs its reason",
        "choose a reason of the list, such as entered-wrongly; the person will read it",
    ),
    (
        "B023",
        Fate::Rejected,
        "the record is about another identifier",
        "compare number and identifier; a record cannot be moved to another person by correcting it",
    ),
    (
        "B024",
        Fate::Rejected,
        "this input cannot be corrected to this value",
        "name an input of the item and a value that it allows; number, name and identifier are not corrected but withdrawn and sent anew",
    ),
    (
        "B025",
        Fate::Rejected,
        "the reason is not one of the law's list",
        "write 录入错误 (entered wrongly), 登记错人 (wrong person), 决定被撤销 (decision quashed), 决定已变更 (decision changed), 信息不完整 (incomplete), 信息已变化 (out of date), 缺乏法律依据 (no legal ground) or 异议成立 (objection upheld), and after a colon your own words for the person",
    ),
    (
        "B026",
        Fate::Rejected,
        "the record was withdrawn, there is nothing left to correct",
        "if the matter still stands, send it as a new record; its number is free for another content",
    ),
    (
        "B027",
        Fate::Rejected,
        "the record's retention has ended, its content is destroyed",
        "nothing is needed: nobody can read it any more",
    ),
    (
        "B028",
        Fate::Rejected,
        "a record with this number and this content was withdrawn",
        "nothing is needed if your own system has not noticed that yet; what was withdrawn does not come back as it was, and a new decision has its own content or number",
    ),
    (
        "B029",
        Fate::Duplicate,
        "the record is so already",
        "nothing is needed: nothing was changed and nobody was told anew; reason and words of this row are not kept",
    ),
];

/// The code, with the input it is about.
pub fn fault(code: &'static str, input: Option<&InputCode>) -> RowFault {
    RowFault { code, input: input.cloned(), other_row: None }
}

impl RowFault {
    /// What becomes of the row.
    pub fn fate(&self) -> Fate {
        ROWS.iter().find(|row| row.0 == self.code).map_or(Fate::Rejected, |row| row.1)
    }

    /// An identifier that is none.
    pub fn identifier(fault_: IdentifierFault, input: &InputCode) -> Self {
        fault(fault_.code(), Some(input))
    }

    /// A name that is none.
    pub fn name(fault_: NameFault, input: &InputCode) -> Self {
        fault(fault_.code(), Some(input))
    }
}

/// What is wrong, and what to do, for any code of a row.
pub fn explain_row(code: &str) -> Option<(&'static str, &'static str)> {
    let own = ROWS.iter().find(|row| row.0 == code).map(|row| (row.2, row.3));
    let identifiers = || IdentifierFault::ALL.iter().find(|row| row.0 == code).map(|row| (row.1, row.2));
    let names = || NameFault::ALL.iter().find(|row| row.0 == code).map(|row| (row.1, row.2));
    own.or_else(identifiers).or_else(names).or_else(|| fairfile_intake::faults::explain(code))
}

/// Why a whole file was not taken: nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileTrouble {
    /// It cannot be read.
    #[error("{0}")]
    File(FileFault),
    /// A required input has no column.
    #[error("the file has no column for {}", .0.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", "))]
    MissingColumns(Vec<InputCode>),
    /// A column is none of the item's inputs.
    #[error("column {0} is none of the item's inputs")]
    UnknownColumn(usize),
    /// Two columns are the same input.
    #[error("columns {0} and {1} are the same input")]
    SameColumn(usize, usize),
    /// The catalog has no such item today.
    #[error("the catalog has no such item today")]
    NoSuchItem,
    /// The member is no source of the item.
    #[error("this member is not a source of this item")]
    NotASource,
    /// The member may not act at present.
    #[error("this member is suspended")]
    Suspended,
    /// Two item files contradict each other.
    #[error("{0}")]
    Catalog(CatalogConflict),
    /// Corrections that were cut off come again in another order.
    #[error("these corrections were begun in another order and cut off")]
    OtherOrder,
}

/// Troubles of whole files that are not the reader's: code, title, what to do.
pub const FILES: [(&str, &str, &str); 8] = [
    (
        "B030",
        "a required input has no column",
        "add the column; `fairfile catalog show ITEM` shows the headings that are understood",
    ),
    (
        "B031",
        "a column is none of the item's inputs",
        "take the column out; nothing is kept that the catalog does not name",
    ),
    ("B032", "two columns are the same input", "keep one of them"),
    ("B033", "the catalog has no such item today", "choose an item of `fairfile catalog list`"),
    (
        "B034",
        "the member is not a source of the item",
        "hand the file in as the member that the item names as its source",
    ),
    ("B035", "the member is suspended", "ask the registrar for the reasons and the way back"),
    ("B037", "two item files contradict each other", "ask the registrar"),
    (
        "B038",
        "these corrections were begun in another order and cut off",
        "hand the file in with its rows as they were the first time, which finishes it: a later row goes by what an earlier one did",
    ),
];

impl FileTrouble {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::MissingColumns(_) => "B030",
            Self::UnknownColumn(_) => "B031",
            Self::SameColumn(..) => "B032",
            Self::NoSuchItem => "B033",
            Self::NotASource => "B034",
            Self::Suspended => "B035",
            Self::Catalog(_) => "B037",
            Self::OtherOrder => "B038",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.help(),
            other => FILES.iter().find(|row| row.0 == other.code()).map_or("", |row| row.2),
        }
    }
}

impl From<FileFault> for FileTrouble {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairfile_domain::correction::REASONS;

    #[test]
    fn the_help_for_a_reason_names_every_reason_of_the_list() {
        let (_, help) = explain_row("B025").expect("a code");
        for row in REASONS {
            let english = row.labels.last().expect("a label");
            assert!(help.contains(row.labels[0]) && help.contains(english), "{} is not in the help", row.code);
        }
    }
}
