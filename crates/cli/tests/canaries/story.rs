//! The life of a node, with everything that comes out of it looked through.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use fairfile_testkit::Engine;
use fairfile_testkit::postgres::Database;
use fairfile_testkit::raw::{Cell, Raw};
use fairfile_testkit::sheet::csv;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cast::{KINDS, Record, Someone, cast, row};
use crate::common::{NOW, Ran, ran};
use crate::desk::{Answered, Desk};
use crate::hostile::Hostile;
use crate::marks::Mint;
use crate::process::{Serving, wait_until};
use crate::scanner::Scanner;
use crate::sweep::Sweep;
use crate::table::{Fate, Output, Time};
use crate::visits::{AT_WORK, Visitor, output_of};

/// When adverse records have been waited for, and nothing has ended.
const ALL_ON_DISPLAY: &str = "2026-12-20T09:00:00+08:00";
/// When what is to end has ended, and what is to be destroyed is past its retention.
const AFTERWARDS: &str = "2030-01-10T09:00:00+08:00";
/// Addresses that anybody may read.
const PUBLIC: [&str; 17] = [
    "/",
    "/en",
    "/zh/catalog/pharmacist-licence",
    "/zh/status",
    "/en/verify/journal",
    "/api",
    "/api/catalog",
    "/api/catalog/pharmacist-licence",
    "/api/purposes",
    "/api/members",
    "/problems/Q021",
    "/journal/checkpoint",
    "/journal/tile/0/000.p/1",
    "/journal/tile/entries/000.p/20",
    "/journal/key",
    "/health",
    "/metrics",
];

/// A node, everybody on file, and what came out.
struct Story {
    sweep: Sweep,
    cast: Vec<Someone>,
    home: TempDir,
    database: Option<Database>,
    /// Where backups are put back.
    restored: Vec<Database>,
    /// Questions that were answered: officer, body, idempotency key.
    asked: Vec<(&'static str, String, String)>,
    /// Receipts of looks.
    receipts: Vec<Value>,
    /// Keys of contents with their wrapping, as they were seen.
    keys: BTreeSet<Vec<Cell>>,
}

/// Tells the whole story on one engine.
pub fn tell(engine: Engine, seed: u64) {
    let mut story = Story::begin(engine, seed);
    story.everything_is_on_display();
    story.some_is_put_right();
    story.all_is_over();
    story.a_backup_comes_back();
    let (outputs, bytes) = story.sweep.looked_through;
    println!("{outputs} outputs, {} MiB, {} marks", bytes >> 20, story.sweep.mint.made.len());
}

impl Story {
    fn begin(engine: Engine, seed: u64) -> Self {
        let home = tempfile::Builder::new().prefix("fairfile-canaries-").tempdir().expect("a folder");
        fs::create_dir(home.path().join("temporary")).expect("a folder");
        let database = (engine == Engine::Postgres).then(Database::new);
        let mut sweep = Sweep::new(seed);
        let cast = cast(&mut sweep.mint, 0);
        let (restored, asked, receipts, keys) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
        let mut story = Self { sweep, cast, home, database, restored, asked, receipts, keys };
        let mut args = vec!["init".to_owned(), story.path("node"), "--demo".into(), "--clock".into(), NOW.into()];
        if let Some(database) = &story.database {
            args.extend(["--postgres".into(), database.url.clone()]);
        }
        story.runs(&args, "", &[0]);
        story
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    /// Runs a command with its most verbose log; it may leave with one of these.
    fn runs<S: AsRef<str>>(&mut self, args: &[S], input: &str, exits: &[i32]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fairfile"));
        command.args(args.iter().map(AsRef::as_ref)).args(["--json", "-vvv"]).env("TMPDIR", self.file("temporary"));
        let ran = ran(command, input);
        assert!(exits.contains(&ran.exit), "{} left with {}: {} {}", args[0].as_ref(), ran.exit, ran.out, ran.err);
        self.sweep.sees(Output::Talk, format!("standard error of {}", args[0].as_ref()), ran.err.clone());
        ran
    }

    /// Runs a command about the node, whose output is talk like its log.
    fn tends(&mut self, args: &[&str], exits: &[i32]) -> Ran {
        let node = self.path("node");
        let ran = self.runs(&[args, &["--node", &node]].concat(), "", exits);
        self.sweep.sees(Output::Talk, format!("output of {}", args[0]), ran.out.clone());
        ran
    }

    fn serves(&self, node: &str, log: &str) -> (Serving, Desk) {
        let serving = Serving::start(&self.file(node), self.file(log), &self.file("temporary"));
        let desk = Desk { address: serving.address.clone(), keys: self.file("node/demo-keys") };
        (serving, desk)
    }

    /// The server has no more clients: its log and memory are looked at, then it is made to crash.
    fn stops(&mut self, serving: Serving, what: &str) {
        self.sweep.sees_process(&serving, what);
        serving.crashes(&self.file("temporary"));
    }

    /// The keys of contents, with the wrapping that they have now.
    fn notes_keys(&mut self) {
        let keys = Raw::Sqlite(self.file("node/keys/keys.db"));
        self.keys.extend(keys.rows("SELECT key_id, wrapped FROM content_key"));
    }

    /// Everything on the disk: the node's folder and, if there is one, the server's.
    fn looks_at_disk(&mut self) {
        self.sweep.sees_files(Output::Disk, &self.home.path().join("node"));
        if let Some(database) = &self.database {
            self.sweep.sees_server(database);
        }
    }

    /// What is kept of these people stood in their own files and copies, and what is on display in answers: otherwise the
    /// silence of the other outputs would mean nothing.
    fn is_shown(&self, time: Time, kept: impl Fn(Fate) -> bool) {
        for someone in self.cast.iter().filter(|someone| kept(someone.fate)) {
            for record in &someone.records {
                for input in record.kind.marked() {
                    self.sweep.was_shown(time, Output::OwnFile, record.says(input));
                    self.sweep.was_shown(time, Output::Copy, record.says(input));
                }
                let answered = record.kind.asked_by.iter().flat_map(|asked| asked.2);
                for input in answered.filter(|_| someone.fate.may_show(time).contains(&Output::Answer)) {
                    self.sweep.was_shown(time, Output::Answer, record.says(input));
                }
            }
        }
    }
}

/// What happens.
impl Story {
    fn everything_is_on_display(&mut self) {
        let (serving, desk) = self.serves("node", "log-1");
        self.a_file_is_on_its_way(&serving, &desk);
        for kind in &KINDS {
            let of_kind = |someone: &Someone| {
                someone.records.iter().find(|record| record.kind.item == kind.item).map(|record| record.row.clone())
            };
            let rows: Vec<_> = self.cast.iter().filter_map(of_kind).collect();
            let report = self.hands_in(&desk, (kind.member, kind.item), csv(&rows).as_bytes());
            assert_eq!(report["accepted"].as_u64(), Some(rows.len() as u64), "{}: {report}", kind.item);
        }
        self.strangers_come(&desk);
        self.stops(serving, "after the intake");
        self.strangers_come_here();
        self.tends(&["clock", "--at", ALL_ON_DISPLAY], &[0]);

        let (serving, desk) = self.serves("node", "log-2");
        self.everybody_says_where(&desk);
        self.everybody_asks(&desk, true);
        self.everybody_walks(&desk, "/zh");
        self.stops(serving, "after the answers");
        self.notes_keys();
        self.backs_up("before");
        self.looks_at_disk();
        self.sweep.judge(Time::Before);
        self.is_shown(Time::Before, |_| true);
    }

    fn some_is_put_right(&mut self) {
        let (serving, desk) = self.serves("node", "log-3");
        for place in 0..self.cast.len() {
            let someone = &self.cast[place];
            let write: fn(&Record, &mut Mint, &str) -> String = match someone.fate {
                Fate::IsCorrected => Record::corrections,
                Fate::IsWithdrawn => Record::withdrawal,
                _ => continue,
            };
            let number = someone.number.clone();
            let files: Vec<_> = someone
                .records
                .iter()
                .map(|record| (record.kind, write(record, &mut self.sweep.mint, &number)))
                .collect();
            for (kind, file) in files {
                let report = self.hands_in(&desk, (kind.member, kind.item), file.as_bytes());
                assert_eq!(report["accepted"], report["received"], "{}: {report}", kind.item);
            }
        }
        self.members_are_told(&desk);
        self.asks_again(&desk);
        self.everybody_asks(&desk, false);
        self.everybody_walks(&desk, "/en");
        self.stops(serving, "after corrections and withdrawals");
        self.tends(&["doctor"], &[0, 3]);
        let died = self.sweep.keys_died(&self.keys, &Raw::Sqlite(self.file("node/keys/keys.db")));
        assert!(died >= 8, "only {died} keys of corrected and withdrawn records are gone");
        self.notes_keys();
        self.backs_up("between");
        self.looks_at_disk();
        self.sweep.judge(Time::PutRight);
        self.is_shown(Time::PutRight, |fate| !matches!(fate, Fate::IsCorrected | Fate::IsWithdrawn));
    }

    fn all_is_over(&mut self) {
        self.tends(&["clock", "--at", AFTERWARDS], &[0]);
        let passed = self.tends(&["calendar", "run"], &[0]).json();
        assert_eq!(passed["destroyed"], 4, "{passed}");
        let (serving, desk) = self.serves("node", "log-4");
        self.everybody_asks(&desk, false);
        self.members_are_told(&desk);
        self.asks_again(&desk);
        self.everybody_walks(&desk, "/zh");
        let journal = self.path("journal.jsonl");
        self.runs(&["journal", "export", "--server", &desk.address, "--to", &journal], "", &[0]);
        self.sweep.sees_files(Output::Public, Path::new(&journal));
        self.stops(serving, "after destructions");
        self.tends(&["doctor"], &[0, 3]);
        self.tends(&["verify"], &[0]);
        let died = self.sweep.keys_died(&self.keys, &Raw::Sqlite(self.file("node/keys/keys.db")));
        assert!(died >= 12, "only {died} keys of records that are gone are gone");
        self.backs_up("after");
        // What was backed up while it lived is still that: sealed, and its key is in no backup beside it.
        for backup in ["before.data", "between.data"] {
            self.sweep.sees_files(Output::Disk, &self.file(backup));
        }
        self.looks_at_disk();
        self.sweep.judge(Time::Over);
        self.is_shown(Time::Over, |fate| matches!(fate, Fate::Lives | Fate::Ends));
    }

    /// The data of when everything lived, with the keys of today.
    fn a_backup_comes_back(&mut self) {
        let old_keys = [("--data", "before.data"), ("--keys", "before.keys")];
        let ran = self.restores("refused", &old_keys, &[1]);
        assert!(ran.out.contains("U03"), "the keys of before are taken: {}", ran.out);
        self.restores("restored", &[("--data", "before.data"), ("--keys", "after.keys")], &[0, 3]);
        let node = self.path("restored");
        let reason = ["--by", "registrar-a", "--and", "registrar-b", "--reason", "the latest backup is lost"];
        let continues = [["restore", "--continue", "--node", &node].as_slice(), &reason].concat();
        self.runs(&continues, "", &[0, 3, 8]);
        let ran = self.runs(&["clock", "--node", &node, "--at", AFTERWARDS], "", &[0]);
        self.sweep.sees(Output::Talk, "clock", ran.out);
        let (serving, desk) = self.serves("restored", "log-5");
        self.everybody_asks(&desk, false);
        self.asks_again(&desk);
        self.the_database_breaks(&desk);
        self.stops(serving, "of the restored node");
        self.sweep.sees_files(Output::Disk, &self.file("restored"));
        self.looks_at_disk();
        self.sweep.judge(Time::Over);
    }
}

/// Who comes.
impl Story {
    /// Half a file has arrived: it is in memory, and is found there, so memory is looked at rightly; on the disk, where
    /// most of it is, it is not.
    fn a_file_is_on_its_way(&mut self, serving: &Serving, desk: &Desk) {
        let mark = self.sweep.mint.letters(Fate::IsTurnedAway, "half a file");
        let (file, path) = (format!("{mark}\n").repeat(60_000), "/api/batches?item=court-ordered-obligation");
        let signed = desk.signed("POST", path, "court", Some((file.as_bytes(), "half")));
        let request = desk.request("POST", path, &signed, file.as_bytes());
        let mut connection = desk.connects();
        connection.write_all(&request[..request.len() - 1_000]).expect("it is sent");
        let scanner = Scanner::new(&self.sweep.mint.made);
        let is_held = || {
            let on_disk: usize = serving.nameless_files().iter().map(|(_, bytes)| bytes.len()).sum();
            let in_memory = serving.memory().is_none_or(|runs| runs.iter().any(|run| !scanner.find(&run.1).is_empty()));
            on_disk > file.len() / 2 && in_memory
        };
        assert!(wait_until(is_held), "half a file has arrived, and nothing of it is found");
        for (name, bytes) in serving.nameless_files() {
            self.sweep.sees(Output::Disk, format!("{name}, half a file"), bytes);
        }
    }

    fn hands_in(&mut self, desk: &Desk, (member, item): (&str, &str), file: &[u8]) -> Value {
        let answered = desk.post(&format!("/api/batches?item={item}"), member, "a file", file);
        self.sweep.sees(Output::Report, format!("report of {item}"), answered.bytes.clone());
        assert!([200, 201].contains(&answered.status), "{item}: {}", answered.document());
        let report = answered.document();
        let again = desk.get_signed(&format!("/api/batches/{}", report["batch_id"].as_str().expect("an id")), member);
        self.sweep.sees(Output::Report, format!("report of {item}, again"), again.bytes);
        report
    }

    /// Every officer asks about everybody; everybody reads the own file; anybody reads what is public.
    fn everybody_asks(&mut self, desk: &Desk, is_first: bool) {
        for place in 0..self.cast.len() {
            for kind in &KINDS {
                for (officer, purpose, _) in kind.asked_by {
                    self.asks(desk, place, (officer, purpose), is_first);
                }
            }
            let number = self.cast[place].number.clone();
            let session = desk.signs_in(&number);
            let token = session.document()["token"].as_str().expect("a token").to_owned();
            self.sweep.sees(Output::Report, "a session", session.bytes);
            for (path, output) in
                [("/api/my/file", Output::OwnFile), ("/api/my/looks", Output::OwnFile), ("/api/my/copy", Output::Copy)]
            {
                let answered = desk.get_as_person(path, &token);
                assert_eq!(answered.status, 200, "{path}");
                self.sweep.sees(output, path, answered.bytes);
            }
        }
        for path in PUBLIC {
            self.sweep.sees(Output::Public, path, desk.get(path).bytes);
        }
    }

    /// Everybody on file chooses a phrase and where to be told, the first by e-mail, the second by telephone, and so on.
    fn everybody_says_where(&mut self, desk: &Desk) {
        for place in 0..self.cast.len() {
            let person = Visitor::person(desk, &self.cast[place].number);
            let mint = &mut self.sweep.mint;
            let phrase = mint.letters(Fate::IsAnAddress, "a phrase");
            let channel = match place % 2 {
                0 => format!("mail&mail={}%40example.org", mint.letters(Fate::IsAnAddress, "an e-mail address")),
                _ => {
                    let phone = format!("1380000{:04}", 7_000 + place);
                    mint.keep(phone.as_bytes(), Fate::IsAnAddress, "a telephone number");
                    format!("sms&phone={phone}")
                }
            };
            let key = person.form_key("/zh/my/settings");
            let chosen =
                format!("form_key={key}&channel={channel}&phrase={phrase}&language=zh&from=0&until=24&looks=at-once");
            let kept = person.sends("/zh/my/settings", &chosen);
            assert_eq!(kept.status, 303, "{}", String::from_utf8_lossy(&kept.bytes));
        }
    }

    /// Every visitor goes through all pages; what was sent meanwhile is looked at as well.
    fn everybody_walks(&mut self, desk: &Desk, language: &str) {
        let people = self.cast.iter().map(|someone| (Visitor::person(desk, &someone.number), "/my"));
        let at_work = AT_WORK.iter().map(|who| (Visitor::at_work(desk, who), "/demo"));
        let visitors =
            people.chain(at_work).chain([(Visitor::nobody(desk), ""), (Visitor::nobody(desk), "/demo/outbox")]);
        let mut pages = 0;
        for (visitor, from) in visitors {
            for (path, answered) in visitor.walks(&format!("{language}{from}")) {
                pages += 1;
                self.sweep.sees(output_of(&path), path, answered.bytes);
            }
        }
        assert!(pages > 200, "only {pages} pages were found");
        println!("{pages} pages");
    }

    fn asks(&mut self, desk: &Desk, place: usize, (officer, purpose): (&'static str, &str), is_first: bool) {
        let case = self.sweep.mint.letters(Fate::IsACase, "a case");
        let someone = &self.cast[place];
        let identifier = json!({ "kind": "cn-resident", "number": someone.number });
        let body =
            json!({ "purpose": purpose, "case": case, "identifier": identifier, "name": someone.name }).to_string();
        let answered = desk.post("/api/inquiries", officer, &case, body.as_bytes());
        assert!([201, 404].contains(&answered.status), "{officer}: {}", answered.document());
        if is_first && answered.status == 201 {
            self.receipts.push(answered.document()["receipt"].clone());
            self.asked.push((officer, body, case));
        }
        self.sweep.sees(Output::Answer, format!("{officer} for {purpose}"), answered.bytes);
    }

    /// The first questions once more under their keys, and whether their receipts still stand.
    fn asks_again(&mut self, desk: &Desk) {
        assert!(!self.asked.is_empty());
        for (officer, body, once) in &self.asked {
            let answered = desk.post("/api/inquiries", officer, once, body.as_bytes());
            self.sweep.sees(Output::Answer, format!("{officer} again"), answered.bytes);
        }
        for receipt in &self.receipts {
            let json = [("content-type", "application/json".to_owned())];
            let answered = desk.sends("POST", "/api/receipts/standing", &json, receipt.to_string().as_bytes());
            self.sweep.sees(Output::Report, "whether a receipt stands", answered.bytes);
        }
    }

    /// Every member reads its notices and messages and confirms what is open.
    fn members_are_told(&mut self, desk: &Desk) {
        let mut notices = 0;
        for member in ["health-commission", "insurance-bureau", "market-regulation", "civil-affairs", "court"] {
            for path in ["/api/notices", "/api/notices?after=0", "/api/outbox"] {
                let answered = desk.get_signed(path, member);
                assert_eq!(answered.status, 200, "{path}");
                let document = answered.document();
                self.sweep.sees(Output::Report, path, answered.bytes);
                for notice in document["notices"].as_array().into_iter().flatten() {
                    notices += 1;
                    let id = notice["notice_id"].as_str().expect("an id");
                    let confirmed = desk.post(&format!("/api/notices/{id}/confirmation"), member, id, b"{}");
                    self.sweep.sees(Output::Report, "a confirmation", confirmed.bytes);
                }
            }
        }
        assert!(notices > 8, "only {notices} notices");
    }

    /// A table is gone: the node fails, and says nothing of what it was about.
    fn the_database_breaks(&mut self, desk: &Desk) {
        let raw = match self.restored.last() {
            Some(database) => Raw::Postgres(database.url.clone()),
            None => Raw::Sqlite(self.file("restored/data/fairfile.db")),
        };
        raw.meddle("ALTER TABLE look RENAME TO looked");
        let (someone, case) =
            (&self.cast[0], self.sweep.mint.letters(Fate::IsTurnedAway, "a case of a node that fails"));
        let identifier = json!({ "kind": "cn-resident", "number": someone.number });
        let body =
            json!({ "purpose": "licence-renewal", "case": case, "identifier": identifier, "name": someone.name });
        let asked = desk.post("/api/inquiries", "0417", &case, body.to_string().as_bytes());
        let read = desk.get_as_person(
            "/api/my/file",
            desk.signs_in(&someone.number).document()["token"].as_str().expect("a token"),
        );
        let row =
            row(&mut self.sweep.mint, &KINDS[0], Fate::IsTurnedAway, (&someone.number, &someone.name)).expect("a row");
        raw.meddle("ALTER TABLE record RENAME TO recorded");
        let path = "/api/batches?item=pharmacist-licence";
        let handed_in = desk.post(path, "drug-administration", "broken", csv(&[row]).as_bytes());
        for answered in [asked, read, handed_in] {
            assert!(answered.status >= 500, "a broken node answers: {}", answered.status);
            self.sweep.sees(Output::Report, "an answer of a node that fails", answered.bytes);
        }
    }

    /// What is refused at the doors.
    fn strangers_come(&mut self, desk: &Desk) {
        let mut hostile = Hostile::new(&mut self.sweep.mint, &self.cast[0]);
        let (files, corrections) = (hostile.files(1_000), hostile.corrections());
        let mut answers: Vec<(&str, Answered)> = hostile.requests(desk);
        for (name, file) in &files {
            for path in ["/api/batches/check", "/api/batches"] {
                let path = format!("{path}?item=pharmacist-licence");
                answers.push((name, desk.post(&path, "drug-administration", name, file)));
            }
            fs::write(self.file(name), file).expect("written");
        }
        let path = "/api/batches?item=pharmacist-licence";
        answers.push(("corrections", desk.post(path, "drug-administration", "corrections", &corrections)));
        fs::write(self.file("corrections.csv"), corrections).expect("written");
        for (what, answered) in answers {
            let taken = answered.status / 100 == 2 && answered.document()["accepted"] != 0;
            assert!(!taken && answered.status < 500, "{what} is taken: {}", answered.status);
            // A question that is understood is answered, and the answer has a receipt.
            let output = if what.starts_with("a look") { Output::Answer } else { Output::Report };
            self.sweep.sees(output, what, answered.bytes);
        }
    }

    /// The same on the command line.
    fn strangers_come_here(&mut self) {
        for name in ["rows.csv", "lines.jsonl", "book.xlsx", "other.csv", "corrections.csv"] {
            let file = self.path(name);
            self.tends(&["batch", "check", &file, "--as", "drug-administration", "--item", "pharmacist-licence"], &[3]);
        }
        let node = self.path("node");
        let mark = self.sweep.mint.letters(Fate::IsTurnedAway, "standard input");
        let inquire = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "1", "--node", &node];
        let correct =
            ["record", "correct", "--as", "court", "--item", "court-ordered-obligation", "--input", "obligation"];
        let correct = [correct.as_slice(), &["--reason", "entered-wrongly", "--node", &node]].concat();
        let lines = format!("{mark}\n{mark}\n{mark}\n");
        let file = ["file", "--as-person", "--node", &node];
        for (args, exits) in [
            (inquire.as_slice(), [2, 5]),
            (correct.as_slice(), [3, 2]),
            (file.as_slice(), [2, 5]),
            (["identifier", "check", "cn-resident"].as_slice(), [3, 2]),
            (["verify", "-"].as_slice(), [1, 8]),
        ] {
            let ran = self.runs(args, &lines, &exits);
            self.sweep.sees(Output::Talk, format!("output of {}", args[0]), ran.out);
        }
        let person = self.cast[0].number.clone();
        let ran = self.runs(&file, &format!("{person}\n"), &[0]);
        self.sweep.sees(Output::OwnFile, "the own file on the command line", ran.out);
    }

    fn backs_up(&mut self, name: &str) {
        for (ending, words) in [("data", ["backup"].as_slice()), ("keys", &["backup", "keys"])] {
            let to = self.path(&format!("{name}.{ending}"));
            self.tends(&[words, &["--to", &to]].concat(), &[0]);
            self.sweep.sees_files(Output::Backup, Path::new(&to));
        }
    }

    fn restores(&mut self, folder: &str, from: &[(&str, &str); 2], exits: &[i32]) -> Ran {
        let mut args = vec!["restore".to_owned(), "--node".into(), self.path(folder)];
        for (option, file) in from {
            args.extend([(*option).to_owned(), self.path(file)]);
        }
        args.extend(["--root-key".to_owned(), self.path("node/keys/root.key")]);
        if self.database.is_some() {
            // What is put there is looked at with all else that the server has.
            let database = Database::new();
            args.extend(["--postgres".to_owned(), database.url.clone()]);
            self.restored.push(database);
        }
        let ran = self.runs(&args, "", exits);
        self.sweep.sees(Output::Talk, "output of restore", ran.out.clone());
        ran
    }
}
