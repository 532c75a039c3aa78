//! `cargo xtask e2e`: the real program in a real browser, every page of it.
//!
//! The tests themselves are in `e2e`, written for Node.js; here they get what they need: Debian's Chromium with Chinese
//! fonts, Node.js, the packages of their lockfile, and the program as the other tests have it.

use anyhow::{Result, bail};

use crate::node::Node;
use crate::{machine, tools};

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Every state of every page in both languages, rather than the slice that CI runs.
    is_whole: bool,
    /// For Node's test runner.
    args: Vec<String>,
}

impl Ask {
    /// Reads `[--whole] [-- ARGS]`.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn read(args: &[String]) -> Result<Self> {
        let mut ask = Self::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--whole" => ask.is_whole = true,
                "--" => ask.args = words.by_ref().cloned().collect(),
                _ => bail!("`e2e` does not know `{word}`; what the test runner should get stands after `--`"),
            }
        }
        Ok(ask)
    }
}

/// Runs the slice of the browser tests that CI runs, or all of them.
///
/// Where no browser, no Node.js or none of their packages can be had, they are skipped, and the last line says so.
///
/// # Errors
/// If the program does not compile, or a test fails.
pub fn run(ask: &Ask) -> Result<()> {
    let node = match ready() {
        Ok(node) => node,
        Err(reason) => {
            println!("e2e: SKIPPED, no page was looked at: {reason:#}");
            return Ok(());
        }
    };
    tools::run(tools::cargo().args(["build", "--quiet", "-p", "fairfile"]))?;
    let mut command = node.command();
    command.current_dir(tools::root().join("e2e"));
    command.env("FAIRFILE_E2E", if ask.is_whole { "whole" } else { "slice" });
    command.args(["--test-reporter=spec"]).args(&ask.args).arg("main.js");
    tools::run(&mut command)
}

/// The slice, with nothing asked for.
///
/// # Errors
/// As [`run`].
pub fn slice() -> Result<()> {
    run(&Ask::default())
}

fn ready() -> Result<Node> {
    machine::ensure(&[machine::CHROMIUM, machine::CHINESE])?;
    let node = Node::find()?;
    node.install("e2e")?;
    Ok(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_is_told() {
        let check = |line: &str, expected: Option<(bool, &[&str])>| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let read = Ask::read(&args).ok().map(|ask| (ask.is_whole, ask.args));
            assert_eq!(
                read,
                expected.map(|(whole, args)| (whole, args.iter().map(|&arg| arg.to_owned()).collect())),
                "{line}"
            );
        };
        check("", Some((false, &[])));
        check("--whole", Some((true, &[])));
        check("--whole -- --test-name-pattern=story", Some((true, &["--test-name-pattern=story"])));
        check("story", None);
    }
}
