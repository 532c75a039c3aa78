//! Checks catalog files before anybody may be recorded under them.
//!
//! [`lint`] reports everything that is wrong with every file, each with its code, place and remedy, so
//! that an author mends a file once. A file without findings names its law, its end, its purposes and the
//! way to contest it, and names nothing that no catalog may name. There is no switch that turns a
//! finding off.

mod across;
mod kinds;
mod rules;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use kinds::*;
pub use kinds::{FINDINGS, FindingKind};

use std::fmt;

use fairfile_domain::profile::LawProfile;

use crate::catalog::draft::{self, Draft};

/// Something that is wrong with a catalog file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, as its caller named it.
    pub path: String,
    /// Line of the offending key, from 1.
    pub line: usize,
    /// Column of the offending key in characters, from 1.
    pub column: usize,
    /// Stable code, such as `C010`; one of [`FINDINGS`].
    pub code: &'static str,
    /// What is wrong here.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, code, what, remedy } = self;
        write!(f, "{path}:{line}:{column}: {code}: {what}; {remedy}")
    }
}

/// Everything that is wrong with `files` (path and text of each), in order of path, line and column.
///
/// The files are judged as one set: versions of an item must follow each other, and a purpose must read
/// the same wherever it is described. `profile` gives the figures that no item may exceed, and the
/// categories that it adds to those that no catalog may name.
pub fn lint(files: &[(String, String)], profile: &LawProfile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut drafts: Vec<(&str, &str, Draft)> = Vec::new();
    for (path, text) in files {
        let mut report = Report::new(path, text);
        if let Some(draft) = draft::read(text, &mut report) {
            rules::check(&draft, profile, &mut report);
            drafts.push((path, text, draft));
        }
        findings.append(&mut report.findings);
    }
    findings.append(&mut across::check(&drafts));
    findings.sort();
    findings.dedup();
    findings
}

/// Collects the findings of one file and knows where in it a byte stands.
pub(crate) struct Report<'a> {
    path: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    /// A report on the file `path`, whose text is `text`.
    pub(crate) fn new(path: &'a str, text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { path, text, line_starts, findings: Vec::new() }
    }

    /// Adds a finding at the byte `at`.
    pub(crate) fn add(&mut self, kind: &FindingKind, at: usize, what: impl Into<String>) {
        let (line, column) = self.place(at);
        self.findings.push(Finding {
            path: self.path.to_owned(),
            line,
            column,
            code: kind.code,
            what: what.into(),
            remedy: kind.remedy.to_owned(),
        });
    }

    /// Line and column of the byte `at`, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= at).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let end = at.min(self.text.len());
        let before = self.text.as_bytes().get(start..end).unwrap_or_default();
        // Counting the bytes that begin a character is right even if `at` falls inside one.
        let column = before.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count() + 1;
        (line, column)
    }
}
