//! A seeded node in a temporary folder: its cast, its calendar, its audit.

use std::cell::{Cell, RefCell};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_demo::province;
use fairfile_domain::catalog::Item;
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{KeyCode, MemberCode, NoticeId, OfficerCode, PurposeCode, SubjectId};
use fairfile_domain::refusal::Refusal;
use fairfile_intake::Limits;
use fairfile_requests::{BodyDigest, Message, SigningKey, sign, verify};
use fairfile_service::calendar::{self, Passed};
use fairfile_service::clock::Machine;
use fairfile_service::folder::{Folder, FolderError};
use fairfile_service::inquirer::{
    Answer, Confirmed, InquireError, NoticeError, NoticeView, Once, Outcome, Question, Which, confirm_notice, inquire,
    list_notices,
};
use fairfile_service::person::{FileView, read_file};
use fairfile_service::source::{BatchReport, Evidence, Handed, SubmitError, check_batch, submit_batch};
use fairfile_service::{Clock, Registry};
use fairfile_store::subject;
use fairfile_vault::{Chance, Shown};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::engine::Engine;
use crate::hands::Hands;
use crate::people::Person;
use crate::postgres::Database;
use crate::raw::Raw;
use crate::sheet::{Row, csv, row_of};

/// When every world begins.
pub const BEGINNING: &str = "2026-11-23T09:00:00+08:00";

/// The seed that worlds grow from, unless a test names another.
const SEED: u64 = 20_261_123;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// A demo node with its cast. Dropped, it is audited, unless the test has failed already.
pub struct World {
    // In the order in which they must go: the node, its folder, the database below it.
    node: RefCell<Option<(Arc<Registry>, Folder)>>,
    runtime: Runtime,
    people: RefCell<Vec<Person>>,
    counter: Cell<u32>,
    seed: Cell<u64>,
    engine: Engine,
    machine: Machine,
    spoilt: Cell<bool>,
    database: Option<Database>,
    dir: TempDir,
}

impl World {
    /// The demo province at [`BEGINNING`]: catalog, members, officers and keys, and nobody on file.
    pub fn new(engine: Engine) -> Self {
        Self::seeded(engine, SEED)
    }

    /// The same from another seed.
    pub fn seeded(engine: Engine, seed: u64) -> Self {
        let world = Self::founded(engine, seed, Clock::set_to(instant(BEGINNING)), hand_set());
        world.move_clock(instant(BEGINNING));
        world
    }

    /// The same on a machine whose clocks a test turns: nobody sets the node's own.
    pub fn on_machine(engine: Engine, seed: u64, hands: &Arc<Hands>) -> Self {
        Self::founded(engine, seed, Clock::machine(hands.machine()), hands.machine())
    }

    fn founded(engine: Engine, seed: u64, clock: Clock, machine: Machine) -> Self {
        let dir = tempfile::Builder::new().prefix("fairfile-world-").tempdir().expect("a temporary folder");
        let database = (engine == Engine::Postgres).then(Database::new);
        let url = database.as_ref().map(|database| database.url.as_str());
        let founded = province::found(&dir.path().join("node"), url, Chance::seeded(seed), clock);
        let (folder, registry) = founded.expect("the demo province is founded");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self {
            node: RefCell::new(Some((Arc::new(registry), folder))),
            runtime: runtime.expect("a runtime"),
            people: RefCell::default(),
            counter: Cell::new(0),
            seed: Cell::new(seed),
            engine,
            machine,
            spoilt: Cell::new(false),
            database,
            dir,
        }
    }

    /// Says that the test has spoilt this world on purpose: no audit when it is dropped.
    pub fn is_spoilt(&self) {
        self.spoilt.set(true);
    }

    /// The node.
    pub fn reg(&self) -> Arc<Registry> {
        self.node.borrow().as_ref().expect("the node is open").0.clone()
    }

    /// Which database it runs on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The node's folder.
    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("node")
    }

    /// The node's data past the store.
    pub fn raw(&self) -> Raw {
        match &self.database {
            Some(database) => Raw::Postgres(database.url.clone()),
            None => Raw::Sqlite(self.folder().join("data/fairfile.db")),
        }
    }

    /// The database on the server in which the node's data lies, if it lies there.
    pub fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    /// The node's key store past the vault.
    pub fn raw_keys(&self) -> Raw {
        Raw::Sqlite(self.folder().join("keys/keys.db"))
    }

    /// Waits for what the doors would wait for.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Stops the node, lets `meanwhile` happen to its folder, and starts it again.
    pub fn restarts(&self, meanwhile: impl FnOnce(&Path)) {
        self.stops();
        meanwhile(&self.folder());
        self.starts().expect("the node starts again");
    }

    /// Starts a node that is stopped.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn starts(&self) -> Result<(), FolderError> {
        let seed = self.seed.replace(self.seed.get() + 1) + 1;
        let (folder, registry) = Folder::open(&self.folder(), Chance::seeded(seed), self.machine.clone())?;
        self.node.replace(Some((Arc::new(registry), folder)));
        Ok(())
    }

    /// Stops the node.
    pub fn stops(&self) {
        let (registry, folder) = self.node.take().expect("the node is open");
        let only = Arc::try_unwrap(registry);
        assert!(only.is_ok(), "the test holds the node while it stops");
        drop(only);
        drop(folder);
    }

    /// The person of this name: invented when first named, the same ever after.
    pub fn person(&self, name: &str) -> Person {
        let mut people = self.people.borrow_mut();
        if let Some(known) = people.iter().find(|person| person.name == name) {
            return known.clone();
        }
        let person = Person::invented(name, u32::try_from(people.len()).expect("a small cast"));
        people.push(person.clone());
        person
    }

    /// Everybody named so far.
    pub fn people(&self) -> Vec<Person> {
        self.people.borrow().clone()
    }

    /// A member in its role as a source.
    pub fn source(&self, member: &str) -> Source<'_> {
        Source { world: self, member: member.to_owned() }
    }

    /// An officer of the demo province, by code.
    pub fn officer(&self, code: &str) -> Officer<'_> {
        Officer { world: self, code: code.parse().expect("an officer's code") }
    }

    /// The item as it applies today.
    pub fn item(&self, code: &str) -> Item {
        let catalog = self.reg().catalog();
        let code = code.parse().expect("an item's code");
        catalog.item_on(&code, self.today()).expect("an item of the catalog").clone()
    }

    /// A row about `person` that the item allows, decided ten days ago, with a number that no other row has.
    pub fn row(&self, item: &str, person: &Person) -> Row {
        let number = format!("LH-{:05}", self.next());
        let on = self.today().plus_days(-10).expect("a near day");
        row_of(&self.item(item), person, &number, on)
    }

    fn next(&self) -> u32 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    /// Today, where the node is.
    pub fn today(&self) -> Day {
        self.reg().today()
    }

    /// Sets the node's clock.
    pub fn set_clock(&self, at: &str) {
        self.move_clock(instant(at));
    }

    /// Lets days pass. Nobody runs the calendar meanwhile: what must end by itself has to end without it.
    pub fn days_pass(&self, days: u32) {
        let later = self.reg().clock.now().unix_micros() + i64::from(days) * DAY_MICROS;
        self.move_clock(Instant::from_unix_micros(later).expect("an instant before the year 10000"));
    }

    /// Lets the days until `day` pass, and the morning of that day come.
    pub fn until(&self, day: Day) {
        self.set_clock(&format!("{day}T09:00:00+08:00"));
    }

    fn move_clock(&self, at: Instant) {
        let node = self.node.borrow();
        let (registry, folder) = node.as_ref().expect("the node is open");
        folder.set_clock(registry, at).expect("a demo's clock can be set");
    }

    /// Runs the calendar: what the days passed demand is done and written down.
    pub fn calendar_runs(&self) -> Passed {
        calendar::run(&self.reg()).expect("the calendar runs to its end")
    }

    /// The id that the node knows the person by, if it does.
    pub fn subject(&self, person: &Person) -> Option<SubjectId> {
        let reg = self.reg();
        let index = reg.vault.keyring().hashes().index_of(&person.identifier());
        let found = subject::find(&mut reg.store.read().expect("a reader"), &index).expect("the statement runs");
        found.map(|known| known.subject)
    }

    /// The person reads the whole file.
    ///
    /// # Panics
    /// If nobody with this number is on file.
    pub fn file_of(&self, person: &Person) -> FileView {
        let subject = self.subject(person).expect("somebody with this number is on file");
        self.file_of_subject(subject)
    }

    /// The same, by the id that the node knows the person by.
    pub fn file_of_subject(&self, subject: SubjectId) -> FileView {
        self.wait(read_file(&self.reg(), subject)).expect("the file is read")
    }

    /// The person's signed copy: what `fairfile verify` checks.
    pub fn copy_of(&self, person: &Person) -> Vec<u8> {
        self.signed_copy(&self.file_of(person))
    }

    /// The signed copy of a file that was read.
    pub fn signed_copy(&self, view: &FileView) -> Vec<u8> {
        let record = |shown: &Shown| serde_json::json!({ "record_id": shown.on_file.record.to_string() });
        view.signed_copy(&self.reg(), view.records.iter().map(record).collect()).expect("the copy is signed")
    }

    /// The journal as it is handed to whoever wants to check it.
    pub fn journal(&self) -> Vec<u8> {
        let (reg, mut out) = (self.reg(), Vec::new());
        reg.publisher.export(&reg.store, &mut out).expect("the journal is exported");
        out
    }

    /// The key that the node publishes.
    pub fn published_key(&self) -> String {
        self.reg().publisher.key().vkey()
    }

    fn demo_key(&self, holder: &str) -> (SigningKey, KeyCode) {
        let code = province::key_code(holder);
        let path = self.folder().join("demo-keys").join(format!("{code}.pem"));
        let pem = std::fs::read_to_string(path).expect("a demo key");
        (SigningKey::from_pem(&pem).expect("a key"), code.parse().expect("a key's code"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.spoilt.get() {
            self.audit();
        }
    }
}

/// The machine of a world whose clock is set by hand: nobody reads it.
pub fn hand_set() -> Machine {
    Machine::of(|| unreachable!("the clock of a world is set"))
}

/// Reads an instant that a test names.
pub(crate) fn instant(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// A member that hands files in.
pub struct Source<'w> {
    world: &'w World,
    member: String,
}

impl Source<'_> {
    /// Hands in these rows as a CSV file.
    ///
    /// # Panics
    /// If the file as a whole is not taken.
    pub fn submits(&self, item: &str, rows: &[Row]) -> BatchReport {
        self.hands_in(item, csv(rows).as_bytes(), None, &Limits::default()).expect("the file is taken")
    }

    /// Hands in one record, which must be accepted.
    pub fn records(&self, item: &str, row: Row) -> BatchReport {
        let report = self.submits(item, &[row]);
        assert_eq!(report.counts.accepted, 1, "not accepted: {:?}", report.rows);
        report
    }

    /// Hands in a file: signed with the member's key, verified as the door would, then taken in.
    ///
    /// # Errors
    /// What the use case says.
    pub fn hands_in(
        &self,
        item: &str,
        bytes: &[u8],
        name: Option<&str>,
        limits: &Limits,
    ) -> Result<BatchReport, SubmitError> {
        let again = || Ok(Cursor::new(bytes.to_vec()));
        let (reg, evidence) = (self.world.reg(), self.signs(item, bytes));
        submit_batch(&reg, &self.handed(item), again, name, &evidence, limits, &mut |_, _, _| ())
    }

    /// Has a file checked; nothing is changed.
    ///
    /// # Errors
    /// What the use case says.
    pub fn checks(&self, item: &str, bytes: &[u8], name: Option<&str>) -> Result<BatchReport, SubmitError> {
        let (reg, input) = (self.world.reg(), Cursor::new(bytes.to_vec()));
        check_batch(&reg, &self.handed(item), input, name, &Limits::default(), &mut |_, _, _| ())
    }

    fn handed(&self, item: &str) -> Handed {
        Handed { member: self.member.parse().expect("a member's code"), item: item.parse().expect("an item's code") }
    }

    /// Corrects one input of the record with this number.
    pub fn corrects(
        &self,
        item: &str,
        number: &str,
        person: &Person,
        input: (&str, &str),
        reason: &str,
    ) -> BatchReport {
        self.puts_right(item, ["correct", number, &person.number, input.0, input.1, reason])
    }

    /// Takes the record with this number back.
    pub fn withdraws(&self, item: &str, number: &str, person: &Person, reason: &str) -> BatchReport {
        self.puts_right(item, ["withdraw", number, &person.number, "", "", reason])
    }

    /// Hands in a file of corrections with one row, with a reference that no other row has.
    pub fn puts_right(&self, item: &str, cells: [&str; 6]) -> BatchReport {
        let headings = ["act", "number", "identifier", "input", "new value", "reason"];
        let cells = headings.into_iter().zip(cells).map(|(heading, cell)| (heading.to_owned(), cell.to_owned()));
        let row = Row(cells.collect()).with("reference", &self.world.next().to_string());
        self.submits(item, &[row])
    }

    /// What the member signs: the request that carries the file.
    pub fn signs(&self, item: &str, bytes: &[u8]) -> Evidence {
        self.world.evidence(&self.member, &format!("/api/batches?item={item}"), bytes)
    }
}

/// A member that has been told things.
pub struct Member<'w> {
    world: &'w World,
    code: String,
}

impl Member<'_> {
    /// The notices to it that are open.
    pub fn notices(&self) -> Vec<NoticeView> {
        list_notices(&self.world.reg(), &self.member(), Which::Open).expect("the notices are listed")
    }

    /// Confirms a notice with its key.
    ///
    /// # Errors
    /// What the use case says.
    pub fn confirms(&self, notice: NoticeId) -> Result<Confirmed, NoticeError> {
        let path = format!("/api/notices/{notice}/confirmation");
        let evidence = self.world.evidence(&self.code, &path, b"{}");
        confirm_notice(&self.world.reg(), &self.member(), notice, &evidence)
    }

    fn member(&self) -> MemberCode {
        self.code.parse().expect("a member's code")
    }
}

impl World {
    /// A member as one that was told.
    pub fn member(&self, code: &str) -> Member<'_> {
        Member { world: self, code: code.to_owned() }
    }

    /// A POST of `bytes` to `path` that the member signs, verified as the door would.
    fn evidence(&self, member: &str, path: &str, bytes: &[u8]) -> Evidence {
        let (key, code) = self.demo_key(member);
        let now = self.reg().clock.now().unix_micros() / 1_000_000;
        let digest = BodyDigest::of(bytes).header_value();
        let once = format!("request-{}", self.next());
        let headers = |name: &str| (name == "idempotency-key").then(|| once.clone());
        let uri = format!("{}{path}", province::ADDRESS);
        let message = Message { method: "POST", target_uri: &uri, content_digest: Some(&digest), headers: &headers };
        let signed = sign(&message, &key, &code, now, &[]).expect("the request is signed");
        let directory = self.reg().directory();
        let registered = |code: &KeyCode| directory.keys.get(code).map(|key| key.public_key);
        let verified = verify(&message, &signed.signature_input, &signed.signature, registered, now);
        let verified = verified.expect("a registered key signed it");
        Evidence { key: verified.key, signed_text: verified.signed_text, signature: verified.signature }
    }
}

/// An officer who asks.
pub struct Officer<'w> {
    world: &'w World,
    code: OfficerCode,
}

impl Officer<'_> {
    /// Asks about a person for a purpose, in a case of its own.
    pub fn asks(&self, person: &Person, purpose: &str) -> Told {
        let case = format!("case {}", self.world.next());
        self.asks_in(person, purpose, &case)
    }

    /// Asks in a case that may be one with other questions.
    pub fn asks_in(&self, person: &Person, purpose: &str, case: &str) -> Told {
        Told(self.sends(self.question(person, purpose, case)).expect("the question is answered"))
    }

    /// Sends a question under an idempotency key.
    ///
    /// # Errors
    /// What the use case says.
    pub fn asks_once(&self, person: &Person, purpose: &str, case: &str, key: u8) -> Result<Told, InquireError> {
        let mut question = self.question(person, purpose, case);
        let body = format!("{} {} {purpose} {case}", person.number, person.name);
        let reg = self.world.reg();
        let body = reg.vault.keyring().hashes().content_of("body", body.as_bytes());
        question.once = Some(Once { key: [key; 32], body });
        self.sends(question).map(Told)
    }

    /// The question, ready to be sent.
    pub fn question(&self, person: &Person, purpose: &str, case: &str) -> Question {
        let purpose: PurposeCode = purpose.parse().expect("a purpose's code");
        Question {
            officer: self.code.clone(),
            purpose,
            case: case.parse().expect("a case reference"),
            identifier: person.identifier(),
            name: person.person_name(),
            once: None,
        }
    }

    /// Sends a question.
    ///
    /// # Errors
    /// What the use case says.
    pub fn sends(&self, question: Question) -> Result<Answer, InquireError> {
        self.world.wait(inquire(&self.world.reg(), question))
    }
}

/// What an officer was told.
pub struct Told(pub Answer);

impl Told {
    /// The records that were shown; none for any other answer.
    pub fn records(&self) -> &[Shown] {
        match &self.0.outcome {
            Outcome::Shown(shown) => shown,
            Outcome::Nothing | Outcome::Denied(_) => &[],
        }
    }

    /// The code of the refusal, if it was one.
    pub fn refusal(&self) -> Option<&'static str> {
        match &self.0.outcome {
            Outcome::Denied(refusal) => Some(Refusal::code(refusal)),
            Outcome::Shown(_) | Outcome::Nothing => None,
        }
    }

    /// Whether it was the answer that shows nothing, whatever the reason.
    pub fn is_nothing(&self) -> bool {
        matches!(self.0.outcome, Outcome::Nothing)
    }

    /// Asserts that exactly one record was shown, and of it these inputs with these values.
    ///
    /// # Panics
    /// If anything else was.
    #[track_caller]
    pub fn shows(&self, expected: &[(&str, &str)]) {
        let [shown] = self.records() else {
            panic!("expected one record; {} were shown, refusal {:?}", self.records().len(), self.refusal());
        };
        let inputs: Vec<_> = shown.inputs.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
        assert_eq!(inputs, expected);
    }

    /// Asserts that nothing was shown, and not why.
    ///
    /// # Panics
    /// If anything was, or a refusal was given.
    #[track_caller]
    pub fn shows_nothing(&self) {
        assert!(self.is_nothing(), "expected nothing; {} records, {:?}", self.records().len(), self.refusal());
    }

    /// Asserts that the look was denied with this code.
    ///
    /// # Panics
    /// If it was not.
    #[track_caller]
    pub fn is_denied(&self, code: &str) {
        assert_eq!(self.refusal(), Some(code), "{} records were shown", self.records().len());
    }
}
