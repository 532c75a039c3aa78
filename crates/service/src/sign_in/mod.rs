//! Who comes to the counter: invitations, passkeys and recoveries of officers and staff; the login of a person.
//!
//! What a device or the identity provider has shown comes in as a value that only `fairfile-signin` can make. What is
//! decided by it is journaled: each key that is made, used or stopped, each invitation and recovery, each login that is
//! bound to a person or refused. A session is no business of this room; it lives in the server's memory.

mod bind_person;
mod enrol;
mod invite;
mod recover;
mod stop;
mod use_passkey;

pub use bind_person::{BindError, bind_person};
pub use enrol::{EnrolError, add_passkey, begin_enrolment, enrol, find_invited};
pub use fairfile_store::passkey::Passkey;
pub(crate) use invite::invite_by_two;
pub use invite::{Half, HalfCode, InviteError, Invited, find_half, invite};
pub use recover::{
    Decided, RecoverError, approve_recovery, ask_recovery, check_approval, check_recovery, find_recovery, find_refused,
    list_halves, list_recoveries, refuse_recovery,
};
pub use stop::{StopError, change_staff_standing, list_passkeys, stop_passkey};
pub use use_passkey::{SignInError, SignedIn, sign_in};

use fairfile_domain::actor::Standing;
use fairfile_domain::day::Instant;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_store::Entry;
use fairfile_store::deed::Deed;

use crate::directory::Directory;
use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// What is known of a holder by the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Nobody has the code.
    Unknown,
    /// Somebody has, who may not act at present.
    Suspended,
    /// May act.
    Active,
}

/// Whether `holder` may act at present: neither suspended nor, of an officer, a member that is; an officer's days of duty
/// and training are for each look to decide.
pub fn holding(directory: &Directory, holder: &KeyHolder) -> Holding {
    let standings = match holder {
        KeyHolder::Staff(code) => directory.staff.get(code).map(|staff| [staff.standing; 2]),
        KeyHolder::Officer(code) => directory.officers.get(code).and_then(|on_file| {
            let member = directory.members.get(&on_file.officer.member)?;
            Some([on_file.officer.standing, member.standing])
        }),
    };
    match standings {
        None => Holding::Unknown,
        Some([Standing::Active, Standing::Active]) => Holding::Active,
        Some(_) => Holding::Suspended,
    }
}

/// What a holder's devices know the holder by: no code, and the same for each of them.
pub fn handle_of(reg: &Registry, holder: &KeyHolder) -> [u8; 16] {
    let hash = reg.vault.keyring().hashes().content_of("passkey-handle", holder.to_string().as_bytes());
    let mut handle = [0; 16];
    handle.copy_from_slice(&hash[..16]);
    handle
}

/// What a registrar did to the sign-in of another, for the office's own list; nothing if the holder or the operator did it.
fn deed_of(deed: &str, by: &str, holder: &KeyHolder, (leaf, now): (u64, Instant)) -> Option<Deed> {
    let matter = holder.to_string();
    let staff = by.strip_prefix("staff/").filter(|_| by != matter)?.parse().ok()?;
    Some(Deed { leaf, deed: deed.to_owned(), act: None, matter, staff, made_at: now.unix_micros() })
}

/// The entry of an event that is kept in the open.
fn entry(reg: &Registry, now: Instant, event: Event) -> Result<Entry, RegistryError> {
    let id = reg.fresh_event()?;
    Ok(events::written(reg.vault.keyring().hashes(), id, now, event.bytes(), 0)?.open_entry())
}
