//! What is done to a node, and what it answers: said alike by the model and by the node.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Item, Terms};
use crate::command::CutAt;

/// A command with everything in it that it stood for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A file is handed in.
    HandIn(File),
    /// An officer asks.
    Ask(Question),
    /// A person reads the own file.
    ReadFile(u32),
    /// A member reads its open notices.
    ListNotices(&'static str),
    /// A member confirms the notice of this number to `member`.
    Confirm { member: &'static str, seq: u64, by: &'static str },
    /// The holder of the receipt of this question asks what followed.
    Follow(usize),
    /// The calendar is run.
    Calendar,
    /// A version of an item is published, in force from this day.
    Publish { item: Item, from: i32, shape: u8 },
    /// Two registrars release an officer.
    Release(&'static str),
    /// So many seconds pass.
    Pass(i64),
    /// The wall clock is set so many seconds beside the truth.
    SetWall(i64),
    /// Two people confirm the clock.
    ConfirmClock,
    /// The machine is off for so many seconds.
    Reboot(i64),
    /// The process dies.
    Crash,
    /// All is lost, and restored from backups.
    Restore,
    /// The process dies within the act, which is tried once more.
    Cut { at: CutAt, act: Box<Act> },
    /// There is nothing that the command could be about.
    Nothing,
}

/// A file of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Who hands it in.
    pub member: &'static str,
    /// As files of which item.
    pub item: Item,
    /// What stands in it.
    pub rows: Rows,
}

/// The rows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// Records: every input of each.
    Records(Vec<RecordRow>),
    /// Corrections and withdrawals.
    Corrections(Vec<CorrectionRow>),
}

/// A row of a file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The person.
    pub person: u32,
    /// Whether the name is not the person's.
    pub misnamed: bool,
    /// The number.
    pub number: String,
    /// The day that the display hangs on.
    pub day: i32,
    /// Every input but name and identifier, as the file has it.
    pub inputs: BTreeMap<&'static str, String>,
}

/// A row of a file of corrections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRow {
    /// The number of the record.
    pub number: String,
    /// Whose identifier the row has.
    pub person: u32,
    /// The input and what it becomes; nothing for a withdrawal.
    pub to: Option<(&'static str, String)>,
    /// The day of the display that follows from it, if it does.
    pub day: Option<i32>,
    /// Words for the person.
    pub words: String,
}

/// A question of an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who asks, for whom and why.
    pub asker: &'static Asker,
    /// About whom.
    pub person: u32,
    /// Whether by another name.
    pub misnamed: bool,
    /// In which case.
    pub case: String,
    /// The key that makes a second sending the same question.
    pub key: Option<String>,
}

/// An officer with a purpose, and what is the matter with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Asker {
    /// The officer.
    pub officer: &'static str,
    /// The member it acts for.
    pub member: &'static str,
    /// The purpose it names.
    pub purpose: &'static str,
    /// The refusal that it meets whatever the pace.
    pub refused: Option<&'static str>,
    /// The refusal that it meets if the pace is lawful.
    pub refused_last: Option<&'static str>,
}

const fn asker(
    officer: &'static str,
    member: &'static str,
    purpose: &'static str,
    refused: Option<&'static str>,
) -> Asker {
    Asker { officer, member, purpose, refused, refused_last: None }
}

/// Who asks in a history: first those who may find something.
pub const ASKERS: [Asker; 11] = [
    asker("0417", "health-commission", "licence-renewal", None),
    asker("0201", "market-regulation", "licence-renewal", None),
    asker("1001", "insurance-bureau", "pharmacy-contract", None),
    asker("0201", "market-regulation", "food-permit", None),
    asker("0417", "health-commission", "physician-hiring", None),
    asker("0418", "health-commission", "licence-renewal", Some("D007")),
    asker("0418", "health-commission", "physician-hiring", Some("D006")),
    asker("0417", "health-commission", "pharmacy-contract", Some("D005")),
    asker("0417", "health-commission", "no-such-purpose", Some("D004")),
    asker("1101", "reform-commission", "licence-renewal", Some("D008")),
    Asker {
        officer: "1301",
        member: "rural-bank",
        purpose: "loan-by-consent",
        refused: None,
        refused_last: Some("D009"),
    },
];

/// Members that may get notices, and one that never does.
pub const MEMBERS: [&str; 4] = ["health-commission", "insurance-bureau", "market-regulation", "court"];

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// In force.
    InForce,
    /// Its display is over.
    Ended,
    /// Its source took it back.
    Withdrawn,
    /// Its key is gone.
    Destroyed,
}

/// What becomes of a row: nothing is wrong with it, or the code of what is.
pub type Fate = Option<&'static str>;

/// What was shown of one record: its number, its version, and the inputs.
pub type Showing = (String, u32, BTreeMap<String, String>);

/// What a node answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A file was taken in: whether it had been before, what became of each row, who was told and has confirmed.
    Taken { again: bool, fates: Vec<Fate>, told: BTreeMap<String, (u64, u64)> },
    /// Not done, for this reason.
    Refused(&'static str),
    /// An officer was shown this.
    Shown(Vec<Showing>),
    /// An officer was shown nothing.
    Nothing,
    /// An officer was denied.
    Denied(String),
    /// The own file.
    File(Box<FileSaid>),
    /// Nobody of this number is on file.
    NoFile,
    /// Notices to a member.
    Notices(Vec<NoticeSaid>),
    /// What followed a look: number, whether it was withdrawn, the version that went.
    Followed(Vec<(String, bool, u32)>),
    /// What the calendar has written down.
    Passed { ended: u64, destroyed: u64, chased: u64 },
    /// Done.
    Done,
}

/// Number, version, state, days and inputs of a record.
pub type RecordSaid = (String, u32, State, [i32; 3], Vec<(String, String)>);

/// A person's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSaid {
    /// Whether the name on file is the other one.
    pub misnamed: bool,
    /// Each record.
    pub records: BTreeSet<RecordSaid>,
    /// Number, whether withdrawn, the version that went and the source's words of each correction, oldest first.
    pub corrections: Vec<(String, bool, u32, String)>,
    /// Which member was shown which number how often, and its notices about it.
    pub told: BTreeMap<(String, String), (u64, Vec<NoticeSaid>)>,
    /// Every look, oldest first.
    pub looks: Vec<LookSaid>,
}

/// A notice, as whoever may read it reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticeSaid {
    /// Its number among the notices to its member.
    pub seq: u64,
    /// The record's number.
    pub number: String,
    /// Whether the record was withdrawn.
    pub withdrawn: bool,
    /// The version that went.
    pub version_before: u32,
    /// The last day to confirm.
    pub due_on: i32,
    /// Steps of chasing taken.
    pub chases: u32,
    /// Where it stands.
    pub standing: &'static str,
    /// The next step and its day.
    pub next: Option<(&'static str, i32)>,
    /// How many of the member's looks it is about; nothing where that is not told.
    pub looks: Option<u64>,
}

/// A look, as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LookSaid {
    /// The officer; empty for the person's own.
    pub officer: String,
    /// The purpose.
    pub purpose: String,
    /// The case.
    pub case: String,
    /// What came of it.
    pub outcome: String,
    /// The code of a refusal.
    pub refusal: String,
    /// Number and version of what was shown.
    pub shown: BTreeSet<(String, u32)>,
}

impl Terms {
    /// The three days.
    pub fn days(&self) -> [i32; 3] {
        [self.shown_from, self.display_until, self.retained_until]
    }
}

impl Rows {
    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Records(rows) => rows.len(),
            Self::Corrections(rows) => rows.len(),
        }
    }

    /// The numbers in them.
    pub fn numbers(&self) -> Vec<&str> {
        match self {
            Self::Records(rows) => rows.iter().map(|row| row.number.as_str()).collect(),
            Self::Corrections(rows) => rows.iter().map(|row| row.number.as_str()).collect(),
        }
    }
}
