//! What the journal is checked with: its signed head, its tiles, its key.

use axum::http::StatusCode;
use axum::response::Response;
use fairfile_proof::TilePath;

use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// `GET /journal/checkpoint`: the signed head.
pub(crate) fn checkpoint(call: &Call<'_>) -> Result<Response, Problem> {
    let reg = call.doors.reg();
    let checkpoint = reg.publisher.checkpoint(&reg.store.head())?;
    Ok(response::text(Keep::Never, checkpoint.to_string()))
}

/// `GET /journal/tile/...`: a tile of hashes, or a bundle of leaves. A full one never changes; one that still grows
/// is the one thing that nobody may keep.
pub(crate) async fn tile(call: &Call<'_>) -> Result<Response, Problem> {
    let path = call.parts.uri.path().strip_prefix("/journal/").ok_or(RequestFault::NotFound)?.to_owned();
    let keep = match TilePath::parse(&path).map_err(|_| RequestFault::NotFound)? {
        TilePath::Hashes(name) if name.is_full() => Keep::ForEver,
        TilePath::Entries { width: 256, .. } => Keep::ForEver,
        TilePath::Hashes(_) | TilePath::Entries { .. } => Keep::Never,
    };
    let found = call.doors.blocking(move |reg| reg.publisher.tile(&reg.store, &reg.store.head(), &path)).await??;
    let tile = found.ok_or(RequestFault::NotFound)?;
    Ok(response::bytes(StatusCode::OK, "application/octet-stream", keep, tile))
}

/// `GET /journal/key`: the key that signs it all, in one line.
pub(crate) fn key(call: &Call<'_>) -> Response {
    response::text(Keep::Never, format!("{}\n", call.doors.reg().publisher.key().vkey()))
}
