//! Holds rounds and sends what they have written, for as long as a node is served, or once for a node that is not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use fairfile_domain::id::MessageId;
use fairfile_messages::{Carried, Letter, Sender};
use fairfile_store::message::{self, MessageOnFile, State};
use fairfile_vault::VaultError;

use super::round::{self, Held};
use super::staff::StaffAddresses;
use super::staff_book::StaffBook;
use super::staff_post::StaffPost;
use super::write::unseal;
use crate::registry::{Registry, RegistryError};

/// How long after a round the next one notes what became of what it has written: always as long, whether anything was
/// written or not.
const FOLLOWS_AFTER: Duration = Duration::from_secs(10);
/// How long after a failure a message is tried again; each time twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 60 * 60);
/// How long a message is tried, in microseconds: three days.
pub(super) const ENDS_AFTER: i64 = 3 * 24 * 60 * 60 * 1_000_000;
/// Messages that are read at once.
const PAGE: u32 = 100;
/// Failures in a row after which a way is left alone for this turn: a server that is away costs half a minute each time.
pub(super) const FAILURES: u32 = 3;
pub(super) const HOUR: i64 = 60 * 60 * 1_000_000;

/// Holds rounds and sends; it remembers nothing that a crash may not take.
///
/// A round is held when the journal has grown since the one before, once more after a fixed while, and with each full
/// hour, in which the hours of people begin. None of that depends on whom the growth was about.
pub struct Courier {
    sender: Sender,
    /// Whom at the counters it can write to.
    staff: StaffPost,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    held: Option<Held>,
    /// When the round is held that notes what became of the messages of the one before.
    follows_at: Option<Duration>,
    /// The hour of the last round.
    hour: i64,
    /// What is known and not noted yet.
    settled: Vec<(MessageId, State)>,
    tries: HashMap<MessageId, Try>,
}

/// How often a message was tried in vain, and when it is tried again.
#[derive(Default)]
pub(super) struct Try {
    failures: u32,
    pub(super) again_at: Duration,
}

impl Try {
    /// One more failure at `elapsed`.
    pub(super) fn put_off(&mut self, elapsed: Duration, jitter: u16) {
        self.again_at = elapsed + pause(self.failures, jitter);
        self.failures = self.failures.saturating_add(1);
    }
}

/// What one turn of sending came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages that were taken.
    pub sent: u64,
    /// Messages that are tried again.
    pub later: u64,
    /// Messages that are not tried any more.
    pub failed: u64,
}

impl Courier {
    /// A courier who speaks for `sender`.
    pub fn new(sender: Sender) -> Self {
        Self { sender, staff: StaffPost::default(), book: Mutex::default() }
    }

    /// The same, who tells officers, registrars and supervisors at these addresses what they have to know or to do, and
    /// keeps it in `book`.
    pub fn with_staff(self, addresses: StaffAddresses, book: StaffBook) -> Self {
        Self { staff: StaffPost::new(addresses, book), ..self }
    }

    /// Who speaks.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Holds a round if one is due; `elapsed` is how long the courier has been at work. True if one was held and more is
    /// to be done at once.
    ///
    /// # Errors
    /// What store and vault say; the next call tries it again.
    pub fn hold_round(&self, reg: &Arc<Registry>, elapsed: Duration) -> Result<bool, RegistryError> {
        let hour = reg.clock.now().unix_micros().div_euclid(HOUR);
        let size = reg.store.head().snapshot().size();
        let (is_due, follows) = {
            let book = self.book()?;
            let has_grown = book.held.is_none_or(|held| !(held.leaf == held.until && size == held.until + 1));
            let goes_on = book.held.is_some_and(|held| held.goes_on);
            let is_over = book.follows_at.is_some_and(|at| at <= elapsed);
            // Growth alone is not followed at once: the round that follows the one before takes it along.
            let grown = (has_grown || book.hour != hour) && book.follows_at.is_none();
            (grown || goes_on || is_over, grown || goes_on)
        };
        if !is_due || !round::is_wanted(reg)? {
            return Ok(false);
        }
        let settled = self.book()?.settled.clone();
        let held = round::hold(reg, &self.sender, &settled)?;
        let mut book = self.book()?;
        book.settled.retain(|row| !settled.contains(row));
        for (message, _) in &settled {
            book.tries.remove(message);
        }
        book.follows_at = follows.then(|| elapsed + FOLLOWS_AFTER);
        (book.held, book.hour) = (Some(held), hour);
        Ok(held.goes_on)
    }

    /// Sends what is on its way and not waited with, by `carry`. `goes_on` is asked before each.
    ///
    /// What comes of it is noted by the next round: whoever is cut off before sends the same once more, under the same id.
    ///
    /// # Errors
    /// What store and vault say.
    pub fn deliver(
        &self,
        reg: &Registry,
        elapsed: Duration,
        goes_on: impl Fn() -> bool,
        carry: impl Fn(&Letter) -> Carried,
    ) -> Result<Delivered, RegistryError> {
        // Whatever becomes of it, people are told.
        let staff = self.staff.turn(reg, (&self.sender, elapsed), &goes_on, &carry);
        let people = self.deliver_to_people(reg, elapsed, &goes_on, &carry)?;
        let staff = staff?;
        Ok(Delivered {
            sent: staff.sent + people.sent,
            later: staff.later + people.later,
            failed: staff.failed + people.failed,
        })
    }

    fn deliver_to_people(
        &self,
        reg: &Registry,
        elapsed: Duration,
        goes_on: &impl Fn() -> bool,
        carry: &impl Fn(&Letter) -> Carried,
    ) -> Result<Delivered, RegistryError> {
        let (mut delivered, mut after) = (Delivered::default(), None);
        let mut failures: HashMap<&'static str, u32> = HashMap::new();
        loop {
            let page = message::list_sending(&mut reg.store.read()?, after, PAGE)?;
            for on_file in &page {
                if !goes_on() {
                    return Ok(delivered);
                }
                after = Some((on_file.written_at, on_file.message));
                if !self.is_to_be_tried(on_file.message, elapsed)? {
                    continue;
                }
                let letter = match unseal(reg, on_file) {
                    Ok(letter) => letter,
                    // The person's key is gone; there is nobody to write to any more.
                    Err(RegistryError::Vault(VaultError::Destroyed)) => {
                        self.settle(on_file.message, State::Failed)?;
                        continue;
                    }
                    Err(other) => return Err(other),
                };
                let in_a_row = failures.entry(letter.to.word()).or_default();
                if *in_a_row >= FAILURES {
                    continue;
                }
                let carried = carry(&letter);
                *in_a_row = if carried == Carried::Later { *in_a_row + 1 } else { 0 };
                self.note(reg, on_file, (carried, elapsed), &mut delivered)?;
            }
            if page.len() < PAGE as usize {
                return Ok(delivered);
            }
        }
    }

    fn try_later(&self, reg: &Registry, message: MessageId, elapsed: Duration) -> Result<(), RegistryError> {
        let jitter = u16::from_be_bytes(reg.chance.bytes()?);
        self.book()?.tries.entry(message).or_default().put_off(elapsed, jitter);
        Ok(())
    }

    fn is_to_be_tried(&self, message: MessageId, elapsed: Duration) -> Result<bool, RegistryError> {
        let book = self.book()?;
        let waits = book.tries.get(&message).is_some_and(|tried| tried.again_at > elapsed);
        Ok(!waits && !book.settled.iter().any(|settled| settled.0 == message))
    }

    fn note(
        &self,
        reg: &Registry,
        on_file: &MessageOnFile,
        (carried, elapsed): (Carried, Duration),
        delivered: &mut Delivered,
    ) -> Result<(), RegistryError> {
        let is_over = reg.clock.now().unix_micros().saturating_sub(on_file.written_at) >= ENDS_AFTER;
        match carried {
            Carried::Taken => {
                delivered.sent += 1;
                self.settle(on_file.message, State::Sent)
            }
            Carried::Later if !is_over => {
                delivered.later += 1;
                self.try_later(reg, on_file.message, elapsed)
            }
            Carried::Later | Carried::Refused => {
                delivered.failed += 1;
                self.settle(on_file.message, State::Failed)
            }
        }
    }

    fn settle(&self, message: MessageId, state: State) -> Result<(), RegistryError> {
        self.book()?.settled.push((message, state));
        Ok(())
    }

    fn book(&self) -> Result<MutexGuard<'_, Book>, RegistryError> {
        self.book.lock().map_err(|_| RegistryError::Closed)
    }
}

/// How long to wait after so many failures before this one: twice as long each time, from three quarters to five quarters
/// of it by chance, so that what failed together does not come again together.
fn pause(failures: u32, jitter: u16) -> Duration {
    let whole = FIRST_PAUSE.saturating_mul(1_u32.checked_shl(failures.min(16)).unwrap_or(u32::MAX)).min(LONGEST_PAUSE);
    whole.mul_f64(0.75 + f64::from(jitter) / f64::from(u16::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_four_hours_and_differ_by_chance() {
        let seconds = |failures, jitter| pause(failures, jitter).as_secs();
        assert_eq!((seconds(0, 0), seconds(0, u16::MAX)), (45, 75));
        assert_eq!((seconds(3, 0), seconds(3, u16::MAX)), (360, 600));
        assert_eq!((seconds(60, 0), seconds(60, u16::MAX)), (10_800, 18_000));
    }
}
