//! Who is connected, what each client is doing, and who gives way when others come.
//!
//! A place that somebody keeps by being slow is a place that nobody else has. So when few are left, each newcomer makes
//! one go: whoever has waited longest for a next request, or else whoever is furthest behind with headers, a body or
//! taking an answer in. Whoever is being attended to stays.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::limits::{FILE_BYTES_EACH_SECOND, SLOW_AFTER};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Between requests.
    Idle,
    /// A request has begun, or a connection, and its headers have not ended.
    Header,
    /// A request is being attended to.
    Attended,
    /// More of a request's body is waited for; it has a timer of its own.
    Body,
    /// An answer is being taken in.
    Answering,
    /// Our side is closed.
    Closing,
}

/// The phase of a connection, how often it was entered, so that entering the same one again starts its time anew, and
/// since when its client has been behind.
#[derive(Debug)]
pub(crate) struct Watch {
    state: AtomicU64,
    began: Instant,
    /// In milliseconds since `began`: when the phase was entered, later by the time that what came since was worth.
    since: AtomicU64,
    /// It was asked to give way.
    asked: AtomicBool,
    leave: Notify,
}

impl Watch {
    /// Whoever connects has something to ask: the first request's time begins with the connection.
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU64::new(Phase::Header as u64),
            began: Instant::now(),
            since: AtomicU64::new(0),
            asked: AtomicBool::new(false),
            leave: Notify::new(),
        }
    }

    /// Enters a phase. A body's time goes on from one piece to the next.
    pub(crate) fn enter(&self, phase: Phase) {
        let times = self.state.load(Ordering::Relaxed) >> 3;
        self.state.store((times + 1) << 3 | phase as u64, Ordering::Relaxed);
        self.since.store(self.now(), Ordering::Relaxed);
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.state.load(Ordering::Relaxed) & 7 {
            0 => Phase::Idle,
            1 => Phase::Header,
            2 => Phase::Attended,
            3 => Phase::Body,
            4 => Phase::Answering,
            _ => Phase::Closing,
        }
    }

    pub(crate) fn entered(&self) -> u64 {
        self.state.load(Ordering::Relaxed)
    }

    /// Whether the client is the one to do something, so that the connection can be ended.
    pub(crate) fn can_give_way(&self) -> bool {
        match self.phase() {
            Phase::Idle | Phase::Header | Phase::Body | Phase::Answering => true,
            Phase::Attended | Phase::Closing => false,
        }
    }

    /// Waits until somebody else needs the place.
    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    fn ask_to_leave(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.leave.notify_one();
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// For how many milliseconds the client has been behind, if it is the one to do something.
    fn behind(&self) -> Option<(Phase, u64)> {
        let phase = self.phase();
        self.can_give_way().then(|| (phase, self.now().saturating_sub(self.since.load(Ordering::Relaxed))))
    }
}

/// A request's body, telling the watch when more of it is waited for.
///
/// Whoever sends [`FILE_BYTES_EACH_SECOND`] is never behind; a byte now and then is worth nothing.
#[derive(Debug)]
pub(crate) struct WatchedBody {
    body: Incoming,
    watch: Arc<Watch>,
    /// In milliseconds of the watch: until when what has come would have taken at that rate.
    due: Option<u64>,
    received: u64,
}

impl WatchedBody {
    pub(crate) fn new(body: Incoming, watch: Arc<Watch>) -> Self {
        Self { body, watch, due: None, received: 0 }
    }

    fn waits(&mut self) {
        let now = self.watch.now();
        let due = *self.due.get_or_insert(now);
        let worth = self.received.saturating_mul(1_000) / FILE_BYTES_EACH_SECOND;
        if self.watch.phase() == Phase::Attended {
            self.watch.enter(Phase::Body);
        }
        self.watch.since.store(due.saturating_add(worth).min(now), Ordering::Relaxed);
    }
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_pending() {
            self.waits();
        }
        let frame = ready!(polled);
        if let Some(Ok(frame)) = &frame {
            self.received += frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
        }
        if self.watch.phase() == Phase::Body {
            self.watch.enter(Phase::Attended);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// All that are connected.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    next: u64,
    watches: HashMap<u64, Arc<Watch>>,
}

impl Book {
    /// One more client.
    pub(crate) fn enter(self: &Arc<Self>) -> Guest {
        let (mut lines, watch) = (self.lines(), Arc::new(Watch::new()));
        let number = lines.next;
        lines.next += 1;
        lines.watches.insert(number, watch.clone());
        Guest { book: self.clone(), number, watch }
    }

    /// Asks one client to go: the one that has waited longest for its next request, or else the one that is furthest
    /// behind by [`SLOW_AFTER`] or more. False if there is none.
    pub(crate) fn make_room(&self) -> bool {
        let lines = self.lines();
        let unasked = lines.watches.iter().filter(|(_, watch)| !watch.asked.load(Ordering::Relaxed));
        let mut chosen = None;
        for (number, watch) in unasked {
            let Some((phase, behind)) = watch.behind() else { continue };
            let rank = (phase == Phase::Idle, behind, Reverse(*number));
            let is_slow = phase == Phase::Idle || u128::from(behind) >= SLOW_AFTER.as_millis();
            if is_slow && chosen.is_none_or(|(highest, _)| rank > highest) {
                chosen = Some((rank, watch));
            }
        }
        chosen.inspect(|(_, watch)| watch.ask_to_leave()).is_some()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        // Every change is one call of the map, so it is sound whatever its last holder met.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client in the book; no longer there when this is dropped.
#[derive(Debug)]
pub(crate) struct Guest {
    book: Arc<Book>,
    number: u64,
    pub(crate) watch: Arc<Watch>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.book.lines().watches.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    fn asked(guests: &[&Guest]) -> Vec<bool> {
        guests.iter().map(|guest| guest.watch.asked.load(Ordering::Relaxed)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_quiet_goes_first_and_then_whoever_is_furthest_behind() {
        let book = Arc::new(Book::default());
        let (attended, slow) = (book.enter(), book.enter());
        attended.watch.enter(Phase::Attended);
        sleep(Duration::from_secs(1)).await;
        let (slower_to_read, idle) = (book.enter(), book.enter());
        slower_to_read.watch.enter(Phase::Answering);
        idle.watch.enter(Phase::Idle);
        sleep(SLOW_AFTER).await;
        let new = book.enter();
        let all = [&attended, &slow, &slower_to_read, &idle, &new];
        assert!(book.make_room());
        assert_eq!(asked(&all), [false, false, false, true, false]);
        assert!(book.make_room());
        assert_eq!(asked(&all), [false, true, false, true, false]);
        assert!(book.make_room());
        assert_eq!(asked(&all), [false, true, true, true, false]);
        assert!(!book.make_room(), "nobody else is slow");
        drop(slow);
        assert_eq!(book.lines().watches.len(), 4);
    }
}
