//! `cargo xtask test`: every test, on both databases, on a machine that had nothing but Rust and git.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cluster::{self, Cluster};
use crate::machine::{self, Need};
use crate::node::{self, Node};
use crate::tally::{Runner, Tally};
use crate::{python, tools};

/// The identity provider that signing in is tested against.
const OIDC: &str = "e2e/oidc";

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ask {
    only: Option<Engine>,
    /// For the test runner; a run that has any is a part of the whole.
    args: Vec<String>,
}

/// The databases that Fairfile runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// What the names of the tests on the *other* engine have in them.
    fn others(self) -> &'static str {
        match self {
            Self::Sqlite => "postgres",
            Self::Postgres => "sqlite",
        }
    }
}

impl Ask {
    /// Reads `[--only sqlite|postgres] [-- ARGS]`.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn read(args: &[String]) -> Result<Self> {
        let mut ask = Self::default();
        let mut words = args.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--only" => ask.only = Some(engine(words.next().unwrap_or_default())?),
                "--" => ask.args = words.by_ref().map(str::to_owned).collect(),
                _ => match word.strip_prefix("--only=") {
                    Some(name) => ask.only = Some(engine(name)?),
                    None => bail!("`test` does not know `{word}`; what the test runner should get stands after `--`"),
                },
            }
        }
        Ok(ask)
    }

    fn is_whole(&self) -> bool {
        self.only.is_none() && self.args.is_empty()
    }

    /// The runner's arguments: all rooms, unless some were picked, and no test of the engine that was left out.
    fn words(&self) -> Vec<&str> {
        let picks = |arg: &String| arg == "-p" || arg.starts_with("--package");
        let (ours, tests) = match self.args.iter().position(|arg| arg == "--") {
            Some(at) => (&self.args[..at], &self.args[at + 1..]),
            None => (&self.args[..], &[][..]),
        };
        let mut words = Vec::new();
        if !ours.iter().any(picks) {
            words.push("--workspace");
        }
        if self.args.is_empty() {
            words.push("--no-fail-fast");
        }
        words.extend(ours.iter().map(String::as_str));
        if self.only.is_some() || !tests.is_empty() {
            words.push("--");
            words.extend(tests.iter().map(String::as_str));
        }
        if let Some(engine) = self.only {
            words.extend(["--skip", engine.others()]);
        }
        words
    }
}

fn engine(name: &str) -> Result<Engine> {
    match name {
        "sqlite" => Ok(Engine::Sqlite),
        "postgres" => Ok(Engine::Postgres),
        _ => bail!("`--only` wants `sqlite` or `postgres`, and got `{name}`"),
    }
}

/// Installs what is missing, starts the throw-away PostgreSQL, runs the tests and prints `tests: N passed, N failed`.
///
/// # Errors
/// If something is missing and cannot be installed, if anything does not compile, if a test fails, if none ran.
pub fn run(ask: &Ask) -> Result<()> {
    let own_server = std::env::var_os(cluster::VARIABLE).is_some();
    let start_server = ask.only != Some(Engine::Sqlite) && !own_server;
    let mut needs: Vec<Need> = vec![machine::FAKETIME, machine::NGINX];
    needs.extend(start_server.then_some(machine::POSTGRES));
    needs.extend(python::is_wanted().then_some(machine::PYTHON));
    machine::ensure(&needs)?;

    let python = if python::is_wanted() { Some(python::environment()?) } else { None };
    let node = Node::find()?;
    node.install(OIDC)?;
    let cluster = if start_server { Some(Cluster::start()?) } else { None };
    let outfit = |command: &mut Command| {
        command.envs(cluster.as_ref().map(|cluster| (cluster::VARIABLE, &cluster.url)));
        command.envs(python.as_ref().map(|python| (python::VARIABLE, python)));
        command.env(node::VARIABLE, node.program());
    };

    let mut tally = Tally::default();
    let (runner, mut command) = runner();
    outfit(command.args(ask.words()));
    let mut well = watch(runner, &mut command, &mut tally)?;
    if ask.is_whole() {
        let mut examples = tools::cargo();
        outfit(examples.args(["test", "--workspace", "--doc", "--no-fail-fast"]));
        well &= watch(Runner::Libtest, &mut examples, &mut tally)?;
    } else {
        println!("xtask: a part of the tests, without the examples in the documentation");
    }
    println!("tests: {tally}");
    if !well || tally.failed > 0 {
        bail!("the tests did not pass");
    }
    if tally == Tally::default() {
        bail!("no test ran; check the names after `--`");
    }
    Ok(())
}

/// nextest where it is installed, for it is quicker; plain `cargo test` otherwise.
fn runner() -> (Runner, Command) {
    let mut command = tools::cargo();
    if tools::succeeds(tools::cargo().args(["nextest", "--version"])) {
        command.args(["nextest", "run"]);
        return (Runner::Nextest, command);
    }
    command.args(["test", "--tests"]);
    (Runner::Libtest, command)
}

/// Runs `command`, passing on what it prints as it comes and counting its closing lines; says whether it ended well.
fn watch(runner: Runner, command: &mut Command, tally: &mut Tally) -> Result<bool> {
    if std::io::stdout().is_terminal() {
        // It writes to our pipe and would take that for a file.
        command.env("CARGO_TERM_COLOR", "always");
    }
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().context("cargo could not be started")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let counted = thread::scope(|both| -> Result<[Tally; 2]> {
        let errors =
            both.spawn(|| stderr.map_or(Ok(Tally::default()), |from| pass_on(runner, from, std::io::stderr())));
        let output = stdout.map_or(Ok(Tally::default()), |from| pass_on(runner, from, std::io::stdout()))?;
        let errors = errors.join().map_err(|_| anyhow::anyhow!("the reader of cargo's messages panicked"))??;
        Ok([output, errors])
    })?;
    for one in counted {
        *tally += one;
    }
    Ok(child.wait()?.success())
}

fn pass_on(runner: Runner, from: impl Read, mut to: impl Write) -> Result<Tally> {
    let (mut from, mut line, mut tally) = (BufReader::new(from), Vec::new(), Tally::default());
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        to.flush()?;
        tally += Tally::read(runner, &String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let said = Ask::read(&args).map_or_else(|error| error.to_string(), |ask| ask.words().join(" "));
        assert_eq!(said, expected, "{line}");
    }

    #[test]
    fn what_the_runner_is_told() {
        check("", "--workspace --no-fail-fast");
        check("-- -p fairfile-domain", "-p fairfile-domain");
        check("-- --package=fairfile-domain", "--package=fairfile-domain");
        check("-- a_month", "--workspace a_month");
        check("--only sqlite", "--workspace --no-fail-fast -- --skip postgres");
        check("--only=postgres", "--workspace --no-fail-fast -- --skip sqlite");
        check("--only sqlite -- -p x -- --exact a", "-p x -- --exact a --skip postgres");
        check("--only oracle", "`--only` wants `sqlite` or `postgres`, and got `oracle`");
        check("--only", "`--only` wants `sqlite` or `postgres`, and got ``");
        check("a_month", "`test` does not know `a_month`; what the test runner should get stands after `--`");
    }

    #[test]
    fn what_is_passed_on_is_counted_and_unchanged() {
        let (said, mut heard) = (b"test result: ok. 2 passed; 0 failed;\nno end of line \xff", Vec::new());
        let tally = pass_on(Runner::Libtest, &said[..], &mut heard).unwrap();
        assert_eq!((tally.to_string().as_str(), heard.as_slice()), ("2 passed, 0 failed", &said[..]));
    }
}
