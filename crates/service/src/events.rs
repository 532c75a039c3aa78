//! What is journaled, and as which leaf.
//!
//! An event is a small JSON object in canonical form: keys in order, no blanks. It carries ids, codes,
//! days and hashes; what a person would not want in public stands only in looks, which are sealed, and
//! in no leaf, for a leaf keeps nothing but a salted commitment.

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::EventId;
use fairfile_journal::Written;
use fairfile_proof::Leaf;
use fairfile_store::batch::Counts;
use fairfile_vault::Hashes;

use crate::registry::RegistryError;

/// An event under construction. Fields must be added in the order of their names.
pub struct Event {
    text: String,
    last: &'static str,
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl Event {
    /// An event without fields.
    pub fn new() -> Self {
        Self { text: String::with_capacity(384), last: "" }
    }

    fn name(&mut self, name: &'static str) {
        debug_assert!(self.last < name, "fields of an event stand in the order of their names: {name}");
        self.last = name;
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    /// A text.
    pub fn text(mut self, name: &'static str, value: &str) -> Self {
        self.name(name);
        push_text(&mut self.text, value);
        self
    }

    /// A whole number.
    pub fn whole(mut self, name: &'static str, value: i64) -> Self {
        self.name(name);
        self.text.push_str(&value.to_string());
        self
    }

    /// A day.
    pub fn day(self, name: &'static str, value: Day) -> Self {
        self.text(name, &value.to_string())
    }

    /// Bytes, as hexadecimal digits.
    pub fn hex(mut self, name: &'static str, value: &[u8]) -> Self {
        self.name(name);
        self.text.push('"');
        push_hex(&mut self.text, value);
        self.text.push('"');
        self
    }

    /// A list of events.
    pub fn list(mut self, name: &'static str, values: impl IntoIterator<Item = Event>) -> Self {
        self.name(name);
        self.text.push('[');
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push_str(&value.finished());
        }
        self.text.push(']');
        self
    }

    fn finished(mut self) -> String {
        if self.text.is_empty() {
            self.text.push('{');
        }
        self.text.push('}');
        self.text
    }

    /// The event's canonical bytes.
    pub fn bytes(self) -> Vec<u8> {
        self.finished().into_bytes()
    }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// A JSON string as RFC 8785 writes it.
fn push_text(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' => {
                text.push_str("\\u00");
                push_hex(text, &[c as u8]);
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}

/// The event as it will stand in the journal at `index`.
pub fn written(
    hashes: &Hashes,
    id: EventId,
    at: Instant,
    event: Vec<u8>,
    index: u64,
) -> Result<Written, RegistryError> {
    let salt = hashes.salt_of(id);
    let leaf = Leaf::new(*id.as_bytes(), at.minute(), &salt, &event).map_err(|_| RegistryError::Event)?;
    Ok(Written { event, salt, leaf, index })
}

/// The counts of a batch, in the order of their names, between `a` and `z` of the event that has them.
pub fn with_counts(event: Event, counts: Counts) -> Event {
    event
        .whole("count_accepted", counts.accepted as i64)
        .whole("count_duplicate", counts.duplicate as i64)
        .whole("count_quarantined", counts.quarantined as i64)
        .whole("count_received", counts.received as i64)
        .whole("count_rejected", counts.rejected as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_written_in_canonical_form() {
        let inner = Event::new().whole("n", -3).text("t", "quote \" back \\ line\n tab\t bell\u{7} 兰河\u{1f600}");
        let event =
            Event::new().text("a", "").hex("b", &[0, 255]).list("c", [inner, Event::new()]).whole("d", 12).bytes();
        let value = serde_json::from_slice(&event).expect("valid JSON");
        assert_eq!(fairfile_proof::canonical(&value).expect("canonical"), event);
    }
}
