//! The sequencer: takes everything waiting, runs it in one transaction, commits, and only then answers.
//!
//! A crash before the commit leaves nothing; a crash after it leaves all of it, answered or not. What a failure leaves is
//! told apart, and each caller hears what became of the own work:
//!
//! - A disk that is full, or a server that says no, has written nothing: the group is taken back and the writer goes on.
//! - A connection that broke is made anew. The server knows whether the last commit holds, and there is no other writer,
//!   so the size and the root of its journal tell it; whoever waits is answered as if nothing had happened.
//! - A disk that could not make a commit durable leaves it in doubt. What it says when it is asked again proves nothing,
//!   so the writer stops for good, the program ends, and the next start recovers from what is really there.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use fairfile_domain::id::EventId;
use fairfile_proof::tree::Tree;
use tokio::sync::watch;

use crate::connection::Connection;
use crate::error::{Aftermath, Fault, StoreError};
use crate::faults::{self, Step};
use crate::open::{self, Expected};
use crate::reader::Readers;
use crate::reserve::Reserve;
use crate::tx::{Entry, Head, Inside};
use crate::writer::{Condition, Job, Ran};
use crate::{Place, journal, migrate};

/// The most pieces of work that one commit carries.
const GROUP: usize = 512;
/// The most leaves after which a group is closed, so that looks do not wait for a long intake.
const GROUP_LEAVES: usize = 4_096;
/// How long an open group waits for the next piece, while it is smaller than the group before: whoever was answered then
/// is likely to be back at once, and one commit for all of them is cheaper than two. A lone caller never waits.
const GATHER: Duration = Duration::from_micros(200);
/// How often it waits so, at the most.
const GATHERINGS: u32 = 5;
/// How long to wait for a server that is away before it is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(250);
/// How often it is tried while callers wait; after that they are told that it is away.
const PATIENCE: u32 = 20;

pub(crate) struct Sequencer {
    pub(crate) place: Place,
    pub(crate) connection: Connection,
    pub(crate) tree: Tree,
    pub(crate) head: Arc<RwLock<Arc<Head>>>,
    pub(crate) condition: watch::Sender<Condition>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) reserve: Arc<Reserve>,
    /// How many pieces the groups before had, the latest counting most.
    pub(crate) expected: usize,
    /// How many groups were taken back, or may have been.
    pub(crate) undone: u64,
}

/// The work of one transaction.
#[derive(Default)]
struct Group {
    /// What ended well: its job, its first leaf and that leaf's event.
    ended: Vec<(Box<dyn Job>, u64, EventId)>,
    /// What said no.
    failed: Vec<Box<dyn Job>>,
    leaves: Vec<Entry>,
}

/// A group that was not committed, or may not have been.
struct Failure {
    error: StoreError,
    aftermath: Aftermath,
    /// The journal as it would be.
    after: Option<Box<Tree>>,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { aftermath: error.aftermath(), error, after: None }
    }
}

/// The writer has to stop for good.
struct Stop;

impl Group {
    fn size(&self) -> usize {
        self.ended.len() + self.failed.len()
    }

    fn is_full(&self) -> bool {
        self.size() >= GROUP || self.leaves.len() >= GROUP_LEAVES
    }

    /// It is durable: everybody hears the own answer.
    fn answer(self, head: &Arc<Head>) {
        self.ended.into_iter().for_each(|(job, leaf, event)| job.answer(leaf, event, head));
        self.failed.into_iter().for_each(|job| job.decline());
    }

    /// It was taken back: even a no may rest on what another piece of it had done.
    fn refuse(self, error: impl Fn() -> StoreError) {
        self.ended.into_iter().map(|row| row.0).chain(self.failed).for_each(|job| job.refuse(error()));
    }
}

impl Sequencer {
    /// Works until the queue is closed, or until nobody knows any more what is durable.
    pub(crate) fn serve(&mut self, work: &Receiver<Box<dyn Job>>) {
        let mut waiting = None;
        while let Some(first) = waiting.take().or_else(|| work.recv().ok()) {
            match self.group(first, work) {
                Ok(still) => waiting = still,
                Err(Stop) => {
                    self.condition.send_replace(Condition::Stopped);
                    while let Ok(job) = work.recv() {
                        job.refuse(StoreError::Stopped);
                    }
                    return;
                }
            }
        }
    }

    /// One transaction for all that is waiting; gives the first piece back if the server went away before it was begun.
    fn group(&mut self, first: Box<dyn Job>, work: &Receiver<Box<dyn Job>>) -> Result<Option<Box<dyn Job>>, Stop> {
        match self.connection.plain("writer::begin", migrate::begin(&self.connection)) {
            Ok(()) => {}
            Err(error) if error.is_away() => return self.come_back(work, None, Some(first)),
            Err(error) => {
                first.refuse(error);
                return Ok(None);
            }
        }
        faults::step(Step::Begun);
        let mut group = Group::default();
        match self.attempt(first, work, &mut group) {
            Ok(head) => group.answer(&head),
            Err(failure) => self.recover(group, failure, work)?,
        }
        Ok(None)
    }

    /// Fills the transaction that has begun, and commits it.
    fn attempt(
        &mut self,
        first: Box<dyn Job>,
        work: &Receiver<Box<dyn Job>>,
        group: &mut Group,
    ) -> Result<Arc<Head>, Failure> {
        let mut next = Some(first);
        let mut patience = GATHERINGS;
        while let Some(job) = next {
            self.piece(job, group)?;
            next = if group.is_full() { None } else { self.next_piece(work, group.size(), &mut patience) };
        }
        // A group that happened to be small does not make all later ones small.
        self.expected = group.size().max(self.expected - self.expected.div_ceil(8));
        self.commit(&group.leaves)
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
    fn piece(&mut self, mut job: Box<dyn Job>, group: &mut Group) -> Result<(), Failure> {
        if let Err(error) = self.connection.run("writer::savepoint", "SAVEPOINT piece", &[]) {
            group.failed.push(job);
            return Err(error.into());
        }
        let first_leaf = self.tree.size() + group.leaves.len() as u64;
        let mut inside = Inside { next_leaf: first_leaf, undone: self.undone, fault: None, in_doubt: false };
        let ran = job.run(&mut self.connection, &mut inside);
        if inside.in_doubt {
            group.failed.push(job);
            return Err(Failure { error: Fault::Disk.into(), aftermath: Aftermath::NobodyKnows, after: None });
        }
        if let Some(fault) = inside.fault.filter(|fault| *fault == Fault::Full) {
            self.reserve.free();
            tracing::warn!(%fault, "a piece of work was refused");
        }
        match ran {
            Ran::Well { entries, event } => {
                group.leaves.extend(entries);
                group.ended.push((job, first_leaf, event));
                self.connection.run("writer::release", "RELEASE SAVEPOINT piece", &[])?;
                faults::step(Step::Piece);
            }
            Ran::Declined => {
                group.failed.push(job);
                if !self.is_in_transaction() {
                    // SQLite takes the whole transaction back when the disk fails it half-way through a statement.
                    return Err(StoreError::from(inside.fault.unwrap_or(Fault::Disk)).into());
                }
                self.connection.plain("writer::rollback", "ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece")?;
            }
        }
        Ok(())
    }

    fn is_in_transaction(&self) -> bool {
        match &self.connection {
            Connection::Sqlite(sqlite) => !sqlite.is_autocommit(),
            Connection::Postgres(..) => true,
        }
    }

    fn commit(&mut self, leaves: &[Entry]) -> Result<Arc<Head>, Failure> {
        let mut tree = self.tree.clone();
        journal::append(&mut self.connection, &mut tree, leaves)?;
        faults::step(Step::Appended);
        if let Err(error) = self.connection.plain("writer::commit", "COMMIT") {
            return Err(Failure { aftermath: error.aftermath_of_commit(), error, after: Some(Box::new(tree)) });
        }
        faults::step(Step::Committed);
        Ok(self.move_on(tree))
    }

    /// The journal is now `tree`.
    fn move_on(&mut self, tree: Tree) -> Arc<Head> {
        self.tree = tree;
        let head = Arc::new(Head { snapshot: self.tree.snapshot() });
        match self.head.write() {
            Ok(mut latest) => *latest = head.clone(),
            Err(poisoned) => *poisoned.into_inner() = head.clone(),
        }
        head
    }

    /// Goes on after a failure, if anybody knows what it left.
    fn recover(&mut self, group: Group, failure: Failure, work: &Receiver<Box<dyn Job>>) -> Result<(), Stop> {
        let Failure { error, aftermath, after } = failure;
        self.undone += 1;
        if aftermath == Aftermath::NobodyKnows {
            tracing::error!(error = %chain(&error), "a commit is in doubt: the node takes nothing until it is started again");
            group.refuse(|| StoreError::Stopped);
            return Err(Stop);
        }
        tracing::warn!(error = %chain(&error), "a commit was taken back");
        if error.is_want_of_room() {
            self.reserve.free();
        }
        if aftermath == Aftermath::Undone && !error.is_away() {
            match self.take_back() {
                Ok(()) => {
                    group.refuse(|| error.to_the_others());
                    return Ok(());
                }
                Err(failed) if failed.is_away() => {}
                Err(failed) => {
                    tracing::error!(error = %chain(&failed), "a transaction could not be taken back");
                    group.refuse(|| StoreError::Stopped);
                    return Err(Stop);
                }
            }
        }
        match after.filter(|_| aftermath == Aftermath::ServerKnows) {
            Some(after) => self.find_out(group, *after, work),
            None => {
                group.refuse(|| Fault::Away.into());
                self.come_back(work, None, None).map(|_| ())
            }
        }
    }

    fn take_back(&mut self) -> Result<(), StoreError> {
        if self.is_in_transaction() { self.connection.plain("writer::take_back", "ROLLBACK") } else { Ok(()) }
    }

    /// Asks the server what became of a group whose COMMIT it did not answer; those who wait for it wait for that.
    fn find_out(&mut self, group: Group, after: Tree, work: &Receiver<Box<dyn Job>>) -> Result<(), Stop> {
        for _ in 0..PATIENCE {
            match self.connect(Some(&after)) {
                Ok(Some(Found::After)) => {
                    let head = self.move_on(after);
                    group.answer(&head);
                    return Ok(());
                }
                Ok(Some(Found::Before)) => {
                    group.refuse(|| Fault::Away.into());
                    return Ok(());
                }
                Ok(None) => std::thread::park_timeout(AGAIN_AFTER),
                Err(Stop) => {
                    group.refuse(|| StoreError::Stopped);
                    return Err(Stop);
                }
            }
        }
        group.refuse(|| StoreError::InDoubt);
        self.come_back(work, Some(after), None).map(|_| ())
    }

    /// Tries to reach the server until it is back. What comes meanwhile, and the piece that waits already, waits on at
    /// first and is turned away after that; it is given back if it still waits.
    fn come_back(
        &mut self,
        work: &Receiver<Box<dyn Job>>,
        after: Option<Tree>,
        mut waiting: Option<Box<dyn Job>>,
    ) -> Result<Option<Box<dyn Job>>, Stop> {
        let mut patience = if after.is_none() { PATIENCE } else { 0 };
        loop {
            match (self.connect(after.as_ref())?, after.clone()) {
                (Some(Found::After), Some(after)) => {
                    self.move_on(after);
                    break;
                }
                (Some(_), _) => break,
                (None, _) => {}
            }
            if patience > 0 {
                patience -= 1;
                std::thread::park_timeout(AGAIN_AFTER);
                continue;
            }
            self.condition.send_replace(Condition::Away);
            if let Some(job) = waiting.take() {
                job.refuse(Fault::Away.into());
            }
            match work.recv_timeout(AGAIN_AFTER) {
                Ok(job) => {
                    job.refuse(Fault::Away.into());
                    work.try_iter().for_each(|job| job.refuse(Fault::Away.into()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
        self.condition.send_replace(Condition::AtWork);
        Ok(waiting)
    }

    /// Connects anew and finds the journal as it was left, or as it would be `after` a commit; nothing while the server is
    /// away or still holds the lock of the connection before.
    fn connect(&mut self, after: Option<&Tree>) -> Result<Option<Found>, Stop> {
        let mut fresh = match open::connect_writer(&self.place, Expected::Node) {
            Ok(fresh) => fresh,
            Err(error) => {
                tracing::debug!(error = %chain(&error), "the database server cannot be reached yet");
                return Ok(None);
            }
        };
        let tree = match journal::resume(&mut fresh) {
            Ok(tree) => tree,
            Err(error) if error.is_away() => return Ok(None),
            Err(error) => {
                tracing::error!(error = %chain(&error), "the journal cannot be read after the server came back");
                return Err(Stop);
            }
        };
        let there = size_and_root(&tree);
        let found = match after {
            Some(after) if size_and_root(after) == there => Found::After,
            _ if size_and_root(&self.tree) == there => Found::Before,
            _ => {
                tracing::error!("the journal went on without this process while the server was away");
                return Err(Stop);
            }
        };
        self.connection = fresh;
        self.readers.forget();
        tracing::info!("the connection to the database server was made anew");
        Ok(Some(found))
    }
}

/// The journal that a server has when it is back.
enum Found {
    /// The one before the commit that it did not answer.
    Before,
    /// The one after it.
    After,
}

fn size_and_root(tree: &Tree) -> (u64, fairfile_proof::Hash) {
    let snapshot = tree.clone().snapshot();
    (snapshot.size(), snapshot.root())
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
