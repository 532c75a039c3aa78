//! Somebody who never had a passkey is invited to make one.
//!
//! Whoever knows the code takes the place of whoever is invited. So at the node's pages nobody knows it: each of two
//! registrars is shown one half and hands it over, and only the two halves together are the code. The operator at the
//! command line, who holds the node's keys, makes a whole one, for the first registrars among others.

use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_domain::id::{InvitationId, PasskeyId, RecoveryId, StaffCode};
use fairfile_domain::sign_in::{INVITATION_HOURS, Invitation, KeyHolder, hours_after};
use fairfile_store::{Entry, Leaves, Pending, StoreError, WriteTx, passkey};
use zeroize::Zeroizing;

use super::{Holding, entry, holding};
use crate::events::Event;
use crate::registry::{Registry, RegistryError};

/// The signs of a code: no vowels that make words, nothing that is read as something else.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs in a code: 80 bits.
const SIGNS_OF_A_CODE: usize = 16;
/// Signs in a half of it: 40 bits, of which nobody has tried many before the invitation has ended.
const SIGNS_OF_A_HALF: usize = SIGNS_OF_A_CODE / 2;

/// Nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Nobody has the code.
    #[error("no officer and nobody of the staff has this code; compare it, or admit them first")]
    UnknownHolder,
    /// Somebody who may not act.
    #[error("this holder is suspended and is not invited; end the suspension first")]
    Suspended,
    /// An invitation would let whoever makes it take the holder's place.
    #[error("this holder has had a passkey; one more is added with it, or asked for as a recovery")]
    HadPasskey,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for InviteError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// Which of two registrars hands a half of a code over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Whoever proposed the invitation, or was the first to agree to the recovery.
    First,
    /// Whoever agreed to it then.
    Second,
}

/// A half of a code that can still be used.
pub struct HalfCode {
    /// Who is invited.
    pub holder: KeyHolder,
    /// The half, in groups of four.
    pub text: Zeroizing<String>,
    /// From then on the code can no longer be used.
    pub ends_at: Instant,
}

/// An invitation that was just made. Its code is in no table, no log and no journal: it is shown once.
pub struct Invited {
    /// Who is invited.
    pub holder: KeyHolder,
    /// The code, in groups of four.
    pub code: Zeroizing<String>,
    /// From then on it can no longer be used.
    pub ends_at: Instant,
}

/// A code, and what it is recognised by.
pub(super) struct FreshCode {
    text: Zeroizing<String>,
    hash: [u8; 32],
}

impl FreshCode {
    pub(super) fn make(reg: &Registry) -> Result<Self, RegistryError> {
        let chance = Zeroizing::new(reg.chance.bytes::<SIGNS_OF_A_CODE>()?);
        let text = signs(chance.as_slice());
        let hash = hash_of(reg, &text);
        Ok(Self { text, hash })
    }

    /// The code of which two registrars hand over a half each, for the matter that both agreed to.
    pub(super) fn of_two(reg: &Registry, matter: &[u8; 16]) -> Self {
        let halves = [Half::First, Half::Second].map(|place| half(reg, matter, place));
        let text = Zeroizing::new([halves[0].as_str(), halves[1].as_str()].join("-"));
        let hash = hash_of(reg, &text);
        Self { text, hash }
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        self.hash
    }

    pub(super) fn shown(self, holder: KeyHolder, now: Instant) -> Invited {
        Invited { holder, code: self.text, ends_at: hours_after(now, INVITATION_HOURS) }
    }
}

/// Signs in groups of four, one for each byte.
fn signs(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(SIGNS_OF_A_CODE + 3));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(SIGNS[usize::from(byte % 32)]));
    }
    text
}

/// A half of a code. It follows from the node's own key and the matter, so that it is kept nowhere and can be shown again.
fn half(reg: &Registry, matter: &[u8; 16], half: Half) -> Zeroizing<String> {
    let place = match half {
        Half::First => "invitation-half-1",
        Half::Second => "invitation-half-2",
    };
    let bytes = Zeroizing::new(reg.vault.keyring().hashes().content_of(place, matter));
    signs(&bytes[..SIGNS_OF_A_HALF])
}

/// The half that one of the two registrars hands over who agreed to the matter of this id, a proposal or a recovery; nothing
/// if there is no invitation by it, or it was used, taken back or has ended.
///
/// Who the two are is for the caller to hold.
///
/// # Errors
/// What the node says.
pub fn find_half(reg: &Registry, matter: &[u8; 16], which: Half) -> Result<Option<HalfCode>, RegistryError> {
    let found = passkey::find_invitation(&mut reg.store.read()?, &FreshCode::of_two(reg, matter).hash)?;
    let open = found.filter(|found| found.is_open(reg.clock.now()));
    Ok(open.map(|found| HalfCode { holder: found.holder, text: half(reg, matter, which), ends_at: found.ends_at }))
}

/// What a code is recognised by, however it is written: in small letters, with blanks, with an O for a zero, either half
/// first.
pub(super) fn hash_of(reg: &Registry, code: &str) -> [u8; 32] {
    let mut plain = Zeroizing::new(String::with_capacity(SIGNS_OF_A_CODE));
    for sign in code.chars().filter(|sign| sign.is_ascii_alphanumeric()).take(2 * SIGNS_OF_A_CODE) {
        plain.push(match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    }
    if let (SIGNS_OF_A_CODE, Some((one, other))) = (plain.len(), plain.split_at_checked(SIGNS_OF_A_HALF))
        && other < one
    {
        plain = Zeroizing::new([other, one].concat());
    }
    reg.vault.keyring().hashes().content_of("invitation-code", plain.as_bytes())
}

/// Invites `holder`; `by` says who does, as an officer's or a staff's holder reads, or `operator` for the command line.
///
/// Whoever has had a passkey is not invited: one alone could otherwise stop an officer's key and sign in as that officer.
/// An older invitation that was not used is taken back.
///
/// # Errors
/// [`InviteError`]; then nobody is invited.
pub fn invite(reg: &Arc<Registry>, holder: &KeyHolder, by: &str) -> Result<Invited, InviteError> {
    match holding(&reg.directory(), holder) {
        Holding::Unknown => return Err(InviteError::UnknownHolder),
        Holding::Suspended => return Err(InviteError::Suspended),
        Holding::Active => {}
    }
    let (now, code) = (reg.clock.now(), FreshCode::make(reg)?);
    let (node, new_holder, by, hash) = (reg.clone(), holder.clone(), by.to_owned(), code.hash());
    let pending: Pending<(), InviteError> = reg.store.write(move |mut tx| {
        let new = New { holder: &new_holder, code: &hash, recovery: None, now };
        let leaf = tx.next_leaf();
        let entry = put(&node, &mut tx, &new, (&by, leaf))?;
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    pending.wait()?;
    Ok(code.shown(holder.clone(), now))
}

/// Invites `holder` with the code of which the two registrars of this matter hand over a half each. `leaf` is the index that
/// its entry will have.
pub(crate) fn invite_by_two(
    reg: &Registry,
    tx: &mut WriteTx<'_>,
    holder: &KeyHolder,
    (matter, second): (&[u8; 16], &StaffCode),
    leaf: u64,
) -> Result<Entry, InviteError> {
    let (code, by) = (FreshCode::of_two(reg, matter), KeyHolder::Staff(second.clone()).to_string());
    let new = New { holder, code: &code.hash, recovery: None, now: reg.clock.now() };
    put(reg, tx, &new, (&by, leaf))
}

/// Keeps an invitation of somebody who never had a passkey.
fn put(reg: &Registry, tx: &mut WriteTx<'_>, new: &New<'_>, (by, leaf): (&str, u64)) -> Result<Entry, InviteError> {
    if !passkey::list_of(tx, new.holder)?.is_empty() {
        return Err(InviteError::HadPasskey);
    }
    let told = write(reg, tx, new, leaf)?;
    Ok(entry(reg, new.now, told.event(by, "invited", None, &[]))?)
}

/// What an invitation is made of.
pub(super) struct New<'n> {
    pub(super) holder: &'n KeyHolder,
    pub(super) code: &'n [u8; 32],
    pub(super) recovery: Option<RecoveryId>,
    pub(super) now: Instant,
}

/// The fields that every event with an invitation has, to be told in the order of their names.
pub(super) struct Told {
    now: Instant,
    code: [u8; 32],
    ends_at: Instant,
    holder: KeyHolder,
    id: InvitationId,
    taken_back: Vec<InvitationId>,
}

impl Told {
    /// `invited`, or with a recovery and the passkeys that stop, `recovery-granted`.
    pub(super) fn event(self, by: &str, name: &str, recovery: Option<RecoveryId>, stopped: &[PasskeyId]) -> Event {
        let event = Event::new()
            .whole("at", self.now.unix_micros())
            .text("by", by)
            .hex("code_hash", &self.code)
            .whole("ends_at", self.ends_at.unix_micros())
            .text("event", name)
            .text("holder", &self.holder.to_string())
            .hex("invitation_id", self.id.as_bytes());
        let event = match recovery {
            Some(recovery) => {
                let stopped = stopped.iter().map(|id| Event::new().hex("passkey_id", id.as_bytes()));
                event.hex("recovery_id", recovery.as_bytes()).list("stopped", stopped)
            }
            None => event,
        };
        let taken_back = self.taken_back.iter().map(|id| Event::new().hex("invitation_id", id.as_bytes()));
        event.list("taken_back", taken_back)
    }
}

/// Takes older invitations back and keeps the new one.
pub(super) fn write(node: &Registry, tx: &mut WriteTx<'_>, new: &New<'_>, leaf: u64) -> Result<Told, RegistryError> {
    let older = passkey::list_unused_invitations(tx, new.holder)?;
    for invitation in &older {
        passkey::use_invitation(tx, invitation.id, new.now)?;
    }
    let ends_at = hours_after(new.now, INVITATION_HOURS);
    let invitation = Invitation { id: node.fresh()?, holder: new.holder.clone(), ends_at, used_at: None };
    passkey::invite(tx, &invitation, new.code, new.now, new.recovery, leaf)?;
    Ok(Told {
        now: new.now,
        code: *new.code,
        ends_at,
        holder: invitation.holder,
        id: invitation.id,
        taken_back: older.into_iter().map(|invitation| invitation.id).collect(),
    })
}
