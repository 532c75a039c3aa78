//! Clients at work: each does one thing after another until the node is gone.

use std::fmt;
use std::ops::AddAssign;
use std::path::Path;
use std::sync::Barrier;

use anyhow::{Context, Result, ensure};

use super::memory::{Batch, Confirmation, Look, Told};
use super::plan::{Act, Client, person};
use crate::door::{Answered, Door, Holder};
use crate::node::Node;

/// Acts that were acknowledged, and those whose answer never came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    batches: u64,
    corrections: u64,
    looks: u64,
    confirmations: u64,
    readings: u64,
    unanswered: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.batches += more.batches;
        self.corrections += more.corrections;
        self.looks += more.looks;
        self.confirmations += more.confirmations;
        self.readings += more.readings;
        self.unanswered += more.unanswered;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} files, {} files of corrections, {} looks, {} confirmations and {} readings acknowledged, {} acts without \
             an answer",
            self.batches, self.corrections, self.looks, self.confirmations, self.readings, self.unanswered
        )
    }
}

/// What a client brings home.
#[derive(Default)]
pub struct Ended {
    /// How much it did.
    pub count: Count,
    /// Files it handed in, answered or not.
    pub batches: Vec<Batch>,
    /// Questions it asked, answered or not.
    pub looks: Vec<Look>,
    /// Notices it confirmed, answered or not.
    pub confirmations: Vec<Confirmation>,
    /// Signed heads it was shown.
    pub heads: Vec<String>,
    /// Codes of answers that no node should give but one whose database was killed.
    failures: Vec<String>,
}

impl Ended {
    /// A node that is killed answers nothing; it has no reason to fail.
    pub fn refuse_failures(&self, database_was_killed: bool) -> Result<()> {
        ensure!(database_was_killed || self.failures.is_empty(), "the node failed: {}", self.failures.join(", "));
        Ok(())
    }
}

/// What came of one act.
enum Came<T> {
    Answer(T),
    /// Nobody knows what came of it.
    Nothing,
    /// It was refused before anything was done.
    Refused,
}

/// Does all that `client` means to do, from the moment at which everybody begins.
pub fn attend(node: &Node, door: &Door, client: Client, start: &Barrier) -> Result<Ended> {
    start.wait();
    let (mut ended, folder) = (Ended::default(), node.folder());
    for act in client.0 {
        let goes_on = match act {
            Act::HandIn(batch) => ended.hands_in(door, &folder, batch)?,
            Act::Ask(look) => ended.asks(door, &folder, look)?,
            Act::Confirm(member) => ended.confirms(door, &folder, member)?,
            Act::Read(place) => ended.reads(door, place),
            Act::Head => ended.takes_head(door)?,
        };
        if !goes_on {
            break;
        }
    }
    Ok(ended)
}

/// Hands a file in, or once more; nothing if it was refused for want of room.
pub fn hand_in(node: &Node, door: &Door, batch: &Batch) -> Result<Option<(Told, bool)>> {
    let answered = door.insist(|door| submit(door, &node.folder(), batch))?;
    if answered.is_refused_for_now() { Ok(None) } else { taken(&answered, batch).map(Some) }
}

fn submit(door: &Door, folder: &Path, batch: &Batch) -> Result<Answered> {
    let holder = Holder::of(folder, batch.source.member)?;
    // Files are told apart by their rows; any key will do.
    door.post(&format!("/api/batches?item={}", batch.source.item), &holder, "a file", batch.file.as_bytes())
}

/// What became of a file, and whether not all of it was accepted.
fn taken(answered: &Answered, batch: &Batch) -> Result<(Told, bool)> {
    let document = answered.clone().with(&[200, 201])?.document()?;
    let accepted = document["accepted"].as_u64().context("a report with counts")?;
    let in_part = accepted < (batch.rows.len() + batch.changes.len()) as u64;
    ensure!(!in_part || !batch.changes.is_empty(), "of {} rows {accepted} were accepted", batch.rows.len());
    Ok((Told::read(&document, &document["batch_id"])?, in_part))
}

/// Confirms a notice, or once more.
pub fn confirm(door: &Door, folder: &Path, member: &str, notice: &str) -> Result<Answered> {
    door.post(&format!("/api/notices/{notice}/confirmation"), &Holder::of(folder, member)?, notice, b"{}")
}

/// What the answer to a confirmation tells.
pub fn confirmed(answered: &Answered) -> Result<Told> {
    let document = answered.clone().with(&[200, 201])?.document()?;
    Told::read(&document, &document["notice"]["notice_id"])
}

/// Asks once more under the same key, or for the first time.
pub fn ask(door: &Door, folder: &Path, look: &Look) -> Result<Answered> {
    door.post("/api/inquiries", &Holder::of(folder, look.officer)?, &look.once, look.body.as_bytes())
}

/// What an answer to a question tells; nothing if what was shown has ended since.
pub fn told(answered: &Answered) -> Result<Option<Told>> {
    let answered = answered.clone().with(&[201, 403, 404, 409])?;
    if answered.status == 409 {
        return Ok(None);
    }
    let document = answered.document()?;
    Told::read(&document, &document["look_id"]).map(Some)
}

impl Ended {
    fn hands_in(&mut self, door: &Door, folder: &Path, mut batch: Batch) -> Result<bool> {
        let goes_on = match self.came(submit(door, folder, &batch)) {
            Came::Refused => return Ok(true),
            Came::Nothing => false,
            Came::Answer(answered) => {
                let (told, in_part) = taken(&answered, &batch)?;
                ensure!(!in_part, "{} was not accepted as a whole on the day on which it was made", told.id);
                batch.told = Some(told);
                self.count.batches += u64::from(batch.changes.is_empty());
                self.count.corrections += u64::from(!batch.changes.is_empty());
                true
            }
        };
        self.batches.push(batch);
        Ok(goes_on)
    }

    fn asks(&mut self, door: &Door, folder: &Path, mut look: Look) -> Result<bool> {
        let again = self.looks.iter().position(|before| before.once == look.once);
        let goes_on = match self.came(ask(door, folder, &look)) {
            Came::Refused => return Ok(true),
            Came::Nothing => false,
            Came::Answer(answered) => {
                look.told = told(&answered)?;
                // A correction may have come between the two answers to one question.
                ensure!(look.told.is_some() || again.is_some(), "a new question is answered as an old one");
                self.count.looks += 1;
                true
            }
        };
        match again.map(|place| &mut self.looks[place]) {
            None => self.looks.push(look),
            // What was acknowledged stays so if the second answer did not come.
            Some(before) => match (&before.told, look.told) {
                (Some(one), Some(other)) => {
                    ensure!(one.is_the_same_as(&other), "one key gave two looks, {} and {}", one.id, other.id);
                }
                (None, other) => before.told = other,
                (Some(_), None) => {}
            },
        }
        Ok(goes_on)
    }

    fn confirms(&mut self, door: &Door, folder: &Path, member: &'static str) -> Result<bool> {
        let open = door.get_signed("/api/notices", &Holder::of(folder, member)?);
        let open = match self.came(open) {
            Came::Refused => return Ok(true),
            Came::Nothing => return Ok(false),
            Came::Answer(answered) => answered.with(&[200])?.document()?,
        };
        for notice in open["notices"].as_array().context("a list of notices")? {
            let notice = notice["notice_id"].as_str().context("a notice with an id")?.to_owned();
            let came = self.came(confirm(door, folder, member, &notice));
            let told = match &came {
                Came::Refused => continue,
                Came::Nothing => None,
                Came::Answer(answered) => Some(confirmed(answered)?),
            };
            self.count.confirmations += u64::from(told.is_some());
            self.confirmations.push(Confirmation { member, notice, told });
            if matches!(came, Came::Nothing) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn reads(&mut self, door: &Door, place: u32) -> bool {
        let read = door.tries_own_file(&person(place).number).is_ok_and(|answered| answered.status == 200);
        self.count.readings += u64::from(read);
        self.count.unanswered += u64::from(!read);
        read
    }

    fn takes_head(&mut self, door: &Door) -> Result<bool> {
        let Came::Answer(answered) = self.came(door.get("/journal/checkpoint")) else { return Ok(false) };
        self.heads.push(String::from_utf8(answered.with(&[200])?.body).context("a head is a text")?);
        Ok(true)
    }

    fn came(&mut self, answered: Result<Answered>) -> Came<Answered> {
        match answered {
            Ok(answered) if answered.status == 429 => Came::Refused,
            Ok(answered) if answered.status >= 500 => {
                self.count.unanswered += 1;
                let code = answered.document().ok().and_then(|problem| problem["code"].as_str().map(str::to_owned));
                self.failures.push(format!("{} {}", answered.status, code.unwrap_or_default()));
                Came::Nothing
            }
            Ok(answered) => Came::Answer(answered),
            // The connection broke: the node is gone.
            Err(_) => {
                self.count.unanswered += 1;
                Came::Nothing
            }
        }
    }
}
