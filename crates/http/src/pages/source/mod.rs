//! The desk of a source: files of records, single records, corrections, and the notices that they cause.
//!
//! A file that was checked and not sent is a draft (`crates/http/src/drafts`); what was sent is a batch. Both have a page
//! under `/source/batches/{id}`. Nothing here shows a record's content to anybody: its source cannot read it back.

mod batch;
mod change;
mod desk;
mod field;
mod file;
mod listing;
mod notices;
mod open;
mod report;
mod send;
mod single;
mod trouble;

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, Item};
use fairfile_domain::id::{ItemCode, MemberCode, OfficerCode};
use fairfile_service::evidence::acting_member;
use fairfile_service::source::Handed;

use super::form::Fields;
use super::frame::Frame;
use super::public::catalog::in_force;
use super::public::journal::counted;
use super::said::{Moment, moment};
use super::signed_in::SignedIn;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where every visit begins.
    Desk,
    /// All batches.
    Batches,
    /// A file is chosen.
    NewBatch,
    /// The columns of an item.
    Template,
    /// The columns of a file of corrections.
    CorrectionsTemplate,
    /// The report of a draft or a batch.
    Batch,
    /// The same as CSV.
    ReportCsv,
    /// The same as JSON.
    ReportJson,
    /// A batch's receipt.
    Receipt,
    /// What sending a draft will do.
    CheckSend,
    /// A single record is written.
    NewRecord,
    /// A record's number is asked for.
    OpenRecord,
    /// Where a record stands.
    Record,
    /// A record is corrected.
    Correct,
    /// A record is withdrawn.
    Withdraw,
    /// Notices that its corrections made.
    Notices,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A file is uploaded and checked.
    Upload,
    /// The practice file is checked.
    Practice,
    /// A draft is handed in.
    Send,
    /// A single record is checked.
    NewRecord,
    /// A record is opened by its number.
    OpenRecord,
    /// A correction is checked.
    Correct,
    /// A withdrawal is checked.
    Withdraw,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    let desk = Desk::of(call)?;
    match page {
        Page::Desk => desk::show(call, &desk).await,
        Page::Batches => listing::show(call, &desk).await,
        Page::NewBatch => file::ask(call, &desk),
        Page::Template => file::template(call),
        Page::CorrectionsTemplate => file::corrections_template(call),
        Page::Batch => batch::show(call, &desk).await,
        Page::ReportCsv => batch::as_csv(call, &desk).await,
        Page::ReportJson => batch::as_json(call, &desk).await,
        Page::Receipt => batch::receipt(call, &desk).await,
        Page::CheckSend => send::ask(call, &desk),
        Page::NewRecord => single::ask(call, &desk),
        Page::OpenRecord => open::ask(call, &desk),
        Page::Record => open::show(call, &desk).await,
        Page::Correct => change::ask(call, &desk, fairfile_domain::correction::Act::Correct),
        Page::Withdraw => change::ask(call, &desk, fairfile_domain::correction::Act::Withdraw),
        Page::Notices => notices::show(call, &desk).await,
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let desk = Desk::of(call)?;
    match form {
        Form::Upload => file::take(call, &desk, body).await,
        Form::Practice => file::practice(call, &desk, body).await,
        Form::Send => send::take(call, &desk, body).await,
        Form::NewRecord => single::take(call, &desk, body).await,
        Form::OpenRecord => open::take(call, &desk, body).await,
        Form::Correct => change::take(call, &desk, body, fairfile_domain::correction::Act::Correct).await,
        Form::Withdraw => change::take(call, &desk, body, fairfile_domain::correction::Act::Withdraw).await,
    }
}

/// Who sits at the desk, and for whom: an officer on duty, of a member that may act.
struct Desk {
    officer: OfficerCode,
    member: MemberCode,
    visitor: SignedIn,
}

impl Desk {
    /// # Errors
    /// As [`SignedIn::of`]; Q033 for every other visitor; D001 to D003 for an officer who may not act today.
    fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let visitor = SignedIn::of(call)?;
        let Who::Officer(officer) = &visitor.session.who else { return Err(RequestFault::OtherVisitor.into()) };
        let member = acting_member(call.doors.reg(), officer)?;
        Ok(Self { officer: officer.clone(), member, visitor })
    }

    /// What the form of this visitor says.
    async fn fields(&self, call: &Call<'_>, body: Body) -> Result<Fields, Problem> {
        Fields::read_own(call, &self.visitor, body).await
    }

    /// The item as it applies today, if the member may write it.
    fn item<'c>(&self, call: &Call<'_>, catalog: &'c Catalog, code: &str) -> Option<&'c Item> {
        let code: ItemCode = code.parse().ok()?;
        self.items(call, catalog).find(|item| item.code == code)
    }

    /// What the member may write today.
    fn items<'c>(&self, call: &Call<'_>, catalog: &'c Catalog) -> impl Iterator<Item = &'c Item> {
        in_force(catalog, call.doors.reg().today()).filter(|item| item.sources.contains(&self.member))
    }

    fn handed(&self, item: &ItemCode) -> Handed {
        Handed { member: self.member.clone(), item: item.clone() }
    }
}

/// The part of the path that stands `back` places before its end, which is 0.
fn part<'p>(call: &'p Call<'_>, back: usize) -> &'p str {
    call.parts.uri.path().rsplit('/').nth(back).unwrap_or_default()
}

/// What the address asks for under `name`, after its question mark.
fn asked(call: &Call<'_>, name: &str) -> Option<String> {
    let query = call.parts.uri.query()?;
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The name of a member; its code if nobody knows it any more.
fn member_name(call: &Call<'_>, frame: &Frame, code: &MemberCode) -> String {
    let directory = call.doors.reg().directory();
    directory.members.get(code).map_or(code.as_str(), |member| frame.language.of(&member.title)).to_owned()
}

/// The name of an item in its newest version; its code if the catalog has none.
fn item_name(catalog: &Catalog, frame: &Frame, code: &ItemCode) -> String {
    let newest = catalog.items().filter(|item| item.code == *code).max_by_key(|item| item.version);
    newest.map_or(code.as_str(), |item| frame.language.of(&item.title)).to_owned()
}
