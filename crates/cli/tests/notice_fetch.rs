//! `fairfile notice fetch`: a member's inbox shows each notice once, holds the node to its key, and loses nothing.

mod common;

use std::fs;
use std::process::{Command, Stdio};

use common::told::{MEMBER, corrects, shown};
use common::{NAME, NUMBER, Node, Ran, Way, fairfile, ran};
use fairfile_testkit::Raw;
use serde_json::Value;

fn inbox(node: &Node) -> String {
    node.file("inbox.db").display().to_string()
}

fn fetch(node: &Node, more: &[&str]) -> Ran {
    let inbox = inbox(node);
    let ran = node.ask_signed(&[&["notice", "fetch", "--as", MEMBER, "--inbox", &inbox], more].concat(), "");
    assert!(!ran.out.contains(NUMBER) && !ran.out.contains(NAME), "a person stands in it");
    ran
}

/// The numbers of what was new.
fn seqs(ran: Ran) -> Vec<u64> {
    let document = ran.leaves(0).json();
    assert_eq!((&document["schema"], &document["more"]), (&"fairfile.notices-fetched/1".into(), &false.into()));
    for kind in ["missing", "parked"] {
        assert_eq!(document[kind].as_array().map(Vec::len), Some(0), "{document}");
    }
    let notices = document["notices"].as_array().expect("notices");
    notices.iter().map(|notice| notice["seq"].as_u64().expect("a number")).collect()
}

fn each_is_shown_once_and_confirmed(node: &Node) {
    let first = fetch(node, &[]).leaves(0).json();
    let key = node.ask(&["journal", "key"], "").leaves(0).json()["key"].clone();
    assert_eq!((&first["key"], &first["next_seq"], &first["last_seq"]), (&key, &1.into(), &0.into()));
    corrects(node, "2031-12-30");
    corrects(node, "2031-12-31");
    let listed = node.ask_signed(&["notice", "list", "--as", MEMBER], "").leaves(0).json()["notices"].clone();
    let came = fetch(node, &["--trust", key.as_str().expect("a key")]).leaves(0).json();
    let same = ["notice_id", "seq", "act", "reason", "record_id", "item", "version_before", "looks", "what_to_do"];
    let same = |row: &Value| same.map(|field| row[field].clone());
    let both = |rows: &Value| rows.as_array().expect("rows").iter().map(same).collect::<Vec<_>>();
    assert_eq!(both(&came["notices"]), both(&listed), "the inbox tells what the list tells");
    assert_eq!(seqs(fetch(node, &[])), [0; 0], "each once");

    node.ask_signed(&["notice", "confirm", "--all", "--as", MEMBER], "").leaves(0);
    corrects(node, "2031-12-29");
    assert_eq!(seqs(fetch(node, &[])), [3]);
    let open = node.ask_signed(&["notice", "list", "--as", MEMBER], "").leaves(0).json();
    assert_eq!(open["notices"].as_array().map(Vec::len), Some(1), "fetched is not confirmed");
}

#[test]
fn each_is_shown_once_and_confirmed_on_sqlite() {
    each_is_shown_once_and_confirmed(&shown(Way::Sqlite));
}

#[test]
fn each_is_shown_once_and_confirmed_on_postgres() {
    each_is_shown_once_and_confirmed(&shown(Way::Postgres));
}

#[test]
fn each_is_shown_once_and_confirmed_over_http() {
    each_is_shown_once_and_confirmed(&shown(Way::Server));
}

#[test]
fn what_nobody_heard_is_told_again() {
    let node = shown(Way::Sqlite);
    corrects(&node, "2031-12-30");
    let inbox = inbox(&node);
    let (place, keys) = (node.path().display().to_string(), node.path().join("demo-keys").display().to_string());
    let args = ["notice", "fetch", "--as", MEMBER, "--inbox", &inbox, "--node", &place, "--keys", &keys];
    for _ in 0..2 {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut deaf = Command::new(env!("CARGO_BIN_EXE_fairfile"));
        let status = deaf.args(args).stdin(Stdio::null()).stdout(writer).stderr(Stdio::null()).status();
        assert_eq!(status.expect("the program runs").code(), Some(0));
    }
    corrects(&node, "2031-12-31");
    assert_eq!(seqs(fetch(&node, &[])), [1, 2], "it was in the inbox, and nobody had read it");
    assert_eq!(seqs(fetch(&node, &[])), [0; 0]);
}

#[test]
fn a_server_that_is_gone_changes_nothing() {
    let mut node = shown(Way::Server);
    corrects(&node, "2031-12-30");
    assert_eq!(seqs(fetch(&node, &[])), [1]);
    let (inbox, keys) = (inbox(&node), node.path().join("demo-keys").display().to_string());
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("an address");
    let args = ["notice", "fetch", "--as", MEMBER, "--inbox", &inbox, "--keys", &keys];
    let gone = fairfile(&[&args[..], &["--server", &format!("http://{free}"), "--json"]].concat(), "").leaves(7);
    assert_eq!(gone.json()["code"], "U009");
    corrects(&node, "2031-12-31");
    node.tend(&["calendar", "run"]).leaves(0);
    assert_eq!(seqs(fetch(&node, &[])), [2], "a server that was started anew goes on");
}

#[test]
fn a_changed_key_is_refused_in_words_and_takes_nothing() {
    let (node, other) = (shown(Way::Sqlite), shown(Way::Sqlite));
    corrects(&node, "2031-12-30");
    let key =
        |node: &Node| node.ask(&["journal", "key"], "").leaves(0).json()["key"].as_str().expect("a key").to_owned();
    let (own, strange) = (key(&node), key(&other));
    assert_ne!(own, strange);
    let refused = fetch(&node, &["--trust", &strange]).leaves(8).json();
    assert_eq!((refused["code"].as_str(), fs::exists(inbox(&node)).ok()), (Some("U023"), Some(false)));
    assert_eq!(fetch(&node, &["--trust", "my key"]).leaves(2).json()["code"], "U015");
    assert_eq!(seqs(fetch(&node, &["--trust", &own])), [1]);

    // Another node stands in the place of the first.
    corrects(&other, "2031-12-30");
    let before = fs::read(inbox(&node)).expect("the inbox");
    fs::copy(inbox(&node), inbox(&other)).expect("copied");
    let refused = fetch(&other, &[]).leaves(8).json();
    assert_eq!(refused["code"], "U023");
    let words = ["detail", "hint"].map(|field| refused[field].as_str().unwrap_or_default().to_owned()).concat();
    assert!(words.contains(&own) && words.contains("nothing was taken") && words.contains("ask the node's operator"));
    assert_eq!(fs::read(inbox(&other)).expect("the inbox"), before, "not a byte of it changed");
}

#[test]
fn an_inbox_is_one_member_s_and_a_file_of_others_is_left_alone() {
    let node = shown(Way::Sqlite);
    assert_eq!(seqs(fetch(&node, &[])), [0; 0]);
    let inbox = inbox(&node);
    let refused = node.ask_signed(&["notice", "fetch", "--as", "court", "--inbox", &inbox], "").leaves(2).json();
    assert_eq!(refused["code"], "U023");
    let letter = node.file("letter.txt");
    fs::write(&letter, "a letter, and no inbox; ".repeat(100)).expect("written");
    let args = ["notice", "fetch", "--as", MEMBER, "--inbox", &letter.display().to_string()];
    assert_eq!(node.ask_signed(&args, "").leaves(2).json()["code"], "U023");
    assert!(fs::read_to_string(&letter).expect("there").starts_with("a letter"));
    let args = ["notice", "fetch", "--as", MEMBER, "--inbox", &node.file("no/such/folder").display().to_string()];
    assert_eq!(node.ask_signed(&args, "").leaves(1).json()["code"], "U013");
}

#[test]
fn a_node_that_has_forgotten_is_found_out() {
    let node = shown(Way::Sqlite);
    corrects(&node, "2031-12-30");
    corrects(&node, "2031-12-31");
    assert_eq!(seqs(fetch(&node, &[])), [1, 2]);
    Raw::Sqlite(node.path().join("data/fairfile.db")).meddle("DELETE FROM notice WHERE seq = 2");
    let document = fetch(&node, &[]).leaves(8).json();
    assert_eq!((document["next_seq"].as_u64(), document["last_seq"].as_u64()), (Some(3), Some(1)));
    let inbox = inbox(&node);
    let keys = node.path().join("demo-keys").display().to_string();
    let said = node.show(&["notice", "fetch", "--as", MEMBER, "--inbox", &inbox, "--keys", &keys], "").leaves(8);
    assert!(said.out.contains("fewer notices than it has signed"), "{said:?}");
}

#[test]
fn a_message_is_verified_like_any_file() {
    let node = shown(Way::Sqlite);
    corrects(&node, "2031-12-30");
    assert_eq!(seqs(fetch(&node, &[])), [1]);
    let raw = Raw::Sqlite(inbox(&node).into());
    let text = raw.rows("SELECT CAST(message AS TEXT) FROM inbox WHERE seq = 1")[0][0].text().to_owned();
    let (kept, changed) = (node.file("message.json"), node.file("changed.json"));
    fs::write(&kept, &text).expect("written");
    fs::write(&changed, text.replacen("\"correct\"", "\"decline\"", 1)).expect("written");
    let key = node.ask(&["journal", "key"], "").leaves(0).json()["key"].as_str().expect("a key").to_owned();
    let verify = |file: &std::path::Path, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
        command.arg("verify").arg(file).args(more);
        ran(command, "")
    };
    let report = verify(&kept, &["--key", &key, "--json"]).leaves(0).json();
    assert_eq!((report["ok"].as_bool(), report["kind"].as_str()), (Some(true), Some("message")));
    let said = verify(&kept, &[]).leaves(0);
    assert!(said.out.contains("signature") && said.out.contains("Verified") && said.out.contains(MEMBER), "{said:?}");
    let report = verify(&changed, &["--json"]).leaves(8).json();
    assert_eq!((report["ok"].as_bool(), report["proves"].as_array().map(Vec::len)), (Some(false), Some(0)));
    let place = node.path().display().to_string();
    let refused = verify(&kept, &["--node", &place, "--json"]).leaves(2).json();
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("--key")), "{refused}");
}
