//! Whose turn it is: requests that are attended to at a time, and those that wait for it, each share for itself.
//!
//! A flood at one share leaves the others as they are: whoever looks at a tile takes no place from a person who reads
//! the own file. A request that finds no room is refused before its body is read, its signature checked or anything
//! opened; one that would be answered too late is refused as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::Method;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::limits::{ShareSize, Shares};
use crate::problem::Problem;
use crate::router::{Effect, Route, Visitor};

/// Which part of the node's work a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Persons at their own files.
    Persons,
    /// Notices, the messages that tell of them, and their confirmations: a deadline runs.
    Deadlines,
    /// Members: looks, and what is small beside them.
    Members,
    /// Files of sources.
    Files,
    /// Signing in, which everybody may try.
    SignIn,
    /// What anybody may read.
    Public,
    /// Whether the node answers: its supervisor has to see that it lives, however much is asked of it.
    Health,
}

impl Share {
    /// The share of a route, by its address and its effect; a new one among the members' unless it says otherwise.
    pub fn of(route: &Route) -> Self {
        let under = |folder: &str| {
            let rest = route.path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if under("/health") {
            Self::Health
        } else if under("/api/my") || under("/{language}/my") {
            Self::Persons
        } else if under("/api/notices") || under("/api/outbox") || under("/{language}/inquiry/notices") {
            Self::Deadlines
        } else if route.effect == Effect::SignsIn {
            Self::SignIn
        } else if matches!(route.effect, Effect::Shows | Effect::Checks) && route.who.contains(&Visitor::Nobody) {
            Self::Public
        } else if (under("/api/batches") || under("/{language}/source/batches")) && route.method == Method::POST {
            Self::Files
        } else {
            Self::Members
        }
    }
}

/// A request's place at work; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _held: OwnedSemaphorePermit,
}

/// The room that one share has.
#[derive(Debug)]
pub(crate) struct Room {
    share: Share,
    size: ShareSize,
    places: Arc<Semaphore>,
    queue: Semaphore,
    /// How many were refused since there was room for everybody.
    refused: AtomicU64,
}

impl Room {
    fn new(share: Share, size: ShareSize) -> Self {
        let (places, queue) = (Arc::new(Semaphore::new(size.places)), Semaphore::new(size.queue));
        Self { share, size, places, queue, refused: AtomicU64::new(0) }
    }

    /// Refuses at once when there is neither a place nor room to wait for one.
    pub(crate) fn has_room(&self) -> Result<(), Problem> {
        if self.places.available_permits() == 0 && self.queue.available_permits() == 0 {
            return Err(self.refuse());
        }
        Ok(())
    }

    /// A place, now or after some waiting in the order of coming.
    pub(crate) async fn enter(&self) -> Result<Place, Problem> {
        if let Ok(held) = self.places.clone().try_acquire_owned() {
            self.note_room();
            return Ok(Place { _held: held });
        }
        let waited = match self.queue.try_acquire() {
            Ok(_waiting) => timeout(self.size.wait, self.places.clone().acquire_owned()).await.ok(),
            Err(_) => None,
        };
        match waited {
            Some(Ok(held)) => Ok(Place { _held: held }),
            Some(Err(_)) | None => Err(self.refuse()),
        }
    }

    /// The log tells of the first that is refused and, when there is room again, of how many they were: a line for
    /// each would be a flood of its own.
    fn refuse(&self) -> Problem {
        if self.refused.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(share = ?self.share, "a share is full: requests are refused");
        }
        Problem::no_room()
    }

    fn note_room(&self) {
        if self.refused.load(Ordering::Relaxed) > 0 {
            let refused = self.refused.swap(0, Ordering::Relaxed);
            tracing::info!(share = ?self.share, refused, "a share has room again");
        }
    }
}

/// The rooms of all shares.
#[derive(Debug)]
pub(crate) struct Rooms {
    persons: Room,
    deadlines: Room,
    members: Room,
    files: Room,
    sign_in: Room,
    public: Room,
    health: Room,
}

impl Rooms {
    /// Rooms of these sizes.
    pub(crate) fn new(sizes: &Shares) -> Self {
        Self {
            persons: Room::new(Share::Persons, sizes.persons),
            deadlines: Room::new(Share::Deadlines, sizes.deadlines),
            members: Room::new(Share::Members, sizes.members),
            files: Room::new(Share::Files, sizes.files),
            sign_in: Room::new(Share::SignIn, sizes.sign_in),
            public: Room::new(Share::Public, sizes.public),
            health: Room::new(Share::Health, sizes.health),
        }
    }

    /// The room of a share.
    pub(crate) fn of(&self, share: Share) -> &Room {
        match share {
            Share::Persons => &self.persons,
            Share::Deadlines => &self.deadlines,
            Share::Members => &self.members,
            Share::Files => &self.files,
            Share::SignIn => &self.sign_in,
            Share::Public => &self.public,
            Share::Health => &self.health,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::router::ROUTES;

    fn room(places: usize, queue: usize) -> Arc<Room> {
        Arc::new(Room::new(Share::Public, ShareSize::new(places, queue, 1_000)))
    }

    #[test]
    fn every_route_has_the_share_of_its_visitors() {
        let check = |path: &str, expected: Share| {
            let mut routes = ROUTES.iter().filter(|route| route.path == path).peekable();
            assert!(routes.peek().is_some(), "no route {path}");
            assert!(routes.all(|route| Share::of(route) == expected), "{path}");
        };
        check("/api/my/file", Share::Persons);
        check("/api/my/copy", Share::Persons);
        check("/api/notices", Share::Deadlines);
        check("/api/notices/{id}/confirmation", Share::Deadlines);
        check("/api/inquiries", Share::Members);
        check("/api/batches", Share::Files);
        check("/api/batches/check", Share::Files);
        check("/api/batches/{id}", Share::Members);
        check("/api/demo/sign-in", Share::SignIn);
        check("/health", Share::Health);
        check("/journal/tile/{*path}", Share::Public);
        for route in ROUTES {
            let by_anybody = matches!(Share::of(route), Share::Public | Share::SignIn | Share::Health);
            assert!(
                !by_anybody || route.who.contains(&Visitor::Nobody),
                "{}: its share is open to everybody",
                route.path
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_and_a_full_room_waits_in_the_order_of_coming() {
        let room = room(1, 2);
        let first = room.enter().await.expect("a place");
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let waiters: Vec<_> = (0..2)
            .map(|number| {
                let (room, order) = (room.clone(), order.clone());
                tokio::spawn(async move {
                    let _place = room.enter().await.expect("a place, after some waiting");
                    order.lock().expect("a list").push(number);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(room.has_room().is_err(), "refused before its body is read");
        assert!(room.enter().await.is_err_and(|problem| problem.is_unattended()));
        assert_eq!(room.refused.load(Ordering::Relaxed), 2);
        drop(first);
        for waiter in waiters {
            waiter.await.expect("no panic");
        }
        assert_eq!(*order.lock().expect("a list"), [0, 1]);
        room.has_room().expect("room");
        drop(room.enter().await.expect("a place"));
        assert_eq!(room.refused.load(Ordering::Relaxed), 0);
        assert_eq!((room.places.available_permits(), room.queue.available_permits()), (1, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waited_too_long_is_refused_and_leaves_the_queue() {
        let room = room(1, 1);
        let held = room.enter().await.expect("a place");
        let began = tokio::time::Instant::now();
        assert!(room.enter().await.is_err());
        assert_eq!(began.elapsed(), Duration::from_secs(1));
        assert_eq!(room.queue.available_permits(), 1);
        drop(held);
        room.enter().await.expect("a place");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_leaves_while_waiting_leaves_nothing_behind() {
        let room = room(1, 1);
        let held = room.enter().await.expect("a place");
        let waiter = tokio::spawn({
            let room = room.clone();
            async move { room.enter().await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert_eq!(room.queue.available_permits(), 0);
        waiter.abort();
        assert!(waiter.await.is_err_and(|error| error.is_cancelled()));
        drop(held);
        assert_eq!((room.places.available_permits(), room.queue.available_permits()), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_share_takes_no_place_from_another() {
        let one = ShareSize::new(1, 0, 10);
        let sizes =
            Shares { persons: one, deadlines: one, members: one, files: one, sign_in: one, public: one, health: one };
        let rooms = Rooms::new(&sizes);
        let by_anybody = [Share::SignIn, Share::Public, Share::Health];
        let shares = [Share::Persons, Share::Deadlines, Share::Members, Share::Files].into_iter().chain(by_anybody);
        let shares: Vec<Share> = shares.collect();
        for &full in &shares {
            let _held = rooms.of(full).enter().await.expect("a place");
            for &other in &shares {
                assert_eq!(rooms.of(other).enter().await.is_ok(), other != full, "{other:?} while {full:?} is full");
            }
        }
    }
}
