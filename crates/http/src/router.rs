//! All addresses on one screen: who may come, and what it does.
//!
//! The router is built from this table and from nothing else, so an address that is not in it does not exist. The
//! test `doors` calls each of them as each visitor.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodFilter, on};

use crate::api::{batches, demo, index, inquiries, my, notices, outbox, receipts};
use crate::binding::{Binding, why};
use crate::caller::Call;
use crate::doors::Doors;
use crate::pages::{
    self, Form, LANGUAGES, Page, Sending, counter, inquirer, person, registrar, sign_in, source, supervisor,
};
use crate::problem::{Problem, RequestFault};
use crate::public::{catalog, health, journal, problems};

/// Who comes to a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// Whoever says nothing about himself.
    Nobody,
    /// An officer, who signs with a key of the officer's own; at pages, by session.
    Officer,
    /// A member, source or inquirer, which signs with a key that is no officer's.
    Member,
    /// A person, by session.
    Person,
    /// Whoever runs the node, by session.
    Registrar,
    /// Whoever watches over the node, by session.
    Supervisor,
}

/// What an address does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Shows what anybody may know; no person is in it.
    Shows,
    /// Shows what belongs to the caller's own office, numbers and codes only.
    Reports,
    /// A look at a person's file: journaled before anything is opened.
    Looks,
    /// Checks what anybody brings, and keeps nothing of it.
    Checks,
    /// Takes in what a member signed, or what its officer sends in a session.
    Takes,
    /// Changes what a person has chosen about messages.
    Changes,
    /// Opens a session.
    SignsIn,
    /// Changes how the node is run; no person's file is opened or changed.
    Runs,
}

/// One address.
#[derive(Debug)]
pub struct Route {
    /// Its method; an address that takes GET takes HEAD as well.
    pub method: Method,
    /// Its path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may come. Whoever else comes is told 401 or 403.
    pub who: &'static [Visitor],
    /// What it does.
    pub effect: Effect,
    /// Whether whoever comes has to have shown of late who it is.
    pub binding: Binding,
    deed: Deed,
}

/// What is done at an address; one for each row.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// To the same page in the visitor's language.
    ToLanguage,
    Page(Page),
    Form(Form),
    PersonPage(person::Page),
    PersonForm(person::Form),
    SourcePage(source::Page),
    SourceForm(source::Form),
    InquirerPage(inquirer::Page),
    InquirerForm(inquirer::Form),
    CounterPage(counter::Page),
    CounterForm(counter::Form),
    RegistrarPage(registrar::Page),
    SupervisorPage(supervisor::Page),
    DemoPage(pages::demo::Page),
    SupervisorForm(supervisor::Form),
    StatisticFile,
    DemoForm(pages::demo::Form),
    SignInPage(sign_in::Page),
    SignInForm(sign_in::Form),
    RegistrarForm(registrar::Form),
    Asset,
    Index,
    Catalog,
    CatalogItem,
    Purposes,
    Members,
    Explanation,
    Checkpoint,
    Tile,
    NodeKey,
    Health,
    Inquire,
    Submit,
    Check,
    Report,
    Notices,
    Outbox,
    Confirm,
    Standing,
    SignIn,
    MyFile,
    MyLooks,
    MyCopy,
    Nowhere,
    OtherMethod,
}

impl Route {
    /// A step that binds; `back` is the page from which it is sent, where nothing is typed.
    const fn binds(mut self, back: &'static str) -> Self {
        self.binding = Binding::Binds { back, keeps: false };
        self
    }

    /// The same of a page on which something is typed, which is kept while the visitor shows who it is.
    const fn binds_typed(mut self, back: &'static str) -> Self {
        self.binding = Binding::Binds { back, keeps: true };
        self
    }

    /// A form that asks nobody again, and why.
    const fn free(mut self, why: &'static str) -> Self {
        self.binding = Binding::Free(why);
        self
    }

    /// Whether it is a page, or a form of one.
    pub fn is_page(&self) -> bool {
        self.path.starts_with("/{language}")
    }
}

const ALL: &[Visitor] =
    &[Visitor::Nobody, Visitor::Officer, Visitor::Member, Visitor::Person, Visitor::Registrar, Visitor::Supervisor];
const OFFICER: &[Visitor] = &[Visitor::Officer];
const MEMBER: &[Visitor] = &[Visitor::Member];
const PERSON: &[Visitor] = &[Visitor::Person];
const REGISTRAR: &[Visitor] = &[Visitor::Registrar];
const SUPERVISOR: &[Visitor] = &[Visitor::Supervisor];
/// Whoever has passkeys.
const COUNTER: &[Visitor] = &[Visitor::Officer, Visitor::Registrar, Visitor::Supervisor];
/// Whoever has a session.
const SIGNED_IN: &[Visitor] = &[Visitor::Officer, Visitor::Person, Visitor::Registrar, Visitor::Supervisor];

const fn route(method: Method, path: &'static str, who: &'static [Visitor], effect: Effect, deed: Deed) -> Route {
    Route { method, path, who, effect, binding: Binding::No, deed }
}

/// Every address of the node.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    // The public.
    route(Method::GET,  "/{language}",                            ALL, Effect::Shows,  Deed::Page(Page::Home)),
    route(Method::GET,  "/{language}/rights",                     ALL, Effect::Shows,  Deed::Page(Page::Rights)),
    route(Method::GET,  "/{language}/catalog",                    ALL, Effect::Shows,  Deed::Page(Page::Catalog)),
    route(Method::GET,  "/{language}/catalog/changes",            ALL, Effect::Shows,  Deed::Page(Page::Changes)),
    route(Method::GET,  "/{language}/catalog/{item}",             ALL, Effect::Shows,  Deed::Page(Page::Item)),
    route(Method::GET,  "/{language}/catalog/{item}/{version}",   ALL, Effect::Shows,  Deed::Page(Page::ItemVersion)),
    route(Method::GET,  "/{language}/purposes",                   ALL, Effect::Shows,  Deed::Page(Page::Purposes)),
    route(Method::GET,  "/{language}/purposes/{purpose}",         ALL, Effect::Shows,  Deed::Page(Page::Purpose)),
    route(Method::GET,  "/{language}/law",                        ALL, Effect::Shows,  Deed::Page(Page::Laws)),
    route(Method::GET,  "/{language}/law/{reference}",            ALL, Effect::Shows,  Deed::Page(Page::Law)),
    route(Method::GET,  "/{language}/members",                    ALL, Effect::Shows,  Deed::Page(Page::Members)),
    route(Method::GET,  "/{language}/members/{member}",           ALL, Effect::Shows,  Deed::Page(Page::Member)),
    route(Method::GET,  "/{language}/statistics",                 ALL, Effect::Shows,  Deed::Page(Page::Statistics)),
    route(Method::GET,  "/{language}/statistics/{statistic}",     ALL, Effect::Shows,  Deed::Page(Page::Statistic)),
    route(Method::GET,  "/{language}/learn",                      ALL, Effect::Shows,  Deed::Page(Page::Learn)),
    route(Method::GET,  "/{language}/help",                       ALL, Effect::Shows,  Deed::Page(Page::Help)),
    route(Method::GET,  "/{language}/accessibility",              ALL, Effect::Shows,  Deed::Page(Page::Accessibility)),
    route(Method::GET,  "/{language}/privacy",                    ALL, Effect::Shows,  Deed::Page(Page::Privacy)),
    route(Method::GET,  "/{language}/status",                     ALL, Effect::Shows,  Deed::Page(Page::Status)),
    route(Method::GET,  "/{language}/problems/{code}",            ALL, Effect::Shows,  Deed::Page(Page::Code)),
    route(Method::GET,  "/{language}/verify",                     ALL, Effect::Shows,  Deed::Page(Page::Verify)),
    route(Method::POST, "/{language}/verify",                     ALL, Effect::Checks, Deed::Form(Form::Verify)).free(why::ANYBODY),
    route(Method::GET,  "/{language}/verify/journal",             ALL, Effect::Shows,  Deed::Page(Page::Journal)),
    // Everybody.
    route(Method::POST, "/{language}/theme",                      ALL, Effect::Shows,  Deed::Form(Form::Theme)).free(why::ANYBODY),
    route(Method::GET,  "/{language}/sign-in",                    ALL, Effect::Shows,  Deed::Page(Page::SignIn)),
    route(Method::POST, "/{language}/sign-in",                    ALL, Effect::SignsIn, Deed::Form(Form::SignIn)).free(why::PROVES),
    route(Method::POST, "/{language}/sign-out",                   ALL, Effect::SignsIn, Deed::Form(Form::SignOut)).free(why::PROVES),
    route(Method::GET,  "/{language}/signed-out",                 ALL, Effect::Shows,  Deed::Page(Page::SignedOut)),
    route(Method::GET,  "/{language}/contact",                    ALL, Effect::Shows,  Deed::Page(Page::Contact)),
    route(Method::GET,  "/{language}/interface",                  ALL, Effect::Shows,  Deed::Page(Page::Interface)),
    // Signing in.
    route(Method::POST, "/{language}/sign-in/provider",           ALL, Effect::SignsIn, Deed::SignInForm(sign_in::Form::Provider)).free(why::PROVES),
    route(Method::GET,  "/{language}/sign-in/callback",           ALL, Effect::SignsIn, Deed::SignInPage(sign_in::Page::Callback)),
    route(Method::GET,  "/{language}/sign-in/staff",              ALL, Effect::Shows,   Deed::SignInPage(sign_in::Page::Staff)),
    route(Method::POST, "/{language}/sign-in/staff",              ALL, Effect::SignsIn, Deed::SignInForm(sign_in::Form::Staff)).free(why::PROVES),
    route(Method::GET,  "/{language}/sign-in/staff/invited",      ALL, Effect::Shows,   Deed::SignInPage(sign_in::Page::Invited)),
    route(Method::POST, "/{language}/sign-in/staff/invited",      ALL, Effect::SignsIn, Deed::SignInForm(sign_in::Form::Invited)).free(why::PROVES),
    route(Method::POST, "/{language}/sign-in/staff/passkey",      ALL, Effect::SignsIn, Deed::SignInForm(sign_in::Form::Make)).free(why::PROVES),
    route(Method::GET,  "/{language}/sign-in/staff/made",         ALL, Effect::Shows,   Deed::SignInPage(sign_in::Page::Made)),
    route(Method::GET,  "/{language}/sign-in/staff/lost",         ALL, Effect::Shows,   Deed::SignInPage(sign_in::Page::Lost)),
    route(Method::POST, "/{language}/sign-in/staff/lost",         ALL, Effect::SignsIn, Deed::SignInForm(sign_in::Form::Lost)).free(why::PROVES),
    route(Method::GET,  "/{language}/sign-in/staff/asked",        ALL, Effect::Shows,   Deed::SignInPage(sign_in::Page::Asked)),
    route(Method::GET,  "/{language}/sign-in/again",              SIGNED_IN, Effect::Reports, Deed::SignInPage(sign_in::Page::Again)),
    route(Method::POST, "/{language}/sign-in/again",              SIGNED_IN, Effect::Reports, Deed::SignInForm(sign_in::Form::Again)).free(why::PROVES),
    route(Method::GET,  "/{language}/sign-in/kept",               SIGNED_IN, Effect::Reports, Deed::SignInPage(sign_in::Page::Kept)),
    route(Method::GET,  "/{language}/sign-in/sessions",           SIGNED_IN, Effect::Reports, Deed::SignInPage(sign_in::Page::Sessions)),
    route(Method::POST, "/{language}/sign-in/sessions",           SIGNED_IN, Effect::Reports, Deed::SignInForm(sign_in::Form::End)).free(why::PROTECTS),
    route(Method::GET,  "/{language}/sign-in/keys",               COUNTER, Effect::Reports, Deed::SignInPage(sign_in::Page::Keys)),
    route(Method::GET,  "/{language}/sign-in/keys/{done}",        COUNTER, Effect::Reports, Deed::SignInPage(sign_in::Page::Done)),
    route(Method::POST, "/{language}/sign-in/keys/add",           COUNTER, Effect::Reports, Deed::SignInForm(sign_in::Form::Add)).binds("/sign-in/keys"),
    route(Method::POST, "/{language}/sign-in/keys/added",         COUNTER, Effect::Reports, Deed::SignInForm(sign_in::Form::Added)).binds("/sign-in/keys"),
    route(Method::POST, "/{language}/sign-in/keys/stop",          COUNTER, Effect::Reports, Deed::SignInForm(sign_in::Form::Stop)).binds("/sign-in/keys"),
    route(Method::POST, "/{language}/sign-in/keys/refuse",        COUNTER, Effect::Reports, Deed::SignInForm(sign_in::Form::Refuse)).free(why::PROTECTS),
    // A person.
    route(Method::GET,  "/{language}/my",                         PERSON, Effect::Looks, Deed::PersonPage(person::Page::File)),
    route(Method::POST, "/{language}/my/facts",                   PERSON, Effect::Shows, Deed::PersonForm(person::Form::Facts)).free(why::NOTES),
    route(Method::GET,  "/{language}/my/records/{id}",            PERSON, Effect::Looks, Deed::PersonPage(person::Page::Record)),
    route(Method::GET,  "/{language}/my/records/{id}/told",       PERSON, Effect::Looks, Deed::PersonPage(person::Page::Told)),
    route(Method::GET,  "/{language}/my/looks",                   PERSON, Effect::Looks, Deed::PersonPage(person::Page::Looks)),
    route(Method::GET,  "/{language}/my/looks.csv",               PERSON, Effect::Looks, Deed::PersonPage(person::Page::LooksFile)),
    route(Method::GET,  "/{language}/my/looks/{id}",              PERSON, Effect::Looks, Deed::PersonPage(person::Page::Look)),
    route(Method::GET,  "/{language}/my/copy",                    PERSON, Effect::Shows, Deed::PersonPage(person::Page::Copy)),
    route(Method::POST, "/{language}/my/copy",                    PERSON, Effect::Looks, Deed::PersonForm(person::Form::Copy)).binds("/my/copy"),
    route(Method::GET,  "/{language}/my/copy/print",              PERSON, Effect::Looks, Deed::PersonPage(person::Page::Print)).binds("/my/copy/print"),
    route(Method::GET,  "/{language}/my/messages",                PERSON, Effect::Looks, Deed::PersonPage(person::Page::Messages)),
    route(Method::GET,  "/{language}/my/settings",                PERSON, Effect::Shows, Deed::PersonPage(person::Page::Settings)),
    route(Method::POST, "/{language}/my/settings",                PERSON, Effect::Changes, Deed::PersonForm(person::Form::Settings)).binds_typed("/my/settings"),
    // An officer of a source.
    route(Method::GET,  "/{language}/source",                     OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Desk)),
    route(Method::GET,  "/{language}/source/batches",             OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Batches)),
    route(Method::GET,  "/{language}/source/batches/new",         OFFICER, Effect::Reports, Deed::SourcePage(source::Page::NewBatch)),
    route(Method::POST, "/{language}/source/batches/new",         OFFICER, Effect::Reports, Deed::SourceForm(source::Form::Upload)).free(why::CHECKS),
    route(Method::POST, "/{language}/source/batches/practice",    OFFICER, Effect::Reports, Deed::SourceForm(source::Form::Practice)).free(why::CHECKS),
    route(Method::GET,  "/{language}/source/batches/{id}",        OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Batch)),
    route(Method::GET,  "/{language}/source/batches/{id}/report.csv",  OFFICER, Effect::Reports, Deed::SourcePage(source::Page::ReportCsv)),
    route(Method::GET,  "/{language}/source/batches/{id}/report.json", OFFICER, Effect::Reports, Deed::SourcePage(source::Page::ReportJson)),
    route(Method::GET,  "/{language}/source/batches/{id}/receipt", OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Receipt)),
    route(Method::GET,  "/{language}/source/batches/{id}/send",   OFFICER, Effect::Reports, Deed::SourcePage(source::Page::CheckSend)),
    route(Method::POST, "/{language}/source/batches/{id}/send",   OFFICER, Effect::Takes,   Deed::SourceForm(source::Form::Send)).binds("/source/batches/{id}/send"),
    route(Method::GET,  "/{language}/source/templates/{item}",    OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Template)),
    route(Method::GET,  "/{language}/source/templates/{item}/corrections", OFFICER, Effect::Reports, Deed::SourcePage(source::Page::CorrectionsTemplate)),
    route(Method::GET,  "/{language}/source/records",             OFFICER, Effect::Reports, Deed::SourcePage(source::Page::OpenRecord)),
    route(Method::POST, "/{language}/source/records",             OFFICER, Effect::Reports, Deed::SourceForm(source::Form::OpenRecord)).free(why::OPENS),
    route(Method::GET,  "/{language}/source/records/new",         OFFICER, Effect::Reports, Deed::SourcePage(source::Page::NewRecord)),
    route(Method::POST, "/{language}/source/records/new",         OFFICER, Effect::Reports, Deed::SourceForm(source::Form::NewRecord)).free(why::CHECKS),
    route(Method::GET,  "/{language}/source/records/{id}",        OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Record)),
    route(Method::GET,  "/{language}/source/records/{id}/correct",  OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Correct)),
    route(Method::POST, "/{language}/source/records/{id}/correct",  OFFICER, Effect::Reports, Deed::SourceForm(source::Form::Correct)).free(why::CHECKS),
    route(Method::GET,  "/{language}/source/records/{id}/withdraw", OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Withdraw)),
    route(Method::POST, "/{language}/source/records/{id}/withdraw", OFFICER, Effect::Reports, Deed::SourceForm(source::Form::Withdraw)).free(why::CHECKS),
    route(Method::GET,  "/{language}/source/notices",             OFFICER, Effect::Reports, Deed::SourcePage(source::Page::Notices)),
    // An officer of an inquirer.
    route(Method::GET,  "/{language}/inquiry",                    OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Desk)),
    route(Method::GET,  "/{language}/inquiry/new",                OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Ask)),
    route(Method::POST, "/{language}/inquiry/new",                OFFICER, Effect::Looks,   Deed::InquirerForm(inquirer::Form::Ask)).binds_typed("/inquiry/new"),
    route(Method::GET,  "/{language}/inquiry/closed",             OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Closed)),
    route(Method::GET,  "/{language}/inquiry/not-this-person",    OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::NotThisPerson)),
    route(Method::GET,  "/{language}/inquiry/receipts",           OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Receipts)),
    route(Method::GET,  "/{language}/inquiry/receipts/{id}",      OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Receipt)),
    route(Method::GET,  "/{language}/inquiry/receipts/{id}/file", OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::ReceiptFile)),
    route(Method::GET,  "/{language}/inquiry/notices",            OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Notices)),
    route(Method::GET,  "/{language}/inquiry/notices/{id}",       OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Notice)),
    route(Method::GET,  "/{language}/inquiry/notices/{id}/confirm", OFFICER, Effect::Reports, Deed::InquirerPage(inquirer::Page::Confirm)),
    route(Method::POST, "/{language}/inquiry/notices/{id}/confirm", OFFICER, Effect::Takes, Deed::InquirerForm(inquirer::Form::Confirm)).binds("/inquiry/notices/{id}/confirm"),
    route(Method::GET,  "/{language}/inquiry/{id}",               OFFICER, Effect::Looks,   Deed::InquirerPage(inquirer::Page::Answer)),
    route(Method::POST, "/{language}/inquiry/{id}/close",         OFFICER, Effect::Reports, Deed::InquirerForm(inquirer::Form::Close)).free(why::CLOSES),
    route(Method::POST, "/{language}/inquiry/{id}/not-this-person", OFFICER, Effect::Reports, Deed::InquirerForm(inquirer::Form::NotThisPerson)).free(why::CLOSES),
    // The counter: two officers serve a person who is there.
    route(Method::GET,  "/{language}/counter",                    OFFICER, Effect::Reports, Deed::CounterPage(counter::Page::Desk)),
    route(Method::POST, "/{language}/counter",                    OFFICER, Effect::Reports, Deed::CounterForm(counter::Form::Begin)).binds_typed("/counter"),
    route(Method::GET,  "/{language}/counter/closed",             OFFICER, Effect::Reports, Deed::CounterPage(counter::Page::Closed)),
    route(Method::GET,  "/{language}/counter/{id}",               OFFICER, Effect::Looks,   Deed::CounterPage(counter::Page::Visit)),
    route(Method::POST, "/{language}/counter/{id}/confirm",       OFFICER, Effect::Reports, Deed::CounterForm(counter::Form::Confirm)).binds("/counter/{id}"),
    route(Method::POST, "/{language}/counter/{id}/open",          OFFICER, Effect::Looks,   Deed::CounterForm(counter::Form::Open)).binds("/counter/{id}"),
    route(Method::POST, "/{language}/counter/{id}/close",         OFFICER, Effect::Reports, Deed::CounterForm(counter::Form::Close)).free(why::CLOSES),
    // The registrar. None of these opens a person's file.
    route(Method::GET,  "/{language}/registry",                   REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Desk)),
    route(Method::GET,  "/{language}/registry/proposals",                    REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Proposals)),
    route(Method::GET,  "/{language}/registry/proposals/{proposal}",         REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Proposal)),
    route(Method::POST, "/{language}/registry/proposals/{proposal}/agree",   REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::Agree)).binds("/registry/proposals/{proposal}"),
    route(Method::POST, "/{language}/registry/proposals/{proposal}/reject",  REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::Reject)).binds_typed("/registry/proposals/{proposal}"),
    route(Method::POST, "/{language}/registry/proposals/{proposal}/take-back", REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::TakeBack)).binds("/registry/proposals/{proposal}"),
    route(Method::GET,  "/{language}/registry/catalog",                      REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Catalog)),
    route(Method::GET,  "/{language}/registry/catalog/new",                  REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::NewItem)),
    route(Method::POST, "/{language}/registry/catalog/check",                REGISTRAR, Effect::Reports, Deed::RegistrarForm(registrar::Form::CheckItem)).free(why::CHECKS),
    route(Method::POST, "/{language}/registry/catalog/propose",              REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::ProposeItem)).binds_typed("/registry/catalog/new"),
    route(Method::GET,  "/{language}/registry/members",                      REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Members)),
    route(Method::GET,  "/{language}/registry/members/{member}",             REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Member)),
    route(Method::POST, "/{language}/registry/members/{member}/standing",    REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::MemberStanding)).binds_typed("/registry/members/{member}"),
    route(Method::GET,  "/{language}/registry/admit-member",                 REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::AdmitMember)),
    route(Method::POST, "/{language}/registry/admit-member",                 REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::AdmitMember)).binds_typed("/registry/admit-member"),
    route(Method::GET,  "/{language}/registry/officers",                     REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Officers)),
    route(Method::GET,  "/{language}/registry/officers/{officer}",           REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Officer)),
    route(Method::POST, "/{language}/registry/officers/{officer}/standing",  REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::OfficerStanding)).binds_typed("/registry/officers/{officer}"),
    route(Method::POST, "/{language}/registry/officers/{officer}/release",   REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::ReleaseOfficer)).binds_typed("/registry/officers/{officer}"),
    route(Method::POST, "/{language}/registry/officers/{officer}/purpose",   REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::GivePurpose)).binds_typed("/registry/officers/{officer}"),
    route(Method::GET,  "/{language}/registry/register-officer",             REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::RegisterOfficer)),
    route(Method::POST, "/{language}/registry/register-officer",             REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::RegisterOfficer)).binds_typed("/registry/register-officer"),
    route(Method::GET,  "/{language}/registry/training",                     REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Training)),
    route(Method::POST, "/{language}/registry/training/check",               REGISTRAR, Effect::Reports, Deed::RegistrarForm(registrar::Form::CheckTraining)).free(why::CHECKS),
    route(Method::POST, "/{language}/registry/training",                     REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::Train)).binds_typed("/registry/training"),
    route(Method::GET,  "/{language}/registry/keys",                         REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Keys)),
    route(Method::GET,  "/{language}/registry/keys/{key}",                   REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Key)),
    route(Method::POST, "/{language}/registry/keys/{key}/check",             REGISTRAR, Effect::Reports, Deed::RegistrarForm(registrar::Form::CheckKeyEnd)).free(why::CHECKS),
    route(Method::POST, "/{language}/registry/keys/{key}/end",               REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::EndKey)).binds_typed("/registry/keys/{key}"),
    route(Method::GET,  "/{language}/registry/register-key",                 REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::RegisterKey)),
    route(Method::POST, "/{language}/registry/register-key",                 REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::RegisterKey)).binds_typed("/registry/register-key"),
    route(Method::GET,  "/{language}/registry/deadlines",                    REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Deadlines)),
    route(Method::GET,  "/{language}/registry/settings",                     REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Settings)),
    route(Method::GET,  "/{language}/registry/audit",                        REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Audit)),
    route(Method::GET,  "/{language}/registry/audit/{leaf}",                 REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::Deed)),
    route(Method::GET,  "/{language}/registry/sign-in",           REGISTRAR, Effect::Reports, Deed::RegistrarPage(registrar::Page::SignIn)),
    route(Method::POST, "/{language}/registry/sign-in/invite",    REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::Invite)).binds_typed("/registry/sign-in"),
    route(Method::POST, "/{language}/registry/sign-in/recovery",  REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::Recovery)).binds("/registry/sign-in"),
    route(Method::POST, "/{language}/registry/sign-in/stop",      REGISTRAR, Effect::Runs, Deed::RegistrarForm(registrar::Form::StopKeys)).binds_typed("/registry/sign-in"),
    // The supervisor.
    route(Method::GET,  "/{language}/supervision",                SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Desk)),
    route(Method::GET,  "/{language}/supervision/late",           SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Late)),
    route(Method::GET,  "/{language}/supervision/journal",        SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Journal)),
    route(Method::POST, "/{language}/supervision/journal",        SUPERVISOR, Effect::Reports, Deed::SupervisorForm(supervisor::Form::Check)).free(why::OPENS),
    route(Method::GET,  "/{language}/supervision/journal/export", SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Export)),
    route(Method::GET,  "/{language}/supervision/samples",        SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Samples)),
    route(Method::POST, "/{language}/supervision/samples",        SUPERVISOR, Effect::Reports, Deed::SupervisorForm(supervisor::Form::Announce)).binds_typed("/supervision/samples"),
    route(Method::GET,  "/{language}/supervision/samples/{draw}", SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Sample)),
    route(Method::POST, "/{language}/supervision/samples/{draw}", SUPERVISOR, Effect::Reports, Deed::SupervisorForm(supervisor::Form::Draw)).binds_typed("/supervision/samples/{draw}"),
    route(Method::GET,  "/{language}/supervision/samples/{draw}/receipt", SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Receipt)),
    route(Method::GET,  "/{language}/supervision/reports",        SUPERVISOR, Effect::Reports, Deed::SupervisorPage(supervisor::Page::Reports)),
    // A demo alone.
    route(Method::GET,  "/{language}/demo",                       ALL, Effect::Shows, Deed::DemoPage(pages::demo::Page::Story)),
    route(Method::POST, "/{language}/demo/clock",                 ALL, Effect::Takes, Deed::DemoForm(pages::demo::Form::Clock)).free(why::DEMO),
    route(Method::POST, "/{language}/demo/tamper",                ALL, Effect::Checks, Deed::DemoForm(pages::demo::Form::Tamper)).free(why::DEMO),
    route(Method::GET,  "/{language}/demo/outbox",                ALL, Effect::Shows, Deed::DemoPage(pages::demo::Page::Outbox)),
    route(Method::POST, "/{language}/demo/visit",                 ALL, Effect::SignsIn, Deed::DemoForm(pages::demo::Form::Visit)).free(why::DEMO),
    // Programs.
    route(Method::GET,  "/statistics/{statistic}", ALL,     Effect::Shows,   Deed::StatisticFile),
    route(Method::GET,  "/assets/{name}",          ALL,     Effect::Shows,   Deed::Asset),
    route(Method::GET,  "/api",                    ALL,     Effect::Shows,   Deed::Index),
    route(Method::GET,  "/api/catalog",            ALL,     Effect::Shows,   Deed::Catalog),
    route(Method::GET,  "/api/catalog/{item}",     ALL,     Effect::Shows,   Deed::CatalogItem),
    route(Method::GET,  "/api/purposes",           ALL,     Effect::Shows,   Deed::Purposes),
    route(Method::GET,  "/api/members",            ALL,     Effect::Shows,   Deed::Members),
    route(Method::GET,  "/problems/{code}",        ALL,     Effect::Shows,   Deed::Explanation),
    route(Method::GET,  "/journal/checkpoint",     ALL,     Effect::Shows,   Deed::Checkpoint),
    route(Method::GET,  "/journal/tile/{*path}",   ALL,     Effect::Shows,   Deed::Tile),
    route(Method::GET,  "/journal/key",            ALL,     Effect::Shows,   Deed::NodeKey),
    route(Method::GET,  "/health",                 ALL,     Effect::Shows,   Deed::Health),
    route(Method::POST, "/api/inquiries",          OFFICER, Effect::Looks,   Deed::Inquire),
    route(Method::POST, "/api/batches",            MEMBER,  Effect::Takes,   Deed::Submit),
    route(Method::POST, "/api/batches/check",      MEMBER,  Effect::Reports, Deed::Check),
    route(Method::GET,  "/api/batches/{id}",       MEMBER,  Effect::Reports, Deed::Report),
    route(Method::GET,  "/api/notices",            MEMBER,  Effect::Reports, Deed::Notices),
    route(Method::GET,  "/api/outbox",             MEMBER,  Effect::Reports, Deed::Outbox),
    route(Method::POST, "/api/notices/{id}/confirmation", MEMBER, Effect::Takes, Deed::Confirm),
    route(Method::POST, "/api/receipts/standing",  ALL,     Effect::Shows,   Deed::Standing),
    route(Method::POST, "/api/demo/sign-in",       ALL,     Effect::SignsIn, Deed::SignIn),
    route(Method::GET,  "/api/my/file",            PERSON,  Effect::Looks,   Deed::MyFile),
    route(Method::GET,  "/api/my/looks",           PERSON,  Effect::Looks,   Deed::MyLooks),
    route(Method::GET,  "/api/my/copy",            PERSON,  Effect::Looks,   Deed::MyCopy),
];

/// What is told at every address that is not in the table.
static NOWHERE: Route = route(Method::GET, "-", ALL, Effect::Shows, Deed::Nowhere);
/// What is told to every method that an address does not take.
static OTHER_METHOD: Route = route(Method::GET, "-", ALL, Effect::Shows, Deed::OtherMethod);

/// A page's address without its language.
static BARE: Route = route(Method::GET, "/{page}", ALL, Effect::Shows, Deed::ToLanguage);

/// The router, made of [`ROUTES`]. A page is there in each language, and without one it sends on to it.
pub fn router(doors: Arc<Doors>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let Some(page) = route.path.strip_prefix("/{language}") else {
            router = add(router, route.path, route);
            continue;
        };
        for (beginning, _) in LANGUAGES {
            router = add(router, &[beginning, page].concat(), route);
        }
        let has_bare = ROUTES.iter().any(|other| other.path == page);
        if route.method == Method::GET && !has_bare {
            router = add(router, if page.is_empty() { "/" } else { page }, &BARE);
        }
    }
    let nowhere = |State(doors): State<Arc<Doors>>, request: Request| doors.attend(&NOWHERE, request);
    let other_method = |State(doors): State<Arc<Doors>>, request: Request| doors.attend(&OTHER_METHOD, request);
    router.method_not_allowed_fallback(other_method).fallback(nowhere).with_state(doors)
}

fn add(router: Router<Arc<Doors>>, path: &str, route: &'static Route) -> Router<Arc<Doors>> {
    let filter = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
    let attend = move |State(doors): State<Arc<Doors>>, request: Request| doors.attend(route, request);
    router.route(path, on(filter, attend))
}

/// Does what `route` is for, once: a form that is sent again has the answer that it had.
pub(crate) async fn perform(route: &Route, mut call: Call<'_>, body: Body) -> Result<Response, Problem> {
    if route.is_page() && route.method == Method::POST {
        call.comes_from_here()?;
    }
    let body = match sign_in::before_a_binding_step(route, &call, body).await? {
        Ok(body) => body,
        Err(asked_again) => return Ok(asked_again),
    };
    if route.is_page() && route.method == Method::GET {
        call.recovery = sign_in::recovery_of(&call).await?;
    }
    match pages::first_sending(route, &call, body).await? {
        Sending::Again(answer) => Ok(answer),
        Sending::First(None, body) => deed(route, call, body).await,
        Sending::First(Some(turn), body) => Ok(turn.answer(deed(route, call, body).await?).await),
    }
}

async fn deed(route: &Route, call: Call<'_>, body: Body) -> Result<Response, Problem> {
    match route.deed {
        Deed::ToLanguage => pages::redirect(&call),
        Deed::Page(page) => pages::show(page, &call).await,
        Deed::Form(form) => pages::take(form, &call, body).await,
        Deed::PersonPage(page) => person::show(page, &call).await,
        Deed::PersonForm(form) => person::take(form, &call, body).await,
        Deed::SourcePage(page) => source::show(page, &call).await,
        Deed::SourceForm(form) => source::take(form, &call, body).await,
        Deed::InquirerPage(page) => inquirer::show(page, &call).await,
        Deed::InquirerForm(form) => inquirer::take(form, &call, body).await,
        Deed::CounterPage(page) => counter::show(page, &call).await,
        Deed::CounterForm(form) => counter::take(form, &call, body).await,
        Deed::RegistrarPage(page) => registrar::show(page, &call).await,
        Deed::RegistrarForm(form) => registrar::take(form, &call, body).await,
        Deed::SupervisorPage(page) => supervisor::show(page, &call).await,
        Deed::DemoPage(page) => pages::demo::show(page, &call).await,
        Deed::DemoForm(form) => pages::demo::take(form, &call, body).await,
        Deed::SupervisorForm(form) => supervisor::take(form, &call, body).await,
        Deed::StatisticFile => pages::statistic_file(&call).await,
        Deed::SignInPage(page) => sign_in::show(page, &call).await,
        Deed::SignInForm(form) => sign_in::take(form, &call, body).await,
        Deed::Asset => pages::asset(&call),
        Deed::Index => Ok(index::show(&call)),
        Deed::Catalog => Ok(catalog::list(&call)),
        Deed::CatalogItem => catalog::show(&call),
        Deed::Purposes => Ok(catalog::purposes(&call)),
        Deed::Members => Ok(catalog::members(&call)),
        Deed::Explanation => problems::show(&call),
        Deed::Checkpoint => journal::checkpoint(&call),
        Deed::Tile => journal::tile(&call).await,
        Deed::NodeKey => Ok(journal::key(&call)),
        Deed::Health => health::show(&call).await,
        Deed::Inquire => inquiries::create(&call, body).await,
        Deed::Submit => batches::submit(&call, body).await,
        Deed::Check => batches::check(&call, body).await,
        Deed::Report => batches::report(&call).await,
        Deed::Notices => notices::list(&call).await,
        Deed::Outbox => outbox::list(&call).await,
        Deed::Confirm => notices::confirm(&call, body).await,
        Deed::Standing => receipts::standing(&call, body).await,
        Deed::SignIn => demo::sign_in(&call, body).await,
        Deed::MyFile => my::file(&call).await,
        Deed::MyLooks => my::looks(&call).await,
        Deed::MyCopy => my::copy(&call).await,
        Deed::Nowhere => pages::without_slash(&call).ok_or_else(|| RequestFault::NoSuchAddress.into()),
        Deed::OtherMethod => Err(RequestFault::OtherMethod.into()),
    }
}
