//! The registrar's office: catalog, members, officers and deadlines. No page of it opens a person's file.
//!
//! What takes two is proposed on one page and decided on another (`proposal.rs`); what one may do alone is shown on a
//! check page first. Whose session it is tells who did it; no code of a registrar is ever typed.

pub(super) mod ask;
mod audit;
mod catalog;
mod deadlines;
mod desk;
mod figures;
mod keys;
mod members;
mod officers;
mod proposal;
mod settings;
mod sign_in;
mod training;
mod wording;

use axum::body::Body;
use axum::response::Response;

use crate::caller::Call;
use crate::problem::Problem;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where every visit begins.
    Desk,
    Proposals,
    Proposal,
    Catalog,
    NewItem,
    Members,
    Member,
    AdmitMember,
    Officers,
    Officer,
    RegisterOfficer,
    Training,
    Keys,
    Key,
    RegisterKey,
    Deadlines,
    Settings,
    Audit,
    Deed,
    /// Who gets in.
    SignIn,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A second registrar agrees.
    Agree,
    /// A second registrar rejects.
    Reject,
    /// Whoever proposed takes it back.
    TakeBack,
    /// An item file is held against the lint and against what is in force.
    CheckItem,
    /// An item file is proposed.
    ProposeItem,
    /// A member's admission is proposed.
    AdmitMember,
    /// A member's suspension, or its end, is proposed.
    MemberStanding,
    /// An officer's registration is proposed.
    RegisterOfficer,
    /// An officer's suspension, or its end, is proposed.
    OfficerStanding,
    /// A stopped officer's release is proposed.
    ReleaseOfficer,
    /// One more purpose for an officer is proposed.
    GivePurpose,
    /// A training is shown before it is recorded.
    CheckTraining,
    /// A training is recorded.
    Train,
    /// A key is proposed.
    RegisterKey,
    /// A key's early end is shown before it ends.
    CheckKeyEnd,
    /// A key ends early.
    EndKey,
    /// An invitation to make a passkey is proposed.
    Invite,
    /// A word on a recovery.
    Recovery,
    /// All passkeys of one holder stop.
    StopKeys,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Desk => desk::show(call).await,
        Page::Proposals => proposal::list(call).await,
        Page::Proposal => proposal::show(call).await,
        Page::Catalog => catalog::show(call).await,
        Page::NewItem => catalog::ask(call),
        Page::Members => members::list(call),
        Page::Member => members::show(call),
        Page::AdmitMember => members::ask(call),
        Page::Officers => officers::list(call).await,
        Page::Officer => officers::show(call).await,
        Page::RegisterOfficer => officers::ask(call),
        Page::Training => training::show(call),
        Page::Keys => keys::list(call),
        Page::Key => keys::show(call),
        Page::RegisterKey => keys::ask(call),
        Page::Deadlines => deadlines::show(call).await,
        Page::Settings => settings::show(call),
        Page::Audit => audit::list(call).await,
        Page::Deed => audit::show(call).await,
        Page::SignIn => sign_in::show(call).await,
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Agree => proposal::agree(call, body).await,
        Form::Reject => proposal::reject(call, body).await,
        Form::TakeBack => proposal::take_back(call, body).await,
        Form::CheckItem => catalog::check(call, body).await,
        Form::ProposeItem => catalog::propose(call, body).await,
        Form::AdmitMember => members::admit(call, body).await,
        Form::MemberStanding => members::standing(call, body).await,
        Form::RegisterOfficer => officers::register(call, body).await,
        Form::OfficerStanding => officers::standing(call, body).await,
        Form::ReleaseOfficer => officers::release(call, body).await,
        Form::GivePurpose => officers::give(call, body).await,
        Form::CheckTraining => training::check(call, body).await,
        Form::Train => training::record(call, body).await,
        Form::RegisterKey => keys::register(call, body).await,
        Form::CheckKeyEnd => keys::check_end(call, body).await,
        Form::EndKey => keys::end(call, body).await,
        Form::Invite => sign_in::invite(call, body).await,
        Form::Recovery => sign_in::decide(call, body).await,
        Form::StopKeys => sign_in::stop(call, body).await,
    }
}

#[cfg(test)]
mod sampled {
    use super::ask::{Field, Form, Kind};
    use super::proposal::Row;
    use super::wording::Link;
    use crate::pages::samples::{moment, text};

    /// A link to a page of the office.
    pub(super) fn link() -> Link {
        Link { words: text(), to: "/en/registry/x".to_owned() }
    }

    /// A proposal in a list.
    pub(super) fn proposal(is_open: bool) -> Row {
        Row { to: "/en/registry/x".to_owned(), what: text(), state: text(), is_open, by: text(), at: moment() }
    }

    /// A form with every kind of field.
    pub(super) fn form() -> Form {
        let field = |name, kind| Field { name, label: text(), hint: None, value: text(), kind, wrong: None };
        let many = vec![(text(), text(), true), (text(), text(), false)];
        Form {
            action: "/en/registry/x".to_owned(),
            hidden: vec![("hidden", text())],
            fields: vec![
                field("line", Kind::Line),
                field("lines", Kind::Lines).hinted(text()),
                field("choice", Kind::Choice(vec![(String::new(), text()), (text(), text())])),
                field("many", Kind::Many(many)).hinted(text()),
            ],
            button: text(),
        }
    }

    /// The same with everything wrong that can be, and the summary of it.
    pub(super) fn wrong() -> (Form, Vec<(Option<String>, String)>) {
        let mut form = form();
        let errors = form.marked(&["line", "many", "elsewhere"].map(|name| (name, text())).into());
        (form, errors)
    }
}
