//! Whether the node answers.

use axum::response::Response;
use fairfile_service::RegistryError;
use fairfile_service::registry::Condition;

use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};

/// `GET /health`: 200 if the node takes writes, its data can be read and its journal's head be signed; 507, 503 or 500 if
/// not. It has a share of its own, so that a node under too much load is not taken for a dead one. Nothing is written.
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    call.doors
        .blocking(|reg| -> Result<(), Problem> {
            match reg.store.condition() {
                Condition::AtWork => reg.store.has_room().map_err(RegistryError::from)?,
                Condition::Away => return Err(RequestFault::Away.into()),
                Condition::Stopped => return Err(RequestFault::Stopped.into()),
            }
            drop(reg.store.read().map_err(RegistryError::from)?);
            reg.publisher.checkpoint(&reg.store.head())?;
            Ok(())
        })
        .await??;
    Ok(response::text(Keep::Never, "ok\n"))
}
