//! How many tests passed and failed, read from the closing lines of the two runners.

use std::fmt;
use std::ops::AddAssign;

/// The sum over all runs so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that ran and did not pass, whatever the runner calls it (failed, timed out, leaked).
    pub failed: u64,
}

/// Who ran the tests; each closes in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// `cargo nextest run`.
    Nextest,
    /// `cargo test`.
    Libtest,
}

impl Tally {
    /// What `line` adds; nothing, if it is not one of the runner's closing lines.
    ///
    /// nextest shows the output of a failed test, which holds the other runner's closing line: so only the words of
    /// the runner that was called count.
    pub fn read(runner: Runner, line: &str) -> Self {
        let line = without_colours(line);
        let found = match runner {
            Runner::Nextest => nextest(line.trim()),
            Runner::Libtest => libtest(line.trim()),
        };
        found.unwrap_or_default()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// `Summary [ 0.4s] 12 tests run: 10 passed (1 slow), 2 failed, 3 skipped`; `5/12` instead of `12` if it was cut short.
fn nextest(line: &str) -> Option<Tally> {
    let (_time, rest) = line.strip_prefix("Summary [")?.split_once("] ")?;
    let (run, outcomes) = rest.split_once(" run: ")?;
    let run: u64 = run.split([' ', '/']).next()?.parse().ok()?;
    let passed = count_before(outcomes, " passed").unwrap_or(0);
    Some(Tally { passed, failed: run.saturating_sub(passed) })
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s`.
fn libtest(line: &str) -> Option<Tally> {
    let outcomes = line.strip_prefix("test result: ")?;
    Some(Tally { passed: count_before(outcomes, " passed")?, failed: count_before(outcomes, " failed")? })
}

fn count_before(text: &str, word: &str) -> Option<u64> {
    text.split_once(word)?.0.rsplit(' ').next()?.parse().ok()
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut pieces = line.split('\u{1b}');
    plain.extend(pieces.next());
    plain.extend(pieces.map(|piece| piece.split_once('m').map_or("", |(_colour, text)| text)));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runner: Runner, line: &str, expected: &str) {
        assert_eq!(Tally::read(runner, line).to_string(), expected, "{line}");
    }

    #[test]
    fn the_closing_lines_of_both_runners() {
        use Runner::{Libtest, Nextest};
        check(Nextest, "     Summary [   0.011s] 8 tests run: 8 passed, 0 skipped", "8 passed, 0 failed");
        check(Nextest, "     Summary [   1.2s] 1 test run: 0 passed, 1 failed, 3 skipped", "0 passed, 1 failed");
        check(Nextest, "Summary [ 9s] 5/12 tests run: 2 passed (1 slow), 2 failed, 1 timed out", "2 passed, 3 failed");
        check(
            Nextest,
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \
             \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m \u{1b}[33;1mskipped\u{1b}[0m",
            "2 passed, 0 failed",
        );
        check(Nextest, "    test result: FAILED. 0 passed; 1 failed; 0 ignored", "0 passed, 0 failed");
        check(Libtest, "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured", "3 passed, 0 failed");
        check(Libtest, "test result: FAILED. 3 passed; 2 failed; 0 ignored", "3 passed, 2 failed");
        check(Libtest, "running 3 tests", "0 passed, 0 failed");
    }
}
