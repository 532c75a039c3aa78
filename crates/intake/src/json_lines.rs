//! JSON Lines: one object a line.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::heading::text_cell;
use crate::row::{Cell, Cells, Row};
use crate::text::TextStream;
use crate::{FileFault, Limits, RowFault};

/// Keys kept for rows to share. Offices use the same ones in every line.
const SHARED_KEYS: usize = 1_024;

/// The records of a JSON Lines file.
pub(crate) struct JsonLines {
    text: TextStream,
    number: u32,
    line: Vec<u8>,
    keys: Keys,
    limits: Limits,
}

impl JsonLines {
    pub(crate) fn open(text: TextStream, limits: &Limits) -> Self {
        Self { text, number: 0, line: Vec::new(), keys: Keys::default(), limits: limits.clone() }
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, FileFault> {
        loop {
            if !self.text.skip_line_breaks()? {
                return Ok(None);
            }
            let number = self.number.saturating_add(1);
            self.read_line(number)?;
            if self.line.trim_ascii().is_empty() {
                continue;
            }
            self.number = number;
            return Ok(Some(Row { number, cells: self.record() }));
        }
    }

    fn read_line(&mut self, row: u32) -> Result<(), FileFault> {
        self.line.clear();
        loop {
            let next = self.text.peek()?;
            let line_break = next.iter().position(|byte| *byte == b'\n');
            let part = next.get(..line_break.unwrap_or(next.len())).unwrap_or_default();
            let (length, ended) = (part.len(), line_break.is_some() || next.is_empty());
            if self.line.len().saturating_add(length) > self.limits.record_bytes {
                return Err(FileFault::RecordTooLong { row, limit: self.limits.record_bytes });
            }
            self.line.extend_from_slice(part);
            self.text.consume(length + usize::from(line_break.is_some()));
            if ended {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> Result<Cells, RowFault> {
        let encoding = self.text.encoding();
        let fault = RowFault::NotText { cell: 1, encoding: encoding.name() };
        let line = encoding.decode(&self.line).ok_or(fault)?;
        if line.trim_ascii_start().starts_with('{') {
            parse_object(&line, &mut self.keys, &self.limits)
        } else if serde_json::from_str::<IgnoredAny>(&line).is_ok() {
            Err(RowFault::NotAnObject)
        } else {
            Err(RowFault::NotJson)
        }
    }
}

/// The keys seen so far, so that a million rows share one copy of each.
#[derive(Default)]
struct Keys(HashSet<Arc<str>>);

impl Keys {
    fn share(&mut self, key: String) -> Arc<str> {
        if let Some(known) = self.0.get(key.as_str()) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(key);
        if self.0.len() < SHARED_KEYS && shared.len() <= 128 {
            self.0.insert(Arc::clone(&shared));
        }
        shared
    }
}

fn parse_object(line: &str, keys: &mut Keys, limits: &Limits) -> Result<Cells, RowFault> {
    let found = RefCell::new(None);
    let rules = Rules { limits, found: &found };
    let mut parser = serde_json::Deserializer::from_str(line);
    let object = ObjectSeed { keys, rules }.deserialize(&mut parser);
    let ended = parser.end();
    match (object, ended) {
        (Ok(cells), Ok(())) => Ok(cells),
        // A fault of ours travels beside serde_json's own error, which cannot carry it.
        _ => Err(found.take().unwrap_or(RowFault::NotJson)),
    }
}

/// What holds on every level of one record.
#[derive(Clone, Copy)]
struct Rules<'a> {
    limits: &'a Limits,
    found: &'a RefCell<Option<RowFault>>,
}

impl Rules<'_> {
    fn refuse<E: serde::de::Error>(&self, fault: RowFault) -> E {
        self.found.replace(Some(fault));
        E::custom("refused")
    }
}

/// The record itself, depth 1.
struct ObjectSeed<'a> {
    keys: &'a mut Keys,
    rules: Rules<'a>,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Cells;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<Cells, D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let Rules { limits, .. } = self.rules;
        let mut cells = Cells::new();
        while let Some(key) = map.next_key::<String>()? {
            let cell = cells.len() + 1;
            if cells.len() >= limits.cells {
                return Err(self.rules.refuse(RowFault::TooManyCells { limit: limits.cells }));
            }
            if key.len() > limits.cell_bytes {
                return Err(self.rules.refuse(RowFault::CellTooLong { cell, limit: limits.cell_bytes }));
            }
            if cells.iter().any(|(earlier, _)| **earlier == *key) {
                return Err(self.rules.refuse(RowFault::DuplicateKey));
            }
            let value = map.next_value_seed(ValueSeed { cell, depth: 1, rules: self.rules })?;
            cells.push((self.keys.share(key), value));
        }
        Ok(cells)
    }
}

/// A value that stands `depth` deep. What is inside lists and objects is checked and dropped.
#[derive(Clone, Copy)]
struct ValueSeed<'a> {
    cell: usize,
    depth: usize,
    rules: Rules<'a>,
}

impl ValueSeed<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let limit = self.rules.limits.json_depth;
        if self.depth >= limit {
            return Err(self.rules.refuse(RowFault::TooDeep { limit }));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Cell;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<Cell, D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Empty)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Cell, E> {
        Ok(Cell::Bool(yes))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
        Ok(Cell::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
        Ok(Cell::Number(number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Cell, E> {
        let limit = self.rules.limits.cell_bytes;
        if text.len() > limit {
            return Err(self.rules.refuse(RowFault::CellTooLong { cell: self.cell, limit }));
        }
        text_cell(text.to_owned(), self.cell).map_err(|fault| self.rules.refuse(fault))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        let inside = self.deeper()?;
        while list.next_element_seed(inside)?.is_some() {}
        Ok(Cell::Other("list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let inside = self.deeper()?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(inside)?;
        }
        Ok(Cell::Other("object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<&[(&str, Cell)], RowFault>) {
        let found = parse_object(line, &mut Keys::default(), &Limits::default());
        let named = |cells: &[(&str, Cell)]| cells.iter().map(|(k, c)| (Arc::from(*k), c.clone())).collect();
        assert_eq!(found, expected.map(named), "{line:.60}");
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn whole_numbers_keep_every_digit() {
        check(r#"{"n": 539981197006273087}"#, Ok(&[("n", text("539981197006273087"))]));
        check(r#"{"n": 18446744073709551615}"#, Ok(&[("n", text("18446744073709551615"))]));
        check(r#"{"n": -7}"#, Ok(&[("n", text("-7"))]));
        check(r#"{"n": 1.5}"#, Ok(&[("n", Cell::Number(1.5))]));
        check(r#"{"n": 18446744073709551616}"#, Ok(&[("n", Cell::Number(18_446_744_073_709_551_616.0))]));
        check(&format!("{{\"n\": 1{}}}", "0".repeat(400)), Err(RowFault::NotJson));
    }

    #[test]
    fn every_kind_of_value_has_its_cell() {
        check(
            r#"{"a": "", "b": null, "c": true, "d": [1, {}], "e": {"x": 1}, "f": "𠮷\n"}"#,
            Ok(&[
                ("a", Cell::Empty),
                ("b", Cell::Empty),
                ("c", Cell::Bool(true)),
                ("d", Cell::Other("list")),
                ("e", Cell::Other("object")),
                ("f", text("𠮷\n")),
            ]),
        );
        check("{}", Ok(&[]));
    }

    #[test]
    fn what_is_not_one_sound_object_is_refused() {
        check(r#"{"a": 1"#, Err(RowFault::NotJson));
        check(r#"{"a": 1} {"b": 2}"#, Err(RowFault::NotJson));
        check(r#"{"a": "\ud800"}"#, Err(RowFault::NotJson));
        check(r#"{"a": 1, "b": 2, "a": 3}"#, Err(RowFault::DuplicateKey));
        check(r#"{"a": 1, "\u0061": 3}"#, Err(RowFault::DuplicateKey));
        check(r#"{"a": "\u0000"}"#, Err(RowFault::ControlCharacter { cell: 1 }));
    }

    #[test]
    fn depth_is_bounded_to_the_level() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        check(&nested(16), Ok(&[("a", Cell::Other("list"))]));
        check(&nested(17), Err(RowFault::TooDeep { limit: 16 }));
        check(&nested(100_000), Err(RowFault::TooDeep { limit: 16 }));
    }
}
