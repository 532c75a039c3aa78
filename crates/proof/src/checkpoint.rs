//! The node's key, and the signed head of its journal.
//!
//! A checkpoint is a C2SP tlog-checkpoint in a C2SP signed note: other programs can read and cosign it.
//! Keys are Ed25519; the text of a public key is the signed-note "verifier key", `name+id+base64`.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use signed_note::{Note, NoteError, Signature, Verifier, VerifierList};
use thiserror::Error;
use tlog_tiles::{checkpoint, tlog};

use crate::encoding::{from_base64, to_base64};
use crate::merkle::{Hash, MAX_TREE_SIZE};

/// The most bytes that [`VerifierKey::open_checkpoint`] reads; room for some hundred cosignatures.
pub const MAX_CHECKPOINT_BYTES: usize = 16 * 1024;

const MAX_NAME_BYTES: usize = 200;
const ED25519_ALGORITHM: u8 = 1;

/// Why a key cannot be used, or a checkpoint not be believed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// The origin is no key name.
    #[error("expected an origin of 1 to 200 visible ASCII characters without `+`, such as `lanhe.example/journal`")]
    Origin,
    /// The text is no Ed25519 verifier key, or its id does not belong to it.
    #[error("expected a key such as `lanhe.example/journal+0a1b2c3d+AQ...`; copy it whole from the node's page")]
    Key,
    /// The seed makes no key, or the key could not sign: a fault of this machine.
    #[error("the signing key could not be used; check the node's key file")]
    Sign,
    /// A checkpoint beyond the limits: its length, or its tree's size.
    #[error("expected a checkpoint of at most 16 KiB for at most 9007199254740991 leaves; fetch it again")]
    Limit,
    /// Not a signed note.
    #[error("expected a signed note; check that the checkpoint was copied whole, with its blank line")]
    NotANote,
    /// A note, and not by this key.
    #[error("no signature by this key is on the checkpoint; check that the key is the right node's")]
    KeyNotInNote,
    /// A note that claims to be by this key and is not.
    #[error("the checkpoint's signature does not hold; keep it as it is and send it to the supervisor")]
    WrongSignature,
    /// A well-signed note that says something else than a checkpoint.
    #[error("expected origin, size and root in the signed note; this is another kind of note")]
    NotACheckpoint,
    /// A checkpoint of another journal than the key's.
    #[error("the checkpoint is of another journal than the key's; check which node it is from")]
    OtherOrigin,
}

/// The key with which a node signs. It never shows its secret part.
pub struct NodeKey {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
}

impl NodeKey {
    /// The key made from `seed`, for the journal named `origin`, such as `lanhe.example/journal`.
    ///
    /// ```
    /// use fairfile_proof::NodeKey;
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// let text = key.sign_checkpoint(0, &fairfile_proof::EMPTY_ROOT)?;
    /// let checkpoint = key.verifier().open_checkpoint(&text)?;
    /// assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("lanhe.example/journal", 0));
    /// # Ok::<(), fairfile_proof::checkpoint::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] for a name that a signed note cannot carry.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<NodeKey, CheckpointError> {
        check_name(origin)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CheckpointError::Sign)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| CheckpointError::Sign)?;
        Ok(NodeKey { verifier: VerifierKey::new(origin, public), pair })
    }

    /// The journal's name.
    pub fn origin(&self) -> &str {
        self.verifier.origin()
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The public half as text: what the node publishes and its files carry.
    pub fn vkey(&self) -> String {
        self.verifier.to_string()
    }

    /// An Ed25519 signature over `message`, which begins with a label of its own kind.
    ///
    /// # Errors
    /// [`CheckpointError::Sign`] if the machine cannot sign.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], CheckpointError> {
        let signature = self.pair.try_sign(message).map_err(|_| CheckpointError::Sign)?;
        signature.as_ref().try_into().map_err(|_| CheckpointError::Sign)
    }

    /// The signed head of a journal of `size` leaves under `root`.
    ///
    /// # Errors
    /// [`CheckpointError::Limit`] for a size beyond 2^53 - 1, [`CheckpointError::Sign`].
    pub fn sign_checkpoint(&self, size: u64, root: &Hash) -> Result<String, CheckpointError> {
        if size > MAX_TREE_SIZE {
            return Err(CheckpointError::Limit);
        }
        let head = checkpoint::Checkpoint::new(self.origin(), size, tlog::Hash(*root), "")
            .map_err(|_| CheckpointError::Origin)?;
        let text = head.to_bytes();
        let signature = self.sign(&text)?.to_vec();
        let line = Signature::new(self.origin().to_owned(), self.verifier.id, signature)
            .map_err(|_| CheckpointError::Origin)?;
        let note = Note::new(&text, &[line]).map_err(|_| CheckpointError::NotANote)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::NotANote)
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NodeKey({})", self.verifier)
    }
}

/// A node's public key with the name of its journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    public: [u8; 32],
}

impl VerifierKey {
    fn new(name: &str, public: [u8; 32]) -> VerifierKey {
        let id = signed_note::key_id(name, &typed(&public));
        VerifierKey { name: name.to_owned(), id, public }
    }

    /// Reads a verifier key; accepts exactly the text that [`NodeKey::vkey`] writes.
    ///
    /// ```
    /// use fairfile_proof::{NodeKey, VerifierKey};
    ///
    /// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
    /// assert_eq!(&VerifierKey::parse(&key.vkey())?, key.verifier());
    /// # Ok::<(), fairfile_proof::checkpoint::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// [`CheckpointError::Key`].
    pub fn parse(vkey: &str) -> Result<VerifierKey, CheckpointError> {
        let (name, rest) = vkey.split_once('+').ok_or(CheckpointError::Key)?;
        let (_, base64) = rest.split_once('+').ok_or(CheckpointError::Key)?;
        check_name(name).map_err(|_| CheckpointError::Key)?;
        let typed: [u8; 33] = from_base64(base64.as_bytes()).ok_or(CheckpointError::Key)?;
        let [ED25519_ALGORITHM, public @ ..] = typed else {
            return Err(CheckpointError::Key);
        };
        // Written out again, name, id and key must be the same text: no second spelling, no other id.
        let key = VerifierKey::new(name, public);
        if key.to_string() == vkey { Ok(key) } else { Err(CheckpointError::Key) }
    }

    /// The name of the key's journal.
    pub fn origin(&self) -> &str {
        &self.name
    }

    /// The node's name for people: the origin up to its first `/`.
    pub fn node(&self) -> &str {
        self.name.split('/').next().unwrap_or(&self.name)
    }

    /// Whether `signature` was made over `message` with this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }

    /// Reads a checkpoint and believes it only if this key signed it, whoever else did.
    ///
    /// # Errors
    /// [`CheckpointError`]: not a note, not by this key, a false signature, another journal's.
    pub fn open_checkpoint(&self, text: &str) -> Result<Checkpoint, CheckpointError> {
        if text.len() > MAX_CHECKPOINT_BYTES {
            return Err(CheckpointError::Limit);
        }
        let note = Note::from_bytes(text.as_bytes()).map_err(|_| CheckpointError::NotANote)?;
        let known = VerifierList::new(vec![Box::new(self.clone())]);
        note.verify(&known).map_err(|error| match error {
            NoteError::UnverifiedNote => CheckpointError::KeyNotInNote,
            _ => CheckpointError::WrongSignature,
        })?;
        let head = checkpoint::Checkpoint::from_bytes(note.text()).map_err(|_| CheckpointError::NotACheckpoint)?;
        if head.origin() != self.name {
            return Err(CheckpointError::OtherOrigin);
        }
        if head.size() > MAX_TREE_SIZE {
            return Err(CheckpointError::Limit);
        }
        Ok(Checkpoint { origin: head.origin().to_owned(), size: head.size(), root: head.hash().0 })
    }
}

/// The verifier key's text, `name+id+base64`.
impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}+{:08x}+{}", self.name, self.id, to_base64(&typed(&self.public)))
    }
}

impl Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        VerifierKey::verify(self, message, signature)
    }
}

/// A checkpoint whose signature held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The journal's name.
    pub origin: String,
    /// How many leaves it had.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// The public key as signed notes have it: the algorithm's number, then the key.
fn typed(public: &[u8; 32]) -> [u8; 33] {
    let mut typed = [ED25519_ALGORITHM; 33];
    typed[1..].copy_from_slice(public);
    typed
}

fn check_name(name: &str) -> Result<(), CheckpointError> {
    let visible = name.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = name.len() <= MAX_NAME_BYTES && signed_note::is_key_name_valid(name);
    if visible && fits { Ok(()) } else { Err(CheckpointError::Origin) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signed_note::{StandardSigner, StandardVerifier};

    const ORIGIN: &str = "lanhe.example/journal";

    fn key() -> NodeKey {
        NodeKey::from_seed(ORIGIN, &[7; 32]).expect("a valid origin")
    }

    fn checkpoint() -> String {
        key().sign_checkpoint(51_007, &[3; 32]).expect("a small size")
    }

    fn check(text: &str, expected: Result<u64, CheckpointError>) {
        assert_eq!(key().verifier().open_checkpoint(text).map(|head| head.size), expected, "{text}");
    }

    #[test]
    fn only_the_node_s_own_checkpoint_opens() {
        let good = checkpoint();
        check(&good, Ok(51_007));
        check(&good.replacen("51007", "51008", 1), Err(CheckpointError::WrongSignature));
        check(&good.replace("\n\n", "\n"), Err(CheckpointError::NotANote));
        check("", Err(CheckpointError::NotANote));
        check(&"x".repeat(MAX_CHECKPOINT_BYTES + 1), Err(CheckpointError::Limit));
        let other = NodeKey::from_seed(ORIGIN, &[8; 32]).expect("a valid origin");
        check(&other.sign_checkpoint(1, &[3; 32]).expect("a small size"), Err(CheckpointError::KeyNotInNote));
        let cosigned = good.clone() + "\u{2014} witness.example AAAAAAAAAAA=\n";
        check(&cosigned, Ok(51_007));
    }

    fn signed(text: &str) -> String {
        let line =
            Signature::new(ORIGIN.into(), key().verifier().id, key().sign(text.as_bytes()).expect("signs").to_vec());
        let note = Note::new(text.as_bytes(), &[line.expect("a valid name")]).expect("a valid text");
        String::from_utf8(note.to_bytes()).expect("UTF-8")
    }

    #[test]
    fn a_well_signed_note_can_still_be_no_checkpoint() {
        let root = to_base64(&[3; 32]);
        check(&signed(&format!("{ORIGIN}\n5\n{root}\n")), Ok(5));
        check(&signed(&format!("{ORIGIN}\n5\n{root}\nan extension\n")), Ok(5));
        check(&signed("only a line\n"), Err(CheckpointError::NotACheckpoint));
        check(&signed(&format!("{ORIGIN}\n05\n{root}\n")), Err(CheckpointError::NotACheckpoint));
        check(&signed(&format!("{ORIGIN}\n9007199254740992\n{root}\n")), Err(CheckpointError::Limit));
        check(&signed(&format!("other.example\n5\n{root}\n")), Err(CheckpointError::OtherOrigin));
    }

    #[test]
    fn other_programs_read_our_notes_and_we_read_theirs() {
        let theirs = StandardVerifier::new(&key().vkey()).expect("they accept our key");
        let note = Note::from_bytes(checkpoint().as_bytes()).expect("they parse our note");
        let (verified, _) = note.verify(&VerifierList::new(vec![Box::new(theirs)])).expect("and verify it");
        assert_eq!(verified.len(), 1);

        let secret = format!("PRIVATE+KEY+{ORIGIN}+{:08x}+{}", key().verifier().id, to_base64(&typed(&[7; 32])));
        let signer = StandardSigner::new(&secret).expect("they accept our seed");
        let mut note = Note::new(note.text(), &[]).expect("the same text");
        note.add_sigs(&[&signer]).expect("they sign");
        assert_eq!(note.to_bytes(), checkpoint().as_bytes());
    }

    #[test]
    fn a_key_has_one_text() {
        let vkey = key().vkey();
        assert_eq!(VerifierKey::parse(&vkey).as_ref(), Ok(key().verifier()));
        assert_eq!(key().verifier().node(), "lanhe.example");
        for at in 0..vkey.len() {
            for byte in [b'+', b'a', b'A', b'0', b' ', b'\n'] {
                let mut changed = vkey.clone().into_bytes();
                changed[at] = byte;
                let changed = String::from_utf8(changed).expect("ASCII");
                assert_eq!(VerifierKey::parse(&changed).is_ok(), changed == vkey, "{changed}");
            }
        }
    }

    #[test]
    fn an_origin_is_a_plain_name() {
        for wrong in ["", "two words", "plus+sign", "line\nbreak", "n\u{e9}", &"x".repeat(201)] {
            let made = NodeKey::from_seed(wrong, &[7; 32]).map(|_| ());
            assert_eq!(made, Err(CheckpointError::Origin), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_never_shown() {
        assert_eq!(format!("{:?}", key()), format!("NodeKey({})", key().vkey()));
    }
}
