//! Notices to a member, and its signed confirmations.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::NoticeId;
use fairfile_service::inquirer::{self, Which};

use crate::body;
use crate::caller::{Call, SignedMember};
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::wire::notice;

/// `GET /api/notices`: what this member has not confirmed; with `?after=SEQ` every notice after that number.
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let SignedMember { member, .. } = SignedMember::of(call)?;
    let which = which(call.parts.uri.query())?;
    let found = {
        let member = member.clone();
        call.doors.blocking(move |reg| inquirer::list_notices(reg, &member, which)).await??
    };
    Ok(response::json(StatusCode::OK, Keep::Never, &notice::list(&member, &found)))
}

/// `POST /api/notices/{id}/confirmation`: the member has acted on the notice. Sent again, it gives the same receipt.
pub(crate) async fn confirm(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let SignedMember { member, evidence, digest } = SignedMember::of(call)?;
    let body = body::whole(call.doors, &call.parts.headers, body).await?;
    digest.check(&body)?;
    let path = call.parts.uri.path();
    let id = path.rsplit('/').nth(1).and_then(|id| id.parse::<NoticeId>().ok()).ok_or(RequestFault::NotFound)?;
    let confirm = move |reg: &_| inquirer::confirm_notice(reg, &member, id, &evidence);
    let confirmed = call.doors.blocking(confirm).await??;
    Ok(response::json(StatusCode::OK, Keep::Never, &notice::confirmed(&confirmed)))
}

fn which(query: Option<&str>) -> Result<Which, Problem> {
    Ok(after(query)?.map_or(Which::Open, Which::After))
}

/// The number in `?after=SEQ`; nothing if nothing is asked.
pub(super) fn after(query: Option<&str>) -> Result<Option<u64>, RequestFault> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Ok(None) };
    let after = query.strip_prefix("after=").and_then(|after| after.parse().ok());
    // The store's numbers are signed.
    let after = after.filter(|after: &u64| i64::try_from(*after).is_ok());
    after.map(Some).ok_or(RequestFault::BadQuery)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_asks_for_all_after_a_number_or_is_not_there() {
        assert_eq!(which(None).ok(), Some(Which::Open));
        assert_eq!(which(Some("after=0")).ok(), Some(Which::After(0)));
        for query in ["after=", "after=-1", "after=18446744073709551615", "before=1", "after=1&after=2"] {
            assert!(which(Some(query)).is_err(), "{query}");
        }
    }
}
