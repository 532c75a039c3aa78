//! Every address as every visitor, and what each door promises.

#[path = "doors/again.rs"]
mod again;
#[path = "doors/batches.rs"]
mod batches;
#[path = "doors/browser.rs"]
mod browser;
#[path = "doors/counter_pages.rs"]
mod counter_pages;
#[path = "doors/demo.rs"]
mod demo;
#[path = "doors/front.rs"]
mod front;
#[path = "doors/inquirer_pages.rs"]
mod inquirer_pages;
#[path = "doors/languages.rs"]
mod languages;
#[path = "doors/limits.rs"]
mod limits;
#[path = "doors/logs.rs"]
mod logs;
#[path = "doors/looks.rs"]
mod looks;
#[path = "doors/messages.rs"]
mod messages;
#[path = "doors/my_pages.rs"]
mod my_pages;
#[path = "doors/node.rs"]
mod node;
#[path = "doors/overload.rs"]
mod overload;
#[path = "doors/pages.rs"]
mod pages;
#[path = "doors/person_pages.rs"]
mod person_pages;
#[path = "doors/provider.rs"]
mod provider;
#[path = "doors/public.rs"]
mod public;
#[path = "doors/readings.rs"]
mod readings;
#[path = "doors/registrar.rs"]
mod registrar;
#[path = "doors/sent_twice.rs"]
mod sent_twice;
#[path = "doors/sign_in.rs"]
mod sign_in;
#[path = "doors/slow.rs"]
mod slow;
#[path = "doors/sound.rs"]
mod sound;
#[path = "doors/source_pages.rs"]
mod source_pages;
#[path = "doors/statistics.rs"]
mod statistics;
#[path = "doors/supervision.rs"]
mod supervision;
#[path = "doors/written.rs"]
mod written;

use axum::http::Method;
use fairfile_http::router::{ROUTES, Route, Visitor};

use browser::Browser;
use node::{As, Ask, Engine, Node, SHOWN, on_both_engines, question, sample_bytes};
use serde_json::{Value, json};

/// An id that no notice has.
const NO_NOTICE: &str = "not_00000000000000000000000000000000";
/// An id that no proposal has.
const NO_PROPOSAL: &str = "pro_00000000000000000000000000000000";
/// METHOD PATH and the status that nobody, an officer, a member, a person, a registrar and a supervisor get, in this order.
const EXPECTED: &str = include_str!("golden/doors.txt");
const VISITORS: [Visitor; 6] =
    [Visitor::Nobody, Visitor::Officer, Visitor::Member, Visitor::Person, Visitor::Registrar, Visitor::Supervisor];

fn expected(route: &Route) -> [u16; 6] {
    let name = [route.method.as_str(), route.path];
    let line = EXPECTED.lines().find(|line| line.split_whitespace().take(2).eq(name));
    let line = line.unwrap_or_else(|| panic!("{} {} is not in golden/doors.txt", route.method, route.path));
    let statuses: Vec<u16> = line.split_whitespace().skip(2).map(|status| status.parse().expect("a status")).collect();
    statuses.try_into().expect("six statuses")
}

/// A request of the route that has everything but, perhaps, the right to be made.
fn example<'t>(route: &Route, who: As<'t>, report: &Value, leaves: u64, style: &str) -> Ask<'t> {
    // There is no notice of this id: whoever may ask for one is told so.
    let id =
        if route.path.starts_with("/api/notices") { NO_NOTICE } else { report["batch_id"].as_str().expect("an id") };
    let path = route.path.replace("{item}", "pharmacist-licence").replace("{code}", "D007").replace("{id}", id);
    let path =
        path.replace("{*path}", &format!("0/000.p/{leaves}")).replace("{language}", "en").replace("{version}", "v1");
    let path = path.replace("{purpose}", "licence-renewal").replace("{member}", "court").replace("{name}", style);
    let path = path.replace("{draw}", "drw_00000000000000000000000000000000");
    let statistic = if route.is_page() { "looks" } else { "looks.csv" };
    let path = path.replace("{statistic}", statistic);
    let path = path.replace("{reference}", "lanhe-regulations-on-pharmacists-article-7");
    let path = path.replace("{proposal}", NO_PROPOSAL).replace("{officer}", "0417").replace("{key}", "tourism.2026");
    let path = path.replace("{leaf}", "0").replace("{reference}", "lanhe-regulations-on-pharmacists-article-7");
    match (&route.method, route.path) {
        (&Method::GET, _) => Ask::get(path, who),
        (_, "/api/inquiries") => Ask::post(path, who, question(SHOWN, "licence-renewal", "HC-2026-1")),
        (_, "/api/demo/sign-in") => {
            let identifier = json!({ "kind": "cn-resident", "number": SHOWN.0 });
            Ask::post(path, who, json!({ "identifier": identifier }).to_string())
        }
        (_, "/api/notices/{id}/confirmation") => Ask::post(path, who, "{}"),
        (_, "/{language}/verify") => {
            Ask::post(path, who, "--e--\r\n").with("content-type", Some("multipart/form-data; boundary=e"))
        }
        (_, "/api/receipts/standing") => Ask::post(path, who, report["receipt"].to_string()),
        (_, "/api/batches" | "/api/batches/check") => {
            let sample = sample_bytes("pharmacist-licences-2026-10.csv");
            let twenty: Vec<&[u8]> = sample.split_inclusive(|c| *c == b'\n').take(20).collect();
            Ask::post(format!("{path}?item=pharmacist-licence"), who, twenty.concat())
        }
        (_, page) if page.starts_with("/{language}") => {
            Ask::post(path, who, form(page) + "&").with("content-type", Some("application/x-www-form-urlencoded"))
        }
        (method, path) => panic!("no example of {method} {path}: write one beside its row in golden/doors.txt"),
    }
}

/// What a form sends that has everything but, perhaps, the right to be sent; without the hidden key.
fn form(path: &str) -> String {
    match path {
        "/{language}/sign-in" => format!("number={}", SHOWN.0),
        "/{language}/sign-out" | "/{language}/my/copy" | "/{language}/my/facts" => String::new(),
        "/{language}/inquiry/notices/{id}/confirm"
        | "/{language}/inquiry/{id}/close"
        | "/{language}/inquiry/{id}/not-this-person"
        | "/{language}/counter/{id}/confirm"
        | "/{language}/counter/{id}/open"
        | "/{language}/counter/{id}/close" => String::new(),
        "/{language}/counter" => asked(SHOWN, "-", "17") + "&present=yes",
        "/{language}/inquiry/new" => asked(SHOWN, "licence-renewal", "HC-2026-1"),
        "/{language}/source/batches/new" | "/{language}/source/batches/practice" | "/{language}/source/records/new" => {
            "item=pharmacist-licence".to_owned()
        }
        "/{language}/source/batches/{id}/send"
        | "/{language}/source/records/{id}/correct"
        | "/{language}/source/records/{id}/withdraw" => String::new(),
        "/{language}/source/records" => format!("item=pharmacist-licence&number=1&identifier={}", SHOWN.0),
        "/{language}/theme" => "theme=dark&back=".to_owned(),
        "/{language}/demo/visit" => "who=officer.0417".to_owned(),
        "/{language}/demo/clock" => "turn=day".to_owned(),
        "/{language}/demo/tamper" => "journal=changed".to_owned(),
        "/{language}/supervision/journal" | "/{language}/supervision/samples" => String::new(),
        "/{language}/supervision/samples/{draw}" => "words=x".to_owned(),
        "/{language}/registry/sign-in/invite" | "/{language}/registry/sign-in/stop" => "holder=officer/0501".to_owned(),
        "/{language}/registry/sign-in/recovery" => format!("word=grant&recovery=rcv_{}", "0".repeat(32)),
        path if path.starts_with("/{language}/registry/") => registrar::form(path),
        "/{language}/sign-in/provider" | "/{language}/sign-in/staff" | "/{language}/sign-in/staff/passkey" => {
            String::new()
        }
        "/{language}/sign-in/staff/invited" => "code=0000-0000-0000-0000".to_owned(),
        "/{language}/sign-in/staff/lost" => "code=0417".to_owned(),
        "/{language}/sign-in/again" => "demo=yes&back=".to_owned(),
        "/{language}/sign-in/sessions" | "/{language}/sign-in/keys/add" => String::new(),
        "/{language}/sign-in/keys/added" => "answer=".to_owned(),
        "/{language}/sign-in/keys/stop" => format!("passkey=psk_{}", "0".repeat(32)),
        "/{language}/sign-in/keys/refuse" => format!("recovery=rcv_{}", "0".repeat(32)),
        "/{language}/my/settings" => {
            "channel=page&phrase=&language=en&from=8&until=20&looks=daily&mail=&phone=".to_owned()
        }
        path => panic!("no example of the form of {path}: write one beside its row in golden/doors.txt"),
    }
}

/// The question of an inquirer's form.
fn asked(person: (&str, &str), purpose: &str, case: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([("purpose", purpose), ("case", case), ("number", person.0), ("name", person.1)]);
    form.finish()
}

/// The session in which a visitor asks for pages; a new one each time, for one of the forms ends it.
fn session<'n>(node: &'n Node, visitor: &Visitor) -> Browser<'n> {
    match visitor {
        Visitor::Nobody | Visitor::Member => Browser::of_nobody(node),
        Visitor::Officer => Browser::of_officer(node, "0417"),
        Visitor::Person => Browser::of_person(node, SHOWN.0),
        Visitor::Registrar => Browser::of_registrar(node, "registrar-1"),
        Visitor::Supervisor => Browser::of_supervisor(node),
    }
}

fn every_address_as_every_visitor(engine: Engine) {
    // One person signs in once for each address: more than one person does in a minute.
    let node = Node::with_pharmacists_and(engine, |config| config.limits.rates.person.at_once = 10_000);
    let report = node.hands_in("pharmacist-licences-2026-10.csv").json();
    let style = browser::style_of(&node);
    for route in ROUTES {
        let expected = expected(route);
        for (visitor, expected) in VISITORS.iter().zip(expected) {
            let browser = if route.is_page() { session(&node, visitor) } else { Browser::of_nobody(&node) };
            let is_person = *visitor == Visitor::Person && !route.is_page();
            let token = if is_person { node.signs_in(SHOWN.0) } else { String::new() };
            let who = match visitor {
                _ if route.is_page() => browser.token.as_deref().map_or(As::Nobody, As::Cookie),
                Visitor::Nobody | Visitor::Registrar | Visitor::Supervisor => As::Nobody,
                Visitor::Officer => As::Signed("0417"),
                Visitor::Member => As::Signed("drug-administration"),
                Visitor::Person => As::Token(&token),
            };
            let leaves = node.reg.store.head().snapshot().size() % 256;
            let mut ask = example(route, who, &report, leaves, &style);
            if browser.token.is_some() && route.is_page() && ask.method == Method::POST {
                ask.body.extend(browser.filled(&browser.get("/en/rights"), "/en/sign-out", &[]).bytes());
            }
            let reply = node.asks(&ask);
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
    for path in ["/api/people", "/api/inquiries/", "/api/records", "/api/catalog/", "/metrics", "/debug", "/.env"] {
        node.asks(&Ask::get(path, As::Signed("0417"))).expect(404, "Q007");
    }
}

on_both_engines!(every_address_as_every_visitor, what_is_not_in_the_table_does_not_exist);
