//! What may come out where: a table of states and outputs, as data.

/// What will have become of what a mark stands in when the story is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// A record that is on display to the end.
    Lives,
    /// A record whose display ends, and which is still kept.
    Ends,
    /// What a record said before it was corrected.
    IsCorrected,
    /// A record that its source takes back.
    IsWithdrawn,
    /// A record whose retention ends.
    IsDestroyed,
    /// What was handed in or asked, and refused.
    IsTurnedAway,
    /// The number or name of somebody on file.
    IsAPerson,
    /// A source's words to the person about a correction.
    AreWords,
    /// The case number of a look.
    IsACase,
    /// The wrapped key of a record that is gone.
    IsADeadKey,
    /// Where a person wants to be told, and the phrase by which genuine messages are known.
    IsAnAddress,
}

/// A time of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// Everything lives.
    Before,
    /// What is to be corrected and withdrawn is.
    PutRight,
    /// Displays and retentions have ended.
    Over,
}

/// Where something can come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// What an officer is answered, receipt included.
    Answer,
    /// What the person reads: the file, the looks.
    OwnFile,
    /// The person's signed copy.
    Copy,
    /// What a member is told: reports, notices, messages, receipts, problems.
    Report,
    /// What leaves by e-mail and SMS, which a demo shows at `/demo/outbox` and holds in memory alone.
    Sent,
    /// What anybody can read: catalog, journal, tiles, health, pages, problems.
    Public,
    /// What the server writes to its log, at the most verbose level.
    Log,
    /// What a command prints, at the most verbose level.
    Talk,
    /// A backup of data or of keys.
    Backup,
    /// The node's files, the database server's files, temporary files with and without a name.
    Disk,
    /// The memory of the serving process, which is what a core would hold.
    Memory,
}

impl Fate {
    /// The outputs that may show it at `time`. What a table of a lawyer's would say, state by state:
    ///
    /// | state | answer | own file and copy | all else |
    /// |---|---|---|---|
    /// | on display | yes | yes | no |
    /// | ended | no | yes | no |
    /// | corrected, withdrawn, destroyed, turned away | no | no | no |
    /// | the person, a source's words to the person | no | yes | no |
    /// | the case of a look | yes, and on its receipt | yes | no |
    /// | a person's address and phrase | no | the person's settings | what is sent there, and the demo's memory of it |
    pub fn may_show(self, time: Time) -> &'static [Output] {
        use Output::{Answer, Copy, Memory, OwnFile, Sent};
        let on_display: &[Output] = &[Answer, OwnFile, Copy];
        let to_the_person: &[Output] = &[OwnFile, Copy];
        match (self, time) {
            (Self::IsAnAddress, _) => &[OwnFile, Sent, Memory],
            (Self::Lives | Self::IsACase, _) => on_display,
            (Self::Ends, Time::Before | Time::PutRight) => on_display,
            (Self::IsCorrected | Self::IsWithdrawn, Time::Before) => on_display,
            (Self::IsDestroyed, Time::Before | Time::PutRight) => on_display,
            (Self::Ends, Time::Over) | (Self::IsAPerson | Self::AreWords, _) => to_the_person,
            (Self::IsCorrected | Self::IsWithdrawn, Time::PutRight | Time::Over) => &[],
            (Self::IsDestroyed, Time::Over) | (Self::IsTurnedAway | Self::IsADeadKey, _) => &[],
        }
    }
}
