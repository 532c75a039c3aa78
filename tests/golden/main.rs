//! Tables that a lawyer can review. If one of them changes, somebody's power or somebody's words changed.
//!
//! `UPDATE_GOLDEN=1` writes them anew; what then differs belongs into the description of the change.

mod access;
mod oracle;
mod refusals;

use std::path::PathBuf;

/// Compares `found` with the file of this name beside the tests.
#[expect(clippy::disallowed_methods, reason = "whoever writes the tables anew says so by hand, on the command line")]
fn compare(name: &str, found: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("the golden file is written");
        return;
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is there; UPDATE_GOLDEN=1 writes it");
    for (number, (one, other)) in golden.lines().zip(found.lines()).enumerate() {
        assert_eq!(one, other, "{name}, line {}; UPDATE_GOLDEN=1 writes it anew", number + 1);
    }
    assert_eq!(golden.len(), found.len(), "{name} has another length; UPDATE_GOLDEN=1 writes it anew");
}
