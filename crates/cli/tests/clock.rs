//! The real program under a machine's clock that is wrong: `faketime` sets it, `cargo xtask test` installs that.

mod common;

use std::process::Command;

use common::{NAME, NUMBER, Ran, SAMPLES, ran, sample};
use fairfile_testkit::postgres::Database;
use serde_json::Value;
use tempfile::TempDir;

/// When the node is made; each command begins at this very second.
const THEN: &str = "@2026-11-23 01:00:00";
/// 4,000 days later: every licence of the sample is over, and so is its retention.
const AHEAD: &str = "@2037-11-05 01:00:00";

/// A demo node that goes by the machine's clock.
struct Node {
    folder: TempDir,
    _database: Option<Database>,
}

impl Node {
    fn new(database: Option<Database>) -> Self {
        let node = Self { folder: tempfile::tempdir().expect("a folder"), _database: database };
        let path = node.path();
        let mut args = vec!["init", &path, "--demo"];
        if let Some(database) = &node._database {
            args.extend(["--postgres", &database.url]);
        }
        at(THEN, &args, "").leaves(0);
        let (name, member, item) = SAMPLES[0];
        let file = sample(name).display().to_string();
        node.runs(THEN, &["batch", "submit", &file, "--as", member, "--item", item], "").leaves(3);
        node
    }

    fn path(&self) -> String {
        self.folder.path().join("node").display().to_string()
    }

    #[track_caller]
    fn runs(&self, time: &str, args: &[&str], input: &str) -> Ran {
        let path = self.path();
        at(time, &args.iter().copied().chain(["--node", &path]).collect::<Vec<_>>(), input)
    }

    #[track_caller]
    fn tells(&self, time: &str, args: &[&str]) -> Value {
        self.runs(time, &args.iter().copied().chain(["--json"]).collect::<Vec<_>>(), "").leaves(0).json()
    }

    #[track_caller]
    fn asks(&self, time: &str) -> Ran {
        let args = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "HC-2026-0331"];
        self.runs(time, &args, &format!("{NUMBER}\n{NAME}\n"))
    }

    /// What the doctor says of the clock, and what comes next.
    fn doctor(&self, time: &str) -> String {
        let document = self.tells(time, &["doctor"]);
        let of_the_clock = |row: &&Value| row["check"] == "clock" && row["state"] == "warning";
        document["findings"].as_array().expect("findings").iter().filter(of_the_clock).map(Value::to_string).collect()
    }
}

/// Runs the program while the machine's clock says `time`. How long the machine is up is not touched.
#[track_caller]
fn at(time: &str, args: &[&str], input: &str) -> Ran {
    let mut command = Command::new("faketime");
    command.args(["-f", time, env!("CARGO_BIN_EXE_fairfile")]).args(args);
    command.env("TZ", "UTC").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    ran(command, input)
}

fn a_wrong_clock_destroys_nothing(node: Node) {
    node.asks(THEN).leaves(0);
    // Some licences of the sample were over when they came.
    node.tells(THEN, &["calendar", "run"]);

    let passed = node.tells(AHEAD, &["calendar", "run"]);
    assert_eq!((passed["ended"].as_u64(), passed["destroyed"].as_u64()), (Some(0), Some(0)), "{passed}");
    assert_eq!(passed["waiting_for_confirmation"], true);
    assert_eq!((passed["sure_until"].as_str(), passed["latest"].as_str()), (Some("2026-11-23"), Some("2037-11-05")));
    for lang in ["en", "zh"] {
        let said = node.runs(AHEAD, &["calendar", "run", "--lang", lang], "").leaves(0);
        assert!(said.err.contains("fairfile clock confirm --by A --and B"), "{said:?}");
    }
    node.asks(AHEAD).leaves(5);
    assert_eq!(node.tells(AHEAD, &["clock"])["confirmed"], false);
    assert!(node.doctor(AHEAD).contains("fairfile clock confirm"));

    // A record taken in now would have its days counted from one that has not come, for good.
    let (name, member, item) = SAMPLES[1];
    let file = sample(name).display().to_string();
    let submit =
        |time: &str| node.runs(time, &["batch", "submit", &file, "--as", member, "--item", item, "--json"], "");
    assert_eq!(submit(AHEAD).leaves(7).json()["code"], "U030");

    // The clock is right again: nothing of the wrong one stayed.
    node.asks(THEN).leaves(0);
    assert!(submit(THEN).json()["batch_id"].is_string(), "the same file is taken");
    assert_eq!(node.tells(THEN, &["clock"])["confirmed"], true);
    assert_eq!(node.tells(THEN, &["calendar", "run"])["waiting_for_confirmation"], false);
}

fn two_people_confirm_what_is_right(node: Node) {
    let confirm = |time: &str, first: &str, second: &str| {
        let reason = "held against the time service";
        node.runs(time, &["clock", "confirm", "--by", first, "--and", second, "--reason", reason, "--json"], "")
    };
    confirm(AHEAD, "registrar-1", "registrar-1").leaves(2);
    assert_eq!(node.tells(AHEAD, &["calendar", "run"])["destroyed"], 0);
    let clock = confirm(AHEAD, "registrar-1", "registrar-2").leaves(0).json();
    assert_eq!((clock["confirmed"].as_bool(), clock["set"].as_bool()), (Some(true), Some(false)), "{clock}");
    let passed = node.tells(AHEAD, &["calendar", "run"]);
    assert!(passed["destroyed"].as_u64().is_some_and(|count| count > 0), "{passed}");
    assert_eq!(passed["waiting_for_confirmation"], false);

    // Set back, the clock brings nothing back.
    node.asks(THEN).leaves(5);
    let clock = node.tells(THEN, &["clock"]);
    assert!(clock["wall"].as_str().is_some_and(|wall| wall.starts_with("2026-11-23")), "{clock}");
    assert!(clock["latest"].as_str().is_some_and(|latest| latest.starts_with("2037-11-05")), "{clock}");
    assert!(node.doctor(THEN).contains("by its time service"));
    assert_eq!(confirm(THEN, "registrar-1", "registrar-2").leaves(1).json()["code"], "U030");
}

macro_rules! on_both_engines {
    ($($body:ident: $sqlite:ident, $postgres:ident;)*) => {$(
        #[test]
        fn $sqlite() {
            $body(Node::new(None));
        }
        #[test]
        fn $postgres() {
            $body(Node::new(Some(Database::new())));
        }
    )*};
}

on_both_engines! {
    a_wrong_clock_destroys_nothing: a_wrong_clock_destroys_nothing_on_sqlite, a_wrong_clock_destroys_nothing_on_postgres;
    two_people_confirm_what_is_right: two_people_confirm_what_is_right_on_sqlite, two_people_confirm_what_is_right_on_postgres;
}

#[test]
fn a_clock_before_1970_is_named_and_nothing_is_opened_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("node").display().to_string();
    let refused = at("@1969-06-01 00:00:00", &["init", &path, "--demo", "--json"], "").leaves(1).json();
    assert_eq!(refused["code"], "U030");
    assert!(!std::path::Path::new(&path).exists(), "nothing was changed");
}

#[test]
fn a_demo_s_clock_set_back_ends_nothing_later() {
    let node = common::Node::new(common::Way::Sqlite);
    let set = |time: &str| node.ask(&["clock", "--at", time], "").leaves(0).json();
    let ahead = set("2029-02-28T23:59:59+08:00");
    assert_eq!((ahead["day"].as_str(), ahead["confirmed"].as_bool()), (Some("2029-02-28"), Some(true)));
    let back = set("2026-11-23T09:00:00+08:00");
    assert_eq!(back["wall"], "2026-11-23T01:00:00Z");
    for key in ["now", "sure", "latest"] {
        assert_eq!(back[key], "2029-02-28T15:59:59Z", "{key}");
    }
    let said = node.show(&["clock", "--at", "2026-11-24T09:00:00+08:00"], "").leaves(0);
    assert!(said.err.contains("has been at 2029-02-28T15:59:59Z already"), "{said:?}");
    let refused = node.ask(&["clock", "confirm", "--by", "A", "--and", "B", "--reason", "none"], "");
    assert_eq!(refused.leaves(1).json()["code"], "U030");
    set("2029-03-01T00:00:00+08:00");
    assert_eq!(node.ask(&["clock"], "").leaves(0).json()["day"], "2029-03-01");
}
