//! A node that an earlier program made: named, brought up by whatever opens it, nothing of it lost, killed half-way or not.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{NAME, NUMBER, Ran, fairfile, kill_after, timed};
use fairfile_testkit::first_node::{LEAVES, LOOKS};
use fairfile_testkit::postgres::Database;
use fairfile_testkit::raw::Cell;
use fairfile_testkit::{Engine, FirstNode};
use serde_json::Value;

/// Makes a test of each function, once for each engine, with a node of the first program.
macro_rules! of_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($node:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn story($node: &FirstNode) $body

            #[test]
            fn on_sqlite() {
                story(&FirstNode::new(Engine::Sqlite));
            }

            #[test]
            fn on_postgres() {
                story(&FirstNode::new(Engine::Postgres));
            }
        }
    )*};
}

/// Entries beside which nothing stands, and nothing can.
const UNEXPLAINED: u64 = LEAVES - LOOKS;

/// Every table of the first program, with its columns.
const TABLES: [(&str, &str); 16] = [
    ("leaf", "leaf_index, leaf"),
    ("tile", "level, number, hashes"),
    ("catalog_item", "item, version, in_force_from, text, leaf_index"),
    ("item_purpose", "purpose, item, item_version"),
    ("member", "member, title_en, title_zh, sectors, standing, leaf_index"),
    ("officer", "officer, member, standing, on_duty_from, on_duty_until, stopped_at, released_at, leaf_index"),
    ("officer_purpose", "officer, purpose, trained_until, leaf_index"),
    ("member_key", "key_code, member, officer, public_key, valid_from, valid_until, leaf_index"),
    ("subject", "subject_id, key_id, sealed, name_hash, look_count, look_head, leaf_index"),
    ("identifier", "index_hash, subject_id"),
    (
        "batch",
        "batch_id, member, item, digest, state, received, accepted, evidence_key_id, sealed, taken_leaf, leaf_index",
    ),
    ("batch_row", "batch_id, row_number, outcome, code, input, other_row, leaf_index"),
    (
        "record",
        "record_id, version, subject_id, batch_id, number_hash, content_hash, key_id, sealed, display_until, retained_until, state, leaf_index",
    ),
    ("look", "look_id, subject_id, seq, looked_at, officer, case_hash, outcome, sealed, leaf_index"),
    ("look_record", "record_id, look_id, version"),
    ("node", "setting, value"),
];

/// All rows as they were then; of the journal and the settings, those of then.
fn rows(node: &FirstNode) -> BTreeMap<&'static str, Vec<Vec<Cell>>> {
    let data = node.data();
    let read = |(table, columns): (&'static str, &str)| {
        let of_then = match table {
            "leaf" => format!("WHERE leaf_index < {LEAVES}"),
            "node" => "WHERE setting <> 'older'".to_owned(),
            _ => String::new(),
        };
        let mut rows = data.rows(&format!("SELECT {columns} FROM {table} {of_then}"));
        rows.sort();
        (table, rows)
    };
    TABLES.into_iter().map(read).collect()
}

/// Runs a command on the node, with `--json`.
#[track_caller]
fn on(path: &Path, args: &[&str], input: &str) -> Ran {
    fairfile(&[args, &["--node", &path.display().to_string(), "--json"]].concat(), input)
}

/// Any command that opens the node.
fn open(node: &FirstNode) -> Ran {
    on(&node.path(), &["journal", "key"], "")
}

#[track_caller]
fn verified(path: &Path) -> Value {
    on(path, &["verify", "--full"], "").leaves(0).json()
}

fn finding(document: &Value, words: &str) -> Value {
    let findings = document["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["says"].as_str().is_some_and(|says| says.contains(words)));
    found.unwrap_or_else(|| panic!("nothing says `{words}`: {document}")).clone()
}

/// What lies in the folder: names, and how long each file is.
fn content(path: &Path) -> BTreeMap<String, u64> {
    let rooms = ["", "data", "keys"].map(|room| path.join(room));
    let entries = rooms.iter().flat_map(|room| fs::read_dir(room).expect("a room"));
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        path.is_file().then(|| (path.display().to_string(), fs::metadata(&path).expect("a file").len()))
    };
    let is_left = |row: &(String, u64)| !["lock", "-shm", "-wal"].iter().any(|ending| row.0.ends_with(ending));
    entries.filter_map(file).filter(is_left).collect()
}

of_both_engines! {
    fn the_doctor_names_it_and_leaves_it_alone(node) {
        let before = (content(&node.path()), rows(node));
        let told = on(&node.path(), &["doctor"], "").leaves(0).json();
        let found = finding(&told, "an earlier fairfile made it");
        assert_eq!((found["state"].as_str(), found["code"].as_str()), (Some("warning"), Some("U022")));
        let next = found["next"].as_str().expect("a next step");
        assert!(next.contains("keep a copy of its folder") && next.contains("fairfile calendar run --node /"), "{next}");
        // What does not write does not bring it up either.
        let said = on(&node.path(), &["verify"], "").leaves(1).json();
        assert_eq!(said["code"], "U004", "{said}");
        assert!(said["detail"].as_str().is_some_and(|text| text.contains("made by an earlier fairfile")), "{said}");
        assert_eq!((content(&node.path()), rows(node)), before);
    }

    fn nothing_of_it_is_lost_and_all_of_it_is_verified(node) {
        let before = rows(node);
        open(node).leaves(0);
        assert_eq!(rows(node), before);
        let told = verified(&node.path());
        assert_eq!((told["older"].as_u64(), told["findings_count"].as_u64()), (Some(UNEXPLAINED), Some(0)), "{told}");
        assert!(told["leaves"].as_u64() > Some(LEAVES), "what was found is journaled: {told}");
        assert_eq!(told["destroyed"].as_u64(), Some(8), "what was destroyed then is told as destroyed");
        // Folded from where it was remembered, it says the same.
        let again = on(&node.path(), &["verify"], "").leaves(0).json();
        assert_eq!((again["replayed_from"].as_u64(), again["older"].as_u64()), (told["leaves"].as_u64(), Some(UNEXPLAINED)));
        let path = node.path().display().to_string();
        let text = fairfile(&["verify", "--node", &path], "").leaves(0).out;
        assert!(text.contains("not explained by events (older than the upgrade): 56 entries"), "{text}");
        let told = on(&node.path(), &["doctor"], "").leaves(0).json();
        assert_eq!(finding(&told, "its first 100 entries are of an earlier fairfile")["state"], "fine");
        // A receipt of then is of this node still.
        let receipt = node.receipt().display().to_string();
        assert_eq!(on(&node.path(), &["verify", &receipt], "").leaves(0).json()["node"]["holds"], true);
    }

    /// Whatever a node does with what it holds: release, show, correct, destroy, back up, restore; and every row is explained.
    fn it_lives_on_as_if_it_had_always_been_one_of_ours(node) {
        let engine = node.engine();
        let keys = node.path().join("demo-keys").display().to_string();
        let ask = || {
            let ask = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "HC-2026-0331", "--keys", &keys];
            on(&node.path(), &ask, &format!("{NUMBER}\n{NAME}\n"))
        };
        ask().leaves(4);
        on(&node.path(), &["officer", "release", "0417", "--by", "a", "--and", "b", "--reason", "an exercise"], "").leaves(0);
        ask().leaves(0);
        let file = node.beside("corrections.csv");
        let row = format!("更正,LH-YS-2025-00005,{NUMBER},有效期至,2031-12-31,录入错误：有效期");
        fs::write(&file, format!("操作,注册证编号,身份证号码,项目,新值,理由\n{row}\n")).expect("a file");
        let file = file.display().to_string();
        let submit = ["batch", "submit", &file, "--as", "drug-administration", "--item", "pharmacist-licence", "--keys", &keys];
        assert_eq!(on(&node.path(), &submit, "").leaves(0).json()["accepted"], 1);
        assert_eq!(node.data().count("SELECT COUNT(*) FROM notice"), 1, "who was told before the upgrade gets its notice");
        on(&node.path(), &["clock", "--at", "2031-06-01T09:00:00+08:00"], "").leaves(0);
        let done = on(&node.path(), &["calendar", "run"], "").leaves(0).json();
        assert!(done["destroyed"].as_u64() > Some(0), "{done}");
        let told = verified(&node.path());
        assert_eq!((told["holds"].as_bool(), told["older"].as_u64()), (Some(true), Some(UNEXPLAINED)), "{told}");

        let [data, kept] = ["data", "keys"].map(|name| node.beside(name).display().to_string());
        on(&node.path(), &["backup", "--to", &data], "").leaves(0);
        on(&node.path(), &["backup", "keys", "--to", &kept], "").leaves(0);
        let (restored, root) = (node.beside("restored"), node.path().join("keys/root.key").display().to_string());
        let database = (engine == Engine::Postgres).then(Database::new);
        let mut args = vec!["restore", "--data", &data, "--keys", &kept, "--root-key", &root];
        args.extend(database.iter().flat_map(|database| ["--postgres", database.url.as_str()]));
        let done = on(&restored, &args, "").leaves(0).json();
        assert_eq!((done["keys_missing"].as_u64(), done["keys_destroyed"].as_u64()), (Some(0), Some(0)), "{done}");
        assert_eq!(verified(&restored)["older"].as_u64(), Some(UNEXPLAINED));
    }

    /// A key that died after the upgrade is destroyed again in keys of before, though only what was found names it.
    fn what_dies_after_it_stays_dead(node) {
        let engine = node.engine();
        open(node).leaves(0);
        let (early, root) = (node.beside("early-keys").display().to_string(), node.beside("root.key"));
        on(&node.path(), &["backup", "keys", "--to", &early], "").leaves(0);
        fs::copy(node.path().join("keys/root.key"), &root).expect("the safe copy");
        on(&node.path(), &["clock", "--at", "2031-06-01T09:00:00+08:00"], "").leaves(0);
        let destroyed = on(&node.path(), &["calendar", "run"], "").leaves(0).json()["destroyed"].as_u64();
        let data = node.beside("data").display().to_string();
        on(&node.path(), &["backup", "--to", &data], "").leaves(0);
        let (restored, root) = (node.beside("restored"), root.display().to_string());
        let database = (engine == Engine::Postgres).then(Database::new);
        let mut args = vec!["restore", "--data", &data, "--keys", &early, "--root-key", &root];
        args.extend(database.iter().flat_map(|database| ["--postgres", database.url.as_str()]));
        let done = on(&restored, &args, "").leaves(0).json();
        assert_eq!(done["keys_destroyed"].as_u64(), destroyed, "{done}");
    }

    /// What an insider changes in rows of before is found: they are journaled as they were found.
    fn rows_of_before_are_watched_from_then_on(node) {
        open(node).leaves(0);
        let data = node.data();
        let one = |sql: &str| data.literal(&data.rows(sql)[0][0]);
        let record = one("SELECT record_id FROM record WHERE state = 'in-force' ORDER BY record_id");
        let longer = format!("SET display_until = display_until + 1 WHERE record_id = {record}");
        let shorter = longer.replace('+', "-");
        data.meddle(&format!("UPDATE record {longer}"));
        let said = on(&node.path(), &["verify"], "").leaves(8).json();
        let named = &said["findings"][0];
        assert_eq!([&named["table"], &named["column"], &named["code"]], ["record", "display_until", "V111"], "{said}");
        data.meddle(&format!("UPDATE record {shorter}"));
        verified(&node.path());
        // A look of before, taken out with all that says that it was there.
        let look = one("SELECT look_id FROM look WHERE officer IS NOT NULL ORDER BY leaf_index DESC");
        let index = one(&format!("SELECT leaf_index FROM look WHERE look_id = {look}"));
        data.meddle(&format!("DELETE FROM look_record WHERE look_id = {look}; DELETE FROM look WHERE look_id = {look}"));
        let said = on(&node.path(), &["verify"], "").leaves(8).json();
        let findings = said["findings"].as_array().expect("findings");
        let is_named = |finding: &&Value| finding["code"] == "V103" && finding["table"] == "leaf" && finding["key"] == index;
        assert!(findings.iter().any(|finding| is_named(&finding)), "leaf {index}: {said}");
    }

    /// Killed at moments spread over the whole of it, it is where it was or further, and goes on from there.
    fn it_is_killed_anywhere_and_loses_nothing(node) {
        let engine = node.engine();
        let whole = timed(|| drop(open(node).leaves(0)));
        let (times, mut cut_off) = (if engine == Engine::Sqlite { 12 } else { 6 }, 0);
        for moment in 0..times {
            let node = FirstNode::new(engine);
            let before = rows(&node);
            let path = node.path().display().to_string();
            kill_after(whole * moment / times, &["journal", "key", "--node", &path]);
            assert_eq!(rows(&node), before, "moment {moment}");
            cut_off += u32::from(on(&node.path(), &["verify"], "").exit == 1);
            open(&node).leaves(0);
            assert_eq!(rows(&node), before, "moment {moment}");
            assert_eq!(verified(&node.path())["older"].as_u64(), Some(UNEXPLAINED), "moment {moment}");
        }
        assert!(cut_off > times / 4, "only {cut_off} of {times} were cut off");
    }
}

/// A journal whose leaves do not give its head is not signed on: nobody could say what was signed.
#[test]
fn a_journal_that_does_not_add_up_is_not_brought_up_on_sqlite() {
    let node = FirstNode::new(Engine::Sqlite);
    // Two hundred leaves more than a tile has, the tile made of others than are there.
    let filler =
        (LEAVES..300).map(|index| format!("INSERT INTO leaf SELECT {index}, leaf FROM leaf WHERE leaf_index = 1;"));
    node.data().meddle(&filler.collect::<String>());
    node.data().meddle("INSERT INTO tile VALUES (0, 0, zeroblob(8192))");
    let problem = open(&node).leaves(1).json();
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("tiles do not fit its leaves")), "{problem}");
    assert!(!node.path().join("keys/mark").exists(), "there is a mark, of something");
    assert_eq!(node.data().count("SELECT COUNT(*) FROM leaf WHERE leaf_index >= 300"), 0);
}

/// The keys of before, put back by hand: the mark beside them is not theirs, and no new one is made.
#[test]
fn keys_of_before_are_not_brought_up_a_second_time_on_sqlite() {
    let node = FirstNode::new(Engine::Sqlite);
    open(&node).leaves(0);
    let mark = fs::read(node.path().join("keys/mark")).expect("the mark");
    node.puts_first_keys_back();
    assert_eq!(open(&node).leaves(3).json()["code"], "U031");
    assert_eq!(fs::read(node.path().join("keys/mark")).expect("the mark"), mark, "another mark was made");
}

/// A flipped bit makes the key store look like one of the first programs'; nothing is taken over from anybody.
#[test]
fn a_node_of_ours_is_not_taken_over_on_sqlite() {
    let node = common::Node::new(common::Way::Sqlite);
    let before = verified(&node.path());
    let keys = fairfile_testkit::Raw::Sqlite(node.path().join("keys/keys.db"));
    keys.meddle("PRAGMA user_version = 0");
    on(&node.path(), &["journal", "key"], "").leaves(0);
    assert_eq!(verified(&node.path()), before);
    assert_eq!(keys.count("PRAGMA user_version"), 1);
}
