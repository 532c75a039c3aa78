//! A person's own pages.

use super::browser::{Browser, signs_in};
use super::node::{As, Ask, Engine, Node, SHOWN, UNKNOWN, question};

#[test]
fn a_person_reads_the_own_file_and_who_looked_and_nobody_else_does() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let ask = question(SHOWN, "licence-renewal", "HC-2026-1");
    for officer in ["0417", "0418"] {
        node.asks(&Ask::post("/api/inquiries", As::Signed(officer), ask.clone()));
    }
    for wrong in [UNKNOWN.0, "12"] {
        assert_eq!(signs_in(&node, "/en/sign-in", &format!("number={wrong}")), (422, None));
    }
    let person = Browser::of_person(&node, SHOWN.0);
    let own = ["5399 **** **** **0135", "LH-YS-2023-00003", "In force", "One member was shown it."];
    for (path, says) in [
        ("/en/my", &own[..]),
        ("/zh/my", &["药师注册证", "有效", "2028年6月2日"]),
        (
            "/en/my/looks",
            &["Answered", "Denied", "training for this purpose had ended", "Case HC-2026-1.", "Own look", "Written"],
        ),
        ("/zh/my/looks", &["已答复", "已拒绝", "本人查看"]),
        ("/en/my/copy", &["Save the signed copy"]),
    ] {
        let page = person.get(path);
        assert_eq!(page.status, 200, "{path}");
        page.says(says);
        assert!(!page.text().contains(SHOWN.0), "{path} shows the number whole");
    }
    person.get("/en/my").says(&[SHOWN.1]);
    let page = person.get("/en/my/copy");
    let body = person.filled(&page, "/en/my/copy", &[]);
    person.post("/en/my/copy", body.clone(), "cross-site").expect_page(403, "Q032");
    person.post("/en/sign-out", body.clone(), "same-site").expect_page(403, "Q032");
    let other = Browser::of_person(&node, SHOWN.0);
    other.post("/en/my/copy", body, "same-origin").expect_page(403, "Q034");
    let copy = person.send(&page, "/en/my/copy", &[]);
    let key = node.reg.publisher.key().vkey();
    assert!(fairfile_proof::verify_file(&copy.body[..], Some(&key), None).expect("a copy").ok);
    let out = person.send(&page, "/en/sign-out", &[]);
    assert_eq!((out.status, out.headers["location"].as_bytes()), (303, &b"/en/signed-out"[..]));
    Browser::of_nobody(&node).get("/en/signed-out").says(&["You are signed out"]);
    let after = person.get("/en/my");
    assert_eq!(after.status, 401, "whoever has gone is gone, and the cookie opens nothing");
    assert!(!after.text().contains(SHOWN.1));
    assert_eq!(other.get("/en/my").status, 200, "another session of the same person goes on");
}

#[test]
fn each_visitor_has_an_own_desk_and_no_other() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let visitors = [
        ("/my", Browser::of_person(&node, SHOWN.0)),
        ("/source", Browser::of_officer(&node, "0101")),
        ("/inquiry", Browser::of_officer(&node, "0417")),
        ("/registry", Browser::of_registrar(&node, "registrar-1")),
        ("/supervision", Browser::of_supervisor(&node)),
    ];
    for (desk, visitor) in &visitors {
        for (other, _) in &visitors {
            let officers = ["/source", "/inquiry"];
            let is_own = desk == other || (officers.contains(desk) && officers.contains(other));
            for language in ["/en", "/zh"] {
                let page = visitor.get(&format!("{language}{other}"));
                assert_eq!(page.status, if is_own { 200 } else { 403 }, "{other} as the one of {desk}");
            }
        }
    }
    assert_eq!(Browser::of_nobody(&node).get("/en/source").status, 401);
}
