//! The real program, run as a script runs it: arguments, standard input, both outputs, and the number it leaves with.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod told;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fairfile_testkit::postgres::Database;
use serde_json::Value;
use tempfile::TempDir;

/// The time at which the samples are taken in.
pub const NOW: &str = "2026-11-23T09:00:00+08:00";
/// The samples in the order in which they are taken in: file, member, item.
pub const SAMPLES: [(&str, &str, &str); 5] = [
    ("pharmacist-licences-2026-10.csv", "drug-administration", "pharmacist-licence"),
    ("food-penalties-2026-10.xlsx", "market-regulation", "food-safety-penalty"),
    ("court-orders-2026-10.csv", "court", "court-ordered-obligation"),
    ("teacher-certificates-2026-10.jsonl", "education", "teacher-certificate"),
    ("pharmacist-corrections-2026-11.csv", "drug-administration", "pharmacist-licence"),
];
/// A pharmacist of the first sample, invented like all of them, whose licence is on display.
pub const NUMBER: &str = "539955198006035304";
/// That pharmacist's name.
pub const NAME: &str = "白博怡";
/// A number with a right check digit that nobody in the samples has; in `fairfile demo` it is Lin Xiaohe's.
pub const NOBODY: &str = "539901199304120422";

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Ran {
    /// The number it left with.
    pub exit: i32,
    /// Data.
    pub out: String,
    /// Talk.
    pub err: String,
}

impl Ran {
    /// The one object that `--json` prints, which always names its schema.
    #[track_caller]
    pub fn json(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"));
        assert!(value["schema"].as_str().is_some_and(|schema| schema.starts_with("fairfile.")), "no schema: {value}");
        value
    }

    /// Requires the number it left with.
    #[track_caller]
    pub fn leaves(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }
}

/// Runs the program.
#[track_caller]
pub fn fairfile<S: AsRef<std::ffi::OsStr>>(args: &[S], input: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
    command.args(args);
    ran(command, input)
}

/// Runs the program as `command` starts it.
#[track_caller]
pub fn ran(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that does not read its input may be gone already.
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let ran = Ran { exit: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
    assert!(!ran.err.contains("panicked") && !ran.err.contains("error[U099]"), "{ran:?}");
    ran
}

/// How long `run` takes on this machine, now.
#[allow(clippy::disallowed_methods, reason = "what is killed half-way must be known to take how long")]
pub fn timed(run: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed()
}

/// Runs the program and kills it, as the system does, when it has run so long.
#[allow(clippy::disallowed_methods, reason = "the moment of a kill has to be waited for")]
pub fn kill_after<S: AsRef<std::ffi::OsStr>>(moment: Duration, args: &[S]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    std::thread::sleep(moment);
    child.kill().and_then(|()| child.wait()).expect("it is killed");
}

/// How the program reaches the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `--node`, the data on SQLite.
    Sqlite,
    /// `--node`, the data on PostgreSQL.
    Postgres,
    /// `--server`, a node on SQLite served by the program itself.
    Server,
}

/// A demo node, and the way to it.
pub struct Node {
    way: Way,
    server: Option<Serving>,
    folder: TempDir,
    database: Option<Database>,
}

impl Node {
    /// Makes a demo node whose clock stands at [`NOW`].
    pub fn new(way: Way) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = (way == Way::Postgres).then(Database::new);
        let mut node = Self { way, server: None, folder, database };
        let path = node.path().display().to_string();
        let mut args = vec!["init", &path, "--demo", "--clock", NOW, "--json"];
        if let Some(database) = &node.database {
            args.extend(["--postgres", &database.url]);
        }
        let made = fairfile(&args, "").leaves(0).json();
        assert_eq!((made["items"].as_u64(), made["members"].as_u64()), (Some(10), Some(13)));
        node.serve_again();
        node
    }

    /// The node's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("node")
    }

    /// A path for a file of the test.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command that speaks to the node either way, with `--json`.
    #[track_caller]
    pub fn ask(&self, args: &[&str], input: &str) -> Ran {
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        args.extend(self.place());
        args.push("--json".into());
        fairfile(&args, input)
    }

    /// As [`Node::ask`], for a person's eyes.
    #[track_caller]
    pub fn show(&self, args: &[&str], input: &str) -> Ran {
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        args.extend(self.place());
        fairfile(&args, input)
    }

    /// As [`Node::ask`], signed by a demo key.
    #[track_caller]
    pub fn ask_signed(&self, args: &[&str], input: &str) -> Ran {
        let keys = self.path().join("demo-keys").display().to_string();
        let signed: Vec<&str> = args.iter().copied().chain(["--keys", &keys]).collect();
        self.ask(&signed, input)
    }

    /// Runs a command that works on the folder alone: a server is stopped for it and started again.
    #[track_caller]
    pub fn tend(&mut self, args: &[&str]) -> Ran {
        self.server = None;
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        args.extend(["--node".into(), self.path().display().to_string(), "--json".into()]);
        let ran = fairfile(&args, "");
        self.serve_again();
        ran
    }

    /// Asks about somebody.
    #[track_caller]
    pub fn inquire(&self, officer: &str, purpose: &str, number: &str, name: &str, more: &[&str]) -> Ran {
        let args = ["inquire", "--as", officer, "--purpose", purpose, "--case", "HC-2026-0331"];
        let args: Vec<&str> = args.into_iter().chain(more.iter().copied()).collect();
        let ran = self.ask_signed(&args, &format!("{number}\n{name}\n"));
        assert!(!ran.out.contains(number) && !ran.err.contains(number), "a number was echoed");
        ran
    }

    fn place(&self) -> [String; 2] {
        match &self.server {
            Some(server) => ["--server".into(), server.address.clone()],
            None => ["--node".into(), self.path().display().to_string()],
        }
    }

    fn serve_again(&mut self) {
        if self.way == Way::Server {
            let path = self.path().display().to_string();
            self.server = Some(Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]));
        }
    }
}

/// A program that serves, until it is dropped.
pub struct Serving {
    child: Child,
    /// Where.
    pub address: String,
    /// The object that it printed.
    pub told: Value,
}

impl Serving {
    /// Starts it and waits for its line.
    pub fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
        command.args(args).args(["--json", "-q"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
        let address = told["address"].as_str().expect("an address").to_owned();
        Self { child, address, told }
    }

    /// Sends the signal called `name`, such as `INT`; the number that the program left with.
    pub fn stop(mut self, name: &str) -> Option<i32> {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("the program ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The samples' folder.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples").join(name)
}

/// What must become of a sample: counts, and row and outcome of each row that is not accepted.
pub fn expected(name: &str) -> ([u64; 5], Vec<(u64, String)>) {
    let text = std::fs::read_to_string(sample(&format!("{name}.expected.json"))).expect("expectations");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let count = |name: &str| value[name].as_u64().expect("a count");
    let counts = [count("rows"), count("accepted"), count("rejected"), count("duplicate"), count("quarantined")];
    (counts, rows(&value["not_accepted"]))
}

/// Counts and rows of a report.
pub fn reported(value: &Value) -> ([u64; 5], Vec<(u64, String)>) {
    let count = |name: &str| value[name].as_u64().unwrap_or_else(|| panic!("no {name}: {value}"));
    let counts = ["received", "accepted", "rejected", "duplicate", "quarantined"].map(count);
    (counts, rows(&value["rows"]))
}

fn rows(value: &Value) -> Vec<(u64, String)> {
    let row =
        |row: &Value| (row["row"].as_u64().expect("a row"), row["outcome"].as_str().expect("an outcome").to_owned());
    let mut rows: Vec<_> = value.as_array().expect("rows").iter().map(row).collect();
    rows.sort();
    rows
}
