//! Files of a source: checked, handed in, reported on.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::id::{BatchId, ItemCode};
use fairfile_intake::Limits;
use fairfile_service::Registry;
use fairfile_service::source::{self, BatchReport, Before, Evidence, Handed, SubmitError};

use crate::body::{self, Arrived};
use crate::caller::{Call, SignedMember, field};
use crate::doors::no_room;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::scratch::Scratch;
use crate::wire::batch;

/// What is done with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Check,
    Submit,
}

/// `POST /api/batches?item=ITEM`: takes a file in; the same rows again change nothing and give the first report.
///
/// The `Idempotency-Key` is asked for as everywhere, but the rows themselves decide whether a batch is new: they
/// do so for ever, and for a client that lost its keys.
pub(crate) async fn submit(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    hand_in(call, body, Aim::Submit).await
}

/// `POST /api/batches/check?item=ITEM`: what handing the file in would give. Nothing is changed, nothing is kept.
pub(crate) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    hand_in(call, body, Aim::Check).await
}

async fn hand_in(call: &Call<'_>, body: Body, aim: Aim) -> Result<Response, Problem> {
    let SignedMember { member, evidence, digest } = SignedMember::of(call)?;
    if aim == Aim::Submit {
        call.idempotency_key()?;
    }
    let item = item_of(call.parts.uri.query())?;
    let name = file_name(call);
    let room = call.doors.files().clone().try_acquire_owned().map_err(|_| no_room())?;
    let Arrived { file, digest: arrived } = body::file(call.doors, &call.parts.headers, body).await?;
    digest.check_digest(&arrived)?;
    let turn = call.doors.intake().clone().acquire_owned().await.map_err(|_| no_room())?;
    let limits = call.doors.work_limits();
    let work = move |reg: &Arc<Registry>| {
        // Both are given back when the work is done, even if nobody waits for the answer any more.
        let _held = (room, turn);
        let handed = Handed { member, item };
        read_file(reg, &handed, &file, name.as_deref(), &evidence, &limits, aim)
    };
    let report = call.doors.blocking(work).await??;
    Ok(answer(&report))
}

fn read_file(
    reg: &Arc<Registry>,
    handed: &Handed,
    file: &Scratch,
    name: Option<&str>,
    evidence: &Evidence,
    limits: &Limits,
    aim: Aim,
) -> Result<BatchReport, SubmitError> {
    let from_the_start = || file.again();
    match aim {
        Aim::Check => source::check_batch(reg, handed, from_the_start()?, name, limits, &mut |_, _, _| ()),
        Aim::Submit => source::submit_batch(reg, handed, from_the_start, name, evidence, limits, &mut |_, _, _| ()),
    }
}

fn answer(report: &BatchReport) -> Response {
    let is_new = report.batch.filter(|_| report.before == Before::First);
    let status = if is_new.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = response::json(status, Keep::Never, &batch::document(report));
    let location = is_new.and_then(|batch| HeaderValue::try_from(format!("/api/batches/{batch}")).ok());
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// `GET /api/batches/{id}`: the report of a batch, for its own source; for anybody else there is none.
pub(crate) async fn report(call: &Call<'_>) -> Result<Response, Problem> {
    let SignedMember { member, .. } = SignedMember::of(call)?;
    let id: BatchId = call.last().parse().map_err(|_| RequestFault::NotFound)?;
    let found = call.doors.blocking(move |reg| source::batch_report(reg, id, &member)).await??;
    let report = found.ok_or(RequestFault::NotFound)?;
    Ok(response::json(StatusCode::OK, Keep::Never, &batch::document(&report)))
}

/// The item that `?item=ITEM` names.
fn item_of(query: Option<&str>) -> Result<ItemCode, Problem> {
    let item = query.and_then(|query| query.strip_prefix("item=")).ok_or(RequestFault::BadQuery)?;
    Ok(item.parse().map_err(|_| RequestFault::BadQuery)?)
}

/// The file's name, as a hint at its format; it is kept nowhere.
fn file_name(call: &Call<'_>) -> Option<String> {
    let disposition = field(&call.parts.headers, "content-disposition")?;
    let (_, after) = disposition.split_once("filename=")?;
    let name = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => after.split(';').next()?.trim(),
    };
    (!name.is_empty() && name.len() <= 255).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_names_one_item_and_nothing_else() {
        let check = |query: Option<&str>, expected: Option<&str>| {
            let item = item_of(query).ok();
            assert_eq!(item.as_ref().map(|item| item.as_str()), expected, "{query:?}");
        };
        check(Some("item=pharmacist-licence"), Some("pharmacist-licence"));
        for query in [
            None,
            Some(""),
            Some("item="),
            Some("item=a&item=b"),
            Some("item=a&x=1"),
            Some("Item=a"),
            Some("item=a%20b"),
        ] {
            check(query, None);
        }
    }
}
