//! What a sign-in has to remember between two requests goes to the browser and comes back under a mark of this process.
//!
//! Nobody's attempts fill the node's memory so, and nobody can keep others from signing in by beginning many. A ticket is
//! for one use: that it was used is remembered until it would have ended anyway. A restart ends all of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_service::Registry;

use crate::limits::USED_TICKETS;

/// How long a ticket holds, in microseconds: ten minutes.
pub(crate) const TICKET_MICROS: i64 = 600 * 1_000_000;

/// The tickets of one process.
pub(crate) struct Tickets {
    /// Of this process alone.
    seed: [u8; 32],
    /// Marks of those that were used, and when they end.
    used: Mutex<HashMap<[u8; 32], i64>>,
}

/// A ticket that came back as it went out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// What was remembered.
    pub(crate) content: Vec<u8>,
    mark: [u8; 32],
    ends_at: i64,
}

impl Tickets {
    /// Tickets under a mark that is made with `seed`.
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, used: Mutex::default() }
    }

    /// A ticket with `content`, for what `purpose` says and for nothing else.
    pub(crate) fn write(&self, reg: &Registry, purpose: &str, content: &[u8], now: i64) -> String {
        let ends_at = now.saturating_add(TICKET_MICROS);
        let mark = self.mark(reg, purpose, content, ends_at);
        format!("{ends_at}.{}.{}", URL_SAFE_NO_PAD.encode(content), URL_SAFE_NO_PAD.encode(mark))
    }

    /// The ticket that `text` is, if this process has written it for `purpose` and it has neither ended nor been used.
    pub(crate) fn read(&self, reg: &Registry, purpose: &str, text: &str, now: i64) -> Option<Ticket> {
        let (ends_at, rest) = text.split_once('.')?;
        let (content, mark) = rest.split_once('.')?;
        let (ends_at, content) = (ends_at.parse::<i64>().ok()?, URL_SAFE_NO_PAD.decode(content).ok()?);
        let told: [u8; 32] = URL_SAFE_NO_PAD.decode(mark).ok()?.try_into().ok()?;
        let mark = self.mark(reg, purpose, &content, ends_at);
        // Both sides are hashed once more, so that the time of the comparison tells nothing of the mark.
        let compared = |mark: &[u8; 32]| reg.vault.keyring().hashes().content_of("ticket-compared", mark);
        let is_own = compared(&mark) == compared(&told) && now < ends_at;
        (is_own && !self.used().contains_key(&mark)).then_some(Ticket { content, mark, ends_at })
    }

    /// Notes that a ticket was used; false if it was before, or if there is no room to note it.
    pub(crate) fn use_up(&self, ticket: &Ticket, now: i64) -> bool {
        let mut used = self.used();
        if used.len() >= USED_TICKETS {
            used.retain(|_, ends_at| *ends_at > now);
        }
        used.len() < USED_TICKETS && used.insert(ticket.mark, ticket.ends_at).is_none()
    }

    fn mark(&self, reg: &Registry, purpose: &str, content: &[u8], ends_at: i64) -> [u8; 32] {
        let hashes = reg.vault.keyring().hashes();
        let purpose = hashes.content_of("ticket-purpose", purpose.as_bytes());
        let whole = [&self.seed[..], &purpose, &ends_at.to_be_bytes(), content].concat();
        hashes.content_of("ticket", &whole)
    }

    fn used(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], i64>> {
        // Every change is one call of the map, so it is sound whatever its last holder met.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
