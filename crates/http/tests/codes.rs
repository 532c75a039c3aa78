//! `docs/codes.md` is made of the tables that `fairfile explain` and `/problems/CODE` show.
//!
//! `UPDATE_GOLDEN=1` writes it anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use fairfile_http::explain::{self, Explanation};

/// The command line's own codes: it leans on this room, so its table is read as a text of the same workspace.
#[path = "../../cli/src/codes.rs"]
mod command_line;

const HEAD: &str = "\
# Codes

Every code that a Fairfile node or the command line answers with, made from the tables in the code: do not edit this page, run its test with
`UPDATE_GOLDEN=1`. `fairfile explain CODE` and `/problems/CODE` show the same. A code keeps its meaning for ever. No answer repeats
a number, a name or a cell.
";

/// The first letters of a family's codes, and what the family is about. The first that fits counts.
const FAMILIES: [(&str, &str); 14] = [
    ("D", "Denied looks"),
    ("N1", "Nothing to show"),
    ("B03", "Files that are not taken"),
    ("B", "Rows"),
    ("I", "Identifiers"),
    ("N0", "Names"),
    ("F0", "Files that cannot be read"),
    ("F1", "Rows that cannot be read"),
    ("C", "Findings of the catalog lint"),
    ("P", "Law profiles and holiday calendars"),
    ("Q", "Requests"),
    ("S", "Signatures and keys"),
    ("V", "What a replay of the journal finds"),
    ("U", "The command line"),
];

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn table(family: &str, title: &str, codes: &[Explanation]) -> String {
    let first = |code: &str| FAMILIES.iter().find(|(begin, _)| code.starts_with(begin)).map(|(begin, _)| *begin);
    let mut page = format!("\n## {title}\n\n| code | what happened | what to do |\n|---|---|---|\n");
    for row in codes.iter().filter(|row| first(row.code) == Some(family)) {
        let (mut title, mut help) = (cell(row.title), cell(row.help));
        if let Some((zh_title, zh_help)) = row.in_chinese {
            title = format!("{title}<br>{}", cell(zh_title));
            help = format!("{help}<br>{}", cell(zh_help));
        }
        if let Some(law) = row.law {
            title = format!("{title}<br>*{}*", cell(law));
        }
        writeln!(page, "| `{}` | {title} | {help} |", row.code).expect("memory takes text");
    }
    page
}

fn made() -> String {
    let own = command_line::ALL.iter().map(|&(code, title, help)| Explanation {
        code,
        title,
        help,
        in_chinese: None,
        law: None,
        law_zh: None,
    });
    let codes: Vec<Explanation> = explain::all().chain(own).collect();
    let tables: String = FAMILIES.iter().map(|(family, title)| table(family, title, &codes)).collect();
    let page = format!("{HEAD}{tables}");
    assert_eq!(page.matches("\n| `").count(), codes.len(), "a code belongs to no family");
    page
}

#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs the test says by the environment that the page is to change"
)]
fn is_to_be_written() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

#[test]
fn the_page_of_codes_is_that_of_the_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes.md");
    let made = made();
    if is_to_be_written() {
        std::fs::write(&path, made).expect("the page is written");
        return;
    }
    let page = std::fs::read_to_string(&path).expect("docs/codes.md is there; UPDATE_GOLDEN=1 writes it");
    for (number, (found, expected)) in page.lines().zip(made.lines()).enumerate() {
        assert_eq!(found, expected, "docs/codes.md, line {}; UPDATE_GOLDEN=1 writes it anew", number + 1);
    }
    assert_eq!(page.len(), made.len(), "docs/codes.md has another length; UPDATE_GOLDEN=1 writes it anew");
}
