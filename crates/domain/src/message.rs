//! What a person is told, how, and when: the facts worth a message, and what the person has chosen about them.
//!
//! A message tells one fact, one next step and a date. It never tells content, a kind of record or a member, and whoever
//! reads it over somebody's shoulder learns that there is a file, which everybody may have.

mod address;
mod hours;

use std::fmt;

pub use address::{MailAddress, NotAMailAddress, NotAPhone, Phone};
pub use hours::{Hours, NotHours};
use unicode_normalization::UnicodeNormalization as _;

use crate::day::{Instant, Zone};

/// A fact that a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A record was written; its day is the first on which others can see it.
    Written,
    /// A record was corrected.
    Corrected,
    /// A record was taken back by its source.
    Withdrawn,
    /// The display of a record has ended.
    Ended,
    /// The content of a record was destroyed.
    Destroyed,
    /// Somebody looked, or tried to.
    Looked,
    /// Somebody signed in as the person and read the file.
    SignedIn,
    /// Somebody signed in as the person took a copy of the file.
    Copied,
    /// Somebody signed in as the person changed where messages go; told where they went before.
    Moved,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 9] = [
        Self::Written,
        Self::Corrected,
        Self::Withdrawn,
        Self::Ended,
        Self::Destroyed,
        Self::Looked,
        Self::SignedIn,
        Self::Copied,
        Self::Moved,
    ];

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
            Self::Destroyed => "destroyed",
            Self::Looked => "looked",
            Self::SignedIn => "signed-in",
            Self::Copied => "copied",
            Self::Moved => "moved",
        }
    }

    /// The fact that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.word() == word)
    }

    /// Whether it may be the first sign that somebody else has the person's way in: then the night is no reason to wait.
    pub fn is_security(self) -> bool {
        matches!(self, Self::SignedIn | Self::Copied | Self::Moved)
    }
}

/// The languages that messages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    #[default]
    Zh,
}

impl Language {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::En, Self::Zh].into_iter().find(|language| language.word() == word)
    }
}

/// How often a person is told of looks. The list of looks is whole, whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Often {
    /// Each as soon as the hours allow.
    AtOnce,
    /// Those of a day together, the morning after.
    #[default]
    Daily,
    /// Those of a week together, on Monday.
    Weekly,
    /// Not at all.
    Off,
}

impl Often {
    /// Every choice, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::AtOnce, Self::Daily, Self::Weekly, Self::Off];

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Off => "off",
        }
    }

    /// The choice that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|often| often.word() == word)
    }
}

/// By which way messages leave the node. On the person's pages they stand in any case.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Channel {
    /// By none.
    #[default]
    Page,
    /// By e-mail to this address.
    Mail(MailAddress),
    /// By SMS to this phone.
    Sms(Phone),
}

impl Channel {
    /// The stored word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Mail(_) => "mail",
            Self::Sms(_) => "sms",
        }
    }

    /// Where to, as it is written on an envelope; nothing if nothing leaves the node.
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Page => None,
            Self::Mail(address) => Some(address.as_str()),
            Self::Sms(phone) => Some(phone.as_str()),
        }
    }

    /// The same with all but a little of it hidden: enough for its owner, too little for anybody else.
    pub fn masked(&self) -> Option<String> {
        match self {
            Self::Page => None,
            Self::Mail(address) => Some(address.masked()),
            Self::Sms(phone) => Some(phone.masked()),
        }
    }
}

/// Prints the way and nothing of the address.
impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Fewest characters of a phrase.
const PHRASE_LEAST: usize = 2;
/// Most characters of a phrase.
const PHRASE_MOST: usize = 40;

/// Words that the person has chosen and that stand in every genuine message. No password: it is read by whoever reads
/// the message.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase(String);

/// Why a text is no phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhrase {
    /// Too short or too long.
    #[error("expected a phrase of {PHRASE_LEAST} to {PHRASE_MOST} characters, such as green umbrella")]
    Length,
    /// Nothing but digits.
    #[error("expected words; digits alone look like a code, and nobody should send one")]
    Digits,
    /// A sign that could make a link or another line of it.
    #[error("expected letters, digits, spaces and hyphens only")]
    Signs,
}

impl Phrase {
    /// Reads a phrase; spaces around it fall away, and several in a row become one.
    ///
    /// Letters, digits, single spaces, hyphens and the dot of names only: no sign of it can begin another header line,
    /// make a link, or turn the direction of the text.
    ///
    /// # Errors
    /// [`NotAPhrase`].
    ///
    /// ```
    /// use fairfile_domain::message::{NotAPhrase, Phrase};
    ///
    /// assert_eq!(Phrase::parse(" green  umbrella ")?.as_str(), "green umbrella");
    /// assert_eq!(Phrase::parse("12 34"), Err(NotAPhrase::Digits));
    /// assert_eq!(Phrase::parse("green\r\nBcc: a"), Err(NotAPhrase::Signs));
    /// # Ok::<(), NotAPhrase>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotAPhrase> {
        if text.chars().take(PHRASE_MOST * 4).count() > PHRASE_MOST * 3 {
            return Err(NotAPhrase::Length);
        }
        let text = text.trim_matches(' ');
        if text.chars().any(|c| !(c.is_alphanumeric() || is_mark(c) || matches!(c, ' ' | '-' | '·'))) {
            return Err(NotAPhrase::Signs);
        }
        let words = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let phrase: String = words.nfc().collect();
        if !(PHRASE_LEAST..=PHRASE_MOST).contains(&phrase.chars().count()) {
            return Err(NotAPhrase::Length);
        }
        if !phrase.chars().any(char::is_alphabetic) {
            return Err(NotAPhrase::Digits);
        }
        Ok(Self(phrase))
    }

    /// The phrase.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mark over a letter, as writings that are not composed have them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phrase(..)")
    }
}

/// What a person has chosen about messages; the default is what counts as long as nothing was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// In which language.
    pub language: Language,
    /// By which way.
    pub channel: Channel,
    /// The words by which the person knows a genuine message.
    pub phrase: Option<Phrase>,
    /// At which hours.
    pub hours: Hours,
    /// How often looks are told.
    pub looks: Often,
}

impl Settings {
    /// Whether a fact is told by another way than the pages.
    pub fn tells(&self, fact: Fact) -> bool {
        self.channel != Channel::Page && (fact != Fact::Looked || self.looks != Often::Off)
    }

    /// When a fact that happened at `now` is told: in the person's hours, looks when the person wants to hear of them,
    /// and what may be a stranger's doing at once.
    pub fn due(&self, fact: Fact, now: Instant, zone: &Zone) -> Instant {
        match (fact, self.looks) {
            (fact, _) if fact.is_security() => now,
            (Fact::Looked, Often::Daily) => self.hours.next_morning(now, zone),
            (Fact::Looked, Often::Weekly) => self.hours.next_monday(now, zone),
            (Fact::Looked, Often::AtOnce | Often::Off) | (_, _) => self.hours.next_open(now, zone),
        }
    }
}

#[cfg(test)]
mod tests;
