//! Members, their officers and their keys are admitted together.

use fairfile_domain::actor::{Member, Officer};
use fairfile_store::member::{self, MemberKey};
use fairfile_store::{Leaves, Pending, StoreError};

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
}

/// Admits all of them, or none.
pub fn admit(reg: &Registry, admission: Admission) -> Result<(), RegistryError> {
    let now = reg.clock.now();
    let keys =
        admission.keys.iter().map(|key| Event::new().text("key", key.code.as_str()).hex("public_key", &key.public_key));
    let members = admission.members.iter().map(|member| Event::new().text("member", member.code.as_str()));
    let officers = admission
        .officers
        .iter()
        .map(|officer| Event::new().text("member", officer.member.as_str()).text("officer", officer.code.as_str()));
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "admission")
        .list("keys", keys)
        .list("members", members)
        .list("officers", officers)
        .bytes();
    let leaf = events::written(reg.vault.keyring().hashes(), reg.fresh_event()?, now, event, 0)?.leaf;
    let pending: Pending<(), StoreError> = reg.store.write(move |mut tx| {
        let at = tx.next_leaf();
        admission.members.iter().try_for_each(|row| member::admit(&mut tx, row, at))?;
        admission.officers.iter().try_for_each(|row| member::register_officer(&mut tx, row, at))?;
        admission.keys.iter().try_for_each(|row| member::register_key(&mut tx, row, at))?;
        Ok(tx.commit(Leaves::one(leaf), ()))
    });
    pending.wait()?;
    reg.reload_directory()
}
