//! The JSON shapes, converted by hand, so that a type of the domain can change without the API.
//!
//! The command line prints the same shapes with `--json`; every document names its `schema`.

pub mod answer;
mod article;
pub mod batch;
pub mod catalog;
pub mod file;
pub mod inquiry;
pub mod notice;
pub mod outbox;
pub mod receipt;

use std::fmt::Display;

use fairfile_domain::catalog::{Bilingual, Law as CitedLaw};
use fairfile_domain::day::Day;
use serde::{Serialize, Serializer};

/// A text in the asker's language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// The language that an `Accept-Language` header or a `--lang` asks for; English if it asks for neither.
    pub fn asked(text: &str) -> Self {
        let first = text.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        if first.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// The text in this language.
    pub fn of(self, text: &Bilingual) -> &str {
        match self {
            Self::En => &text.en,
            Self::Zh => &text.zh,
        }
    }

    /// One of two texts.
    pub fn pick<'t>(self, en: &'t str, zh: &'t str) -> &'t str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Both<'t> {
    /// English.
    pub en: &'t str,
    /// Simplified Chinese.
    pub zh: &'t str,
}

/// A text in both languages.
pub fn both(text: &Bilingual) -> Both<'_> {
    Both { en: &text.en, zh: &text.zh }
}

/// A law as documents cite it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Law<'t> {
    /// The law's title.
    pub title: Both<'t>,
    /// Article or section.
    pub article: &'t str,
    /// The day of the version that is meant.
    pub version_of: Option<Text<Day>>,
}

/// A law as documents cite it.
pub fn law(law: &CitedLaw) -> Law<'_> {
    Law { title: both(&law.title), article: &law.article, version_of: law.version_of.map(Text) }
}

/// What documents hold as the text that it displays as: ids, days, instants.
#[derive(Debug, Clone, Copy)]
pub struct Text<T>(pub T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An error as RFC 9457 and `--json` write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemBody {
    /// A readable page about the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in one line.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, with its figures.
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// What to do next.
    pub hint: String,
    /// Each wrong input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<InputError>,
}

/// One wrong input of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputError {
    /// Where it stands in the request (RFC 6901).
    pub pointer: String,
    /// The stable code.
    pub code: String,
    /// What is wrong.
    pub detail: String,
}
