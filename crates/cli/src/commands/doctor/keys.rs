//! The keys of an open node: whether each of them opens, whether any is missing, whether any had come back.

use std::path::Path;

use fairfile_service::Registry;
use fairfile_service::keeping::look_over_keys;

use super::finding::Finding;
use super::next;
use crate::trouble::Trouble;
use crate::voice::counted;

/// What is found about keys. Every key is opened, however many there are.
pub fn findings(registry: &Registry, path: &Path) -> Result<Vec<Finding>, Trouble> {
    let found = look_over_keys(registry)?;
    let mut findings = Vec::new();
    if found.missing > 0 {
        let says =
            format!("{} key(s) of what is on file are missing; nobody reads what they seal", counted(found.missing));
        findings.push(Finding::broken("keys", says, next::after_lost_keys(path)));
    }
    if found.damaged > 0 {
        let says = format!("{} key(s) are damaged; nobody reads what they seal", counted(found.damaged));
        findings.push(Finding::broken("keys", says, next::after_lost_keys(path)));
    }
    if registry.keys_returned > 0 {
        let says = format!(
            "{} key(s) of what is gone had been put back; they were destroyed again just now, and nothing was shown",
            counted(registry.keys_returned)
        );
        let next = format!(
            "find out who put old keys into the folder; then: fairfile verify --full --node {}",
            path.display()
        );
        findings.push(Finding::warning("keys", says, next));
    }
    if findings.is_empty() {
        let says = format!(
            "the key store opens under its root key; each of its {} keys of contents opens, and none is missing",
            counted(found.kept)
        );
        findings.push(Finding::fine("keys", says));
    }
    Ok(findings)
}
