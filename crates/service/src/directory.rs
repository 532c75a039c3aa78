//! Members, officers, keys and staff as the node knows them now: read once, and again after each change.

use std::collections::BTreeMap;

use fairfile_domain::actor::{Member, Staff};
use fairfile_domain::id::{KeyCode, MemberCode, OfficerCode, StaffCode};
use fairfile_store::member::{MemberKey, OfficerOnFile};
use fairfile_store::{Read, StoreError, member, staff};

/// Who may come to the counter.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Members by code.
    pub members: BTreeMap<MemberCode, Member>,
    /// Officers by code.
    pub officers: BTreeMap<OfficerCode, OfficerOnFile>,
    /// Registered keys by code.
    pub keys: BTreeMap<KeyCode, MemberKey>,
    /// Registrars and supervisors by code.
    pub staff: BTreeMap<StaffCode, Staff>,
}

impl Directory {
    /// Reads all of it.
    pub fn load(tx: &mut impl Read) -> Result<Self, StoreError> {
        Ok(Self {
            members: member::list(tx)?.into_iter().map(|row| (row.code.clone(), row)).collect(),
            officers: member::list_officers(tx)?.into_iter().map(|row| (row.officer.code.clone(), row)).collect(),
            keys: member::list_keys(tx)?.into_iter().map(|row| (row.code.clone(), row)).collect(),
            staff: staff::list(tx)?.into_iter().map(|row| (row.code.clone(), row)).collect(),
        })
    }
}
