//! An event laid open: what was said, the salt that ties it to its leaf, and the leaf's place.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value, json};

use crate::checkpoint::Checkpoint;
use crate::encoding::{canonical, to_base64};
use crate::leaf::{Leaf, SALT_BYTES};
use crate::merkle::{Hash, MAX_TREE_SIZE, MerkleError, verify_inclusion};
use crate::wire::{Fields, FormatError};

/// An event with everything that shows it to be in the journal.
///
/// The leaf is always the one that event, salt, event id and minute make: there is no way to hold an
/// opening whose leaf says something else than its event.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    event: Value,
    salt: [u8; SALT_BYTES],
    index: u64,
    leaf: Leaf,
    proof: Vec<Hash>,
    /// Bytes of the event in canonical form.
    event_bytes: usize,
}

impl Opening {
    /// Lays open `event`, which was written down as `leaf`, number `index` of the journal from 0.
    ///
    /// # Errors
    /// [`FormatError::OtherLeaf`] if the leaf was not written for this event and salt, and
    /// [`FormatError::Encoding`] or [`FormatError::Field`] for an event that is no canonical object.
    pub fn new(
        event: Value,
        salt: [u8; SALT_BYTES],
        index: u64,
        leaf: Leaf,
        proof: Vec<Hash>,
    ) -> Result<Opening, FormatError> {
        if !event.is_object() {
            return Err(FormatError::Field { field: "event", expected: "an object" });
        }
        let bytes = canonical(&event)?;
        if !leaf.opens_with(&salt, &bytes) {
            return Err(FormatError::OtherLeaf);
        }
        Ok(Opening { event, salt, index, leaf, proof, event_bytes: bytes.len() })
    }

    /// Lays open the event whose canonical bytes these are: what the one who wrote it down has at hand.
    ///
    /// # Errors
    /// [`FormatError::OtherLeaf`] if the leaf was not written for these bytes and salt, [`FormatError::Field`] if
    /// they are no JSON object.
    pub fn of_bytes(
        event: &[u8],
        salt: [u8; SALT_BYTES],
        index: u64,
        leaf: Leaf,
        proof: Vec<Hash>,
    ) -> Result<Opening, FormatError> {
        if !leaf.opens_with(&salt, event) {
            return Err(FormatError::OtherLeaf);
        }
        let value: Value = serde_json::from_slice(event).unwrap_or_default();
        debug_assert_eq!(canonical(&value).ok().as_deref(), Some(event), "an event is written down in canonical form");
        if !value.is_object() {
            return Err(FormatError::Field { field: "event", expected: "an object" });
        }
        Ok(Opening { event: value, salt, index, leaf, proof, event_bytes: event.len() })
    }

    /// An upper bound of the bytes that these fields add to a document.
    pub(crate) fn most_bytes(&self) -> usize {
        self.event_bytes + 48 * self.proof.len() + 512
    }

    /// What was written down.
    pub fn event(&self) -> &Value {
        &self.event
    }

    /// The leaf that was written for it.
    pub fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    /// The leaf's number in the journal, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The hashes that lead from the leaf to the root.
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// Checks that the event is in the journal that `checkpoint` is the head of.
    ///
    /// # Errors
    /// [`MerkleError`]: the journal was shorter, or the proof does not lead to its root.
    pub fn is_in(&self, checkpoint: &Checkpoint) -> Result<(), MerkleError> {
        let leaf = self.leaf.hash();
        verify_inclusion(&leaf, self.index, checkpoint.size, &checkpoint.root, &self.proof)
    }

    /// The fields `event`, `salt`, `leaf` and `proof`.
    pub(crate) fn write(&self, out: &mut Map<String, Value>) {
        let fields = [
            ("event", self.event.clone()),
            ("salt", Value::from(hex::encode(self.salt))),
            ("leaf", json!(Place(self))),
            ("proof", json!(Proof(&self.proof))),
        ];
        out.extend(fields.map(|(field, value)| (field.to_owned(), value)));
    }

    /// How many fields [`Opening::write_fields`] writes.
    pub(crate) const FIELDS: usize = 4;

    /// The fields of [`Opening::write`], straight into a document that is being written.
    pub(crate) fn write_fields<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
        out.serialize_field("event", &self.event)?;
        out.serialize_field("salt", &hex::encode(self.salt))?;
        out.serialize_field("leaf", &Place(self))?;
        out.serialize_field("proof", &Proof(&self.proof))
    }

    pub(crate) fn read(fields: &mut Fields) -> Result<Opening, FormatError> {
        let event = fields.free_object("event")?;
        let salt = fields.hex("salt")?;
        let mut place = fields.object("leaf")?;
        let index = place.whole("index")?;
        if index >= MAX_TREE_SIZE {
            let expected = "a whole number below 9007199254740991";
            return Err(FormatError::Field { field: "index", expected });
        }
        let minute = place.whole("time_minute")?;
        let bytes = canonical(&event)?;
        let leaf = Leaf::new(place.hex("event_id")?, minute, &salt, &bytes)?;
        place.end()?;
        Ok(Opening { event, salt, index, leaf, proof: fields.proof()?, event_bytes: bytes.len() })
    }
}

/// The field `leaf`.
struct Place<'o>(&'o Opening);

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Place", 3)?;
        out.serialize_field("index", &self.0.index)?;
        out.serialize_field("time_minute", &self.0.leaf.minute())?;
        out.serialize_field("event_id", &hex::encode(self.0.leaf.event_id()))?;
        out.end()
    }
}

/// The field `proof`.
struct Proof<'o>(&'o [Hash]);

impl Serialize for Proof<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|hash| to_base64(hash)))
    }
}
