//! The person's own file. Every reading is a look of the person's own, journaled and listed like any other.
//!
//! A file can be long, so it is opened and written where it holds up no other request, and a page at a time.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_service::Registry;
use fairfile_service::person::{self, FileView, Looks};
use serde_json::{Value, json};

use super::notices::after;
use crate::caller::{Call, Person};
use crate::problem::Problem;
use crate::response::{self, Keep};
use crate::wire;

/// Reads the caller's own file and answers with what `write` makes of it.
async fn read(
    call: &Call<'_>,
    which: Looks,
    write: impl FnOnce(&Registry, &FileView) -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let person = Person::of(call)?;
    let turn = call.doors.readings().begin(person.subject, which).await?;
    let reading = match which {
        Looks::Copied => person::begin_copying(call.doors.reg(), person.subject).await?,
        Looks::Newest | Looks::After(_) | Looks::All => person::begin_reading(call.doors.reg(), person.subject).await?,
    };
    let work = move |reg: &std::sync::Arc<Registry>| {
        let _held = turn;
        let view = reading.open(reg, which)?;
        write(reg, &view)
    };
    call.doors.blocking(work).await?
}

fn document(reg: &Registry, view: &FileView) -> Value {
    wire::file::document(view, &reg.catalog(), &reg.directory())
}

/// `GET /api/my/file`: every record, and the newest looks.
pub(crate) async fn file(call: &Call<'_>) -> Result<Response, Problem> {
    let write = |reg: &Registry, view: &FileView| Ok(response::json(StatusCode::OK, Keep::Never, &document(reg, view)));
    read(call, Looks::Newest, write).await
}

/// `GET /api/my/looks`: who looked, when and why, denied looks too; with `?after=SEQ` those after that number.
pub(crate) async fn looks(call: &Call<'_>) -> Result<Response, Problem> {
    let which = after(call.parts.uri.query())?.map_or(Looks::Newest, Looks::After);
    let write = |reg: &Registry, view: &FileView| {
        let mut file = document(reg, view);
        let mut looks = json!({ "schema": "fairfile.looks/1" });
        for key in ["subject_id", "read_at", "last_seq", "earlier_looks", "looks"] {
            looks[key] = file[key].take();
        }
        Ok(response::json(StatusCode::OK, Keep::Never, &looks))
    };
    read(call, which, write).await
}

/// `GET /api/my/copy`: the file to take away, signed; `fairfile verify` checks it offline.
pub(crate) async fn copy(call: &Call<'_>) -> Result<Response, Problem> {
    let write = |reg: &Registry, view: &FileView| {
        let records = wire::file::records(view, &reg.catalog(), &reg.directory());
        let copy = view.signed_copy(reg, records)?;
        let mut response = response::bytes(StatusCode::OK, "application/json", Keep::Never, copy);
        let as_file = HeaderValue::from_static("attachment; filename=\"fairfile-copy.json\"");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, as_file);
        Ok(response)
    };
    read(call, Looks::Copied, write).await
}
