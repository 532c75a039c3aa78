//! The desk of an inquirer: one question about one person in one case, the answer, the receipts, and the notices that
//! follow when a record is put right. There is no list of people here and no search: an answer is asked for once.

mod answer;
pub(super) mod ask;
mod card;
mod desk;
mod notices;
mod receipts;

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::id::{MemberCode, OfficerCode};

use super::signed_in::SignedIn;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where every visit begins.
    Desk,
    /// The form of a question.
    Ask,
    /// The answer to one.
    Answer,
    /// An answer was closed.
    Closed,
    /// An answer was about somebody else.
    NotThisPerson,
    /// The officer's own looks.
    Receipts,
    /// The receipt of one of them.
    Receipt,
    /// The same as a file.
    ReceiptFile,
    /// What the member has to confirm.
    Notices,
    /// One notice.
    Notice,
    /// What a confirmation will say.
    Confirm,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A question.
    Ask,
    /// The officer is done with an answer.
    Close,
    /// The answer is not about the person meant.
    NotThisPerson,
    /// The member has acted on a notice.
    Confirm,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Desk => desk::show(call).await,
        Page::Ask => ask::show(call),
        Page::Answer => answer::show(call).await,
        Page::Closed => answer::closed(call),
        Page::NotThisPerson => answer::not_this_person(call),
        Page::Receipts => receipts::list(call).await,
        Page::Receipt => receipts::show(call).await,
        Page::ReceiptFile => receipts::file(call).await,
        Page::Notices => notices::list(call).await,
        Page::Notice => notices::show(call).await,
        Page::Confirm => notices::check(call).await,
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Ask => ask::take(call, body).await,
        Form::Close => answer::close(call, body, "/inquiry/closed").await,
        Form::NotThisPerson => answer::close(call, body, "/inquiry/not-this-person").await,
        Form::Confirm => notices::confirm(call, body).await,
    }
}

/// The officer who is signed in.
pub(super) struct Officer {
    pub(super) code: OfficerCode,
    pub(super) visitor: SignedIn,
    /// By what the session is recognised.
    pub(super) session: [u8; 32],
}

impl Officer {
    /// # Errors
    /// As [`SignedIn::of`], and Q033 for every other visitor.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let visitor = SignedIn::of(call)?;
        let Who::Officer(code) = visitor.session.who.clone() else { return Err(RequestFault::OtherVisitor.into()) };
        let session = visitor.session.id;
        Ok(Self { code, visitor, session })
    }

    /// The member that the officer acts for.
    pub(super) fn member(&self, call: &Call<'_>) -> Result<MemberCode, Problem> {
        let directory = call.doors.reg().directory();
        let officer = directory.officers.get(&self.code).ok_or(RequestFault::UnknownOfficer)?;
        Ok(officer.officer.member.clone())
    }
}

/// The part of the address at `place`, counted from its end, as an id. What is none is what nobody has.
pub(super) fn id_at<K: fairfile_domain::id::Kind>(call: &Call<'_>, place: usize) -> Option<fairfile_domain::id::Id<K>> {
    call.parts.uri.path().rsplit('/').nth(place).and_then(|id| id.parse().ok())
}
