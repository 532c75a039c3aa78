//! The one way in which a JSON value becomes bytes, so that two people hash the same thing.
//!
//! A subset of RFC 8785: keys sorted by UTF-16 code units, no spaces, whole numbers only. `null` and
//! fractions are refused rather than written in some agreed way, because each is a second spelling of
//! something a record can say without it.

use std::cell::Cell;
use std::fmt;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use thiserror::Error;

/// How many arrays and objects may stand inside one another, the outermost included.
pub const MAX_DEPTH: usize = 16;

/// The largest whole number, either side of zero, that every JSON reader keeps exactly: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// How many values [`parse`] reads from one document: each takes memory, however short it is written.
pub const MAX_VALUES: usize = 2_000_000;

/// Why a value has no canonical bytes, or why bytes are no strict JSON.
///
/// No variant carries any content: what was read may be about a person.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EncodingError {
    /// A `null` somewhere in the value.
    #[error("expected no null; leave the field out instead")]
    Null,
    /// A fraction, or a whole number beyond [`MAX_INTEGER`].
    #[error("expected whole numbers between -9007199254740991 and 9007199254740991; write any other as text")]
    Number,
    /// More than [`MAX_DEPTH`] levels.
    #[error("expected at most {MAX_DEPTH} levels of nesting; flatten the value")]
    Depth,
    /// More than [`MAX_VALUES`] values.
    #[error("expected at most {MAX_VALUES} values in one document; it is no document of a Fairfile node")]
    Values,
    /// The same key twice in one object: two readers could see two different values.
    #[error("expected each key once in an object; the file was not written by a Fairfile node")]
    DuplicateKey,
    /// Not JSON at all. Line and column count from 1.
    #[error("expected JSON at line {line}, column {column}; check that the file was copied whole and unchanged")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
}

/// Writes `value` in its one canonical form.
///
/// ```
/// use fairfile_proof::encoding::canonical;
///
/// let value = serde_json::json!({"purpose": "licence.renewal", "case": 7});
/// assert_eq!(canonical(&value)?, br#"{"case":7,"purpose":"licence.renewal"}"#);
/// assert!(canonical(&serde_json::json!({"case": null})).is_err());
/// # Ok::<(), fairfile_proof::encoding::EncodingError>(())
/// ```
///
/// # Errors
/// [`EncodingError`] for `null`, for a number that is not whole or beyond 2^53 - 1, and for nesting
/// deeper than [`MAX_DEPTH`].
pub fn canonical(value: &Value) -> Result<Vec<u8>, EncodingError> {
    let mut out = String::new();
    write_value(value, 0, &mut out)?;
    Ok(out.into_bytes())
}

fn write_value(value: &Value, depth: usize, out: &mut String) -> Result<(), EncodingError> {
    match value {
        Value::Null => return Err(EncodingError::Null),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            let depth = deeper(depth)?;
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(item, depth, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => write_object(fields, deeper(depth)?, out)?,
    }
    Ok(())
}

fn write_object(fields: &Map<String, Value>, depth: usize, out: &mut String) -> Result<(), EncodingError> {
    let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write_value(value, depth, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_number(number: &Number, out: &mut String) -> Result<(), EncodingError> {
    let whole = number.as_i64().ok_or(EncodingError::Number)?;
    if whole.unsigned_abs() > MAX_INTEGER {
        return Err(EncodingError::Number);
    }
    out.push_str(&whole.to_string());
    Ok(())
}

/// RFC 8785 section 3.2.2.2: short escapes where JSON has them, `\u00xx` for other control characters,
/// everything else as it is.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn deeper(depth: usize) -> Result<usize, EncodingError> {
    if depth >= MAX_DEPTH {
        return Err(EncodingError::Depth);
    }
    Ok(depth + 1)
}

/// Reads one JSON value, strictly: what it accepts, [`canonical`] accepts too.
///
/// Spaces and the order of keys are free; a key twice, a fraction, `null` or more than [`MAX_DEPTH`]
/// levels or [`MAX_VALUES`] values are refused while reading, before they take memory.
///
/// ```
/// use fairfile_proof::encoding::{EncodingError, parse};
///
/// assert_eq!(parse(br#"{"a": 1, "a": 2}"#), Err(EncodingError::DuplicateKey));
/// ```
///
/// # Errors
/// [`EncodingError`], which never repeats what was read.
pub fn parse(bytes: &[u8]) -> Result<Value, EncodingError> {
    let refused = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let values = Cell::new(0);
    let seed = Strict { depth: 0, values: &values, refused: &refused };
    let read = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let syntax = EncodingError::Syntax { line: error.line(), column: error.column() };
        refused.take().unwrap_or(syntax)
    })
}

/// Reads one value; says in `refused` why it stopped, because serde_json's own errors are only text.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    values: &'a Cell<usize>,
    refused: &'a Cell<Option<EncodingError>>,
}

impl Strict<'_> {
    fn refuse<T, E: serde::de::Error>(self, why: EncodingError) -> Result<T, E> {
        self.refused.set(Some(why));
        Err(E::custom("refused"))
    }

    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        match deeper(self.depth) {
            Ok(depth) => Ok(Strict { depth, ..self }),
            Err(why) => self.refuse(why),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES {
            return self.refuse(EncodingError::Values);
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("text, a whole number, true, false, an array or an object")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_INTEGER {
            return self.refuse(EncodingError::Number);
        }
        Ok(Value::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_INTEGER {
            return self.refuse(EncodingError::Number);
        }
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, _value: f64) -> Result<Value, E> {
        self.refuse(EncodingError::Number)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.refuse(EncodingError::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut read = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if read.contains_key(&key) {
                return self.refuse(EncodingError::DuplicateKey);
            }
            let value = fields.next_value_seed(inside)?;
            if read.insert(key, value).is_some() {
                return Err(A::Error::custom("a key was read twice"));
            }
        }
        Ok(Value::Object(read))
    }
}

/// SHA-256 over `parts`, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// `N` bytes from exactly `2 * N` lower-case hex digits: one spelling, so that no byte of a file is free.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out).ok()?;
    (hex::encode(out) == text).then_some(out)
}

/// Standard base64 with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `N` bytes from standard base64 with padding; any other spelling gives nothing.
pub(crate) fn from_base64<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // Four letters for each three bytes begun: bounded before a byte is decoded.
    if text.len() != N.div_ceil(3) * 4 {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, EncodingError>) {
        let got = parse(input.as_bytes()).and_then(|value| canonical(&value));
        let got = got.map(|bytes| String::from_utf8(bytes).expect("canonical JSON is UTF-8"));
        assert_eq!(got, expected.map(String::from), "{input}");
    }

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn one_value_has_one_spelling() {
        check(r#" { "b" : [ true , -1 ] , "a" : "x" } "#, Ok(r#"{"a":"x","b":[true,-1]}"#));
        check("9007199254740991", Ok("9007199254740991"));
        check("-9007199254740991", Ok("-9007199254740991"));
        check(r#""\u00e9\/\u0001\u001F\b\f\n\r\t\"\\""#, Ok("\"\u{e9}/\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\\""));
        check("[]", Ok("[]"));
        check("{}", Ok("{}"));
    }

    #[test]
    fn keys_are_sorted_by_utf16_as_rfc_8785_shows() {
        // Section 3.2.3: by code points the smiley (U+1F600) would stand last.
        check(
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#,
            Ok("{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"),
        );
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        check("null", Err(EncodingError::Null));
        check(r#"{"a":[null]}"#, Err(EncodingError::Null));
        check("1.5", Err(EncodingError::Number));
        check("1e3", Err(EncodingError::Number));
        check("-0", Err(EncodingError::Number));
        check("9007199254740992", Err(EncodingError::Number));
        check("-9007199254740992", Err(EncodingError::Number));
        check("123456789012345678901234567890", Err(EncodingError::Number));
        check(r#"{"a":1,"\u0061":1}"#, Err(EncodingError::DuplicateKey));
        check(r#"{"a":1} x"#, Err(EncodingError::Syntax { line: 1, column: 9 }));
        check("", Err(EncodingError::Syntax { line: 1, column: 0 }));
        check("\"\\ud800\"", Err(EncodingError::Syntax { line: 1, column: 8 }));
    }

    #[test]
    fn depth_ends_at_sixteen() {
        check(&nested(16), Ok(&nested(16)));
        check(&nested(17), Err(EncodingError::Depth));
        check(&"[".repeat(1_000_000), Err(EncodingError::Depth));
        let mut built = Value::from(1);
        for _ in 0..17 {
            built = Value::Array(vec![built]);
        }
        assert_eq!(canonical(&built), Err(EncodingError::Depth));
    }

    #[test]
    fn a_short_text_cannot_take_much_memory() {
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        assert_eq!(parse(many.as_bytes()), Err(EncodingError::Values));
    }

    #[test]
    fn hex_and_base64_have_one_spelling() {
        assert_eq!(from_hex::<2>("0aff"), Some([0x0a, 0xff]));
        assert_eq!(from_hex::<2>("0AFF"), None);
        assert_eq!(from_hex::<2>("0aff00"), None);
        assert_eq!(from_base64::<2>(b"Cv8="), Some([0x0a, 0xff]));
        assert_eq!(from_base64::<2>(b"Cv9="), None);
        assert_eq!(from_base64::<2>(b"Cv8"), None);
    }
}
