//! The desk of a source by a browser without scripts: files, single records, corrections; what goes wrong, and what nobody sees.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use fairfile_domain::day::Instant;
use fairfile_proof::Receipt;

use super::browser::{Browser, Page, all, attributes};
use super::node::{Engine, Node, Reply, SHOWN, expected, on_both_engines, sample_bytes, standing};

const LICENCES: &str = "pharmacist-licences-2026-10.csv";
const CORRECTIONS: &str = "pharmacist-corrections-2026-11.csv";
const NEW: &str = "/en/source/batches/new";
/// The number of the shown pharmacist's licence.
const NUMBER: &str = "LH-YS-2023-00003";

fn officer(node: &Node) -> Browser<'_> {
    Browser::of_officer(node, "0101")
}

/// The page once nothing is being worked on: a browser loads it anew by itself.
fn settled(browser: &Browser<'_>, mut page: Page) -> Page {
    while !attributes(&page.html, "meta[http-equiv=refresh]", "content").is_empty() {
        page = browser.get(&page.path);
    }
    page
}

fn uploads(browser: &Browser<'_>, item: &str, name: &str, bytes: &[u8]) -> Page {
    let page = browser.get(NEW);
    settled(browser, browser.uploads(&page, NEW, &[("item", item)], name, bytes))
}

/// What stands under a count of the report.
fn counts(page: &Page) -> Vec<String> {
    all(&page.html, ".counts dd")
}

/// The link of the page that leads to sending.
fn to_send(page: &Page) -> String {
    attributes(&page.html, "a.step.main", "href").remove(0)
}

fn sends(browser: &Browser<'_>, page: &Page) -> Page {
    let sent = browser.follow(page, &page.path, &[]);
    let sent = settled(browser, sent);
    assert_eq!(sent.status, 200, "{}", sent.text());
    sent
}

fn a_file_is_checked_and_then_sent_once(engine: Engine) {
    let node = Node::new(engine);
    let browser = officer(&node);
    browser.get("/en/source").says(&["You have sent nothing yet. Start with the practice file"]);
    let before = node.reg.store.head().snapshot().size();
    let page = uploads(&browser, "pharmacist-licence", LICENCES, &sample_bytes(LICENCES));
    let expected = expected(LICENCES);
    let count = |key: &str| expected[key].as_u64().expect("a count");
    let shown = [count("rows"), count("accepted"), count("duplicate"), count("quarantined"), count("rejected")];
    assert_eq!(
        counts(&page),
        shown.map(|count| if count > 999 { format!("1,{:03}", count - 1_000) } else { count.to_string() })
    );
    let rows: Vec<String> = all(&page.html, "table:nth-of-type(2) tbody th");
    assert_eq!(rows.len() as u64, count("rows") - count("accepted"), "every row that is not ready is told of");
    assert_eq!(node.reg.store.head().snapshot().size(), before, "a check is no event");
    assert!(!page.text().contains(SHOWN.0) && !page.text().contains(SHOWN.1), "nobody is on the page");

    let check = browser.get(&to_send(&page));
    check.says(&["ready rows will be taken", "are kept out", "It is done once"]);
    let sent = sends(&browser, &check);
    assert!(sent.path.contains("/source/batches/bat_"), "{}", sent.path);
    sent.says(&["Sent:", "by officer 0101", "rows were not taken", "Others see each record"]);
    sent.says(&["rows are on file already", "Set aside"]);
    let size = node.reg.store.head().snapshot().size();
    let again = browser.follow(&check, &check.path, &[]);
    assert_eq!((again.path.as_str(), node.reg.store.head().snapshot().size()), (sent.path.as_str(), size), "sent once");
    let other = uploads(&browser, "pharmacist-licence", "the-same.csv", &sample_bytes(LICENCES));
    other.says(&["No row is ready"]);

    let receipt = browser.fetch(&format!("{}/receipt", sent.path));
    let receipt = Receipt::parse(&receipt.body).expect("a receipt");
    assert_eq!(receipt.opening().event()["officer"], "0101");
    let csv = String::from_utf8(browser.fetch(&format!("{}/report.csv", sent.path)).body).expect("UTF-8");
    assert_eq!(csv.lines().count() as u64, 1 + count("rows") - count("accepted"));
    let json = browser.fetch(&format!("{}/report.json", sent.path)).json();
    assert_eq!((json["state"].as_str(), json["accepted"].as_u64()), (Some("taken"), Some(count("accepted"))));
    browser.get("/en/source").says(&["Pharmacist licence, records", "Shown"]);
    browser.get("/zh/source/batches").says(&["药师注册证，记录", "已展示"]);
    Browser::of_officer(&node, "0201").refuses(&sent.path, 404);
}

fn a_record_is_corrected_and_whoever_saw_it_is_named(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-1");
    let browser = officer(&node);
    let open = browser.get("/en/source/records");
    let wrong = [("item", "pharmacist-licence"), ("number", NUMBER), ("identifier", "539981198906270337")];
    let refused = browser.follow(&open, "/en/source/records", &wrong);
    assert_eq!(refused.status, 422);
    refused.says(&["Your member has no record of this kind with these two numbers"]);
    let both = [("item", "pharmacist-licence"), ("number", NUMBER), ("identifier", SHOWN.0)];
    let record = browser.follow(&open, "/en/source/records", &both);
    record.says(&["Where does the record stand?", "One member was shown it", "In force"]);
    assert!(!record.text().contains(SHOWN.0) && !record.path.contains(SHOWN.0));

    let stranger = Browser::of_officer(&node, "0201").get(&record.path);
    stranger.says(&["An address alone opens nothing"]);
    let address = format!("{}/correct", record.path);
    browser.get(&address).says(&["What is wrong?", "Valid until"]);
    let form = browser.get(&format!("{address}?input=valid_until"));
    let wrong = [("value", "2031-02-30"), ("reason", ""), ("words", "<script>alert(1)</script>")];
    let refused = browser.follow(&form, &address, &wrong);
    assert_eq!(refused.status, 422);
    let filled = [("value", "2031-12-30"), ("reason", "entered-wrongly"), ("words", "<script>alert(1)</script>")];
    let check = browser.follow(&form, &address, &filled);
    check.says(&[
        "Shall the record be corrected?",
        "as you sent it",
        "30 December 2031",
        "it was entered wrongly",
        "<script>alert(1)</script>",
    ]);
    let sent = sends(&browser, &check);
    sent.says(&["Sent: one correction was made", "notices 1, confirmed 0", "the person sees the same"]);
    let twice = browser.send(&form, &address, &filled);
    assert_eq!((twice.status, twice.headers["location"].as_bytes()), (303, check.path.as_bytes()));
    assert_eq!(browser.fetch(&check.path).status, 303, "which leads on to what was sent");
    let anew = browser.follow(&browser.get(&form.path), &address, &filled);
    assert_eq!(anew.status, 422, "opened anew, the form finds it done");
    anew.says(&["The record is so already"]);
    browser.get("/en/source/notices").says(&["It must confirm by", "that day included", "corrected"]);

    let address = format!("{}/withdraw", record.path);
    let form = browser.get(&address);
    let check = browser.follow(&form, &address, &[("reason", "wrong-person"), ("words", "")]);
    check.says(&["Shall the record be taken back?", "nobody is shown this record"]);
    let sent = sends(&browser, &check);
    sent.says(&[
        "Withdrawn: one record was taken back",
        "nobody is shown what was taken back",
        "the person sees the same",
    ]);
    assert!(!sent.text().contains("correction was made"), "a withdrawal is no correction");
    let gone = browser.get(&record.path);
    gone.says(&["Withdrawn", "It was taken back on", "The note that it was here is kept until", "was told:"]);
    for untrue in ["Others may see it", "will be told", "Its content is destroyed after"] {
        assert!(!gone.text().contains(untrue), "{untrue}: {}", gone.text());
    }
    for deed in ["correct", "withdraw"] {
        let page = browser.get(&format!("{}/{deed}", record.path));
        page.says(&["If the matter still stands"]);
        assert!(attributes(&page.html, "main form", "action").is_empty(), "there is nothing to send");
    }
}

fn a_single_record_is_held_against_the_same_rules(engine: Engine) {
    let node = Node::new(engine);
    let browser = officer(&node);
    let address = "/en/source/records/new";
    let form = browser.get(&format!("{address}?item=pharmacist-licence"));
    let mut typed = vec![
        ("f-identifier", "539958198204170136"),
        ("f-name", "梁敏磊"),
        ("f-registration_no", "LH-1"),
        ("f-class", "pharmacy"),
        ("f-granted_on", "2026-02-30"),
        ("f-valid_until", "2031-01-01"),
        ("f-issuing_authority", "<img src=x onerror=alert(1)>"),
    ];
    let refused = browser.follow(&form, address, &typed);
    assert_eq!(refused.status, 422);
    let marked = attributes(&refused.html, "[aria-invalid]", "name");
    assert_eq!(marked, ["f-identifier", "f-granted_on"]);
    assert_eq!(attributes(&refused.html, "#f-identifier", "value"), ["539958198204170136"], "what was typed is kept");
    assert!(all(&refused.html, "head > title")[0].starts_with("Error: "));
    (typed[0].1, typed[4].1) = ("5399 5819 8204 1701 35", "2026-02-03");
    let check = browser.follow(&form, address, &typed);
    check.says(&["Shall this record be sent?", "5399 **** ****", "Pharmacy", "<img src=x onerror=alert(1)>"]);
    assert!(!check.text().contains("198204170135") && !check.text().contains("8204 1701 35"), "the number is masked");
    let sent = sends(&browser, &check);
    sent.says(&["Sent: one record was taken"]);
    let again = browser.send(&form, address, &typed);
    assert_eq!((again.status, again.headers["location"].as_bytes()), (303, check.path.as_bytes()));
    let anew = browser.follow(&browser.get(&form.path), address, &typed);
    assert_eq!(anew.status, 422);
    anew.says(&["The same record as another one or one on file"]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_nothing_is_lost() {
    let node = Node::with(Engine::Sqlite, |config| config.file_bytes = 100_000);
    let browser = officer(&node);
    let old_excel = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    let not_text = [&b"\xff\xfe\x00"[..], &[0xff; 40]].concat();
    let long = vec![b'x'; 100_001];
    for (name, bytes, status, says) in [
        ("a.csv", &b""[..], 422, "F002"),
        ("", b"", 422, "Choose a file."),
        ("a.xls", &old_excel, 422, "F004"),
        ("a.bin", &not_text, 422, "F0"),
        ("a.csv", b"a,b\n1,2\n", 422, "B031"),
        ("a.csv", &long, 413, "Q010"),
    ] {
        let page = uploads(&browser, "pharmacist-licence", name, bytes);
        assert_eq!(page.status, status, "{name}: {}", page.text());
        page.says(&[says]);
        assert!(all(&page.html, "head > title")[0].starts_with("Error: "), "{name}");
        assert_eq!(all(&page.html, "[role=alert]").len(), 1, "{name}");
    }
    let page = uploads(&browser, "pharmacist-licence", "a.csv", b"a,b\n1,2\n");
    let chinese = browser.get(&page.path.replace("/en/", "/zh/"));
    chinese.says(&["第1列不属于该项目"]);
    assert!(!chinese.text().contains("column"), "{}", chinese.text());
    let page = uploads(&browser, "star-sign", "a.csv", b"a\n1\n");
    assert_eq!(page.status, 422);
    page.says(&["Choose one of the items"]);
    let form = browser.get(NEW);
    let other = Browser::of_officer(&node, "0101");
    let reply = other.sends_file(&form, NEW, &[("item", "pharmacist-licence")], "a.csv", b"a\n1\n");
    assert_eq!(reply.status, 403, "a form of another session");
}

#[test]
fn a_draft_is_its_officer_s_alone_and_the_practice_file_is_not_sent() {
    let node = Node::new(Engine::Sqlite);
    let browser = officer(&node);
    let form = browser.get("/en/source");
    let form = Page { html: browser.get(NEW).html, ..form };
    let practice = "/en/source/batches/practice";
    let page = settled(&browser, browser.follow(&form, practice, &[("item", "pharmacist-licence")]));
    page.says(&["This is the practice file. It cannot be sent"]);
    assert_eq!(counts(&page), ["5", "1", "1", "0", "3"]);
    let send = format!("{}/send", page.path);
    assert_eq!(browser.fetch(&send).status, 303, "there is nothing to confirm");
    let reply = browser.post(&send, browser.filled(&page, "/en/sign-out", &[]), "same-origin");
    assert_eq!(reply.headers["location"], page.path.as_str(), "it leads back to the report");
    assert_eq!(
        browser.get("/en/source/batches").html.root_element().text().collect::<String>().matches("bat_").count(),
        0
    );
    let absent = browser.get("/en/source/batches/dft_00000000000000000000000000000000");
    let stranger = Browser::of_officer(&node, "0201").get(&page.path);
    assert_eq!((stranger.status, all(&stranger.html, "main")), (404, all(&absent.html, "main")), "one page for both");
}

/// Seconds by which the machine's clock runs ahead in the test that turns it.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn turned() -> Instant {
    let micros = standing().unix_micros() + AHEAD.load(Ordering::SeqCst) * 1_000_000;
    Instant::from_unix_micros(micros).expect("an instant")
}

#[test]
fn few_checked_files_are_kept_and_not_for_long() {
    let node = Node::with(Engine::Sqlite, |config| config.clock = turned);
    let browser = officer(&node);
    let kept: Vec<Page> = (0..5)
        .map(|number| uploads(&browser, "pharmacist-licence", &format!("{number}.csv"), &sample_bytes(LICENCES)))
        .collect();
    assert_eq!(browser.get(&kept[0].path).status, 404, "the oldest made room");
    assert_eq!(browser.get(&kept[4].path).status, 200);
    AHEAD.store(2 * 60 * 60, Ordering::SeqCst);
    let later = officer(&node).get(&kept[4].path);
    assert_eq!(later.status, 404);
    later.says(&["Checked files are kept for two hours"]);
}

#[test]
fn a_payload_in_a_cell_or_a_file_s_name_is_text_or_nothing() {
    let node = Node::new(Engine::Sqlite);
    let browser = officer(&node);
    let payload = "<script>alert(1)</script>";
    let rows = format!(
        "identity number,name,registration no,class,granted on,valid until\n\"{payload}\",\"{payload}\",\"{payload}\",\"{payload}\",\"{payload}\",\"=cmd()\"\n"
    );
    let page = uploads(&browser, "pharmacist-licence", &format!("{payload}.csv"), rows.as_bytes());
    assert!(page.text().contains(&format!("{payload}.csv").replace('/', "")) || page.text().contains("script>.csv"));
    assert_eq!(
        page.text().matches("alert(1)").count(),
        0,
        "no cell is shown, and a name loses what stands before a slash"
    );
    let names: BTreeSet<String> = attributes(&page.html, "script", "src").into_iter().collect();
    assert!(names.is_empty());
    let csv = String::from_utf8(browser.fetch(&format!("{}/report.csv", page.path)).body).expect("UTF-8");
    assert!(!csv.contains("alert") && !csv.contains("=cmd"), "{csv}");
}

#[test]
fn a_template_is_understood_and_its_example_is_turned_away() {
    let node = Node::new(Engine::Sqlite);
    let browser = officer(&node);
    for language in ["en", "zh"] {
        let template: Reply = browser.fetch(&format!("/{language}/source/templates/pharmacist-licence"));
        assert_eq!(template.headers["content-type"], "text/csv; charset=utf-8");
        let page = uploads(&browser, "pharmacist-licence", "template.csv", &template.body);
        assert_eq!(counts(&page), ["1", "0", "0", "0", "1"], "{language}");
        page.says(&["I004"]);
        let template = browser.fetch(&format!("/{language}/source/templates/pharmacist-licence/corrections"));
        let page = uploads(&browser, "pharmacist-licence", "corrections.csv", &template.body);
        assert_eq!(counts(&page), ["2", "0", "0", "0", "2"], "{language}");
        page.says(&["corrections", "B021"]);
    }
}

fn corrections_go_the_same_way(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let browser = officer(&node);
    let page = uploads(&browser, "pharmacist-licence", CORRECTIONS, &sample_bytes(CORRECTIONS));
    page.says(&["corrections"]);
    let check = browser.get(&to_send(&page));
    check.says(&["corrections will be made", "Every member that was shown one of these records is told"]);
    let sent = sends(&browser, &check);
    let accepted = expected(CORRECTIONS)["accepted"].as_u64().expect("a count");
    sent.says(&[
        &format!("Sent: {accepted} records were corrected or taken back"),
        "what was taken back is shown to nobody",
    ]);
}

on_both_engines!(
    a_file_is_checked_and_then_sent_once,
    a_record_is_corrected_and_whoever_saw_it_is_named,
    a_single_record_is_held_against_the_same_rules,
    corrections_go_the_same_way,
);
