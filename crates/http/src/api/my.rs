//! The person's own file. Every reading is a look of the person's own, journaled and listed like any other.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_service::person::{self, FileView};
use serde_json::{Value, json};

use crate::caller::{Call, Person};
use crate::problem::Problem;
use crate::response::{self, Keep};
use crate::wire;

async fn read(call: &Call<'_>) -> Result<FileView, Problem> {
    let person = Person::of(call)?;
    Ok(person::read_file(call.doors.reg(), person.subject).await?)
}

fn document(call: &Call<'_>, view: &FileView) -> Value {
    let reg = call.doors.reg();
    wire::file::document(view, &reg.catalog(), &reg.directory())
}

/// `GET /api/my/file`: every record, and every look at it.
pub(crate) async fn file(call: &Call<'_>) -> Result<Response, Problem> {
    let view = read(call).await?;
    Ok(response::json(StatusCode::OK, Keep::Never, &document(call, &view)))
}

/// `GET /api/my/looks`: who looked, when and why, denied looks too.
pub(crate) async fn looks(call: &Call<'_>) -> Result<Response, Problem> {
    let view = read(call).await?;
    let mut file = document(call, &view);
    let looks = json!({
        "schema": "fairfile.looks/1",
        "subject_id": file["subject_id"].take(),
        "read_at": file["read_at"].take(),
        "looks": file["looks"].take(),
    });
    Ok(response::json(StatusCode::OK, Keep::Never, &looks))
}

/// `GET /api/my/copy`: the file to take away, signed; `fairfile verify` checks it offline.
pub(crate) async fn copy(call: &Call<'_>) -> Result<Response, Problem> {
    let view = read(call).await?;
    let reg = call.doors.reg();
    let records = wire::file::records(&view, &reg.catalog(), &reg.directory());
    let copy = view.signed_copy(reg, records)?;
    let mut response = response::bytes(StatusCode::OK, "application/json", Keep::Never, copy);
    let as_file = HeaderValue::from_static("attachment; filename=\"fairfile-copy.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, as_file);
    Ok(response)
}
