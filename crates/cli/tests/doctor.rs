//! `fairfile doctor`: every state of a node that it finds, made for real, and the command that it says comes next.

mod common;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{NAME, NOBODY, NUMBER, Node, SAMPLES, Way, fairfile, ran, sample};
use fairfile_testkit::Raw;
use fairfile_testkit::postgres::Database;
use serde_json::Value;

/// What the doctor must say of a state: check, gravity, code, a piece of the text, a piece of the next command.
type Said = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// What is done to a node's folder.
type Damage = fn(&Path);

/// What the doctor says as JSON, its number, and that a person is told the same.
#[track_caller]
fn doctor(path: &Path) -> (i32, Vec<Value>) {
    let path = path.display().to_string();
    let told = fairfile(&["doctor", "--node", &path, "--json"], "");
    let document = told.json();
    let findings = document["findings"].as_array().expect("findings").clone();
    let is_broken = findings.iter().any(|finding| finding["state"] == "broken");
    assert_eq!(document["ok"], !is_broken, "{document}");
    assert_eq!(told.exit, i32::from(is_broken), "{document}");
    for finding in &findings {
        let next = finding["next"].as_str();
        assert_eq!(finding["state"] == "fine", next.is_none(), "what is not fine has a next step: {finding}");
        assert_eq!(next.is_none(), finding["code"].is_null(), "{finding}");
        assert!(next.is_none_or(|next| !next.is_empty() && !next.contains("fairfile doctor`")), "{finding}");
        assert!(next.is_none_or(|next| !next.contains("--node DIR")), "the folder is named: {finding}");
    }
    (told.exit, findings)
}

/// Requires that the doctor finds the state, tells a person of it in the same words, and leaves with the right number.
#[track_caller]
fn finds(path: &Path, (check, state, code, says, next): Said) {
    let (exit, findings) = doctor(path);
    let word = |finding: &Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
    let found = findings.iter().find(|finding| {
        word(finding, "check") == check && word(finding, "says").contains(says) && word(finding, "next").contains(next)
    });
    let found = found.unwrap_or_else(|| panic!("no `{check}` with `{says}` and `{next}`: {findings:#?}"));
    assert_eq!((word(found, "state").as_str(), word(found, "code").as_str()), (state, code), "{found}");
    let told = fairfile(&["doctor", "--node", &path.display().to_string()], "").leaves(exit);
    // The machine's clock has moved on meanwhile.
    let says = word(found, "says");
    let says = says.split("the machine's").next().unwrap_or_default();
    assert!(told.out.contains(says) && told.out.contains(&word(found, "next")), "{told:?}");
    if state == "broken" {
        assert_eq!(exit, 1);
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp runs");
    assert!(copied.success());
}

/// Flips a bit of a file.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("a file");
    bytes[at] ^= 1;
    fs::write(path, bytes).expect("a file");
}

fn remove(path: &Path, names: &[&str]) {
    for name in names {
        let gone = fs::remove_file(path.join(name));
        assert!(gone.is_ok() || name.ends_with("-wal") || name.ends_with("-shm"), "{name}: {gone:?}");
    }
}

const DATA: [&str; 3] = ["data/fairfile.db", "data/fairfile.db-wal", "data/fairfile.db-shm"];
const KEYS: [&str; 3] = ["keys/keys.db", "keys/keys.db-wal", "keys/keys.db-shm"];

/// A node that has taken in a file of more than a tile of leaves, and answered a question.
fn lived_in() -> Node {
    let node = Node::new(Way::Sqlite);
    let (file, member, item) = SAMPLES[0];
    let file = sample(file).display().to_string();
    node.ask_signed(&["batch", "submit", &file, "--as", member, "--item", item], "").leaves(3);
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(0);
    node
}

/// Each state of a stopped node on SQLite: what is done to its folder, and what the doctor must say.
fn states() -> Vec<(Damage, Said)> {
    [untouched(), of_the_folder(), of_the_data(), of_the_keys()].concat()
}

fn untouched() -> Vec<(Damage, Said)> {
    vec![
        (|_| (), ("journal", "fine", "", "together give the signed head", "")),
        (|_| (), ("clock", "warning", "U022", "it stands still", "fairfile clock --node")),
        (|_| (), ("profile", "warning", "U022", "approved by nobody", "a lawyer of the place")),
    ]
}

fn of_the_folder() -> Vec<(Damage, Said)> {
    vec![
        (
            |path| fs::remove_dir_all(path).and_then(|()| fs::create_dir(path)).expect("an empty folder"),
            ("node", "broken", "U004", "no node in this folder", "make one with `fairfile init"),
        ),
        (
            |path| remove(path, &["node.toml"]),
            ("node", "broken", "U004", "`node.toml` are missing", "engine = \"sqlite\""),
        ),
        (
            |path| fs::write(path.join("restoring"), "data").expect("a file"),
            (
                "node",
                "broken",
                "U032",
                "a restore into this folder was cut off",
                "run the same `fairfile restore` again",
            ),
        ),
        (
            |path| fs::write(path.join("node.toml"), "engine = \"paper\"\n").expect("a file"),
            ("node", "broken", "U004", "node.toml cannot be read", "engine"),
        ),
    ]
}

fn of_the_data() -> Vec<(Damage, Said)> {
    vec![
        (|path| remove(path, &DATA), ("node", "broken", "U004", "database is gone", "fairfile restore")),
        (
            |path| fs::write(path.join(DATA[0]), b"").expect("a file"),
            ("node", "broken", "U004", "holds no node", "fairfile restore"),
        ),
        (
            |path| fs::write(path.join(DATA[0]), vec![b'x'; 100_000]).expect("a file"),
            ("node", "broken", "U004", "no database", "restore the last backup"),
        ),
        (
            |path| {
                let file = File::options().write(true).open(path.join(DATA[0])).expect("a file");
                file.set_len(file.metadata().expect("its length").len() / 2 / 4096 * 4096).expect("it is cut");
            },
            ("node", "broken", "U004", "bytes of it are missing or changed", "fairfile restore"),
        ),
        (
            |path| raw(path).meddle("INSERT INTO migration (number, title) VALUES (99, '0099_later')"),
            ("node", "broken", "U004", "lacks migration", "restore the last backup"),
        ),
        (
            |path| {
                let sql = "INSERT INTO migration (number, title) SELECT MAX(number) + 1, 'later' FROM migration";
                raw(path).meddle(sql);
            },
            ("node", "broken", "U004", "of a newer Fairfile", "use the newer program"),
        ),
        (
            |path| raw(path).meddle("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND number = 0"),
            ("node", "broken", "U018", "tiles do not fit", "fairfile verify --node"),
        ),
        (
            |path| {
                raw(path)
                    .meddle("UPDATE leaf SET leaf = (SELECT leaf FROM leaf WHERE leaf_index = 2) WHERE leaf_index = 7")
            },
            ("journal", "broken", "U022", "do not give the head", "tell the supervisor"),
        ),
    ]
}

fn of_the_keys() -> Vec<(Damage, Said)> {
    vec![
        (|path| remove(path, &["keys/root.key"]), ("keys", "broken", "U035", "root key", "--root-key FILE")),
        (|path| flip(&path.join("keys/root.key"), 40), ("keys", "broken", "U035", "damaged", "kept apart")),
        (|path| remove(path, &KEYS), ("keys", "broken", "U035", "is missing", "--keys FILE")),
        (
            |path| fs::write(path.join(KEYS[0]), vec![b'x'; 9_000]).expect("a file"),
            ("keys", "broken", "U035", "is damaged or is none", "--keys FILE"),
        ),
        (
            |path| Raw::Sqlite(path.join(KEYS[0])).meddle("PRAGMA user_version = 7"),
            ("node", "broken", "U004", "the key store has version 7", "newer fairfile"),
        ),
        (
            |path| Raw::Sqlite(path.join(KEYS[0])).meddle("DELETE FROM master_key WHERE label = 'salts of leaves'"),
            ("keys", "broken", "U035", "lacks the key", "restore the latest backup of the keys"),
        ),
        (|path| remove(path, &["keys/mark"]), ("mark", "broken", "U031", "is missing", "--continue --by A --and B")),
        (
            |path| {
                flip(&path.join("keys/mark"), 20);
                flip(&path.join("keys/mark"), 4096 + 20);
            },
            ("mark", "broken", "U031", "is damaged", "--continue --by A --and B"),
        ),
        (
            |path| {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
                fs::set_permissions(path.join("keys/root.key"), mode).expect("a mode");
            },
            ("keys", "broken", "U022", "others on this machine can read the root key", "chmod 600"),
        ),
    ]
}

fn raw(path: &Path) -> Raw {
    Raw::Sqlite(path.join(DATA[0]))
}

#[test]
fn every_state_of_a_folder_is_named_with_its_next_command_on_sqlite() {
    let node = lived_in();
    for (place, (damage, said)) in states().into_iter().enumerate() {
        let path = node.file(&format!("state-{place}"));
        copy(&node.path(), &path);
        damage(&path);
        finds(&path, said);
        fs::remove_dir_all(&path).expect("it is removed");
    }
}

/// A torn slot of the mark costs a step; the next signature writes it anew, and then all is fine.
#[test]
fn a_torn_mark_heals_on_sqlite() {
    let node = lived_in();
    let mark = node.path().join("keys/mark");
    let whole = fs::read(&mark).expect("the mark");
    let number = |at: usize| u64::from_be_bytes(whole[at + 8..at + 16].try_into().expect("eight bytes"));
    // The older one: the newer would take the mark back behind what was signed, which the test below is about.
    flip(&mark, if number(0) < number(4096) { 40 } else { 4096 + 40 });
    finds(&node.path(), ("mark", "warning", "U022", "was cut off", "the next signature"));
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(0);
    finds(&node.path(), ("mark", "fine", "", "entries were signed, and all of them are there", ""));
}

/// A disk that takes no file as large as the reserve.
#[test]
fn a_disk_without_room_is_named_on_sqlite() {
    let node = Node::new(Way::Sqlite);
    fs::remove_file(node.path().join("data/reserve")).expect("the reserve goes");
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' 25; ulimit -f 16384 && exec \"$0\" doctor --json --node \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_fairfile")).arg(node.path());
    let told = ran(command, "").leaves(0).json();
    let found = told["findings"].as_array().expect("findings").iter().find(|finding| finding["check"] == "disk");
    let found = found.unwrap_or_else(|| panic!("the disk is not named: {told}"));
    assert_eq!((found["state"].as_str(), found["code"].as_str()), (Some("warning"), Some("U022")), "{found}");
    assert!(found["next"].as_str().is_some_and(|next| next.contains("make room")), "{found}");
    let (_, findings) = doctor(&node.path());
    let reserve = |finding: &&Value| finding["says"].as_str().is_some_and(|says| says.contains("reserve"));
    assert!(!findings.iter().any(|finding| reserve(&finding)), "there is room again: {findings:#?}");
}

#[test]
fn a_node_in_use_is_named_on_sqlite() {
    let node = Node::new(Way::Sqlite);
    let lock = File::options().write(true).open(node.path().join("lock")).expect("the lock");
    lock.lock().expect("it is held");
    finds(&node.path(), ("lock", "warning", "U005", "another process has this node open", "stop the server and run"));
}

#[test]
fn data_put_back_from_before_is_named_with_both_ways_out_on_sqlite() {
    let node = lived_in();
    copy(&node.path().join("data"), &node.file("before"));
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(0);
    fs::remove_dir_all(node.path().join("data")).expect("the data goes");
    copy(&node.file("before"), &node.path().join("data"));
    finds(
        &node.path(),
        ("mark", "broken", "U031", "1 entries are missing, people may hold receipts", "restore --node"),
    );
    // Two answer for it, and it goes on.
    let path = node.path().display().to_string();
    let go_on = ["restore", "--node", &path, "--continue", "--by", "a", "--and", "b", "--reason", "no later backup"];
    fairfile(&go_on, "").leaves(0);
    finds(&node.path(), ("journal", "fine", "", "it went on as lanhe.example/journal/2", ""));
}

/// A file that was killed on its way in: the doctor names it, and what it says next is enough.
#[test]
fn a_batch_that_was_cut_off_is_named_on_sqlite() {
    let node = Node::new(Way::Sqlite);
    let (_, member, item) = SAMPLES[0];
    let file = node.file("many.csv");
    fs::write(&file, many()).expect("a file");
    let (path, file) = (node.path().display().to_string(), file.display().to_string());
    let submit = ["batch", "submit", &file, "--as", member, "--item", item, "--node", &path];
    let mut child = Command::new(env!("CARGO_BIN_EXE_fairfile"))
        .args(submit)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    while raw(&node.path()).count("SELECT COUNT(*) FROM record") == 0 {
        assert!(child.try_wait().expect("it runs").is_none(), "it was over before it could be killed");
    }
    child.kill().and_then(|()| child.wait()).expect("it is killed");
    finds(&node.path(), ("batches", "warning", "U022", "was cut off on", "fairfile batch submit FILE"));
    fairfile(&submit, "").leaves(0);
    finds(&node.path(), ("batches", "fine", "", "none was cut off", ""));
}

/// The licences of the sample, so often that they take a while.
fn many() -> String {
    let text = fs::read_to_string(sample(SAMPLES[0].0)).expect("the sample");
    let mut lines = text.lines();
    let heading = lines.next().expect("a heading");
    let row = lines.find(|line| line.contains(NUMBER)).expect("a pharmacist");
    let number = row.split(',').find(|cell| cell.starts_with("LH-")).expect("a number");
    let rows = (0..6_000).map(|place| row.replace(number, &format!("LH-9-{place:06}")));
    std::iter::once(heading.to_owned()).chain(rows).map(|line| line + "\n").collect()
}

/// What days that pass leave to be done: the calendar, notices that nobody confirms, holidays that nobody published.
#[test]
fn what_is_due_is_named_on_sqlite() {
    let node = lived_in();
    let path = node.path().display().to_string();
    let corrections = format!(
        "操作,注册证编号,身份证号码,项目,新值,理由\n更正,{},{NUMBER},有效期至,2031-12-31,录入错误：有效期\n",
        number_of_the_pharmacist()
    );
    let file = node.file("corrections.csv");
    fs::write(&file, corrections).expect("a file");
    let (_, member, item) = SAMPLES[0];
    node.ask_signed(&["batch", "submit", &file.display().to_string(), "--as", member, "--item", item], "").leaves(0);
    finds(&node.path(), ("notices", "fine", "", "no member is late", ""));
    let set = |at: &str| fairfile(&["clock", "--node", &path, "--at", at], "").leaves(0);
    set("2027-03-01T09:00:00+08:00");
    finds(
        &node.path(),
        ("notices", "warning", "U022", "has not confirmed 1 notice(s)", "fairfile notice confirm --all"),
    );
    set("2045-03-01T09:00:00+08:00");
    finds(&node.path(), ("calendar", "warning", "U022", "displays have ended", "fairfile calendar run --node"));
    finds(&node.path(), ("calendar", "warning", "U022", "outlived its retention", "fairfile calendar run --node"));
    finds(&node.path(), ("holidays", "warning", "U022", "no holidays are known for 2045", "publish the calendar"));
    fairfile(&["calendar", "run", "--node", &path], "").leaves(0);
    finds(&node.path(), ("calendar", "fine", "", "is done", ""));
    set("2026-12-01T09:00:00+08:00");
    finds(&node.path(), ("clock", "warning", "U022", "behind", "fairfile clock --node"));
}

fn number_of_the_pharmacist() -> String {
    let text = fs::read_to_string(sample(SAMPLES[0].0)).expect("the sample");
    let row = text.lines().find(|line| line.contains(NUMBER)).expect("the pharmacist's row");
    row.split(',').find(|cell| cell.starts_with("LH-")).expect("a number").to_owned()
}

/// An officer who asks about numbers that nobody has.
#[test]
fn a_stopped_officer_is_named_and_released_as_it_says_on_sqlite() {
    let node = Node::new(Way::Sqlite);
    let strangers: Vec<String> = (0..40).map(stranger).collect();
    let asked = strangers.iter().map(|number| {
        node.ask_signed(
            &["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "HC-2026-0331"],
            &format!("{number}\n{NAME}\n"),
        )
    });
    assert!(asked.into_iter().any(|ran| ran.exit == 4), "nobody was stopped");
    finds(&node.path(), ("officers", "warning", "U022", "0417 was stopped", "fairfile officer release 0417"));
    let path = node.path().display().to_string();
    let release = ["officer", "release", "0417", "--by", "a", "--and", "b", "--reason", "a mistake", "--node", &path];
    fairfile(&release, "").leaves(0);
    finds(&node.path(), ("officers", "fine", "", "none is stopped", ""));
}

/// A number with a right check digit that nobody has.
fn stranger(place: u32) -> String {
    let body = format!("{}{:03}", &NOBODY[..14], 100 + place);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize])
}

/// What only a node with its data on a server can come to.
#[test]
fn states_of_a_database_are_named_on_postgres() {
    let node = Node::new(Way::Postgres);
    let settings = fs::read_to_string(node.path().join("node.toml")).expect("the settings");
    let url = settings.split('"').find(|part| part.starts_with("postgres://")).expect("an address").to_owned();
    finds(&node.path(), ("engine", "fine", "", "its tables are those of migration", ""));
    let data = Raw::Postgres(url.clone());
    data.meddle("INSERT INTO migration (number, title) SELECT MAX(number) + 1, 'later' FROM migration");
    finds(&node.path(), ("node", "broken", "U004", "of a newer Fairfile", "use the newer program"));
    data.meddle("DELETE FROM migration WHERE title = 'later'");
    let empty = Database::new();
    fs::write(node.path().join("node.toml"), settings.replace(&url, &empty.url)).expect("the settings");
    finds(&node.path(), ("node", "broken", "U004", "holds no node", "fairfile restore"));
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
    fs::write(node.path().join("node.toml"), settings.replace(&url, nowhere)).expect("the settings");
    finds(&node.path(), ("node", "broken", "U018", "database server does not answer", "node.toml"));
    fs::write(node.path().join("node.toml"), settings).expect("the settings");
    finds(&node.path(), ("journal", "fine", "", "together give the signed head", ""));
}
