//! A fact becomes a text: as an e-mail, or as an SMS that fits two parts.

use std::fmt;

use fairfile_domain::day::{Day, Instant, Zone};
use fairfile_domain::message::{Channel, Fact, Language, Phrase};
use i18n_embed_fl::fl;

use crate::length::segments;
use crate::words::{self, Words};

/// The most parts of an SMS.
const PARTS: usize = 2;

/// Who speaks in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The node's name for readers of English, such as `Fairfile Lanhe`.
    pub name_en: String,
    /// The node's name for readers of Chinese, such as `兰河公平档案`.
    pub name_zh: String,
    /// The node's address as people type it, such as `fairfile.lanhe.example`; it stands in e-mails alone.
    pub home: String,
    /// Where people get help besides the counters.
    pub help: HelpLines,
}

/// Where people get help from whoever runs the node. What is empty is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelpLines {
    /// The phone.
    pub phone: String,
    /// The post address for readers of English.
    pub post_en: String,
    /// The same for readers of Chinese.
    pub post_zh: String,
    /// The hours in which somebody answers, for readers of English.
    pub hours_en: String,
    /// The same for readers of Chinese.
    pub hours_zh: String,
}

impl HelpLines {
    /// The post address.
    pub fn post(&self, language: Language) -> &str {
        match language {
            Language::En => &self.post_en,
            Language::Zh => &self.post_zh,
        }
    }

    /// The hours.
    pub fn hours(&self, language: Language) -> &str {
        match language {
            Language::En => &self.hours_en,
            Language::Zh => &self.hours_zh,
        }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Sender {
    /// A node at `home` that has no name but the product's.
    pub fn at(home: &str) -> Self {
        let name = |language| fl!(words::of(language), "node-name");
        Self {
            name_en: name(Language::En),
            name_zh: name(Language::Zh),
            home: home.to_owned(),
            help: HelpLines::default(),
        }
    }

    fn name(&self, language: Language) -> &str {
        match language {
            Language::En => &self.name_en,
            Language::Zh => &self.name_zh,
        }
    }
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The fact.
    pub fact: Fact,
    /// The day that it names.
    pub about_on: Day,
    /// When it happened.
    pub happened_at: Instant,
    /// How many looks there were, for [`Fact::Looked`].
    pub looks: u64,
    /// The message's number among the person's.
    pub number: u64,
}

/// The very text of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The subject of an e-mail; nothing in an SMS.
    pub subject: String,
    /// All the rest.
    pub body: String,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

/// The text of a message by `channel`, in `language`, with the person's own words in it.
pub fn compose(
    told: &Told,
    (sender, zone): (&Sender, &Zone),
    language: Language,
    phrase: Option<&Phrase>,
    channel: &Channel,
) -> Text {
    let speech = Speech::of(sender, zone, language);
    match channel {
        Channel::Mail(_) => speech.mail(told, sender, phrase),
        Channel::Sms(_) | Channel::Page => Text { subject: String::new(), body: speech.sms(told, phrase) },
    }
}

/// The e-mail to somebody who works at a counter, in whose name a recovery was asked for that can be granted at `ripe_at`.
pub fn compose_recovery(ripe_at: Instant, (sender, zone): (&Sender, &Zone), language: Language) -> Text {
    let speech = Speech::of(sender, zone, language);
    let words = speech.words;
    let (hour, minute) = ripe_at.time_in(zone);
    let (day, time) = (speech.day(ripe_at.day_in(zone), true), format!("{hour:02}:{minute:02}"));
    let lines = [
        fl!(words, "recovery", day = day, time = time),
        fl!(words, "recovery-yours", home = sender.home.as_str()),
        fl!(words, "recovery-never"),
    ];
    let subject = fl!(words, "mail-subject", name = speech.name, subject = fl!(words, "recovery-subject"));
    Text { subject, body: lines.join("\n\n") + "\n" }
}

/// Who speaks, in which language, where.
pub(crate) struct Speech<'s> {
    pub(crate) words: &'static Words,
    pub(crate) name: &'s str,
    pub(crate) zone: &'s Zone,
    pub(crate) language: Language,
}

impl<'s> Speech<'s> {
    pub(crate) fn of(sender: &'s Sender, zone: &'s Zone, language: Language) -> Self {
        Self { words: words::of(language), name: sender.name(language), zone, language }
    }
}

impl Speech<'_> {
    fn mail(&self, told: &Told, sender: &Sender, phrase: Option<&Phrase>) -> Text {
        let subject = fl!(self.words, "mail-subject", name = self.name, subject = self.subject(told.fact));
        let mut lines = Vec::new();
        if let Some(phrase) = phrase {
            lines.push(fl!(self.words, "mail-phrase", phrase = phrase.as_str()));
        }
        lines.push(self.fact(told, true));
        lines.push(fl!(self.words, "mail-how", home = sender.home.as_str()));
        lines.push(self.help(&sender.help));
        lines.push(fl!(self.words, "mail-kept", number = told.number.cast_signed()));
        Text { subject, body: lines.join("\n\n") + "\n" }
    }

    /// With all that belongs into it if that fits, else without what every message says, else with the bare fact.
    fn sms(&self, told: &Told, phrase: Option<&Phrase>) -> String {
        let head = match phrase {
            Some(phrase) => fl!(self.words, "head-with-phrase", name = self.name, phrase = phrase.as_str()),
            None => fl!(self.words, "head", name = self.name),
        };
        // English has blanks between its parts and goes on in small letters; Chinese has neither.
        let (head, blank) = match self.language {
            Language::En => (head + " ", " "),
            Language::Zh => (head, ""),
        };
        let fact = small_first(self.fact(told, false));
        let whole = [&head, fact.as_str(), blank, &fl!(self.words, "no-links")].concat();
        let shorter = [head.as_str(), &fact].concat();
        let bare = [head.as_str(), &self.subject(told.fact)].concat();
        let fits = |text: &String| segments(text) <= PARTS;
        [whole, shorter].into_iter().find(fits).unwrap_or(bare)
    }

    /// Where there is help: at every counter, and where the node says.
    fn help(&self, help: &HelpLines) -> String {
        let (phone, hours, post) = (help.phone.as_str(), help.hours(self.language), help.post(self.language));
        let phone = match (phone, hours) {
            ("", _) => String::new(),
            (phone, "") => fl!(self.words, "mail-help-phone", phone = phone),
            (phone, hours) => fl!(self.words, "mail-help-hours", phone = phone, hours = hours),
        };
        let post = if post.is_empty() { String::new() } else { fl!(self.words, "mail-help-post", post = post) };
        let parts = [phone, post, fl!(self.words, "mail-help")].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(match self.language {
            Language::En => " ",
            Language::Zh => "",
        })
    }

    fn subject(&self, fact: Fact) -> String {
        match fact {
            Fact::Written => fl!(self.words, "written-subject"),
            Fact::Corrected => fl!(self.words, "corrected-subject"),
            Fact::Withdrawn => fl!(self.words, "withdrawn-subject"),
            Fact::Ended => fl!(self.words, "ended-subject"),
            Fact::Destroyed => fl!(self.words, "destroyed-subject"),
            Fact::Looked => fl!(self.words, "looked-subject"),
            Fact::SignedIn => fl!(self.words, "signed-in-subject"),
            Fact::Copied => fl!(self.words, "copied-subject"),
            Fact::Moved => fl!(self.words, "moved-subject"),
        }
    }

    fn fact(&self, told: &Told, with_year: bool) -> String {
        let day = self.day(told.about_on, with_year);
        let time = || {
            let (hour, minute) = told.happened_at.time_in(self.zone);
            format!("{hour:02}:{minute:02}")
        };
        let is_shown = told.about_on <= told.happened_at.day_in(self.zone);
        match told.fact {
            Fact::Written if is_shown => fl!(self.words, "written-shown", day = day),
            Fact::Written => fl!(self.words, "written", day = day),
            Fact::Corrected => fl!(self.words, "corrected", day = day),
            Fact::Withdrawn => fl!(self.words, "withdrawn", day = day),
            Fact::Ended => fl!(self.words, "ended", day = day),
            Fact::Destroyed => fl!(self.words, "destroyed", day = day),
            Fact::Looked => fl!(self.words, "looked", count = told.looks.cast_signed(), day = day),
            Fact::SignedIn => fl!(self.words, "signed-in", day = day, time = time()),
            Fact::Copied => fl!(self.words, "copied", day = day, time = time()),
            Fact::Moved => fl!(self.words, "moved", day = day, time = time()),
        }
    }

    pub(crate) fn day(&self, on: Day, with_year: bool) -> String {
        let (day, month) = (i64::from(on.day_of_month()), fl!(self.words, "month", month = i64::from(on.month())));
        if with_year {
            fl!(self.words, "day-with-year", day = day, month = month, year = on.year().to_string())
        } else {
            fl!(self.words, "day", day = day, month = month)
        }
    }
}

fn small_first(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
