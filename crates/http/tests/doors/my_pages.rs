//! A person's pages, each with what it promises: one visit is one look, nothing is left out, nothing of anybody else shows.

use std::collections::BTreeSet;

use fairfile_domain::day::Instant;
use fairfile_service::calendar;

use super::browser::{Browser, Page, all, attributes};
use super::node::{As, Ask, ENDED, Engine, Node, SHOWN, on_both_engines, upload};

/// Markup that must stay words, wherever somebody writes it.
const MARKUP: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "{{7007*7013}}${7007*7013}<b>&amp;",
];
/// The page of every kind that a person has, `{rec}` and `{look}` to be filled in.
const PAGES: [&str; 7] = [
    "/my",
    "/my/records/{rec}",
    "/my/records/{rec}/told",
    "/my/looks",
    "/my/looks/{look}",
    "/my/copy",
    "/my/copy/print",
];

fn leaves(node: &Node) -> u64 {
    node.reg.store.head().snapshot().size()
}

fn set_clock(node: &Node, at: &str) {
    assert!(node.reg.clock.set(at.parse::<Instant>().expect("an instant")));
}

/// Hands in rows as the source of `sample` does.
fn hands_in(node: &Node, sample: &str, text: &str) {
    let reply = node.asks(&upload("/api/batches", sample, text.as_bytes().to_vec()));
    assert_eq!(reply.status, 201, "{}", reply.json());
}

/// Corrects the licence of the pharmacist who is shown, or takes it back.
fn puts_right(node: &Node, act: &str, input: &str, value: &str, reason: &str) {
    let heading = "操作,注册证编号,身份证号码,项目,新值,理由";
    let row = format!("{act},LH-YS-2023-00003,{},{input},{value},{reason}", SHOWN.0);
    hands_in(node, "pharmacist-corrections.csv", &format!("{heading}\n{row}\n"));
}

/// Where the first link that begins with `beginning` leads.
fn link(page: &Page, beginning: &str) -> String {
    let found = attributes(&page.html, &format!("main a[href^='{beginning}']"), "href");
    found.into_iter().next().unwrap_or_else(|| panic!("{} has no link to {beginning}", page.path))
}

/// The page of the person's first record.
fn record(person: &Browser<'_>) -> String {
    link(&person.get("/en/my"), "/en/my/records/rec_")
}

fn numbers(page: &Page) -> Vec<String> {
    all(&page.html, "tbody th .under")
}

fn a_visit_is_one_look_for_half_an_hour_of_one_day(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let person = Browser::of_person(&node, SHOWN.0);
    let before = leaves(&node);
    let record = record(&person);
    for path in ["/en/my", "/zh/my/looks", "/en/my/looks.csv", "/zh/my/copy/print", &record] {
        assert_eq!(person.reads(path), 200, "{path}");
    }
    assert_eq!(leaves(&node), before + 1, "as many pages as one likes are one look");
    person.get("/en/my/looks").says(&["no. 1", "Own look"]);
    let other = Browser::of_person(&node, SHOWN.0);
    other.get("/en/my");
    assert_eq!(leaves(&node), before + 2, "another session is another visit");
    set_clock(&node, "2026-11-23T09:29:59+08:00");
    person.get("/en/my");
    assert_eq!(leaves(&node), before + 2);
    for (at, more) in
        [("2026-11-23T09:30:00+08:00", 1), ("2026-11-23T23:59:00+08:00", 2), ("2026-11-24T00:00:00+08:00", 3)]
    {
        set_clock(&node, at);
        person.get("/en/my");
        person.get("/en/my/looks");
        assert_eq!(leaves(&node), before + 2 + more, "{at} begins another visit");
    }
    let page = person.get("/en/my/copy");
    assert_eq!(person.send(&page, "/en/my/copy", &[]).status, 200);
    assert_eq!(leaves(&node), before + 6, "a copy leaves the node, and is a look of its own");
}

fn what_changes_during_a_visit_is_shown_as_it_is(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let person = Browser::of_person(&node, SHOWN.0);
    let record = record(&person);
    person.get(&record).says(&["2 June 2028", "LH-YS-2023-00003", "Nothing was corrected"]);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-7");
    person.get("/en/my/looks").says(&["HC-2026-7"]);
    puts_right(&node, "更正", "有效期至", "2029-06-02", "录入错误：多写了一年");
    let corrected = person.get(&record);
    corrected.says(&["2 June 2029", "Before: version 1", "After: version 2", "多写了一年", "it was entered wrongly"]);
    assert!(!corrected.text().contains("2 June 2028"), "what was wrong is destroyed");
    person.get("/en/my/looks").says(&["Corrected"]);
    puts_right(&node, "撤回", "", "", "决定被撤销");
    let withdrawn = person.get(&record);
    withdrawn.says(&["Withdrawn", "Its content is destroyed", "After: taken back", "It was replaced since"]);
    assert!(!withdrawn.text().contains("LH-YS-2023-00003"));
    person.get("/en/my").says(&["One record was taken back", "Nothing in your file is shown to others"]);
    assert_eq!(
        numbers(&person.get("/en/my/looks")),
        ["no. 2", "no. 1"],
        "the officer's look and this visit, and no other"
    );
}

#[test]
fn a_first_visit_begins_with_three_facts_until_they_are_read() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let person = Browser::of_person(&node, SHOWN.0);
    for language in ["/en", "/zh"] {
        assert_eq!(all(&person.get(&format!("{language}/my")).html, "#facts + ol li").len(), 3);
    }
    let page = person.get("/en/my");
    let after = person.follow(&page, "/en/my/facts", &[]);
    assert_eq!((after.status, all(&after.html, "#facts").len()), (200, 0), "they were read");
    let later = Browser::of_person(&node, SHOWN.0);
    assert!(all(&later.get("/en/my").html, "#facts").is_empty(), "it is not the first visit any more");
    person.post("/en/my/facts", String::new(), "same-origin").expect_page(403, "Q034");
}

#[test]
fn a_record_answers_its_four_questions_in_their_order() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let person = Browser::of_person(&node, SHOWN.0);
    let path = record(&person);
    let page = person.get(&path);
    let order = ["What it says", "By which law", "Until when", "How to put it right"];
    assert_eq!(all(&page.html, "h2")[..4], order);
    page.says(&["20 days", "LH-YS-2023-00003", "Lanhe Provincial Drug Administration", "Nobody was shown it so far"]);
    assert_eq!(
        attributes(&page.html, "dd[lang]", "lang"),
        ["zh-Hans"; 3],
        "what the source wrote and the law's own title are marked with their language"
    );
    assert!(attributes(&page.html, "main form", "action").is_empty(), "no button that does nothing");
    let page = person.get(&path.replace("/en", "/zh"));
    page.says(&["内容", "依据哪部法律", "到什么时候", "怎样改正", "20 天"]);
}

#[test]
fn each_member_that_was_told_stands_with_how_far_it_has_come() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let person = Browser::of_person(&node, SHOWN.0);
    let told = format!("{}/told", record(&person));
    person.get(&told).says(&["Nobody was shown it so far."]);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-7");
    person.get(&told).says(&["It was shown the record once", "nothing to confirm"]);
    puts_right(&node, "更正", "有效期至", "2029-06-02", "录入错误：有效期");
    person.get(&told).says(&[
        "To confirm",
        "It must confirm by 30 November 2026, that day included.",
        "the member is reminded (1 December 2026)",
    ]);
    set_clock(&node, "2026-12-02T09:00:00+08:00");
    calendar::run(&node.reg).expect("the calendar runs");
    let late = person.get(&told);
    late.says(&[
        "Late",
        "It had to confirm by 30 November 2026, that day included.",
        "One confirmation is late",
        "Last step",
        "Next step",
    ]);
    assert_eq!(all(&late.html, ".tag.late").len(), 1);
    let notices = node.asks(&Ask::get("/api/notices", As::Signed("health-commission"))).json();
    let id = notices["notices"][0]["notice_id"].as_str().expect("a notice").to_owned();
    let confirmed = Ask::post(format!("/api/notices/{id}/confirmation"), As::Signed("health-commission"), "{}");
    assert_eq!(node.asks(&confirmed).status, 200);
    let page = person.get(&told);
    page.says(&["Confirmed", "2 December 2026", &id]);
    assert!(all(&page.html, ".tag.late").is_empty() && !page.text().contains("Next step"));
    person.get(&told.replace("/en", "/zh")).says(&["已确认"]);
}

#[test]
fn a_look_tells_who_why_and_what_and_where_it_stands_in_the_journal() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0417", SHOWN, "licence-renewal", "HC-2026-7");
    node.inquires("0418", SHOWN, "licence-renewal", "HC-2026-8");
    let person = Browser::of_person(&node, SHOWN.0);
    let list = person.get("/en/my/looks");
    let looks = attributes(&list.html, "tbody th a", "href");
    assert_eq!(looks.len(), 3, "the newest first: this visit, the refused one, the answered one");
    let own = person.get(&looks[0]);
    own.says(&["Own look", "Your whole file, to you.", "3 of 3"]);
    assert!(!own.text().contains("Ask the office"));
    let denied = person.get(&looks[1]);
    denied.says(&[
        "Denied",
        "training for this purpose had ended",
        "Nothing was shown.",
        "0418",
        "HC-2026-8",
        "2 of 3",
    ]);
    assert_eq!(person.get(&link(&denied, "/en/problems/D")).status, 200);
    let answered = person.get(&looks[2]);
    answered.says(&["Answered", "0417", "HC-2026-7", "version 1", "1 of 3", "Entry ", "Ask the office"]);
    assert_eq!(person.get(&link(&answered, "/en/my/records/rec_")).status, 200);
    for path in &looks {
        let page = person.get(&path.replace("/en", "/zh"));
        assert_eq!(page.status, 200);
        page.says(&["在您档案中的编号"]);
    }
}

fn a_long_list_is_read_page_by_page_and_no_line_is_lost_or_shown_twice(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    for number in 0..60 {
        let officer = if number % 3 == 0 { "0418" } else { "0417" };
        node.inquires(officer, SHOWN, "licence-renewal", &format!("HC-{number}"));
    }
    puts_right(&node, "更正", "有效期至", "2029-06-02", "录入错误：有效期");
    let person = Browser::of_person(&node, SHOWN.0);
    let (mut seen, mut outcomes, mut path) = (Vec::new(), Vec::new(), "/en/my/looks".to_owned());
    loop {
        let page = person.get(&path);
        assert_eq!(page.status, 200);
        assert!(all(&page.html, "tbody tr").len() <= 50);
        seen.extend(numbers(&page));
        outcomes.extend(all(&page.html, "tbody .tag"));
        // What comes in between moves no line to where it was not read.
        node.inquires("0417", SHOWN, "licence-renewal", "HC-LATER");
        match attributes(&page.html, "a[rel=next]", "href").pop() {
            Some(next) => path = next,
            None => break,
        }
    }
    let expected: Vec<String> = (1..=61).rev().map(|number| format!("no. {number}")).collect();
    assert_eq!(seen, expected);
    let count = |word: &str| outcomes.iter().filter(|outcome| *outcome == word).count();
    assert_eq!((count("Denied"), count("Own look"), count("Written"), count("Corrected")), (20, 1, 1, 1));
    let denied = person.get("/en/my/looks?show=denied");
    assert_eq!(all(&denied.html, "tbody .tag"), vec!["Denied"; 20]);
    let answered = person.get("/zh/my/looks?show=answered&year=2026");
    assert_eq!(all(&answered.html, "tbody .tag").into_iter().collect::<BTreeSet<_>>(), ["已答复".to_owned()].into());
    person.get("/en/my/looks?show=denied&year=2025").says(&["Nothing of this kind is in your file."]);
    for wrong in ["show=own", "year=0", "after=17", "who=0417"] {
        assert_eq!(person.get(&format!("/en/my/looks?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn the_table_of_looks_is_whole_and_no_cell_of_it_is_a_formula() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    for case in ["-1-1", "HC 1"] {
        node.inquires("0417", SHOWN, "licence-renewal", case);
    }
    let person = Browser::of_person(&node, SHOWN.0);
    for (path, heading) in
        [("/en/my/looks.csv", "\"Number in your file\""), ("/zh/my/looks.csv", "\"在您档案中的编号\"")]
    {
        let reply = node.asks(&Ask::get(path, As::Cookie(person.token.as_deref().expect("a session"))));
        assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"fairfile-looks.csv\"");
        let text = String::from_utf8(reply.body).expect("UTF-8");
        assert!(text.starts_with(&format!("\u{feff}{heading}")));
        assert_eq!(text.lines().count(), 4, "a heading, two looks and this one: {text}");
        assert!(text.contains("\"'-1-1\"") && text.contains("\"HC 1\"") && !text.contains(SHOWN.0));
    }
}

/// What is not the visitor's own is not there, in the same words and the same length as what never was.
fn what_is_another_person_s_is_as_little_there_as_what_never_was(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    for person in [SHOWN, ENDED] {
        node.inquires("0417", person, "licence-renewal", "HC-1");
    }
    let (one, other) = (Browser::of_person(&node, SHOWN.0), Browser::of_person(&node, ENDED.0));
    let ids = |person: &Browser<'_>| {
        let record = link(&person.get("/en/my"), "/en/my/records/rec_");
        let looks = attributes(&person.get("/en/my/looks").html, "tbody th a", "href");
        (record, looks[looks.len() - 1].clone())
    };
    let (own, others) = (ids(&one), ids(&other));
    assert_ne!(own, others);
    let absent = (
        "/en/my/records/rec_00112233445566778899aabbccddeeff".to_owned(),
        "/en/my/looks/look_00112233445566778899aabbccddeeff".to_owned(),
    );
    // What differs by right: the id that was asked for, the key of the page's forms, the number of the incident.
    let shape = |path: &str| {
        let page = one.get(path);
        let id = path.split('/').find(|part| part.starts_with("rec_") || part.starts_with("look_")).expect("an id");
        let text = String::from_utf8(page.reply.body.clone()).expect("UTF-8").replace(id, "ID");
        let keys = attributes(&page.html, "input[name=form_key]", "value");
        let text = keys.iter().fold(text, |text, key| text.replace(key, "KEY"));
        let incident = text.find("inc_").map(|at| text[at..at + 16].to_owned()).unwrap_or_default();
        let text = if incident.is_empty() { text } else { text.replace(&incident, "INC") };
        (page.status, page.reply.body.len(), text)
    };
    let told = |path: &str| format!("{path}/told");
    for (own, others, absent) in [
        (own.0.clone(), others.0.clone(), absent.0.clone()),
        (told(&own.0), told(&others.0), told(&absent.0)),
        (own.1, others.1, absent.1),
    ] {
        for language in ["/en", "/zh"] {
            let [own, others, absent] = [&own, &others, &absent].map(|path| path.replacen("/en", language, 1));
            assert_eq!(one.get(&own).status, 200, "{own}");
            let (others, absent) = (shape(&others), shape(&absent));
            assert_eq!(others.0, 404);
            assert_eq!(others, absent);
        }
    }
    for malformed in ["rec_", "look_1", "REC_00112233445566778899AABBCCDDEEFF", "%2e%2e"] {
        for path in [format!("/en/my/records/{malformed}"), format!("/en/my/looks/{malformed}")] {
            assert_eq!(one.get(&path).status, 404, "{path}");
        }
    }
}

#[test]
fn what_strangers_wrote_is_shown_as_words_on_every_page() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let heading = "决定书文号,身份证号码,姓名,违法事实,处罚依据,处罚种类,罚款金额（元）,决定日期,送达日期";
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for (place, markup) in MARKUP.iter().enumerate() {
        let number = format!("{markup}{place}");
        let cells = [
            quoted(&number),
            SHOWN.0.to_owned(),
            SHOWN.1.to_owned(),
            quoted(markup),
            quoted(markup),
            "警告".to_owned(),
            String::new(),
            "2026-11-01".to_owned(),
            "2026-11-02".to_owned(),
        ];
        hands_in(&node, &format!("food-{place}.csv"), &format!("{heading}\n{}\n", cells.join(",")));
    }
    puts_right(&node, "更正", "有效期至", "2029-06-02", &quoted(&format!("录入错误：{}", MARKUP[0])));
    node.inquires("0417", SHOWN, "licence-renewal", "HC (1) [x] #1/..");
    let person = Browser::of_person(&node, SHOWN.0);
    let look = attributes(&person.get("/en/my/looks").html, "tbody th a", "href").remove(1);
    let look = look.rsplit('/').next().expect("an id").to_owned();
    let records = attributes(&person.get("/en/my").html, ".timeline h3 a", "href");
    assert_eq!(records.len(), 5);
    let mut shown = 0;
    for record in &records {
        let record = record.rsplit('/').next().expect("an id");
        for path in PAGES {
            for language in ["/en", "/zh"] {
                // A page with an element that some of this would have made is no sound one.
                let page = person.get(&[language, &path.replace("{rec}", record).replace("{look}", &look)].concat());
                assert_eq!(page.status, 200, "{}", page.path);
                assert!(
                    all(&page.html, "[onerror], [onload], svg:not(.square-code), main b:not(#facts + ol b)").is_empty(),
                    "{}",
                    page.path
                );
                assert!(!page.text().contains("49140091"), "{}: nothing is worked out", page.path);
                shown += MARKUP.iter().filter(|markup| page.text().contains(**markup)).count();
            }
        }
    }
    assert!(shown > 5 * 2 * 4 * 2, "all of it stands there as words: {shown}");
}

#[test]
fn two_hundred_records_stay_in_order_and_have_links_to_their_years() {
    let node = Node::new(Engine::Sqlite);
    let heading = "身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关";
    for (year, at) in [("2026", "2026-11-23T10:00:00+08:00"), ("2027", "2027-02-01T10:00:00+08:00")] {
        set_clock(&node, at);
        let row = |number: usize| {
            format!("{},{},LH-{year}-{number:05},中药学,2026-06-04,2035-06-02,兰河省药品监督管理局", SHOWN.0, SHOWN.1)
        };
        let rows: Vec<String> = (0..110).map(row).collect();
        hands_in(&node, &format!("pharmacist-{year}.csv"), &format!("{heading}\n{}\n", rows.join("\n")));
    }
    let person = Browser::of_person(&node, SHOWN.0);
    for language in ["/en", "/zh"] {
        let page = person.get(&format!("{language}/my"));
        assert_eq!(all(&page.html, ".timeline > li").len(), 220);
        assert_eq!(attributes(&page.html, "main .filter a", "href"), ["#y2027", "#y2026"]);
        assert_eq!(attributes(&page.html, ".timeline > li[id]", "id"), ["y2027", "y2026"]);
        let times = attributes(&page.html, ".timeline .when time", "datetime");
        assert!(times.is_sorted_by(|one, other| one >= other), "newest first");
    }
}

#[test]
fn the_sheet_for_paper_has_everything_and_says_where_it_can_be_checked() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    node.inquires("0418", SHOWN, "licence-renewal", "HC-2026-8");
    let person = Browser::of_person(&node, SHOWN.0);
    let page = person.get("/en/my/copy/print");
    page.says(&[
        SHOWN.1,
        "5399 **** **** **0135",
        "LH-YS-2023-00003",
        "HC-2026-8",
        "Denied",
        "look no. 2 of this file",
    ]);
    page.says(&["http://lanhe.example/en/verify"]);
    assert!(all(&page.html, "details").is_empty(), "nothing is folded on paper");
    person.get("/zh/my/copy/print").says(&["http://lanhe.example/zh/verify", "第 2 号查看"]);
}

on_both_engines!(
    a_visit_is_one_look_for_half_an_hour_of_one_day,
    what_changes_during_a_visit_is_shown_as_it_is,
    a_long_list_is_read_page_by_page_and_no_line_is_lost_or_shown_twice,
    what_is_another_person_s_is_as_little_there_as_what_never_was,
);
