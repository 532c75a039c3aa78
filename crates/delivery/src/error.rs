//! What an inbox does not take, and what can go wrong with it.

use fairfile_proof::FormatError;

/// Why a message was not taken: it changed nothing and moved no number. A refusal is counted in the inbox, and the
/// first of each kind is kept there as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// The bytes are no message: cut short, or changed beyond reading.
    Unreadable,
    /// It carries another key than the one that is kept of the node.
    OtherSender,
    /// The node's key did not sign it as it stands: changed or forged.
    NotSigned,
    /// It is addressed to another member.
    OtherMember,
    /// The node signed it, and had signed another message under the same number or id.
    Contradicts,
}

impl Refused {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Unreadable, Self::OtherSender, Self::NotSigned, Self::OtherMember, Self::Contradicts];

    /// The stable word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::OtherSender => "other-sender",
            Self::NotSigned => "not-signed",
            Self::OtherMember => "other-member",
            Self::Contradicts => "contradicts",
        }
    }

    /// What came, and what to do about it: first in English, then in Chinese.
    pub fn says(self) -> (&'static str, &'static str) {
        match self {
            Self::Unreadable => ("cut short or damaged; it is asked for again", "不完整或已损坏；将重新索取"),
            Self::OtherSender => (
                "signed with another key than this node's; ask the node's operator who sends it",
                "所用密钥不是本节点的；请询问节点运营方是何人所发",
            ),
            Self::NotSigned => {
                ("changed on the way or forged; the true one is asked for again", "途中被改动或系伪造；将重新索取真件")
            }
            Self::OtherMember => {
                ("addressed to another member; ask who carries them", "收件人是其他成员；请询问传送方")
            }
            Self::Contradicts => (
                "the node signed another one under the same number before; keep the inbox and tell the supervisor",
                "节点曾以同一序号签发过另一件；请保留收件箱并告知监督机关",
            ),
        }
    }

    pub(crate) fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refused| refused.word() == word)
    }
}

/// Why an effect did not come about. The words are the program's own, never what a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed at another time: the message keeps its place, and those behind it wait.
    Later(&'static str),
    /// It will never succeed as things are: the message is parked, and those behind it go on, but for those about the
    /// same thing, which are parked with it.
    Never(&'static str),
}

/// The inbox could not do its work; nothing has half an effect.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The file could not be read or written.
    #[error("the inbox could not be read or written; check its place, its permissions and the room on its disk")]
    File(#[from] rusqlite::Error),
    /// The file could not be made.
    #[error("the inbox could not be made; check its place and its permissions")]
    Place(#[source] std::io::Error),
    /// Another program has the inbox open; nothing was taken.
    #[error("another program has the inbox open; run it again when that one has ended")]
    InUse,
    /// The file is something else.
    #[error("the file is no inbox; name another one, and it is made")]
    NotAnInbox,
    /// A newer program made it.
    #[error("the inbox is of version {found} and this program knows {known}; update `fairfile`")]
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// It is the inbox of another member.
    #[error("the inbox belongs to the member `{0}`; each member has a file of its own")]
    OtherMember(String),
    /// The node has another key than the one that the inbox began with.
    #[error(
        "the node's key is not the one that this inbox began with, {pinned}; nothing was taken: ask the node's operator, by another way than this, whether and why the key changed, and begin a new inbox only if the answer holds"
    )]
    OtherKey {
        /// The key that the inbox began with.
        pinned: String,
    },
    /// A message in the file no longer reads.
    #[error("message no. {0} in the inbox is damaged; put the file back from a backup and fetch again")]
    Damaged(u64),
    /// A message has no canonical form.
    #[error("a message could not be written down; nothing was taken")]
    Format(#[from] FormatError),
    /// An effect did not come about this time. What came before it holds.
    #[error("message no. {seq} could not take effect yet: {why}; run it again")]
    Later {
        /// Its number.
        seq: u64,
        /// What the effect said.
        why: &'static str,
    },
}
