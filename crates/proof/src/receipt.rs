//! A receipt: what the node tells the one who asked, signed, with its place in the journal.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde_json::Value;

use crate::checkpoint::{NodeKey, VerifierKey};
use crate::encoding::{canonical, to_base64};
use crate::leaf::Leaf;
use crate::opening::Opening;
use crate::wire::{Fields, FormatError};

/// The `schema` of a receipt.
pub const RECEIPT_SCHEMA: &str = "fairfile.receipt/1";

/// The most bytes of a receipt.
pub const MAX_RECEIPT_BYTES: usize = 64 * 1024;

const LABEL: &[u8] = b"fairfile/receipt/1\n";

/// A signed trace of one event, complete in itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    receipt_id: String,
    key: VerifierKey,
    opening: Opening,
    checkpoint: String,
    signature: [u8; 64],
}

impl Receipt {
    /// Signs a receipt for the event in `opening`.
    ///
    /// `checkpoint` is the signed head that the opening's proof leads to. The signature stands over the
    /// label `fairfile/receipt/1\n`, the 64 bytes of the leaf, its number as eight big-endian bytes, and
    /// the receipt's id.
    ///
    /// ```
    /// use fairfile_proof::encoding::canonical;
    /// use fairfile_proof::{Leaf, NodeKey, Opening, Receipt, Tree, verify_file};
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// let (event, salt) = (serde_json::json!({"event": "look", "case": "A-7"}), [5; 32]);
    /// let leaf = Leaf::new([1; 16], 29_907_000, &salt, &canonical(&event)?)?;
    ///
    /// let mut tree = Tree::empty();
    /// tree.append(leaf.hash());
    /// let now = tree.snapshot();
    /// let checkpoint = key.sign_checkpoint(now.size(), &now.root())?;
    /// let opening = Opening::new(event, salt, 0, leaf, now.prove(0).expect("just appended"))?;
    ///
    /// let receipt = Receipt::issue(&key, "rct_9H3K", opening, checkpoint)?;
    /// let report = verify_file(&receipt.to_json()?[..], Some(&key.vkey()), None)?;
    /// assert!(report.ok);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Field`] for an id that is not 1 to 64 ASCII letters, digits or `_`;
    /// [`FormatError::Key`] if the key cannot sign; [`FormatError::Limit`] beyond 64 KiB.
    pub fn issue(
        key: &NodeKey,
        receipt_id: &str,
        opening: Opening,
        checkpoint: String,
    ) -> Result<Receipt, FormatError> {
        check_id(receipt_id)?;
        let signature = key.sign(&signed_bytes(opening.leaf(), opening.index(), receipt_id))?;
        let key = key.verifier().clone();
        let receipt = Receipt { receipt_id: receipt_id.to_owned(), key, opening, checkpoint, signature };
        if receipt.most_bytes() > MAX_RECEIPT_BYTES {
            return Err(FormatError::Limit { limit: MAX_RECEIPT_BYTES });
        }
        Ok(receipt)
    }

    /// Reads a receipt; whether it holds is [`crate::verify_file`]'s question.
    ///
    /// # Errors
    /// [`FormatError`] for anything that is not a receipt of at most 64 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Receipt, FormatError> {
        Receipt::read(Fields::document(bytes, MAX_RECEIPT_BYTES, RECEIPT_SCHEMA)?)
    }

    pub(crate) fn read(mut fields: Fields) -> Result<Receipt, FormatError> {
        let receipt = Receipt {
            receipt_id: fields.text("receipt_id")?,
            key: fields.key()?,
            opening: Opening::read(&mut fields)?,
            checkpoint: fields.text("checkpoint")?,
            signature: fields.signature()?,
        };
        fields.end()?;
        check_id(&receipt.receipt_id)?;
        Ok(receipt)
    }

    /// The receipt as a JSON object, to stand inside an answer.
    pub fn to_value(&self) -> Value {
        // A structure of texts, whole numbers and one value always is a value.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The receipt as a file.
    ///
    /// # Errors
    /// [`FormatError::Encoding`] if the event nests too deep to stand inside a receipt.
    pub fn to_json(&self) -> Result<Vec<u8>, FormatError> {
        Ok(canonical(&self.to_value())?)
    }

    /// An upper bound of its bytes as a file, without writing it.
    fn most_bytes(&self) -> usize {
        // Names, hexadecimal digits and punctuation of the fixed fields stay below the last figure.
        // Beside its name a key has two plus signs, 8 hexadecimal digits and 44 letters of base64.
        let key = 2 * (self.key.origin().len() + 54);
        self.opening.most_bytes() + 2 * self.checkpoint.len() + key + self.receipt_id.len() + 1_024
    }

    /// The receipt's id, such as `rct_9H3K`.
    pub fn receipt_id(&self) -> &str {
        &self.receipt_id
    }

    /// The key that the receipt itself carries.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// What the receipt tells, with its place in the journal.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The signed head that came with the receipt, as text.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Whether `key` signed this receipt.
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let opening = &self.opening;
        let signed = signed_bytes(opening.leaf(), opening.index(), &self.receipt_id);
        key.verify(&signed, &self.signature)
    }
}

/// The fields of a receipt, written without a tree of values in between.
impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Receipt", 6 + Opening::FIELDS)?;
        out.serialize_field("schema", RECEIPT_SCHEMA)?;
        out.serialize_field("receipt_id", &self.receipt_id)?;
        out.serialize_field("origin", self.key.origin())?;
        out.serialize_field("key", &self.key.to_string())?;
        out.serialize_field("checkpoint", &self.checkpoint)?;
        out.serialize_field("signature", &to_base64(&self.signature))?;
        self.opening.write_fields(&mut out)?;
        out.end()
    }
}

fn signed_bytes(leaf: &Leaf, index: u64, receipt_id: &str) -> Vec<u8> {
    [LABEL, &leaf.to_bytes(), &index.to_be_bytes(), receipt_id.as_bytes()].concat()
}

fn check_id(receipt_id: &str) -> Result<(), FormatError> {
    let plain = receipt_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && (1..=64).contains(&receipt_id.len()) {
        return Ok(());
    }
    let expected = "1 to 64 ASCII letters, digits or `_`";
    Err(FormatError::Field { field: "receipt_id", expected })
}
