//! What the doctor says comes next is run as it stands, and leads back to a node that holds.

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{NAME, NUMBER, Node, SAMPLES, Serving, Way, fairfile, ran, sample};
use fairfile_testkit::Raw;
use serde_json::Value;

/// What is done to a node's folder.
type Damage = fn(&Path);

/// A node that has taken in a file and answered a question, and backups of that moment beside it.
struct Kept {
    node: Node,
    data: PathBuf,
    keys: PathBuf,
    root_key: PathBuf,
}

impl Kept {
    fn new() -> Self {
        let node = Node::new(Way::Sqlite);
        let (file, member, item) = SAMPLES[0];
        let file = sample(file).display().to_string();
        node.ask_signed(&["batch", "submit", &file, "--as", member, "--item", item], "").leaves(3);
        node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(0);
        let [data, keys, root_key] = ["data.backup", "keys.backup", "root.key"].map(|name| node.file(name));
        let (path, to, keys_to) = (text(&node.path()), text(&data), text(&keys));
        fairfile(&["backup", "--node", &path, "--to", &to, "--keys-to", &keys_to], "").leaves(0);
        fs::copy(node.path().join("keys/root.key"), &root_key).expect("the root key is copied to its safe place");
        Self { node, data, keys, root_key }
    }

    /// A copy of the node with a name that a shell has to be told of.
    fn copy(&self, name: &str) -> PathBuf {
        let path = self.node.file(&format!("a node, {name}"));
        let copied = Command::new("cp").arg("-a").arg(self.node.path()).arg(&path).status().expect("cp runs");
        assert!(copied.success());
        path
    }

    /// Runs the command that the doctor says, with the backups in the place of its FILEs.
    #[track_caller]
    fn follows(&self, name: &str, command: &str) {
        let command = command
            .replace("--data FILE", &format!("--data '{}'", text(&self.data)))
            .replace("--keys FILE", &format!("--keys '{}'", text(&self.keys)))
            .replace("--root-key FILE", &format!("--root-key '{}'", text(&self.root_key)))
            .replace("fairfile ", &format!("'{}' ", env!("CARGO_BIN_EXE_fairfile")));
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]);
        let told = ran(shell, "");
        assert_eq!(told.exit, 0, "{name}: {command}: {told:?}");
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The findings that are not fine, and the number that the doctor leaves with.
#[track_caller]
fn doctor(path: &Path) -> (i32, Vec<Value>) {
    let told = fairfile(&["doctor", "--node", &text(path), "--json"], "");
    let findings = told.json()["findings"].as_array().expect("findings").clone();
    (told.exit, findings)
}

/// The next step of the one finding that is broken.
#[track_caller]
fn next_of(name: &str, path: &Path) -> String {
    let (exit, findings) = doctor(path);
    assert_eq!(exit, 1, "{name}: {findings:#?}");
    let broken: Vec<&Value> = findings.iter().filter(|finding| finding["state"] == "broken").collect();
    let [one] = broken[..] else { panic!("{name}: {broken:#?}") };
    one["next"].as_str().expect("a next step").to_owned()
}

/// The node is well, every row is as the journal tells, and the question is answered as before.
#[track_caller]
fn is_well(name: &str, path: &Path) {
    let (exit, findings) = doctor(path);
    assert_eq!(exit, 0, "{name}: {findings:#?}");
    let path = text(path);
    let told = fairfile(&["verify", "--node", &path, "--full"], "");
    assert_eq!(told.exit, 0, "{name}: {told:?}");
}

fn remove(path: &Path, names: &[&str]) {
    for name in names {
        fs::remove_file(path.join(name)).ok();
    }
}

fn data(path: &Path) -> Raw {
    Raw::Sqlite(path.join(DATA[0]))
}

fn key_store(path: &Path) -> Raw {
    Raw::Sqlite(path.join(KEYS[0]))
}

/// Makes a file of the node into something else, its log taken away.
fn becomes(path: &Path, names: &[&str], bytes: &[u8]) {
    remove(path, names);
    fs::write(path.join(names[0]), bytes).expect("a file");
    is_for(&path.join(names[0]), 0o600);
}

fn is_for(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
}

const DATA: [&str; 3] = ["data/fairfile.db", "data/fairfile.db-wal", "data/fairfile.db-shm"];
const KEYS: [&str; 3] = ["keys/keys.db", "keys/keys.db-wal", "keys/keys.db-shm"];

/// What can become of the data.
const OF_DATA: [(&str, Damage); 9] = [
    ("no database", |path| remove(path, &DATA)),
    ("no folder of data", |path| fs::remove_dir_all(path.join("data")).expect("it goes")),
    ("an empty file", |path| becomes(path, &DATA, b"")),
    ("no database at all", |path| becomes(path, &DATA, &[b'x'; 100_000])),
    ("half a database", |path| {
        data(path).meddle("PRAGMA wal_checkpoint(TRUNCATE)");
        let file = File::options().write(true).open(path.join(DATA[0])).expect("a file");
        file.set_len(file.metadata().expect("its length").len() / 2 / 4096 * 4096).expect("it is cut");
    }),
    ("no history", |path| data(path).meddle("DELETE FROM migration")),
    ("no table of the history", |path| data(path).meddle("DROP TABLE migration")),
    ("a history with a gap", |path| data(path).meddle("INSERT INTO migration VALUES (99, '0099_later')")),
    ("a bit of an index", |path| {
        data(path).meddle("PRAGMA wal_checkpoint(TRUNCATE)");
        let page = data(path).count("SELECT rootpage FROM sqlite_schema WHERE name = 'record_ends'");
        let mut bytes = fs::read(path.join(DATA[0])).expect("the file");
        let end = usize::try_from(page).expect("a page") * 4096;
        bytes[end - 2] ^= 1;
        fs::write(path.join(DATA[0]), bytes).expect("the file");
    }),
];

/// What can become of the keys.
const OF_KEYS: [(&str, Damage); 10] = [
    ("no key store", |path| remove(path, &KEYS)),
    ("an empty key store", |path| becomes(path, &KEYS, b"")),
    ("no key store at all", |path| becomes(path, &KEYS, &[b'x'; 9_000])),
    ("a key of the node is missing", |path| {
        key_store(path).meddle("DELETE FROM master_key WHERE label = 'salts of leaves'");
    }),
    ("a key of a record is missing", |path| {
        let key = &data(path).rows("SELECT key_id FROM record ORDER BY leaf_index LIMIT 1")[0][0];
        let key = key_store(path).literal(key);
        key_store(path).meddle(&format!("DELETE FROM content_key WHERE key_id = {key}"));
    }),
    ("a key of a record is damaged", |path| {
        let key = &data(path).rows("SELECT key_id FROM record ORDER BY leaf_index LIMIT 1")[0][0];
        let key = key_store(path).literal(key);
        key_store(path).meddle(&format!("UPDATE content_key SET wrapped = zeroblob(60) WHERE key_id = {key}"));
    }),
    ("no root key", |path| remove(path, &["keys/root.key"])),
    ("an empty root key", |path| becomes(path, &["keys/root.key"], b"")),
    ("another root key", |path| {
        let mut bytes = fs::read(path.join("keys/root.key")).expect("the root key");
        bytes[40] ^= 1;
        fs::write(path.join("keys/root.key"), bytes).expect("the root key");
    }),
    ("no keys", |path| fs::remove_dir_all(path.join("keys")).expect("they go")),
];

fn each_leads_back(damages: &[(&str, Damage)]) {
    let kept = Kept::new();
    for (name, damage) in damages {
        let path = kept.copy(name);
        damage(&path);
        let next = next_of(name, &path);
        let (_, command) = next.rsplit_once(": ").unwrap_or_else(|| panic!("{name}: no command: {next}"));
        kept.follows(name, command);
        is_well(name, &path);
        fs::remove_dir_all(&path).expect("it is removed");
        fs::remove_dir_all(kept.node.file(&format!("a node, {name}.aside"))).ok();
    }
}

#[test]
fn what_became_of_the_data_is_made_good_as_it_says_on_sqlite() {
    each_leads_back(&OF_DATA);
}

#[test]
fn what_became_of_the_keys_is_made_good_as_it_says_on_sqlite() {
    each_leads_back(&OF_KEYS);
}

/// Files that are written by hand: the command stands between backticks, after the words that tell when it is right.
#[test]
fn what_became_of_small_files_is_made_good_as_it_says_on_sqlite() {
    let kept = Kept::new();
    let damages: [(&str, Damage); 2] = [
        ("no settings", |path| remove(path, &["node.toml"])),
        ("no time in the clock", |path| fs::write(path.join("clock"), "soon\n").expect("a file")),
    ];
    for (name, damage) in damages {
        let path = kept.copy(name).with_extension("");
        damage(&path);
        let next = next_of(name, &path);
        assert!(!next.contains("remove the folder"), "{next}");
        let command = next.split('`').nth(1).expect("a command").to_owned();
        // The folder of a test has a name that needs quotes.
        kept.follows(name, &command.replace(&text(&path), &format!("'{}'", text(&path))));
        is_for(&path.join("node.toml"), 0o600);
        is_well(name, &path);
    }
}

/// A folder in which nothing was made may go, and is said to; one with data may not.
#[test]
fn a_making_that_was_cut_off_may_be_removed_on_sqlite() {
    let kept = Kept::new();
    let begun = kept.node.file("begun");
    fs::create_dir_all(begun.join("keys")).expect("a folder");
    is_for(&begun.join("keys"), 0o700);
    fs::copy(kept.node.path().join("keys/root.key"), begun.join("keys/root.key")).expect("a copy");
    let told = next_of("begun", &begun);
    assert!(told.contains("remove the folder and run `fairfile init` again"), "{told}");
}

/// A node that is served is not broken.
#[test]
fn a_served_node_is_no_finding_to_act_on_on_sqlite() {
    let kept = Kept::new();
    let path = text(&kept.node.path());
    let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]);
    let (exit, findings) = doctor(&kept.node.path());
    drop(server);
    assert_eq!(exit, 0, "{findings:#?}");
    let lock = findings.iter().find(|finding| finding["check"] == "lock").expect("the lock");
    assert_eq!((lock["state"].as_str(), lock["code"].as_str()), (Some("warning"), Some("U005")), "{lock}");
    assert!(lock["next"].as_str().is_some_and(|next| next.contains("/health")), "{lock}");
}

/// To open a node brings its tables up for good; the doctor leaves that to others.
#[test]
fn the_doctor_brings_no_tables_up_on_sqlite() {
    let kept = Kept::new();
    let path = kept.node.path();
    data(&path).meddle("DELETE FROM migration WHERE number >= 3");
    let (_, findings) = doctor(&path);
    let found = findings.iter().find(|finding| finding["check"] == "node").expect("the node");
    assert!(found["says"].as_str().is_some_and(|says| says.contains("an earlier fairfile")), "{found}");
    assert_eq!(data(&path).count("SELECT COUNT(*) FROM migration"), 2, "it was opened");
}

/// Who may read the keys: their owner, from the first byte on, and again where an earlier program was less strict.
#[test]
fn keys_are_their_owner_s_alone_on_sqlite() {
    use std::os::unix::fs::PermissionsExt;
    let kept = Kept::new();
    let mode = |name: &str| fs::metadata(kept.node.path().join(name)).expect("a file").permissions().mode() & 0o777;
    for name in ["keys/keys.db", "keys/root.key", "keys/mark"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    is_for(&kept.node.path().join(KEYS[0]), 0o644);
    is_well("keys", &kept.node.path());
    assert_eq!(mode(KEYS[0]), 0o600);
}

/// A run of the calendar gives nobody a receipt; taken back, it is missed all the same.
#[test]
fn a_calendar_run_that_is_taken_back_is_missed_on_sqlite() {
    let kept = Kept::new();
    let path = text(&kept.node.path());
    fairfile(&["clock", "--node", &path, "--at", "2045-03-01T09:00:00+08:00"], "").leaves(0);
    let before = kept.copy("before");
    fairfile(&["calendar", "run", "--node", &path], "").leaves(0);
    fs::remove_dir_all(kept.node.path().join("data")).expect("the data goes");
    fs::rename(before.join("data"), kept.node.path().join("data")).expect("the data of before");
    let told = fairfile(&["verify", "--node", &path, "--full", "--json"], "").leaves(8).json();
    let codes: Vec<&str> =
        told["findings"].as_array().expect("findings").iter().filter_map(|row| row["code"].as_str()).collect();
    assert!(codes.contains(&"V105") && codes.contains(&"V120"), "{codes:?}");
    fairfile(&["serve", "--listen", "127.0.0.1:0", "--node", &path], "").leaves(3);
}
