//! Ten times what the node can do: how much it still does, what it refuses, whether any look escapes the journal, and how
//! long a person waits for the own file meanwhile.
//!
//! The capacity is what clients get that each wait for their answer. Ten times as many clients keep to a timetable of
//! ten times that rate, whatever the node answers. A request that is refused is sent again later as it is, with its key,
//! as a client should. Both take turns, for what else a machine has to do changes from one second to the next. The
//! clients have a thread of their own, but the machine is one: what they need is missing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::Size;
use crate::intake::Bench;
use crate::own_file::OwnFile;
use crate::{look, machine};

/// How many times its capacity the node is offered, and how many times the clients ask.
const TIMES: usize = 10;
/// How often capacity and flood take turns.
const TURNS: u32 = 4;
/// For how long a person reads the own file before anybody else comes.
const ALONE: Duration = Duration::from_secs(3);
/// Longer than the first questions take.
const TO_THE_LAST_QUESTION: Duration = Duration::from_secs(3_600);

/// What the clients share.
struct Timetable {
    address: String,
    /// Questions that nobody has answered yet.
    questions: Mutex<Vec<Vec<u8>>>,
    /// The next line.
    next: AtomicU64,
    /// Lines in a second.
    rate: f64,
    began: Instant,
    lasts: Duration,
}

impl Timetable {
    fn questions(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of the requests of one client, or of all.
#[derive(Default)]
struct Tally {
    /// Answers to looks: what each took, and whether it came before the end.
    answered: Vec<(Duration, bool)>,
    refused: Vec<Duration>,
    /// For how long there was a timetable.
    lasted: Duration,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.answered.extend(other.answered);
        self.refused.extend(other.refused);
        self.lasted += other.lasted;
    }

    /// Looks that were answered in a second.
    fn goodput(&self) -> f64 {
        self.each_second(self.answered.iter().filter(|(_, in_time)| *in_time).count())
    }

    fn each_second(&self, count: usize) -> f64 {
        count as f64 / self.lasted.as_secs_f64()
    }
}

/// What was measured.
struct Measured {
    /// The turns of the clients that wait, and those of the flood.
    calm: Tally,
    flood: Tally,
    /// How long the own file took: alone, and in the flood.
    own: [Vec<Duration>; 2],
    /// Leaves that came of it all.
    leaves: u64,
    /// What was held before, and the most in the flood.
    memory: [String; 2],
}

/// Questions of which no two are alike, signed before they are needed: signing takes time that the node should have.
struct Questions<'b> {
    bench: &'b Bench,
    address: String,
    people: usize,
    next: usize,
    ready: Vec<Vec<u8>>,
}

impl Questions<'_> {
    fn fill(&mut self, count: usize) -> Result<()> {
        let key = look::officer_key(self.bench)?;
        while self.ready.len() < count {
            self.ready.push(look::request(&key, &self.address, self.next, self.people)?);
            self.next += 1;
        }
        Ok(())
    }
}

/// Has the node do what it can and offers it ten times as much, each for `seconds`, and prints what came of it.
pub fn measure(size: &Size, bench: &Bench, seconds: u64) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let server = runtime.block_on(look::server(bench))?;
    let address = server.local_addr.to_string();
    let served = runtime.spawn(server.run(std::future::pending()));
    let own_file = Arc::new(OwnFile::of(&address, 0)?);
    let mut questions = Questions {
        bench,
        address: address.clone(),
        people: size.rows,
        next: 0,
        ready: Vec::with_capacity(size.looks),
    };
    questions.fill(size.looks)?;
    let first = offer(&mut questions, size.clients, f64::INFINITY, TO_THE_LAST_QUESTION)?;
    let turn = Duration::from_secs(seconds) / TURNS;
    // More than can be answered in a turn.
    let enough = (first.goodput() * turn.as_secs_f64() * 3.0) as usize + size.clients * TIMES;

    println!("\n{TIMES} times the capacity for {seconds} s, {} clients", size.clients * TIMES);
    let leaves = bench.registry.store.head().snapshot().size();
    let alone = own_file.read_for(ALONE)?;
    let (mut calm, mut flood, mut in_flood) = (Tally::default(), Tally::default(), Vec::new());
    questions.fill(enough)?;
    machine::forget_peak()?;
    let memory = machine::memory()?;
    for _ in 0..TURNS {
        questions.fill(enough)?;
        calm.add(offer(&mut questions, size.clients, f64::INFINITY, turn)?);
        questions.fill(enough)?;
        let person = thread::spawn({
            let own_file = own_file.clone();
            move || own_file.read_for(turn)
        });
        flood.add(offer(&mut questions, size.clients * TIMES, calm.goodput() * TIMES as f64, turn)?);
        in_flood.extend(person.join().map_err(|_| anyhow!("the person's thread failed"))??);
    }
    served.abort();
    let leaves = bench.registry.store.head().snapshot().size() - leaves;
    report(Measured { calm, flood, own: [alone, in_flood], leaves, memory: [memory, machine::peak()?] })
}

/// Has `clients` ask `questions` at `rate` for as long as it `lasts`, or until there are none left.
fn offer(questions: &mut Questions<'_>, clients: usize, rate: f64, lasts: Duration) -> Result<Tally> {
    let (address, ready) = (questions.address.clone(), std::mem::take(&mut questions.ready));
    let asking = move || {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ask_all(address, ready, clients, rate, lasts))
    };
    let (tally, left) = thread::spawn(asking).join().map_err(|_| anyhow!("the clients failed"))??;
    questions.ready = left;
    Ok(tally)
}

/// What came of it, and the questions that nobody has answered.
async fn ask_all(
    address: String,
    questions: Vec<Vec<u8>>,
    clients: usize,
    rate: f64,
    lasts: Duration,
) -> Result<(Tally, Vec<Vec<u8>>)> {
    let mut streams = Vec::with_capacity(clients);
    for _ in 0..clients {
        let stream = TcpStream::connect(&address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let (questions, next, began) = (Mutex::new(questions), AtomicU64::new(0), Instant::now());
    let timetable = Arc::new(Timetable { address, questions, next, rate, began, lasts });
    let tasks: Vec<_> = streams.into_iter().map(|stream| tokio::spawn(client(timetable.clone(), stream))).collect();
    let mut all = Tally::default();
    for task in tasks {
        all.add(task.await??);
    }
    all.lasted = timetable.began.elapsed().min(lasts);
    let left = std::mem::take(&mut *timetable.questions());
    Ok((all, left))
}

/// One client: takes the next line of the timetable, waits for its time, asks, and hears the answer.
async fn client(timetable: Arc<Timetable>, mut stream: TcpStream) -> Result<Tally> {
    let (mut tally, mut buffer) = (Tally::default(), Vec::with_capacity(16 * 1024));
    loop {
        let line = timetable.next.fetch_add(1, Ordering::Relaxed);
        let due = Duration::from_secs_f64(line as f64 / timetable.rate);
        if due.max(timetable.began.elapsed()) >= timetable.lasts {
            return Ok(tally);
        }
        if due > timetable.began.elapsed() {
            tokio::time::sleep_until((timetable.began + due).into()).await;
        }
        let Some(question) = timetable.questions().pop() else { return Ok(tally) };
        let asked = Instant::now();
        stream.write_all(&question).await?;
        let head = look::answer(&mut stream, &mut buffer).await?;
        let took = asked.elapsed();
        match head.get(9..12) {
            Some("201" | "403" | "404") => tally.answered.push((took, timetable.began.elapsed() <= timetable.lasts)),
            Some("429" | "503") => {
                ensure!(head.contains("\nretry-after: "), "a refusal does not say when to come again");
                tally.refused.push(took);
                timetable.questions().push(question);
                if head.contains("\nconnection: close") {
                    stream = TcpStream::connect(&timetable.address).await?;
                    stream.set_nodelay(true)?;
                }
            }
            _ => bail!("unexpected answer: {}", head.lines().next().unwrap_or_default()),
        }
    }
}

fn report(measured: Measured) -> Result<()> {
    let Measured { calm, flood, own: [alone, in_flood], leaves, memory: [before, most] } = measured;
    let (capacity, goodput) = (calm.goodput(), flood.goodput());
    let sent = flood.each_second(flood.answered.len() + flood.refused.len());
    let looks = (calm.answered.len() + flood.answered.len() + alone.len() + in_flood.len()) as u64;
    let took = |tally: &Tally| percentiles(tally.answered.iter().map(|(took, _)| *took).collect());
    let row = |what: &str, figure: String| println!("  {what:<62} {figure:>16}");
    row("capacity, each client waiting for its answer", format!("{capacity:.0} looks/s"));
    row("offered", format!("{:.0} requests/s", capacity * TIMES as f64));
    row("sent, as fast as clients and refusals let them", format!("{sent:.0} requests/s"));
    row("answered", format!("{goodput:.0} looks/s"));
    row("answered, as a part of the capacity (goal 0.90)", format!("{:.2}", goodput / capacity));
    row("refused, each with Retry-After", flood.refused.len().to_string());
    row("an answer at capacity, half of them and 99 of 100 within", took(&calm));
    row("an answer in the flood", took(&flood));
    row("a refusal", percentiles(flood.refused));
    row("a person's own file, with nobody else", percentiles(alone));
    row("a person's own file, in the flood; none was refused", percentiles(in_flood));
    row("looks answered, the person's included; leaves in the journal", format!("{looks}, {leaves}"));
    row("memory before, clients and questions included", before);
    row("most memory in the flood", most);
    ensure!(leaves == looks, "looks and leaves are not the same");
    Ok(())
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at =
        |hundredths: usize| times.get(times.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
    format!("{:.1}, {:.1} ms", at(50).as_secs_f64() * 1e3, at(99).as_secs_f64() * 1e3)
}
