//! What there is at this node.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::caller::Call;
use crate::response::{self, Keep};
use crate::router::{Effect, ROUTES, Route, Visitor};

/// `GET /api`: every address, from the table itself.
pub(crate) fn show(call: &Call<'_>) -> Response {
    let addresses: Vec<Value> = ROUTES.iter().map(address).collect();
    let document = json!({
        "schema": "fairfile.api/1",
        "journal": call.doors.reg().publisher.key().origin(),
        "addresses": addresses,
        "signatures": "RFC 9421, Ed25519; the header Content-Digest with sha-256; see /problems/S001 and what follows it",
    });
    response::json(StatusCode::OK, Keep::Never, &document)
}

fn address(route: &Route) -> Value {
    let who = route.who.iter().map(|visitor| match visitor {
        Visitor::Nobody => "anybody",
        Visitor::Officer => "officer",
        Visitor::Member => "member",
        Visitor::Person => "person",
        Visitor::Registrar => "registrar",
        Visitor::Supervisor => "supervisor",
    });
    let open = route.who.contains(&Visitor::Nobody);
    json!({
        "method": route.method.as_str(),
        "path": route.path,
        "who": who.take(if open { 1 } else { usize::MAX }).collect::<Vec<_>>(),
        "effect": match route.effect {
            Effect::Shows => "shows",
            Effect::Reports => "reports",
            Effect::Looks => "looks",
            Effect::Checks => "checks",
            Effect::Takes => "takes",
            Effect::Changes => "changes",
            Effect::SignsIn => "signs in",
            Effect::Runs => "runs",
        },
    })
}
