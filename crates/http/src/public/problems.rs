//! A readable page for every code.

use axum::response::Response;

use super::{escaped, page};
use crate::caller::{Call, field};
use crate::explain::{self, Explanation};
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::wire::Language;

/// `GET /problems/{code}`: what a code means and what to do; a page for browsers, plain text for everybody else.
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let known = explain::explain(call.last()).ok_or(RequestFault::NotFound)?;
    let (language, title, help) = match (call.language(), known.in_chinese) {
        (Language::Zh, Some((title, help))) => ("zh-Hans", title, help),
        (Language::Zh | Language::En, _) => ("en", known.title, known.help),
    };
    let wants_page = field(&call.parts.headers, "accept").is_some_and(|kinds| kinds.contains("text/html"));
    if wants_page {
        return Ok(response::page(language, as_page(language, &known, title, help)));
    }
    let law = known.law.map(|law| format!("{law}\n")).unwrap_or_default();
    Ok(response::text(Keep::Never, format!("{}: {title}\n{help}\n{law}", known.code)))
}

fn as_page(language: &str, known: &Explanation, title: &str, help: &str) -> String {
    let law = known.law.map(|law| format!("<p lang=\"en\">{}</p>\n", escaped(law))).unwrap_or_default();
    page(language, &format!("{}: {title}", known.code), &format!("<p>{}</p>\n{law}", escaped(help)))
}
