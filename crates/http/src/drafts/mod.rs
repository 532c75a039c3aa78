//! What an officer has had checked and not sent yet: files without a name, in memory and scratch alone, few and for some
//! hours. A restart ends them, and nothing of them was kept.

mod stored;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::id::{BatchId, DraftId, InputCode, ItemCode, MemberCode, OfficerCode, RecordId};
use fairfile_intake::Limits;
use fairfile_service::source::{self, BatchReport, Evidence, Handed, SubmitError};
use fairfile_service::{Registry, RegistryError};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::doors::{Doors, incident, no_room};
use crate::limits::{DRAFT_TIME, DRAFTS, DRAFTS_OF_ONE};
use crate::problem::Problem;
use crate::scratch::Scratch;

pub(crate) use stored::StoredReport;

/// What a draft is made of.
pub(crate) enum What {
    /// A file that was uploaded; its name, for its sender alone.
    File(String),
    /// The practice file: it is checked and cannot be sent.
    Practice,
    /// A single record: each input's title is found by its code; numbers are masked.
    Record(Vec<(InputCode, String)>),
    /// A single correction or withdrawal.
    Change(Box<Change>),
}

/// What is to be changed about one record.
pub(crate) struct Change {
    /// The record.
    pub(crate) record: RecordId,
    /// What is done to it.
    pub(crate) act: Act,
    /// The input that gets another value, and that value; nothing for a withdrawal.
    pub(crate) value: Option<(InputCode, String)>,
    /// Why.
    pub(crate) reason: Reason,
    /// Words for the person; may be empty.
    pub(crate) words: String,
    /// The members that were shown it.
    pub(crate) told: Vec<MemberCode>,
}

/// What is being done with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// It is checked.
    Check,
    /// It is handed in.
    Send,
}

/// Why something did not work: a code whose words every page finds, and what it concerned, without content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The stable code.
    pub(crate) code: &'static str,
    /// The same with its figures, in English.
    pub(crate) detail: String,
    /// The same in Chinese, where there are figures to tell.
    pub(crate) detail_zh: Option<String>,
}

impl Trouble {
    /// A code that says it all.
    pub(crate) fn bare(code: &'static str) -> Self {
        Self { code, detail: String::new(), detail_zh: None }
    }

    /// What a page may say of a problem.
    pub(crate) fn of(problem: &Problem) -> Self {
        let detail_zh = problem.detail_zh().map(str::to_owned);
        Self { code: problem.code(), detail: problem.detail().to_owned(), detail_zh }
    }
}

/// Where a draft stands.
#[derive(Clone)]
pub(crate) enum State {
    /// It is being worked on: bytes read, bytes in all, rows so far.
    Working(Aim, u64, u64, u64),
    /// It was checked; and if sending it failed, why.
    Checked(Arc<StoredReport>, Option<Trouble>),
    /// It cannot be taken as a whole.
    Failed(Trouble),
    /// It was handed in.
    Sent(BatchId),
}

/// A file that was brought and not handed in.
pub(crate) struct Draft {
    /// Its id, by chance.
    pub(crate) id: DraftId,
    /// Whoever brought it: nobody else finds it.
    pub(crate) officer: OfficerCode,
    /// What it would be handed in as.
    pub(crate) handed: Handed,
    /// What it is made of.
    pub(crate) what: What,
    file: Scratch,
    /// When it was brought, in microseconds of the machine's clock.
    made_at: i64,
    state: Mutex<State>,
    changed: Notify,
}

impl Draft {
    /// A draft that is about to be checked.
    pub(crate) fn new(
        doors: &Doors,
        officer: OfficerCode,
        handed: Handed,
        what: What,
        file: Scratch,
    ) -> Result<Self, Problem> {
        Ok(Self {
            id: doors.reg().fresh().map_err(RegistryError::from)?,
            officer,
            handed,
            what,
            file,
            made_at: doors.now().unix_micros(),
            state: Mutex::new(State::Working(Aim::Check, 0, 0, 0)),
            changed: Notify::new(),
        })
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A state is put there whole, so it is sound whatever its last holder met.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_waiters();
    }

    /// What a format goes by, where the file has a name.
    fn name(&self) -> Option<&str> {
        match &self.what {
            What::File(name) if !name.is_empty() => Some(name),
            What::File(_) | What::Practice | What::Record(_) | What::Change(_) => None,
        }
    }

    /// Waits until nothing is being done with it, for `most` at the longest.
    pub(crate) async fn settles(&self, most: Duration) {
        let quiet = async {
            loop {
                let changed = self.changed.notified();
                if !matches!(self.state(), State::Working(..)) {
                    return;
                }
                changed.await;
            }
        };
        // Whoever waits longer is shown how far it has come.
        timeout(most, quiet).await.ok();
    }

    /// Checks it where that holds up no other request: what would become of every row.
    pub(crate) fn check(&self, reg: &Arc<Registry>, limits: &Limits) -> Result<BatchReport, SubmitError> {
        let mut at = |read, total, rows| self.tell(Aim::Check, read, total, rows);
        source::check_batch(reg, &self.handed, self.file.again()?, self.name(), limits, &mut at)
    }

    /// Checks it and keeps the report.
    fn check_and_keep(&self, reg: &Arc<Registry>, limits: &Limits, scratch: Option<&std::path::Path>) {
        let stored =
            self.check(reg, limits).map_err(Problem::from).and_then(|report| self.store(reg, &report, scratch));
        self.set(match stored {
            Ok(report) => State::Checked(Arc::new(report), None),
            Err(problem) => State::Failed(told(reg, &problem)),
        });
    }

    fn store(
        &self,
        reg: &Registry,
        report: &BatchReport,
        scratch: Option<&std::path::Path>,
    ) -> Result<StoredReport, Problem> {
        let key = reg.chance.bytes().map_err(RegistryError::from)?;
        StoredReport::write(report, scratch, key).map_err(|error| Problem::of_disk(&error))
    }

    /// Keeps the report of a check that was made at once.
    pub(crate) fn keep(&self, doors: &Doors, report: &BatchReport) -> Result<(), Problem> {
        let stored = self.store(doors.reg(), report, doors.config().scratch.as_deref())?;
        self.set(State::Checked(Arc::new(stored), None));
        Ok(())
    }

    fn send(&self, reg: &Arc<Registry>, limits: &Limits, report: &Arc<StoredReport>) {
        let deed = format!("{} are handed in as {}", report.kind.word(), self.handed.item);
        let evidence = Evidence::in_session(reg, &self.officer, &deed);
        let mut at = |read, total, rows| self.tell(Aim::Send, read, total, rows);
        let again = || self.file.again();
        let taken = source::submit_batch(reg, &self.handed, again, self.name(), &evidence, limits, &mut at);
        self.set(match taken.map(|report| report.batch) {
            Ok(Some(batch)) => State::Sent(batch),
            Ok(None) => State::Failed(told(reg, &Problem::panicked())),
            Err(error) => State::Checked(report.clone(), Some(told(reg, &error.into()))),
        });
    }

    fn tell(&self, aim: Aim, read: u64, total: u64, rows: u64) {
        *self.lock() = State::Working(aim, read, total, rows);
    }

    /// Takes it from checked to being sent. The report if this call did that; nothing if it was done before, or cannot be.
    fn begins_to_send(&self) -> Option<Arc<StoredReport>> {
        let mut state = self.lock();
        match &*state {
            State::Checked(report, _) if !matches!(self.what, What::Practice) && report.counts.accepted > 0 => {
                let report = report.clone();
                *state = State::Working(Aim::Send, 0, 0, 0);
                Some(report)
            }
            State::Checked(..) | State::Working(..) | State::Failed(_) | State::Sent(_) => None,
        }
    }
}

/// Writes the causes down for the log, and leaves what a page may say.
fn told(reg: &Registry, problem: &Problem) -> Trouble {
    if let Some(inside) = problem.inside() {
        let incident = incident(reg);
        tracing::error!(incident, "{inside}");
    }
    Trouble::of(problem)
}

/// Has `draft` checked when its turn comes, whoever waits for it. `room` is given back afterwards.
pub(crate) fn begin_check(doors: &Doors, draft: &Arc<Draft>, room: OwnedSemaphorePermit) {
    let (limits, scratch) = (doors.work_limits(), doors.config().scratch.clone());
    let work = move |draft: &Draft, reg: &Arc<Registry>| {
        let _held = room;
        draft.check_and_keep(reg, &limits, scratch.as_deref());
    };
    at_its_turn(doors, draft, work);
}

/// Has `draft` handed in when its turn comes, once: whoever sends it again waits for the same end.
///
/// # Errors
/// Q019 if too many files are under way.
pub(crate) fn begin_send(doors: &Doors, draft: &Arc<Draft>) -> Result<(), Problem> {
    let room = doors.files().clone().try_acquire_owned().map_err(|_| no_room())?;
    let Some(report) = draft.begins_to_send() else { return Ok(()) };
    let limits = doors.work_limits();
    let work = move |draft: &Draft, reg: &Arc<Registry>| {
        let _held = room;
        draft.send(reg, &limits, &report);
    };
    at_its_turn(doors, draft, work);
    Ok(())
}

fn at_its_turn(doors: &Doors, draft: &Arc<Draft>, work: impl FnOnce(&Draft, &Arc<Registry>) + Send + 'static) {
    let (reg, intake, draft) = (doors.reg().clone(), doors.intake().clone(), draft.clone());
    tokio::spawn(async move {
        let turn = intake.acquire_owned().await;
        let (at_work, home) = (draft.clone(), reg.clone());
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&at_work, &home);
        });
        if done.await.is_err() {
            draft.set(State::Failed(told(&reg, &Problem::panicked())));
        }
    });
}

/// A record that an officer has opened by its number: what a correction needs, and no page shows.
pub(crate) struct Opened {
    /// The record.
    pub(crate) record: RecordId,
    /// Its item.
    pub(crate) item: ItemCode,
    /// Its own number.
    pub(crate) number: Zeroizing<String>,
    /// The person's identifier.
    pub(crate) identifier: Zeroizing<String>,
    at: i64,
}

impl Opened {
    /// A record that is opened at this moment.
    pub(crate) fn new(doors: &Doors, record: RecordId, item: ItemCode, number: &str, identifier: &str) -> Self {
        let at = doors.now().unix_micros();
        Self { record, item, number: number.to_owned().into(), identifier: identifier.to_owned().into(), at }
    }
}

/// All drafts of the node, and the one record that each officer has open.
#[derive(Default)]
pub(crate) struct Drafts(Mutex<Book>);

#[derive(Default)]
struct Book {
    /// In the order in which they came; there are few.
    drafts: Vec<Arc<Draft>>,
    opened: HashMap<OfficerCode, Arc<Opened>>,
}

fn is_over(made_at: i64, now: i64) -> bool {
    u128::try_from(now.saturating_sub(made_at)).is_ok_and(|age| age >= DRAFT_TIME.as_micros())
}

impl Drafts {
    /// Keeps a draft. Each officer has [`DRAFTS_OF_ONE`]: one more takes the place of the oldest that nothing is done with.
    ///
    /// # Errors
    /// Q019 if there are too many.
    pub(crate) fn keep(&self, draft: Draft, now: i64) -> Result<Arc<Draft>, Problem> {
        let mut book = self.book();
        book.sweep(now);
        let own = |known: &Arc<Draft>| known.officer == draft.officer;
        if book.drafts.iter().filter(|known| own(known)).count() >= DRAFTS_OF_ONE {
            let is_idle = |known: &Arc<Draft>| !matches!(known.state(), State::Working(..));
            let oldest = book.drafts.iter().position(|known| own(known) && is_idle(known));
            book.drafts.remove(oldest.ok_or_else(no_room)?);
        }
        if book.drafts.len() >= DRAFTS {
            return Err(no_room());
        }
        let draft = Arc::new(draft);
        book.drafts.push(draft.clone());
        Ok(draft)
    }

    /// The officer's own draft of this id.
    pub(crate) fn find(&self, id: DraftId, officer: &OfficerCode, now: i64) -> Option<Arc<Draft>> {
        let mut book = self.book();
        book.sweep(now);
        book.drafts.iter().find(|draft| draft.id == id && draft.officer == *officer).cloned()
    }

    /// The officer's drafts, newest first.
    pub(crate) fn list(&self, officer: &OfficerCode, now: i64) -> Vec<Arc<Draft>> {
        let mut book = self.book();
        book.sweep(now);
        book.drafts.iter().rev().filter(|draft| draft.officer == *officer).cloned().collect()
    }

    /// Opens a record for an officer, in the place of the one before.
    pub(crate) fn open(&self, officer: OfficerCode, opened: Opened) {
        let mut book = self.book();
        book.sweep(opened.at);
        book.opened.insert(officer, Arc::new(opened));
    }

    /// The record that the officer has open, if it is this one.
    pub(crate) fn opened(&self, officer: &OfficerCode, record: RecordId, now: i64) -> Option<Arc<Opened>> {
        let mut book = self.book();
        book.sweep(now);
        book.opened.get(officer).filter(|opened| opened.record == record).cloned()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Every change is one call of a map, so it is sound whatever its last holder met.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn sweep(&mut self, now: i64) {
        self.drafts.retain(|draft| !is_over(draft.made_at, now) || matches!(draft.state(), State::Working(..)));
        self.opened.retain(|_, opened| !is_over(opened.at, now));
    }
}

/// A small file that this node wrote itself, kept as an uploaded one would be.
///
/// # Errors
/// What the disk says.
pub(crate) fn written(doors: &Doors, content: &str) -> Result<Scratch, Problem> {
    let key = doors.reg().chance.bytes().map_err(RegistryError::from)?;
    let mut piece = Zeroizing::new(content.as_bytes().to_vec());
    let scratch = Scratch::new(doors.config().scratch.as_deref(), key);
    let written = scratch.and_then(|mut scratch| scratch.append(&mut piece).map(|()| scratch));
    written.map_err(|error| Problem::of_disk(&error))
}
