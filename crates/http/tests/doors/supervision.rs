//! The supervisor's office: late members, the journal's health, and samples that nobody can choose.

use fairfile_proof::draw::{drawn, fingerprint, seed};
use fairfile_proof::{VerifierKey, verify_file};

use super::browser::{Browser, Page};
use super::node::{ENDED, Engine, Node, SHOWN, UNKNOWN, on_both_engines, sample_bytes, upload};

const CORRECTIONS: &str = "pharmacist-corrections-2026-11.csv";
const SAMPLES: &str = "/en/supervision/samples";
const WORDS: &str = "dice 4 1 6 6 2 3 1 5 2 6 4 4 1 2 3 6 5 1 2 2";

/// What no page of the supervisor may hold.
fn names_nobody(page: &Page) {
    for secret in [SHOWN.0, SHOWN.1, ENDED.0, ENDED.1, UNKNOWN.0, UNKNOWN.1, "sub_", "LH-YS-"] {
        assert!(!page.html.html().contains(secret), "{} tells {secret}", page.path);
    }
}

/// Announces a draw by its check page.
fn announces(browser: &Browser<'_>, words: &str, looks: &str) -> Page {
    let print = hex::encode(fingerprint(words));
    let sure = browser.follow(&browser.get(SAMPLES), SAMPLES, &[("fingerprint", &print), ("looks", looks)]);
    assert_eq!(sure.status, 200);
    sure.says(&["Announce this draw?", &print]);
    browser.follow(&sure, SAMPLES, &[])
}

fn a_draw_is_announced_told_and_worked_out_again_by_anybody(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    for (case, person) in [("HC-1", SHOWN), ("HC-2", SHOWN), ("HC-3", ENDED), ("HC-4", UNKNOWN)] {
        node.inquires("0417", person, "licence-renewal", case);
        node.inquires("0418", person, "licence-renewal", case);
    }
    let supervisor = Browser::of_supervisor(&node);
    supervisor.get(SAMPLES).says(&["No draw was announced yet."]);
    let before = node.reg.store.head().snapshot().size();
    let announced = announces(&supervisor, WORDS, "3");
    announced.says(&["The draw is announced.", "drw_"]);
    assert!(announced.text().replace(',', "").contains(&before.to_string()), "how many entries there were");
    let address = announced.path.clone();
    // The proof of the announcement holds the root that nobody knew before.
    let proof = supervisor.download(&format!("{address}/receipt"));
    let key = node.reg.publisher.key().vkey();
    assert!(verify_file(&proof[..], Some(&key), None).expect("a receipt").ok);
    let proof: serde_json::Value = serde_json::from_slice(&proof).expect("JSON");
    let key = VerifierKey::parse(&key).expect("a key");
    let head = key.open_checkpoint(proof["checkpoint"].as_str().expect("a head")).expect("signed");
    assert_eq!(head.size, before + 1);

    let wrong = supervisor.follow(&announced, &address, &[("words", "other words")]);
    assert_eq!(wrong.status, 422);
    wrong.says(&["These words do not make the fingerprint."]);
    let size = node.reg.store.head().snapshot().size();
    let sure = supervisor.follow(&announced, &address, &[("words", WORDS)]);
    sure.says(&["Tell these words and draw?", WORDS]);
    assert_eq!(node.reg.store.head().snapshot().size(), size, "nothing is told before it is confirmed");
    let made = supervisor.follow(&sure, &address, &[]);
    let expected: Vec<u64> = drawn(&seed(&head.root, WORDS), before, 2_000).collect();
    let shown: Vec<u64> = super::browser::all(&made.html, "tbody th")
        .iter()
        .map(|entry| entry.replace(',', "").parse().expect("an entry"))
        .collect();
    let looks: Vec<u64> = expected.into_iter().filter(|entry| *entry >= before - 8).take(3).collect();
    assert_eq!(shown, looks, "the looks are those that anybody works out");
    names_nobody(&made);
    made.says(&["officer 04", "Renewal of a licence", "HC-", WORDS]);
    made.says(&["were drawn and passed over: they are no looks"]);
    assert!(!made.text().contains(": no look"), "no line for what is no look");
    Browser::of_nobody(&node)
        .get("/en/verify/journal")
        .says(&["fairfile/draw/1", "The rest of its division by n is the entry."]);

    // Told twice it is made once, and neither words nor fingerprint count a second time.
    let size = node.reg.store.head().snapshot().size();
    supervisor.follow(&sure, &address, &[]);
    assert_eq!(node.reg.store.head().snapshot().size(), size);
    let print = hex::encode(fingerprint(WORDS));
    let again = supervisor.follow(&supervisor.get(SAMPLES), SAMPLES, &[("fingerprint", &print), ("looks", "3")]);
    let again = supervisor.follow(&again, SAMPLES, &[]);
    assert_eq!(again.status, 422);
    again.says(&["This fingerprint was announced before."]);
    let check = supervisor.follow(&supervisor.get("/en/supervision/journal"), "/en/supervision/journal", &[]);
    check.says(&["no difference found"]);
}

fn late_members_are_named_and_records_are_not(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let supervisor = Browser::of_supervisor(&node);
    supervisor.get("/en/supervision").says(&["No member is late.", "The journal was not checked since"]);
    supervisor.get("/zh/supervision/late").says(&["没有单位逾期"]);
    tells_errors(&node);
    let corrected = node.asks(&upload("/api/batches", CORRECTIONS, sample_bytes(CORRECTIONS)));
    assert_eq!(corrected.status, 201, "{}", corrected.json());
    supervisor.get("/en/supervision/late").says(&["No member is late."]);
    node.reg.clock.set("2026-12-05T09:00:00+08:00".parse().expect("an instant"));
    let supervisor = Browser::of_supervisor(&node);
    for (path, says) in [
        ("/en/supervision", "not confirmed"),
        ("/en/supervision/late", "Lanhe Provincial Health Commission"),
        ("/en/supervision/late", "not_"),
        ("/en/supervision/late", "30 November 2026"),
        ("/zh/supervision/late", "2026年11月30日"),
    ] {
        let page = supervisor.get(path);
        page.says(&[says]);
        names_nobody(&page);
        assert!(!page.text().contains("rec_"), "{path} names a record");
    }
}

/// The first people of the corrections are looked at, so that there is somebody to tell.
fn tells_errors(node: &Node) {
    let (records, corrections) = (sample_bytes("pharmacist-licences-2026-10.csv"), sample_bytes(CORRECTIONS));
    let (records, corrections) = (String::from_utf8_lossy(&records), String::from_utf8_lossy(&corrections));
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<String>>();
    for (row, correction) in corrections.lines().skip(1).take(5).map(cells).enumerate() {
        let Some(number) = correction.get(2) else { continue };
        let record = records.lines().map(cells).find(|record| record.first() == Some(number));
        let Some(name) = record.as_ref().and_then(|record| record.get(1)) else { continue };
        node.inquires("0417", (number, name), "licence-renewal", &format!("HC-2026-{row}"));
    }
}

#[test]
fn a_journal_that_was_changed_is_told_in_words() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-1");
    let supervisor = Browser::of_supervisor(&node);
    let journal = "/en/supervision/journal";
    supervisor.get(journal).says(&["The journal was not checked since", "None yet."]);
    let sound = supervisor.follow(&supervisor.get(journal), journal, &[]);
    sound.says(&["Last check of the journal: 23 November 2026, 09:00", "no difference found"]);
    node.raw().meddle("UPDATE look SET outcome = 'denied'");
    let spoilt = supervisor.follow(&sound, journal, &[]);
    spoilt.says(&["found one difference", "look.outcome", "Keep its disk as it is"]);
    names_nobody(&spoilt);
    supervisor.get("/zh/supervision").says(&["发现 1 处差异"]);
    let whole = supervisor.download("/en/supervision/journal/export");
    assert!(verify_file(&whole[..], Some(&node.reg.publisher.key().vkey()), None).expect("a journal").ok);
}

#[test]
fn each_page_of_the_supervisor_is_there_in_both_languages_and_what_is_wrong_is_said_beside_it() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let supervisor = Browser::of_supervisor(&node);
    for language in ["/en", "/zh"] {
        for page in ["", "/late", "/journal", "/samples", "/reports"] {
            let page = supervisor.get(&format!("{language}/supervision{page}"));
            assert_eq!(page.status, 200, "{}", page.path);
            names_nobody(&page);
        }
    }
    let page = supervisor.get(SAMPLES);
    let wrong = supervisor.follow(&page, SAMPLES, &[("fingerprint", "<b>"), ("looks", "51")]);
    assert_eq!(wrong.status, 422);
    wrong.says(&["The fingerprint has 64 characters", "Write a number from 1 to 50."]);
    assert!(wrong.html.html().contains("value=\"&lt;b&gt;\""), "what was typed is kept");
    assert!(super::browser::all(&wrong.html, "title")[0].starts_with("Error: "));
    for action in [SAMPLES, "/en/supervision/journal"] {
        supervisor.post(action, String::new(), "same-origin").expect_page(403, "Q034");
        supervisor.post(action, String::new(), "cross-site").expect_page(403, "Q032");
    }
}

on_both_engines!(a_draw_is_announced_told_and_worked_out_again_by_anybody, late_members_are_named_and_records_are_not);
