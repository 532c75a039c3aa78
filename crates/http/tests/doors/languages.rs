//! Each page is in one language: in Chinese no English sentence is left, but for what nobody wrote in Chinese, and marks.

use super::browser::{Browser, Page};
use super::node::{Engine, Node, SHOWN, UNKNOWN};
use super::sound;

/// What stands in both languages alike: a licence, and a member's English name where both of its names are proposed.
const NAMES: [&str; 2] = ["EUPL", "Lanhe Water Authority"];

/// The sentences of a page that have three English words in a row.
fn english(page: &Page) -> Vec<String> {
    let own = |sentence: String| NAMES.iter().fold(sentence, |own, known| own.replace(known, " "));
    let sentences = sound::sentences(&page.html).into_iter().map(own);
    sentences.filter(|sentence| sound::has_english(sentence)).map(|left| format!("{}: {left}", page.path)).collect()
}

/// A node on which something of every kind has happened.
fn node() -> Node {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-1");
    node.inquires("0417", SHOWN, "curiosity", "HC-2");
    node.inquires("0418", UNKNOWN, "licence-renewal", "HC-3");
    assert_eq!(node.hands_in("pharmacist-corrections-2026-11.csv").status, 201);
    let source = Browser::of_officer(&node, "0101");
    let new = "/zh/source/batches/new";
    let rows = "注册证编号,身份证号码,姓名,类别,批准日期,有效期至\nx,1,王,占星,2024-02-30,2029-01-01\n".as_bytes();
    source.uploads(&source.get(new), new, &[("item", "pharmacist-licence")], "一月.csv", rows);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    for (from, action, fields) in [
        ("/zh/registry/members/tourism", "/zh/registry/members/tourism/standing", &[("because", "查明事实")][..]),
        ("/zh/registry/officers/0418", "/zh/registry/officers/0418/standing", &[("because", "休假")]),
        (
            "/zh/registry/admit-member",
            "/zh/registry/admit-member",
            &[
                ("code", "water-authority"),
                ("title_en", "Lanhe Water Authority"),
                ("title_zh", "兰河省水务局"),
                ("sectors", "environment"),
                ("because", "新增职责"),
            ],
        ),
    ] {
        let page = registrar.follow(&registrar.get(from), action, fields);
        assert!(page.path.contains("/proposals/"), "{}", page.text());
    }
    node
}

#[test]
fn no_english_sentence_is_left_on_a_chinese_page() {
    let node = node();
    let officer = Browser::of_officer(&node, "0417");
    let visitors = [
        (Browser::of_nobody(&node), &["/sign-in", "/learn", "/help", "/privacy", "/status", "/demo"][..]),
        (
            Browser::of_nobody(&node),
            &["/catalog", "/members", "/purposes", "/law", "/statistics", "/verify", "/rights"],
        ),
        (Browser::of_person(&node, SHOWN.0), &["/my"]),
        (Browser::of_officer(&node, "0101"), &["/source"]),
        (Browser::of_registrar(&node, "registrar-2"), &["/registry"]),
        (Browser::of_supervisor(&node), &["/supervision"]),
    ];
    let mut left = Vec::new();
    for (browser, roots) in &visitors {
        for root in *roots {
            left.extend(browser.walks(&[&format!("/zh{root}")]).iter().flat_map(english));
        }
    }
    left.extend(english(&officer.get("/zh")));
    let fields = |purpose| [("purpose", purpose), ("case", "K-1"), ("number", SHOWN.0), ("name", SHOWN.1)];
    for purpose in ["licence-renewal", "none"] {
        let form = officer.get("/zh/inquiry/new");
        left.extend(english(&officer.follow(&form, "/zh/inquiry/new", &fields(purpose))));
    }
    left.extend(officer.walks(&["/zh/inquiry", "/zh/counter"]).iter().flat_map(english));
    left.sort();
    left.dedup();
    assert!(left.is_empty(), "{} sentences are in English:\n{}", left.len(), left.join("\n"));
}
