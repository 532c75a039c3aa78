//! Shared strings: texts that cells name by number.

use quick_xml::events::Event;

use super::xml::{Xml, text_of};
use crate::recognise::Input;
use crate::{FileFault, Limits};

/// Bytes counted for the place of one string, so that a million empty ones cost something too.
const PLACE_BYTES: usize = 8;

/// All shared strings of a workbook, one after the other in one text.
#[derive(Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Reads the part. A string longer than a cell may be is kept to just beyond that, so that the
    /// cell which names it is found too long.
    pub(crate) fn read<R: Input>(mut xml: Xml<R>, limits: &Limits) -> Result<Self, FileFault> {
        let mut strings = Self::default();
        let mut buffer = Vec::new();
        let mut place = Place::default();
        let mut one = BoundedText::new(limits.cell_bytes);
        loop {
            let event = xml.next(&mut buffer)?;
            match &event {
                Event::Empty(tag) if tag.local_name().as_ref() == b"si" => strings.push(&one, limits)?,
                Event::Start(tag) => place.enter(tag.local_name().as_ref()),
                Event::End(tag) => {
                    place.leave(tag.local_name().as_ref());
                    if tag.local_name().as_ref() == b"si" {
                        strings.push(&one, limits)?;
                        one.clear();
                    }
                }
                Event::Eof => return Ok(strings),
                _ if place.is_text() => {
                    if let Some(text) = text_of(&event)? {
                        one.push(&text);
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }

    fn push(&mut self, one: &BoundedText, limits: &Limits) -> Result<(), FileFault> {
        self.text.push_str(&one.text);
        self.ends.push(self.text.len());
        let used = self.text.len().saturating_add(self.ends.len().saturating_mul(PLACE_BYTES));
        if used > limits.shared_string_bytes {
            let limit = limits.shared_string_bytes;
            return Err(FileFault::TooMuchInside { what: "bytes of shared text", limit });
        }
        Ok(())
    }
}

/// Whether we are where text of a string stands: inside `t`, but not in a reading aid (`rPh`, how a
/// Japanese or Chinese text is spoken).
#[derive(Default)]
pub(crate) struct Place {
    in_text: bool,
    in_reading: bool,
}

impl Place {
    pub(crate) fn enter(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = true,
            b"rPh" => self.in_reading = true,
            _ => {}
        }
    }

    pub(crate) fn leave(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = false,
            b"rPh" => self.in_reading = false,
            _ => {}
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        self.in_text && !self.in_reading
    }
}

/// A text that stops growing one piece after its limit.
pub(crate) struct BoundedText {
    pub(crate) text: String,
    limit: usize,
}

impl BoundedText {
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit }
    }

    pub(crate) fn push(&mut self, text: &str) {
        if self.text.len() <= self.limit {
            // A piece may be a mebibyte; one character beyond the limit says as much as all of it.
            let room = self.limit.saturating_add(1).saturating_sub(self.text.len());
            let fits = text.ceil_char_boundary(room.min(text.len()));
            self.text.push_str(text.get(..fits).unwrap_or_default());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }
}

/// Undoes the way in which workbooks write characters that XML has no room for: `_x000D_`.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let escaped = after.get(..5).and_then(|code| code.strip_suffix('_')).filter(|code| is_hex(code));
        let character = escaped.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match character {
            Some(character) => {
                out.push(character);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_hex(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(unescape(text), expected);
    }

    #[test]
    fn escapes_are_undone_and_look_alikes_left() {
        check("a_x000D_b", "a\rb");
        check("_x005F_x000D_", "_x000D_");
        check("_x00zz_ _x", "_x00zz_ _x");
        check("_xD800_", "_xD800_");
        check("_x𠮷_x0041_", "_x𠮷A");
    }

    #[test]
    fn a_bounded_text_ends_just_beyond_its_limit() {
        let mut text = BoundedText::new(4);
        for _ in 0..1_000 {
            text.push("中文中文");
        }
        assert_eq!(text.text.len(), 6);
    }
}
