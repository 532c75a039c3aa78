//! How the program speaks: data to standard output, talk to standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};

use fairfile_http::wire::Language;
use serde_json::Value;

use crate::ambient;
use crate::args::{Colour, Global, Lang};
use crate::trouble::{Exit, Trouble};

/// What was asked about the form of all output.
pub struct Voice {
    /// One JSON object instead of text.
    pub json: bool,
    /// The language of texts.
    pub language: Language,
    /// Whether a bar may be shown.
    pub shows_bar: bool,
    quiet: u8,
    colour: bool,
}

impl Voice {
    /// The voice that the global options ask for.
    pub fn new(global: &Global) -> Self {
        let colour = match global.color {
            Colour::Auto => ambient::has_colour(),
            Colour::Always => true,
            Colour::Never => false,
        };
        let language = match global.lang {
            Lang::En => Language::En,
            Lang::Zh => Language::Zh,
        };
        let shows_bar = !global.no_progress && global.quiet == 0 && io::stderr().is_terminal();
        Self { json: global.json, language, shows_bar, quiet: global.quiet, colour: colour && !global.json }
    }

    /// A voice before anything was read.
    pub fn plain(json: bool) -> Self {
        Self { json, language: Language::En, shows_bar: false, quiet: 0, colour: false }
    }

    /// One of two texts.
    pub fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        self.language.pick(en, zh)
    }

    /// Data: the document with `--json`, the text otherwise.
    pub fn tell(&self, document: &Value, text: impl FnOnce() -> String) -> Result<(), Trouble> {
        // Whoever listened has heard enough.
        self.tell_whole(document, text).map(|_was_heard| ())
    }

    /// As [`Voice::tell`]; whether whoever listens stayed to the end.
    pub fn tell_whole(&self, document: &Value, text: impl FnOnce() -> String) -> Result<bool, Trouble> {
        let text = if self.json { format!("{document}\n") } else { text() };
        self.write_whole(text.as_bytes())
    }

    /// Data as it is.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Trouble> {
        self.write_whole(bytes).map(|_was_heard| ())
    }

    fn write_whole(&self, bytes: &[u8]) -> Result<bool, Trouble> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => {
                Err(Trouble::new(Exit::Failed, "U013", format!("standard output cannot be written: {}", error.kind())))
            }
            Ok(()) => Ok(true),
        }
    }

    /// Talk, unless quiet was asked for.
    pub fn say(&self, text: &str) {
        if self.quiet == 0 && !self.json {
            self.note(text);
        }
    }

    /// The last word about what went wrong: said even under `-q`, not under `-qq`.
    pub fn fail(&self, trouble: &Trouble) {
        if self.json {
            if self.write(format!("{}\n", trouble.document()).as_bytes()).is_err() {
                self.note("standard output cannot be written");
            }
        } else if self.quiet < 2 {
            self.note(trouble.lines(|tag| self.red(tag)).trim_end());
        }
    }

    /// A tag that tells of an error, in red where there is colour.
    pub fn red(&self, tag: &str) -> String {
        if self.colour { format!("\u{1b}[1;31m{tag}\u{1b}[0m") } else { tag.to_owned() }
    }

    fn note(&self, text: &str) {
        let mut out = io::stderr().lock();
        // Nobody is left to be told if this fails.
        writeln!(out, "{text}").ok();
    }
}

/// `51007` as people read it: `51,007`.
pub fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something, in English: `1 row`, `1,200 rows`.
pub fn several(number: u64, one: &str) -> String {
    format!("{} {one}{}", counted(number), if number == 1 { "" } else { "s" })
}

/// How many columns `text` takes on a terminal: Han and full-width characters take two.
pub fn width(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFD}') {
                2
            } else {
                1
            }
        })
        .sum()
}

/// `text` with blanks after it up to `columns`.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_columns_are_even() {
        assert_eq!([0, 999, 1000, 51_007, 1_234_567].map(counted), ["0", "999", "1,000", "51,007", "1,234,567"]);
        assert_eq!(width("林晓禾 a"), 8);
        assert_eq!(padded("姓名", 6), "姓名  ");
    }
}
