//! The demo's sign-in. A real node asks the province's identity provider; this address is not there.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_domain::day::Instant;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_service::RegistryError;
use fairfile_service::person;
use fairfile_service::registry::{Mode, RELEASE_TICK};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{sleep, sleep_until};

use super::read_json;
use crate::body;
use crate::caller::Call;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::sessions::SESSION_MICROS;
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
    let first_tick = sleep(RELEASE_TICK);
    let found = doors.blocking(move |reg| person::find_person(reg, &identifier)).await??;
    let Some(subject) = found else {
        // Like every answer that shows nothing, it leaves on a full tick.
        let late = first_tick.deadline().elapsed().as_nanos().div_ceil(RELEASE_TICK.as_nanos());
        sleep_until(first_tick.deadline() + RELEASE_TICK * u32::try_from(late).unwrap_or(u32::MAX)).await;
        let language = call.language();
        return Err(Problem::nothing(
            language.pick(NOTHING.0, NOTHING.1),
            language.pick(NOTHING_HINT.0, NOTHING_HINT.1),
        ));
    };
    doors.callers().charge_person(subject)?;
    let chance: [u8; 32] = doors.reg().chance.bytes().map_err(RegistryError::from)?;
    let token = format!("ffs_{}", URL_SAFE_NO_PAD.encode(chance));
    let now = doors.now().unix_micros();
    doors.sessions().open(doors.token_hash(&token), subject, now).map_err(Problem::too_many_sessions)?;
    let ends_at =
        Instant::from_unix_micros(now.saturating_add(SESSION_MICROS)).map_err(|error| Problem::failed(&error))?;
    let document = json!({ "schema": "fairfile.session/1", "token": token, "ends_at": ends_at.to_string() });
    Ok(response::json(StatusCode::CREATED, Keep::Never, &document))
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
