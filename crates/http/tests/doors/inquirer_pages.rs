//! The desk of an inquirer: one question, the answer that closes, the receipts, and the notices to confirm.

use super::browser::{Browser, Page, all, attributes};
use super::node::{As, Ask, ENDED, Engine, Node, SHOWN, UNKNOWN, on_both_engines};

const NEW: &str = "/en/inquiry/new";
/// A pharmacist of the sample whose licence the sample of corrections corrects: number and name.
const CORRECTED: (&str, &str) = ("539983196404131410", "徐俊嘉");

/// Asks by the form, and gives the page of the answer.
fn asks(browser: &Browser<'_>, person: (&str, &str), purpose: &str, case: &str) -> Page {
    let form = browser.get(NEW);
    let fields = [("purpose", purpose), ("case", case), ("number", person.0), ("name", person.1)];
    browser.follow(&form, NEW, &fields)
}

/// The page with all that tells one look from the next masked: ids, keys of forms, and nothing else.
fn masked(page: &Page) -> String {
    let mut text = String::from_utf8(page.reply.body.clone()).expect("a page is UTF-8");
    let keys = attributes(&page.html, "input[name=form_key]", "value");
    for each in keys.iter().chain([&page.path.rsplit('/').next().expect("a look").to_owned()]) {
        text = text.replace(each.as_str(), &"*".repeat(each.len()));
    }
    text
}

fn an_answer_is_shown_once_to_whoever_asked_and_closes(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    let page = asks(&officer, SHOWN, "licence-renewal", "HC-2026-0331");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.path.starts_with("/en/inquiry/look_"), "{}", page.path);
    page.says(&["5399 **** **** **0135", "The name fits", "LH-YS-2023-00003", "Article 7", "closes at 09:30"]);
    page.says(&["This is all that this purpose lets you see", "HC-2026-0331"]);
    assert!(!page.text().contains(SHOWN.0) && !page.text().contains(SHOWN.1), "whom it is about is not said again");
    officer.get(&page.path.replace("/en/", "/zh/")).says(&["这是这一用途允许您看到的全部内容", "有效期至"]);
    assert_eq!(node.looks(SHOWN.0).len(), 1, "a page that is read again is the same look");

    let closed = |browser: &Browser<'_>, path: &str| {
        let page = browser.get(path);
        assert_eq!((page.status, page.h1().as_str()), (404, "This answer is closed, or it is not yours"), "{path}");
        let keys = attributes(&page.html, "input[name=form_key]", "value");
        let text = String::from_utf8(page.reply.body.clone()).expect("UTF-8").replace(path, "");
        keys.iter().fold(text, |text, key| text.replace(key.as_str(), ""))
    };
    let (other, again) = (Browser::of_officer(&node, "0101"), Browser::of_officer(&node, "0417"));
    closed(&again, &page.path);
    let nobody_s = "/en/inquiry/look_00000000000000000000000000000000";
    let path = page.path.strip_prefix("/en").expect("a language");
    let strip = |text: String| text.replace(path, "").replace(nobody_s.strip_prefix("/en").expect("a language"), "");
    assert_eq!(
        strip(closed(&other, &page.path)),
        strip(closed(&other, nobody_s)),
        "another's answer is as one that there never was"
    );
    closed(&other, "/en/inquiry/rec_1");

    let done = officer.follow(&page, &format!("{}/close", page.path), &[]);
    assert_eq!((done.status, done.h1().as_str()), (200, "The answer is closed"));
    closed(&officer, &page.path);
    assert_eq!(officer.send(&page, &format!("{}/close", page.path), &[]).status, 303, "closed twice is closed");

    let wrong = asks(&officer, SHOWN, "licence-renewal", "HC-2026-0332");
    let told = officer.follow(&wrong, &format!("{}/not-this-person", wrong.path), &[]);
    told.says(&["Use nothing of what you saw", "two people may share one file"]);
    closed(&officer, &wrong.path);

    let late = asks(&officer, SHOWN, "licence-renewal", "HC-2026-0333");
    node.reg.clock.set("2026-11-23T09:29:59+08:00".parse().expect("an instant"));
    assert_eq!(officer.get(&late.path).status, 200);
    node.reg.clock.set("2026-11-23T09:30:00+08:00".parse().expect("an instant"));
    closed(&officer, &late.path);
    assert_eq!(node.looks(SHOWN.0).len(), 3);
}

fn a_form_sent_twice_is_one_look_and_opens_nothing_that_was_closed(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    let form = officer.get(NEW);
    let fields = [("purpose", "licence-renewal"), ("case", "A-1"), ("number", SHOWN.0), ("name", SHOWN.1)];
    let to = |reply: &super::node::Reply| reply.headers["location"].to_str().expect("a path").to_owned();
    let (first, again) = (officer.send(&form, NEW, &fields), officer.send(&form, NEW, &fields));
    assert_eq!((first.status, to(&first)), (again.status, to(&again)));
    assert_eq!(node.looks(SHOWN.0).len(), 1);
    let page = officer.get(&to(&first));
    officer.send(&page, &format!("{}/close", page.path), &[]);
    assert_eq!(to(&officer.send(&form, NEW, &fields)), to(&first));
    assert_eq!(officer.get(&page.path).status, 404, "what was closed stays closed");
    let other = officer.follow(&form, NEW, &[fields[0], ("case", "A-2"), fields[2], fields[3]]);
    assert_eq!(other.status, 422);
    other.says(&["You sent this form already"]);
    assert_eq!(node.looks(SHOWN.0).len(), 1);
    let body = officer.filled(&officer.get(NEW), NEW, &fields);
    officer.post(NEW, body.clone(), "cross-site").expect_page(403, "Q032");
    Browser::of_officer(&node, "0101").post(NEW, body, "same-origin").expect_page(403, "Q034");
    assert_eq!(node.looks(SHOWN.0).len(), 1);
}

fn what_is_wrong_with_a_question_stands_at_its_field_and_nothing_was_asked(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    let page = asks(&officer, ("5399581982041701", "<b>梁1"), "", "<script>alert(1)</script>");
    assert_eq!((page.status, all(&page.html, "head > title")[0].starts_with("Error: ")), (422, true));
    page.says(&["Choose what you ask for.", "has 16 characters and needs 18", "without digits", "A case number has"]);
    assert_eq!(
        attributes(&page.html, ".errors a", "href"),
        ["#purpose", "#case", "#number", "#name"],
        "the summary leads to the fields"
    );
    for (field, kept) in [("case", "<script>alert(1)</script>"), ("number", "5399581982041701"), ("name", "<b>梁1")] {
        assert_eq!(attributes(&page.html, &format!("#{field}"), "value"), [kept], "what was typed is kept");
    }
    let empty = asks(&officer, ("", ""), "licence-renewal", "");
    empty.says(&["Write the number of the case.", "Write the ID number.", "Write the full name."]);
    assert_eq!(attributes(&empty.html, "input[name=purpose][checked]", "value"), ["licence-renewal"]);
    assert_eq!(node.looks(SHOWN.0).len(), 0);
}

fn nothing_is_one_page_whatever_the_reason(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    let same_class = |purpose: &str, people: &[(&str, &str)]| {
        let of_one = |(place, person): (usize, &(&str, &str))| {
            let page = asks(&officer, *person, purpose, &format!("N-{place}"));
            assert_eq!(page.status, 404);
            page.says(&["Nothing can be shown for this number, name and purpose."]);
            let number = all(&page.html, ".facts dd").remove(0);
            let text = masked(&page).replace(&number, "*").replace(&format!("N-{place}"), "N");
            let headers: Vec<_> = page.reply.headers.iter().filter(|(name, _)| *name != "date").collect();
            (text, number.len(), format!("{headers:?}"), page.reply.body.len())
        };
        let pages: Vec<_> = people.iter().enumerate().map(of_one).collect();
        for page in &pages {
            assert_eq!(page, &pages[0]);
        }
    };
    // Unknown number, known number with another name, display ended; then on display, and not for this purpose.
    same_class("licence-renewal", &[UNKNOWN, (SHOWN.0, "梁敏"), (SHOWN.0, "王无名"), ENDED, (ENDED.0, "王无名")]);
    same_class("physician-hiring", &[UNKNOWN, SHOWN, (SHOWN.0, "王无名")]);
}

fn a_denied_question_says_why_and_the_person_sees_it(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0418");
    officer.get(NEW).says(&["Your training ended on 28 February 2026. A question would be denied."]);
    let page = asks(&officer, SHOWN, "licence-renewal", "B-7");
    assert_eq!((page.status, page.h1().as_str()), (403, "You cannot look"));
    page.says(&[
        "Your training for “Renewal of a licence in food and drugs” ended on 28 February 2026.",
        "Nothing was shown. The person will see this try.",
        "D007",
        "No valid training, no access.",
    ]);
    assert!(
        attributes(&page.html, "main a", "href").contains(&"/en/learn".to_owned()),
        "the training is one step away"
    );
    for raw in ["licence-renewal", "2026-02-28", "denied:", "The page closes at"] {
        assert!(!page.text().contains(raw), "{raw}: {}", page.text());
    }
    let chinese = officer.get(&page.path.replace("/en/", "/zh/"));
    chinese.says(&["培训已于2026年2月28日到期。", "没有有效的培训，不得查看。"]);
    assert!(!chinese.text().contains("no valid training") && !chinese.text().contains("licence-renewal"));
    let looks = node.looks(SHOWN.0);
    assert_eq!(looks[0]["denied_because"]["code"], "D007");
    let list = officer.get("/en/inquiry/receipts");
    list.says(&["Denied", "B-7"]);
    let form = officer.get(NEW);
    form.says(&["For these you are not trained, or no longer."]);
    assert!(
        attributes(&form.html, "input[checked]", "value").is_empty(),
        "what would be denied is not chosen beforehand"
    );
}

#[test]
fn a_purpose_of_others_is_chosen_by_an_address_alone_and_denied() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let officer = Browser::of_officer(&node, "0417");
    let chosen = |page: &Page| attributes(&page.html, "input[name=purpose][checked]", "value");
    let form = officer.get("/en/inquiry/new?purpose=food-permit");
    form.says(&["The purpose below is not yours. A question would be denied, and the person would see the try."]);
    assert_eq!(chosen(&form), ["food-permit"]);
    let fields = [("purpose", "food-permit"), ("case", ""), ("number", SHOWN.0), ("name", SHOWN.1)];
    let again = officer.follow(&form, NEW, &fields);
    assert_eq!((again.status, chosen(&again)), (422, vec!["food-permit".to_owned()]), "what was chosen is not lost");
    let denied = officer.follow(&form, NEW, &[fields[0], ("case", "B-8"), fields[2], fields[3]]);
    assert_eq!((denied.status, denied.h1().as_str()), (403, "You cannot look"));
    assert_eq!(node.looks(SHOWN.0)[0]["denied_because"]["code"], "D005");
    for other in [NEW, "/en/inquiry/new?purpose=no-such-purpose", "/en/inquiry/new?purpose=%22%3E"] {
        let page = officer.get(other);
        assert!(chosen(&page).is_empty() && !page.text().contains("is not yours"), "{other}");
    }
    assert_eq!(chosen(&officer.get("/zh/inquiry/new?purpose=licence-renewal")), ["licence-renewal"]);
}

fn receipts_are_the_officer_s_own_and_name_nobody(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    officer.get("/en/inquiry/receipts").says(&["You have not asked anything yet."]);
    for place in 0..26 {
        let person = if place == 0 { SHOWN } else { (SHOWN.0, "梁敏磊") };
        let page = asks(&officer, person, "licence-renewal", &format!("R-{place}"));
        assert_eq!(page.status, 200);
    }
    let list = officer.get("/en/inquiry/receipts");
    list.says(&["R-25", "Renewal of a licence in food and drugs", "Answered", "Earlier receipts"]);
    for word in [SHOWN.0, SHOWN.1, "0135", "R-0 "] {
        assert!(!list.text().contains(word), "{word}");
    }
    let earlier = attributes(&list.html, "a[href*='before=']", "href").remove(0);
    officer.get(&earlier).says(&["R-0"]);
    assert_eq!(officer.get("/en/inquiry/receipts?before=x").status, 400);

    let path = attributes(&list.html, "tbody a", "href").remove(0);
    let page = officer.get(&path);
    page.says(&["Receipt of one look", "R-25", "One record was shown.", "rct_"]);
    let file = node.asks(
        &Ask::get(format!("{path}/file"), As::Cookie(officer.token.as_deref().expect("a session")))
            .with("accept", Some("text/html")),
    );
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"fairfile-receipt.json\"");
    let key = node.reg.publisher.key().vkey();
    assert!(fairfile_proof::verify_file(&file.body[..], Some(&key), None).expect("a receipt").ok);
    let text = attributes(&page.html, "input[name=text]", "value").remove(0);
    assert!(fairfile_proof::verify_file(text.as_bytes(), Some(&key), None).expect("a receipt").ok);

    let other = Browser::of_officer(&node, "0418");
    for path in
        [path.clone(), format!("{path}/file"), "/en/inquiry/receipts/look_00000000000000000000000000000000".into()]
    {
        let page = other.get(&path);
        assert_eq!((page.status, page.h1().as_str()), (404, "There is no page here"), "{path}");
    }
}

fn a_notice_is_confirmed_by_an_officer_once(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let officer = Browser::of_officer(&node, "0417");
    officer.get("/en/inquiry").says(&["Nothing waits for your office."]);
    assert_eq!(asks(&officer, CORRECTED, "licence-renewal", "K-1").status, 200);
    let page = asks(&officer, CORRECTED, "licence-renewal", "K-2");
    assert_eq!(node.hands_in("pharmacist-corrections-2026-11.csv").status, 201);
    let changed = officer.get(&page.path);
    assert_eq!(changed.status, 409, "{}", changed.text());
    changed.says(&["is not shown again", "your office has a notice to confirm"]);

    officer.get("/en/inquiry").says(&["One notice waits for your office"]);
    let list = officer.get("/en/inquiry/notices");
    list.says(&["Pharmacist licence", "To confirm"]);
    let path = attributes(&list.html, "tbody a", "href").remove(0);
    list.says(&["30 November 2026"]);
    let notice = officer.get(&path);
    notice.says(&["Officer 0417", "What the record says now does not stand here"]);
    let check = officer.get(&format!("{path}/confirm"));
    check.says(&["You, officer 0417, are about to confirm for Lanhe Provincial Health Commission"]);
    let other = Browser::of_officer(&node, "0101");
    for path in [path.clone(), format!("{path}/confirm")] {
        assert_eq!(other.get(&path).status, 404, "another member's notice");
    }
    let action = format!("{path}/confirm");
    let done = officer.follow(&check, &action, &[]);
    assert_eq!((done.status, done.h1().as_str()), (200, "Confirmed"));
    done.says(&["has confirmed that it acted on this correction."]);
    assert_eq!(officer.send(&check, &action, &[]).status, 303, "sent twice it is confirmed once");
    officer.get("/zh/inquiry/notices").says(&["贵单位没有待办通知。", "最近90天已确认", "药师注册证"]);
    let person = Browser::of_person(&node, CORRECTED.0);
    let told = attributes(&person.get("/en/my").html, "main a[href$='/told']", "href").remove(0);
    person.get(&told).says(&["Lanhe Provincial Health Commission", "Confirmed"]);
}

on_both_engines!(
    an_answer_is_shown_once_to_whoever_asked_and_closes,
    a_form_sent_twice_is_one_look_and_opens_nothing_that_was_closed,
    what_is_wrong_with_a_question_stands_at_its_field_and_nothing_was_asked,
    nothing_is_one_page_whatever_the_reason,
    a_denied_question_says_why_and_the_person_sees_it,
    receipts_are_the_officer_s_own_and_name_nobody,
    a_notice_is_confirmed_by_an_officer_once,
);
