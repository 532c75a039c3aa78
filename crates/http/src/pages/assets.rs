//! What pages load besides themselves, under names that change with their content: one stylesheet, and the script of the few
//! pages on which a passkey is asked for.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::StatusCode;
use axum::response::Response;

use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

const STYLE: &str = include_str!("../../assets/fairfile.css");

const SCRIPT: &str = include_str!("../../assets/passkey.js");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| named("fairfile", STYLE, "css"));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| named("passkey", SCRIPT, "js"));

fn named(name: &str, content: &str, ending: &str) -> String {
    let hash = digest(&SHA256, content.as_bytes());
    let beginning: String = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}-{beginning}.{ending}")
}

/// The name of the stylesheet below `/assets/`.
pub(super) fn style_name() -> &'static str {
    &STYLE_NAME
}

/// The name of the script below `/assets/`.
pub(super) fn script_name() -> &'static str {
    &SCRIPT_NAME
}

/// `GET /assets/{name}`: the stylesheet or the script. A name changes with its content, so it is kept for ever.
pub(crate) fn asset(call: &Call<'_>) -> Result<Response, Problem> {
    let (kind, content) = match call.last() {
        name if name == style_name() => ("text/css; charset=utf-8", STYLE),
        name if name == script_name() => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return Err(RequestFault::NotFound.into()),
    };
    Ok(response::bytes(StatusCode::OK, kind, Keep::ForEver, content))
}
