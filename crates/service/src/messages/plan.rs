//! Reads the journal from where the round before stopped, and plans a message for each fact of somebody who wants to be
//! reached.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{BatchId, LookId, MessageId, RecordId, SubjectId};
use fairfile_domain::message::Fact;
use fairfile_domain::record::RecordState;
use fairfile_store::message::{self, Planned};
use fairfile_store::settings::{self, Reached};
use fairfile_store::{ReadTx, journal, look, record};
use serde::Deserialize;

use super::settings::open;
use crate::registry::{Registry, RegistryError};

/// Leaves that are read at once.
const PAGE: u32 = 1_000;
/// People of a batch that are read at once.
const PEOPLE: u32 = 200;
/// Plans after which a round stops reading: it is one event, and the next round goes on.
const MOST: usize = 400;
/// Leaves after which it does.
const MOST_LEAVES: u64 = 100_000;
/// Readings of one's own file that follow each other this closely are one visit, in microseconds: half an hour.
const VISIT: i64 = 30 * 60 * 1_000_000;

/// A place in the journal: before a leaf, or behind a person of the batch that this leaf took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) leaf: u64,
    pub(super) behind: Option<SubjectId>,
}

impl Cursor {
    pub(super) fn before(leaf: u64) -> Self {
        Self { leaf, behind: None }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.leaf)?;
        self.behind.map_or(Ok(()), |subject| write!(f, " {subject}"))
    }
}

impl FromStr for Cursor {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let (leaf, behind) = text.split_once(' ').map_or((text, None), |(leaf, behind)| (leaf, Some(behind)));
        let behind = behind.map(|subject| subject.parse().map_err(|_| RegistryError::Event)).transpose()?;
        Ok(Self { leaf: leaf.parse().map_err(|_| RegistryError::Event)?, behind })
    }
}

/// The fields of events that matter here.
#[derive(Deserialize)]
struct Event<'e> {
    event: &'e str,
    act: Option<&'e str>,
    at: Option<i64>,
    batch_id: Option<&'e str>,
    record_id: Option<&'e str>,
}

/// What a reading of the journal has brought.
pub(super) struct Plans {
    /// The plans, each with whoever it is for.
    pub(super) plans: Vec<(Planned, Reached)>,
    /// Where the next reading begins.
    pub(super) until: Cursor,
}

/// Plans for what stands in the journal from `from` up to `size`.
pub(super) fn plan(reg: &Registry, from: Cursor, size: u64, now: Instant) -> Result<Plans, RegistryError> {
    let mut planner = Planner { reg, reader: reg.store.read()?, now, plans: Vec::new(), known: HashSet::new() };
    let mut until = from;
    let last = from.leaf.saturating_add(MOST_LEAVES).min(size);
    while until.leaf < last && planner.plans.len() < MOST {
        let most = PAGE.min(u32::try_from(last - until.leaf).unwrap_or(PAGE));
        let page = journal::list_events(&mut planner.reader, until.leaf, most)?;
        if page.is_empty() {
            break;
        }
        let leaves = if page.contains(&None) {
            journal::list_leaves(&mut planner.reader, until.leaf, most)?
        } else {
            Vec::new()
        };
        for (place, event) in page.iter().enumerate() {
            let rest = match event {
                Some(event) => planner.event(until, event)?,
                None => {
                    let leaf = leaves.get(place).ok_or(RegistryError::Event)?;
                    planner.look(until.leaf, LookId::from_bytes(leaf.event_id()))?;
                    None
                }
            };
            until = rest.unwrap_or(Cursor::before(until.leaf + 1));
            if planner.plans.len() >= MOST || rest.is_some() {
                break;
            }
        }
    }
    Ok(Plans { plans: planner.plans, until })
}

struct Planner<'r> {
    reg: &'r Registry,
    reader: ReadTx<'r>,
    now: Instant,
    plans: Vec<(Planned, Reached)>,
    /// What is planned in this very round: the person, the fact, and the day, which counts for all but looks.
    known: HashSet<(SubjectId, Fact, i32)>,
}

impl Planner<'_> {
    /// Plans for an event in the open; gives where to go on if it is not done with.
    fn event(&mut self, at: Cursor, event: &[u8]) -> Result<Option<Cursor>, RegistryError> {
        // Most events are records, which are told with their batch: to read each would take too long.
        const RECORD: &[u8] = br#""event":"record""#;
        if event.windows(RECORD.len()).any(|bytes| bytes == RECORD) {
            return Ok(None);
        }
        // What an event of another kind says in fields of these names is nobody's message.
        let Ok(event) = serde_json::from_slice::<Event<'_>>(event) else { return Ok(None) };
        let fact = match (event.event, event.act) {
            ("batch", _) => {
                let batch = event.batch_id.and_then(id).map(BatchId::from_bytes).ok_or(RegistryError::Event)?;
                return self.batch(at, batch, event.at);
            }
            ("correction", Some("withdraw")) => Fact::Withdrawn,
            ("correction", _) => Fact::Corrected,
            ("display-ended", _) => Fact::Ended,
            ("destroyed", _) => Fact::Destroyed,
            _ => return Ok(None),
        };
        let record = event.record_id.and_then(id).map(RecordId::from_bytes).ok_or(RegistryError::Event)?;
        if let Some(reached) = settings::find_reached_by_record(&mut self.reader, record)? {
            let happened_at = self.instant(event.at)?;
            if let Some(about_on) = self.about(fact, record, happened_at)? {
                self.add(at.leaf, reached, (fact, happened_at, about_on))?;
            }
        }
        Ok(None)
    }

    /// The day that a message of `fact` names: for what a record's terms bring about the record's own, however late the
    /// calendar came to it. Nothing if its content is gone already and only that is left to tell.
    fn about(&mut self, fact: Fact, record: RecordId, happened_at: Instant) -> Result<Option<Day>, RegistryError> {
        if !matches!(fact, Fact::Ended | Fact::Destroyed) {
            return Ok(Some(self.reg.day_of(happened_at)));
        }
        let found = record::find(&mut self.reader, record)?.map(|found| found.0.on_file);
        Ok(found.and_then(|on_file| match fact {
            Fact::Ended => (on_file.state == RecordState::Ended).then_some(on_file.terms.display_until),
            _ => Some(on_file.terms.retained_until),
        }))
    }

    /// Plans for the people of a batch that was taken, as many as a round may.
    fn batch(&mut self, at: Cursor, batch: BatchId, taken_at: Option<i64>) -> Result<Option<Cursor>, RegistryError> {
        let happened_at = self.instant(taken_at)?;
        let mut behind = at.behind;
        loop {
            let people = settings::list_reached_by_batch(&mut self.reader, batch, behind, PEOPLE)?;
            let is_all = people.len() < PEOPLE as usize;
            for (reached, shown_from) in people {
                behind = Some(reached.settings.subject);
                self.add(at.leaf, reached, (Fact::Written, happened_at, shown_from))?;
            }
            if is_all {
                return Ok(None);
            }
            if self.plans.len() >= MOST {
                return Ok(Some(Cursor { leaf: at.leaf, behind }));
            }
        }
    }

    fn look(&mut self, leaf: u64, id: LookId) -> Result<(), RegistryError> {
        let Some((reached, is_own, at)) = settings::find_reached_by_look(&mut self.reader, id)? else { return Ok(()) };
        let happened_at = self.instant(Some(at))?;
        let fact = if is_own { self.own(&reached, id)? } else { Fact::Looked };
        if fact == Fact::SignedIn && self.is_same_visit(reached.settings.subject, at)? {
            return Ok(());
        }
        self.add(leaf, reached, (fact, happened_at, self.reg.day_of(happened_at)))
    }

    /// Whether the person's own look made a copy.
    fn own(&mut self, reached: &Reached, id: LookId) -> Result<Fact, RegistryError> {
        let on_file = look::find(&mut self.reader, id)?.ok_or(RegistryError::Event)?;
        let facts = self.reg.vault.auditor().look(reached.key, &on_file)?;
        Ok(if facts.is_copy { Fact::Copied } else { Fact::SignedIn })
    }

    fn is_same_visit(&mut self, subject: SubjectId, at: i64) -> Result<bool, RegistryError> {
        let of_round = self.plans.iter().rev().find(|(plan, _)| plan.subject == subject && plan.fact == Fact::SignedIn);
        let before = match of_round {
            Some((plan, _)) => Some(plan.happened_at),
            None => message::last_happened(&mut self.reader, subject, Fact::SignedIn)?,
        };
        Ok(before.is_some_and(|before| at.saturating_sub(before) < VISIT))
    }

    fn add(
        &mut self,
        leaf: u64,
        reached: Reached,
        (fact, happened_at, about_on): (Fact, Instant, Day),
    ) -> Result<(), RegistryError> {
        let settings = open(&self.reg.vault, reached.key, &reached.settings)?;
        if leaf < reached.settings.since || !settings.tells(fact) {
            return Ok(());
        }
        let due_at = settings.due(fact, happened_at.max(self.now), &self.reg.zone).unix_micros();
        let (message, subject): (MessageId, _) = (self.reg.fresh()?, reached.settings.subject);
        let plan = Planned { message, subject, fact, about_on, happened_at: happened_at.unix_micros(), due_at };
        let day = if fact == Fact::Looked { 0 } else { about_on.epoch_day() };
        // What may be a stranger's doing is told each time.
        let is_told = !fact.is_security()
            && (self.known.contains(&(subject, fact, day)) || message::is_planned(&mut self.reader, &plan)?);
        if !is_told {
            self.known.insert((subject, fact, day));
            self.plans.push((plan, reached));
        }
        Ok(())
    }

    fn instant(&self, micros: Option<i64>) -> Result<Instant, RegistryError> {
        micros.and_then(|micros| Instant::from_unix_micros(micros).ok()).ok_or(RegistryError::Event)
    }
}

fn id(digits: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}
