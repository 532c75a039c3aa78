//! What the node has to tell a member, as signed messages for the member's inbox.

use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::inquirer::{self, MOST_MESSAGES};

use super::notices::after;
use crate::caller::{Call, SignedMember};
use crate::problem::Problem;
use crate::response::{self, Keep};
use crate::wire::outbox;

/// `GET /api/outbox`: every message to this member; with `?after=SEQ` those after that number.
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let SignedMember { member, .. } = SignedMember::of(call)?;
    let after = after(call.parts.uri.query())?.unwrap_or(0);
    let found = {
        let member = member.clone();
        call.doors.blocking(move |reg| inquirer::outbox(reg, &member, after, MOST_MESSAGES)).await??
    };
    Ok(response::json(StatusCode::OK, Keep::Never, &outbox::list(&member, &found)))
}
