//! The figures of the last twelve months, as they may be published.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::month::Month;
use fairfile_domain::refusal::REFUSALS;
use fairfile_domain::statistics::{Published, published, published_duties, published_table, with_empty_rows};
use fairfile_store::look::Outcome;
use fairfile_store::statistics::{Due, Handed, LookKind, LookTally, list_due, list_handed, list_looks};

use super::tally::kinds_since;
use crate::registry::{Registry, RegistryError};

/// How many months are shown, the one that is not over among them.
const MONTHS: i32 = 12;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Rows that sources handed in, and what became of them.
    Intake,
    /// Looks of officers, and how they ended.
    Looks,
    /// Looks that were denied, by the reason.
    Refusals,
    /// Notices that members had to confirm, and when they did.
    Notices,
}

impl Statistic {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Looks, Self::Refusals, Self::Intake, Self::Notices];

    /// Its name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Looks => "looks",
            Self::Refusals => "refusals",
            Self::Notices => "notices",
        }
    }

    /// The statistic of this name.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|statistic| statistic.code() == code)
    }
}

/// By what a section tells its counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Months, oldest first.
    Month,
    /// Purposes, by code; the last one is none, for looks that named none of the catalog.
    Purpose,
    /// Members, by code.
    Member,
    /// Refusals, by code.
    Refusal,
}

impl By {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Purpose => "purpose",
            Self::Member => "member",
            Self::Refusal => "refusal",
        }
    }
}

/// What is counted in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Looks that showed something.
    Answered,
    /// Looks that found nothing to show.
    Nothing,
    /// Looks that were denied.
    Denied,
    /// Rows that became records.
    Accepted,
    /// Rows that were refused.
    Rejected,
    /// Rows that were on file already.
    Duplicate,
    /// Rows that wait for a person's decision.
    Waiting,
    /// Notices that were confirmed in time.
    InTime,
    /// Notices that were confirmed late.
    Late,
    /// Notices that are late and not confirmed.
    OpenLate,
}

impl Measure {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Nothing => "nothing-to-show",
            Self::Denied => "denied",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Waiting => "waiting",
            Self::InTime => "confirmed-in-time",
            Self::Late => "confirmed-late",
            Self::OpenLate => "late-and-open",
        }
    }
}

const LOOKS: &[Measure] = &[Measure::Answered, Measure::Nothing, Measure::Denied];
const ROWS: &[Measure] = &[Measure::Accepted, Measure::Rejected, Measure::Duplicate, Measure::Waiting];
const NOTICES: &[Measure] = &[Measure::InTime, Measure::Late, Measure::OpenLate];

/// A row of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The month, or the code of the member, the purpose or the refusal; empty for no purpose.
    pub of: String,
    /// The counts, in the order of the section's measures.
    pub counts: Vec<Published>,
}

/// A table of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// By what its rows are told apart.
    pub by: By,
    /// What its columns count.
    pub measures: &'static [Measure],
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// All figures up to the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// The last day that is counted, to its end in the node's zone. What happened since is in nobody's figures: whoever asked
    /// every second could otherwise tell of each single look whose it was, for what, and when.
    pub until: Day,
    intake: Vec<Section>,
    looks: Vec<Section>,
    refusals: Vec<Section>,
    notices: Vec<Section>,
}

/// The figures that were counted last: they are counted again when a day has passed.
#[derive(Default)]
pub(crate) struct Figures(Mutex<Option<Arc<Statistics>>>);

type Counts<K> = BTreeMap<K, Vec<u64>>;

impl Statistics {
    /// The figures up to the end of yesterday.
    ///
    /// # Errors
    /// What the store says.
    pub fn of(reg: &Registry) -> Result<Arc<Self>, RegistryError> {
        let mut latest = reg.figures.0.lock().map_err(|_| RegistryError::Closed)?;
        let until = reg.today().plus_days(-1).map_err(|_| RegistryError::Event)?;
        if let Some(counted) = latest.as_ref().filter(|counted| counted.until == until) {
            return Ok(counted.clone());
        }
        let counted = Arc::new(Self::count(reg, until)?);
        *latest = Some(counted.clone());
        Ok(counted)
    }

    fn count(reg: &Registry, until: Day) -> Result<Self, RegistryError> {
        let last = Month::of(until);
        let months: Vec<Month> = (1 - MONTHS..=0).map(|back| last.plus(back)).collect();
        let since = months.first().copied().unwrap_or(last);
        // No month has more than 31 days: a day or two too many are left out when they are told by month.
        let first = until.plus_days(-31 * i64::from(MONTHS)).map_err(|_| RegistryError::Event)?;
        let began = i64::from(first.epoch_day()).saturating_mul(86_400_000_000);
        let mut reader = reg.store.read()?;
        let midnight = until.tomorrow().begins_in(&reg.zone).unix_micros();
        let looks = without(list_looks(&mut reader, since)?, &kinds_since(reg, &mut reader, midnight)?);
        let handed = list_handed(&mut reader, began)?;
        let due = list_due(&mut reader, first)?;
        drop(reader);
        let counting = Counting { reg, months, until, midnight };
        Ok(Self {
            until,
            intake: counting.intake(&handed),
            looks: counting.looks(&looks),
            refusals: vec![refusals(&looks)],
            notices: counting.notices(&due),
        })
    }

    /// The tables of a statistic: by month first, if it is told by month.
    pub fn sections(&self, statistic: Statistic) -> &[Section] {
        match statistic {
            Statistic::Intake => &self.intake,
            Statistic::Looks => &self.looks,
            Statistic::Refusals => &self.refusals,
            Statistic::Notices => &self.notices,
        }
    }

    /// A member's row of the table by members; nothing if the member is in none.
    pub fn of_member(&self, statistic: Statistic, member: &str) -> Option<(&Section, &Row)> {
        let section = self.sections(statistic).iter().find(|section| section.by == By::Member)?;
        Some((section, section.rows.iter().find(|row| row.of == member)?))
    }
}

struct Counting<'r> {
    reg: &'r Registry,
    months: Vec<Month>,
    /// The last day that counts.
    until: Day,
    /// Its end, in microseconds.
    midnight: i64,
}

impl Counting<'_> {
    /// Every month with no count yet.
    fn by_month(&self, measures: usize) -> Counts<Month> {
        self.months.iter().map(|month| (*month, vec![0; measures])).collect()
    }

    /// Every member with no count yet.
    fn by_member(&self, measures: usize, wanted: impl Fn(&str) -> bool) -> Counts<String> {
        let directory = self.reg.directory();
        let codes = directory.members.keys().map(|code| code.as_str().to_owned());
        codes.filter(|code| wanted(code)).map(|code| (code, vec![0; measures])).collect()
    }

    /// The month of an instant, if it is one of those that are shown.
    fn month_of(&self, micros: i64) -> Option<Month> {
        let month = Month::of(self.reg.day_of(Instant::from_unix_micros(micros).ok()?));
        self.months.contains(&month).then_some(month)
    }

    fn looks(&self, looks: &[LookTally]) -> Vec<Section> {
        let mut by_month = self.by_month(LOOKS.len());
        let mut by_member = self.by_member(LOOKS.len(), |_| true);
        let catalog = self.reg.catalog();
        let mut by_purpose: Counts<String> =
            catalog.purposes().map(|purpose| (purpose.code.as_str().to_owned(), vec![0; LOOKS.len()])).collect();
        for LookTally { kind, looks } in looks {
            let measure = match kind.outcome {
                Outcome::Answered => 0,
                Outcome::Nothing => 1,
                Outcome::Denied => 2,
                Outcome::Own => continue,
            };
            add(&mut by_month, kind.month, LOOKS, measure, *looks);
            add(&mut by_member, kind.member.as_str().to_owned(), LOOKS, measure, *looks);
            add(&mut by_purpose, kind.purpose.clone(), LOOKS, measure, *looks);
        }
        // Nothing was looked at for no purpose: the empty code stands last, and only if there is one.
        let mut by_purpose = section(By::Purpose, LOOKS, by_purpose, published_table);
        by_purpose.rows.sort_by_key(|row| row.of.is_empty());
        let by_month = section(By::Month, LOOKS, by_month, months_of_people);
        vec![by_month, by_purpose, section(By::Member, LOOKS, by_member, published_table)]
    }

    fn intake(&self, handed: &[Handed]) -> Vec<Section> {
        let catalog = self.reg.catalog();
        let writes = |code: &str| catalog.items().any(|item| item.sources.iter().any(|source| source.as_str() == code));
        let (mut by_month, mut by_member) = (self.by_month(ROWS.len()), self.by_member(ROWS.len(), writes));
        for handed in handed.iter().filter(|handed| handed.at < self.midnight) {
            let Some(month) = self.month_of(handed.at) else { continue };
            let counts = [handed.accepted, handed.rejected, handed.duplicate, handed.quarantined];
            for (measure, count) in counts.into_iter().enumerate() {
                add(&mut by_month, month, ROWS, measure, count);
                add(&mut by_member, handed.member.as_str().to_owned(), ROWS, measure, count);
            }
        }
        // A row is a record, and a record is about somebody: a few of them are not said, whoever handed them in.
        vec![
            section(By::Month, ROWS, by_month, months_of_people),
            section(By::Member, ROWS, by_member, published_table),
        ]
    }

    fn notices(&self, due: &[Due]) -> Vec<Section> {
        let mut by_month = self.by_month(NOTICES.len());
        let mut by_member: Counts<String> = BTreeMap::new();
        for due in due {
            let month = Month::of(due.due_on);
            let confirmed_at = due.confirmed_at.filter(|at| *at < self.midnight);
            let confirmed_on = confirmed_at.and_then(|at| Instant::from_unix_micros(at).ok());
            let measure = match confirmed_on.map(|at| self.reg.day_of(at)) {
                Some(day) if day <= due.due_on => 0,
                Some(_) => 1,
                None if due.due_on <= self.until => 2,
                None => continue,
            };
            add(&mut by_member, due.member.as_str().to_owned(), NOTICES, measure, due.notices);
            // One that was confirmed before its month came is told of when the month comes.
            if self.months.contains(&month) {
                add(&mut by_month, month, NOTICES, measure, due.notices);
            }
        }
        let by_month = section(By::Month, NOTICES, by_month, |rows| with_empty_rows(rows, published_duties));
        vec![by_month, section(By::Member, NOTICES, by_member, published_duties)]
    }
}

/// The counts without those of a day that is not over.
fn without(looks: Vec<LookTally>, since: &BTreeMap<LookKind, u64>) -> Vec<LookTally> {
    let less = |tally: LookTally| {
        let looks = tally.looks.saturating_sub(since.get(&tally.kind).copied().unwrap_or(0));
        LookTally { looks, ..tally }
    };
    looks.into_iter().map(less).collect()
}

/// Looks that were denied, by code; every code, whether anybody met it or not.
fn refusals(looks: &[LookTally]) -> Section {
    let mut counts: BTreeMap<&str, u64> = REFUSALS.iter().map(|row| (row.code, 0)).collect();
    for LookTally { kind, looks } in looks {
        if let Some(count) = counts.get_mut(kind.refusal.as_str()) {
            *count = count.saturating_add(*looks);
        }
    }
    let said = published(&counts.values().copied().collect::<Vec<u64>>());
    let row = |(code, count): (&&str, Published)| Row { of: (*code).to_owned(), counts: vec![count] };
    Section { by: By::Refusal, measures: &LOOKS[2..], rows: counts.keys().zip(said).map(row).collect() }
}

fn add<K: Ord>(counts: &mut Counts<K>, of: K, measures: &[Measure], measure: usize, more: u64) {
    let row = counts.entry(of).or_insert_with(|| vec![0; measures.len()]);
    if let Some(count) = row.get_mut(measure) {
        *count = count.saturating_add(more);
    }
}

/// What may be said of months of looks or of rows: each of them is about somebody.
fn months_of_people(rows: &[Vec<u64>]) -> Vec<Vec<Published>> {
    with_empty_rows(rows, published_table)
}

fn section<K: ToString>(
    by: By,
    measures: &'static [Measure],
    counts: Counts<K>,
    may_be_said: impl Fn(&[Vec<u64>]) -> Vec<Vec<Published>>,
) -> Section {
    let (of, counts): (Vec<String>, Vec<Vec<u64>>) =
        counts.into_iter().map(|(of, counts)| (of.to_string(), counts)).unzip();
    let rows = of.into_iter().zip(may_be_said(&counts)).map(|(of, counts)| Row { of, counts });
    Section { by, measures, rows: rows.collect() }
}
