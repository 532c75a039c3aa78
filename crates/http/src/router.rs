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
use crate::caller::Call;
use crate::doors::Doors;
use crate::problem::{Problem, RequestFault};
use crate::public::{catalog, health, journal, landing, problems};

/// Who comes to a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// Whoever says nothing about himself.
    Nobody,
    /// An officer, who signs with a key of the officer's own.
    Officer,
    /// A member, source or inquirer, which signs with a key that is no officer's.
    Member,
    /// A person, by session.
    Person,
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
    /// Takes in what a member signed.
    Takes,
    /// Opens a session.
    SignsIn,
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
    deed: Deed,
}

/// What is done at an address; one for each row.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Landing,
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

const ALL: &[Visitor] = &[Visitor::Nobody, Visitor::Officer, Visitor::Member, Visitor::Person];
const OFFICER: &[Visitor] = &[Visitor::Officer];
const MEMBER: &[Visitor] = &[Visitor::Member];
const PERSON: &[Visitor] = &[Visitor::Person];

const fn route(method: Method, path: &'static str, who: &'static [Visitor], effect: Effect, deed: Deed) -> Route {
    Route { method, path, who, effect, deed }
}

/// Every address of the node.
#[rustfmt::skip]
pub static ROUTES: [Route; 23] = [
    route(Method::GET,  "/",                       ALL,     Effect::Shows,   Deed::Landing),
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

/// The router, made of [`ROUTES`].
pub fn router(doors: Arc<Doors>) -> Router {
    let mut router = Router::new();
    for route in &ROUTES {
        let filter = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let attend = move |State(doors): State<Arc<Doors>>, request: Request| doors.attend(route, request);
        router = router.route(route.path, on(filter, attend));
    }
    let nowhere = |State(doors): State<Arc<Doors>>, request: Request| doors.attend(&NOWHERE, request);
    let other_method = |State(doors): State<Arc<Doors>>, request: Request| doors.attend(&OTHER_METHOD, request);
    router.method_not_allowed_fallback(other_method).fallback(nowhere).with_state(doors)
}

/// Does what `route` is for.
pub(crate) async fn perform(route: &Route, call: Call<'_>, body: Body) -> Result<Response, Problem> {
    match route.deed {
        Deed::Landing => Ok(landing::show(&call)),
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
        Deed::Nowhere => Err(RequestFault::NoSuchAddress.into()),
        Deed::OtherMethod => Err(RequestFault::OtherMethod.into()),
    }
}
