//! What a node's folder tells without being opened: who may read it, and what room there is left on its disk.

use std::path::Path;

use super::finding::Finding;

/// A share of the disk, as its reciprocal, below which it is almost full.
const ALMOST_FULL: u64 = 20;
/// What others may have been let read by an earlier program.
const KEY_STORE: &str = "the key store";
/// So much room is enough, on however large a disk.
const ENOUGH: u64 = 4 << 30;

/// Who may read the keys, and how full the disk is.
pub fn findings(path: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(readable_by_others(path));
    findings.extend(room(path).and_then(|(free, all)| disk(free, all)));
    findings
}

/// What is said of a node that an earlier program made.
pub fn earlier(path: &Path) -> Finding {
    let next = format!(
        "keep a copy of its folder, and of its database if that is on a server, in a safe place; then let any command that opens the node bring it up to this one: fairfile calendar run --node {}",
        path.display()
    );
    Finding::warning("node", "an earlier fairfile made it; it was not opened, and nothing was changed", next)
}

/// What others on this machine must not read.
#[cfg(unix)]
fn readable_by_others(path: &Path) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let parts = [
        ("keys/root.key", "the root key", "600"),
        ("keys/keys.db", KEY_STORE, "600"),
        ("keys", "the keys", "700"),
        ("node.toml", "the settings", "600"),
    ];
    let is_open = |part: &&(&str, &str, &str)| {
        std::fs::metadata(path.join(part.0)).is_ok_and(|part| part.permissions().mode() & 0o077 != 0)
    };
    let finding = |(part, what, mode): &(&str, &str, &str)| {
        let says = format!("others on this machine can read {what}");
        let next = format!("chmod {mode} {}", path.join(part).display());
        // An earlier program let the system choose; its folder keeps others out, and the next opening puts it right.
        if *what == KEY_STORE { Finding::warning("keys", says, next) } else { Finding::broken("keys", says, next) }
    };
    parts.iter().filter(is_open).map(finding).collect()
}

#[cfg(not(unix))]
fn readable_by_others(_path: &Path) -> Vec<Finding> {
    Vec::new()
}

/// Bytes that are free for the node on its disk, and bytes in all.
#[cfg(unix)]
fn room(path: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some((disk.f_bavail.checked_mul(disk.f_frsize)?, disk.f_blocks.checked_mul(disk.f_frsize)?))
}

#[cfg(not(unix))]
fn room(_path: &Path) -> Option<(u64, u64)> {
    None
}

/// A disk that is full takes no look, and what is not logged is not shown.
fn disk(free: u64, all: u64) -> Option<Finding> {
    let percent = free.saturating_mul(100).checked_div(all)?;
    if free >= ENOUGH || free >= all / ALMOST_FULL {
        return None;
    }
    let says = format!("{percent} % of the disk is free; when it is full no officer is answered, and nothing is lost");
    Some(Finding::warning("disk", says, "make room on the disk that the folder lies on; the node goes on by itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_told_of_before_it_is_full() {
        let gib = 1 << 30;
        assert!(disk(0, 10 * gib).is_some_and(|finding| !finding.is_broken()));
        assert!(disk(gib / 4, 10 * gib).is_some());
        assert!(disk(gib, 10 * gib).is_none());
        assert!(disk(4 * gib, 1_000 * gib).is_none(), "enough is enough");
        assert!(disk(0, 0).is_none(), "a disk of which the system tells nothing");
    }
}
