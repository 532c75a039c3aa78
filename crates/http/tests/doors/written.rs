//! What anybody writes is words: markup goes in by every door that takes a text, and comes out as text on every page.
//!
//! Every page that is read here is a sound one already: nothing in it runs, and no element stands in it that markup made
//! (`sound.rs`). What a door refuses is a text of signs that no markup has, and is tried as well.

use fairfile_lawfiles::catalog::EMBEDDED_DEMO;
use fairfile_proof::draw::fingerprint;

use super::browser::{Browser, Page, all, attributes};
use super::node::{Engine, Node, SHOWN};

/// The number of the shown pharmacist's licence.
const NUMBER: &str = "LH-YS-2023-00003";

/// Markup that ends whatever it may stand in and begins elements and attributes of its own; `mark` tells it from others.
fn hostile(mark: &str) -> String {
    format!("{mark}\"'></a></dd></textarea></title><svg/onload=alert(1)><b data-evil onclick=alert(1)>{mark}")
}

/// Holds that nothing on the page was made by what somebody wrote.
fn is_words(page: &Page) {
    assert!(all(&page.html, "[data-evil], [onload], [onclick], script:not([src])").is_empty(), "{}", page.path);
}

/// Reads every page of a visitor's below `roots`, in both languages: the words of each, and what stands in its fields.
fn walks(browser: &Browser<'_>, roots: &[&str]) -> Vec<String> {
    let both: Vec<String> =
        roots.iter().flat_map(|root| ["/en", "/zh"].map(|language| [language, root].concat())).collect();
    let pages = browser.walks(&both.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(pages.len() > 2 * roots.len(), "{roots:?} lead nowhere");
    let read = |page: &Page| {
        is_words(page);
        assert!([200, 404, 422].contains(&page.status), "{}: {}", page.path, page.status);
        page.text() + &attributes(&page.html, "main [value]", "value").concat()
    };
    pages.iter().map(read).collect()
}

/// Holds that each mark was read back as the words that were written, on a page that `read` has.
fn were_shown(read: &[String], marks: &[&str]) {
    for mark in marks {
        let written = hostile(mark);
        assert!(read.iter().any(|text| text.contains(&written)), "{mark} stands on none of {} pages", read.len());
    }
}

/// One registrar proposes by the form on the page at `from`, the other agrees.
fn is_done_by_two(node: &Node, from: &str, action: &str, fields: &[(&str, &str)]) {
    let page = proposed(node, from, action, fields);
    let second = Browser::of_registrar(node, "registrar-2");
    let done = second.follow(&second.get(&page.path), &format!("{}/agree", page.path), &[]);
    assert!(done.text().contains("agreed and done"), "{}", done.text());
}

fn proposed(node: &Node, from: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let first = Browser::of_registrar(node, "registrar-1");
    let page = first.follow(&first.get(from), action, fields);
    assert!(page.path.contains("/registry/proposals/"), "{}: {}", page.path, page.text());
    is_words(&page);
    page
}

/// The pharmacist item's next version, with markup wherever its file has words.
fn written_item() -> String {
    let (_, text) = EMBEDDED_DEMO.iter().find(|(name, _)| *name == "pharmacist-licence.toml").expect("the item");
    let text = text.replacen("version = 1", "version = 2", 1).replacen("2024-01-01", "2027-03-01", 1);
    let mut text = text;
    for (words, mark) in [
        ("\"Pharmacist licence\"", "item-en"),
        ("\"药师注册证\"", "item-zh"),
        ("\"That the person may work as a pharmacist, in which field and until when.\"", "plain-en"),
        ("\"本人可以从事药师工作，以及专业类别和有效期。\"", "plain-zh"),
        ("\"Class of pharmacy\"", "input-en"),
        ("\"类别\" }", "input-zh"),
        ("\"Chinese pharmacy\"", "choice-en"),
    ] {
        let end = if words.ends_with('}') { " }" } else { "" };
        let toml = format!("\"{}\"{end}", hostile(mark).replace('"', "\\\""));
        assert!(text.contains(words), "the item has {words}");
        text = text.replacen(words, &toml, 1);
    }
    text
}

#[test]
fn what_registrars_write_is_words_on_every_page_of_everybody() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let item = written_item();
    let (en, zh) = (hostile("member-en"), hostile("member-zh"));
    let because = hostile("because-member");
    let admit = "/en/registry/admit-member";
    is_done_by_two(
        &node,
        admit,
        admit,
        &[("code", "evil"), ("title_en", &en), ("title_zh", &zh), ("sectors", "food-and-drugs"), ("because", &because)],
    );
    let because = hostile("because-officer");
    let register = "/en/registry/register-officer";
    is_done_by_two(
        &node,
        register,
        register,
        &[
            ("code", "0902"),
            ("member", "evil"),
            ("from", "2026-11-23"),
            ("until", "2030-12-31"),
            ("purpose", "licence-renewal"),
            ("because", &because),
        ],
    );
    let standing = "/en/registry/members/tourism/standing";
    let page = proposed(&node, "/en/registry/members/tourism", standing, &[("because", &hostile("because-open"))]);
    let second = Browser::of_registrar(&node, "registrar-2");
    let reject = format!("{}/reject", page.path);
    is_words(&second.follow(&second.get(&page.path), &reject, &[("because", &hostile("because-rejected"))]));
    let first = Browser::of_registrar(&node, "registrar-1");
    let fields = [("text", item.as_str()), ("because", &*hostile("because-item"))];
    let check = first.follow(&first.get("/en/registry/catalog/new"), "/en/registry/catalog/check", &fields);
    is_words(&check);
    let proposal = first.follow(&check, "/en/registry/catalog/propose", &[("text", &item)]);
    assert!(proposal.path.contains("/registry/proposals/"), "{}", check.text());
    second.follow(&second.get(&proposal.path), &format!("{}/agree", proposal.path), &[]).says(&["agreed and done"]);

    let read = walks(&Browser::of_registrar(&node, "registrar-1"), &["/registry"]);
    were_shown(&read, &["member-en", "member-zh", "because-member", "because-officer", "because-open"]);
    were_shown(&read, &["because-rejected", "because-item", "item-en", "item-zh", "plain-en", "plain-zh", "input-en"]);
    let nobody = Browser::of_nobody(&node);
    let read = walks(&nobody, &["/members", "/catalog", "/purposes"]);
    were_shown(
        &read,
        &["member-en", "member-zh", "item-en", "item-zh", "plain-en", "plain-zh", "input-en", "input-zh"],
    );
    // The officer of the member with that name is signed in under it, on the page of every visitor's bar.
    let officer = Browser::of_officer(&node, "0902");
    walks(&officer, &["/inquiry"]);
    were_shown_in_the_bar(&officer);
}

/// Who is signed in stands above every page, with the member's name.
fn were_shown_in_the_bar(officer: &Browser<'_>) {
    for (path, mark) in [("/en/inquiry", "member-en"), ("/zh/inquiry", "member-zh")] {
        let page = officer.get(path);
        is_words(&page);
        let bar = all(&page.html, "header .visitor").concat() + &all(&page.html, "aside option").concat();
        assert_eq!(bar.matches(&hostile(mark)).count(), 2, "{bar}");
    }
}

#[test]
fn what_a_source_and_a_supervisor_write_is_words_on_every_page() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-1");
    let source = Browser::of_officer(&node, "0101");
    // A single record, whose free fields are markup.
    let (number, office) = ("LH\"'><b data-evil onclick=alert(1)>".to_owned(), hostile("office"));
    let address = "/en/source/records/new";
    let form = source.get(&format!("{address}?item=pharmacist-licence"));
    let typed = [
        ("f-identifier", SHOWN.0),
        ("f-name", SHOWN.1),
        ("f-registration_no", number.as_str()),
        ("f-class", "pharmacy"),
        ("f-granted_on", "2026-02-03"),
        ("f-valid_until", "2031-01-01"),
        ("f-issuing_authority", office.as_str()),
    ];
    let check = source.follow(&form, address, &typed);
    is_words(&check);
    assert!(check.path.ends_with("/send"), "{}", check.text());
    source.follow(&check, &check.path, &[]);
    // A correction with markup as its value and as the words for the person.
    let both = [("item", "pharmacist-licence"), ("number", NUMBER), ("identifier", SHOWN.0)];
    let record = source.follow(&source.get("/en/source/records"), "/en/source/records", &both);
    let address = format!("{}/correct", record.path);
    let form = source.get(&format!("{address}?input=issuing_authority"));
    let (value, words) = (hostile("corrected"), hostile("words"));
    let typed = [("value", value.as_str()), ("reason", "entered-wrongly"), ("words", words.as_str())];
    let check = source.follow(&form, &address, &typed);
    is_words(&check);
    source.follow(&check, &check.path, &[]);
    // A file whose name is markup.
    let new = "/en/source/batches/new";
    let name = "x\"'><b data-evil onclick=alert(1)>.csv";
    is_words(&source.uploads(&source.get(new), new, &[("item", "pharmacist-licence")], name, b"a,b\n1,2\n"));
    // A draw whose words are markup.
    let supervisor = Browser::of_supervisor(&node);
    let (samples, told) = ("/en/supervision/samples", hostile("draw"));
    let print = hex::encode(fingerprint(&told));
    let sure = supervisor.follow(&supervisor.get(samples), samples, &[("fingerprint", &print), ("looks", "2")]);
    let announced = supervisor.follow(&sure, samples, &[]);
    let sure = supervisor.follow(&announced, &announced.path, &[("words", &told)]);
    is_words(&sure);
    is_words(&supervisor.follow(&sure, &announced.path, &[]));

    were_shown(&walks(&supervisor, &["/supervision"]), &["draw"]);
    walks(&source, &["/source"]);
    walks(&Browser::of_officer(&node, "0417"), &["/inquiry"]);
    let read = walks(&Browser::of_person(&node, SHOWN.0), &["/my"]);
    were_shown(&read, &["office", "corrected", "words"]);
    assert!(read.iter().any(|text| text.contains(&number)), "the number of the decision");
    let answered = Browser::of_officer(&node, "0417");
    let fields = [("purpose", "licence-renewal"), ("case", "HC-2"), ("number", SHOWN.0), ("name", SHOWN.1)];
    let page = answered.follow(&answered.get("/en/inquiry/new"), "/en/inquiry/new", &fields);
    is_words(&page);
    assert!(page.text().contains(&number), "the answer shows it as it was written");
}

#[test]
fn what_is_typed_and_not_taken_comes_back_as_words() {
    let node = Node::with_pharmacists(Engine::Sqlite).staged();
    let evil = hostile("typed");
    let text = evil.as_str();
    let nobody = Browser::of_nobody(&node);
    let officer = Browser::of_officer(&node, "0417");
    let source = Browser::of_officer(&node, "0101");
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let supervisor = Browser::of_supervisor(&node);
    let person = Browser::of_person(&node, SHOWN.0);
    let forms: [(&Browser<'_>, &str, &str, &[&str]); 15] = [
        (&nobody, "/sign-in", "/sign-in", &["number"]),
        (&nobody, "/sign-in/staff/invited", "/sign-in/staff/invited", &["code"]),
        (&nobody, "/sign-in/staff/lost", "/sign-in/staff/lost", &["code"]),
        (&nobody, "/verify", "/verify", &["text", "key"]),
        (&officer, "/inquiry/new", "/inquiry/new", &["purpose", "case", "number", "name"]),
        (&officer, "/counter", "/counter", &["case", "number", "name"]),
        (&source, "/source/records", "/source/records", &["item", "number", "identifier"]),
        (
            &source,
            "/source/records/new?item=pharmacist-licence",
            "/source/records/new",
            &[
                "f-identifier",
                "f-name",
                "f-registration_no",
                "f-class",
                "f-granted_on",
                "f-valid_until",
                "f-issuing_authority",
            ],
        ),
        (&registrar, "/registry/admit-member", "/registry/admit-member", &["code", "title_en", "title_zh", "sectors"]),
        (
            &registrar,
            "/registry/register-officer",
            "/registry/register-officer",
            &["code", "member", "from", "purpose"],
        ),
        (&registrar, "/registry/register-key", "/registry/register-key", &["code", "officer", "public_key", "because"]),
        (&registrar, "/registry/training", "/registry/training/check", &["officer", "purpose", "until"]),
        (&registrar, "/registry/sign-in", "/registry/sign-in/invite", &["holder"]),
        (&supervisor, "/supervision/samples", "/supervision/samples", &["fingerprint", "looks"]),
        (&person, "/my/settings", "/my/settings", &["channel", "mail", "phone", "phrase", "from", "until"]),
    ];
    for (browser, from, action, fields) in forms {
        for language in ["/en", "/zh"] {
            let typed: Vec<_> = fields.iter().map(|field| (*field, text)).collect();
            let action = [language, action].concat();
            let page = browser.get(&[language, from].concat());
            let page = if action.ends_with("/verify") {
                browser.uploads(&page, &action, &typed, "x", b"")
            } else {
                browser.follow(&page, &action, &typed)
            };
            is_words(&page);
            assert!([400, 422].contains(&page.status), "{action}: {}", page.status);
        }
    }
}

#[test]
fn what_stands_in_an_address_comes_back_as_words_or_not_at_all() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let person = Browser::of_person(&node, SHOWN.0);
    for path in ["/en/my", "/en/sign-in/again", "/en/my/looks", "/en/source/batches", "/en/catalog", "/zh/purposes"] {
        for query in
            ["?back=/%22%3E%3Cb%20data-evil%3E", "?show=%22%3E%3Cb%20data-evil%3E", "/%22%3E%3Cb%20data-evil%3E"]
        {
            is_words(&person.get(&[path, query].concat()));
        }
    }
}
