//! The rooms: their size, what they may lean on, and whether `ARCHITECTURE.md` tells the truth about them.

use std::path::Path;

use super::{Finding, Page};
use crate::tools;

/// A file longer than this, not counting its tests, is two files.
const LONGEST: usize = 500;

const MAP: &str = "ARCHITECTURE.md";

/// What a room may not lean on, as beginnings of the names in its `[dependencies]`.
const WALLS: &[(&str, &[&str], &str)] = &[
    (
        "crates/domain/Cargo.toml",
        &["fairfile-", "serde", "tokio", "rand", "rusqlite", "postgres", "axum", "tracing"],
        "the domain is pure and depends on nothing of ours",
    ),
    (
        "crates/proof/Cargo.toml",
        &["fairfile-", "tokio", "rusqlite", "postgres", "axum"],
        "outsiders build the proofs alone, without the server",
    ),
    (
        "crates/store/Cargo.toml",
        &["fairfile-service", "fairfile-http", "fairfile-vault", "fairfile-journal", "axum"],
        "the way through the house is one way down, and the store is at the bottom",
    ),
    (
        "crates/service/Cargo.toml",
        &["fairfile-http", "axum", "hyper", "rusqlite", "postgres"],
        "a use case knows neither its doors nor a database",
    ),
    (
        "crates/http/Cargo.toml",
        &["fairfile-store", "fairfile-vault", "rusqlite", "postgres"],
        "a handler converts and calls a use case; it holds no SQL and no key",
    ),
];

/// What is wrong with the rooms among `pages`.
pub fn check(pages: &[Page]) -> Vec<Finding> {
    let exists = |path: &str| tools::root().join(path).exists();
    let mut findings: Vec<Finding> = pages.iter().filter_map(too_long).collect();
    findings.extend(pages.iter().flat_map(through_walls));
    match pages.iter().find(|page| page.path == MAP) {
        Some(map) => {
            findings.extend(rooms(pages).filter_map(|room| left_out(map, room)));
            findings.extend(wrong_ways(map, exists));
        }
        None => findings.push(Page::new(MAP, "").finding(0, "it is missing; it names every crate and its place")),
    }
    findings
}

fn too_long(page: &Page) -> Option<Finding> {
    let is_code = page.path.starts_with("crates/") && page.path.contains("/src/") && page.path.ends_with(".rs");
    let lines = page.code_lines();
    let why = || format!("{lines} lines without the tests; split it, {LONGEST} is the most");
    (is_code && lines > LONGEST).then(|| page.finding(LONGEST + 1, why()))
}

fn through_walls(page: &Page) -> Vec<Finding> {
    let Some((_, banned, why)) = WALLS.iter().find(|(room, ..)| *room == page.path) else { return Vec::new() };
    let mut shipped = false;
    let mut findings = Vec::new();
    for (number, line) in page.text.lines().enumerate() {
        if line.starts_with('[') {
            shipped = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if shipped && banned.iter().any(|name| line.starts_with(name)) {
            findings.push(page.finding(number + 1, *why));
        }
    }
    findings
}

/// The folders in `crates/`.
fn rooms(pages: &[Page]) -> impl Iterator<Item = &str> {
    pages.iter().filter_map(|page| page.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"))
}

fn left_out(map: &Page, room: &str) -> Option<Finding> {
    let names = [format!("crates/{room}"), format!("`{room}`"), format!("fairfile-{room}")];
    let is_named = names.iter().any(|name| map.text.contains(name.as_str()));
    (!is_named).then(|| map.finding(0, format!("`crates/{room}` is not in it; give it a paragraph in the code map")))
}

/// The paths in backticks that lead nowhere. A word with a `/` in backticks is taken for a path, unless it begins with
/// one (a URL's path), has a blank or a placeholder in it, or stands in a fenced block.
fn wrong_ways(map: &Page, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let (mut fenced, mut findings) = (false, Vec::new());
    for (number, line) in map.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let quoted = line.split('`').skip(1).step_by(2).filter(|_| !fenced);
        for path in quoted.filter(|word| is_path(word)) {
            if Path::new(path).is_absolute() || !exists(path) {
                findings.push(map.finding(number + 1, format!("`{path}` does not exist; say where it went")));
            }
        }
    }
    findings
}

fn is_path(word: &str) -> bool {
    word.contains('/') && !word.starts_with('/') && !word.contains("://") && !word.contains([' ', '*', '<', '{', '('])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(found: impl IntoIterator<Item = Finding>, expected: &[usize]) {
        let lines: Vec<usize> = found.into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_long_file_is_two_files() {
        let code = "x\n".repeat(LONGEST);
        finds(too_long(&Page::new("crates/a/src/b.rs", code.as_str())), &[]);
        finds(too_long(&Page::new("crates/a/src/b.rs", format!("{code}#[cfg(test)]\nmod tests {{\nx\n}}\n"))), &[]);
        finds(too_long(&Page::new("crates/a/src/b.rs", format!("{code}x\n"))), &[LONGEST + 1]);
        finds(too_long(&Page::new("crates/a/src/b/tests.rs", format!("{code}x\n"))), &[]);
        finds(too_long(&Page::new("law/profiles.toml", format!("{code}x\n"))), &[]);
    }

    #[test]
    fn no_room_leans_on_one_above_it() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\nfairfile-store.workspace = true\njiff = \"0\"\n\
                        [dev-dependencies]\nfairfile-testkit.workspace = true\n";
        finds(through_walls(&Page::new("crates/domain/Cargo.toml", manifest)), &[4]);
        finds(through_walls(&Page::new("crates/http/Cargo.toml", manifest)), &[4]);
        finds(through_walls(&Page::new("crates/cli/Cargo.toml", manifest)), &[]);
    }

    #[test]
    fn the_map_names_every_room_and_nothing_that_is_gone() {
        let map = Page::new(
            MAP,
            "`domain` and `crates/proof/src/leaf.rs`\n\
             `gone/file.rs`, `POST /api/looks`, `/journal/tile`, `crates/*/src`\n\
             ```\n`in/a/fence.rs`\n```\n",
        );
        finds(left_out(&map, "domain"), &[]);
        finds(left_out(&map, "proof"), &[]);
        finds(left_out(&map, "vault"), &[0]);
        finds(wrong_ways(&map, |path| path.starts_with("crates/")), &[2]);
    }
}
