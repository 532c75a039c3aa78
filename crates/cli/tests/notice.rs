//! `fairfile notice`, `record` and what is kept of them: whole lists, who is late since when, and no deed that is hidden.

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::told::{MEMBER, RECORD, corrects, shown};
use common::{NAME, NUMBER, Node, Ran, SAMPLES, Serving, Way, fairfile, sample};
use fairfile_testkit::Raw;
use serde_json::Value;

fn record(node: &Node, more: &[&str], input: &str) -> Ran {
    let args = ["record", "correct", "--as", SAMPLES[0].1, "--item", SAMPLES[0].2, "--input", "valid_until"];
    let ran = node.ask_signed(&[&args[..], more].concat(), input);
    assert!(!format!("{}{}", ran.out, ran.err).contains(NUMBER), "a number was echoed");
    ran
}

fn list(node: &Node, more: &[&str]) -> Vec<Value> {
    let document = node.ask_signed(&[&["notice", "list", "--as", MEMBER], more].concat(), "").leaves(0).json();
    document["notices"].as_array().expect("notices").clone()
}

/// What a person reads of a command for the member.
fn said(node: &Node, args: &[&str]) -> String {
    let keys = node.path().join("demo-keys").display().to_string();
    let args = [args, &["--as", MEMBER, "--keys", &keys]].concat();
    node.show(&args, "").leaves(0).out
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_list_of_more_than_a_page_is_whole_on_sqlite() {
    let node = shown(Way::Sqlite);
    corrects(&node, "2031-12-30");
    Raw::Sqlite(node.path().join("data/fairfile.db")).meddle(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1002)
         INSERT INTO notice (notice_id, member, seq, correction_id, record_id, made_at, due_on, chases, leaf_index)
         SELECT randomblob(16), member, seq + n, correction_id, record_id, made_at, due_on, chases, leaf_index
           FROM notice, n",
    );
    let path = text(&node.path());
    let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]);
    let keys = text(&node.path().join("demo-keys"));
    let args = ["notice", "list", "--as", MEMBER, "--keys", &keys, "--json", "--server", &server.address];
    let seqs = |more: &[&str]| -> Vec<u64> {
        let document = fairfile(&[&args[..], more].concat(), "").leaves(0).json();
        let notices = document["notices"].as_array().expect("notices");
        notices.iter().filter_map(|row| row["seq"].as_u64()).collect()
    };
    assert!(seqs(&[]).into_iter().eq(1..=1003) && seqs(&["--all"]).into_iter().eq(1..=1003));
    assert!(seqs(&["--after", "2"]).into_iter().eq(3..=1003));
    drop(server);
    assert_eq!((list(&node, &[]).len(), list(&node, &["--all"]).len()), (1003, 1003));
}

#[test]
fn a_number_that_no_notice_can_have_is_a_mistake_and_nothing_after_one_is_said_so() {
    for way in [Way::Sqlite, Way::Server] {
        let node = shown(way);
        corrects(&node, "2031-12-30");
        assert!(said(&node, &["notice", "list", "--after", "7"]).contains("no notice after no. 7"));
        assert!(list(&node, &["--after", "9223372036854775807"]).is_empty());
        let args = ["notice", "list", "--as", MEMBER, "--after", "9223372036854775808"];
        assert_eq!(node.ask_signed(&args, "").leaves(2).json()["code"], "U001");
    }
}

fn a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands(way: Way) {
    let mut node = shown(way);
    corrects(&node, "2031-12-30");
    let inbox = text(&node.file("inbox.db"));
    let fetch = ["notice", "fetch", "--inbox", &inbox];
    let first = said(&node, &fetch);
    assert!(first.contains("1 notice to confirm, 0 of them late") && !first.contains("LATE"), "{first}");
    node.tend(&["clock", "--at", "2026-12-08T09:00:00+08:00"]).leaves(0);
    if way == Way::Server {
        // A node that is served runs its calendar by itself, soon.
        let is_chased = || said(&node, &["notice", "list"]).contains("last step");
        assert!((0..100).any(|_| is_chased()), "nobody was chased");
    } else {
        // Nothing has happened yet, and what is due is not told as if it had.
        let due =
            "LATE since 2026-12-01; no step was taken yet; next step, due since 2026-12-01: the member is reminded";
        assert!(said(&node, &["notice", "list"]).contains(due), "{}", said(&node, &["notice", "list"]));
        let passed = node.tend(&["calendar", "run"]).leaves(0).json();
        assert_eq!(passed["members_chased"].to_string(), r#"[{"member":"health-commission","notices":1}]"#);
    }
    let late = "LATE since 2026-12-01; last step, on 2026-12-08: the member was reminded; \
                next step, on 2026-12-16: the head of the member's office is told";
    for _ in 0..2 {
        let told = said(&node, &fetch);
        assert!(told.starts_with("Nothing new.\n1 notice to confirm, 1 of them late\n"), "{told}");
        assert!(told.contains(late), "{told}");
    }
    let args = ["notice", "fetch", "--as", MEMBER, "--inbox", &inbox];
    let document = node.ask_signed(&args, "").leaves(0).json();
    let row = &document["late"][0];
    assert_eq!((document["open"].as_u64(), row["late_since"].as_str()), (Some(1), Some("2026-12-01")));
    assert_eq!((row["chased"]["on"].as_str(), row["next"]["due"].as_bool()), (Some("2026-12-08"), Some(false)));
    // A second notice: each has a line of its own, under the correction that it tells of.
    corrects(&node, "2031-12-31");
    let file = node.show(&["file", "--as-person"], &format!("{NUMBER}\n")).leaves(0).out;
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    let under = |place: usize| lines.get(place + 1).copied().unwrap_or_default();
    let corrections: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].starts_with("Corrected")).collect();
    assert_eq!(corrections.len(), 2, "{file}");
    assert!(under(corrections[0]).ends_with(late), "{file}");
    assert!(under(corrections[1]).ends_with("must confirm by 2026-12-15"), "{file}");
}

#[test]
fn a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands_on_sqlite() {
    a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands(Way::Sqlite);
}

#[test]
fn a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands_on_postgres() {
    a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands(Way::Postgres);
}

#[test]
fn a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands_over_http() {
    a_silent_member_is_told_each_time_and_everybody_reads_how_it_stands(Way::Server);
}

fn a_key_counts_for_its_own_member_alone(node: &Node) {
    corrects(node, "2031-12-30");
    let key = text(&node.path().join("demo-keys/health-commission.2026.pem"));
    let inbox = text(&node.file("nobody-s.db"));
    let file = text(&sample(SAMPLES[0].0));
    let id = list(node, &[])[0]["notice_id"].as_str().expect("an id").to_owned();
    for member in ["court", "nosuchmember"] {
        let asked = |args: &[&str], input: &str| {
            let refused = node.ask(&[args, &["--as", member, "--key", &key]].concat(), input).leaves(1).json();
            assert_eq!(refused["code"], "S020", "{args:?}: {refused}");
        };
        asked(&["notice", "list"], "");
        asked(&["notice", "confirm", "--all"], "");
        asked(&["notice", "confirm", &id], "");
        asked(&["notice", "fetch", "--inbox", &inbox], "");
        asked(&["batch", "check", &file, "--item", SAMPLES[0].2], "");
        asked(&["batch", "submit", &file, "--item", SAMPLES[0].2], "");
        asked(&["batch", "report", "bat_0123456789abcdef0123456789abcdef"], "");
        let withdraws = ["record", "withdraw", "--item", SAMPLES[0].2, "--reason", "wrong-person"];
        asked(&withdraws, &format!("{RECORD}\n{NUMBER}\n"));
    }
    assert!(!Path::new(&inbox).exists(), "an inbox was made for nobody");
    assert_eq!(list(node, &[]).len(), 1, "another member's notice was confirmed");
}

#[test]
fn a_key_counts_for_its_own_member_alone_on_sqlite() {
    a_key_counts_for_its_own_member_alone(&shown(Way::Sqlite));
}

#[test]
fn a_key_counts_for_its_own_member_alone_over_http() {
    let node = shown(Way::Server);
    a_key_counts_for_its_own_member_alone(&node);
    let key = text(&node.path().join("demo-keys/0417.2026.pem"));
    let refused = node.ask(&["notice", "list", "--as", MEMBER, "--key", &key], "").leaves(4).json();
    assert_eq!(refused["code"], "Q015");
    assert!(!refused["detail"].as_str().expect("a text").contains("file"), "{refused}");
}

#[test]
fn a_receipt_that_cannot_be_kept_stops_all_and_one_that_could_not_hides_nothing_on_sqlite() {
    let node = shown(Way::Sqlite);
    let (nowhere, there) = (text(&node.file("no/such/receipt.json")), text(&node.file("there.json")));
    fs::write(&there, "somebody's").expect("written");
    let size = || node.ask(&["journal", "checkpoint"], "").leaves(0).json()["size"].clone();
    let before = size();
    for (path, code) in [(&nowhere, "U013"), (&there, "U034")] {
        let input = format!("{RECORD}\n{NUMBER}\n2031-12-30\n");
        let refused = record(&node, &["--reason", "entered-wrongly", "--receipt", path], &input).leaves(1);
        assert_eq!(refused.json()["code"], code);
        let (file, source, item) = SAMPLES[4];
        let args = ["batch", "submit", &text(&sample(file)), "--as", source, "--item", item, "--receipt", path];
        assert_eq!(node.ask_signed(&args, "").leaves(1).json()["code"], code);
        let refused = node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", path]).leaves(1);
        assert_eq!(refused.json()["code"], code);
        let refused = node.ask(&["file", "--as-person", "--copy", path], &format!("{NUMBER}\n")).leaves(1);
        assert_eq!(refused.json()["code"], code);
        let args = ["notice", "confirm", "--all", "--as", MEMBER, "--receipt", path];
        assert_eq!(node.ask_signed(&args, "").leaves(1).json()["code"], code);
    }
    assert_eq!(size(), before, "something was done whose receipt could not be kept");
    assert_eq!(fs::read_to_string(&there).expect("there"), "somebody's");
}

/// The receipt's place is lost between the first look at it and the deed.
#[test]
fn a_deed_is_told_though_its_receipt_could_not_be_kept_on_sqlite() {
    let node = shown(Way::Sqlite);
    let folder = node.file("receipts");
    fs::create_dir(&folder).expect("a folder");
    let kept = folder.join("receipt.json");
    let (place, kept_at) = (text(&node.path()), text(&kept));
    let args = ["record", "correct", "--as", SAMPLES[0].1, "--item", SAMPLES[0].2, "--input", "valid_until"];
    let more = ["--reason", "entered-wrongly", "--receipt", &kept_at, "--node", &place, "--json"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
    command.args([&args[..], &more].concat()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    while fs::read_dir(&folder).expect("a folder").next().is_none() {
        assert!(child.try_wait().expect("it is there").is_none(), "it ended before it was told what to do");
        std::thread::yield_now();
    }
    fs::write(&kept, "somebody's").expect("written");
    let input = format!("{RECORD}\n{NUMBER}\n2031-12-30\n");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it listens");
    let output = child.wait_with_output().expect("the program ends");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!((output.status.code(), document["accepted"].as_u64()), (Some(1), Some(1)), "{document}");
    assert_eq!((document["state"].as_str(), document["problems"][0]["code"].as_str()), (Some("taken"), Some("U034")));
    assert_eq!(fs::read_to_string(&kept).expect("there"), "somebody's");
    assert_eq!(list(&node, &[]).len(), 1, "it was done");
}

#[test]
fn what_was_confirmed_before_a_refusal_is_told_and_kept() {
    for way in [Way::Sqlite, Way::Server] {
        let node = shown(way);
        ["2031-12-28", "2031-12-29", "2031-12-30"].iter().for_each(|day| corrects(&node, day));
        let ids: Vec<String> =
            list(&node, &[]).iter().map(|row| row["notice_id"].as_str().expect("an id").to_owned()).collect();
        let strange = "not_00000000000000000000000000000000";
        let confirm = |ids: &[&str], more: &[&str]| {
            node.ask_signed(&[&["notice", "confirm", "--as", MEMBER], ids, more].concat(), "")
        };
        assert_eq!(confirm(&[&ids[0], "not_an_id", &ids[1]], &[]).leaves(2).json()["code"], "U015");
        assert_eq!(list(&node, &[]).len(), 3, "what can be known before is found before");
        assert_eq!(confirm(&[strange], &[]).leaves(5).json()["schema"], "fairfile.problem/1");

        let kept = text(&node.file("receipts.jsonl"));
        let told = confirm(&[&ids[0], &ids[1], strange, &ids[2]], &["--receipt", &kept]).leaves(5).json();
        assert_eq!(told["schema"], "fairfile.notices-confirmed/1");
        assert_eq!(told["confirmed"].as_array().map(Vec::len), Some(2), "{told}");
        assert_eq!(told["not_confirmed"].to_string(), format!("[\"{strange}\",\"{}\"]", ids[2]));
        assert!(told["problems"][0]["code"].is_string(), "{told}");
        assert_eq!(list(&node, &[]).len(), 1);

        // The receipts of both are in the file, and verify as they are; so does each alone.
        let report = fairfile(&["verify", &kept, "--json"], "").leaves(0).json();
        assert_eq!((report["kind"].as_str(), report["checks"].as_array().map(Vec::len)), (Some("receipts"), Some(2)));
        let lines = fs::read_to_string(&kept).expect("kept");
        let (alone, changed) = (node.file("alone.json"), node.file("changed.jsonl"));
        fs::write(&alone, lines.lines().next().expect("a line")).expect("written");
        assert_eq!(fairfile(&["verify", &text(&alone), "--json"], "").leaves(0).json()["kind"], "receipt");
        let second = lines.rfind("rct_").expect("an id");
        fs::write(&changed, format!("{}rcx_{}", &lines[..second], &lines[second + 4..])).expect("written");
        let found = fairfile(&["verify", &text(&changed)], "").leaves(8).out;
        assert!(found.contains("no. 2 does not hold: signature") && found.contains("no. 1: written down"), "{found}");
        if way == Way::Sqlite {
            let place = text(&node.path());
            let report = fairfile(&["verify", &kept, "--node", &place, "--json"], "").leaves(0).json();
            assert_eq!(
                (report["node"]["holds"].as_bool(), report["node"]["receipts"][1]["stands"].as_bool()),
                (Some(true), Some(true))
            );
        }
        assert_eq!(confirm(&[], &["--all"]).leaves(0).json()["confirmed"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn a_server_tells_whoever_holds_a_receipt_what_followed_it() {
    let node = shown(Way::Server);
    let kept = text(&node.file("receipt.json"));
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", &kept]).leaves(0);
    let asked = || node.ask(&["verify", &kept], "").leaves(0).json();
    assert_eq!((asked()["ok"].as_bool(), asked()["standing"][0]["stands"].as_bool()), (Some(true), Some(true)));
    corrects(&node, "2031-12-30");
    let standing = asked()["standing"][0].clone();
    assert_eq!(
        (standing["stands"].as_bool(), standing["followed_by"][0]["act"].as_str()),
        (Some(false), Some("correct"))
    );
    let said = node.show(&["verify", &kept], "").leaves(0).out;
    assert!(said.contains("not corrected since") && said.contains("a correction followed: rec_"), "{said}");
    // Another node's receipt: what it proves by itself is told all the same.
    let other = shown(Way::Server);
    let foreign = other.ask(&["verify", &kept], "").json();
    assert_eq!((foreign["ok"].as_bool(), foreign["problems"].as_array().map(Vec::len)), (Some(true), Some(1)));
    let copy = text(&node.file("copy.json"));
    node.ask(&["file", "--as-person", "--copy", &copy], &format!("{NUMBER}\n")).leaves(0);
    assert_eq!(node.ask(&["verify", &copy], "").leaves(2).json()["code"], "U021");
}

#[test]
fn a_single_record_s_lines_are_read_in_their_order_and_none_is_ignored() {
    let node = shown(Way::Sqlite);
    let reason = ["--reason", "entered-wrongly"];
    let lines = format!("{RECORD}\n{NUMBER}\n2031-12-30\n");
    let lacking = record(&node, &reason, &format!("{RECORD}\n{NUMBER}\n")).leaves(2).json();
    assert_eq!(lacking["code"], "U016");
    let hint = lacking["hint"].as_str().expect("a hint");
    assert!(hint.starts_with("give the record's number, the person's identifier, to correct the new value"), "{hint}");
    assert_eq!(record(&node, &reason, &format!("{lines}a line too many\n")).leaves(2).json()["code"], "U015");
    let bad = record(&node, &reason, &format!("{RECORD}\n{NUMBER}\n2031\u{1b}-12-30\n")).leaves(2).json();
    assert!(bad["detail"].as_str().is_some_and(|text| text.contains("the new value has a control character")), "{bad}");

    let keys = text(&node.path().join("demo-keys"));
    let args = ["record", "correct", "--as", SAMPLES[0].1, "--item", SAMPLES[0].2, "--input", "valid_until"];
    let args = [&args[..], &["--keys", &keys]].concat();
    let unknown = node.show(&[&args[..], &["--reason", "because"]].concat(), &lines).leaves(3).out;
    assert!(unknown.contains("--> the reason (`--reason`)") && !unknown.contains("standard input:2"), "{unknown}");
    assert!(unknown.contains("entered-wrongly (") && unknown.contains("objection-upheld ("), "{unknown}");
    let value = node.show(&[&args[..], &reason].concat(), &lines.replace("2031-12-30", "soon")).leaves(3).out;
    assert!(value.contains("--> valid_until"), "{value}");

    let with_words = [&reason[..], &["--words", "-"]].concat();
    assert_eq!(record(&node, &with_words, &lines).leaves(2).json()["code"], "U016");
    record(&node, &with_words, &format!("{lines}the day was copied wrongly\n\n")).leaves(0);
    let file = node.ask(&["file", "--as-person"], &format!("{NUMBER}\n")).leaves(0).json();
    assert_eq!(file["records"][0]["corrections"][0]["words"], "the day was copied wrongly");
}

#[test]
fn an_inbox_in_use_is_left_to_whoever_has_it() {
    let node = shown(Way::Sqlite);
    corrects(&node, "2031-12-30");
    let inbox = node.file("inbox.db");
    let fetch = || node.ask_signed(&["notice", "fetch", "--as", MEMBER, "--inbox", &text(&inbox)], "");
    let held = fs::File::create(node.file("inbox.db-lock")).expect("a file");
    held.lock().expect("it is held");
    assert_eq!(fetch().leaves(7).json()["code"], "U037");
    drop(held);
    assert_eq!(fetch().leaves(0).json()["notices"].as_array().map(Vec::len), Some(1), "nothing is lost");
}

#[test]
fn a_node_that_is_open_is_busy() {
    let node = shown(Way::Server);
    let path = text(&node.path());
    let busy = fairfile(&["notice", "list", "--as", MEMBER, "--node", &path, "--json"], "").leaves(7).json();
    assert_eq!(busy["code"], "U005");
}
