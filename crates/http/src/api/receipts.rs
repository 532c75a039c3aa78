//! Receipts that come back to ask whether they still stand.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_proof::Receipt;
use fairfile_service::inquirer;

use crate::body;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::wire::receipt;

/// `POST /api/receipts/standing`: the corrections that followed what a receipt's look showed.
///
/// The receipt itself is the right to ask: nobody learns anything without holding it.
pub(crate) async fn standing(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    call.requires_json()?;
    let body = body::whole(call.doors, &call.parts.headers, body).await?;
    let given = Receipt::parse(&body).map_err(|_| RequestFault::NotTheShape)?;
    let asked = given.clone();
    let followed = call.doors.blocking(move |reg| inquirer::what_followed(reg, &asked)).await??;
    Ok(response::json(StatusCode::OK, Keep::Never, &receipt::standing(&given, &followed)))
}
