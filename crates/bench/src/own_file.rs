//! A person at the own file, again and again: how long each reading takes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::{look, people};

/// From one reading to the next: fewer than a node takes from one person.
const EVERY: Duration = Duration::from_millis(150);

/// A person who is signed in.
pub struct OwnFile {
    address: String,
    request: Vec<u8>,
}

impl OwnFile {
    /// Signs invented person no. `n` in at the node at `address`.
    pub fn of(address: &str, n: usize) -> Result<Self> {
        let body = serde_json::json!({ "identifier": { "kind": "cn-resident", "number": people::number(n) } });
        let body = body.to_string();
        let request = format!(
            "POST /api/demo/sign-in HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = Builder::new_current_thread().enable_all().build()?.block_on(async {
            let (mut stream, mut buffer) = (TcpStream::connect(address).await?, Vec::new());
            stream.write_all(request.as_bytes()).await?;
            look::answer(&mut stream, &mut buffer).await?;
            anyhow::Ok(buffer)
        })?;
        let body = answer.windows(4).position(|four| four == b"\r\n\r\n").and_then(|head| answer.get(head + 4..));
        let answer: serde_json::Value = serde_json::from_slice(body.context("an answer has a head")?)?;
        let token = answer["token"].as_str().context("whoever signs in gets a token")?;
        let request = format!("GET /api/my/file HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
        Ok(Self { address: address.to_owned(), request: request.into_bytes() })
    }

    /// Reads the file for as long as it `lasts`; what each reading took. One that is refused is an error.
    pub fn read_for(&self, lasts: Duration) -> Result<Vec<Duration>> {
        Builder::new_current_thread().enable_all().build()?.block_on(async {
            let (mut stream, mut buffer) = (TcpStream::connect(&self.address).await?, Vec::new());
            stream.set_nodelay(true)?;
            let (began, mut took) = (Instant::now(), Vec::new());
            while began.elapsed() < lasts {
                let asked = Instant::now();
                stream.write_all(&self.request).await?;
                let head = look::answer(&mut stream, &mut buffer).await?;
                took.push(asked.elapsed());
                ensure!(head.get(9..12) == Some("200"), "a person was kept from the own file");
                tokio::time::sleep(EVERY).await;
            }
            Ok(took)
        })
    }
}
