//! Whether the time of an answer tells why nothing is shown: answers for one reason and for another by turns, over the page
//! and over the interface (threats.md T6).
//!
//! Two figures tell: Welch's t, which is beyond 4.5 only where the two means surely differ, and the part of all pairs in
//! which the second reason's answer took longer (the area under the ROC curve), which is 0.5 where nothing can be told.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fairfile_requests::SigningKey;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::intake::Bench;
use crate::{Size, look, people};

/// A purpose under which a licence is shown.
const SHOWN_FOR: &str = "licence-renewal";
/// One of another sector, for which it is not.
const NOT_SHOWN_FOR: &str = "physician-hiring";

/// Why nothing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Nobody of this number is on file.
    Unknown,
    /// The number is on file under another name.
    OtherName,
    /// What is on file is not for this purpose.
    OtherPurpose,
}

/// Two reasons between which nobody may be able to tell.
const PAIRS: [(Reason, Reason, &str); 2] =
    [(Reason::Unknown, Reason::OtherName, SHOWN_FOR), (Reason::Unknown, Reason::OtherPurpose, NOT_SHOWN_FOR)];

/// What somebody asks: a purpose, a number and a name.
struct Question {
    purpose: &'static str,
    number: String,
    name: String,
}

impl Question {
    /// One that shows nothing for `reason`; `n` is different each time.
    fn that_shows_nothing(reason: Reason, purpose: &'static str, n: usize, on_file: usize) -> Self {
        let person = if reason == Reason::Unknown { on_file + n } else { n % on_file };
        let name = if reason == Reason::OtherPurpose { person } else { person + 1 };
        Self { purpose, number: people::number(person), name: people::name(name) }
    }

    /// One that is answered. Whoever only ever asks in vain is stopped, so these go between.
    fn that_is_answered(n: usize, on_file: usize) -> Self {
        let person = n % on_file;
        Self { purpose: SHOWN_FOR, number: people::number(person), name: people::name(person) }
    }
}

/// One officer at one connection, by the interface or by the page.
struct Officer {
    stream: TcpStream,
    address: String,
    buffer: Vec<u8>,
    way: Way,
    asked: usize,
}

enum Way {
    Interface(Box<SigningKey>),
    Page { cookie: String },
}

impl Officer {
    async fn by_interface(address: &str, key: SigningKey) -> Result<Self> {
        Self::at(address, Way::Interface(Box::new(key))).await
    }

    async fn by_page(address: &str) -> Result<Self> {
        let mut officer = Self::at(address, Way::Page { cookie: String::new() }).await?;
        let head = officer.posts("/en/demo/visit", "who=officer.0417").await?;
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).context("a session")?;
        // The head comes in small letters, and a session is not.
        let place = head.find(cookie).context("a session")?;
        let kept = std::str::from_utf8(&officer.buffer[place..place + cookie.len()])?;
        let session = kept.split(';').next().unwrap_or_default().to_owned();
        officer.way = Way::Page { cookie: session };
        Ok(officer)
    }

    async fn at(address: &str, way: Way) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address: address.to_owned(), buffer: Vec::new(), way, asked: 0 })
    }

    /// Sends a question; how long the answer took, and where a page of it is.
    async fn asks(&mut self, question: &Question, expected: &str) -> Result<Duration> {
        self.asked += 1;
        let Question { purpose, number, name } = question;
        match &self.way {
            Way::Interface(key) => {
                let request = look::question(key, &self.address, self.asked, purpose, number, name)?;
                let began = Instant::now();
                self.stream.write_all(&request).await?;
                let head = look::answer(&mut self.stream, &mut self.buffer).await?;
                let took = began.elapsed();
                ensure!(head.get(9..12) == Some(expected), "an unexpected answer: {head}");
                Ok(took)
            }
            Way::Page { .. } => {
                self.gets("/en/inquiry/new", &["200"]).await?;
                let page = std::str::from_utf8(&self.buffer)?;
                let (_, key) = page.split_once("name=\"form_key\" value=\"").context("a form has a key")?;
                let key = key.split('"').next().unwrap_or_default();
                let form =
                    format!("form_key={key}&purpose={purpose}&case=PC-{}&number={number}&name={name}", self.asked);
                let began = Instant::now();
                let head = self.posts("/en/inquiry/new", &form).await?;
                ensure!(head.get(9..12) == Some("303"), "an unexpected answer: {head}");
                let place = head.lines().find_map(|line| line.strip_prefix("location: ")).context("a page")?.to_owned();
                self.gets(&place, &["200", "404"]).await?;
                Ok(began.elapsed())
            }
        }
    }

    async fn posts(&mut self, path: &str, form: &str) -> Result<String> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncookie: {}\r\n\
             content-length: {}\r\n\r\n{form}",
            self.address,
            self.cookie(),
            form.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        look::answer(&mut self.stream, &mut self.buffer).await
    }

    async fn gets(&mut self, path: &str, expected: &[&str]) -> Result<()> {
        let cookie = self.cookie();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\ncookie: {cookie}\r\n\r\n", self.address);
        self.stream.write_all(request.as_bytes()).await?;
        let head = look::answer(&mut self.stream, &mut self.buffer).await?;
        ensure!(head.get(9..12).is_some_and(|status| expected.contains(&status)), "{path}: {head}");
        Ok(())
    }

    fn cookie(&self) -> &str {
        match &self.way {
            Way::Page { cookie } => cookie,
            Way::Interface(_) => "",
        }
    }
}

/// How long answers took for two reasons.
#[derive(Default)]
struct Times(Vec<f64>, Vec<f64>);

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, other) = (middle(&self.0), middle(&self.1));
        let (t, area) = (welch(&self.0, &self.1), area(&self.0, &self.1));
        write!(
            f,
            "medians {one:.2} and {other:.2} ms, Welch's t {t:.2} (goal within 4.5), area {area:.3} (goal 0.48 to 0.52)"
        )
    }
}

/// Asks `answers` questions for each reason of each pair, in turns, and prints what their times tell.
pub fn measure(size: &Size, bench: &Bench, answers: usize) -> Result<()> {
    println!("\nwhy nothing is shown, from the times of {answers} answers for each reason");
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = look::server(bench).await?;
        let address = server.local_addr.to_string();
        let served = tokio::spawn(server.run(std::future::pending()));
        for way in ["interface", "page"] {
            // Each comes when it asks: a connection on which nothing is said is closed.
            let mut officer = match way {
                "interface" => Officer::by_interface(&address, look::officer_key(bench)?).await?,
                _ => Officer::by_page(&address).await?,
            };
            for (one, other, purpose) in PAIRS {
                let times = compare(&mut officer, (one, other, purpose), answers, size.rows).await?;
                println!("  {way:<10} {one:?} and {other:?}: {times}");
            }
        }
        served.abort();
        Ok(())
    })
}

async fn compare(
    officer: &mut Officer,
    (one, other, purpose): (Reason, Reason, &'static str),
    answers: usize,
    on_file: usize,
) -> Result<Times> {
    let mut times = Times::default();
    for n in 0..answers * 2 {
        officer.asks(&Question::that_is_answered(n, on_file), "201").await?;
        // One before the other and the other before the one equally often.
        let is_one = (n % 4 == 0) || (n % 4 == 3);
        let reason = if is_one { one } else { other };
        let took = officer.asks(&Question::that_shows_nothing(reason, purpose, n, on_file), "404").await?;
        if is_one { &mut times.0 } else { &mut times.1 }.push(took.as_secs_f64() * 1e3);
    }
    Ok(times)
}

fn middle(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The mean, and its variance.
fn mean(times: &[f64]) -> (f64, f64) {
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    let spread = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, spread / count)
}

fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((one, spread), (other, other_spread)) = (mean(one), mean(other));
    (one - other) / (spread + other_spread).sqrt()
}

/// The part of all pairs in which the other took longer; pairs that took equally long count half.
fn area(one: &[f64], other: &[f64]) -> f64 {
    let mut sorted = one.to_vec();
    sorted.sort_by(f64::total_cmp);
    let below = |time: &f64| {
        let (less, most) = (sorted.partition_point(|t| t < time), sorted.partition_point(|t| t <= time));
        (less + most) as f64 / 2.0
    };
    other.iter().map(below).sum::<f64>() / (one.len() * other.len()) as f64
}
