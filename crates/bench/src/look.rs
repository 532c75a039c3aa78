//! Looks over HTTP: signed requests from many clients at once, each answered with facts and a receipt.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::routing::get;
use fairfile_demo::province::key_code;
use fairfile_http::limits::Rate;
use fairfile_http::{Config, Server};
use fairfile_requests::{BodyDigest, Message, SigningKey, sign};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::Size;
use crate::intake::Bench;
use crate::machine::{self, Part};
use crate::{look_floor, people};

const OFFICER: &str = "0417";

/// Measures looks, of which each is numbered alone; looks a second.
pub fn measure(size: &Size, bench: &Bench) -> Result<f64> {
    looks(size, bench, &Builder::new_multi_thread().enable_all().build()?, 0)
}

/// Measures the parts of a look and prints them beside `rate`. What the bare statements write explains nothing: a node in
/// which they were made does not hold any more.
pub fn report(size: &Size, bench: &Bench, rate: f64) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let mut floor = vec![hello(size, &runtime)?];
    floor.extend(look_floor::measure(size, &bench.registry, &runtime)?);
    machine::report("a look", rate, &floor, "looks/s", 0.6);
    Ok(())
}

/// A hello-world on the same stack (axum over hyper), asked by the same clients.
fn hello(size: &Size, runtime: &Runtime) -> Result<Part> {
    let whole = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let served =
            tokio::spawn(
                async move { axum::serve(listener, Router::new().route("/", get(|| async { "hello" }))).await },
            );
        let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\n\r\n").into_bytes();
        let requests = vec![request; size.looks];
        let whole = clients(&address, requests, size.clients, b"HTTP/1.1 200").await;
        served.abort();
        whole
    })?;
    Ok(Part::new("a hello-world on the same HTTP stack, same clients", whole, size.looks))
}

/// The key of the officer who asks.
pub fn officer_key(bench: &Bench) -> Result<SigningKey> {
    let key = std::fs::read_to_string(bench.held.demo_keys().join(format!("{}.pem", key_code(OFFICER))))?;
    Ok(SigningKey::from_pem(&key)?)
}

/// A server as it is usually configured; but one officer asks for all, and is not held to what one may ask.
pub async fn server(bench: &Bench) -> Result<Server> {
    let mut config = Config::new(machine_clock);
    let unlimited = Rate { each_minute: u32::MAX, at_once: u32::MAX };
    config.limits.rates.key = unlimited;
    config.limits.rates.person = unlimited;
    Ok(Server::bind("127.0.0.1:0".parse()?, bench.registry.clone(), config).await?)
}

/// Measures looks from clients that each wait for their answer; looks a second. No two are numbered alike, from `first`.
pub fn looks(size: &Size, bench: &Bench, runtime: &Runtime, first: usize) -> Result<f64> {
    let key = officer_key(bench)?;
    let whole = runtime.block_on(async {
        let server = server(bench).await?;
        let address = server.local_addr.to_string();
        let served = tokio::spawn(server.run(std::future::pending()));
        let numbers = first..first + size.looks;
        let requests = numbers.map(|n| request(&key, &address, n, size.rows)).collect::<Result<Vec<_>>>()?;
        let whole = clients(&address, requests, size.clients, b"HTTP/1.1 201").await;
        served.abort();
        whole
    })?;
    Ok(size.looks as f64 / whole.as_secs_f64())
}

/// The machine's clock.
pub fn machine_clock() -> fairfile_domain::day::Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or_default();
    fairfile_domain::day::Instant::from_unix_micros(micros)
        .unwrap_or_else(|_| unreachable!("the machine's clock stands in our years"))
}

/// The bytes of one signed question about another person each time.
pub fn request(key: &SigningKey, address: &str, n: usize, people_on_file: usize) -> Result<Vec<u8>> {
    // All over the file of people, in an order that nothing keeps near to one another.
    let person = n.wrapping_mul(7_919) % people_on_file;
    question(key, address, n, "licence-renewal", &people::number(person), &people::name(person))
}

/// The bytes of one signed question, in a case of its own.
pub fn question(key: &SigningKey, address: &str, n: usize, purpose: &str, number: &str, name: &str) -> Result<Vec<u8>> {
    let body = serde_json::json!({
        "purpose": purpose,
        "case": format!("HC-{n}"),
        "identifier": { "kind": "cn-resident", "number": number },
        "name": name,
    });
    let body = body.to_string();
    let (digest, once) = (BodyDigest::of(body.as_bytes()).header_value(), format!("look-{n}"));
    let uri = format!("http://{address}/api/inquiries");
    let headers = |name: &str| match name {
        "idempotency-key" => Some(once.clone()),
        "content-type" => Some("application/json".to_owned()),
        _ => None,
    };
    let message = Message { method: "POST", target_uri: &uri, content_digest: Some(&digest), headers: &headers };
    let signed =
        sign(&message, key, &key_code(OFFICER).parse()?, machine_clock().unix_micros() / 1_000_000, &["content-type"])?;
    Ok(format!(
        "POST /api/inquiries HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-digest: {digest}\r\n\
         idempotency-key: {once}\r\nsignature-input: {}\r\nsignature: {}\r\ncontent-length: {}\r\n\r\n{body}",
        signed.signature_input,
        signed.signature,
        body.len()
    )
    .into_bytes())
}

/// Sends all requests from `count` connections at once, each waiting for its answer; the time it took.
async fn clients(
    address: &str,
    requests: Vec<Vec<u8>>,
    count: usize,
    expected: &'static [u8],
) -> Result<std::time::Duration> {
    let requests = Arc::new(requests);
    let mut streams = Vec::new();
    for _ in 0..count {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let start = Instant::now();
    let tasks: Vec<_> = streams
        .into_iter()
        .enumerate()
        .map(|(client, mut stream)| {
            let requests = requests.clone();
            tokio::spawn(async move {
                let mut buffer = Vec::with_capacity(16 * 1024);
                for request in requests.iter().skip(client).step_by(count) {
                    stream.write_all(request).await?;
                    let head = answer(&mut stream, &mut buffer).await?;
                    ensure!(
                        buffer.starts_with(expected),
                        "unexpected answer: {}",
                        head.lines().next().unwrap_or_default()
                    );
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(start.elapsed())
}

/// Reads one whole answer; its status line and headers in small letters.
pub async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<String> {
    buffer.clear();
    loop {
        ensure!(stream.read_buf(buffer).await? > 0, "the server closed a connection");
        let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&buffer[..head])?.to_ascii_lowercase();
        let length =
            text.lines().find_map(|line| line.strip_prefix("content-length:")).context("an answer has a length")?;
        let whole = head + 4 + length.trim().parse::<usize>()?;
        while buffer.len() < whole {
            ensure!(stream.read_buf(buffer).await? > 0, "the server closed a connection");
        }
        return Ok(text);
    }
}
