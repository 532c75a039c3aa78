//! What those who work at a counter are to be told now, by what stands on file: each thing under a name of its own, by which
//! it is told once.

use std::collections::BTreeMap;

use fairfile_domain::actor::{Hand, Office, Standing};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{Id, Kind, MemberCode, OfficerCode};
use fairfile_domain::sign_in::{KeyHolder, Recovery};
use fairfile_messages::{Duty, StaffTold};
use fairfile_store::batch::BatchOnFile;
use fairfile_store::notice::{self, NoticeOnFile};
use fairfile_store::{ReadTx, batch, member};

use super::staff::StaffAddresses;
use crate::evidence::acting_member;
use crate::registry::{Registry, RegistryError};
use crate::{sign_in, supervisor};

/// Days before the last one on which a member is reminded of a notice.
const REMINDED: [i64; 2] = [1, 5];
/// Days before the last one on which it is told that a training or a key ends.
const ENDING: [i64; 2] = [7, 30];
/// Notices of one member that are looked at, the oldest first.
const NOTICES: u32 = 1_000;
/// Batches of one member that are looked at, the newest first.
const BATCHES: u32 = 200;
/// For how long it is told that a file was checked, in microseconds: three days.
const BATCH_IS_NEWS: i64 = 3 * 24 * 60 * 60 * 1_000_000;
/// Late notices that a supervisor's list names.
const LISTED: u32 = 20;

/// What somebody is to be told.
#[derive(Clone)]
pub(super) struct Due {
    pub(super) holder: KeyHolder,
    /// Its name: it is told to the holder once.
    pub(super) about: String,
    /// What is told to the same holder in one e-mail has the same.
    pub(super) together: String,
    pub(super) what: What,
}

#[derive(Clone)]
pub(super) enum What {
    /// Somebody asked for a recovery in the holder's name.
    Recovery(Recovery),
    /// Something else.
    Duty(StaffTold),
}

impl Due {
    /// Whether the night is no reason to wait.
    pub(super) fn is_at_once(&self) -> bool {
        match &self.what {
            What::Recovery(_) => true,
            What::Duty(told) => matches!(told.duty, Duty::CheckFailed { .. } | Duty::Stopped),
        }
    }
}

/// A failed check stands in memory alone: what was written of one is sent, also after the node was begun again.
pub(super) fn is_lasting(about: &str) -> bool {
    about.starts_with(CHECK_FAILED)
}

const CHECK_FAILED: &str = "check-failed";

/// What is told at once.
pub(super) fn list_urgent(reg: &Registry, addresses: &StaffAddresses) -> Result<Vec<Due>, RegistryError> {
    let mut due = Vec::new();
    for recovery in sign_in::list_recoveries(reg)?.into_iter().filter(|recovery| addresses.has(&recovery.holder)) {
        let about = format!("recovery {}", recovery.id);
        due.push(Due {
            holder: recovery.holder.clone(),
            together: about.clone(),
            about,
            what: What::Recovery(recovery),
        });
    }
    let directory = reg.directory();
    for code in member::list_stopped(&mut reg.store.read()?)? {
        // A stop after the next release is another one.
        let released_at = directory.officers.get(&code).and_then(|officer| officer.released_at);
        let (about, holder) = (format!("stopped after {}", released_at.unwrap_or_default()), KeyHolder::Officer(code));
        due.extend(one(addresses, &holder, about, StaffTold { duty: Duty::Stopped, count: 1, ids: Vec::new() }));
    }
    if let Some(check) = supervisor::last_check(reg).filter(|check| !check.holds) {
        let told = StaffTold { duty: Duty::CheckFailed { at: check.at }, count: check.differences, ids: Vec::new() };
        let about = format!("{CHECK_FAILED} {}", check.at);
        due.extend(supervisors(reg).filter_map(|holder| one(addresses, &holder, about.clone(), told.clone())));
    }
    Ok(due)
}

/// What is told in the hours of offices.
pub(super) fn list_duties(reg: &Registry, addresses: &StaffAddresses) -> Result<Vec<Due>, RegistryError> {
    let (today, mut reader) = (reg.sure_today(), reg.store.read()?);
    let mut offices: BTreeMap<MemberCode, Vec<OfficerCode>> = BTreeMap::new();
    for holder in addresses.holders() {
        if let KeyHolder::Officer(code) = holder
            && let Ok(member) = acting_member(reg, code)
        {
            offices.entry(member).or_default().push(code.clone());
        }
    }
    let mut due = Vec::new();
    for (member, officers) in &offices {
        for notice in notice::list_open(&mut reader, member, NOTICES)? {
            due.extend(officers.iter().map(|officer| of_notice(officer, &notice, today)));
        }
        for taken in batch::list_of_member(&mut reader, member, None, BATCHES)? {
            due.extend(of_batch(reg, &taken, officers));
        }
        due.extend(of_ends(reg, (member, officers), today));
    }
    due.extend(late_list(reg, &mut reader, addresses, today)?);
    Ok(due)
}

fn of_notice(officer: &OfficerCode, notice: &NoticeOnFile, today: Day) -> Due {
    let left = days_until(notice.due_on, today);
    let stage = REMINDED.into_iter().find(|days| left <= *days);
    let (stage, duty) = match stage {
        _ if left < 0 => ("late".to_owned(), Duty::Late { due_on: notice.due_on }),
        Some(days) => (days.to_string(), Duty::Confirm { due_on: notice.due_on, left }),
        None => ("new".to_owned(), Duty::Confirm { due_on: notice.due_on, left }),
    };
    Due {
        holder: KeyHolder::Officer(officer.clone()),
        about: format!("notice {} {stage}", notice.notice),
        together: format!("notices {} {stage}", notice.due_on),
        what: What::Duty(StaffTold { duty, count: 1, ids: vec![notice.notice.to_string()] }),
    }
}

/// A file of more than one row that was taken of late: told to whoever handed it in; where that was the member's own key,
/// to all who may act for the member.
fn of_batch(reg: &Registry, taken: &BatchOnFile, officers: &[OfficerCode]) -> Vec<Due> {
    let Some((at, _)) = taken.taken_at else { return Vec::new() };
    let (Ok(on), now) = (Instant::from_unix_micros(at), reg.clock.now()) else { return Vec::new() };
    if taken.counts.received < 2 || now.unix_micros().saturating_sub(at) >= BATCH_IS_NEWS {
        return Vec::new();
    }
    let hand = match &taken.hand {
        Hand::Officer(officer) => Some(officer.clone()),
        Hand::Key(key) => reg.directory().keys.get(key).and_then(|key| key.officer.clone()),
    };
    let (on, counts, about) = (reg.day_of(on), &taken.counts, format!("batch {}", taken.batch));
    let duty = Duty::BatchChecked {
        on,
        received: counts.received,
        accepted: counts.accepted,
        rejected: counts.rejected,
        duplicate: counts.duplicate,
        waiting: counts.quarantined,
    };
    let told = StaffTold { duty, count: 1, ids: vec![id(&taken.batch)] };
    let officers = officers.iter().filter(|officer| hand.as_ref().is_none_or(|hand| hand == *officer));
    let due = |officer: &OfficerCode| Due {
        holder: KeyHolder::Officer(officer.clone()),
        about: about.clone(),
        together: about.clone(),
        what: What::Duty(told.clone()),
    };
    officers.map(due).collect()
}

/// Trainings of these officers and keys of theirs and of their member that end soon.
fn of_ends(reg: &Registry, (member, officers): (&MemberCode, &[OfficerCode]), today: Day) -> Vec<Due> {
    let (directory, mut due) = (reg.directory(), Vec::new());
    for officer in officers {
        let holder = KeyHolder::Officer(officer.clone());
        let mut add = |what: &str, on: Day, told: StaffTold| {
            let left = days_until(on, today);
            let Some(stage) = ENDING.into_iter().find(|days| (0..=*days).contains(&left)) else { return };
            let (what, together) = (format!("{what} {on} {stage}"), format!("{:?} {stage}", told.duty));
            due.push(Due { holder: holder.clone(), about: what, together, what: What::Duty(told) });
        };
        let held = directory.officers.get(officer).map(|row| &row.officer.purposes);
        for (purpose, until) in held.into_iter().flatten() {
            if let Some(on) = *until {
                let told = StaffTold { duty: Duty::TrainingEnds { on }, count: 1, ids: Vec::new() };
                add(&format!("training {purpose}"), on, told);
            }
        }
        for key in directory.keys.values().filter(|key| key.member == *member) {
            if key.officer.as_ref().is_none_or(|of| of == officer) {
                let on = key.valid_until;
                let told = StaffTold { duty: Duty::KeyEnds { on }, count: 1, ids: vec![key.code.to_string()] };
                add(&format!("key {}", key.code), on, told);
            }
        }
    }
    due
}

/// The list of what is late, for each day on which something is.
fn late_list(
    reg: &Registry,
    reader: &mut ReadTx<'_>,
    addresses: &StaffAddresses,
    today: Day,
) -> Result<Vec<Due>, RegistryError> {
    let supervisors: Vec<KeyHolder> = supervisors(reg).filter(|holder| addresses.has(holder)).collect();
    if supervisors.is_empty() {
        return Ok(Vec::new());
    }
    let count = notice::list_late(reader, today)?.iter().map(|late| u64::from(late.notices)).sum();
    if count == 0 {
        return Ok(Vec::new());
    }
    let ids = notice::list_all_late(reader, today, LISTED)?.iter().map(|late| id(&late.notice)).collect();
    let told = StaffTold { duty: Duty::LateList { on: today }, count, ids };
    let of = |holder: &KeyHolder| one(addresses, holder, format!("late-list {today}"), told.clone());
    Ok(supervisors.iter().filter_map(of).collect())
}

fn supervisors(reg: &Registry) -> impl Iterator<Item = KeyHolder> {
    let directory = reg.directory();
    let of =
        directory.staff.values().filter(|row| row.office == Office::Supervision && row.standing == Standing::Active);
    of.map(|row| KeyHolder::Staff(row.code.clone())).collect::<Vec<_>>().into_iter()
}

/// What is told by itself, to a holder who has an address.
fn one(addresses: &StaffAddresses, holder: &KeyHolder, about: String, told: StaffTold) -> Option<Due> {
    let due = || Due { holder: holder.clone(), together: about.clone(), about, what: What::Duty(told) };
    addresses.has(holder).then(due)
}

fn id<K: Kind>(id: &Id<K>) -> String {
    id.to_string()
}

/// How many days after `today` the day `on` comes; fewer than none if it is over.
fn days_until(on: Day, today: Day) -> i64 {
    i64::from(on.epoch_day()) - i64::from(today.epoch_day())
}
