//! "Be this visitor": one of the invented people, an officer, a registrar or the supervisor, without a key.

use axum::body::Body;
use axum::response::Response;
use fairfile_domain::id::OfficerCode;
use fairfile_service::sign_in::{self, Holding};

use crate::caller::Call;
use crate::pages::address::{asked, own_path, own_query, to_page};
use crate::pages::bar;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, session_cookie, set_session};
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// What the switch sends for whoever came another way than by it, and wants to be nobody else.
const STAY: &str = "stay";

/// `POST /{language}/demo/visit`: a session of `who`, and on to the page `to`, or to the first one of that visitor.
pub(crate) async fn begin(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    if fields.text("who") == STAY {
        return to_page(&Frame::of(call).to("/demo"));
    }
    let visitor = visitor(call, &fields)?;
    let (path, query) = fields.text("to").split_once('?').unwrap_or((fields.text("to"), ""));
    let to = match (own_path(path), &visitor) {
        ("", Some((_, first))) => (*first).to_owned(),
        (to, _) => to.to_owned() + &asked(&own_query(query)),
    };
    let mut response = to_page(&Frame::of(call).to(&to))?;
    // Whoever was here before has gone.
    if let Some(token) = session_cookie(&call.parts.headers, call.is_https()) {
        call.doors.sessions().close(&call.doors.token_hash(&token));
    }
    match visitor {
        Some((who, _)) => set_session(call, &mut response, &call.doors.open_session(who)?)?,
        None => set_session(call, &mut response, "; Max-Age=0")?,
    }
    Ok(response)
}

/// Whoever is named, and where the visit begins; nothing for nobody.
fn visitor(call: &Call<'_>, fields: &Fields) -> Result<Option<(Who, &'static str)>, Problem> {
    let unknown = |_| RequestFault::NotTheShape;
    let (kind, code) = match fields.text("who") {
        "nobody" => return Ok(None),
        named => named.split_once('.').unwrap_or_default(),
    };
    match kind {
        "person" => {
            let people = &call.doors.stage().demo.people;
            let person = code.parse().ok().and_then(|place: usize| people.get(place));
            let person = person.ok_or(RequestFault::NotTheShape)?;
            Ok(Some((Who::Person(person.subject), "/my")))
        }
        "officer" => officer(call, code),
        "registrar" => Ok(Some((Who::Registrar(code.parse().map_err(unknown)?), "/registry"))),
        "supervisor" => Ok(Some((Who::Supervisor(code.parse().map_err(unknown)?), "/supervision"))),
        _ => Err(RequestFault::NotTheShape.into()),
    }
}

fn officer(call: &Call<'_>, code: &str) -> Result<Option<(Who, &'static str)>, Problem> {
    let officer: OfficerCode = code.parse().map_err(|_| RequestFault::NotTheShape)?;
    let reg = call.doors.reg();
    if !reg.directory().officers.contains_key(&officer) {
        return Err(RequestFault::UnknownOfficer.into());
    }
    let who = Who::Officer(officer.clone());
    let holding = who.holder().map(|holder| sign_in::holding(&reg.directory(), &holder));
    if holding == Some(Holding::Suspended) {
        return Err(RequestFault::Suspended.into());
    }
    let path = if bar::writes(reg, &officer) { "/source" } else { "/inquiry" };
    Ok(Some((who, path)))
}
