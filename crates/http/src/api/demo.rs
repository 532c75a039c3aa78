//! The demo's sign-in. A real node asks the province's identity provider; this address is not there.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_service::person;
use fairfile_service::registry::{Mode, RELEASE_TICK};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{sleep, sleep_until};

use super::read_json;
use crate::body;
use crate::caller::Call;
use crate::doors::Doors;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::sessions::{IDLE_MICROS, Who};
use crate::wire::InputError;
use crate::wire::answer::{NOTHING, NOTHING_HINT};
use crate::wire::inquiry::WireIdentifier;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    identifier: WireIdentifier,
}

/// `POST /api/demo/sign-in`: a session for whoever has the identifier, for every person of a demo is invented.
pub(crate) async fn sign_in(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let doors = call.doors;
    if doors.reg().mode != Mode::Demo {
        return Err(RequestFault::NoSuchAddress.into());
    }
    call.requires_json()?;
    let body = body::whole(doors, &call.parts.headers, body).await?;
    let SignIn { identifier } = read_json(&body)?;
    let identifier = read_identifier(&identifier)?;
    let Some(token) = open_session(doors, identifier).await? else {
        let language = call.language();
        return Err(Problem::nothing(
            language.pick(NOTHING.0, NOTHING.1),
            language.pick(NOTHING_HINT.0, NOTHING_HINT.1),
        ));
    };
    let now = doors.now().unix_micros();
    let ends_at =
        Instant::from_unix_micros(now.saturating_add(IDLE_MICROS)).map_err(|error| Problem::failed(&error))?;
    let document = json!({ "schema": "fairfile.session/1", "token": token, "ends_at": ends_at.to_string() });
    Ok(response::json(StatusCode::CREATED, Keep::Never, &document))
}

/// The token of a session for the person of this number; nothing, on a full tick, if nobody has it.
pub(crate) async fn open_session(doors: &Doors, identifier: Identifier) -> Result<Option<String>, Problem> {
    let first_tick = sleep(RELEASE_TICK);
    let found = doors.blocking(move |reg| person::find_person(reg, &identifier)).await??;
    let Some(subject) = found else {
        // Like every answer that shows nothing, it leaves on a full tick.
        let late = first_tick.deadline().elapsed().as_nanos().div_ceil(RELEASE_TICK.as_nanos());
        sleep_until(first_tick.deadline() + RELEASE_TICK * u32::try_from(late).unwrap_or(u32::MAX)).await;
        return Ok(None);
    };
    doors.open_session(Who::Person(subject)).map(Some)
}

fn read_identifier(sent: &WireIdentifier) -> Result<Identifier, Problem> {
    let wrong = |pointer: &str, code: &str, detail: String| {
        Problem::inputs(vec![InputError { pointer: pointer.into(), code: code.into(), detail }])
    };
    let row = RequestFault::BadKind.row();
    let kind =
        IdentifierKind::find(&sent.kind).ok_or_else(|| wrong("/identifier/kind", row.code, row.title.to_owned()))?;
    Identifier::parse(kind, &sent.number).map_err(|fault| wrong("/identifier/number", fault.code(), fault.to_string()))
}
