//! What holds at the front of the house: the way to the other language, the way back, and words that are true.

use fairfile_demo::people::LIN_NUMBER;

use super::browser::{Browser, all, attributes};
use super::node::{Engine, Node, SHOWN, cues};

/// Where the link to the other language leads.
fn other(page: &super::browser::Page) -> String {
    attributes(&page.html, ".tools a[hreflang]", "href").remove(0)
}

#[test]
fn a_page_that_answers_a_form_leads_to_one_that_can_be_opened_in_the_other_language() {
    let node = Node::with_pharmacists(Engine::Sqlite).staged();
    let visitor = Browser::of_nobody(&node);
    let tampered = visitor.follow(&visitor.get("/en/demo"), "/en/demo/tamper", &[("journal", "changed")]);
    assert_eq!((tampered.status, other(&tampered)), (200, "/zh/demo".to_owned()));
    assert_eq!(visitor.get(&other(&tampered)).status, 200);
    let colours = visitor.send(&tampered, "/en/theme", &[("theme", "dark")]);
    assert_eq!(colours.headers["location"], "/en/demo");
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let entry = registrar.get("/en/registry/sign-in");
    let refused = registrar.follow(&entry, "/en/registry/sign-in/invite", &[("holder", "nobody")]);
    assert_eq!((refused.status, other(&refused)), (422, "/zh/registry/sign-in".to_owned()));
    assert!(attributes(&refused.html, ".errors", "autofocus").len() == 1, "what is wrong is read first");
}

#[test]
fn the_other_language_and_other_colours_show_the_same_choice() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-1");
    let person = Browser::of_person(&node, SHOWN.0);
    let page = person.get("/en/my/looks?show=denied");
    assert_eq!(other(&page), "/zh/my/looks?show=denied");
    let colours = person.send(&page, "/en/theme", &[("theme", "dark")]);
    assert_eq!(colours.headers["location"], "/en/my/looks?show=denied");
    let others = person.get("/en/my/looks?show=others");
    assert!(!others.text().contains("Own look") && others.text().contains("HC-2026-1"), "{}", others.text());
    let strange = person.get("/en/my/looks?show=foo");
    assert_eq!(strange.status, 400);
    assert!(!strange.text().contains("pharmacist-licence") && strange.text().contains("question mark"));
}

#[test]
fn whoever_was_signed_out_comes_back_to_the_page_and_knows_that_nothing_was_kept() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let nobody = Browser::of_nobody(&node);
    let lost = nobody.post("/en/my/settings", "language=en".to_owned(), "same-origin");
    lost.expect_page(401, "Q013");
    let text = String::from_utf8(lost.body).expect("a page");
    assert!(
        text.contains("What you typed was not kept") && text.contains("/en/sign-in?back=%2Fmy%2Fsettings"),
        "{text}"
    );
    let page = nobody.get("/en/sign-in?back=%2Fmy%2Fsettings");
    let reply = nobody.send(&page, "/en/sign-in", &[("number", SHOWN.0)]);
    assert_eq!(reply.headers["location"], "/en/my/settings");
    for strange in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2Fregistry", "%2Fsign-out"] {
        let page = nobody.get(&format!("/en/sign-in?back={strange}"));
        assert_eq!(
            nobody.send(&page, "/en/sign-in", &[("number", SHOWN.0)]).headers["location"],
            "/en/my",
            "{strange}"
        );
    }
    let officer = Browser::of_officer(&node, "0417").get("/en/my");
    assert_eq!((officer.status, attributes(&officer.html, "main a", "href")[0].as_str()), (403, "/en/source"));
}

#[test]
fn the_story_says_what_to_type_and_where_it_is_typed() {
    let node = Node::with_pharmacists(Engine::Sqlite).staged();
    let typed = [cues().record_number, cues().number];
    assert_ne!(typed[1], "", "{LIN_NUMBER}");
    let story = Browser::of_nobody(&node).get("/en/demo");
    story.says(&[&typed[0], &typed[1], "HC-2026-0331", "Read the SMS"]);
    Browser::of_officer(&node, "0201").get("/en/source/records").says(&[&typed[0], &typed[1]]);
    let ask = Browser::of_officer(&node, "0417").get("/zh/inquiry/new");
    ask.says(&["HC-2026-0331", &typed[1], SHOWN.1]);
    assert!(!all(&ask.html, "main").concat().contains(SHOWN.0), "the page itself names nobody");
    assert!(all(&Browser::of_officer(&node, "0417").get("/en/inquiry/receipts").html, ".cues").is_empty());
    let plain = Node::with_pharmacists(Engine::Sqlite);
    assert!(all(&Browser::of_officer(&plain, "0417").get("/en/inquiry/new").html, ".cues").is_empty());
}

#[test]
fn pages_for_everybody_say_what_is_so() {
    let node = Node::with(Engine::Sqlite, |config| {
        let mut sender = fairfile_messages::Sender::at("lanhe.example");
        sender.help.phone = "000-0000-0417".to_owned();
        sender.help.hours_zh = "工作日9时至17时".to_owned();
        config.post.sender = Some(sender);
    });
    let visitor = Browser::of_nobody(&node);
    visitor.get("/en/help").says(&["Phone: 000-0000-0417"]);
    visitor.get("/zh/help").says(&["电话：000-0000-0417", "接听时间：工作日9时至17时"]);
    assert_eq!(visitor.fetch("/en/contact").headers["location"], "/en/help");
    for cookie in ["fairfile_session", "fairfile_attempt", "fairfile_language", "fairfile_theme"] {
        visitor.get("/en/privacy").says(&[cookie]);
        visitor.get("/zh/privacy").says(&[cookie]);
    }
    for language in ["en", "zh"] {
        let page = visitor.get(&format!("/{language}/accessibility"));
        page.says(&["EN 301 549", "GB/T 37668", "2026"]);
        let interface = visitor.get(&format!("/{language}/interface"));
        assert!(attributes(&interface.html, "main a", "href").contains(&"/api".to_owned()));
        assert!(attributes(&interface.html, "footer a", "href").contains(&format!("/{language}/interface")));
    }
    visitor.get("/en/status").says(&["23 November 2026, ", "(Beijing time)"]);
    visitor.get("/zh/status").says(&["（北京时间）"]);
    let code = visitor.get("/zh/problems/D010");
    assert!(code.text().contains("不搜索人") && !code.text().contains("listing"), "{}", code.text());
}
