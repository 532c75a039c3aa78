//! What the events of signing in do to the rows. The statements that did it are in `fairfile_store::passkey` and
//! `fairfile_store::staff`.

use fairfile_store::Value;
use serde::Deserialize;

use super::fold::{Unfit, there, whole};
use super::state::State;
use super::tables::Table;
use super::told::{Hash, Hex, Id};

/// `staff-standing`.
#[derive(Deserialize)]
pub(super) struct StaffStanding<'e> {
    staff: &'e str,
    standing: &'e str,
}

/// `invited`.
#[derive(Deserialize)]
pub(super) struct Invited<'e> {
    at: i64,
    code_hash: Hash,
    ends_at: i64,
    holder: &'e str,
    invitation_id: Id,
    taken_back: Vec<TakenBack>,
}

/// An invitation that a later one took back.
#[derive(Deserialize)]
struct TakenBack {
    invitation_id: Id,
}

/// `passkey-made`.
#[derive(Deserialize)]
pub(super) struct PasskeyMade<'e> {
    at: i64,
    counter: i64,
    credential_id: &'e str,
    holder: &'e str,
    invitation_id: Option<Id>,
    passkey_id: Id,
    public_key: Hash,
}

/// `passkey-used`.
#[derive(Deserialize)]
pub(super) struct PasskeyUsed {
    at: i64,
    counter: i64,
    passkey_id: Id,
}

/// `passkey-stopped`.
#[derive(Deserialize)]
pub(super) struct PasskeyStopped<'e> {
    at: i64,
    by: &'e str,
    holder: &'e str,
    passkey_id: Id,
}

/// `recovery-asked`.
#[derive(Deserialize)]
pub(super) struct RecoveryAsked<'e> {
    at: i64,
    holder: &'e str,
    recovery_id: Id,
    ripe_at: i64,
}

/// `recovery-approved` and `recovery-refused`.
#[derive(Deserialize)]
pub(super) struct RecoverySaid<'e> {
    at: i64,
    by: &'e str,
    holder: &'e str,
    recovery_id: Id,
}

/// `recovery-granted`: an invitation, and what it takes the place of.
#[derive(Deserialize)]
pub(super) struct RecoveryGranted<'e> {
    at: i64,
    by: &'e str,
    code_hash: Hash,
    ends_at: i64,
    holder: &'e str,
    invitation_id: Id,
    recovery_id: Id,
    stopped: Vec<Stopped>,
    taken_back: Vec<TakenBack>,
}

/// A passkey that stops with others of its holder.
#[derive(Deserialize)]
pub(super) struct Stopped {
    passkey_id: Id,
}

/// `sign-in-bound`.
#[derive(Deserialize)]
pub(super) struct LoginBound {
    at: i64,
    index_hash: Hash,
    login_hash: Hash,
}

impl State {
    /// `staff::change_standing`
    pub(super) fn staff_standing(&mut self, told: &StaffStanding<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Staff, [told.staff.into()]))?.set("standing", told.standing);
        Ok(())
    }

    /// `passkey::use_invitation`, `passkey::invite`
    pub(super) fn invited(&mut self, leaf: u64, told: &Invited<'_>) -> Result<(), Unfit> {
        self.taken_back(&told.taken_back, told.at)?;
        let row = [
            (&told.invitation_id).into(),
            told.holder.into(),
            (&told.code_hash).into(),
            told.at.into(),
            told.ends_at.into(),
            Value::Null,
            Value::Null,
            whole(leaf),
        ];
        self.rows.put(Table::Invitation, row);
        Ok(())
    }

    fn taken_back(&mut self, older: &[TakenBack], at: i64) -> Result<(), Unfit> {
        older.iter().try_for_each(|older| self.invitation_used(&older.invitation_id, at))
    }

    fn invitation_used(&mut self, invitation: &Hex<16>, at: i64) -> Result<(), Unfit> {
        there(self.rows.row(Table::Invitation, [invitation.into()]))?.set("used_at", at);
        Ok(())
    }

    /// `passkey::use_invitation`, `passkey::add`
    pub(super) fn passkey_made(&mut self, leaf: u64, told: &PasskeyMade<'_>) -> Result<(), Unfit> {
        if let Some(invitation) = &told.invitation_id {
            self.invitation_used(invitation, told.at)?;
        }
        let credential = hex::decode(told.credential_id).map_err(|_| Unfit::Unreadable)?;
        let row = [
            (&told.passkey_id).into(),
            told.holder.into(),
            credential.as_slice().into(),
            (&told.public_key).into(),
            told.counter.into(),
            told.at.into(),
            Value::Null,
            Value::Null,
            whole(leaf),
        ];
        self.rows.put(Table::Passkey, row);
        Ok(())
    }

    /// `passkey::note_use`
    pub(super) fn passkey_used(&mut self, told: &PasskeyUsed) -> Result<(), Unfit> {
        let mut row = there(self.rows.row(Table::Passkey, [(&told.passkey_id).into()]))?;
        row.set("counter", told.counter).set("used_at", told.at);
        Ok(())
    }

    /// `passkey::stop`
    pub(super) fn passkey_stopped(&mut self, leaf: u64, told: &PasskeyStopped<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Passkey, [(&told.passkey_id).into()]))?.set("stopped_at", told.at);
        self.deed_at_sign_in(leaf, ("passkey-stopped", told.by, told.holder, told.at));
        Ok(())
    }

    /// `passkey::stop`, of several at once.
    pub(super) fn passkeys_stopped(&mut self, stopped: &[Stopped], at: i64) -> Result<(), Unfit> {
        for old in stopped {
            there(self.rows.row(Table::Passkey, [(&old.passkey_id).into()]))?.set("stopped_at", at);
        }
        Ok(())
    }

    /// `passkey::ask_recovery`
    pub(super) fn recovery_asked(&mut self, leaf: u64, told: &RecoveryAsked<'_>) {
        let none = Value::Null;
        let row = [
            (&told.recovery_id).into(),
            told.holder.into(),
            told.at.into(),
            told.ripe_at.into(),
            none,
            none,
            none,
            none,
            none,
            whole(leaf),
        ];
        self.rows.put(Table::Recovery, row);
    }

    /// `passkey::approve_recovery`
    pub(super) fn recovery_approved(&mut self, leaf: u64, told: &RecoverySaid<'_>) -> Result<(), Unfit> {
        let by = told.by.strip_prefix("staff/").ok_or(Unfit::Unreadable)?;
        let mut row = there(self.rows.row(Table::Recovery, [(&told.recovery_id).into()]))?;
        row.set("approved_by", by).set("approved_at", told.at);
        self.deed_at_sign_in(leaf, ("recovery-approved", told.by, told.holder, told.at));
        Ok(())
    }

    /// `passkey::end_recovery`
    pub(super) fn recovery_refused(&mut self, leaf: u64, told: &RecoverySaid<'_>) -> Result<(), Unfit> {
        self.deed_at_sign_in(leaf, ("recovery-refused", told.by, told.holder, told.at));
        self.recovery_ended(&told.recovery_id, "refused", told.by, told.at)
    }

    fn recovery_ended(&mut self, recovery: &Hex<16>, ending: &str, by: &str, at: i64) -> Result<(), Unfit> {
        let mut row = there(self.rows.row(Table::Recovery, [recovery.into()]))?;
        row.set("ending", ending).set("ended_by", by).set("ended_at", at);
        Ok(())
    }

    /// `passkey::stop`, `passkey::use_invitation`, `passkey::invite`, `passkey::end_recovery`
    pub(super) fn recovery_granted(&mut self, leaf: u64, told: &RecoveryGranted<'_>) -> Result<(), Unfit> {
        self.passkeys_stopped(&told.stopped, told.at)?;
        self.taken_back(&told.taken_back, told.at)?;
        let row = [
            (&told.invitation_id).into(),
            told.holder.into(),
            (&told.code_hash).into(),
            told.at.into(),
            told.ends_at.into(),
            (&told.recovery_id).into(),
            Value::Null,
            whole(leaf),
        ];
        self.rows.put(Table::Invitation, row);
        self.deed_at_sign_in(leaf, ("recovery-granted", told.by, told.holder, told.at));
        self.recovery_ended(&told.recovery_id, "granted", told.by, told.at)
    }

    /// `passkey::bind`
    pub(super) fn login_bound(&mut self, leaf: u64, told: &LoginBound) {
        let row = [(&told.login_hash).into(), (&told.index_hash).into(), told.at.into(), whole(leaf)];
        self.rows.put(Table::SignInBinding, row);
    }
}
