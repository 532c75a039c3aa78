//! What one registrar alone must not do: one proposes it, another decides, and each is named.
//!
//! A proposal changes nothing. The rule is short: whoever proposed it takes it back or lets it stand; anybody else who
//! runs the node agrees to it or rejects it; once that has happened, nothing more can.

use crate::id::StaffCode;

/// The most characters of a reason.
pub const MOST_REASON_CHARS: usize = 500;

/// What takes two registrars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A version of an item comes into the catalog.
    PublishItem,
    /// A member is admitted.
    AdmitMember,
    /// An officer of a member is registered.
    RegisterOfficer,
    /// A member's own key is registered.
    RegisterKey,
    /// A member may neither write nor ask from now on.
    SuspendMember,
    /// A suspended member may act again.
    LiftMember,
    /// An officer may not ask from now on.
    SuspendOfficer,
    /// A suspended officer may act again.
    LiftOfficer,
    /// An officer who was stopped for asking like somebody who searches may ask again.
    ReleaseOfficer,
    /// Somebody who never had a passkey is invited to make one.
    Invite,
    /// An officer gets one more purpose.
    GivePurpose,
}

impl Act {
    /// Every act with its stored word.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::PublishItem, "publish-item"),
        (Self::AdmitMember, "admit-member"),
        (Self::RegisterOfficer, "register-officer"),
        (Self::RegisterKey, "register-key"),
        (Self::SuspendMember, "suspend-member"),
        (Self::LiftMember, "lift-member"),
        (Self::SuspendOfficer, "suspend-officer"),
        (Self::LiftOfficer, "lift-officer"),
        (Self::ReleaseOfficer, "release-officer"),
        (Self::Invite, "invite"),
        (Self::GivePurpose, "give-purpose"),
    ];

    /// The stored word.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The act that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// How far a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for a second registrar.
    Open,
    /// A second one agreed, and it was done.
    Agreed,
    /// A second one rejected it.
    Rejected,
    /// Whoever proposed it took it back.
    TakenBack,
}

impl State {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Open, "open"), (Self::Agreed, "agreed"), (Self::Rejected, "rejected"), (Self::TakenBack, "taken-back")];

    /// The stored word.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The state that `word` names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// What somebody wants to become of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Agree,
    /// It is not done.
    Reject,
    /// It is no longer proposed.
    TakeBack,
}

/// It is not for this registrar, or for nobody any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    /// Whoever proposes does not decide.
    #[error("whoever proposes does not decide; ask another registrar")]
    OwnProposal,
    /// Only whoever proposed takes it back.
    #[error("only the registrar who proposed it takes it back; reject it instead, with a reason")]
    NotTheProposer,
    /// It was decided before.
    #[error("this was decided before; read what became of it, and propose anew if it is still needed")]
    Decided(State),
}

/// What becomes of a proposal of `proposed_by` that is in `state` if `staff` gives this verdict.
///
/// ```
/// use fairfile_domain::proposal::{NotYours, State, Verdict, decide};
///
/// let (first, second) = ("registrar-1".parse()?, "registrar-2".parse()?);
/// assert_eq!(decide(State::Open, &first, &first, Verdict::Agree), Err(NotYours::OwnProposal));
/// assert_eq!(decide(State::Open, &first, &second, Verdict::Agree), Ok(State::Agreed));
/// # Ok::<(), fairfile_domain::id::NotACode>(())
/// ```
///
/// # Errors
/// [`NotYours`]; then nothing becomes of it.
pub fn decide(state: State, proposed_by: &StaffCode, staff: &StaffCode, verdict: Verdict) -> Result<State, NotYours> {
    if state != State::Open {
        return Err(NotYours::Decided(state));
    }
    match (verdict, staff == proposed_by) {
        (Verdict::Agree | Verdict::Reject, true) => Err(NotYours::OwnProposal),
        (Verdict::TakeBack, false) => Err(NotYours::NotTheProposer),
        (Verdict::Agree, false) => Ok(State::Agreed),
        (Verdict::Reject, false) => Ok(State::Rejected),
        (Verdict::TakeBack, true) => Ok(State::TakenBack),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(code: &str) -> StaffCode {
        code.parse().expect("a code")
    }

    #[test]
    fn words_stand_at_the_places_of_what_they_name() {
        for (act, word) in Act::ALL {
            assert_eq!((act.word(), Act::find(word)), (word, Some(act)));
        }
        for (state, word) in State::ALL {
            assert_eq!((state.word(), State::find(word)), (word, Some(state)));
        }
    }

    #[test]
    fn nobody_does_alone_what_takes_two() {
        let (first, second) = (staff("registrar-1"), staff("registrar-2"));
        for verdict in [Verdict::Agree, Verdict::Reject] {
            assert_eq!(decide(State::Open, &first, &first, verdict), Err(NotYours::OwnProposal));
        }
        assert_eq!(decide(State::Open, &first, &second, Verdict::TakeBack), Err(NotYours::NotTheProposer));
        assert_eq!(decide(State::Open, &first, &first, Verdict::TakeBack), Ok(State::TakenBack));
        assert_eq!(decide(State::Open, &first, &second, Verdict::Reject), Ok(State::Rejected));
    }

    #[test]
    fn what_was_decided_stays_decided() {
        let (first, second) = (staff("registrar-1"), staff("registrar-2"));
        for state in [State::Agreed, State::Rejected, State::TakenBack] {
            for verdict in [Verdict::Agree, Verdict::Reject, Verdict::TakeBack] {
                for staff in [&first, &second] {
                    assert_eq!(decide(state, &first, staff, verdict), Err(NotYours::Decided(state)));
                }
            }
        }
    }
}
