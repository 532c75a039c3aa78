//! `fairfile backup` and `fairfile restore`: a node that is lost comes back by what a script would run, or not at all.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use common::{NAME, NUMBER, Node, Ran, SAMPLES, Serving, Way, fairfile, kill_after, sample, timed};
use fairfile_testkit::backups::names;
use fairfile_testkit::postgres::Database;
use serde_json::Value;

/// The two backups of a node, and the safe copy of its root key.
struct Backups {
    data: String,
    keys: String,
    root_key: String,
    /// Entries of the journal.
    leaves: u64,
}

fn text(path: PathBuf) -> String {
    path.display().to_string()
}

/// A node that has taken in a file and answered a question; the receipt of the answer.
fn lived_in(way: Way) -> (Node, String) {
    let node = Node::new(way);
    let (file, member, item) = SAMPLES[0];
    let file = text(sample(file));
    node.ask_signed(&["batch", "submit", &file, "--as", member, "--item", item], "").leaves(3);
    let receipt = text(node.file("receipt.json"));
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", &receipt]).leaves(0);
    (node, receipt)
}

fn back_up(node: &Node, name: &str) -> Backups {
    let path = text(node.path());
    let files = ["data", "keys", "root.key"].map(|part| text(node.file(&format!("{name}-{part}"))));
    let [data, keys, root_key] = files;
    let told = fairfile(&["backup", "--node", &path, "--to", &data, "--json"], "").leaves(0).json();
    fairfile(&["backup", "keys", "--node", &path, "--to", &keys], "").leaves(0);
    fs::copy(node.path().join("keys/root.key"), &root_key).expect("the root key is copied to its safe place");
    Backups { data, keys, root_key, leaves: told["data"]["leaves"].as_u64().expect("a number") }
}

fn arguments<'a>(node: &'a str, backups: &'a Backups, postgres: Option<&'a Database>) -> Vec<&'a str> {
    let mut arguments = vec!["restore", "--node", node, "--data", &backups.data, "--keys", &backups.keys];
    arguments.extend(["--root-key", &backups.root_key, "--json"]);
    arguments.extend(postgres.iter().flat_map(|database| ["--postgres", database.url.as_str()]));
    arguments
}

fn restore(node: &Path, backups: &Backups, postgres: Option<&Database>) -> Ran {
    fairfile(&arguments(&node.display().to_string(), backups, postgres), "")
}

#[track_caller]
fn verify(node: &Path) -> Value {
    fairfile(&["verify", "--node", &node.display().to_string(), "--full", "--json"], "").leaves(0).json()
}

#[track_caller]
fn refused(ran: Ran, code: &str) -> String {
    let problem = ran.leaves(if code == "U005" { 7 } else { 1 }).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem["detail"].as_str().expect("a text").to_owned()
}

#[test]
fn a_backup_is_for_its_owner_alone_and_put_over_nothing_on_sqlite() {
    let (node, _) = lived_in(Way::Sqlite);
    let (path, backups) = (text(node.path()), back_up(&node, "first"));
    for file in [&backups.data, &backups.keys] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file).expect("the file").permissions());
        assert_eq!(mode & 0o777, 0o600, "{file}");
        let bytes = fs::read(file).expect("the file");
        assert!(!bytes.windows(NAME.len()).any(|piece| piece == NAME.as_bytes()), "{file} names somebody");
    }
    // Whoever has both in one file has the whole node.
    let one = text(node.file("both-in-one"));
    let other = text(node.file(".").join("both-in-one"));
    let told = fairfile(&["backup", "--node", &path, "--to", &one, "--keys-to", &other, "--json"], "").leaves(2).json();
    assert!(told["detail"].as_str().is_some_and(|text| text.contains("the same file")), "{told}");
    assert!(!Path::new(&one).exists(), "something was written");
    let before = fs::read(&backups.data).expect("the file");
    refused(fairfile(&["backup", "--node", &path, "--to", &backups.data, "--json"], ""), "U034");
    assert_eq!(fs::read(&backups.data).expect("the file"), before, "it was put over one");
    let (nowhere, to) = (text(node.file("no-node")), text(node.file("second-data")));
    refused(fairfile(&["backup", "--node", &nowhere, "--to", &to, "--json"], ""), "U004");
    assert!(!Path::new(&to).exists(), "what was not written whole is not there");
    let checked = ["restore", "--check", "--data", &backups.data, "--keys", &backups.keys, "--json"];
    let told = fairfile(&checked, "").leaves(0).json();
    assert_eq!(
        (told["schema"].as_str(), told["data"]["leaves"].as_u64()),
        (Some("fairfile.backup-checked/1"), Some(backups.leaves))
    );
}

/// One process has a node open at a time, and yet nobody has to stop it for the night's backup.
fn a_served_node_is_backed_up_while_it_works(way: Way) {
    let (node, _) = lived_in(way);
    let path = text(node.path());
    let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]);
    let (keys, address) = (text(node.path().join("demo-keys")), server.address.clone());
    let is_done = AtomicBool::new(false);
    let pairs: Vec<Backups> = std::thread::scope(|both| {
        both.spawn(|| {
            let ask = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "HC-2026-0331"];
            let ask = [&ask[..], &["--keys", &keys, "--server", &address, "--json"]].concat();
            while !is_done.load(Ordering::Relaxed) {
                fairfile(&ask, &format!("{NUMBER}\n{NAME}\n")).leaves(0);
            }
        });
        let pairs = (0..4).map(|number| {
            let [data, keys] = ["data", "keys"].map(|part| text(node.file(&format!("served-{number}-{part}"))));
            let ran = fairfile(&["backup", "--node", &path, "--to", &data, "--keys-to", &keys, "--json"], "");
            let told = ran.leaves(0).json();
            let leaves = told["data"]["leaves"].as_u64().expect("a number");
            assert_eq!(told["keys"]["leaves_signed"], leaves, "the two fit: {told}");
            let root_key = text(node.path().join("keys/root.key"));
            Backups { data, keys, root_key, leaves }
        });
        let pairs = pairs.collect();
        is_done.store(true, Ordering::Relaxed);
        pairs
    });
    assert!(pairs[0].leaves < pairs[3].leaves, "the node went on meanwhile");
    refused(fairfile(&["backup", "--node", &path, "--to", &pairs[0].data, "--json"], ""), "U034");
    let alone = text(node.file("keys-alone"));
    let told = fairfile(&["backup", "keys", "--node", &path, "--to", &alone, "--json"], "").leaves(0).json();
    assert_eq!(told["schema"], "fairfile.backup-keys/1", "{told}");
    assert_eq!(server.stop("TERM"), Some(0));
    assert!(!names(&node.path()).contains(&"backup.socket".to_owned()), "the door goes with the server");
    for (number, pair) in pairs.iter().enumerate() {
        let (restored, database) = (node.file(&format!("again-{number}")), (way == Way::Postgres).then(Database::new));
        let told = restore(&restored, pair, database.as_ref()).leaves(0).json();
        assert_eq!(told["standing"]["usable"], true, "{told}");
        let told = verify(&restored);
        assert_eq!((told["holds"].as_bool(), told["leaves"].as_u64()), (Some(true), Some(pair.leaves)), "{told}");
    }
}

#[test]
fn a_served_node_is_backed_up_while_it_works_on_sqlite() {
    a_served_node_is_backed_up_while_it_works(Way::Sqlite);
}

#[test]
fn a_served_node_is_backed_up_while_it_works_on_postgres() {
    a_served_node_is_backed_up_while_it_works(Way::Postgres);
}

#[test]
fn a_socket_that_a_killed_server_left_is_in_nobodys_way_on_sqlite() {
    let (node, _) = lived_in(Way::Sqlite);
    let path = text(node.path());
    let serving = ["serve", "--listen", "127.0.0.1:0", "--node", &path];
    assert_eq!(Serving::start(&serving).stop("KILL"), None);
    assert!(names(&node.path()).contains(&"backup.socket".to_owned()), "it is left");
    let (first, second) = (text(node.file("first")), text(node.file("second")));
    fairfile(&["backup", "--node", &path, "--to", &first, "--json"], "").leaves(0);
    let server = Serving::start(&serving);
    fairfile(&["backup", "--node", &path, "--to", &second, "--json"], "").leaves(0);
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn a_flipped_bit_of_a_backup_is_named_and_leaves_nothing_on_sqlite() {
    let (node, _) = lived_in(Way::Sqlite);
    let backups = back_up(&node, "right");
    let spoilt = text(node.file("spoilt"));
    for which in 0..2 {
        let right = fs::read([&backups.data, &backups.keys][which]).expect("a backup");
        let last = right.len() - 1;
        // Spread over the file, and its last bytes one by one in steps: digests and codes lie there.
        let places = (0..last).step_by(right.len() / 10).chain([last, last - 31, last - 32, last - 63, last - 64]);
        for place in places {
            let mut bytes = right.clone();
            bytes[place] ^= 1 << (place % 8);
            fs::write(&spoilt, bytes).expect("a spoilt backup");
            let check = ["restore", "--check", ["--data", "--keys"][which], &spoilt, "--json"];
            refused(fairfile(&check, ""), "U033");
            let mut of_spoilt = Backups {
                leaves: 0,
                data: backups.data.clone(),
                keys: backups.keys.clone(),
                root_key: backups.root_key.clone(),
            };
            *[&mut of_spoilt.data, &mut of_spoilt.keys][which] = spoilt.clone();
            let restored = node.file("restored");
            let said = refused(restore(&restored, &of_spoilt, None), "U033");
            assert!(said.contains("backup") || said.contains("different nodes"), "byte {place}: {said}");
            assert_eq!(names(&restored), ["(no folder)"], "byte {place}");
        }
    }
}

/// F22: the wrong host, the wrong folder, the wrong database.
#[test]
fn what_is_there_is_never_put_over_on_either_engine() {
    for way in [Way::Sqlite, Way::Postgres] {
        let (node, _) = lived_in(way);
        let (path, backups) = (text(node.path()), back_up(&node, "backup"));
        let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--node", &path]);
        refused(restore(&node.path(), &backups, None), "U005");
        assert_eq!(server.stop("INT"), Some(130), "the node that serves was not disturbed");
        // Its calendar has run meanwhile.
        let before = verify(&node.path());
        refused(restore(&node.path(), &backups, None), "U034");
        let somebody_s = node.file("documents");
        fs::create_dir(&somebody_s).and_then(|()| fs::write(somebody_s.join("letter.txt"), "dear")).expect("a file");
        refused(restore(&somebody_s, &backups, None), "U004");
        assert_eq!(names(&somebody_s), ["letter.txt"]);
        if way == Way::Postgres {
            // A new folder, and the database of a node that lives.
            let settings = fs::read_to_string(node.path().join("node.toml")).expect("the settings");
            let url = settings.split('"').find(|part| part.starts_with("postgres://")).expect("an address");
            let fresh = text(node.file("fresh"));
            let args = arguments(&fresh, &backups, None);
            refused(fairfile(&[&args[..], &["--postgres", url]].concat(), ""), "U034");
            assert_eq!(names(Path::new(&fresh)), ["(no folder)"]);
        }
        assert_eq!(verify(&node.path()), before, "nothing happened to it");
    }
}

/// Killed at moments spread over its whole run, a restore leaves no node that is none, and can be begun anew.
fn killed(node: &Node, backups: &Backups, times: u32, database: impl Fn() -> Option<Database>) {
    let postgres = database();
    let whole_run = timed(|| drop(restore(&node.file("timed"), backups, postgres.as_ref()).leaves(0)));
    let mut cut_off = 0;
    for moment in 0..times {
        let (path, postgres) = (node.file(&format!("killed-{moment}")), database());
        let name = path.display().to_string();
        kill_after(whole_run * moment / times, &arguments(&name, backups, postgres.as_ref()));
        let is_whole = path.join("node.toml").exists() && !path.join("restoring").exists();
        if !is_whole {
            let is_begun = path.join("restoring").exists();
            cut_off += u32::from(is_begun);
            // Whatever asks for a node is told that there is none, and what comes next.
            let code = if is_begun { "U032" } else { "U004" };
            let said = refused(fairfile(&["verify", "--node", &name, "--json"], ""), code);
            assert_eq!(said.contains("a restore into this folder was cut off"), is_begun, "moment {moment}: {said}");
            restore(&path, backups, postgres.as_ref()).leaves(0);
        }
        let told = verify(&path);
        assert_eq!((told["holds"].as_bool(), told["leaves"].as_u64()), (Some(true), Some(backups.leaves)), "{moment}");
        assert!(!names(&path).iter().any(|name| name.starts_with("restoring")), "moment {moment}");
    }
    assert!(cut_off * 4 > times, "only {cut_off} of {times} were cut off half-way");
}

#[test]
fn a_restore_that_is_killed_anywhere_is_begun_anew_on_sqlite() {
    let (node, _) = lived_in(Way::Sqlite);
    killed(&node, &back_up(&node, "backup"), 12, || None);
}

#[test]
fn a_restore_that_is_killed_anywhere_is_begun_anew_on_postgres() {
    let (node, _) = lived_in(Way::Postgres);
    killed(&node, &back_up(&node, "backup"), 6, || Some(Database::new()));
}

/// Data of before what was signed: named, signed under no circumstances, gone on with under another name, verified after.
fn a_journal_goes_on(way: Way) {
    let (node, receipt) = lived_in(way);
    let early = back_up(&node, "early");
    let lost = text(node.file("lost.json"));
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &["--receipt", &lost]).leaves(0);
    let late = back_up(&node, "late");
    let path = node.file("restored");
    let name = text(path.clone());
    let database = (way == Way::Postgres).then(Database::new);
    let mixed = Backups { data: early.data.clone(), ..late };
    let told = restore(&path, &mixed, database.as_ref()).leaves(3).json();
    assert_eq!(told["standing"]["usable"], false, "{told}");
    let to = text(node.file("not-made"));
    for asked in [vec!["serve", "--listen", "127.0.0.1:0"], vec!["calendar", "run"], vec!["backup", "--to", &to]] {
        let said = fairfile(&[&asked[..], &["--node", &name, "--json"]].concat(), "").leaves(3).json();
        assert_eq!(said["code"], "U031", "{said}");
        assert!(said["detail"].as_str().is_some_and(|text| text.contains("entries are missing")), "{said}");
    }
    let go_on = ["restore", "--node", &name, "--continue", "--by", "registrar-a", "--and", "registrar-b"];
    fairfile(&[&go_on[..6], &["--and", "registrar-a", "--reason", "x", "--json"]].concat(), "").leaves(2);
    let continued = fairfile(&[&go_on[..], &["--reason", "no later backup", "--json"]].concat(), "").leaves(0).json();
    // Once it has gone on, nothing is missing any more.
    let again = fairfile(&[&go_on[..], &["--reason", "once more", "--json"]].concat(), "").leaves(2).json();
    assert!(again["detail"].as_str().is_some_and(|text| text.contains("nothing is missing")), "{again}");
    assert_eq!(continued["origin"], "lanhe.example/journal/2", "{continued}");
    assert_eq!(continued["lost_from"].as_u64(), Some(early.leaves));
    let told = verify(&path);
    assert_eq!((told["holds"].as_bool(), told["leaves"].as_u64()), (Some(true), Some(early.leaves + 1)), "{told}");
    // What was there is still proved; what was lost is none of this journal's any more, and everybody can be told why.
    let against = |file: &str| fairfile(&["verify", file, "--node", &name, "--json"], "");
    assert_eq!(against(&receipt).leaves(0).json()["node"]["holds"], true);
    let gone = against(&lost).leaves(8).json();
    assert_eq!((gone["ok"].as_bool(), gone["node"]["stands"].as_bool()), (Some(true), Some(false)), "{gone}");
    assert_eq!(gone["node"]["lost"]["lost_from"].as_u64(), Some(early.leaves), "{gone}");
    let told = fairfile(&["verify", &lost, "--node", &name], "").leaves(8).out;
    assert!(told.contains("it was lost, and the journal announces it"), "{told}");
    // A restored folder on a server names it, and can be held against any other one that the keys belong to.
    if let Some(database) = &database {
        let told = fairfile(&["verify", "--node", &name, "--postgres", &database.url, "--full", "--json"], "");
        assert_eq!(told.leaves(0).json()["holds"], true);
        let other = Database::new();
        let told = fairfile(&["verify", "--node", &name, "--postgres", &other.url, "--json"], "");
        assert_ne!(told.exit, 0, "an empty database holds: {told:?}");
        let settings = fs::read_to_string(node.path().join("node.toml")).expect("the settings");
        let url = settings.split('"').find(|part| part.starts_with("postgres://")).expect("an address");
        let told = fairfile(&["verify", "--node", &name, "--postgres", url, "--json"], "").leaves(8).json();
        assert_eq!(told["holds"], false, "the journal of before is not the one that goes on: {told}");
    }
}

#[test]
fn a_journal_goes_on_under_another_name_and_is_verified_on_sqlite() {
    a_journal_goes_on(Way::Sqlite);
}

#[test]
fn a_journal_goes_on_under_another_name_and_is_verified_on_postgres() {
    a_journal_goes_on(Way::Postgres);
}
