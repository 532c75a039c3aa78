//! Every SQL text of this crate, read from its source, is understood by both engines, with its values in order.

use std::fs;
use std::path::PathBuf;

use fairfile_store::{Place, Read, Store};
use fairfile_testkit::postgres::Database;

/// What only one engine is ever asked.
const POSTGRES_ALONE: [&str; 4] = ["current_setting(", "pg_advisory_", "::bigint", "pg_catalog."];
const SQLITE_ALONE: [&str; 1] = ["sqlite_schema"];

/// A text of the source: where it stands, and what it says.
struct Text {
    place: String,
    sql: &'static str,
}

/// The string literals of a Rust source, line continuations and escapes resolved; comments are passed over.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let tail = &rest[at..];
        if tail.starts_with("//") {
            rest = tail.split_once('\n').map_or("", |split| split.1);
        } else if let Some(after) = tail.strip_prefix("'\"'") {
            rest = after;
        } else if let Some(text) = tail.strip_prefix('"') {
            let (literal, after) = literal(text);
            found.push(literal);
            rest = after;
        } else {
            rest = &tail[1..];
        }
    }
    found
}

/// A literal from behind its opening quote, and what follows its closing one.
fn literal(mut text: &str) -> (String, &str) {
    let mut out = String::new();
    loop {
        let (plain, rest) = text.split_at(text.find(['"', '\\']).expect("a literal ends"));
        out.push_str(plain);
        if let Some(after) = rest.strip_prefix('"') {
            return (out, after);
        }
        let escaped = rest[1..].chars().next().expect("an escape has a second letter");
        text = &rest[1 + escaped.len_utf8()..];
        match escaped {
            '\n' => text = text.trim_start(),
            'n' => out.push('\n'),
            other => out.push(other),
        }
    }
}

/// Every statement in `crates/store/src`, tests aside; texts with a gap in them (`{}`) are made at run time.
fn statements() -> Vec<Text> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for sql in literals(code) {
            let verb = sql.split_whitespace().next().unwrap_or_default();
            if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb) && !sql.contains("{}") {
                let place = format!("{}: {}", path.file_name().expect("a name").display(), sql.trim());
                // Statements live as long as the program; so may these.
                found.push(Text { place, sql: String::leak(sql) });
            }
        }
    }
    found
}

/// The numbers of a statement's values in the order of their first use: SQLite numbers them so, whatever they say.
fn first_uses(sql: &str) -> Vec<u32> {
    let mut seen = Vec::new();
    for piece in sql.split('$').skip(1) {
        let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse().expect("a value has a number");
        if !seen.contains(&number) {
            seen.push(number);
        }
    }
    seen
}

/// Prepares every statement on `place`, which a store has open.
fn prepare_all(place: &Place) -> usize {
    let store = Store::open(place).expect("the store opens");
    let mut reader = store.read().expect("a reader");
    let mut prepared = 0;
    for Text { place: at, sql } in statements() {
        let of_the_other = match place {
            Place::Sqlite(_) => POSTGRES_ALONE.iter().any(|word| sql.contains(word)),
            Place::Postgres(_) => SQLITE_ALONE.iter().any(|word| sql.contains(word)),
        };
        if of_the_other {
            continue;
        }
        if let Err(error) = reader.connection().prepare_only("statements", sql) {
            panic!("{at}: {:?}", std::error::Error::source(&error));
        }
        prepared += 1;
    }
    prepared
}

#[test]
fn every_statement_is_understood_by_sqlite() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(prepare_all(&Place::Sqlite(dir.path().join("fairfile.db"))) >= 30);
}

#[test]
fn every_statement_is_understood_by_postgres() {
    let database = Database::new();
    assert!(prepare_all(&Place::Postgres(database.url.clone())) >= 30);
}

#[test]
fn values_are_numbered_in_the_order_of_their_first_use() {
    for Text { place, sql } in statements() {
        let uses = first_uses(sql);
        let in_order: Vec<u32> = (1..=uses.len() as u32).collect();
        assert_eq!(uses, in_order, "{place}");
    }
}

#[test]
fn a_source_is_read_as_the_compiler_reads_it() {
    let found = literals("a(\"one\"); // \"not\"\n'\"' \"two \\\"three\\\"\" \"SELECT 1 \\\n     FROM x\"");
    assert_eq!(found, ["one", "two \"three\"", "SELECT 1 FROM x"]);
    assert_eq!(first_uses("$1 $2 $1 $3"), [1, 2, 3]);
}
