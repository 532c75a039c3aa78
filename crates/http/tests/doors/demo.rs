//! What a demo has besides: its story, its visitors, its clock and the byte that somebody changes; and that no other node
//! has any of it.

use axum::http::Method;
use fairfile_http::router::ROUTES;
use fairfile_service::registry::Mode;

use super::browser::{Browser, all, attributes, get};
use super::node::{As, Ask, Engine, Node, UNKNOWN, on_both_engines};

/// A demo as its program starts it, with files in it.
fn staged(engine: Engine) -> Node {
    Node::with_pharmacists(engine).staged()
}

#[test]
fn no_node_of_real_people_has_any_of_it() {
    let node = Node::of_mode(Engine::Sqlite, Mode::Real);
    let of_demo: Vec<_> = ROUTES.iter().filter(|route| route.path.contains("/demo")).collect();
    assert!(of_demo.len() >= 5, "the demo's addresses are in the table");
    for route in of_demo {
        for language in ["en", "zh"] {
            let path = route.path.replace("{language}", language);
            let ask = if route.method == Method::GET {
                Ask::get(&path, As::Nobody)
            } else {
                let form = "who=officer.0417&turn=day&journal=changed";
                Ask::post(&path, As::Nobody, form).with("content-type", Some("application/x-www-form-urlencoded"))
            };
            let reply = node.asks(&ask.with("accept", Some("text/html")));
            assert_eq!(reply.status, 404, "{} {path}", route.method);
            let cookies = reply.headers.get_all("set-cookie").iter();
            assert!(cookies.filter_map(|cookie| cookie.to_str().ok()).all(|cookie| !cookie.contains("session")));
        }
    }
    for bare in ["/demo", "/demo/outbox", "/demo/visit"] {
        assert_eq!(get(&node, bare).status, 404, "{bare}");
    }
    let home = Browser::of_nobody(&node).get("/en");
    assert!(attributes(&home.html, "form[action*='/demo/']", "action").is_empty() && !home.text().contains("invented"));
}

/// A training is recorded for two years and a key for one; those of a demo are longer, and its pages say why.
#[test]
fn the_long_trainings_and_keys_of_a_demo_are_explained_where_they_stand() {
    let node = Node::new(Engine::Sqlite);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    for path in ["training", "keys", "register-key"] {
        registrar.get(&format!("/en/registry/{path}")).says(&["that came with this demo last longer"]);
        registrar.get(&format!("/zh/registry/{path}")).says(&["演示自带的培训和密钥"]);
    }
}

fn whoever_is_chosen_is_who_the_visitor_is(engine: Engine) {
    let node = staged(engine);
    let mut visitor = Browser::of_nobody(&node);
    let whose = |page: &super::browser::Page| attributes(&page.html, "#demo-who option[selected]", "value");
    for (who, first) in [
        ("person.0", "/en/my"),
        ("officer.0101", "/en/source"),
        ("officer.1001", "/en/inquiry"),
        ("registrar.registrar-2", "/en/registry"),
        ("supervisor.supervisor-1", "/en/supervision"),
    ] {
        let before = visitor.token.clone();
        let to = visitor.switches(who);
        assert_eq!(to, first, "{who}");
        let page = visitor.get(&to);
        assert_eq!((page.status, whose(&page)), (200, vec![who.to_owned()]), "{who}");
        if before.is_some() {
            let mut gone = Browser::of_nobody(&node);
            gone.token = before;
            assert_eq!(whose(&gone.get("/en/demo")), ["nobody"], "whoever was here before has gone");
        }
    }
    assert_eq!(visitor.switches("nobody"), "/en");
    assert_eq!(visitor.token.as_deref(), Some(""));
}

#[test]
fn a_visit_leads_to_a_page_of_this_node_and_to_nobody_unknown() {
    let node = staged(Engine::Sqlite);
    let visit = |body: &str| {
        let form = Ask::post("/zh/demo/visit", As::Nobody, body);
        node.asks(&form.with("content-type", Some("application/x-www-form-urlencoded")))
    };
    assert_eq!(visit("who=person.0&to=%2Fmy%2Flooks").headers["location"], "/zh/my/looks");
    assert_eq!(visit("who=person.0&to=%2F%2Fevil.example").headers["location"], "/zh/my");
    assert_eq!(visit("who=stay").headers["location"], "/zh/demo");
    let out_of_purpose = visit("who=officer.0417&to=%2Finquiry%2Fnew%3Fpurpose%3Dfood-permit%26name%3DLin");
    assert_eq!(out_of_purpose.headers["location"], "/zh/inquiry/new?purpose=food-permit");
    let story = Browser::of_nobody(&node).get("/en/demo");
    let leads = attributes(&story.html, "input[name=to]", "value");
    assert!(leads.iter().any(|to| to == "/inquiry/new?purpose=food-permit"), "step 4 leads there: {leads:?}");
    for nobody in ["", "who=", "who=person.1", "who=person.-1", "who=officer", "who=admin.1", "who=registrar.%00"] {
        assert_eq!(visit(nobody).status, 400, "{nobody}");
    }
    assert_ne!(visit("who=officer.9999").status, 303);
    let ask = Ask::post("/en/demo/visit", As::Nobody, "who=person.0").with("sec-fetch-site", Some("cross-site"));
    node.asks(&ask.with("accept", Some("text/html"))).expect_page(403, "Q032");
}

#[test]
fn an_officer_whom_a_visitor_s_tries_have_stopped_is_released_from_the_story() {
    let node = staged(Engine::Sqlite);
    let mut visitor = Browser::of_nobody(&node);
    let says = |page: &super::browser::Page| page.text().contains("An officer was stopped");
    assert!(!says(&visitor.get("/en/demo")));
    for _ in 0..11 {
        node.inquires("0417", UNKNOWN, "licence-renewal", "HC-1");
    }
    let story = visitor.get("/en/demo");
    story.says(&["Officer 0417 asked too often", "Be registrar-1 and propose", "Be registrar-2 and agree"]);
    visitor.get("/zh/demo").says(&["有经办人被停用"]);
    let leads = attributes(&story.html, "section input[name=to]", "value");
    assert_eq!(leads, ["/registry/officers/0417", "/registry/proposals"]);
    visitor.switches("registrar.registrar-1");
    let officer = visitor.get("/en/registry/officers/0417");
    let because = [("release_because", "the visitor of the demo tried it out")];
    let proposal = visitor.follow(&officer, "/en/registry/officers/0417/release", &because).path;
    visitor.switches("registrar.registrar-2");
    assert!(attributes(&visitor.get("/en/registry/proposals").html, "main a", "href").contains(&proposal));
    visitor.follow(&visitor.get(&proposal), &format!("{proposal}/agree"), &[]);
    assert!(!says(&visitor.get("/en/demo")), "the officer may ask again");
}

fn the_clock_is_moved_and_the_days_are_done(engine: Engine) {
    let node = staged(engine);
    let visitor = Browser::of_nobody(&node);
    let page = visitor.get("/en/demo");
    page.says(&["23 November 2026"]);
    for (turn, day) in [("day", "24 November 2026"), ("deadline", "14 December 2026"), ("half-year", "14 June 2027")] {
        let page = visitor.follow(&visitor.get("/en/demo"), "/en/demo/clock", &[("turn", turn)]);
        assert_eq!(page.path, "/en/demo");
        page.says(&[&format!("The clock was moved to {day}.")]);
    }
    let told = all(&visitor.get("/en/demo").html, "[role=status] li");
    assert!(told[1].contains("ended") && told[1] != "No display ended.", "licences run out in half a year: {told:?}");
    assert_eq!(node.reg.sure_today().to_string(), "2027-06-14", "a clock that is set confirms itself");
    let form = Ask::post("/en/demo/clock", As::Nobody, "turn=back");
    assert_eq!(node.asks(&form.with("content-type", Some("application/x-www-form-urlencoded"))).status, 400);
}

fn one_changed_byte_is_told_in_words_and_the_journal_stays_as_it_was(engine: Engine) {
    let node = staged(engine);
    let visitor = Browser::of_nobody(&node);
    let head = || node.reg.store.head().snapshot().size();
    let before = head();
    for (language, real, not_real) in
        [("en", "has not been changed", "This file does not hold"), ("zh", "没有被改动", "这份文件不成立")]
    {
        let demo = visitor.get(&format!("/{language}/demo"));
        let check = |which| visitor.follow(&demo, &format!("/{language}/demo/tamper"), &[("journal", which)]);
        let (changed, whole) = (check("changed"), check("whole"));
        assert!(!all(&changed.html, ".steps .failed").is_empty(), "{}", changed.text());
        assert!(all(&whole.html, ".steps .failed").is_empty(), "{}", whole.text());
        assert!(changed.h1() == not_real && whole.h1().contains(real), "{} {}", changed.h1(), whole.h1());
    }
    assert_eq!(head(), before, "nothing was written");
}

#[test]
fn a_demo_by_the_machine_s_clock_cannot_be_moved() {
    let node = Node::new(Engine::Sqlite);
    let visitor = Browser::of_nobody(&node);
    let page = visitor.get("/en/demo");
    assert!(attributes(&page.html, "form[action='/en/demo/clock']", "action").is_empty());
    page.says(&["goes by the machine", "are not on file here"]);
}

on_both_engines!(
    whoever_is_chosen_is_who_the_visitor_is,
    the_clock_is_moved_and_the_days_are_done,
    one_changed_byte_is_told_in_words_and_the_journal_stays_as_it_was,
);
