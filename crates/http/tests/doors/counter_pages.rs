//! The counter: two officers of one office open a person's own file for the person, and the person sees both.

use super::browser::{Browser, Page, attributes};
use super::node::{Engine, Node, SHOWN, UNKNOWN, on_both_engines};

const COUNTER: &str = "/en/counter";

/// Begins a visit, and gives the page on which it waits.
fn begins(browser: &Browser<'_>, person: (&str, &str), case: &str) -> Page {
    let fields = [("case", case), ("number", person.0), ("name", person.1), ("present", "yes")];
    browser.follow(&browser.get(COUNTER), COUNTER, &fields)
}

/// The second officer finds the visit on the counter's page and confirms it.
fn confirms(second: &Browser<'_>, visit: &str) -> u16 {
    let page = second.get(visit);
    second.send(&page, &format!("{visit}/confirm"), &[("seen", "yes")]).status
}

fn two_officers_open_a_file_for_the_person_and_both_are_named_in_it(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (first, second) = (Browser::of_officer(&node, "0417"), Browser::of_officer(&node, "0418"));
    let waits = begins(&first, SHOWN, "No. 17");
    assert_eq!((waits.status, waits.h1().as_str()), (200, "A second officer has to confirm"));
    waits.says(&["5399 **** **** **0135", SHOWN.1, "ends by itself at 09:10"]);
    assert!(!waits.text().contains("LH-YS") && node.looks(SHOWN.0).is_empty(), "nothing is opened yet");
    let action = format!("{}/open", waits.path);
    let key = first.get(COUNTER);
    let body = first.filled(&key, COUNTER, &[]);
    assert_eq!(first.post(&action, body.clone(), "same-origin").status, 303, "it leads to the page that waits");
    first.get(&waits.path).says(&["A second officer has to confirm"]);
    first.post(&format!("{}/confirm", waits.path), body + "&seen=yes", "same-origin");
    first.get(&waits.path).says(&["A second officer has to confirm"]);

    second.get(COUNTER).says(&["Officer 0417, since"]);
    let page = second.get(&waits.path);
    let unticked = second.follow(&page, &format!("{}/confirm", waits.path), &[]);
    assert_eq!(unticked.status, 422, "nobody confirms without saying so");
    unticked.says(&["Confirm only what you have seen yourself", "Have you seen the person?"]);
    second.get(&waits.path).says(&["Have you seen the person?", SHOWN.1]);
    assert_eq!(confirms(&second, &waits.path), 303);
    assert_eq!(second.get(&waits.path).status, 404, "whoever confirmed opens nothing");
    let ready = first.get(&waits.path);
    ready.says(&["Officer 0418 has seen the person"]);
    let file = first.follow(&ready, &action, &[]);
    assert_eq!(file.status, 200, "{}", file.text());
    file.says(&["LH-YS-2023-00003", SHOWN.1, "Who looked", "It closes at 09:10", "with officers 0417 and 0418"]);
    first.get(&waits.path.replace("/en/", "/zh/")).says(&["这是本人自己的档案", "由经办人0417和0418办理"]);
    for other in [&second, &Browser::of_officer(&node, "0417"), &Browser::of_officer(&node, "0101")] {
        assert_eq!(other.get(&waits.path).status, 404, "it is open in the session that opened it alone");
    }
    let person = Browser::of_person(&node, SHOWN.0);
    person.get("/en/my/looks").says(&[
        "You, at the counter of Lanhe Provincial Health Commission, with officers 0417 and 0418",
        "Case No. 17",
    ]);
    person.get("/en/my").says(&["Nobody was shown it so far"]);
    node.reg.clock.set("2026-11-23T09:10:00+08:00".parse().expect("an instant"));
    assert_eq!(first.get(&waits.path).status, 404, "after ten minutes it is closed");
    let list = first.get("/en/inquiry/receipts");
    list.says(&["At the counter", "No. 17"]);
}

fn one_officer_alone_or_of_another_office_opens_nothing(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (first, again) = (Browser::of_officer(&node, "0417"), Browser::of_officer(&node, "0417"));
    let waits = begins(&first, SHOWN, "1");
    let own = again.get(&waits.path);
    assert_eq!(own.status, 200);
    own.says(&["You began this visit in another session", "another officer has to"]);
    let body = again.filled(&again.get(COUNTER), COUNTER, &[]) + "&seen=yes";
    assert_eq!(again.post(&format!("{}/confirm", waits.path), body, "same-origin").status, 303);
    again.get(COUNTER).says(&["Your own visits, which another officer has to confirm"]);
    assert!(!again.get(COUNTER).text().contains("Visits that wait for a second officer"), "it waits for somebody else");
    first.get(&waits.path).says(&["A second officer has to confirm"]);
    let other = Browser::of_officer(&node, "0101");
    other
        .get(COUNTER)
        .says(&["You do not hold the purpose “At the counter”.", "An officer looks only for purposes held."]);
    other.get("/zh/counter").says(&["您未获授权使用“窗口服务”这一用途。"]);
    assert!(
        !attributes(&other.get("/en/inquiry").html, "nav a", "href").contains(&COUNTER.to_owned()),
        "no link to it"
    );
    assert!(attributes(&first.get("/en/inquiry").html, "nav a", "href").contains(&COUNTER.to_owned()));
    assert_eq!(other.get(&waits.path).status, 404, "another office does not know of it");
    let form = first.get(COUNTER);
    let body = first.filled(&form, COUNTER, &[("case", "2"), ("number", SHOWN.0), ("name", SHOWN.1)]);
    let absent = first.post(COUNTER, body.clone(), "same-origin");
    assert_eq!(absent.status, 422, "the person is not there");
    other.post(COUNTER, body, "same-origin").expect_page(403, "Q034");
    let closed = first.follow(&first.get(&waits.path), &format!("{}/close", waits.path), &[]);
    closed.says(&["The visit is over"]);
    assert_eq!(first.get(&waits.path).status, 404);
    assert!(node.looks(SHOWN.0).is_empty());
}

fn whoever_has_no_file_is_told_and_whoever_tries_many_numbers_is_stopped(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (first, second) = (Browser::of_officer(&node, "0417"), Browser::of_officer(&node, "0418"));
    let opens = |person: (&str, &str), case: &str| {
        let waits = begins(&first, person, case);
        confirms(&second, &waits.path);
        first.follow(&first.get(&waits.path), &format!("{}/open", waits.path), &[])
    };
    for (place, person) in [UNKNOWN, (SHOWN.0, "王无名")].into_iter().enumerate() {
        let page = opens(person, &format!("N-{place}"));
        assert_eq!((page.status, page.h1().as_str()), (404, "There is no file to open"));
    }
    let looks = node.looks(SHOWN.0);
    assert_eq!(
        (looks.len(), &looks[0]["outcome"], &looks[0]["second_officer"]),
        (1, &"nothing".into(), &"0418".into())
    );
    let stopped = (0..12).position(|place| opens(UNKNOWN, &format!("M-{place}")).status == 403);
    assert_eq!(stopped, Some(8), "ten that found nobody, and the next is refused");
    opens(SHOWN, "L").says(&["D010"]);
}

on_both_engines!(
    two_officers_open_a_file_for_the_person_and_both_are_named_in_it,
    one_officer_alone_or_of_another_office_opens_nothing,
    whoever_has_no_file_is_told_and_whoever_tries_many_numbers_is_stopped,
);
