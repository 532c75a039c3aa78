//! Whether the node answers.

use axum::response::Response;
use fairfile_service::RegistryError;

use crate::caller::Call;
use crate::problem::Problem;
use crate::response::{self, Keep};

/// `GET /health`: 200 if the node takes writes, its data can be read and its journal's head be signed; 503 or 500 if not. Nothing is written.
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    call.doors
        .blocking(|reg| -> Result<(), Problem> {
            if !reg.store.takes_writes() {
                return Err(RegistryError::Closed.into());
            }
            drop(reg.store.read().map_err(RegistryError::from)?);
            reg.publisher.checkpoint(&reg.store.head())?;
            Ok(())
        })
        .await??;
    Ok(response::text(Keep::Never, "ok\n"))
}
