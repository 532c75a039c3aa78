//! Who is signed in by the cookie of a page.

use fairfile_domain::id::{StaffCode, SubjectId};

use super::frame::session_cookie;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::sessions::{Session, Who};

/// The visitor of a page that is not for everybody, and the session. Whose file, desk or office it is follows from it and
/// from nothing in the address.
pub(super) struct SignedIn {
    /// The session's token.
    pub(super) token: String,
    /// The session.
    pub(super) session: Session,
}

impl SignedIn {
    /// Whoever is signed in.
    ///
    /// # Errors
    /// Q013 if nobody is; Q035 if whoever was has been suspended; Q025 if too much comes from one visitor.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let token = session_cookie(&call.parts.headers, call.is_https()).ok_or(RequestFault::NotSignedIn)?;
        let session = call.doors.standing_session(&token)?.ok_or(RequestFault::NotSignedIn)?;
        call.doors.callers().charge_visitor(&session.who)?;
        Ok(Self { token, session })
    }

    /// Whoever is signed in, without counting that something was asked: for what is held before a page is.
    pub(super) fn find(call: &Call<'_>) -> Option<Self> {
        let token = session_cookie(&call.parts.headers, call.is_https())?;
        let session = call.doors.session_of(&token)?;
        Some(Self { token, session })
    }

    /// Whether the visitor has shown of late who it is, as it has to before a step that binds; `sign_in::before_a_binding_step`
    /// holds that for every page.
    pub(super) fn has_proved_of_late(&self, call: &Call<'_>) -> bool {
        self.session.has_proved_of_late(call.doors.now().unix_micros())
    }

    /// The person, at the own file.
    ///
    /// # Errors
    /// As [`SignedIn::of`], and Q033 for every other visitor; so the others below.
    pub(super) fn person(call: &Call<'_>) -> Result<SubjectId, Problem> {
        Self::at_own_file(call).map(|(_, subject)| subject)
    }

    /// The same, with the session.
    pub(super) fn at_own_file(call: &Call<'_>) -> Result<(Self, SubjectId), Problem> {
        let visitor = Self::of(call)?;
        match visitor.session.who {
            Who::Person(subject) => Ok((visitor, subject)),
            Who::Unfiled(_) | Who::Officer(_) | Who::Registrar(_) | Who::Supervisor(_) => {
                Err(RequestFault::OtherVisitor.into())
            }
        }
    }

    /// Whoever runs the node.
    pub(super) fn registrar(call: &Call<'_>) -> Result<StaffCode, Problem> {
        match Self::of(call)?.session.who {
            Who::Registrar(staff) => Ok(staff),
            Who::Unfiled(_) | Who::Person(_) | Who::Officer(_) | Who::Supervisor(_) => {
                Err(RequestFault::OtherVisitor.into())
            }
        }
    }

    /// Whoever watches over the node.
    pub(super) fn supervisor(call: &Call<'_>) -> Result<StaffCode, Problem> {
        match Self::of(call)?.session.who {
            Who::Supervisor(staff) => Ok(staff),
            Who::Unfiled(_) | Who::Person(_) | Who::Officer(_) | Who::Registrar(_) => {
                Err(RequestFault::OtherVisitor.into())
            }
        }
    }
}
