//! Before a step that binds, whoever has not shown for ten minutes who it is shows it again; nothing is done before, and what
//! was typed is not lost.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Method;
use fairfile_domain::day::Instant;
use fairfile_http::binding::Binding;
use fairfile_http::router::{ROUTES, Route};

use super::browser::{Browser, style_of};
use super::node::{As, Engine, Node, Reply, SHOWN, on_both_engines, standing};
use super::{VISITORS, example, expected, session};

/// A minute longer than a proof counts, in microseconds.
const LATER: i64 = 11 * 60 * 1_000_000;
static PASSED: AtomicI64 = AtomicI64::new(0);

/// A machine's clock that the test turns.
fn turned() -> Instant {
    Instant::from_unix_micros(standing().unix_micros() + PASSED.load(Ordering::SeqCst)).expect("an instant")
}

fn passes(micros: i64) {
    PASSED.store(micros, Ordering::SeqCst);
}

fn location(reply: &Reply) -> String {
    reply.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned()
}

fn node(engine: Engine) -> Node {
    Node::with_pharmacists_and(engine, |config| {
        config.clock = turned;
        config.limits.rates.person.at_once = 10_000;
    })
}

#[test]
fn every_form_of_a_page_binds_or_says_why_it_does_not() {
    for route in ROUTES {
        let is_form = route.is_page() && route.method == Method::POST;
        match route.binding {
            Binding::No => assert!(!is_form, "{} says neither that it binds nor why it does not", route.path),
            Binding::Free(why) => assert!(is_form && why.len() > 20, "{}", route.path),
            Binding::Binds { back, .. } => {
                assert!(is_form || route.path == "/{language}/my/copy/print", "{}", route.path);
                let is_there = ROUTES
                    .iter()
                    .any(|page| page.method == Method::GET && page.path.strip_prefix("/{language}") == Some(back));
                assert!(is_there, "{} leads back to {back}, which is no page", route.path);
            }
        }
    }
}

/// Sends the form of `route`, or asks for the page that it is.
fn takes(browser: &Browser<'_>, route: &Route, path: &str, body: &str) -> Reply {
    match route.method {
        Method::GET => browser.fetch(path),
        _ => browser.post(path, body.to_owned(), "same-origin"),
    }
}

fn every_step_that_binds_asks_again_and_does_nothing_until_it_is_shown(engine: Engine) {
    let node = node(engine);
    let report = node.hands_in("pharmacist-licences-2026-10.csv").json();
    let style = style_of(&node);
    let size = || node.reg.store.head().snapshot().size();
    let mut steps = 0;
    for route in ROUTES.iter().filter(|route| route.binding.binds()) {
        let statuses = expected(route);
        for (visitor, status) in VISITORS.iter().zip(statuses).filter(|(visitor, _)| route.who.contains(visitor)) {
            let name = format!("{} {} as {visitor:?}", route.method, route.path);
            steps += 1;
            passes(0);
            let mut browser = session(&node, visitor);
            let key = browser.filled(&browser.get("/en/rights"), "/en/sign-out", &[]);
            let ask = example(route, As::Nobody, &report, size() % 256, &style);
            let body = String::from_utf8(ask.body).expect("a form") + &key;
            passes(LATER);
            let before = size();
            let mut way = String::new();
            for language in ["zh", "en"] {
                let path = ask.path.replacen("/en", &format!("/{language}"), 1);
                let asked = takes(&browser, route, &path, &body);
                way = location(&asked);
                assert_eq!(asked.status, 303, "{name}");
                assert!(way.starts_with(&format!("/{language}/sign-in/again?back=")), "{name}: {way}");
                assert_eq!(size(), before, "{name}: something was done");
            }
            assert!(!way.contains(SHOWN.0), "{way}");
            let again = browser.get(&way);
            again.says(&["Show once more who you are", "Nothing has been done yet"]);
            let keeps = matches!(route.binding, Binding::Binds { keeps: true, .. });
            let to = browser.proves(&again);
            assert_eq!(to == "/en/sign-in/kept", keeps, "{name} leads to {to}");
            let done = match keeps {
                true => browser.send(&browser.get(&to), &ask.path, &[]),
                false => takes(&browser, route, &ask.path, &body),
            };
            assert_eq!(done.status, status, "{name}");
            assert!(!location(&done).contains("/sign-in/again"), "{name} asks a second time");
        }
    }
    assert!(steps > 30, "only {steps} steps bind");
}

fn what_was_typed_is_sent_with_one_press_and_an_open_answer_stays_open(engine: Engine) {
    let node = node(engine);
    passes(0);
    let mut browser = Browser::of_officer(&node, "0417");
    let form = browser.get("/zh/inquiry/new");
    let asks = |case| [("purpose", "licence-renewal"), ("case", case), ("number", SHOWN.0), ("name", SHOWN.1)];
    passes(LATER);
    let again = browser.follow(&form, "/zh/inquiry/new", &asks("HC-1"));
    again.says(&["请再次证明您是谁", "目前什么都没有办理", "保留十分钟"]);
    assert!(
        !again.html.html().contains(SHOWN.0) && !again.path.contains(SHOWN.0),
        "it is on no page and in no address"
    );
    let early = browser.fetch("/zh/sign-in/kept");
    assert!(location(&early).starts_with("/zh/sign-in/again"), "not before it is shown who is there");
    // Whoever changes the language meanwhile comes back to it all the same.
    let to = browser.proves(&browser.get("/en/sign-in/again"));
    assert_eq!(to, "/en/sign-in/kept");
    let kept = browser.get(&to);
    kept.says(&["Send it now?", "Nothing has been done yet"]);
    assert!(!kept.text().contains(SHOWN.0), "the number is sent and not shown");
    let stranger = Browser::of_officer(&node, "0417");
    stranger.get(&to).says(&["Nothing waits here"]);
    let answer = browser.follow(&kept, "/en/inquiry/new", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.says(&["HC-1"]);
    assert_eq!(node.looks(SHOWN.0).len(), 1);
    browser.get(&to).says(&["Nothing waits here"]);
    passes(2 * LATER);
    let copy = browser.follow(&browser.get("/en/inquiry/new"), "/en/inquiry/new", &asks("HC-2"));
    browser.proves(&copy);
    assert_eq!(browser.get(&answer.path).status, 200, "whoever shows it again keeps what was open");
    passes(2 * LATER + LATER);
    browser.get("/en/sign-in/kept").says(&["Nothing waits here", "please type it once more"]);
}

on_both_engines!(
    every_step_that_binds_asks_again_and_does_nothing_until_it_is_shown,
    what_was_typed_is_sent_with_one_press_and_an_open_answer_stays_open,
);
