//! The node's journal as an outsider follows it: every leaf, and that it only ever grows.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use fairfile_proof::{Checkpoint, Hash, Leaf, TilePath, Tree, VerifierKey, parse_bundle};

use crate::door::Door;

/// What has been seen of a journal.
pub struct Journal {
    key: VerifierKey,
    leaves: Vec<Leaf>,
    /// Signed heads that somebody was shown and that were not compared yet: size and root.
    heads: Vec<(u64, Hash)>,
}

impl Journal {
    /// The journal that is signed by the key which the node publishes.
    pub fn of(door: &Door) -> Result<Self> {
        let key = text(door, "/journal/key")?;
        Ok(Self { key: VerifierKey::parse(key.trim())?, leaves: Vec::new(), heads: Vec::new() })
    }

    /// The journal's head as the node signs it now.
    pub fn head(&self, door: &Door) -> Result<Checkpoint> {
        self.open(&text(door, "/journal/checkpoint")?)
    }

    /// Reads a signed head.
    pub fn open(&self, checkpoint: &str) -> Result<Checkpoint> {
        self.key.open_checkpoint(checkpoint).context("a head that the node's key does not sign")
    }

    /// Remembers a head that somebody was shown: from now on the journal must extend it.
    pub fn remember(&mut self, head: &Checkpoint) {
        self.heads.push((head.size, head.root));
    }

    /// How many leaves have been seen.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// The leaf at `index`, as last seen.
    pub fn leaf(&self, index: u64) -> Option<&Leaf> {
        self.leaves.get(usize::try_from(index).ok()?)
    }

    /// Reads every leaf anew, and checks that the journal extends all that was seen of it.
    ///
    /// # Errors
    /// With what is missing or other than it was.
    pub fn follow(&mut self, door: &Door) -> Result<()> {
        let head = self.head(door)?;
        ensure!(head.size >= self.size(), "the journal has {} leaves and had {}", head.size, self.size());
        let leaves = read_leaves(door, head.size)?;
        let same = self.leaves.iter().zip(&leaves).position(|(before, now)| before != now);
        ensure!(same.is_none(), "leaf {} is another one than it was", same.unwrap_or_default());
        let events: BTreeSet<[u8; 16]> = leaves.iter().map(Leaf::event_id).collect();
        ensure!(events.len() == leaves.len(), "two leaves of the journal are of one event");
        self.heads.push((head.size, head.root));
        self.heads.sort_unstable();
        self.heads.dedup();
        let mut heads = self.heads.iter().peekable();
        let mut tree = Tree::empty();
        for (index, leaf) in (1..).zip(&leaves) {
            tree.append(leaf.hash());
            while let Some((_, root)) = heads.next_if(|(size, _)| *size == index) {
                ensure!(
                    tree.snapshot().root() == *root,
                    "the head over {index} leaves that was signed is not this journal's"
                );
            }
        }
        ensure!(heads.peek().is_none(), "a head over more leaves than the journal has was signed before");
        self.heads = vec![(head.size, head.root)];
        self.leaves = leaves;
        Ok(())
    }
}

fn read_leaves(door: &Door, size: u64) -> Result<Vec<Leaf>> {
    let mut leaves = Vec::new();
    let mut left = size;
    for number in 0.. {
        if left == 0 {
            break;
        }
        let width = left.min(256) as u16;
        let path = TilePath::Entries { number, width };
        let bundle = door.insist(|door| door.get(&format!("/journal/{path}")))?.with(&[200])?;
        leaves.extend(parse_bundle(&bundle.body)?);
        left -= u64::from(width);
    }
    ensure!(leaves.len() as u64 == size, "the journal is signed over {size} leaves and shows {}", leaves.len());
    Ok(leaves)
}

fn text(door: &Door, path: &str) -> Result<String> {
    Ok(String::from_utf8(door.insist(|door| door.get(path))?.with(&[200])?.body)?)
}
