//! The sequencer: takes everything waiting, runs it in one transaction, commits, and only then answers.
//!
//! A crash before the commit leaves nothing; a crash after it leaves all of it, answered or not. After
//! a failed commit nobody can say which of the two holds, so the writer stops for good and the next
//! start reads the truth from the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use fairfile_domain::id::EventId;
use fairfile_proof::tree::Tree;
use tokio::sync::oneshot;

use crate::connection::Connection;
use crate::error::StoreError;
use crate::faults::{self, Step};
use crate::open::Expected;
use crate::reader::{ReadTx, Readers};
use crate::tx::{Done, Entry, Head, Stamp, WriteTx};
use crate::{Place, journal, migrate, open};

/// The most pieces of work that one commit carries.
const GROUP: usize = 512;
/// The most leaves after which a group is closed, so that looks do not wait for a long intake.
const GROUP_LEAVES: usize = 4_096;
/// How long an open group waits for the next piece, while it is smaller than the group before: whoever was answered then
/// is likely to be back at once, and one commit for all of them is cheaper than two. A lone caller never waits.
const GATHER: Duration = Duration::from_micros(200);
/// How often it waits so, at the most.
const GATHERINGS: u32 = 5;
/// The most pieces of work that may wait; more is answered [`StoreError::Busy`] at once.
const QUEUE: usize = 4_096;

/// A node's data, open.
pub struct Store {
    queue: Option<SyncSender<Box<dyn Job>>>,
    readers: Readers,
    head: Arc<std::sync::RwLock<Arc<Head>>>,
    writer: Option<JoinHandle<()>>,
    stopped: Arc<AtomicBool>,
}

/// An answer that comes with the commit.
pub struct Pending<T, E>(oneshot::Receiver<Result<(T, Stamp), E>>);

impl<T, E: From<StoreError>> Pending<T, E> {
    /// Waits on this thread; not for use inside an async task.
    pub fn wait(self) -> Result<(T, Stamp), E> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }

    /// Waits inside an async task.
    pub async fn answer(self) -> Result<(T, Stamp), E> {
        self.0.await.unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }
}

impl Store {
    /// Opens the data at `place`, migrates it if this program is newer, and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for an engine too old or a database too new, [`StoreError::InUse`] if
    /// another process has it open.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        Self::start(open::open_writer(place, Expected::NodeOrNothing)?, place)
    }

    /// Opens the data of a node that was set up at `place` before: nothing is created.
    ///
    /// # Errors
    /// [`StoreError::Fault`] with [`Fault::Gone`](crate::Fault::Gone) if its file is not there, with
    /// [`Fault::Empty`](crate::Fault::Empty) if no node is in it; otherwise as [`Store::open`].
    pub fn open_existing(place: &Place) -> Result<Self, StoreError> {
        Self::start(open::open_writer(place, Expected::Node)?, place)
    }

    fn start(mut connection: Connection, place: &Place) -> Result<Self, StoreError> {
        let mut tree = journal::resume(&mut connection)?;
        let head = Arc::new(Head { snapshot: tree.snapshot() });
        let head = Arc::new(std::sync::RwLock::new(head));
        let (queue, work) = sync_channel(QUEUE);
        let stopped = Arc::new(AtomicBool::new(false));
        let mut sequencer = Sequencer { connection, tree, head: head.clone(), stopped: stopped.clone(), expected: 0 };
        let writer = std::thread::Builder::new()
            .name("sequencer".into())
            .spawn(move || sequencer.serve(&work))
            .map_err(|_| StoreError::Unfit("the system gave no thread for the sequencer".into()))?;
        Ok(Self { queue: Some(queue), readers: Readers::new(place.clone()), head, writer: Some(writer), stopped })
    }

    /// Runs `work` in the one order of all writes and answers after its commit.
    pub fn write<T, E, F>(&self, work: F) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(WriteTx<'_>) -> Result<Done<T>, E> + Send + 'static,
    {
        let (reply, pending) = oneshot::channel();
        let job = Box::new(Piece { work: Some(work), outcome: None, reply });
        let refused = match self.queue.as_ref().map(|queue| queue.try_send(job as Box<dyn Job>)) {
            Some(Ok(())) => None,
            Some(Err(TrySendError::Full(job))) => Some((job, StoreError::Busy)),
            Some(Err(TrySendError::Disconnected(job))) => Some((job, StoreError::Stopped)),
            None => None,
        };
        if let Some((job, error)) = refused {
            job.refuse(error);
        }
        Pending(pending)
    }

    /// A connection that reads what is committed.
    pub fn read(&self) -> Result<ReadTx<'_>, StoreError> {
        self.readers.lend()
    }

    /// Whether the sequencer is at work; after a failed commit it is not, until the node is started again.
    pub fn takes_writes(&self) -> bool {
        self.writer.as_ref().is_some_and(|writer| !writer.is_finished()) && !self.stopped.load(Ordering::Acquire)
    }

    /// The journal as the latest commit left it.
    pub fn head(&self) -> Arc<Head> {
        match self.head.read() {
            Ok(head) => head.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing the queue ends the writer once it has answered what was waiting.
        self.queue = None;
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has nothing left to say; its callers heard `Stopped`.
            writer.join().ok();
        }
    }
}

/// A piece of work whose types the queue does not know.
trait Job: Send {
    /// Runs inside the open transaction; gives the leaves it brings, or nothing if it must leave no trace.
    fn run(&mut self, connection: &mut Connection, next_leaf: u64) -> Option<Vec<Entry>>;
    /// The commit is durable.
    fn answer(self: Box<Self>, first_leaf: u64, event: EventId, head: &Arc<Head>);
    /// It was not, or the work itself had said no.
    fn refuse(self: Box<Self>, error: StoreError);
}

struct Piece<T, E, F> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<(T, Stamp), E>>,
}

impl<T, E, F> Job for Piece<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(WriteTx<'_>) -> Result<Done<T>, E> + Send,
{
    fn run(&mut self, connection: &mut Connection, next_leaf: u64) -> Option<Vec<Entry>> {
        let work = self.work.take()?;
        match work(WriteTx { connection, next_leaf }) {
            Ok(done) => {
                self.outcome = Some(Ok(done.value));
                Some(done.leaves)
            }
            Err(error) => {
                self.outcome = Some(Err(error));
                None
            }
        }
    }

    fn answer(self: Box<Self>, leaf: u64, event: EventId, head: &Arc<Head>) {
        let stamp = Stamp { leaf, event, head: head.clone() };
        if let Some(outcome) = self.outcome {
            // Whoever stopped waiting finds the look in the journal all the same.
            self.reply.send(outcome.map(|value| (value, stamp))).ok();
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let refusal = match self.outcome {
            Some(Err(own)) => own,
            Some(Ok(_)) | None => error.into(),
        };
        self.reply.send(Err(refusal)).ok();
    }
}

struct Sequencer {
    connection: Connection,
    tree: Tree,
    head: Arc<std::sync::RwLock<Arc<Head>>>,
    stopped: Arc<AtomicBool>,
    /// How many pieces the groups before had, the latest counting most.
    expected: usize,
}

/// Work of one group that ended well: its job, its first leaf and that leaf's event.
type Ended = (Box<dyn Job>, u64, EventId);

impl Sequencer {
    fn serve(&mut self, work: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = work.recv() {
            if let Err(error) = self.group(first, work) {
                self.stopped.store(true, Ordering::Release);
                tracing::error!(%error, "a commit failed: the node takes no writes until it is started again");
                // Nobody can tell whether that commit is on disk: stop, and let the next start find out.
                while let Ok(job) = work.recv() {
                    job.refuse(StoreError::Stopped);
                }
                return;
            }
        }
    }

    /// One transaction for all that is waiting. An error here means that the commit is in doubt.
    fn group(&mut self, first: Box<dyn Job>, work: &Receiver<Box<dyn Job>>) -> Result<(), StoreError> {
        if let Err(error) = self.connection.plain("writer::begin", migrate::begin(&self.connection)) {
            first.refuse(error);
            return Ok(());
        }
        faults::step(Step::Begun);
        let mut ended: Vec<Ended> = Vec::new();
        let mut leaves: Vec<Entry> = Vec::new();
        let mut failed: Vec<Box<dyn Job>> = Vec::new();
        let mut next = Some(first);
        let mut patience = GATHERINGS;
        while let Some(job) = next {
            self.piece(job, &mut ended, &mut leaves, &mut failed)?;
            let full = ended.len() + failed.len() >= GROUP || leaves.len() >= GROUP_LEAVES;
            next = if full { None } else { self.next_piece(work, ended.len() + failed.len(), &mut patience) };
        }
        // A group that happened to be small does not make all later ones small.
        self.expected = (ended.len() + failed.len()).max(self.expected - self.expected.div_ceil(8));
        match self.commit(&leaves) {
            Ok(head) => {
                ended.into_iter().for_each(|(job, leaf, event)| job.answer(leaf, event, &head));
                failed.into_iter().for_each(|job| job.refuse(StoreError::Stopped));
                Ok(())
            }
            Err(error) => {
                let all = ended.into_iter().map(|row| row.0).chain(failed);
                all.for_each(|job| job.refuse(StoreError::Stopped));
                Err(error)
            }
        }
    }

    /// The next piece that is waiting, or that comes while the group is smaller than the one before.
    fn next_piece(&self, work: &Receiver<Box<dyn Job>>, so_far: usize, patience: &mut u32) -> Option<Box<dyn Job>> {
        if let Ok(waiting) = work.try_recv() {
            return Some(waiting);
        }
        while so_far < self.expected && *patience > 0 {
            *patience -= 1;
            if let Ok(late) = work.recv_timeout(GATHER) {
                return Some(late);
            }
        }
        None
    }

    /// Runs one job behind a savepoint, so that its failure takes nothing of the others along.
    fn piece(
        &mut self,
        mut job: Box<dyn Job>,
        ended: &mut Vec<Ended>,
        leaves: &mut Vec<Entry>,
        failed: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), StoreError> {
        self.connection.run("writer::savepoint", "SAVEPOINT piece", &[])?;
        let first_leaf = self.tree.size() + leaves.len() as u64;
        match job.run(&mut self.connection, first_leaf) {
            Some(own) => {
                self.connection.run("writer::release", "RELEASE SAVEPOINT piece", &[])?;
                faults::step(Step::Piece);
                let event = own.first().map(|entry| EventId::from_bytes(entry.leaf.event_id()));
                leaves.extend(own);
                // `Leaves` is never empty, so there always is an event.
                if let Some(event) = event {
                    ended.push((job, first_leaf, event));
                }
            }
            None => {
                self.connection.plain("writer::rollback", "ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece")?;
                failed.push(job);
            }
        }
        Ok(())
    }

    fn commit(&mut self, leaves: &[Entry]) -> Result<Arc<Head>, StoreError> {
        let mut tree = self.tree.clone();
        journal::append(&mut self.connection, &mut tree, leaves)?;
        faults::step(Step::Appended);
        self.connection.plain("writer::commit", "COMMIT")?;
        faults::step(Step::Committed);
        self.tree = tree;
        let head = Arc::new(Head { snapshot: self.tree.snapshot() });
        match self.head.write() {
            Ok(mut latest) => *latest = head.clone(),
            Err(poisoned) => *poisoned.into_inner() = head.clone(),
        }
        Ok(head)
    }
}
