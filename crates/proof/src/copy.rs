//! A person's copy: everything in their file, and every look at it, in one signed document.

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::chain::{chain_next, chain_start};
use crate::checkpoint::{Checkpoint, NodeKey, VerifierKey};
use crate::encoding::{canonical, from_hex, to_base64};
use crate::merkle::Hash;
use crate::opening::Opening;
use crate::wire::{Fields, FormatError};

/// The `schema` of a person's copy.
pub const COPY_SCHEMA: &str = "fairfile.copy/1";

/// The most bytes of a copy.
pub const MAX_COPY_BYTES: usize = 64 * 1024 * 1024;

const LABEL: &[u8] = b"fairfile/copy/1\n";

/// The first place at which the looks in a copy are not whole. `seq` counts looks from 1.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Gap {
    /// A look is not where its number says.
    #[error("look no. {expected} is missing: no. {found} stands in its place")]
    Missing {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The event does not say which look it is, or does not carry the chain.
    #[error("look no. {seq} does not carry its link in the chain of looks")]
    Unlinked {
        /// The look's number.
        seq: u64,
    },
    /// The chain in the event is not the one that the looks before it make.
    #[error("the chain breaks at look no. {seq}: a look before it was left out, moved or changed")]
    Broken {
        /// The look's number.
        seq: u64,
    },
    /// The event is not in the journal under the copy's checkpoint.
    #[error("look no. {seq} is not in the journal as the copy tells it")]
    NotInJournal {
        /// The look's number.
        seq: u64,
    },
    /// The copy says another number of looks than it holds.
    #[error("the copy says {said} looks and holds {found}")]
    Count {
        /// What `count` says.
        said: u64,
        /// How many looks there are.
        found: u64,
    },
    /// The head is not the one that the looks make.
    #[error("the head of the chain of looks does not belong to these looks: one at the end is left out")]
    Head,
    /// The earlier copy is another person's, or from another node.
    #[error("the earlier copy is of another file or another node")]
    OtherFile,
    /// The earlier copy held more looks.
    #[error("the earlier copy held {earlier} looks and this one holds {now}")]
    Shorter {
        /// Looks in the earlier copy.
        earlier: u64,
        /// Looks in this one.
        now: u64,
    },
    /// A look that the earlier copy held is now another one.
    #[error("look no. {seq} is not the one that the earlier copy held")]
    Rewritten {
        /// The look's number.
        seq: u64,
    },
}

/// One look at the person's file.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Its number in the person's list, from 1 and without gaps.
    pub seq: u64,
    /// What was written down, and where. The event carries `look_id` (32 hex digits) and `chain` (64).
    pub opening: Opening,
}

impl Look {
    fn link(&self) -> Option<([u8; 16], Hash)> {
        let event = self.opening.event();
        let look_id = from_hex(event.get("look_id")?.as_str()?)?;
        let chain = from_hex(event.get("chain")?.as_str()?)?;
        Some((look_id, chain))
    }
}

/// What goes into a copy, besides the looks and what the key adds.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyParts {
    /// When the copy was made, as the node writes instants.
    pub made_at: String,
    /// Whose file it is.
    pub subject_id: [u8; 16],
    /// The records, each an object in the node's own words.
    pub records: Vec<Value>,
    /// Every look since the file began, in order.
    pub looks: Vec<Look>,
    /// The signed head that the looks' proofs lead to.
    pub checkpoint: String,
}

/// A person's copy that was read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonCopy {
    key: VerifierKey,
    parts: CopyParts,
    count: u64,
    head: Hash,
    /// What the signature stands over.
    signed: Vec<u8>,
    signature: [u8; 64],
}

impl PersonCopy {
    /// Writes and signs a copy. The signature stands over the label `fairfile/copy/1\n` and the canonical
    /// JSON of the whole document without its `signature`.
    ///
    /// ```
    /// use fairfile_proof::{CopyParts, EMPTY_ROOT, NodeKey, PersonCopy, verify_file};
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// let nobody_looked = CopyParts {
    ///     made_at: "2026-11-23T09:00:00+08:00".to_owned(),
    ///     subject_id: [1; 16],
    ///     records: vec![serde_json::json!({"item": "PH-031"})],
    ///     looks: Vec::new(),
    ///     checkpoint: key.sign_checkpoint(0, &EMPTY_ROOT)?,
    /// };
    /// let file = PersonCopy::issue(&key, &nobody_looked)?;
    /// assert!(verify_file(&file[..], Some(&key.vkey()), None)?.ok);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Looks`] if the looks are not a whole chain, [`FormatError::Encoding`] for records
    /// that have no canonical form, [`FormatError::Limit`] beyond 64 MiB, [`FormatError::Key`].
    pub fn issue(key: &NodeKey, parts: &CopyParts) -> Result<Vec<u8>, FormatError> {
        if !parts.records.iter().all(Value::is_object) {
            return Err(FormatError::Field { field: "records", expected: "an array of objects" });
        }
        let head = follow(&parts.subject_id, &parts.looks, |_| true).map_err(FormatError::Looks)?;
        let mut document = json!({
            "schema": COPY_SCHEMA,
            "origin": key.origin(),
            "key": key.vkey(),
            "made_at": parts.made_at,
            "subject_id": hex::encode(parts.subject_id),
            "records": parts.records,
            "looks": {
                "count": parts.looks.len(),
                "head": hex::encode(head),
                "entries": parts.looks.iter().map(write_look).collect::<Vec<_>>(),
            },
            "checkpoint": parts.checkpoint,
        });
        let signature = key.sign(&[LABEL, &canonical(&document)?].concat())?;
        document["signature"] = Value::from(to_base64(&signature));
        let bytes = canonical(&document)?;
        if bytes.len() > MAX_COPY_BYTES {
            return Err(FormatError::Limit { limit: MAX_COPY_BYTES });
        }
        Ok(bytes)
    }

    /// Reads a copy; whether it holds is [`crate::verify_file`]'s question.
    ///
    /// # Errors
    /// [`FormatError`] for anything that is not a copy of at most 64 MiB.
    pub fn parse(bytes: &[u8]) -> Result<PersonCopy, FormatError> {
        PersonCopy::read(Fields::document(bytes, MAX_COPY_BYTES, COPY_SCHEMA)?)
    }

    pub(crate) fn read(mut fields: Fields) -> Result<PersonCopy, FormatError> {
        let signature = fields.signature()?;
        // With the signature read and nothing else, what is left is what was signed.
        let signed = [LABEL, &fields.canonical()?].concat();
        let key = fields.key()?;
        let made_at = fields.text("made_at")?;
        let subject_id = fields.hex("subject_id")?;
        let records = fields.list("records")?;
        if !records.iter().all(Value::is_object) {
            return Err(FormatError::Field { field: "records", expected: "an array of objects" });
        }
        let mut chain = fields.object("looks")?;
        let (count, head) = (chain.whole("count")?, chain.hex("head")?);
        let entries = chain.list("entries")?.into_iter();
        let looks = entries.map(read_look).collect::<Result<_, _>>()?;
        chain.end()?;
        let checkpoint = fields.text("checkpoint")?;
        fields.end()?;
        let parts = CopyParts { made_at, subject_id, records, looks, checkpoint };
        Ok(PersonCopy { key, parts, count, head, signed, signature })
    }

    /// The key that the copy itself carries.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// What the copy holds.
    pub fn parts(&self) -> &CopyParts {
        &self.parts
    }

    /// Whether `key` signed this copy, every letter of it.
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        key.verify(&self.signed, &self.signature)
    }

    /// Walks the looks in order: numbers, chain, and each event in the journal under `checkpoint`.
    ///
    /// # Errors
    /// The first [`Gap`], if there is any.
    pub fn looks_are_whole(&self, checkpoint: &Checkpoint) -> Result<(), Gap> {
        self.chain_is_whole(|look| look.opening.is_in(checkpoint).is_ok())
    }

    /// Checks that every look which the `earlier` copy held is still there, in the same place.
    ///
    /// Both copies' chains must be whole in themselves: a gap in either is reported first.
    ///
    /// # Errors
    /// The first [`Gap`], if there is any.
    pub fn extends(&self, earlier: &PersonCopy) -> Result<(), Gap> {
        let same_file = self.parts.subject_id == earlier.parts.subject_id;
        if !same_file || self.key.origin() != earlier.key.origin() {
            return Err(Gap::OtherFile);
        }
        earlier.chain_is_whole(|_| true)?;
        self.chain_is_whole(|_| true)?;
        if earlier.count > self.count {
            return Err(Gap::Shorter { earlier: earlier.count, now: self.count });
        }
        // Equal links mean equal beginnings, so the first pair that differs is the first rewritten look.
        let pairs = earlier.parts.looks.iter().zip(&self.parts.looks);
        match pairs.into_iter().find(|(before, now)| before.link() != now.link()) {
            Some((before, _)) => Err(Gap::Rewritten { seq: before.seq }),
            None => Ok(()),
        }
    }

    fn chain_is_whole(&self, in_journal: impl Fn(&Look) -> bool) -> Result<(), Gap> {
        let head = follow(&self.parts.subject_id, &self.parts.looks, in_journal)?;
        let found = self.parts.looks.len() as u64;
        if self.count != found {
            return Err(Gap::Count { said: self.count, found });
        }
        if self.head != head {
            return Err(Gap::Head);
        }
        Ok(())
    }
}

/// The head that `looks` make, if each follows the one before.
fn follow(subject_id: &[u8; 16], looks: &[Look], in_journal: impl Fn(&Look) -> bool) -> Result<Hash, Gap> {
    let mut head = chain_start(subject_id);
    for (expected, look) in (1..).zip(looks) {
        let seq = look.seq;
        if seq != expected {
            return Err(Gap::Missing { expected, found: seq });
        }
        let (look_id, chain) = look.link().ok_or(Gap::Unlinked { seq })?;
        head = chain_next(&head, &look_id, seq);
        if chain != head {
            return Err(Gap::Broken { seq });
        }
        if !in_journal(look) {
            return Err(Gap::NotInJournal { seq });
        }
    }
    Ok(head)
}

fn write_look(look: &Look) -> Value {
    let mut entry = Map::new();
    entry.insert("seq".to_owned(), Value::from(look.seq));
    look.opening.write(&mut entry);
    Value::Object(entry)
}

fn read_look(entry: Value) -> Result<Look, FormatError> {
    let mut fields = Fields::inner(COPY_SCHEMA, "entries", entry)?;
    let look = Look { seq: fields.whole("seq")?, opening: Opening::read(&mut fields)? };
    fields.end()?;
    Ok(look)
}
