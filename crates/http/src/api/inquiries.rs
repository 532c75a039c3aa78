//! Questions.

use axum::body::Body;
use axum::response::Response;
use fairfile_service::inquirer::{self, Once};

use super::{hash_of, read_json};
use crate::body;
use crate::caller::{Call, SignedOfficer};
use crate::problem::Problem;
use crate::response;
use crate::wire::answer;
use crate::wire::inquiry::NewInquiry;

/// `POST /api/inquiries`: one question, about one person, for one purpose, in one case.
pub(crate) async fn create(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = SignedOfficer::of(call)?;
    let key = call.idempotency_key()?;
    call.requires_json()?;
    let body = body::whole(call.doors, &call.parts.headers, body).await?;
    officer.digest.check(&body)?;
    let asked: NewInquiry = read_json(&body)?;
    let reg = call.doors.reg();
    let once = Once { key: hash_of(reg, "idempotency-key", key.as_bytes()), body: hash_of(reg, "inquiry", &body) };
    let question = asked.into_question(officer.officer, Some(once)).map_err(Problem::inputs)?;
    let answer = inquirer::inquire(reg, question).await?;
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let (status, body) = answer::body(&answer, &catalog, &directory, call.language());
    Ok(response::answer(status, &body))
}
