//! The journal made anew from its leaves, and how far it was signed.

use fairfile_proof::{Hash, Tree};
use fairfile_service::Registry;
use fairfile_service::keeping::list_continuations;
use fairfile_service::replay::OLDER;
use fairfile_store::{StoreError, journal, node};

use super::finding::Finding;
use crate::trouble::Trouble;
use crate::voice::counted;

/// Leaves that are read at a time.
const AT_ONCE: u32 = 4_096;

/// The journal is put together again from its leaves and held against the head that the node signs.
pub fn findings(registry: &Registry) -> Result<Vec<Finding>, Trouble> {
    let head = registry.store.head();
    let size = head.snapshot().size();
    let (found, root, last_minute) = rebuilt(registry, size)?;
    let stop =
        "stop the node, keep its folder as it is, and tell the supervisor; then restore the last backup of the data";
    if found != size || root != head.snapshot().root() {
        let says = format!("the {} entries found do not give the head over {}", counted(found), counted(size));
        return Ok(vec![Finding::broken("journal", says, stop)]);
    }
    let checkpoint = registry.publisher.checkpoint(&head)?;
    if registry.publisher.key().verifier().open_checkpoint(&checkpoint).is_err() {
        return Ok(vec![Finding::broken("journal", "its head is not signed by the node's key", stop)]);
    }
    let mut findings =
        vec![Finding::fine("journal", format!("all {} entries together give the signed head", counted(size)))];
    findings.extend(older(registry)?);
    findings.extend(continuations(registry)?);
    findings.push(mark(registry)?);
    if last_minute > registry.clock.now().minute() {
        findings.push(Finding::warning(
            "journal",
            "the latest entry is dated later than the node's clock stands",
            "set the clock: a demo's by `fairfile clock --at`, a machine's by its time service",
        ));
    }
    Ok(findings)
}

fn rebuilt(registry: &Registry, size: u64) -> Result<(u64, Hash, u64), Trouble> {
    let (mut tree, mut reader, mut last_minute) = (Tree::empty(), registry.store.read()?, 0);
    while tree.size() < size {
        let most = AT_ONCE.min(u32::try_from(size - tree.size()).unwrap_or(AT_ONCE));
        let leaves = match journal::list_leaves(&mut reader, tree.size(), most) {
            Ok(leaves) => leaves,
            // A leaf that is none ends the count; the comparison tells.
            Err(StoreError::BadRow { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        if leaves.is_empty() {
            break;
        }
        for leaf in &leaves {
            tree.append(leaf.hash());
            last_minute = leaf.minute();
        }
        tree.take_full_tiles();
    }
    Ok((tree.size(), tree.snapshot().root(), last_minute))
}

/// How far it was signed: what a restored backup is held against.
fn mark(registry: &Registry) -> Result<Finding, Trouble> {
    let signed = registry.publisher.marked()?.map_or(0, |(size, _)| size);
    if registry.publisher.mark_was_torn() {
        let says =
            format!("the last note of how far it was signed was cut off; the one before says {}", counted(signed));
        return Ok(Finding::warning("mark", says, "nothing: the next signature writes it anew"));
    }
    Ok(Finding::fine("mark", format!("{} entries were signed, and all of them are there", counted(signed))))
}

/// Entries that an earlier program wrote.
fn older(registry: &Registry) -> Result<Option<Finding>, Trouble> {
    let count = node::find_setting(&mut registry.store.read()?, OLDER)?.and_then(|count| count.parse().ok());
    Ok(count.map(|count| {
        let says = "entries are of an earlier fairfile and explained by no event; the rows of then were journaled anew";
        Finding::fine("journal", format!("its first {} {says}", counted(count)))
    }))
}

/// Names that the journal had before, and what was lost under them.
fn continuations(registry: &Registry) -> Result<Vec<Finding>, Trouble> {
    let told = list_continuations(&mut registry.store.read()?)?;
    let finding = |told: fairfile_service::keeping::Continuation| {
        let last = told.lost_until.map_or("an unknown one".into(), |last| format!("no. {}", counted(last)));
        let (from, old, new) = (counted(told.lost_from), told.old_origin, told.origin);
        Finding::fine("journal", format!("it went on as {new}; under {old} entries no. {from} to {last} may be lost"))
    };
    Ok(told.into_iter().map(finding).collect())
}
