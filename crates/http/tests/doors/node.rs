//! A demo node behind its doors, and the visitors who call.

#![allow(dead_code, unused_imports, unused_macros, reason = "each test takes of it what it needs")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use fairfile_demo::province;
use fairfile_domain::catalog::Bilingual;
use fairfile_domain::day::Instant;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_http::{Config, Cues, Demo, Doors, Invented, Server, router};
use fairfile_requests::{BodyDigest, Message, SigningKey, sign};
use fairfile_service::clock::MachineClock;
use fairfile_service::folder::Folder;
use fairfile_service::person::find_person;
use fairfile_service::registry::Mode;
use fairfile_service::{Clock, Registry};
use fairfile_testkit::Raw;
use fairfile_testkit::postgres::Database;
use fairfile_vault::Chance;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

/// The address that requests in these tests are made to.
pub const ORIGIN: &str = "http://lanhe.example";
/// A pharmacist of the sample whose licence is on display: number and name.
pub const SHOWN: (&str, &str) = ("539958198204170135", "梁敏磊");
/// One whose display has ended.
pub const ENDED: (&str, &str) = ("539981198906270337", "付英建");
/// A number that nobody has, with a check digit that fits.
pub const UNKNOWN: (&str, &str) = ("539901199001010015", "王无名");
/// When the demo begins, and the machine's time in these tests.
pub const NOW: &str = "2026-11-23T09:00:00+08:00";

/// The machine's clock in these tests: it stands still.
pub fn standing() -> Instant {
    NOW.parse().expect("an instant")
}

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Makes a test of each function for each engine.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name($crate::node::Engine::Sqlite);
            }

            #[test]
            fn on_postgres() {
                super::$name($crate::node::Engine::Postgres);
            }
        }
    )*};
}
pub(crate) use on_both_engines;

/// A demo node behind its doors.
pub struct Node {
    // In the order in which they must go.
    pub router: Router,
    pub reg: Arc<Registry>,
    pub runtime: Runtime,
    pub folder: Folder,
    database: Option<Database>,
    dir: TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an answer of JSON")
    }

    #[track_caller]
    /// Holds that it is the page of a problem.
    pub fn expect_page(&self, status: u16, code: &str) {
        let text = String::from_utf8_lossy(&self.body);
        assert!(self.status == status && text.contains(code), "{} {text}", self.status);
    }

    pub fn expect(self, status: u16, code: &str) -> Value {
        let document = self.json();
        assert_eq!((self.status, document["code"].as_str().unwrap_or_default()), (status, code), "{document:#}");
        document
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub enum As<'t> {
    Nobody,
    /// A member or an officer, by the code of the demo key's holder.
    Signed(&'t str),
    /// A person, by token.
    Token(&'t str),
    /// A session of a page.
    Cookie(&'t str),
}

/// A request under construction.
pub struct Ask<'t> {
    pub method: Method,
    pub path: String,
    pub who: As<'t>,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub created: i64,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl<'t> Ask<'t> {
    pub fn get(path: impl Into<String>, who: As<'t>) -> Self {
        let created = standing().unix_micros() / 1_000_000;
        Self { method: Method::GET, path: path.into(), who, headers: Vec::new(), body: Vec::new(), created }
    }

    /// A POST with an idempotency key of its own.
    pub fn post(path: impl Into<String>, who: As<'t>, body: impl Into<Vec<u8>>) -> Self {
        let key = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let headers = vec![("idempotency-key", key), ("content-type", "application/json".to_owned())];
        Self { method: Method::POST, headers, body: body.into(), ..Self::get(path, who) }
    }

    /// With another value of a header, or without it.
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.extend(value.map(|value| (name, value.to_owned())));
        self
    }
}

/// A question about one person.
pub fn question(person: (&str, &str), purpose: &str, case: &str) -> Vec<u8> {
    let identifier = json!({ "kind": "cn-resident", "number": person.0 });
    json!({ "purpose": purpose, "case": case, "identifier": identifier, "name": person.1 }).to_string().into_bytes()
}

/// What the story of [`Node::staged`] has visitors type.
pub fn cues() -> Cues {
    Cues {
        name: SHOWN.1.to_owned(),
        number: SHOWN.0.to_owned(),
        item: "pharmacist-licence".to_owned(),
        record_number: "LHYS-2026-00001".to_owned(),
        purpose: "licence-renewal".to_owned(),
        denied_purpose: "food-permit".to_owned(),
        case: "HC-2026-0331".to_owned(),
    }
}

impl Node {
    pub fn new(engine: Engine) -> Self {
        Self::with(engine, |_| ())
    }

    /// A node that was founded as a demo and is taken for one of `mode`: what its doors have goes by that alone.
    pub fn of_mode(engine: Engine, mode: Mode) -> Self {
        Self::founded(engine, mode, |_| ())
    }

    pub fn with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        Self::founded(engine, Mode::Demo, change)
    }

    fn founded(engine: Engine, mode: Mode, change: impl FnOnce(&mut Config)) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let database = (engine == Engine::Postgres).then(Database::new);
        let url = database.as_ref().map(|database| database.url.as_str());
        let founded = province::found(&dir.path().join("node"), url, Chance::seeded(17), Clock::set_to(standing()));
        let (folder, mut registry) = founded.expect("the demo province is founded");
        registry.mode = mode;
        let reg = Arc::new(registry);
        let mut config = Config::new(standing);
        config.origins = vec![ORIGIN.to_owned()];
        change(&mut config);
        let router = router::router(Doors::new(reg.clone(), config).expect("an origin"));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self { router, reg, runtime: runtime.expect("a runtime"), folder, database, dir }
    }

    /// The same node as its program serves a demo: with [`SHOWN`] as somebody whom visitors can be, and a clock to be moved.
    pub fn staged(mut self) -> Self {
        let identifier = Identifier::parse(IdentifierKind::CnResident, SHOWN.0).expect("a number");
        let found = find_person(&self.reg, &identifier).expect("the node answers");
        let trade = Bilingual { en: "pharmacist".to_owned(), zh: "药师".to_owned() };
        let people = found.map(|subject| Invented {
            subject,
            name: Bilingual { en: "Lin Xiaohe".to_owned(), zh: SHOWN.1.to_owned() },
            trade,
        });
        let demo =
            Demo { people: people.into_iter().collect(), clock: Some(self.folder.clock_hand()), cues: Some(cues()) };
        let config = Config { origins: vec![ORIGIN.to_owned()], demo, ..Config::new(standing) };
        self.router = router::router(Doors::new(self.reg.clone(), config).expect("an origin"));
        self
    }

    /// The node with the pharmacist sample taken in.
    pub fn with_pharmacists(engine: Engine) -> Self {
        Self::with_pharmacists_and(engine, |_| ())
    }

    /// The same, configured otherwise.
    pub fn with_pharmacists_and(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let node = Self::with(engine, change);
        assert_eq!(node.hands_in("pharmacist-licences-2026-10.csv").status, 201);
        node
    }

    /// The node's data past the store.
    pub fn raw(&self) -> Raw {
        match &self.database {
            Some(database) => Raw::Postgres(database.url.clone()),
            None => Raw::Sqlite(self.folder.path().join("data/fairfile.db")),
        }
    }

    pub fn key_file(&self, holder: &str) -> PathBuf {
        self.folder.demo_keys().join(format!("{}.pem", province::key_code(holder)))
    }

    pub fn key(&self, holder: &str) -> SigningKey {
        let pem = fs::read_to_string(self.key_file(holder)).expect("a demo key");
        SigningKey::from_pem(&pem).expect("a demo key")
    }

    /// The request as it goes over the wire, signed by whoever it is for.
    pub fn request(&self, ask: &Ask<'_>) -> Request<Body> {
        self.request_to(ORIGIN, ask)
    }

    pub fn request_to(&self, origin: &str, ask: &Ask<'_>) -> Request<Body> {
        let mut headers = ask.headers.clone();
        let find = |headers: &[(&'static str, String)], name: &str| {
            headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        match ask.who {
            As::Nobody => {}
            As::Token(token) => headers.push(("authorization", format!("Bearer {token}"))),
            As::Cookie(token) => headers.push(("cookie", format!("fairfile_session={token}"))),
            As::Signed(holder) => {
                if ask.method == Method::POST && find(&headers, "content-digest").is_none() {
                    headers.push(("content-digest", BodyDigest::of(&ask.body).header_value()));
                }
                let target_uri = format!("{origin}{}", ask.path);
                let digest = find(&headers, "content-digest");
                let lines = headers.clone();
                let message = Message {
                    method: ask.method.as_str(),
                    target_uri: &target_uri,
                    content_digest: digest.as_deref(),
                    headers: &|name| find(&lines, name),
                };
                let code = province::key_code(holder).parse().expect("the code of a key");
                let signed = sign(&message, &self.key(holder), &code, ask.created, &[]).expect("a signature");
                headers.push(("signature-input", signed.signature_input));
                headers.push(("signature", signed.signature));
            }
        }
        let host = origin.trim_start_matches("http://");
        let mut request = Request::builder().method(ask.method.clone()).uri(&ask.path).header("host", host);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Body::from(ask.body.clone())).expect("a request")
    }

    pub fn asks(&self, ask: &Ask<'_>) -> Reply {
        self.sends(self.request(ask))
    }

    /// Sends a request through the router, on a worker as the server does.
    pub fn sends(&self, request: Request<Body>) -> Reply {
        let router = self.router.clone();
        let work = async move {
            let response = router.oneshot(request).await.expect("the router always answers");
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            Reply { status: parts.status.as_u16(), headers: parts.headers, body: body.to_vec() }
        };
        self.runtime.block_on(self.runtime.spawn(work)).expect("no panic")
    }

    pub fn inquires(&self, officer: &str, person: (&str, &str), purpose: &str, case: &str) -> Reply {
        self.asks(&Ask::post("/api/inquiries", As::Signed(officer), question(person, purpose, case)))
    }

    pub fn signs_in(&self, number: &str) -> String {
        let body = json!({ "identifier": { "kind": "cn-resident", "number": number } }).to_string();
        let reply = self.asks(&Ask::post("/api/demo/sign-in", As::Nobody, body));
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.json());
        reply.json()["token"].as_str().expect("a token").to_owned()
    }

    /// The looks at the file of whoever has this number, as the person sees them, the person's own left out.
    pub fn looks(&self, number: &str) -> Vec<Value> {
        let token = self.signs_in(number);
        let reply = self.asks(&Ask::get("/api/my/looks", As::Token(&token)));
        assert_eq!(reply.status, 200);
        let looks = reply.json()["looks"].as_array().expect("looks").clone();
        looks.into_iter().filter(|look| look["outcome"] != "own").collect()
    }

    pub fn hands_in(&self, sample: &str) -> Reply {
        self.asks(&upload("/api/batches", sample, sample_bytes(sample)))
    }

    /// Lets the server's own clocks go on.
    pub fn waits(&self, ms: u64) {
        self.runtime.block_on(async { tokio::time::sleep(std::time::Duration::from_millis(ms)).await });
    }

    /// Starts a real server; it stops with the value.
    pub fn serves(&self, change: impl FnOnce(&mut Config)) -> Serving {
        self.serves_by(standing, change)
    }

    pub fn serves_by(&self, clock: MachineClock, change: impl FnOnce(&mut Config)) -> Serving {
        self.serves_at(SocketAddr::from(([127, 0, 0, 1], 0)), clock, change)
    }

    pub fn serves_at(&self, at: SocketAddr, clock: MachineClock, change: impl FnOnce(&mut Config)) -> Serving {
        let mut config = Config::new(clock);
        change(&mut config);
        let server = self.runtime.block_on(Server::bind(at, self.reg.clone(), config)).expect("a port");
        let addr = server.local_addr;
        let (stop, stopped) = oneshot::channel::<()>();
        let done = self.runtime.spawn(server.run(async {
            stopped.await.ok();
        }));
        Serving { addr, stop: Some(stop), done: Some(done) }
    }
}

/// A running server.
pub struct Serving {
    pub addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    pub done: Option<tokio::task::JoinHandle<()>>,
}

impl Serving {
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn stop(&mut self) {
        self.stop.take();
    }
}

/// Member and item of a sample.
pub fn source_of(sample: &str) -> (&'static str, &'static str) {
    let rows = [
        ("pharmacist", "drug-administration", "pharmacist-licence"),
        ("food", "market-regulation", "food-safety-penalty"),
        ("court", "court", "court-ordered-obligation"),
        ("teacher", "education", "teacher-certificate"),
    ];
    let row = rows.iter().find(|row| sample.starts_with(row.0)).expect("a sample");
    (row.1, row.2)
}

pub fn upload(path: &str, sample: &str, bytes: Vec<u8>) -> Ask<'static> {
    let (member, item) = source_of(sample);
    let named = format!("attachment; filename=\"{sample}\"");
    let ask = Ask::post(format!("{path}?item={item}"), As::Signed(member), bytes);
    ask.with("content-type", Some("application/octet-stream")).with("content-disposition", Some(&named))
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples")
}

pub fn sample_bytes(sample: &str) -> Vec<u8> {
    fs::read(samples().join(sample)).expect("a sample")
}

pub fn expected(sample: &str) -> Value {
    let text = fs::read(samples().join(format!("{sample}.expected.json"))).expect("what is expected of a sample");
    serde_json::from_slice(&text).expect("JSON")
}
