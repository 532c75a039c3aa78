//! Every limit of the server, in one file: bytes, seconds, connections, requests at work and requests that wait.
//!
//! `docs/operating.md` has the same table, a test holds the two together, and each line has a test of its own. What
//! a file may hold is bounded where it is read, in `fairfile_intake::limits`. Whatever is over a limit is told so, by
//! 408, 413, 429, 431 or 503, before work is done for it; slow headers, silence and whoever gives way for another are
//! answered by closing.
//!
//! There is no HTTP/2, so there are no streams to bound and none to reset: a connection has one request at a time.

use std::time::Duration;

/// The most bytes of a request's line and headers.
pub const HEADER_BYTES: usize = 16 * 1024;
/// The most headers of a request: hyper's own number, which costs no memory of each request.
pub const HEADERS: usize = 100;
/// The most bytes of a JSON body.
pub const JSON_BYTES: u64 = 16 * 1024;
/// The most bytes of a form of a page: the longest text that it takes, as browsers write Chinese.
pub const FORM_BYTES: u64 = 64 * 1024;
/// The fewest bytes of a file that must come in each second, [`Patience::body_idle`] in advance: a file that trickles
/// holds one of few places.
pub const FILE_BYTES_EACH_SECOND: u64 = 4 * 1024;
/// The fewest bytes of an answer that must be taken in [`Patience::answer`], unless it ends before.
pub const ANSWER_BYTES: usize = 128 * 1024;
/// The most bytes of a body that nobody wants which are read and thrown away before a connection is closed.
pub const SCRAP_BYTES: usize = 1024 * 1024;
/// For how long they are.
pub const SCRAP_TIME: Duration = Duration::from_secs(1);
/// Files that may be arriving or waiting for their turn.
pub const FILES_AT_ONCE: usize = 16;
/// Files that are worked on at a time: reading one keeps a core busy.
pub const INTAKE_AT_ONCE: usize = 2;
/// Readings of the own file that one person has at work.
pub const READINGS_OF_ONE: usize = 2;
/// Signed copies that are made at a time: each proves every look of a file.
pub const COPIES_AT_ONCE: usize = 2;
/// Sessions at a time.
pub const SESSIONS: usize = 10_000;
/// Sessions of one visitor at a time; one more ends the oldest.
pub const SESSIONS_OF_ONE: usize = 8;
/// Forms of one session whose first answers are remembered, the oldest of which makes room.
pub const FORMS_OF_ONE: usize = 16;
/// Bytes of an answer to a form that is remembered.
pub const ANSWER_KEPT_BYTES: u64 = 32 * 1024;
/// Bytes of forms that wait, all together, while their visitors show once more who they are.
pub const KEPT_FORMS_BYTES: usize = 8 * 1024 * 1024;
/// Answers to an officer that are open in one session at a time; one more closes the oldest.
pub const ANSWERS_OF_ONE: usize = 16;
/// Used tickets of sign-ins that are remembered until they would have ended.
pub const USED_TICKETS: usize = 100_000;
/// Files of officers that were checked and not sent, and with them the records that are open, at a time.
pub const DRAFTS: usize = 32;
/// The same of one officer; one more takes the place of the oldest.
pub const DRAFTS_OF_ONE: usize = 4;
/// How long they are kept.
pub const DRAFT_TIME: Duration = Duration::from_secs(2 * 60 * 60);
/// People who are being served at counters at a time.
pub const VISITS: usize = 256;
/// The same by one officer; one more ends the oldest.
pub const VISITS_OF_ONE: usize = 4;
/// Clients without a place that are being told so; those beyond them are told by what fits the socket at once.
pub const TURNED_AWAY: usize = 64;
/// Callers of a kind whose requests are counted one by one; all beyond them are counted as one.
pub const COUNTED_CALLERS: usize = 16_384;
/// How long a request that is refused for want of room waits for that answer. Whoever asks again at once then costs the
/// node little, however often: one connection can be refused no more than twice a second, and all that the node takes
/// about 2,000 times.
pub const REFUSED_AFTER: Duration = Duration::from_millis(500);
/// How long a client may take before it can be made to give way for another, in its headers, its body or an answer.
pub const SLOW_AFTER: Duration = Duration::from_millis(200);
/// How long to wait when the system gives no more connections.
pub const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// What can be sized. Nothing here loosens what the node refuses.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address.
    pub connections_of_one: usize,
    /// Addresses of this machine are those of a proxy, which speaks for many: neither their connections nor their
    /// requests are counted as those of one caller.
    pub spares_loopback: bool,
    /// How long a client may take.
    pub patience: Patience,
    /// How many requests are attended to at a time, and how many wait.
    pub shares: Shares,
    /// How often one caller may come.
    pub rates: Rates,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            connections_of_one: 64,
            spares_loopback: true,
            patience: Patience::default(),
            shares: Shares::default(),
            rates: Rates::default(),
        }
    }
}

impl Limits {
    /// Connections that are kept free by closing the one that has been silent or slow for longest: a sixteenth.
    pub fn kept_free(&self) -> usize {
        self.connections / 16
    }
}

/// How long a client may take, and how long the server goes on when told to stop.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the connection, or the first byte of a later request, to the end of its headers.
    pub header: Duration,
    /// Between two pieces of a body.
    pub body_idle: Duration,
    /// For a JSON body altogether.
    pub json: Duration,
    /// For a file altogether.
    pub file: Duration,
    /// Between two requests of one connection.
    pub idle: Duration,
    /// For taking in an answer, or the next [`ANSWER_BYTES`] of it.
    pub answer: Duration,
    /// For work that was begun when the server is told to stop.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            body_idle: Duration::from_secs(15),
            json: Duration::from_secs(30),
            file: Duration::from_secs(30 * 60),
            idle: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// One share's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareSize {
    /// Requests that are attended to at a time.
    pub places: usize,
    /// Requests that may wait for a place; the next is refused.
    pub queue: usize,
    /// How long one waits before it is refused as well: an answer that comes late is work for nobody.
    pub wait: Duration,
}

impl ShareSize {
    /// So many places, so many who wait, and for how many milliseconds.
    pub const fn new(places: usize, queue: usize, wait_ms: u64) -> Self {
        Self { places, queue, wait: Duration::from_millis(wait_ms) }
    }
}

/// The size of each share; a share that is full takes no place from another.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// Persons at their own files.
    pub persons: ShareSize,
    /// Notices and their confirmations: a deadline runs.
    pub deadlines: ShareSize,
    /// Members: looks, and what is small beside them.
    pub members: ShareSize,
    /// Files of sources. Its places are more than [`FILES_AT_ONCE`], so that files which arrive leave some to be refused at.
    pub files: ShareSize,
    /// Signing in, which everybody may try.
    pub sign_in: ShareSize,
    /// What anybody may read.
    pub public: ShareSize,
    /// Whether the node answers.
    pub health: ShareSize,
}

impl Default for Shares {
    fn default() -> Self {
        Self {
            persons: ShareSize::new(64, 256, 1_000),
            deadlines: ShareSize::new(32, 256, 5_000),
            members: ShareSize::new(128, 64, 500),
            files: ShareSize::new(32, 16, 1_000),
            sign_in: ShareSize::new(32, 64, 1_000),
            public: ShareSize::new(64, 64, 500),
            health: ShareSize::new(4, 8, 1_000),
        }
    }
}

/// How often one caller may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a minute, in the long run; at least one.
    pub each_minute: u32,
    /// Requests at once, after a time without any; at least one.
    pub at_once: u32,
}

/// How often a caller of each kind may come.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// One address, whoever speaks from it.
    pub peer: Rate,
    /// One registered key, of an officer or a member.
    pub key: Rate,
    /// One person, in however many sessions.
    pub person: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            peer: Rate { each_minute: 12_000, at_once: 1_000 },
            key: Rate { each_minute: 12_000, at_once: 1_000 },
            person: Rate { each_minute: 600, at_once: 200 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_arrive_leave_places_to_be_refused_at() {
        assert!(Shares::default().files.places > FILES_AT_ONCE);
        const { assert!(INTAKE_AT_ONCE < FILES_AT_ONCE) }
    }

    #[test]
    fn all_that_is_at_work_fits_the_queue_of_the_writer() {
        let Shares { persons, deadlines, members, files, sign_in, public, health } = Shares::default();
        let places: usize =
            [persons, deadlines, members, files, sign_in, public, health].iter().map(|size| size.places).sum();
        // 4,096 pieces of work wait for the writer at the most, and 512 threads wait for a disk.
        assert!(places < 512, "{places}");
    }
}
