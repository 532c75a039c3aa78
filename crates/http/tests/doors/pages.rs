//! Pages as a browser and a screen reader take them, in both languages: every link leads somewhere, every field has a
//! label, nothing comes from elsewhere, and no word is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use scraper::Html;

use super::browser::{all, attributes, get, html, is_sound};
use super::node::{As, Ask, Engine, Node, SHOWN};

/// What is said of people nowhere but in the title of a law.
const BANNED: [&str; 12] = [
    "trust",
    "honest",
    "dishonest",
    "rating",
    "blacklist",
    "offender",
    "失信",
    "守信",
    "诚信等级",
    "信用分",
    "黑名单",
    "老赖",
];

/// Goes from page to page by their links, as a visitor would.
fn walk(node: &Node) -> BTreeMap<String, Html> {
    let mut pages = BTreeMap::new();
    let mut ahead = vec!["/en".to_owned(), "/zh".to_owned()];
    let mut seen: BTreeSet<String> = ahead.iter().cloned().collect();
    while let Some(path) = ahead.pop() {
        let reply = get(node, &path);
        assert_eq!(reply.status, 200, "{path} is linked and not there");
        if !path.starts_with("/en") && !path.starts_with("/zh") {
            continue;
        }
        let page = is_sound(&path, &reply);
        for link in attributes(&page, "a[href]", "href").into_iter().chain(attributes(&page, "link[href^='/']", "href"))
        {
            let own = link.starts_with('/');
            assert!(own || link.starts_with('#') || link.starts_with("data:"), "{path} leads to {link}");
            if own && seen.insert(link.clone()) {
                ahead.push(link);
            }
        }
        pages.insert(path, page);
    }
    pages
}

#[test]
fn every_page_is_sound_in_both_languages_and_every_link_leads_somewhere() {
    let node = Node::new(Engine::Sqlite);
    let pages = walk(&node);
    let of =
        |beginning: &str| -> BTreeSet<&str> { pages.keys().filter_map(|path| path.strip_prefix(beginning)).collect() };
    assert_eq!(of("/en"), of("/zh"), "each page is there in both languages");
    assert!(pages.len() > 80, "only {} pages are linked", pages.len());
    for (path, page) in &pages {
        let text = all(page, "main").concat().to_lowercase();
        let words: BTreeSet<&str> = text.split(|sign: char| !sign.is_ascii_alphabetic()).collect();
        for word in BANNED {
            let says = if word.is_ascii() { words.contains(word) } else { text.contains(word) };
            assert!(!says, "{path} says {word}");
        }
    }
}

#[test]
fn an_address_without_a_language_is_sent_on_to_the_visitor_s_own() {
    let node = Node::new(Engine::Sqlite);
    let to = |path: &str, headers: &[(&'static str, &str)]| {
        let ask = headers.iter().fold(Ask::get(path, As::Nobody), |ask, (name, value)| ask.with(name, Some(value)));
        let reply = node.asks(&ask);
        (reply.status, reply.headers["location"].to_str().expect("a path").to_owned())
    };
    assert_eq!(to("/", &[]), (302, "/en".to_owned()));
    assert_eq!(
        to("/catalog/pharmacist-licence", &[("accept-language", "zh-CN,en")]),
        (302, "/zh/catalog/pharmacist-licence".to_owned())
    );
    let kept = [("accept-language", "zh-CN"), ("cookie", "a=b; fairfile_language=en")];
    assert_eq!(to("/rights", &kept), (302, "/en/rights".to_owned()));
    assert_eq!(
        to("/problems/D007", &[("accept", "text/html"), ("accept-language", "zh")]),
        (302, "/zh/problems/D007".to_owned())
    );
    assert_eq!(to("/my/looks?show=denied&name=x", &[]), (302, "/en/my/looks?show=denied".to_owned()));
    for (path, expected) in
        [("/en/", "/en"), ("/zh/", "/zh"), ("/en/catalog/", "/en/catalog"), ("/zh/status/?a=b", "/zh/status?a=b")]
    {
        assert_eq!(to(path, &[]), (308, expected.to_owned()));
    }
    assert_eq!(get(&node, "/en//evil.example/").status, 404, "no other host");
    let reply = get(&node, "/zh/rights");
    assert_eq!(reply.headers["set-cookie"], "fairfile_language=zh; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
}

#[test]
fn an_address_that_is_none_is_a_page_for_a_browser_and_data_for_a_program() {
    let node = Node::new(Engine::Sqlite);
    let browser = |path: &str, language: &str| {
        let ask = Ask::get(path, As::Nobody).with("accept", Some("text/html,*/*;q=0.8"));
        node.asks(&ask.with("accept-language", Some(language)))
    };
    for (path, language, expected) in [
        ("/nowhere", "en", "en"),
        ("/nowhere", "zh-CN", "zh-Hans"),
        ("/EN/rights", "en", "en"),
        ("/en/nowhere", "zh-CN", "en"),
    ] {
        let reply = browser(path, language);
        assert_eq!(
            (reply.status, attributes(&html(&reply), "html", "lang")),
            (404, vec![expected.to_owned()]),
            "{path}"
        );
    }
    assert_eq!(browser("/api/nowhere", "zh-CN").headers["content-type"], "application/problem+json");
    assert_eq!(node.asks(&Ask::get("/nowhere", As::Nobody)).headers["content-type"], "application/problem+json");
}

#[test]
fn colours_are_chosen_by_a_form_that_leads_back_and_nowhere_else() {
    let node = Node::new(Engine::Sqlite);
    let choose = |body: &str| {
        let form =
            Ask::post("/zh/theme", As::Nobody, body).with("content-type", Some("application/x-www-form-urlencoded"));
        node.asks(&form)
    };
    let reply = choose("theme=dark&back=%2Frights");
    assert_eq!((reply.status, reply.headers["location"].as_bytes()), (303, &b"/zh/rights"[..]));
    assert!(reply.headers["set-cookie"].to_str().expect("a cookie").starts_with("fairfile_theme=dark;"));
    for elsewhere in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2Fa%0D%0Ab", "evil"] {
        assert_eq!(choose(&format!("theme=dark&back={elsewhere}")).headers["location"], "/zh", "{elsewhere}");
    }
    assert_eq!(choose("theme=pink&back=").status, 400);
    let ask = Ask::get("/en", As::Nobody).with("cookie", Some("fairfile_theme=dark; fairfile_language=en"));
    let page = node.asks(&ask);
    assert_eq!(attributes(&html(&page), "html", "data-theme"), ["dark"]);
    assert!(!page.headers.contains_key("set-cookie"), "what is known is not told again");
}

/// A form with a file in it.
fn form(parts: &[(&str, &str)]) -> Vec<u8> {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    (parts.iter().map(part).collect::<String>() + "--edge--\r\n").into_bytes()
}

#[test]
fn a_receipt_is_checked_in_words_and_a_changed_one_is_found_out() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let answer = node.asks(&Ask::post(
        "/api/inquiries",
        As::Signed("0417"),
        super::node::question(SHOWN, "licence-renewal", "HC-2026-1"),
    ));
    let receipt = answer.json()["receipt"].to_string();
    let key = node.reg.publisher.key().vkey();
    let check = |path: &str, parts: &[(&str, &str)]| {
        let ask =
            Ask::post(path, As::Nobody, form(parts)).with("content-type", Some("multipart/form-data; boundary=edge"));
        let reply = node.asks(&ask);
        let page = is_sound(path, &reply);
        (reply.status, all(&page, "h1")[0].clone(), all(&page, "[role=alert]").concat())
    };
    let h1 = |status, words: &str| (status, words.to_owned(), String::new());
    let parts = [("text", receipt.as_str()), ("file", ""), ("key", &key)];
    assert_eq!(check("/en/verify", &parts), h1(200, "This file is real and has not been changed"));
    assert_eq!(check("/zh/verify", &parts), h1(200, "这份文件是真的，没有被改动"));
    let changed = receipt.replacen("\"index\":", "\"index\":1", 1);
    assert_ne!(changed, receipt);
    assert_eq!(check("/en/verify", &[("file", &changed), ("key", &key)]).1, "This file does not hold");
    let other = "other.example+1f2e3d4c+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh";
    for (parts, says) in [
        (vec![("text", "  "), ("key", &*key)], "Paste the text of a file, or choose one."),
        (vec![("text", "hello"), ("key", &key)], "This is no receipt"),
        (vec![("text", &receipt), ("key", "x")], "The key is no key of a node"),
        (vec![("text", &receipt), ("key", other)], "The key is no key of a node"),
        (vec![("other", "x")], "The form did not arrive whole"),
    ] {
        let (status, _, alert) = check("/en/verify", &parts);
        assert!(status == 422 && alert.starts_with(says), "{parts:?}: {status} {alert}");
    }
    let huge = "x".repeat(3 * 1024 * 1024);
    let ask = Ask::post("/en/verify", As::Nobody, form(&[("text", &huge)])).with("accept", Some("text/html"));
    let reply = node.asks(&ask.with("content-type", Some("multipart/form-data; boundary=edge")));
    assert_eq!(reply.status, 413);
    assert_eq!(all(&is_sound("/en/verify", &reply), "h1"), ["This did not work"]);
}

#[test]
fn what_a_visitor_writes_into_an_address_is_shown_as_text_or_not_at_all() {
    let node = Node::new(Engine::Sqlite);
    for path in [
        "/en/catalog/%3Cscript%3E",
        "/zh/law/x",
        "/en/members/nobody-of-this-name",
        "/en/catalog/pharmacist-licence/v9",
        "/en/x",
    ] {
        let reply = get(&node, path);
        assert_eq!(reply.status, 404, "{path}");
        let page = is_sound(path, &reply);
        assert!(all(&page, "h1")[0] == "There is no page here" || all(&page, "h1")[0] == "这里没有这个页面", "{path}");
    }
    let asked = Ask::get("/en/law/x", As::Nobody);
    assert!(node.asks(&asked).body.starts_with(b"<!doctype html>"), "whoever does not say what comes for a page");
    let program = node.asks(&Ask::get("/en/law/x", As::Nobody).with("accept", Some("application/problem+json")));
    assert_eq!(program.json()["code"], "Q009", "programs get a problem and no page");
}

/// Keys of a file of words, each with the variables in its text.
fn words(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language).join("fairfile-http.ftl");
    let text = fs::read_to_string(path).expect("the words");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
            key = name.to_owned();
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{language}: {key} stands there twice");
        }
        let variables =
            line.split('$').skip(1).map(|rest| rest.split([' ', '}']).next().unwrap_or_default().to_owned());
        found.get_mut(&key).expect("a key").extend(variables);
    }
    found
}

fn sources(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
}

#[test]
fn both_languages_have_the_same_words_and_none_is_left_over() {
    let (english, chinese) = (words("en"), words("zh-Hans"));
    assert_eq!(english, chinese, "keys and variables are the same");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    sources(&root.join("templates"), ".html", &mut texts);
    sources(&root.join("src/pages"), ".rs", &mut texts);
    let all_texts: String = texts.iter().map(|text| text.1.as_str()).collect();
    for key in english.keys() {
        assert!(all_texts.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
}

#[test]
fn a_template_has_no_words_of_its_own() {
    let mut templates = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), ".html", &mut templates);
    assert!(templates.len() > 15);
    for (path, template) in templates {
        let mut bare = String::new();
        let mut rest = template.as_str();
        while let Some(start) = rest.find(['<', '{']) {
            bare.push_str(&rest[..start]);
            let end = match &rest[start..] {
                code if code.starts_with("{{") => code.find("}}").map(|end| end + 2),
                code if code.starts_with("{%") => code.find("%}").map(|end| end + 2),
                tag => end_of_tag(tag),
            };
            rest = &rest[start + end.unwrap_or_else(|| panic!("{path} does not end"))..];
        }
        bare.push_str(rest);
        let bare: String = bare.chars().filter(|sign| sign.is_alphabetic()).collect();
        assert_eq!(bare, "journalcheckpoint".repeat(usize::from(path.ends_with("public/journal.html"))), "{path}");
    }
}

/// Where a tag ends; a template's own signs in it may hold `>`.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let next = at + tag[at..].find(['>', '{'])?;
        match &tag[next..] {
            code if code.starts_with("{{") => at = next + code.find("}}")? + 2,
            code if code.starts_with("{%") => at = next + code.find("%}")? + 2,
            code if code.starts_with('>') => return Some(next + 1),
            _ => at = next + 1,
        }
    }
}
