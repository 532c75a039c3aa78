//! Answers as they leave: their kinds, and the headers that every one of them carries.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

/// An answer that shows nothing is filled up with blanks to a multiple of this, so that its length tells only of
/// the case and the purpose that were asked with.
const NOTHING_BYTES: usize = 4096;

/// Room for nearly every answer to a question, so that it does not move while it is written.
const USUAL_BYTES: usize = 4096;

/// What a page may load and do: this node's own stylesheet and forms, and nothing of anybody else's.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// The same for the few pages that need the node's one script.
const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// How long a copy of an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Not at all.
    Never,
    /// A minute: the catalog, which changes by publication only.
    AMinute,
    /// For ever: a full tile never changes.
    ForEver,
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Self::Never => "no-store",
            Self::AMinute => "public, max-age=60",
            Self::ForEver => "public, max-age=31536000, immutable",
        }
    }
}

/// An answer of bytes.
pub(crate) fn bytes(status: StatusCode, kind: &'static str, keep: Keep, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep.header()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn written(document: &impl Serialize) -> Vec<u8> {
    // Documents are values and structures with text keys, which always can be written.
    let mut out = Vec::with_capacity(USUAL_BYTES);
    match serde_json::to_writer(&mut out, document) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

/// An answer of JSON.
pub(crate) fn json(status: StatusCode, keep: Keep, document: &impl Serialize) -> Response {
    bytes(status, "application/json", keep, written(document))
}

/// A problem.
pub(crate) fn problem(status: StatusCode, document: &impl Serialize) -> Response {
    bytes(status, "application/problem+json", Keep::Never, written(document))
}

/// An answer to a question, by its status: 201 shows, 403 denies, 404 has nothing to show.
pub(crate) fn answer(status: u16, document: &impl Serialize) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status {
        StatusCode::NOT_FOUND => {
            let mut body = written(document);
            body.resize(body.len().next_multiple_of(NOTHING_BYTES), b' ');
            bytes(status, "application/problem+json", Keep::Never, body)
        }
        StatusCode::FORBIDDEN => problem(status, document),
        _ => json(status, Keep::Never, document),
    }
}

/// An answer of plain text.
pub(crate) fn text(keep: Keep, body: impl Into<Body>) -> Response {
    bytes(StatusCode::OK, "text/plain; charset=utf-8", keep, body)
}

/// Lets a page run the scripts of this node, and still nothing inline and nobody else's.
pub(crate) fn let_own_scripts_run(response: &mut Response) {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SCRIPT_POLICY));
}

/// A page in `language`, which goes by its address and by the visitor's cookies.
pub(crate) fn html(status: StatusCode, language: &'static str, body: String) -> Response {
    let mut response = bytes(status, "text/html; charset=utf-8", Keep::Never, body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
    headers.insert(header::VARY, HeaderValue::from_static("cookie"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}
