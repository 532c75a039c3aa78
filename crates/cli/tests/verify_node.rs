//! `fairfile verify --node`: a node that holds, one that does not, and files that belong to it or do not.

mod common;

use std::collections::BTreeMap;

use common::{NAME, NUMBER, Node, SAMPLES, Serving, Way, fairfile, sample};
use fairfile_testkit::Raw;
use serde_json::Value;

/// A node that has taken in the pharmacists and answered a question; and the receipt of the answer.
fn asked(node: &Node) -> String {
    let (file, member, item) = SAMPLES[0];
    let file = sample(file).display().to_string();
    node.ask_signed(&["batch", "submit", &file, "--as", member, "--item", item], "").leaves(3);
    let kept = node.file("receipt.json").display().to_string();
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", &kept]).leaves(0);
    kept
}

fn verify(node: &Node, more: &[&str]) -> common::Ran {
    let path = node.path().display().to_string();
    fairfile(&[&["verify", "--node", &path, "--json"], more].concat(), "")
}

fn raw(node: &Node) -> Raw {
    Raw::Sqlite(node.path().join("data/fairfile.db"))
}

#[test]
fn a_node_that_holds_says_so_and_goes_on_from_there() {
    let node = Node::new(Way::Sqlite);
    asked(&node);
    let first = verify(&node, &[]).leaves(0).json();
    assert_eq!(first["schema"], "fairfile.verify-node/1");
    assert_eq!((first["holds"].as_bool(), first["replayed_from"].as_u64()), (Some(true), Some(0)));
    assert_eq!(first["rows"]["look"], 1);
    let second = verify(&node, &[]).leaves(0).json();
    assert_eq!(second["replayed_from"], first["leaves"]);
    assert_eq!(verify(&node, &["--full"]).leaves(0).json(), first);
    let path = node.path().display().to_string();
    let said = fairfile(&["verify", "--node", &path, "--lang", "zh"], "").leaves(0);
    assert!(said.out.contains("核验通过"), "{said:?}");
}

#[test]
fn a_node_that_was_changed_is_found_out_with_table_key_and_column() {
    let node = Node::new(Way::Sqlite);
    asked(&node);
    let id = raw(&node).rows("SELECT record_id FROM record ORDER BY record_id LIMIT 1")[0][0].id();
    raw(&node).meddle(
        "UPDATE record SET display_until = display_until + 1
          WHERE record_id = (SELECT record_id FROM record ORDER BY record_id LIMIT 1)",
    );
    let said = verify(&node, &[]).leaves(8).json();
    assert_eq!((said["holds"].as_bool(), said["findings_count"].as_u64()), (Some(false), Some(1)));
    let finding = &said["findings"][0];
    let key: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let named = ["table", "key", "column", "code"].map(|field| finding[field].as_str().unwrap_or_default().to_owned());
    assert_eq!(named, ["record", &key, "display_until", "V111"]);
    assert!(!node.path().join("verified").exists(), "what does not hold is not remembered");
    let path = node.path().display().to_string();
    let text = fairfile(&["verify", "--node", &path], "").leaves(8);
    assert!(text.out.contains("V111  table record") && text.out.contains("Does not hold"), "{text:?}");
}

#[test]
fn a_file_is_held_against_the_node_that_gave_it() {
    let (node, other) = (Node::new(Way::Sqlite), Node::new(Way::Sqlite));
    let receipt = asked(&node);
    let journal = node.file("journal.jsonl").display().to_string();
    node.ask(&["journal", "export", "--to", &journal], "").leaves(0);
    for file in [&receipt, &journal] {
        let said = verify(&node, &[file]).leaves(0).json();
        assert_eq!((said["ok"].as_bool(), said["node"]["holds"].as_bool()), (Some(true), Some(true)), "{said}");
        assert_eq!(said["node"]["followed"], Value::Array(Vec::new()));
        let said = verify(&other, &[file]).leaves(8).json();
        assert_eq!((said["ok"].as_bool(), said["node"]["holds"].as_bool()), (Some(true), Some(false)), "{said}");
    }
    // A past that was rewritten with its tiles is none that the receipt is of.
    raw(&node).meddle("UPDATE leaf SET leaf = (SELECT leaf FROM leaf WHERE leaf_index = 2) WHERE leaf_index = 1");
    let said = verify(&node, &[&receipt]).leaves(8).json();
    assert_eq!(said["node"]["is_beginning"], false);
}

#[test]
fn a_receipt_says_that_a_correction_followed() {
    let node = Node::new(Way::Sqlite);
    let receipt = asked(&node);
    let number = registration_number();
    let corrections = format!(
        "操作,注册证编号,身份证号码,项目,新值,理由\n更正,{number},{NUMBER},有效期至,2031-12-31,录入错误：有效期\n"
    );
    let file = node.file("corrections.csv");
    std::fs::write(&file, corrections).expect("a file");
    let file = file.display().to_string();
    let (_, member, item) = SAMPLES[0];
    node.ask_signed(&["batch", "submit", &file, "--as", member, "--item", item], "").leaves(0);
    let said = verify(&node, &[&receipt]).leaves(0).json();
    assert_eq!(said["node"]["followed"][0]["act"], "correct", "{said}");
    let path = node.path().display().to_string();
    let text = fairfile(&["verify", &receipt, "--node", &path], "").leaves(0);
    assert!(text.out.contains("a correction followed: rec_"), "{text:?}");
    assert!(!text.out.contains(NUMBER) && !text.out.contains(NAME), "nobody is named");
}

#[test]
fn a_check_changes_nothing_in_the_data_not_even_after_a_crash() {
    let node = Node::new(Way::Sqlite);
    asked(&node);
    let (path, keys) = (node.path().display().to_string(), node.path().join("demo-keys").display().to_string());
    let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]);
    let question = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "HC-2026-0332", "--json"];
    let args = [&question[..], &["--server", &server.address, "--keys", &keys]].concat();
    fairfile(&args, &format!("{NUMBER}\n{NAME}\n")).leaves(0);
    // Killed: what was committed last is in the log alone.
    drop(server);
    let before = data_of(&node);
    assert!(before.keys().any(|name| name.ends_with("-wal")), "there is a log: {:?}", before.keys());
    let said = verify(&node, &[]).leaves(0).json();
    assert_eq!(said["rows"]["look"], 2);
    assert!(data_of(&node) == before, "the check has changed the data");
}

/// The files of the data that are not empty, but for the index of the log, which every reader makes for itself.
fn data_of(node: &Node) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(node.path().join("data")).expect("a folder");
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        (path.display().to_string(), std::fs::read(&path).expect("a file"))
    };
    entries.map(file).filter(|(name, bytes)| !name.ends_with("-shm") && !bytes.is_empty()).collect()
}

/// The number under which the source keeps the pharmacist of the samples.
fn registration_number() -> String {
    let text = std::fs::read_to_string(sample(SAMPLES[0].0)).expect("the sample");
    let row = text.lines().find(|line| line.contains(NUMBER)).expect("the pharmacist's row");
    row.split(',').find(|cell| cell.starts_with("LH-")).expect("a number").to_owned()
}
