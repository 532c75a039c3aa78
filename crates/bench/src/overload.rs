//! Ten times what the node can do: how much it still does, what it refuses, and whether any look escapes the journal.
//!
//! The capacity is what clients get that each wait for their answer. Then ten times as many clients keep to a timetable
//! of ten times that rate, whatever the node answers. A request that is refused is sent again later as it is, with its
//! key, as a client should. The clients have a thread of their own, but the machine is one: what they need is missing.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use fairfile_requests::SigningKey;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::Size;
use crate::intake::Bench;
use crate::{look, machine};

/// How many times its capacity the node is offered, and how many times the clients ask.
const TIMES: usize = 10;

/// What the clients share.
struct Flood {
    address: String,
    key: SigningKey,
    people: usize,
    /// Questions that nobody has answered yet.
    questions: Mutex<Vec<Vec<u8>>>,
    /// The number of the next question, if those do not suffice.
    fresh: AtomicUsize,
    /// The next line of the timetable.
    next: AtomicU64,
    /// Lines of the timetable in a second.
    rate: f64,
    began: Instant,
    lasts: Duration,
}

impl Flood {
    fn questions(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A question that nobody has answered yet.
    fn question(&self) -> Result<Vec<u8>> {
        let prepared = self.questions().pop();
        let fresh = || look::request(&self.key, &self.address, self.fresh.fetch_add(1, Ordering::Relaxed), self.people);
        prepared.map_or_else(fresh, Ok)
    }
}

/// What came of the requests of one client, or of all.
#[derive(Default)]
struct Tally {
    /// Answers to looks: what each took, and whether it came before the end.
    answered: Vec<(Duration, bool)>,
    refused: Vec<Duration>,
}

/// Measures the capacity, offers ten times as much for `seconds`, and prints what came of it.
pub fn measure(size: &Size, bench: &Bench, seconds: u64) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let capacity = look::looks(size, bench, &runtime, 0)?;
    let clients = size.clients * TIMES;
    println!("\n{TIMES} times the capacity for {seconds} s, {clients} clients");

    let server = runtime.block_on(look::server(bench))?;
    let address = server.local_addr.to_string();
    let served = runtime.spawn(server.run(std::future::pending()));
    let key = look::officer_key(bench)?;
    // As many as will be answered, and one in the hands of each client: signing must not take time from the node.
    let fresh = size.looks + (capacity * 1.2) as usize * usize::try_from(seconds)? + clients;
    let question = |n: usize| look::request(&key, &address, n, size.rows);
    let questions = (size.looks..fresh).map(question).collect::<Result<Vec<_>>>()?;
    let (leaves_before, memory_before) = (bench.registry.store.head().snapshot().size(), machine::peak()?);
    let flood = Flood {
        address,
        key,
        people: size.rows,
        questions: Mutex::new(questions),
        fresh: AtomicUsize::new(fresh),
        next: AtomicU64::new(0),
        rate: capacity * TIMES as f64,
        began: Instant::now(),
        lasts: Duration::from_secs(seconds),
    };
    let tally =
        std::thread::spawn(move || offer(flood, clients)).join().map_err(|_| anyhow!("the clients failed"))??;
    served.abort();
    let leaves = bench.registry.store.head().snapshot().size() - leaves_before;
    report(capacity, seconds, tally, leaves, &memory_before)
}

/// Runs the clients to the end of the timetable.
fn offer(mut flood: Flood, clients: usize) -> Result<Tally> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut streams = Vec::with_capacity(clients);
        for _ in 0..clients {
            let stream = TcpStream::connect(&flood.address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        flood.began = Instant::now();
        let flood = Arc::new(flood);
        let tasks: Vec<_> = streams.into_iter().map(|stream| tokio::spawn(client(flood.clone(), stream))).collect();
        let mut all = Tally::default();
        for task in tasks {
            let one = task.await??;
            all.answered.extend(one.answered);
            all.refused.extend(one.refused);
        }
        Ok(all)
    })
}

/// One client: takes the next line of the timetable, waits for its time, asks, and hears the answer.
async fn client(flood: Arc<Flood>, mut stream: TcpStream) -> Result<Tally> {
    let (mut tally, mut buffer) = (Tally::default(), Vec::with_capacity(16 * 1024));
    loop {
        let line = flood.next.fetch_add(1, Ordering::Relaxed);
        let due = Duration::from_secs_f64(line as f64 / flood.rate);
        if due.max(flood.began.elapsed()) >= flood.lasts {
            return Ok(tally);
        }
        tokio::time::sleep_until((flood.began + due).into()).await;
        let question = flood.question()?;
        let asked = Instant::now();
        stream.write_all(&question).await?;
        let head = look::answer(&mut stream, &mut buffer).await?;
        let took = asked.elapsed();
        match head.get(9..12) {
            Some("201" | "403" | "404") => tally.answered.push((took, flood.began.elapsed() <= flood.lasts)),
            Some("429" | "503") => {
                ensure!(head.contains("\nretry-after: "), "a refusal does not say when to come again");
                tally.refused.push(took);
                flood.questions().push(question);
            }
            _ => bail!("unexpected answer: {}", head.lines().next().unwrap_or_default()),
        }
    }
}

fn report(capacity: f64, seconds: u64, tally: Tally, leaves: u64, memory_before: &str) -> Result<()> {
    let Tally { answered, refused } = tally;
    let goodput = answered.iter().filter(|(_, in_time)| *in_time).count() as f64 / seconds as f64;
    let sent = answered.len() + refused.len();
    let mut took: Vec<Duration> = answered.iter().map(|(took, _)| *took).collect();
    let mut heard = refused.clone();
    let row = |what: &str, figure: String| println!("  {what:<62} {figure:>12}");
    row("capacity, each client waiting for its answer", format!("{capacity:.0} looks/s"));
    row("offered", format!("{:.0} requests/s", capacity * TIMES as f64));
    row("sent, as fast as clients and machine could", format!("{:.0} requests/s", sent as f64 / seconds as f64));
    row("answered", format!("{goodput:.0} looks/s"));
    row("answered, as a part of the capacity (goal 0.90)", format!("{:.2}", goodput / capacity));
    row("refused, each with Retry-After", refused.len().to_string());
    row("an answer, half of them and 99 of 100 within", percentiles(&mut took));
    row("a refusal, half of them and 99 of 100 within", percentiles(&mut heard));
    row("looks answered, leaves in the journal", format!("{}, {leaves}", answered.len()));
    row("most memory before the flood, clients and questions included", memory_before.to_owned());
    row("most memory after it", machine::peak()?);
    ensure!(leaves >= answered.len() as u64, "a look was answered that is not in the journal");
    Ok(())
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at =
        |hundredths: usize| times.get(times.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
    format!("{:.1}, {:.1} ms", at(50).as_secs_f64() * 1e3, at(99).as_secs_f64() * 1e3)
}
