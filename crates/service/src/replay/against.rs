//! A file that the node gave, held against the node's own journal: is what it showed still there, and what followed.

use fairfile_domain::id::{EventId, SubjectId};
use fairfile_proof::merkle::{EMPTY_ROOT, Hash};
use fairfile_proof::{Checkpoint, JournalHeader, Leaf, Opening, PersonCopy, Receipt, Tree};
use fairfile_store::correction::{self, Correction};
use fairfile_store::{Read, Snapshot, StoreError, journal};

use super::ReplayError;
use super::node::NodeUnderCheck;
use crate::keeping::{Continuation, list_continuations};

/// Leaves that are read at once.
const AT_ONCE: u32 = 4_096;

/// How a file fits into the journal of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fits {
    /// How many leaves the journal had when the file was made; nothing if this node did not sign the file's head.
    pub signed: Option<u64>,
    /// Whether that journal is the beginning of this one.
    pub is_beginning: bool,
    /// Whether every event of the file stands at its place in this journal.
    pub stands: bool,
    /// Where the journal had to go on without what the file shows, if it says so itself.
    pub lost: Option<Continuation>,
    /// Corrections that followed what the file shows, oldest first.
    pub followed: Vec<Correction>,
}

impl Fits {
    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        self.signed.is_some() && self.is_beginning && self.stands
    }
}

/// What a file has of a journal.
struct Held {
    checkpoint: String,
    leaves: Vec<(u64, Leaf)>,
    about: About,
}

/// Which corrections can have followed it.
enum About {
    Look(EventId),
    File(SubjectId),
    Nobody,
}

fn place(opening: &Opening) -> (u64, Leaf) {
    (opening.index(), *opening.leaf())
}

/// Reads a receipt, a copy, or the first line of an exported journal; nothing for anything else.
fn read(file: &[u8]) -> Option<Held> {
    if let Ok(receipt) = Receipt::parse(file) {
        let opening = receipt.opening();
        let is_look = opening.event()["event"] == "look";
        let id = EventId::from_bytes(opening.leaf().event_id());
        return Some(Held {
            checkpoint: receipt.checkpoint().to_owned(),
            leaves: vec![place(opening)],
            about: if is_look { About::Look(id) } else { About::Nobody },
        });
    }
    if let Ok(copy) = PersonCopy::parse(file) {
        let parts = copy.parts();
        return Some(Held {
            checkpoint: parts.checkpoint.clone(),
            leaves: parts.looks.iter().map(|look| place(&look.opening)).collect(),
            about: About::File(SubjectId::from_bytes(parts.subject_id)),
        });
    }
    let line = file.split(|byte| *byte == b'\n').next()?;
    let header = JournalHeader::parse(line).ok()?;
    Some(Held { checkpoint: header.checkpoint, leaves: Vec::new(), about: About::Nobody })
}

impl NodeUnderCheck {
    /// Holds `file`, a receipt, a copy, or an exported journal (of which the first line will do), against this node's
    /// journal. Nothing for anything else. That the file holds in itself is for `fairfile_proof::verify_file` to say.
    ///
    /// # Errors
    /// [`ReplayError::Store`] if the journal cannot be read.
    pub fn hold_against(&self, snapshot: &mut Snapshot<'_>, file: &[u8]) -> Result<Option<Fits>, ReplayError> {
        let Some(held) = read(file) else { return Ok(None) };
        let signed = self.open_checkpoint(snapshot, &held.checkpoint)?;
        let is_beginning = match &signed {
            Some(head) => root_at(snapshot, head.size)? == Some(head.root),
            None => false,
        };
        let mut stands = true;
        for (index, leaf) in &held.leaves {
            stands &= journal::list_leaves(snapshot, *index, 1)?.first() == Some(leaf);
        }
        let followed = followed(snapshot, &held.about, signed.as_ref())?;
        let lost = match &signed {
            Some(head) if !(is_beginning && stands) => find_loss(snapshot, head)?,
            Some(_) | None => None,
        };
        Ok(Some(Fits { signed: signed.map(|head| head.size), is_beginning, stands, lost, followed }))
    }
}

/// Where the journal of that name ended short of `head`.
fn find_loss(tx: &mut impl Read, head: &Checkpoint) -> Result<Option<Continuation>, StoreError> {
    let is_it = |told: &Continuation| told.old_origin == head.origin && told.lost_from < head.size;
    Ok(list_continuations(tx)?.into_iter().find(is_it))
}

fn followed(tx: &mut impl Read, about: &About, signed: Option<&Checkpoint>) -> Result<Vec<Correction>, StoreError> {
    match about {
        About::Look(look) => correction::list_since_look(tx, look.retype()),
        About::File(subject) => {
            let mut corrections = correction::list_of_subject(tx, *subject)?;
            corrections.retain(|correction| signed.is_none_or(|head| correction.leaf >= head.size));
            Ok(corrections)
        }
        About::Nobody => Ok(Vec::new()),
    }
}

/// The root over the first `size` leaves, made from the leaves themselves; nothing if there are fewer.
fn root_at(tx: &mut impl Read, size: u64) -> Result<Option<Hash>, StoreError> {
    let mut tree = Tree::empty();
    let mut root = EMPTY_ROOT;
    while tree.size() < size {
        let most = AT_ONCE.min(u32::try_from(size - tree.size()).unwrap_or(AT_ONCE));
        let leaves = journal::list_leaves(tx, tree.size(), most)?;
        if leaves.is_empty() {
            return Ok(None);
        }
        leaves.iter().for_each(|leaf| tree.append(leaf.hash()));
        // Nobody stores them; they would only fill the memory.
        tree.take_full_tiles();
        root = tree.snapshot().root();
    }
    Ok(Some(root))
}
