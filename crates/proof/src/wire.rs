//! Taking a JSON document apart, field by field: each field once, known, and of the expected kind.
//!
//! By hand rather than derived, because serde's messages repeat the value they stumbled over, and a
//! value here may be about a person.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::checkpoint::{CheckpointError, VerifierKey};
use crate::copy::Gap;
use crate::encoding::{self, EncodingError, from_base64, from_hex};
use crate::leaf::LeafError;
use crate::merkle::{Hash, MAX_PROOF_HASHES};

/// Why bytes are no receipt, copy or journal, or why one could not be made.
///
/// Names only fields that the format itself has, never what stood in them.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FormatError {
    /// Longer than the format allows.
    #[error("expected a file of at most {limit} bytes; it is no such document")]
    Limit {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not the strict JSON that the formats use.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// Another document, or a newer version of this one.
    #[error("expected a document with `schema` {expected}; update `fairfile` if the file is newer")]
    Schema {
        /// The schema asked for.
        expected: &'static str,
    },
    /// A field is missing or not of its kind.
    #[error("expected `{field}` to be {expected}; the file was changed or not copied whole")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A field that the format does not have.
    #[error("expected only the fields of {schema}; the file was changed or is of a newer version")]
    UnknownField {
        /// The document's schema.
        schema: &'static str,
    },
    /// When making a document: the leaf was not written for this event and salt.
    #[error("expected the leaf that was written for this event and salt; nothing was signed")]
    OtherLeaf,
    /// When making a document: a leaf that cannot be.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// When making a document: the key cannot sign.
    #[error(transparent)]
    Key(#[from] CheckpointError),
    /// When making a copy: its looks are not whole.
    #[error("{0}; nothing was signed, check the journal first")]
    Looks(Gap),
}

/// What is still to be read of one JSON object.
pub(crate) struct Fields {
    schema: &'static str,
    left: Map<String, Value>,
}

impl Fields {
    /// Reads a whole document of `schema`.
    pub(crate) fn document(bytes: &[u8], limit: usize, schema: &'static str) -> Result<Fields, FormatError> {
        if bytes.len() > limit {
            return Err(FormatError::Limit { limit });
        }
        Fields::of_document(encoding::parse(bytes)?, schema)
    }

    /// Takes apart a document of `schema` that was parsed already.
    pub(crate) fn of_document(value: Value, schema: &'static str) -> Result<Fields, FormatError> {
        let Value::Object(left) = value else {
            return Err(FormatError::Schema { expected: schema });
        };
        let mut fields = Fields { schema, left };
        match fields.left.remove("schema") {
            Some(Value::String(found)) if found == schema => Ok(fields),
            _ => Err(FormatError::Schema { expected: schema }),
        }
    }

    /// The object in `value`, which stands in `field` of a larger one.
    pub(crate) fn inner(schema: &'static str, field: &'static str, value: Value) -> Result<Fields, FormatError> {
        match value {
            Value::Object(left) => Ok(Fields { schema, left }),
            _ => Err(FormatError::Field { field, expected: "an object" }),
        }
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<String, FormatError> {
        match self.left.remove(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(FormatError::Field { field, expected: "text" }),
        }
    }

    pub(crate) fn whole(&mut self, field: &'static str) -> Result<u64, FormatError> {
        let expected = "a whole number from 0";
        let number = self.left.remove(field).as_ref().and_then(Value::as_u64);
        number.ok_or(FormatError::Field { field, expected })
    }

    pub(crate) fn hex<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FormatError> {
        let expected = if N == 16 { "32 lower-case hex digits" } else { "64 lower-case hex digits" };
        from_hex(&self.text(field)?).ok_or(FormatError::Field { field, expected })
    }

    /// `schema` is passed on to the objects inside.
    pub(crate) fn object(&mut self, field: &'static str) -> Result<Fields, FormatError> {
        let value = self.left.remove(field).unwrap_or_default();
        Fields::inner(self.schema, field, value)
    }

    /// An object of free content, kept as it is.
    pub(crate) fn free_object(&mut self, field: &'static str) -> Result<Value, FormatError> {
        match self.left.remove(field) {
            Some(object @ Value::Object(_)) => Ok(object),
            _ => Err(FormatError::Field { field, expected: "an object" }),
        }
    }

    pub(crate) fn list(&mut self, field: &'static str) -> Result<Vec<Value>, FormatError> {
        match self.left.remove(field) {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(FormatError::Field { field, expected: "an array" }),
        }
    }

    pub(crate) fn proof(&mut self) -> Result<Vec<Hash>, FormatError> {
        let wrong = FormatError::Field { field: "proof", expected: "at most 64 hashes in base64" };
        let items = self.list("proof")?;
        if items.len() > MAX_PROOF_HASHES {
            return Err(wrong);
        }
        let hashes = items.iter().map(|item| from_base64(item.as_str()?.as_bytes()));
        hashes.collect::<Option<_>>().ok_or(wrong)
    }

    pub(crate) fn signature(&mut self) -> Result<[u8; 64], FormatError> {
        let expected = "an Ed25519 signature in base64";
        from_base64(self.text("signature")?.as_bytes()).ok_or(FormatError::Field { field: "signature", expected })
    }

    /// `key` and `origin`, which must name the same journal.
    pub(crate) fn key(&mut self) -> Result<VerifierKey, FormatError> {
        let expected = "a key such as `lanhe.example/journal+0a1b2c3d+AQ...`";
        let key = VerifierKey::parse(&self.text("key")?).map_err(|_| FormatError::Field { field: "key", expected })?;
        if self.text("origin")? != key.origin() {
            return Err(FormatError::Field { field: "origin", expected: "the name of the key" });
        }
        Ok(key)
    }

    /// The canonical bytes of the document, `schema` and all that was not read yet.
    pub(crate) fn canonical(&mut self) -> Result<Vec<u8>, EncodingError> {
        let mut left = std::mem::take(&mut self.left);
        left.insert("schema".to_owned(), Value::from(self.schema));
        let document = Value::Object(left);
        let bytes = encoding::canonical(&document);
        if let Value::Object(mut left) = document {
            left.remove("schema");
            self.left = left;
        }
        bytes
    }

    /// Nothing may be left that the format does not know.
    pub(crate) fn end(self) -> Result<(), FormatError> {
        if self.left.is_empty() { Ok(()) } else { Err(FormatError::UnknownField { schema: self.schema }) }
    }
}
