//! The contract of the command line, step by step on a fresh demo node: on SQLite, on PostgreSQL, and over HTTP.

mod common;

use std::path::Path;

use common::{NAME, NOBODY, NUMBER, Node, SAMPLES, Way, expected, fairfile, reported, sample};
use serde_json::Value;

macro_rules! three_ways {
    ($($body:ident: $sqlite:ident, $postgres:ident, $server:ident;)*) => {$(
        #[test]
        fn $sqlite() {
            $body(Node::new(Way::Sqlite));
        }
        #[test]
        fn $postgres() {
            $body(Node::new(Way::Postgres));
        }
        #[test]
        fn $server() {
            $body(Node::new(Way::Server));
        }
    )*};
}

three_ways! {
    every_row_of_the_samples: every_row_of_the_samples_on_sqlite, every_row_of_the_samples_on_postgres, every_row_of_the_samples_over_http;
    a_batch_counts_once: a_batch_counts_once_on_sqlite, a_batch_counts_once_on_postgres, a_batch_counts_once_over_http;
    looks_and_their_traces: looks_and_their_traces_on_sqlite, looks_and_their_traces_on_postgres, looks_and_their_traces_over_http;
    the_node_tells_of_itself: the_node_tells_of_itself_on_sqlite, the_node_tells_of_itself_on_postgres, the_node_tells_of_itself_over_http;
}

fn batch(node: &Node, verb: &str, file: &Path, member: &str, item: &str) -> common::Ran {
    node.ask_signed(&["batch", verb, &file.display().to_string(), "--as", member, "--item", item], "")
}

fn take_in_pharmacists(node: &Node) -> Value {
    let (name, member, item) = SAMPLES[0];
    batch(node, "submit", &sample(name), member, item).leaves(3).json()
}

fn journal_size(node: &Node) -> u64 {
    node.ask(&["journal", "checkpoint"], "").leaves(0).json()["size"].as_u64().expect("a size")
}

fn every_row_of_the_samples(node: Node) {
    for (name, member, item) in SAMPLES {
        let before = journal_size(&node);
        let checked = batch(&node, "check", &sample(name), member, item).leaves(3).json();
        assert_eq!(reported(&checked), expected(name), "checking {name}");
        assert_eq!((checked["state"].as_str(), checked["applied"].as_bool()), (Some("checked"), Some(false)));
        assert_eq!(journal_size(&node), before, "a check changed something");

        let taken = batch(&node, "submit", &sample(name), member, item).leaves(3).json();
        assert_eq!(reported(&taken), expected(name), "submitting {name}");
        for row in taken["rows"].as_array().expect("rows") {
            for key in ["code", "help"] {
                assert!(row[key].as_str().is_some_and(|text| !text.is_empty()), "{row}");
            }
        }
        assert_eq!(
            (taken["state"].as_str(), taken["applied"].as_bool(), taken["before"].as_bool()),
            (Some("taken"), Some(true), Some(false))
        );
        let id = taken["batch_id"].as_str().expect("an id");
        let report = node.ask_signed(&["batch", "report", id, "--as", member], "").leaves(3).json();
        assert_eq!((&report["rows"], &report["receipt"]), (&taken["rows"], &taken["receipt"]));
        let other = if member == "court" { "education" } else { "court" };
        node.ask_signed(&["batch", "report", id, "--as", other], "").leaves(5);
    }
}

fn a_batch_counts_once(node: Node) {
    let (name, member, item) = SAMPLES[0];
    let first = take_in_pharmacists(&node);
    let size = journal_size(&node);

    let text = std::fs::read_to_string(sample(name)).expect("the sample");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let renamed = node.file("renamed.csv");
    std::fs::copy(sample(name), &renamed).expect("copied");
    let reordered = node.file("reordered.csv");
    std::fs::write(&reordered, lines.join("\n")).expect("written");

    for (file, kept) in [(renamed, "renamed.json"), (reordered, "reordered.json")] {
        let kept = node.file(kept);
        let args = [
            "batch",
            "submit",
            &file.display().to_string(),
            "--as",
            member,
            "--item",
            item,
            "--receipt",
            &kept.display().to_string(),
        ];
        let again = node.ask_signed(&args, "").leaves(3).json();
        assert_eq!(again["before"], true);
        assert_eq!(again["batch_id"], first["batch_id"]);
        assert_eq!(again["receipt"].to_string(), first["receipt"].to_string());
        assert_eq!(std::fs::read_to_string(&kept).expect("kept"), first["receipt"].to_string());
        fairfile(&["verify".as_ref(), kept.as_os_str()], "").leaves(0);
    }
    assert_eq!(journal_size(&node), size, "the same batch changed something");

    // A file as a whole that cannot be taken is a problem with its code, and nothing of it is kept.
    let broken = node.file("broken.csv");
    std::fs::write(&broken, "what,is,this\n1,2,3\n").expect("written");
    let problem = batch(&node, "submit", &broken, member, item).leaves(3).json();
    assert_eq!(problem["schema"], "fairfile.problem/1");
    assert!(problem["code"].as_str().is_some_and(|code| code.starts_with('B')), "{problem}");
    // Somebody else's item, and somebody else's key.
    assert_eq!(batch(&node, "check", &sample(name), "court", item).leaves(4).json()["code"], "B034");
    let key = node.path().join("demo-keys/court.2026.pem").display().to_string();
    let args = ["batch", "check", &sample(name).display().to_string(), "--as", member, "--item", item, "--key", &key];
    let ran = node.ask(&args, "");
    assert_ne!(ran.exit, 0, "{ran:?}");
    assert_eq!(journal_size(&node), size);
}

fn looks_and_their_traces(mut node: Node) {
    take_in_pharmacists(&node);
    an_answer_shows_what_the_purpose_allows(&node);
    a_denial_has_its_receipt(&node);
    nothing_is_always_the_same(&node);
    the_person_sees_all_of_it(&mut node);
}

fn an_answer_shows_what_the_purpose_allows(node: &Node) {
    let item = node.ask(&["catalog", "show", "pharmacist-licence"], "").leaves(0).json();
    let purposes = item["purposes"].as_array().expect("purposes");
    let purpose = purposes.iter().find(|row| row["purpose"] == "licence-renewal").expect("the purpose");
    let kept = node.file("receipt.json").display().to_string();
    let answer = node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", &kept]).leaves(0).json();
    let records = answer["records"].as_array().expect("records");
    assert_eq!((answer["outcome"].as_str(), records.len()), (Some("answered"), 1));
    let shown: Vec<&Value> = records[0]["inputs"].as_array().expect("inputs").iter().map(|row| &row["input"]).collect();
    let allowed: Vec<&Value> = purpose["inputs"].as_array().expect("inputs").iter().collect();
    assert_eq!(shown, allowed);
    assert!(!answer.to_string().contains(NAME), "the purpose does not need the name");

    let key = node.ask(&["journal", "key"], "").leaves(0).json()["key"].as_str().expect("a key").to_owned();
    let verified = fairfile(&["verify", &kept, "--key", &key, "--json"], "").leaves(0).json();
    assert_eq!((verified["ok"].as_bool(), verified["kind"].as_str()), (Some(true), Some("receipt")));
    assert_eq!(verified["leaf"], answer["leaf"]);
    let text = std::fs::read_to_string(&kept).expect("kept");
    let changed = node.file("changed.json");
    std::fs::write(&changed, text.replacen("HC-2026-0331", "HC-2026-0332", 1)).expect("written");
    let report = fairfile(&["verify".as_ref(), changed.as_os_str(), "--json".as_ref()], "").leaves(8).json();
    assert_eq!((report["ok"].as_bool(), report["proves"].as_array().map(Vec::len)), (Some(false), Some(0)));
    let other = key.replacen("lanhe", "linhe", 1);
    assert_ne!(fairfile(&["verify", &kept, "--key", &other], "").exit, 0);
    std::fs::write(&changed, answer.to_string()).expect("written");
    let ran = fairfile(&["verify".as_ref(), changed.as_os_str()], "").leaves(1);
    assert!(ran.err.contains("U021"), "an answer is no receipt: {ran:?}");
}

fn a_denial_has_its_receipt(node: &Node) {
    let kept = node.file("denial.json").display().to_string();
    let denied = node.inquire("0418", "licence-renewal", NUMBER, NAME, &["--receipt", &kept]).leaves(4).json();
    assert_eq!((denied["outcome"].as_str(), denied["code"].as_str()), (Some("denied"), Some("D007")));
    fairfile(&["verify", &kept], "").leaves(0);
    let chinese = node.inquire("0418", "licence-renewal", NUMBER, NAME, &["--lang", "zh"]).leaves(4).json();
    assert!(chinese["detail"].as_str().is_some_and(|text| text.starts_with("已拒绝")), "{chinese}");
}

fn nothing_is_always_the_same(node: &Node) {
    let shape = |answer: &Value| {
        let same = ["schema", "type", "title", "detail", "code", "hint", "outcome", "records", "valid_as_of"];
        let keys: Vec<String> = answer.as_object().expect("an object").keys().cloned().collect();
        (
            keys,
            same.map(|key| answer[key].clone()),
            answer["look_id"].as_str().map(str::len),
            answer["receipt"]["signature"].as_str().map(str::len),
        )
    };
    let unknown = node.inquire("0417", "licence-renewal", NOBODY, NAME, &[]).leaves(5).json();
    let misnamed = node.inquire("0417", "licence-renewal", NUMBER, "白博", &[]).leaves(5).json();
    let hidden = node.inquire("0901", "honours-check", NUMBER, NAME, &[]).leaves(5).json();
    assert_eq!(unknown["code"], "N100");
    assert_eq!(shape(&unknown), shape(&misnamed));
    assert_eq!(shape(&unknown), shape(&hidden));
    // What cannot be asked at all is a mistake, and names every wrong input.
    let wrong = node.inquire("0417", "licence-renewal", "539955198006035305", "白1", &[]).leaves(2).json();
    let codes: Vec<&str> =
        wrong["errors"].as_array().expect("errors").iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["I004", "N003"]);
}

fn the_person_sees_all_of_it(node: &mut Node) {
    let (first, second) =
        (node.file("copy-1.json").display().to_string(), node.file("copy-2.json").display().to_string());
    let read =
        |node: &Node, copy: &str| node.ask(&["file", "--as-person", "--copy", copy], &format!("{NUMBER}\n")).leaves(0);
    let ran = read(node, &first);
    assert!(!ran.out.contains(NUMBER), "a number was echoed");
    let file = ran.json();
    assert_eq!(file["name"], NAME);
    let records = file["records"].as_array().expect("records");
    assert_eq!((records.len(), records[0]["item"].as_str()), (1, Some("pharmacist-licence")));
    for key in ["law", "source", "display_until", "retained_until", "reconsideration"] {
        assert!(!records[0][key].is_null(), "no {key}: {}", records[0]);
    }
    let looks = file["looks"].as_array().expect("looks");
    let outcome = |look: &Value| {
        (look["officer"].as_str().map(str::to_owned), look["outcome"].as_str().expect("an outcome").to_owned())
    };
    let by = |officer: &str, outcome: &str| (Some(officer.to_owned()), outcome.to_owned());
    let told: Vec<_> = looks.iter().map(outcome).filter(|look| look.0.is_some()).collect();
    let denied = by("0418", "denied");
    assert_eq!(told, [by("0417", "answered"), denied.clone(), denied, by("0417", "nothing"), by("0901", "nothing")]);
    let seqs: Vec<u64> = looks.iter().filter_map(|look| look["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert!(looks[0]["case"] == "HC-2026-0331" && looks[0]["law"].is_object() && looks[0]["purpose_title"].is_object());
    read(node, &second);
    let verified = fairfile(&["verify", &first, "--json"], "").leaves(0).json();
    assert_eq!(verified["kind"], "copy");
    fairfile(&["verify", &second, "--earlier", &first], "").leaves(0);
    fairfile(&["verify", &first, "--earlier", &second], "").leaves(8);
    node.ask(&["file", "--as-person"], &format!("{NOBODY}\n")).leaves(5);
    the_journal_goes_out(node, &first);
    the_calendar_ends_it(node);
}

fn the_journal_goes_out(node: &Node, earlier: &str) {
    let out = node.file("journal.jsonl").display().to_string();
    let exported = node.ask(&["journal", "export", "--to", &out], "").leaves(0).json();
    assert_eq!(exported["leaves"].as_u64(), Some(journal_size(node)));
    assert_eq!(node.show(&["journal", "export"], "").leaves(0).out, std::fs::read_to_string(&out).expect("exported"));
    let verified = fairfile(&["verify", &out, "--earlier", earlier, "--json"], "").leaves(0).json();
    assert_eq!(
        (verified["kind"].as_str(), verified["tree_size"].as_u64()),
        (Some("journal"), exported["leaves"].as_u64())
    );
    let mut bytes = std::fs::read(&out).expect("exported");
    let place = bytes.len() - 12;
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    std::fs::write(&out, &bytes).expect("written");
    let ran = fairfile(&["verify", &out], "").leaves(8);
    assert!(ran.out.contains("an entry was changed or moved") && ran.out.contains("NO"), "{ran:?}");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains(NUMBER) && !text.contains(NAME));
}

/// The licence ends, is seen by nobody but the person, and after retention its content is gone.
fn the_calendar_ends_it(node: &mut Node) {
    let until = |node: &Node, key: &str| {
        let file = node.ask(&["file", "--as-person"], &format!("{NUMBER}\n")).leaves(0).json();
        file["records"][0][key].as_str().map(str::to_owned)
    };
    let gone = until(node, "retained_until").expect("a day");
    let year: i32 = gone[..4].parse().expect("a year");
    node.tend(&["clock", "--at", "2031-06-01T09:00:00+08:00"]).leaves(0);
    let doctor = node.tend(&["doctor"]).leaves(0).json();
    let due = doctor["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .any(|row| row["check"] == "calendar" && row["state"] == "warning");
    assert!(due, "{doctor}");
    let passed = node.tend(&["calendar", "run"]).leaves(0).json();
    assert!(passed["ended"].as_u64().is_some_and(|count| count > 0), "{passed}");
    assert_eq!(node.tend(&["calendar", "run"]).leaves(0).json()["ended"], 0);
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(5);
    node.tend(&["clock", "--at", &format!("{}-01-01T09:00:00+08:00", year + 1)]).leaves(0);
    let passed = node.tend(&["calendar", "run"]).leaves(0).json();
    assert!(passed["destroyed"].as_u64().is_some_and(|count| count > 0), "{passed}");
    let state = until(node, "state");
    assert!(state.is_none() || state.as_deref() == Some("destroyed"), "{state:?}");
}

fn the_node_tells_of_itself(mut node: Node) {
    let catalog = node.ask(&["catalog", "list"], "").leaves(0).json();
    assert_eq!(catalog["items"].as_array().map(Vec::len), Some(10));
    let members = node.ask(&["member", "list"], "").leaves(0).json();
    assert_eq!(members["members"].as_array().map(Vec::len), Some(13));
    node.ask(&["catalog", "show", "no-such-item"], "").leaves(5);
    let item = node.ask(&["catalog", "show", "court-ordered-obligation"], "").leaves(0).json();
    assert_eq!(item["item"], "court-ordered-obligation");
    let checkpoint = node.ask(&["journal", "checkpoint"], "").leaves(0).json();
    assert_eq!(checkpoint["key"], node.ask(&["journal", "key"], "").leaves(0).json()["key"]);
    // For people too, in both languages.
    for args in
        [&["catalog", "list"][..], &["catalog", "show", "pharmacist-licence"], &["member", "list"], &["journal", "key"]]
    {
        for language in ["en", "zh"] {
            let args: Vec<&str> = args.iter().copied().chain(["--lang", language]).collect();
            assert!(!node.show(&args, "").leaves(0).out.is_empty());
        }
    }
    let doctor = node.tend(&["doctor"]).leaves(0).json();
    assert_eq!(doctor["ok"], true);
    let checks: Vec<&str> =
        doctor["findings"].as_array().expect("findings").iter().filter_map(|row| row["check"].as_str()).collect();
    for check in ["engine", "keys", "journal", "batches", "clock", "calendar", "profile", "holidays", "officers"] {
        assert!(checks.contains(&check), "{check} is not among {checks:?}");
    }
    let clock = node.tend(&["clock"]).leaves(0).json();
    assert_eq!((clock["day"].as_str(), clock["set"].as_bool()), (Some("2026-11-23"), Some(true)));
    let released = ["officer", "release", "0417", "--by", "Zhao", "--and", "Qian", "--reason", "cleared up"];
    assert_eq!(node.tend(&released).leaves(0).json()["officer"], "0417");
    node.tend(&["officer", "release", "0417", "--by", "Zhao", "--and", "Zhao", "--reason", "cleared up"]).leaves(2);
    node.tend(&["officer", "release", "9999", "--by", "Zhao", "--and", "Qian", "--reason", "cleared up"]).leaves(2);
}
