//! A seeded node in a temporary folder: its cast, its calendar, its audit.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fairfile_demo::province;
use fairfile_domain::catalog::Item;
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{KeyCode, SubjectId};
use fairfile_requests::{BodyDigest, Message, SigningKey, sign, verify};
use fairfile_service::calendar::{self, Passed};
use fairfile_service::clock::Machine;
use fairfile_service::folder::{Folder, FolderError};
use fairfile_service::opening_day::Foundation;
use fairfile_service::person::{FileView, read_file};
use fairfile_service::source::Evidence;
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
use crate::sheet::{Row, row_of};
use crate::visitors::{Member, Officer, Source};

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

    /// The same in another zone, by its IANA name.
    pub fn on_machine_in(engine: Engine, seed: u64, hands: &Arc<Hands>, zone: &str) -> Self {
        let foundation = Foundation { zone: zone.to_owned(), ..province::foundation() };
        Self::founded_as(engine, seed, Clock::machine(hands.machine()), hands.machine(), &foundation)
    }

    fn founded(engine: Engine, seed: u64, clock: Clock, machine: Machine) -> Self {
        Self::founded_as(engine, seed, clock, machine, &province::foundation())
    }

    fn founded_as(engine: Engine, seed: u64, clock: Clock, machine: Machine, foundation: &Foundation) -> Self {
        let dir = tempfile::Builder::new().prefix("fairfile-world-").tempdir().expect("a temporary folder");
        let database = (engine == Engine::Postgres).then(Database::new);
        let url = database.as_ref().map(|database| database.url.as_str());
        let founded = province::found_as(&dir.path().join("node"), url, foundation, Chance::seeded(seed), clock);
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

    /// The process dies as it stands: its files are found again as they lie on the disk now, closed by nobody.
    /// `meanwhile` happens to the folder, and the node starts again.
    pub fn crashes(&self, meanwhile: impl FnOnce(&Path)) {
        let (folder, image) = (self.folder(), self.dir.path().join("image"));
        copy_folder(&folder, &image).expect("the folder is copied");
        self.stops();
        fs::remove_dir_all(&folder).and_then(|()| fs::rename(&image, &folder)).expect("the image takes its place");
        meanwhile(&folder);
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

    pub(crate) fn next(&self) -> u32 {
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

/// Copies a folder with all that is in it.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}

/// The machine of a world whose clock is set by hand: nobody reads it.
pub fn hand_set() -> Machine {
    Machine::of(|| unreachable!("the clock of a world is set"))
}

/// Reads an instant that a test names.
pub(crate) fn instant(text: &str) -> Instant {
    text.parse().expect("an instant")
}

impl World {
    /// A member as one that was told.
    pub fn member(&self, code: &str) -> Member<'_> {
        Member { world: self, code: code.to_owned() }
    }

    /// A POST of `bytes` to `path` that the member signs, verified as the door would.
    pub(crate) fn evidence(&self, member: &str, path: &str, bytes: &[u8]) -> Evidence {
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
        Evidence::Signed { key: verified.key, signed_text: verified.signed_text, signature: verified.signature }
    }
}
