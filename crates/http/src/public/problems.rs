//! What a code means, for programs; for people it has a page.

use axum::response::Response;

use crate::caller::{Call, field};
use crate::explain;
use crate::pages;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// `GET /problems/{code}`: what a code means and what to do; browsers are sent on to the page.
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let known = explain::explain(call.last()).ok_or(RequestFault::NotFound)?;
    let (title, help) = known.in_language(call.language());
    let wants_page = field(&call.parts.headers, "accept").is_some_and(|kinds| kinds.contains("text/html"));
    if wants_page {
        return pages::redirect(call);
    }
    let law = known.law.map(|law| format!("{law}\n")).unwrap_or_default();
    Ok(response::text(Keep::Never, format!("{}: {title}\n{help}\n{law}", known.code)))
}
