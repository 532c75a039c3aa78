//! What must not be written, and the few places where it may be.

use super::{Finding, Page};

/// A ban on some words.
struct Ban {
    /// Any case matches a word in lower case; a capital in it must be met exactly.
    words: &'static [&'static str],
    edge: Edge,
    /// Beginnings of the paths that it covers; none means the whole repository.
    within: &'static [&'static str],
    /// Beginnings of the paths that may say it.
    except: &'static [&'static str],
    /// Whether tests are covered too.
    in_tests: bool,
    why: &'static str,
}

/// What may stand beside a word for it to count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// Anything: the word is found inside others, as in Chinese.
    Anything,
    /// No letter or digit on either side.
    Word,
    /// Nothing before it that would make it the middle of a longer path.
    Path,
}

/// Who may touch the ambient world: the command line, which hands it down, and what never ships. Then, by name, whoever
/// has a reason.
const AMBIENT: &[&str] = &[
    "crates/cli/",
    "crates/bench/",
    "crates/testkit/",
    "crates/trial/",
    // Answers that tell of nothing all leave on the same tick: measured, not dated, on a clock that a test can stop.
    "crates/service/src/inquirer/inquire.rs",
    // How often somebody comes, how fast a file arrives and who is furthest behind is measured on the same clock.
    "crates/http/src/pace.rs",
    "crates/http/src/body.rs",
    "crates/http/src/guest.rs",
    "crates/http/src/share.rs",
];

/// Where the refusals are spelled out, in order to refuse.
const REFUSALS: &[&str] = &[
    "crates/domain/src/forbidden",
    "crates/domain/src/profile",
    "crates/http/src/pages/registrar/figures",
    "crates/lawfiles/src/profiles",
    "law/",
    "docs/law",
    "docs/refusals",
    "docs/decisions/",
    "README.md",
    "SECURITY.md",
];

const BANS: &[Ban] = &[
    Ban {
        words: &[
            "score",
            "scores",
            "scored",
            "scoring",
            "ranking",
            "rankings",
            "blacklist",
            "blacklists",
            "blacklisted",
        ],
        edge: Edge::Word,
        within: &[],
        except: REFUSALS,
        in_tests: false,
        why: "Fairfile has no such thing, by design; only the files that refuse it may name it",
    },
    Ban {
        words: &["失信", "守信", "黑名单", "红名单", "老赖", "信用分", "黑名單", "紅名單"],
        edge: Edge::Anything,
        within: &[],
        except: REFUSALS,
        in_tests: false,
        why: "Fairfile has no such thing, by design; only the files that refuse it may name it",
    },
    Ban {
        words: &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "env::var", "env::vars"],
        edge: Edge::Word,
        within: &["crates/"],
        except: AMBIENT,
        in_tests: false,
        why: "time and configuration come in as arguments, from crates/cli; see clippy.toml for the way to go",
    },
    Ban {
        words: &["SELECT", "INSERT", "DELETE FROM", "UPDATE", "CREATE TABLE", "PRAGMA"],
        edge: Edge::Word,
        within: &["crates/http/src/", "crates/cli/src/", "crates/service/src/"],
        except: &[],
        in_tests: true,
        why: "SQL lives in crates/store and nowhere else",
    },
    Ban {
        // Written in halves, so that this table does not name what it bans.
        words: &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/fa", "rm/"), concat!("/tm", "p/")],
        edge: Edge::Path,
        within: &[],
        except: &[],
        in_tests: false,
        why: "a path of one machine; say it from the repository's folder, or ask the system for a temporary one",
    },
    Ban {
        words: &[
            concat!("index.cra", "tes.io"),
            concat!("static.cra", "tes.io"),
            concat!("py", "pi.org"),
            concat!("pythonho", "sted.org"),
            concat!("registry.npm", "js.org"),
            concat!("deb.deb", "ian.org"),
            concat!("security.deb", "ian.org"),
            "proxy.golang.org",
        ],
        edge: Edge::Anything,
        within: &[],
        except: &["Cargo.lock"],
        in_tests: true,
        why: "the host of a registry; name the package, and let each machine's own set-up say where it comes from",
    },
    Ban {
        words: &["TODO", "FIXME"],
        edge: Edge::Word,
        within: &[],
        except: &["Cargo.lock"],
        in_tests: true,
        why: "file an issue, or finish it now",
    },
];

/// This file has to say it all.
const OURSELVES: &str = "xtask/src/tidy/words.rs";

/// What `page` says and must not.
pub fn check(page: &Page) -> Vec<Finding> {
    if page.path == OURSELVES {
        return Vec::new();
    }
    let starts = |beginnings: &[&str]| beginnings.iter().any(|beginning| page.path.starts_with(beginning));
    let covers = |ban: &&Ban| (ban.within.is_empty() || starts(ban.within)) && !starts(ban.except);
    let bans: Vec<&Ban> = BANS.iter().filter(covers).collect();
    let code_lines = page.code_lines();
    let mut findings = Vec::new();
    for (number, line) in page.text.lines().enumerate() {
        let lower = line.to_ascii_lowercase();
        for ban in bans.iter().filter(|ban| ban.in_tests || number < code_lines) {
            if let Some(word) = ban.words.iter().find(|word| says(line, &lower, word, ban.edge)) {
                findings.push(page.finding(number + 1, format!("`{}`: {}", word.trim(), ban.why)));
            }
        }
    }
    findings
}

/// Whether `line`, whose small letters are `lower`, says `word`.
fn says(line: &str, lower: &str, word: &str, edge: Edge) -> bool {
    let line = if word.chars().any(|c| c.is_ascii_uppercase()) { line } else { lower };
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        match edge {
            Edge::Anything => true,
            Edge::Word => [before, after].iter().flatten().all(|c| !c.is_ascii_alphanumeric()),
            Edge::Path => before.is_none_or(|c| !c.is_ascii_alphanumeric() && !"_-.~/}>*".contains(c)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(path: &str, text: &str, expected: &[usize]) {
        let lines: Vec<usize> = check(&Page::new(path, text)).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "{path}: {text}");
    }

    #[test]
    fn what_fairfile_refuses_is_named_only_where_it_is_refused() {
        finds("crates/http/src/pages.rs", "fine\nlet credit_score = 1;\n", &[2]);
        finds("docs/guide.md", "Blacklist\n老赖名录\nunderscored, scoreboard, underscore\n", &[1, 2]);
        finds("crates/domain/src/forbidden/needles.rs", "score 失信", &[]);
        finds("crates/cli/src/a.rs", "#[cfg(test)]\nmod tests {\n\"score\"\n}", &[]);
    }

    #[test]
    fn time_and_configuration_come_from_the_command_line() {
        finds("crates/domain/src/day.rs", "let now = Instant::now();", &[1]);
        finds("crates/store/src/a.rs", "std::env::var(\"X\")\nenv::vars()\nenv!(\"X\") env::variable", &[1, 2]);
        finds("crates/cli/src/main.rs", "Timestamp::now() std::env::var(\"X\")", &[]);
        finds("docs/guide.md", "`Instant::now` is banned", &[]);
    }

    #[test]
    fn sql_is_in_the_store() {
        finds("crates/http/src/a.rs", "\"SELECT 1\"\n\"INSERT INTO a\"\nselect, Method::DELETE, UPDATED", &[1, 2]);
        finds("crates/store/src/a.rs", "SELECT 1", &[]);
    }

    #[test]
    fn nothing_of_one_machine() {
        let text = concat!("cd /ro", "ot/fairfile\ncd \"/tm", "p/x\"\ncrates/wo", "rk/src\n{home}/wo", "rk/x");
        finds("README.md", text, &[1, 2]);
        finds("crates/a/tests/b.rs", concat!("/tm", "p/x"), &[]);
        finds("docs/a.md", concat!("https://files.pythonho", "sted.org/x"), &[1]);
        finds("Cargo.lock", concat!("static.cra", "tes.io"), &[]);
    }

    #[test]
    fn nothing_is_left_for_later() {
        finds(
            "crates/a/src/b.rs",
            "// TODO: later\n#![warn(clippy::todo)]\n#[cfg(test)]\nmod tests {\n// FIXME\n}",
            &[1, 5],
        );
    }
}
