//! The counter: a person without a telephone is served by two officers of one office. One types what stands on the document,
//! another confirms that the person is there; then the file is open on the first one's screen, for ten minutes, and can be
//! printed for the person. Both stand in the file with what they did.

mod begin;
mod visit;

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::id::CounterVisitId;

use crate::caller::Call;
use crate::pages::inquirer::Officer;
use crate::problem::Problem;

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Where a visit begins, and those that wait for a second officer.
    Desk,
    /// One visit, however far it has come.
    Visit,
    /// It is over.
    Closed,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A person is there.
    Begin,
    /// A second officer has seen the person and the document.
    Confirm,
    /// The file is opened for the person.
    Open,
    /// The person has read it.
    Close,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Desk => begin::show(call),
        Page::Visit => visit::show(call).await,
        Page::Closed => visit::closed(call),
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    call.comes_from_here()?;
    match form {
        Form::Begin => begin::take(call, body).await,
        Form::Confirm => visit::confirm(call, body).await,
        Form::Open => visit::open(call, body).await,
        Form::Close => visit::close(call, body).await,
    }
}

/// The visit that the address names at `place`, counted from its end. What is no id is what nobody has.
fn id_at(call: &Call<'_>, place: usize) -> Option<CounterVisitId> {
    crate::pages::inquirer::id_at(call, place)
}
