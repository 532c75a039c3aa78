//! The catalog, the purposes and the members.

use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::ItemCode;
use serde_json::{Value, json};

use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::wire::catalog;

fn answer(document: &Value) -> Response {
    response::json(StatusCode::OK, Keep::AMinute, document)
}

/// `GET /api/catalog`: every item in force today.
pub(crate) fn list(call: &Call<'_>) -> Response {
    let reg = call.doors.reg();
    answer(&catalog::list(&reg.catalog(), reg.today()))
}

/// `GET /api/catalog/{item}`: one item, as it applies today.
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let reg = call.doors.reg();
    let code: ItemCode = call.last().parse().map_err(|_| RequestFault::NotFound)?;
    let known = reg.catalog();
    let item = known.item_on(&code, reg.today()).ok_or(RequestFault::NotFound)?;
    let mut document = catalog::item(item);
    document["schema"] = json!("fairfile.catalog-item/1");
    Ok(answer(&document))
}

/// `GET /api/purposes`: why anybody may ask.
pub(crate) fn purposes(call: &Call<'_>) -> Response {
    let known = call.doors.reg().catalog();
    let purposes: Vec<Value> = known.purposes().map(catalog::purpose).collect();
    answer(&json!({ "schema": "fairfile.purposes/1", "purposes": purposes }))
}

/// `GET /api/members`: the bodies that write records or ask.
pub(crate) fn members(call: &Call<'_>) -> Response {
    answer(&catalog::members(&call.doors.reg().directory()))
}
