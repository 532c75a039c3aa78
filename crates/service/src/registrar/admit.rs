//! Members, their officers and their keys are admitted together; so are those who work at the node.

use fairfile_domain::actor::{Member, Officer, Staff};
use fairfile_store::member::{self, MemberKey};
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx, staff};

use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// Who is admitted.
#[derive(Debug, Clone, Default)]
pub struct Admission {
    /// Members.
    pub members: Vec<Member>,
    /// Their officers.
    pub officers: Vec<Officer>,
    /// Their keys.
    pub keys: Vec<MemberKey>,
    /// Registrars and supervisors.
    pub staff: Vec<Staff>,
}

/// Admits all of them, or none.
pub fn admit(reg: &Registry, admission: Admission) -> Result<(), RegistryError> {
    let _turn = reg.office()?;
    let entry = entry(reg, &admission)?;
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        let at = tx.next_leaf();
        put(&mut tx, &admission, at)?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    reg.reload_directory()
}

/// The entry that tells of an admission.
pub(super) fn entry(reg: &Registry, admission: &Admission) -> Result<Entry, RegistryError> {
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "admission")
        .list("keys", admission.keys.iter().map(key_event))
        .list("members", admission.members.iter().map(member_event))
        .list("officers", admission.officers.iter().map(officer_event))
        .list("staff", admission.staff.iter().map(staff_event))
        .bytes();
    Ok(events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.open_entry())
}

/// Puts all of them on file; `at` is the journal index of their entry.
pub(super) fn put(tx: &mut WriteTx<'_>, admission: &Admission, at: u64) -> Result<(), StoreError> {
    admission.members.iter().try_for_each(|row| member::admit(tx, row, at))?;
    admission.officers.iter().try_for_each(|row| member::register_officer(tx, row, at))?;
    admission.keys.iter().try_for_each(|row| member::register_key(tx, row, at))?;
    admission.staff.iter().try_for_each(|row| staff::admit(tx, row, at))
}

pub(super) fn key_event(key: &MemberKey) -> Event {
    let event = Event::new().text("key", key.code.as_str()).text("member", key.member.as_str());
    let event = match &key.officer {
        Some(officer) => event.text("officer", officer.as_str()),
        None => event,
    };
    event.hex("public_key", &key.public_key).day("valid_from", key.valid_from).day("valid_until", key.valid_until)
}

pub(super) fn member_event(member: &Member) -> Event {
    let sectors = member.sectors.iter().map(|sector| sector.code()).collect::<Vec<_>>().join(" ");
    Event::new()
        .text("member", member.code.as_str())
        .text("sectors", &sectors)
        .text("standing", member.standing.word())
        .text("title_en", &member.title.en)
        .text("title_zh", &member.title.zh)
}

pub(super) fn officer_event(officer: &Officer) -> Event {
    let purposes = officer.purposes.iter().map(|(purpose, until)| {
        let event = Event::new().text("purpose", purpose.as_str());
        match until {
            Some(until) => event.day("trained_until", *until),
            None => event,
        }
    });
    Event::new()
        .text("member", officer.member.as_str())
        .text("officer", officer.code.as_str())
        .day("on_duty_from", officer.on_duty_from)
        .day("on_duty_until", officer.on_duty_until)
        .list("purposes", purposes)
        .text("standing", officer.standing.word())
}

fn staff_event(staff: &Staff) -> Event {
    Event::new()
        .text("office", staff.office.word())
        .text("staff", staff.code.as_str())
        .text("standing", staff.standing.word())
}
