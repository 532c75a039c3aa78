//! What a replay finds: where, and what is wrong there; never what stands there.

/// Findings that are kept; all others are only counted.
const KEPT: usize = 100;

/// Something does not hold: its place, and the code of what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The primary key of the row: ids in hexadecimal digits, codes as they are, a blank in between; of a text that is
    /// no code only a hash. Empty for a whole table.
    pub key: String,
    /// The column, where it can be told.
    pub column: Option<String>,
    /// The code, one of [`CODES`].
    pub code: &'static str,
}

impl Finding {
    /// What is wrong.
    pub fn sentence(&self) -> &'static str {
        row(self.code).1
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        row(self.code).2
    }
}

fn row(code: &str) -> (&'static str, &'static str, &'static str) {
    CODES.iter().find(|row| row.0 == code).copied().unwrap_or_default()
}

/// The first findings, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first hundred of them.
    pub kept: Vec<Finding>,
    /// All of them.
    pub count: u64,
}

impl Findings {
    pub(super) fn add(&mut self, table: &str, key: impl Into<String>, column: Option<&str>, code: &'static str) {
        self.count += 1;
        if self.kept.len() < KEPT {
            let column = column.map(str::to_owned);
            self.kept.push(Finding { table: table.to_owned(), key: key.into(), column, code });
        }
    }

    /// Whether another one would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.kept.len() < KEPT
    }

    /// Counts findings that there is no room to keep.
    pub(super) fn more(&mut self, count: u64) {
        self.count += count;
    }
}

pub(super) const NO_LEAF: &str = "V101";
pub(super) const NOT_ITS_LEAF: &str = "V102";
pub(super) const NO_EVENT: &str = "V103";
pub(super) const UNFIT_EVENT: &str = "V104";
pub(super) const SMALLER: &str = "V105";
pub(super) const FORKED: &str = "V106";
pub(super) const UNEXPLAINED: &str = "V110";
pub(super) const OTHER_VALUE: &str = "V111";
pub(super) const MISSING: &str = "V112";
pub(super) const UNKNOWN_TABLE: &str = "V113";
pub(super) const LACKS_TABLE: &str = "V114";
pub(super) const UNKNOWN_COLUMN: &str = "V115";
pub(super) const LACKS_COLUMN: &str = "V116";
pub(super) const UNREADABLE_CELL: &str = "V117";
pub(super) const CLOSED_LOOK: &str = "V118";
pub(super) const UNSOUND_FILE: &str = "V119";
pub(super) const LOST_KEY: &str = "V120";
pub(super) const LEFT_KEY: &str = "V121";
pub(super) const DAMAGED_KEY: &str = "V122";
pub(super) const STRANGER: &str = "V130";
pub(super) const LACKING: &str = "V131";

const KEEP: &str = "keep the node's folder as it is and tell the supervisor; then restore the last backup of the data";

/// Every code of a replay: what is wrong, and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (NO_LEAF, "an entry of the journal is missing", KEEP),
    (NOT_ITS_LEAF, "an entry of the journal and what is written beside it do not belong together", KEEP),
    (NO_EVENT, "an entry of the journal has neither an event nor a look beside it", KEEP),
    (
        UNFIT_EVENT,
        "an event of the journal cannot be followed by this program",
        "use the newest fairfile that has written to this node; if it is this one, tell its makers",
    ),
    (
        SMALLER,
        "the journal is smaller than one that this node has signed",
        "restore a later backup of the data; the node signs nothing before",
    ),
    (
        FORKED,
        "the journal is another one than this node has signed",
        "restore the data that belongs to these keys; the node signs nothing before",
    ),
    (UNEXPLAINED, "the journal does not explain this row", KEEP),
    (OTHER_VALUE, "the journal says something else of this column", KEEP),
    (MISSING, "the journal demands a row that is not there", KEEP),
    (
        UNKNOWN_TABLE,
        "this table is none of fairfile's",
        "find out who made it; nothing but fairfile's own tables belongs into a node's database",
    ),
    (LACKS_TABLE, "this table is missing", KEEP),
    (UNKNOWN_COLUMN, "this column is none of fairfile's", "find out who made it, and what it holds"),
    (LACKS_COLUMN, "this column is missing", KEEP),
    (UNREADABLE_CELL, "a cell of this column does not hold what the column holds", KEEP),
    (CLOSED_LOOK, "a look does not open where it lies", KEEP),
    (
        UNSOUND_FILE,
        "the engine finds the database's file damaged: a page, or an index that does not fit its table",
        "stop the node, move its folder `data` away and keep it; then restore the last backup of the data",
    ),
    (
        LOST_KEY,
        "the key is missing but the journal tells of no destruction",
        "if V105 or V106 is named too, the data is old and the keys are right: restore a later backup of the data; else \
         restore the latest backup of the keys: what was destroyed stays destroyed",
    ),
    (
        LEFT_KEY,
        "the content is said to be gone but its key is still there",
        "open the node once with any command, such as `fairfile calendar run`: keys that were put back are destroyed \
         before anything else; check again, and if it stays, restore the latest backup of the keys",
    ),
    (
        DAMAGED_KEY,
        "the key is damaged: it does not open under the key of its month, and nobody reads what it seals",
        "keep `keys/keys.db` as it is somewhere else and restore the latest backup of the keys; then look after the disk",
    ),
    (
        STRANGER,
        "a trigger, a view, a rule, a function or an index of the database is none of fairfile's",
        "find out who made it and what it did, tell the supervisor, and take it away; rows that it changed are named too",
    ),
    (
        LACKING,
        "an index or a reference of this table is missing, which keeps rows from standing twice or being found",
        "find out who took it away; then restore the last backup of the data, which makes it anew",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_texts_read_like_errors() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, sentence, help) in CODES {
            for text in [sentence, help] {
                assert!(!text.ends_with('.') && !text.starts_with(char::is_uppercase), "{code}: {text}");
            }
        }
    }
}
