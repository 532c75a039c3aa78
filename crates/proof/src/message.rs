//! A message: what the node has to tell one member, numbered and signed.
//!
//! The number and the signature are what delivery rests on (`crates/delivery`): whoever carries a message, a request
//! over HTTP, a broker or a stick, can neither forge, alter nor readdress it, and what it keeps back leaves a gap in
//! the numbers. A message holds no content of a record, no name and no number of a person.

use serde_json::{Value, json};

use crate::checkpoint::{NodeKey, VerifierKey};
use crate::encoding::{canonical, to_base64};
use crate::wire::{Fields, FormatError};

/// The `schema` of a message.
pub const MESSAGE_SCHEMA: &str = "fairfile.message/1";

/// The most bytes of a message.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;

const LABEL: &[u8] = b"fairfile/message/1\n";

/// What goes into a message, besides what the key adds.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageParts {
    /// The code of the member to whom it is addressed.
    pub to: String,
    /// Its number among the messages to that member, from 1 and without gaps.
    pub seq: u64,
    /// Its id, the same however often it is made.
    pub message_id: String,
    /// The id of what it is about: messages about one thing take effect in the order of their numbers.
    pub about: String,
    /// When that happened of which it tells, as the node writes instants.
    pub made_at: String,
    /// What it tells: an object in the node's own words.
    pub body: Value,
}

/// A message, complete in itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    key: VerifierKey,
    parts: MessageParts,
    /// What the signature stands over.
    signed: Vec<u8>,
    signature: [u8; 64],
}

impl Message {
    /// Signs a message. The signature stands over the label `fairfile/message/1\n` and the canonical JSON of the
    /// whole document without its `signature`, so equal parts make equal bytes, whenever they are signed.
    ///
    /// ```
    /// use fairfile_proof::{Message, MessageParts, NodeKey, verify_file};
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// let message = Message::issue(&key, MessageParts {
    ///     to: "health-commission".to_owned(),
    ///     seq: 1,
    ///     message_id: "not_01".to_owned(),
    ///     about: "rec_04".to_owned(),
    ///     made_at: "2026-11-23T01:02:00Z".to_owned(),
    ///     body: serde_json::json!({"kind": "notice", "act": "withdraw"}),
    /// })?;
    /// let read = Message::parse(&message.to_json()?)?;
    /// assert!(read.is_signed_by(key.verifier()) && read.parts().seq == 1);
    /// assert!(verify_file(&message.to_json()?[..], Some(&key.vkey()), None)?.ok);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Field`] for a number 0, a body that is no object, or a code or an id that is not 1 to 64 ASCII
    /// letters, digits, `-`, `_` or `.`; [`FormatError::Encoding`] for a body without a canonical form;
    /// [`FormatError::Limit`] beyond 64 KiB; [`FormatError::Key`] if the key cannot sign.
    pub fn issue(key: &NodeKey, parts: MessageParts) -> Result<Message, FormatError> {
        parts.check()?;
        let signed = [LABEL, &canonical(&unsigned(key.verifier(), &parts))?].concat();
        let signature = key.sign(&signed)?;
        let message = Message { key: key.verifier().clone(), parts, signed, signature };
        if message.to_json()?.len() > MAX_MESSAGE_BYTES {
            return Err(FormatError::Limit { limit: MAX_MESSAGE_BYTES });
        }
        Ok(message)
    }

    /// Reads a message; whether it holds is for [`Message::is_signed_by`] to say.
    ///
    /// # Errors
    /// [`FormatError`] for anything that is not a message of at most 64 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Message, FormatError> {
        Message::read(Fields::document(bytes, MAX_MESSAGE_BYTES, MESSAGE_SCHEMA)?)
    }

    pub(crate) fn read(mut fields: Fields) -> Result<Message, FormatError> {
        let signature = fields.signature()?;
        // With the signature read and nothing else, what is left is what was signed.
        let signed = [LABEL, &fields.canonical()?].concat();
        let key = fields.key()?;
        let parts = MessageParts {
            to: fields.text("to")?,
            seq: fields.whole("seq")?,
            message_id: fields.text("message_id")?,
            about: fields.text("about")?,
            made_at: fields.text("made_at")?,
            body: fields.free_object("body")?,
        };
        fields.end()?;
        parts.check()?;
        Ok(Message { key, parts, signed, signature })
    }

    /// The message as a JSON object, to stand inside an answer.
    pub fn to_value(&self) -> Value {
        let mut document = unsigned(&self.key, &self.parts);
        document["signature"] = Value::from(to_base64(&self.signature));
        document
    }

    /// The message as a file: canonical JSON, the same bytes however it was laid out when it was read.
    ///
    /// # Errors
    /// [`FormatError::Encoding`] if the body has no canonical form.
    pub fn to_json(&self) -> Result<Vec<u8>, FormatError> {
        Ok(canonical(&self.to_value())?)
    }

    /// The key that the message itself carries.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// What the message holds.
    pub fn parts(&self) -> &MessageParts {
        &self.parts
    }

    /// Whether `key` signed this message, every letter of it.
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        key.verify(&self.signed, &self.signature)
    }
}

impl MessageParts {
    fn check(&self) -> Result<(), FormatError> {
        check_word("to", &self.to)?;
        check_word("message_id", &self.message_id)?;
        check_word("about", &self.about)?;
        if self.seq == 0 {
            return Err(FormatError::Field { field: "seq", expected: "a whole number from 1" });
        }
        if !self.body.is_object() {
            return Err(FormatError::Field { field: "body", expected: "an object" });
        }
        Ok(())
    }
}

fn unsigned(key: &VerifierKey, parts: &MessageParts) -> Value {
    json!({
        "schema": MESSAGE_SCHEMA,
        "origin": key.origin(),
        "key": key.to_string(),
        "to": parts.to,
        "seq": parts.seq,
        "message_id": parts.message_id,
        "about": parts.about,
        "made_at": parts.made_at,
        "body": parts.body,
    })
}

fn check_word(field: &'static str, text: &str) -> Result<(), FormatError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if plain && (1..=64).contains(&text.len()) {
        return Ok(());
    }
    Err(FormatError::Field { field, expected: "1 to 64 ASCII letters, digits, `-`, `_` or `.`" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> MessageParts {
        MessageParts {
            to: "health-commission".into(),
            seq: 1,
            message_id: "not_01".into(),
            about: "rec_01".into(),
            made_at: "2026-11-23T01:02:00Z".into(),
            body: json!({ "kind": "notice" }),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut MessageParts), field: &'static str) {
        let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32]).expect("a valid origin");
        let mut changed = parts();
        change(&mut changed);
        let error = Message::issue(&key, changed).expect_err("it cannot be signed");
        assert!(matches!(error, FormatError::Field { field: found, .. } if found == field), "{error}");
    }

    #[test]
    fn what_has_no_number_address_or_body_is_not_signed() {
        check(|parts| parts.seq = 0, "seq");
        check(|parts| parts.to = String::new(), "to");
        check(|parts| parts.to = "two words".into(), "to");
        check(|parts| parts.message_id = "x".repeat(65), "message_id");
        check(|parts| parts.about = "rec/1".into(), "about");
        check(|parts| parts.body = json!([]), "body");
    }

    #[test]
    fn a_message_that_is_too_long_is_not_signed() {
        let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32]).expect("a valid origin");
        let long = MessageParts { body: json!({ "words": "x".repeat(MAX_MESSAGE_BYTES) }), ..parts() };
        assert_eq!(Message::issue(&key, long), Err(FormatError::Limit { limit: MAX_MESSAGE_BYTES }));
    }

    #[test]
    fn it_is_the_same_bytes_whenever_it_is_made_and_however_it_is_laid_out() {
        let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32]).expect("a valid origin");
        let made = || Message::issue(&key, parts()).expect("signed");
        let bytes = made().to_json().expect("JSON");
        assert_eq!(made().to_json().expect("JSON"), bytes);
        let laid_out = serde_json::to_vec_pretty(&made().to_value()).expect("JSON");
        let read = Message::parse(&laid_out).expect("a message");
        assert_eq!(read, made());
        assert_eq!(read.to_json().expect("JSON"), bytes);
    }
}
