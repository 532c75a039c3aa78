//! How those who work at a counter come to a passkey, keep it and get back in after losing it.
//!
//! A passkey is made with an invitation, once, and stays on one device. Whoever has one adds another; whoever lost all of
//! them asks for a recovery, which waits, is told to every old channel, and is then granted by two registrars. Nobody
//! alone can take the place of an officer: a registrar invites only those who never had a passkey.

use std::fmt;
use std::str::FromStr;

use crate::actor::{Office, Staff, Standing};
use crate::day::Instant;
use crate::id::{InvitationId, NotACode, OfficerCode, RecoveryId, StaffCode};

/// For how many hours an invitation can be used.
pub const INVITATION_HOURS: u32 = 72;
/// How many hours a recovery waits before anybody can grant it, so that the holder of a key can still say no.
pub const RECOVERY_DELAY_HOURS: u32 = 72;
/// For how many hours a recovery can be granted once it has waited; 14 days.
pub const RECOVERY_OPEN_HOURS: u32 = 14 * 24;
/// How many passkeys one holder can have at a time.
pub const PASSKEYS_OF_ONE: usize = 8;

/// The instant that lies `hours` after `at`, or the last that can be named.
pub fn hours_after(at: Instant, hours: u32) -> Instant {
    let micros = at.unix_micros().saturating_add(i64::from(hours) * 3_600_000_000);
    Instant::from_unix_micros(micros).unwrap_or(Instant::LAST)
}

/// Who holds a passkey: an officer of a member, or somebody who works at the node itself.
///
/// ```
/// use fairfile_domain::sign_in::KeyHolder;
///
/// let holder: KeyHolder = "officer/0417".parse()?;
/// assert_eq!(holder.to_string(), "officer/0417");
/// assert!("0417".parse::<KeyHolder>().is_err());
/// # Ok::<(), fairfile_domain::id::NotACode>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyHolder {
    /// An officer.
    Officer(OfficerCode),
    /// A registrar or a supervisor.
    Staff(StaffCode),
}

impl KeyHolder {
    /// The code alone, as people know it.
    pub fn code(&self) -> &str {
        match self {
            Self::Officer(code) => code.as_str(),
            Self::Staff(code) => code.as_str(),
        }
    }
}

impl fmt::Display for KeyHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Officer(code) => write!(f, "officer/{code}"),
            Self::Staff(code) => write!(f, "staff/{code}"),
        }
    }
}

impl FromStr for KeyHolder {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        match text.split_once('/') {
            Some(("officer", code)) => Ok(Self::Officer(code.parse()?)),
            Some(("staff", code)) => Ok(Self::Staff(code.parse()?)),
            _ => Err(NotACode),
        }
    }
}

/// What lets a holder make a passkey, once. Its code is shown when it is made and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub holder: KeyHolder,
    /// From then on it can no longer be used.
    pub ends_at: Instant,
    /// When it was used, or taken back because a newer one was made.
    pub used_at: Option<Instant>,
}

impl Invitation {
    /// Whether a passkey can be made with it.
    pub fn is_open(&self, now: Instant) -> bool {
        self.used_at.is_none() && now < self.ends_at
    }
}

/// How a recovery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Two registrars granted it: the old passkeys stopped, and there is a new invitation.
    Granted,
    /// The holder, signed in with a passkey that is not lost, or a registrar said no.
    Refused,
}

impl Ending {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    /// The ending that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Granted, Self::Refused].into_iter().find(|ending| ending.word() == word)
    }
}

/// The way back for a holder who lost every passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Its id.
    pub id: RecoveryId,
    /// Who asked.
    pub holder: KeyHolder,
    /// When.
    pub asked_at: Instant,
    /// Nobody can grant it before.
    pub ripe_at: Instant,
    /// The first registrar who would grant it.
    pub approved_by: Option<StaffCode>,
    /// How it ended, if it has.
    pub ending: Option<Ending>,
}

/// What the word of a registrar does to a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// One more has to agree.
    First,
    /// It is granted.
    Grants,
}

/// Why a registrar cannot grant a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotApproved {
    /// Only an active registrar can.
    NotARegistrar,
    /// Nobody grants the own recovery.
    Own,
    /// It was granted or refused already, or nobody granted it in time.
    Over,
    /// It still waits, until then.
    TooEarly(Instant),
    /// Two different registrars are needed.
    Twice,
}

impl Recovery {
    /// From then on it can no longer be granted.
    pub fn ends_at(&self) -> Instant {
        hours_after(self.ripe_at, RECOVERY_OPEN_HOURS)
    }

    /// Whether it waits for somebody at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        self.ending.is_none() && now < self.ends_at()
    }

    /// What the word of `registrar` does. `sure` is the time that has certainly come, `latest` the last that it can be:
    /// a clock that runs ahead shortens no delay.
    ///
    /// # Errors
    /// [`NotApproved`] with the first reason that stands against it.
    pub fn approve(&self, registrar: &Staff, sure: Instant, latest: Instant) -> Result<Approval, NotApproved> {
        if registrar.office != Office::Registry || registrar.standing != Standing::Active {
            return Err(NotApproved::NotARegistrar);
        }
        if self.holder == KeyHolder::Staff(registrar.code.clone()) {
            return Err(NotApproved::Own);
        }
        if !self.is_open(latest) {
            return Err(NotApproved::Over);
        }
        if sure < self.ripe_at {
            return Err(NotApproved::TooEarly(self.ripe_at));
        }
        match &self.approved_by {
            None => Ok(Approval::First),
            Some(first) if *first == registrar.code => Err(NotApproved::Twice),
            Some(_) => Ok(Approval::Grants),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> Instant {
        hours_after(Instant::from_unix_micros(0).expect("an instant"), hour)
    }

    fn staff(code: &str, office: Office, standing: Standing) -> Staff {
        Staff { code: code.parse().expect("a code"), office, standing }
    }

    fn asked() -> Recovery {
        let holder = KeyHolder::Staff("registrar-3".parse().expect("a code"));
        let ripe_at = at(RECOVERY_DELAY_HOURS);
        Recovery {
            id: RecoveryId::from_bytes([1; 16]),
            holder,
            asked_at: at(0),
            ripe_at,
            approved_by: None,
            ending: None,
        }
    }

    fn check(recovery: &Recovery, registrar: &Staff, hour: u32, expected: Result<Approval, NotApproved>) {
        assert_eq!(recovery.approve(registrar, at(hour), at(hour)), expected, "{} at {hour}", registrar.code);
    }

    #[test]
    fn two_different_registrars_grant_a_recovery_and_only_after_it_has_waited() {
        let one = staff("registrar-1", Office::Registry, Standing::Active);
        let two = staff("registrar-2", Office::Registry, Standing::Active);
        let mut recovery = asked();
        check(&recovery, &one, 71, Err(NotApproved::TooEarly(at(72))));
        check(&recovery, &one, 72, Ok(Approval::First));
        recovery.approved_by = Some(one.code.clone());
        check(&recovery, &one, 73, Err(NotApproved::Twice));
        check(&recovery, &two, 73, Ok(Approval::Grants));
        check(&recovery, &two, 72 + RECOVERY_OPEN_HOURS, Err(NotApproved::Over));
        recovery.ending = Some(Ending::Refused);
        check(&recovery, &two, 73, Err(NotApproved::Over));
    }

    #[test]
    fn nobody_else_grants_a_recovery_and_nobody_the_own() {
        let recovery = asked();
        check(&recovery, &staff("registrar-3", Office::Registry, Standing::Active), 50, Err(NotApproved::Own));
        let others = [(Office::Registry, Standing::Suspended), (Office::Supervision, Standing::Active)];
        for (office, standing) in others {
            check(&recovery, &staff("other", office, standing), 74, Err(NotApproved::NotARegistrar));
        }
    }

    #[test]
    fn a_clock_that_runs_ahead_shortens_no_delay() {
        let one = staff("registrar-1", Office::Registry, Standing::Active);
        assert_eq!(asked().approve(&one, at(1), at(80)), Err(NotApproved::TooEarly(at(72))));
    }

    #[test]
    fn an_invitation_is_used_once_and_in_time() {
        let holder: KeyHolder = "officer/0417".parse().expect("a holder");
        let mut invitation =
            Invitation { id: InvitationId::from_bytes([1; 16]), holder, ends_at: at(INVITATION_HOURS), used_at: None };
        assert!(invitation.is_open(at(71)) && !invitation.is_open(at(72)));
        invitation.used_at = Some(at(1));
        assert!(!invitation.is_open(at(2)));
    }
}
