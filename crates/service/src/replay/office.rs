//! What the registry's own office did: proposals and their decisions, standings, trainings and keys.

use std::borrow::Cow;

use fairfile_store::Value;
use serde::Deserialize;

use super::fold::{Unfit, there, told, whole};
use super::sign_in::Stopped;
use super::state::State;
use super::tables::Table;
use super::told::{Hash, Id, On};

/// `proposed`.
#[derive(Deserialize)]
struct Proposed<'e> {
    act: &'e str,
    at: i64,
    #[serde(borrow)]
    because: Cow<'e, str>,
    matter: &'e str,
    proposal_id: Id,
    staff: &'e str,
    text: Hash,
}

/// `proposal-decided`.
#[derive(Deserialize)]
struct Decided<'e> {
    act: &'e str,
    at: i64,
    #[serde(borrow)]
    because: Cow<'e, str>,
    matter: &'e str,
    proposal_id: Id,
    staff: &'e str,
    state: &'e str,
}

/// `member-standing`.
#[derive(Deserialize)]
struct MemberStanding<'e> {
    member: &'e str,
    standing: &'e str,
}

/// `officer-standing`.
#[derive(Deserialize)]
struct OfficerStanding<'e> {
    officer: &'e str,
    standing: &'e str,
}

/// `officer-trained`.
#[derive(Deserialize)]
struct Trained<'e> {
    at: i64,
    officer: &'e str,
    purpose: &'e str,
    staff: &'e str,
    trained_until: On,
}

/// `purpose-given`.
#[derive(Deserialize)]
struct PurposeGiven<'e> {
    officer: &'e str,
    purpose: &'e str,
}

/// `key-ended`.
#[derive(Deserialize)]
struct KeyEnded<'e> {
    at: i64,
    key: &'e str,
    staff: &'e str,
    valid_until: On,
}

/// `sign-in-stopped`.
#[derive(Deserialize)]
struct SignInStopped<'e> {
    at: i64,
    holder: &'e str,
    sessions: i64,
    staff: &'e str,
    stopped: Vec<Stopped>,
}

/// A deed as its event tells it: its word, the act that it is a step of, whom or what it is about, by whom, and when.
type Deed<'e> = (&'e str, Option<&'e str>, &'e str, &'e str, i64);

impl State {
    /// Folds an event of the office; of any other kind it is one that this program does not know.
    pub(super) fn office(&mut self, leaf: u64, kind: &str, event: &[u8]) -> Result<(), Unfit> {
        match kind {
            "proposed" => self.proposed(leaf, &told(event)?),
            "proposal-decided" => return self.decided(leaf, &told(event)?),
            "member-standing" => return self.member_standing(&told(event)?),
            "officer-standing" => return self.officer_standing(&told(event)?),
            "purpose-given" => self.purpose_given(leaf, &told(event)?),
            "officer-trained" => self.trained(leaf, &told(event)?),
            "sign-in-stopped" => return self.sign_in_stopped(leaf, &told(event)?),
            "key-ended" => return self.key_ended(leaf, &told(event)?),
            _ => return Err(Unfit::Unreadable),
        }
        Ok(())
    }

    /// `deed::add`, of what a registrar did to the sign-in of another: not of what a holder or the operator did.
    pub(super) fn deed_at_sign_in(&mut self, leaf: u64, (deed, by, holder, at): (&str, &str, &str, i64)) {
        if let Some(staff) = by.strip_prefix("staff/").filter(|_| by != holder) {
            self.deed(leaf, (deed, None, holder, staff, at));
        }
    }

    /// `deed::add`
    fn deed(&mut self, leaf: u64, (deed, act, matter, staff, at): Deed<'_>) {
        let row = [whole(leaf), deed.into(), act.into(), matter.into(), staff.into(), at.into()];
        self.rows.put(Table::Deed, row);
    }

    /// `proposal::add`
    fn proposed(&mut self, leaf: u64, told: &Proposed<'_>) {
        let none = Value::Null;
        let row = [
            (&told.proposal_id).into(),
            told.act.into(),
            told.matter.into(),
            (&told.text).into(),
            told.because.as_ref().into(),
            told.staff.into(),
            told.at.into(),
            "open".into(),
            none,
            none,
            none,
            none,
            whole(leaf),
        ];
        self.rows.put(Table::Proposal, row);
        self.deed(leaf, ("proposed", Some(told.act), told.matter, told.staff, told.at));
    }

    /// `proposal::settle`. What agreeing does has an event of its own, the next.
    fn decided(&mut self, leaf: u64, told: &Decided<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Proposal, [(&told.proposal_id).into()]))?
            .set("state", told.state)
            .set("decided_by", told.staff)
            .set("decided_at", told.at)
            .set("decided_because", told.because.as_ref())
            .set("decided_leaf", whole(leaf));
        self.deed(leaf, (told.state, Some(told.act), told.matter, told.staff, told.at));
        Ok(())
    }

    /// `member::set_standing`
    fn member_standing(&mut self, told: &MemberStanding<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Member, [told.member.into()]))?.set("standing", told.standing);
        Ok(())
    }

    /// `member::set_officer_standing`
    fn officer_standing(&mut self, told: &OfficerStanding<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Officer, [told.officer.into()]))?.set("standing", told.standing);
        Ok(())
    }

    /// `member::give_purpose`
    fn purpose_given(&mut self, leaf: u64, told: &PurposeGiven<'_>) {
        let row = [told.officer.into(), told.purpose.into(), Value::Null, whole(leaf)];
        self.rows.put(Table::OfficerPurpose, row);
    }

    /// `member::train`. With an earlier program a training gave the purpose as well.
    fn trained(&mut self, leaf: u64, told: &Trained<'_>) {
        let row = [told.officer.into(), told.purpose.into(), told.trained_until.into(), whole(leaf)];
        self.rows.put(Table::OfficerPurpose, row);
        let matter = format!("{}/{}", told.officer, told.purpose);
        self.deed(leaf, ("trained", None, &matter, told.staff, told.at));
    }

    /// `passkey::stop`
    fn sign_in_stopped(&mut self, leaf: u64, told: &SignInStopped<'_>) -> Result<(), Unfit> {
        self.passkeys_stopped(&told.stopped, told.at)?;
        let matter = format!("{} {} {}", told.holder, told.stopped.len(), told.sessions);
        self.deed(leaf, ("sign-in-stopped", None, &matter, told.staff, told.at));
        Ok(())
    }

    /// `member::end_key`
    fn key_ended(&mut self, leaf: u64, told: &KeyEnded<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::MemberKey, [told.key.into()]))?.set("valid_until", told.valid_until);
        self.deed(leaf, ("key-ended", None, told.key, told.staff, told.at));
        Ok(())
    }
}
