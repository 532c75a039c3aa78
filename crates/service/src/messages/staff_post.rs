//! Tells those who work at a counter by e-mail what they have to know or to do: what is due is found on file, written into
//! the book, sent, and tried again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use fairfile_domain::day::Instant;
use fairfile_domain::id::MessageId;
use fairfile_domain::message::{Channel, Hours, Language};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_messages::{Carried, Letter, Sender, StaffTold, Text, compose_recovery, compose_staff};
use fairfile_store::message::State;

use super::courier::{Delivered, ENDS_AFTER, FAILURES, HOUR, Try};
use super::staff::StaffAddresses;
use super::staff_book::{StaffBook, Waiting};
use super::staff_due::{Due, What, is_lasting, list_duties, list_urgent};
use crate::registry::{Registry, RegistryError};

/// How long after one reading of the duties on file the next may follow, if the journal has grown meanwhile.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Whom at the counters it can write to, and what they were told.
#[derive(Default)]
pub(super) struct StaffPost {
    addresses: StaffAddresses,
    book: StaffBook,
    state: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// The duties on file as they were read last.
    duties: Vec<Due>,
    read: Option<Reading>,
    tries: HashMap<MessageId, Try>,
}

/// When the duties were read.
#[derive(Clone, Copy)]
struct Reading {
    at: Duration,
    hour: i64,
    size: u64,
}

impl StaffPost {
    pub(super) fn new(addresses: StaffAddresses, book: StaffBook) -> Self {
        Self { addresses, book, state: Mutex::default() }
    }

    /// Writes what is due and sends what is on its way. `goes_on` is asked before each e-mail.
    pub(super) fn turn(
        &self,
        reg: &Registry,
        (sender, elapsed): (&Sender, Duration),
        goes_on: &impl Fn() -> bool,
        carry: &impl Fn(&Letter) -> Carried,
    ) -> Result<Delivered, RegistryError> {
        let mut delivered = Delivered::default();
        if self.addresses.is_empty() {
            return Ok(delivered);
        }
        let mut turns = self.state.lock().map_err(|_| RegistryError::Closed)?;
        let now = reg.clock.now();
        turns.read(reg, &self.addresses, (now, elapsed))?;
        let mut due = list_urgent(reg, &self.addresses)?;
        due.extend(turns.duties.iter().cloned());
        self.leave_out_what_passed(&due, now)?;
        self.write(reg, sender, due, now)?;
        let mut in_a_row = 0;
        for waiting in self.book.list_waiting()? {
            if in_a_row >= FAILURES || !goes_on() {
                break;
            }
            if turns.tries.get(&waiting.id).is_some_and(|tried| tried.again_at > elapsed) {
                continue;
            }
            // Whoever has lost the address meanwhile cannot be told.
            let carried = self.letter(&waiting).map_or(Carried::Refused, |letter| carry(&letter));
            in_a_row = if carried == Carried::Later { in_a_row + 1 } else { 0 };
            let is_over = now.unix_micros().saturating_sub(waiting.written_at) >= ENDS_AFTER;
            let state = match carried {
                Carried::Later if !is_over => {
                    delivered.later += 1;
                    let jitter = u16::from_be_bytes(reg.chance.bytes()?);
                    turns.tries.entry(waiting.id).or_default().put_off(elapsed, jitter);
                    continue;
                }
                Carried::Taken => State::Sent,
                Carried::Later | Carried::Refused => State::Failed,
            };
            delivered.sent += u64::from(state == State::Sent);
            delivered.failed += u64::from(state == State::Failed);
            turns.tries.remove(&waiting.id);
            self.book.settle(&waiting, state, now)?;
        }
        Ok(delivered)
    }

    /// What waits and is not so any more is not sent: a notice that was confirmed meanwhile, yesterday's list.
    fn leave_out_what_passed(&self, due: &[Due], now: Instant) -> Result<(), RegistryError> {
        let due: HashSet<(&KeyHolder, &str)> = due.iter().map(|due| (&due.holder, due.about.as_str())).collect();
        for waiting in self.book.list_waiting()? {
            let is_so = |about: &String| is_lasting(about) || due.contains(&(&waiting.holder, about.as_str()));
            if !waiting.about.iter().any(is_so) {
                self.book.settle(&waiting, State::Dropped, now)?;
            }
        }
        Ok(())
    }

    /// Writes down what is due, was not told, and may be told at this hour.
    fn write(&self, reg: &Registry, sender: &Sender, due: Vec<Due>, now: Instant) -> Result<(), RegistryError> {
        let is_open = Hours::default().next_open(now, &reg.zone) == now;
        let mut letters: BTreeMap<(KeyHolder, String), Vec<Due>> = BTreeMap::new();
        for due in due {
            if (is_open || due.is_at_once()) && !self.book.is_told(&due.holder, &due.about)? {
                letters.entry((due.holder.clone(), due.together.clone())).or_default().push(due);
            }
        }
        for ((holder, _), together) in letters {
            let Some((language, _)) = self.addresses.find(&holder) else { continue };
            let about: Vec<String> = together.iter().map(|due| due.about.clone()).collect();
            let Some((id, text)) = text(reg, sender, *language, &holder, together) else { continue };
            let written_at = now.unix_micros();
            self.book.write(&Waiting { id, holder, about, language: *language, written_at, text })?;
        }
        Ok(())
    }

    fn letter(&self, waiting: &Waiting) -> Option<Letter> {
        let (_, address) = self.addresses.find(&waiting.holder)?;
        Some(Letter {
            id: waiting.id,
            to: Channel::Mail(address.clone()),
            language: waiting.language,
            written_at: waiting.written_at,
            text: waiting.text.clone(),
        })
    }
}

impl Turns {
    /// Reads the duties on file anew if another hour has begun, or the journal has grown and a while has passed.
    fn read(
        &mut self,
        reg: &Registry,
        addresses: &StaffAddresses,
        (now, elapsed): (Instant, Duration),
    ) -> Result<(), RegistryError> {
        let hour = now.unix_micros().div_euclid(HOUR);
        let size = reg.store.head().snapshot().size();
        let is_fresh = self.read.is_some_and(|read| {
            read.hour == hour && (read.size == size || elapsed < read.at.saturating_add(READ_AGAIN_AFTER))
        });
        if !is_fresh {
            self.duties = list_duties(reg, addresses)?;
            self.read = Some(Reading { at: elapsed, hour, size });
        }
        Ok(())
    }
}

/// The one text for what is told together, under an id that is the same whenever the same is told to the same holder.
fn text(
    reg: &Registry,
    sender: &Sender,
    language: Language,
    holder: &KeyHolder,
    together: Vec<Due>,
) -> Option<(MessageId, Text)> {
    let mut name = holder.to_string();
    let mut told: Option<StaffTold> = None;
    for due in together {
        name.push('\n');
        name.push_str(&due.about);
        match (due.what, &mut told) {
            (What::Recovery(recovery), _) => {
                let text = compose_recovery(recovery.ripe_at, (sender, &reg.zone), language);
                return Some((recovery.id.retype(), text));
            }
            (What::Duty(first), None) => told = Some(first),
            (What::Duty(more), Some(told)) => {
                told.count += more.count;
                told.ids.extend(more.ids);
            }
        }
    }
    let hash = fairfile_proof::leaf_hash(name.as_bytes());
    let id = MessageId::from_bytes(*hash.first_chunk()?);
    Some((id, compose_staff(&told?, (sender, &reg.zone), language)))
}
