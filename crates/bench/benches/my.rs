//! What a person's pages cost: `/my` with 50 records and 500 looks, and the list of looks, each beside a page of the same size
//! that lies in memory, over the same kind of connection.
//!
//! `cargo bench -p fairfile-bench --bench my`. It ends with the ratios: only they mean anything on a machine that others use too.
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use fairfile_demo::counter::Counter;
use fairfile_demo::province;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;
use fairfile_http::limits::Rate;
use fairfile_http::{Config, Server};
use fairfile_service::Clock;
use fairfile_service::source::Handed;
use fairfile_vault::Chance;
use tokio::runtime::Runtime;

/// Whose file it is.
const PERSON: (&str, &str) = ("539958198204170135", "梁敏磊");
/// When the node's clock stands.
const NOW: &str = "2026-11-23T09:00:00+08:00";
const RECORDS: usize = 50;
const LOOKS: usize = 500;
/// The pages that are measured.
const PAGES: [&str; 4] = ["/en/my", "/zh/my", "/en/my/looks", "/en/my/copy/print"];
/// How often each is read for its ratio; the median of so many counts.
const READINGS: usize = 300;

fn licences() -> String {
    let mut file = String::from("身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关\n");
    for number in 0..RECORDS {
        let (id, name) = PERSON;
        file += &format!("{id},{name},LH-YS-2025-{number:05},中药学,2025-03-01,2030-02-28,兰河省药品监督管理局\n");
    }
    file
}

fn fill(counter: &Counter<'_>) {
    let handed = Handed {
        member: "drug-administration".parse().expect("a code"),
        item: "pharmacist-licence".parse().expect("a code"),
    };
    let file: Arc<[u8]> = licences().into_bytes().into();
    counter.hand_in(&handed, "licences.csv", &file).expect("the licences are taken in");
    let identifier = Identifier::parse(IdentifierKind::CnResident, PERSON.0).expect("a number");
    let name = PersonName::parse(PERSON.1).expect("a name");
    for number in 0..LOOKS {
        let case = format!("HC-{number}");
        counter.ask("0417", "licence-renewal", &case, &identifier, &name).expect("an answer");
    }
}

/// A connection that stays, as a browser's does.
struct Client {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Client {
    fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, host: address.to_owned(), buffer: vec![0; 1 << 20] }
    }

    /// Sends a request and reads its whole answer: head and body.
    fn ask(&mut self, first_line: &str, more: &str) -> (String, Vec<u8>) {
        write!(self.stream, "{first_line} HTTP/1.1\r\nhost: {}\r\n{more}", self.host).expect("a request");
        let mut answer = Vec::new();
        loop {
            let read = self.stream.read(&mut self.buffer).expect("an answer");
            assert!(read > 0, "the server closed a connection");
            answer.extend_from_slice(&self.buffer[..read]);
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|text| text.trim().parse().ok()).expect("a length");
            if answer.len() >= end + 4 + length {
                return (head, answer.split_off(end + 4));
            }
        }
    }

    fn page(&mut self, path: &str, cookie: &str) -> Vec<u8> {
        let (head, body) = self.ask(&format!("GET {path}"), &format!("accept: text/html\r\ncookie: {cookie}\r\n\r\n"));
        assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
        body
    }
}

fn signs_in(client: &mut Client) -> String {
    let body = format!("{{\"identifier\":{{\"kind\":\"cn-resident\",\"number\":\"{}\"}}}}", PERSON.0);
    let more = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (_, answer) = client.ask("POST /api/demo/sign-in", &more);
    let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
    format!("fairfile_session={}", answer["token"].as_str().expect("a token"))
}

/// A server of one page that lies in memory; its address.
fn serve_from_memory(runtime: &Runtime, page: Vec<u8>) -> String {
    let page = axum::body::Bytes::from(page);
    let answer = move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    };
    let router = Router::new().route("/page", get(answer));
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    runtime.spawn(async move { axum::serve(listener, router).await });
    address
}

/// The median of [`READINGS`] readings.
fn median(mut read: impl FnMut()) -> Duration {
    let took = |_| {
        let began = Moment::now();
        read();
        began.elapsed()
    };
    let mut times: Vec<Duration> = (0..READINGS).map(took).collect();
    times.sort();
    times[READINGS / 2]
}

fn pages(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    let at = NOW.parse().expect("an instant");
    let (folder, registry) =
        province::found(&dir.path().join("node"), None, Chance::seeded(17), Clock::set_to(at)).expect("a node");
    let registry = Arc::new(registry);
    fill(&Counter::open(&registry, &folder).expect("a counter"));
    let runtime = Runtime::new().expect("a runtime");
    let mut config = Config::new(|| NOW.parse().expect("an instant"));
    config.limits.rates.person = Rate { each_minute: u32::MAX, at_once: u32::MAX };
    config.limits.rates.peer = config.limits.rates.person;
    let bound = Server::bind("127.0.0.1:0".parse().expect("an address"), registry.clone(), config);
    let server = runtime.block_on(bound).expect("a port");
    let address = server.local_addr.to_string();
    runtime.spawn(server.run(std::future::pending()));
    let mut client = Client::to(&address);
    let cookie = signs_in(&mut client);
    let mut ratios = Vec::new();
    for path in PAGES {
        let page = client.page(path, &cookie);
        let size = page.len();
        let mut memory = Client::to(&serve_from_memory(&runtime, page));
        c.bench_function(&format!("{path}, {size} bytes"), |b| b.iter(|| client.page(path, &cookie)));
        c.bench_function(&format!("{path}, from memory"), |b| b.iter(|| memory.page("/page", "")));
        let (own, floor) = (median(|| drop(client.page(path, &cookie))), median(|| drop(memory.page("/page", ""))));
        ratios.push((path, size, own, floor));
    }
    println!("\n{RECORDS} records and {LOOKS} looks; medians of {READINGS}");
    for (path, size, own, floor) in ratios {
        let ratio = own.as_secs_f64() / floor.as_secs_f64();
        println!("{path:<20} {size:>8} bytes  {own:>10.2?}  from memory {floor:>10.2?}  ratio {ratio:.1}");
    }
}

criterion_group!(my, pages);
criterion_main!(my);
