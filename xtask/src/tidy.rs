//! `cargo xtask tidy`: the house rules that no compiler knows, over every file that git knows or would take.
//!
//! [`words`] holds what must not be written, as a table; [`house`] what ties the rooms and `ARCHITECTURE.md` together.

mod house;
mod words;

use std::fmt;
use std::process::Command;

use anyhow::{Result, bail};

use crate::tools;

/// A text of the repository.
struct Page {
    /// From the workspace's folder, with `/`.
    path: String,
    text: String,
}

/// What is wrong, where, and what to do about it.
struct Finding {
    path: String,
    /// Counted from 1; 0 for the file as a whole.
    line: usize,
    why: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}

impl Page {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    fn finding(&self, line: usize, why: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, why: why.into() }
    }

    /// Whether the whole file is there for tests alone.
    fn is_test(&self) -> bool {
        let folders = ["/tests/", "/benches/", "/snapshots/"];
        let path = format!("/{}", self.path);
        folders.iter().any(|folder| path.contains(folder)) || path.starts_with("/fuzz/") || path.ends_with("/tests.rs")
    }

    /// How many lines come before the tests that stand at the file's end; none, if all of it is tests.
    fn code_lines(&self) -> usize {
        if self.is_test() {
            return 0;
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let opens_tests =
            |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{');
        lines.windows(2).position(opens_tests).unwrap_or(lines.len())
    }
}

/// Prints each finding as `FILE:LINE: WHY`.
///
/// # Errors
/// If there is any, or git cannot name the files.
pub fn run() -> Result<()> {
    let pages = pages()?;
    let findings: Vec<Finding> = pages.iter().flat_map(words::check).chain(house::check(&pages)).collect();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, nothing to say", pages.len());
            Ok(())
        }
        1 => bail!("tidy has one finding"),
        many => bail!("tidy has {many} findings"),
    }
}

/// Every text file that is committed, or would be by `git add --all`. Samples in other encodings are left out.
fn pages() -> Result<Vec<Page>> {
    let root = tools::root();
    let mut git = Command::new("git");
    // A checkout by another account (a container's, CI's) is still this repository.
    git.current_dir(&root).args(["-c", "safe.directory=*", "-c", "core.quotePath=false"]);
    let listed = tools::output(git.args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]))?;
    let read = |path: &str| std::fs::read_to_string(root.join(path)).ok().map(|text| Page::new(path, text));
    Ok(listed.lines().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_where_the_tests_begin() {
        let check =
            |path: &str, text: &str, expected| assert_eq!(Page::new(path, text).code_lines(), expected, "{text}");
        check("crates/a/src/b.rs", "one\ntwo\n", 2);
        check("crates/a/src/b.rs", "one\n#[cfg(test)]\nmod tests {\nthree\n}\n", 1);
        check("crates/a/src/b.rs", "#[cfg(test)]\nmod tests;\nthree\n", 3);
        check("crates/a/src/b/tests.rs", "one\n", 0);
        check("crates/a/tests/b.rs", "one\n", 0);
        check("tests/stories/b.rs", "one\n", 0);
    }
}
