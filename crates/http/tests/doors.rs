//! Every address as every visitor, and what each door promises.

#[path = "doors/batches.rs"]
mod batches;
#[path = "doors/limits.rs"]
mod limits;
#[path = "doors/logs.rs"]
mod logs;
#[path = "doors/looks.rs"]
mod looks;
#[path = "doors/node.rs"]
mod node;
#[path = "doors/overload.rs"]
mod overload;
#[path = "doors/public.rs"]
mod public;
#[path = "doors/readings.rs"]
mod readings;
#[path = "doors/slow.rs"]
mod slow;

use axum::http::Method;
use fairfile_http::router::{ROUTES, Route, Visitor};

use node::{As, Ask, Engine, Node, SHOWN, on_both_engines, question, sample_bytes};
use serde_json::{Value, json};

/// An id that no notice has.
const NO_NOTICE: &str = "not_00000000000000000000000000000000";
/// METHOD PATH and the status that nobody, an officer, a member and a person get, in this order.
const EXPECTED: &str = include_str!("golden/doors.txt");
const VISITORS: [Visitor; 4] = [Visitor::Nobody, Visitor::Officer, Visitor::Member, Visitor::Person];

fn expected(route: &Route) -> [u16; 4] {
    let name = [route.method.as_str(), route.path];
    let line = EXPECTED.lines().find(|line| line.split_whitespace().take(2).eq(name));
    let line = line.unwrap_or_else(|| panic!("{} {} is not in golden/doors.txt", route.method, route.path));
    let statuses: Vec<u16> = line.split_whitespace().skip(2).map(|status| status.parse().expect("a status")).collect();
    statuses.try_into().expect("four statuses")
}

/// A request of the route that has everything but, perhaps, the right to be made.
fn example<'t>(route: &Route, who: As<'t>, report: &Value, leaves: u64) -> Ask<'t> {
    // There is no notice of this id: whoever may ask for one is told so.
    let id =
        if route.path.starts_with("/api/notices") { NO_NOTICE } else { report["batch_id"].as_str().expect("an id") };
    let path = route.path.replace("{item}", "pharmacist-licence").replace("{code}", "D007").replace("{id}", id);
    let path = path.replace("{*path}", &format!("0/000.p/{leaves}"));
    match (&route.method, route.path) {
        (&Method::GET, _) => Ask::get(path, who),
        (_, "/api/inquiries") => Ask::post(path, who, question(SHOWN, "licence-renewal", "HC-2026-1")),
        (_, "/api/demo/sign-in") => {
            let identifier = json!({ "kind": "cn-resident", "number": SHOWN.0 });
            Ask::post(path, who, json!({ "identifier": identifier }).to_string())
        }
        (_, "/api/notices/{id}/confirmation") => Ask::post(path, who, "{}"),
        (_, "/api/receipts/standing") => Ask::post(path, who, report["receipt"].to_string()),
        (_, "/api/batches" | "/api/batches/check") => {
            let sample = sample_bytes("pharmacist-licences-2026-10.csv");
            let twenty: Vec<&[u8]> = sample.split_inclusive(|c| *c == b'\n').take(20).collect();
            Ask::post(format!("{path}?item=pharmacist-licence"), who, twenty.concat())
        }
        (method, path) => panic!("no example of {method} {path}: write one beside its row in golden/doors.txt"),
    }
}

fn every_address_as_every_visitor(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let report = node.hands_in("pharmacist-licences-2026-10.csv").json();
    let token = node.signs_in(SHOWN.0);
    for route in &ROUTES {
        let expected = expected(route);
        for (visitor, expected) in VISITORS.iter().zip(expected) {
            let who = match visitor {
                Visitor::Nobody => As::Nobody,
                Visitor::Officer => As::Signed("0417"),
                Visitor::Member => As::Signed("drug-administration"),
                Visitor::Person => As::Token(&token),
            };
            let leaves = node.reg.store.head().snapshot().size() % 256;
            let reply = node.asks(&example(route, who, &report, leaves));
            assert_eq!(reply.status, expected, "{} {} as {visitor:?}", route.method, route.path);
            assert_eq!(route.who.contains(visitor), !matches!(expected, 401 | 403), "{} as {visitor:?}", route.path);
            assert_eq!(reply.headers["x-content-type-options"], "nosniff");
            assert_eq!(reply.headers["referrer-policy"], "no-referrer");
            if !route.who.contains(&Visitor::Nobody) {
                assert_eq!(reply.headers["cache-control"], "no-store", "{}", route.path);
            }
        }
    }
}

#[test]
fn the_expected_table_has_no_row_too_many() {
    let rows = EXPECTED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(rows.count(), ROUTES.len());
}

/// A method that the table does not name, and an address that it does not have.
fn what_is_not_in_the_table_does_not_exist(engine: Engine) {
    let node = Node::new(engine);
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        let mut ask = Ask::get("/api/inquiries", As::Signed("0417"));
        ask.method = method.clone();
        ask.headers.push(("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:".into()));
        let reply = node.asks(&ask);
        assert_eq!(reply.headers["allow"], "POST");
        reply.expect(405, "Q008");
    }
    for path in
        ["/api/people", "/api/inquiries/", "/api/records", "/my", "/api/catalog/", "/metrics", "/debug", "/.env"]
    {
        node.asks(&Ask::get(path, As::Signed("0417"))).expect(404, "Q007");
    }
}

on_both_engines!(every_address_as_every_visitor, what_is_not_in_the_table_does_not_exist);
