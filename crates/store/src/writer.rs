//! The one way in: work is queued for the sequencer, which answers each piece after the commit that holds it.

use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;

use fairfile_domain::id::EventId;
use tokio::sync::{oneshot, watch};

use crate::connection::Connection;
use crate::error::{Fault, StoreError};
use crate::open::Expected;
use crate::reader::{ReadTx, Readers};
use crate::reserve::Reserve;
use crate::sequencer::Sequencer;
use crate::tx::{Done, Entry, Head, Inside, Stamp, WriteTx};
use crate::{Place, journal, open};

/// The most pieces of work that may wait; more is answered [`StoreError::Busy`] at once.
const QUEUE: usize = 4_096;

/// A node's data, open.
pub struct Store {
    queue: Option<SyncSender<Box<dyn Job>>>,
    readers: Arc<Readers>,
    head: Arc<RwLock<Arc<Head>>>,
    writer: Option<JoinHandle<()>>,
    condition: watch::Receiver<Condition>,
    reserve: Arc<Reserve>,
}

/// How the one writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It takes what comes.
    AtWork,
    /// The database server is away; it goes on by itself when the server is back.
    Away,
    /// It has stopped for good: a commit is in doubt, and the next start finds out.
    Stopped,
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
        let opened = match open::open_writer(place, Expected::Node) {
            // A start on a full disk has the reserve, too.
            Err(StoreError::Fault { fault: Fault::Full | Fault::Disk, .. }) => {
                Reserve::of(place).free();
                open::open_writer(place, Expected::Node)
            }
            other => other,
        };
        Self::start(opened?, place)
    }

    fn start(mut connection: Connection, place: &Place) -> Result<Self, StoreError> {
        let mut tree = journal::resume(&mut connection)?;
        let head = Arc::new(RwLock::new(Arc::new(Head { snapshot: tree.snapshot() })));
        let (queue, work) = sync_channel(QUEUE);
        let (tells, condition) = watch::channel(Condition::AtWork);
        let (readers, reserve) = (Arc::new(Readers::new(place.clone())), Arc::new(Reserve::of(place)));
        let mut sequencer = Sequencer {
            place: place.clone(),
            connection,
            tree,
            head: head.clone(),
            condition: tells.clone(),
            readers: readers.clone(),
            reserve: reserve.clone(),
            expected: 0,
            undone: 0,
        };
        let writer = std::thread::Builder::new()
            .name("sequencer".into())
            .spawn(move || {
                let _told_in_any_case = ToldAtTheEnd(tells);
                sequencer.serve(&work);
            })
            .map_err(|_| StoreError::Unfit("the system gave no thread for the sequencer".into()))?;
        Ok(Self { queue: Some(queue), readers, head, writer: Some(writer), condition, reserve })
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

    /// How the writer is.
    pub fn condition(&self) -> Condition {
        *self.condition.borrow()
    }

    /// Waits, inside an async task, until the writer has stopped for good.
    pub async fn stopped(&self) {
        let mut condition = self.condition.clone();
        // An error says that the writer has gone altogether.
        condition.wait_for(|condition| *condition == Condition::Stopped).await.ok();
    }

    /// Sets room aside for the day on which the disk is full, beside an embedded database and once in its life, unless it
    /// is set aside already. [`RESERVE_BYTES`](crate::RESERVE_BYTES) is what a node keeps. Whether it is there now; when it
    /// is not, because it was needed or there is no room for it, this is to be tried again from time to time.
    ///
    /// # Errors
    /// [`StoreError::Fault`] if the disk says anything but that it is full.
    pub fn keep_reserve(&self, bytes: u64) -> Result<bool, StoreError> {
        self.reserve.keep(bytes)
    }

    /// Gives the reserve to whatever needs room now. The writer does so by itself; this is for what lies beside the data.
    pub fn free_reserve(&self) {
        self.reserve.free();
    }

    /// Says no while nothing but the reserve, or what is left of it, has room: to be asked before work that only adds.
    ///
    /// # Errors
    /// [`StoreError::Fault`] with [`Fault::Full`](crate::Fault::Full).
    pub fn has_room(&self) -> Result<(), StoreError> {
        self.reserve.has_room()
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

/// Says that the writer has stopped when its thread ends, by a panic too.
struct ToldAtTheEnd(watch::Sender<Condition>);

impl Drop for ToldAtTheEnd {
    fn drop(&mut self) {
        self.0.send_replace(Condition::Stopped);
    }
}

/// A piece of work whose types the queue does not know.
pub(crate) trait Job: Send {
    /// Runs inside the open transaction.
    fn run(&mut self, connection: &mut Connection, inside: &mut Inside) -> Ran;
    /// The commit is durable.
    fn answer(self: Box<Self>, first_leaf: u64, event: EventId, head: &Arc<Head>);
    /// The commit is durable, and holds nothing of this: the work itself had said no.
    fn decline(self: Box<Self>);
    /// The commit was taken back, or never came about.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// How a piece of work ended.
pub(crate) enum Ran {
    /// Well: the leaves that it brings, and the event of the first.
    Well {
        /// Its leaves.
        entries: Vec<Entry>,
        /// The event of the first.
        event: EventId,
    },
    /// It said no, and must leave no trace.
    Declined,
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
    fn run(&mut self, connection: &mut Connection, inside: &mut Inside) -> Ran {
        let Some(work) = self.work.take() else { return Ran::Declined };
        match work(WriteTx { connection, inside }) {
            Ok(done) => {
                self.outcome = Some(Ok(done.value));
                match done.leaves.first().map(|entry| EventId::from_bytes(entry.leaf.event_id())) {
                    Some(event) => Ran::Well { entries: done.leaves, event },
                    // `Leaves` is never empty.
                    None => Ran::Declined,
                }
            }
            Err(error) => {
                self.outcome = Some(Err(error));
                Ran::Declined
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

    fn decline(self: Box<Self>) {
        let refusal = match self.outcome {
            Some(Err(own)) => own,
            Some(Ok(_)) | None => StoreError::Undone.into(),
        };
        // Whoever asked may have gone.
        self.reply.send(Err(refusal)).ok();
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        // Whoever asked may have gone.
        self.reply.send(Err(error.into())).ok();
    }
}
