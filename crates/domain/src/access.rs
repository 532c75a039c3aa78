//! The one decision: whether an officer may look, and at what.
//!
//! Total and pure. Whatever it cannot find in the catalog stays unseen: there is no rule that opens
//! by default. The golden table `tests/golden/access.txt` shows every cell of it.

use crate::actor::{Member, Officer, Standing};
use crate::catalog::{Basis, Catalog, Item, Purpose};
use crate::day::{Day, Today};
use crate::id::{InputCode, LookId, OfficerCode, PurposeCode, RecordId, SubjectId};
use crate::record::{OnFile, RecordState};
use crate::refusal::Refusal;

/// Among an officer's latest questions, the window in which misses are counted.
pub const MISS_WINDOW: u32 = 16;
/// Questions of that window that may find nothing; with one more the officer is stopped.
pub const MOST_MISSES: u32 = 10;
/// People about whom one case may ask.
pub const MOST_PEOPLE_OF_A_CASE: u32 = 12;

/// How the officer has been asking lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Questions among the latest [`MISS_WINDOW`] of the last day that found nothing.
    pub misses: u32,
    /// Other people about whom the same case has asked.
    pub people_of_the_case: u32,
    /// Whether the officer was stopped and not released since.
    pub stopped: bool,
}

impl Pace {
    fn is_lawful(self) -> Result<(), Refusal> {
        if self.stopped || self.misses >= MOST_MISSES || self.people_of_the_case >= MOST_PEOPLE_OF_A_CASE {
            return Err(Refusal::LooksLikeEnumeration);
        }
        Ok(())
    }
}

/// A question, with all that the decision needs to know.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// The look that the answer will be.
    pub look: LookId,
    /// Who asks.
    pub officer: &'a Officer,
    /// For whom.
    pub member: &'a Member,
    /// The purpose named; it need not exist.
    pub purpose: &'a PurposeCode,
    /// About whom.
    pub subject: SubjectId,
    /// How the officer has been asking.
    pub pace: Pace,
}

/// The yes that a rule gave: for one look, at one person, these openings and no others.
///
/// Nothing outside this module can make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    look: LookId,
    subject: SubjectId,
    day: Day,
    reach: Reach,
    openings: Vec<Opening>,
}

/// How far a permit reaches into one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What one purpose may see.
    Purpose,
    /// The trace of one look, for the officer who made it: who asked, why, and what the outcome was; no content.
    Trace,
    /// The person's whole file, with every look at it.
    WholeFile,
}

/// The yes to changing one version of one record: for the member that wrote it, and for nobody to read.
///
/// What it opens is opened inside the vault, changed, and sealed again; nothing is shown, so it is no look.
/// Nothing outside this module can make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    record: RecordId,
    version: u32,
    subject: SubjectId,
}

impl Amendment {
    /// The record.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// The version that is changed; the next one takes its place.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whom the record is about.
    pub fn subject(&self) -> SubjectId {
        self.subject
    }
}

/// Why a record cannot be changed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchangeable {
    /// Another member wrote it, or this one is suspended.
    NotItsSource,
    /// It was withdrawn.
    Withdrawn,
    /// Its retention has ended.
    Over,
}

/// Decides whether `member` may change a record about `subject`: only what it wrote itself, and while it exists.
///
/// Law: the duty to correct lies with whoever recorded it (PIPL Art. 46, GDPR Art. 16).
///
/// # Errors
/// [`Unchangeable`].
pub fn amend(record: &OnFile, subject: SubjectId, member: &Member, today: Day) -> Result<Amendment, Unchangeable> {
    if record.source != member.code || member.standing == Standing::Suspended {
        return Err(Unchangeable::NotItsSource);
    }
    match record.state {
        RecordState::Withdrawn => Err(Unchangeable::Withdrawn),
        RecordState::Destroyed => Err(Unchangeable::Over),
        RecordState::InForce | RecordState::Ended if record.terms.retained_until < today => Err(Unchangeable::Over),
        RecordState::InForce | RecordState::Ended => {
            Ok(Amendment { record: record.record, version: record.version, subject })
        }
    }
}

/// One record that a permit reaches, and the inputs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The record.
    pub record: RecordId,
    /// The version of it.
    pub version: u32,
    /// The inputs that may be shown, in the item's order.
    pub inputs: Vec<InputCode>,
}

impl Permit {
    /// The look it was given for.
    pub fn look(&self) -> LookId {
        self.look
    }

    /// The person it was given for.
    pub fn subject(&self) -> SubjectId {
        self.subject
    }

    /// The day on which it was given; whoever opens on a later day drops what has ended since.
    pub fn day(&self) -> Day {
        self.day
    }

    /// How far it reaches.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// What it reaches, oldest first.
    pub fn openings(&self) -> &[Opening] {
        &self.openings
    }

    /// The inputs of a version of a record that it reaches, if any.
    pub fn reaches(&self, record: RecordId, version: u32) -> Option<&[InputCode]> {
        self.openings
            .iter()
            .find(|opening| opening.record == record && opening.version == version)
            .map(|opening| opening.inputs.as_slice())
    }
}

/// Decides whether the asker may look at all.
///
/// The checks stand in the order in which a person should hear the reason. What reaches what is
/// the catalog's business: a change of law is a new catalog, not a new version of this function.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decide<'c>(ask: &Ask<'_>, catalog: &'c Catalog, today: impl Into<Today>) -> Result<Entitled<'c>, Refusal> {
    let today = today.into();
    if ask.member.standing == Standing::Suspended {
        return Err(Refusal::MemberSuspended);
    }
    is_on_duty(ask.officer, today)?;
    let purpose = catalog.purpose(ask.purpose).ok_or(Refusal::NoSuchPurpose)?;
    is_held(ask.officer, ask.purpose, today.latest())?;
    if !is_of_the_members_sectors(ask.member, purpose) {
        return Err(Refusal::OtherSector(purpose.code.clone()));
    }
    ask.pace.is_lawful()?;
    match purpose.basis {
        Basis::StatutoryDuty => {}
        Basis::Consent => return Err(Refusal::NoConsent(purpose.code.clone())),
    }
    Ok(Entitled { look: ask.look, subject: ask.subject, purpose, catalog, today })
}

/// Decides whether an officer may write for `member` today: hand in files, put records right, confirm notices.
///
/// Which records the member may write is the catalog's business; which notices are its own, the notices'.
///
/// # Errors
/// The first [`Refusal`] that applies; an officer of another member is none of this member's on duty.
pub fn acts_for(officer: &Officer, member: &Member, today: impl Into<Today>) -> Result<(), Refusal> {
    if member.standing == Standing::Suspended {
        return Err(Refusal::MemberSuspended);
    }
    if officer.member != member.code {
        return Err(Refusal::NotOnDuty);
    }
    is_on_duty(officer, today.into())
}

/// The purpose that an officer holds who serves people at a counter. It stands in no catalog and cannot: what is opened at a
/// counter is opened for the person, and no purpose of an inquirer reaches a whole file.
pub const COUNTER_VISIT: &str = "counter-visit";

/// Whether officers can hold `purpose`: the catalog names it, or it is [`COUNTER_VISIT`].
pub fn is_held_by_officers(catalog: &Catalog, purpose: &PurposeCode) -> bool {
    purpose.as_str() == COUNTER_VISIT || catalog.purpose(purpose).is_some()
}

/// Whether `purpose` lies in one of the sectors of life in which `member` has duties: what D008 holds at each look, and what
/// nobody can be given a purpose against.
pub fn is_of_the_members_sectors(member: &Member, purpose: &Purpose) -> bool {
    member.sectors.contains(&purpose.sector)
}

/// A person who is served at a counter, by two officers.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    /// Who reads the file out, or prints it.
    pub officer: &'a Officer,
    /// Who has seen the person and the document as well.
    pub second: &'a Officer,
    /// For whom both act.
    pub member: &'a Member,
    /// How the first has been asking.
    pub pace: Pace,
}

/// Decides whether two officers may serve a person at the counter. What is opened then is the person's own look: all of it.
///
/// One officer alone would be a way to read whole files; two of one office, each trained for it and each named to the person,
/// have to agree on a person who is not there.
/// Law: the right to consult one's own data in whatever way one can (PIPL Art. 45, GDPR Art. 15).
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn serve(visit: &Visit<'_>, today: impl Into<Today>) -> Result<(), Refusal> {
    let today = today.into();
    may_serve(visit.officer, visit.member, today)?;
    if visit.second.code == visit.officer.code || visit.second.member != visit.officer.member {
        return Err(Refusal::NotTwoOfficers);
    }
    may_serve(visit.second, visit.member, today)?;
    visit.pace.is_lawful()
}

/// Decides whether an officer may be one of the two who serve a person at the counter.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn may_serve(officer: &Officer, member: &Member, today: impl Into<Today>) -> Result<(), Refusal> {
    let today = today.into();
    acts_for(officer, member, today)?;
    let held = officer.purposes.iter().find(|(purpose, _)| purpose.as_str() == COUNTER_VISIT);
    match held {
        Some((purpose, _)) => is_held(officer, purpose, today.latest()),
        None => Err(COUNTER_VISIT.parse().map_or(Refusal::NoSuchPurpose, Refusal::PurposeNotHeld)),
    }
}

fn is_on_duty(officer: &Officer, today: Today) -> Result<(), Refusal> {
    if officer.standing == Standing::Suspended {
        return Err(Refusal::OfficerSuspended);
    }
    if !today.lies_within(officer.on_duty_from, officer.on_duty_until) {
        return Err(Refusal::NotOnDuty);
    }
    Ok(())
}

fn is_held(officer: &Officer, purpose: &PurposeCode, today: Day) -> Result<(), Refusal> {
    match officer.purposes.get(purpose) {
        None => Err(Refusal::PurposeNotHeld(purpose.clone())),
        Some(None) => Err(Refusal::NeverTrained(purpose.clone())),
        Some(Some(until)) if *until < today => Err(Refusal::TrainingEnded { purpose: purpose.clone(), on: *until }),
        Some(Some(_)) => Ok(()),
    }
}

/// An asker who may look; what at, the file decides next.
#[derive(Debug, Clone, Copy)]
pub struct Entitled<'c> {
    look: LookId,
    subject: SubjectId,
    purpose: &'c Purpose,
    catalog: &'c Catalog,
    today: Today,
}

impl Entitled<'_> {
    /// The permit over what is on file: of each record the inputs that the purpose may see, or nothing of it.
    pub fn permit(self, on_file: &[OnFile]) -> Permit {
        let openings = on_file.iter().filter_map(|record| self.opening(record)).collect();
        Permit { look: self.look, subject: self.subject, day: self.today.latest(), reach: Reach::Purpose, openings }
    }

    fn opening(&self, record: &OnFile) -> Option<Opening> {
        let item = self.catalog.item(&record.item, record.item_version)?;
        let visible = record.state == RecordState::InForce
            && record.terms.on_display(self.today)
            && stays_in(self.purpose, item)
            && item.sources.contains(&record.source);
        let inputs = item.purposes.get(&self.purpose.code).filter(|_| visible)?;
        Some(Opening { record: record.record, version: record.version, inputs: inputs.clone() })
    }
}

/// A consequence never travels from one sector of life into another.
fn stays_in(purpose: &Purpose, item: &Item) -> bool {
    purpose.sector == item.sector
}

/// The officer's own trace of a look made before: that it was made, why, and what came of it. Nothing to anyone but the
/// officer who made it.
pub fn retrace(
    look: LookId,
    subject: SubjectId,
    officer: &OfficerCode,
    made_by: &OfficerCode,
    today: Day,
) -> Option<Permit> {
    let trace = Permit { look, subject, day: today, reach: Reach::Trace, openings: Vec::new() };
    (officer == made_by).then_some(trace)
}

/// The person's own look: all of it, free of charge, whatever has ended; only what is destroyed is gone.
pub fn own_look(look: LookId, subject: SubjectId, catalog: &Catalog, on_file: &[OnFile], today: Day) -> Permit {
    let all_of = |record: &OnFile| {
        let item = catalog.item(&record.item, record.item_version)?;
        let inputs = item.inputs.iter().map(|input| input.code.clone()).collect();
        Some(Opening { record: record.record, version: record.version, inputs })
    };
    let living = on_file.iter().filter(|record| record.state != RecordState::Destroyed);
    Permit { look, subject, day: today, reach: Reach::WholeFile, openings: living.filter_map(all_of).collect() }
}
