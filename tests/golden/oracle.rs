//! What an independent reading of the item files says about each cell of the access table.
//!
//! Written from the law's side and apart from the decision: it reads the files as plain TOML, days as plain texts
//! (which order as days do), and shares no line with the rule that it is held against.

use fairfile_domain::record::RecordState;
use fairfile_lawfiles::catalog::EMBEDDED_DEMO;

use crate::access::{Holds, Life, TODAY, Visitor};

/// The item files as they are written.
pub fn read() -> Vec<toml::Table> {
    EMBEDDED_DEMO.iter().map(|(_, text)| text.parse().expect("TOML")).collect()
}

fn word<'t>(table: &'t toml::Table, key: &str) -> &'t str {
    table[key].as_str().expect("a word")
}

/// The purpose as the item's file has it.
fn purpose_in<'t>(file: &'t toml::Table, purpose: &str) -> Option<&'t toml::Table> {
    let rows = file["purpose"].as_array().expect("purposes");
    rows.iter().map(|row| row.as_table().expect("a table")).find(|row| word(row, "code") == purpose)
}

/// The answer that the law and the item files demand.
pub fn says(files: &[toml::Table], visitor: &Visitor, purpose: &str, item: &str, life: &Life) -> String {
    if let Some(code) = denied(files, visitor, purpose) {
        return format!("denied {code}");
    }
    let file = files.iter().find(|file| word(file, "code") == item).expect("an item file");
    let Some(row) = purpose_in(file, purpose) else { return "nothing".into() };
    // A lint refuses such a file; should one ever come in, the answer is nothing all the same.
    if word(row, "sector") != word(file, "sector") {
        return "nothing".into();
    }
    let displayed = life.state == RecordState::InForce && life.display.0 <= TODAY && TODAY <= life.display.1;
    if !displayed || !life.by_its_source {
        return "nothing".into();
    }
    let inputs = row["inputs"].as_array().expect("a list").iter();
    inputs.map(|input| input.as_str().expect("a word")).collect::<Vec<_>>().join(" ")
}

/// The first reason against the question itself, whatever is on file.
fn denied(files: &[toml::Table], visitor: &Visitor, purpose: &str) -> Option<&'static str> {
    let basis = files.iter().find_map(|file| purpose_in(file, purpose)).map(|row| word(row, "basis"));
    let reasons = [
        ("D001", visitor.member_suspended),
        ("D002", visitor.officer_suspended),
        ("D003", TODAY < visitor.duty.0 || visitor.duty.1 < TODAY),
        ("D004", basis.is_none()),
        ("D005", visitor.holds == Holds::Nothing),
        ("D006", visitor.holds == Holds::NeverTrained),
        ("D007", matches!(visitor.holds, Holds::TrainedUntil(until) if until < TODAY)),
        ("D008", !visitor.in_sector),
        ("D010", visitor.stopped),
        ("D009", basis == Some("consent")),
    ];
    reasons.into_iter().find(|reason| reason.1).map(|reason| reason.0)
}
